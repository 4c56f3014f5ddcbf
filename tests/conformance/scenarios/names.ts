/**
 * Searching names.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of `name_search`. */
export const names: Record<string, Scenario> = {
  "names are searched": async (odoo) => {
    await make(odoo, [{ name: "Anna", ref: "R1" }, { name: "Bob" }, { name: "anna" }]);
    const names = (name: RpcValue, more: Record<string, RpcValue> = {}) =>
      odoo.call("res.partner", "name_search", [name], more);
    await names(odoo.tag);
    await names(`${odoo.tag} anna`);
    await names(odoo.tag.toUpperCase());
    for (const limit of [1, 2, 0, null, false]) await names(odoo.tag, { limit });
    for (const operator of ["ilike", "like", "=", "=ilike", "=like"]) {
      await names(`${odoo.tag} Anna`, { operator });
    }
    await names(`${odoo.tag} an%`, { operator: "=ilike" });
  },

  "names are searched with a domain": async (odoo) => {
    const within = await make(odoo, [{ name: "Anna", ref: "x" }, { name: "Bob", ref: "x" }, {
      name: "Carl",
    }]);
    const own = [...within, ["ref", "=", "x"]];
    for (const keyword of ["args", "domain"]) {
      await odoo.call("res.partner", "name_search", [], { name: odoo.tag, [keyword]: own });
      await odoo.call("res.partner", "name_search", [], { [keyword]: own });
    }
    await odoo.call("res.partner", "name_search", ["", own]);
    await odoo.call("res.partner", "name_search", ["", own, "ilike", 1]);
    await odoo.call("res.partner", "name_search", [false, own]);
  },

  "names are searched by what they are not": async (odoo) => {
    const within = await make(odoo, [{ name: "Anna" }, { name: "Bob", email: "anna@x.example" }, {
      name: "Carl",
    }]);
    for (const operator of ["not ilike", "!=", "not like", "in", "not in", "nope"]) {
      const name = operator.endsWith("in") ? [`${odoo.tag} Anna`] : `${odoo.tag} Anna`;
      await odoo.call("res.partner", "name_search", [name, within, operator]);
    }
    await odoo.call("res.partner", "name_search", ["anna@", within, "not ilike"]);
  },

  "names are more than the name": async (odoo) => {
    const within = await make(odoo, [
      { name: "Anna", ref: "ref-1", email: "anna@x.example" },
      { name: "Bob", vat: "1234567890", phone: "+1 555" },
    ]);
    for (const name of ["ref-1", "REF", "anna@x", "1234567890", "555", "nope"]) {
      await odoo.call("res.partner", "name_search", [name, within]);
    }
  },

  "names of archived records and of people in a company": async (odoo) => {
    const company = await odoo.make("res.partner", { name: `${odoo.tag} Top`, is_company: true });
    const within = await make(odoo, [
      { name: "Anna", parent_id: company },
      { name: "Bob", active: false },
    ]);
    await odoo.call("res.partner", "name_search", [`${odoo.tag} Top`]);
    await odoo.call("res.partner", "name_search", [`${odoo.tag} Top, ${odoo.tag} Anna`]);
    await odoo.call("res.partner", "name_search", [`${odoo.tag} Bob`]);
    await odoo.call("res.partner", "name_search", [odoo.tag, within], {
      context: { active_test: false },
    });
  },

  "names of tags have a path": async (odoo) => {
    const top = await odoo.make("res.partner.category", { name: `${odoo.tag} Top` });
    await odoo.make("res.partner.category", { name: `${odoo.tag} Sub`, parent_id: top });
    const names = ["Top", "Sub", `Top / ${odoo.tag} Sub`, "nope"];
    for (const name of names) {
      await odoo.call("res.partner.category", "name_search", [`${odoo.tag} ${name}`]);
    }
    await odoo.call("res.partner.category", "name_search", [`${odoo.tag} Top`], { operator: "=" });
    const within = [["name", "like", odoo.tag]];
    for (const operator of ["not ilike", "!="]) {
      await odoo.call("res.partner.category", "name_search", [`${odoo.tag} Top`, within, operator]);
    }
  },

  "countries are found by their codes": async (odoo) => {
    const names = async (name: string, more: Record<string, RpcValue>) => {
      await odoo.call("res.country", "name_search", [name], more);
    };
    await names("BE", { limit: 3 });
    await names("be", { limit: 1 });
    await names("us", { limit: 2, operator: "=" });
    await names("Belgium", {});
    await names("Belgium", { operator: "=" });
    await names("belg", { operator: "=ilike" });
    await odoo.call("res.country", "search_read", [[["code", "in", ["BE", "FR"]]], ["name"]]);
  },

  "states and users have names of their own": async (odoo) => {
    const names = (model: string, name: string, more: Record<string, RpcValue> = {}) =>
      odoo.call(model, "name_search", [name], more);
    const country = await odoo.ref("base.us");
    const domain = odoo.version === 19 ? "domain" : "args";
    const within = { [domain]: [["country_id", "=", country]] };
    await names("res.country.state", "Californ", within);
    await names("res.country.state", "CA", { ...within, operator: "=" });
    await names("res.country.state", "California (US)", within);
    await names("res.users", "demo");
    await names("res.users", odoo.tag);
    await names("res.currency", "EUR");
  },
};

/** Makes contacts with the tag in their names, and gives the domain that finds them all. */
export async function make(
  odoo: Session,
  records: readonly Record<string, RpcValue>[],
): Promise<RpcValue[]> {
  const ids: number[] = [];
  for (const { name = "", ...values } of records) {
    ids.push(await odoo.make("res.partner", { name: `${odoo.tag} ${name}`.trim(), ...values }));
  }
  return [["id", "in", ids]];
}
