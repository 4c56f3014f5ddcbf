/**
 * Searching: order, limits, counting, reading what was found, names.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";
import { make, names } from "./names.ts";

/** Scenarios of `search` and its siblings. */
export const search: Record<string, Scenario> = {
  ...names,

  "texts are sorted by their bytes": async (odoo) => {
    const cities = ["b", "B", "a", "Ä", "ä", "1", "", "_", "Z", "é", "😀", "ﬀ", " x", false];
    const within = await make(odoo, cities.map((city) => ({ city })));
    await odoo.call("res.partner", "search_read", [within, ["city"]], { order: "city, id" });
    await odoo.call("res.partner", "search_read", [within, ["city"]], { order: "city desc, id" });
  },

  "numbers and booleans are sorted": async (odoo) => {
    const within = await make(odoo, [
      { color: 10, employee: true, partner_latitude: -1 },
      { color: 9, employee: false },
      { partner_latitude: 0, type: "other" },
      { color: -1, partner_latitude: 2.5, type: "delivery" },
    ]);
    for (const order of ["color", "color desc", "employee, id", "employee desc, id"]) {
      await found(odoo, within, { order });
    }
    for (const order of ["partner_latitude, id", "partner_latitude desc, id", "type, id desc"]) {
      await found(odoo, within, { order });
    }
  },

  "several keys": async (odoo) => {
    const within = await make(odoo, [
      { ref: "x", color: 1 },
      { ref: "y", color: 1 },
      { ref: "x", color: 2 },
      { color: 2 },
    ]);
    const orders = [
      "ref, color",
      "ref desc, color",
      "color DESC,ref",
      "color desc , ref desc",
      "  color   ,  ref ",
      "color  desc, id",
      "ref ASC, color Desc",
      "id desc",
      "color, color desc, id",
      "create_date, id",
    ];
    for (const order of orders) await found(odoo, within, { order });
  },

  "where nothing is sorted": async (odoo) => {
    const within = await make(odoo, [{ ref: "b" }, {}, { ref: "a" }, { ref: "" }]);
    const orders = ["ref, id", "ref desc, id", "ref nulls first, id", "ref nulls last, id"];
    for (const order of orders) await found(odoo, within, { order });
    const more = ["ref desc nulls last, id", "ref asc NULLS FIRST, id", "ref nulls, id"];
    for (const order of more) await found(odoo, within, { order });
  },

  "no order is the order of the model": async (odoo) => {
    const within = await make(odoo, [{ name: "c" }, { name: "a" }, { name: "B" }, { name: "aa" }]);
    await found(odoo, within, {});
    await found(odoo, within, { order: false });
    await found(odoo, within, { order: null });
    await found(odoo, within, { order: "" });
    const ids: number[] = [];
    for (const name of ["c", "a", "B"]) {
      ids.push(await odoo.make("res.partner.category", { name: `${odoo.tag} ${name}` }));
    }
    await odoo.call("res.partner.category", "search", [[["id", "in", ids]]]);
  },

  "a many2one is sorted as its model": async (odoo) => {
    const tops: number[] = [];
    for (const name of ["C", "a", "B"]) {
      tops.push(await odoo.make("res.partner", { name: `${odoo.tag} ${name}`, is_company: true }));
    }
    const within = await make(odoo, [...tops, false].map((parent_id) => ({ parent_id })));
    const orders = ["parent_id", "parent_id desc", "parent_id nulls first", "parent_id.id"];
    for (const order of orders) await found(odoo, within, { order: `${order}, id` });
    await found(odoo, within, { order: "parent_id desc nulls last, id" });
    await found(odoo, within, { order: "parent_id.id desc" });
  },

  "a many2one of the own model is sorted": async (odoo) => {
    const make = (name: string, values: Record<string, RpcValue> = {}) =>
      odoo.make("res.partner.category", { name: `${odoo.tag} ${name}`, ...values });
    const b = await make("B");
    const a = await make("A");
    const ids = [b, a, await make("x", { parent_id: b }), await make("y", { parent_id: a })];
    ids.push(await make("w", { parent_id: b }));
    for (const order of ["parent_id, id", "parent_id desc, id", "parent_id, id desc"]) {
      await odoo.call("res.partner.category", "search", [[["id", "in", ids]]], { order });
    }
  },

  "a country is sorted by its name": async (odoo) => {
    const countries = ["base.de", "base.be", "base.us", "base.fr"];
    const values: Record<string, RpcValue>[] = [{}];
    for (const xmlid of countries) values.push({ country_id: await odoo.ref(xmlid) });
    const within = await make(odoo, values);
    await found(odoo, within, { order: "country_id, id" });
    await found(odoo, within, { order: "country_id desc, id" });
    await found(odoo, within, { order: "create_uid, id desc" });
  },

  "orders that cannot be": async (odoo) => {
    const within = await make(odoo, [{}, {}]);
    const orders: RpcValue[] = [
      "nope",
      "nope desc",
      "name nope",
      "name desc asc",
      "name;",
      "name, ",
      ",name",
      "name desc nope",
      "name.nope",
      "parent_id.name",
      "parent_id.nope",
      "create_date.nope",
      "1",
      "name:x",
      '"name"',
      "-name",
      " ",
      5,
      ["name"],
      true,
    ];
    for (const order of orders) await found(odoo, within, { order });
  },

  "orders by what has no column": async (odoo) => {
    const within = await make(odoo, [{ is_company: true }, {}]);
    const orders = ["child_ids", "category_id", "company_type", "parent_name", "image_1920"];
    for (const order of orders) await found(odoo, within, { order: `${order}, id desc` });
    await found(odoo, within, { order: "display_name, id desc" });
    await found(odoo, within, { order: "commercial_company_name, id desc" });
  },

  "limits and offsets": async (odoo) => {
    const within = await make(odoo, [{}, {}, {}]);
    for (const limit of [1, 2, 3, 10, 0, false, null]) {
      await found(odoo, within, { limit, order: "id" });
    }
    for (const offset of [0, 1, 3, 10, false, null]) {
      await found(odoo, within, { offset, order: "id" });
    }
    await found(odoo, within, { offset: 1, limit: 1, order: "id" });
    await found(odoo, within, { offset: 2, limit: 5, order: "id" });
    await found(odoo, within, { offset: 1, limit: 0, order: "id" });
  },

  "limits and offsets that cannot be": async (odoo) => {
    const within = await make(odoo, [{}, {}, {}]);
    for (const value of [-1, "2", "x", true, 1.5, [1]]) {
      await found(odoo, within, { limit: value, order: "id" });
      await found(odoo, within, { offset: value, order: "id" });
    }
  },

  "counting": async (odoo) => {
    const within = await make(odoo, [{}, {}, { active: false }]);
    await odoo.call("res.partner", "search_count", [within]);
    await odoo.call("res.partner", "search_count", [[["name", "=", odoo.tag]]]);
    await odoo.call("res.partner", "search_count", [within], { context: { active_test: false } });
    for (const limit of [1, 5, 0, false, null, -1]) {
      await odoo.call("res.partner", "search_count", [within], { limit });
    }
    await odoo.call("res.partner", "search_count", [within], { offset: 1 });
    await odoo.call("res.partner", "search_count", [within], { order: "name" });
    await odoo.call("res.partner", "search_count", [[["nope", "=", 1]]]);
    await odoo.call("res.partner", "search_count", [[[0, "=", 1]]]);
  },

  "counting with search": async (odoo) => {
    const within = await make(odoo, [{}, {}]);
    await found(odoo, within, { count: true });
    await found(odoo, within, { count: true, limit: 1, order: "nope" });
    await found(odoo, within, { count: false, order: "id" });
  },

  "the domain by its name": async (odoo) => {
    const within = await make(odoo, [{}]);
    await odoo.call("res.partner", "search", [], { domain: within });
    await odoo.call("res.partner", "search", [], { args: within });
    await odoo.call("res.partner", "search_read", [], { domain: within, fields: ["ref"] });
    await odoo.call("res.partner", "search_count", [], { domain: within });
    await odoo.call("res.partner", "search", []);
    await odoo.call("res.partner", "search", [within], { domain: within });
    await odoo.call("res.partner", "search", [within], { nope: 1 });
  },

  "what was found is read": async (odoo) => {
    // Of equal names 14 tells no order
    const within = await make(odoo, [
      { name: "one", ref: "b", color: 2 },
      { name: "two", ref: "a" },
      { name: "three", active: false },
    ]);
    await readFound(odoo, within, { fields: ["name", "ref", "color"] });
    await readFound(odoo, within, { fields: ["ref"], order: "ref" });
    await readFound(odoo, within, { fields: ["ref"], order: "id desc", limit: 1 });
    await readFound(odoo, within, { fields: ["ref"], order: "id", offset: 1 });
    await readFound(odoo, within, { fields: ["id"], order: "id" });
    await readFound(odoo, within, { fields: ["create_uid"], order: "id", limit: 1, load: "" });
    await readFound(odoo, within, { fields: ["ref", "ref", "id"], order: "id" });
    await readFound(odoo, within, { fields: ["active"], context: { active_test: false } });
  },

  "what was found cannot be read": async (odoo) => {
    const within = await make(odoo, [{ ref: "b" }]);
    const nothing = [["id", "in", []]];
    await readFound(odoo, within, { fields: ["nope"] });
    await readFound(odoo, nothing, { fields: ["nope"] });
    await readFound(odoo, nothing, { fields: ["name"] });
    await readFound(odoo, within, { fields: "ref" });
    await readFound(odoo, within, { fields: ["name"], order: "nope" });
    await readFound(odoo, within, { fields: ["name"], limit: -1 });
    await readFound(odoo, [["nope", "=", 1]], { fields: ["name"] });
  },

  "what another user finds": async (odoo) => {
    const within = await make(odoo, [{ name: "one", ref: "b" }, { name: "two", ref: "a" }]);
    const demo = odoo.as("demo");
    await found(demo, within, { order: "ref" });
    await readFound(demo, within, { fields: ["ref"], order: "id" });
    await demo.call("res.partner", "search_count", [within]);
    await demo.call("ir.config_parameter", "search", [[["key", "=", odoo.tag]]]);
    await demo.call("res.partner", "name_search", [`${odoo.tag}`], { limit: 1 });
  },
};

async function found(
  odoo: Session,
  domain: RpcValue,
  options: Record<string, RpcValue>,
): Promise<void> {
  await odoo.call("res.partner", "search", [domain], options);
}

async function readFound(
  odoo: Session,
  domain: RpcValue,
  options: Record<string, RpcValue>,
): Promise<void> {
  await odoo.call("res.partner", "search_read", [domain], options);
}
