/**
 * Reads a source to its end before anything is sent: rows without a key, and rows that share one, are found here.
 *
 * @module
 */
import { CellError } from "../cells.ts";
import type { Draft, Drafter, PackedCell } from "../drafts.ts";
import { failure } from "../lane.ts";
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
  /** Gives the line of a row; rows are counted from 1 otherwise. */
  line: ((row: T, index: number) => number) | undefined;
  /** Gives the group of a row. */
  groupBy: ((row: T) => string | number | undefined) | undefined;
  /** The fields by which rows are matched with records. */
  match: readonly string[];
  /** Ends the reading. */
  signal: AbortSignal | undefined;
}

/** Rows that go to disk, or to the ledger, together. */
const BATCH = 500;

/** Takes all rows of a source. Answers how many have no key. */
export async function readSource<T extends object>(
  source: AsyncIterable<T> | Iterable<T>,
  { map, line, groupBy, match, signal }: Reading<T>,
  drafter: Drafter,
  spool: Spool<Packed>,
  ledger: PushLedger,
): Promise<number> {
  let keyless = 0;
  let batch: SpoolRow<Packed>[] = [];
  for await (const row of source) {
    signal?.throwIfAborted();
    const index = ledger.account.rows++;
    const number = line?.(row, index) ?? index + 1;
    const plain: Source = Object.fromEntries(Object.entries(row));
    try {
      const key = drafter.keyOfRow(plain);
      const packed = pack(drafter, plain, match, () => map ? map(row) : plain);
      const { parents, matched, ...rest } = packed;
      const group = groupBy?.(row);
      batch.push({
        key,
        line: number,
        row: rest,
        parents,
        match: matched,
        ...(group === undefined ? {} : { group: String(group) }),
      });
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      keyless++;
      const draft = { key: "", line: number, cells: [], source: jsonable(plain), later: [] };
      const outcome = { ...failure(error.message), field: error.field };
      await ledger.settle([{ draft, outcome }], []);
    }
    if (batch.length < BATCH) continue;
    spool.add(batch);
    batch = [];
  }
  spool.add(batch);
  return keyless;
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

/** PostgreSQL's clients give numbers that JSON does not have. */
function jsonable(source: Source): Source {
  const big = Object.entries(source).filter(([, value]) => typeof value === "bigint");
  if (big.length === 0) return source;
  return { ...source, ...Object.fromEntries(big.map(([name, value]) => [name, String(value)])) };
}

function sameKey({ copies, others }: DuplicateRow<Packed>): string {
  const more = copies - 1 - others.length;
  const lines = `${others.length > 1 ? "lines" : "line"} ${others.join(", ")}`;
  return `${lines}${more > 0 ? ` and ${more} more` : ""} ${
    copies > 2 ? "have" : "has"
  } the same key`;
}
