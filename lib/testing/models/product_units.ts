/**
 * The units of a product: what it is sold in, and in 14 and 17 what it is bought in, of the same category.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { many2one } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { lacking, validationError, type Version } from "../faults.ts";
import type { BuiltInField } from "../orm/models.ts";
import type { Row } from "../orm/store.ts";

/** The fields of a template that tell its units. */
export function unitFields(version: Version): Record<string, BuiltInField> {
  return {
    uom_id: many2one("uom.uom", version === 19 ? "Unit" : "Unit of Measure", {
      required: true,
      default: 1,
    }),
    ...(version !== 19 && {
      uom_po_id: many2one("uom.uom", version === 14 ? "Purchase Unit of Measure" : "Purchase UoM", {
        required: true,
        ...(version === 14 ? { default: 1 } : { depends: ["uom_id"] }),
      }),
    }),
  };
}

/** Purchases are in the unit of the product, where nobody says otherwise. */
export function completeUnits(version: Version, values: { [field: string]: RpcValue }): void {
  if (version === 17 && values["uom_po_id"] === undefined) {
    values["uom_po_id"] = values["uom_id"] ?? null;
  }
}

/** A unit of another category takes that of purchases along; in 14 even one that is given. */
export function changeUnits(
  env: Env,
  ids: readonly number[],
  values: { [field: string]: RpcValue },
): void {
  const { uom_id: unit, uom_po_id: purchase } = values;
  const isAsked = env.version === 14
    ? unit !== undefined || purchase !== undefined
    : env.version === 17 && unit !== undefined && purchase === undefined;
  if (!isAsked) return;
  const rows = ids.flatMap((id) => env.row("product.template", id) ?? []);
  const apart = rows.filter((row) => {
    const category = categoryOf(env, unit ?? row["uom_id"]);
    return category !== categoryOf(env, purchase ?? row["uom_po_id"]);
  });
  const [first] = apart;
  if (!first) return;
  if (apart.length < rows.length || (unit === undefined && rows.length > 1)) {
    throw lacking("units of several products that are of several categories");
  }
  values["uom_po_id"] = unit ?? first["uom_id"] ?? null;
}

/** Both units are of one category. */
export function checkUnits(env: Env, row: Row): void {
  if (env.version === 19) return;
  const [unit = null, other = null] = [row["uom_id"], row["uom_po_id"]];
  if (unit === null || other === null) return;
  if (categoryOf(env, unit) === categoryOf(env, other)) return;
  throw validationError(
    "The default Unit of Measure and the purchase Unit of Measure must be in the same category.",
  );
}

function categoryOf(env: Env, unit: RpcValue | undefined): RpcValue {
  return typeof unit === "number" ? env.row("uom.uom", unit)?.["category_id"] ?? null : null;
}
