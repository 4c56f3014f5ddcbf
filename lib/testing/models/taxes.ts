/**
 * What taxes make of a price.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { lacking } from "../faults.ts";
import { roundTo } from "../orm/fields.ts";
import type { Row } from "../orm/store.ts";

/** A line with its taxes. */
export interface Priced {
  /** Amount without taxes. */
  readonly untaxed: number;
  /** Amount of the taxes. */
  readonly tax: number;
  /** Amount of each tax. */
  readonly taxes: ReadonlyMap<number, number>;
}

/** The price of a line: quantity times price less discount, and its taxes. Amounts have two decimals. */
export function priceOf(env: Env, line: Row, quantity: string, taxes: string): Priced {
  const price = number(line["price_unit"]) * (1 - number(line["discount"]) / 100);
  const untaxed = roundTo(number(line[quantity]) * price, 2);
  const amounts = new Map<number, number>();
  for (const id of ids(line[taxes])) {
    const tax = env.row("account.tax", id);
    if (tax) amounts.set(id, taxOf(env, tax, number(line[quantity]), untaxed));
  }
  const tax = roundTo([...amounts.values()].reduce((sum, amount) => sum + amount, 0), 2);
  return { untaxed, tax, taxes: amounts };
}

/** The ids in a value of a many2many field. */
export function ids(value: RpcValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "number") : [];
}

/** The taxes for sales or for purchases among those of a product. */
export function taxesFor(env: Env, use: "sale" | "purchase", value: RpcValue): number[] {
  return ids(value).filter((id) => env.row("account.tax", id)?.["type_tax_use"] === use);
}

/** A number, and 0 for none. */
export function number(value: RpcValue | undefined): number {
  return typeof value === "number" ? value : 0;
}

/** The default taxes of the company, as a command of a many2many field. */
export function companyTaxes(env: Env, field: string): RpcValue {
  const company = env.row("res.users", env.uid)?.["company_id"];
  const tax = typeof company === "number" ? env.row("res.company", company)?.[field] : null;
  return [[6, 0, typeof tax === "number" ? [tax] : []]];
}

function taxOf(env: Env, tax: Row, quantity: number, untaxed: number): number {
  const included = tax["price_include"] === true ||
    tax["price_include_override"] === "tax_included";
  if (included) throw lacking("taxes that are included in the price");
  if (tax["include_base_amount"] === true) throw lacking("taxes that other taxes build upon");
  const amount = number(tax["amount"]);
  switch (tax["amount_type"]) {
    case "percent":
      return roundTo(untaxed * amount / 100, 2);
    case "fixed":
      return roundTo(quantity * amount, 2);
    default:
      throw lacking(`taxes of the kind "${tax["amount_type"]}" in Odoo ${env.version}`);
  }
}
