/**
 * One run of `upsert`: what is new, what differs and what is equal, and in which order rows can be sent.
 *
 * @module
 */
import type { Outcome, SourceRow, UpsertOptions } from "../bulk.ts";
import { sleep } from "../clock.ts";
import { OdooConfigError, OdooError, OdooServerError } from "../errors.ts";
import {
  type Cell,
  CellError,
  type Field,
  FIELD_ATTRIBUTES,
  isSame,
  toCell,
  toField,
} from "./cells.ts";
import { type Existing, Records, TO_BE_CREATED } from "./existing.ts";
import { isAmbiguous, isLasting, Loader, type LoadResult, type LoadRow } from "./load.ts";
import {
  type Caller,
  type CallOptions,
  isStruct,
  type RpcInput,
  type RpcValue,
} from "../values.ts";
import { externalId } from "../xmlid.ts";

/** A row on its way. */
interface Draft<T> {
  row: T;
  externalId: string;
  cells: readonly Cell[];
}

/** A row that differs from what is in Odoo, with the cells that do. */
interface Pending<T> extends LoadRow {
  row: T;
  sent: readonly Cell[];
  id: number | undefined;
  status: "created" | "updated";
  changes: Outcome<T>["changes"];
}

const DEFAULT_NAMESPACE = "odeno";
const DEFAULT_CHUNK_SIZE = 500;
/** How many chunks of rows may wait for others with the same columns. */
const MAX_HELD_CHUNKS = 4;

/** Takes rows through one run. */
export class Upsert<T extends SourceRow> {
  readonly #caller: Caller;
  readonly #model: string;
  readonly #namespace: string;
  readonly #options: UpsertOptions;
  readonly #callOptions: CallOptions;
  readonly #chunkSize: number;
  readonly #records: Records;
  readonly #loader: Loader;
  readonly #fields = new Map<string, Field>();
  readonly #seen = new Set<string>();
  /** Rows that are ready to be sent, by their columns: `load` wants the same columns for all rows of a call. */
  readonly #groups = new Map<string, { columns: string[]; rows: Pending<T>[] }>();
  /** Rows that refer to a row that is not in Odoo yet. */
  #waiting: Draft<T>[] = [];
  #descriptions: { readonly [field: string]: RpcValue } = {};
  #lost: OdooError | undefined;

  /** Takes the connection, the model and the options. */
  constructor(caller: Caller, model: string, options: UpsertOptions) {
    const { signal, timeoutMs, namespace, chunkSize } = options;
    // What a cell means must not depend on the language and the time zone of the user
    const context = { lang: "en_US", tz: "UTC", ...options.context };
    const pause = options.pause ?? ((ms) => sleep(ms, signal));
    this.#caller = caller;
    this.#model = model;
    this.#namespace = namespace ?? DEFAULT_NAMESPACE;
    this.#options = options;
    this.#callOptions = { signal, timeoutMs, context };
    this.#chunkSize = chunkSize ?? DEFAULT_CHUNK_SIZE;
    this.#records = new Records(caller, model, this.#callOptions, pause);
    this.#loader = new Loader(caller, model, this.#callOptions, pause);
  }

