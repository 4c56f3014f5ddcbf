/**
 * Sends rows, in as few calls as their differences allow, and reads back what Odoo made of them.
 *
 * @module
 */
import { type OdooError, OdooServerError } from "../errors.ts";
import type { CallOptions, RpcInput } from "../values.ts";
import { type Cell, isByDatabaseId, toValue } from "./cells.ts";
import type { RecordValues } from "./compare.ts";
import type { Draft } from "./drafts.ts";
import type { Engine, Ledger } from "./engine.ts";
import { TO_BE_CREATED } from "./existing.ts";
import { type LoadColumns, Loader, type LoadResult, type LoadRow } from "./load.ts";
import { isLasting, isPerhapsTooMuch, isUncertain, type PatientCaller } from "./patience.ts";
import { type Pending, type Sent, settle } from "./settle.ts";

/** A row whose record is there. */
interface Update<T> extends Pending<T> {
  readonly id: number;
  readonly record: RecordValues;
}

/** A row as `load` takes it. */
interface Loadable<P> extends LoadRow {
  pending: P;
}

/** How rows are loaded. */
interface Loading {
  loader: Loader;
  columns: LoadColumns;
  options: CallOptions;
}

/** How many chunks of rows may wait for others with the same columns. */
const MAX_HELD_CHUNKS = 4;

/** So many are found by halving in no more calls than by asking which of them are bad. */
const FEW_ROWS = 4;

/** After so many rows that the user may not write, those that are refused in the same words are not tried alone. */
const LASTING_ROWS = 3;

/** Holds the rows of one lane until there are enough of them for a call. */
export class Sender<T> {
  readonly #engine: Engine;
  readonly #ledger: Ledger<Draft<T>>;
  readonly #caller: PatientCaller;
  /** New rows by their columns: `load` wants the same for all rows of a call. */
  #creates = new Map<string, Pending<T>[]>();
  #updates: Update<T>[] = [];
  /** How many rows have been refused in the same words. */
  readonly #refusals = new Map<string, number>();

  /** Takes what lanes share, and what is told. */
  constructor(engine: Engine, ledger: Ledger<Draft<T>>) {
    this.#engine = engine;
    this.#ledger = ledger;
    this.#caller = engine.newCaller();
  }

  /** Takes a row that has no record yet. */
  create(pending: Pending<T>): void {
    const columns = columnsOf(pending.sent).join();
    const group = this.#creates.get(columns);
    if (group) group.push(pending);
    else this.#creates.set(columns, [pending]);
  }

  /** Takes a row that differs from its record. */
  update(pending: Update<T>): void {
    this.#updates.push(pending);
  }

  /** Sends those that are enough for a call; all when too many wait, so that memory stays bounded. */
  async flushFull(): Promise<void> {
    const { creates, options: { chunkSize } } = this.#engine;
    const waiting = [...this.#creates.values()].reduce((sum, { length }) => sum + length, 0);
    const isTooMuch = waiting > MAX_HELD_CHUNKS * Math.min(chunkSize, Math.max(creates.size, 500));
    await this.#flushCreates(isTooMuch);
    if (this.#updates.length >= MAX_HELD_CHUNKS * this.#engine.updates.size) {
      await this.#flushUpdates();
    }
  }

  /** Sends all of them. */
  async flush(): Promise<void> {
    await this.#flushCreates(true);
    await this.#flushUpdates();
  }

  async #flushCreates(isAll: boolean): Promise<void> {
    const { creates, drafter } = this.#engine;
    for (const [columns, group] of this.#creates) {
      while (group.length >= creates.size || isAll && group.length > 0) {
        const rows = group.splice(0, creates.size).map((pending) => ({
          pending,
          record: drafter.nameOf(pending.draft.key),
          cells: pending.sent.map(({ text }) => text),
        }));
        await this.#load("id", rows);
      }
      if (group.length === 0) this.#creates.delete(columns);
    }
  }

