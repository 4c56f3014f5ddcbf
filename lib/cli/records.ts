/**
 * What the commands on records have in common.
 *
 * @module
 */
import type { MissingReason, Model, Odoo } from "../../mod.ts";
import { OdooError, OdooNetworkError } from "../errors.ts";
import { isStruct, type RpcValue } from "../values.ts";
import type { Invocation } from "./command.ts";
import { formatOf, RowPrinter } from "./output.ts";

/** The flag for the fields of records. */
export const FIELDS_OPTION = {
  fields: "names of fields, with commas between them; display_name by default",
};

/** A printer of records. Only a table and CSV have to know the types of the fields. */
export async function recordPrinter(
  odoo: Odoo,
  model: string,
  fields: readonly string[],
  { flags, io, signal }: Invocation,
): Promise<RowPrinter> {
  const format = formatOf(flags, io);
  const columns = ["id", ...fields.filter((name) => name !== "id")];
  const isPlain = format === "json" || format === "ndjson";
  const types = isPlain ? {} : await typesOf(odoo, model, fields, signal);
  return new RowPrinter(io, format, columns, types);
}

/** The types of some fields of a model. */
export async function typesOf(
  odoo: Odoo,
  model: string,
  fields: readonly string[],
  signal: AbortSignal,
): Promise<Record<string, string>> {
  if (fields.every((name) => name === "id" || name === "display_name")) {
    return { display_name: "char" };
  }
  const kwargs = { allfields: fields, attributes: ["type"] };
  const answer = await odoo.call({ model, method: "fields_get", kwargs }, { signal });
  const described = isStruct(answer) ? Object.entries(answer) : [];
  return Object.fromEntries(
    described.map(([name, field]) => [name, isStruct(field) ? String(field["type"]) : ""]),
  );
}

/** A value as rows of a source have it: Odoo's "no value", pairs of many2one and lists of ids may come from what was read. */
export function sourceValue(value: unknown, type: string | undefined): unknown {
  if (value === false && type !== "boolean") return null;
  const isListOfIds = type === "many2many" && typeof value === "string" && ID_LIST.test(value);
  if (isListOfIds) return JSON.parse(value);
  return type === "many2one" && Array.isArray(value) ? value[0] : value;
}

/** As CSV has them. */
const ID_LIST = /^\[(\d+(,\s*\d+)*)?\]$/;

/** Runs what writes. Where no answer comes, says that Odoo may have done it: who repeats it could make a second record. */
export async function writing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof OdooNetworkError) || error.outcome !== "unknown") throw error;
    const advice = "Odoo may have done it all the same, so look before you try again";
    throw new OdooError(`${error.message}; ${advice}`, { cause: error });
  }
}

/** The ids that could not be read. */
export class Lost {
  readonly #model: string;
  readonly #ids = { missing: new Array<number>(), hidden: new Array<number>() };

  /** Takes the model. */
  constructor(model: string) {
    this.#model = model;
  }

  /** Takes an id. */
  add(id: number, reason: MissingReason): void {
    this.#ids[reason].push(id);
  }

  /** What is to be said of them; nothing where none was lost. */
  get sentence(): string | undefined {
    const { missing, hidden } = this.#ids;
    const parts = [
      ...(missing.length > 0 ? [`${this.#model} has no ${records(missing)}`] : []),
      ...(hidden.length > 0 ? [`this user may not see ${records(hidden)} of ${this.#model}`] : []),
    ];
    return parts.length === 0 ? undefined : parts.join("; ");
  }
}

/** Those of the records that are there, with their names; of the others it is said that they are not. */
export async function findRecords(
  model: Model,
  ids: readonly number[],
  { io, signal }: Invocation,
): Promise<{ id: number; display_name: RpcValue }[]> {
  const lost = new Lost(model.name);
  const onMissing = lost.add.bind(lost);
  const distinct = [...new Set(ids)];
  const found = await model.read(distinct, { fields: ["display_name"], onMissing, signal });
  if (lost.sentence !== undefined) io.err(lost.sentence);
  return found.map(({ id, display_name = "" }) => ({ id, display_name }));
}

/** "record 7", "records 7, 9". */
function records(ids: readonly number[]): string {
  return `record${ids.length === 1 ? "" : "s"} ${ids.join(", ")}`;
}

/** "1 record of res.partner". */
export function countedRecords(count: number, model: string): string {
  return `${count} record${count === 1 ? "" : "s"} of ${model}`;
}
