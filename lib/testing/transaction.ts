/**
 * A transaction that a test holds open, as a long script on the server does.
 *
 * @module
 */
import { OdooServerError, type ServerErrorKind } from "../errors.ts";
import type { RpcValue } from "../values.ts";
import { CallError, PythonError } from "./faults.ts";
import { callMethod } from "./orm/calls.ts";
import { Blocked, Holder } from "./orm/locks.ts";
import type { Store } from "./orm/store.ts";
import { plain } from "./python.ts";
import { type Database, environment } from "./server/services.ts";

/**
 * An open transaction of a simulator: what it does is its own until `commit()`.
 *
 * It sees what was committed when it began, and its own changes, which all have the moment of its begin as stamp. Calls
 * from outside that change its rows, or want a unique value of them, wait for its end: after a commit they are run
 * again as a server does, or fail where they are an import. Reads never wait.
 */
export class SimulatorTransaction implements Disposable {
  readonly #main: Store;
  readonly #store: Store;
  readonly #database: Database;
  readonly #uid: number;
  readonly #holder = new Holder();
  #isWaiting = false;

  /** Begins the transaction, for a user. */
  constructor(database: Database, uid: number) {
    const start = database.clock();
    this.#main = database.store;
    this.#store = database.store.fork();
    this.#database = { ...database, store: this.#store, clock: () => start };
    this.#uid = uid;
    this.#main.hold(this.#store, this.#holder);
  }

  /**
   * Calls a method inside of the transaction, one at a time. A call that fails is undone, and the transaction goes on;
   * after a conflict with another one it is over.
   *
   * @throws {OdooServerError} Where the method raises an exception.
   */
  async executeKw(
    model: string,
    method: string,
    args: readonly RpcValue[] = [],
    kwargs: Readonly<Record<string, RpcValue>> = {},
  ): Promise<RpcValue> {
    for (;;) {
      this.#checkOpen();
      const mark = this.#store.mark();
      try {
        const env = environment(this.#database, this.#uid);
        return structuredClone(plain(callMethod(env, model, method, args, kwargs)));
      } catch (error) {
        this.#store.rollback(mark);
        if (!(error instanceof Blocked)) throw this.#refused(model, method, error);
        await this.#waitFor(error.holder).catch((deadlock) => {
          throw this.#refused(model, method, deadlock);
        });
      }
    }
  }

  /** Makes all changes visible, and lets those who wait go on. */
  // deno-lint-ignore require-await -- as executeKw(): what goes wrong is a rejection
  async commit(): Promise<void> {
    this.#checkOpen();
    this.#store.commit();
    this.#main.release(this.#store, true);
  }

  /** Gives all changes up. The ids that they took are not given again. */
  rollback(): void {
    if (this.#holder.committed === undefined) this.#main.release(this.#store, false);
  }

  /** Rolls back what was not committed. */
  [Symbol.dispose](): void {
    this.rollback();
  }

  async #waitFor(other: Holder): Promise<void> {
    this.#isWaiting = true;
    try {
      await this.#holder.waitFor(other);
    } finally {
      this.#isWaiting = false;
    }
  }

  #checkOpen(): void {
    const { committed } = this.#holder;
    if (committed === undefined && !this.#isWaiting) return;
    const reason = committed === undefined
      ? "another call of it waits for a row"
      : `it was ${committed ? "committed" : "rolled back"}`;
    throw new TypeError(`Cannot use the transaction: ${reason}`);
  }

  /** The error that a client would have got. PostgreSQL goes on with nothing that was in conflict. */
  #refused(model: string, method: string, thrown: unknown): unknown {
    const error = thrown instanceof CallError ? thrown.error : thrown;
    if (!(error instanceof PythonError)) return thrown;
    const kind = KINDS[error.type] ?? "server";
    if (kind === "concurrency") this.rollback();
    return new OdooServerError(`Odoo refused ${model}.${method}: ${error.message.trim()}`, {
      kind,
      model,
      method,
      exception: error.type,
      debug: "",
      cause: error,
    });
  }
}

const KINDS: Readonly<Record<string, ServerErrorKind>> = {
  "odoo.exceptions.AccessError": "access",
  "odoo.exceptions.MissingError": "missing",
  "odoo.exceptions.UserError": "user",
  "odoo.exceptions.ValidationError": "validation",
  "odoo.exceptions.RedirectWarning": "redirect",
  "psycopg2.errors.SerializationFailure": "concurrency",
  "psycopg2.errors.DeadlockDetected": "concurrency",
};
