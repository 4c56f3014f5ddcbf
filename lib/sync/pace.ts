/**
 * How many rows go into one call.
 *
 * @module
 */

/** A call that took less than this could have held more. */
const FAST_MS = 5_000;
/** One that took longer comes near to the limits of servers and proxies. */
const SLOW_MS = 20_000;
const SMALLEST = 10;

/** The size of chunks of one kind: grows while calls are fast, shrinks when they are slow or fail for their size. */
export class Pace {
  #size: number;
  readonly #most: number;

  /** Takes the sizes at the start and at most. */
  constructor(start: number, most: number) {
    this.#size = Math.min(start, most);
    this.#most = most;
  }

  /** How many rows the next call may hold. */
  get size(): number {
    return this.#size;
  }

  /** Tells how long a call with so many rows took. */
  took(rows: number, ms: number): void {
    if (ms > SLOW_MS) this.shrink(rows);
    else if (ms < FAST_MS && rows >= this.#size) this.#size = Math.min(this.#size * 2, this.#most);
  }

  /** Tells that a call with so many rows was too much. */
  shrink(rows: number): void {
    this.#size = Math.max(1, Math.min(this.#size, Math.max(SMALLEST, Math.ceil(rows / 2))));
  }
}
