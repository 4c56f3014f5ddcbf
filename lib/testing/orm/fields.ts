/**
 * Values of fields: from a call into a column, and from a column onto the wire. All of Odoo's silent conversions are
 * here: they are where data is lost without an error.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { accessError, lacking, PythonError, typeError, valueError } from "../faults.ts";
import { sanitized } from "./html.ts";
import { parseDate, parseDatetime } from "./strptime.ts";
import { humanSize, toBinary, toImage } from "./images.ts";
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
  typeName,
} from "../python.ts";

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
      return toFloat(field, value);
    case "date":
      return toDate(env, value);
    case "datetime":
      return toDatetime(env, value);
    case "selection":
      return toSelection(env, model, field, value);
    case "many2one":
      return toMany2One(env, model, field, value);
    case "binary":
      return field.image ? toImage(env.version, value) : toBinary(value);
    case "html":
      return toHtml(env, field, value);
    default:
      return toText(field, value);
  }
}

/** Python writes the year 999 with three digits, though it reads four. */
function withoutZeros(text: string): string {
  return text.startsWith("0") ? text.replace(/^0+/, "") : text;
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
    case "date":
      return typeof value === "string" ? withoutZeros(value) : false;
    case "datetime":
      return typeof value === "string" ? withoutZeros(value.slice(0, 19)) : false;
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

/** A number with so many decimals, halves away from zero as Odoo's `float_round`. */
export function roundTo(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  const [digits = "0", exponent = "0"] = String(Math.abs(value)).split("e");
  const scaled = Math.round(Number(`${digits}e${Number(exponent) + decimals}`));
  return Math.sign(value) * Number(`${scaled}e-${decimals}`) || 0;
}

/** `int(value)`, and 0 for no value. A dict is a record: what counts is its id. */
export function toInteger(value: PythonValue): number {
  if (isDict(value)) return toInteger(value["id"] ?? 0);
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

/** The refusal of PostgreSQL where an id of a model is a text. It shows the line that it stumbled over. */
export function notInteger(text: string, model: string): PythonError {
  const table = model.replaceAll(".", "_");
  const line = `LINE 1: ...te_date" FROM "${table}" WHERE "${table}".id IN ('${text}')`;
  return new PythonError(
    "psycopg2.errors.InvalidTextRepresentation",
    `invalid input syntax for type integer: "${text}"\n${line}\n${
      " ".repeat(line.indexOf("'"))
    }^\n`,
  );
}

function toFloat(field: Field, value: PythonValue): RpcValue {
  const number = floatOf(value);
  if (field.digits && Number.isNaN(number)) {
    throw valueError("cannot convert float NaN to integer");
  }
  if (field.digits && !Number.isFinite(number)) {
    throw new PythonError("OverflowError", "cannot convert float infinity to integer");
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

function toSelection(env: Env, model: Model, field: Field, value: PythonValue): RpcValue {
  if (!truthy(value)) return null;
  if (env.version === 19 && typeof value === "object") {
    throw typeError(`unhashable type: '${typeName(value)}'`);
  }
  const known = field.selection?.some(([key]) => key === value) ?? false;
  if (known || (field.validate === false && typeof value === "string")) return plain(value);
  throw valueError(`Wrong value for ${model.name}.${field.name}: ${repr(value)}`);
}

/** Only a Python `int` is an id. Pairs, floats and strings clear the field, and the call succeeds. */
function toMany2One(env: Env, model: Model, field: Field, value: PythonValue): RpcValue {
  if (isDict(value)) throw lacking("many2one values given as a dict");
  if (env.version === 14 && value === 0) return 0;
  if (env.version === 14 && typeof value === "string") return idOfText(model, field, value);
  return isInteger(value) && value !== 0 ? value : null;
}

/** Odoo 14 leaves a text to the database, which takes digits for a number. */
function idOfText(model: Model, field: Field, value: string): RpcValue {
  const id = parseInteger(value);
  if (id === undefined) throw notInteger(value, field.relation ?? "");
  if (model.name === "res.partner" && field.name === "country_id") {
    // The country is read for the phone number.
    throw accessError(
      `Database fetch misses ids (('${value}',)) and has extra ids ((${id},)), may be caused by a type incoherence ` +
        "in a previous request",
    );
  }
  return id;
}

function toHtml(env: Env, field: Field, value: PythonValue): RpcValue {
  const text = toText(field, value);
  if (typeof text !== "string") return text;
  const isText = typeof value === "string";
  return env.version === 19 && !isText
    ? "<p>Unknown error when sanitizing</p>"
    : sanitized(env.version, text);
}

function toText(field: Field, value: PythonValue): RpcValue {
  if (value === null || value === false) return null;
  const text = str(value);
  if (text.includes("\0")) {
    throw valueError("A string literal cannot contain NUL (0x00) characters.");
  }
  return field.size ? text.slice(0, field.size) : text;
}
