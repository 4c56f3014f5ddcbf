/**
 * What the modules for products, sales and invoices bring into a fresh database: units, categories, taxes, journals,
 * accounts, stages, with the ids and external ids of real ones where those are the same everywhere.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Version } from "../faults.ts";
import { UNIT_CATEGORIES, units } from "./units.ts";

/** A record, and its external id where it has one. */
export interface StandardRecord {
  /** Name of the model. */
  readonly model: string;
  /** External id, with its module. */
  readonly xmlid?: string;
  /** Values, the id among them. */
  readonly record: { readonly [field: string]: RpcValue };
}

/** The records of a version, in an order in which they can be made. */
export function standardRecords(version: Version): StandardRecord[] {
  return [...unitRecords(version), ...productRecords(version), ...accountRecords(version)]
    .concat(termRecords(version), leadRecords(version), messageRecords());
}

function unitRecords(version: Version): StandardRecord[] {
  const categories = version === 19 ? [] : UNIT_CATEGORIES;
  return [
    ...categories.map(([id, name, xmlid]) => ({
      model: "uom.category",
      xmlid: `uom.${xmlid}`,
      record: { id, name },
    })),
    ...units(version).map((unit) => ({ model: "uom.uom", ...unit })),
  ];
}

function productRecords(version: Version): StandardRecord[] {
  return [
    ...categories(version).map(([name, xmlid], index) => ({
      model: "product.category",
      xmlid: `product.${xmlid}`,
      record: {
        id: index + 1,
        name,
        ...(version !== 19 && index > 0 && { parent_id: 1 }),
      },
    })),
    {
      model: "product.pricelist",
      ...(version === 14 && { xmlid: "product.list0" }),
      record: {
        id: 1,
        name: version === 14 ? "Public Pricelist" : "Default",
        currency_id: version === 14 ? 2 : 1,
        company_id: version === 14 ? false : 1,
      },
    },
    {
      model: "ir.sequence",
      xmlid: "sale.seq_sale_order",
      record: {
        id: 1,
        name: "Sales Order",
        code: "sale.order",
        prefix: "S",
        padding: 5,
        company_id: false,
      },
    },
  ];
}

function categories(version: Version): (readonly [name: string, xmlid: string])[] {
  if (version !== 19) {
    return [
      ["All", "product_category_all"],
      ["Saleable", "product_category_1"],
      ["Expenses", "cat_expense"],
    ];
  }
  return [
    ["Goods", "product_category_goods"],
    ["Expenses", "product_category_expenses"],
    ["Services", "product_category_services"],
  ];
}

/** The first terms are the same in all versions. */
function termRecords(version: Version): StandardRecord[] {
  const names = ["Immediate Payment", "15 Days", "21 Days", "30 Days", "45 Days"];
  return names.map((name, index) => {
    const [first = ""] = name.toLowerCase().split(" payment");
    const note = `Payment terms: ${name}`;
    return {
      model: "account.payment.term",
      xmlid: `account.account_payment_term_${first.replace(" ", "")}`,
      record: { id: index + 1, name, note: version === 14 ? note : `<p>${note}</p>` },
    };
  });
}

function accountRecords(version: Version): StandardRecord[] {
  const name = version === 14 ? "Tax 15.00%" : "15%";
  const more: StandardRecord["record"] = version === 14 ? { description: "15.00%" } : {};
  const tax = { name, amount: 15, company_id: 1, tax_group_id: version === 14 ? 2 : 1, ...more };
  const groups = version === 14 ? ["Taxes", "Tax 15%"] : ["Tax 15%"];
  return [
    ...groups.map((name, index) => ({
      model: "account.tax.group",
      record: { id: index + 1, name, sequence: name === "Taxes" ? 0 : 10 },
    })),
    { model: "account.tax", record: { ...tax, id: 1, type_tax_use: "sale" } },
    { model: "account.tax", record: { ...tax, id: 2, type_tax_use: "purchase" } },
    ...ACCOUNTS.map(([code, name, kind], index) => ({
      model: "account.account",
      record: {
        id: index + 1,
        code,
        name,
        ...(version !== 14 && { account_type: kind }),
        ...(version === 19 ? { company_ids: [1] } : { company_id: 1 }),
        reconcile: kind === "asset_receivable" || kind === "liability_payable",
      },
    })),
    ...journals(version).map(([name, code, type, account], index) => ({
      model: "account.journal",
      record: {
        ...{ id: index + 1, name, code, type, company_id: 1, sequence: 5 + index },
        default_account_id: account === "" ? false : accountId(account),
      },
    })),
  ];
}

