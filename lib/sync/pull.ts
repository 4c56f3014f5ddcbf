/**
 * Odoo to elsewhere: a copy of the records of a model that is kept up to date, run by run, and misses nothing.
 *
 * @module
 */
import { CLOCK, type Clock } from "../clock.ts";
import { OdooConfigError } from "../errors.ts";
import type { Caller, CallOptions, RpcInput } from "../values.ts";
import type { UnfollowedField } from "./pull/rows.ts";
import { PullRun } from "./pull/run.ts";
import type { Sink } from "./sinks/sink.ts";
import type { StateStore } from "./state.ts";

export type { UnfollowedField, UnfollowedReason } from "./pull/rows.ts";

/** What is pulled, to where, and how thoroughly. */
export interface PullOptions extends Pick<CallOptions, "signal" | "timeoutMs"> {
  /** Technical name of the model. */
  model: string;
  /** Fields of the copy. The id comes by itself. A many2one is copied as the id that it holds. */
  fields: readonly string[];
  /** Which records; all by default. It has to be the same in every run. */
  domain?: readonly RpcInput[] | undefined;
  /** Where rows go. */
  sink: Sink;
  /** Name of the job in the state. A job has one model, one domain, one context, and one copy. */
  job: string;
  /** Where the job keeps what it knows, or the path of an SQLite file for that. */
  state: StateStore | string;
  /**
   * When ids and stamps of all records are compared with the state: in every `run`, which finds rows that were committed
   * late, rows that come into the domain or into sight without having been changed, and rows that are gone; once a day
   * (`daily`), which finds them later; or never (`off`): the copy then keeps what was deleted for ever, and lacks what was
   * committed later than the overlap allows.
   *
   * @default {"run"} up to 200,000 records, `daily` above
   */
  sweep?: "run" | "daily" | "off" | undefined;
  /**
   * When all records are read again, which finds changes of fields that `write_date` does not follow, as the event
   * `start` lists them, and what two changes under one stamp may have hidden. What the copy was given as it is, is not
   * delivered again: a copy that others have changed is made anew once it is removed.
   *
   * @default {"weekly"}
   */
  full?: "weekly" | "always" | "never" | undefined;
  /**
   * How many milliseconds before its start a run begins to look at changes. Rows of transactions that run longer are
   * found by the sweep. Where the server does not tell its time it is at least an hour.
   *
   * @default {600000}
   */
  overlapMs?: number | undefined;
  /**
   * How many records may be gone before the run stops and removes none.
   *
   * @default 20, or a fifth of the copy where that is more
   */
  maxTombstones?: number | undefined;
  /** Adds columns for fields that were not pulled before, and reads all records for them. Without it the run stops. */
  addColumns?: boolean | undefined;
  /**
   * Context of all calls; a part of the job. `lang` is `en_US` and `tz` is `UTC` unless it says otherwise, archived records
   * are among the rows (`active_test: false`), and `allowed_company_ids` stays what the companies of the user are in the
   * first run.
   */
  context?: CallOptions["context"];
  /** How many records are read in one call; 1000 by default. Fewer where they are large. */
  pageSize?: number | undefined;
  /** Told how the run goes. */
  onEvent?: ((event: PullEvent) => void) | undefined;
  /** The clock of this machine, for servers that do not tell theirs. */
  clock?: Clock | undefined;
}

/** What a run tells while it goes. */
export type PullEvent =
  | {
    kind: "start";
    /** Number of the run. */
    run: number;
    /** Whether all records are read, or what has changed since `from`. */
    mode: "full" | "changes";
    /** In UTC, as Odoo writes it. */
    from: string | undefined;
    /** The fields whose changes `write_date` does not always show: only reading all records finds them. */
    unfollowed: readonly UnfollowedField[];
  }
  | {
    kind: "progress";
    /** What is being done. */
    phase: "read" | "sweep" | "late" | "gone";
    /** Rows that were read so far. */
    read: number;
    /** Rows that went to the sink so far. */
    delivered: number;
  }
  | {
    kind: "warning";
    /** One sentence. */
    message: string;
  };

