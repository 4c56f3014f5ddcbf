/**
 * The SQLite file that holds the state of jobs: made, checked, opened; and what goes wrong with it, in sentences.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { sleep } from "../clock.ts";
import { OdooConfigError, OdooError } from "../errors.ts";

/** Marks a file as one of ours, in its header: "oden". */
const APPLICATION_ID = 0x6f64656e;
/** Version of the tables. A file of a higher one is left alone. */
const VERSION = 1;
/** How long a save waits for the save of another process. */
const BUSY_MS = 10_000;

const TABLES = `
  CREATE TABLE jobs(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE runs(
    job INTEGER NOT NULL, run INTEGER NOT NULL, status TEXT NOT NULL, started TEXT NOT NULL, ended TEXT,
    pid INTEGER NOT NULL, host TEXT NOT NULL, account TEXT, PRIMARY KEY (job, run)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE state(
    job INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (job, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entries(
    job INTEGER NOT NULL, key TEXT NOT NULL CHECK (key <> ''), id INTEGER NOT NULL, stamp TEXT NOT NULL,
    hash TEXT NOT NULL, kept TEXT NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (job, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE outcomes(
    job INTEGER NOT NULL, run INTEGER NOT NULL, key TEXT NOT NULL, line INTEGER NOT NULL, status TEXT NOT NULL,
    field TEXT NOT NULL, reason TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outcomes_run ON outcomes(job, run);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};
`;

/** Opens the file, and makes it where there is none. */
export async function openStateFile(
  path: string,
): Promise<{ database: DatabaseSync; place: string }> {
  if (path === "" || path === ":memory:") {
    throw new OdooConfigError(`Cannot keep state in ${JSON.stringify(path)}: it must be a file`);
  }
  const { DatabaseSync } = await import("node:sqlite");
  const database = explain(path, () => new DatabaseSync(path));
  try {
    explain(path, () => database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`));
    explain(path, () => makeTables(database, path));
    await useLog(database, path);
    // One file under two names must have one lock
    return { database, place: await Deno.realPath(path) };
  } catch (error) {
    database.close();
    throw sentence(path, error);
  }
}

/** Does all of it or nothing. */
export function transaction<R>(database: DatabaseSync, act: () => R): R {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = act();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk may have ended the transaction already
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Does something with the file; what goes wrong is told in one sentence. */
export function explain<R>(path: string, act: () => R): R {
  try {
    return act();
  } catch (error) {
    throw sentence(path, error);
  }
}

/** What went wrong with the file, for people. Errors that are not about it stay as they are. */
export function sentence(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof OdooError) return error;
  const { message } = error;
  const state = `the state ${JSON.stringify(path)}`;
  if (error instanceof Deno.errors.NotCapable) {
    const folder = path.replace(/[^/\\]+$/, "") || ".";
    return new OdooConfigError(
      `No permission for ${state} and the files beside it: run with --allow-read=${folder} --allow-write=${folder}`,
      { cause: error },
    );
  }
  if (/not a database|malformed/.test(message)) {
    return new OdooConfigError(
      `Cannot use ${state}: the file is damaged, or it is no SQLite file`,
      { cause: error },
    );
  }
  if (/unable to open|readonly|read-only|Permission denied|Read-only/i.test(message)) {
    return new OdooConfigError(
      `Cannot write ${state}: its folder is missing, or this user may not write there`,
      { cause: error },
    );
  }
  if (/is full|disk I\/O/.test(message)) {
    return new OdooError(
      `Cannot write ${state}: the disk is full or fails; what was saved before is still there`,
      { cause: error },
    );
  }
  if (!/locked|busy/.test(message)) return error;
  return new OdooError(`Cannot write ${state}: another process has kept it locked`, {
    cause: error,
  });
}

function makeTables(database: DatabaseSync, path: string): void {
  if (isMade(database, path)) return;
  transaction(database, () => {
    // Another process may have been faster
    if (!isMade(database, path)) database.exec(TABLES);
  });
}

function isMade(database: DatabaseSync, path: string): boolean {
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
  const id = Number(database.prepare("PRAGMA application_id").get()?.["application_id"]);
  if (id === APPLICATION_ID && version === VERSION) return true;
  if (id === APPLICATION_ID) {
    throw new OdooConfigError(
      `Cannot use the state ${
        JSON.stringify(path)
      }: a newer odeno wrote it (version ${version} of its tables, ` +
        `this one knows ${VERSION})`,
    );
  }
  const tables = Number(database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
  if (tables === 0 && id === 0 && version === 0) return false;
  throw new OdooConfigError(
    `Cannot use the state ${JSON.stringify(path)}: it is the database of another program`,
  );
}

/**
 * A log written ahead, so that readers and a writer do not wait for each other. What was committed outlives `kill -9`
 * by itself; `FULL` makes it outlive a loss of power as well, for one fsync a save.
 */
async function useLog(database: DatabaseSync, path: string): Promise<void> {
  for (let waited = 0;; waited += 50) {
    try {
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
      return;
    } catch (error) {
      // SQLite does not wait here by itself when two processes open a new file at once
      if (!(error instanceof Error && /locked/.test(error.message)) || waited > BUSY_MS) {
        throw sentence(path, error);
      }
      await sleep(50);
    }
  }
}
