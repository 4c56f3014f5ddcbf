/**
 * Leads and their contacts: what a lead takes over from its contact, and what it tells it.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { writeRecords } from "../orm/records.ts";
import type { Row } from "../orm/store.ts";
import { touch } from "../orm/touch.ts";

type Values = { readonly [field: string]: RpcValue };

/** Fills in what a new lead takes over from its contact. What is given stays, nothing included. */
export function fillFromContact(env: Env, values: { [field: string]: RpcValue }): void {
  const partner = contactOf(env, values);
  if (partner) Object.assign(values, takenFrom(env, values, partner, values));
}

/** What leads take over from a contact that was written into them. */
export function followContact(env: Env, ids: readonly number[], values: Values): void {
  if (values["partner_id"] === undefined) return;
  for (const id of ids) {
    const lead = env.row("crm.lead", id);
    if (!lead) continue;
    const partner = contactOf(env, lead);
    const left: Values = env.version === 19 ? { partner_name: null, contact_name: null } : {};
    const taken = partner ? takenFrom(env, lead, partner, values) : without(left, values);
    env.store.update("crm.lead", id, taken);
  }
}

/** The contact gets the email and phone that are written on its lead. */
export function tellContact(env: Env, ids: readonly number[], values: Values): void {
  for (const [field, own] of SHARED) {
    if (values[field] === undefined) continue;
    for (const id of ids) {
      const lead = env.row("crm.lead", id);
      const partner = lead ? contactOf(env, lead) : undefined;
      const value = lead?.[field] ?? null;
      if (!partner || (env.version === 19 && !value)) continue;
      if (normal(own, value) === normal(own, partner[own] ?? null)) continue;
      const inside = env.with({ su: true });
      writeRecords(inside, env.model("res.partner"), [partner.id], { [own]: value ?? false });
    }
  }
}

/** Leads follow the email and phone of their contact, as long as it has any. */
export function tellLeads(env: Env, partners: readonly number[], values: Values): void {
  for (const [field, own] of SHARED) {
    const value = values[own];
    if (typeof value !== "string" || value === "") continue;
    for (const partner of partners) {
      const leads = env.store.find("crm.lead", ["partner_id"], [partner])
        .filter((id) =>
          normal(own, env.row("crm.lead", id)?.[field] ?? null) !== normal(own, value)
        );
      for (const id of leads) env.store.update("crm.lead", id, { [field]: value });
      touch(env, "crm.lead", leads);
    }
  }
}

/** Fields of a lead with those of its contact that are the same. */
const SHARED = [["email_from", "email"], ["phone", "phone"]] as const;

const ADDRESS = ["street", "street2", "city", "zip", "state_id", "country_id"];

function contactOf(env: Env, lead: Values): Row | undefined {
  const id = lead["partner_id"];
  return typeof id === "number" ? env.row("res.partner", id) : undefined;
}

/** What a contact has goes before what the lead has; what is given stays. */
function takenFrom(
  env: Env,
  lead: Values,
  partner: Row,
  given: Values,
): { [field: string]: RpcValue } {
  const parent = partner["parent_id"];
  const above = typeof parent === "number" ? env.row("res.partner", parent)?.["name"] : null;
  const isCompany = partner["is_company"] === true;
  const company = above || (isCompany ? partner["name"] : partner["company_name"]);
  const own = {
    partner_name: company,
    contact_name: isCompany ? null : partner["name"],
    email_from: partner["email"],
    phone: partner["phone"],
    function: partner["function"],
    website: partner["website"],
    ...(env.version !== 19 && { mobile: partner["mobile"] }),
  };
  const taken = Object.fromEntries(
    Object.entries(own).map(([field, value]) => [field, value || (lead[field] ?? null)]),
  );
  const language: Values = env.version === 14 ? {} : { lang_id: languageOf(env, partner) };
  return { ...without({ ...taken, ...language }, given), ...addressFrom(lead, partner, given) };
}

/** The address comes as a whole, or not at all. */
function addressFrom(lead: Values, partner: Row, given: Values): { [field: string]: RpcValue } {
  if (ADDRESS.some((field) => given[field] !== undefined)) return {};
  const source = ADDRESS.some((field) => partner[field]) ? partner : lead;
  return Object.fromEntries(ADDRESS.map((field) => [field, source[field] ?? null]));
}

function languageOf(env: Env, partner: Row): RpcValue {
  const found = [...env.store.rows("res.lang")].find((row) => row["code"] === partner["lang"]);
  return found?.id ?? null;
}

function without(taken: Values, given: Values): { [field: string]: RpcValue } {
  return Object.fromEntries(Object.entries(taken).filter(([field]) => given[field] === undefined));
}

/** What two emails or numbers have in common that are the same. */
function normal(field: "email" | "phone", value: RpcValue): string {
  const text = typeof value === "string" ? value : "";
  if (field === "phone") return text.replaceAll(/[^\d+]/g, "") || text;
  return (/[^\s<>"]+@[^\s<>"]+/.exec(text)?.[0] ?? text).toLowerCase();
}
