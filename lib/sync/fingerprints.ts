/**
 * What is remembered of a row: its record, and what Odoo made of values that it did not keep as they were. All others
 * are compared with what Odoo has.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";
import type { Cell } from "./cells.ts";
import type { RecordValues } from "./compare.ts";
import type { Existing } from "./existing.ts";
import { hash64 } from "./hash.ts";
import type { Entry } from "./state.ts";

/** Begins the stamp of an entry whose record was archived because its row was gone from the source. */
const ARCHIVED = "archived ";

/** The entry of a record that was archived because its row was gone from the source. */
export function archived(entry: Entry): Entry {
  return { ...entry, stamp: ARCHIVED + entry.stamp };
}

/** Whether the record was archived because its row was gone from the source. */
export function isArchived(entry: Entry | undefined): boolean {
  return entry?.stamp.startsWith(ARCHIVED) ?? false;
}

/**
 * Whether what is there under the number of an entry is its record, and no other that has the number in a database
 * that was restored, or in another one: a record is as old as it was. One that is hidden is left alone anyway.
 */
export function isOf(entry: Entry | undefined, existing: Existing): boolean {
  const record = entry && existing.get(entry.id);
  if (!record || record === "hidden") return record === "hidden";
  return entry.stamp.replace(ARCHIVED, "") === birthOf(record);
}

/** When a record was made; all are alike in models that do not tell. */
function birthOf(record: RecordValues): string {
  return String(record["create_date"] ?? "never");
}

/** For fields whose values came back otherwise than they were sent: hashes of what was sent and of what came back. */
export type Kept = Map<string, readonly [sent: string, kept: string]>;

/** What is remembered of a row. Where its record could not be read, its external id is asked for next time. */
export function entryOf(
  key: string,
  id: number,
  record: RecordValues | "hidden" | undefined,
  kept: Kept,
  run: number,
): Entry {
  return {
    key,
    id,
    stamp: typeof record === "object" ? birthOf(record) : "",
    hash: "",
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
