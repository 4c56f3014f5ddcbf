/**
 * Quotations and orders.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

const TOTALS = ["amount_untaxed", "amount_tax", "amount_total"];
const NO_WARNING = { context: { disable_cancel_warning: true } };

/** Scenarios of orders and their lines. */
export const sales: Record<string, Scenario> = {
  "an order takes its defaults from the customer": async (odoo) => {
    const partner = await odoo.make("res.partner", { name: odoo.tag });
    const delivery = await odoo.make("res.partner", {
      name: "Warehouse",
      parent_id: partner,
      type: "delivery",
    });
    const id = await odoo.make("sale.order", { partner_id: partner });
    await odoo.call("sale.order", "read", [[id], [
      "state",
      "partner_id",
      "partner_invoice_id",
      "partner_shipping_id",
      "user_id",
      "company_id",
      "currency_id",
      "date_order",
      "order_line",
      "origin",
      "client_order_ref",
      "invoice_status",
      ...TOTALS,
    ]]);
    await odoo.call("sale.order", "search", [[["partner_shipping_id", "=", delivery]]]);
    const name = await valueOf(odoo, "sale.order", id, "name");
    odoo.note("name", String(name).replace(/\d/g, "9"));
  },

  "totals come from the lines": async (odoo) => {
    const { partner, product, tax } = await ground(odoo);
    const taxes = taxField(odoo);
    const id = await odoo.make("sale.order", {
      partner_id: partner,
      order_line: [
        [0, 0, { product_id: product, product_uom_qty: 3, [taxes]: [[6, 0, [tax]]] }],
        [0, 0, {
          product_id: product,
          product_uom_qty: 2,
          price_unit: 9.99,
          discount: 10,
          [taxes]: [[6, 0, [tax]]],
        }],
        [0, 0, { product_id: product, price_unit: 5, [taxes]: [[6, 0, []]] }],
      ],
    });
    await odoo.call("sale.order", "read", [[id], TOTALS]);
    await odoo.call("sale.order.line", "search_read", [[["order_id", "=", id]], [
      "product_uom_qty",
      "price_unit",
      "discount",
      "price_subtotal",
      "price_tax",
      "price_total",
      "state",
    ]]);
    const lines = await odoo.get("sale.order.line", "search", [[["order_id", "=", id]]]);
    const [line] = [lines].flat();
    await odoo.call("sale.order.line", "write", [[Number(line)], { product_uom_qty: 1 }]);
    await odoo.call("sale.order", "read", [[id], TOTALS]);
    await odoo.call("sale.order", "search", [[
      ["partner_id", "=", partner],
      ["amount_total", ">", 40],
    ]]);
  },

  "a line takes price, text and unit from its product": async (odoo) => {
    const { partner } = await ground(odoo);
    const product = await odoo.make("product.product", {
      name: odoo.tag,
      default_code: "D-1",
      list_price: 7.25,
      description_sale: "Made of wood",
      taxes_id: [[6, 0, []]],
    });
    const order = await odoo.make("sale.order", { partner_id: partner });
    const id = await odoo.make("sale.order.line", { order_id: order, product_id: product });
    await odoo.call("sale.order.line", "read", [[id], [
      "name",
      "price_unit",
      "product_uom_qty",
      unitField(odoo),
      taxField(odoo),
      "discount",
      "sequence",
      "order_partner_id",
      "currency_id",
      "qty_delivered",
      "qty_invoiced",
      "display_type",
    ]]);
    const named = await odoo.make("sale.order.line", {
      order_id: order,
      product_id: product,
      name: "As agreed",
      price_unit: 0,
    });
    await odoo.call("sale.order.line", "read", [[named], ["name", "price_unit", "price_total"]]);
  },

  "the taxes of a product come along": async (odoo) => {
    const { partner, product, tax } = await ground(odoo);
    await odoo.get("product.product", "write", [[product], { taxes_id: [[6, 0, [tax]]] }]);
    const order = await odoo.make("sale.order", {
      partner_id: partner,
      order_line: [[0, 0, { product_id: product }]],
    });
    await odoo.call("sale.order", "read", [[order], TOTALS]);
    await odoo.call("sale.order.line", "search_read", [[["order_id", "=", order]], [
      taxField(odoo),
      "price_total",
    ]]);
  },

  "confirm, cancel and back to a quotation": async (odoo) => {
    const { partner, product } = await ground(odoo);
    const id = await order(odoo, partner, product);
    await odoo.call("sale.order", "action_confirm", [[id]]);
    await odoo.call("sale.order", "read", [[id], ["state", "date_order", "invoice_status"]]);
    await odoo.call("sale.order.line", "search_read", [[["order_id", "=", id]], ["state"]]);
    await odoo.call("sale.order", "action_cancel", [[id]], NO_WARNING);
    await odoo.call("sale.order", "read", [[id], ["state"]]);
    await odoo.call("sale.order", "action_draft", [[id]]);
    await odoo.call("sale.order", "read", [[id], ["state"]]);
    await odoo.call("sale.order", "action_cancel", [[id]], NO_WARNING);
  },

  "a confirmed order is not confirmed again": async (odoo) => {
    const { partner, product } = await ground(odoo);
    const id = await order(odoo, partner, product, { name: odoo.tag });
    await odoo.call("sale.order", "action_confirm", [[id]]);
    await odoo.call("sale.order", "action_confirm", [[id]]);
    await odoo.call("sale.order", "action_draft", [[id]]);
    await odoo.call("sale.order", "read", [[id], ["name", "state"]]);
    await odoo.get("sale.order", "action_cancel", [[id]], NO_WARNING);
    await odoo.call("sale.order", "action_confirm", [[id]]);
    await odoo.get("sale.order", "action_cancel", [[id]], NO_WARNING);
  },

  "sent, locked and unlocked": async (odoo) => {
    const { partner, product } = await ground(odoo);
    const id = await order(odoo, partner, product);
    const fields = odoo.version === 14 ? ["state"] : ["state", "locked"];
    await odoo.call("sale.order", "action_quotation_sent", [[id]]);
    await odoo.call("sale.order", "read", [[id], fields]);
    await odoo.call("sale.order", "action_quotation_sent", [[id]]);
    await odoo.call("sale.order", "unlink", [[id]]);
    await odoo.call("sale.order", "action_confirm", [[id]]);
    await odoo.call("sale.order", odoo.version === 14 ? "action_done" : "action_lock", [[id]]);
    await odoo.call("sale.order", "read", [[id], fields]);
    if (odoo.version !== 14) await odoo.call("sale.order", "action_cancel", [[id]], NO_WARNING);
    await odoo.call("sale.order", "action_unlock", [[id]]);
    await odoo.call("sale.order", "read", [[id], fields]);
    await odoo.get("sale.order", "action_cancel", [[id]], NO_WARNING);
  },

  "a confirmed order is not deleted": async (odoo) => {
    const { partner, product } = await ground(odoo);
    const id = await order(odoo, partner, product);
    await odoo.call("sale.order", "action_confirm", [[id]]);
    await odoo.call("sale.order", "unlink", [[id]]);
    const lines = await odoo.get("sale.order.line", "search", [[["order_id", "=", id]]]);
    await odoo.call("sale.order.line", "unlink", [lines]);
    await odoo.call("sale.order", "action_cancel", [[id]], NO_WARNING);
    await odoo.call("sale.order", "unlink", [[id]]);
    await odoo.call("sale.order.line", "search", [[["id", "in", lines]]]);
  },

  "lines are changed by commands": async (odoo) => {
    const { partner, product } = await ground(odoo);
    const id = await order(odoo, partner, product);
    const [line] = [await odoo.get("sale.order.line", "search", [[["order_id", "=", id]]])].flat();
    await odoo.call("sale.order", "write", [[id], {
      order_line: [
        [1, Number(line), { product_uom_qty: 4 }],
        [0, 0, { product_id: product, price_unit: 1.5, name: "Second" }],
      ],
    }]);
    await odoo.call("sale.order", "read", [[id], ["amount_untaxed"]]);
    await odoo.call("sale.order.line", "search_read", [[["order_id", "=", id]], [
      "name",
      "product_uom_qty",
      "price_subtotal",
    ]]);
    await odoo.call("sale.order", "write", [[id], { order_line: [[2, Number(line), 0]] }]);
    await odoo.call("sale.order", "read", [[id], ["amount_untaxed"]]);
    await odoo.call("sale.order", "write", [[id], { order_line: [[5, 0, 0]] }]);
    await odoo.call("sale.order", "read", [[id], ["amount_untaxed", "order_line"]]);
  },

  "sections and notes have no product": async (odoo) => {
    const { partner, product } = await ground(odoo);
    const id = await order(odoo, partner, product, {
      order_line: [
        [0, 0, { display_type: "line_section", name: "Furniture" }],
        [0, 0, { product_id: product, price_unit: 2 }],
        [0, 0, { display_type: "line_note", name: "Handle with care" }],
      ],
    });
    await odoo.call("sale.order.line", "search_read", [[["order_id", "=", id]], [
      "name",
      "display_type",
      "product_id",
      "price_unit",
      "product_uom_qty",
      "price_subtotal",
    ]]);
    await odoo.call("sale.order", "read", [[id], ["amount_untaxed"]]);
    await odoo.call("sale.order.line", "create", [{ order_id: id, name: "Nothing" }]);
  },

  "what an order cannot be without": async (odoo) => {
    const { partner, product } = await ground(odoo);
    await odoo.call("sale.order", "create", [{ client_order_ref: odoo.tag }]);
    await odoo.call("sale.order.line", "create", [{ product_id: product }]);
    await odoo.call("sale.order", "create", [{ partner_id: partner, state: "nonsense" }]);
    await odoo.call("sale.order", "create", [{ partner_id: partner, nope: 1 }]);
  },

  "a copy is a new quotation": async (odoo) => {
    const { partner, product } = await ground(odoo);
    const id = await order(odoo, partner, product, { client_order_ref: "PO 1", origin: "Web" });
    await odoo.call("sale.order", "action_confirm", [[id]]);
    const [copy] = [await odoo.get("sale.order", "copy", [[id]])].flat();
    await odoo.call("sale.order", "read", [[Number(copy)], [
      "state",
      "client_order_ref",
      "origin",
      "amount_untaxed",
    ]]);
    await odoo.call("sale.order.line", "search_read", [[["order_id", "=", copy ?? 0]], [
      "price_unit",
      "product_uom_qty",
    ]]);
    await odoo.get("sale.order", "action_cancel", [[id]], NO_WARNING);
  },

  "orders are searched by what they lead to": async (odoo) => {
    const { partner, product } = await ground(odoo);
    const one = await order(odoo, partner, product, { client_order_ref: "first" });
    await order(odoo, partner, product, { client_order_ref: "second" });
    await odoo.get("sale.order", "action_confirm", [[one]]);
    const own: RpcValue = ["partner_id", "=", partner];
    await odoo.call("sale.order", "search_read", [[own, ["state", "=", "sale"]], [
      "client_order_ref",
    ]]);
    await odoo.call("sale.order", "search_count", [[["partner_id.name", "=", odoo.tag]]]);
    await odoo.call("sale.order", "search_count", [[own, ["order_line.product_id", "=", product]]]);
    await odoo.call("sale.order.line", "search_count", [[["order_id.partner_id", "=", partner]]]);
    await odoo.call("sale.order", "search_read", [[own]], {
      fields: ["client_order_ref"],
      // Not by date: the confirmed one has a later one where a second has begun meanwhile
      order: "id desc",
      limit: 1,
    });
    await odoo.get("sale.order", "action_cancel", [[one]], NO_WARNING);
  },

  "a customer with orders is not deleted": async (odoo) => {
    const { partner, product } = await ground(odoo);
    await order(odoo, partner, product);
    await odoo.call("res.partner", "unlink", [[partner]]);
    await odoo.call("product.product", "unlink", [[product]]);
  },

  "the fields of orders": async (odoo) => {
    const attributes = ["type", "string", "required", "readonly", "relation", "store"];
    await odoo.call("sale.order", "fields_get", [
      ["name", "partner_id", "state", "order_line", "date_order", "client_order_ref", "user_id"],
      [...attributes, "selection"],
    ]);
    await odoo.call("sale.order", "fields_get", [TOTALS, attributes]);
    await odoo.call("sale.order.line", "fields_get", [
      ["order_id", "product_id", "name", "price_unit", "product_uom_qty", "discount"],
      attributes,
    ]);
  },
};

