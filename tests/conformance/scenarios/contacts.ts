/**
 * What Odoo does to the contacts of a company behind the caller's back.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of companies and their contacts. */
export const contacts: Record<string, Scenario> = {
  "a new contact takes address and tax id of its company": async (odoo) => {
    const company = await newCompany(odoo);
    const id = await odoo.call("res.partner", "create", [{
      name: odoo.tag,
      parent_id: company,
      street: "Own street",
      vat: "OWN",
    }]);
    await show(odoo, company, Number(id));
    const bare = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    const invoice = await odoo.make("res.partner", {
      name: odoo.tag,
      parent_id: company,
      type: "invoice",
      street: "Invoice street",
    });
    await show(odoo, company, bare, invoice);
  },

  "a new address of a company goes down": async (odoo) => {
    const company = await newCompany(odoo);
    const contact = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    const invoice = await odoo.make("res.partner", {
      name: odoo.tag,
      parent_id: company,
      type: "invoice",
      city: "Own city",
    });
    await odoo.call("res.partner", "write", [[company], { street: "New street" }]);
    await show(odoo, contact, invoice);
    await odoo.call("res.partner", "write", [[company], { vat: "NEW", city: false }]);
    await show(odoo, contact, invoice);
  },

  "what is written on a contact": async (odoo) => {
    const company = await newCompany(odoo);
    const contact = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    const brother = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    await odoo.call("res.partner", "write", [[contact], { street: "Contact street" }]);
    await show(odoo, company, contact, brother);
    await odoo.call("res.partner", "write", [[contact], { vat: "CONTACT" }]);
    await show(odoo, company, contact, brother);
    await odoo.call("res.partner", "write", [[contact], { street: false, vat: false }]);
    await show(odoo, company, contact, brother);
  },

  "a company without an address takes that of its first contact": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true });
    const one = await odoo.make("res.partner", {
      name: odoo.tag,
      parent_id: company,
      street: "First street",
      city: "First city",
    });
    await show(odoo, company, one);
    const two = await odoo.make("res.partner", {
      name: odoo.tag,
      parent_id: company,
      street: "Second street",
    });
    await show(odoo, company, one, two);
  },

  "a contact comes to a company and leaves it": async (odoo) => {
    const company = await newCompany(odoo);
    const id = await odoo.make("res.partner", {
      name: odoo.tag,
      street: "Own street",
      vat: "OWN",
      company_name: "Own firm",
    });
    await show(odoo, id);
    await odoo.call("res.partner", "write", [[id], { parent_id: company }]);
    await show(odoo, company, id);
    await odoo.call("res.partner", "write", [[id], { parent_id: false }]);
    await show(odoo, company, id);
  },

  "an address becomes a contact": async (odoo) => {
    const company = await newCompany(odoo);
    const id = await odoo.make("res.partner", {
      name: odoo.tag,
      parent_id: company,
      type: "delivery",
      street: "Delivery street",
    });
    await odoo.call("res.partner", "write", [[id], { type: "contact" }]);
    await show(odoo, company, id);
    await odoo.call("res.partner", "write", [[id], { type: "other", street: "Other street" }]);
    await odoo.call("res.partner", "write", [[company], { street: "New street" }]);
    await show(odoo, company, id);
  },

  "a contact becomes a company": async (odoo) => {
    const company = await newCompany(odoo);
    const id = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    const deep = await odoo.make("res.partner", { name: odoo.tag, parent_id: id });
    await show(odoo, id, deep);
    await odoo.call("res.partner", "write", [[id], { is_company: true, vat: "SUB" }]);
    await show(odoo, company, id, deep);
    await odoo.call("res.partner", "write", [[company], { vat: "TOP" }]);
    await show(odoo, company, id, deep);
    await odoo.call("res.partner", "write", [[id], { is_company: false }]);
    await show(odoo, company, id, deep);
  },

  "three levels": async (odoo) => {
    const company = await newCompany(odoo);
    const middle = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    const low = await odoo.make("res.partner", { name: odoo.tag, parent_id: middle });
    await odoo.call("res.partner", "write", [[company], { street: "New street", vat: "NEW" }]);
    await show(odoo, company, middle, low);
    await odoo.call("res.partner", "write", [[middle], { street: "Middle street" }]);
    await show(odoo, company, middle, low);
  },

  "archived contacts": async (odoo) => {
    const company = await newCompany(odoo);
    const id = await odoo.make("res.partner", { name: odoo.tag, parent_id: company });
    await odoo.get("res.partner", "write", [[id], { active: false }]);
    await odoo.call("res.partner", "write", [[company], { street: "New street", vat: "NEW" }]);
    await show(odoo, company, id);
    await odoo.call("res.partner", "write", [[company], { active: false }]);
    await odoo.call("res.partner", "read", [[company, id], ["active"]]);
  },

  "several companies are written at once": async (odoo) => {
    const [one, two] = [await newCompany(odoo), await newCompany(odoo)];
    const a = await odoo.make("res.partner", { name: odoo.tag, parent_id: one });
    const b = await odoo.make("res.partner", { name: odoo.tag, parent_id: two });
    await odoo.call("res.partner", "write", [[one, two], { zip: "9000", vat: "BOTH" }]);
    await show(odoo, a, b);
    await odoo.call("res.partner", "write", [[a, b], { city: "Bruges" }]);
    await show(odoo, one, two, a, b);
  },

  "countries and states": async (odoo) => {
    const company = await newCompany(odoo, { country_id: await odoo.ref("base.us") });
    const id = await odoo.make("res.partner", {
      name: odoo.tag,
      parent_id: company,
      state_id: await odoo.ref("base.state_us_5"),
    });
    const fields = ["street", "state_id", "country_id"];
    await odoo.call("res.partner", "read", [[company, id], fields]);
    await odoo.call("res.partner", "write", [[company], {
      country_id: await odoo.ref("base.fr"),
      state_id: false,
    }]);
    await odoo.call("res.partner", "read", [[company, id], fields]);
    const alone = await odoo.make("res.partner", {
      name: odoo.tag,
      country_id: await odoo.ref("base.fr"),
    });
    await odoo.call("res.partner", "write", [[alone], {
      state_id: await odoo.ref("base.state_us_5"),
    }]);
    await odoo.call("res.partner", "read", [[alone], fields]);
  },

  "salesman and language of a company": async (odoo) => {
    const company = await newCompany(odoo, { user_id: odoo.uid, lang: "en_US", ref: "C" });
    const id = await odoo.make("res.partner", { name: odoo.tag, parent_id: company, lang: false });
    const fields = ["user_id", "lang", "ref", "email", "phone", "website"];
    await odoo.call("res.partner", "read", [[id], fields]);
    await odoo.call("res.partner", "write", [[company], {
      user_id: false,
      phone: "123",
      website: "example.com",
    }]);
    await odoo.call("res.partner", "read", [[id], fields]);
  },
};

/** Makes a company with an address. */
async function newCompany(odoo: Session, more: Record<string, RpcValue> = {}) {
  return await odoo.make("res.partner", {
    name: `${odoo.tag} company`,
    is_company: true,
    street: "Company street",
    city: "Company city",
    vat: "COMPANY",
    ...more,
  });
}

/** Writes down what contacts share. */
async function show(odoo: Session, ...ids: number[]) {
  await odoo.call("res.partner", "read", [ids, [
    "street",
    "city",
    "vat",
    "type",
    "company_name",
    "parent_id",
    "commercial_partner_id",
    "commercial_company_name",
  ]]);
}
