/**
 * Conditions on columns as Odoo 14 and 17 make SQL of them. SQL has three answers: true, false, and NULL for what is not
 * known; a row is found when all is true.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { PythonError, valueError } from "../faults.ts";
import type { Field, Model } from "./models.ts";
import { compareValues } from "./order.ts";
import { PythonFloat, type PythonValue, repr, str, truthy } from "../python.ts";
import { columnText, noOperator, sqlNumber, sqlValue } from "./sql_values.ts";
import type { Row } from "./store.ts";

/** What a condition says of a row; `null` is SQL's NULL. */
export type Truth = boolean | null;

/** A condition on a row. */
export type Condition = (row: Row) => Truth;

/** Tells whether a row is in. */
export type Predicate = (row: Row) => boolean;

/** Where a condition is: the call, and the model that it is on. */
export interface Place {
  /** The call. */
  readonly env: Env;
  /** The model. */
  readonly model: Model;
}

/** Makes a condition on a column. */
export function columnCondition(
  place: Place,
  field: Field,
  operator: string,
  value: PythonValue,
): Condition {
  const { env, model } = place;
  const test = testOf(place, field, operator, value);
  return (row) => test(env.value(model, row, field));
}

/** A condition on the value of a column. */
type Test = (value: RpcValue) => Truth;

function testOf(place: Place, field: Field, operator: string, value: PythonValue): Test {
  const nothing = value === false || value === null;
  if (operator === "=?") {
    return nothing ? () => true : testOf(place, field, "=", value);
  }
  if (operator === "in" || operator === "not in") return membership(place, field, operator, value);
  if (field.type === "boolean" && typeof value === "boolean" && /^!?=$/.test(operator)) {
    const wanted = value === (operator === "=");
    return (own) => (own === true) === wanted;
  }
  if (operator === "=" && nothing) return (own) => own === null;
  if (operator === "!=" && nothing) return (own) => own !== null;
  if (operator.endsWith("like")) return likeness(place, field, operator, value);
  return comparison(place, field, operator, value);
}

function membership(place: Place, field: Field, operator: string, value: PythonValue): Test {
  const { env, model } = place;
  if (!Array.isArray(value)) {
    throw valueError(`Invalid domain term ${repr([field.name, operator, value], true)}`);
  }
  checkTranslated(place, field, operator, value);
  const positive = operator === "in";
  const kept = keptItems(env, field, value);
  const hasNull = kept.length < value.length || (field.type === "boolean" && value.some(isZero));
  const sql = (item: PythonValue) =>
    field.name === "id" || field.type === "many2one"
      ? sqlNumber(item, positive ? "=" : "<>")
      : sqlValue(env, model, field, item);
  const wanted = new Set(kept.map(sql));
  return (own) => {
    if (own === null && positive === hasNull) return true;
    if (own === null) return wanted.size > 0 ? null : !positive && !hasNull;
    if (wanted.has(own)) return positive;
    return wanted.has(null) ? null : !positive;
  };
}

/** Items of a list that are looked for as they are; the others stand for NULL. To Python, 0 is `False`. */
function keptItems(env: Env, field: Field, items: readonly PythonValue[]): PythonValue[] {
  if (field.type === "boolean") {
    return [true, false].filter((one) =>
      items.some((item) => item === one || item === Number(one))
    );
  }
  return items.filter((item) =>
    env.version === 14 ? !isZero(item) : item !== false && item !== null
  );
}

function isZero(item: PythonValue): boolean {
  return item === false || item === 0 || (item instanceof PythonFloat && item.value === 0);
}

/** Odoo 14 gives a list on a translated field to PostgreSQL as it is. */
function checkTranslated(
  { env }: Place,
  field: Field,
  operator: string,
  items: readonly PythonValue[],
): void {
  if (env.version !== 14 || !field.translate || !items.some((item) => item === false)) return;
  throw noOperator(`character varying ${operator === "in" ? "=" : "<>"} boolean`);
}

function comparison(place: Place, field: Field, operator: string, value: PythonValue): Test {
  const sign = operator === "!=" ? "<>" : operator;
  if (!/^(=|<>|[<>]=?)$/.test(sign)) throw noSuchOperator(place.env, operator);
  const bound = field.type === "many2one" && typeof value === "boolean"
    ? sqlNumber(value, sign)
    : sqlValue(place.env, place.model, field, value);
  const orNull = operator === "!=" && truthy(value) &&
    !(place.env.version === 14 && field.translate);
  return (own) => {
    if (own === null || bound === null) return orNull && own === null ? true : null;
    return holds(sign, compareValues(own, bound));
  };
}

/** Whether an operator is true of how two values compare. */
export function holds(operator: string, order: number): boolean {
  switch (operator) {
    case "=":
      return order === 0;
    case "<>":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

/** `like` looks anywhere, `=like` at the whole text. */
function likeness(place: Place, field: Field, operator: string, value: PythonValue): Test {
  const anywhere = !operator.startsWith("=");
  const negative = operator.startsWith("not ");
  const pattern = anywhere
    ? `%${value === false || value === null ? "" : str(value)}%`
    : wholePattern(place, field, operator, value);
  const translated = place.env.version === 14 && field.translate && truthy(value);
  const orNull = !translated && ((anywhere && !truthy(value)) || negative);
  if (pattern === null) return () => null;
  const matches = likeMatcher(pattern, operator.endsWith("ilike"));
  return (own) => own === null ? orNull || null : matches(columnText(field, own)) !== negative;
}

/** The value of `=like` goes the way of the field's own values. */
function wholePattern(
  { env, model }: Place,
  field: Field,
  operator: string,
  value: PythonValue,
): string | null {
  if (field.type === "date" || field.type === "datetime") {
    return value === false || value === null ? null : str(value);
  }
  const pattern = sqlValue(env, model, field, value);
  if (pattern === null || typeof pattern === "string") return pattern;
  if (field.digits) return columnText(field, pattern);
  const kind = typeof pattern === "boolean"
    ? "boolean"
    : field.type === "float"
    ? "numeric"
    : "integer";
  throw noOperator(`text ${operator === "=like" ? "~~" : "~~*"} ${kind}`);
}

/** LIKE and ILIKE of PostgreSQL: `%` and `_` are wildcards, a backslash takes that from them. */
export function likeMatcher(pattern: string, ignoreCase: boolean): (text: string) => boolean {
  const fold = ignoreCase ? lower : (text: string) => text;
  const folded = fold(pattern);
  if (/(^|[^\\])(\\\\)*\\$/.test(folded)) {
    throw new PythonError(
      "psycopg2.errors.InvalidEscapeSequence",
      "LIKE pattern must not end with escape character\n",
    );
  }
  const parts = [...folded.matchAll(/\\([\s\S])|([\s\S])/gu)].map(([, escaped, char = ""]) => {
    if (escaped !== undefined) return RegExp.escape(escaped);
    if (char === "%") return ".*";
    return char === "_" ? "." : RegExp.escape(char);
  });
  const regexp = new RegExp(`^${parts.join("")}$`, "su");
  return (text) => regexp.test(fold(text));
}

/** Lower case letter by letter, as PostgreSQL has it: no letter becomes two, and a sigma is the same everywhere. */
function lower(text: string): string {
  return [...text].map((char) => [...char.toLowerCase()][0] ?? char).join("");
}

function noSuchOperator(env: Env, operator: string): PythonError {
  if (env.version === 17) return new PythonError("KeyError", `'${operator}'`);
  return new PythonError(
    "psycopg2.errors.SyntaxError",
    `syntax error at or near "${operator}"\n`,
  );
}
