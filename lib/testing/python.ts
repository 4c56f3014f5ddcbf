/**
 * The little Python that shows on Odoo's wire: how values print inside messages, and how strings become numbers.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";
import { pythonFloat } from "../xmlrpc/encode.ts";

/**
 * A Python float whose value is a whole number, such as the `20.0` of `<double>20.0</double>`. JavaScript cannot tell
 * it from `20`, Odoo does: a many2one given `20.0` is cleared.
 */
export class PythonFloat {
  /** Takes the number. */
  constructor(readonly value: number) {}
}

/** A value of a call or of its result: what JSON has, and floats and dates that JavaScript would take for something else. */
export type PythonValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PythonFloat
  | PythonDateTime
  | PythonValue[]
  | { [key: string]: PythonValue };

/** A `<dateTime.iso8601>` argument: Odoo 14 and 17 cannot take one, 19 can. */
export class PythonDateTime {
  /** Takes the text of the element, such as `20240301T10:20:30`. */
  constructor(readonly text: string) {}

  /** The same moment in Odoo's own notation. */
  toOdoo(): string {
    const match = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d:\d\d:\d\d)/.exec(this.text);
    return match ? `${match[1]}-${match[2]}-${match[3]} ${match[4]}` : this.text;
  }
}

/** `repr(value)`; lists print as tuples where Odoo makes tuples of them. */
export function repr(value: PythonValue, tuple = false): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return isInteger(value) ? String(value) : pythonFloat(value);
  if (typeof value === "string") return stringRepr(value);
  if (value instanceof PythonFloat) return pythonFloat(value.value);
  if (value instanceof PythonDateTime) return `<DateTime '${value.text}' at 0x7f3901c91e50>`;
  if (value instanceof Uint8Array) return "<xmlrpc.client.Binary object at 0x7f3901c92590>";
  if (Array.isArray(value)) return listRepr(value, tuple);
  const members = Object.entries(value).map(([key, member]) => `${repr(key)}: ${repr(member)}`);
  return `{${members.join(", ")}}`;
}

/** `str(value)`: a string as it is, everything else as `repr()` prints it. */
export function str(value: PythonValue): string {
  return typeof value === "string" ? value : repr(value);
}

/** `bool(value)`. */
export function truthy(value: PythonValue | undefined): boolean {
  if (value === null || value === undefined || value === false || value === "") return false;
  if (typeof value === "number") return value !== 0;
  if (value instanceof PythonFloat) return value.value !== 0;
  if (value instanceof PythonDateTime || value instanceof Uint8Array) return true;
  if (typeof value === "object") {
    return (Array.isArray(value) ? value : Object.keys(value)).length > 0;
  }
  return true;
}

/** `int(text)`, or `undefined` where Python would raise: blanks, underscores and all digits of Unicode are taken. */
export function parseInteger(text: string): number | undefined {
  const plain = asciiDigits(text.trim());
  return /^[+-]?\d+(_\d+)*$/.test(plain) ? Number(plain.replaceAll("_", "")) : undefined;
}

/** `float(text)`, or `undefined` where Python would raise. */
export function parseFloatText(text: string): number | undefined {
  const plain = asciiDigits(text.trim());
  if (/^[+-]?(\d+(_\d+)*(\.(\d+(_\d+)*)?)?|\.\d+(_\d+)*)(e[+-]?\d+)?$/i.test(plain)) {
    return Number(plain.replaceAll("_", ""));
  }
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(plain);
  if (!special) return undefined;
  if (special[2]?.toLowerCase() === "nan") return NaN;
  return special[1] === "-" ? -Infinity : Infinity;
}

/** `type(value).__name__`. */
export function typeName(value: PythonValue): string {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "number") return isInteger(value) ? "int" : "float";
  if (value instanceof PythonFloat) return "float";
  if (value instanceof PythonDateTime) return "DateTime";
  if (value instanceof Uint8Array) return "Binary";
  return Array.isArray(value) ? "list" : "dict";
}

/** A dictionary whose keys are integers: JSON makes texts of them, XML-RPC refuses it. */
export function integerKeyed(
  entries: readonly (readonly [number, PythonValue])[],
): { [key: string]: PythonValue } {
  const dict = Object.fromEntries(entries);
  INTEGER_KEYED.add(dict);
  return dict;
}

/** Whether a value is a dictionary whose keys are integers. */
export function hasIntegerKeys(value: PythonValue): boolean {
  return typeof value === "object" && value !== null && INTEGER_KEYED.has(value);
}

const INTEGER_KEYED = new WeakSet<object>();

/** Whether an argument is a Python `int` (not a `bool`, not a `float`). */
export function isInteger(value: PythonValue | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value);
}

/** Whether an argument is a Python `dict`. */
export function isDict(value: PythonValue | undefined): value is { [key: string]: PythonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array) && !(value instanceof PythonFloat) &&
    !(value instanceof PythonDateTime);
}

/** The plain value of an argument, for the places where its Python type makes no difference. */
export function plain(value: PythonValue): RpcValue {
  if (value instanceof PythonFloat) return value.value;
  if (value instanceof PythonDateTime) return value.toOdoo();
  if (Array.isArray(value)) return value.map(plain);
  if (isDict(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  }
  return value;
}

function listRepr(items: PythonValue[], tuple: boolean): string {
  const inside = items.map((item) => repr(item)).join(", ");
  if (!tuple) return `[${inside}]`;
  return items.length === 1 ? `(${inside},)` : `(${inside})`;
}

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

/** Digits of a script stand in runs of ten, in order: the value is the distance from the zero of the run. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0x30;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--;
  return code - zero;
}
