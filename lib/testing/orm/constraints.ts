/**
 * What the database refuses: missing values, duplicates, dangling references, numbers out of range. The texts differ
 * in all three versions.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import {
  DatabaseError,
  missingError,
  type PythonError,
  userError,
  validationError,
} from "../faults.ts";
import type { Field, Model, UniqueConstraint } from "./models.ts";
import { truthy } from "../python.ts";
import type { Row } from "./store.ts";

/** Checks a row that was written; `changed` limits the check to what a write has touched. */
export function checkConstraints(
  env: Env,
  model: Model,
  id: number,
  changed?: { readonly [field: string]: RpcValue },
): void {
  const row = env.row(model.name, id);
  if (!row) return;
  for (const field of model.fields.values()) {
    if (changed && !(field.name in changed)) continue;
    const value = row[field.name];
    if (field.required && isColumn(field) && (value === null || value === undefined)) {
      throw notNull(env, model, field);
    }
    if (value !== undefined) checkRange(field, value);
  }
  model.rules.check?.(env, row);
  for (const unique of model.unique) checkUnique(env, model, row, unique);
  checkReferences(env, model, row, changed);
}

/** Checks what has to hold before the row is written, because the index would not find it afterwards. */
export function checkFutureRows(
  env: Env,
  model: Model,
  id: number,
  changes: { readonly [field: string]: RpcValue },
): void {
  if (model.fields.has("parent_id") && typeof changes["parent_id"] === "number") {
    checkRecursion(env, model, id, changes["parent_id"]);
  }
}

/** Frees or refuses what points to records that are gone: one look at each table, however many they are. */
export function releaseReferences(env: Env, model: Model, gone: ReadonlySet<number>): void {
  const models = [...env.registry.values()].sort((a, b) => a.name < b.name ? -1 : 1);
  for (const other of models) {
    for (const field of other.fields.values()) {
      if (field.relation !== model.name || !field.stored || field.compute) continue;
      if (field.type === "many2one") releaseMany2One(env, other, field, gone);
      if (field.type === "many2many") releaseMany2Many(env, other, field, gone);
    }
  }
}

/** The message that Odoo gives for a constraint with a text of its own; 14 says the name of the constraint. */
export function constraintError(env: Env, name: string, message: string): PythonError {
  const named = truthy(env.context["lang"]) ? message : name;
  return new DatabaseError(
    VALIDATION,
    env.version === 14 ? named : `The operation cannot be completed: ${message}`,
    env.version === 19 ? message : `'${message}'`,
  );
}

const INT4_MAX = 2 ** 31 - 1;
const VALIDATION = "odoo.exceptions.ValidationError";

/** Whether a number fits PostgreSQL's `integer`. */
function checkRange(field: Field, value: RpcValue): void {
  if (field.type !== "integer" || typeof value !== "number") return;
  if (value > INT4_MAX || value < -INT4_MAX - 1) {
    const text = "integer out of range\n";
    throw new DatabaseError("psycopg2.errors.NumericValueOutOfRange", text, text);
  }
}

/** The database looks last for the records that a row points to. */
function checkReferences(
  env: Env,
  model: Model,
  row: Row,
  changed: { readonly [field: string]: RpcValue } | undefined,
): void {
  for (const field of model.fields.values()) {
    if (field.type !== "many2one" || !isColumn(field)) continue;
    if (changed && !(field.name in changed)) continue;
    const id = row[field.name];
    if (typeof id !== "number" || env.row(field.relation ?? "", id)) continue;
    const isRead = field.readOn === "both" || field.readOn === (changed ? "write" : "create");
    if (id !== 0 && isRead) {
      throw missingError(field.relation ?? "", [id], env.uid);
    }
    throw foreignKeyError(env, model, field);
  }
}

function checkUnique(env: Env, model: Model, row: Row, unique: UniqueConstraint): void {
  const values = unique.fields.map((field) => row[field] ?? null);
  if (values.includes(null)) return;
  const found = env.store.find(model.name, unique.fields, values);
  const taken = found.some((id) => id !== row.id) ||
    env.store.isTaken(model.name, unique.fields, values);
  if (taken) throw duplicate(env, model, row, unique);
}

/** The refusal of values that another record has. */
export function duplicate(
  env: Env,
  model: Model,
  row: Row,
  unique: UniqueConstraint,
): PythonError {
  const values = unique.fields.map((field) => row[field]).join(", ");
  // An index has no text of its own: the message is that of PostgreSQL.
  const plain = `duplicate key value violates unique constraint "${unique.name}"\n` +
    `DETAIL:  Key (${unique.fields.join(", ")})=(${values}) already exists.\n`;
  const message = unique.message ?? plain;
  const shown = env.version === 14
    ? unique.message !== undefined && !truthy(env.context["lang"]) ? unique.name : message
    : `The operation cannot be completed: ${message}`;
  const inImport = env.version === 19 || !unique.message ? message : taken(model, unique);
  const only = unique.fields.length === 1 && unique.message ? unique.fields[0] : undefined;
  return new DatabaseError(VALIDATION, shown, inImport, only);
}

