/**
 * What the simulator does around calls: it notes them, lets them fail, and collects what it could not answer.
 *
 * @module
 */
import type { Chaos } from "../chaos.ts";
import type { Failure } from "../failures.ts";
import { digest } from "./digests.ts";
import { isKey, isPassword, removeKey } from "./accounts.ts";
import { exceptionOf } from "./failing.ts";
import { type CallProtocol, type CallRecord, NotedCall } from "./noted.ts";
import type { Begun } from "../orm/store.ts";
import type { IncomingCall, Kept, Outcome, Watcher } from "./run.ts";
import { Disconnected } from "./responses.ts";
import { isDict } from "../python.ts";
import type { Database } from "./services.ts";
import { adviceFor, type Unhandled, UnhandledCallError } from "./unhandled.ts";

/** As many rows of results are kept. */
const ROWS_KEPT = 20_000;

/** All calls so far. */
export class CallLog {
  readonly #database: Database;
  readonly #chaos: Chaos;
  readonly #strict: boolean;
  #reset = new AbortController();
  #calls: CallRecord[] = [];
  #unhandled = new Map<string, Unhandled>();
  #withResult: NotedCall[] = [];
  #rows = 0;

  /** Takes the database, what makes calls fail, and whether to throw at what the simulator does not know. */
  constructor(database: Database, chaos: Chaos, strict: boolean) {
    this.#database = database;
    this.#chaos = chaos;
    this.#strict = strict;
  }

  /** The calls, in order. */
  get calls(): readonly CallRecord[] {
    return this.#calls;
  }

  /** What was asked for and is not there. */
  get unhandled(): readonly Unhandled[] {
    return [...this.#unhandled.values()];
  }

  /** Forgets everything, and hangs up on whoever waits. */
  clear(): void {
    this.#reset.abort(new Disconnected());
    this.#reset = new AbortController();
    this.#calls = [];
    this.#unhandled.clear();
    this.#withResult = [];
    this.#rows = 0;
  }

  /** Watches a request. */
  watch(url: string, signal: AbortSignal): Watch {
    return new Watch(this, url, signal, this.#reset.signal);
  }

  /** Notes a call, and picks the failure for it. */
  open(call: IncomingCall, protocol: CallProtocol): NotedCall {
    const { store } = this.#database;
    const noted = new NotedCall(
      call,
      protocol,
      (uid) => textOf(store.get("res.users", uid)?.["login"]),
      (text) => text.replace(/[0-9a-f]{40}/g, (part) => isKey(store, part) ? "***" : part),
    );
    this.#calls.push(noted.record);
    noted.failure = this.#chaos.pick(noted.record);
    return noted;
  }

  /** Notes how a call has ended. */
  close(noted: NotedCall, outcome: Outcome): void {
    if (outcome.kind === "value") this.#keep(noted, outcome.value);
    if (outcome.kind === "fault") noted.fault = { type: "", message: outcome.text };
    if (outcome.kind !== "error") return;
    const { error } = outcome.error;
    noted.fault = { type: error.type, message: error.message };
    const isAskedFor = noted.failure !== undefined && exceptionOf(noted.failure) !== undefined;
    const advice = isAskedFor ? undefined : adviceFor(this.#database, noted.record, error);
    if (advice === undefined) return;
    const { model, method } = noted.record;
    const { calls } = this.#unhandled.get(advice) ?? { calls: 0 };
    this.#unhandled.set(advice, { model, method, advice, calls: calls + 1 });
    if (this.#strict) throw new UnhandledCallError(advice);
  }

  /** Begins a transaction for a call that works later. */
  begin(): Begun {
    return { seen: this.#database.store.fork(), start: this.#database.clock() };
  }

  /** Runs a call in a transaction that has begun. */
  resume<T>(begun: Begun, run: () => T): T {
    return this.#database.store.resume(begun, run);
  }

  /** Runs a call whose commit is put off. */
  keep<T>(run: () => T): Kept<T> {
    const { store } = this.#database;
    const { value, pending } = store.keep(run);
    return { value, settle: (committed) => store.settle(pending, committed) };
  }

  /** The time, in milliseconds. */
  now(): number {
    return this.#database.clock().getTime();
  }

  /** Makes the secret of a call worthless, as when its key has expired: with its password a session ends. */
  expire({ service, params }: IncomingCall): void {
    const { store } = this.#database;
    const [form, user, secret] = params;
    const { login = user, password = secret } = service === "web" && isDict(form) ? form : {};
    if (typeof password === "string" && removeKey(store, password)) return store.commit();
    const row = [...store.rows("res.users")].find((row) =>
      row.id === login || row["login"] === login
    );
    const isTheirs = password === null ||
      (typeof password === "string" && row && isPassword(row, password));
    if (row && isTheirs) {
      store.update("res.users", row.id, { password_digest: digest(crypto.randomUUID()) });
      store.commit();
    }
  }

  #keep(noted: NotedCall, result: Extract<Outcome, { kind: "value" }>["value"]): void {
    noted.result = result;
    this.#withResult.push(noted);
    this.#rows += noted.rows;
    while (this.#rows > ROWS_KEPT && this.#withResult.length > 1) {
      const oldest = this.#withResult.shift();
      if (!oldest) return;
      this.#rows -= oldest.rows;
      oldest.result = undefined;
    }
  }
}

/** Watches the call of one request. */
export class Watch implements Watcher {
  readonly url: string;
  readonly signal: AbortSignal;
  readonly reset: AbortSignal;
  readonly #log: CallLog;
  #noted: NotedCall | undefined;
  #startedAt = 0;

  /** Takes the log, the address of the request, what ends when the caller is gone, and what ends with a reset. */
  constructor(log: CallLog, url: string, caller: AbortSignal, reset: AbortSignal) {
    this.#log = log;
    this.url = url;
    this.signal = AbortSignal.any([caller, reset]);
    this.reset = reset;
  }

  /** How the call has to fail, once it has started. */
  get failure(): Failure | undefined {
    return this.#noted?.failure;
  }

  started(call: IncomingCall): Failure | undefined {
    this.#startedAt = this.#log.now();
    this.#noted = this.#log.open(call, protocolOf(this.url));
    return this.#noted.failure;
  }

  ended(outcome: Outcome): void {
    if (!this.#noted) return;
    this.#noted.ms = this.#log.now() - this.#startedAt;
    this.#log.close(this.#noted, outcome);
  }

  expire(call: IncomingCall): void {
    this.#log.expire(call);
  }

  begin(): Begun {
    return this.#log.begin();
  }

  resume<T>(begun: Begun, run: () => T): T {
    return this.#log.resume(begun, run);
  }

  keep<T>(run: () => T): Kept<T> {
    return this.#log.keep(run);
  }
}

function protocolOf(url: string): CallProtocol {
  const { pathname } = new URL(url);
  if (/^\/+xmlrpc\//.test(pathname)) return "xmlrpc";
  if (/^\/+jsonrpc/.test(pathname)) return "jsonrpc";
  return /^\/+json\/+2\//.test(pathname) ? "json2" : "web";
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
