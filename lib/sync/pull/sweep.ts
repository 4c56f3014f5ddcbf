/**
 * What the ids and stamps of all records tell that the changes did not: records that came late, and records that went.
 *
 * @module
 */
import { and } from "../../domain.ts";
import type { Model } from "../../model.ts";
import type { IterateOptions } from "../../pages.ts";
import type { CallOptions, RpcInput } from "../../values.ts";
import type { PullOptions } from "../pull.ts";
import { PullStoppedError, type Tombstone } from "../sinks/sink.ts";
import type { Entry } from "../state.ts";
import { UNSURE } from "./delivery.ts";

/** A record as the sweep sees it. */
export interface SweptRecord {
  id: number;
  /** Its `write_date`, or an empty string. */
  stamp: string;
}

/** What a sweep has found. */
export interface SweepResult {
  /** How many records the domain finds. */
  swept: number;
  /** How many the state knows. */
  known: number;
  /** Ids of records that are not known, or not as they are. */
  stale: number[];
  /** Ids of records that are known, and that the domain does not find. */
  absent: number[];
}

const CHUNK = 1000;
/** Ids and stamps are small. */
const SWEEP_PAGE = 10_000;

/** All records, by id. */
export async function* sweep(
  model: Model,
  domain: readonly RpcInput[],
  hasStamps: boolean,
  options: IterateOptions,
): AsyncGenerator<SweptRecord> {
  const fields = hasStamps ? ["write_date"] : [];
  const pageSize = Math.max(SWEEP_PAGE, options.pageSize ?? 0);
  for await (const row of model.iterate(domain, { ...options, fields, pageSize })) {
    const stamp = row["write_date"];
    yield { id: row.id, stamp: typeof stamp === "string" ? stamp : "" };
  }
}

/** Goes through both, which are in the order of their ids, side by side. */
export async function compare(
  records: AsyncIterable<SweptRecord>,
  pages: AsyncIterable<Entry[]>,
): Promise<SweepResult> {
  const result: SweepResult = { swept: 0, known: 0, stale: [], absent: [] };
  const entries = flatten(pages);
  const next = async () => {
    const { value } = await entries.next();
    if (value) result.known++;
    return value || undefined;
  };
  let entry = await next();
  for await (const { id, stamp } of records) {
    result.swept++;
    for (; entry && entry.id < id; entry = await next()) result.absent.push(entry.id);
    const isSame = entry?.id === id && entry.stamp === stamp && entry.hash !== UNSURE;
    if (!isSame) result.stale.push(id);
    if (entry?.id === id) entry = await next();
  }
  for (; entry; entry = await next()) result.absent.push(entry.id);
  return result;
}

async function* flatten(pages: AsyncIterable<Entry[]>): AsyncGenerator<Entry, void> {
  for await (const page of pages) yield* page;
}

/** Those of the records that the domain finds after all: they may be back. */
export async function foundAgain(
  model: Model,
  domain: readonly RpcInput[],
  ids: readonly number[],
  options: CallOptions,
): Promise<Set<number>> {
  const found = new Set<number>();
  for (const chunk of chunks(ids)) {
    const among = and(domain, [["id", "in", chunk]]);
    const paging = { limit: chunk.length, pageSize: CHUNK };
    for await (const { id } of model.iterate(among, { ...options, ...paging, fields: [] })) {
      found.add(id);
    }
  }
  return found;
}

/** Why the domain does not find these records. */
export async function reasonsOf(
  model: Model,
  ids: readonly number[],
  field: string,
  options: CallOptions,
): Promise<Tombstone[]> {
  const gone = new Map<number, Tombstone["reason"]>();
  await model.read(ids.filter((id) => id > 0), {
    ...options,
    fields: [field],
    onMissing: (id, reason) => gone.set(id, reason === "missing" ? "deleted" : "hidden"),
  });
  // Rows of views with other ids: nothing tells those that a rule hides from those that are gone
  const others = ids.filter((id) => id <= 0);
  const found = await foundAgain(model, [], others, options);
  for (const id of others) if (!found.has(id)) gone.set(id, "deleted");
  return ids.map((id) => ({ id, reason: gone.get(id) ?? "left" }));
}

/** How many of the records of a copy may be gone. A rule or a right that has changed may hide a whole table. */
export function tombstoneLimit({ maxTombstones }: PullOptions, known: number): number {
  return maxTombstones ?? Math.max(20, Math.floor(known / 5));
}

/** Too many records are gone; some of them were asked for the reason. */
export function tooManyGone(
  { job }: PullOptions,
  { count, known, limit }: { count: number; known: number; limit: number },
  some: readonly Tombstone[],
): PullStoppedError {
  const of = (wanted: string) => some.filter(({ reason }) => reason === wanted).length;
  return new PullStoppedError(
    `The job "${job}" finds ${count} of the ${known} records of its copy gone, and up to ${limit} may be: none was ` +
      `removed. Of ${some.length} of them ${of("deleted")} are deleted, ${
        of("hidden")
      } hidden, and ` +
      `${of("left")} no longer in the domain. If it is meant, set maxTombstones: ${count}`,
    "tombstones",
  );
}

/** Parts that fit into one call. */
export function* chunks<T>(items: readonly T[], size = CHUNK): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