/** The account of a run. */
export interface PullReport {
  /** Name of the job. */
  job: string;
  /** Number of the run. */
  run: number;
  /** Whether all records were read, or what has changed. */
  mode: "full" | "changes";
  /** Where the next run begins, in UTC as Odoo writes it. */
  next: string;
  /** Rows read: delivered and unchanged ones. One that was read twice, as it was changed meanwhile, counts twice. */
  read: number;
  /** Rows that went to the sink: added and updated ones. */
  delivered: number;
  /** Rows that the sink had as they are. */
  unchanged: number;
  /** Rows that the copy did not have. */
  added: number;
  /** Rows that the copy had with other values. */
  updated: number;
  /** Of those read, rows that only the sweep has found. */
  late: number;
  /** Records that were taken out of the copy, by the reason. */
  deleted: number;
  /** As `deleted`: records that the user may not see any more. */
  hidden: number;
  /** As `deleted`: records that the domain does not find any more. */
  left: number;
  /** How many rows the copy has; `undefined` in a run without a sweep. */
  rows: number | undefined;
  /** Fields whose changes `write_date` does not always show. */
  unfollowed: readonly UnfollowedField[];
}

/**
 * Brings a copy of records up to date. The first run reads all of them; later ones what has changed since, and compares
 * the ids and stamps of all records, which is quick, to find what was committed late and what is gone.
 *
 * A row goes to the sink when its values are not those that went there before. The sink has it for good before the state
 * says so: a run that is killed at any moment loses nothing, and the next one goes on.
 *
 * `write_date` is the start of a transaction, rows become visible at its end: reading "what is newer than the newest that
 * I have" loses rows, and so does an id.
 *
 * @example
 * ```ts ignore
 * import { connect } from "@odeno/odeno";
 * import { pull, sqliteSink } from "@odeno/odeno/sync";
 *
 * const { delivered, deleted, rows } = await pull(await connect(), {
 *   model: "sale.order",
 *   fields: ["name", "partner_id", "date_order", "state", "amount_total", "write_date"],
 *   sink: sqliteSink("mirror.db", "orders"),
 *   job: "orders",
 *   state: "state.db",
 * });
 * console.log(`${delivered} orders are new or changed, ${deleted} are gone; the copy has ${rows}`);
 * ```
 * @throws {PullStoppedError} The job is another one, the fields have changed, or too many records are gone.
 * @throws {JobBusyError} Another run has the job.
 * @throws {OdooError} The server could not be asked to the end. What was delivered stays; the next run goes on.
 */
export async function pull(caller: Caller, options: PullOptions): Promise<PullReport> {
  checkOptions(options);
  if (typeof options.state !== "string") return await runIn(options.state, caller, options);
  const { sqliteStore } = await import("./sqlite_state.ts");
  await using store = sqliteStore(options.state);
  return await runIn(store, caller, options);
}

async function runIn(store: StateStore, caller: Caller, options: PullOptions): Promise<PullReport> {
  await using state = await store.open(options.job);
  return await new PullRun(caller, options, state, options.clock ?? CLOCK).run();
}

/** For those who run without a type check as well: a word that is not known would do less than was meant. */
function checkOptions(options: PullOptions): void {
  const { model, fields, sink, state, sweep = "run", full = "weekly" } = options;
  const { overlapMs = 0, maxTombstones = 0, pageSize = 1 } = options;
  const needed: Record<string, boolean> = {
    model: typeof model === "string" && model !== "",
    fields: Array.isArray(fields),
    sink: typeof sink?.write === "function",
    state: typeof state === "string" || typeof state?.open === "function",
  };
  const missing = Object.keys(needed).filter((name) => !needed[name]);
  if (missing.length > 0) {
    throw new OdooConfigError(`Cannot pull: it needs ${missing.join(", ")}`);
  }
  checkWord("sweep", sweep, ["run", "daily", "off"]);
  checkWord("full", full, ["weekly", "always", "never"]);
  for (const [name, value] of Object.entries({ overlapMs, maxTombstones })) {
    if (typeof value === "number" && value >= 0) continue;
    throw new OdooConfigError(`Cannot use ${value} as ${name}: it must not be below 0`);
  }
  if (Number.isSafeInteger(pageSize) && pageSize > 0) return;
  throw new OdooConfigError(
    `Cannot use a pageSize of ${pageSize}: it must be a whole number above 0`,
  );
}

function checkWord(name: string, word: string, words: readonly string[]): void {
  if (words.includes(word)) return;
  throw new OdooConfigError(
    `Cannot use ${JSON.stringify(word)} as ${name}: it must be ${words.join(" or ")}`,
  );
}
