/**
 * Which external ids exist, and which records they name.
 *
 * @module
 */
import { OdooServerError } from "../errors.ts";
import { type Caller, type CallOptions, isStruct, type RpcValue } from "../values.ts";

const NAMES_PER_CALL = 1000;
const RECORDS_PER_CALL = 2000;

/**
 * Finds records by external id, many at a time: from `ir.model.data` where the user may read it (from 17 on only users
 * with Access Rights may), and otherwise from `get_metadata` of all records of the model, which every user may ask.
 */
export class ExternalIds {
  readonly #caller: Caller;
  readonly #options: CallOptions;
  readonly #targets = new Map<string, { model: string; id: number }>();
  readonly #asked = new Set<string>();
  readonly #indexed = new Set<string>();
  #mayReadData = true;

  /** Takes the connection, and the options of its calls. */
  constructor(caller: Caller, options: CallOptions = {}) {
    this.#caller = caller;
    this.#options = options;
  }

  /** The database id of a record of the model, once {@linkcode find} has found it or {@linkcode set} has told it. */
  get(model: string, externalId: string): number | undefined {
    const target = this.#targets.get(externalId);
    return target?.model === model ? target.id : undefined;
  }

  /** Tells the record of an external id, as after a `load`. */
  set(model: string, externalId: string, id: number): void {
    this.#targets.set(externalId, { model, id });
  }

  /** Forgets an external id whose record is gone. */
  delete(externalId: string): void {
    this.#targets.delete(externalId);
  }

  /** The other model that an external id belongs to. `load` of Odoo 14 would write into the wrong record. */
  otherModel(model: string, externalId: string): string | undefined {
    const target = this.#targets.get(externalId);
    return target?.model === model ? undefined : target?.model;
  }

  /** Looks up those external ids of records of a model that have not been asked for yet. */
  async find(model: string, externalIds: readonly string[]): Promise<void> {
    const wanted = [...new Set(externalIds)].filter((id) => !this.#asked.has(`${model} ${id}`));
    if (wanted.length === 0) return;
    if (this.#mayReadData) {
      try {
        await this.#readData(wanted);
      } catch (error) {
        if (!(error instanceof OdooServerError) || error.kind !== "access") throw error;
        this.#mayReadData = false;
      }
    }
    if (!this.#mayReadData) await this.#readMetadata(model);
    for (const id of wanted) this.#asked.add(`${model} ${id}`);
  }

  async #readData(externalIds: readonly string[]): Promise<void> {
    for (const [module, names] of byModule(externalIds)) {
      for (let start = 0; start < names.length; start += NAMES_PER_CALL) {
        const domain = [["module", "=", module], [
          "name",
          "in",
          names.slice(start, start + NAMES_PER_CALL),
        ]];
        const rows = await this.#call("ir.model.data", "search_read", [domain], {
          fields: ["name", "model", "res_id"],
        });
        for (const row of structs(rows)) {
          const id = `${module}.${row["name"]}`;
          if (typeof row["res_id"] === "number") this.set(String(row["model"]), id, row["res_id"]);
        }
      }
    }
  }

  async #readMetadata(model: string): Promise<void> {
    if (this.#indexed.has(model)) return;
    const ids = await this.#call(model, "search", [[]], { order: "id" });
    if (!Array.isArray(ids)) return;
    for (let start = 0; start < ids.length; start += RECORDS_PER_CALL) {
      const rows = await this.#call(model, "get_metadata", [
        ids.slice(start, start + RECORDS_PER_CALL),
      ], {});
      for (const { id, xmlid, xmlids } of structs(rows)) {
        // 14 gives one external id a record, 17 and 19 all of them
        const all = Array.isArray(xmlids) && xmlids.length > 0
          ? structs(xmlids).map((each) => each["xmlid"])
          : [xmlid];
        for (const each of all) {
          if (typeof each === "string" && typeof id === "number") this.set(model, each, id);
        }
      }
    }
    this.#indexed.add(model);
  }

  async #call(
    model: string,
    method: string,
    args: RpcValue[],
    kwargs: Record<string, RpcValue>,
  ): Promise<RpcValue> {
    const context = { ...this.#options.context, active_test: false };
    return await this.#caller.call({ model, method, args, kwargs }, { ...this.#options, context });
  }
}

function byModule(externalIds: readonly string[]): Map<string, string[]> {
  const split = externalIds.map((id) =>
    [id.slice(0, id.indexOf(".")), id.slice(id.indexOf(".") + 1)] as const
  );
  const groups = Map.groupBy(split, ([module]) => module);
  return new Map(Array.from(groups, ([module, pairs]) => [module, pairs.map(([, name]) => name)]));
}

function structs(value: RpcValue): { [key: string]: RpcValue }[] {
  return Array.isArray(value) ? value.filter((each) => isStruct(each)) : [];
}
