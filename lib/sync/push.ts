/**
 * Rows of any source into Odoo, as often as one likes: each is there once, and every run says what became of each.
 *
 * @module
 */
import { CLOCK, type Clock } from "../clock.ts";
import { OdooConfigError } from "../errors.ts";
import type { Caller, CallOptions } from "../values.ts";
import type { SourceRow } from "./drafts.ts";
import { checkCount, Engine } from "./engine.ts";
import { KeyColumns } from "./given.ts";
import { Lane } from "./lane.ts";
import { checkAccount, emptyAccount } from "./push/account.ts";
import type { PushEvent } from "./push/events.ts";
import { checkState, identityOf } from "./push/identity.ts";
import { PushLedger, type Source } from "./push/ledger.ts";
import { checkMirror, mirror, type MirrorMode, modeOf } from "./push/mirror.ts";
import type { PushReport } from "./push/report.ts";
import { type Packed, readSource, refuseDuplicates, toDraft } from "./push/source.ts";
import { Spool } from "./spool.ts";
import type { JobState, StateStore } from "./state.ts";

export type { PushReport } from "./push/report.ts";

/** What is pushed, and how. */
export interface PushOptions<T> {
  /** Technical name of the model. */
  readonly model: string;
  /**
   * The rows, read to the end before anything is sent. They wait on disk, so there may be any number of them. Of a row of
   * `readCsv()` the cells are the columns; its line is told, and where it has an error it fails with that.
   */
  readonly source: AsyncIterable<T> | Iterable<T>;
  /** The columns of the source that tell a row from all others. The external id is made from them. */
  readonly key: readonly string[];
  /** Name of the job: its state, and the external ids of its records, are kept under it. */
  readonly job: string;
  /**
   * Gives the values of fields for a row; without it, columns are named as fields. It may throw a {@linkcode CellError}
   * for a row that cannot be sent. `undefined` and, but for the fields of `clear`, empty values change nothing.
   */
  readonly map?: ((row: T) => SourceRow) | undefined;
  /** Gives the line of a row for messages; without it, it is that in the file, or rows are counted from 1. */
  readonly line?: ((row: T, index: number) => number) | undefined;
  /**
   * First part of the external ids; `odeno_` and the name of the job by default. An installed module must not have the
   * name: its upgrade would delete the records.
   */
  readonly namespace?: string | undefined;
  /**
   * Fields by which, all of them, a record without an external id of this job is taken for a row, archived ones too. It
   * gets the external id, where the user may do that; else only the state knows it, and without that another is made. A
   * row fails that matches several records, another row's record, or, being new, an earlier row of the source.
   */
  readonly match?: readonly string[] | undefined;
  /** Rows that give the same here go down one lane. Without it, rows that refer to the same row do. */
  readonly groupBy?: ((row: T) => string | number | undefined) | undefined;
  /** How many lanes send at the same time; 1 by default. */
  readonly concurrency?: number | undefined;
  /** Looks and compares as always, and writes nothing: what would become of the rows comes as events. */
  readonly dryRun?: boolean | undefined;
  /**
   * Archives (`true` or `"archive"`) or deletes (`"delete"`) the records of rows that earlier runs had and the source has
   * no more. Needs a `state`.
   */
  readonly mirror?: MirrorMode | boolean | undefined;
  /** How many records `mirror` may take; more stop it. By default a tenth of those known, and no more than 100. */
  readonly mirrorLimit?: number | undefined;
  /** Tells Odoo not to track changes: faster, and no message in the records tells who changed what. */
  readonly quiet?: boolean | undefined;
  /** Fields that an empty value (`null` or an empty text) clears. In all others it changes nothing. */
  readonly clear?: readonly string[] | undefined;
  /**
   * What the job remembers from run to run, or the path of its SQLite file. Without it, rows are found by their external
   * ids each time, and what Odoo alters is sent again.
   */
  readonly state?: StateStore | string | undefined;
  /** Odoo's context for all calls. Its language is `en_US` and its time zone `UTC` unless said otherwise here. */
  readonly context?: CallOptions["context"];
  /** Milliseconds until a request is given up. */
  readonly timeoutMs?: number | undefined;
  /** Ends the run; it then rejects with the signal's reason. The next run carries on. */
  readonly signal?: AbortSignal | undefined;
  /** Rows of a call at most; 2000 by default. */
  readonly chunkSize?: number | undefined;
  /** Is told what happens. */
  readonly onEvent?: ((event: PushEvent) => void) | undefined;
  /** Tells the time, and waits between tries; the clock of the machine by default. */
  readonly clock?: Clock | undefined;
}

