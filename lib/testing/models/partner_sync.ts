/**
 * The fields that contacts share with their company. Odoo copies them on its own: the row of an import succeeds, and
 * the record holds something else than was sent.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { commercialPartner } from "./partner.ts";
import { type PythonValue, truthy } from "../python.ts";
import type { Row } from "../orm/store.ts";
import { touch } from "../orm/touch.ts";

const ADDRESS = ["street", "street2", "zip", "city", "state_id", "country_id"];

/**
 * Runs after contacts were made or written: a contact with a parent takes the parent's address and tax id when the
 * parent is set, and those of a company go down to its contacts. In Odoo 19 the address of a contact also goes up.
 */
export function syncContact(
  env: Env,
  ids: readonly number[],
  values: { readonly [field: string]: RpcValue },
  created: boolean,
): void {
  for (const id of ids) {
    const row = env.row("res.partner", id);
    if (!row) continue;
    if (values["parent_id"] && !("user_id" in values)) takeSalesperson(env, row);
    if (truthy(env.context["_partners_skip_fields_sync"])) continue;
    if (values["parent_id"]) takeCommercial(env, row);
    if (values["parent_id"] || values["type"] === "contact") takeAddress(env, id);
    if (env.version === 19) giveUp(env, id, values);
    giveDown(env, id, values);
    if (created) firstContact(env, id);
  }
}

/**
 * Runs after contacts were made, in place of what usually happens, where an import has made them: they take what their
 * parent has, and give nothing up.
 */
export function syncImported(
  env: Env,
  ids: readonly number[],
  list: readonly { readonly [field: string]: PythonValue }[],
): void {
  for (const [index, id] of ids.entries()) {
    const row = env.row("res.partner", id);
    if (!row) continue;
    const parent = row["type"] === "contact" ? parentOf(env, row) : undefined;
    const commercial = commercialPartner(env, row);
    const taken = {
      ...(truthy(list[index]?.["parent_id"]) && commercial.id !== id &&
        pick(commercial, commercialFields(env))),
      ...(parent && pick(parent, ADDRESS.filter((field) => parent[field]))),
    };
    if (Object.keys(taken).length > 0) set(env, id, taken);
    const changed = Object.entries(taken).filter(([field, value]) => row[field] !== value);
    syncContact(env, [id], Object.fromEntries(changed), false);
  }
  for (const [index, id] of ids.entries()) {
    giveDown(env, id, list[index] ?? {});
    firstContact(env, id);
  }
}

/** What a write has changed: Odoo 19 synchronizes nothing else. */
export function updated(
  env: Env,
  values: { readonly [field: string]: RpcValue },
  before: Row | undefined,
): { readonly [field: string]: RpcValue } {
  if (env.version !== 19 || !before) return values;
  return Object.fromEntries(
    Object.entries(values).filter(([field, value]) => value !== (before[field] ?? null)),
  );
}

/** The full names of contacts, and the names of their companies, are stored: they are written when these change. */
export function touchContacts(
  env: Env,
  ids: readonly number[],
  values: { readonly [field: string]: RpcValue },
): void {
  if (!NAMING.some((field) => field in values)) return;
  const below = ids.flatMap((id) => env.store.find("res.partner", ["parent_id"], [id]));
  if (below.length === 0) return;
  touch(env, "res.partner", below);
  touchContacts(env, below, values);
}

const NAMING = ["name", "is_company", "parent_id", "company_name"];

function takeCommercial(env: Env, row: Row): void {
  const commercial = commercialPartner(env, row);
  if (commercial.id !== row.id) set(env, row.id, pick(commercial, commercialFields(env)));
}

/** From Odoo 17 on, a person without a salesperson gets that of the parent. */
function takeSalesperson(env: Env, row: Row): void {
  const salesperson = parentOf(env, row)?.["user_id"];
  if (env.version === 14 || row["is_company"] === true || row["user_id"] || !salesperson) return;
  set(env, row.id, { user_id: salesperson });
}

