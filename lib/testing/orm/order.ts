/**
 * Orders: in which sequence a search gives its rows. Text sorts by code point, as in a database that Odoo made.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { datePart } from "./date_parts.ts";
import type { Env } from "./env.ts";
import { PythonError, typeError, userError, valueError } from "../faults.ts";
import type { Field, Model } from "./models.ts";
import { type PythonValue, typeName } from "../python.ts";
import type { Row } from "./store.ts";

/** Compares two rows; `undefined` is the row that a LEFT JOIN has not found. */
type Comparison = (first: Row | undefined, second: Row | undefined) => number;

/** The order that a call asks for: that of the model where it asks for none. */
export function orderOf(env: Env, model: Model, order: PythonValue): string {
  if (order === null || order === false || order === "" || order === 0) return model.order;
  if (typeof order === "string") return order;
  if (env.version === 19) {
    throw typeError(`expected string or bytes-like object, got '${typeName(order)}'`);
  }
  throw new PythonError("AttributeError", `'${typeName(order)}' object has no attribute 'split'`);
}

/** Makes a comparison of an order such as `name desc, id`. */
export function compileOrder(
  env: Env,
  model: Model,
  order: string,
): (first: Row, second: Row) => number {
  const compare = comparisonOf(env, model, order, false, new Set());
  return (first, second) => compare(first, second) || first.id - second.id;
}

/** Compares two values of one column. */
export function compareValues(first: RpcValue, second: RpcValue): number {
  if (typeof first === "number" && typeof second === "number") return first - second;
  if (typeof first === "boolean" && typeof second === "boolean") {
    return Number(first) - Number(second);
  }
  return compareTexts(String(first), String(second));
}

/** A many2one sorts as the default order of its model sorts the records. */
export function byTarget(env: Env, field: Field): (first: RpcValue, second: RpcValue) => number {
  const target = env.model(field.relation ?? "");
  const compare = comparisonOf(env, target, target.order, false, new Set([`${field.name}`]));
  const rowOf = (id: RpcValue) => typeof id === "number" ? env.row(target.name, id) : undefined;
  return (first, second) => compare(rowOf(first), rowOf(second)) || compareValues(first, second);
}

/** JavaScript compares halves of the letters beyond the 65,536th, which come before some others. */
function compareTexts(first: string, second: string): number {
  const length = Math.min(first.length, second.length);
  let index = 0;
  while (index < length && first.charCodeAt(index) === second.charCodeAt(index)) index++;
  if (index === length) return first.length - second.length;
  const [a, b] = [first.charCodeAt(index), second.charCodeAt(index)];
  return rank(a) - rank(b);
}

/** Halves of surrogate pairs stand for letters behind all others. */
function rank(code: number): number {
  return code >= 0xd800 && code <= 0xdfff ? code + 0x10000 : code;
}

interface OrderPart {
  field: string;
  descending: boolean;
  nullsFirst: boolean | undefined;
}

function comparisonOf(
  env: Env,
  model: Model,
  order: string,
  reverse: boolean,
  seen: ReadonlySet<string>,
): Comparison {
  const parts = checkOrder(env, order).map((part) =>
    compilePart(env, model, reverse ? reversed(part) : part, seen)
  );
  return (first, second) => {
    for (const compare of parts) {
      const result = compare(first, second);
      if (result !== 0) return result;
    }
    return 0;
  };
}

function reversed({ field, descending, nullsFirst }: OrderPart): OrderPart {
  return {
    field,
    descending: !descending,
    nullsFirst: nullsFirst === undefined ? undefined : !nullsFirst,
  };
}

const FORMS = {
  14: /^\s*([a-z0-9:_]+|"[a-z0-9:_]+")(?:\s+(asc|desc))?\s*$/i,
  17:
    /^\s*([a-z0-9_]+(?:\.[a-z0-9_]+)?|"[a-z0-9_]+"(?:\.[a-z0-9_]+)?)(?::[a-z_]+)?(?:\s+(asc|desc))?(?:\s+(nulls (?:first|last)))?\s*$/i,
  19:
    /^\s*([a-z0-9_]+(?:\.[a-z0-9_]+)?)(?::[a-z_]+)?(?:\s+(asc|desc))?(?:\s+(nulls (?:first|last)))?\s*$/i,
} as const;

function checkOrder(env: Env, order: string): OrderPart[] {
  if (env.version !== 19 && order.split(",").some((part) => part.trim() === "")) {
    throw new PythonError("IndexError", "list index out of range");
  }
  return order.split(",").map((part) => {
    const match = FORMS[env.version].exec(part);
    if (!match) {
      throw userError(
        `Invalid "order" specified (${order}). A valid "order" specification is a comma-separated list of valid ` +
          "field names (optionally followed by asc/desc for the direction)",
      );
    }
    const [, field = "", direction, nulls] = match;
    return {
      field,
      // Odoo 14 sees the direction only behind a single space.
      descending: direction?.toLowerCase() === "desc" &&
        !(env.version === 14 && /\s{2}/.test(part.trim())),
      nullsFirst: nulls === undefined ? undefined : nulls.toLowerCase().endsWith("first"),
    };
  });
}