/** Rows that are looked up together. */
const BATCH = 1000;
const DEFAULT_CHUNK_SIZE = 2000;

/**
 * Brings the rows of a source into a model: creates those that are new, writes what differs into the others, and leaves
 * alone what is equal. Each record has an external id made from its row's key, so a row is there once, whatever fails,
 * and however often it is pushed.
 *
 * Rows may refer to each other, in any order and in circles: `parent_id: { key: "C1" }`.
 *
 * @example
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { push } from "@odeno/odeno/sync";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const source = [
 *   { no: "1", name: "Azure Interior", city: "Fremont", company: "" },
 *   { no: "2", name: "Brandon Freeman", city: "", company: "1" },
 * ];
 * const { account } = await push(odoo, {
 *   model: "res.partner",
 *   job: "contacts",
 *   source,
 *   key: ["no"],
 *   map: ({ name, city, company }) => ({
 *     name,
 *     city,
 *     parent_id: company === "" ? undefined : { key: company },
 *   }),
 * });
 * if (account.created !== 2) throw new Error("Not all rows went in");
 * ```
 *
 * @throws {OdooConfigError} A column cannot be written, or an option cannot be used. Nothing was sent.
 * @throws {JobBusyError} Another run holds the job.
 * @throws {MirrorLimitError} More rows are gone than `mirror` may take. Its `report` says what became of all others.
 * @throws {OdooError} The first questions could not be asked. Rows that cannot be sent later are told as failed.
 */
export async function push<T extends object>(
  caller: Caller,
  options: PushOptions<T>,
): Promise<PushReport> {
  const { state, job } = options;
  if (state === undefined) return await pushWith(caller, options, undefined);
  await using store = typeof state === "string" ? await openFile(state) : undefined;
  const opened = typeof state === "string" ? store : state;
  if (!opened) return await pushWith(caller, options, undefined);
  await using jobState = await opened.open(job);
  return await pushWith(caller, options, jobState);
}

/** SQLite is only there where it is asked for. */
async function openFile(path: string): Promise<StateStore> {
  const { sqliteStore } = await import("./sqlite_state.ts");
  return sqliteStore(path);
}

async function pushWith<T extends object>(
  caller: Caller,
  options: PushOptions<T>,
  state: JobState | undefined,
): Promise<PushReport> {
  const ledger = new PushLedger(state, options.dryRun ?? false, options.onEvent);
  // What would have been done is not to be read as done later
  const account = options.dryRun ? emptyAccount() : ledger.account;
  try {
    const report = await new Push(caller, options, state, ledger).run();
    await state?.end(report.lost ? "failed" : options.dryRun ? "dry" : "done", account);
    return report;
  } catch (error) {
    // An abort is no end: the run stays open, and is called interrupted
    if (!options.signal?.aborted) {
      // Where the state itself has failed, the first error says why
      await state?.end("failed", account).catch(() => {});
    }
    throw error;
  }
}

class Push<T extends object> {
  readonly #caller: Caller;
  readonly #options: PushOptions<T>;
  readonly #state: JobState | undefined;
  readonly #ledger: PushLedger;

  constructor(
    caller: Caller,
    options: PushOptions<T>,
    state: JobState | undefined,
    ledger: PushLedger,
  ) {
    this.#caller = caller;
    this.#options = options;
    this.#state = state;
    this.#ledger = ledger;
  }

