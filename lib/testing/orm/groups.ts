/**
 * The groups and the companies of a user.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { accessError, type Version } from "../faults.ts";
import { Memo } from "./memo.ts";
import { isInteger } from "../python.ts";
import type { Row } from "./store.ts";

const GROUPS = new Memo<ReadonlySet<number>>(["res.users", "res.groups"]);

/** The field of a user that holds the groups. */
export function groupField(version: Version): "groups_id" | "group_ids" {
  return version === 19 ? "group_ids" : "groups_id";
}

/** Ids of all groups that a user is in. */
export function groupsOf(env: Env, user = env.uid): ReadonlySet<number> {
  return GROUPS.get(env, String(user), () => {
    const row = env.row("res.users", user);
    return row ? allGroups(env, row) : new Set();
  });
}

/** Groups of a user's row. 14 and 17 write down those that are implied, 19 works them out. */
export function allGroups(env: Env, user: Row): Set<number> {
  const own = idsOf(user[groupField(env.version)]);
  return env.version === 19 ? withImplied(env, own) : new Set(own);
}

/** Groups with all that they imply. */
export function withImplied(env: Env, groups: Iterable<number>): Set<number> {
  const all = new Set(groups);
  for (const group of all) {
    for (const implied of idsOf(env.row("res.groups", group)?.["implied_ids"])) all.add(implied);
  }
  return all;
}

/** Id of a group by its external id. */
export function groupId(env: Env, xmlid: string): number | undefined {
  const dot = xmlid.indexOf(".");
  const key = [xmlid.slice(0, dot), xmlid.slice(dot + 1)];
  const [data] = env.store.find("ir.model.data", ["module", "name"], key);
  const row = data === undefined ? undefined : env.row("ir.model.data", data);
  return row?.["model"] === "res.groups" && typeof row["res_id"] === "number"
    ? row["res_id"]
    : undefined;
}

/** Whether a user is in a group. */
export function isInGroup(env: Env, xmlid: string, user = env.uid): boolean {
  const group = groupId(env, xmlid);
  return group !== undefined && groupsOf(env, user).has(group);
}

/** Name of a group with its section, as messages show it. */
export function groupName(env: Env, group: number): string {
  return env.displayName("res.groups", group);
}

/** Companies that a user may work in; 17 and 19 leave archived ones out. */
function companiesOf(env: Env, user = env.uid): number[] {
  const own = idsOf(env.row("res.users", user)?.["company_ids"]);
  return env.version === 14
    ? own
    : own.filter((id) => env.row("res.company", id)?.["active"] === true);
}

/** Companies of a call: those of its context, or else all of the user. */
export function activeCompanies(env: Env): number[] {
  const allowed = env.context["allowed_company_ids"];
  const own = companiesOf(env);
  if (!Array.isArray(allowed) || allowed.length === 0) return own;
  const ids = allowed.filter(isInteger);
  if (ids.length < allowed.length || ids.some((id) => !own.includes(id))) {
    throw accessError("Access to unauthorized or invalid companies.");
  }
  return ids;
}

/** The company of a call. */
export function activeCompany(env: Env): number | undefined {
  const allowed = env.context["allowed_company_ids"];
  if (Array.isArray(allowed) && allowed.length > 0) return activeCompanies(env)[0];
  const own = env.row("res.users", env.uid)?.["company_id"];
  return typeof own === "number" ? own : undefined;
}

function idsOf(value: RpcValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "number") : [];
}
