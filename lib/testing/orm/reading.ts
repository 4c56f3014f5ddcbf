/**
 * Reading: rows as `read` answers them.
 *
 * @module
 */
import { checkAccess, checkFields, isForUser, isOwnProfile } from "./access.ts";
import { checkRows, isSeen } from "./rules.ts";
import type { Env } from "./env.ts";
import { accessError, missingError, PythonError, typeError, valueError } from "../faults.ts";
import { notInteger, toWire } from "./fields.ts";
import type { Field, Model } from "./models.ts";
import { compileOrder } from "./order.ts";
import { isInteger, parseInteger, PythonFloat, type PythonValue, repr } from "../python.ts";
import type { Row } from "./store.ts";

/** The rows of ids as `read` answers them. Ids that do not exist are left out without a word. */
export function readRows(
  env: Env,
  model: Model,
  ids: readonly PythonValue[],
  names: PythonValue,
  load: PythonValue = "_classic_read",
): PythonValue[] {
  if (env.version === 17 && ids.length === 0) stumble(model, names);
  const fields = fieldsToRead(env, model, names);
  if (ids.length > 0) checkAccess(env, model, "read");
  const own = fields.length > 0 &&
    isOwnProfile(env, model, ids, fields.map(({ name }) => name), "read");
  const reader = own ? env.with({ su: true }) : env;
  checkFields(reader, model, fields);
  const rowOf = (id: PythonValue) => {
    const number = id instanceof PythonFloat ? id.value : id;
    return typeof number === "number" ? env.row(model.name, number) : undefined;
  };
  const rows = ids.map(rowOf);
  // For the id alone there is nothing to fetch, so a record that is gone is not noticed before 14 looks for its rules
  const isIdAlone = fields.length === 0;
  const gone = ids.find((id, index) => isInteger(id) && id !== 0 && !rows[index]);
  if (isIdAlone && env.version === 14 && gone !== undefined) {
    throw missingError(model.name, [Number(gone)], env.uid);
  }
  checkRows(reader, model, rows.filter((row) => row !== undefined), "read");
  const read = rowReader(reader, model, fields, load === "_classic_read");
  const found: PythonValue[] = [];
  ids.forEach((id, index) => {
    const row = rows[index];
    if (Array.isArray(id)) throw typeError("unhashable type: 'list'");
    if (typeof id === "string") found.push(...textId(env, model, id));
    else if (id === 0 || id === false || id === null) found.push(emptyRecord(env, fields, id));
    else if (row) found.push(read(row));
    else if (isIdAlone && isInteger(id)) found.push({ id });
  });
  return found;
}

/** Reads rows as `read` answers them. */
export function rowReader(
  env: Env,
  model: Model,
  fields: readonly Field[],
  pairs: boolean,
): (row: Row) => { [field: string]: PythonValue } {
  // A copy of what has all keys is made at once; an object that grows key by key is made again and again
  const blank: { [field: string]: PythonValue } = Object.fromEntries(
    ["id", ...fields.map(({ name }) => name)].map((name) => [name, false]),
  );
  return (row) => {
    const record: { [field: string]: PythonValue } = { ...blank, id: row.id };
    for (const field of fields) record[field.name] = readField(env, model, row, field, pairs);
    return record;
  };
}

/** No list, an empty one and `false` all mean every field that may be read. */
export function fieldsToRead(env: Env, model: Model, names: PythonValue): Field[] {
  const list = typeof names === "string" ? [...names] : listOf(names);
  if (list.length === 0) {
    return [...model.fields.values()].filter((field) =>
      field.name !== "id" && isForUser(env, field)
    );
  }
  return list.flatMap((name) => {
    const field = typeof name === "string" ? model.fields.get(name) : undefined;
    if (!field) throw unknownField(env, model, name);
    return field.name === "id" ? [] : [field];
  });
}

/** 17 looks up the fields of no records without a check. */
function stumble(model: Model, names: PythonValue): void {
  const unknown = Array.isArray(names)
    ? names.find((name) => typeof name === "string" && !model.fields.has(name))
    : undefined;
  if (unknown !== undefined) throw new PythonError("KeyError", repr(unknown));
}

function unknownField(env: Env, model: Model, name: PythonValue): PythonError {
  return valueError(
    env.version === 19
      ? `Invalid field ${repr(name)} on '${model.name}'`
      : `Invalid field ${repr(name)} on model '${model.name}'`,
    [["odoo/models.py", 3575, "read"]],
  );
}

function readField(env: Env, model: Model, row: Row, field: Field, pairs: boolean): PythonValue {
  const value = env.value(model, row, field);
  if (field.type !== "one2many" && field.type !== "many2many") {
    return toWire(env, field, value, pairs);
  }
  const relation = env.model(field.relation ?? "");
  const rows = (Array.isArray(value) ? value : []).flatMap((id) => {
    const other = typeof id === "number" ? env.row(relation.name, id) : undefined;
    return other && isShown(env, relation, field, other) && isSeen(env, relation, other)
      ? [other]
      : [];
  });
  return rows.sort(compileOrder(env, relation, relation.order)).map(({ id }) => id);
}

function isShown(env: Env, relation: Model, field: Field, row: Row): boolean {
  if (field.where?.(row) === false) return false;
  const always = field.name === "child_ids" && relation.name === "res.partner";
  if (!relation.fields.has("active") || !(env.activeTest || always)) return true;
  return row["active"] === true;
}

function emptyRecord(env: Env, fields: readonly Field[], id: 0 | false | null): PythonValue {
  if (id === false && env.version === 14) {
    throw new PythonError(
      "psycopg2.errors.UndefinedFunction",
      "operator does not exist: integer = boolean\n" +
        "HINT:  No operator matches the given name and argument types. You might need to add explicit type casts.\n",
    );
  }
  const values = fields.map((field) => [
    field.name,
    field.type.endsWith("2many") ? [] : toWire(env, field, null, false),
  ]);
  return { id, ...Object.fromEntries(values) };
}

function textId(env: Env, model: Model, id: string): PythonValue[] {
  if (parseInteger(id) === undefined) throw notInteger(id, model.name);
  if (env.version !== 14) return [];
  throw accessError(
    `Database fetch misses ids (('${id}',)) and has extra ids ((${id},)), may be caused by a type incoherence ` +
      "in a previous request",
  );
}

function listOf(value: PythonValue): PythonValue[] {
  if (Array.isArray(value)) return value;
  return isInteger(value) || typeof value === "string" ? [value] : [];
}
