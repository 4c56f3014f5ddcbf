/**
 * Who may do what with which records: record rules, and the companies of a user.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";
import { modelId } from "./access.ts";

/** Scenarios of record rules. All of them are about the scenario's own records. */
export const rules: Record<string, Scenario> = {
  "a global rule hides records from searches": async (odoo) => {
    const { all, mine } = await hiddenTag(odoo, {});
    for (const user of [odoo, odoo.as("demo")]) {
      await user.call("res.partner.category", "search", [mine], { order: "id" });
      await user.call("res.partner.category", "search_count", [mine]);
      await user.call("res.partner.category", "search_read", [mine, ["name"]]);
      await user.call("res.partner.category", "name_search", [odoo.tag]);
      await user.call("res.partner.category", "search_count", [[["id", "in", all]]]);
    }
  },

  "one hidden record fails the whole read": async (odoo) => {
    const { shown, hidden, all } = await hiddenTag(odoo, {});
    const demo = odoo.as("demo");
    await demo.call("res.partner.category", "read", [[shown], ["name"]]);
    await demo.call("res.partner.category", "read", [[hidden], ["name"]]);
    await demo.call("res.partner.category", "read", [all, ["name"]]);
    await odoo.call("res.partner.category", "read", [all, ["name"]]);
    const gone = await odoo.make("res.partner.category", { name: odoo.tag });
    await odoo.get("res.partner.category", "unlink", [[gone]]);
    await demo.call("res.partner.category", "read", [[shown, gone], ["name"]]);
    await demo.call("res.partner.category", "read", [[shown, hidden, gone], ["name"]]);
  },

  "a hidden record is not written and not deleted": async (odoo) => {
    const { shown, hidden, all } = await hiddenTag(odoo, {});
    const demo = odoo.as("demo");
    await demo.call("res.partner.category", "write", [[hidden], { color: 1 }]);
    await demo.call("res.partner.category", "write", [all, { color: 1 }]);
    await demo.call("res.partner.category", "unlink", [[hidden]]);
    await demo.call("res.partner.category", "unlink", [all]);
    await demo.call("res.partner.category", "copy", [[hidden]]);
    await demo.call("res.partner.category", "write", [[shown], { color: 2 }]);
    await demo.call("res.partner.category", "read", [[shown], ["color"]]);
  },

  "a rule may be about reading alone": async (odoo) => {
    const { hidden } = await hiddenTag(odoo, {
      perm_write: false,
      perm_create: false,
      perm_unlink: false,
    });
    const demo = odoo.as("demo");
    await demo.call("res.partner.category", "read", [[hidden], ["name"]]);
    await demo.call("res.partner.category", "write", [[hidden], { color: 1 }]);
    await demo.call("res.partner.category", "unlink", [[hidden]]);
  },

  "a rule may be about writing alone": async (odoo) => {
    const { hidden } = await hiddenTag(odoo, {
      perm_read: false,
      perm_create: false,
      perm_unlink: false,
    });
    const demo = odoo.as("demo");
    await demo.call("res.partner.category", "read", [[hidden], ["name"]]);
    await demo.call("res.partner.category", "write", [[hidden], { color: 1 }]);
    await demo.call("res.partner.category", "unlink", [[hidden]]);
  },

  "what a rule forbids cannot be made": async (odoo) => {
    await hiddenTag(odoo, {});
    const demo = odoo.as("demo");
    await demo.call("res.partner.category", "create", [{ name: `${odoo.tag} hidden` }]);
    await demo.call("res.partner.category", "create", [[
      { name: `${odoo.tag} fine` },
      { name: `${odoo.tag} hidden` },
    ]]);
    await demo.call("res.partner.category", "name_create", [`${odoo.tag} hidden`]);
    await demo.call("res.partner.category", "search_count", [[["name", "like", odoo.tag]]]);
  },

  "a record may be written out of sight": async (odoo) => {
    const { shown } = await hiddenTag(odoo, {});
    const demo = odoo.as("demo");
    await demo.call("res.partner.category", "write", [[shown], { name: `${odoo.tag} hidden` }]);
    await demo.call("res.partner.category", "read", [[shown], ["name"]]);
    await demo.call("res.partner.category", "write", [[shown], { name: odoo.tag }]);
  },

  "rules of groups add up": async (odoo) => {
    const names = ["one", "two", "three"].map((name) => `${odoo.tag} ${name}`);
    for (const name of names) await odoo.make("res.partner.category", { name });
    const demo = odoo.as("demo");
    const group = await odoo.ref("base.group_user");
    const mine = [["name", "like", odoo.tag]];
    const others = ["not like", odoo.tag];
    const rule = (name: string | undefined, values: Record<string, RpcValue>) =>
      makeRule(odoo, [["name", ...others], ["name", "=", name ?? ""]], values);
    await rule(names[0], { groups: [[6, 0, [group]]] });
    await demo.call("res.partner.category", "search_read", [mine, ["name"]]);
    await rule(names[1], { groups: [[6, 0, [group]]] });
    await demo.call("res.partner.category", "search_read", [mine, ["name"]]);
    await rule(names[2], { groups: [[6, 0, [await odoo.ref("base.group_portal")]]] });
    await demo.call("res.partner.category", "search_read", [mine, ["name"]]);
    await rule(names[1], {});
    await demo.call("res.partner.category", "search_read", [mine, ["name"]]);
    await rule(names[2], {});
    await demo.call("res.partner.category", "search_read", [mine, ["name"]]);
  },

  "a rule of a group that the user is not in does not bind": async (odoo) => {
    const group = await odoo.ref("base.group_system");
    const { all, hidden } = await hiddenTag(odoo, { groups: [[6, 0, [group]]] });
    await odoo.as("demo").call("res.partner.category", "read", [all, ["name"]]);
    await odoo.call("res.partner.category", "read", [[hidden], ["name"]]);
  },

  "an archived rule does not bind": async (odoo) => {
    const { hidden, rule } = await hiddenTag(odoo, {});
    const demo = odoo.as("demo");
    await demo.call("res.partner.category", "search_count", [[["id", "=", hidden]]]);
    await odoo.call("ir.rule", "write", [[rule], { active: false }]);
    await demo.call("res.partner.category", "search_count", [[["id", "=", hidden]]]);
    await odoo.call("ir.rule", "write", [[rule], { active: true, domain_force: "[(1, '=', 1)]" }]);
    await demo.call("res.partner.category", "search_count", [[["id", "=", hidden]]]);
    await odoo.call("ir.rule", "write", [[rule], { domain_force: false }]);
    await demo.call("res.partner.category", "search_count", [[["id", "=", hidden]]]);
  },

  "a rule may speak of the user": async (odoo) => {
    const demo = odoo.as("demo");
    const domains = [
      "('create_uid', '=', user.id)",
      "('create_uid', 'in', [user.id])",
      "('create_uid.partner_id', '=', user.partner_id.id)",
      "('create_uid.company_id', 'in', company_ids)",
      "('create_uid.company_id', '=', user.company_id.id)",
      "('create_uid.company_ids', 'in', user.company_ids.ids)",
      "('create_uid', '!=', user.id)",
      "('create_uid.login', '=', user.login)",
      "('id', 'in', [] if user.login == 'demo' else [0])",
    ];
    const id = await demo.make("res.partner.category", { name: odoo.tag });
    const own = [["id", "=", id]];
    const rule = await makeRule(odoo, [["name", "not like", odoo.tag]], {});
    for (const domain of domains.slice(0, -1)) {
      const text = `['|', ('name', 'not like', '${odoo.tag}'), ${domain}]`;
      await odoo.call("ir.rule", "write", [[rule], { domain_force: text }]);
      await demo.call("res.partner.category", "search_count", [own]);
      await odoo.call("res.partner.category", "search_count", [own]);
    }
  },

  "a rule is read as it was written": async (odoo) => {
    const { rule } = await hiddenTag(odoo, { perm_unlink: false });
    await odoo.call("ir.rule", "read", [[rule], [
      "name",
      "active",
      "model_id",
      "groups",
      "global",
      "perm_read",
      "perm_write",
      "perm_create",
      "perm_unlink",
    ]]);
    await odoo.call("ir.rule", "search_count", [[["id", "=", rule], ["global", "=", true]]]);
    const group = await odoo.ref("base.group_user");
    await odoo.call("ir.rule", "write", [[rule], { groups: [[4, group]] }]);
    await odoo.call("ir.rule", "read", [[rule], ["global"]]);
  },

  "a rule that makes no sense": async (odoo) => {
    const model = await modelId(odoo, "res.partner.category");
    const own = await modelId(odoo, "ir.rule");
    const none = { perm_read: false, perm_write: false, perm_create: false, perm_unlink: false };
    await odoo.call("ir.rule", "create", [{ name: odoo.tag, model_id: model, ...none }]);
    await odoo.call("ir.rule", "create", [{ name: odoo.tag, model_id: own }]);
    await odoo.call("ir.rule", "create", [{ name: odoo.tag }]);
    if (odoo.version === 14) return;
    const domains = ["[('nope', '=', 1)]", "[('name', '=', nope)]", "[('name', '=', user.nope)]"];
    for (const domain_force of domains) {
      await odoo.call("ir.rule", "create", [{ name: odoo.tag, model_id: model, domain_force }]);
    }
  },

  "links to hidden records": async (odoo) => {
    const shown = await odoo.make("res.partner.category", { name: `${odoo.tag} shown` });
    const hidden = await odoo.make("res.partner.category", { name: `${odoo.tag} hidden` });
    const demo = odoo.as("demo");
    const tags = [[6, 0, [shown, hidden]]];
    const id = await odoo.make("res.partner", { name: odoo.tag, category_id: tags });
    const child = await odoo.make("res.partner.category", { name: odoo.tag, parent_id: hidden });
    await makeRule(odoo, [["name", "!=", `${odoo.tag} hidden`]], {});
    await demo.call("res.partner", "read", [[id], ["category_id"]]);
    await demo.call("res.partner.category", "read", [[child], ["name", "parent_id"]]);
    const own = ["id", "=", id];
    const counted = "search_count";
    await demo.call("res.partner", counted, [[own, ["category_id", "=", hidden]]]);
    await demo.call("res.partner", counted, [[own, ["category_id.name", "like", "hidden"]]]);
    await demo.call("res.partner", counted, [[own, ["category_id", "ilike", "hidden"]]]);
    await demo.call("res.partner.category", counted, [[["parent_id.name", "like", odoo.tag]]]);
    await demo.call("res.partner", "write", [[id], { category_id: [[4, shown]] }]);
    await demo.call("res.partner", "write", [[id], { category_id: [[4, hidden]] }]);
    await demo.call("res.partner", "write", [[id], { category_id: [[3, hidden]] }]);
    await odoo.call("res.partner", counted, [[own, ["category_id", "in", [shown]]]]);
  },

  "small methods and hidden records": async (odoo) => {
    const { shown, hidden } = await hiddenTag(odoo, {});
    const demo = odoo.as("demo");
    await demo.call("res.partner.category", "get_metadata", [[hidden]]);
    await demo.call("res.partner.category", "action_archive", [[hidden]]);
    await demo.call("res.partner.category", "check_access_rule", [[hidden]], {
      operation: "write",
    });
    await demo.call("res.partner.category", "check_access_rights", ["write", false]);
    if (odoo.version === 19) {
      await demo.call("res.partner.category", "has_access", [[hidden], "read"]);
      await demo.call("res.partner.category", "has_access", [[shown], "read"]);
    } else await demo.call("res.partner.category", "exists", [[shown, hidden]]);
  },

  "load does not go round a rule": async (odoo) => {
    await hiddenTag(odoo, {});
    const demo = odoo.as("demo");
    const load = (fields: RpcValue, rows: RpcValue) =>
      demo.call("res.partner.category", "load", [fields, rows]);
    await load(["name"], [[`${odoo.tag} fine`], [`${odoo.tag} hidden`]]);
    await load(["name", "parent_id"], [[`${odoo.tag} child`, `${odoo.tag} hidden`]]);
    await load(["name", "parent_id"], [[`${odoo.tag} child`, `${odoo.tag} shown`]]);
  },

  "the salesman's own leads": async (odoo) => {
    const demo = odoo.as("demo");
    const lead = (name: string, user: RpcValue) =>
      odoo.make("crm.lead", { name: `${odoo.tag} ${name}`, user_id: user });
    await lead("demo's", demo.uid);
    await lead("nobody's", false);
    const admins = await lead("admin's", odoo.uid);
    const mine = [["name", "like", odoo.tag]];
    await demo.call("crm.lead", "search_read", [mine, ["name"]], { order: "id" });
    await demo.call("crm.lead", "read", [[admins], ["name"]]);
    await demo.call("crm.lead", "write", [[admins], { name: "x" }]);
    await odoo.call("crm.lead", "search_count", [mine]);
  },

  "the salesman's own orders": async (odoo) => {
    const demo = odoo.as("demo");
    const partner = await odoo.make("res.partner", { name: odoo.tag });
    const order = (user: RpcValue) =>
      odoo.make("sale.order", { name: odoo.tag, partner_id: partner, user_id: user });
    await order(demo.uid);
    const admins = await order(odoo.uid);
    await demo.call("sale.order", "search_count", [[["partner_id", "=", partner]]]);
    await demo.call("sale.order", "write", [[admins], { client_order_ref: odoo.tag }]);
    await odoo.call("sale.order", "search_count", [[["partner_id", "=", partner]]]);
  },
};

/** Two tags, one of which a rule hides. */
async function hiddenTag(odoo: Session, values: Record<string, RpcValue>) {
  const shown = await odoo.make("res.partner.category", { name: `${odoo.tag} shown` });
  const hidden = await odoo.make("res.partner.category", { name: `${odoo.tag} hidden` });
  const rule = await makeRule(odoo, [["name", "!=", `${odoo.tag} hidden`]], values);
  return { shown, hidden, rule, all: [shown, hidden], mine: [["name", "like", odoo.tag]] };
}

/** Conditions of which one is enough. */
async function makeRule(
  odoo: Session,
  conditions: string[][],
  values: Record<string, RpcValue>,
): Promise<number> {
  const leaves = conditions.map((leaf) => `(${leaf.map((part) => `'${part}'`).join(", ")})`);
  return await odoo.make("ir.rule", {
    name: `${odoo.tag} rule`,
    model_id: await modelId(odoo, "res.partner.category"),
    domain_force: `[${[...leaves.slice(1).map(() => "'|'"), ...leaves].join(", ")}]`,
    ...values,
  });
}
