/**
 * Conditions on plain columns: what `=`, `in`, `<` and `ilike` mean for NULL, for zero and for empty texts, which is
 * not the same in all versions.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { PythonError, valueError } from "../faults.ts";
import type { Field, Model } from "./models.ts";
import { compareValues } from "./order.ts";
import { plain, PythonDateTime, PythonFloat, type PythonValue, str, truthy } from "../python.ts";
import type { Row } from "./store.ts";

/** Tells whether a row is in. */
export type Predicate = (row: Row) => boolean;

/** Whether a field can be searched. Before 19 a condition on one that cannot is ignored. */
export function searchable(env: Env, model: Model, field: Field): boolean {
  if (!field.compute || field.store) return true;
  if (env.version !== 19) return false;
  throw valueError(`Cannot convert ${model.name}.${field.name} to SQL because it is not stored`);
}

/** Makes a predicate of a condition on a column. */
export function compare(
  env: Env,
  model: Model,
  field: Field,
  operator: string,
  value: PythonValue,
): Predicate {
  if (field.name === "id" && env.version < 19 && value instanceof PythonFloat) throw floatId(value);
  if (operator.includes("like")) return likeness(env, model, field, operator, value);
  if (operator === "=?") return truthy(value) ? compare(env, model, field, "=", value) : () => true;
  if (/^[<>]=?$/.test(operator)) return ordering(env, model, field, operator, value);
  const negative = operator === "!=" || operator === "<>" || operator === "not in";
  const isIn = operator.endsWith("in");
  if (isIn && value === null) return () => negative;
  const wanted = (Array.isArray(value) ? value : [value]).map((item) =>
    wantedValue(env, field, isIn, item)
  );
  return (row) => isWanted(env, field, env.value(model, row, field), wanted) !== negative;
}

const TEXTS = new Set(["char", "text", "html", "selection"]);
const NUMBERS = new Set(["integer", "float", "monetary"]);

function wantedValue(env: Env, field: Field, isIn: boolean, item: PythonValue): RpcValue {
  const value = normal(field, item);
  // Odoo 14 takes a 0 in a list for no value.
  return env.version === 14 && isIn && value === 0 && NUMBERS.has(field.type) ? null : value;
}

/** NULL is what false stands for. Odoo 19 counts zero and the empty text as no value, too. */
function isWanted(env: Env, field: Field, value: RpcValue, wanted: RpcValue[]): boolean {
  if (field.type === "boolean") return wanted.some((item) => Boolean(item) === Boolean(value));
  if (wanted.includes(value)) return true;
  if (env.version !== 19) return false;
  if (NUMBERS.has(field.type)) return (value === 0 || value === null) && wanted.includes(null);
  if (TEXTS.has(field.type)) {
    return (value === null && wanted.includes("")) || (value === "" && wanted.includes(null));
  }
  // Stamps have fractions of a second; 19 compares whole seconds.
  return field.type === "datetime" && typeof value === "string" &&
    wanted.includes(value.slice(0, 19));
}

/** The value of a condition in the form of the column: dates may be written with a `T` there. */
function normal(field: Field, value: PythonValue): RpcValue {
  if (value === false && field.type !== "boolean") return null;
  if (value instanceof PythonDateTime) return value.toOdoo();
  const item = plain(value);
  if (TEXTS.has(field.type) && typeof item === "number") return String(item);
  if (typeof item !== "string") return item;
  if (field.type === "datetime") {
    const text = item.replace("T", " ");
    return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text;
  }
  if (field.type === "date") return item.slice(0, 10);
  const number = NUMBERS.has(field.type) && item.trim() !== "" ? Number(item) : NaN;
  return Number.isNaN(number) ? item : number;
}

function ordering(
  env: Env,
  model: Model,
  field: Field,
  operator: string,
  value: PythonValue,
): Predicate {
  const emptyText = env.version === 19 && TEXTS.has(field.type) ? "" : null;
  const nothing = NUMBERS.has(field.type) ? 0 : emptyText;
  const bound = widen(env, field, operator, normal(field, value) ?? nothing);
  return (row) => isOrdered(env.value(model, row, field) ?? emptyText, operator, bound);
}

/** Odoo 19 widens the second: `> 10:00:00` leaves out 10:00:00.5, `<=` takes it in. */
function widen(env: Env, field: Field, operator: string, value: RpcValue): RpcValue {
  if (env.version < 19 || field.type !== "datetime" || typeof value !== "string") return value;
  if (value.length !== 19) return value;
  return operator === ">" || operator === "<=" ? `${value}.999999` : value;
}

function isOrdered(value: RpcValue, operator: string, bound: RpcValue): boolean {
  if (value === null || bound === null) return false;
  const order = compareValues(value, bound);
  if (operator.startsWith("<") ? order < 0 : order > 0) return true;
  return operator.endsWith("=") && order === 0;
}

/** `like` looks anywhere, `=like` at the whole text; `%` and `_` are wildcards in both. */
function likeness(
  env: Env,
  model: Model,
  field: Field,
  operator: string,
  value: PythonValue,
): Predicate {
  const negative = operator.startsWith("not ");
  const kind = negative ? operator.slice(4) : operator;
  const text = value === false || value === null ? "" : str(value);
  if (text === "" && !kind.startsWith("=")) {
    if (!negative) return () => true;
    return (row) => env.version !== 19 && env.value(model, row, field) === null;
  }
  const pattern = kind.startsWith("=") ? text : `%${text}%`;
  const regexp = new RegExp(`^${likePattern(pattern)}$`, kind.includes("ilike") ? "isu" : "su");
  return (row) => {
    const content = env.value(model, row, field);
    if (content === null) return negative;
    return regexp.test(String(content)) !== negative;
  };
}

function likePattern(pattern: string): string {
  return [...pattern.matchAll(/\\(.)|([\s\S])/gu)].map(([, escaped, char = ""]) => {
    if (escaped !== undefined) return RegExp.escape(escaped);
    if (char === "%") return ".*";
    return char === "_" ? "." : RegExp.escape(char);
  }).join("");
}

function floatId(value: PythonFloat): PythonError {
  return new PythonError(
    "psycopg2.errors.InvalidTextRepresentation",
    `invalid input syntax for type integer: "${value.value}.0"\n`,
  );
}
