/**
 * `read_group` of Odoo 14.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { andOf } from "./domain_and.ts";
import type { Env } from "./env.ts";
import { PythonError, userError, valueError } from "../faults.ts";
import { spanOf, SPANS } from "./granularity.ts";
import {
  type Aggregate,
  aggregate,
  aggregateToWire,
  type Group,
  type GroupBy,
  type GroupOrder,
  groupRows,
  keyToWire,
  orderByGroup,
  sliceOf,
  sortGroups,
} from "./grouping.ts";
import type { Field, Model } from "./models.ts";
import { compareValues } from "./order.ts";
import { type PythonValue, repr, str, truthy } from "../python.ts";
import { type GroupRow, hasSum, type ReadGroup, refuseFilling } from "./read_group.ts";
import { searchRows } from "./searching.ts";

/** Groups of records. */
export function readGroups14(env: Env, model: Model, call: ReadGroup): GroupRow[] {
  refuseFilling(env);
  const rows = searchRows(env, model, call.domain, { order: "id" });
  const all = [...new Set(call.groupby)];
  const groupby = call.lazy ? all.slice(0, 1) : all;
  const by = groupby.map((spec) => groupByOf(model, spec));
  for (const { field } of by) {
    if (isColumn(model, field)) continue;
    throw userError("Fields in 'groupby' must be database-persisted fields (no computed fields)");
  }
  const aggregates = aggregatesOf(env, model, call.fields, by);
  const order = truthy(call.orderby) ? str(call.orderby) : groupby.join(",");
  const parts = orderOf(env, model, by, aggregates, order);
  const groups = sortGroups(env, groupRows(env, rows, by), by, parts);
  // Without a limit an offset does nothing.
  const found = sliceOf(groups, truthy(call.limit) ? call.offset : 0, call.limit);
  const count = `${call.lazy ? by[0]?.field.name ?? "_" : "_"}_count`;
  return found.map((group) => {
    const row = rowOf(env, model, group, by, aggregates, count);
    if (by.length === 0) return row;
    format(env, row, group, by, call.domain);
    if (all.length > by.length) row["__context"] = { group_by: all.slice(by.length) };
    return row;
  });
}

function groupByOf(model: Model, spec: string): GroupBy {
  const [name = "", ...rest] = spec.split(":");
  const field = model.fields.get(name);
  if (!field) throw unknownField(model, name);
  const isMoment = field.type === "date" || field.type === "datetime";
  const granularity = rest.length === 1 ? rest[0] || "month" : "month";
  if (isMoment && !SPANS.has(granularity)) throw new PythonError("KeyError", `'${granularity}'`);
  return { spec, through: [], model, field, granularity: isMoment ? granularity : undefined };
}

/** Whether the field has a column, in its own table or in that of the record that carries it. */
function isColumn(model: Model, field: Field): boolean {
  const inherited = model.inherits !== undefined &&
    field.related?.startsWith(`${model.inherits.field}.`) === true;
  return inherited || (field.stored && !field.type.endsWith("2many"));
}

/** Aggregates by the name that they have in the groups. */
function aggregatesOf(
  env: Env,
  model: Model,
  fields: readonly string[],
  by: readonly GroupBy[],
): Map<string, Aggregate> {
  const aggregates = new Map<string, Aggregate>();
  const stored = [...model.fields.values()].filter((field) => field.stored);
  for (const spec of fields.length > 0 ? fields : stored.map(({ name }) => name)) {
    if (spec === "sequence" || spec === "__count") continue;
    const match = FIELD.exec(spec);
    if (!match) throw userError(`Invalid field specification ${repr(spec)}.`);
    const [, name = "", func, over = name] = match;
    const item = aggregateOf(env, model, over, func);
    if (!item || by.some(({ field }) => field.name === over)) continue;
    if (aggregates.has(name)) throw userError(`Output name ${repr(name)} is used twice.`);
    aggregates.set(name, item);
  }
  return aggregates;
}

