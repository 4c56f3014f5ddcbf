/**
 * `res.users` and its API keys. Digests of secrets are kept in columns beside the fields, where no call can read them.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Version } from "../faults.ts";
import type { Env } from "../orm/env.ts";
import { allGroups, groupField, groupId } from "../orm/groups.ts";
import { partner } from "./partner.ts";
import { userRules } from "./user_rules.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import { digest } from "../server/digests.ts";

/** `res.users` of a version. */
export const users = (version: Version): BuiltInModel => ({
  description: version === 14 ? "Users" : "User",
  order: "name, login",
  namesSearch: ["name", "login"],
  inherits: { field: "partner_id", model: "res.partner" },
  unique: [{
    name: "res_users_login_key",
    fields: ["login"],
    message: `You can not have two users with the same login${version === 14 ? " " : ""}!`,
  }],
  fields: userFields(version),
  displayName: (env, row) =>
    String(env.follow(env.model("res.users"), row, "partner_id.name") ?? ""),
  copyValues: (env, row, given) => ({
    ...(!("name" in given) && !("partner_id" in given) &&
      { name: `${env.displayName("res.users", row.id)} (copy)` }),
    ...(!("login" in given) && { login: `${row["login"]} (copy)` }),
  }),
  ...userRules,
});

function userFields(version: Version): Record<string, BuiltInField> {
  return {
    ...inheritedFields(version),
    name: { type: "char", string: "Name", related: "partner_id.name" },
    login: { type: "char", string: "Login", required: true },
    password: password("Password"),
    // Over RPC nothing comes of it: the password stays what it was.
    new_password: { ...password("Set Password"), inverse: () => ({}) },
    partner_id: {
      type: "many2one",
      string: "Related Partner",
      relation: "res.partner",
      required: true,
    },
    active: { type: "boolean", string: "Active", default: true },
    company_id: {
      type: "many2one",
      string: "Company",
      relation: "res.company",
      required: true,
      default: 1,
    },
    company_ids: {
      type: "many2many",
      string: "Companies",
      relation: "res.company",
      default: [[6, 0, [1]]],
    },
    email: { type: "char", string: "Email", related: "partner_id.email" },
    lang: { type: "selection", string: "Language", selection: LANGS, related: "partner_id.lang" },
    tz: { type: "selection", string: "Timezone", selection: [], related: "partner_id.tz" },
    signature: { type: "html", string: "Email Signature" },
    api_key_ids: {
      type: "one2many",
      string: "API Keys",
      relation: "res.users.apikeys",
      relationField: "user_id",
    },
    ...groupFields(version),
    totp_secret: { type: "char", string: "Totp Secret", forbidden: true },
  };
}

/** What a partner has, its user has too: `_inherits`. */
function inheritedFields(version: Version): Record<string, BuiltInField> {
  return Object.fromEntries(
    Object.entries(partner(version).fields).filter(([name]) => name !== "display_name").map((
      [name, field],
    ) => {
      const { type, string, help, relation, relationField, selection, translate } = field;
      const own = { help, relation, relationField, selection, translate };
      const given = Object.entries(own).filter(([, value]) => value !== undefined);
      const more: Partial<BuiltInField> = Object.fromEntries(given);
      return [name, {
        type,
        ...(string !== undefined && { string }),
        ...more,
        related: `partner_id.${name}`,
      }];
    }),
  );
}

function groupFields(version: Version): Record<string, BuiltInField> {
  return {
    [groupField(version)]: {
      type: "many2many",
      string: "Groups",
      relation: "res.groups",
      defaultOf: defaultGroups,
    },
    ...(version === 19 && {
      all_group_ids: {
        type: "many2many",
        string: "Groups and implied groups",
        relation: "res.groups",
        readonly: true,
        compute: (env, row) => [...allGroups(env, row)],
        store: true,
      } satisfies BuiltInField,
    }),
    share: {
      type: "boolean",
      string: "Share User",
      readonly: true,
      compute: (env, row) => !allGroups(env, row).has(groupId(env, "base.group_user") ?? 0),
      store: true,
      depends: [version === 19 ? "all_group_ids" : "groups_id"],
    },
  };
}

/** Groups of a new user: those of a template. */
function defaultGroups(env: Env): RpcValue {
  const [data] = env.store.find("ir.model.data", ["module", "name"], ["base", "default_user"]);
  const template = data === undefined ? undefined : env.row("ir.model.data", data)?.["res_id"];
  const user = typeof template === "number" ? env.row("res.users", template) : undefined;
  if (env.version !== 19) return [[6, 0, user?.[groupField(env.version)] ?? []]];
  const all = groupId(env, "base.default_user_group");
  const implied = all === undefined ? [] : env.row("res.groups", all)?.["implied_ids"];
  const own = groupId(env, "base.group_user");
  return [[6, 0, [...own === undefined ? [] : [own], ...Array.isArray(implied) ? implied : []]]];
}

/** Reads as an empty text for everybody; what is written is kept as a digest beside the fields. */
function password(string: string): BuiltInField {
  return {
    type: "char",
    string,
    copy: false,
    compute: () => "",
    inverse: (value): Record<string, RpcValue> =>
      typeof value === "string" && value !== "" ? { password_digest: digest(value) } : {},
  };
}

/** `res.users.apikeys` of a version. */
export const apiKeys = (version: Version): BuiltInModel => ({
  description: version === 14 ? "res.users.apikeys" : "Users API Keys",
  fields: {
    name: { type: "char", string: "Description", required: true, readonly: true },
    user_id: {
      type: "many2one",
      string: "User",
      relation: "res.users",
      required: true,
      readonly: true,
      ondelete: "cascade",
    },
    scope: { type: "char", string: "Scope", readonly: true },
    create_date: { type: "datetime", string: "Creation Date", readonly: true },
    ...(version === 19 && {
      expiration_date: { type: "datetime", string: "Expiration Date", readonly: true } as const,
    }),
  },
  logAccess: false,
});

/** The one language of a fresh database. */
const LANGS: readonly (readonly [string, string])[] = [["en_US", "English (US)"]];
