/**
 * Search results of any length, page by page.
 *
 * @module
 */
import { and, normalizeDomain } from "./domain.ts";
import { OdooConfigError } from "./errors.ts";
import type { CallOptions, RpcInput } from "./values.ts";

/** What an iteration may be told. */
export interface IterateOptions extends CallOptions {
  /** How many records a call reads; 1000 by default. Fewer where they are large. */
  pageSize?: number | undefined;
  /** How many records in all, at most. */
  limit?: number | undefined;
  /** Fields to sort by. Only where the order matters: see the warning of `iterate`. */
  order?: string | undefined;
  /** How many records to pass over. Pages are then counted off, as with an `order`. */
  offset?: number | undefined;
}

/** What reads a model: `search_read` and `search`. */
export interface Reader<T> {
  /** The records of one page. */
  page(
    domain: readonly RpcInput[],
    page: { limit: number; order: string; offset?: number; signal: AbortSignal },
  ): Promise<T[]>;
  /** The ids of all records. */
  ids(
    domain: readonly RpcInput[],
    page: { order: string; offset?: number; signal: AbortSignal },
  ): Promise<number[]>;
}

type Paging = Pick<IterateOptions, "pageSize" | "limit" | "signal">;

const DEFAULT_PAGE_SIZE = 1000;

/** Yields records by id, each page from behind the last id of the one before. */
export function iterateById<T extends { id: number }>(
  reader: Reader<T>,
  domain: readonly RpcInput[],
  paging: Paging,
): AsyncGenerator<T> {
  const order = "id";
  let after = 0;
  let where: readonly RpcInput[] | undefined;
  const goBehind = (id: number) => {
    after = id;
    where = and(domain, [["id", ">", id]]);
  };
  return iterate<T>(paging, async (limit, signal) => {
    while (true) {
      // What is no domain is refused before anything is sent
      where ??= normalizeDomain(domain);
      const rows = await reader.page(where, { limit, order, signal });
      const last = rows.at(-1);
      if (last) {
        goBehind(last.id);
        return rows;
      }
      const [first] = await reader.ids(where, { order, signal });
      if (first === undefined) return [];
      goBehind(Math.max(first - 1, after + 1));
    }
  });
}

/** Yields records in an order, each page by how many were passed. Equal ones come by id, and none comes twice. */
export function iterateByOffset<T extends { id: number }>(
  reader: Reader<T>,
  domain: readonly RpcInput[],
  { order, offset: start = 0, ...paging }: Paging & Pick<IterateOptions, "order" | "offset">,
): AsyncGenerator<T> {
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new OdooConfigError(
      `Cannot use an offset of ${start}: it must be a whole number from 0 on`,
    );
  }
  // Odoo sorts equal records as it likes, and may like another way for the next page
  const asked = order || "id";
  const total = /(^|,)\s*id(?=[\s,]|$)/.test(asked) ? asked : `${asked}, id`;
  let offset = start;
  // Not only others shift pages: Odoo fills up a page of ir.attachment from the next one
  const seen = new Set<number>();
  return iterate<T>(paging, async (limit, signal) => {
    while (true) {
      const rows = await reader.page(domain, { limit, order: total, offset, signal });
      offset += limit;
      const others = rows.filter(({ id }) => !seen.has(id));
      for (const { id } of others) seen.add(id);
      if (others.length > 0) return others;
      if (rows.length > 0) continue;
      const rest = await reader.ids(domain, { order: total, offset, signal });
      if (rest.length === 0) return [];
    }
  });
}

/**
 * Yields the records of page after page. The next page is under way while one is used.
 *
 * A page that is short, or even empty, is no end: some models (`mail.message`) take out what the user may not see after
 * they have cut the page. The end is where a search without a limit finds nothing either. That costs two short calls,
 * made while the last records are used.
 */
async function* iterate<T>(
  { pageSize = DEFAULT_PAGE_SIZE, limit = Infinity, signal }: Paging,
  next: (limit: number, signal: AbortSignal) => Promise<T[]>,
): AsyncGenerator<T> {
  checkCount("pageSize", pageSize);
  if (limit !== Infinity) checkCount("limit", limit);
  const end = new AbortController();
  // AbortSignal.any() would leave something behind at a signal that lives as long as the program
  const stop = () => end.abort(signal?.reason);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  let left = limit;
  const ask = () => {
    const page = next(Math.min(pageSize, left), end.signal);
    // Whoever leaves the loop does not wait for it
    page.catch(() => {});
    return page;
  };
  try {
    let rows = await ask();
    while (rows.length > 0) {
      left -= rows.length;
      const following = left > 0 ? ask() : undefined;
      for (const row of rows) {
        signal?.throwIfAborted();
        yield row;
      }
      if (!following) return;
      rows = await following;
    }
  } finally {
    signal?.removeEventListener("abort", stop);
    end.abort();
  }
}

function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new OdooConfigError(`Cannot use a ${name} of ${value}: it must be a whole number above 0`);
}
