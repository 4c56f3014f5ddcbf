/**
 * Search results of any length, page by page.
 *
 * @module
 */
import { and } from "./domain.ts";
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
}

/** Reads one page. */
export type ReadPage<T> = (
  domain: readonly RpcInput[],
  page: { limit: number; order: string; offset?: number; signal: AbortSignal },
) => Promise<T[]>;

type Paging = Pick<IterateOptions, "pageSize" | "limit" | "signal">;

const DEFAULT_PAGE_SIZE = 1000;

/** Yields records by id, each page from behind the last id of the one before. */
export function iterateById<T extends { id: number }>(
  read: ReadPage<T>,
  domain: readonly RpcInput[],
  paging: Paging,
): AsyncGenerator<T> {
  return iterate<T>(paging, (last, { limit, signal }) => {
    const where = last === undefined ? domain : and(domain, [["id", ">", last.id]]);
    return read(where, { limit, order: "id", signal });
  });
}

/** Yields records in an order, each page by how many were passed. Equal ones come by id. */
export function iterateByOffset<T>(
  read: ReadPage<T>,
  domain: readonly RpcInput[],
  { order, ...paging }: Paging & { order: string },
): AsyncGenerator<T> {
  const total = /\bid\b/.test(order) ? order : `${order}, id`;
  return iterate<T>(paging, (_last, { limit, offset, signal }) => {
    return read(domain, { limit, order: total, offset, signal });
  });
}

/**
 * Yields the records of page after page. The next page is under way while one is used.
 *
 * A page that is not full is no end: some models (`mail.message`) take out what the user may not see after they have cut
 * the page. The end is an empty one, which costs one short call, made while the last records are used.
 */
async function* iterate<T>(
  { pageSize = DEFAULT_PAGE_SIZE, limit = Infinity, signal }: Paging,
  next: (last: T | undefined, page: Page) => Promise<T[]>,
): AsyncGenerator<T> {
  checkCount("pageSize", pageSize);
  if (limit !== Infinity) checkCount("limit", limit);
  const end = new AbortController();
  const both = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
  let offset = 0;
  let left = limit;
  const ask = (last?: T) => {
    const page = next(last, { limit: Math.min(pageSize, left), offset, signal: both });
    // Whoever leaves the loop does not wait for it
    page.catch(() => {});
    return page;
  };
  try {
    let rows = await ask();
    while (rows.length > 0) {
      offset += pageSize;
      left -= rows.length;
      const following = left > 0 ? ask(rows.at(-1)) : undefined;
      yield* rows;
      if (!following) return;
      rows = await following;
    }
  } finally {
    end.abort();
  }
}

interface Page {
  limit: number;
  offset: number;
  signal: AbortSignal;
}

function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new OdooConfigError(`Cannot use a ${name} of ${value}: it must be a whole number above 0`);
}
