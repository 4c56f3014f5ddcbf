/**
 * Customer invoices.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

const AMOUNTS = ["amount_untaxed", "amount_tax", "amount_total", "amount_residual"];

/** Scenarios of invoices. Their numbers go on from what a database has, so only their form is compared. */
export const invoices: Record<string, Scenario> = {
  "a draft takes its totals from its lines": async (odoo) => {
    const { partner, product, tax } = await ground(odoo);
    const id = await odoo.make("account.move", {
      move_type: "out_invoice",
      partner_id: partner,
      ref: odoo.tag,
      invoice_line_ids: [
        [0, 0, { product_id: product, quantity: 2, tax_ids: [[6, 0, [tax]]] }],
        [0, 0, { name: "By hand", quantity: 3, price_unit: 1.99, tax_ids: [[6, 0, [tax]]] }],
        [0, 0, { name: "Free of tax", price_unit: 10, discount: 25, tax_ids: [[6, 0, []]] }],
      ],
    });
    await odoo.call("account.move", "read", [[id], [
      "state",
      "move_type",
      "partner_id",
      "invoice_date",
      "currency_id",
      "payment_state",
      "ref",
      "invoice_origin",
      ...AMOUNTS,
    ]]);
    await odoo.call("account.move.line", "search_read", [
      [["move_id", "=", id], ["name", "!=", odoo.tag], ["quantity", ">", 0], [
        "price_subtotal",
        ">",
        0,
      ]],
      ["name", "quantity", "price_unit", "discount", "price_subtotal", "price_total"],
    ], { order: "id" });
  },

  "posting gives a number": async (odoo) => {
    const { partner } = await ground(odoo);
    const id = await invoice(odoo, partner);
    await noteNumber(odoo, id);
    await odoo.call("account.move", "action_post", [[id]]);
    await noteNumber(odoo, id);
    await odoo.call("account.move", "read", [[id], [
      "state",
      "payment_state",
      "amount_total",
      "amount_residual",
    ]]);
    await noteDates(odoo, id);
    await odoo.call("account.move", "search_count", [[
      ["partner_id", "=", partner],
      ["state", "=", "posted"],
    ]]);
    await remove(odoo, id);
  },

  "what cannot be posted": async (odoo) => {
    const { partner } = await ground(odoo);
    const empty = await odoo.make("account.move", {
      move_type: "out_invoice",
      partner_id: partner,
    });
    await odoo.call("account.move", "action_post", [[empty]]);
    const nobody = await odoo.make("account.move", {
      move_type: "out_invoice",
      invoice_line_ids: [[0, 0, { name: "One", price_unit: 1, tax_ids: [[6, 0, []]] }]],
    });
    await odoo.call("account.move", "action_post", [[nobody]]);
    await odoo.call("account.move", "read", [[empty, nobody], ["state", "amount_total"]]);
  },

  "a posted invoice stays": async (odoo) => {
    const { partner } = await ground(odoo);
    const id = await invoice(odoo, partner);
    await odoo.call("account.move", "action_post", [[id]]);
    await odoo.call("account.move", "unlink", [[id]]);
    await odoo.call("account.move", "read", [[id], ["state"]]);
    await remove(odoo, id);
  },

  "back to draft and cancelled": async (odoo) => {
    const { partner } = await ground(odoo);
    const id = await invoice(odoo, partner);
    await odoo.call("account.move", "action_post", [[id]]);
    await odoo.call("account.move", "button_draft", [[id]]);
    await odoo.call("account.move", "read", [[id], ["state"]]);
    await odoo.call("account.move", "button_draft", [[id]]);
    await odoo.call("account.move", "button_cancel", [[id]]);
    await odoo.call("account.move", "read", [[id], ["state", "payment_state", "amount_total"]]);
    await odoo.call("account.move", "button_draft", [[id]]);
    await remove(odoo, id);
  },

  "lines of a draft are changed by commands": async (odoo) => {
    const { partner } = await ground(odoo);
    const id = await invoice(odoo, partner);
    const found = await odoo.get("account.move.line", "search", [[
      ["move_id", "=", id],
      ["name", "=", "One"],
    ]]);
    const line = Array.isArray(found) ? Number(found[0]) : 0;
    await odoo.call("account.move", "write", [[id], {
      invoice_line_ids: [
        [1, line, { quantity: 3 }],
        [0, 0, { name: "Two", price_unit: 0.5, tax_ids: [[6, 0, []]] }],
      ],
    }]);
    await odoo.call("account.move", "read", [[id], AMOUNTS]);
    await odoo.call("account.move", "write", [[id], { invoice_line_ids: [[2, line, 0]] }]);
    await odoo.call("account.move", "read", [[id], AMOUNTS]);
    await odoo.call("account.move", "search_read", [[["id", "=", id]], ["narration", "ref"]]);
  },

  "a credit note": async (odoo) => {
    const { partner, tax } = await ground(odoo);
    const id = await odoo.make("account.move", {
      move_type: "out_refund",
      partner_id: partner,
      invoice_date: "2024-03-05",
      invoice_line_ids: [[0, 0, { name: "Back", price_unit: 50, tax_ids: [[6, 0, [tax]]] }]],
    });
    await odoo.call("account.move", "read", [[id], [
      "move_type",
      "invoice_date",
      "amount_total_signed",
      "amount_untaxed_signed",
      ...AMOUNTS,
    ]]);
    await odoo.call("account.move", "search_count", [[
      ["id", "=", id],
      ["move_type", "in", ["out_invoice", "out_refund"]],
    ]]);
  },

  "a bill wants its date": async (odoo) => {
    const { partner } = await ground(odoo);
    const id = await odoo.make("account.move", {
      move_type: "in_invoice",
      partner_id: partner,
      invoice_line_ids: [[0, 0, { name: "One", price_unit: 5, tax_ids: [[6, 0, []]] }]],
    });
    await odoo.call("account.move", "action_post", [[id]]);
    await odoo.call("account.move", "read", [[id], ["state", "move_type", "amount_total"]]);
  },

  "taxes and journals": async (odoo) => {
    const { tax } = await ground(odoo);
    await odoo.call("account.tax", "read", [[tax], [
      "name",
      "amount",
      "amount_type",
      "type_tax_use",
      "active",
    ]]);
    await odoo.call("account.tax", "write", [[tax], { amount: 12.3456 }]);
    await odoo.call("account.tax", "read", [[tax], ["amount"]]);
    await odoo.call("account.tax", "create", [{ name: `${odoo.tag} two`, amount_type: "some" }]);
    await odoo.call("account.journal", "search_read", [[
      ["code", "=", "INV"],
      ["company_id", "=", 1],
    ], ["code", "type", "active"]]);
  },

  "the fields of invoices": async (odoo) => {
    const attributes = ["type", "string", "required", "readonly", "relation", "store"];
    await odoo.call("account.move", "fields_get", [
      ["name", "partner_id", "state", "move_type", "invoice_date", "ref", "invoice_line_ids"],
      [...attributes, "selection"],
    ]);
    await odoo.call("account.move", "fields_get", [AMOUNTS, attributes]);
    await odoo.call("account.move.line", "fields_get", [
      ["move_id", "product_id", "name", "price_unit", "quantity", "discount", "tax_ids"],
      attributes,
    ]);
  },
};

