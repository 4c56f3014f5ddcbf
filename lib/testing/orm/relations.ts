/**
 * Conditions of Odoo 14 and 17 on relational fields: ids, names, nothing at all, and hierarchies.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { columnCondition, type Condition, type Place, type Truth } from "./conditions.ts";
import { leaf, OPPOSITES, type Tree, TRUE } from "./domain_tree.ts";
import type { Env } from "./env.ts";
import { PythonError } from "../faults.ts";
import { hierarchyIds } from "./hierarchy.ts";
import type { Field, Model } from "./models.ts";
import { combine, isNegative, namePhases } from "./names.ts";
import { isInteger, type PythonValue, truthy, typeName } from "../python.ts";
import { archivedToo, domainOf, type Searcher } from "./searcher.ts";
import { sqlNumber } from "./sql_values.ts";
import type { Row } from "./store.ts";

/** `IN (...)` on the column of a many2one. */
export function memberOf(
  env: Env,
  model: Model,
  field: Field,
  ids: ReadonlySet<number>,
  negative: boolean,
): Condition {
  return (row) => {
    const own = env.value(model, row, field);
    if (typeof own === "number") return ids.has(own) !== negative;
    return ids.size === 0 ? negative : null;
  };
}

/** Ids that a value stands for: one, several, or names. */
export function idsOfValue(place: Searcher, target: Model, value: PythonValue): PythonValue[] {
  if (isInteger(value) || typeof value === "boolean") return truthy(value) ? [value] : [];
  const names = typeof value === "string" ? [value] : Array.isArray(value) ? value : undefined;
  if (!names) throw new PythonError("TypeError", `'${typeName(value)}' object is not iterable`);
  if (names.length === 0 || !names.every((name) => typeof name === "string")) return names;
  return names.flatMap((name) => [...named(place.on(target), name, "ilike")]);
}

/** Ids of the records that a name stands for. */
export function named(
  place: Searcher,
  name: PythonValue,
  operator: string,
  within: Tree = TRUE,
): ReadonlySet<number> {
  const { env, model } = place;
  const { phases, firstOnly } = namePhases(env, model, name, operator);
  const found = new Set<number>();
  for (const phase of phases) {
    for (const id of place.find(env, model, combine("and", [phase, within]))) found.add(id);
    if (firstOnly && found.size > 0) break;
  }
  return found;
}

/** A one2many, compared with ids, names or nothing. */
export function one2many(
  place: Searcher,
  field: Field,
  operator: string,
  value: PythonValue,
): Condition {
  const { env } = place;
  const target = env.model(field.relation ?? "");
  if (operator.endsWith("_of")) return hierarchyCondition(place, field, operator, value);
  const negative = isNegative(operator);
  if (value === false) {
    const lines = new Set(
      [...env.store.rows(target.name)].map((row) => row[field.relationField ?? ""]),
    );
    return (row) => lines.has(row.id) === negative;
  }
  if (typeof value === "string") {
    const positive = OPPOSITES[operator] && negative ? OPPOSITES[operator] ?? operator : operator;
    const ids = named(place.on(target), value, positive, domainOf(field, target));
    return linesOf(place, field, ids, negative, true);
  }
  const items = Array.isArray(value) ? value : [value];
  const ids = sqlIds(items);
  return linesOf(place, field, ids, negative, items.length > 0);
}

/** `id IN (SELECT inverse ...)`: in Odoo 14 a line without an inverse makes that unknown. */
export function linesOf(
  { env, model }: Place,
  field: Field,
  ids: ReadonlySet<number>,
  negative: boolean,
  mayBeNull = true,
): Condition {
  const relation = field.relation ?? "";
  const owners = new Set<RpcValue>();
  for (const id of ids) {
    const line = env.row(relation, id);
    if (line) owners.add(line[field.relationField ?? ""] ?? null);
  }
  const unknown = env.version === 14 && mayBeNull && owners.has(null);
  return (row: Row): Truth => {
    if (owners.has(row.id)) return !negative;
    return unknown && model ? null : negative;
  };
}

/** A many2many, compared with ids, names or nothing. */
export function many2many(
  place: Searcher,
  field: Field,
  operator: string,
  value: PythonValue,
): Condition {
  if (operator.endsWith("_of")) return hierarchyCondition(place, field, operator, value);
  const { env, model } = place;
  const negative = isNegative(operator);
  if (value === false) {
    return (row) => (linksOf(env, model, field, row).length === 0) !== negative;
  }
  if (typeof value === "string") {
    const positive = negative ? OPPOSITES[operator] ?? operator : operator;
    const ids = named(place.on(env.model(field.relation ?? "")), value, positive);
    return linked(place, field, ids, negative);
  }
  const items = Array.isArray(value) ? value : [value];
  return linked(place, field, sqlIds(items.filter((item) => truthy(item))), negative);
}

/** Whether a row is linked to one of the records. */
export function linked(
  { env, model }: Place,
  field: Field,
  ids: ReadonlySet<number>,
  negative: boolean,
): Condition {
  return (row) => linksOf(env, model, field, row).some((id) => ids.has(id)) !== negative;
}

function linksOf(env: Env, model: Model, field: Field, row: Row): number[] {
  const value = env.value(model, row, field);
  return Array.isArray(value) ? value.filter((id) => typeof id === "number") : [];
}

function sqlIds(items: readonly PythonValue[]): ReadonlySet<number> {
  const ids = items.map((item) => sqlNumber(item));
  return new Set(ids.filter((id) => typeof id === "number"));
}

/** A many2one, compared with ids, names or nothing. */
export function many2one(
  place: Searcher,
  field: Field,
  operator: string,
  value: PythonValue,
): Condition {
  if (operator.endsWith("_of")) return hierarchyCondition(place, field, operator, value);
  const names = Array.isArray(value) && value.length > 0 &&
    value.every((item) => typeof item === "string");
  if (typeof value !== "string" && !names) return columnCondition(place, field, operator, value);
  const { env, model } = place;
  const target = env.model(field.relation ?? "");
  const asked = /^[<>]/.test(operator) ? "in" : operator;
  const single: Readonly<Record<string, string>> = { "in": "=", "not in": "!=" };
  const used = Array.isArray(value) ? asked : single[asked] ?? asked;
  const ids = named(place.on(target, archivedToo(env)), value, used);
  const member = memberOf(env, model, field, ids, false);
  if (!isNegative(used)) return member;
  return (row) => typeof env.value(model, row, field) === "number" ? member(row) : true;
}

/** `child_of` and `parent_of` on a relational field: one to the own model leads along itself. */
function hierarchyCondition(
  place: Searcher,
  field: Field,
  operator: string,
  value: PythonValue,
): Condition {
  const { env, model } = place;
  const target = env.model(field.relation ?? "");
  const start = idsOfValue(place, target, value);
  const own = target.name === model.name;
  if (own) {
    const along = field.type === "many2many" ? undefined : field;
    const ids = hierarchyIds(place, model, start, operator, along);
    return (row) => ids.has(row.id);
  }
  const ids = hierarchyIds(place, target, start, operator);
  if (field.type === "many2one") return memberOf(env, model, field, ids, false);
  if (field.type === "one2many") return linesOf(place, field, ids, false);
  const seen = place.find(env, target, leaf("id", "in", [...ids]));
  return linked(place, field, seen, false);
}
