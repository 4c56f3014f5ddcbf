/**
 * Values of fields: from a call into a column, and from a column onto the wire. All of Odoo's silent conversions are
 * here: they are where data is lost without an error.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { foreignKeyError } from "./constraints.ts";
import type { Env } from "./env.ts";
import { lacking, missingError, PythonError, typeError, valueError } from "../faults.ts";
import type { Field, Model } from "./models.ts";
import {
  isDict,
  isInteger,
  parseFloatText,
  parseInteger,
  plain,
  PythonDateTime,
  PythonFloat,
  type PythonValue,
  repr,
  str,
  truthy,
} from "../python.ts";

const DATETIME_FORMAT = "%Y-%m-%d %H:%M:%S";

/** The value of a column for a value of a call. x2many fields are not columns: they take commands. */
export function toColumn(env: Env, model: Model, field: Field, value: PythonValue): RpcValue {
  switch (field.type) {
    case "boolean":
      return truthy(value);
    case "integer":
    case "many2one_reference":
      return toInteger(value);
    case "float":
    case "monetary":
      return toFloat(env, field, value);
    case "date":
      return toDate(env, value);
    case "datetime":
      return toDatetime(env, value);
    case "selection":
      return toSelection(model, field, value);
    case "many2one":
      return toMany2One(env, model, field, value);
    case "binary":
      return toBinary(value);
    case "html":
      return toHtml(toText(field, value));
    default:
      return toText(field, value);
  }
}

/** The value that `read` answers for a column: Odoo's `false` for nothing, whole seconds, many2one as a pair. */
export function toWire(env: Env, field: Field, value: RpcValue, pairs: boolean): PythonValue {
  switch (field.type) {
    case "integer":
    case "many2one_reference":
      return value ?? 0;
    case "float":
    case "monetary":
      return new PythonFloat(typeof value === "number" ? value : 0);
    case "boolean":
      return value ?? false;
    case "datetime":
      return typeof value === "string" ? value.slice(0, 19) : false;
    case "many2one":
      if (typeof value !== "number") return false;
      return pairs ? [value, env.displayName(field.relation ?? "", value)] : value;
    case "binary":
      if (typeof value !== "string") return false;
      return env.context["bin_size"] ? humanSize(value) : value;
    default:
      return value ?? false;
  }
}

/** A stamp of the database for a moment of the clock. */
export function stampOf(date: Date): string {
  const iso = date.toISOString();
  const fraction = iso.slice(20, 23);
  const seconds = `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  return fraction === "000" ? seconds : `${seconds}.${fraction}`;
}

/** `datetime.strptime` for Odoo's formats: tolerant of missing zeros, and of nothing else. */
export function parseDatetime(text: string): string {
  const format = DATETIME_FORMAT.slice(0, Math.max(0, text.length - 2));
  const whole = format === DATETIME_FORMAT;
  const pattern = whole
    ? /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})/
    : format.length >= 14
    ? /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2})/
    : /^(\d{4})-(\d{1,2})-(\d{1,2})/;
  const match = pattern.exec(text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] =
    match?.slice(1).map(Number) ??
      [];
  if (!match || !isDay(year, month, day) || hour > 23 || minute > 59 || second > 61) {
    throw valueError(`time data ${repr(text)} does not match format ${repr(format)}`);
  }
  if (match[0].length < text.length) {
    throw valueError(`unconverted data remains: ${text.slice(match[0].length)}`);
  }
  return `${day10(year, month, day)} ${[hour, minute, second].map(two).join(":")}`;
}

/** A date out of a date or datetime text; what stands behind the tenth character is cut. */
export function parseDate(text: string): string {
  const cut = text.slice(0, 10);
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(cut);
  const [year = 0, month = 0, day = 0] = match?.slice(1).map(Number) ?? [];
  if (match && month >= 1 && month <= 12 && day >= 1 && day <= 31 && !isDay(year, month, day)) {
    throw valueError("day is out of range for month");
  }
  if (!match || !isDay(year, month, day)) {
    throw valueError(`time data ${repr(cut)} does not match format '%Y-%m-%d'`);
  }
  if (match[0].length < cut.length) {
    throw valueError(`unconverted data remains: ${cut.slice(match[0].length)}`);
  }
  return day10(year, month, day);
}

/** A number with so many decimals, halves away from zero as Odoo's `float_round`. */
export function roundTo(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  const [digits = "0", exponent = "0"] = String(Math.abs(value)).split("e");
  const scaled = Math.round(Number(`${digits}e${Number(exponent) + decimals}`));
  return Math.sign(value) * Number(`${scaled}e-${decimals}`) || 0;
}

/** `int(value)`, and 0 for no value. */
export function toInteger(value: PythonValue): number {
  if (!truthy(value)) return 0;
  if (value === true) return 1;
  if (typeof value === "number") return Math.trunc(value);
  if (value instanceof PythonFloat) return value.value;
  if (typeof value === "string") {
    const number = parseInteger(value);
    if (number === undefined) {
      throw valueError(`invalid literal for int() with base 10: ${repr(value)}`);
    }
    return number;
  }
  throw typeError(
    `int() argument must be a string, a bytes-like object or a real number, not '${
      typeName(value)
    }'`,
  );
}