async function ground(
  odoo: Session,
): Promise<{ partner: number; product: number; tax: number }> {
  const partner = await odoo.make("res.partner", { name: odoo.tag });
  const tax = await odoo.make("account.tax", {
    name: odoo.tag,
    amount: 10,
    type_tax_use: "sale",
  });
  const product = await odoo.make("product.product", {
    name: odoo.tag,
    list_price: 20,
    taxes_id: [[6, 0, []]],
  });
  return { partner, product, tax };
}

/** An order of one product, unless the values say otherwise. */
function order(
  odoo: Session,
  partner: number,
  product: number,
  values: Record<string, RpcValue> = {},
): Promise<number> {
  return odoo.make("sale.order", {
    partner_id: partner,
    order_line: [[0, 0, { product_id: product }]],
    ...values,
  });
}

async function valueOf(odoo: Session, model: string, id: number, field: string) {
  const rows = await odoo.get(model, "search_read", [[["id", "=", id]], [field]]);
  const [row] = Array.isArray(rows) ? rows : [];
  return typeof row === "object" && row !== null && field in row ? Reflect.get(row, field) : null;
}

const taxField = (odoo: Session) => odoo.version === 19 ? "tax_ids" : "tax_id";
const unitField = (odoo: Session) => odoo.version === 19 ? "product_uom_id" : "product_uom";