function compilePart(
  env: Env,
  model: Model,
  part: OrderPart,
  seen: ReadonlySet<string>,
): Comparison {
  const [name = "", property] = part.field.split(".");
  const field = model.fields.get(name);
  if (!field) throw valueError(`Invalid field '${name}' on model '${model.name}'`);
  if (property !== undefined && env.version === 17) {
    throw valueError(`Order a property ('${property}') on a non-properties field ('${name}')`);
  }
  if (!isSortable(env, model, field)) return () => 0;
  if (field.type === "many2one" && property !== "id") {
    if (property !== undefined) throw badProperty(model, field, property);
    return byRecord(env, model, field, part, seen);
  }
  const value = property === undefined || property === "id"
    ? (row: Row) => valueOf(env, model, field, row)
    : partOf(env, model, field, property);
  const known = name === "id" ? (row: Row) => row.id : remembered(value);
  return byValue((row) => row ? known(row) : null, part);
}

/** Values are looked up, or computed, once a record and not for each comparison. */
function remembered(valueOf: (row: Row) => RpcValue): (row: Row) => RpcValue {
  const known: (RpcValue | undefined)[] = [];
  return (row) => {
    if (row.id > HIGHEST_REMEMBERED) return valueOf(row);
    // A list that is filled without holes is found in faster than a map
    while (known.length <= row.id) known.push(undefined);
    return known[row.id] ??= valueOf(row);
  };
}

/** Records with higher ids do without. */
const HIGHEST_REMEMBERED = 1_000_000;

/** A boolean that is missing is false. */
function valueOf(env: Env, model: Model, field: Field, row: Row): RpcValue {
  const value = env.value(model, row, field);
  return field.type === "boolean" ? value ?? false : value;
}

function byValue(
  valueOf: (row: Row | undefined) => RpcValue,
  { descending, nullsFirst }: OrderPart,
): Comparison {
  const sign = descending ? -1 : 1;
  const emptyFirst = nullsFirst ?? descending;
  return (first, second) => {
    const [a, b] = [valueOf(first), valueOf(second)];
    if (a === null || b === null) {
      if (a === b) return 0;
      return (a === null) === emptyFirst ? -1 : 1;
    }
    return sign * compareValues(a, b);
  };
}

/** The order of the other model, joined to this one. A field that leads back to itself is left out. */
function byRecord(
  env: Env,
  model: Model,
  field: Field,
  part: OrderPart,
  seen: ReadonlySet<string>,
): Comparison {
  const key = `${model.name}.${field.name}`;
  if (seen.has(key)) return () => 0;
  const idOf = (row: Row | undefined) => row ? env.value(model, row, field) : null;
  const target = env.model(field.relation ?? "");
  if (target.order === "id") return byValue(idOf, part);
  const rowOf = (row: Row | undefined) => {
    const id = idOf(row);
    return typeof id === "number" ? env.row(target.name, id) : undefined;
  };
  const inside = comparisonOf(env, target, target.order, part.descending, new Set([...seen, key]));
  const nulls = byNull(idOf, part.nullsFirst);
  return (first, second) => nulls(first, second) || inside(rowOf(first), rowOf(second));
}

function byNull(
  idOf: (row: Row | undefined) => RpcValue,
  nullsFirst: boolean | undefined,
): Comparison {
  if (nullsFirst === undefined) return () => 0;
  return (first, second) => {
    const [a, b] = [idOf(first) === null, idOf(second) === null];
    if (a === b) return 0;
    return a === nullsFirst ? -1 : 1;
  };
}

/** Before 19 an order by something that has no column is ignored. */
function isSortable(env: Env, model: Model, field: Field): boolean {
  const isInherited = field.related !== undefined && model.inherits !== undefined &&
    field.related.startsWith(`${model.inherits.field}.`);
  const isJoined = isInherited || (env.version === 19 && field.related !== undefined);
  const hasColumn = !/2many$|^binary$/.test(field.type) && (field.stored || isJoined);
  if (hasColumn) return true;
  if (env.version !== 19) return false;
  throw valueError(`Cannot convert ${model.name}.${field.name} to SQL because it is not stored`);
}

function partOf(env: Env, model: Model, field: Field, part: string): (row: Row) => RpcValue {
  if (field.type !== "date" && field.type !== "datetime") throw badProperty(model, field, part);
  const read = datePart(part);
  return (row) => {
    const value = env.value(model, row, field);
    return typeof value === "string" ? read(value) : null;
  };
}

function badProperty(model: Model, field: Field, property: string): PythonError {
  return valueError(`Invalid field property '${property}' on ${model.name}.${field.name}`);
}
