/**
 * Lines of invoices, and the items of taxes and totals beside them.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { boolean, char, type Choices, date, float, integer, many2many } from "./define.ts";
import { many2one, monetary, price, selection } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { userError, type Version } from "../faults.ts";
import { accountOf, balance, isOutgoing, itemPrice, kindOf } from "./invoice_items.ts";
import { MOVE_STATES } from "./invoices.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import type { Values } from "../orm/records.ts";
import type { Row } from "../orm/store.ts";
import { number, taxesFor } from "./taxes.ts";

const TWO_DECIMALS = { digits: [16, 2] } as const;

/** `account.move.line` of a version. */
export const invoiceLine = (version: Version): BuiltInModel => ({
  description: "Journal Item",
  order: "date desc, move_name desc, id",
  namesSearch: version === 14 ? ["name"] : ["name", "move_id", "product_id"],
  fields: { ...lineFields(version), ...amountFields(version), ...moveFields(version) },
  displayName: (env, row) => {
    const move = row["move_id"];
    const name = typeof move === "number" ? env.displayName("account.move", move) : "";
    return row["name"] ? `${name} ${row["name"]}` : name;
  },
  beforeCreate: complete,
  completeGiven(env, values) {
    // A line of a total or of a tax is what the database has made of the others.
    if (values["display_type"] === "payment_term" || values["display_type"] === "tax") {
      values["kind"] = values["display_type"];
    } else if (values["exclude_from_invoice_tab"] === true) {
      values["kind"] = values["tax_line_id"] ? "tax" : "payment_term";
    } else complete(env, values);
  },
  afterCreate: (env, id) => rebalance(env, [id]),
  afterWrite: (env, lines) => rebalance(env, lines),
  beforeUnlink(env, lines) {
    const moves = movesOf(env, lines);
    if (moves.some((move) => move["state"] === "posted")) {
      throw userError(
        "You cannot delete an item linked to a posted entry.",
      );
    }
  },
});

/** Whether a line is one that people write on an invoice. */
export function shownOnInvoice(version: Version, row: Row): boolean {
  return version === 14 ? row["exclude_from_invoice_tab"] !== true : kindOf(row) === "product";
}

function lineFields(version: Version): Record<string, BuiltInField> {
  return {
    move_id: many2one("account.move", "Journal Entry", {
      required: true,
      readonly: true,
      ondelete: "cascade",
    }),
    sequence: integer("Sequence", { default: version === 14 ? 10 : 100 }),
    name: char("Label"),
    product_id: many2one("product.product", "Product", { ondelete: "restrict" }),
    product_uom_id: many2one("uom.uom", version === 19 ? "Unit" : "Unit of Measure"),
    quantity: float("Quantity", { ...TWO_DECIMALS, default: 1 }),
    price_unit: float("Unit Price", price(version)),
    discount: float("Discount (%)", { ...TWO_DECIMALS, default: 0 }),
    tax_ids: many2many("account.tax", "Taxes", { defaultOf: productTaxes }),
    tax_line_id: many2one("account.tax", "Originator Tax", { readonly: true }),
    display_type: selection("Display Type", lineTypes(version), {
      ...(version !== 14 && { required: true, default: "product" }),
    }),
    account_id: many2one("account.account", "Account"),
    ...(version === 14 && {
      exclude_from_invoice_tab: boolean("Exclude From Invoice Tab", { default: false }),
    }),
  };
}

function lineTypes(version: Version): Choices {
  const notes: Choices = [["line_section", "Section"], ["line_note", "Note"]];
  if (version === 14) return notes;
  return [
    ["product", "Product"],
    ["cogs", "Cost of Goods Sold"],
    ["tax", "Tax"],
    ["discount", "Discount"],
    ["rounding", "Rounding"],
    ["payment_term", "Payment Term"],
    ["line_section", "Section"],
    ...(version === 19 ? [["line_subsection", "Subsection"] as const] : []),
    ["line_note", "Note"],
    ["epd", "Early Payment Discount"],
    ...(version === 19
      ? [
        ["non_deductible_product_total", "Non Deductible Products Total"] as const,
        ["non_deductible_product", "Non Deductible Products"] as const,
        ["non_deductible_tax", "Non Deductible Tax"] as const,
      ]
      : []),
  ];
}

