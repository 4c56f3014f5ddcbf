/**
 * Who may do what. An administrator may do nearly everything; any other user is an internal user who may also create
 * contacts, as Odoo's demo user is.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { accessError, type PythonError, type Version } from "../faults.ts";
import type { Field, Model } from "./models.ts";

/** What is done to records. */
export type Operation = "read" | "write" | "create" | "unlink";

/** User with all rights. */
const ADMIN = 2;

/** Fields that everybody may write on the own user. */
const OWN_FIELDS = new Set([
  "signature",
  "email",
  "name",
  "lang",
  "tz",
  "company_id",
  "image_1920",
]);

/** Refuses an operation that the user has no right to, in the words of the version. */
export function checkAccess(env: Env, model: Model, operation: Operation): void {
  if (!hasAccess(env, model, operation)) throw refusal(env, model, operation);
}

/** Whether the user has the right to an operation on a model. */
export function hasAccess(env: Env, model: Model, operation: Operation): boolean {
  if (env.su) return true;
  const rights = RIGHTS[model.name];
  if (!rights) return true;
  const position = "rwcu".indexOf({ read: "r", write: "w", create: "c", unlink: "u" }[operation]);
  const own = env.uid === ADMIN ? rights.admin ?? "rwcu" : rights.user(env.version);
  return own.charAt(position) !== "-";
}

/** Whether a user may write these fields of the own record without further rights. */
export function isOwnProfile(
  env: Env,
  model: Model,
  ids: readonly number[],
  fields: readonly string[],
): boolean {
  return model.name === "res.users" && ids.length > 0 && ids.every((id) => id === env.uid) &&
    fields.every((field) => OWN_FIELDS.has(field));
}

/** Refuses fields that nobody may read. */
export function checkFields(env: Env, model: Model, fields: readonly Field[]): void {
  const forbidden = fields.filter((field) => field.forbidden);
  const [first] = forbidden;
  if (env.su || !first) return;
  if (env.version === 19) {
    throw accessError(
      `You do not have enough rights to access the field "${first.name}" on ${model.description} (${model.name}). ` +
        `Please contact your system administrator.\n\nOperation: read\nUser: ${env.uid}\nGroups: always forbidden`,
    );
  }
  const names = forbidden.map(({ name }) => `- ${name} (always forbidden)`).join("\n");
  throw accessError(
    "The requested operation can not be completed due to security restrictions.\n\n" +
      `Document type: ${model.description} (${model.name})\nOperation: read\nUser: ${env.uid}\nFields:\n${names}`,
  );
}

function refusal(env: Env, model: Model, operation: Operation): PythonError {
  const verb = { read: "access", write: "modify", create: "create", unlink: "delete" }[operation];
  const groups = RIGHTS[model.name]?.groups?.(env.version) ?? [];
  const allowed = groups.length === 0
    ? "No group currently allows this operation."
    : `This operation is allowed for the following groups:\n${
      groups.map((group) => `\t- ${group}`).join("\n")
    }`;
  return accessError(
    `You are not allowed to ${verb} '${model.description}' (${model.name}) records.\n\n${allowed}\n\n` +
      "Contact your administrator to request access if necessary.",
  );
}

interface Rights {
  /** Rights of an administrator, where they are not all. */
  admin?: string;
  /** Rights of everybody else. */
  user(version: Version): string;
  /** Groups that the refusal names. */
  groups?(version: Version): string[];
}

const accessRights = (version: Version) => [
  version === 19 ? "Access Rights" : "Administration/Access Rights",
];
const settings = (version: Version) => [
  version === 19 ? "Role / Administrator" : "Administration/Settings",
];
const readOnly = () => "r---";
const nothing = () => "----";

/** Models that are not here are open to all internal users. */
const RIGHTS: Readonly<Record<string, Rights>> = {
  "res.country": { user: readOnly, groups: settings },
  "res.currency": { user: readOnly, groups: settings },
  "res.lang": { user: readOnly, groups: settings },
  "res.company": { user: readOnly, groups: accessRights },
  "res.users": { user: readOnly, groups: accessRights },
  "res.users.apikeys": { admin: "r---", user: readOnly },
  "res.users.apikeys.description": { admin: "r-c-", user: () => "r-c-" },
  "res.users.identitycheck": { admin: "rwc-", user: () => "rwc-" },
  "ir.model": { user: (version) => version === 14 ? "r---" : "----", groups: accessRights },
  "ir.model.fields": { user: (version) => version === 14 ? "r---" : "----", groups: accessRights },
  "ir.model.data": { user: (version) => version === 14 ? "r-c-" : "----", groups: accessRights },
  "ir.model.access": { user: nothing, groups: accessRights },
  "ir.config_parameter": { user: nothing, groups: settings },
};
