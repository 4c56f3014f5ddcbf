/**
 * The items behind an invoice: each line is one, each tax is one, and what the customer owes balances them.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { roundTo } from "../orm/fields.ts";
import type { Row } from "../orm/store.ts";
import { number, type Priced, priceOf } from "./taxes.ts";

/** All items of an entry. */
export function itemsOf(env: Env, move: number): Row[] {
  return env.store.find("account.move.line", ["move_id"], [move])
    .flatMap((id) => env.row("account.move.line", id) ?? []);
}

/** Whether an entry is an invoice, a bill or the like. */
export function isInvoice(row: Row): boolean {
  return row["move_type"] !== "entry";
}

/** Whether it goes to a customer. */
export function isOutgoing(type: unknown): boolean {
  return String(type).startsWith("out_");
}

/** 1 where the total is owed to the company, -1 where it owes. */
export function signOf(row: Row): 1 | -1 {
  return ["out_invoice", "in_refund", "out_receipt"].includes(String(row["move_type"])) ? 1 : -1;
}

/** What a line is for: it is kept beside the fields, because Odoo 14 has no field for it. */
export type Kind = "product" | "tax" | "payment_term";

/** What a line is for. */
export function kindOf(row: Row): Kind {
  const kind = row["kind"];
  return kind === "tax" || kind === "payment_term" ? kind : "product";
}

/** Price of a line of an invoice. */
export function itemPrice(env: Env, row: Row): Priced {
  if (kindOf(row) !== "product") return { untaxed: 0, tax: 0, taxes: new Map() };
  return priceOf(env, row, "quantity", "tax_ids");
}

/**
 * Works the amounts of all items out, and makes, changes and drops those of taxes and of the total: in drafts, and in
 * what a test gives.
 */
export function balance(env: Env, id: number, given = false): void {
  const move = env.row("account.move", id);
  if (!move || !isInvoice(move) || (move["state"] !== "draft" && !given)) return;
  const sign = signOf(move);
  const taxes = new Map<number, number>();
  let rest = 0;
  for (const line of itemsOf(env, id)) {
    if (kindOf(line) !== "product") continue;
    const price = itemPrice(env, line);
    for (const [tax, amount] of price.taxes) taxes.set(tax, (taxes.get(tax) ?? 0) + amount);
    rest += amounts(env, line.id, -sign * price.untaxed, move);
  }
  rest += syncTaxes(env, move, taxes, sign);
  syncTotal(env, move, -rest);
}

function syncTaxes(
  env: Env,
  move: Row,
  taxes: ReadonlyMap<number, number>,
  sign: 1 | -1,
): number {
  const present = new Map(
    itemsOf(env, move.id).filter((line) => kindOf(line) === "tax")
      .map((line) => [line["tax_line_id"], line.id]),
  );
  for (const [tax, line] of present) {
    if (!taxes.has(number(tax))) env.store.remove("account.move.line", line);
  }
  let sum = 0;
  for (const [tax, amount] of taxes) {
    const name = env.row("account.tax", tax)?.["name"] ?? null;
    const account = accountOf(env, move, signOf(move) === 1 ? "251000" : "131000");
    const line = present.get(tax) ??
      insert(env, move, { kind: "tax", name, tax_line_id: tax, account_id: account });
    sum += amounts(env, line, -sign * amount, move);
  }
  return sum;
}

function syncTotal(env: Env, move: Row, owed: number): void {
  const lines = itemsOf(env, move.id);
  const total = lines.find((line) => kindOf(line) === "payment_term");
  if (!total && lines.length === 0) return;
  const code = String(move["move_type"]).startsWith("out_") ? "121000" : "211000";
  const line = total?.id ?? insert(env, move, {
    kind: "payment_term",
    name: env.version === 14 ? "" : null,
    account_id: accountOf(env, move, code),
  });
  amounts(env, line, owed, move);
  const due = { date_maturity: move["invoice_date_due"] ?? null };
  env.store.update("account.move.line", line, due);
}

/** Sets the amounts of an item, and what it has from its entry. */
function amounts(env: Env, id: number, amount: number, move: Row): number {
  const rounded = roundTo(amount, 2);
  const row = env.row("account.move.line", id);
  if (!row) return 0;
  env.store.update("account.move.line", id, {
    debit: Math.max(0, rounded),
    credit: Math.max(0, -rounded) || 0,
    balance: rounded,
    amount_currency: rounded,
    partner_id: move["partner_id"] ?? null,
    currency_id: move["currency_id"] ?? null,
  });
  return rounded;
}

function insert(env: Env, move: Row, values: { [field: string]: RpcValue }): number {
  const id = env.store.nextId("account.move.line");
  const generated: typeof values = env.version === 14
    ? { exclude_from_invoice_tab: true, sequence: 10, quantity: 1 }
    : {
      display_type: values["kind"] ?? null,
      sequence: values["kind"] === "tax" ? 10_000 : 12_000,
      quantity: 0,
    };
  env.store.insert("account.move.line", {
    ...{ price_unit: 0, discount: 0, tax_ids: [], move_id: move.id },
    ...generated,
    ...values,
    create_uid: env.uid,
    create_date: env.now,
    write_uid: env.uid,
    write_date: env.now,
    id,
  });
  return id;
}

/** The account of a number, in the chart of a fresh database. */
export function accountOf(env: Env, _move: Row, code: string): number | null {
  const found = [...env.store.rows("account.account")].find((row) => row["code"] === code);
  return found?.id ?? null;
}