async function ground(
  odoo: Session,
): Promise<{ partner: number; product: number; tax: number }> {
  const partner = await odoo.make("res.partner", { name: odoo.tag });
  const tax = await odoo.make("account.tax", { name: odoo.tag, amount: 10, type_tax_use: "sale" });
  const product = await odoo.make("product.product", {
    name: `${odoo.tag} desk`,
    list_price: 12.5,
    taxes_id: [[6, 0, []]],
  });
  return { partner, product, tax };
}

function invoice(odoo: Session, partner: number): Promise<number> {
  return odoo.make("account.move", {
    move_type: "out_invoice",
    partner_id: partner,
    invoice_line_ids: [[0, 0, { name: "One", price_unit: 100, tax_ids: [[6, 0, []]] }]],
  });
}

/** An invoice that has been posted goes only with force, and as the last of its numbers. */
async function remove(odoo: Session, id: number): Promise<void> {
  const state = (await row(odoo, id, ["state"]))["state"];
  if (state !== "draft") await odoo.get("account.move", "button_draft", [[id]]);
  await odoo.get("account.move", "unlink", [[id]], { context: { force_delete: true } });
}

async function noteNumber(odoo: Session, id: number): Promise<void> {
  const { name = null } = await row(odoo, id, ["name"]);
  odoo.note("name", typeof name === "string" ? name.replace(/\d/g, "9") : name);
}

async function noteDates(odoo: Session, id: number): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const { invoice_date, invoice_date_due, date } = await row(odoo, id, [
    "invoice_date",
    "invoice_date_due",
    "date",
  ]);
  odoo.note("dates of today", [invoice_date, invoice_date_due, date].map((day) => day === today));
}

async function row(
  odoo: Session,
  id: number,
  fields: string[],
): Promise<{ [field: string]: RpcValue }> {
  const rows = await odoo.get("account.move", "search_read", [[["id", "=", id]], fields]);
  const [first] = Array.isArray(rows) ? rows : [];
  return typeof first === "object" && first !== null && !Array.isArray(first) &&
      !(first instanceof Uint8Array)
    ? first
    : {};
}
