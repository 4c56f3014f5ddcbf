/**
 * Rows into Odoo by external id, through `load`: sending them again is harmless.
 *
 * @module
 */
import { OdooAuthError, type OdooError, OdooNetworkError, OdooServerError } from "./errors.ts";
import {
  type Cell,
  CellError,
  type Field,
  FIELD_ATTRIBUTES,
  isSame,
  isStruct,
  type SourceValue,
  toCell,
  toField,
} from "./sync/cells.ts";
import { ExternalIds } from "./sync/external_ids.ts";
import {
  isLasting,
  Loader,
  type LoadResult,
  type LoadRow,
  type Pause,
  persist,
} from "./sync/load.ts";
import type { Caller, CallOptions, RpcInput, RpcValue } from "./values.ts";
import { externalId } from "./xmlid.ts";

/** Fields and their values. An empty one leaves the field as it is. A many2one is an external id or a database id. */
export type SourceRow = Readonly<Record<string, SourceValue>>;

/** How rows are upserted. */
export interface UpsertOptions extends CallOptions {
  /**
   * The columns whose values tell one row from another; the external id is made from them. One that is no field of the
   * model serves for that alone.
   */
  key: readonly string[];
  /** First part of the external ids, `odeno` by default. Must not be the name of a module. */
  namespace?: string | undefined;
  /** Compares and tells what would be done, and writes nothing. */
  dryRun?: boolean | undefined;
  /** How many rows are looked up and sent in one call; 500 by default. */
  chunkSize?: number | undefined;
  /** Waits between tries; the clock by default. */
  pause?: Pause | undefined;
}

/** What became of one row. */
export interface Outcome<T> {
  /** The row, as it was given. */
  row: T;
  /** `unknown` only when the server stayed out of reach while it may have been working on the row. */
  status: "created" | "updated" | "unchanged" | "failed" | "unknown";
  /** Database id, where the row is in Odoo. */
  id?: number | undefined;
  /** The fields that are written into a record that was there, with the value that it had. */
  changes?: Readonly<Record<string, { from: RpcValue; to: string }>> | undefined;
  /** The field that a failure is about, where Odoo tells. */
  field?: string | undefined;
  /** Why the row did not go in, or what Odoo warned of. */
  reason?: string | undefined;
}

/** A row on its way. */
interface Draft<T> {
  row: T;
  externalId: string;
  cells: readonly Cell[];
}

/** A row that differs from what is in Odoo, with the cells that do. */
interface Pending<T> extends LoadRow {
  row: T;
  id: number | undefined;
  status: "created" | "updated";
  changes: Outcome<T>["changes"];
}

const DEFAULT_NAMESPACE = "odeno";
const DEFAULT_CHUNK_SIZE = 500;

/**
 * Brings rows into a model: creates those whose external id is new, writes the fields that differ into the others, and
 * leaves alone what is equal. Yields one outcome a row. Rows may refer to other rows of the source, in any order.
 *
 * Only one job at a time should write with the same namespace: a conflict is tried again, but not for ever.
 *
 * @throws {OdooConfigError} A column cannot be written, or the key is unusable.
 * @throws {OdooError} The first question to the server failed. Rows that cannot be sent later are told as failed.
 */
export async function* upsert<T extends SourceRow>(
  caller: Caller,
  model: string,
  rows: AsyncIterable<T> | Iterable<T>,
  options: UpsertOptions,
): AsyncGenerator<Outcome<T>> {
  yield* new Upsert<T>(caller, model, options).run(rows);
}

class Upsert<T extends SourceRow> {
  readonly #caller: Caller;
  readonly #model: string;
  readonly #options: UpsertOptions;
  readonly #callOptions: CallOptions;
  readonly #pause: Pause;
  readonly #chunkSize: number;
  readonly #ids: ExternalIds;
  readonly #loader: Loader;
  readonly #fields = new Map<string, Field>();
  readonly #seen = new Set<string>();
  /** Rows that are ready to be sent, by their columns: `load` wants the same columns for all rows of a call. */
  readonly #groups = new Map<string, { columns: string[]; rows: Pending<T>[] }>();
  /** Rows that refer to a row that is not in Odoo yet. */
  #waiting: Draft<T>[] = [];
  #descriptions: { [field: string]: RpcValue } = {};
  #lost: OdooError | undefined;

