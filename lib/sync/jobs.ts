/**
 * What the stores have in common: names of jobs, who holds one, how long runs are remembered.
 *
 * @module
 */

import { JobBusyError, OdooConfigError } from "../errors.ts";
import type { Account, Entry, RowRecord, RunRecord } from "./state.ts";

/** Runs of a job that are remembered. */
export const KEPT_RUNS = 1000;
/** Runs of a job whose rows are remembered. */
export const KEPT_OUTCOMES = 50;
/** Entries of one page of {@linkcode JobState.allEntries}. */
export const ENTRIES_PAGE = 1000;

/** Longest name of a job in bytes of UTF-8: with the worst escaping it is still a file name. */
const LONGEST_NAME = 60;

/**
 * Refuses a name that no store could keep.
 *
 * @throws {OdooConfigError}
 */
export function checkJobName(job: string): void {
  const bytes = new TextEncoder().encode(job).length;
  if (bytes > 0 && bytes <= LONGEST_NAME && job.isWellFormed() && !job.includes("\0")) return;
  throw new OdooConfigError(
    `Cannot take ${
      JSON.stringify(job)
    } as the name of a job: it must have 1 to ${LONGEST_NAME} bytes`,
  );
}

/** This process, as others are told of it. */
export function thisProcess(): { pid: number; host: string } {
  // Asked first: without the permission, asking for the name would stop a program at a prompt
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "hostname" });
  return { pid: Deno.pid, host: state === "granted" ? Deno.hostname() : "" };
}

/** The error for a job that another run holds; `newest` is the newest run of it. */
export function busyError(job: string, newest: RunRecord | undefined): JobBusyError {
  const text = `Another run holds the job ${JSON.stringify(job)}`;
  if (newest?.status !== "running") return new JobBusyError(text, job);
  const { pid, host, started } = newest;
  const since = started.replace("T", " ").replace(/\.\d+Z$/, " UTC");
  return new JobBusyError(
    `${text}: process ${pid}${host === "" ? "" : ` on ${host}`}, since ${since}`,
    job,
    { pid, host, since: new Date(started) },
  );
}

const STATUSES = ["done", "failed", "dry", "running"] as const;

/** A run from its columns. */
export function runOf(columns: Readonly<Record<string, unknown>>): RunRecord {
  const status = columns["status"];
  const ended = columns["ended"];
  const account = columns["account"];
  const closed: Account | undefined = typeof account === "string" ? JSON.parse(account) : undefined;
  return {
    job: String(columns["job"]),
    run: Number(columns["run"]),
    status: STATUSES.find((known) => known === status) ?? "interrupted",
    started: String(columns["started"]),
    ended: typeof ended === "string" ? ended : undefined,
    pid: Number(columns["pid"]),
    host: String(columns["host"]),
    account: closed,
  };
}

/** An entry from its columns. */
export function entryOf(columns: Readonly<Record<string, unknown>>): Entry {
  return {
    key: String(columns["key"]),
    id: Number(columns["id"]),
    stamp: String(columns["stamp"]),
    hash: String(columns["hash"]),
    kept: String(columns["kept"]),
    run: Number(columns["run"]),
  };
}

/** The outcome of a row from its columns. */
export function rowOf(columns: Readonly<Record<string, unknown>>): RowRecord {
  return {
    key: String(columns["key"]),
    line: Number(columns["line"]),
    status: String(columns["status"]),
    field: String(columns["field"]),
    reason: String(columns["reason"]),
  };
}
