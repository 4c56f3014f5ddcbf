/**
 * The simulated Odoo as a test holds it in its hands.
 *
 * @module
 */
import { type AnyModels, connect, type ModelsOf, type Odoo } from "../../mod.ts";
import type { Fetch, RpcValue } from "../values.ts";
import { Chaos, type ChaosOptions, type ChaosRule } from "./chaos.ts";
import type { Failure } from "./failures.ts";
import { Accounts, addKey, removeKey } from "./server/accounts.ts";
import { fill, type Records } from "./models/demo.ts";
import { stampOf, toWire } from "./orm/fields.ts";
import { damage } from "./server/failing.ts";
import type { CallMatch, CallRecord } from "./server/noted.ts";
import { registryOf } from "./models/registries.ts";
import { checkOptions, type SimulatorOptions } from "./options.ts";
import { plain } from "./python.ts";
import { followed } from "./server/redirect.ts";
import { newKey } from "./server/digests.ts";
import { codeAt, TWO_FACTOR_COLUMN } from "./server/two_factor.ts";
import { Disconnected, stopped } from "./server/responses.ts";
import { type Database, environment } from "./server/services.ts";
import { Store, type StoreSnapshot } from "./orm/store.ts";
import { HttpListener } from "./server/socket.ts";
import type { Unhandled } from "./server/unhandled.ts";
import { CallLog } from "./server/watch.ts";
import { SimulatorTransaction } from "./transaction.ts";
import { answer } from "./server/wire.ts";

/** What `connect()` needs to reach a simulator. */
export interface SimulatorConfig {
  /** Address of the simulator. */
  url: string;
  /** Name of the database. */
  db: string;
  /** Login of the administrator. */
  username: string;
  /** An API key of the administrator. */
  apiKey: string;
  /** Leads into the simulator; without it the address has to be a real one, of `serve()`. */
  fetch?: Fetch;
}

/** Where to listen. */
export interface ServeOptions {
  /**
   * Port; 0 takes a free one.
   *
   * @default {0}
   */
  readonly port?: number | undefined;
  /**
   * Host name.
   *
   * @default {"127.0.0.1"}
   */
  readonly hostname?: string | undefined;
}

/** A simulator that listens on a port, until it is disposed of. */
export interface Running extends AsyncDisposable {
  /** Its address. */
  readonly url: string;
  /** What `connect()` needs to reach it over the network. */
  readonly config: SimulatorConfig;
}

/** Stands for the state of a simulator at one moment: records, users and keys. Give it back to `restore()`. */
export interface SimulatorSnapshot {
  /** When it was taken, by the clock of the simulator. */
  readonly takenAt: Date;
}

/**
 * An Odoo that lives in the process: a `fetch` with a database behind it.
 *
 * The users `admin` (id 2) and `demo` exist from the start, each with its login as password. Records that are given
 * for a model stand in place of its demo records; the built-in users, the company and their partners stay, with ids
 * that the given ones leave free.
 *
 * What a real server does and the simulator does not do yet ends in a fault with the text `The simulated Odoo does
 * not have ... yet`, never in a wrong answer.
 *
 * @example
 * ```ts
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const server = new OdooSimulator({ "res.partner": [{ id: 1, name: "Ana" }] }, { version: 19 });
 * const odoo = await server.connect();
 * await odoo.executeKw("res.partner", "write", [[1], { active: false }]);
 *
 * if (server.records("res.partner")[0]?.["active"] !== false) throw new Error("Ana is still active");
 * ```
 */
export class OdooSimulator {
  /** Answers requests as the server would. Usable in place of the global `fetch`. */
  readonly fetch: Fetch;
  readonly #database: Database;
  readonly #fresh: StoreSnapshot;
  readonly #chaos = new Chaos();
  readonly #log: CallLog;
  readonly #key: string;
  readonly #snapshots = new WeakMap<SimulatorSnapshot, StoreSnapshot>();

