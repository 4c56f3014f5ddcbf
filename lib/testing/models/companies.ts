/**
 * `res.company`: each comes with a partner, and with its maker as its first user.
 *
 * @module
 */
import type { Env } from "../orm/env.ts";
import { userError, type Version } from "../faults.ts";
import { many2one } from "./define.ts";
import type { BuiltInModel } from "../orm/models.ts";
import { duplicate } from "../orm/constraints.ts";
import { countCompanies } from "./user_rules.ts";
import type { Row } from "../orm/store.ts";

/** `res.company` of a version. */
export const company = (version: Version): BuiltInModel => ({
  description: "Companies",
  order: "sequence, name",
  inherits: { field: "partner_id", model: "res.partner" },
  parentStore: version !== 14,
  copyValues() {
    throw userError(
      "Duplicating a company is not allowed. Please create a new company instead.",
    );
  },
  fields: {
    name: { type: "char", string: "Company Name", required: true, related: "partner_id.name" },
    partner_id: { type: "many2one", string: "Partner", relation: "res.partner", required: true },
    currency_id: {
      type: "many2one",
      string: "Currency",
      relation: "res.currency",
      required: true,
      defaultOf: currencyOfUser,
    },
    user_ids: {
      type: "many2many",
      string: "Accepted Users",
      relation: "res.users",
      mirror: { model: "res.users", field: "company_ids" },
    },
    parent_id: { type: "many2one", string: "Parent Company", relation: "res.company" },
    child_ids: {
      type: "one2many",
      string: version === 14 ? "Child Companies" : "Branches",
      relation: "res.company",
      relationField: "parent_id",
    },
    sequence: { type: "integer", string: "Sequence", default: 10 },
    ...(version !== 14 &&
      { active: { type: "boolean", string: "Active", default: true } as const }),
    email: { type: "char", string: "Email", related: "partner_id.email" },
    phone: { type: "char", string: "Phone", related: "partner_id.phone" },
    vat: { type: "char", string: "Tax ID", related: "partner_id.vat" },
    website: { type: "char", string: "Website Link", related: "partner_id.website" },
    account_sale_tax_id: many2one("account.tax", "Default Sale Tax"),
    account_purchase_tax_id: many2one("account.tax", "Default Purchase Tax"),
  },
  displayName: (env, row) =>
    String(env.follow(env.model("res.company"), row, "partner_id.name") ?? ""),
  afterCreate: join,
  check: checkName,
});

function currencyOfUser(env: Env): number {
  const own = env.row("res.users", env.uid)?.["company_id"];
  const currency = typeof own === "number" ? env.row("res.company", own)?.["currency_id"] : null;
  return typeof currency === "number" ? currency : 1;
}

/** Whoever makes a company may work in it, and in its branches. */
function join(env: Env, id: number): void {
  const partner = env.row("res.company", id)?.["partner_id"];
  if (typeof partner === "number") env.store.update("res.partner", partner, { is_company: true });
  const own = env.row("res.users", env.uid)?.["company_ids"];
  if (!Array.isArray(own)) return;
  env.store.update("res.users", env.uid, { company_ids: [...own, id] });
  countCompanies(env, [env.uid]);
}

function checkName(env: Env, row: Row): void {
  const name = env.displayName("res.company", row.id);
  for (const other of env.store.rows("res.company")) {
    if (other.id === row.id || env.displayName("res.company", other.id) !== name) continue;
    throw duplicate(env, env.model("res.company"), { ...row, name }, {
      name: "res_company_name_uniq",
      fields: ["name"],
      message: `The company name must be unique${env.version === 14 ? " " : ""}!`,
    });
  }
}
