/**
 * What invoices stand on: taxes, journals, accounts.
 *
 * @module
 */
import { boolean, by, char, type Choices, float, html, integer, many2many } from "./define.ts";
import { many2one, selection, text } from "./define.ts";
import type { Env } from "../orm/env.ts";
import type { Version } from "../faults.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";

/** The models around invoices, of a version. */
export function accountingModels(version: Version): Record<string, BuiltInModel> {
  return {
    "account.account": account(version),
    "account.journal": journal(version),
    "account.tax": tax(version),
    "account.tax.group": {
      description: "Tax Group",
      order: version === 14 ? "sequence asc" : "sequence asc, id",
      fields: {
        name: char("Name", { required: true, translate: true }),
        sequence: integer("Sequence", { default: 10 }),
      },
    },
    "account.payment.term": {
      description: "Payment Terms",
      order: "sequence, id",
      fields: {
        name: char("Payment Terms", { required: true, translate: true }),
        active: boolean("Active", { default: true }),
        sequence: integer("Sequence", { required: true, default: 10 }),
        note: (version === 14 ? text : html)("Description on the Invoice", { translate: true }),
        company_id: many2one("res.company", "Company"),
      },
    },
  };
}

/** The company of the user that calls. */
export function ownCompany(env: Env): number | null {
  const company = env.row("res.users", env.uid)?.["company_id"];
  return typeof company === "number" ? company : null;
}

const tax = (version: Version): BuiltInModel => ({
  description: "Tax",
  order: "sequence,id",
  namesSearch: version === 14 ? ["name", "description"] : ["name", "description", "invoice_label"],
  fields: {
    name: char("Tax Name", { required: true, translate: true }),
    amount: float("Amount", { required: true, digits: [16, 4], default: 0 }),
    amount_type: selection("Tax Computation", taxKinds(version), {
      required: true,
      default: "percent",
    }),
    type_tax_use: selection("Tax Type", [
      ["sale", "Sales"],
      ["purchase", "Purchases"],
      ["none", "None"],
    ], { required: true, default: "sale" }),
    active: boolean("Active", { default: true }),
    sequence: integer("Sequence", { required: true, default: 1 }),
    company_id: companyField({ required: true, readonly: true }),
    description: (version === 19 ? html : char)(
      version === 14 ? "Label on Invoices" : "Description",
      { translate: true },
    ),
    ...(version !== 14 && { invoice_label: char("Label on Invoices", { translate: true }) }),
    ...includedFields(version),
    include_base_amount: boolean("Affect Base of Subsequent Taxes", { default: false }),
    tax_group_id: many2one("account.tax.group", "Tax Group", { required: true, default: 1 }),
  },
});

function taxKinds(version: Version): Choices {
  const percentage = version === 19 ? "Percentage" : "Percentage of Price";
  return [
    ["group", "Group of Taxes"],
    ["fixed", "Fixed"],
    ["percent", percentage],
    ["division", `${percentage} Tax Included`],
  ];
}

function includedFields(version: Version): Record<string, BuiltInField> {
  if (version !== 19) return { price_include: boolean("Included in Price", { default: false }) };
  return {
    price_include: boolean("Price Include", {
      readonly: true,
      compute: (_env, row) => row["price_include_override"] === "tax_included",
    }),
    price_include_override: selection("Included in Price", [
      ["tax_included", "Tax Included"],
      ["tax_excluded", "Tax Excluded"],
    ]),
  };
}

const journal = (version: Version): BuiltInModel => ({
  description: "Journal",
  order: "sequence, type, code",
  namesSearch: ["name", "code"],
  fields: {
    name: char("Journal Name", { required: true, translate: true }),
    code: char(version === 19 ? "Sequence Prefix" : "Short Code", { required: true, size: 5 }),
    type: selection("Type", [
      ["sale", "Sales"],
      ["purchase", "Purchase"],
      ["cash", "Cash"],
      ["bank", "Bank"],
      ...(version === 19 ? [["credit", "Credit Card"] as const] : []),
      ["general", "Miscellaneous"],
    ], { required: true }),
    active: boolean("Active", { default: true }),
    sequence: integer("Sequence", { default: 10 }),
    company_id: companyField({ required: true, readonly: true }),
    currency_id: many2one("res.currency", "Currency"),
    default_account_id: many2one("account.account", "Default Account"),
  },
});

const account = (version: Version): BuiltInModel => ({
  description: "Account",
  order: by(version, "code, company_id", "code, company_id", "code"),
  namesSearch: ["code", "name"],
  fields: {
    code: char("Code", { required: version !== 19, size: 64, toldStore: version !== 19 }),
    name: char("Account Name", { required: true, translate: true }),
    ...(version !== 14 && {
      account_type: selection("Type", ACCOUNT_TYPES, { required: true, default: "asset_current" }),
    }),
    reconcile: boolean("Allow Reconciliation", { default: false }),
    ...(version === 19
      ? {
        company_ids: many2many("res.company", "Companies", {
          required: true,
          defaultOf: (env) => [[6, 0, [ownCompany(env) ?? 1]]],
        }),
        active: boolean("Active", { default: true }),
      }
      : {
        company_id: companyField({ required: true, readonly: version === 14 }),
        deprecated: boolean("Deprecated", { default: false }),
      }),
    currency_id: many2one("res.currency", "Account Currency"),
    note: text("Internal Notes"),
  },
  displayName: (_env, row) =>
    version === 19 ? String(row["name"] ?? "") : `${row["code"] ?? ""} ${row["name"] ?? ""}`,
});

const ACCOUNT_TYPES: Choices = [
  ["asset_receivable", "Receivable"],
  ["asset_cash", "Bank and Cash"],
  ["asset_current", "Current Assets"],
  ["asset_non_current", "Non-current Assets"],
  ["asset_prepayments", "Prepayments"],
  ["asset_fixed", "Fixed Assets"],
  ["liability_payable", "Payable"],
  ["liability_credit_card", "Credit Card"],
  ["liability_current", "Current Liabilities"],
  ["liability_non_current", "Non-current Liabilities"],
  ["equity", "Equity"],
  ["equity_unaffected", "Current Year Earnings"],
  ["income", "Income"],
  ["income_other", "Other Income"],
  ["expense", "Expenses"],
  ["expense_depreciation", "Depreciation"],
  ["expense_direct_cost", "Cost of Revenue"],
  ["off_balance", "Off-Balance Sheet"],
];

function companyField(attributes: { required?: boolean; readonly?: boolean }): BuiltInField {
  return many2one("res.company", "Company", { ...attributes, defaultOf: ownCompany });
}
