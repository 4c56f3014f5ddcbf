/**
 * One job in hand, its state in a SQLite file.
 *
 * @module
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { OdooError } from "../errors.ts";
import { ENTRIES_PAGE, entryOf } from "./jobs.ts";
import { explain, transaction } from "./sqlite_file.ts";
import type { Account, Entry, EntryFilter, JobState, RunEnd, StateChanges } from "./state.ts";

/** What a {@linkcode SqliteJob} stands on. */
export interface SqliteJobParts {
  /** The open file. */
  database: DatabaseSync;
  /** Its name, for messages. */
  path: string;
  /** Closing it lets go of the job. */
  lock: Deno.FsFile;
  /** Name of the job. */
  job: string;
  /** Number of the job in the file. */
  number: number;
  /** Number of the run. */
  run: number;
}

/** One job in hand, its state in a SQLite file. */
export class SqliteJob implements JobState {
  readonly job: string;
  readonly run: number;
  readonly #parts: SqliteJobParts;
  readonly #statements: Statements;
  readonly #onDispose: () => void;
  #isOpen = true;
  #isHeld = true;

  constructor(parts: SqliteJobParts, onDispose: () => void) {
    this.job = parts.job;
    this.run = parts.run;
    this.#parts = parts;
    this.#statements = prepare(parts.database);
    this.#onDispose = onDispose;
  }

  // deno-lint-ignore require-await -- what fails rejects
  async get(name: string): Promise<string | undefined> {
    const found = this.#do(() => this.#statements.get.get(this.#parts.number, name));
    return found === undefined ? undefined : String(found["value"]);
  }

  // deno-lint-ignore require-await -- what fails rejects
  async entries(keys: readonly string[]): Promise<Map<string, Entry>> {
    const found = this.#do(() =>
      this.#statements.entries.all(this.#parts.number, JSON.stringify(keys))
    );
    return new Map(found.map(entryOf).map((entry) => [entry.key, entry]));
  }

  async *allEntries({ notInRun }: EntryFilter = {}): AsyncGenerator<Entry[]> {
    for (let last = "";;) {
      const after = last;
      const found = this.#do(() =>
        this.#statements.page.all(this.#parts.number, after, notInRun ?? null, ENTRIES_PAGE)
      ).map(entryOf);
      if (found.length > 0) yield found;
      if (found.length < ENTRIES_PAGE) return;
      last = found.at(-1)?.key ?? "";
    }
  }

  // deno-lint-ignore require-await -- what fails rejects
  async save(changes: StateChanges): Promise<void> {
    this.#checkOpen();
    this.#do(() => transaction(this.#parts.database, () => this.#write(changes)));
  }

  // deno-lint-ignore require-await -- what fails rejects
  async end(status: RunEnd, account: Account): Promise<void> {
    this.#checkOpen();
    this.#do(() =>
      this.#parts.database.prepare(
        "UPDATE runs SET status = ?, ended = ?, account = ? WHERE job = ? AND run = ?",
      ).run(
        status,
        new Date().toISOString(),
        JSON.stringify(account),
        this.#parts.number,
        this.run,
      )
    );
    this.#isOpen = false;
  }

  // deno-lint-ignore require-await -- the interface is made for stores that wait
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#isOpen = false;
    this.#parts.lock.close();
    this.#onDispose();
  }

  #write({ values = {}, entries = [], remove = [], rows = [] }: StateChanges): void {
    const { number } = this.#parts;
    const { put, forget, keep, tell } = this.#statements;
    for (const [name, value] of Object.entries(values)) put.run(number, name, value);
    for (const key of remove) forget.run(number, key);
    for (const { key, id, stamp, hash, kept, run } of entries) {
      keep.run(number, key, id, stamp, hash, kept, run);
    }
    for (const { key, line, status, field, reason } of rows) {
      tell.run(number, this.run, key, line, status, field, reason);
    }
  }

  #do<R>(act: () => R): R {
    if (!this.#isHeld) throw new OdooError(`The job ${JSON.stringify(this.job)} was let go`);
    return explain(this.#parts.path, act);
  }

  #checkOpen(): void {
    if (this.#isOpen) return;
    throw new OdooError(`Run ${this.run} of the job ${JSON.stringify(this.job)} has ended`);
  }
}

/** The statements of a job, prepared once. */
interface Statements {
  get: StatementSync;
  entries: StatementSync;
  page: StatementSync;
  put: StatementSync;
  forget: StatementSync;
  keep: StatementSync;
  tell: StatementSync;
}

function prepare(database: DatabaseSync): Statements {
  return {
    get: database.prepare("SELECT value FROM state WHERE job = ? AND name = ?"),
    entries: database.prepare(
      "SELECT * FROM entries WHERE job = ? AND key IN (SELECT value FROM json_each(?))",
    ),
    page: database.prepare(`SELECT * FROM entries
      WHERE job = ?1 AND key > ?2 AND (?3 IS NULL OR run <> ?3) ORDER BY key LIMIT ?4`),
    put: database.prepare("INSERT OR REPLACE INTO state VALUES (?, ?, ?)"),
    forget: database.prepare("DELETE FROM entries WHERE job = ? AND key = ?"),
    keep: database.prepare("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)"),
    tell: database.prepare("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?, ?, ?)"),
  };
}
