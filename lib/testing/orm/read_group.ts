/**
 * `read_group` of Odoo 17 and 19, with the labels, ranges and domains that stand in its groups.
 *
 * @module
 */
import { andOf } from "./domain_and.ts";
import { DATE_PARTS } from "./date_parts.ts";
import type { Env } from "./env.ts";
import { lacking, valueError } from "../faults.ts";
import { spanOf } from "./granularity.ts";
import { aggregateToWire, type GroupBy, keyToWire } from "./grouping.ts";
import { type Grouped, partsOf, readGroup } from "./group_specs.ts";
import type { Field, Model } from "./models.ts";
import { type PythonValue, repr, str, truthy } from "../python.ts";
import type { RpcValue } from "../../values.ts";

/** Arguments of `read_group`. */
export interface ReadGroup {
  /** Which records. */
  readonly domain: PythonValue;
  /** What to work out. */
  readonly fields: readonly string[];
  /** What to group by. */
  readonly groupby: readonly string[];
  /** How many groups to leave out. */
  readonly offset: PythonValue;
  /** How many groups at most. */
  readonly limit: PythonValue;
  /** Order of the groups. */
  readonly orderby: PythonValue;
  /** Whether to group by the first field only. */
  readonly lazy: boolean;
}

/** A group as a call answers it. */
export type GroupRow = { [key: string]: PythonValue };

/** Groups of records. */
export function readGroups(env: Env, model: Model, call: ReadGroup): GroupRow[] {
  refuseFilling(env);
  const groupby = call.lazy ? call.groupby.slice(0, 1) : call.groupby;
  const specs = new Map(groupby.map((spec) => [spec, explicit(env, model, spec)]));
  const aggregates = aggregatesOf(env, model, call, groupby, specs);
  const grouped = readGroup(env, model, {
    domain: call.domain,
    groupby: [...specs.values()],
    aggregates: [...aggregates.values()],
    order: orderOf(call.orderby, specs, aggregates),
    offset: call.offset,
    limit: call.limit,
  });
  const rows = rowsOf(env, grouped, [...specs.keys()], [...aggregates.keys()]);
  for (const { row } of rows) {
    row["__domain"] = env.version === 19 ? andOf(env, [call.domain]) : call.domain;
    if (groupby.length < call.groupby.length) {
      row["__context"] = { group_by: call.groupby.slice(groupby.length) };
    }
  }
  for (const spec of groupby) {
    const index = [...specs.keys()].indexOf(spec);
    const by = grouped.by[index];
    if (by) format(env, rows, spec, by, index);
  }
  return rows.map(({ row }) => row);
}

/** Empty groups for the graphs of the web client are another matter. */
export function refuseFilling(env: Env): void {
  const filling = env.context["fill_temporal"];
  if (truthy(filling) || (typeof filling === "object" && filling !== null)) {
    throw lacking("fill_temporal");
  }
}

/** Whether a plain field name in `fields` stands for an aggregate: the sum of a number. */
export function hasSum(env: Env, field: Field): boolean {
  const number = ["integer", "float", "monetary"].includes(field.type);
  return number && field.name !== "id" && field.stored &&
    !(field.name === "sequence" && env.version !== 14);
}

interface Pending {
  row: GroupRow;
  keys: readonly RpcValue[];
}

function explicit(env: Env, model: Model, spec: string): string {
  const { name, path, func } = partsOf(env, spec);
  const field = model.fields.get(name);
  if (!field) throw valueError(`Invalid field ${repr(name)} on model ${repr(model.name)}`);
  if (path !== undefined) {
    throw valueError(`Property name ${repr(path)} has to be used on a property field.`);
  }
  const isMoment = field.type === "date" || field.type === "datetime";
  return isMoment ? `${name}:${func ?? "month"}` : spec;
}

