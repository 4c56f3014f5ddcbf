/**
 * Runs a job that copies records of Odoo, and tells of it.
 *
 * @module
 */
import {
  csvSink,
  ndjsonSink,
  pull,
  type PullEvent,
  type PullReport,
  PullStoppedError,
  type Sink,
  sqliteSink,
} from "../../sync/mod.ts";
import type { DataRow } from "../output.ts";
import { checkOperators, fieldsIn } from "../words.ts";
import { aboutEnd } from "./ending.ts";
import type { PullJob } from "./job.ts";
import { Progress } from "./progress.ts";
import { counted } from "./watch_push.ts";
import { fieldTypes, type Result, type Way } from "./way.ts";

/** Brings the copy up to date. */
export async function runPull(job: PullJob, way: Way): Promise<Result> {
  const { odoo, io, signal } = way;
  const { name, model, domain, state, sweep, full, maxTombstones, addColumns } = job;
  const fields = await fieldsOf(job, way);
  await using progress = new Progress(io);
  const watch = new PullWatch(name, progress);
  try {
    const report = await pull(odoo, {
      ...{
        model,
        fields,
        domain,
        job: name,
        state,
        sweep,
        full,
        maxTombstones,
        addColumns,
        signal,
      },
      sink: sinkOf(job),
      context: { ...job.context, ...way.context },
      onEvent: watch.onEvent,
    });
    const result = { code: 0, facts: factsOf(job, report) };
    progress.say(`${name}, run ${report.run}: ${reportText(report)}`, aboutEnd(result, way));
    return result;
  } catch (error) {
    // The next run would stop there as well, and the sentence of that says what to do
    if (!(error instanceof PullStoppedError)) watch.tellSoFar(signal.aborted);
    throw error;
  }
}

/** The fields that Odoo has, of those that are optional. */
async function fieldsOf(job: PullJob, way: Way): Promise<string[]> {
  checkOperators(job.domain, way.odoo.version);
  const { model, fields, optional = [], domain } = job;
  const needed = [...fields, ...fieldsIn(domain)].filter((field) => !optional.includes(field));
  const types = await fieldTypes(way, model, needed);
  return fields.filter((field) => Object.hasOwn(types, field));
}

function sinkOf({ out: { kind, path, table }, deleted, safeCells }: PullJob): Sink {
  if (kind === "sqlite") return sqliteSink(path, table, { deleted });
  return kind === "csv" ? csvSink(path, { safeCells }) : ndjsonSink(path);
}

class PullWatch {
  readonly #name: string;
  readonly #progress: Progress;
  #text: string | undefined;

  constructor(name: string, progress: Progress) {
    this.#name = name;
    this.#progress = progress;
  }

  readonly onEvent = (event: PullEvent): void => {
    if (event.kind === "warning") {
      this.#progress.say(`${this.#name}: ${event.message}`, { level: "warn" });
    }
    if (event.kind !== "progress") return;
    this.#text = `${counted(event.read)} read, ${event.delivered} of them new or changed`;
    this.#progress.at(0, undefined, this.#text);
  };

  tellSoFar(isInterrupted: boolean): void {
    if (this.#text === undefined && !isInterrupted) return;
    const text = this.#text ?? "no row was read";
    this.#progress.say(`${this.#name}: so far ${text}; the next run goes on from there`);
  }
}

function reportText(report: PullReport): string {
  const { added, updated, unchanged, deleted, hidden, left, rows } = report;
  const all = rows === undefined ? "" : `; ${rows} in all`;
  return `${added} new, ${updated} changed, ${unchanged} as they were, ${
    deleted + hidden + left
  } gone${all}`;
}

function factsOf({ model }: PullJob, report: PullReport): DataRow {
  const { job, run, mode, next, read, delivered, unchanged, added, updated, late } = report;
  const { deleted, hidden, left, rows = null, unfollowed } = report;
  return {
    ...{ job, kind: "pull", model, run, mode, read, delivered, unchanged, added, updated, late },
    ...{ deleted, hidden, left, rows, next },
    unfollowed: unfollowed.map((field) => ({ ...field })),
  };
}
