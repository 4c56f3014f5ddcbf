/**
 * The rows of a source on disk, so that a source of any length takes little memory.
 *
 * @module
 */

import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { OdooError } from "../errors.ts";
import { type Levels, placeByLevels } from "./levels.ts";

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
  /** Rows that have the same here would be taken for one record. */
  match?: string | undefined;
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

/** Characters of JSON that come from SQLite in one piece: few enough for rows that hold files. */
const PIECE = 1 << 20;
/** How many lines of other rows a duplicate tells. */
const OTHERS = 10;
/** Rows of one look at duplicates and circles. */
const PAGE = 200;

/** What a row is kept as. */
type Packed<T> = [key: string, line: number, row: T, parents: string[], group?: string];

/**
 * Rows of a source: taken once, checked, then given out by levels and lanes.
 *
 * They are in a private database of SQLite in the folder for temporary files, which nobody else sees and which is gone
 * with the process, in whatever way that ends.
 *
 * @example
 * ```ts
 * import { Spool } from "@odeno/odeno/sync";
 *
 * using spool = await Spool.open<{ name: string }>();
 * spool.add([
 *   { key: "anna", line: 2, row: { name: "Anna" }, parents: ["azure"] },
 *   { key: "azure", line: 3, row: { name: "Azure Interior" }, parents: [] },
 * ]);
 * const { levels } = spool.finish();
 * for (let level = 0; level < levels; level++) {
 *   for (const batch of spool.batches(level, 0, 1, 500)) console.log(batch[0]?.row.name);
 * }
 * ```
 */
export class Spool<T> implements Disposable {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  #rows = 0;
  #largest = 1;
  /** Finds the first row that is matched as another one. */
  #firstMatched: StatementSync | undefined;
  #isMatched = false;
  #find: StatementSync | undefined;
  #levels: Levels | undefined;