function amountFields(version: Version): Record<string, BuiltInField> {
  const attributes = { readonly: true, store: true } as const;
  return {
    price_subtotal: monetary("Subtotal", {
      ...attributes,
      compute: (env, row) => itemPrice(env, row).untaxed,
    }),
    price_total: monetary("Total", {
      ...attributes,
      compute: (env, row) => {
        const { untaxed, tax } = itemPrice(env, row);
        return Math.round((untaxed + tax) * 100) / 100;
      },
    }),
    debit: monetary("Debit"),
    credit: monetary("Credit"),
    balance: monetary("Balance", { readonly: version === 14 }),
    amount_currency: monetary("Amount in Currency"),
    date_maturity: date("Due Date"),
  };
}

function moveFields(version: Version): Record<string, BuiltInField> {
  const ofMove = (field: BuiltInField, path: string): BuiltInField => ({
    ...field,
    readonly: field.readonly ?? true,
    store: true,
    copy: false,
    compute: (env, row) => env.follow(env.model("account.move.line"), row, `move_id.${path}`),
  });
  return {
    partner_id: many2one("res.partner", "Partner"),
    currency_id: many2one("res.currency", "Currency", { required: true }),
    move_name: ofMove(char("Number"), "name"),
    parent_state: ofMove(selection("Status", MOVE_STATES), "state"),
    journal_id: ofMove(many2one("account.journal", "Journal"), "journal_id"),
    company_id: ofMove(many2one("res.company", "Company"), "company_id"),
    company_currency_id: ofMove(
      many2one("res.currency", "Company Currency"),
      "company_id.currency_id",
    ),
    date: ofMove(date("Date"), "date"),
    ref: ofMove(char("Reference", { readonly: version !== 14 }), "ref"),
  };
}

/** Fills in what follows from the product. Odoo 14 leaves that to its web client. */
function complete(env: Env, values: { [field: string]: RpcValue }): void {
  const move = moveOf(env, values);
  values["currency_id"] ??= move?.["currency_id"] ?? null;
  const note = values["display_type"];
  if (note === "line_section" || note === "line_note") {
    Object.assign(values, { quantity: 0, price_unit: 0 });
    return;
  }
  const outgoing = isOutgoing(move?.["move_type"]);
  if (move) values["account_id"] ??= accountOf(env, move, outgoing ? "400000" : "600000");
  const id = values["product_id"];
  const product = typeof id === "number" ? env.row("product.product", id) : undefined;
  const model = env.model("product.product");
  if (product) values["name"] ??= env.displayName(model.name, product.id);
  if (!product || env.version === 14) return;
  values["product_uom_id"] ??= env.follow(model, product, "product_tmpl_id.uom_id");
  if ("price_unit" in values) return;
  const price = outgoing ? "product_tmpl_id.list_price" : "standard_price";
  values["price_unit"] = env.follow(model, product, price);
}

/** The taxes of the product, as a command. */
function productTaxes(env: Env, given: Values): RpcValue {
  const id = given["product_id"];
  const product = typeof id === "number" ? env.row("product.product", id) : undefined;
  if (!product || env.version === 14) return [[6, 0, []]];
  const isSale = isOutgoing(moveOf(env, given)?.["move_type"]);
  const field = isSale ? "taxes_id" : "supplier_taxes_id";
  const taxes = env.follow(env.model("product.product"), product, `product_tmpl_id.${field}`);
  return [[6, 0, taxesFor(env, isSale ? "sale" : "purchase", taxes)]];
}

function moveOf(env: Env, values: { readonly [field: string]: unknown }): Row | undefined {
  const move = values["move_id"];
  return typeof move === "number" ? env.row("account.move", move) : undefined;
}

function rebalance(env: Env, lines: readonly number[]): void {
  for (const move of movesOf(env, lines)) balance(env, move.id);
}

function movesOf(env: Env, lines: readonly number[]): Row[] {
  const moves = new Set(lines.map((id) => number(env.row("account.move.line", id)?.["move_id"])));
  return [...moves].flatMap((id) => env.row("account.move", id) ?? []);
}