  /** Equal changes together in one `write`; the others through `load`, which takes different ones in one call. */
  async #flushUpdates(): Promise<void> {
    const updates = this.#updates;
    this.#updates = [];
    const alike = Map.groupBy(
      updates,
      ({ sent }) => JSON.stringify(sent.map(({ column, text }) => [column, text])),
    );
    const different: Update<T>[] = [];
    for (const group of alike.values()) {
      const [first] = group;
      if (group.length === 1 && first) different.push(first);
      else await this.#inChunks(group, (chunk) => this.#write(chunk));
    }
    // `load` finds an archived record by its database id only when told to, as for all rows of a call
    const byColumns = Map.groupBy(
      different,
      (update) => `${isArchived(update)} ${columnsOf(update.sent).join()}`,
    );
    for (const group of byColumns.values()) {
      const withArchived = group.some(isArchived);
      await this.#inChunks(group, async (chunk) => {
        if (chunk.length === 1) return await this.#write(chunk);
        await this.#load(".id", chunk.map(byNumber), withArchived);
      });
    }
  }

  async #inChunks<P>(rows: readonly P[], send: (chunk: readonly P[]) => Promise<void>) {
    for (let start = 0; start < rows.length;) {
      const chunk = rows.slice(start, start + this.#engine.updates.size);
      await send(chunk);
      start += chunk.length;
    }
  }

  async #load(
    by: "id" | ".id",
    rows: readonly Loadable<Pending<T>>[],
    withArchived = false,
  ): Promise<void> {
    const { loader, columns, options } = this.#loading(by, rows, withArchived);
    await this.#send(rows.map(({ pending }) => pending), async (done) => {
      for await (const [row, result] of loader.load(columns, rows, options)) {
        done(row.pending, result);
      }
    });
  }

  #loading(
    by: "id" | ".id",
    rows: readonly Loadable<Pending<T>>[],
    withArchived: boolean,
  ): Loading {
    const { options: { model, clock, call }, creates, updates } = this.#engine;
    const cells = rows[0]?.pending.sent ?? [];
    // Odoo 14 takes archived records for references by database id only when told to, too
    const isWide = withArchived || cells.some(isByDatabaseId);
    return {
      loader: new Loader(this.#caller, model, clock, by === "id" ? creates : updates),
      columns: [by, ...columnsOf(cells)],
      options: isWide ? { ...call, context: { ...call.context, active_test: false } } : call,
    };
  }

  async #write(rows: readonly Update<T>[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const values = Object.fromEntries(first.sent.map((cell) => [
      cell.field.name,
      toValue(cell, (reference) => first.known.targetOf(cell, reference) ?? 0),
    ]));
    await this.#send(rows, (done) => this.#writeApart(rows, values, done));
  }

  /**
   * A call fails as a whole, and names no row. What `load` says of the same rows does; where that is nothing either, the
   * call is halved until what fails stands alone.
   */
  async #writeApart(
    rows: readonly Update<T>[],
    values: Readonly<Record<string, RpcInput>>,
    done: Done<T>,
    mayAsk = true,
  ): Promise<void> {
    const { options: { model, clock, call }, updates } = this.#engine;
    const args = [rows.map(({ id }) => id), values];
    const start = clock.now();
    try {
      await this.#caller.callChunk({ model, method: "write", args }, call);
      updates.took(rows.length, clock.now() - start);
      for (const row of rows) done(row, { status: "loaded", id: row.id, warning: undefined });
      return;
    } catch (error) {
      const isTooMuch = rows.length > 1 && isPerhapsTooMuch(error) && !this.#caller.isExhausted;
      if (isTooMuch) updates.shrink(rows.length);
      else if (!(error instanceof OdooServerError)) throw error;
      else if (rows.length === 1 || this.#isLastingRefusal(error)) {
        return this.#refuse(rows, error, done);
      } else if (mayAsk && rows.length > FEW_ROWS) {
        const writeRest = (rest: readonly Update<T>[]) => this.#writeApart(rest, values, done);
        if (await this.#loadApart(rows, done, writeRest)) return;
        mayAsk = false;
      }
    }
    const half = Math.ceil(rows.length / 2);
    await this.#writeApart(rows.slice(0, half), values, done, mayAsk);
    await this.#writeApart(rows.slice(half), values, done, mayAsk);
  }

  /**
   * Sends rows through `load`, which names those that it refuses: they are tried alone, after the others have gone the
   * quick way. `false` where it names none, or all as it does for users without the right.
   */
  async #loadApart(
    rows: readonly Update<T>[],
    done: Done<T>,
    writeRest: (rest: readonly Update<T>[]) => Promise<void>,
  ): Promise<boolean> {
    const loadable = rows.map(byNumber);
    const { loader, columns, options } = this.#loading(".id", loadable, rows.some(isArchived));
    const { results, refused } = await loader.attempt(columns, loadable, options);
    if (!results) {
      const rest = loadable.filter((row) => !refused.has(row));
      if (refused.size === 0 || rest.length === 0) return false;
      await writeRest(rest.map(({ pending }) => pending));
    }
    for await (const [row, result] of results ?? loader.eachAlone(columns, refused, options)) {
      done(row.pending, result);
    }
    return true;
  }

  #refuse(rows: readonly Update<T>[], { message }: OdooServerError, done: Done<T>): void {
    for (const row of rows) done(row, { status: "failed", field: undefined, reason: message });
    if (rows.length === 1) this.#refusals.set(message, (this.#refusals.get(message) ?? 0) + 1);
  }

  /** A user who may not write the model may write no record of it, and each is refused in the same words. */
  #isLastingRefusal({ kind, message }: OdooServerError): boolean {
    return kind === "access" && (this.#refusals.get(message) ?? 0) >= LASTING_ROWS;
  }

  /** Sends rows in one of the two ways, and settles all of them. */
  async #send(
    rows: readonly Pending<T>[],
    send: (done: Done<T>) => Promise<void>,
  ): Promise<void> {
    const engine = this.#engine;
    const open = new Set(rows);
    const results: [Pending<T>, Sent][] = [];
    const done: Done<T> = (pending, result) => {
      open.delete(pending);
      results.push([pending, result]);
    };
    let lost: OdooError | undefined;
    try {
      if (engine.options.dryRun) rows.forEach((row) => done(row, wouldBe(row)));
      else if (!engine.lost) await send(done);
    } catch (error) {
      if (!isLasting(error)) throw error;
      lost = error;
      engine.lost ??= error;
    }
    for (const pending of open) {
      const status = lost && isUncertain(lost) ? "unknown" : "failed";
      const reason = lost?.message ?? `not sent: ${engine.lost?.message}`;
      results.push([pending, { status, field: undefined, reason }]);
    }
    await settle(engine, this.#ledger, results);
  }
}

/** Takes the result of a row. */
type Done<T> = (row: Pending<T>, result: LoadResult) => void;

function wouldBe({ id = TO_BE_CREATED }: Pending<unknown>): LoadResult {
  return { status: "loaded", id, warning: undefined };
}

/** A row of a `load` that names its record by the database id. */
function byNumber<T>(pending: Update<T>): Loadable<Update<T>> {
  return { pending, record: String(pending.id), cells: pending.sent.map(({ text }) => text) };
}

function isArchived({ record }: Update<unknown>): boolean {
  return record["active"] === false;
}

function columnsOf(cells: readonly Cell[]): string[] {
  return cells.map(({ column }) => column);
}
