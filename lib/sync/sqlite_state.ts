/**
 * State of jobs in one SQLite file.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { OdooError } from "../errors.ts";
import {
  busyError,
  checkJobName,
  KEPT_OUTCOMES,
  KEPT_RUNS,
  rowOf,
  runOf,
  thisProcess,
} from "./jobs.ts";
import { isLockFree, lockPathOf, takeLock } from "./lock_file.ts";
import { explain, openStateFile, sentence, transaction } from "./sqlite_file.ts";
import { SqliteJob } from "./sqlite_job.ts";
import type { JobState, RowRecord, RunRecord, StateStore } from "./state.ts";

const RUNS = `SELECT jobs.name AS job, run, status, started, ended, pid, host, account
  FROM runs JOIN jobs ON jobs.number = runs.job`;

/**
 * State of jobs in one SQLite file on a local disk, for the jobs of one machine. It is made when the first job is opened.
 *
 * What is saved outlives `kill -9` because it is in the kernel's hands by then, and a loss of power because each save
 * waits for the disk (`synchronous = FULL`), as far as the disk tells the truth. Not for folders of another machine
 * (NFS, SMB): SQLite's log and the locks need a local disk.
 *
 * Beside it are `-wal` and `-shm` (SQLite's own) and a `.lock` file for each job, which says nothing and may stay: the
 * lock on it ends with its process, however that ends. A program needs `--allow-read` and `--allow-write` for the
 * folder, and `--allow-sys=hostname` if others are to be told the name of the machine that holds a job.
 *
 * @param path The file. A relative one is looked up when the store is first used.
 * @example
 * ```ts ignore
 * import { sqliteStore } from "@odeno/odeno/sync";
 *
 * await using store = sqliteStore("state.db");
 * for (const { job, run, status, account } of await store.runs()) console.log(job, run, status, account?.rows);
 * ```
 */
export function sqliteStore(path: string): StateStore {
  return new SqliteStore(path);
}

class SqliteStore implements StateStore {
  readonly #path: string;
  readonly #taken = new Set<JobState>();
  #opening: Promise<OpenFile> | undefined;
  #isClosed = false;

  constructor(path: string) {
    this.#path = path;
  }

  async open(job: string): Promise<JobState> {
    checkJobName(job);
    const { database, place } = await this.#file();
    const lock = await this.#locking(() => takeLock(lockPathOf(place, job)));
    if (lock === undefined) throw busyError(job, newestOf(database, job));
    try {
      const begun = explain(this.#path, () => begin(database, job));
      const state = new SqliteJob({ database, path: this.#path, lock, job, ...begun }, () => {
        this.#taken.delete(state);
      });
      this.#taken.add(state);
      return state;
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  async runs(job?: string, limit = 100): Promise<RunRecord[]> {
    if (!await this.#isThere()) return [];
    const { database, place } = await this.#file();
    const found = explain(this.#path, () => select(database, job, limit));
    const dead: RunRecord[] = [];
    for (const run of found.filter(({ status }) => status === "running")) {
      if (await this.#locking(() => isLockFree(lockPathOf(place, run.job)))) dead.push(run);
    }
    if (dead.length === 0) return found;
    // A run closes its account before it lets go: what is still open now, with the lock free before, has died
    const isDead = ({ job, run }: RunRecord) =>
      dead.some((one) => one.job === job && one.run === run);
    return explain(this.#path, () => select(database, job, limit)).map((run) =>
      run.status === "running" && isDead(run) ? { ...run, status: "interrupted" } : run
    );
  }

  async outcomes(job: string, run: number): Promise<RowRecord[]> {
    if (!await this.#isThere()) return [];
    const { database } = await this.#file();
    return explain(
      this.#path,
      () =>
        database.prepare(`SELECT key, line, outcomes.status, field, reason
        FROM outcomes JOIN jobs ON jobs.number = outcomes.job
        WHERE jobs.name = ? AND run = ? ORDER BY line, outcomes.rowid`).all(job, run).map(rowOf),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const state of [...this.#taken]) await state[Symbol.asyncDispose]();
    const file = await this.#opening?.catch(() => undefined);
    file?.database.close();
  }

  async #locking<R>(act: () => Promise<R>): Promise<R> {
    try {
      return await act();
    } catch (error) {
      throw sentence(this.#path, error);
    }
  }

  /** Whether there is a file: reading makes none. */
  async #isThere(): Promise<boolean> {
    if (this.#opening || this.#isClosed) return true;
    try {
      await Deno.stat(this.#path);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw sentence(this.#path, error);
    }
  }

  async #file(): Promise<OpenFile> {
    if (this.#isClosed) {
      throw new OdooError(`The store ${JSON.stringify(this.#path)} has been closed`);
    }
    const opening = this.#opening ??= openStateFile(this.#path);
    try {
      return await opening;
    } catch (error) {
      // The folder may be there next time
      if (this.#opening === opening) this.#opening = undefined;
      throw error;
    }
  }
}

/** The open database, and where it really is. */
interface OpenFile {
  database: DatabaseSync;
  place: string;
}

function select(database: DatabaseSync, job: string | undefined, limit: number): RunRecord[] {
  return database.prepare(`${RUNS} WHERE ?1 IS NULL OR jobs.name = ?1
    ORDER BY CASE WHEN ?1 IS NULL THEN started END DESC, run DESC LIMIT ?2`).all(job ?? null, limit)
    .map(runOf);
}

function newestOf(database: DatabaseSync, job: string): RunRecord | undefined {
  return select(database, job, 1)[0];
}

/** Begins a run. Those of the job that are still open have died, for the lock was free. */
function begin(database: DatabaseSync, job: string): { number: number; run: number } {
  return transaction(database, () => {
    database.prepare("INSERT OR IGNORE INTO jobs(name) VALUES (?)").run(job);
    const found = database.prepare(`SELECT number, coalesce(max(run), 0) + 1 AS run
      FROM jobs LEFT JOIN runs ON runs.job = jobs.number WHERE name = ? GROUP BY number`).get(job);
    const number = Number(found?.["number"]);
    const run = Number(found?.["run"]);
    database.prepare("UPDATE runs SET status = 'interrupted' WHERE job = ? AND status = 'running'")
      .run(number);
    database.prepare("DELETE FROM runs WHERE job = ? AND run <= ?").run(number, run - KEPT_RUNS);
    database.prepare("DELETE FROM outcomes WHERE job = ? AND run <= ?")
      .run(number, run - KEPT_OUTCOMES);
    const { pid, host } = thisProcess();
    database.prepare(`INSERT INTO runs(job, run, status, started, pid, host)
      VALUES (?, ?, 'running', ?, ?, ?)`).run(number, run, new Date().toISOString(), pid, host);
    return { number, run };
  });
}
