/**
 * One job in hand, its state in a PostgreSQL database.
 *
 * @module
 */

import { OdooError } from "../errors.ts";
import { ENTRIES_PAGE, entryOf } from "./jobs.ts";
import { jsonOf, type PostgresQueries } from "./sinks/postgres.ts";
import type { Account, Entry, EntryFilter, JobState, RunEnd, StateChanges } from "./state.ts";

/** What a {@linkcode PostgresJob} stands on. */
export interface PostgresJobParts {
  /** The pool: what the connection with the lock is asked after that one broke may wait for ever. */
  sql: PostgresQueries;
  /** The schema, quoted. */
  prefix: string;
  /** Name of the job. */
  job: string;
  /** Number of the run. */
  run: number;
  /** Whether the lock is still held, in SQL. */
  isLocked: string;
  /** Lets go of the job. */
  letGo: () => Promise<void>;
}

/** One job in hand, its state in a PostgreSQL database. */
export class PostgresJob implements JobState {
  readonly job: string;
  readonly run: number;
  readonly #parts: PostgresJobParts;
  #isOpen = true;
  #isHeld = true;

  constructor(parts: PostgresJobParts) {
    this.job = parts.job;
    this.run = parts.run;
    this.#parts = parts;
  }

  async get(name: string): Promise<string | undefined> {
    const [found] = await this.#rows(
      "SELECT value FROM {}.state WHERE job = $1::text AND name = $2::text",
      [this.job, name],
    );
    return found === undefined ? undefined : String(found["value"]);
  }

  async entries(keys: readonly string[]): Promise<Map<string, Entry>> {
    const found = await this.#rows(
      `SELECT * FROM {}.entries
        WHERE job = $1::text AND key IN (SELECT json_array_elements_text($2::text::json))`,
      [this.job, jsonOf(keys)],
    );
    return new Map(found.map(entryOf).map((entry) => [entry.key, entry]));
  }

  async *allEntries({ notInRun }: EntryFilter = {}): AsyncGenerator<Entry[]> {
    for (let last = "";;) {
      const found = (await this.#rows(
        `SELECT * FROM {}.entries WHERE job = $1::text AND key > $2::text
          AND ($3::text = '' OR run::text <> $3::text) ORDER BY key LIMIT ${ENTRIES_PAGE}`,
        [this.job, last, notInRun === undefined ? "" : `${notInRun}`],
      )).map(entryOf);
      if (found.length > 0) yield found;
      if (found.length < ENTRIES_PAGE) return;
      last = found.at(-1)?.key ?? "";
    }
  }

  async save({ values = {}, entries = [], remove = [], rows = [] }: StateChanges): Promise<void> {
    // One statement may touch a row once: the last entry of a key counts, and what comes back is not removed
    const kept = new Map(entries.map((entry) => [entry.key, entry]));
    const removed = remove.filter((key) => !kept.has(key));
    await this.#write(SAVE, [
      jsonOf({ values, entries: [...kept.values()], remove: removed, rows }),
    ]);
  }

  async end(status: RunEnd, account: Account): Promise<void> {
    await this.#write(END, [status, jsonOf(account)]);
    this.#isOpen = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#isOpen = false;
    await this.#parts.letGo();
  }

  /** Runs a statement whose `mine` finds nothing once the job is another's, or the lock is gone. */
  async #write(statement: string, parameters: string[]): Promise<void> {
    if (!this.#isOpen) {
      throw new OdooError(`Run ${this.run} of the job ${JSON.stringify(this.job)} has ended`);
    }
    const [found] = await this.#rows(statement, [this.job, `${this.run}`, ...parameters]);
    if (Number(found?.["mine"]) === 1) return;
    throw new OdooError(
      `Run ${this.run} has lost the job ${
        JSON.stringify(this.job)
      }, for its connection to PostgreSQL broke: ` +
        "nothing more is saved",
    );
  }

  async #rows(statement: string, parameters: string[]): Promise<Record<string, unknown>[]> {
    if (!this.#isHeld) throw new OdooError(`The job ${JSON.stringify(this.job)} was let go`);
    const { sql, prefix, isLocked } = this.#parts;
    const text = statement.replaceAll("{}", () => prefix).replace("{locked}", () => isLocked);
    return await answer(sql, text, parameters);
  }
}

/** Sends one statement. What goes wrong is told as an {@linkcode OdooError}. */
export async function answer(
  sql: PostgresQueries,
  statement: string,
  parameters: string[] = [],
): Promise<Record<string, unknown>[]> {
  try {
    return [...await sql.unsafe(statement, parameters)];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OdooError(`Cannot use the state in PostgreSQL: ${reason}`, { cause: error });
  }
}

const MINE =
  `mine AS (SELECT 1 FROM {}.runs WHERE job = $1::text AND run = $2::bigint AND status = 'running'
  AND {locked} FOR SHARE)`;

/** All changes in one statement, and so in one transaction. */
const SAVE = `WITH ${MINE}, given AS (SELECT $3::text::json AS json FROM mine),
  put AS (
    INSERT INTO {}.state SELECT $1::text, each.key, each.value FROM given, json_each_text(json -> 'values') AS each
    ON CONFLICT (job, name) DO UPDATE SET value = excluded.value
  ), forget AS (
    DELETE FROM {}.entries WHERE job = $1::text
      AND key IN (SELECT json_array_elements_text(json -> 'remove') FROM given)
  ), keep AS (
    INSERT INTO {}.entries SELECT $1::text, each.* FROM given, json_to_recordset(json -> 'entries')
      AS each(key text, id bigint, stamp text, hash text, kept text, run bigint)
    ON CONFLICT (job, key) DO UPDATE SET id = excluded.id, stamp = excluded.stamp, hash = excluded.hash,
      kept = excluded.kept, run = excluded.run
  ), tell AS (
    INSERT INTO {}.outcomes(job, run, key, line, status, field, reason)
    SELECT $1::text, $2::bigint, each.* FROM given, json_to_recordset(json -> 'rows')
      AS each(key text, line bigint, status text, field text, reason text)
  ) SELECT count(*) AS mine FROM mine`;

const END = `WITH mine AS (
    UPDATE {}.runs SET status = $3::text, account = $4::text,
      ended = to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    WHERE job = $1::text AND run = $2::bigint AND status = 'running' AND {locked} RETURNING 1
  ) SELECT count(*) AS mine FROM mine`;
