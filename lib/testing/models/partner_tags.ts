/**
 * `res.partner.category`: the tags of contacts.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Version } from "../faults.ts";
import type { BuiltInModel } from "../orm/models.ts";
import type { Row } from "../orm/store.ts";

/** `res.partner.category` of a version. */
export function partnerCategory(version: Version): BuiltInModel {
  return {
    description: "Partner Tags",
    order: "name, id",
    guarded: false,
    parentStore: true,
    fields: {
      name: {
        type: "char",
        string: version === 19 ? "Name" : "Tag Name",
        required: true,
        translate: true,
      },
      color: { type: "integer", string: version === 14 ? "Color Index" : "Color" },
      parent_id: {
        type: "many2one",
        string: version === 19 ? "Category" : "Parent Category",
        relation: "res.partner.category",
        ondelete: "cascade",
      },
      child_ids: {
        type: "one2many",
        string: "Child Tags",
        relation: "res.partner.category",
        relationField: "parent_id",
      },
      active: { type: "boolean", string: "Active", default: true },
      partner_ids: {
        type: "many2many",
        string: "Partners",
        relation: "res.partner",
        mirror: { model: "res.partner", field: "category_id" },
        copy: false,
      },
    },
    displayName(env, row) {
      const names: string[] = [];
      for (let at: Row | undefined = row; at;) {
        names.unshift(String(at["name"] ?? ""));
        const parent: RpcValue | undefined = at["parent_id"];
        at = typeof parent === "number" ? env.row("res.partner.category", parent) : undefined;
      }
      return names.join(" / ");
    },
  };
}