function takeAddress(env: Env, id: number): void {
  const row = env.row("res.partner", id);
  const parent = parentOf(env, row);
  if (row?.["type"] === "contact" && parent && hasAddress(parent)) {
    set(env, id, pick(parent, ADDRESS));
  }
}

/** Odoo 19: what was written on a contact becomes the address, and the tax id, of the parent. */
function giveUp(env: Env, id: number, values: { readonly [field: string]: RpcValue }): void {
  const row = env.row("res.partner", id);
  const parent = parentOf(env, row);
  if (!row || !parent) return;
  const written = (fields: readonly string[]) =>
    "parent_id" in values || fields.some((field) => field in values);
  const differs = (fields: readonly string[]) =>
    fields.some((field) => (row[field] ?? null) !== (parent[field] ?? null));
  if (row["type"] === "contact" && written(ADDRESS) && differs(ADDRESS) && hasAddress(row)) {
    writeParent(env, parent.id, pick(row, ADDRESS));
  }
  if (commercialPartner(env, row).id !== id && written(["vat"]) && differs(["vat"]) && row["vat"]) {
    writeParent(env, parent.id, pick(row, ["vat"]));
  }
}

function writeParent(env: Env, id: number, values: { [field: string]: RpcValue }): void {
  set(env, id, values);
  syncContact(env, [id], values, false);
}

function giveDown(
  env: Env,
  id: number,
  values: { readonly [field: string]: PythonValue },
): void {
  const row = env.row("res.partner", id);
  const children = childrenOf(env, id);
  if (!row || children.length === 0) return;
  const shared = commercialFields(env).filter((field) => field in values);
  // Odoo 19 writes to the contacts even where there is nothing to write
  const always = env.version === 19 && Object.keys(values).length > 0;
  if (commercialPartner(env, row).id === id && (shared.length > 0 || always)) {
    commercialDown(env, id, pick(row, shared));
  }
  const address = ADDRESS.filter((field) => field in values);
  if (address.length === 0) return;
  for (const child of children) {
    if (child["type"] === "contact") set(env, child.id, pick(row, address));
  }
}

function commercialDown(env: Env, id: number, values: { [field: string]: RpcValue }): void {
  for (const child of childrenOf(env, id)) {
    if (child["is_company"] === true) continue;
    commercialDown(env, child.id, values);
    set(env, child.id, values);
  }
}

/** The address of the first contact of a company without one becomes that of the company. */
function firstContact(env: Env, id: number): void {
  const row = env.row("res.partner", id);
  const parent = parentOf(env, row);
  if (!row || !parent || !hasAddress(row) || hasAddress(parent)) return;
  const top = parent["is_company"] === true || parent["parent_id"] === null;
  if (top && childrenOf(env, parent.id).length === 1) set(env, parent.id, pick(row, ADDRESS));
}

function parentOf(env: Env, row: Row | undefined): Row | undefined {
  const parent = row?.["parent_id"];
  return typeof parent === "number" ? env.row("res.partner", parent) : undefined;
}

function childrenOf(env: Env, id: number): Row[] {
  return env.store.find("res.partner", ["parent_id"], [id]).flatMap((child) => {
    const row = env.row("res.partner", child);
    return row?.["active"] === true ? [row] : [];
  });
}

function commercialFields(env: Env): string[] {
  return env.version === 14 ? ["vat"] : ["vat", "company_registry"];
}

function hasAddress(row: Row): boolean {
  return ADDRESS.some((field) =>
    row[field] !== null && row[field] !== undefined && row[field] !== ""
  );
}

function pick(row: Row, fields: readonly string[]): { [field: string]: RpcValue } {
  return Object.fromEntries(fields.map((field) => [field, row[field] ?? null]));
}

function set(env: Env, id: number, values: { [field: string]: RpcValue }): void {
  env.store.update("res.partner", id, { ...values, write_uid: env.uid, write_date: env.now });
}
