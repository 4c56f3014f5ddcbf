/**
 * Invoices: drafts and posted ones, their numbers and amounts. Payments are not simulated.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { ownCompany } from "./accounting.ts";
import { addressOf } from "./addresses.ts";
import { commercialPartner } from "./partner.ts";
import { boolean, by, char, type Choices, date, html } from "./define.ts";
import { many2one, monetary, one2many, selection, text } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { lacking, type Version } from "../faults.ts";
import { nextName, refuseDeletion } from "./invoice_actions.ts";
import { balance, isInvoice, isOutgoing, itemsOf, signOf } from "./invoice_items.ts";
import { shownOnInvoice } from "./invoice_lines.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import { roundTo } from "../orm/fields.ts";
import type { Row } from "../orm/store.ts";
import { number } from "./taxes.ts";
import { teamOf } from "./teams.ts";

/** `account.move` of a version. */
export const invoice = (version: Version): BuiltInModel => ({
  description: "Journal Entry",
  order: version === 14
    ? "date desc, name desc, id desc"
    : "date desc, name desc, invoice_date desc, id desc",
  namesSearch: version === 14 ? ["name"] : ["name", "partner_id.name", "ref"],
  fields: {
    ...mainFields(version),
    ...partnerFields(version),
    ...lineFields(version),
    ...amountFields(),
  },
  displayName,
  beforeCreate: complete,
  completeGiven: completeEntry,
  afterGiven: settle,
  afterCreate: (env, id) => balance(env, id),
  afterWrite(env, ids, values) {
    follow(env, ids, values);
    for (const id of ids) balance(env, id);
  },
  beforeUnlink: refuseDeletion,
});

function mainFields(version: Version): Record<string, BuiltInField> {
  const readonly = version === 14;
  const unpaid = version === 14 ? null : "not_paid";
  return {
    name: char("Number", { copy: false }),
    move_type: selection("Type", MOVE_TYPES, { required: true, readonly: true, default: "entry" }),
    state: selection("Status", MOVE_STATES, {
      required: true,
      readonly: true,
      copy: false,
      default: "draft",
    }),
    date: date("Date", {
      required: true,
      readonly,
      copy: false,
      defaultOf: (env, given) => {
        const day = given["invoice_date"];
        return typeof day === "string" && day !== "" ? day : env.now.slice(0, 10);
      },
    }),
    invoice_date: date("Invoice/Bill Date", { readonly, copy: false }),
    invoice_date_due: date("Due Date", { readonly, copy: false }),
    ref: char("Reference", { copy: false }),
    narration: (version === 14 ? text : html)("Terms and Conditions"),
    invoice_origin: char("Origin", { readonly: true }),
    payment_reference: char("Payment Reference", { copy: false }),
    payment_state: selection("Payment Status", paymentStates(version), {
      readonly: true,
      store: true,
      compute: (_env, row) => row["payment_state"] ?? (isInvoice(row) ? "not_paid" : unpaid),
      // Payments are not simulated: a test says what they have made of an invoice.
      inverse: (value) => ({ payment_state: value }),
    }),
    posted_before: boolean("Posted Before", { copy: false }),
  };
}

function partnerFields(version: Version): Record<string, BuiltInField> {
  const readonly = version === 14;
  return {
    partner_id: many2one("res.partner", "Partner", { readonly, ondelete: "restrict" }),
    commercial_partner_id: many2one("res.partner", "Commercial Entity", {
      readonly: true,
      store: true,
      compute: (env, row) => {
        const partner = row["partner_id"];
        const found = typeof partner === "number" ? env.row("res.partner", partner) : undefined;
        return found ? commercialPartner(env, found).id : null;
      },
    }),
    partner_shipping_id: many2one("res.partner", "Delivery Address", { readonly }),
    journal_id: many2one("account.journal", "Journal", { required: true, readonly }),
    company_id: many2one("res.company", "Company", {
      readonly,
      defaultOf: ownCompany,
    }),
    currency_id: many2one("res.currency", "Currency", { required: true, readonly }),
    company_currency_id: many2one("res.currency", "Company Currency", {
      readonly: true,
      related: "company_id.currency_id",
    }),
    invoice_user_id: many2one("res.users", "Salesperson", { copy: false }),
    invoice_payment_term_id: many2one("account.payment.term", "Payment Terms", { readonly }),
    team_id: many2one("crm.team", "Sales Team"),
  };
}

function lineFields(version: Version): Record<string, BuiltInField> {
  const readonly = version === 14;
  return {
    invoice_line_ids: one2many("account.move.line", "move_id", "Invoice lines", {
      readonly,
      copy: true,
      where: (row) => shownOnInvoice(version, row),
    }),
    line_ids: one2many("account.move.line", "move_id", "Journal Items", { readonly }),
  };
}

