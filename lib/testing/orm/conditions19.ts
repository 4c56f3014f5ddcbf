/**
 * Conditions on columns as Odoo 19 makes SQL of them. An empty text and a zero count as no value, stamps are compared to
 * the second, and there is no answer but true and false.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { type Condition, holds, likeMatcher, type Place } from "./conditions.ts";
import { datePart } from "./date_parts.ts";
import type { Env } from "./env.ts";
import { type PythonError, typeError, valueError } from "../faults.ts";
import { toColumn } from "./fields.ts";
import type { Field } from "./models.ts";
import { isNegative } from "./names.ts";
import { compareValues } from "./order.ts";
import { PythonDateTime, type PythonValue, repr, str, truthy, typeName } from "../python.ts";
import { parseMoment } from "./relative_dates.ts";
import { columnText, sqlNumber, sqlValue } from "./sql_values.ts";

/** A condition on the value of a column. */
type Test = (value: RpcValue) => boolean;

/** Makes a condition on a column. */
export function columnCondition19(
  place: Place,
  field: Field,
  operator: string,
  value: PythonValue,
): Condition {
  const { env, model } = place;
  const test = testOf(place, field, operator, value);
  return (row) => test(env.value(model, row, field));
}

function testOf(place: Place, field: Field, operator: string, value: PythonValue): Test {
  if (operator === "=?") return truthy(value) ? testOf(place, field, "=", value) : () => true;
  if (operator.endsWith("like")) return likeness(field, operator, value);
  if (/^[<>]=?$/.test(operator)) return inequality(place, field, operator, value);
  const negative = isNegative(operator);
  const isIn = operator === "in" || operator === "not in";
  // `in` without a value finds nothing, whatever the field is
  if (isIn && !truthy(value)) return () => negative;
  const items = itemsOf(value, isIn);
  const test = field.type === "boolean"
    ? booleans(items)
    : field.type === "datetime"
    ? stamps(place.env, items)
    : membership(place, field, items, negative);
  return (own) => test(own) !== negative;
}

/** What is compared with; an empty list behind `=` stands for no value. */
function itemsOf(value: PythonValue, isIn: boolean): PythonValue[] {
  if (!Array.isArray(value)) return [value];
  return value.length === 0 && !isIn ? [false] : value;
}

function membership(place: Place, field: Field, items: PythonValue[], negative: boolean): Test {
  const { env, model } = place;
  const sign = negative ? "<>" : "=";
  const given = items.filter((item) => item !== false && item !== null);
  const wanted = new Set(given.map((item): RpcValue => {
    if (field.type === "date") return dayOf(env, item);
    if (field.name === "id") return sqlNumber(item, sign);
    return sqlValue(env, model, field, item);
  }));
  const nothing = nothingOf(field);
  const withNull = given.length < items.length || (nothing !== null && wanted.has(nothing));
  return (own) => withNull && (own === null || own === nothing) || wanted.has(own);
}

/** What counts as no value beside NULL. */
function nothingOf({ type, name }: Field): RpcValue {
  switch (type) {
    case "char":
    case "text":
    case "html":
      return "";
    case "integer":
    case "float":
    case "monetary":
      return name === "id" ? null : 0;
    default:
      return null;
  }
}

const WORDS_FOR_TRUE = /^(y|yes|1|true|t|on)$/i;

function booleans(items: PythonValue[]): Test {
  const wanted = items.map((item) =>
    typeof item === "string" ? WORDS_FOR_TRUE.test(item) : truthy(item)
  );
  return (own) => wanted.includes(own === true);
}

/** Stamps have fractions of a second that nobody sees. */
function stamps(env: Env, items: PythonValue[]): Test {
  const wanted = items.map((item) => item === false || item === null ? null : momentOf(env, item));
  const seconds = wanted.map((moment) => moment && stampOf(moment.at));
  return (own) => seconds.includes(typeof own === "string" ? own.slice(0, 19) : null);
}

function stampOf(at: Date): string {
  return at.toISOString().slice(0, 19).replace("T", " ");
}

function momentOf(env: Env, value: PythonValue) {
  const text = value instanceof PythonDateTime ? value.toOdoo() : value;
  if (typeof text !== "string") throw valueError(`Failed to cast ${repr(value)} into a datetime`);
  return parseMoment(env, text);
}

function dayOf(env: Env, value: PythonValue): string {
  const text = value instanceof PythonDateTime ? value.toOdoo() : value;
  if (typeof text !== "string") throw valueError(`Failed to cast ${repr(value)} into a date`);
  return stampOf(parseMoment(env, text).at).slice(0, 10);
}

function inequality(place: Place, field: Field, operator: string, value: PythonValue): Test {
  const { env, model } = place;
  const nothing = nothingOf(field);
  if (field.type === "boolean") throw noCollection(field, operator, value);
  if (field.type === "date" || field.type === "datetime") {
    if (value === false) return () => false;
    return field.type === "date"
      ? ordering(operator, dayOf(env, value), null)
      : stampOrdering(env, operator, value);
  }
  const bound = field.type === "many2one" || field.name === "id"
    ? sqlNumber(value === false || value === 0 ? null : value, operator)
    : field.type === "selection"
    ? sqlValue(env, model, field, value)
    : toColumn(env, model, field, value) || nothing;
  return ordering(operator, bound, nothing);
}

function ordering(operator: string, bound: RpcValue, nothing: RpcValue): Test {
  return (own) => {
    const value = own ?? nothing;
    return value !== null && bound !== null && holds(operator, compareValues(value, bound));
  };
}

/** `>` a second, or a day, begins where it ends. */
function stampOrdering(env: Env, operator: string, value: PythonValue): Test {
  const { at, isDay } = momentOf(env, value);
  const next = new Date(at.getTime() + (isDay ? 86_400_000 : 1000));
  if (operator === ">") return ordering(">=", stampOf(next), null);
  if (operator === "<=") return ordering("<", stampOf(next), null);
  return ordering(operator, stampOf(at), null);
}

/** The fault of a boolean that is not compared for being the same. */
function noCollection(field: Field, operator: string, value: PythonValue): PythonError {
  return valueError(
    `Cannot compare ${repr(field.name)} to <class '${
      typeName(value)
    }'> which is not a collection of length 1 ` +
      `in condition ${repr([field.name, operator, value], true)}`,
  );
}

function likeness(field: Field, operator: string, value: PythonValue): Test {
  const negative = operator.startsWith("not ");
  const whole = operator.includes("=");
  if (!truthy(value)) {
    if (!whole) return () => !negative;
    const nothing = nothingOf(field);
    return (own) => (own === null || own === nothing) !== negative;
  }
  if (whole && typeof value !== "string") {
    const condition = repr([field.name, operator, value], true);
    throw typeError(`The pattern to match must be a string in condition ${condition}`);
  }
  if (field.type === "boolean") throw noCollection(field, operator, value);
  const pattern = whole ? str(value) : `%${str(value)}%`;
  const matches = likeMatcher(pattern, operator.endsWith("ilike"));
  return (own) => own === null ? negative : matches(columnText(field, own)) !== negative;
}

/** A condition on a part of a date, such as `create_date.month_number`. */
export function partCondition(
  place: Place,
  field: Field,
  part: string,
  operator: string,
  value: PythonValue,
): Condition {
  const { env, model } = place;
  const read = datePart(part);
  // What stands behind the dot is compared as a number, and NULL is none
  const test = testOf(place, { ...field, name: "id", type: "integer" }, operator, value);
  return (row) => {
    const own = env.value(model, row, field);
    return test(typeof own === "string" ? read(own) : null);
  };
}
