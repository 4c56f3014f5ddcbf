/**
 * `fields_get`: what a model says of its fields.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of `fields_get`. */
export const fields: Record<string, Scenario> = {
  "labels and types": async (odoo) => {
    await fieldsOf(odoo, "res.partner", PARTNER, ["type", "string"]);
    await fieldsOf(odoo, "res.partner.category", ["name", "color", "parent_id", "child_ids"], [
      "type",
      "string",
      "required",
    ]);
    await fieldsOf(odoo, "res.country", ["name", "code", "currency_id", "state_ids"], [
      "type",
      "string",
      "required",
    ]);
  },

  "what can be written, and what must be": async (odoo) => {
    await fieldsOf(odoo, "res.partner", PARTNER, ["readonly", "required", "store"]);
    await fieldsOf(odoo, "res.users", ["login", "name", "company_id", "partner_id"], [
      "required",
      "readonly",
      "store",
    ]);
  },

  "relations and selections": async (odoo) => {
    const related = ["parent_id", "child_ids", "category_id", "country_id", "user_id"];
    await fieldsOf(odoo, "res.partner", related, ["relation", "relation_field", "type"]);
    await fieldsOf(odoo, "res.partner", ["type", "company_type"], ["selection"]);
  },

  "what can be searched, sorted and grouped": async (odoo) => {
    await fieldsOf(odoo, "res.partner", PARTNER, ["searchable", "sortable"]);
    await fieldsOf(odoo, "res.partner", PARTNER, ["groupable", "group_operator", "aggregator"]);
  },

  "whether a field can be exported": async (odoo) => {
    await fieldsOf(odoo, "res.partner", PARTNER, ["exportable", "default_export_compatible"]);
  },

  "texts": async (odoo) => {
    await fieldsOf(odoo, "res.partner", ["name", "comment", "ref", "website"], [
      "translate",
      "trim",
      "size",
    ]);
    await fieldsOf(odoo, "res.country", ["name", "code"], ["translate", "size"]);
  },

  "all that is said of a field": async (odoo) => {
    for (const name of ["ref", "color", "zip", "street", "create_date"]) {
      await odoo.call("res.partner", "fields_get", [[name]]);
    }
  },

  "which fields and which attributes": async (odoo) => {
    await odoo.call("res.partner", "fields_get", [["name", "nope"], ["type"]]);
    await odoo.call("res.partner", "fields_get", [["nope"]]);
    await odoo.call("res.partner", "fields_get", [["name"], ["type", "nope"]]);
    await odoo.call("res.partner", "fields_get", [], {
      allfields: ["name"],
      attributes: ["string"],
    });
    await odoo.call("res.partner", "fields_get", [], { fields: ["name"] });
    for (const attributes of [[], null]) {
      const found = await odoo.get("res.partner", "fields_get", [["name"], attributes]);
      odoo.note(`attributes ${JSON.stringify(attributes)}`, /string/.test(JSON.stringify(found)));
    }
    for (const names of [[], false, null]) {
      const found = await odoo.get("res.partner", "fields_get", [names, ["type"]]);
      odoo.note(`fields ${JSON.stringify(names)}`, /"street2"/.test(JSON.stringify(found)));
    }
  },

  "an ordinary user": async (odoo) => {
    const demo = odoo.as("demo");
    await fieldsOf(demo, "res.country", ["name", "code"], ["readonly", "required"]);
    await fieldsOf(demo, "res.partner", ["name"], ["readonly", "required"]);
    await fieldsOf(demo, "ir.config_parameter", ["key"], ["readonly", "type"]);
  },
};

const PARTNER = [
  "id",
  "display_name",
  "name",
  "ref",
  "email",
  "street",
  "country_id",
  "child_ids",
  "category_id",
  "is_company",
  "company_type",
  "commercial_partner_id",
  "type",
  "color",
  "partner_latitude",
  "active",
  "comment",
  "create_date",
  "write_uid",
];

async function fieldsOf(
  odoo: Session,
  model: string,
  names: string[],
  attributes: RpcValue,
): Promise<void> {
  await odoo.call(model, "fields_get", [names, attributes]);
}