function amountFields(): Record<string, BuiltInField> {
  const amount = (string: string, of: (env: Env, row: Row) => number): BuiltInField =>
    monetary(string, { readonly: true, store: true, compute: (env, row) => cents(of(env, row)) });
  const signed = (of: (env: Env, row: Row) => number) => (env: Env, row: Row) => {
    if (row["currency_id"] !== env.follow(env.model("account.move"), row, "company_currency_id")) {
      throw lacking("amounts in the currency of the company of an invoice in another one");
    }
    return of(env, row) * signOf(row);
  };
  return {
    amount_untaxed: amount("Untaxed Amount", untaxed),
    amount_tax: amount("Tax", taxes),
    amount_total: amount("Total", total),
    amount_residual: {
      ...amount("Amount Due", residual),
      inverse: (value) => ({ amount_residual: value }),
    },
    amount_untaxed_signed: amount("Untaxed Amount Signed", signed(untaxed)),
    amount_tax_signed: amount("Tax Signed", signed(taxes)),
    amount_total_signed: amount("Total Signed", signed(total)),
    amount_residual_signed: amount("Amount Due Signed", signed(residual)),
  };
}

function untaxed(env: Env, row: Row): number {
  const lines = itemsOf(env, row.id).filter((line) => shownOnInvoice(env.version, line));
  return -signOf(row) * lines.reduce((sum, line) => sum + number(line["balance"]), 0);
}

function taxes(env: Env, row: Row): number {
  const lines = itemsOf(env, row.id).filter((line) => line["tax_line_id"]);
  return -signOf(row) * lines.reduce((sum, line) => sum + number(line["balance"]), 0);
}

function total(env: Env, row: Row): number {
  return untaxed(env, row) + taxes(env, row);
}

/** What nobody has paid yet. */
function residual(env: Env, row: Row): number {
  const state = row["payment_state"];
  if (typeof row["amount_residual"] === "number") return row["amount_residual"];
  if (state === "partial") throw lacking("the amount due of an invoice that is paid in part");
  return state && SETTLED.has(String(state)) ? 0 : total(env, row);
}

const SETTLED = new Set(["paid", "in_payment", "reversed"]);

/** Kinds of entries. */
const MOVE_TYPES: Choices = [
  ["entry", "Journal Entry"],
  ["out_invoice", "Customer Invoice"],
  ["out_refund", "Customer Credit Note"],
  ["in_invoice", "Vendor Bill"],
  ["in_refund", "Vendor Credit Note"],
  ["out_receipt", "Sales Receipt"],
  ["in_receipt", "Purchase Receipt"],
];

/** States of an entry. */
export const MOVE_STATES: Choices = [
  ["draft", "Draft"],
  ["posted", "Posted"],
  ["cancel", "Cancelled"],
];

function paymentStates(version: Version): Choices {
  return [
    ["not_paid", "Not Paid"],
    ["in_payment", "In Payment"],
    ["paid", "Paid"],
    ["partial", "Partially Paid"],
    ["reversed", "Reversed"],
    ...(version === 19 ? [["blocked", "Blocked"] as const] : []),
    ["invoicing_legacy", "Invoicing App Legacy"],
  ];
}

function complete(env: Env, values: { [field: string]: RpcValue }): void {
  const type = String(values["move_type"] ?? "entry");
  if (type === "entry") throw lacking("journal entries other than invoices");
  values["state"] = "draft";
  if (values["name"] === undefined) values["name"] = env.version === 19 ? null : "/";
  completeEntry(env, values);
  completePeople(env, type, values);
  const today = env.now.slice(0, 10);
  if (env.version === 14) {
    values["invoice_date_due"] ??= values["invoice_date"] ?? today;
    values["date"] ??= values["invoice_date"] ?? today;
    values["payment_reference"] ??= "";
  } else if (values["invoice_date_due"] === undefined || env.version === 17) {
    values["invoice_date_due"] ??= dueDate(env, values);
  }
}

function completePeople(env: Env, type: string, values: { [field: string]: RpcValue }): void {
  const partner = values["partner_id"];
  if (values["invoice_user_id"] === undefined) {
    values["invoice_user_id"] = env.version === 19 && !partner ? null : env.uid;
  }
  if (values["team_id"] === undefined) {
    const user = env.version === 14 ? env.uid : values["invoice_user_id"];
    values["team_id"] = teamOf(env, user);
  }
  if (env.version === 14 || typeof partner !== "number" || !isOutgoing(type)) return;
  if (values["partner_shipping_id"] === undefined) {
    values["partner_shipping_id"] = addressOf(env, partner, "delivery");
  }
}

