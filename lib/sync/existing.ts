/**
 * What is in Odoo already: the values of records, and the records that cells refer to.
 *
 * @module
 */
import { OdooServerError } from "../errors.ts";
import { readInChunks } from "../reading.ts";
import { type Caller, type CallOptions, type RpcInput, type RpcValue, structs } from "../values.ts";
import { type Cell, isByDatabaseId, referencesOf } from "./cells.ts";
import type { RecordValues } from "./compare.ts";
import type { ExternalIds } from "./external_ids.ts";

/** The values of records by id; `hidden` where a rule keeps one from the user. */
export type Existing = Map<number, RecordValues | "hidden">;

/** Stands for the database id of a record that a dry run does not create. */
export const TO_BE_CREATED = 0;

/** So many references are remembered. */
const MAX_REMEMBERED = 50_000;

/** Reads records. */
export class Records {
  readonly #caller: Caller;
  readonly #options: CallOptions;
  #currencies: Promise<Map<number, number>> | undefined;

  /** Takes the connection, and the options of its calls. */
  constructor(caller: Caller, options: CallOptions) {
    this.#caller = caller;
    this.#options = options;
  }

  /** Reads fields of records. */
  async read(
    model: string,
    ids: readonly number[],
    fields: readonly string[],
  ): Promise<Existing> {
    const existing: Existing = new Map();
    if (ids.length === 0) return existing;
    const read = async (some: readonly number[]) => {
      // Without the names of what links lead to, which take time
      const rows = await this.#call(model, "read", [some], { fields: [...fields], load: "" });
      return structs(rows).map((row) => ({ ...row, id: Number(row["id"]) }));
    };
    const rows = await readInChunks(read, ids, (id, reason) => {
      if (reason === "hidden") existing.set(id, "hidden");
    }, ids.length);
    for (const row of rows) existing.set(row.id, row);
    return existing;
  }

  /** Which of these records there are, archived ones too. */
  async existing(model: string, ids: readonly number[]): Promise<Set<number>> {
    if (ids.length === 0) return new Set();
    return new Set(await this.search(model, [["id", "in", [...ids]]]));
  }

  /** The ids of the records that match, archived ones too. */
  async search(model: string, domain: RpcInput): Promise<number[]> {
    const context = { ...this.#options.context, active_test: false };
    const call = { model, method: "search", args: [domain] };
    const ids = await this.#caller.call(call, { ...this.#options, context });
    return Array.isArray(ids) ? ids.map(Number) : [];
  }

  /** Digits after the point of the amounts of each currency. */
  async currencies(): Promise<Map<number, number>> {
    this.#currencies ??= this.#readCurrencies();
    return await this.#currencies;
  }

  async #readCurrencies(): Promise<Map<number, number>> {
    const ids = await this.search("res.currency", []);
    const rows = await this.#call("res.currency", "read", [ids], { fields: ["decimal_places"] });
    return new Map(structs(rows).map((row) => [Number(row["id"]), Number(row["decimal_places"])]));
  }

  async #call(
    model: string,
    method: string,
    args: readonly RpcInput[],
    kwargs: Readonly<Record<string, RpcInput>>,
  ): Promise<RpcValue> {
    return await this.#caller.call({ model, method, args, kwargs }, this.#options);
  }
}

/** Finds the records that cells refer to. */
export class References {
  readonly #externalIds: ExternalIds;
  readonly #records: Records;
  readonly #found = new Map<string, number>();

  /** Takes what looks external ids up, and what reads records. */
  constructor(externalIds: ExternalIds, records: Records) {
    this.#externalIds = externalIds;
    this.#records = records;
  }

  /**
   * Finds the records of the cells.
   *
   * @param ownIds Gives the ids of rows that are known without asking, of those names that it knows.
   */
  async resolve(
    cells: readonly Cell[],
    ownIds: (model: string, names: readonly string[]) => Promise<ReadonlyMap<string, number>>,
  ): Promise<Resolved> {
    if (this.#found.size > MAX_REMEMBERED) this.#found.clear();
    const targets = new Map<string, number>();
    for (const [model, some] of Map.groupBy(cells, ({ field }) => field.relation)) {
      const names = new Set(
        some.flatMap((cell) => isByDatabaseId(cell) ? [] : referencesOf(cell)),
      );
      const ids = new Set(some.flatMap((cell) => isByDatabaseId(cell) ? referencesOf(cell) : []));
      const found = await this.#lookUp(model, [...names], [...ids], ownIds).catch((error) => {
        // Only the rows that refer to such records are to fail
        if (error instanceof OdooServerError && error.kind === "access") return [];
        throw error;
      });
      for (const [name, id] of found) targets.set(`${model} ${name}`, id);
    }
    return new Resolved(targets);
  }

  async #lookUp(
    model: string,
    names: readonly string[],
    ids: readonly string[],
    ownIds: (model: string, names: readonly string[]) => Promise<ReadonlyMap<string, number>>,
  ): Promise<Map<string, number>> {
    const result = new Map<string, number>();
    const isUnknown = (text: string) => {
      const id = this.#found.get(`${model} ${text}`);
      if (id !== undefined) result.set(text, id);
      return id === undefined;
    };
    const newNames = names.filter(isUnknown);
    const asked = new Map(ids.filter(isUnknown).map((text) => [text, Number(text)]));
    const own = await ownIds(model, newNames);
    for (const [name, id] of own) {
      if (id === TO_BE_CREATED) result.set(name, id);
      else asked.set(name, id);
    }
    const others = newNames.filter((name) => !own.has(name));
    if (others.length > 0) {
      const { found } = await this.#externalIds.find(model, others);
      for (const [name, target] of found) if (target.model === model) asked.set(name, target.id);
    }
    // External ids may be left over from records that are gone
    const there = await this.#records.existing(model, [...new Set(asked.values())]);
    for (const [text, id] of asked) {
      if (!there.has(id)) continue;
      result.set(text, id);
      this.#found.set(`${model} ${text}`, id);
    }
    return result;
  }
}

/** The records that the cells of some rows refer to. */
export class Resolved {
  readonly #targets: ReadonlyMap<string, number>;

  /** Takes database ids by model and reference. */
  constructor(targets: ReadonlyMap<string, number>) {
    this.#targets = targets;
  }

  /** The database id that a reference of a cell leads to. */
  targetOf({ field }: Cell, reference: string): number | undefined {
    return this.#targets.get(`${field.relation} ${reference}`);
  }

  /** The first reference of a cell that leads to nothing. */
  danglingOf(cell: Cell): string | undefined {
    return referencesOf(cell).find((each) => this.targetOf(cell, each) === undefined);
  }
}
