/**
 * Searching: rows in their order, as many as the call wants, and names.
 *
 * @module
 */
import { checkAccess } from "./access.ts";
import { leaf, parseDomain, type Tree, TRUE } from "./domain_tree.ts";
import type { Env } from "./env.ts";
import { PythonError, typeError } from "../faults.ts";
import { rowsOf } from "./match.ts";
import type { Model } from "./models.ts";
import { combine, firstNames, namePhases } from "./names.ts";
import { compileOrder, orderOf } from "./order.ts";
import { fieldsToRead, readRows } from "./reading.ts";
import {
  isDict,
  parseInteger,
  PythonFloat,
  type PythonValue,
  truthy,
  typeName,
} from "../python.ts";
import { firstSorted } from "./selection.ts";
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
  options: SearchOptions = {},
): Row[] {
  checkAccess(env, model, "read");
  return orderedRows(env, model, parseDomain(env, domain), options);
}

/**
 * What `search_read` says when it has found nothing: 14 does not look at the fields, 17 refuses unknown ones, but stumbles
 * over them where it has not even looked, as the domain can find nothing.
 */
export function readNothing(
  env: Env,
  model: Model,
  names: PythonValue,
  domain: PythonValue,
): PythonValue[] {
  if (env.version === 14) return [];
  if (isFalse(domain)) return readRows(env, model, [], names);
  fieldsToRead(env, model, names);
  return [];
}

function isFalse(domain: PythonValue): boolean {
  return Array.isArray(domain) && domain.every((part) => Array.isArray(part)) &&
    domain.some((part) => {
      const [left, operator, right] = Array.isArray(part) ? part : [];
      return (operator === "in" && Array.isArray(right) && right.length === 0) ||
        (operator === "=" && typeof left === "number" && left !== right);
    });
}

/** Pairs of id and display name that a name finds: `name_search`. */
export function nameSearch(
  env: Env,
  model: Model,
  name: PythonValue,
  domain: PythonValue,
  operator: string,
  limit: PythonValue,
): [id: number, name: string][] {
  checkAccess(env, model, "read");
  const within = truthy(domain) ? parseDomain(env, domain) : TRUE;
  const own = model.name === "product.product" && truthy(name);
  const rows = env.version === 19 && !own
    ? newNames(env, model, name, within, operator, limit)
    : oldNames(env, model, name, within, operator, limit);
  return rows.map(({ id }) => [id, env.displayName(model.name, id)]);
}

/** Odoo 14 and 17 look in one or two ways, and apply the limit to each. */
function oldNames(
  env: Env,
  model: Model,
  name: PythonValue,
  within: Tree,
  operator: string,
  limit: PythonValue,
): Row[] {
  const { phases, firstOnly, excluding } = namePhases(env, model, name, operator);
  const found = new Set<Row>();
  for (const phase of phases) {
    const tree = combine("and", [phase, within, excluding ? notIn([...found]) : TRUE]);
    for (const row of orderedRows(env, model, tree, { limit })) {
      found.add(row);
    }
    if (firstOnly && found.size > 0) break;
  }
  return [...found];
}

/** Odoo 19 looks for codes and logins first, and they count. */
function newNames(
  env: Env,
  model: Model,
  name: PythonValue,
  within: Tree,
  operator: string,
  limit: PythonValue,
): Row[] {
  const tree = typeof name === "string" ? firstNames(env, model, name, operator) : undefined;
  const first = tree ? orderedRows(env, model, combine("and", [tree, within]), { limit }) : [];
  const login = model.name === "res.users" && first.length > 0;
  const most = count(env, limit, "LIMIT");
  const left = most === undefined ? limit : most - first.length;
  if (login || (left !== limit && typeof left === "number" && left <= 0)) return first;
  const names = parseDomain(env, [["display_name", operator, name]]);
  const others = combine("and", [names, within, notIn(first)]);
  return [...first, ...orderedRows(env, model, others, { limit: left })];
}

function notIn(rows: readonly Row[]): Tree {
  return rows.length === 0 ? TRUE : leaf("id", "not in", rows.map(({ id }) => id));
}

function orderedRows(
  env: Env,
  model: Model,
  tree: Tree,
  { offset = 0, limit = null, order = null }: SearchOptions,
): Row[] {
  const found = rowsOf(env, model, tree);
  // Where nothing can be found, nothing more is looked at
  if (tree.kind === "constant" && !tree.value) return [];
  const compare = compileOrder(env, model, orderOf(env, model, order));
  const length = count(env, limit, "LIMIT") ?? found.length;
  const start = count(env, offset, "OFFSET") ?? 0;
  return firstSorted(found, start + length, compare).slice(start);
}

/** A limit or an offset; nothing, and nothing but 0, means none. */
function count(env: Env, value: PythonValue, clause: "LIMIT" | "OFFSET"): number | undefined {
  if (!truthy(value)) return undefined;
  const number = env.version === 14 ? formatted(value) : literal(value, clause);
  if (number >= 0) return number;
  throw clause === "LIMIT"
    ? new PythonError(
      "psycopg2.errors.InvalidRowCountInLimitClause",
      "LIMIT must not be negative\n",
    )
    : new PythonError(
      "psycopg2.errors.InvalidRowCountInResultOffsetClause",
      "OFFSET must not be negative\n",
    );
}

/** `"%d" % value` */
function formatted(value: PythonValue): number {
  if (value === true) return 1;
  if (typeof value === "number") return Math.trunc(value);
  if (value instanceof PythonFloat) return value.value;
  throw typeError(`%d format: a real number is required, not ${typeName(value)}`);
}

function literal(value: PythonValue, clause: string): number {
  if (typeof value === "number") return Math.round(value);
  if (value instanceof PythonFloat) return value.value;
  if (typeof value === "string") {
    const number = parseInteger(value);
    if (number !== undefined) return number;
    throw new PythonError(
      "psycopg2.errors.InvalidTextRepresentation",
      `invalid input syntax for type bigint: "${value}"\n`,
    );
  }
  if (isDict(value)) throw new PythonError("psycopg2.ProgrammingError", "can't adapt type 'dict'");
  const type = Array.isArray(value) ? "integer[]" : "boolean";
  throw new PythonError(
    "psycopg2.errors.DatatypeMismatch",
    `argument of ${clause} must be type bigint, not type ${type}\n`,
  );
}
