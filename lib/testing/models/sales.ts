/**
 * Quotations and orders. Amounts are worked out when they are read, as the sums of the lines.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { addressOf } from "./addresses.ts";
import { boolean, char, date, datetime, integer, many2many, many2one } from "./define.ts";
import { type Choices, html, monetary, one2many, selection, text } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { userError, type Version } from "../faults.ts";
import type { Method } from "../orm/methods.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import { isInteger, truthy } from "../python.ts";
import { existing, writeRecords } from "../orm/records.ts";
import { roundTo } from "../orm/fields.ts";
import { nextNumber } from "./sequences.ts";
import type { Row } from "../orm/store.ts";
import { teamOf } from "./teams.ts";
import { invoiceStatus, linePrice, linesOf } from "./sale_lines.ts";

/** `sale.order` of a version. */
export const saleOrder = (version: Version): BuiltInModel => ({
  description: "Sales Order",
  order: "date_order desc, id desc",
  fields: {
    ...mainFields(version),
    ...partnerFields(version),
    ...amountFields(),
    ...otherFields(version),
  },
  beforeCreate: complete,
  completeGiven(env, values) {
    const { user_id: user = null } = values;
    complete(env, values);
    values["user_id"] = user;
  },
  afterWrite: follow,
  beforeUnlink(env, ids) {
    for (const row of existing(env, env.model("sale.order"), ids)) {
      if (row["state"] === "draft" || row["state"] === "cancel") continue;
      throw userError(
        "You can not delete a sent quotation or a confirmed sales order. You must first cancel it.",
      );
    }
  },
});

const QUOTATION = ["draft", "sent"];

/** States of an order. */
export function orderStates(version: Version): Choices {
  return [
    ["draft", "Quotation"],
    ["sent", "Quotation Sent"],
    ["sale", "Sales Order"],
    ...(version === 14 ? [["done", "Locked"] as const] : []),
    ["cancel", "Cancelled"],
  ];
}

function mainFields(version: Version): Record<string, BuiltInField> {
  const readonly = version === 14;
  return {
    name: char("Order Reference", {
      required: true,
      readonly,
      openIn: ["draft"],
      copy: false,
      default: "New",
    }),
    state: selection("Status", orderStates(version), {
      readonly: true,
      copy: false,
      default: "draft",
    }),
    date_order: datetime("Order Date", {
      required: true,
      readonly,
      openIn: QUOTATION,
      copy: false,
      defaultOf: (env) => env.now.slice(0, 19),
    }),
    validity_date: date("Expiration", {
      readonly,
      openIn: QUOTATION,
      copy: false,
      ...(version !== 14 && { defaultOf: (env: Env) => inDays(env, 30) }),
    }),
    commitment_date: datetime("Delivery Date", { copy: false }),
    order_line: one2many("sale.order.line", "order_id", "Order Lines", { copy: true }),
    ...(version !== 14 && { locked: boolean("Locked", { copy: false, default: false }) }),
    client_order_ref: char("Customer Reference", { copy: false }),
    origin: char("Source Document"),
    note: version === 14
      ? text("Terms and conditions", { default: "" })
      : html("Terms and conditions"),
    reference: char("Payment Ref.", { copy: false }),
  };
}

function partnerFields(version: Version): Record<string, BuiltInField> {
  const attributes = { required: true, readonly: version === 14, openIn: [...QUOTATION, "sale"] };
  return {
    partner_id: many2one("res.partner", "Customer", { ...attributes, openIn: QUOTATION }),
    partner_invoice_id: many2one("res.partner", "Invoice Address", attributes),
    partner_shipping_id: many2one("res.partner", "Delivery Address", attributes),
    user_id: many2one("res.users", "Salesperson"),
    team_id: many2one("crm.team", "Sales Team", {
      ...(version === 14 && { defaultOf: (env) => teamOf(env, env.uid) }),
    }),
    company_id: many2one("res.company", "Company", {
      required: true,
      defaultOf: (env) => env.row("res.users", env.uid)?.["company_id"] ?? 1,
    }),
  };
}

function amountFields(): Record<string, BuiltInField> {
  const sum = (string: string, of: (price: ReturnType<typeof linePrice>) => number) =>
    monetary(string, {
      readonly: true,
      store: true,
      compute: (env, row) => {
        const prices = linesOf(env, row.id).map((line) => of(linePrice(env, line)));
        return roundTo(prices.reduce((total, price) => total + price, 0), 2);
      },
    });
  return {
    amount_untaxed: sum("Untaxed Amount", ({ untaxed }) => untaxed),
    amount_tax: sum("Taxes", ({ tax }) => tax),
    amount_total: sum("Total", ({ untaxed, tax }) => untaxed + tax),
  };
}

function otherFields(version: Version): Record<string, BuiltInField> {
  return {
    currency_id: many2one("res.currency", "Currency", {
      readonly: true,
      store: true,
      compute: (env, row) => env.follow(env.model("sale.order"), row, "company_id.currency_id"),
    }),
    pricelist_id: many2one("product.pricelist", "Pricelist", {
      required: version === 14,
      readonly: version === 14,
      openIn: QUOTATION,
      ...(version === 14 && {
        defaultOf: (env) => [...env.store.rows("product.pricelist")][0]?.id ?? null,
      }),
    }),
    payment_term_id: many2one("account.payment.term", "Payment Terms"),
    invoice_status: selection("Invoice Status", INVOICE_STATES, {
      readonly: true,
      store: true,
      compute: (env, row) => {
        const states = linesOf(env, row.id).map((line) => invoiceStatus(env, line));
        if (row["state"] !== "sale" && row["state"] !== "done") return "no";
        return states.includes("to invoice") ? "to invoice" : "no";
      },
    }),
    invoice_ids: many2many("account.move", "Invoices", { readonly: true, compute: () => [] }),
    invoice_count: integer("Invoice Count", { readonly: true, compute: () => 0 }),
    tag_ids: many2many("crm.tag", "Tags"),
    opportunity_id: many2one("crm.lead", "Opportunity"),
  };
}

