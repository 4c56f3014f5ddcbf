/**
 * The rows of a source on disk, so that a source of any length takes little memory.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";

/** One row of a source. */
export interface SpoolRow<T> {
  /** Key of the row in its source. */
  key: string;
  /** Line in the source, for messages. */
  line: number;
  /** The row itself; it comes back as JSON brings it back. */
  row: T;
  /** Rows of one group go down one lane. Without it, the first of `parents` is the group. */
  group?: string | undefined;
  /** Keys of rows that it refers to. Those that are not in this source do not count for its level. */
  parents: readonly string[];
}

/** A row whose turn has come. */
export interface SpooledRow<T> extends SpoolRow<T> {
  /** Those of its parents that cannot go in before it, for they are in a circle with it. Mostly empty. */
  later: readonly string[];
}

/** A row whose key other rows of the source have, too. */
export interface DuplicateRow<T> extends SpoolRow<T> {
  /** How many rows have the key, this one counted. */
  copies: number;
  /** Lines of the others, the first ten. */
  others: readonly number[];
}

/** What a source turned out to be. */
export interface SpoolSummary {
  /** Rows, all counted. */
  rows: number;
  /** Rows whose key is not theirs alone. They are in no batch. */
  duplicates: number;
  /** Rows in circles of references. They are in batches, and say what has to wait. */
  circular: number;
  /** How many levels there are. A row is one level above the highest of its parents. */
  levels: number;
}

/** Rows of a source: taken once, checked, then given out by levels and lanes. */
export class Spool<T> implements Disposable {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** An empty spool. It needs no permission. */
  static async open<T>(): Promise<Spool<T>> {
    const { DatabaseSync } = await import("node:sqlite");
    return new Spool<T>(new DatabaseSync(":memory:"));
  }

  /** Takes rows. */
  add(_rows: readonly SpoolRow<T>[]): void {
    throw new Error("Not yet");
  }

  /** Ends the taking: finds duplicate keys, levels and circles. */
  finish(): SpoolSummary {
    throw new Error("Not yet");
  }

  /** All rows whose key is not theirs alone, in the order of the source. */
  duplicates(): Iterable<DuplicateRow<T>> {
    throw new Error("Not yet");
  }

  /** The rows in circles, in the order of the source. */
  circles(): Iterable<SpooledRow<T>> {
    throw new Error("Not yet");
  }

  /** The rows of one level and lane, both counted from 0, in the order of the source, in batches. */
  batches(
    _level: number,
    _lane: number,
    _lanes: number,
    _size: number,
  ): Iterable<SpooledRow<T>[]> {
    throw new Error("Not yet");
  }

  /** Gives the disk back. */
  [Symbol.dispose](): void {
    this.#database.close();
  }
}
