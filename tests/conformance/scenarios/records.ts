/**
 * Records are made, changed, copied, archived and deleted.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of records as a whole. */
export const records: Record<string, Scenario> = {
  "one, several or none are made": async (odoo) => {
    const name = odoo.tag;
    await odoo.call("res.partner", "create", [{ name }]);
    await odoo.call("res.partner", "create", [[{ name }, { name, ref: "2" }]]);
    await odoo.call("res.partner", "create", [[{ name }]]);
    await odoo.call("res.partner", "create", [[]]);
    await odoo.call("res.partner", "create", [{ name }], { context: { lang: "en_US" } });
    await odoo.call("res.partner", "search", [[["name", "=", name]]], { order: "id" });
  },

  "a bad record among several": async (odoo) => {
    await odoo.call("res.partner", "create", [[
      { name: odoo.tag },
      { name: odoo.tag, type: "nope" },
    ]]);
    await odoo.call("res.partner", "create", [[{ name: odoo.tag }, { ref: "no name" }]]);
    await odoo.call("res.partner", "create", [[{ name: odoo.tag }, { name: odoo.tag, nope: 1 }]]);
    await odoo.call("res.partner", "search_count", [[["name", "=", odoo.tag]]]);
  },

  "several are written at once": async (odoo) => {
    const ids = await partners(odoo, 2);
    await odoo.call("res.partner", "write", [ids, { ref: "R", color: 2 }]);
    await odoo.call("res.partner", "read", [ids, ["ref", "color"]]);
    await odoo.call("res.partner", "write", [ids[0] ?? 0, { ref: "alone" }]);
    await odoo.call("res.partner", "write", [[ids[1] ?? 0, ids[1] ?? 0], { ref: "twice" }]);
    await odoo.call("res.partner", "read", [ids, ["ref", "color"]]);
  },

  "nothing is written": async (odoo) => {
    const [id = 0] = await partners(odoo, 1);
    await odoo.call("res.partner", "write", [[], { ref: "R" }]);
    await odoo.call("res.partner", "write", [[], { nope: "R" }]);
    await odoo.call("res.partner", "write", [false, { ref: "R" }]);
    await odoo.call("res.partner", "write", [[id], {}]);
    await odoo.call("res.partner", "write", [[false], { ref: "R" }]);
    await odoo.call("res.partner", "read", [[id], ["ref"]]);
  },

  "a record that is gone is written": async (odoo) => {
    const [id = 0, gone = 0] = await partners(odoo, 2);
    await odoo.get("res.partner", "unlink", [[gone]]);
    await odoo.call("res.partner", "write", [[gone], { ref: "R" }]);
    await odoo.call("res.partner", "write", [[gone], {}]);
    await odoo.call("res.partner", "write", [[id, gone], { ref: "R" }]);
    await odoo.call("res.partner", "write", [[gone, id], { is_company: true }]);
    await odoo.call("res.partner", "write", [[gone], { nope: 1 }]);
    await odoo.call("res.partner", "write", [[gone], { parent_id: id }]);
    await odoo.call("res.partner", "read", [[id], ["ref", "is_company"]]);
    await odoo.call("res.partner.category", "write", [[999999999], { name: "x" }]);
    await odoo.call("ir.config_parameter", "write", [[999999999], { value: "x" }]);
  },

  "ids that are no whole numbers": async (odoo) => {
    const [id = 0] = await partners(odoo, 1);
    await odoo.call("res.partner", "write", [["text"], { ref: "a" }]);
    await odoo.call("res.partner", "write", [[null], { ref: "b" }]);
    await odoo.call("res.partner", "write", [[[id]], { ref: "c" }]);
    await odoo.call("res.partner", "write", [[String(id)], { ref: "e" }]);
    await odoo.call("res.partner.category", "write", [["text"], { name: odoo.tag }]);
    await odoo.call("res.partner", "unlink", [["text"]]);
    await odoo.call("res.partner", "write", [[0], { ref: "d" }]);
    await odoo.call("res.partner", "unlink", [[0]]);
    await odoo.call("res.partner", "read", [[id], ["ref"]]);
    await odoo.call("res.partner", "unlink", [[String(id)]]);
  },

  "records are deleted": async (odoo) => {
    const [one = 0, two = 0, three = 0] = await partners(odoo, 3);
    await odoo.call("res.partner", "unlink", [[one]]);
    await odoo.call("res.partner", "unlink", [[one]]);
    await odoo.call("res.partner", "unlink", [[two, two]]);
    await odoo.call("res.partner", "unlink", [[three, one]]);
    await odoo.call("res.partner", "unlink", [[]]);
    await odoo.call("res.partner", "unlink", [three]);
    await odoo.call("res.partner", "search_count", [[["name", "=", odoo.tag]]]);
  },

  "what hangs on a deleted contact": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true });
    const child = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    await odoo.call("res.partner", "unlink", [[company]]);
    await odoo.call("res.partner", "read", [[child], [
      "parent_id",
      "display_name",
      "commercial_partner_id",
    ]]);
  },

  "what hangs on a deleted tag": async (odoo) => {
    const parent = await odoo.make("res.partner.category", { name: odoo.tag });
    const child = await odoo.make("res.partner.category", { name: odoo.tag, parent_id: parent });
    const id = await odoo.make("res.partner", {
      name: odoo.tag,
      category_id: [[6, 0, [parent, child]]],
    });
    await odoo.call("res.partner.category", "unlink", [[parent]]);
    await odoo.call("res.partner.category", "search", [[["id", "in", [parent, child]]]]);
    await odoo.call("res.partner", "read", [[id], ["category_id"]]);
  },

  "external ids go with their records": async (odoo) => {
    const [id = 0] = await partners(odoo, 1);
    await odoo.make("ir.model.data", {
      module: "conformance",
      name: odoo.tag,
      model: "res.partner",
      res_id: id,
    });
    const domain = [["name", "=", odoo.tag]];
    await odoo.call("ir.model.data", "search_read", [domain, ["module", "model", "complete_name"]]);
    await odoo.call("res.partner", "unlink", [[id]]);
    await odoo.call("ir.model.data", "search_count", [domain]);
  },

  "a contact is copied": async (odoo) => {
    const country_id = await odoo.ref("base.fr");
    const tag = await odoo.make("res.partner.category", { name: odoo.tag });
    const id = await odoo.make("res.partner", {
      name: odoo.tag,
      ref: "R",
      country_id,
      color: 5,
      partner_latitude: 1.5,
      category_id: [[6, 0, [tag]]],
      comment: "<p>note</p>",
      company_name: "Firm",
      active: false,
      child_ids: [],
    });
    const copied = await copy(odoo, [id]);
    await odoo.call("res.partner", "read", [copied, [
      "name",
      "ref",
      "country_id",
      "color",
      "partner_latitude",
      "category_id",
      "comment",
      "company_name",
      "active",
      "display_name",
    ]]);
  },

  "a company is copied without its contacts": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true, vat: "1" });
    const child = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    const copies = await copy(odoo, [company]);
    await odoo.call("res.partner", "read", [copies, ["name", "is_company", "vat", "child_ids"]]);
    const contact = await copy(odoo, [child]);
    await odoo.call("res.partner", "read", [contact, ["name", "parent_id", "vat"]]);
  },

  "a copy with other values": async (odoo) => {
    const [id = 0] = await partners(odoo, 1);
    const one = await copy(odoo, [id], { name: `${odoo.tag} other`, ref: "new" });
    await odoo.call("res.partner", "read", [one, ["name", "ref"]]);
    const two = await copy(odoo, [id], { name: false, type: "other" });
    await odoo.call("res.partner", "read", [two, ["name", "type"]]);
    await copy(odoo, [id], { nope: 1 });
    await copy(odoo, [id], { type: "nope" });
    await copy(odoo, [id], false);
  },

  "copies of several, of none, of what is gone": async (odoo) => {
    const ids = await partners(odoo, 2);
    await copy(odoo, ids);
    await copy(odoo, []);
    await odoo.get("res.partner", "unlink", [ids]);
    await copy(odoo, [ids[0] ?? 0]);
  },

  "tags, states, currencies and parameters are copied": async (odoo) => {
    const tag = await odoo.make("res.partner.category", { name: odoo.tag, color: 3 });
    await odoo.make("res.partner.category", { name: `${odoo.tag} child`, parent_id: tag });
    const copied = await copy(odoo, [tag], {}, "res.partner.category");
    await odoo.call("res.partner.category", "read", [copied, ["name", "color", "child_ids"]]);
    const key = await odoo.make("ir.config_parameter", { key: odoo.tag, value: "1" });
    const parameter = await copy(odoo, [key], {}, "ir.config_parameter");
    if (parameter.length > 0) {
      await odoo.call("ir.config_parameter", "read", [parameter, ["key", "value"]]);
    }
    const country_id = await odoo.ref("base.fr");
    const state = await odoo.make("res.country.state", {
      name: odoo.tag,
      code: odoo.tag,
      country_id,
    });
    await copy(odoo, [state], {}, "res.country.state");
    const other = await copy(odoo, [state], { code: `${odoo.tag}2` }, "res.country.state");
    await odoo.call("res.country.state", "read", [other, ["name", "code", "country_id"]]);
  },

  "records are archived and come back": async (odoo) => {
    const [one = 0, two = 0] = await partners(odoo, 2);
    const domain = [["name", "=", odoo.tag]];
    for (
      const method of ["action_archive", "action_unarchive", "toggle_active", "action_archive"]
    ) {
      await odoo.call("res.partner", method, [[one]]);
      await odoo.call("res.partner", "search", [domain], { order: "id" });
    }
    await odoo.call("res.partner", "toggle_active", [[one, two]]);
    await odoo.call("res.partner", "search", [domain], { order: "id" });
    await odoo.call("res.partner", "search", [domain], {
      order: "id",
      context: { active_test: false },
    });
    await odoo.call("res.partner", "action_archive", [[]]);
    await odoo.call("res.partner", "read", [[one, two], ["active"]]);
  },

  "what has no active field is archived": async (odoo) => {
    const id = await odoo.make("ir.config_parameter", { key: odoo.tag, value: "1" });
    await odoo.call("ir.config_parameter", "action_archive", [[id]]);
    await odoo.call("ir.config_parameter", "toggle_active", [[id]]);
    await odoo.call("ir.config_parameter", "action_unarchive", [[id]]);
  },

  "archiving what is gone": async (odoo) => {
    const [id = 0] = await partners(odoo, 1);
    await odoo.get("res.partner", "unlink", [[id]]);
    await odoo.call("res.partner", "action_archive", [[id]]);
    await odoo.call("res.partner", "action_unarchive", [[id]]);
    await odoo.call("res.partner", "toggle_active", [[id]]);
  },

  "a name is all that is given": async (odoo) => {
    for (
      const name of [
        odoo.tag,
        `${odoo.tag} <${odoo.tag}@example.com>`,
        `${odoo.tag}@example.com`,
        `"${odoo.tag} quoted" <${odoo.tag}@example.com>`,
        "",
        false,
      ]
    ) {
      const made = await odoo.call("res.partner", "name_create", [name]);
      if (!Array.isArray(made)) continue;
      await odoo.call("res.partner", "read", [[Number(made[0])], ["name", "email"]]);
    }
    await odoo.call("res.partner.category", "name_create", [odoo.tag]);
    await odoo.call("res.partner.category", "name_create", [false]);
    await odoo.call("ir.config_parameter", "name_create", [odoo.tag]);
  },

  "stamps are those of the transaction": async (odoo) => {
    const ids = [
      await odoo.call("res.partner", "create", [[{ name: odoo.tag }, {
        name: odoo.tag,
      }]]),
    ].flat().map(Number);
    const fields = ["create_date", "write_date", "create_uid", "write_uid"];
    await odoo.call("res.partner", "read", [ids, fields]);
    const stamps = async () =>
      [await odoo.get("res.partner", "read", [ids, fields])].flat().map(Object);
    const [first, second] = await stamps();
    odoo.note("both at once", first.write_date === second.write_date);
    odoo.note("created as written", first.create_date === first.write_date);
    await odoo.call("res.partner", "get_metadata", [[ids[0] ?? 0]]);
  },

  "stamps of another user": async (odoo) => {
    const [id = 0] = await partners(odoo, 1);
    const demo = odoo.as("demo");
    await demo.call("res.partner", "write", [[id], { ref: "R" }]);
    const made = await demo.call("res.partner", "create", [{ name: odoo.tag }]);
    await odoo.call("res.partner", "read", [[id, Number(made)], ["create_uid", "write_uid"]]);
  },

  "display names follow what they are made of": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true });
    const child = await odoo.make("res.partner", { name: "Ana", parent_id: company });
    const deep = await odoo.make("res.partner", { name: "Bo", parent_id: child });
    const ids = [company, child, deep];
    const show = async () => await odoo.call("res.partner", "read", [ids, ["display_name"]]);
    await show();
    await odoo.call("res.partner", "write", [[company], { name: `${odoo.tag} & Co` }]);
    await show();
    await odoo.call("res.partner", "write", [[child], { is_company: true }]);
    await show();
    await odoo.call("res.partner", "write", [[child], { parent_id: false, company_name: "Firm" }]);
    await show();
    await odoo.call("res.partner", "write", [[child], { is_company: false }]);
    await show();
    await odoo.call("res.partner", "write", [[deep], { name: false, type: "delivery" }]);
    await show();
  },

  "display names with more in them": async (odoo) => {
    const company = await odoo.make("res.partner", {
      name: odoo.tag,
      is_company: true,
      vat: "V1",
      email: "me@example.com",
    });
    const child = await odoo.make("res.partner", { name: "Ana", parent_id: company });
    for (const context of [{ show_email: true }, { show_vat: true, show_email: true }]) {
      await odoo.call("res.partner", "read", [[company, child], ["display_name"]], { context });
    }
  },

  "parameters are set and got": async (odoo) => {
    const model = "ir.config_parameter";
    await odoo.call(model, "get_param", [odoo.tag]);
    await odoo.call(model, "get_param", [odoo.tag, "otherwise"]);
    await odoo.call(model, "set_param", [odoo.tag, "one"]);
    await odoo.call(model, "set_param", [odoo.tag, "two"]);
    await odoo.call(model, "get_param", [odoo.tag]);
    await odoo.call(model, "set_param", [odoo.tag, 5]);
    await odoo.call(model, "get_param", [odoo.tag]);
    await odoo.call(model, "set_param", [odoo.tag, true]);
    await odoo.call(model, "get_param", [odoo.tag]);
    await odoo.call(model, "set_param", [odoo.tag, false]);
    await odoo.call(model, "get_param", [odoo.tag]);
    await odoo.call(model, "set_param", [odoo.tag, false]);
  },
};

/** Makes contacts. */
async function partners(odoo: Session, count: number) {
  const made: number[] = [];
  for (let number = 0; number < count; number++) {
    made.push(await odoo.make("res.partner", { name: odoo.tag }));
  }
  return made;
}

/** Copies, and gives the ids of the copies. */
async function copy(
  odoo: Session,
  ids: number[],
  values: RpcValue = {},
  model = "res.partner",
): Promise<number[]> {
  const made = await odoo.call(model, "copy", [ids, values]);
  return [made ?? []].flat().map(Number);
}
