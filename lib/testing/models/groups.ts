/**
 * Groups of users, their sections, rights on models and record rules.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { checkRule } from "./rule_checks.ts";
import type { Env } from "../orm/env.ts";
import { userError, type Version } from "../faults.ts";
import { groupField, withImplied } from "../orm/groups.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";

/** The models of rights in a version. */
export function rightModels(version: Version): Record<string, BuiltInModel> {
  return {
    [sectionModel(version)]: section(version),
    "res.groups": groups(version),
    "ir.model.access": modelAccess,
    "ir.rule": rule,
  };
}

/** Model of the sections that groups stand in. */
export function sectionModel(version: Version): string {
  return version === 19 ? "res.groups.privilege" : "ir.module.category";
}

/** Field of a group that says in which section it stands. */
export function sectionField(version: Version): string {
  return version === 19 ? "privilege_id" : "category_id";
}

const section = (version: Version): BuiltInModel => ({
  description: version === 19 ? "Privileges" : "Application",
  order: version === 19 ? "sequence, name, id" : version === 14 ? "name" : "sequence, name, id",
  fields: {
    name: { type: "char", string: "Name", required: true, translate: true },
    sequence: { type: "integer", string: "Sequence", default: version === 19 ? 100 : null },
    description: { type: "text", string: "Description", translate: true },
  },
});

const groups = (version: Version): BuiltInModel => ({
  description: "Access Groups",
  order: version === 19 ? "privilege_id, sequence, name, id" : "name",
  recName: "full_name",
  namesSearch: ["full_name"],
  unique: [{
    name: "res_groups_name_uniq",
    fields: [sectionField(version), "name"],
    message: version === 19
      ? "The name of the group must be unique within a group privilege!"
      : "The name of the group must be unique within an application!",
  }],
  fields: groupFields(version),
  displayName: (env, row) => String(fullName(env, row)),
  beforeWrite(_env, _ids, values) {
    if (String(values["name"] ?? "").startsWith("-")) {
      throw userError('The name of the group can not start with "-"');
    }
  },
  afterCreate: (env, id) => passOn(env, [id]),
  afterWrite: (env, ids) => passOn(env, ids),
});

function groupFields(version: Version): Record<string, BuiltInField> {
  const many = { type: "many2many", relation: "res.groups" } as const;
  const implied = version === 19 ? "all_implied_ids" : "trans_implied_ids";
  return {
    name: { type: "char", string: "Name", required: true, translate: true },
    [version === 19 ? "user_ids" : "users"]: {
      type: "many2many",
      string: "Users",
      relation: "res.users",
      mirror: { model: "res.users", field: groupField(version) },
    },
    model_access: {
      type: "one2many",
      string: "Access Controls",
      relation: "ir.model.access",
      relationField: "group_id",
    },
    rule_groups: {
      type: "many2many",
      string: "Rules",
      relation: "ir.rule",
      mirror: { model: "ir.rule", field: "groups" },
    },
    comment: { type: "text", string: "Comment", translate: true },
    [sectionField(version)]: {
      type: "many2one",
      string: version === 19 ? "Privilege" : "Application",
      relation: sectionModel(version),
    },
    ...(version === 19
      ? { sequence: { type: "integer", string: "Sequence" } as const }
      : { color: { type: "integer", string: "Color Index" } as const }),
    full_name: {
      type: "char",
      string: "Group Name",
      readonly: true,
      compute: fullName,
      // Not stored on a server, which looks for its parts
      store: true,
      depends: [`${sectionField(version)}.name`, "name"],
    },
    share: { type: "boolean", string: "Share Group" },
    implied_ids: { ...many, string: version === 19 ? "Implied Groups" : "Inherits" },
    [implied]: {
      ...many,
      string: version === 19 ? "Transitively Implied Groups" : "Transitively inherits",
      readonly: true,
      compute: (env, row) => {
        const all = withImplied(env, [row.id]);
        if (env.version !== 19) all.delete(row.id);
        return [...all];
      },
      store: version === 19,
    },
  };
}

function fullName(env: Env, row: { readonly [field: string]: RpcValue }): string {
  const above = row[sectionField(env.version)];
  const name = String(row["name"] ?? "");
  return typeof above === "number"
    ? `${env.displayName(sectionModel(env.version), above)} / ${name}`
    : name;
}

/** Before 19 the users of a group are written into the groups that it implies. */
function passOn(env: Env, groups: readonly number[]): void {
  if (env.version === 19) return;
  const field = groupField(env.version);
  for (const user of env.store.rows("res.users")) {
    const own = (Array.isArray(user[field]) ? user[field] : []).filter((id) =>
      typeof id === "number"
    );
    const changed = own.filter((id) => groups.includes(id));
    const all = new Set([...own, ...withImplied(env, changed)]);
    if (all.size > own.length) env.store.update("res.users", user.id, { [field]: [...all] });
  }
}

const modelAccess: BuiltInModel = {
  description: "Model Access",
  order: "model_id,group_id,name,id",
  fields: {
    name: { type: "char", string: "Name", required: true },
    active: { type: "boolean", string: "Active", default: true },
    model_id: {
      type: "many2one",
      string: "Model",
      relation: "ir.model",
      required: true,
      ondelete: "cascade",
    },
    group_id: {
      type: "many2one",
      string: "Group",
      relation: "res.groups",
      ondelete: "restrict",
    },
    perm_read: { type: "boolean", string: "Read Access" },
    perm_write: { type: "boolean", string: "Write Access" },
    perm_create: { type: "boolean", string: "Create Access" },
    perm_unlink: { type: "boolean", string: "Delete Access" },
  },
};

const rule: BuiltInModel = {
  description: "Record Rule",
  order: "model_id DESC,id",
  indexes: [["model_id"]],
  fields: {
    name: { type: "char", string: "Name" },
    active: { type: "boolean", string: "Active", default: true },
    model_id: {
      type: "many2one",
      string: "Model",
      relation: "ir.model",
      required: true,
      ondelete: "cascade",
    },
    groups: { type: "many2many", string: "Groups", relation: "res.groups" },
    domain_force: { type: "text", string: "Domain" },
    perm_read: { type: "boolean", string: "Read", default: true },
    perm_write: { type: "boolean", string: "Write", default: true },
    perm_create: { type: "boolean", string: "Create", default: true },
    perm_unlink: { type: "boolean", string: "Delete", default: true },
    global: {
      type: "boolean",
      string: "Global",
      readonly: true,
      compute: (_env, row) => !(Array.isArray(row["groups"]) && row["groups"].length > 0),
      store: true,
      depends: ["groups"],
    },
  },
  check: checkRule,
};
