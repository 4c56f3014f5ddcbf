/**
 * What comes with making and changing users: groups that imply others, companies, partners, passwords.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { type PythonError, userError, validationError } from "../faults.ts";
import { allGroups, groupField, groupId, withImplied } from "../orm/groups.ts";
import { applyCommands, commandsOf } from "../orm/links.ts";
import type { ModelRules } from "../orm/models.ts";
import { writeRecords } from "../orm/records.ts";
import { type PythonValue, repr, truthy } from "../python.ts";
import type { Row } from "../orm/store.ts";

type Given = { readonly [field: string]: PythonValue };

/** The rules of `res.users`. */
export const userRules: ModelRules = {
  afterCreate(env, id, _values, given = {}) {
    complete(env, [id]);
    countCompanies(env, [id]);
    const row = env.row("res.users", id);
    if (row) withPartner(env, row, given);
  },
  refuseWrite(env, ids, { active }) {
    if (active !== undefined && truthy(active) && ids.includes(1)) {
      throw userError("You cannot activate the superuser.");
    }
    if (active === false && ids.includes(env.uid)) {
      throw userError("You cannot deactivate the user you're currently logged in as.");
    }
  },
  beforeWrite(env, ids, values, given = {}) {
    if (truthy(given["new_password"] ?? false) && ids.includes(env.uid)) {
      throw userError(
        "Please use the change password wizard (in User Preferences or User menu) to change your own password.",
      );
    }
    if (values["active"] === true) wakePartners(env, ids);
    if (groupField(env.version) in given) {
      INTERNAL_BEFORE.set(given, ids.filter((id) => isInternal(env, id)));
    }
  },
  afterWrite(env, ids, _values, given = {}) {
    const field = groupField(env.version);
    if (field in given && env.version !== 19) {
      for (const id of INTERNAL_BEFORE.get(given) ?? []) demote(env, id, given[field] ?? null);
    }
    if (field in given) complete(env, ids);
    if ("company_ids" in given) countCompanies(env, ids);
  },
  beforeUnlink(env, ids) {
    const refusal = undeletable(env, ids);
    if (refusal) throw refusal;
  },
  check(env, row) {
    checkCompany(env, row);
    checkTypes(env, row);
  },
};

const INTERNAL_BEFORE = new WeakMap<Given, number[]>();

function isInternal(env: Env, id: number): boolean {
  const [row, group] = [env.row("res.users", id), groupId(env, "base.group_user")];
  return row !== undefined && group !== undefined && allGroups(env, row).has(group);
}

/** Before 19 a user is written into all groups that the own groups imply. */
function complete(env: Env, ids: readonly number[]): void {
  if (env.version === 19) return;
  const field = groupField(env.version);
  for (const id of ids) {
    const own = numbers(env.row("res.users", id)?.[field]);
    const all = withImplied(env, own);
    if (all.size > own.length) env.store.update("res.users", id, { [field]: [...all] });
  }
}

/** A user who is no longer internal is left with the groups of the call. */
function demote(env: Env, id: number, commands: PythonValue): void {
  if (isInternal(env, id)) return;
  const model = env.model("res.users");
  const field = model.fields.get(groupField(env.version));
  if (!field) return;
  env.store.update("res.users", id, { [field.name]: [] });
  applyCommands(env, model, [id], field, commandsOf(model, field, commands));
}

/** More than one company makes a member of a group, and one or none takes it away. */
export function countCompanies(env: Env, ids: readonly number[]): void {
  const group = groupId(env, "base.group_multi_company");
  const field = groupField(env.version);
  for (const id of ids) {
    const row = env.row("res.users", id);
    const own = numbers(row?.[field]);
    const many = numbers(row?.["company_ids"]).length > 1;
    if (group === undefined || own.includes(group) === many) continue;
    const changed = many ? [...own, group] : own.filter((one) => one !== group);
    env.store.update("res.users", id, { [field]: changed });
  }
}

/** The partner of a new user is as active as the user. */
function withPartner(env: Env, user: Row, _given: Given): void {
  const partner = user["partner_id"];
  if (typeof partner !== "number") return;
  const row = env.row("res.partner", partner);
  const active = user["active"] === true;
  if (row && row["active"] !== active) env.store.update("res.partner", partner, { active });
  if (row && row["company_id"]) {
    env.store.update("res.partner", partner, { company_id: user["company_id"] ?? null });
  }
}

function wakePartners(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const partner = env.row("res.users", id)?.["partner_id"];
    const asleep = typeof partner === "number" &&
      env.row("res.partner", partner)?.["active"] === false;
    if (asleep) writeRecords(env, env.model("res.partner"), [partner], { active: true });
  }
}

function checkCompany(env: Env, row: Row): void {
  const company = row["company_id"];
  const allowed = numbers(row["company_ids"]);
  if (typeof company !== "number" || allowed.includes(company)) return;
  if (env.version === 14) {
    throw validationError("The chosen company is not in the allowed companies for this user");
  }
  if (row["active"] !== true) return;
  const name = (id: number) => env.displayName("res.company", id);
  throw validationError(
    `Company ${name(company)} is not in the allowed companies for user ${
      env.displayName("res.users", row.id)
    } (${allowed.map(name).join(", ")}).`,
  );
}

function checkTypes(env: Env, row: Row): void {
  const all = withImplied(env, numbers(row[groupField(env.version)]));
  const types = ["user", "portal", "public"].flatMap((name) =>
    groupId(env, `base.group_${name}`) ?? []
  ).filter((group) => all.has(group));
  if (types.length < 2) return;
  if (env.version !== 19) throw validationError("The user cannot have more than one user types.");
  const names = types.map((group) => repr(env.displayName("res.groups", group))).sort();
  throw validationError(
    `User ${
      repr(env.displayName("res.users", row.id))
    } cannot be at the same time in exclusive groups ${names.join(", ")}.`,
  );
}

function undeletable(env: Env, ids: readonly number[]): PythonError | undefined {
  const has = (xmlid: string) => {
    const [data] = env.store.find("ir.model.data", ["module", "name"], ["base", xmlid]);
    const id = data === undefined ? undefined : env.row("ir.model.data", data)?.["res_id"];
    return typeof id === "number" && ids.includes(id);
  };
  if (ids.includes(1)) {
    return userError(
      "You can not remove the admin user as it is used internally for resources created by Odoo " +
        "(updates, module installation, ...)",
    );
  }
  if (env.version === 14) return undefined;
  if (has("user_admin")) {
    return userError(
      "You cannot delete the admin user because it is utilized in various places (such as security " +
        "configurations,...). Instead, archive it.",
    );
  }
  const end = "this profile will compromise critical functionalities.";
  if (has("template_portal_user_id") || has("default_user")) {
    return userError(`Deleting the template users is not allowed. Deleting ${end}`);
  }
  if (env.version === 19 && has("public_user")) {
    return userError(`Deleting the public user is not allowed. Deleting ${end}`);
  }
  return undefined;
}

function numbers(value: RpcValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "number") : [];
}