/** Aggregates by the name that they have in the groups. */
function aggregatesOf(
  env: Env,
  model: Model,
  { fields, lazy }: ReadGroup,
  groupby: readonly string[],
  specs: ReadonlyMap<string, string>,
): Map<string, string> {
  const [first = ""] = groupby;
  const count = lazy && groupby.length === 1 ? `${first.split(":")[0]}_count` : "__count";
  const aggregates = new Map([[count, "__count"]]);
  for (const spec of fields) {
    if (spec === "__count") continue;
    const match = FIELD.exec(spec);
    if (!match) throw valueError(`Invalid field specification ${repr(spec)}.`);
    const [, name = "", func, over] = match;
    if (func !== undefined) {
      aggregates.set(name, `${over ?? name}:${func}`);
      continue;
    }
    const field = model.fields.get(name);
    if (!field) throw valueError(`Invalid field ${repr(name)} on model ${repr(model.name)}`);
    if (hasSum(env, field) && !specs.has(spec)) aggregates.set(name, `${name}:sum`);
  }
  return aggregates;
}

/** An order may name groups and aggregates as the answer does. */
function orderOf(
  orderby: PythonValue,
  specs: ReadonlyMap<string, string>,
  aggregates: ReadonlyMap<string, string>,
): string {
  if (!truthy(orderby)) return [...specs.values()].join(",");
  const names = [...[...specs].reverse(), ...aggregates];
  return str(orderby).split(",").map((part) => {
    const term = part.trim();
    for (const [key, spec] of names) {
      const [name = ""] = key.split(":");
      if (term === name || term.startsWith(`${name} `)) return term.replaceAll(name, spec);
    }
    return term;
  }).join(",");
}

function rowsOf(
  env: Env,
  { by, aggregates, groups }: Grouped,
  groupNames: readonly string[],
  aggregateNames: readonly string[],
): Pending[] {
  return groups.map(({ keys, values }) => {
    const row: GroupRow = {};
    by.forEach((part, index) => {
      row[groupNames[index] ?? ""] = keyToWire(env, part, keys[index] ?? null);
    });
    aggregates.forEach((item, index) => {
      const value = values[index] ?? null;
      const empty = item.func.startsWith("array_agg") ? [] : false;
      row[aggregateNames[index] ?? ""] = value === null ? empty : aggregateToWire(item, value);
    });
    return { row, keys };
  });
}

/** Puts labels in place of moments, and the values of the groups into their domains. */
function format(
  env: Env,
  rows: readonly Pending[],
  spec: string,
  by: GroupBy,
  index: number,
): void {
  for (const { row, keys } of rows) {
    const key = keys[index] ?? null;
    const own = leafOf(env, rows, spec, by, key, row);
    row["__domain"] = andOf(env, [row["__domain"] ?? [], own]);
  }
}

function leafOf(
  env: Env,
  rows: readonly Pending[],
  spec: string,
  { field, granularity }: GroupBy,
  key: RpcValue,
  row: GroupRow,
): PythonValue[] {
  const { name } = field;
  if (granularity !== undefined && DATE_PARTS.has(granularity) && key !== null) {
    return [[`${name}.${granularity}`, "=", row[spec] ?? null]];
  }
  if (granularity !== undefined) {
    const ranges = row["__range"];
    const known = typeof ranges === "object" && ranges !== null && !Array.isArray(ranges);
    const span = typeof key === "string" ? spanOf(env, field, granularity, key) : undefined;
    const range = span ? { from: span.from, to: span.to } : false;
    row["__range"] = { ...(known ? ranges : {}), [spec]: range };
    if (!span) return [[name, "=", false]];
    row[spec] = span.label;
    return ["&", [name, ">=", span.from], [name, "<", span.to]];
  }
  if (key === null && field.type === "many2many") {
    if (env.version === 19) return [[name, "not any", []]];
    const others = rows.flatMap(({ row }) => Array.isArray(row[spec]) ? [row[spec][0] ?? 0] : []);
    return [[name, "not in", others]];
  }
  const value = row[spec] ?? false;
  return [[name, "=", field.relation && Array.isArray(value) ? value[0] ?? false : value]];
}

const FIELD = /^(\w+)(?::(\w+)(?:\((\w+)\))?)?/;
