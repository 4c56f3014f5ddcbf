/**
 * The groups, rights and record rules that stand in a fresh database.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { ACCESS, GROUPS } from "./access_data.ts";
import { sectionField } from "./groups.ts";
import { RULES } from "./rules_data.ts";
import type { Env } from "../orm/env.ts";
import { groupId } from "../orm/groups.ts";
import type { Version } from "../faults.ts";

/** A record to insert. */
type Given = { readonly [field: string]: RpcValue };

/** A group as it is inserted, with its external id. */
export interface GivenGroup {
  /** External id. */
  readonly xmlid: string;
  /** Its values. */
  readonly values: Given;
}

/** Sections of groups, by their ids, which begin with 1. */
export function sections(version: Version): Given[] {
  return sectionNames(version).map((name, index) => ({
    id: index + 1,
    name,
    ...(name in SEQUENCES && { sequence: SEQUENCES[name] ?? null }),
  }));
}

/** Groups by their ids, which begin with 1. */
export function groups(version: Version): GivenGroup[] {
  const names = sectionNames(version);
  const parsed = linesOf(GROUPS[version]).map((line) => line.split("|"));
  const ids = new Map(parsed.map(([name = ""], index) => [xmlidOf(name), index + 1]));
  return parsed.map((
    [name = "", label = "", section = "", sequence = "", implied = ""],
    index,
  ) => ({
    xmlid: xmlidOf(name),
    values: {
      id: index + 1,
      name: label,
      [sectionField(version)]: section === "" ? false : names.indexOf(section) + 1,
      ...(version === 19 && sequence !== "" && { sequence: Number(sequence) }),
      implied_ids: wordsOf(implied).map((word) => ids.get(xmlidOf(word)) ?? 0),
    },
  }));
}

/** Rights on the models that are there. A model without any is open to all internal users. */
export function accessRows(env: Env, skipped: ReadonlySet<number>): Given[] {
  const rows: Given[] = [];
  const open = new Set(env.registry.keys());
  for (const line of linesOf(ACCESS)) {
    const [, versions = "", model = "", rights = ""] = /^(\S+) (\S+): (.*)$/.exec(line) ?? [];
    if (!isOf(env, versions) || !env.registry.get(model)?.builtIn) continue;
    open.delete(model);
    for (const right of wordsOf(rights)) rows.push(...accessRow(env, model, right, skipped));
  }
  for (const model of open) rows.push(...accessRow(env, model, "user=rwcu", skipped));
  return rows;
}

function accessRow(env: Env, model: string, right: string, skipped: ReadonlySet<number>): Given[] {
  const [group = "", rights = ""] = right.split("=");
  const [id = 0] = env.store.find("ir.model", ["model"], [model]);
  if (skipped.has(id)) return [];
  return [{
    name: `${model} ${group === "*" ? "all" : group}`,
    model_id: id,
    group_id: group === "*" ? false : groupId(env, xmlidOf(group)) ?? false,
    ...permissions(rights),
  }];
}

/** Rules on the models that are there, as far as these have the fields in question. */
export function ruleRows(env: Env): Given[] {
  return linesOf(RULES).flatMap((line) => {
    const [versions = "", model = "", rights = "", groups = "", name = "", ...domain] = line
      .split("|");
    const definition = env.registry.get(model);
    if (!isOf(env, versions) || !definition?.builtIn) return [];
    const text = domain.join("|");
    const isKnown = [...text.matchAll(/\('([a-z_]\w*)/g)].every(([, field = ""]) =>
      definition.fields.has(field)
    );
    // The rule of a group makes sense alone; without it the others would be in force.
    if (!isKnown && groups === "") return [];
    return [{
      name,
      model_id: env.store.find("ir.model", ["model"], [model])[0] ?? 0,
      groups: wordsOf(groups).flatMap((group) => groupId(env, xmlidOf(group)) ?? []),
      domain_force: text === "" ? false : text,
      ...permissions(rights),
    }];
  });
}

/** Groups of the built-in users, by login. `default` are those of all new users. */
export function groupsOfUser(env: Env, login: string): number[] {
  const names = wordsOf(USERS[env.version][login] ?? "");
  return names.flatMap((name) => groupId(env, xmlidOf(name)) ?? []);
}

function permissions(rights: string): Given {
  return {
    perm_read: rights.includes("r"),
    perm_write: rights.includes("w"),
    perm_create: rights.includes("c"),
    perm_unlink: rights.includes("u"),
  };
}

function sectionNames(version: Version): string[] {
  const names = linesOf(GROUPS[version]).flatMap((line) => line.split("|")[2] || []);
  return [...new Set(names)];
}

/** `user` is `base.group_user`, `sales_team.sale_manager` is `sales_team.group_sale_manager`. */
function xmlidOf(name: string): string {
  const dot = name.indexOf(".");
  const [module, rest] = dot < 0 ? ["base", name] : [name.slice(0, dot), name.slice(dot + 1)];
  return `${module}.${rest.startsWith("!") ? rest.slice(1) : `group_${rest}`}`;
}

function isOf({ version }: Env, versions: string): boolean {
  return versions.split(",").includes(String(version));
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function wordsOf(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}

/** Order of the sections in 19, where it is not 100. */
const SEQUENCES: Readonly<Record<string, number>> = {
  Sales: 1,
  Accounting: 7,
  Products: 9,
  Dashboard: 30,
  Bank: 50,
};

const COMMON_14 = "user no_one allow_export partner_manager product.product_variant " +
  "account.show_line_subtotals_tax_excluded account.account_invoice " +
  "sale_management.sale_order_template sales_team.sale_salesman";
const COMMON_17 = "user no_one allow_export partner_manager mail.mail_template_editor " +
  "product.product_variant account.account_invoice sale_management.sale_order_template " +
  "sales_team.sale_salesman";
const ALL_SALES = "sales_team.sale_salesman_all_leads sales_team.sale_manager";
const ADMIN_14 = `${COMMON_14} ${ALL_SALES} private_addresses account.account_manager`;
const ADMIN_17 = `${COMMON_17} ${ALL_SALES} account.account_manager`;
const SYSTEM_17 =
  `${ADMIN_17} erp_manager sanitize_override system account.validate_bank_account ` +
  "spreadsheet_dashboard.dashboard_manager";
const ADMIN_19 = "system multi_company sales_team.sale_manager product.product_manager " +
  "account.account_manager spreadsheet_dashboard.dashboard_manager";

const USERS: Readonly<Record<Version, Readonly<Record<string, string>>>> = {
  14: {
    __system__: `${ADMIN_14} erp_manager system`,
    admin: `${ADMIN_14} erp_manager system`,
    default: ADMIN_14,
    demo: COMMON_14,
    public: "public account.show_line_subtotals_tax_excluded",
    portaltemplate: "portal account.show_line_subtotals_tax_excluded",
  },
  17: {
    __system__: SYSTEM_17,
    admin: SYSTEM_17,
    default: ADMIN_17,
    demo: COMMON_17,
    public: "public",
    portaltemplate: "portal",
  },
  19: {
    __system__: ADMIN_19,
    admin: ADMIN_19,
    demo: "user multi_company allow_export partner_manager sales_team.sale_salesman",
    public: "public",
    portaltemplate: "portal",
  },
};
