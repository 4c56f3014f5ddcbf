/**
 * Who may do what with a model: rights by groups, and the words of a refusal. The demo user is an ordinary salesman
 * who may also write contacts.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of rights on models. */
export const access: Record<string, Scenario> = {
  "a model of the settings is closed in all four ways": async (odoo) => {
    const demo = odoo.as("demo");
    const key = `${odoo.tag}.key`;
    const id = await odoo.make("ir.config_parameter", { key, value: "1" });
    await demo.call("ir.config_parameter", "search_read", [[["key", "=", key]], ["value"]]);
    await demo.call("ir.config_parameter", "read", [[id], ["value"]]);
    await demo.call("ir.config_parameter", "write", [[id], { value: "2" }]);
    await demo.call("ir.config_parameter", "create", [{ key: `${key}2`, value: "1" }]);
    await demo.call("ir.config_parameter", "unlink", [[id]]);
    await demo.call("ir.config_parameter", "get_param", [key]);
    await demo.call("ir.config_parameter", "set_param", [key, "3"]);
    await odoo.call("ir.config_parameter", "read", [[id], ["value"]]);
  },

  "no records of a closed model are read by everybody": async (odoo) => {
    const demo = odoo.as("demo");
    const id = await odoo.make("ir.config_parameter", { key: `${odoo.tag}.key`, value: "1" });
    for (const ids of [[], [2 ** 31 - 1], [id]]) {
      for (const field of ["key", "id"]) {
        await demo.call("ir.config_parameter", "read", [ids, [field]]);
      }
    }
    await demo.call("ir.config_parameter", "search", [[]], { limit: 1 });
  },

  "a model that everybody reads is changed by administrators": async (odoo) => {
    const demo = odoo.as("demo");
    const belgium = await odoo.ref("base.be");
    await demo.call("res.country", "read", [[belgium], ["code"]]);
    await demo.call("res.country", "write", [[belgium], { code: "XX" }]);
    await demo.call("res.country", "create", [{ name: odoo.tag, code: "XX" }]);
    await demo.call("res.country", "unlink", [[belgium]]);
    await demo.call("res.currency", "create", [{ name: "XXX", symbol: "x" }]);
    await demo.call("res.lang", "create", [{ name: odoo.tag, code: "xx", url_code: "xx" }]);
    await demo.call("res.company", "create", [{ name: odoo.tag }]);
  },

  "a contact is everybody's": async (odoo) => {
    const demo = odoo.as("demo");
    const id = await demo.call("res.partner", "create", [{ name: odoo.tag }]) ?? 0;
    await demo.call("res.partner", "write", [[id], { city: "Ghent" }]);
    await demo.call("res.partner", "read", [[id], ["name", "city"]]);
    await demo.call("res.partner", "copy", [[id]]);
    await demo.call("res.partner", "unlink", [[id]]);
    const tag = await demo.call("res.partner.category", "create", [{ name: odoo.tag }]) ?? 0;
    await demo.call("res.partner.category", "write", [[tag], { color: 3 }]);
    await demo.call("res.partner.category", "unlink", [[tag]]);
  },

  "rights are the business of those who give them": async (odoo) => {
    const demo = odoo.as("demo");
    await demo.call("ir.model.access", "search_count", [[["name", "=", odoo.tag]]]);
    await demo.call("ir.rule", "search_count", [[["name", "=", odoo.tag]]]);
    await demo.call("ir.model", "search_read", [[["model", "=", "res.partner"]], ["model"]]);
    await demo.call("ir.model.fields", "search_count", [[["name", "=", odoo.tag]]]);
    await demo.call("ir.model.data", "search_count", [[["name", "=", odoo.tag]]]);
    await demo.call("res.groups", "create", [{ name: odoo.tag }]);
    await demo.call("res.groups", "search_count", [[["name", "=", odoo.tag]]]);
  },

  "another user is not to be written": async (odoo) => {
    const demo = odoo.as("demo");
    await demo.call("res.users", "read", [[2], ["login"]]);
    await demo.call("res.users", "write", [[2], { signature: "x" }]);
    await demo.call("res.users", "create", [{ name: odoo.tag, login: odoo.tag }]);
    await demo.call("res.users", "unlink", [[2]]);
  },

  "a salesman reads products and does not make them": async (odoo) => {
    const demo = odoo.as("demo");
    const id = await odoo.make("product.template", { name: odoo.tag });
    await demo.call("product.template", "read", [[id], ["name"]]);
    await demo.call("product.template", "create", [{ name: odoo.tag }]);
    await demo.call("product.template", "write", [[id], { name: "x" }]);
    await demo.call("product.template", "unlink", [[id]]);
    await demo.call("product.category", "create", [{ name: odoo.tag }]);
  },

  "a salesman makes leads and does not delete them": async (odoo) => {
    const demo = odoo.as("demo");
    const id = await demo.call("crm.lead", "create", [{ name: odoo.tag }]) ?? 0;
    await demo.call("crm.lead", "write", [[id], { name: `${odoo.tag} 2` }]);
    await demo.call("crm.lead", "unlink", [[id]]);
    await demo.call("crm.stage", "create", [{ name: odoo.tag }]);
    await demo.call("crm.team", "unlink", [[0]]);
  },

  "the right is checked before anything else": async (odoo) => {
    const demo = odoo.as("demo");
    await demo.call("res.country", "write", [[], { code: "XX" }]);
    await demo.call("res.country", "write", [[2_000_000_000], { nope: 1 }]);
    await demo.call("res.country", "unlink", [[]]);
    await demo.call("res.country", "unlink", [[2_000_000_000]]);
    await demo.call("res.country", "create", [{ nope: 1 }]);
    await demo.call("res.country", "create", [[]]);
    await demo.call("ir.config_parameter", "search", [[["nope", "=", 1]]]);
    await demo.call("ir.config_parameter", "read", [[2_000_000_000], ["nope"]]);
  },

  "check_access_rights answers or refuses": async (odoo) => {
    const demo = odoo.as("demo");
    for (const operation of ["read", "write", "create", "unlink"]) {
      await demo.call("res.country", "check_access_rights", [operation, false]);
      await demo.call("res.partner", "check_access_rights", [operation, false]);
    }
    await demo.call("res.country", "check_access_rights", ["read"]);
    await demo.call("res.country", "check_access_rights", ["write"]);
    await odoo.call("res.country", "check_access_rights", ["unlink", true]);
    await odoo.call("res.users.apikeys", "check_access_rights", ["create", false]);
  },

  "check_access_rights does not know any other mode": async (odoo) => {
    await odoo.call("res.partner", "check_access_rights", ["delete"]);
    await odoo.call("res.partner", "check_access_rights", ["delete", false]);
    await odoo.call("res.partner", "check_access_rights", [""]);
  },

  "has_access is of 19": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const demo = odoo.as("demo");
    const belgium = await odoo.ref("base.be");
    await demo.call("res.partner", "has_access", [[id], "write"]);
    await demo.call("res.country", "has_access", [[belgium], "read"]);
    await demo.call("res.country", "has_access", [[belgium], "write"]);
    await demo.call("res.country", "has_access", [[], "unlink"]);
    await demo.call("res.country", "has_access", [[belgium], "delete"]);
  },

  "check_access_rule is about records": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const demo = odoo.as("demo");
    await demo.call("res.partner", "check_access_rule", [[id]], { operation: "write" });
    await demo.call("res.partner", "check_access_rule", [[]], { operation: "read" });
    await odoo.get("res.partner", "unlink", [[id]]);
    await demo.call("res.partner", "check_access_rule", [[id]], { operation: "read" });
    await demo.call("res.partner", "check_access_rule", [[id]], { operation: "write" });
  },

  "access may be given and taken away": async (odoo) => {
    const demo = odoo.as("demo");
    const parameter = [[["key", "=", odoo.tag]], ["value"]];
    await odoo.make("ir.config_parameter", { key: odoo.tag, value: "1" });
    const id = await odoo.make("ir.model.access", {
      name: odoo.tag,
      model_id: await modelId(odoo, "ir.config_parameter"),
      group_id: await odoo.ref("base.group_user"),
      perm_read: true,
    });
    await demo.call("ir.config_parameter", "search_read", parameter);
    await demo.call("ir.config_parameter", "create", [{ key: `${odoo.tag}2`, value: "1" }]);
    await odoo.get("ir.model.access", "write", [[id], { perm_create: true }]);
    const made = await demo.call("ir.config_parameter", "create", [{
      key: `${odoo.tag}2`,
      value: "1",
    }]);
    await demo.call("ir.config_parameter", "unlink", [[made ?? 0]]);
    await odoo.get("ir.model.access", "write", [[id], { active: false }]);
    await demo.call("ir.config_parameter", "search_read", parameter);
    await odoo.get("ir.model.access", "unlink", [[id]]);
    await demo.call("ir.config_parameter", "search_read", parameter);
  },

  "access without a group is for everybody": async (odoo) => {
    const demo = odoo.as("demo");
    const id = await odoo.make("ir.model.access", {
      name: odoo.tag,
      model_id: await modelId(odoo, "ir.config_parameter"),
      perm_read: true,
    });
    await demo.call("ir.config_parameter", "search_count", [[["key", "=", odoo.tag]]]);
    await odoo.call("ir.model.access", "read", [[id], [
      "name",
      "active",
      "group_id",
      "perm_read",
      "perm_write",
      "perm_create",
      "perm_unlink",
    ]]);
  },

  "a refusal names the groups that may": async (odoo) => {
    const demo = odoo.as("demo");
    const group = await odoo.make("res.groups", { name: `${odoo.tag} group` });
    await odoo.make("ir.model.access", {
      name: odoo.tag,
      model_id: await modelId(odoo, "res.lang"),
      group_id: group,
      perm_read: true,
      perm_unlink: true,
    });
    await demo.call("res.lang", "unlink", [[0]]);
    await demo.call("res.lang", "write", [[0], { name: "x" }]);
  },

  "the rights of a model are rows that can be read": async (odoo) => {
    await odoo.call("ir.model.access", "search_read", [
      [["model_id.model", "=", "res.partner.category"]],
      ["model_id", "group_id", "perm_read", "perm_write", "perm_create", "perm_unlink"],
    ], { order: "group_id, perm_write, id" });
    await odoo.call("ir.model.access", "search_read", [
      [["model_id.model", "=", "res.country"], ["perm_read", "=", true]],
      ["model_id", "group_id", "perm_read", "perm_write"],
    ], { order: "group_id, id" });
  },

  "a field may be closed to some groups, or to all": async (odoo) => {
    const demo = odoo.as("demo");
    await demo.call("res.users", "read", [[odoo.as("demo").uid], ["name", "totp_secret"]]);
    await odoo.call("res.users", "search_read", [[["id", "=", 2]], ["totp_secret"]]);
    await odoo.call("res.users", "fields_get", [["totp_secret"], ["type"]]);
  },

  "has_group speaks of the one who calls": async (odoo) => {
    const demo = odoo.as("demo");
    const groups = [
      "base.group_user",
      "base.group_portal",
      "base.group_system",
      "base.group_erp_manager",
      "base.group_partner_manager",
      "base.group_no_one",
      "base.group_multi_company",
      "sales_team.group_sale_salesman",
      "sales_team.group_sale_salesman_all_leads",
      "sales_team.group_sale_manager",
      "account.group_account_invoice",
      "account.group_account_user",
      "account.group_account_manager",
    ];
    for (const group of groups) {
      await odoo.call("res.users", "has_group", ofCaller(odoo, group));
      await demo.call("res.users", "has_group", ofCaller(demo, group));
    }
  },

  "has_group wants a full external id": async (odoo) => {
    await odoo.call("res.users", "has_group", ofCaller(odoo, "nope.group_nope"));
    await odoo.call("res.users", "has_group", ofCaller(odoo, "group_user"));
    await odoo.call("res.users", "has_group", ofCaller(odoo, ""));
    await odoo.call("res.users", "has_group", [[odoo.uid], "base.group_user"]);
  },

  "load is refused as create and write are": async (odoo) => {
    const demo = odoo.as("demo");
    await demo.call("res.country", "load", [["name", "code"], [[odoo.tag, "XX"]]]);
    await demo.call("res.country", "load", [["id", "name"], [["base.be", odoo.tag]]]);
    await demo.call("res.partner.category", "load", [["name"], [[odoo.tag]]]);
  },

  "methods around the records ask for rights too": async (odoo) => {
    const demo = odoo.as("demo");
    const id = await odoo.make("ir.config_parameter", { key: odoo.tag, value: "1" });
    await demo.call("ir.config_parameter", "name_search", [odoo.tag]);
    await demo.call("ir.config_parameter", "copy", [[id]]);
    await demo.call("ir.config_parameter", "fields_get", [["key"], ["type"]]);
    await demo.call("ir.config_parameter", "default_get", [["key"]]);
    await demo.call("res.country", "name_create", [odoo.tag]);
  },

  "what a command of a list does needs its own right": async (odoo) => {
    const demo = odoo.as("demo");
    const id = await odoo.make("res.country", { name: odoo.tag, code: "X9" });
    const state = await odoo.make("res.country.state", {
      name: odoo.tag,
      code: "X",
      country_id: id,
    });
    await demo.call("res.country", "write", [[id], { state_ids: [[1, state, { name: "x" }]] }]);
    const group = await odoo.make("res.partner", { name: odoo.tag });
    await demo.call("res.partner", "write", [[group], { country_id: id }]);
    await demo.call("res.partner", "write", [[group], {
      category_id: [[0, 0, { name: odoo.tag }]],
    }]);
    const [row] = [await demo.get("res.partner", "read", [[group], ["category_id"]])].flat();
    const tags = typeof row === "object" && row !== null && "category_id" in row
      ? [row["category_id"] ?? []].flat()
      : [];
    for (const tag of tags) odoo.made("res.partner.category", Number(tag));
  },
};

/** 19 calls it on a user. */
function ofCaller(odoo: Session, group: string): RpcValue[] {
  return odoo.version === 19 ? [[odoo.uid], group] : [group];
}

/** Id of a model in `ir.model`. */
export async function modelId(odoo: Session, model: string): Promise<number> {
  return Number([await odoo.get("ir.model", "search", [[["model", "=", model]]])].flat()[0]);
}