const ACCOUNTS: readonly (readonly [code: string, name: string, type: string])[] = [
  ["101401", "Bank", "asset_cash"],
  ["121000", "Account Receivable", "asset_receivable"],
  ["131000", "Tax Paid", "asset_current"],
  ["211000", "Account Payable", "liability_payable"],
  ["251000", "Tax Received", "liability_current"],
  ["400000", "Product Sales", "income"],
  ["600000", "Expenses", "expense"],
];

function accountId(code: string): number {
  return ACCOUNTS.findIndex(([each]) => each === code) + 1;
}

function journals(
  version: Version,
): (readonly [name: string, code: string, type: string, account: string])[] {
  const [sales, purchases] = version === 19
    ? ["Sales", "Purchases"]
    : ["Customer Invoices", "Vendor Bills"];
  return [
    [sales ?? "", "INV", "sale", "400000"],
    [purchases ?? "", "BILL", "purchase", "600000"],
    ["Miscellaneous Operations", "MISC", "general", ""],
    ["Bank", "BNK1", "bank", "101401"],
  ];
}

function leadRecords(version: Version): StandardRecord[] {
  const stages = [["New", 1], ["Qualified", 2], ["Proposition", 3], ["Won", 70]] as const;
  const reasons = ["Too expensive", "We don't have people/skills", "Not enough stock"];
  return [
    ...teamRecords(version),
    ...stages.map(([name, sequence], index) => ({
      model: "crm.stage",
      xmlid: `crm.stage_lead${index + 1}`,
      record: { id: index + 1, name, sequence, is_won: name === "Won" },
    })),
    ...reasons.map((name, index) => ({
      model: "crm.lost.reason",
      xmlid: `crm.lost_reason_${index + 1}`,
      record: { id: index + 1, name },
    })),
  ];
}

/** Sales teams; those of shops and tills take no opportunities. */
function teamRecords(version: Version): StandardRecord[] {
  const [main, second] = version === 14 ? ["Europe", "America"] : ["Sales", "Pre-Sales"];
  const [last, demo] = version === 19 ? [4, 5] : [5, 6];
  const members = (user: number) => ({ member_ids: [[6, 0, [user]]] });
  const shop = { sequence: 10, use_opportunities: false };
  const leader = version === 19 && { user_id: 2 };
  const teams: [xmlid: string, record: StandardRecord["record"]][] = [
    ["team_sales_department", { id: 1, name: main, sequence: 0, ...members(2), ...leader }],
    ["salesteam_website_sales", { id: 2, name: "Website", ...shop }],
    ["pos_sales_team", { id: 3, name: "Point of Sale", ...shop }],
    ["crm_team_1", { id: last, name: second, sequence: 10, use_leads: true, ...members(demo) }],
  ];
  return teams.map(([xmlid, record]) => ({
    model: "crm.team",
    xmlid: `sales_team.${xmlid}`,
    record: { company_id: false, ...record },
  }));
}

function messageRecords(): StandardRecord[] {
  return ["Discussions", "Note", "Activities"].map((name, index) => ({
    model: "mail.message.subtype",
    xmlid: `mail.mt_${["comment", "note", "activities"][index]}`,
    record: { id: index + 1, name },
  }));
}