/** What an import of 14 and 17 says of values that are taken. */
function taken(model: Model, { fields }: UniqueConstraint): string {
  const names = fields.join(", ");
  const labels = fields.map((field) => model.fields.get(field)?.string ?? field).join(", ");
  return fields.length === 1
    ? `The value for the field '${names}' already exists (this is probably '${labels}' in the current model).`
    : `The values for the fields '${names}' already exist (they are probably '${labels}' in the current model).`;
}

function checkRecursion(env: Env, model: Model, id: number, parent: number): void {
  for (let above: RpcValue | undefined = parent; typeof above === "number";) {
    if (above === id) {
      if (model.parentStore) throw userError("Recursion Detected.");
      throw validationError(
        model.name === "res.partner"
          ? "You cannot create recursive Partner hierarchies."
          : "You cannot create recursive hierarchies.",
      );
    }
    above = env.row(model.name, above)?.["parent_id"];
  }
}

function notNull(env: Env, model: Model, field: Field): PythonError {
  const missing = `Missing required value for the field '${field.string}' (${field.name})`;
  if (env.version === 19) {
    const text = `${missing}.\nModel: '${model.description}' (${model.name})\n` +
      "- create/update: a mandatory field is not set\n" +
      "- delete: another model requires the record being deleted, you can archive it instead\n";
    return new DatabaseError(
      VALIDATION,
      `The operation cannot be completed: ${text}`,
      text,
      field.name,
    );
  }
  const [place, end] = env.version === 14 ? [", ", ""] : ["\n", "\n"];
  return new DatabaseError(
    VALIDATION,
    "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n" +
      "- Delete: another model requires the record being deleted. If possible, archive it instead.\n\n" +
      `Model: ${model.description} (${model.name})${place}Field: ${field.string} (${field.name})${end}`,
    missing,
    field.name,
  );
}

function releaseMany2One(
  env: Env,
  other: Model,
  field: Field,
  gone: ReadonlySet<number>,
): void {
  const ondelete = field.ondelete ?? (field.required ? "restrict" : "set null");
  const pointing = new Set<number>();
  for (const row of env.store.rows(other.name)) {
    const id = row[field.name];
    if (typeof id === "number" && gone.has(id)) pointing.add(row.id);
  }
  if (pointing.size === 0) return;
  if (ondelete === "restrict") throw foreignKeyError(env, other, field);
  for (const id of pointing) {
    // SQL does this, not the ORM: the external ids of the lines are left behind.
    if (ondelete === "set null") env.store.update(other.name, id, { [field.name]: null });
    else env.store.remove(other.name, id);
  }
  if (ondelete !== "set null") releaseReferences(env, other, pointing);
}

function releaseMany2Many(
  env: Env,
  other: Model,
  field: Field,
  gone: ReadonlySet<number>,
): void {
  const isGone = (link: RpcValue) => typeof link === "number" && gone.has(link);
  for (const { id, [field.name]: links } of [...env.store.rows(other.name)]) {
    if (!Array.isArray(links) || !links.some(isGone)) continue;
    env.store.update(other.name, id, { [field.name]: links.filter((link) => !isGone(link)) });
  }
}

/** The refusal of a foreign key: something points to a record that goes, or is to point to one that is not there. */
function foreignKeyError(env: Env, other: Model, field: Field): PythonError {
  const constraint = `${other.name.replaceAll(".", "_")}_${field.name}_fkey`;
  if (env.version === 19) {
    return validationError(
      "The operation cannot be completed: Another model is using the record you are trying to delete.\n\n" +
        `The troublemaker is: '${other.description}' (${other.name})\n` +
        `Thanks to the following constraint: '${field.string}' (${field.name})\n` +
        "How about archiving the record instead?",
    );
  }
  const [place, end] = env.version === 14 ? [", ", ""] : ["\n", "\n"];
  return validationError(
    "The operation cannot be completed: another model requires the record being deleted. If possible, archive it " +
      `instead.\n\nModel: ${other.description} (${other.name})${place}Constraint: ${constraint}${end}`,
  );
}

/** The refusal of the table between two models, which has no model of its own. */
export function danglingLinks(
  env: Env,
  model: Model,
  field: Field,
  missing: readonly number[],
  created: boolean,
): PythonError {
  const target = field.relation ?? "";
  if (created && field.readOn === "create") return missingError(target, missing, env.uid);
  const tables = [model.name, target].map((name) => name.replaceAll(".", "_")).sort();
  const column = target === "res.partner.category" ? "category" : tables[1];
  const constraint = `${tables.join("_")}_rel_${column}_id_fkey`;
  if (env.version === 19) {
    return validationError(
      "The operation cannot be completed: Another model is using the record you are trying to delete.\n\n" +
        `The troublemaker is: Unknown\nThanks to the following constraint: ${constraint}\n` +
        "How about archiving the record instead?",
    );
  }
  const place = env.version === 14 ? "Unknown (Unknown), " : "Unknown (unknown)\n";
  return validationError(
    "The operation cannot be completed: another model requires the record being deleted. If possible, archive it " +
      `instead.\n\nModel: ${place}Constraint: ${constraint}${env.version === 14 ? "" : "\n"}`,
  );
}

function isColumn(field: Field): boolean {
  return field.stored && !field.compute && !field.type.endsWith("2many");
}