  /** Yields one outcome a row. */
  async *run(rows: AsyncIterable<T> | Iterable<T>): AsyncGenerator<Outcome<T>> {
    await this.#checkNamespace();
    const descriptions = await this.#call(this.#model, "fields_get", [], {
      attributes: FIELD_ATTRIBUTES,
    });
    if (isStruct(descriptions)) this.#descriptions = descriptions;
    for await (const chunk of chunksOf(rows, this.#chunkSize)) yield* this.#take(chunk);
    yield* this.#flush(1);
    for (let before = Infinity; this.#waiting.length < before;) {
      before = this.#waiting.length;
      yield* this.#takeWaiting();
    }
    for (const { row, cells } of this.#waiting) yield this.#withoutTarget(row, cells);
  }

  async #checkNamespace(): Promise<void> {
    const namespace = this.#namespace;
    externalId(namespace, this.#model, ["key"]);
    if (namespace.startsWith("odeno")) return;
    const refuse = (why: string, cause?: unknown) =>
      new OdooConfigError(
        `Cannot use "${namespace}" as the namespace of external ids: ${why}; take one that begins with odeno_`,
        { cause },
      );
    const count = await this.#call("ir.module.module", "search_count", [[["name", "=", namespace]]])
      .catch((error) => {
        if (!(error instanceof OdooServerError)) throw error;
        throw refuse("the user may not ask whether it is the name of a module", error);
      });
    if (count !== 0) {
      throw refuse("it is the name of a module, whose upgrade would delete the records");
    }
  }

  /** Takes rows from the source. What cannot be sent is told at once. */
  async *#take(rows: readonly T[]): AsyncGenerator<Outcome<T>> {
    const drafts: Draft<T>[] = [];
    for (const row of rows) {
      try {
        drafts.push(this.#draft(row));
      } catch (error) {
        if (!(error instanceof CellError)) throw error;
        yield { row, status: "failed", field: error.field, reason: error.message };
      }
    }
    yield* this.#compare(drafts);
  }

  async *#takeWaiting(): AsyncGenerator<Outcome<T>> {
    const drafts = this.#waiting;
    this.#waiting = [];
    for await (const chunk of chunksOf(drafts, this.#chunkSize)) yield* this.#compare(chunk);
    yield* this.#flush(1);
  }

  #draft(row: T): Draft<T> {
    const { key } = this.#options;
    const cells: Cell[] = [];
    for (const [name, value] of Object.entries(row)) {
      if (key.includes(name) && !(name in this.#descriptions)) continue;
      const cell = toCell(this.#field(name), value);
      if (cell) cells.push(cell);
    }
    const values = key.map((name) => String(row[name] ?? ""));
    const fault = values.includes("") ? "the key is empty" : "the key holds half a surrogate pair";
    if (!values.every((value) => value !== "" && value.isWellFormed())) {
      throw new CellError(key.join(", "), fault);
    }
    const id = externalId(this.#namespace, this.#model, values);
    if (this.#seen.has(id)) throw new CellError(key.join(", "), "a row above has the same key");
    this.#seen.add(id);
    return { row, externalId: id, cells };
  }

  #field(name: string): Field {
    const field = this.#fields.get(name) ?? toField(this.#model, name, this.#descriptions[name]);
    this.#fields.set(name, field);
    return field;
  }

  /** Finds out what is in Odoo, tells what is equal, and queues what is not. */
  async *#compare(drafts: readonly Draft<T>[]): AsyncGenerator<Outcome<T>> {
    const current = await this.#look(drafts);
    for (const draft of drafts) {
      const outcome = typeof current === "string"
        ? { row: draft.row, status: "failed" as const, reason: current }
        : this.#sort(draft, current);
      if (outcome) yield outcome;
    }
    yield* this.#flush(this.#chunkSize);
    yield* this.#relieve();
  }

  /** The records of the rows, or why they are not to be had. */
  async #look(drafts: readonly Draft<T>[]): Promise<Map<number, Existing> | string> {
    if (this.#lost) return `not sent: ${this.#lost.message}`;
    try {
      return await this.#records.look(drafts);
    } catch (error) {
      if (!(error instanceof OdooError)) throw error;
      if (isLasting(error)) this.#lost = error;
      return `not sent: ${error.message}`;
    }
  }

  /** The outcome of a row, if it has one already; otherwise the row is queued. */
  #sort(draft: Draft<T>, current: Map<number, Existing>): Outcome<T> | undefined {
    const { row, externalId, cells } = draft;
    const otherModel = this.#records.otherModel(externalId);
    if (otherModel !== undefined) {
      const reason = `${externalId} is the external id of a record of ${otherModel}`;
      return { row, status: "failed", reason };
    }
    const dangling = cells.find((cell) => this.#records.isDangling(cell));
    if (dangling) {
      if (dangling.field.relation !== this.#model) return this.#withoutTarget(row, [dangling]);
      this.#waiting.push(draft);
      return undefined;
    }
    const id = this.#records.idOf(externalId);
    const record = id === undefined ? undefined : current.get(id);
    if (typeof record === "string") return { row, status: "failed", id, reason: record };
    if (record === undefined) {
      this.#queue({
        row,
        externalId,
        sent: cells,
        id: undefined,
        status: "created",
        changes: undefined,
      });
      return undefined;
    }
    const sent = this.#differing(cells, record);
    if (sent.length === 0) return { row, status: "unchanged", id };
    const changes = Object.fromEntries(
      sent.map(({ field, text }) => [field.name, { from: record[field.name] ?? false, to: text }]),
    );
    this.#queue({ row, externalId, sent, id, status: "updated", changes });
    return undefined;
  }

  #differing(cells: readonly Cell[], record: { readonly [field: string]: RpcValue }): Cell[] {
    const targetOf = (cell: Cell) => this.#records.targetOf(cell);
    return cells.filter((cell) => !isSame(cell, record[cell.field.name], targetOf));
  }

  #queue(pending: Omit<Pending<T>, "cells">): void {
    const columns = pending.sent.map((cell) => cell.column);
    const group = this.#groups.get(columns.join()) ?? { columns, rows: [] };
    group.rows.push({ ...pending, cells: pending.sent.map((cell) => cell.text) });
    this.#groups.set(columns.join(), group);
  }

  /** Sends the groups that hold at least so many rows. */
  async *#flush(atLeast: number): AsyncGenerator<Outcome<T>> {
    for (const [key, { columns, rows }] of this.#groups) {
      if (rows.length < atLeast) continue;
      this.#groups.delete(key);
      yield* this.#send(columns, rows);
    }
  }

  /** Sends the largest groups when too many rows wait, so that memory stays bounded. */
  async *#relieve(): AsyncGenerator<Outcome<T>> {
    const sizes = () => [...this.#groups.values()].map(({ rows }) => rows.length);
    const held = () => sizes().reduce((sum, size) => sum + size, 0);
    while (held() > MAX_HELD_CHUNKS * this.#chunkSize) yield* this.#flush(Math.max(...sizes()));
  }

  async *#send(
    columns: readonly string[],
    rows: readonly Pending<T>[],
  ): AsyncGenerator<Outcome<T>> {
    const open = new Set(rows);
    const loaded: [Pending<T>, Outcome<T>][] = [];
    try {
      for await (const [pending, result] of this.#results(columns, rows)) {
        open.delete(pending);
        const outcome = toOutcome(pending, result);
        if (result.status !== "loaded") yield outcome;
        else {
          this.#records.set(pending.externalId, result.id);
          loaded.push([pending, outcome]);
        }
      }
    } catch (error) {
      if (!isLasting(error)) throw error;
      this.#lost = error;
      const status = isAmbiguous(error) ? "unknown" : "failed";
      for (const { row } of open) yield { row, status, reason: error.message };
      open.clear();
    }
    yield* this.#readBack(loaded);
    for (const { row } of open) {
      yield { row, status: "failed", reason: `not sent: ${this.#lost?.message}` };
    }
  }

  #results(columns: readonly string[], rows: readonly Pending<T>[]) {
    if (this.#options.dryRun) return pretend(rows);
    return this.#lost ? [] : this.#loader.load(columns, rows);
  }

  /** Says of rows that have gone in which values Odoo did not keep as they were sent. */
  async *#readBack(loaded: readonly [Pending<T>, Outcome<T>][]): AsyncGenerator<Outcome<T>> {
    const fields = loaded[0]?.[0].sent.map((cell) => cell.field.name) ?? [];
    const ids = this.#options.dryRun || this.#lost ? [] : loaded.map(([, { id = 0 }]) => id);
    const records = await this.#records.read(ids, fields).catch((error) => {
      if (!isLasting(error)) throw error;
      return new Map<number, Existing>();
    });
    for (const [{ sent }, outcome] of loaded) {
      const record = records.get(outcome.id ?? 0);
      const other = typeof record === "object" ? this.#differing(sent, record) : [];
      const kept = other.map(({ field: { name } }) =>
        `Odoo keeps ${JSON.stringify(typeof record === "object" ? record[name] : null)} as ${name}`
      );
      const reason = [outcome.reason, ...kept].filter((part) => part !== undefined).join("; ");
      yield reason === "" ? outcome : { ...outcome, reason };
    }
  }

  #withoutTarget(row: T, cells: readonly Cell[]): Outcome<T> {
    const cell = cells.find((cell) => this.#records.isDangling(cell));
    const reason = `${cell?.text} is neither in Odoo nor a row that went in`;
    return { row, status: "failed", field: cell?.field.name, reason };
  }

  #call(
    model: string,
    method: string,
    args: RpcInput[],
    kwargs: Record<string, RpcInput> = {},
  ): Promise<RpcValue> {
    return this.#caller.call({ model, method, args, kwargs }, this.#callOptions);
  }
}

async function* chunksOf<T>(
  rows: AsyncIterable<T> | Iterable<T>,
  size: number,
): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const row of rows) {
    chunk.push(row);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function* pretend<T>(rows: readonly Pending<T>[]): Generator<[Pending<T>, LoadResult]> {
  for (const row of rows) {
    yield [row, { status: "loaded", id: row.id ?? TO_BE_CREATED, warning: undefined }];
  }
}

function toOutcome<T>({ row, status, changes }: Pending<T>, result: LoadResult): Outcome<T> {
  if (result.status !== "loaded") return { row, ...result };
  const id = result.id === TO_BE_CREATED ? undefined : result.id;
  return { row, status, id, changes, reason: result.warning };
}
