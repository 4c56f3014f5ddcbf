/**
 * Currencies with their rates, banks and accounts.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { ownCompany } from "./accounting.ts";
import { boolean, char, date, float, integer, many2one, one2many, selection } from "./define.ts";
import type { Env } from "../orm/env.ts";
import type { Version } from "../faults.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import type { Row } from "../orm/store.ts";
import { number } from "./taxes.ts";

/** The models of money and banks, of a version. */
export function moneyModels(version: Version): Record<string, BuiltInModel> {
  return {
    "res.currency": currency(version),
    "res.currency.rate": rate(version),
    "res.bank": bank(version),
    "res.partner.bank": account(version),
  };
}

const currency = (version: Version): BuiltInModel => ({
  description: "Currency",
  order: "active desc, name",
  namesSearch: version === 14 ? ["name"] : ["name", "full_name"],
  unique: [{
    name: "res_currency_unique_name",
    fields: ["name"],
    message: "The currency code must be unique!",
  }],
  fields: {
    name: char("Currency", { required: true, size: 3 }),
    symbol: char("Symbol", { required: true }),
    ...(version !== 14 && { full_name: char("Name") }),
    active: boolean("Active", { default: true }),
    position: selection("Symbol Position", [
      ["after", "After Amount"],
      ["before", "Before Amount"],
    ], { default: "after" }),
    rounding: float("Rounding Factor", { digits: [12, 6], default: 0.01 }),
    decimal_places: integer("Decimal Places", {
      readonly: true,
      store: true,
      compute: (_env, row) => {
        const rounding = number(row["rounding"]);
        return rounding > 0 && rounding < 1 ? Math.ceil(-Math.log10(rounding)) : 0;
      },
    }),
    currency_unit_label: char("Currency Unit", { translate: true }),
    currency_subunit_label: char("Currency Subunit", { translate: true }),
    ...rateFields(version),
    ...(version === 19 && { iso_numeric: integer("Currency numeric code.") }),
  },
});

function rateFields(version: Version): Record<string, BuiltInField> {
  return {
    rate_ids: one2many("res.currency.rate", "currency_id", "Rates"),
    rate: float("Current Rate", { readonly: true, compute: currentRate }),
    ...(version !== 14 && {
      inverse_rate: float("Inverse Rate", {
        readonly: true,
        compute: (env, row) => 1 / currentRate(env, row),
      }),
    }),
    date: date("Date", {
      readonly: true,
      compute: (env, row) => ratesOf(env, row)[0]?.["name"] ?? null,
    }),
  };
}

/** The rate of today: the newest that is not of the future. */
function currentRate(env: Env, row: Row): number {
  const today = env.now.slice(0, 10);
  const known = ratesOf(env, row).find((rate) => String(rate["name"]) <= today);
  return known ? number(known["rate"]) : 1;
}

function ratesOf(env: Env, row: Row): Row[] {
  return env.store.find("res.currency.rate", ["currency_id"], [row.id])
    .flatMap((id) => env.row("res.currency.rate", id) ?? [])
    .sort((one, two) => String(one["name"]) < String(two["name"]) ? 1 : -1);
}

const rate = (version: Version): BuiltInModel => ({
  description: "Currency Rate",
  order: version === 19 ? "name desc, id" : "name desc",
  namesSearch: version === 14 ? ["name"] : ["name", "rate"],
  unique: [{
    name: "res_currency_rate_unique_name_per_day",
    fields: ["name", "currency_id", "company_id"],
    message: "Only one currency rate per day allowed!",
  }],
  fields: {
    name: date("Date", { required: true, defaultOf: (env) => env.now.slice(0, 10) }),
    rate: float(version === 14 ? "Rate" : "Technical Rate", { default: 1 }),
    currency_id: many2one("res.currency", "Currency", {
      required: true,
      readonly: true,
      ondelete: "cascade",
    }),
    company_id: many2one("res.company", "Company", { defaultOf: ownCompany }),
  },
});

const bank = (version: Version): BuiltInModel => ({
  description: "Bank",
  order: version === 19 ? "name, id" : "name",
  namesSearch: ["name", "bic"],
  fields: {
    name: char("Name", { required: true }),
    bic: char("Bank Identifier Code"),
    active: boolean("Active", { default: true }),
    street: char("Street"),
    street2: char("Street2"),
    zip: char("Zip"),
    city: char("City"),
    state: many2one("res.country.state", "Fed. State"),
    country: many2one("res.country", "Country"),
    email: char("Email"),
    phone: char("Phone"),
  },
  displayName: (_env, row) =>
    row["bic"] ? `${row["name"] ?? ""} - ${row["bic"]}` : String(row["name"] ?? ""),
});

const account = (version: Version): BuiltInModel => ({
  description: "Bank Accounts",
  order: "sequence, id",
  recName: "acc_number",
  namesSearch: version === 14 ? ["acc_number"] : ["acc_number", "partner_id"],
  unique: [{
    name: "res_partner_bank_unique_number",
    fields: version === 14 ? ["sanitized_acc_number", "company_id"] : [
      "sanitized_acc_number",
      "partner_id",
    ],
    message: version === 14
      ? "Account Number must be unique"
      : "The combination Account Number/Partner must be unique.",
  }],
  fields: accountFields(version),
  displayName: (env, row) => {
    const own = String(row["acc_number"] ?? "");
    const bank = row["bank_id"];
    if (version === 14 || typeof bank !== "number") return own;
    return `${own} - ${env.row("res.bank", bank)?.["name"] ?? ""}`;
  },
  beforeCreate: (env, values) => {
    sanitize(values);
    const partner = values["partner_id"];
    if (version === 14 || typeof partner !== "number") return;
    values["acc_holder_name"] ??= env.row("res.partner", partner)?.["name"] ?? null;
  },
  beforeWrite: (_env, _ids, values) => sanitize(values),
});

function accountFields(version: Version): Record<string, BuiltInField> {
  return {
    acc_number: char("Account Number", { required: true }),
    sanitized_acc_number: char("Sanitized Account Number", { readonly: true }),
    acc_holder_name: char("Account Holder Name"),
    acc_type: selection("Type", [["bank", "Normal"]], { readonly: true, compute: () => "bank" }),
    partner_id: many2one("res.partner", "Account Holder", {
      required: true,
      ondelete: "cascade",
    }),
    bank_id: many2one("res.bank", "Bank"),
    bank_name: char("Name", { related: "bank_id.name" }),
    bank_bic: char("Bank Identifier Code", { related: "bank_id.bic" }),
    sequence: integer("Sequence", { default: 10 }),
    currency_id: many2one("res.currency", "Currency"),
    company_id: many2one("res.company", "Company", {
      readonly: version !== 14,
      ...(version === 14 && { defaultOf: ownCompany }),
    }),
    active: boolean("Active", { default: true }),
    ...(version !== 14 && { allow_out_payment: boolean("Send Money", { default: false }) }),
  };
}

/** Account numbers are compared without blanks and signs, in capitals. */
function sanitize(values: { [field: string]: RpcValue }): void {
  const own = values["acc_number"];
  if (typeof own !== "string") return;
  values["sanitized_acc_number"] = own.replace(/\W+/g, "").toUpperCase();
}
