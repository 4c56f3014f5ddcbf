/**
 * Runs a job that brings rows into Odoo, and tells of it.
 *
 * @module
 */
import { MirrorLimitError, push, type PushReport } from "../../sync/mod.ts";
import type { RpcValue } from "../../values.ts";
import type { DataRow, FieldTypes } from "../output.ts";
import { shellWord } from "../quoting.ts";
import { aboutEnd } from "./ending.ts";
import type { FailedFile } from "./failed.ts";
import { type PushJob, requiredOf } from "./job.ts";
import { Lookups } from "./lookups.ts";
import { valuesOf } from "./mapping.ts";
import { LINE, nameOf, readRows, type SourceRecord } from "./source.ts";
import { fieldTypes, type Result, type Way } from "./way.ts";
import { accountText, PushWatch } from "./watch_push.ts";

/** Rows that are looked up together. */
const BATCH = 500;

/** Brings the rows into Odoo; in a dry run, says what would be done. */
export async function runPush(job: PushJob, way: Way): Promise<Result> {
  const { from, opened } = inputOf(job, way);
  await using watch = new PushWatch(job, nameOf(from), way);
  const rows = readRows({
    from: opened ?? from,
    encoding: job.encoding,
    delimiter: job.delimiter,
    required: requiredOf(job),
    optional: job.optional,
    onFormat: watch.onFormat,
  });
  try {
    const report = await pushed(job, way, await begun(rows), watch);
    const failed = await watch.finish();
    const result = { code: codeOf(report), facts: factsOf(job, report, failed) };
    tell(job, way, watch, report, result);
    return result;
  } finally {
    // Closes the file where nobody has read it to its end
    await rows.return(undefined);
  }
}

async function pushed(
  job: PushJob,
  way: Way,
  rows: AsyncIterable<SourceRecord>,
  watch: PushWatch,
): Promise<PushReport> {
  const { odoo, signal, isDry } = way;
  const { name, model, key, state, match, mirror, mirrorLimit, concurrency, clear, quiet } = job;
  const common = { model, key, state, match, mirror, mirrorLimit, concurrency, clear, quiet };
  const context = { ...job.context, ...way.context };
  const lookups = new Lookups(way, job.map, context);
  const types = await typesOf(job, way);
  await lookups.prepare([]);
  const mapping = { model, key, map: job.map, types, optional: job.optional ?? [], lookups };
  try {
    return await push(odoo, {
      ...common,
      source: lookedUp(rows, lookups, signal),
      job: name,
      map: (row) => valuesOf(row, mapping),
      line: (row) => row[LINE],
      dryRun: isDry,
      context,
      signal,
      onEvent: watch.onEvent,
    });
  } catch (error) {
    // All else is done, and is to be told
    if (error instanceof MirrorLimitError) return error.report;
    watch.tellSoFar();
    throw error;
  }
}

/** The rows, once the first is read: a file without the columns of the job must not leave a trace in the state. */
async function begun(rows: AsyncGenerator<SourceRecord>): Promise<AsyncIterable<SourceRecord>> {
  const first = await rows.next();
  async function* all() {
    if (!first.done) yield first.value;
    yield* rows;
  }
  return all();
}

/** Rows, once it is known what they refer to. */
async function* lookedUp(
  rows: AsyncIterable<SourceRecord>,
  lookups: Lookups,
  signal: AbortSignal,
): AsyncGenerator<SourceRecord> {
  let batch: SourceRecord[] = [];
  for await (const row of rows) {
    if (batch.push(row) < BATCH) continue;
    await lookups.prepare(batch);
    yield* batch;
    batch = [];
    signal.throwIfAborted();
  }
  await lookups.prepare(batch);
  yield* batch;
}

/** The types of the fields, of which those that the job names must be there. */
async function typesOf(job: PushJob, way: Way): Promise<FieldTypes> {
  const named = [...job.map?.keys() ?? [], ...job.match ?? [], ...job.clear ?? []];
  return await fieldTypes(way, job.model, named);
}

/** The file, or the standard input, which ends when somebody ends the run. */
function inputOf({ source }: PushJob, { io, signal }: Way) {
  if (source !== "-") return { from: source };
  const opened = io.input().pipeThrough(new TransformStream(), { signal });
  return { from: opened, opened };
}

function tell(
  { name, state }: PushJob,
  way: Way,
  watch: PushWatch,
  { run, account, lost, notMirrored }: PushReport,
  result: Result,
): void {
  const { isDry, isVerbose } = way;
  const { failedRows } = result.facts;
  const end = isDry ? " (nothing was written)" : "";
  const warn = { level: "warn" } as const;
  if (lost) watch.say(`Nothing more could be sent: ${lost.message}`, warn);
  if (notMirrored !== undefined) watch.say(`Not all was mirrored: ${notMirrored}`, warn);
  const about = aboutEnd(result, way);
  watch.say(`${name}, run ${run}: ${accountText(account)}${end}`, about);
  if (typeof failedRows === "string") watch.say(`What failed is in ${failedRows}`);
  if (account.altered > 0 && !isDry && !isVerbose) {
    const file = state === "odeno.sqlite" ? "" : ` --state ${shellWord(state)}`;
    watch.say(`What Odoo keeps otherwise: odeno runs ${name}${file} --failures last`);
  }
}

function codeOf({ account, lost, notMirrored }: PushReport): number {
  return lost || notMirrored !== undefined || account.failed + account.unknown > 0 ? 1 : 0;
}

function factsOf(
  { name, model }: PushJob,
  { run, namespace, account, foundBy, lost, notMirrored }: PushReport,
  failed: FailedFile | undefined,
): DataRow {
  const counts: [string, RpcValue][] = Object.entries(account);
  return {
    job: name,
    kind: "push",
    model,
    run,
    namespace,
    ...Object.fromEntries(counts),
    foundBy: { ...foundBy },
    lost: lost?.message ?? null,
    notMirrored: notMirrored ?? null,
    failedRows: failed && failed.count > 0 ? failed.path : null,
  };
}
