/**
 * What is in Odoo of the rows of a source: which have a record, and what it holds.
 *
 * @module
 */
import { OdooServerError } from "../errors.ts";
import { type Caller, type CallOptions, isStruct, type RpcValue } from "../values.ts";
import type { Cell } from "./cells.ts";
import { ExternalIds } from "./external_ids.ts";
import { type Pause, persist } from "./load.ts";

/** The values of a record, or why they cannot be read. */
export type Existing = { readonly [field: string]: RpcValue } | string;

/** A row, as far as it matters here. */
export interface Keyed {
  /** Its external id. */
  externalId: string;
  /** Its cells. */
  cells: readonly Cell[];
}

/** Stands for the database id of a record that a dry run does not create. */
export const TO_BE_CREATED = 0;

/** Whether a cell refers to a record by its external id. */
export function isReference({ field, column }: Cell): boolean {
  return field.type === "many2one" && column.endsWith("/id");
}

/** Looks at the records of one model, many at a time. */
export class Records {
  readonly #caller: Caller;
  readonly #model: string;
  readonly #options: CallOptions;
  readonly #pause: Pause;
  readonly #ids: ExternalIds;

  /** Takes the connection and the model, the options of the calls, and what waits between tries. */
  constructor(caller: Caller, model: string, options: CallOptions, pause: Pause) {
    this.#caller = caller;
    this.#model = model;
    this.#options = options;
    this.#pause = pause;
    this.#ids = new ExternalIds(caller, options);
  }

  /** The database id of a row. */
  idOf(externalId: string): number | undefined {
    return this.#ids.get(this.#model, externalId);
  }

  /** Tells the database id of a row that has gone in. */
  set(externalId: string, id: number): void {
    this.#ids.set(this.#model, externalId, id);
  }

  /** The model that the external id of a row belongs to, where it is another one. */
  otherModel(externalId: string): string | undefined {
    return this.#ids.otherModel(this.#model, externalId);
  }

  /** The database id that a reference leads to. */
  targetOf(cell: Cell): number | undefined {
    return isReference(cell) ? this.#ids.get(cell.field.relation, cell.text) : Number(cell.text);
  }

  /** Whether a cell refers to a record that is not in Odoo. */
  isDangling(cell: Cell): boolean {
    return isReference(cell) && this.targetOf(cell) === undefined;
  }

  /** Finds and reads the records of rows, by database id. */
  async look(rows: readonly Keyed[]): Promise<Map<number, Existing>> {
    const references = Map.groupBy(
      rows.flatMap(({ cells }) => cells).filter(isReference),
      (cell) => cell.field.relation,
    );
    const names = rows.map(({ externalId }) => externalId);
    await this.#find(this.#model, names);
    for (const [model, cells] of references) await this.#find(model, cells.map(({ text }) => text));
    // Records of the same model that are only referred to are read as well, to know that they are still there
    const own = new Set([...names, ...(references.get(this.#model) ?? []).map(({ text }) => text)]);
    const ids = [...own].map((name) => this.idOf(name)).filter((id) => id !== undefined);
    const fields = new Set(rows.flatMap(({ cells }) => cells.map(({ field }) => field.name)));
    const records = await this.read(ids.filter((id) => id !== TO_BE_CREATED), [...fields]);
    // An external id without a record is left over from a deletion; load makes a new record for it
    for (const name of own) {
      const id = this.idOf(name);
      if (id !== undefined && id !== TO_BE_CREATED && !records.has(id)) this.#ids.delete(name);
    }
    return records;
  }

  /** Reads records. One that a rule hides fails the whole call, so the call is halved until that stands alone. */
  async read(ids: readonly number[], fields: readonly string[]): Promise<Map<number, Existing>> {
    if (ids.length === 0) return new Map();
    try {
      const call = { model: this.#model, method: "read", args: [ids], kwargs: { fields } };
      const rows = await persist(() => this.#caller.call(call, this.#options), this.#pause);
      const records = (Array.isArray(rows) ? rows : []).filter((row) => isStruct(row));
      return new Map(records.map((row) => [Number(row["id"]), row]));
    } catch (error) {
      if (!(error instanceof OdooServerError)) throw error;
      if (ids.length === 1) return new Map(ids.map((id) => [id, error.message]));
      const half = Math.ceil(ids.length / 2);
      const first = await this.read(ids.slice(0, half), fields);
      return new Map([...first, ...await this.read(ids.slice(half), fields)]);
    }
  }

  async #find(model: string, externalIds: readonly string[]): Promise<void> {
    await persist(() => this.#ids.find(model, externalIds), this.#pause);
  }
}
