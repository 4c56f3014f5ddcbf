/**
 * The texts of XML-RPC's simple types to values.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";

/** How the text of one type of value is read; `undefined` where it is not of that type. */
export interface Scalar {
  /** What it should be, for a message. */
  readonly what: string;
  /** Reads it. */
  readonly read: (text: string) => RpcValue | undefined;
}

const INTEGER: Scalar = { what: "an integer within 2^53", read: readInteger };
const DOUBLE: Scalar = { what: "a number", read: readDouble };

/** The types by their names. */
export const SCALARS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ["string", { what: "text", read: (text) => text }],
  ["boolean", { what: "0 or 1", read: readBoolean }],
  ...["int", "i1", "i2", "i4", "i8", "biginteger"].map((name) => [name, INTEGER] as const),
  ["double", DOUBLE],
  ["float", DOUBLE],
  ["base64", { what: "base64", read: readBase64 }],
  ["dateTime.iso8601", { what: "a date and time such as 20240301T10:20:30", read: readDateTime }],
  ["nil", { what: "nothing", read: (text) => isBlank(text) ? null : undefined }],
]);

/** A type by its name; Apache's extensions have these names with a prefix, such as `ex:nil`. */
export function scalarOf(
  scalars: ReadonlyMap<string, Scalar>,
  type: string,
): Scalar | undefined {
  return scalars.get(type) ?? scalars.get(/^[A-Za-z_][\w.-]*:(.+)$/.exec(type)?.[1] ?? "");
}

function readInteger(text: string): number | undefined {
  if (!/^[ \t\r\n]*[+-]?\d+[ \t\r\n]*$/.test(text)) return undefined;
  const value = Number(text) + 0; // no -0
  return Number.isSafeInteger(value) ? value : undefined;
}

function readDouble(text: string): number | undefined {
  const word = wordOf(text).toLowerCase();
  if (/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/.test(word)) {
    const value = Number(word);
    return Number.isFinite(value) ? value : undefined;
  }
  if (/^[+-]?nan$/.test(word)) return NaN;
  if (!/^[+-]?inf(?:inity)?$/.test(word)) return undefined;
  return word.startsWith("-") ? -Infinity : Infinity;
}

function readBoolean(text: string): boolean | undefined {
  return text === "1" ? true : text === "0" ? false : undefined;
}

function readBase64(text: string): Uint8Array | undefined {
  // Padding is not optional: without it, the end may be missing.
  if (text.replace(/\s/g, "").length % 4 !== 0) return undefined;
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

function readDateTime(text: string): string | undefined {
  const parts = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z?$/.exec(wordOf(text));
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const date = `${year}-${month}-${day}`, time = `${hour}:${minute}:${second}`;
  const instant = new Date(`${date}T${time}Z`);
  const exists = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
  return exists ? `${date} ${time}` : undefined;
}

/** The text without the blanks around it: more than XML's white space is white space to `trim()`. */
function wordOf(text: string): string {
  return /^[ \t\r\n]*([^ \t\r\n]*)[ \t\r\n]*$/.exec(text)?.[1] ?? text;
}

/** Whether there is nothing but what XML takes for white space. */
export function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}
