/**
 * Who may do what: rights on models, by groups, and fields that are for some groups only. Rules on single records are in
 * `rules.ts`.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { accessError, type PythonError } from "../faults.ts";
import { groupId, groupName, groupsOf, isInGroup } from "./groups.ts";
import { Memo } from "./memo.ts";
import type { Field, Model } from "./models.ts";
import { repr } from "../python.ts";
import { checkRows, type Operation } from "./rules.ts";

export type { Operation } from "./rules.ts";

/** Refuses an operation that the user has no right to, in the words of the version. */
export function checkAccess(env: Env, model: Model, operation: Operation): void {
  if (!hasAccess(env, model, operation)) throw refusal(env, model, operation);
}

/** Refuses an operation on records that the user has no right to, be it the model or a rule that is in the way. */
export function checkRecords(
  env: Env,
  model: Model,
  ids: readonly number[],
  operation: Operation,
): void {
  if (env.su) return;
  checkAccess(env, model, operation);
  checkRows(env, model, ids.flatMap((id) => env.row(model.name, id) ?? []), operation);
}

const ALLOWED = new Memo<ReadonlySet<string>>([
  "ir.model.access",
  "ir.model",
  "res.users",
  "res.groups",
]);

/** Whether the user has the right to an operation on a model. */
export function hasAccess(env: Env, model: Model, operation: Operation): boolean {
  if (env.su) return true;
  return ALLOWED.get(env, `${env.uid} ${operation}`, () => {
    const groups = groupsOf(env);
    const models = new Set<string>();
    for (const row of env.store.rows("ir.model.access")) {
      const { group_id: group, model_id: id } = row;
      if (row["active"] !== true || row[`perm_${operation}`] !== true) continue;
      if (typeof group === "number" && !groups.has(group)) continue;
      const name = typeof id === "number" ? env.row("ir.model", id)?.["model"] : undefined;
      if (typeof name === "string") models.add(name);
    }
    return models;
  }).has(model.name);
}

/** Whether these fields of a user are his own to write, or to read, without further rights. */
export function isOwnProfile(
  env: Env,
  model: Model,
  ids: readonly unknown[],
  fields: readonly string[],
  operation: "read" | "write",
): boolean {
  if (model.name !== "res.users" || ids.length !== 1 || ids[0] !== env.uid) return false;
  const own = operation === "write" ? WRITEABLE : READABLE;
  return fields.every((field) => own[env.version].has(field));
}

/** Refuses fields that are not for the user. */
export function checkFields(
  env: Env,
  model: Model,
  fields: readonly Field[],
  operation: Operation = "read",
): void {
  if (env.su) return;
  const forbidden = fields.filter((field) => !isForUser(env, field));
  if (forbidden.length > 0) throw fieldRefusal(env, model, forbidden, operation);
}

/** Whether a field is for the user. */
export function isForUser(env: Env, field: Field): boolean {
  if (env.su || (!field.forbidden && field.groups === undefined)) return true;
  return !field.forbidden &&
    (field.groups ?? "").split(",").some((group) => isInGroup(env, group.trim()));
}

function fieldRefusal(
  env: Env,
  { name, description }: Model,
  fields: readonly Field[],
  operation: Operation,
): PythonError {
  const more = "Please contact your system administrator.\n\n";
  const isTold = isInGroup(env, "base.group_no_one");
  if (env.version === 19) {
    const [field] = fields;
    return accessError(
      `You do not have enough rights to access the field "${field?.name}" on ${description} (${name}). ` +
        `${more}Operation: ${operation}` +
        (isTold && field ? `\nUser: ${env.uid}\nGroups: ${allowedGroups(env, field)}` : ""),
    );
  }
  if (!isTold) {
    const names = fields.map((field) => field.name).join(",");
    return accessError(
      `You do not have enough rights to access the fields "${names}" on ${description} (${name}). ` +
        `${more}(Operation: ${operation})`,
    );
  }
  const lines = fields.map((field) => `- ${field.name} (${allowedGroups(env, field)})`);
  return accessError(
    "The requested operation can not be completed due to security restrictions.\n\n" +
      `Document type: ${description} (${name})\nOperation: ${operation}\nUser: ${env.uid}\n` +
      `Fields:\n${lines.join("\n")}`,
  );
}

function allowedGroups(env: Env, field: Field): string {
  if (field.forbidden) return "always forbidden";
  const ids = (field.groups ?? "").split(",").flatMap((group) => groupId(env, group.trim()) ?? []);
  const names = ids.sort((first, second) => first - second).map((id) => repr(groupName(env, id)));
  return `allowed for groups ${names.join(", ")}`;
}

function refusal(env: Env, model: Model, operation: Operation): PythonError {
  const verb = { read: "access", write: "modify", create: "create", unlink: "delete" }[operation];
  const groups = groupsWith(env, model, operation);
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

/** Sections and names of the groups that have a right, as the database sorts them: those without a section last. */
function groupsWith(env: Env, model: Model, operation: Operation): string[] {
  const [id = 0] = env.store.find("ir.model", ["model"], [model.name]);
  const [field, table] = env.version === 19
    ? ["privilege_id", "res.groups.privilege"]
    : ["category_id", "ir.module.category"];
  const pairs = [...env.store.rows("ir.model.access")].flatMap((row) => {
    const group = row["group_id"];
    const is = row["model_id"] === id && row["active"] === true &&
      row[`perm_${operation}`] === true && typeof group === "number";
    const found = is ? env.row("res.groups", group) : undefined;
    if (!found) return [];
    const section = found[field ?? ""];
    const above = typeof section === "number" ? env.row(table ?? "", section)?.["name"] : null;
    return [{ above: typeof above === "string" ? above : null, name: String(found["name"]) }];
  });
  const key = ({ above, name }: typeof pairs[number]) => `${above ?? "\uffff"}\0${name}`;
  return pairs.sort((first, second) => key(first) < key(second) ? -1 : 1)
    .map(({ above, name }) => above === null ? name : `${above}/${name}`);
}

const IMAGES = ["image_1920", "image_1024", "image_512", "image_256", "image_128"];
const WRITTEN = [
  "signature",
  "action_id",
  "company_id",
  "email",
  "name",
  "image_1920",
  "lang",
  "tz",
  "notification_type",
];
const READ = [...WRITTEN, ...IMAGES, "login", "tz_offset", "partner_id"];

/** Fields that everybody may write on the own user. */
const WRITEABLE = {
  14: new Set([...WRITTEN, "api_key_ids"]),
  17: new Set([...WRITTEN, "api_key_ids"]),
  19: new Set([...WRITTEN, "api_key_ids", "phone"]),
};

/** Fields that everybody may read on the own user. */
const READABLE = {
  14: new Set([...READ, "groups_id", "__last_update", "api_key_ids"]),
  17: new Set([...READ, "groups_id", "write_date", "share", "api_key_ids"]),
  19: new Set([
    ...READ,
    "group_ids",
    "write_date",
    "share",
    "api_key_ids",
    "phone",
    "display_name",
  ]),
};
