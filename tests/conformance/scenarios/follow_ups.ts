/**
 * Fields that others bring along: a contact, a salesperson, a day.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

const CONTACT = [
  "partner_name",
  "contact_name",
  "email_from",
  "phone",
  "function",
  "website",
  "street",
  "city",
  "zip",
  "country_id",
  "team_id",
  "company_id",
];

/** Scenarios of leads. */
export const leadFollowUps: Record<string, Scenario> = {
  "a lead follows its new contact": async (odoo) => {
    const [company = 0, person = 0] = await contacts(odoo);
    const id = await lead(odoo, { partner_id: person, street: "Own street" });
    for (
      const values of [
        { partner_id: company },
        { partner_id: false },
        { partner_id: person, contact_name: "Own" },
        { partner_id: company, city: false },
      ]
    ) {
      await odoo.call("crm.lead", "write", [[id], values]);
      await odoo.call("crm.lead", "read", [[id], CONTACT]);
    }
  },

  "what is given of a lead stays, nothing included": async (odoo) => {
    const [, person = 0] = await contacts(odoo);
    for (
      const values of [
        { contact_name: false },
        { email_from: false },
        { phone: false, website: "example.org" },
        { city: false },
        { website: false, function: "Own" },
      ]
    ) {
      const id = await lead(odoo, { partner_id: person, ...values });
      await odoo.call("crm.lead", "read", [[id], CONTACT]);
      await odoo.call("res.partner", "read", [[person], ["email", "phone"]]);
      await odoo.get("res.partner", "write", [[person], { email: EMAIL, phone: PHONE }]);
    }
  },

  "a lead and its contact have the same email and phone": async (odoo) => {
    const [, person = 0] = await contacts(odoo);
    const id = await lead(odoo, { partner_id: person });
    const other = await lead(odoo, { partner_id: person });
    const read = async () => {
      await odoo.call("res.partner", "read", [[person], ["email", "phone"]]);
      await odoo.call("crm.lead", "read", [[id, other], ["email_from", "phone"]]);
    };
    for (
      const values of [
        { email_from: "new@example.com" },
        { email_from: "New <NEW@example.com>" },
        { phone: "+32 475 22 22 22" },
        { email_from: "" },
        { email_from: false },
      ]
    ) {
      await odoo.call("crm.lead", "write", [[id], values]);
      await read();
    }
    for (
      const values of [{ email: "third@example.com", phone: "+32475333333" }, { email: false }]
    ) {
      await odoo.call("res.partner", "write", [[person], values]);
      await read();
    }
  },

  "a lead follows its salesperson": async (odoo) => {
    const [user = 0] = await idsOf(odoo, "res.users", [["login", "=", "demo"]]);
    const fields = ["user_id", "team_id", "company_id"];
    for (
      const values of [{}, { user_id: user }, { user_id: false }, { user_id: user, team_id: false }]
    ) {
      const id = await lead(odoo, values);
      await odoo.call("crm.lead", "read", [[id], fields]);
      for (const change of [{ user_id: user }, { user_id: false }, { user_id: odoo.uid }]) {
        await odoo.call("crm.lead", "write", [[id], change]);
        await odoo.call("crm.lead", "read", [[id], fields]);
      }
    }
  },

  "amounts and probabilities of leads": async (odoo) => {
    const id = await lead(odoo, { expected_revenue: 12.345 });
    await odoo.call("crm.lead", "read", [[id], ["expected_revenue"]]);
    for (const revenue of [12.345, 45.678]) {
      await odoo.call("crm.lead", "write", [[id], { expected_revenue: revenue }]);
      await odoo.call("crm.lead", "read", [[id], ["expected_revenue"]]);
    }
    for (const probability of [-1, 101]) {
      await odoo.call("crm.lead", "write", [[id], { probability }]);
      await odoo.call("crm.lead", "create", [{ name: odoo.tag, probability }]);
    }
  },
};

/** Scenarios of orders. */
export const orderFollowUps: Record<string, Scenario> = {
  "an order follows its new customer and salesperson": async (odoo) => {
    const [company = 0, person = 0] = await contacts(odoo);
    await odoo.make("res.partner", {
      name: `${odoo.tag} bills`,
      parent_id: company,
      type: "invoice",
    });
    const [user = 0] = await idsOf(odoo, "res.users", [["login", "=", "demo"]]);
    const id = await odoo.make("sale.order", { partner_id: person });
    const fields = [
      "partner_id",
      "partner_invoice_id",
      "partner_shipping_id",
      "user_id",
      "team_id",
    ];
    await odoo.call("sale.order", "read", [[id], fields]);
    for (
      const values of [
        { partner_id: company },
        { partner_id: person, partner_shipping_id: company },
        { user_id: user },
        { user_id: false },
        { partner_id: company },
      ]
    ) {
      await odoo.call("sale.order", "write", [[id], values]);
      await odoo.call("sale.order", "read", [[id], fields]);
    }
    await odoo.call("sale.order", "create", [{ partner_id: person, name: false }]);
  },
};

/** Scenarios of invoices. */
export const invoiceFollowUps: Record<string, Scenario> = {
  "an invoice follows its day, its customer and its salesperson": async (odoo) => {
    const [company = 0, person = 0] = await contacts(odoo);
    const [user = 0] = await idsOf(odoo, "res.users", [["login", "=", "demo"]]);
    const id = await odoo.make("account.move", {
      move_type: "out_invoice",
      partner_id: person,
      invoice_line_ids: [[0, 0, {
        name: "Line",
        quantity: 1,
        price_unit: 5,
        tax_ids: [[6, 0, []]],
      }]],
    });
    const fields = [
      "date",
      "invoice_date",
      "invoice_date_due",
      "partner_shipping_id",
      "team_id",
      "amount_total_signed",
    ];
    await odoo.call("account.move", "read", [[id], fields]);
    for (
      const values of [
        { invoice_date: "2024-03-04" },
        { invoice_date_due: "2024-04-05" },
        { invoice_date: "2024-05-06" },
        { partner_id: company },
        { invoice_user_id: user },
        { partner_id: false },
        { invoice_date: false },
      ]
    ) {
      await odoo.call("account.move", "write", [[id], values]);
      await odoo.call("account.move", "read", [[id], fields]);
    }
  },
};

const EMAIL = "pia@example.com";
const PHONE = "+32475111111";

/** A company, and a person apart. */
async function contacts(odoo: Session): Promise<number[]> {
  return [
    await odoo.make("res.partner", {
      name: `${odoo.tag} Acme`,
      is_company: true,
      street: "A street",
      city: "Town",
      email: "acme@example.com",
    }),
    await odoo.make("res.partner", {
      name: `${odoo.tag} Pia`,
      email: EMAIL,
      phone: PHONE,
      function: "Boss",
      website: "http://pia.example.com",
      zip: "99",
      city: "Ville",
    }),
  ];
}

async function lead(odoo: Session, values: Record<string, RpcValue>): Promise<number> {
  return await odoo.make("crm.lead", {
    name: odoo.tag,
    type: "opportunity",
    probability: 10,
    ...values,
  });
}

async function idsOf(odoo: Session, model: string, domain: RpcValue): Promise<number[]> {
  const found = await odoo.get(model, "search", [domain]);
  return [found].flat().filter((id) => typeof id === "number");
}
