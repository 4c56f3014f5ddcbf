/**
 * One run of `upsert` or `createOnce`: one lane, and nothing remembered but for the run.
 *
 * @module
 */
import type { Outcome, UpsertOptions } from "../bulk.ts";
import { CLOCK } from "../clock.ts";
import type { Caller } from "../values.ts";
import { CellError } from "./cells.ts";
import type { Draft } from "./drafts.ts";
import { Engine, type Ledger, type RowOutcome, type Settled } from "./engine.ts";
import { givenRow, KeyColumns } from "./given.ts";
import { failure, Lane } from "./lane.ts";
import type { Entry } from "./state.ts";

const DEFAULT_CHUNK_SIZE = 1000;

/** A row, and its place in the source. */
interface Place<T> {
  row: T;
  index: number;
}

/** Yields one outcome a row, in the order of the rows. Without a key, rows get random external ids, and are all new. */
export async function* upsertRows<T extends object>(
  caller: Caller,
  model: string,
  rows: AsyncIterable<T> | Iterable<T>,
  options: Omit<UpsertOptions, "key">,
  key?: readonly string[],
): AsyncGenerator<Outcome<T>> {
  const columns = key && new KeyColumns(key);
  const { signal, timeoutMs, chunkSize = DEFAULT_CHUNK_SIZE } = options;
  // What a cell means must not depend on the language and the time zone of the user
  const context = { lang: "en_US", tz: "UTC", ...options.context };
  const engine = await Engine.open(caller, {
    model,
    key: key ?? [],
    isNew: key === undefined,
    namespace: options.namespace ?? "odeno",
    clear: options.clear ?? [],
    match: [],
    dryRun: options.dryRun ?? false,
    chunkSize,
    clock: options.clock ?? CLOCK,
    call: { signal, timeoutMs, context },
  });
  const ledger = new Memory<T>();
  const run = new Run<T>(engine, ledger, columns);
  let index = 0;
  let chunk: Place<T>[] = [];
  for await (const row of rows) {
    chunk.push({ row, index: index++ });
    if (chunk.length < chunkSize) continue;
    await run.take(chunk);
    chunk = [];
    yield* ledger.inOrder();
  }
  await run.take(chunk, true);
  await run.finish();
  yield* ledger.inOrder();
}

/** Takes the rows of a source; those that refer to later ones wait for them. */
class Run<T extends object> {
  readonly #engine: Engine;
  readonly #ledger: Memory<T>;
  readonly #lane: Lane<Place<T>>;
  readonly #columns: KeyColumns | undefined;

  constructor(engine: Engine, ledger: Memory<T>, columns: KeyColumns | undefined) {
    this.#engine = engine;
    this.#ledger = ledger;
    this.#columns = columns;
    this.#lane = new Lane(engine, ledger);
  }

  async take(places: readonly Place<T>[], isLast = false): Promise<void> {
    const drafts: Draft<Place<T>>[] = [];
    for (const { row } of places) this.#columns?.see(givenRow(row).values);
    this.#columns?.check(isLast);
    for (const place of places) {
      try {
        drafts.push(this.#draft(place));
      } catch (error) {
        if (!(error instanceof CellError)) throw error;
        this.#ledger.tell(place, { ...failure(error.message), field: error.field });
      }
    }
    if (drafts.length > 0) await this.#lane.take(drafts);
  }

  async finish(): Promise<void> {
    await this.#lane.finish();
    for (let before = Infinity;;) {
      const waiting = this.#ledger.takeWaiting();
      if (waiting.length >= before || waiting.length === 0) {
        for (const { draft, outcome } of waiting) this.#ledger.tell(draft.source, outcome);
        return;
      }
      before = waiting.length;
      const { chunkSize } = this.#engine.options;
      for (let start = 0; start < waiting.length; start += chunkSize) {
        const some = waiting.slice(start, start + chunkSize);
        await this.#lane.take(some.map(({ draft }) => draft));
      }
      await this.#lane.finish();
    }
  }

  #draft(place: Place<T>): Draft<Place<T>> {
    const { drafter, options } = this.#engine;
    const { values, error } = givenRow(place.row);
    if (error !== undefined) throw new CellError("", error);
    const cells = drafter.cellsOf(values);
    const key = options.isNew ? crypto.randomUUID().replaceAll("-", "") : drafter.keyOfRow(values);
    if (this.#ledger.hasRow(key)) {
      throw new CellError(options.key.join(", "), "a row above has the same key");
    }
    this.#ledger.add(key);
    return { key, line: 0, cells, source: place, later: [] };
  }
}

/** Knows the rows of this run. */
class Memory<T> implements Ledger<Draft<Place<T>>> {
  readonly run = 0;
  readonly isLasting = false;
  readonly #entries = new Map<string, Entry>();
  readonly #keys = new Set<string>();
  readonly #outcomes = new Map<number, Outcome<T>>();
  #waiting: Settled<Draft<Place<T>>>[] = [];
  #next = 0;

  add(key: string): void {
    this.#keys.add(key);
  }

  hasRow(key: string): boolean {
    return this.#keys.has(key);
  }

  entries(keys: readonly string[]): Promise<Map<string, Entry>> {
    const found = new Map<string, Entry>();
    for (const key of keys) {
      const entry = this.#entries.get(key);
      if (entry) found.set(key, entry);
    }
    return Promise.resolve(found);
  }

  holders(): Promise<Map<number, string>> {
    return Promise.resolve(new Map());
  }

  settle(
    settled: readonly Settled<Draft<Place<T>>>[],
    entries: readonly Entry[],
  ): Promise<void> {
    for (const entry of entries) this.#entries.set(entry.key, entry);
    for (const each of settled) {
      if (each.outcome.isDangling) this.#waiting.push(each);
      else this.tell(each.draft.source, each.outcome);
    }
    return Promise.resolve();
  }

  tell({ row, index }: Place<T>, outcome: RowOutcome): void {
    const { status, id, changes, field, warning, altered } = outcome;
    const reasons = [
      outcome.reason,
      warning,
      ...altered.map(({ field, kept }) => `Odoo keeps ${JSON.stringify(kept)} as ${field}`),
    ].filter((part) => part !== undefined);
    const reason = reasons.length > 0 ? reasons.join("; ") : undefined;
    this.#outcomes.set(index, { row, status, id, changes, field, reason });
  }

  /** The rows that refer to rows that are not there. */
  takeWaiting(): Settled<Draft<Place<T>>>[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** The outcomes that no earlier row is missing for. */
  *inOrder(): Generator<Outcome<T>> {
    for (;; this.#next++) {
      const outcome = this.#outcomes.get(this.#next);
      if (!outcome) return;
      this.#outcomes.delete(this.#next);
      yield outcome;
    }
  }
}
