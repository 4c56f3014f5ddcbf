/**
 * What became of rows that were sent: read back, compared with what was sent, and remembered.
 *
 * @module
 */
import { OdooServerError } from "../errors.ts";
import type { Cell } from "./cells.ts";
import { isKept, isSame, type Known, type RecordValues } from "./compare.ts";
import type { Draft } from "./drafts.ts";
import type { Altered, Engine, LaneOutcome, Ledger, RowOutcome, Settled } from "./engine.ts";
import { type Existing, TO_BE_CREATED } from "./existing.ts";
import { entryOf, hashesOf, keptOf } from "./fingerprints.ts";
import type { LoadResult } from "./load.ts";
import { isLasting } from "./patience.ts";
import type { Entry } from "./state.ts";

/** A row that differs from what is in Odoo, with the cells that do. */
export interface Pending<T> {
  /** The row. */
  readonly draft: Draft<T>;
  /** What its cells refer to. */
  readonly known: Known;
  /** The cells that are sent. */
  readonly sent: readonly Cell[];
  /** Its record, where there is one already. */
  readonly id: number | undefined;
  /** The values of that record. */
  readonly record: RecordValues | undefined;
  /** What is remembered of it. */
  readonly entry: Entry | undefined;
  /** Fields whose references to later rows are left out. */
  readonly leftOut: readonly string[] | undefined;
  /** What is odd about the record. */
  readonly warning?: string | undefined;
}

/** What became of a row on the way. */
export type Sent = LoadResult | {
  status: "failed" | "unknown";
  field: string | undefined;
  reason: string;
};

/** Reads back what went in, and tells the ledger of all rows. */
export async function settle<T>(
  engine: Engine,
  ledger: Ledger<Draft<T>>,
  results: readonly (readonly [Pending<T>, Sent])[],
): Promise<void> {
  const settled: Settled<Draft<T>>[] = [];
  const entries: Entry[] = [];
  const existing = await readBack(engine, results);
  for (const [pending, told] of results) {
    const { draft, entry, sent } = pending;
    const result = existing && isGone(pending, existing) ? gone(pending, told) : told;
    if (result.status !== "loaded") {
      settled.push({ draft, outcome: { ...result, id: pending.id, altered: [] } });
      // The source has the row, though
      if (entry) entries.push({ ...entry, run: ledger.run });
      continue;
    }
    const record = existing?.get(result.id);
    const values = typeof record === "object" ? record : undefined;
    settled.push({ draft, outcome: outcomeOf(pending, result, values, engine.options.dryRun) });
    const kept = keptOf(entry, draft.cells.filter(({ field }) => !isAmong(sent, field.name)));
    for (const cell of sent) {
      if (!values || isSame(cell, values, pending.known)) continue;
      kept.set(cell.field.name, hashesOf(cell, values[cell.field.name]));
    }
    entries.push(entryOf(draft.key, result.id, values, kept, ledger.run));
  }
  await ledger.settle(settled, entries);
}

/** Whether the record of a row was there before and is not any more. */
function isGone({ id }: Pending<unknown>, existing: Existing): boolean {
  return id !== undefined && !existing.has(id);
}

/** Many models answer to a write into a record that is not there as if it had been written. */
function gone({ id }: Pending<unknown>, told: Sent): Sent {
  if (told.status !== "loaded") return told;
  return { status: "failed", field: undefined, reason: `the record ${id} was deleted meanwhile` };
}

function outcomeOf(
  pending: Pending<unknown>,
  result: Extract<Sent, { status: "loaded" }>,
  values: RecordValues | undefined,
  isDry: boolean,
): LaneOutcome {
  const { sent, known, leftOut } = pending;
  const warnings = [
    ...(pending.warning === undefined ? [] : [pending.warning]),
    ...(result.warning === undefined ? [] : [result.warning]),
    ...(values || isDry ? [] : ["it went in, and could not be read back"]),
  ];
  return {
    status: pending.id === undefined ? "created" : "updated",
    id: result.id === TO_BE_CREATED ? undefined : result.id,
    changes: changesOf(pending),
    altered: values ? sent.flatMap((cell) => alteredOf(cell, values, known)) : [],
    warning: warnings.length > 0 ? warnings.join("; ") : undefined,
    leftOut,
  };
}

function changesOf({ id, record, sent }: Pending<unknown>): RowOutcome["changes"] {
  if (id === undefined || !record) return undefined;
  return Object.fromEntries(
    sent.map(({ field, text }) => [field.name, { from: record[field.name] ?? false, to: text }]),
  );
}

function alteredOf(cell: Cell, values: RecordValues, known: Known): Altered[] {
  if (isKept(cell, values, known)) return [];
  const { field, text } = cell;
  return [{ field: field.name, sent: text, kept: values[field.name] ?? false }];
}

function isAmong(cells: readonly Cell[], name: string): boolean {
  return cells.some(({ field }) => field.name === name);
}

/** The fields that were sent, as Odoo has them now; nothing where that is not to be had. */
async function readBack(
  { records, birth, options: { dryRun, model } }: Engine,
  results: readonly (readonly [Pending<unknown>, Sent])[],
): Promise<Existing | undefined> {
  const loaded = results.flatMap(([{ sent }, result]) =>
    result.status === "loaded" ? [{ id: result.id, sent }] : []
  );
  if (dryRun || loaded.length === 0) return undefined;
  const names = loaded.flatMap(({ sent }) =>
    sent.flatMap(({ field }) => [field.name, field.currency])
  );
  const fields = [...new Set([...names, ...birth])].filter((name) => name !== "");
  try {
    return await records.read(model, loaded.map(({ id }) => id), fields);
  } catch (error) {
    if (!isLasting(error) && !(error instanceof OdooServerError)) throw error;
    return undefined;
  }
}
