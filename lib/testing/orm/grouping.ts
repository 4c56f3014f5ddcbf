/**
 * Groups of rows and what is worked out over them: PostgreSQL's `GROUP BY` with its aggregates.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { DATE_PARTS } from "./date_parts.ts";
import type { Env } from "./env.ts";
import { lacking, PythonError } from "../faults.ts";
import { numberOf, startOf } from "./granularity.ts";
import type { Field, Model } from "./models.ts";
import { byTarget, compareValues } from "./order.ts";
import { isInteger, plain, PythonFloat, type PythonValue, truthy } from "../python.ts";
import type { Row } from "./store.ts";

/** One thing to group by. */
export interface GroupBy {
  /** How the call wrote it. */
  readonly spec: string;
  /** Many2one fields to go through first, with the model that has each. */
  readonly through: readonly { readonly model: Model; readonly field: Field }[];
  /** Model of the field. */
  readonly model: Model;
  /** The field. */
  readonly field: Field;
  /** For moments: span of time, or number out of the moment. */
  readonly granularity: string | undefined;
}

/** One thing to work out. */
export interface Aggregate {
  /** Such as `sum`; `__count` counts the rows. */
  readonly func: string;
  /** Field that it is worked out over, but for `__count`. */
  readonly field: Field | undefined;
}

/** A group: its values in the order of what was grouped by, and its rows. */
export interface Group {
  /** One value for each thing grouped by. */
  readonly keys: readonly RpcValue[];
  /** Rows. Where a many2many groups, a row stands in several groups. */
  readonly rows: readonly Row[];
}

/** One part of an order of groups. */
export interface GroupOrder {
  /** Value of a group to compare. */
  readonly value: (group: Group) => RpcValue;
  /** Compares two values. */
  readonly compare: (first: RpcValue, second: RpcValue) => number;
  /** Whether the greatest comes first. */
  readonly descending: boolean;
  /** Whether nothing comes first. By default it does in a descending order. */
  readonly nullsFirst: boolean | undefined;
}

/** The groups of rows. Without anything to group by there is one, even if it has no rows. */
export function groupRows(env: Env, rows: readonly Row[], by: readonly GroupBy[]): Group[] {
  if (by.length === 0) return [{ keys: [], rows }];
  const groups = new Map<string, { keys: RpcValue[]; rows: Row[] }>();
  for (const row of rows) {
    for (const keys of combinations(by.map((part) => valuesOf(env, part, row)))) {
      const name = JSON.stringify(keys);
      const group = groups.get(name);
      if (group) group.rows.push(row);
      else groups.set(name, { keys, rows: [row] });
    }
  }
  return [...groups.values()];
}

/** Sorts groups; those that are the same to the order stand in the order of what they were grouped by. */
export function sortGroups(
  env: Env,
  groups: Group[],
  by: readonly GroupBy[],
  order: readonly GroupOrder[],
): Group[] {
  const parts = [...order, ...by.map((_part, index) => orderByGroup(env, by, index))];
  return groups.sort((first, second) => {
    for (const { value, compare, descending, nullsFirst = descending } of parts) {
      const [a, b] = [value(first), value(second)];
      if (a === null && b === null) continue;
      if (a === null || b === null) return (a === null) === nullsFirst ? -1 : 1;
      const result = compare(a, b);
      if (result !== 0) return descending ? -result : result;
    }
    return 0;
  });
}

/** An order by one of the things grouped by. */
export function orderByGroup(
  env: Env,
  by: readonly GroupBy[],
  index: number,
  descending = false,
  nullsFirst?: boolean,
): GroupOrder {
  const field = by[index]?.field;
  const compare = field?.type === "many2one" ? byTarget(env, field) : compareValues;
  return { value: (group) => group.keys[index] ?? null, compare, descending, nullsFirst };
}

/** The value of an aggregate over a group; `null` where SQL has NULL. */
export function aggregate(
  env: Env,
  model: Model,
  { func, field }: Aggregate,
  { rows }: Group,
): RpcValue {
  if (!field) return rows.length;
  if (field.type.endsWith("2many")) throw lacking(`an aggregate over the field ${field.name}`);
  checkType(func, field);
  const all = rows.map((row) => env.value(model, row, field));
  const values = all.filter((value) => value !== null);
  switch (func) {
    case "count":
      return values.length;
    case "count_distinct":
      return new Set(values).size;
    case "array_agg":
      return all.length === 0 ? null : all;
    case "array_agg_distinct":
      return all.length === 0 ? null : distinct(all);
    default:
      return values.length === 0 ? null : summary(func, field, values);
  }
}

/** The value of an aggregate as the wire has it. */
export function aggregateToWire({ func, field }: Aggregate, value: RpcValue): PythonValue {
  if (value === null || !field) return value;
  if (func.startsWith("count") || func.startsWith("bool")) return value;
  if (Array.isArray(value)) return value.map((item) => item === null ? null : itemOf(field, item));
  return func === "avg" ? new PythonFloat(Number(value)) : itemOf(field, value);
}

