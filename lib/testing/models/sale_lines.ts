/**
 * Lines of quotations and orders.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { boolean, by, type Choices, float, integer, many2many } from "./define.ts";
import { many2one, monetary, price, selection, text } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { userError, valueError, type Version } from "../faults.ts";
import { constraintError } from "../orm/constraints.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import { existing, type Values } from "../orm/records.ts";
import type { Row } from "../orm/store.ts";
import { touch } from "../orm/touch.ts";
import { INVOICE_STATES, orderStates } from "./sales.ts";
import { number, type Priced, priceOf, taxesFor } from "./taxes.ts";

const TWO_DECIMALS = { digits: [16, 2] } as const;

/** `sale.order.line` of a version. */
export const saleLine = (version: Version): BuiltInModel => ({
  description: "Sales Order Line",
  order: "order_id, sequence, id",
  namesSearch: version === 14 ? ["name"] : ["name", "order_id.name"],
  fields: { ...lineFields(version), ...priceFields(version), ...stateFields(version) },
  displayName,
  beforeCreate: (env, values) => complete(env, values),
  completeGiven: (env, values) => complete(env, values),
  check: (env, row) => checkLine(env, row),
  afterCreate: (env, id) => touchOrders(env, [id]),
  afterWrite(env, ids, _values, given) {
    if (PRICING(version).some((name) => name in given)) touchOrders(env, ids);
  },
  beforeUnlink(env, lines) {
    for (const row of existing(env, env.model("sale.order.line"), lines)) {
      const state = orderOf(env, row)?.["state"];
      if ((state === "sale" || state === "done") && !row["display_type"]) {
        throw userError(STAYS(env));
      }
    }
    touchOrders(env, lines);
  },
});

/** The totals of an order are stored: they are written when its lines change. */
function touchOrders(env: Env, lines: readonly number[]): void {
  const orders = new Set(lines.map((id) => env.row("sale.order.line", id)?.["order_id"]));
  touch(env, "sale.order", [...orders].filter((id) => typeof id === "number"));
}

const PRICING = (version: Version): readonly string[] => [
  "product_uom_qty",
  "price_unit",
  "discount",
  taxField(version),
  "product_id",
  "order_id",
];

/** The lines of an order. */
export function linesOf(env: Env, order: number): Row[] {
  return env.store.find("sale.order.line", ["order_id"], [order])
    .flatMap((id) => env.row("sale.order.line", id) ?? []);
}

/** Price of a line. */
export function linePrice(env: Env, row: Row): Priced {
  return priceOf(env, row, "product_uom_qty", taxField(env.version));
}

/** Whether there is something to invoice. */
export function invoiceStatus(env: Env, row: Row): string {
  const state = orderOf(env, row)?.["state"];
  if (state !== "sale" && state !== "done") return "no";
  return toInvoice(env, row) === 0 ? "no" : "to invoice";
}

function toInvoice(env: Env, row: Row): number {
  const state = orderOf(env, row)?.["state"];
  if (state !== "sale" && state !== "done") return 0;
  const policy = env.follow(
    env.model("sale.order.line"),
    row,
    "product_id.product_tmpl_id.invoice_policy",
  );
  return number(policy === "order" ? row["product_uom_qty"] : row["qty_delivered"]);
}

function lineFields(version: Version): Record<string, BuiltInField> {
  const sections: Choices = [
    ["line_section", "Section"],
    ...(version === 19 ? [["line_subsection", "Subsection"] as const] : []),
    ["line_note", "Note"],
  ];
  return {
    order_id: many2one("sale.order", "Order Reference", {
      required: true,
      ondelete: "cascade",
      copy: false,
    }),
    sequence: integer("Sequence", { default: 10 }),
    name: text("Description", { required: true }),
    product_id: many2one("product.product", "Product", { ondelete: "restrict" }),
    product_template_id: many2one("product.template", "Product Template", {
      readonly: version === 14,
      related: "product_id.product_tmpl_id",
    }),
    product_uom_qty: float("Quantity", { ...TWO_DECIMALS, required: true, default: 1 }),
    [unitField(version)]: many2one("uom.uom", version === 19 ? "Unit" : "Unit of Measure", {
      ondelete: "restrict",
    }),
    price_unit: float("Unit Price", {
      ...price(version),
      required: true,
      ...(version !== 14 && { depends: ["product_id", unitField(version), "product_uom_qty"] }),
    }),
    discount: float("Discount (%)", { ...TWO_DECIMALS, default: 0 }),
    [taxField(version)]: many2many("account.tax", "Taxes", { defaultOf: productTaxes }),
    display_type: selection("Display Type", sections),
    is_downpayment: boolean("Is a down payment"),
    customer_lead: float("Lead Time", { required: true, default: 0 }),
  };
}

function priceFields(version: Version): Record<string, BuiltInField> {
  const money = (string: string, of: (price: Priced, row: Row) => number) =>
    monetary(string, {
      readonly: true,
      store: true,
      compute: (env, row) => of(linePrice(env, row), row),
    });
  const each = (total: number, row: Row) => {
    const quantity = number(row["product_uom_qty"]);
    return quantity === 0 ? 0 : total / quantity;
  };
  const [without, including] = version === 14
    ? ["Price Reduce Tax excl", "Price Reduce Tax inc"]
    : ["Price Reduce Tax excl", "Price Reduce Tax incl"];
  return {
    price_subtotal: money("Subtotal", ({ untaxed }) => untaxed),
    price_tax: float("Total Tax", {
      readonly: true,
      store: true,
      compute: (env, row) => linePrice(env, row).tax,
    }),
    price_total: money("Total", ({ untaxed, tax }) => cents(untaxed + tax)),
    price_reduce_taxexcl: money(without, ({ untaxed }, row) => each(untaxed, row)),
    price_reduce_taxinc: money(including, ({ untaxed, tax }, row) => each(untaxed + tax, row)),
  };
}

