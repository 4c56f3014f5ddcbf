/**
 * Dates and times out of texts, as Python's `strptime` reads them with Odoo's formats: tolerant of missing zeros, and of
 * nothing else.
 *
 * @module
 */
import { valueError } from "../faults.ts";
import { repr } from "../python.ts";

/** A date and time, in Odoo's notation. The format is cut as the text is short: a date will do. */
export function parseDatetime(text: string): string {
  return strptime(text, "%Y-%m-%d %H:%M:%S".slice(0, Math.max(0, text.length - 2)));
}

/** A date out of a date or datetime text; what stands behind the tenth character is cut. */
export function parseDate(text: string): string {
  return strptime(text.slice(0, 10), "%Y-%m-%d").slice(0, 10);
}

function strptime(text: string, format: string): string {
  if (format.endsWith("%")) throw valueError(`stray % in format ${repr(format)}`);
  const pattern = format.replaceAll(" ", "\\s+").replace(
    /%(\w)/g,
    (_all, part) => PARTS[part] ?? "",
  );
  const match = new RegExp(`^${pattern}`).exec(text);
  if (!match) throw valueError(`time data ${repr(text)} does not match format ${repr(format)}`);
  if (match[0].length < text.length) {
    throw valueError(`unconverted data remains: ${text.slice(match[0].length)}`);
  }
  const numbers = match.slice(1).map(Number);
  const [year = 1900, month = 1, day = 1, hour = 0, minute = 0, second = 0] = numbers;
  if (year === 0) throw valueError("year 0 is out of range");
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) {
    throw valueError("day is out of range for month");
  }
  const date = [String(year).padStart(4, "0"), two(month), two(day)].join("-");
  return `${date} ${[hour, minute, second].map(two).join(":")}`;
}

const PARTS: Readonly<Record<string, string>> = {
  Y: "(\\d{4})",
  m: "(1[0-2]|0[1-9]|[1-9])",
  d: "(3[01]|[12]\\d|0[1-9]|[1-9]| [1-9])",
  H: "(2[0-3]|[01]\\d|\\d)",
  M: "([0-5]\\d|\\d)",
  S: "(6[01]|[0-5]\\d|\\d)",
};

function two(value: number): string {
  return String(value).padStart(2, "0");
}
