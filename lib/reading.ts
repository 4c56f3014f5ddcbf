/**
 * Records by their ids, however many, and what became of those that could not be read.
 *
 * @module
 */
import { OdooServerError } from "./errors.ts";

/** Why a record could not be read: there is none of this id, or a record rule keeps it from the user. */
export type MissingReason = "missing" | "hidden";

/** How many records a call reads before it is known how large they are, and at most. */
const FIRST_CHUNK = 100;
const MAX_CHUNK = 1000;
/** About how much a call may answer, in characters of text. */
const MAX_SIZE = 8 * 2 ** 20;

/**
 * Reads records in the order of their ids.
 *
 * @param read Reads one chunk. As Odoo's `read` it passes over ids without a record, and fails with a
 * {@linkcode OdooServerError} of kind `access` where one record is hidden; it does so for no ids where the user may not
 * read the model or one of the fields at all.
 * @param firstChunk How many are read before it is known how large they are.
 * @throws {OdooServerError} The user may not read the model or a field; or, without `onMissing`, one of the records.
 */
export async function readInChunks<T extends { id: number }>(
  read: (ids: readonly number[]) => Promise<T[]>,
  ids: readonly number[],
  onMissing?: (id: number, reason: MissingReason) => void,
  firstChunk = FIRST_CHUNK,
): Promise<T[]> {
  const distinct = [...new Set(ids)];
  const found = new Map<number, T>();
  const hidden = new Set<number>();
  let size = firstChunk;
  for (let start = 0; start < distinct.length;) {
    const chunk = distinct.slice(start, start + size);
    const rows = await readApart(read, chunk, onMissing && hidden);
    for (const row of rows) found.set(row.id, row);
    start += size;
    size = nextSize(rows);
  }
  for (const id of distinct) {
    if (!found.has(id)) onMissing?.(id, hidden.has(id) ? "hidden" : "missing");
  }
  return ids.map((id) => found.get(id)).filter((row) => row !== undefined);
}

/** Halves a chunk that fails for one of its records until that stands alone. */
async function readApart<T>(
  read: (ids: readonly number[]) => Promise<T[]>,
  ids: readonly number[],
  hidden?: Set<number>,
): Promise<T[]> {
  const [first, ...others] = ids;
  try {
    return await read(ids);
  } catch (error) {
    if (!(error instanceof OdooServerError) || first === undefined) throw error;
    // Odoo 14 fails for a missing record where it has to compute a field, as the display name of a user
    if (error.kind !== "missing" && !(error.kind === "access" && hidden)) throw error;
    if (others.length === 0) {
      if (error.kind === "missing") return [];
      // A model or a field that the user may not read at all is refused for no record as well
      if (hidden?.size === 0) await read([]);
      hidden?.add(first);
      return [];
    }
  }
  const middle = Math.ceil(ids.length / 2);
  // Side by side: many hidden records take many calls, as many at once as the connection makes
  const halves = [ids.slice(0, middle), ids.slice(middle)];
  return (await Promise.all(halves.map((half) => readApart(read, half, hidden)))).flat();
}

/** As many records as fit, when they are as large as these. */
function nextSize(rows: readonly object[]): number {
  if (rows.length === 0) return MAX_CHUNK;
  const total = rows.reduce((sum, row) => sum + sizeOf(row), 0);
  return Math.max(1, Math.min(MAX_CHUNK, Math.floor(MAX_SIZE / (total / rows.length))));
}

function sizeOf(row: object): number {
  return Object.values(row).reduce((sum, value) => sum + (value?.length ?? 1) + 8, 0);
}
