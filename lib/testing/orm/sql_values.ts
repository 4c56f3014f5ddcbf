/**
 * Values of conditions as PostgreSQL takes them, and what it says of those that it cannot compare with a column.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { PythonError } from "../faults.ts";
import { toColumn } from "./fields.ts";
import type { Field, Model } from "./models.ts";
import { plain, PythonDateTime, PythonFloat, type PythonValue, str } from "../python.ts";

/** The value of a condition in the form of the field's column. `null` is NULL. */
export function sqlValue(env: Env, model: Model, field: Field, value: PythonValue): RpcValue {
  switch (field.type) {
    case "boolean":
    case "integer":
    case "float":
    case "monetary":
      return field.name === "id" ? sqlId(env, value) : toColumn(env, model, field, value);
    case "many2one":
    case "many2one_reference":
      return value === 0 || value === "" ? null : sqlNumber(value);
    case "date":
    case "datetime":
      return value === null || value === false ? null : sqlStamp(env, field, textOf(value));
    case "html":
      // What is looked for is cleaned as if it were written, before 19
      if (env.version !== 19) return toColumn(env, model, field, value);
      return value === null || value === false ? null : str(value);
    default:
      if (value === null || value === false) return null;
      return field.size ? str(value).slice(0, field.size) : str(value);
  }
}

/** An id in a condition. All but numbers goes to PostgreSQL as text, before 19. */
function sqlId(env: Env, value: PythonValue): RpcValue {
  if (value === null || value === false) return null;
  return sqlNumber(env.version === 19 ? value : str(value));
}

/** A literal that is compared with an integer column. */
export function sqlNumber(value: PythonValue, operator = "="): RpcValue {
  if (typeof value === "boolean") throw noOperator(`integer ${operator} boolean`);
  if (typeof value === "string") {
    if (/^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
    throw invalidText("integer", value);
  }
  return value instanceof PythonFloat ? value.value : plain(value);
}

/** A comparison that PostgreSQL has no operator for. */
export function noOperator(comparison: string): PythonError {
  return new PythonError(
    "psycopg2.errors.UndefinedFunction",
    `operator does not exist: ${comparison}\n` +
      "HINT:  No operator matches the given name and argument types. You might need to add explicit type casts.\n",
  );
}

/** What a column looks like as text. */
export function columnText(field: Field, value: RpcValue): string {
  if (field.digits && typeof value === "number") return value.toFixed(field.digits[1]);
  return String(value);
}

function textOf(value: PythonValue): string {
  return value instanceof PythonDateTime ? value.toOdoo() : str(value);
}

function invalidText(type: string, text: string): PythonError {
  return new PythonError(
    "psycopg2.errors.InvalidTextRepresentation",
    `invalid input syntax for type ${type}: "${text}"\n`,
  );
}

const ISO = /^\s*(\d{3,4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?)?\s*$/;
const AMERICAN =
  /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?)?\s*$/;

/** A text that is compared with a date or a stamp: PostgreSQL knows some words, too. */
function sqlStamp(env: Env, field: Field, text: string): RpcValue {
  const american = AMERICAN.exec(text);
  const [, year, month, day, ...time] = american
    ? ["", american[3], american[1], american[2], ...american.slice(4)]
    : ISO.exec(text) ?? [];
  if (year === undefined) return specialStamp(env, field, text);
  const [hour = "0", minute = "0", second = "0", fraction = ""] = time;
  const date = new Date(0);
  // Date.UTC() takes the years before 100 for those from 1900 on
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const inRange = Number(year) > 0 && date.getUTCMonth() === Number(month) - 1 &&
    Number(hour) <= 24 &&
    Number(minute) < 60 && Number(second) <= 60;
  if (!inRange) throw outOfRange(text, Number(month) > 12);
  const parts = [date.toISOString().slice(0, 10), [hour, minute, second].map(two).join(":")];
  return field.type === "date"
    ? parts[0] ?? null
    : parts.join(" ") + fraction.replace(/\.?0+$/, "");
}

/** `today`, `yesterday` and the like; a number behind them is a time zone, which a column without one ignores. */
function specialStamp(env: Env, field: Field, text: string): RpcValue {
  const [, word = ""] = /^\s*(today|now|yesterday|tomorrow|epoch)\s*(?:[+-]\d{1,2}[dhmsy]?)?\s*$/i
    .exec(text) ?? [];
  const at = new Date(`${env.now.replace(" ", "T")}Z`);
  const days = { yesterday: -1, today: 0, tomorrow: 1 }[word.toLowerCase()];
  if (days !== undefined) {
    at.setUTCDate(at.getUTCDate() + days);
    const day = at.toISOString().slice(0, 10);
    return field.type === "date" ? day : `${day} 00:00:00`;
  }
  if (word.toLowerCase() === "now") return field.type === "date" ? env.now.slice(0, 10) : env.now;
  if (word !== "") return field.type === "date" ? "1970-01-01" : "1970-01-01 00:00:00";
  const type = field.type === "date" ? "date" : "timestamp";
  throw new PythonError(
    "psycopg2.errors.InvalidDatetimeFormat",
    `invalid input syntax for type ${type}: "${text}"\n`,
  );
}

function outOfRange(text: string, isMonth: boolean): PythonError {
  const hint = isMonth ? 'HINT:  Perhaps you need a different "datestyle" setting.\n' : "";
  return new PythonError(
    "psycopg2.errors.DatetimeFieldOverflow",
    `date/time field value out of range: "${text}"\n${hint}`,
  );
}

function two(digits: string): string {
  return digits.padStart(2, "0");
}
