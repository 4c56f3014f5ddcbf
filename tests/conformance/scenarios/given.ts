/**
 * What is given to a record beside plain values of its fields: defaults, stamps, and what it does not take.
 *
 * @module
 */
import type { Scenario } from "../session.ts";

/** Scenarios of values as a whole. */
export const given: Record<string, Scenario> = {
  "unknown fields": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "write", [[id], { nope: 1 }]);
    await odoo.call("res.partner", "write", [[id], { ref: "R", nope: 1 }]);
    await odoo.call("res.partner", "create", [{ name: odoo.tag, nope: 1 }]);
    await odoo.call("res.partner", "write", [[id], { "country_id.name": "x" }]);
    await odoo.call("res.partner", "read", [[id], ["ref"]]);
  },

  "ids and stamps among the values": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const stamps = { create_date: "2001-02-03 04:05:06", create_uid: 1, write_uid: 1 };
    await odoo.call("res.partner", "write", [[id], { ref: "R", ...stamps }]);
    await odoo.call("res.partner", "write", [[id], { id: 999999999 }]);
    const other = await odoo.call("res.partner", "create", [{ name: odoo.tag, ...stamps }]);
    await odoo.call("res.partner", "read", [[id, Number(other)], [
      "ref",
      "create_date",
      "create_uid",
      "write_uid",
    ]]);
  },

  "fields that are computed": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "write", [[id], { display_name: "other" }]);
    await odoo.call("res.partner", "write", [[id], { company_type: "company" }]);
    await odoo.call("res.partner", "write", [[id], { parent_name: "other" }]);
    await odoo.call("res.partner", "read", [[id], [
      "name",
      "display_name",
      "company_type",
      "is_company",
      "parent_name",
    ]]);
  },

  "defaults of the context": async (odoo) => {
    const context = {
      default_ref: "from the context",
      default_color: 3,
      default_city: "Ghent",
      default_nope: 1,
    };
    const id = await odoo.call("res.partner", "create", [{ name: odoo.tag, city: "Bruges" }], {
      context,
    });
    await odoo.call("res.partner", "read", [[Number(id)], ["ref", "color", "city", "active"]]);
    await odoo.call("res.partner", "default_get", [[
      "ref",
      "color",
      "city",
      "active",
      "name",
      "type",
      "nope",
    ]], { context });
  },

  "defaults of the context that are of another type": async (odoo) => {
    const context = { default_color: "7", default_is_company: "yes", default_country_id: [1, "x"] };
    await odoo.call("res.partner", "default_get", [["color", "is_company", "country_id"]], {
      context,
    });
    const id = await odoo.call("res.partner", "create", [{ name: odoo.tag }], { context });
    await odoo.call("res.partner", "read", [[Number(id)], ["color", "is_company", "country_id"]]);
  },

  "default values": async (odoo) => {
    await odoo.call("res.partner", "default_get", [["type", "active", "is_company", "color"]]);
    await odoo.call("res.partner", "default_get", [["category_id", "company_type", "lang"]]);
    await odoo.call("res.partner", "default_get", [["tz"]], { context: { tz: "Asia/Tokyo" } });
    await odoo.call("res.partner", "default_get", [["lang", "tz"]], {
      context: { lang: "en_US", tz: "Europe/Nowhere" },
    });
    await odoo.call("res.partner", "default_get", [[]]);
    await odoo.call("res.partner.category", "default_get", [["active", "name"]]);
    await odoo.call("res.partner", "default_get", [["name"]], {
      context: { default_name: odoo.tag },
    });
  },

  "a new contact takes language and time zone of the context": async (odoo) => {
    const id = await odoo.call("res.partner", "create", [{ name: odoo.tag }], {
      context: { lang: "en_US", tz: "Asia/Tokyo" },
    });
    await odoo.call("res.partner", "read", [[Number(id)], ["lang", "tz"]]);
  },

  "a text with a language": async (odoo) => {
    const context = { lang: "en_US" };
    const id = await odoo.make("res.partner.category", { name: odoo.tag });
    await odoo.call("res.partner.category", "write", [[id], { name: `${odoo.tag} en` }], {
      context,
    });
    await odoo.call("res.partner.category", "read", [[id], ["name"]]);
    await odoo.call("res.partner.category", "write", [[id], { name: "" }]);
    await odoo.call("res.partner.category", "read", [[id], ["name"]], { context });
  },

  "values that are no dict": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    for (const given of [[], "name", 5, [{ ref: "R" }], null, false]) {
      await odoo.call("res.partner", "write", [[id], given]);
    }
    for (const given of ["name", 5, ["name"], [5], null, [[{ name: odoo.tag }]]]) {
      await odoo.call("res.partner", "create", [given]);
    }
  },
};
