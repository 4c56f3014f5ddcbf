/**
 * One run of a pull, from the first question to the checkpoint.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import { and } from "../../domain.ts";
import { OdooServerError } from "../../errors.ts";
import { Model } from "../../model.ts";
import type { PullEvent, PullOptions, PullReport } from "../pull.ts";
import { PullStoppedError, type Tombstone } from "../sinks/sink.ts";
import type { JobState } from "../state.ts";
import type { Caller, CallOptions, RpcInput } from "../../values.ts";
import { countDelivered, Delivery, forgetDelivered } from "./delivery.ts";
import { checkFields, checkJob, contextOf, domainOf, withCompanies } from "./job.ts";
import { isSweepDue, type Plan, planOf, toBeRead } from "./plan.ts";
import {
  areTranslated,
  FIELD_ATTRIBUTES,
  hasStamps,
  type PulledField,
  pulledFields,
  type ReadRow,
  toReadRow,
  type UnfollowedField,
  unfollowedFields,
} from "./rows.ts";
import {
  chunks,
  compare,
  foundAgain,
  reasonsOf,
  sweep,
  tombstoneLimit,
  tooManyGone,
} from "./sweep.ts";
import { asStamp, ServerTime } from "./time.ts";

const OVERLAP_MS = 600_000;
const DEFAULT_PAGE_SIZE = 1000;
/** Of how many records the reason is told where too many are gone. */
const REASONS_SHOWN = 50;
/** Takes a copy from what it is to what Odoo has. */
export class PullRun {
  readonly #caller: Caller;
  readonly #options: PullOptions;
  readonly #state: JobState;
  readonly #time: ServerTime;
  readonly #delivery: Delivery;
  readonly #domain: readonly RpcInput[];
  readonly #model: Model;
  #callOptions: CallOptions;
  #fields: PulledField[] = [];
  #unfollowed: UnfollowedField[] = [];
  #hasStamps = false;
  readonly #gone = { deleted: 0, hidden: 0, left: 0 };
  #late = 0;
  #rows: number | undefined;

  /** Takes a job in hand. */
  constructor(caller: Caller, options: PullOptions, state: JobState, clock: Clock) {
    const { signal, timeoutMs } = options;
    this.#caller = caller;
    this.#options = options;
    this.#state = state;
    this.#time = new ServerTime(clock, options.overlapMs ?? OVERLAP_MS);
    this.#delivery = new Delivery(options.sink, state);
    this.#domain = domainOf(options);
    this.#model = new Model(caller, options.model);
    const context = contextOf(options);
    this.#callOptions = { signal, timeoutMs, context, onServerTime: this.#time.note };
  }

