/**
 * Which external ids exist, and which records they name.
 *
 * @module
 */
import { OdooServerError } from "../errors.ts";
import { readExternalIds } from "../refs.ts";
import { type Caller, type CallOptions, type RpcValue, structs } from "../values.ts";

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
    const options = { ...this.#options, context: this.#context };
    const found = await readExternalIds(this.#caller, externalIds, options);
    for (const [name, { model, id }] of found) this.set(model, name, id);
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
    const options = { ...this.#options, context: this.#context };
    return await this.#caller.call({ model, method, args, kwargs }, options);
  }

  get #context(): CallOptions["context"] {
    return { ...this.#options.context, active_test: false };
  }
}