function toFloat(env: Env, field: Field, value: PythonValue): RpcValue {
  const number = floatOf(value);
  if (field.digits && Number.isNaN(number) && env.version !== 14) {
    throw valueError("cannot convert float NaN to integer");
  }
  return field.digits ? roundTo(number, field.digits[1]) : number;
}

function floatOf(value: PythonValue): number {
  if (!truthy(value)) return 0;
  if (value === true) return 1;
  if (typeof value === "number") return value;
  if (value instanceof PythonFloat) return value.value;
  if (typeof value === "string") {
    const number = parseFloatText(value);
    if (number === undefined) throw valueError(`could not convert string to float: ${repr(value)}`);
    return number;
  }
  throw typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
}

function toDate(env: Env, value: PythonValue): RpcValue {
  if (!truthy(value)) return null;
  if (value instanceof PythonDateTime) {
    if (env.version < 19) throw typeError("'DateTime' object is not subscriptable");
    return value.toOdoo().slice(0, 10);
  }
  if (typeof value !== "string") {
    throw typeError(`'${typeName(value)}' object is not subscriptable`);
  }
  return parseDate(value);
}

function toDatetime(env: Env, value: PythonValue): RpcValue {
  if (!truthy(value)) return null;
  if (value instanceof PythonDateTime) {
    if (env.version < 19) throw typeError("object of type 'DateTime' has no len()");
    return value.toOdoo();
  }
  if (typeof value !== "string") {
    throw typeError(`object of type '${typeName(value)}' has no len()`);
  }
  return parseDatetime(value);
}

function toSelection(model: Model, field: Field, value: PythonValue): RpcValue {
  if (!truthy(value)) return null;
  const known = field.selection?.some(([key]) => key === value) ?? false;
  if (known || (field.validate === false && typeof value === "string")) return plain(value);
  throw valueError(`Wrong value for ${model.name}.${field.name}: ${repr(value)}`);
}

/** Only a Python `int` is an id. Pairs, floats and strings clear the field, and the call succeeds. */
function toMany2One(env: Env, model: Model, field: Field, value: PythonValue): RpcValue {
  const relation = field.relation ?? "";
  if (isDict(value)) throw lacking("many2one values given as a dict");
  if (env.version === 14 && (typeof value === "string" || value === 0)) {
    throw oldMany2One(env, model, field, value);
  }
  if (!isInteger(value) || value === 0) return null;
  if (!env.row(relation, value)) {
    // The country is read for the phone number before the database can object.
    if (relation === "res.country") throw missingError(relation, [value], env.uid);
    throw foreignKeyError(env, model, field);
  }
  return value;
}

function oldMany2One(env: Env, model: Model, field: Field, value: string | 0): PythonError {
  if (value === 0) return foreignKeyError(env, model, field);
  const table = (field.relation ?? "").replaceAll(".", "_");
  return new PythonError(
    "psycopg2.errors.InvalidTextRepresentation",
    `invalid input syntax for type integer: "${value}"\n` +
      `LINE 1: ...te_date" FROM "${table}" WHERE "${table}".id IN ('${value}')\n` +
      `${" ".repeat(66)}^\n`,
  );
}

function toText(field: Field, value: PythonValue): RpcValue {
  if (value === null || value === false) return null;
  const text = str(value);
  if (text.includes("\0")) {
    throw valueError("A string literal cannot contain NUL (0x00) characters.");
  }
  return field.size ? text.slice(0, field.size) : text;
}

function toBinary(value: PythonValue): RpcValue {
  if (!truthy(value)) return null;
  if (typeof value !== "string") {
    throw typeError(
      `argument should be a bytes-like object or ASCII string, not '${typeName(value)}'`,
    );
  }
  return value;
}

/** What Odoo's sanitizer does to simple markup: scripts and handlers go, and what has no root gets one. */
function toHtml(value: RpcValue): RpcValue {
  if (typeof value !== "string" || value === "") return value;
  const escaped = value.trimStart().replace(/&(?!#?\w+;)/g, "&amp;");
  if (!/<[a-z!/]/i.test(value)) return `<p>${escaped.trim().replaceAll("<", "&lt;")}</p>`;
  const clean = escaped
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, "")
    .replace(/<(br|hr|img)\b([^>]*?)\s*\/>/gi, "<$1$2>");
  const block = /<(p|div|ul|ol|table|h[1-6]|pre|blockquote|section|hr)\b/i.test(clean);
  const oneRoot = /^<(\w+)\b[^>]*>(?:(?!<\1\b)[\s\S])*<\/\1>$/.test(clean.trim());
  return block || oneRoot ? clean : `<span>${clean}</span>`;
}

function typeName(value: PythonValue): string {
  if (value === null) return "NoneType";
  if (value instanceof PythonFloat) return "float";
  if (value instanceof PythonDateTime) return "DateTime";
  if (value instanceof Uint8Array) return "Binary";
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  return typeof value === "string" ? "str" : "dict";
}

function humanSize(base64: string): string {
  const length = base64.replace(/\s/g, "").length;
  const padding = /=*$/.exec(base64.trimEnd())?.[0].length ?? 0;
  let size = length * 3 / 4 - padding;
  const units = ["bytes", "Kb", "Mb", "Gb"];
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(2)} ${units[unit]}`;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function day10(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
