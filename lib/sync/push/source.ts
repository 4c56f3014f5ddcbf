/**
 * Reads a source to its end before anything is sent: rows without a key, and rows that share one, are found here.
 *
 * @module
 */
import { CellError } from "../cells.ts";
import type { Draft, Drafter, PackedCell } from "../drafts.ts";
import type { Settled } from "../engine.ts";
import { failure } from "../lane.ts";
import { type Given, givenRow, type KeyColumns } from "../given.ts";
import { matchOf } from "../match.ts";
import type { DuplicateRow, Spool, SpooledRow, SpoolRow } from "../spool.ts";
import type { PushLedger, Source } from "./ledger.ts";

/** A row on disk. */
export interface Packed {
  /** Its cells. */
  cells: PackedCell[];
  /** The row as the source gave it. */
  source: Source;
  /** Why it cannot be sent. */
  refusal?: { field: string; reason: string };
}

/** How the rows of a source are read. */
export interface Reading<T> {
  /** Gives the values of fields. */
  map: ((row: T) => unknown) | undefined;
  /** Gives the line of a row; otherwise it is that in its file, or rows are counted from 1. */
  line: ((row: T, index: number) => number) | undefined;
  /** Gives the group of a row. */
  groupBy: ((row: T) => string | number | undefined) | undefined;
  /** Looks whether the key columns are there. */
  columns: KeyColumns;
  /** The fields by which rows are matched with records. */
  match: readonly string[];
  /** Ends the reading. */
  signal: AbortSignal | undefined;
}

/** Rows that go to disk, or to the ledger, together. */
const BATCH = 500;

/**
 * Takes all rows of a source. Answers how many have no key.
 *
 * @throws {OdooConfigError} A key column is in none of the rows, or in none of so many at the beginning.
 */
export async function readSource<T extends object>(
  source: AsyncIterable<T> | Iterable<T>,
  reading: Reading<T>,
  drafter: Drafter,
  spool: Spool<Packed>,
  ledger: PushLedger,
): Promise<number> {
  const { line, columns, signal } = reading;
  let keyless = 0;
  let batch: SpoolRow<Packed>[] = [];
  // Not told before it is sure that there are rows with keys
  let refused: Settled<Draft<Source>>[] = [];
  for await (const row of source) {
    signal?.throwIfAborted();
    const index = ledger.account.rows++;
    const given = givenRow(row);
    const number = line?.(row, index) ?? given.line ?? index + 1;
    columns.see(given.values);
    try {
      batch.push({ line: number, ...toSpool(row, given, reading, drafter) });
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      keyless++;
      refused.push(refusedRow(given, number, error));
    }
    if (batch.length + refused.length < BATCH) continue;
    if (refused.length > 0) columns.check(false);
    await ledger.settle(refused, []);
    spool.add(batch);
    [batch, refused] = [[], []];
  }
  columns.check(true);
  await ledger.settle(refused, []);
  spool.add(batch);
  return keyless;
}

/** @throws {CellError} The row has no key. */
function toSpool<T>(
  row: T,
  { values, error }: Given,
  { map, groupBy, match }: Reading<T>,
  drafter: Drafter,
): Omit<SpoolRow<Packed>, "line"> {
  const key = drafter.keyOfRow(values);
  const { parents, matched, ...packed } = pack(drafter, values, match, () => {
    if (error !== undefined) throw new CellError("", error);
    return map ? map(row) : values;
  });
  const group = error === undefined ? groupBy?.(row) : undefined;
  const grouped = group === undefined ? {} : { group: String(group) };
  return { key, row: packed, parents, match: matched, ...grouped };
}

/** Where a row has too few cells, that is what is wrong with it, and not its key. */
function refusedRow(
  { values, error: wrong }: Given,
  line: number,
  error: CellError,
): Settled<Draft<Source>> {
  const draft = { key: "", line, cells: [], source: jsonable(values), later: [] };
  const field = wrong === undefined ? error.field : "";
  return { draft, outcome: { ...failure(wrong ?? error.message), field } };
}

/** Tells of all rows that share their key with another. */
export async function refuseDuplicates(
  spool: Spool<Packed>,
  key: readonly string[],
  ledger: PushLedger,
): Promise<void> {
  let batch: DuplicateRow<Packed>[] = [];
  const tell = async () => {
    const entries = await ledger.entries(batch.map(({ key }) => key));
    // The source has these rows, whatever they are
    const seen = [...entries.values()].map((entry) => ({ ...entry, run: ledger.run }));
    const settled = batch.map((row) => ({
      draft: { key: row.key, line: row.line, cells: [], source: row.row.source, later: [] },
      outcome: { ...failure(sameKey(row)), field: key.join(", ") },
    }));
    await ledger.settle(settled, seen);
    batch = [];
  };
  for (const row of spool.duplicates()) {
    if (batch.push(row) >= BATCH) await tell();
  }
  await tell();
}

/** A row from disk. */
export function toDraft(
  drafter: Drafter,
  spool: Spool<Packed>,
  { key, line, row, later }: SpooledRow<Packed>,
): Draft<Source> {
  const { cells, source, refusal } = row;
  const twin = spool.firstMatched(key);
  return { key, line, cells: drafter.unpacked(cells), source, refusal, twin, later };
}

function pack(
  drafter: Drafter,
  source: Source,
  match: readonly string[],
  values: () => unknown,
): Packed & { parents: string[]; matched?: string | undefined } {
  try {
    const mapped = values();
    if (typeof mapped !== "object" || mapped === null) {
      throw new CellError("", "the map gave no values for it");
    }
    const cells = drafter.cellsOf({ ...mapped });
    const parents = drafter.parentsOf(cells);
    const matched = matchOf(cells, match);
    return {
      cells: drafter.packed(cells),
      source: jsonable(source),
      parents,
      matched: matched && JSON.stringify(matched),
    };
  } catch (error) {
    if (!(error instanceof CellError)) throw error;
    const refusal = { field: error.field, reason: error.message };
    return { cells: [], source: jsonable(source), refusal, parents: [] };
  }
}

/** What JSON can carry of a row. */
function jsonable(source: Source): Source {
  const isPlain = (value: unknown) =>
    typeof value !== "bigint" && (typeof value !== "object" || value === null);
  if (Object.values(source).every(isPlain)) return source;
  return Object.fromEntries(Object.entries(source).map(([name, value]) => [name, carried(value)]));
}

/** PostgreSQL's clients give numbers that JSON does not have, and objects may hold themselves. */
function carried(value: unknown): unknown {
  try {
    const text = JSON.stringify(
      value,
      (_, part) => typeof part === "bigint" ? String(part) : part,
    );
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sameKey({ copies, others }: DuplicateRow<Packed>): string {
  const more = copies - 1 - others.length;
  const lines = `${others.length > 1 ? "lines" : "line"} ${others.join(", ")}`;
  return `${lines}${more > 0 ? ` and ${more} more` : ""} ${
    copies > 2 ? "have" : "has"
  } the same key`;
}