  /** Takes records by model, and settings. */
  constructor(records: Records = {}, options: SimulatorOptions = {}) {
    checkOptions(options);
    const {
      version = 17,
      db = "odoo",
      models = {},
      methods = {},
      clock = () => new Date(Date.now()),
      strict = false,
    } = options;
    const registry = registryOf(version, models, methods, records);
    const store = new Store();
    for (const { name, indexes, unique } of registry.values()) {
      store.define(name, indexes, unique.map(({ fields }) => fields));
    }
    this.#database = { name: db, version, store, registry, accounts: new Accounts(), clock };
    fill(environment(this.#database, 1, true), records);
    this.#key = this.addApiKey("admin", "odeno");
    this.#fresh = store.snapshot();
    this.#log = new CallLog(this.#database, this.#chaos, strict);
    this.fetch = async (input, init) =>
      await followed(
        new Request(input, init),
        (request) => this.#answer(request, true, request.signal),
      );
  }

  /** What `connect()` needs: the address, the database, and an API key of `admin`. */
  get config(): SimulatorConfig {
    return {
      url: "https://odoo.test",
      db: this.#database.name,
      username: "admin",
      apiKey: this.#key,
      fetch: this.fetch,
    };
  }

  /** All calls since the start or the last `reset()`, in order. */
  get calls(): readonly CallRecord[] {
    return this.#log.calls;
  }

  /** What was called and is not there, though a real database may have it, each with what to add to the simulator. */
  get unhandled(): readonly Unhandled[] {
    return this.#log.unhandled;
  }

  /** A client that is signed in as `admin`. */
  connect<M extends ModelsOf<M> = AnyModels>(): Promise<Odoo<M>> {
    return connect<M>(this.config);
  }

  /**
   * Listens on a port, for scripts in a process of their own. Needs `--allow-net`.
   *
   * @throws {Deno.errors.AddrInUse} Where another program listens there.
   */
  serve({ port = 0, hostname = "127.0.0.1" }: ServeOptions = {}): Running {
    const listener = new HttpListener(
      port,
      hostname,
      (request, signal) => this.#answer(request, false, signal),
    );
    const { url } = listener;
    const { fetch: _fetch, ...config } = this.config;
    return {
      url,
      config: { ...config, url },
      [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
    };
  }

  /**
   * Copies of the rows of a model, archived ones too, by id, as `read` with `load: ""` answers them: `false` is no
   * value, a many2one is an id, a many2many a list of ids. Computed and one2many fields are not in them.
   */
  records(model: string): Record<string, RpcValue>[] {
    const definition = this.#database.registry.get(model);
    if (!definition) {
      throw new TypeError(`Cannot read the records of "${model}": there is no such model`);
    }
    const env = environment(this.#database, 1, true);
    const columns = [...definition.fields.values()].filter((field) =>
      field.stored && !field.compute && field.type !== "one2many"
    );
    const rows = [...this.#database.store.rows(model)].sort((first, second) =>
      first.id - second.id
    );
    return rows.map((row) =>
      Object.fromEntries(columns.map((field) => [
        field.name,
        structuredClone(plain(toWire(env, field, env.value(definition, row, field), false))),
      ]))
    );
  }

  /**
   * Makes the next call, or the next one that matches, fail. Several wait in a queue.
   *
   * @throws {RangeError} Where the failure cannot be sent, such as a status that HTTP does not have.
   */
  failNext(failure: Failure, match?: CallMatch): void {
    this.#chaos.next(failure, match);
  }

  /**
   * Makes calls fail by rules, until what it answers is disposed of, or `reset()`. Of several rules the first that picks
   * a call is meant; a failure that waits by `failNext()` goes before them.
   *
   * @throws {RangeError} Where a number of a rule cannot be used, or its failure cannot be sent.
   */
  chaos(rules: ChaosRule | readonly ChaosRule[], options: ChaosOptions = {}): Disposable {
    return this.#chaos.add([rules].flat(), options);
  }

  /**
   * Makes an API key for a user, of 40 hexadecimal digits. In Odoo 19 it can have an end.
   *
   * @throws {TypeError} Where there is no such user, or where keys of the version have no end.
   */
  addApiKey(login: string, description: string, options: { expiresAt?: Date } = {}): string {
    const env = environment(this.#database, 1, true);
    const { expiresAt } = options;
    if (expiresAt && env.version !== 19) {
      throw new TypeError(`Cannot let an API key of Odoo ${env.version} expire: only 19 does that`);
    }
    const key = addKey(env, this.#userOf(login, "make an API key"), description, {
      scope: "rpc",
      expiresAt: expiresAt && stampOf(expiresAt),
    });
    env.store.commit();
    return key;
  }

  /**
   * Deletes an API key. It stops to work at once: real servers go on taking it in `execute_kw` until a cache is
   * cleared, while `authenticate` refuses it.
   *
   * @throws {TypeError} Where there is no such key.
   */
  revokeApiKey(key: string): void {
    if (!removeKey(this.#database.store, key)) {
      throw new TypeError("Cannot revoke an API key that nobody has");
    }
    this.#database.store.commit();
  }

  /**
   * Switches two-factor authentication on for a user, and answers with what tells the code of the moment. The web client
   * asks for it from then on, and RPC takes keys only.
   *
   * @throws {TypeError} Where there is no such user.
   */
  enableTwoFactor(login: string): () => string {
    const { store, clock } = this.#database;
    const key = newKey();
    const user = this.#userOf(login, "enable two-factor authentication");
    store.update("res.users", user, { [TWO_FACTOR_COLUMN]: key });
    store.commit();
    return () => codeAt(key, clock());
  }

  /**
   * Begins a transaction that stays open until it is committed or rolled back: what a long script on the server does,
   * whose rows carry the stamp of its begin and appear with its commit.
   *
   * @example
   * ```ts
   * import { OdooSimulator } from "@odeno/odeno/testing";
   *
   * const server = new OdooSimulator();
   * const odoo = await server.connect();
   *
   * using transaction = server.begin();
   * const late = await transaction.executeKw("res.partner", "create", [{ name: "Late" }]);
   * const early = await odoo.executeKw("res.partner", "create", [{ name: "Early" }]);
   * const seen = await odoo.executeKw("res.partner", "search", [[["id", "in", [late, early]]]]);
   * await transaction.commit();
   *
   * if (String(seen) !== String(early)) throw new Error("The late one is visible too early");
   * ```
   *
   * @throws {TypeError} Where there is no such user.
   */
  begin(login = "admin"): SimulatorTransaction {
    return new SimulatorTransaction(this.#database, this.#userOf(login, "begin a transaction"));
  }

  /** The state now. */
  snapshot(): SimulatorSnapshot {
    const snapshot = { takenAt: this.#database.clock() };
    this.#snapshots.set(snapshot, this.#database.store.snapshot());
    return snapshot;
  }

  /**
   * Goes back to a snapshot. Open transactions are rolled back, and calls that waited for them go on; failures that
   * wait stay, and so do the calls that were noted.
   *
   * @throws {TypeError} Where the snapshot is of another simulator.
   */
  restore(snapshot: SimulatorSnapshot): void {
    const state = this.#snapshots.get(snapshot);
    if (!state) throw new TypeError("Cannot restore a snapshot that this simulator has not taken");
    this.#database.store.restore(state);
  }

  /**
   * Goes back to the start: records, keys, sessions, calls and failures. Whoever waits for an answer is hung up on, and
   * nothing comes of the call. The key of `config` stays good.
   */
  reset(): void {
    this.#database.store.restore(this.#fresh);
    this.#database.accounts.reset();
    this.#chaos.clear();
    this.#log.clear();
  }

  #userOf(login: string, purpose: string): number {
    const users = [...this.#database.store.rows("res.users")];
    const user = users.find((row) => row["login"] === login);
    if (!user) throw new TypeError(`Cannot ${purpose} for "${login}": there is no such user`);
    return user.id;
  }

  async #answer(request: Request, inMemory: boolean, signal: AbortSignal): Promise<Response> {
    const watch = this.#log.watch(request.url, signal);
    try {
      const response = await answer(this.#database, watch, request);
      return await damage(watch.failure, response, { inMemory, signal: watch.signal });
    } catch (error) {
      if (inMemory || error instanceof Disconnected || signal.aborted) throw error;
      const text = error instanceof Error ? error.message : String(error);
      return stopped(this.#database, text);
    }
  }
}