/** The day that the payment terms say; today without any, in 17 and 19. */
function dueDate(env: Env, values: { readonly [field: string]: RpcValue }): RpcValue {
  const term = values["invoice_payment_term_id"];
  const today = env.now.slice(0, 10);
  if (!term) return today;
  if (term !== 1) throw lacking("due dates that payment terms say");
  return values["invoice_date"] ?? today;
}

/** In 17 and 19 the day, the customer and the salesperson of a draft bring others along. */
function follow(
  env: Env,
  ids: readonly number[],
  values: { readonly [field: string]: RpcValue },
): void {
  const { invoice_date: day, partner_id: partner, invoice_user_id: user } = values;
  if (env.version === 14) return;
  for (const id of ids) {
    const row = env.row("account.move", id);
    if (!row || row["state"] !== "draft") continue;
    const isSale = isOutgoing(String(row["move_type"]));
    const taken: { [field: string]: RpcValue } = {};
    if (typeof day === "string" && isSale) taken["date"] = day;
    if (partner !== undefined && isSale) {
      taken["partner_shipping_id"] = typeof partner === "number"
        ? addressOf(env, partner, "delivery")
        : null;
    }
    if (typeof user === "number" && isSale) taken["team_id"] = teamOf(env, user);
    const isDue = row["invoice_payment_term_id"] &&
      (day !== undefined || values["invoice_payment_term_id"] !== undefined);
    if (isDue && values["invoice_date_due"] === undefined) {
      taken["invoice_date_due"] = dueDate(env, row);
    }
    const own = Object.entries(taken).filter(([field]) => values[field] === undefined);
    env.store.update("account.move", id, Object.fromEntries(own));
  }
}

/** What every entry has, given ones as well. */
function completeEntry(env: Env, values: { [field: string]: RpcValue }): void {
  const company = values["company_id"] ??= ownCompany(env);
  values["currency_id"] ??= typeof company === "number"
    ? env.row("res.company", company)?.["currency_id"] ?? null
    : null;
  values["journal_id"] ??= journalOf(env, String(values["move_type"] ?? "entry"), company);
}

/** Gives an invoice of a test its items, and its number if it is posted. */
function settle(env: Env, id: number): void {
  const row = env.row("account.move", id);
  if (!row || !isInvoice(row)) return;
  const posted = row["state"] === "posted";
  const day = row["invoice_date"] ?? (posted ? row["date"] ?? null : null);
  const due = row["invoice_date_due"] ?? day ?? env.now.slice(0, 10);
  const dates = { invoice_date: day, invoice_date_due: due, ...(day && { date: day }) };
  const name = row["name"] ?? (env.version === 19 ? null : "/");
  env.store.update("account.move", id, { ...dates, name });
  balance(env, id, true);
  const dated = env.row("account.move", id);
  if (!posted || !dated) return;
  const number = dated["name"] && dated["name"] !== "/"
    ? dated["name"]
    : nextName(env, dated, String(day));
  env.store.update("account.move", id, { name: number, posted_before: true });
}

function journalOf(env: Env, type: string, company: RpcValue): RpcValue {
  const kind = type === "entry" ? "general" : isOutgoing(type) ? "sale" : "purchase";
  const found = [...env.store.rows("account.journal")].find((row) =>
    row["type"] === kind && row["company_id"] === company
  );
  return found?.id ?? null;
}

function displayName(env: Env, row: Row): string {
  const name = String(row["name"] ?? "/");
  const reference = referenceOf(env, row);
  if (row["state"] !== "draft") return `${name}${reference}`;
  const label = isInvoice(row) ? DRAFTS[String(row["move_type"])] ?? "Draft Entry" : "Draft Entry";
  const number = name === "/"
    ? by(env.version, ` (* ${row.id})`, ` (* ${row.id})`, "")
    : ` ${name}`;
  return `${label}${number}${reference}`.trimEnd();
}

/** The reference in brackets. How a long one is cut is not simulated. */
function referenceOf({ version }: Env, row: Row): string {
  const { ref } = row;
  if (typeof ref !== "string" || ref === "") return "";
  if (version === 14) return ` (${ref.slice(0, 50)})`;
  const text = ref.split(/\s+/).filter((word) => word !== "").join(" ");
  if (text.length > 50) throw lacking("names of invoices with a reference of more than 50 letters");
  return ` (${text})`;
}

const DRAFTS: Readonly<Record<string, string>> = {
  out_invoice: "Draft Invoice",
  out_refund: "Draft Credit Note",
  in_invoice: "Draft Bill",
  in_refund: "Draft Vendor Credit Note",
  out_receipt: "Draft Sales Receipt",
  in_receipt: "Draft Purchase Receipt",
};

function cents(amount: number): number {
  return roundTo(amount, 2);
}
