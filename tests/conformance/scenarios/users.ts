/**
 * Users: made, changed, signed in, refused.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of users. Those that sign in with a password are refused over JSON-2, which takes keys only. */
export const users: Record<string, Scenario> = {
  "a user comes with a partner": async (odoo) => {
    const id = await makeUser(odoo, { email: false });
    await odoo.call("res.users", "read", [[id], [
      "name",
      "login",
      "active",
      "share",
      "password",
      "email",
      "company_id",
      "display_name",
    ]]);
    await odoo.call("res.partner", "search_read", [
      [["name", "=", odoo.tag]],
      ["active", "is_company", "parent_id", "company_id", "user_ids"],
    ]);
    await odoo.call("res.users", "write", [[id], { name: `${odoo.tag} 2` }]);
    await odoo.call("res.partner", "search_count", [[["name", "=", `${odoo.tag} 2`]]]);
  },

  "a user may be made for a partner that is there": async (odoo) => {
    const partner = await odoo.make("res.partner", { name: odoo.tag, city: "Ghent" });
    const id = await odoo.make("res.users", { login: odoo.tag, partner_id: partner });
    await odoo.call("res.users", "read", [[id], ["name", "city", "partner_id"]]);
    await odoo.call("res.partner", "unlink", [[partner]]);
    await odoo.call("res.partner", "action_archive", [[partner]]);
  },

  "a user needs a login, and a name": async (odoo) => {
    const missing: Record<string, RpcValue>[] = odoo.version === 14 ? [] : [{ name: odoo.tag }];
    for (const values of [...missing, { login: odoo.tag }]) {
      await odoo.call("res.users", "create", [values]);
    }
  },

  "a login is taken once": async (odoo) => {
    await makeUser(odoo, {});
    const other = await makeUser(odoo, { login: `${odoo.tag}2` });
    await odoo.call("res.users", "create", [{ name: odoo.tag, login: odoo.tag }]);
    await odoo.call("res.users", "write", [[other], { login: odoo.tag }]);
    await odoo.call("res.users", "write", [[other], { login: odoo.tag.toUpperCase() }]);
    await odoo.call("res.users", "read", [[other], ["login"]]);
  },

  "a new user has the groups of all new users": async (odoo) => {
    const id = await makeUser(odoo, {});
    await odoo.call("res.users", "search_read", [[["id", "=", id]], ["share"]]);
    const field = odoo.version === 19 ? "all_group_ids" : "groups_id";
    for (const group of ["group_user", "group_partner_manager", "group_system", "group_no_one"]) {
      const ref = await odoo.ref(`base.${group}`);
      await odoo.call("res.users", "search_count", [[["id", "=", id], [field, "in", [ref]]]]);
    }
  },

  "groups bring along what they imply": async (odoo) => {
    const field = odoo.version === 19 ? "group_ids" : "groups_id";
    const manager = await odoo.ref("sales_team.group_sale_manager");
    const id = await makeUser(odoo, { [field]: [[6, 0, [manager]]] });
    for (
      const group of ["sales_team.group_sale_salesman", "base.group_user", "base.group_system"]
    ) {
      const ref = await odoo.ref(group);
      const leaf = odoo.version === 19 ? "all_group_ids" : field;
      await odoo.call("res.users", "search_count", [[["id", "=", id], [leaf, "in", [ref]]]]);
      await odoo.call("res.users", "search_count", [[["id", "=", id], [field, "in", [ref]]]]);
    }
    await odoo.call("res.users", "read", [[id], ["share"]]);
    await odoo.call("res.users", "write", [[id], { [field]: [[3, manager]] }]);
    const user = await odoo.ref("base.group_user");
    await odoo.call("res.users", "search_count", [[["id", "=", id], [field, "in", [user]]]]);
    await odoo.call("res.users", "write", [[id], { [field]: [[5]] }]);
    await odoo.call("res.users", "read", [[id], [field, "share"]]);
  },

  "nobody is both portal user and internal user": async (odoo) => {
    const field = odoo.version === 19 ? "group_ids" : "groups_id";
    const portal = await odoo.ref("base.group_portal");
    const user = await odoo.ref("base.group_user");
    const both = { [field]: [[6, 0, [portal, user]]] };
    await odoo.call("res.users", "create", [{ name: odoo.tag, login: odoo.tag, ...both }]);
    const id = await makeUser(odoo, { [field]: [[6, 0, [portal]]] });
    await odoo.call("res.users", "read", [[id], ["share"]]);
    await odoo.call("res.users", "write", [[id], { [field]: [[4, user]] }]);
    await odoo.call("res.users", "write", [[id], { [field]: [[6, 0, [user]]] }]);
    await odoo.call("res.users", "read", [[id], ["share"]]);
  },

  "groups of a scenario's own": async (odoo) => {
    const salesman = await odoo.ref("sales_team.group_sale_salesman");
    const group = await odoo.make("res.groups", {
      name: `${odoo.tag} group`,
      implied_ids: [[6, 0, [salesman]]],
    });
    await odoo.call("res.groups", "read", [[group], [
      "name",
      "full_name",
      "display_name",
      "share",
    ]]);
    await odoo.call("res.groups", "create", [{ name: "-x" }]);
    await odoo.call("res.groups", "write", [[group], { name: "-x" }]);
    const field = odoo.version === 19 ? "group_ids" : "groups_id";
    const members = odoo.version === 19 ? "user_ids" : "users";
    const id = await makeUser(odoo, {});
    await odoo.call("res.groups", "write", [[group], { [members]: [[4, id]] }]);
    await odoo.call("res.groups", "search_count", [[["id", "=", group], [members, "in", [id]]]]);
    for (const each of [group, salesman]) {
      await odoo.call("res.users", "search_count", [[["id", "=", id], [field, "in", [each]]]]);
    }
    await odoo.call("res.groups", "read", [[salesman], ["full_name", "implied_ids"]]);
  },

  "groups have names and sections": async (odoo) => {
    for (
      const group of [
        "base.group_user",
        "base.group_system",
        "base.group_erp_manager",
        "base.group_partner_manager",
        "sales_team.group_sale_manager",
        "account.group_account_invoice",
        "account.group_account_user",
      ]
    ) {
      const id = await odoo.ref(group);
      await odoo.call("res.groups", "read", [[id], ["name", "full_name", "display_name"]]);
    }
  },

  "a password opens the door": async (odoo) => {
    const id = await makeUser(odoo, { password: `${odoo.tag} one` });
    const signIn = (password: string) =>
      odoo.as({ uid: id, secret: password }).call("res.users", "context_get");
    await signIn(`${odoo.tag} one`);
    await odoo.call("res.users", "write", [[id], { password: `${odoo.tag} two` }]);
    await signIn(`${odoo.tag} one`);
    await signIn(`${odoo.tag} two`);
    await odoo.call("res.users", "write", [[id], { new_password: `${odoo.tag} three` }]);
    await signIn(`${odoo.tag} three`);
    await odoo.call("res.users", "read", [[id], ["password", "new_password"]]);
  },

  "users change their own password": async (odoo) => {
    const id = await makeUser(odoo, { password: `${odoo.tag} one` });
    const user = odoo.as({ uid: id, secret: `${odoo.tag} one` });
    const change = (old: RpcValue, next: RpcValue, session = user) =>
      session.version === 14
        ? session.call("res.users", "change_password", [[], old, next])
        : session.call("res.users", "change_password", [], { old_passwd: old, new_passwd: next });
    await change("wrong", `${odoo.tag} two`);
    await change("", `${odoo.tag} two`);
    await change(`${odoo.tag} one`, "");
    await user.call("res.users", "write", [[id], { new_password: "x" }]);
    await change(`${odoo.tag} one`, `${odoo.tag} two`);
    await user.call("res.users", "context_get");
    await odoo.as({ uid: id, secret: `${odoo.tag} two` }).call("res.users", "context_get");
    await change("wrong", "x", odoo.as("demo"));
  },

  "an archived user is refused": async (odoo) => {
    const id = await makeUser(odoo, { password: odoo.tag });
    const user = odoo.as({ uid: id, secret: odoo.tag });
    await user.call("res.users", "context_get");
    await odoo.call("res.users", "action_archive", [[id]]);
    await user.call("res.users", "context_get");
    await odoo.call("res.partner", "search_count", [[["name", "=", odoo.tag]]]);
    await odoo.call("res.users", "search_count", [[["id", "=", id]]]);
    await odoo.call("res.users", "write", [[id], { active: true }]);
    await user.call("res.users", "context_get");
    await odoo.call("res.users", "unlink", [[id]]);
    await user.call("res.users", "context_get");
    await odoo.call("res.partner", "search_count", [[["name", "=", odoo.tag]]]);
  },

  "nobody archives himself": async (odoo) => {
    await odoo.call("res.users", "write", [[odoo.uid], { active: false }]);
    await odoo.call("res.users", "action_archive", [[odoo.uid]]);
    await odoo.call("res.users", "write", [[1], { active: true }]);
  },

  "some users cannot be deleted": async (odoo) => {
    await odoo.call("res.users", "unlink", [[1]]);
    await odoo.call("res.users", "unlink", [[2, 1]]);
    if (odoo.version !== 14) await odoo.call("res.users", "unlink", [[2]]);
    const id = await makeUser(odoo, {});
    await odoo.call("res.users", "unlink", [[id]]);
  },

  "users read and write some fields of their own": async (odoo) => {
    const demo = odoo.as("demo");
    const own = [demo.uid];
    await demo.call("res.users", "read", [own, ["name", "login", "lang"]]);
    const [before] = [await demo.get("res.users", "read", [own, ["signature"]])].flat();
    await demo.call("res.users", "write", [own, { signature: `<p>${odoo.tag}</p>` }]);
    await demo.call("res.users", "read", [own, ["signature"]]);
    const kept = typeof before === "object" && before !== null && "signature" in before
      ? before["signature"] ?? false
      : false;
    await demo.get("res.users", "write", [own, { signature: kept }]);
    await demo.call("res.users", "write", [own, { login: "other" }]);
    await demo.call("res.users", "write", [own, { signature: "x", login: "other" }]);
    await demo.call("res.users", "write", [own, { password: "other" }]);
    await demo.call("res.users", "write", [own, { active: false }]);
    await demo.call("res.users", "write", [[...own, 2], { signature: "x" }]);
    await demo.call("res.users", "write", [own, { nope: 1 }]);
  },

  "nobody gives himself groups": async (odoo) => {
    const demo = odoo.as("demo");
    const field = odoo.version === 19 ? "group_ids" : "groups_id";
    const system = await odoo.ref("base.group_system");
    await demo.call("res.users", "write", [[demo.uid], { [field]: [[4, system]] }]);
    const members = odoo.version === 19 ? "user_ids" : "users";
    await demo.call("res.groups", "write", [[system], { [members]: [[4, demo.uid]] }]);
  },

  "a portal user sees next to nothing": async (odoo) => {
    const field = odoo.version === 19 ? "group_ids" : "groups_id";
    const portal = await odoo.ref("base.group_portal");
    const id = await makeUser(odoo, { password: odoo.tag, [field]: [[6, 0, [portal]]] });
    const other = await odoo.make("res.partner", { name: `${odoo.tag} other` });
    const user = odoo.as({ uid: id, secret: odoo.tag });
    await user.call("res.partner", "search_read", [[["name", "like", odoo.tag]], ["name"]]);
    await user.call("res.partner", "read", [[other], ["name"]]);
    await user.call("res.partner", "write", [[other], { name: "x" }]);
    await user.call("res.partner", "create", [{ name: "x" }]);
    await user.call("res.partner.category", "search_count", [[]]);
    await user.call("crm.lead", "search_count", [[]]);
    await user.call("res.users", "read", [[id], ["name", "login"]]);
    await user.call("res.users", "read", [[2], ["login"]]);
    await user.call("res.users", "write", [[id], { signature: "x" }]);
    const group = "base.group_portal";
    await user.call("res.users", "has_group", odoo.version === 19 ? [[id], group] : [group]);
  },

  "rights of a user made for the purpose": async (odoo) => {
    const field = odoo.version === 19 ? "group_ids" : "groups_id";
    const plain = await odoo.ref("base.group_user");
    const id = await makeUser(odoo, { password: odoo.tag, [field]: [[6, 0, [plain]]] });
    const user = odoo.as({ uid: id, secret: odoo.tag });
    const partner = await odoo.make("res.partner", { name: odoo.tag });
    await user.call("res.partner", "read", [[partner], ["name"]]);
    await user.call("res.partner", "write", [[partner], { name: "x" }]);
    await user.call("res.partner.category", "create", [{ name: odoo.tag }]);
    await user.call("crm.lead", "search_count", [[["name", "=", odoo.tag]]]);
    const salesman = await odoo.ref("sales_team.group_sale_salesman");
    await odoo.call("res.users", "write", [[id], { [field]: [[4, salesman]] }]);
    await user.call("crm.lead", "search_count", [[["name", "=", odoo.tag]]]);
    await user.call("res.partner", "write", [[partner], { city: "Ghent" }]);
    await user.call("res.partner", "unlink", [[partner]]);
  },

  "names of users": async (odoo) => {
    await makeUser(odoo, {});
    await makeUser(odoo, { name: `${odoo.tag} two`, login: `${odoo.tag}2` });
    await odoo.call("res.users", "name_search", [odoo.tag]);
    await odoo.call("res.users", "name_search", [`${odoo.tag}2`]);
    await odoo.call("res.users", "name_search", [`${odoo.tag} t`]);
  },

  "a copy of a user": async (odoo) => {
    const id = await makeUser(odoo, { password: odoo.tag });
    const copy = await odoo.call("res.users", "copy", [[id]]);
    const copied = Number([copy ?? 0].flat()[0]);
    await odoo.call("res.users", "read", [[copied], ["name", "login", "active"]]);
    await forgetPartner(odoo, copied);
  },

  "API keys are shown to their owners": async (odoo) => {
    const demo = odoo.as("demo");
    const others = [["user_id", "!=", demo.uid]];
    await demo.call("res.users.apikeys", "search_count", [others]);
    await demo.call("res.users.apikeys", "create", [{ name: odoo.tag, user_id: demo.uid }]);
    const keys = await odoo.get("res.users.apikeys", "search", [[["user_id", "=", 2]]], {
      limit: 1,
    });
    await demo.call("res.users.apikeys", "write", [keys, { name: "x" }]);
    await odoo.call("res.users.apikeys", "write", [keys, { name: "x" }]);
  },

  "a user works in one of his companies": async (odoo) => {
    const main = await odoo.ref("base.main_company");
    const none = { name: odoo.tag, login: odoo.tag, company_ids: [[6, 0, []]] };
    await odoo.call("res.users", "create", [{ ...none, company_id: main }]);
    const id = await makeUser(odoo, {});
    await odoo.call("res.users", "write", [[id], { company_ids: [[5]] }]);
  },

  "the context of a user": async (odoo) => {
    await odoo.as("demo").call("res.users", "context_get");
    const id = await makeUser(odoo, { password: odoo.tag, tz: "Europe/Paris" });
    await odoo.as({ uid: id, secret: odoo.tag }).call("res.users", "context_get");
    await odoo.call("res.users", "write", [[id], { tz: false, lang: false }]);
    await odoo.as({ uid: id, secret: odoo.tag }).call("res.users", "context_get");
  },
};

/** A user named after the scenario. Its partner outlives it. */
async function makeUser(odoo: Session, values: Record<string, RpcValue>): Promise<number> {
  const id = await odoo.make("res.users", { name: odoo.tag, login: odoo.tag, ...values });
  await forgetPartner(odoo, id);
  return id;
}

/** Has the partner of a user removed at the end. */
async function forgetPartner(odoo: Session, user: number): Promise<void> {
  const read = await odoo.get("res.users", "read", [[user], ["partner_id"]], { load: "" });
  const [row] = [read].flat();
  if (typeof row === "object" && row !== null && "partner_id" in row) {
    odoo.made("res.partner", Number(row["partner_id"]));
  }
}
