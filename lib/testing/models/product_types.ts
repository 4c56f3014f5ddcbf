/**
 * What kind of thing a product is. In 17 the type that is chosen is beside the type that counts, and each follows the other.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { type Choices, selection } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { validationError, type Version } from "../faults.ts";
import type { BuiltInField } from "../orm/models.ts";
import type { Row } from "../orm/store.ts";

/** The fields of a template that tell its type. */
export function typeFields(version: Version): Record<string, BuiltInField> {
  if (version !== 17) {
    return {
      type: selection("Product Type", types(version), { required: true, default: "consu" }),
    };
  }
  return {
    detailed_type: selection("Product Type", types(version), {
      required: true,
      defaultOf: (_env, given) => "type" in given ? plainType(given["type"]) : "consu",
    }),
    type: selection("Type", types(version)),
  };
}

/** Values and labels of the types. */
function types(version: Version): Choices {
  return [
    ["consu", version === 19 ? "Goods" : "Consumable"],
    ["service", "Service"],
    ...(version === 19 ? [["combo", "Combo"] as const] : []),
  ];
}

/** In 17 the type that counts is the chosen one. */
export function completeType(version: Version, values: { [field: string]: RpcValue }): void {
  refuseCombo(values);
  if (version === 17 && values["type"] === undefined) {
    values["type"] = values["detailed_type"] ?? null;
  }
}

/** A type that one of the records has already is no change: the chosen type stays, as in Odoo. */
export function changeType(
  env: Env,
  ids: readonly number[],
  values: { [field: string]: RpcValue },
): void {
  refuseCombo(values);
  if (env.version !== 17) return;
  const { type, detailed_type: chosen } = values;
  if (type !== undefined && chosen === undefined) {
    const isThere = ids.some((id) => env.row("product.template", id)?.["type"] === type);
    if (!isThere) values["detailed_type"] = type;
  }
  if (type === undefined && chosen !== undefined) values["type"] = chosen;
}

/** In 17 the two types have to agree. */
export function checkType(version: Version, row: Row): void {
  if (version !== 17 || row["type"] === row["detailed_type"]) return;
  throw validationError("The Type of this product doesn't match the Detailed Type");
}

/** What a combo is chosen from is not simulated, so none has anything to choose from. */
function refuseCombo(values: { readonly [field: string]: RpcValue }): void {
  if (values["type"] !== "combo") return;
  throw validationError("A combo product must contain at least 1 combo choice.");
}

function plainType(value: unknown): RpcValue {
  return typeof value === "string" ? value : false;
}