  async run(): Promise<PushReport> {
    const { source, map, line, groupBy, signal, onEvent, key } = this.#options;
    const columns = new KeyColumns(key);
    checkCount("concurrency", this.#options.concurrency, 1);
    checkCount("mirrorLimit", this.#options.mirrorLimit, 0);
    const engine = await this.#openEngine();
    const state = this.#state;
    checkMirror(modeOf(this.#options.mirror), engine, state);
    if (state) await checkState(engine, state);
    using spool = await Spool.open<Packed>();
    const reading = { map, line, groupBy, columns, match: engine.options.match, signal };
    const keyless = await readSource(source, reading, engine.drafter, spool, this.#ledger);
    const { duplicates, circular, levels } = spool.finish();
    const { account } = this.#ledger;
    onEvent?.({ type: "source", rows: account.rows, duplicates, circular, levels });
    this.#ledger.readFrom(spool);
    await refuseDuplicates(spool, key, this.#ledger);
    // Not before: a key that no row has is not the key of the job
    if (!engine.options.dryRun) await state?.save({ values: { push: identityOf(engine) } });
    await this.#send(engine, spool, levels);
    checkAccount(account);
    const { foundBy, lost, options: { namespace } } = engine;
    const report = { run: this.#ledger.run, namespace, account, foundBy, lost };
    return { ...report, notMirrored: await this.#mirror(engine, keyless, report) };
  }

  async #openEngine(): Promise<Engine> {
    const { model, key, job, match, clear, clock, chunkSize, signal, timeoutMs } = this.#options;
    const quiet: CallOptions["context"] = this.#options.quiet ? { tracking_disable: true } : {};
    // What a cell means must not depend on the language and the time zone of the user
    const context = { lang: "en_US", tz: "UTC", ...quiet, ...this.#options.context };
    const engine = await Engine.open(this.#caller, {
      model,
      key,
      namespace: this.#options.namespace ?? namespaceOf(job),
      clear: clear ?? [],
      match: match ?? [],
      isNew: false,
      dryRun: this.#options.dryRun ?? false,
      chunkSize: chunkSize ?? DEFAULT_CHUNK_SIZE,
      clock: clock ?? CLOCK,
      call: { signal, timeoutMs, context },
    });
    for (const name of engine.options.match) engine.fields.get(name);
    return engine;
  }

  /** Level by level, so that a row is there before those that refer to it; then what had to be left out in circles. */
  async #send(engine: Engine, spool: Spool<Packed>, levels: number): Promise<void> {
    const count = this.#options.concurrency ?? 1;
    const lanes = Array.from({ length: count }, () => new Lane<Source>(engine, this.#ledger));
    for (let level = 0; level < levels; level++) {
      await allOrNone(lanes, async (lane, index, hasFailed) => {
        for (const batch of spool.batches(level, index, count, BATCH)) {
          this.#options.signal?.throwIfAborted();
          if (hasFailed()) return;
          await lane.take(batch.map((row) => toDraft(engine.drafter, spool, row)));
        }
        await lane.finish();
      });
    }
    // How their records are found again says nothing of how they were found
    const foundBy = { ...engine.foundBy };
    await this.#sendAgain(engine, spool, lanes[0]);
    Object.assign(engine.foundBy, foundBy);
  }

  async #sendAgain(
    engine: Engine,
    spool: Spool<Packed>,
    lane: Lane<Source> | undefined,
  ): Promise<void> {
    this.#ledger.beginSecondPass();
    let batch: ReturnType<typeof toDraft>[] = [];
    for (const row of spool.circles()) {
      if (!this.#ledger.isPartial(row.key)) continue;
      batch.push({ ...toDraft(engine.drafter, spool, row), later: [] });
      if (batch.length < BATCH) continue;
      await lane?.take(batch);
      batch = [];
    }
    if (batch.length > 0) await lane?.take(batch);
    await lane?.finish();
  }

  /** Why records were not mirrored although they should have been; nothing where they were. */
  async #mirror(
    engine: Engine,
    keyless: number,
    report: Omit<PushReport, "notMirrored">,
  ): Promise<string | undefined> {
    const mode = modeOf(this.#options.mirror);
    if (!mode || !this.#state) return undefined;
    if (keyless > 0) return `${keyless} rows have no key, so that none is surely gone`;
    if (engine.lost) return "not all rows could be sent";
    const options = { mode, limit: this.#options.mirrorLimit, report };
    return await mirror(options, engine, this.#state, this.#ledger);
  }
}

/** Runs a task for each; when one fails the others end as soon as they can, before its error is thrown. */
async function allOrNone<L>(
  lanes: readonly L[],
  task: (lane: L, index: number, hasFailed: () => boolean) => Promise<void>,
): Promise<void> {
  let failed = false;
  const results = await Promise.allSettled(lanes.map(async (lane, index) => {
    try {
      await task(lane, index, () => failed);
    } catch (error) {
      failed = true;
      throw error;
    }
  }));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

function namespaceOf(job: string): string {
  if (/^[a-z0-9_]+$/.test(job)) return `odeno_${job}`;
  throw new OdooConfigError(
    `Cannot make external ids from the name of the job "${job}": take one of lower case letters, digits and _, ` +
      "or give a namespace",
  );
}