/** The value of a group as the wire has it: records as pairs. */
export function keyToWire(env: Env, { field, granularity }: GroupBy, key: RpcValue): PythonValue {
  if (key === null) return false;
  if (granularity !== undefined && DATE_PARTS.has(granularity)) return new PythonFloat(Number(key));
  if (field.relation && typeof key === "number") {
    return [key, env.displayName(field.relation, key)];
  }
  return itemOf(field, key);
}

/** The slice of groups that a limit and an offset leave. */
export function sliceOf<T>(items: readonly T[], offset: PythonValue, limit: PythonValue): T[] {
  const start = numberIn(offset);
  const length = numberIn(limit);
  return items.slice(start, length === 0 ? undefined : start + length);
}

function numberIn(value: PythonValue): number {
  const number = truthy(value) ? plain(value) : 0;
  if (typeof number === "number") return Math.trunc(number);
  throw lacking("a limit or an offset of groups that is no number");
}

function valuesOf(env: Env, by: GroupBy, row: Row): RpcValue[] {
  let at = row;
  for (const { model, field } of by.through) {
    const id = env.value(model, at, field);
    const next = typeof id === "number" ? env.row(field.relation ?? "", id) : undefined;
    if (!next) return [null];
    at = next;
  }
  const value = env.value(by.model, at, by.field);
  if (by.field.type === "many2many") return linked(env, by.field, value);
  if (by.field.type === "boolean") return [value ?? false];
  if (by.granularity !== undefined && typeof value === "string") {
    return [
      DATE_PARTS.has(by.granularity)
        ? numberOf(env, by.field, by.granularity, value)
        : startOf(env, by.field, by.granularity, value),
    ];
  }
  return [value];
}

/** Odoo 19 leaves archived records out, 17 takes them along. */
function linked(env: Env, field: Field, value: RpcValue): RpcValue[] {
  const relation = env.model(field.relation ?? "");
  const hides = env.version === 19 && env.activeTest && relation.fields.has("active");
  const ids = (Array.isArray(value) ? value : []).filter((id) =>
    isInteger(id) && (!hides || env.row(relation.name, id)?.["active"] === true)
  );
  return ids.length === 0 ? [null] : ids;
}

function combinations(lists: readonly RpcValue[][]): RpcValue[][] {
  return lists.reduce<RpcValue[][]>(
    (made, list) => made.flatMap((keys) => list.map((value) => [...keys, value])),
    [[]],
  );
}

function distinct(values: readonly RpcValue[]): RpcValue[] {
  const known = [...new Set(values)].filter((value) => value !== null).sort(compareValues);
  return values.includes(null) ? [...known, null] : known;
}

function summary(func: string, field: Field, values: readonly RpcValue[]): RpcValue {
  switch (func) {
    case "min":
      return values.reduce((a, b) => compareValues(b, a) < 0 ? b : a);
    case "max":
      return values.reduce((a, b) => compareValues(b, a) > 0 ? b : a);
    case "bool_and":
      return values.every((value) => value === true);
    case "bool_or":
      return values.includes(true);
    case "sum":
      return sum(field, values);
    default:
      return sum(field, values) / values.length;
  }
}

/** A float with digits is a number of PostgreSQL's own, which adds up without the errors of binary fractions. */
function sum(field: Field, values: readonly RpcValue[]): number {
  const total = values.reduce<number>((so, value) => so + Number(value), 0);
  return field.digits || field.type === "monetary" ? Number(total.toPrecision(15)) : total;
}

function itemOf({ type }: Field, value: RpcValue): PythonValue {
  if (type === "datetime" && typeof value === "string") return value.slice(0, 19);
  if ((type === "float" || type === "monetary") && typeof value === "number") {
    return new PythonFloat(value);
  }
  return value;
}

/** PostgreSQL has no sum of texts, and no greatest truth. */
function checkType(func: string, field: Field): void {
  const number = ["integer", "float", "monetary", "many2one", "many2one_reference"].includes(
    field.type,
  );
  const fits = func.startsWith("bool")
    ? field.type === "boolean"
    : func === "sum" || func === "avg"
    ? number
    : (func !== "min" && func !== "max") || field.type !== "boolean";
  if (fits) return;
  throw new PythonError(
    "psycopg2.errors.UndefinedFunction",
    `function ${func}(${sqlType(field)}) does not exist\n` +
      "HINT:  No function matches the given name and argument types. You might need to add explicit type casts.\n",
  );
}

function sqlType({ type, digits }: Field): string {
  switch (type) {
    case "char":
    case "selection":
      return "character varying";
    case "html":
      return "text";
    case "datetime":
      return "timestamp without time zone";
    case "float":
      return digits ? "numeric" : "double precision";
    case "monetary":
      return "numeric";
    case "many2one":
    case "many2one_reference":
      return "integer";
    default:
      return type;
  }
}