function stateFields(version: Version): Record<string, BuiltInField> {
  const ofOrder = (field: BuiltInField, path: string): BuiltInField => ({
    ...field,
    readonly: field.readonly ?? true,
    store: true,
    copy: false,
    compute: (env, row) => env.follow(env.model("sale.order.line"), row, `order_id.${path}`),
  });
  return {
    state: ofOrder(selection("Order Status", orderStates(version)), "state"),
    currency_id: ofOrder(many2one("res.currency", "Currency"), "currency_id"),
    company_id: ofOrder(many2one("res.company", "Company"), "company_id"),
    order_partner_id: ofOrder(
      many2one("res.partner", "Customer", { readonly: version !== 14 }),
      "partner_id",
    ),
    salesman_id: ofOrder(many2one("res.users", "Salesperson"), "user_id"),
    ...quantityFields(version),
  };
}

function quantityFields(version: Version): Record<string, BuiltInField> {
  return {
    qty_delivered: float(
      by(version, "Delivered Quantity", "Delivery Quantity", "Delivery Quantity"),
      {
        ...TWO_DECIMALS,
        copy: false,
        default: 0,
      },
    ),
    qty_invoiced: float("Invoiced Quantity", {
      ...TWO_DECIMALS,
      readonly: true,
      store: true,
      compute: () => 0,
    }),
    qty_to_invoice: float(version === 14 ? "To Invoice Quantity" : "Quantity To Invoice", {
      ...TWO_DECIMALS,
      readonly: true,
      store: true,
      compute: toInvoice,
    }),
    invoice_status: selection("Invoice Status", INVOICE_STATES, {
      readonly: true,
      store: true,
      compute: invoiceStatus,
    }),
  };
}

function taxField(version: Version): string {
  return version === 19 ? "tax_ids" : "tax_id";
}

function unitField(version: Version): string {
  return version === 19 ? "product_uom_id" : "product_uom";
}

function orderOf(env: Env, row: { readonly [field: string]: RpcValue }): Row | undefined {
  const order = row["order_id"];
  return typeof order === "number" ? env.row("sale.order", order) : undefined;
}

/** Fills in what follows from the product. */
function complete(env: Env, values: { [field: string]: RpcValue }): void {
  if (values["display_type"]) {
    Object.assign(values, { product_id: null, price_unit: 0, product_uom_qty: 0 });
    values[unitField(env.version)] = null;
    return;
  }
  if (env.version !== 14 && !orderOf(env, values)) {
    throw valueError("Expected singleton: sale.order()");
  }
  if (!("product_uom_qty" in values)) values["product_uom_qty"] = 1;
  const id = values["product_id"];
  const product = typeof id === "number" ? env.row("product.product", id) : undefined;
  if (!product) {
    values["price_unit"] ??= 0;
    return;
  }
  const model = env.model("product.product");
  values[unitField(env.version)] ??= env.follow(model, product, "product_tmpl_id.uom_id");
  if (!("price_unit" in values)) {
    values["price_unit"] = env.follow(model, product, "product_tmpl_id.list_price");
  }
  values["name"] ??= description(env, product);
}

/** The taxes of the product, as a command. */
function productTaxes(env: Env, given: Values): RpcValue {
  const id = given["product_id"];
  const product = typeof id === "number" ? env.row("product.product", id) : undefined;
  const model = env.model("product.product");
  const taxes = product ? env.follow(model, product, "product_tmpl_id.taxes_id") : [];
  return [[6, 0, taxesFor(env, "sale", taxes)]];
}

function description(env: Env, product: Row): string {
  const model = env.model("product.product");
  const more = env.follow(model, product, "product_tmpl_id.description_sale");
  const name = env.displayName(model.name, product.id);
  return typeof more === "string" && more !== "" ? `${name}\n${more}` : name;
}

function displayName(env: Env, row: Row): string {
  const order = String(orderOf(env, row)?.["name"] ?? "");
  const [first = ""] = String(row["name"] ?? "").split("\n");
  const product = row["product_id"];
  const name = first !== "" || typeof product !== "number"
    ? first
    : env.displayName("product.product", product);
  const customer = orderOf(env, row)?.["partner_id"];
  if (typeof customer !== "number" || env.version === 14) return `${order} - ${name}`;
  return `${order} - ${name} (${env.displayName("res.partner", customer)})`;
}

function checkLine(env: Env, row: Row): void {
  const id = row["product_id"];
  const unit = row[unitField(env.version)];
  // In 19 the column beside them is NULL at that moment, and so the check is not violated.
  if (row["display_type"] || env.version === 19) return;
  if (typeof id === "number" && typeof unit === "number") return;
  throw constraintError(
    env,
    "sale_order_line_accountable_required_fields",
    "Missing required fields on accountable sale order line.",
  );
}

const STAYS = (env: Env) =>
  env.version === 14
    ? "You can not remove an order line once the sales order is confirmed.\nYou should rather set the quantity to 0."
    : "Once a sales order is confirmed, you can't remove one of its lines (we need to track if something gets " +
      "invoiced or delivered).\n                Set the quantity to 0 instead.";

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
