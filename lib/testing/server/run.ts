/**
 * The piece between all wires and the services: it notes a call, lets it fail where a test has asked for that, and
 * runs it.
 *
 * @module
 */
import type { Failure } from "../failures.ts";
import { CallError } from "../faults.ts";
import { Blocked } from "../orm/locks.ts";
import type { Begun } from "../orm/store.ts";
import type { PythonValue } from "../python.ts";
import { exceptionOf, pageOf } from "./failing.ts";
import { Disconnected } from "./responses.ts";
import { never, pause } from "./waiting.ts";

/** A call as it came over any wire, before it runs. */
export interface IncomingCall {
  /** `common`, `db` or `object`. */
  readonly service: string;
  /** Method of the service. */
  readonly method: string;
  /** Its parameters, secrets and all. */
  readonly params: readonly PythonValue[];
}

/** What the simulator does around the call of one request. */
export interface Watcher {
  /** Address of the request. */
  readonly url: string;
  /** What ends a call that waits: the caller is gone, or the simulator was reset. */
  readonly signal: AbortSignal;
  /** The reset alone. Nothing that was asked for before may happen after it. */
  readonly reset: AbortSignal;
  /** Notes a call, and tells how it has to fail. */
  started(call: IncomingCall): Failure | undefined;
  /** Notes how a call has ended. */
  ended(outcome: Outcome): void;
  /** Makes the secret of a call worthless. */
  expire(call: IncomingCall): void;
  /** Begins a transaction for a call that works later. */
  begin(): Begun;
  /** Runs a call in a transaction that has begun. */
  resume<T>(begun: Begun, run: () => T): T;
  /** Runs a call whose commit is put off. */
  keep<T>(run: () => T): Kept<T>;
}

/** What has come of a call that is not committed yet. */
export interface Kept<T> {
  /** What it has answered. */
  readonly value: T;
  /** Commits, or gives everything up. */
  settle(committed: boolean): void;
}

/** How a call has ended, for its wire to put into words. */
export type Outcome =
  | { readonly kind: "value"; readonly value: PythonValue }
  | { readonly kind: "error"; readonly error: CallError }
  | Extract<Failure, { kind: "fault" | "http" }>;

/** Notes a call and runs it. A cut connection and a timeout come as what `fetch` throws. */
export async function runCall(
  watcher: Watcher,
  call: IncomingCall,
  run: () => PythonValue,
): Promise<Outcome> {
  const failure = watcher.started(call);
  if (failure?.kind === "late-commit" || failure?.kind === "latency") {
    return await takeTime(watcher, failure, run);
  }
  const complete = () =>
    completed(watcher, () => {
      if (failure?.kind === "key-expired") watcher.expire(call);
      return run();
    });
  return failure ? await fail(watcher, failure, call, complete) : await complete();
}

/** Runs a call and notes what has come of it. */
async function completed(watcher: Watcher, run: () => PythonValue): Promise<Outcome> {
  const outcome = attempt(run);
  return outcome instanceof Blocked
    ? await Promise.race([unblocked(watcher, outcome, run), never(watcher.signal)])
    : noted(watcher, outcome);
}

/** Goes on with a call when nobody is in its way any more, also without a caller that is gone. */
async function unblocked(
  watcher: Watcher,
  { holder, again }: Blocked,
  run: () => PythonValue,
): Promise<Outcome> {
  await holder.ended;
  watcher.reset.throwIfAborted();
  const outcome = attempt(again ?? run);
  return outcome instanceof Blocked
    ? await unblocked(watcher, outcome, run)
    : noted(watcher, outcome);
}

function attempt(run: () => PythonValue): Outcome | Blocked {
  try {
    return { kind: "value", value: run() };
  } catch (error) {
    if (error instanceof Blocked) return error;
    if (!(error instanceof CallError)) throw error;
    return { kind: "error", error };
  }
}

function noted(watcher: Watcher, outcome: Outcome): Outcome {
  watcher.ended(outcome);
  return outcome;
}

/** Runs a call that begins now and is committed later: when its time is over, or so long after its caller is gone. */
async function takeTime(watcher: Watcher, failure: Slow, run: () => PythonValue): Promise<Outcome> {
  const { signal, reset } = watcher;
  const over = failure.kind === "latency"
    ? pause(failure.ms, reset)
    : never(signal).catch(() => pause(failure.ms, reset));
  // It is waited for below, after what may take longer
  over.catch(() => {});
  const outcome = failure.works === "last"
    ? workLast(watcher, run, over)
    : workFirst(watcher, run, over);
  return await Promise.race([outcome, never(signal)]);
}

/** Works at once, and keeps its rows locked until the end. */
async function workFirst(
  watcher: Watcher,
  run: () => PythonValue,
  over: Promise<void>,
): Promise<Outcome> {
  let kept = watcher.keep(() => attempt(run));
  while (kept.value instanceof Blocked) {
    const { holder, again } = kept.value;
    await holder.ended;
    watcher.reset.throwIfAborted();
    kept = watcher.keep(() => attempt(again ?? run));
  }
  const { value, settle } = kept;
  await over.catch((reason) => {
    settle(false);
    throw reason;
  });
  settle(true);
  return noted(watcher, value);
}

/** Works at the end, on what was there at the begin. */
async function workLast(
  watcher: Watcher,
  run: () => PythonValue,
  over: Promise<void>,
): Promise<Outcome> {
  const begun = watcher.begin();
  await over;
  return await completed(watcher, () => watcher.resume(begun, run));
}

type Slow = Extract<Failure, { kind: "late-commit" | "latency" }>;

async function fail(
  watcher: Watcher,
  failure: Failure,
  call: IncomingCall,
  run: () => Promise<Outcome>,
): Promise<Outcome> {
  // What comes of a call is lost where the connection is cut behind it, be it a value or an exception.
  if ("afterCommit" in failure && failure.afterCommit) await run();
  switch (failure.kind) {
    case "fault":
      return noted(watcher, failure);
    case "timeout":
      return await never(watcher.signal);
    case "disconnect":
      throw new Disconnected();
  }
  const error = exceptionOf(failure);
  if (error) {
    return noted(
      watcher,
      isSignIn(failure, call) ? { kind: "value", value: false } : { kind: "error", error },
    );
  }
  // What is left spoils the answer only.
  return pageOf(failure, watcher.url) ?? await run();
}

/** Odoo tells whoever signs in during the pause no more than that it is refused. */
function isSignIn({ kind }: Failure, { service }: IncomingCall): boolean {
  return kind === "cooldown" && service === "common";
}
