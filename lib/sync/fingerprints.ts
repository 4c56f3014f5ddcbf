/**
 * What is remembered of a row: a hash of what was sent, and what Odoo made of values that it did not keep as they were.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";
import type { Cell } from "./cells.ts";
import type { RecordValues } from "./compare.ts";
import { hash64 } from "./hash.ts";
import type { Entry } from "./state.ts";

/** Stamp of an entry whose record was archived because its row was gone from the source. */
export const ARCHIVED = "archived";

/** For fields whose values came back otherwise than they were sent: hashes of what was sent and of what came back. */
export type Kept = Map<string, readonly [sent: string, kept: string]>;

/** What is remembered of a row. */
export function entryOf(
  { key, cells }: { key: string; cells: readonly Cell[] },
  id: number,
  kept: Kept,
  run: number,
): Entry {
  return {
    key,
    id,
    stamp: "",
    hash: hash64(JSON.stringify(cells.map(({ column, text }) => [column, text]))),
    kept: kept.size === 0 ? "" : JSON.stringify([...kept]),
    run,
  };
}

/** What is remembered of fields, as far as their cells are still what was sent. */
export function keptOf(entry: Entry | undefined, cells: readonly Cell[]): Kept {
  const kept: Kept = new Map();
  const remembered = parse(entry);
  for (const { field, text } of cells) {
    const hashes = remembered.get(field.name);
    if (hashes?.[0] === hash64(text)) kept.set(field.name, hashes);
  }
  return kept;
}

/** The hashes of a cell and of what Odoo made of it. */
export function hashesOf(cell: Cell, current: RpcValue | undefined): readonly [string, string] {
  return [hash64(cell.text), hash64(JSON.stringify(current ?? false))];
}

/** Whether the cell is what was sent last, and the field still holds what Odoo made of it. */
export function isAsKept(cell: Cell, record: RecordValues, entry: Entry | undefined): boolean {
  const hashes = parse(entry).get(cell.field.name);
  if (!hashes) return false;
  const [sent, kept] = hashesOf(cell, record[cell.field.name]);
  return hashes[0] === sent && hashes[1] === kept;
}

function parse(entry: Entry | undefined): Kept {
  if (!entry || entry.kept === "") return new Map();
  const pairs: unknown = JSON.parse(entry.kept);
  const kept: Kept = new Map();
  for (const pair of Array.isArray(pairs) ? pairs : []) {
    const [name, hashes] = Array.isArray(pair) ? pair : [];
    const [sent, after] = Array.isArray(hashes) ? hashes : [];
    kept.set(String(name), [String(sent), String(after)]);
  }
  return kept;
}
