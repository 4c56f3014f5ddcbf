/**
 * Values of many2one fields. Odoo takes whatever is no id for "no value", and clears the field without a word.
 *
 * @module
 */
import type { Caller, RpcInput } from "../values.ts";
import { isList, isStruct } from "../values.ts";
import { OdooConfigError } from "../errors.ts";
import { cut } from "./json.ts";

/** The values of one record. */
type Values = { readonly [field: string]: RpcInput };

/** Refuses values of many2one fields that are no ids. Nothing is asked where all values are ids, or none. */
export async function checkReferences(
  caller: Caller,
  model: string,
  rows: readonly Values[],
  signal: AbortSignal,
): Promise<void> {
  const odd = rows.flatMap((row, index) =>
    Object.entries(row).filter(([, value]) => !mayRefer(value))
      .map(([name, value]) => ({ name, value, place: index + 1 }))
  );
  if (odd.length === 0) return;
  const kwargs = {
    allfields: [...new Set(odd.map(({ name }) => name))],
    attributes: ["type", "relation"],
  };
  const fields = await caller.call({ model, method: "fields_get", kwargs }, { signal });
  for (const { name, value, place } of odd) {
    const field = isStruct(fields) ? fields[name] : undefined;
    if (!isStruct(field) || field["type"] !== "many2one") continue;
    const of = rows.length > 1 ? ` of record ${place}` : "";
    throw new OdooConfigError(
      `Nothing was written: "${name}" of ${model} takes the id of a ${field["relation"]}, ` +
        `not ${cut(JSON.stringify(value))}${of}, which Odoo may take for no value${advice(value)}`,
    );
  }
}

/** Whether a value is an id, "no value", or a pair of an id and a name as Odoo answers with. */
function mayRefer(value: RpcInput): boolean {
  if (value === false || value === null || value === undefined) return true;
  return isList(value) ? value.length === 2 && isPair(value) : isId(value);
}

function isPair([id, name]: readonly RpcInput[]): boolean {
  return isId(id) && (typeof name === "string" || name === false);
}

function isId(value: RpcInput | undefined): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

function advice(value: RpcInput): string {
  if (typeof value !== "string") return "";
  if (/^[1-9]\d*$/.test(value)) return ": write it without quotes";
  const isXmlId = /^\w+\.[\w.-]+$/.test(value);
  return isXmlId ? `; "odeno ref ${value}" tells it` : "; odeno search finds it";
}