/** What becomes of delivered and ordered quantities. */
export const INVOICE_STATES: Choices = [
  ["upselling", "Upselling Opportunity"],
  ["invoiced", "Fully Invoiced"],
  ["to invoice", "To Invoice"],
  ["no", "Nothing to Invoice"],
];

/** In 17 and 19 a new customer brings the own addresses along, and a new salesperson the team. */
function follow(
  env: Env,
  ids: readonly number[],
  values: { readonly [field: string]: RpcValue },
): void {
  const { partner_id: partner, user_id: user } = values;
  if (env.version === 14 || (partner === undefined && user === undefined)) return;
  for (const id of ids) {
    const row = env.row("sale.order", id);
    if (!row) continue;
    const taken: { [field: string]: RpcValue } = {};
    if (typeof partner === "number") {
      taken["partner_invoice_id"] = addressOf(env, partner, "invoice");
      taken["partner_shipping_id"] = addressOf(env, partner, "delivery");
      taken["user_id"] = row["user_id"] ?? salesperson(env, partner);
      // Contacts of the simulator have no payment terms of their own
      taken["payment_term_id"] = null;
    }
    taken["team_id"] = teamOf(env, taken["user_id"] ?? row["user_id"]);
    const own = Object.entries(taken).filter(([field]) => values[field] === undefined);
    env.store.update("sale.order", id, Object.fromEntries(own));
  }
}

/** Fills in what follows from the customer, and takes a number. */
function complete(env: Env, values: { [field: string]: RpcValue }): void {
  const partner = values["partner_id"];
  if (typeof partner === "number") {
    values["partner_invoice_id"] ??= addressOf(env, partner, "invoice");
    values["partner_shipping_id"] ??= addressOf(env, partner, "delivery");
    if (!("user_id" in values)) values["user_id"] = salesperson(env, partner);
  }
  values["state"] ??= "draft";
  if (values["team_id"] === undefined) values["team_id"] = teamOf(env, values["user_id"]);
  const { name } = values;
  if (name === undefined || name === "New") values["name"] = nextNumber(env, "sale.order");
}

function salesperson(env: Env, partner: number): number {
  const own = env.row("res.partner", partner)?.["user_id"];
  return env.version !== 14 && typeof own === "number" ? own : env.uid;
}

function inDays(env: Env, days: number): string {
  const day = Date.parse(`${env.now.slice(0, 10)}T00:00:00Z`);
  return new Date(day + days * 86_400_000).toISOString().slice(0, 10);
}

/** Methods of `sale.order`. */
export function orderMethods(version: Version): Record<string, Method> {
  return {
    action_confirm: action((env, rows) => {
      refuseConfirmation(env, rows);
      set(env, rows, { state: "sale", date_order: env.now.slice(0, 19) });
      return true;
    }),
    action_cancel: action((env, rows) => {
      if (rows.some((row) => row["locked"] === true)) {
        throw userError("You cannot cancel a locked order. Please unlock it first.");
      }
      const asks = version === 17 && !truthy(env.context["disable_cancel_warning"]) &&
        rows.some((row) => row["state"] !== "draft");
      if (asks) {
        throw userError(
          "The simulated Odoo does not have the window that asks about cancelling a confirmed order yet: " +
            "give the context disable_cancel_warning",
        );
      }
      return set(env, rows, { state: "cancel" });
    }),
    action_quotation_sent: action((env, rows) => {
      if (rows.some((row) => row["state"] !== "draft")) {
        throw userError("Only draft orders can be marked as sent directly.");
      }
      set(env, rows, { state: "sent" });
      return null;
    }),
    ...lockMethods(version),
    action_draft: action((env, rows) =>
      set(env, rows.filter((row) => row["state"] === "cancel" || row["state"] === "sent"), {
        state: "draft",
      })
    ),
  };
}

/** To lock is a state in 14, and a mark in 17 and 19. */
function lockMethods(version: Version): Record<string, Method> {
  if (version === 14) {
    return {
      action_done: action((env, rows) => set(env, rows, { state: "done" })),
      action_unlock: action((env, rows) => set(env, rows, { state: "sale" }) && null),
    };
  }
  return {
    action_lock: action((env, rows) => set(env, rows, { locked: true }) && null),
    action_unlock: action((env, rows) => set(env, rows, { locked: false }) && null),
  };
}

function refuseConfirmation(env: Env, rows: readonly Row[]): void {
  const confirmable = env.version === 14 ? ["draft", "sent", "sale"] : ["draft", "sent"];
  const wrong = rows.filter((row) => !confirmable.includes(String(row["state"])));
  if (wrong.length === 0) return;
  if (env.version === 14) {
    throw userError("It is not allowed to confirm an order in the following states: cancel, done");
  }
  const names = wrong.map(({ id }) => env.displayName("sale.order", id)).join(", ");
  throw userError(
    env.version === 17
      ? `The following orders are not in a state requiring confirmation: ${names}`
      : "Some orders are not in a state requiring confirmation.",
  );
}

function set(env: Env, rows: readonly Row[], values: { [field: string]: RpcValue }): true {
  writeRecords(env, env.model("sale.order"), rows.map(({ id }) => id), values);
  return true;
}

function action(run: (env: Env, rows: Row[]) => RpcValue): Method {
  return {
    kind: "multi",
    parameters: "",
    access: "write",
    run: ({ env, model, ids }) => run(env, existing(env, model, ids.filter(isInteger))),
  };
}