function aggregateOf(
  env: Env,
  model: Model,
  name: string,
  func: string | undefined,
): Aggregate | undefined {
  const field = model.fields.get(name);
  if (!field) throw unknownField(model, name);
  if (func === undefined) return hasSum(env, field) ? { func: "sum", field } : undefined;
  if (!isColumn(model, field)) throw userError(`Cannot aggregate field ${repr(name)}.`);
  if (!AGGREGATES.has(func)) throw userError(`Invalid aggregation function ${repr(func)}.`);
  return { func, field };
}

/** What is neither grouped nor worked out is left out of the order. */
function orderOf(
  env: Env,
  model: Model,
  by: readonly GroupBy[],
  aggregates: ReadonlyMap<string, Aggregate>,
  order: string,
): GroupOrder[] {
  if (order === "") return [];
  if (!ORDER.test(order)) {
    throw userError(
      `Invalid "order" specified (${order}). A valid "order" specification is a comma-separated list of valid ` +
        "field names (optionally followed by asc/desc for the direction)",
    );
  }
  return order.split(",").flatMap((part): GroupOrder[] => {
    const [term = "", direction = ""] = part.trim().split(/\s+/);
    const descending = direction.toLowerCase() === "desc";
    const index = by.findIndex(({ spec, field }) => spec === term || field.name === term);
    if (index >= 0) return [orderByGroup(env, by, index, descending)];
    const item = aggregates.get(term);
    const value = (group: Group) => item ? aggregate(env, model, item, group) : null;
    if (item) return [{ value, compare: compareValues, descending, nullsFirst: undefined }];
    if (!model.fields.has(term)) throw unknownField(model, term);
    return [];
  });
}

/** A row of PostgreSQL. Where nothing is grouped it goes out as it is. */
function rowOf(
  env: Env,
  model: Model,
  group: Group,
  by: readonly GroupBy[],
  aggregates: ReadonlyMap<string, Aggregate>,
  count: string,
): GroupRow {
  const row: GroupRow = { [count]: group.rows.length };
  const isRaw = by.length === 0;
  if (isRaw) row["id"] = least(group);
  for (const [name, item] of aggregates) {
    const value = aggregate(env, model, item, group);
    row[name] = value === null ? (isRaw ? null : false) : aggregateToWire(item, value);
  }
  by.forEach((part, index) => {
    const value = keyToWire(env, part, group.keys[index] ?? null);
    // The least id of a group is dropped, and the group's own value with it.
    if (part.spec !== "id") row[part.spec] = value;
  });
  return row;
}

function least({ rows }: Group): number | null {
  return rows.length === 0 ? null : Math.min(...rows.map(({ id }) => id));
}

function format(
  env: Env,
  row: GroupRow,
  group: Group,
  by: readonly GroupBy[],
  domain: PythonValue,
): void {
  const sections = by.map((part, index) => {
    const key = group.keys[index] ?? null;
    const { spec, field: { name, relation }, granularity } = part;
    if (granularity === undefined || typeof key !== "string") {
      return [[name, "=", relation ? key ?? false : keyToWire(env, part, key)]];
    }
    const { from, to, label } = spanOf(env, part.field, granularity, key);
    row[spec] = label;
    return ["&", [name, ">=", from], [name, "<", to]];
  });
  row["__domain"] = andOf(env, [...sections, domain]);
}

function unknownField(model: Model, name: string): PythonError {
  return valueError(`Invalid field ${repr(name)} on model ${repr(model.name)}`);
}

const FIELD = /^(\w+)(?::(\w+)(?:\((\w+)\))?)?/;

const ORDER = /^(?:\s*(?:[a-z0-9:_]+|"[a-z0-9:_]+")(?:\s+(?:desc|asc))?\s*(?:,|$))+(?<!,)$/i;

const AGGREGATES: ReadonlySet<RpcValue> = new Set([
  "array_agg",
  "count",
  "count_distinct",
  "bool_and",
  "bool_or",
  "max",
  "min",
  "avg",
  "sum",
]);
