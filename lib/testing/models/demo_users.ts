/**
 * The users of a fresh database, and their groups.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import type { Version } from "../faults.ts";
import { groupField, withImplied } from "../orm/groups.ts";
import { applyCommands, commandsOf } from "../orm/links.ts";
import { digest } from "../server/digests.ts";
import { sectionModel } from "./groups.ts";
import { insertAll, link } from "./insert.ts";
import { countCompanies } from "./user_rules.ts";
import { groups, groupsOfUser, sections } from "./rights.ts";

/** A user of a fresh database. */
export interface BuiltInUser {
  /** Id of the user. */
  user: number;
  /** Login. */
  login: string;
  /** Name of the partner. */
  name: string;
  /** External id, without the module. */
  xmlid: string;
  /** Id of the partner. */
  partner: number;
  /** Id of the company. */
  company: number;
}

/** Users whom nobody signs in as are archived. */
export function insertUser(
  env: Env,
  { user, login, name, xmlid, partner, company }: BuiltInUser,
): void {
  const main = env.row("res.company", company)?.["partner_id"] ?? null;
  const active = login === "admin" || login === "demo";
  const mail = { demo: "mark.brown23@example.com", admin: adminEmail(env, login) }[login];
  insertAll(env, env.model("res.partner"), [{
    id: partner,
    name,
    email: mail ?? (user === 1 ? adminEmail(env, login) : false),
    tz: user > 2 && !active ? false : "Europe/Brussels",
    active,
    parent_id: active ? main : false,
  }]);
  const values = { login, partner_id: partner, company_id: company, company_ids: [company] };
  insertAll(env, env.model("res.users"), [{ id: user, ...values, active }]);
  if (active) env.store.update("res.users", user, { password_digest: digest(login) });
  link(env, `base.${xmlid}`, "res.users", user);
}

/** Ids, logins, names and external ids of the built-in users. */
export function people(version: Version): readonly (readonly [number, string, string, string])[] {
  const first = [
    [1, "__system__", "OdooBot", "user_root"],
    [2, "admin", "Mitchell Admin", "user_admin"],
  ] as const;
  const template = [3, "default", "Default User Template", "default_user"] as const;
  const others = [
    ["public", "Public user", "public_user"],
    ["portaltemplate", "Portal User Template", "template_portal_user_id"],
    ["demo", "Marc Demo", "user_demo"],
  ] as const;
  const start = version === 19 ? 3 : 4;
  return [
    ...first,
    ...version === 19 ? [] : [template],
    ...others.map(([login, name, xmlid], index) => [start + index, login, name, xmlid] as const),
  ];
}

/** Groups, and who is in them. */
export function insertGroups(env: Env): void {
  insertAll(env, env.model(sectionModel(env.version)), sections(env.version));
  const all = groups(env.version);
  insertAll(env, env.model("res.groups"), all.map(({ values }) => values));
  for (const { xmlid, values } of all) link(env, xmlid, "res.groups", Number(values["id"]));
  for (const user of [...env.store.rows("res.users")]) {
    const own = groupsOfUser(env, String(user["login"]));
    env.store.update("res.users", user.id, { [groupField(env.version)]: own });
  }
}

/** Given users are in the groups of new users, or in those that are given with all that these imply. */
export function completeUsers(
  env: Env,
  users: readonly { readonly [field: string]: RpcValue }[],
): void {
  const field = groupField(env.version);
  const model = env.model("res.users");
  for (const user of users) {
    const id = Number(user["id"]);
    const own = env.row("res.users", id)?.[field];
    const fallback = model.fields.get(field)?.defaultOf?.(env, {});
    const definition = model.fields.get(field);
    if (user[field] === undefined && definition && fallback !== undefined) {
      applyCommands(env, model, [id], definition, commandsOf(model, definition, fallback));
    } else if (env.version !== 19 && Array.isArray(own)) {
      const all = withImplied(env, own.filter((group) => typeof group === "number"));
      env.store.update("res.users", id, { [field]: [...all] });
    }
  }
}

/** The administrator may work in all companies that are given, as whoever makes one may. */
export function joinCompanies(
  env: Env,
  companies: readonly { readonly [field: string]: RpcValue }[],
): void {
  for (const { id } of companies) {
    const own = env.row("res.users", 2)?.["company_ids"];
    if (!Array.isArray(own) || own.includes(id ?? 0)) continue;
    env.store.update("res.users", 2, { company_ids: [...own, id ?? 0] });
  }
  countCompanies(env, companies.length > 0 ? [2] : []);
}

function adminEmail(env: Env, login: string): string {
  return env.version === 19 ? `${login}@example.com` : `${login}@yourcompany.example.com`;
}
