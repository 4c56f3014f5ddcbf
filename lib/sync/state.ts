/**
 * What jobs keep from run to run: the interfaces of a store, which SQLite and PostgreSQL fill.
 *
 * @module
 */

/** Where jobs keep what they know from run to run. */
export interface StateStore extends AsyncDisposable {
  /**
   * Takes a job and begins a run of it: nobody else has the job until the state is disposed of, or its process ends
   * in whatever way.
   *
   * @throws {JobBusyError} Another run holds the job; the error says which.
   */
  open(job: string): Promise<JobState>;
  /** Runs of one job or of all, the newest first. */
  runs(job?: string, limit?: number): Promise<RunRecord[]>;
  /** What a run has to say of rows, by line: failed, altered or warned ones, and those whose records a mirror took. */
  outcomes(job: string, run: number): Promise<RowRecord[]>;
}

/** A job in hand. Disposing of it without {@linkcode JobState.end} leaves its run `interrupted`. */
export interface JobState extends AsyncDisposable {
  /** Name of the job. */
  readonly job: string;
  /** Number of this run, counted from 1 for each job. */
  readonly run: number;
  /** A small value of the job by its name, such as a checkpoint, as JSON text. */
  get(name: string): Promise<string | undefined>;
  /** Those entries of the keys that there are. */
  entries(keys: readonly string[]): Promise<Map<string, Entry>>;
  /** All entries in the order of their keys as text, page by page, in bounded memory. Saving meanwhile is allowed. */
  allEntries(filter?: EntryFilter): AsyncGenerator<Entry[]>;
  /** Keeps all of it or nothing. What it resolved for outlives a kill and a loss of power. */
  save(changes: StateChanges): Promise<void>;
  /** Closes the account of the run. Nothing is saved after it. */
  end(status: RunEnd, account: Account): Promise<void>;
}

/** Which entries {@linkcode JobState.allEntries} gives. */
export interface EntryFilter {
  /** Only entries whose `run` is another than this one. */
  notInRun?: number | undefined;
}

/** What one {@linkcode JobState.save} keeps. */
export interface StateChanges {
  /** Small values by name; they replace those before. */
  values?: Readonly<Record<string, string>> | undefined;
  /** Entries; they replace those of the same key. */
  entries?: readonly Entry[] | undefined;
  /** Keys of entries to forget. Removed first, so that an entry may be replaced under the same key. */
  remove?: readonly string[] | undefined;
  /** Outcomes of rows of this run. */
  rows?: readonly RowRecord[] | undefined;
}

/** What a job knows of one record. */
export interface Entry {
  /** push: the escaped key of the source; pull: the database id as text. */
  key: string;
  /** Database id. */
  id: number;
  /** pull: `write_date` of the row last delivered; push: `create_date` of the record, after "archived " where it is. */
  stamp: string;
  /** push: empty; pull: hash of the row last delivered. */
  hash: string;
  /** push: for fields that Odoo did not keep as they were sent, hashes of both values; pull: empty. */
  kept: string;
  /** push: the last run whose source had it; pull: the last run whose sweep saw it. */
  run: number;
}

/** What became of one row that did not go in, or not as it was, or that is gone from the source of a mirror. */
export interface RowRecord {
  /** Key of the row. */
  key: string;
  /** Its line in the source, or 0. */
  line: number;
  /** `failed`, `unknown`, `altered` or `warned`; of rows that are gone `archived`, `deleted` or `failed`. */
  status: string;
  /** Field that it is about, or an empty string. */
  field: string;
  /** One sentence. */
  reason: string;
}

/** Rows of a run, counted by what became of them. */
export interface Account {
  /** push: rows of the source; pull: rows delivered. */
  rows: number;
  /** Made in Odoo. */
  created: number;
  /** Changed in Odoo. */
  updated: number;
  /** Already so in Odoo. */
  unchanged: number;
  /** Refused, each with its reason. */
  failed: number;
  /** Sent, without ever learning whether they went in. */
  unknown: number;
  /** Of those that went in: Odoo kept another value. */
  altered: number;
  /** Of those that went in: Odoo warned. */
  warned: number;
  /** push with `mirror`: archived, for the source has them no more. */
  archived: number;
  /** push with `mirror`: deleted; pull: tombstones of deleted records. */
  deleted: number;
  /** pull: tombstones of records that the user may not see any more. */
  hidden?: number | undefined;
  /** pull: tombstones of records that left the domain. */
  left?: number | undefined;
}

/** How a run has ended; `dry` where it was only to look. */
export type RunEnd = "done" | "failed" | "dry";

/** One run of a job. */
export interface RunRecord {
  /** Name of the job. */
  job: string;
  /** Number of the run, counted from 1 for each job. */
  run: number;
  /** `interrupted`: its process ended, or let go of the job, before the account was closed. */
  status: RunEnd | "running" | "interrupted";
  /** When it began, in ISO 8601 and UTC. */
  started: string;
  /** When its account was closed; `undefined` for a run that is at work or was interrupted. */
  ended: string | undefined;
  /** Number of the process. */
  pid: number;
  /** Name of the machine; an empty string where the process may not ask for it. */
  host: string;
  /** Its account, once closed. */
  account: Account | undefined;
}
