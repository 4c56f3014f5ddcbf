/**
 * Which external ids exist, and which records they name.
 *
 * @module
 */
import { OdooServerError } from "../errors.ts";
import { readExternalIds } from "../refs.ts";
import { type Caller, type CallOptions, type RpcInput, type RpcValue, structs } from "../values.ts";

/** The record of an external id. */
export interface Target {
  /** Technical name of its model. */
  model: string;
  /** Its database id. */
  id: number;
}

/** The ways in which external ids can be looked up. */
export type LookupWay = "ir.model.data" | "get_metadata" | "check_object_reference";

const RECORDS_PER_CALL = 2000;
/** Asking for one external id takes about as long as the metadata of so many records. */
const RECORDS_PER_NAME = 250;

/**
 * Finds records by external id, many at a time: in `ir.model.data` where the user may read it (from 17 on only users
 * with Access Rights may), otherwise in the metadata of all records of the model, which every user may ask for, and
 * one by one where these are too many or do not tell.
 */
export class ExternalIds {
  readonly #caller: Caller;
  readonly #options: CallOptions;
  readonly #indexes = new Map<string, Promise<Map<string, number> | undefined>>();
  #mayReadData = true;

  /** Takes the connection, and the options of its calls. */
  constructor(caller: Caller, options: CallOptions = {}) {
    this.#caller = caller;
    const context = { ...options.context, active_test: false };
    this.#options = { ...options, context };
  }

  /** The records of external ids of one model. One that belongs to another model is told where the user may know. */
  async find(
    model: string,
    names: readonly string[],
  ): Promise<{ found: Map<string, Target>; way: LookupWay }> {
    if (this.#mayReadData) {
      try {
        const found = await readExternalIds(this.#caller, names, this.#options);
        return { found, way: "ir.model.data" };
      } catch (error) {
        if (!isDenied(error)) throw error;
        this.#mayReadData = false;
      }
    }
    const index = await this.#index(model, names.length);
    if (!index) return { found: await this.#oneByOne(names), way: "check_object_reference" };
    const found = new Map<string, Target>();
    for (const name of names) {
      const id = index.get(name);
      if (id !== undefined) found.set(name, { model, id });
    }
    return { found, way: "get_metadata" };
  }

  /** External ids of all records of a model; nothing where they are too many for so few names, or not to be had. */
  async #index(model: string, names: number): Promise<Map<string, number> | undefined> {
    const known = this.#indexes.get(model);
    if (known) return await known;
    const ids = await this.#call(model, "search", [[]], { order: "id" });
    const all = Array.isArray(ids) ? ids.map(Number) : [];
    if (all.length > names * RECORDS_PER_NAME) return undefined;
    const index = this.#indexes.get(model) ?? this.#readMetadata(model, all);
    this.#indexes.set(model, index);
    // Asked for again after a failure
    index.catch(() => this.#indexes.delete(model));
    return await index;
  }

  async #readMetadata(
    model: string,
    ids: readonly number[],
  ): Promise<Map<string, number> | undefined> {
    const index = new Map<string, number>();
    try {
      for (let start = 0; start < ids.length; start += RECORDS_PER_CALL) {
        const some = ids.slice(start, start + RECORDS_PER_CALL);
        for (const row of structs(await this.#call(model, "get_metadata", [some], {}))) {
          const { id, xmlids } = row;
          // 14 tells one external id a call, however many records are asked for
          if (!Array.isArray(xmlids)) return undefined;
          for (const { xmlid } of structs(xmlids)) index.set(String(xmlid), Number(id));
        }
      }
    } catch (error) {
      if (!isDenied(error)) throw error;
      return undefined;
    }
    return index;
  }

  async #oneByOne(names: readonly string[]): Promise<Map<string, Target>> {
    const found = new Map<string, Target>();
    for (const name of names) {
      const dot = name.indexOf(".");
      const args = [name.slice(0, dot), name.slice(dot + 1)];
      try {
        const answer = await this.#call("ir.model.data", "check_object_reference", args, {});
        const [model, id] = Array.isArray(answer) ? answer : [];
        if (typeof model === "string" && typeof id === "number") found.set(name, { model, id });
      } catch (error) {
        // There is none, or it leads to a model that is not there or not for this user
        if (!(error instanceof OdooServerError)) throw error;
      }
    }
    return found;
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

function isDenied(error: unknown): boolean {
  return error instanceof OdooServerError && error.kind === "access";
}
