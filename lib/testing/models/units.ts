/**
 * Units of measure. Odoo 19 has no categories: units stand on each other.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { boolean, char, float, integer, many2one, selection } from "./define.ts";
import { by } from "./define.ts";
import type { Env } from "../orm/env.ts";
import type { Version } from "../faults.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import type { Row } from "../orm/store.ts";
import { number } from "./taxes.ts";

/** The unit models of a version. */
export function unitModels(version: Version): Record<string, BuiltInModel> {
  return {
    "uom.uom": {
      description: "Product Unit of Measure",
      order: by(version, "name", "factor DESC, id", "sequence, relative_uom_id, id"),
      fields: {
        name: char(version === 19 ? "Unit Name" : "Unit of Measure", {
          required: true,
          translate: true,
        }),
        active: boolean("Active", { default: true }),
        ...(version === 19 ? unitFieldsOf19() : unitFields()),
      },
    },
    ...(version !== 19 && {
      "uom.category": {
        description: "Product UoM Categories",
        fields: { name: char("Unit of Measure Category", { required: true, translate: true }) },
      },
    }),
  };
}

function unitFields(): Record<string, BuiltInField> {
  return {
    category_id: many2one("uom.category", "Category", { required: true, ondelete: "restrict" }),
    factor: float("Ratio", { required: true, default: 1 }),
    factor_inv: float("Bigger Ratio", {
      required: true,
      readonly: true,
      compute: (_env, row) => number(row["factor"]) === 0 ? 0 : 1 / number(row["factor"]),
    }),
    rounding: float("Rounding Precision", { required: true, default: 0.01 }),
    uom_type: selection("Type", [
      ["bigger", "Bigger than the reference Unit of Measure"],
      ["reference", "Reference Unit of Measure for this category"],
      ["smaller", "Smaller than the reference Unit of Measure"],
    ], { required: true, default: "reference" }),
  };
}

function unitFieldsOf19(): Record<string, BuiltInField> {
  return {
    relative_factor: float("Contains", { required: true, default: 1 }),
    relative_uom_id: many2one("uom.uom", "Reference Unit", { ondelete: "cascade" }),
    factor: float("Absolute Quantity", { readonly: true, store: true, compute: absolute }),
    rounding: float("Rounding Precision", { readonly: true, compute: () => 0.01 }),
    sequence: integer("Sequence", { default: 100 }),
  };
}

function absolute(env: Env, row: Row): number {
  const below = row["relative_uom_id"];
  const unit = typeof below === "number" ? env.row("uom.uom", below) : undefined;
  return number(row["relative_factor"]) * (unit ? absolute(env, unit) : 1);
}

/** Units of a fresh database with the external ids of real ones: the more common of them. */
export function units(version: Version): { xmlid: string; record: Record<string, RpcValue> }[] {
  return UNITS.trim().split("\n").flatMap((line) => {
    const [name = "", xmlid = "", ids = "", category = "", factor = "", relative = ""] = line.split(
      "|",
    );
    const id = Number(ids.split(" ")[{ 14: 0, 17: 1, 19: 2 }[version]]);
    if (!id) return [];
    const value = Number(factor);
    const [contains = "", below] = relative.split(" ");
    const kind = value === 1 ? "reference" : value < 1 ? "bigger" : "smaller";
    const record: Record<string, RpcValue> = version === 19
      ? {
        relative_factor: Number(contains),
        relative_uom_id: below ? Number(below) : false,
        active: name !== "Dozens" && name !== "cm",
        sequence: below ? Math.min(1000, Math.round(Number(contains) * 100)) : 100,
      }
      : {
        // Where one over the number is exact, so has Odoo made it.
        factor: factor === "1/12" ? 1 / 12 : value,
        category_id: Number(category),
        uom_type: factor === "1/12" ? "bigger" : kind,
      };
    return [{ xmlid: `uom.${xmlid}`, record: { id, name, ...record } }];
  });
}

/** Categories of units. */
export const UNIT_CATEGORIES: readonly (readonly [id: number, name: string, xmlid: string])[] = [
  [1, "Unit", "product_uom_categ_unit"],
  [2, "Weight", "product_uom_categ_kgm"],
  [3, "Working Time", "uom_categ_wtime"],
  [4, "Length / Distance", "uom_categ_length"],
];

/** Name, external id, ids in 14, 17 and 19, category, factor, and what it contains of which other unit in 19. */
const UNITS = `
Units|product_uom_unit|1 1 1|1|1|1
Pack of 6|product_uom_pack_6|0 0 2|1|1|6 1
Dozens|product_uom_dozen|2 2 3|1|1/12|12 1
kg|product_uom_kgm|3 12 16|2|1|1000 15
g|product_uom_gram|4 13 15|2|1000|1
t|product_uom_ton|7 14 0|2|0.001|1
Ton|product_uom_ton|0 0 17|2|0.001|1000 16
lb|product_uom_lb|13 15 19|2|2.20462|16 18
oz|product_uom_oz|14 16 18|2|35.274|28.3495 15
Days|product_uom_day|5 3 5|3|1|8 4
Hours|product_uom_hour|6 4 4|3|8|1
m|product_uom_meter|8 5 9|4|1|100 8
mm|product_uom_millimeter|0 6 7|4|1000|1
cm|product_uom_cm|10 8 8|4|100|10 7
km|product_uom_km|9 7 10|4|0.001|1000 9
in|product_uom_inch|15 17 20|4|39.3701|2.54 8
ft|product_uom_foot|16 18 21|4|3.28084|12 20
`;