  constructor(caller: Caller, model: string, options: UpsertOptions) {
    // What a cell means must not depend on the language and the time zone of the user
    const context = { lang: "en_US", tz: "UTC", ...options.context };
    this.#caller = caller;
    this.#model = model;
    this.#options = options;
    this.#callOptions = { signal: options.signal, timeoutMs: options.timeoutMs, context };
    this.#pause = options.pause ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
    this.#chunkSize = options.chunkSize ?? DEFAULT_CHUNK_SIZE;
    this.#ids = new ExternalIds(caller, this.#callOptions);
    this.#loader = new Loader(caller, model, this.#callOptions, this.#pause);
  }

  async *run(rows: AsyncIterable<T> | Iterable<T>): AsyncGenerator<Outcome<T>> {
    const descriptions = await this.#call("fields_get", [], { attributes: FIELD_ATTRIBUTES });
    if (isStruct(descriptions)) this.#descriptions = descriptions;
    for await (const chunk of chunksOf(rows, this.#chunkSize)) yield* this.#take(chunk);
    yield* this.#flush(1);
    for (let before = Infinity; this.#waiting.length < before;) {
      before = this.#waiting.length;
      yield* this.#takeWaiting();
    }
    for (const { row, cells } of this.#waiting) yield this.#withoutTarget(row, cells);
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
    const { key, namespace = DEFAULT_NAMESPACE } = this.#options;
    const cells: Cell[] = [];
    for (const [name, value] of Object.entries(row)) {
      if (key.includes(name) && !(name in this.#descriptions)) continue;
      const cell = toCell(this.#field(name), value);
      if (cell) cells.push(cell);
    }
    const keyValues = key.map((name) => String(row[name] ?? ""));
    if (keyValues.some((value) => value === "")) {
      throw new CellError(key.join(", "), "the key is empty");
    }
    const id = externalId(namespace, this.#model, keyValues);
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
    const current = await this.#readCurrent(drafts);
    for (const draft of drafts) {
      const outcome = current ? this.#sort(draft, current) : this.#notSent(draft.row);
      if (outcome) yield outcome;
    }
    yield* this.#flush(this.#chunkSize);
  }

  /** The records of the rows that have one, by database id; nothing when the server is out of reach. */
  async #readCurrent(drafts: readonly Draft<T>[]): Promise<Records | undefined> {
    if (this.#lost) return undefined;
    const fields = [
      ...new Set(drafts.flatMap(({ cells }) => cells.map(({ field }) => field.name))),
    ];
    try {
      await this.#find(this.#model, drafts.map((draft) => draft.externalId));
      for (const [model, ids] of referencesOf(drafts)) await this.#find(model, ids);
      const ids = drafts.map((draft) => this.#ids.get(draft.externalId)).filter((id) =>
        id !== undefined
      );
      return await this.#read(ids.filter((id) => id !== TO_BE_CREATED), fields);
    } catch (error) {
      if (!isLasting(error)) throw error;
      this.#lost = error;
      return undefined;
    }
  }

  async #find(model: string, externalIds: readonly string[]): Promise<void> {
    await persist(() => this.#ids.find(model, externalIds), this.#pause);
  }

  /** Reads records. One that a rule hides fails the whole call, so the call is halved until it stands alone. */
  async #read(ids: readonly number[], fields: readonly string[]): Promise<Records> {
    if (ids.length === 0) return new Map();
    try {
      const rows = await persist(() => this.#call("read", [ids], { fields }), this.#pause);
      return new Map(
        (Array.isArray(rows) ? rows : []).filter(isStruct).map((row) => [Number(row["id"]), row]),
      );
    } catch (error) {
      if (!(error instanceof OdooServerError) || error.kind !== "access") throw error;
      if (ids.length === 1) return new Map(ids.map((id) => [id, error.message]));
      const half = Math.ceil(ids.length / 2);
      return new Map([
        ...await this.#read(ids.slice(0, half), fields),
        ...await this.#read(ids.slice(half), fields),
      ]);
    }
  }

  /** The outcome of a row, if it has one already; otherwise the row is queued. */
  #sort({ row, externalId, cells }: Draft<T>, current: Records): Outcome<T> | undefined {
    const otherModel = this.#ids.otherModel(externalId);
    if (otherModel !== undefined) {
      return {
        row,
        status: "failed",
        reason: `${externalId} is the external id of a record of ${otherModel}`,
      };
    }
    const unresolved = cells.find((cell) =>
      isReference(cell) && this.#ids.get(cell.text) === undefined
    );
    if (unresolved) {
      if (unresolved.field.relation !== this.#model) return this.#withoutTarget(row, [unresolved]);
      this.#waiting.push({ row, externalId, cells });
      return undefined;
    }
    const id = this.#ids.get(externalId);
    const record = id === undefined ? undefined : current.get(id);
    if (typeof record === "string") return { row, status: "failed", id, reason: record };
    // An external id without a record is left over from a deletion; load makes a new record for it
    if (id === undefined || record === undefined) {
      this.#queue({ row, externalId, id: undefined, status: "created", changes: undefined }, cells);
      return undefined;
    }
    const changed = cells.filter((cell) =>
      !isSame(cell, record[cell.field.name], (each) => this.#ids.get(each))
    );
    if (changed.length === 0) return { row, status: "unchanged", id };
    const changes = Object.fromEntries(
      changed.map((
        { field, text },
      ) => [field.name, { from: record[field.name] ?? false, to: text }]),
    );
    this.#queue({ row, externalId, id, status: "updated", changes }, changed);
    return undefined;
  }

  #queue(pending: Omit<Pending<T>, "cells">, cells: readonly Cell[]): void {
    const columns = cells.map((cell) => cell.column);
    const group = this.#groups.get(columns.join()) ?? { columns, rows: [] };
    group.rows.push({ ...pending, cells: cells.map((cell) => cell.text) });
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

  async *#send(
    columns: readonly string[],
    rows: readonly Pending<T>[],
  ): AsyncGenerator<Outcome<T>> {
    const open = new Set(rows);
    try {
      const results = this.#options.dryRun
        ? pretend(rows)
        : this.#lost
        ? []
        : this.#loader.load(columns, rows);
      for await (const [pending, result] of results) {
        open.delete(pending);
        if (result.status === "loaded") this.#ids.set(pending.externalId, result.id);
        yield toOutcome(pending, result);
      }
    } catch (error) {
      if (!isLasting(error)) throw error;
      this.#lost = error;
      const status = mayHaveRun(error) ? "unknown" : "failed";
      for (const { row } of open) yield { row, status, reason: error.message };
      open.clear();
    }
    for (const { row } of open) yield this.#notSent(row);
  }

  #notSent(row: T): Outcome<T> {
    return { row, status: "failed", reason: `not sent: ${this.#lost?.message}` };
  }

  #withoutTarget(row: T, cells: readonly Cell[]): Outcome<T> {
    const cell = cells.find((cell) => isReference(cell) && this.#ids.get(cell.text) === undefined);
    const reason = `${cell?.text} is neither in Odoo nor a row that went in`;
    return { row, status: "failed", field: cell?.field.name, reason };
  }

  #call(method: string, args: RpcInput[], kwargs: Record<string, RpcInput>): Promise<RpcValue> {
    return this.#caller.call({ model: this.#model, method, args, kwargs }, this.#callOptions);
  }
}

/** Records by database id, or why one cannot be read. */
type Records = Map<number, { [field: string]: RpcValue } | string>;

/** Stands for the database id of a record that a dry run does not create. */
const TO_BE_CREATED = 0;

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

function isReference({ field, column }: Cell): boolean {
  return field.type === "many2one" && column.endsWith("/id");
}

/** The external ids that the rows refer to, by model. */
function referencesOf(drafts: readonly Draft<unknown>[]): [model: string, externalIds: string[]][] {
  const cells = drafts.flatMap((draft) => draft.cells).filter(isReference);
  return [...Map.groupBy(cells, (cell) => cell.field.relation)]
    .map(([model, group]) => [model, group.map((cell) => cell.text)]);
}

function* pretend<T>(rows: readonly Pending<T>[]): Generator<[Pending<T>, LoadResult]> {
  for (const row of rows) {
    yield [row, { status: "loaded", id: row.id ?? TO_BE_CREATED, warning: undefined }];
  }
}

function toOutcome<T>({ row, status, changes }: Pending<T>, result: LoadResult): Outcome<T> {
  if (result.status !== "loaded") return { row, ...result };
  return {
    row,
    status,
    id: result.id === TO_BE_CREATED ? undefined : result.id,
    changes,
    reason: result.warning,
  };
}

function mayHaveRun(error: OdooError): boolean {
  if (error instanceof OdooAuthError) return false;
  return !(error instanceof OdooNetworkError) || error.outcome === "unknown";
}
