/**
 * What the server refuses, in its own words.
 *
 * @module
 */
import type { Scenario, Session } from "../session.ts";

/** Scenarios of constraints. */
export const constraints: Record<string, Scenario> = {
  "contacts require a name": async (odoo) => {
    await odoo.call("res.partner", "create", [{ ref: "R" }]);
    await odoo.call("res.partner", "create", [{ ref: "R" }], { context: { lang: "en_US" } });
    await odoo.call("res.partner", "create", [{ name: false }]);
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "write", [[id], { name: false }]);
    await odoo.call("res.partner", "write", [[id], { name: null }], {
      context: { lang: "en_US" },
    });
    await odoo.call("res.partner", "write", [[id], { name: "", ref: odoo.tag }]);
    await odoo.call("res.partner", "read", [[id], ["name", "display_name"]]);
    await odoo.call("res.partner", "write", [[id], { name: odoo.tag }]);
  },

  "an address needs no name": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true });
    const id = await odoo.call("res.partner", "create", [{ type: "invoice", parent_id: company }]);
    await odoo.call("res.partner", "read", [[Number(id)], ["name", "display_name"]]);
    await odoo.call("res.partner", "write", [[Number(id)], { type: "contact" }]);
  },

  "a value that is required": async (odoo) => {
    await odoo.call("res.partner.category", "create", [{ color: 1 }]);
    await odoo.call("res.partner.category", "create", [{ name: false }]);
    await odoo.call("res.partner.category", "create", [{ name: false }], {
      context: { lang: "en_US" },
    });
    const id = await odoo.make("res.partner.category", { name: odoo.tag });
    await odoo.call("res.partner.category", "write", [[id], { name: false }]);
    await odoo.call("res.partner.category", "write", [[id], { name: "" }]);
    await odoo.call("res.partner.category", "write", [[id], { name: odoo.tag }]);
  },

  "several values that are required": async (odoo) => {
    await odoo.call("res.country.state", "create", [{}]);
    await odoo.call("res.country.state", "create", [{ name: odoo.tag }]);
    const country_id = await odoo.ref("base.fr");
    await odoo.call("res.country.state", "create", [{ name: odoo.tag, country_id }]);
    await odoo.call("res.currency", "create", [{ name: "QQZ" }]);
  },

  "a code that is taken": async (odoo) => {
    const country_id = await odoo.ref("base.fr");
    const state = { name: odoo.tag, code: odoo.tag, country_id };
    await odoo.make("res.country.state", state);
    await odoo.call("res.country.state", "create", [state]);
    await odoo.call("res.country.state", "create", [state], { context: { lang: "en_US" } });
    const other = await odoo.make("res.country.state", { ...state, code: `${odoo.tag}2` });
    await odoo.call("res.country.state", "write", [[other], { code: odoo.tag }]);
    await odoo.call("res.country.state", "write", [[other], {
      code: odoo.tag,
      country_id: await odoo.ref("base.be"),
    }]);
  },

  "a key that is taken": async (odoo) => {
    const id = await odoo.make("ir.config_parameter", { key: odoo.tag, value: "1" });
    await odoo.call("ir.config_parameter", "create", [{ key: odoo.tag, value: "2" }]);
    await odoo.call("ir.config_parameter", "create", [{ key: odoo.tag, value: "2" }], {
      context: { lang: "en_US" },
    });
    await odoo.call("ir.config_parameter", "create", [{ key: `${odoo.tag}.b` }]);
    await odoo.call("ir.config_parameter", "write", [[id], { value: false }]);
    await odoo.call("ir.config_parameter", "read", [[id], ["key", "value"]]);
  },

  "a login that is taken": async (odoo) => {
    const user = { name: odoo.tag, login: odoo.tag };
    const id = await odoo.make("res.users", user);
    await odoo.call("res.users", "create", [user]);
    await odoo.call("res.users", "write", [[id], { login: "admin" }]);
    await odoo.call("res.users", "write", [[id], { login: "admin" }], {
      context: { lang: "en_US" },
    });
    await odoo.call("res.users", "read", [[id], ["login"]]);
  },

  "an external id that is taken": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const data = { module: "conformance", name: odoo.tag, model: "res.partner", res_id: id };
    await odoo.make("ir.model.data", data);
    await odoo.call("ir.model.data", "create", [data]);
    await odoo.call("ir.model.data", "create", [data], { context: { lang: "en_US" } });
    await odoo.call("ir.model.data", "create", [{ ...data, name: `${odoo.tag} b` }], {
      context: { lang: "en_US" },
    });
    await odoo.call("ir.model.data", "create", [{ module: "conformance", name: odoo.tag }]);
  },

  "contacts in a circle": async (odoo) => {
    const one = await odoo.make("res.partner", { name: odoo.tag });
    const two = await odoo.make("res.partner", { name: odoo.tag, parent_id: one });
    const three = await odoo.make("res.partner", { name: odoo.tag, parent_id: two });
    await odoo.call("res.partner", "write", [[one], { parent_id: one }]);
    await odoo.call("res.partner", "write", [[one], { parent_id: three }]);
    await odoo.call("res.partner", "write", [[one], { child_ids: [[4, one, 0]] }]);
    await odoo.call("res.partner", "read", [[one], ["parent_id"]]);
  },

  "tags in a circle": async (odoo) => {
    const one = await odoo.make("res.partner.category", { name: odoo.tag });
    const two = await odoo.make("res.partner.category", { name: odoo.tag, parent_id: one });
    await odoo.call("res.partner.category", "write", [[one], { parent_id: one }]);
    await odoo.call("res.partner.category", "write", [[one], { parent_id: two }]);
    await odoo.call("res.partner.category", "read", [[one, two], ["display_name", "parent_id"]]);
  },

  "a state that is in use": async (odoo) => {
    const country_id = await odoo.ref("base.fr");
    const state = await odoo.make("res.country.state", {
      name: odoo.tag,
      code: odoo.tag,
      country_id,
    });
    const id = await odoo.make("res.partner", { name: odoo.tag, country_id, state_id: state });
    await odoo.call("res.country.state", "unlink", [[state]]);
    await odoo.call("res.country.state", "unlink", [[state]], { context: { lang: "en_US" } });
    await odoo.call("res.partner", "unlink", [[id]]);
    await odoo.call("res.country.state", "unlink", [[state]]);
  },

  "a country that is in use": async (odoo) => {
    const country = await newCountry(odoo);
    const id = await odoo.make("res.partner", { name: odoo.tag, country_id: country });
    await odoo.call("res.country", "unlink", [[country]]);
    await odoo.get("res.partner", "unlink", [[id]]);
    await odoo.make("res.country.state", { name: odoo.tag, code: "X", country_id: country });
    await odoo.call("res.country", "unlink", [[country]]);
  },

  "a country that is there already": async (odoo) => {
    await newCountry(odoo);
    await odoo.call("res.country", "create", [{ name: odoo.tag, code: "QX" }]);
    await odoo.call("res.country", "create", [{ name: `${odoo.tag} 2`, code: "QQ" }]);
    await odoo.call("res.country", "create", [{ name: `${odoo.tag} 2`, code: "QQ" }], {
      context: { lang: "en_US" },
    });
    await odoo.call("res.country", "create", [{ name: `${odoo.tag} 3` }]);
    const id = await odoo.call("res.country", "create", [{ name: `${odoo.tag} 4`, code: "qz" }]);
    await odoo.call("res.country", "read", [[Number(id)], ["code", "name"]]);
  },

  "a contact that is a user": async (odoo) => {
    const user = await odoo.make("res.users", { name: odoo.tag, login: odoo.tag });
    const found = await odoo.get("res.users", "read", [[user], ["partner_id"]], { load: "" });
    const partner = Number(
      Object(Array.isArray(found) ? found[0] : null)["partner_id"],
    );
    odoo.made("res.partner", partner);
    await odoo.call("res.partner", "write", [[partner], { active: false }]);
    await odoo.call("res.partner", "unlink", [[partner]]);
    await odoo.call("res.users", "write", [[user], { active: false }]);
    await odoo.call("res.partner", "unlink", [[partner]]);
    await odoo.call("res.users", "unlink", [[user]]);
    await odoo.call("res.partner", "unlink", [[partner]]);
  },

  "the language that everything stands on": async (odoo) => {
    const id = await odoo.ref("base.lang_en");
    await odoo.call("res.lang", "unlink", [[id]]);
  },

  "the first of several faults": async (odoo) => {
    await odoo.call("res.partner", "create", [[
      { name: odoo.tag, color: 2147483648 },
      { ref: "no name" },
    ]]);
    await odoo.call("res.partner", "create", [[
      { ref: "no name" },
      { name: odoo.tag, type: "nope" },
    ]]);
    await odoo.call("res.partner", "create", [{ color: 2147483648, type: "contact" }]);
    await odoo.call("res.partner", "search_count", [[["name", "=", odoo.tag]]]);
  },
};

/** A country of the scenario's own, with a code that no country has. */
async function newCountry(odoo: Session) {
  return await odoo.make("res.country", { name: odoo.tag, code: "QQ" });
}