  /** Does it all. */
  async run(): Promise<PullReport> {
    const { sink } = this.#options;
    try {
      const plan = await this.#prepare();
      await this.#read(plan);
      const count = () => this.#model.searchCount(this.#domain, this.#callOptions);
      const isSwept = await isSweepDue(this.#options, this.#state, plan, count);
      if (isSwept) await this.#sweep();
      await this.#finish();
      await this.#checkpoint(plan, isSwept);
      await this.#end("done");
      return this.#report(plan);
    } catch (error) {
      // What has ended the run may have taken the state along; then it is interrupted rather than failed
      await this.#end("failed").catch(() => {});
      throw error;
    } finally {
      await sink.close();
    }
  }

  async #prepare(): Promise<Plan> {
    const { sink, fields, model, addColumns = false } = this.#options;
    const job = await checkJob(this.#caller, this.#options, this.#state);
    const descriptions = await this.#model.fieldsGet(FIELD_ATTRIBUTES, this.#callOptions);
    const start = this.#time.start();
    this.#fields = pulledFields(model, fields, descriptions);
    const hasTranslations = areTranslated(this.#fields, descriptions) &&
      await this.#hasTranslations();
    this.#unfollowed = unfollowedFields(this.#fields, descriptions, hasTranslations);
    this.#hasStamps = hasStamps(descriptions);
    const isWider = await checkFields(this.#fields, this.#state, addColumns);
    const context = contextOf(this.#options);
    const company = await withCompanies(this.#caller, context, this.#state, this.#callOptions);
    this.#callOptions = { ...this.#callOptions, context: company.context };
    const isFilled = await this.#checkSink() === false;
    const columns = this.#fields.map(({ name, kind }) => ({ name, kind }));
    // A column that others have dropped would stay empty: its values are not new
    await sink.open(columns, { addColumns: addColumns && (isWider || !isFilled) });
    await this.#state.save({
      values: {
        job,
        fields: JSON.stringify(this.#fields),
        sink: sink.name,
        ...(company.companies === undefined ? {} : { companies: company.companies }),
        ...(isWider ? { from: "", reading: "" } : {}),
      },
    });
    return await this.#plan(start);
  }

  /** From Odoo 16 on there is no such model, and a translation is a change of its record. */
  async #hasTranslations(): Promise<boolean> {
    try {
      const translations = new Model(this.#caller, "ir.translation");
      await translations.fieldsGet(["type"], this.#callOptions);
      return true;
    } catch (error) {
      if (error instanceof OdooServerError) return false;
      throw error;
    }
  }

  /**
   * A copy that is empty or another one gets all rows; one that others have filled is let be. Answers whether it is
   * empty.
   */
  async #checkSink(): Promise<boolean | undefined> {
    const { sink, job } = this.#options;
    const isEmpty = await sink.isEmpty();
    const before = await this.#state.get("sink");
    const isKnown = before !== undefined && await hasEntries(this.#state);
    if (isEmpty === false && !(isKnown && before === sink.name)) {
      throw new PullStoppedError(
        `${sink.name} has rows that the job "${job}" has not delivered: remove them, or take an empty one` +
          (isKnown ? `. The job has delivered to ${before} so far` : ""),
        "copy",
      );
    }
    if (!isKnown || before === sink.name && isEmpty !== true) return isEmpty;
    this.#tell({ kind: "warning", message: `${sink.name} is new: all rows are delivered again` });
    await forgetDelivered(this.#state);
    return isEmpty;
  }

  async #plan(start: number): Promise<Plan> {
    const plan = await planOf(this.#options, this.#state, start, this.#hasStamps);
    const { mode } = plan;
    const unfollowed = this.#unfollowed;
    this.#tell({ kind: "start", run: this.#state.run, mode, from: plan.from, unfollowed });
    if (!this.#time.isKnown) {
      this.#tell({
        kind: "warning",
        message: "The server does not tell its time: the clock of this machine is taken, with a " +
          "wider overlap",
      });
    }
    return plan;
  }

  /** Changes in pages by id: who waits for the end of a page cannot shift the next one. */
  async #read(plan: Plan): Promise<void> {
    const { mode, start } = plan;
    let { after } = plan;
    const since = this.#hasStamps ? asStamp(this.#time.nextFrom(start)) : undefined;
    for await (const rows of this.#pages(and(this.#domain, toBeRead(plan, since)))) {
      after = Math.max(after, rows.at(-1)?.row.id ?? 0);
      const reading = JSON.stringify({ start, after });
      await this.#delivery.take(rows, mode === "full" ? { reading } : undefined);
      this.#progress("read");
    }
  }

  async *#pages(domain: readonly RpcInput[], limit?: number): AsyncGenerator<ReadRow[]> {
    const { pageSize = DEFAULT_PAGE_SIZE } = this.#options;
    const names = this.#fields.map(({ name }) => name);
    const fields = this.#hasStamps ? [...new Set([...names, "write_date"])] : names;
    const options = { ...this.#callOptions, fields, pageSize, limit };
    let rows: ReadRow[] = [];
    for await (const answer of this.#model.iterate(domain, options)) {
      const row = toReadRow(answer, this.#fields);
      this.#time.check(row.stamp);
      rows.push(row);
      if (rows.length < pageSize) continue;
      yield rows;
      rows = [];
    }
    if (rows.length > 0) yield rows;
  }

  async #sweep(): Promise<void> {
    this.#progress("sweep");
    const records = sweep(this.#model, this.#domain, this.#hasStamps, this.#callOptions);
    const found = await compare(records, this.#state.allEntries());
    const back = await foundAgain(this.#model, this.#domain, found.absent, this.#callOptions);
    const absent = found.absent.filter((id) => !back.has(id));
    const tombstones = await this.#tombstones(absent, found.known);
    const { added, read } = this.#delivery.counts;
    const wanted = [...found.stale, ...back].sort((one, two) => one - two);
    for (const chunk of chunks(wanted)) await this.#fetch(chunk);
    this.#late = this.#delivery.counts.read - read;
    for (const chunk of chunks(tombstones)) await this.#bury(chunk);
    const isWhole = this.#late === wanted.length;
    const rows = found.known + this.#delivery.counts.added - added - tombstones.length;
    // One that was found and is gone again is for the next run
    this.#rows = isWhole ? rows : undefined;
  }

  /** To tell why a record is gone takes a call or more where it is hidden: not for a whole table. */
  async #tombstones(ids: readonly number[], known: number): Promise<Tombstone[]> {
    const limit = tombstoneLimit(this.#options, known);
    const count = ids.length;
    const asked = count > limit ? ids.slice(0, REASONS_SHOWN) : ids;
    const tombstones = await reasonsOf(this.#model, asked, this.#witness(), this.#callOptions);
    if (count <= limit) return tombstones;
    throw tooManyGone(this.#options, { count, known, limit }, tombstones);
  }

  /** A field that is read to know whether a record is there. */
  #witness(): string {
    const isPlain = ({ type }: PulledField) =>
      ["char", "integer", "boolean", "date"].includes(type);
    return this.#hasStamps ? "write_date" : this.#fields.find(isPlain)?.name ?? "display_name";
  }

  async #fetch(ids: readonly number[]): Promise<void> {
    const domain = and(this.#domain, [["id", "in", ids]]);
    for await (const rows of this.#pages(domain, ids.length)) await this.#delivery.take(rows);
    this.#progress("late");
  }

  async #bury(tombstones: readonly Tombstone[]): Promise<void> {
    await this.#delivery.remove(tombstones);
    for (const { reason } of tombstones) this.#gone[reason]++;
    this.#progress("gone");
  }

  /** The sink counts what it has: a copy that others have changed is found out. */
  async #finish(): Promise<void> {
    const { sink, job } = this.#options;
    const count = await sink.finish();
    if (count === undefined) return;
    const delivered = this.#rows ?? await countDelivered(this.#state);
    if (delivered === undefined || count === delivered) return;
    throw new PullStoppedError(
      `${sink.name} has ${count} row${
        count === 1 ? "" : "s"
      }, and the job "${job}" has delivered ${delivered}: others have changed it; ` +
        "remove it, and the next run makes it anew",
      "copy",
    );
  }

  async #checkpoint({ mode, start }: Plan, isSwept: boolean): Promise<void> {
    const { skewMs } = this.#time;
    if (skewMs > 0) {
      this.#tell({
        kind: "warning",
        message:
          `Rows are stamped up to ${Math.ceil(skewMs / 1000)} s later than the server's time: ` +
          "its clock and that of the database differ, so the next run looks back further",
      });
    }
    const values: Record<string, string> = {
      from: asStamp(this.#time.nextFrom(start)),
      reading: "",
    };
    if (mode === "full") values["full"] = String(start);
    if (isSwept) values["swept"] = String(start);
    await this.#state.save({ values });
  }

  async #end(status: "done" | "failed"): Promise<void> {
    const { delivered, added, unchanged } = this.#delivery.counts;
    await this.#state.end(status, {
      rows: delivered,
      created: added,
      updated: delivered - added,
      unchanged,
      failed: 0,
      unknown: 0,
      altered: 0,
      warned: 0,
      archived: 0,
      ...this.#gone,
    });
  }

  #report({ mode, start }: Plan): PullReport {
    const { counts } = this.#delivery;
    return {
      job: this.#state.job,
      run: this.#state.run,
      mode,
      next: asStamp(this.#time.nextFrom(start)),
      ...counts,
      updated: counts.delivered - counts.added,
      late: this.#late,
      ...this.#gone,
      rows: this.#rows,
      unfollowed: this.#unfollowed,
    };
  }

  #progress(phase: "read" | "sweep" | "late" | "gone"): void {
    const { read, delivered } = this.#delivery.counts;
    this.#tell({ kind: "progress", phase, read, delivered });
  }

  #tell(event: PullEvent): void {
    this.#options.onEvent?.(event);
  }
}

async function hasEntries(state: JobState): Promise<boolean> {
  for await (const page of state.allEntries()) if (page.length > 0) return true;
  return false;
}
