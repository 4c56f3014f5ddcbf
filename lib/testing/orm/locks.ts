/**
 * What keeps transactions apart that are open at the same time: who holds a row, and who waits for whom.
 *
 * @module
 */
import { DatabaseError } from "../faults.ts";
import type { PythonValue } from "../python.ts";

/** An open transaction, as others see it: its rows are locked until it ends. */
export class Holder {
  readonly #ended = Promise.withResolvers<void>();
  #committed: boolean | undefined;
  #waitsFor: Holder | undefined;

  /** Settles when the transaction has ended. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether it was committed; `undefined` while it is open. */
  get committed(): boolean | undefined {
    return this.#committed;
  }

  /** Ends the transaction, for those who wait. */
  end(committed: boolean): void {
    this.#committed ??= committed;
    this.#ended.resolve();
  }

  /**
   * Waits for the end of another one.
   *
   * @throws {DatabaseError} Where that one waits for this one.
   */
  async waitFor(other: Holder): Promise<void> {
    for (let next: Holder | undefined = other; next; next = next.#waitsFor) {
      if (next === this) {
        const text = "deadlock detected\n";
        throw new DatabaseError("psycopg2.errors.DeadlockDetected", text, text);
      }
    }
    this.#waitsFor = other;
    await other.ended;
    this.#waitsFor = undefined;
  }
}

/** A statement has come to a row that an open transaction has changed: PostgreSQL lets it wait. */
export class Blocked extends Error {
  override name = "Blocked";
  /** Whether the statement is one of an import, which takes a conflict for an error of its row. */
  inImport = false;
  /** Goes on when the holder has ended, and answers as the call would have. */
  again: (() => PythonValue) | undefined;

  /** Takes who holds the row. */
  constructor(readonly holder: Holder) {
    super("a row is locked by an open transaction");
  }
}
