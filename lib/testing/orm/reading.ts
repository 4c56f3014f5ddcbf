/**
 * Searching and reading: the ORM methods that change nothing.
 *
 * @module
 */
import { checkAccess, checkFields } from "./access.ts";
import type { Env } from "./env.ts";
import { accessError, PythonError, typeError, valueError } from "../faults.ts";
import { toWire } from "./fields.ts";
import { compileDomain, mentions } from "./match.ts";
import type { Field, Model } from "./models.ts";
import { compileOrder } from "./order.ts";
import {
  isInteger,
  parseInteger,
  plain,
  PythonFloat,
  type PythonValue,
  repr,
  truthy,
} from "../python.ts";
import type { Row } from "./store.ts";

/** How to search. */
export interface SearchOptions {
  /** How many rows to leave out. */
  readonly offset?: PythonValue | undefined;
  /** How many rows at most; 0 and nothing mean all. */
  readonly limit?: PythonValue | undefined;
  /** Order, such as `name desc, id`. */
  readonly order?: PythonValue | undefined;
}

/** Rows that a domain finds and the user may see, in order. */
export function searchRows(
  env: Env,
  model: Model,
  domain: PythonValue,
  { offset = 0, limit = null, order = null }: SearchOptions = {},
): Row[] {
  checkAccess(env, model, "read");
  const predicate = compileDomain(env, model, domain);
  const visible = visibility(env, model, domain);
  const found: Row[] = [];
  for (const row of env.store.rows(model.name)) {
    if (visible(row) && predicate(row)) found.push(row);
  }
  if (isInteger(order)) throw noText(env);
  const text = typeof order === "string" && order !== "" ? order : model.order;
  found.sort(compileOrder(env, model, text));
  const start = count(env, offset) ?? 0;
  const length = count(env, limit);
  return found.slice(start, length === undefined || length === 0 ? undefined : start + length);
}

/** The rows of ids as `read` answers them. Ids that do not exist are left out without a word. */
export function readRows(
  env: Env,
  model: Model,
  ids: readonly PythonValue[],
  names: PythonValue,
  load: PythonValue = "_classic_read",
): PythonValue[] {
  checkAccess(env, model, "read");
  const fields = fieldsToRead(env, model, names);
  checkFields(env, model, fields);
  const pairs = truthy(load);
  return ids.flatMap((id) => {
    if (Array.isArray(id)) throw typeError("unhashable type: 'list'");
    if (typeof id === "string") return textId(env, id);
    if (id === 0 || id === false || id === null) return [emptyRecord(env, fields, id)];
    const number = id instanceof PythonFloat ? id.value : id;
    const row = typeof number === "number" ? env.row(model.name, number) : undefined;
    return row && isVisible(env, model, row) ? [readRow(env, model, row, fields, pairs)] : [];
  });
}

/** One row as `read` answers it. */
export function readRow(
  env: Env,
  model: Model,
  row: Row,
  fields: readonly Field[],
  pairs: boolean,
): { [field: string]: PythonValue } {
  const record: { [field: string]: PythonValue } = { id: row.id };
  for (const field of fields) record[field.name] = readField(env, model, row, field, pairs);
  return record;
}

/** Pairs of id and display name that a name finds: `name_search`. */
export function nameSearch(
  env: Env,
  model: Model,
  name: string,
  domain: PythonValue,
  operator: string,
  limit: PythonValue,
): [id: number, name: string][] {
  const isPath = model.name === "res.partner.category" && env.version !== 19;
  const text = isPath ? name.split(" / ").at(-1) ?? name : name;
  if (model.name === "res.country" && name.length === 2 && operator.endsWith("like")) {
    return countriesByCode(env, model, name, domain, limit);
  }
  const rows = searchRows(env, model, [
    ...nameDomain(env, model, text, operator),
    ...listOf(domain),
  ], {
    limit,
  });
  return rows.map((row) => [row.id, env.displayName(model.name, row.id)]);
}

/** A country's code comes first; before 19 it does not count for the limit. */
function countriesByCode(
  env: Env,
  model: Model,
  code: string,
  domain: PythonValue,
  limit: PythonValue,
): [id: number, name: string][] {
  const own = listOf(domain);
  const first = searchRows(env, model, [["code", "=ilike", code], ...own]);
  const others = searchRows(env, model, [["name", "ilike", code], ...own])
    .filter((row) => !first.includes(row));
  const most = count(env, limit) ?? 0;
  const left = env.version === 19 ? Math.max(0, most - first.length) : most;
  const rows = [...first, ...others.slice(0, most === 0 ? undefined : left)];
  return rows.map((row) => [row.id, env.displayName(model.name, row.id)]);
}

/** The domain of a name: any of the fields that the model is known by. */
export function nameDomain(env: Env, model: Model, name: string, operator: string): PythonValue[] {
  if (name === "" && operator.endsWith("like")) return [];
  const negative = operator.startsWith("not ") || operator === "!=";
  const leaves = model.namesSearch.map((field): PythonValue => {
    const code = field === "code" && model.name === "res.country" && env.version !== 19;
    return [field, code && operator === "=" ? "=ilike" : operator, name];
  });
  return [...leaves.slice(1).map(() => negative ? "&" : "|"), ...leaves];
}

function visibility(env: Env, model: Model, domain: PythonValue): (row: Row) => boolean {
  const active = env.activeTest && model.fields.has("active") && !mentions(domain, "active");
  return (row) => (!active || row["active"] === true) && isVisible(env, model, row);
}

/** Record rules: only administrators see the API keys of others. */
function isVisible(env: Env, model: Model, row: Row): boolean {
  return model.name !== "res.users.apikeys" || env.su || env.uid === 2 ||
    row["user_id"] === env.uid;
}

function noText(env: Env): PythonError {
  if (env.version === 19) return typeError("expected string or bytes-like object, got 'int'");
  return new PythonError("AttributeError", "'int' object has no attribute 'split'");
}

function count(env: Env, value: PythonValue): number | undefined {
  if (!truthy(value)) return undefined;
  if (value === true) {
    if (env.version === 14) return 1;
    const text = "argument of LIMIT must be type bigint, not type boolean\n";
    throw new PythonError("psycopg2.errors.DatatypeMismatch", text);
  }
  if (typeof value === "string") {
    if (env.version === 14) throw typeError("%d format: a real number is required, not str");
    return parseInteger(value);
  }
  const number = plain(value);
  if (typeof number !== "number") return undefined;
  if (number < 0) {
    throw new PythonError(
      "psycopg2.errors.InvalidRowCountInLimitClause",
      "LIMIT must not be negative\n",
    );
  }
  return env.version === 14 ? Math.trunc(number) : Math.round(number);
}

/** No list, an empty one and `false` all mean every field that may be read. */
function fieldsToRead(env: Env, model: Model, names: PythonValue): Field[] {
  const list = typeof names === "string" ? [...names] : listOf(names);
  if (list.length === 0) {
    return [...model.fields.values()].filter((field) => field.name !== "id" && !field.forbidden);
  }
  return list.flatMap((name) => {
    const field = typeof name === "string" ? model.fields.get(name) : undefined;
    if (!field) throw unknownField(env, model, name);
    return field.name === "id" ? [] : [field];
  });
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
    return other && isShown(env, relation, field, other) ? [other] : [];
  });
  return rows.sort(compileOrder(env, relation, relation.order)).map(({ id }) => id);
}

function isShown(env: Env, relation: Model, field: Field, row: Row): boolean {
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

function textId(env: Env, id: string): PythonValue[] {
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