  private constructor(database: DatabaseSync) {
    this.#database = database;
    // TEMP tables of a database in memory are on disk. What dies with its process needs no journal, and one
    // transaction is enough.
    database.exec(`
      PRAGMA temp_store = FILE;
      PRAGMA temp.cache_size = -4000;
      PRAGMA temp.journal_mode = OFF;
      CREATE TEMP TABLE rows(seq INTEGER PRIMARY KEY, key TEXT, lane TEXT, parents TEXT, match TEXT, body TEXT);
      BEGIN;
    `);
    this.#insert = database.prepare(
      "INSERT INTO rows(key, lane, parents, match, body) VALUES (?, ?, ?, ?, ?)",
    );
  }

  /** An empty spool. It needs no permission. */
  static async open<T>(): Promise<Spool<T>> {
    const { DatabaseSync } = await import("node:sqlite");
    return new Spool<T>(new DatabaseSync(":memory:"));
  }

  /**
   * Takes rows.
   *
   * @throws {OdooError} The disk is full.
   */
  add(rows: readonly SpoolRow<T>[]): void {
    if (this.#levels !== undefined) throw new OdooError("The spool has been finished");
    explained(() => {
      for (const row of rows) this.#insertRow(row);
    });
    this.#rows += rows.length;
  }

  /** Ends the taking: finds duplicate keys, levels and circles. */
  finish(): SpoolSummary {
    this.#levels ??= explained(() => {
      if (this.#isMatched) {
        this.#database.exec("CREATE INDEX temp.rows_match ON rows(match) WHERE match IS NOT NULL");
      }
      return arrange(this.#database);
    });
    const { levels, circular } = this.#levels;
    const doubles = this.#database.prepare("SELECT sum(copies) AS n FROM doubles").get();
    return { rows: this.#rows, duplicates: Number(doubles?.["n"] ?? 0), circular, levels };
  }

  /** All rows whose key is not theirs alone, in the order of the source. */
  *duplicates(): Generator<DuplicateRow<T>> {
    const others = this.#database.prepare(`SELECT rows.body ->> 1 AS line, copies
      FROM rows JOIN doubles ON doubles.key = rows.key WHERE rows.key = ? ORDER BY seq LIMIT ?`);
    const found =
      "SELECT doubled.seq, body FROM doubled JOIN rows USING (seq) WHERE doubled.seq > ?";
    for (const row of this.#pages(found, [], PAGE)) {
      const lines = others.all(row.key, OTHERS + 1);
      yield {
        ...row,
        copies: Number(lines[0]?.["copies"]),
        others: without(lines.map((each) => Number(each["line"])), row.line).slice(0, OTHERS),
      };
    }
  }

  /** Whether there is a row with the key. */
  has(key: string): boolean {
    this.#find ??= this.#database.prepare("SELECT 1 FROM rows WHERE key = ? LIMIT 1");
    return this.#find.get(key) !== undefined;
  }

  /** The line of the first row that is matched as this one is, where that is another one. */
  firstMatched(key: string): number | undefined {
    if (!this.#isMatched) return undefined;
    this.#firstMatched ??= this.#database.prepare(`SELECT first.body ->> 1 AS line FROM rows
      JOIN rows AS first ON first.match = rows.match AND first.seq < rows.seq
      WHERE rows.key = ? AND first.key NOT IN (SELECT key FROM doubles) ORDER BY first.seq LIMIT 1`);
    const line = this.#firstMatched.get(key)?.["line"];
    return line === undefined ? undefined : Number(line);
  }

  /** The rows in circles, in the order of the source. */
  *circles(): Generator<SpooledRow<T>> {
    const found = "SELECT rows.seq, body FROM circle JOIN rows USING (seq) WHERE rows.seq > ?";
    for (const row of this.#pages(found, [], PAGE)) yield { ...row, later: this.#later(row) };
  }

  /** The rows of one level and lane, both counted from 0, in the order of the source, in batches. */
  *batches(
    level: number,
    lane: number,
    lanes: number,
    size: number,
  ): Generator<SpooledRow<T>[]> {
    const found =
      `SELECT place.seq, body FROM place JOIN rows USING (seq) LEFT JOIN lanes USING (seq)
      WHERE place.seq > ? AND level = ? AND coalesce(lanes.n, place.seq - 1) % ? = ?`;
    const circular = level === this.#levels?.circleLevel;
    let batch: SpooledRow<T>[] = [];
    for (const row of this.#pages(found, [level, lanes, lane], size)) {
      batch.push({ ...row, later: circular ? this.#later(row) : [] });
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /** Gives the disk back. */
  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #insertRow(spoolRow: SpoolRow<T>): void {
    const { key, parents, group, match } = spoolRow;
    const body = pack(spoolRow);
    const named = parents.length === 0 ? null : JSON.stringify(parents);
    this.#insert.run(key, group ?? parents[0] ?? null, named, match ?? null, body);
    this.#isMatched ||= match !== undefined;
    if (body.length > this.#largest) this.#largest = body.length;
  }

  /** The rows that a query finds behind `seq > ?`, a page at a time: no cursor stays open between two pages. */
  *#pages(query: string, given: readonly SQLInputValue[], size: number): Generator<SpoolRow<T>> {
    if (this.#levels === undefined) throw new OdooError("The spool has not been finished");
    const page = Math.max(1, Math.min(size, Math.floor(PIECE / this.#largest)));
    // One text for a page: SQLite's values one by one take twice the time
    const statement = this.#database.prepare(`SELECT max(seq) AS last, count(*) AS n,
      '[' || group_concat(body, ',' ORDER BY seq) || ']' AS rows FROM (${query} ORDER BY 1 LIMIT ?)`);
    let last: SQLInputValue = 0;
    for (;;) {
      const found: Record<string, SQLOutputValue> | undefined = statement.get(last, ...given, page);
      if (!found?.["n"]) return;
      last = found["last"] ?? 0;
      const rows: Packed<T>[] = JSON.parse(String(found["rows"]));
      for (const row of rows) yield unpack(row);
      if (rows.length < page) return;
    }
  }

  #later({ key }: SpoolRow<T>): string[] {
    return this.#database.prepare(`SELECT parents.key AS key FROM rows
      JOIN refs ON refs.child = rows.seq
      JOIN circle ON circle.seq = refs.parent
      JOIN rows AS parents ON parents.seq = refs.parent
      WHERE rows.key = ? ORDER BY parents.seq`).all(key).map((found) => String(found["key"]));
  }
}

function pack<T>({ key, line, row, parents, group }: SpoolRow<T>): string {
  return JSON.stringify(
    group === undefined ? [key, line, row, parents] : [key, line, row, parents, group],
  );
}

function unpack<T>([key, line, row, parents, group]: Packed<T>): SpoolRow<T> {
  return group === undefined ? { key, line, row, parents } : { key, line, row, parents, group };
}

/** Everything that is known once all rows are there: `doubles`, `doubled`, `refs`, `lanes`, and the levels. */
function arrange(database: DatabaseSync): Levels {
  database.exec(`
    CREATE INDEX temp.rows_key ON rows(key);
    CREATE TEMP TABLE doubles(key TEXT PRIMARY KEY, copies INTEGER) WITHOUT ROWID;
    INSERT INTO doubles SELECT key, count(*) FROM rows GROUP BY key HAVING count(*) > 1;
    CREATE TEMP TABLE doubled(seq INTEGER PRIMARY KEY);
    INSERT INTO doubled SELECT seq FROM doubles JOIN rows USING (key) ORDER BY seq;
    CREATE TEMP TABLE lanes(seq INTEGER PRIMARY KEY, n INTEGER);
    INSERT INTO lanes SELECT seq, dense_rank() OVER (ORDER BY first) FROM
      (SELECT seq, min(seq) OVER (PARTITION BY lane) AS first FROM rows WHERE lane IS NOT NULL) ORDER BY seq;
    CREATE TEMP TABLE refs(parent INTEGER, child INTEGER, PRIMARY KEY (parent, child)) WITHOUT ROWID;
    INSERT OR IGNORE INTO refs SELECT parents.seq, rows.seq FROM rows, json_each(rows.parents) AS named
      JOIN rows AS parents ON parents.key = named.value
      WHERE rows.parents IS NOT NULL
        AND rows.key NOT IN (SELECT key FROM doubles) AND parents.key NOT IN (SELECT key FROM doubles)
      ORDER BY 1, 2;
    CREATE INDEX temp.refs_child ON refs(child, parent);
  `);
  return placeByLevels(database);
}

/** The numbers without one that is equal to the given. */
function without(numbers: readonly number[], one: number): number[] {
  const at = numbers.indexOf(one);
  return at < 0 ? [...numbers] : numbers.toSpliced(at, 1);
}

/** Does something; a folder for temporary files that takes no more is told in one sentence. */
function explained<R>(act: () => R): R {
  try {
    return act();
  } catch (error) {
    const isAboutDisk = error instanceof Error &&
      /is full|disk I\/O error|unable to open/.test(error.message);
    if (!isAboutDisk) throw error;
    throw new OdooError(
      "The folder for temporary files is full or missing: set SQLITE_TMPDIR to one with room for the whole source",
      { cause: error },
    );
  }
}
