/**
 * Dates in the domains of Odoo 19: in ISO's notation, or relative to today, such as `today -1d` and `=monday`.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { lacking, valueError } from "../faults.ts";
import { repr } from "../python.ts";

/** A moment, and whether it was given as a day. */
export interface Moment {
  /** The moment in UTC. */
  readonly at: Date;
  /** Whether it has no time. */
  readonly isDay: boolean;
}

/** Reads a date or a stamp. */
export function parseMoment(env: Env, text: string): Moment {
  if (/^\d+-/.test(text)) return parseIso(text);
  const terms = text.split(/\s+/).filter((term) => term !== "");
  if (terms.length === 0) throw valueError("Empty date value");
  const start = terms[0] === "today" || terms[0] === "now" ? terms.shift() : "now";
  const at = new Date(`${env.now.replace(" ", "T")}Z`);
  const isDay = start === "today";
  if (isDay) at.setUTCHours(0, 0, 0, 0);
  for (const term of terms) {
    if (!/^[=+-]../.test(term) || !apply(at, term, isDay)) {
      throw valueError(`Invalid term ${repr(term)} in expression date: ${repr(text)}`);
    }
  }
  return { at, isDay };
}

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:.(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;

function parseIso(text: string): Moment {
  const match = ISO.exec(text);
  if (!match) throw valueError(`Invalid isoformat string: ${repr(text)}`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((
    digits,
  ) => Number(digits ?? 0));
  const ranges: [ok: boolean, message: string][] = [
    [year >= 1, `year ${year} is out of range`],
    [month >= 1 && month <= 12, "month must be in 1..12"],
    [day >= 1 && day <= daysOf(year, month), "day is out of range for month"],
    [hour < 24, "hour must be in 0..23"],
    [minute < 60, "minute must be in 0..59"],
    [second < 60, "second must be in 0..59"],
  ];
  const wrong = ranges.find(([ok]) => !ok);
  if (wrong) throw valueError(wrong[1]);
  if (match[8]) {
    throw valueError(`expecting only datetimes with no timezone: ${repr(text)}`);
  }
  // Fractions do not count: whole seconds are compared
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date.UTC() takes the years before 100 for those from 1900 on
  at.setUTCFullYear(year);
  return { at, isDay: match[4] === undefined };
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** Moves a moment by a term. Whether the term is one. */
function apply(at: Date, term: string, isDay: boolean): boolean {
  const sign = term.charAt(0);
  const weekday = term.slice(1) === "week_start" ? 0 : WEEKDAYS.indexOf(term.slice(1));
  if (weekday >= 0) {
    toWeekday(at, sign, weekday, isDay);
    return true;
  }
  const number = /^[+-]?\d+$/.test(term.slice(1, -1)) ? Number(term.slice(1, -1)) : NaN;
  const unit = term.at(-1) ?? "";
  if (Number.isNaN(number) || !/^[dmywHMS]$/.test(unit)) return false;
  if (isDay && /[HMS]/.test(unit)) throw lacking(`hours added to a day, as in "${term}"`);
  if (sign === "=") return setPart(at, unit, number);
  shift(at, unit, sign === "-" ? -number : number);
  return true;
}

/** Weeks begin on Sunday, as `en_US` has it. */
function toWeekday(at: Date, sign: string, weekday: number, isDay: boolean): void {
  let days = weekday - at.getUTCDay();
  if (sign === "+" && days < 0) days += 7;
  if (sign === "-" && days > 0) days -= 7;
  if (sign === "=" && !isDay) at.setUTCHours(0, 0, 0, 0);
  at.setUTCDate(at.getUTCDate() + days);
}

function shift(at: Date, unit: string, number: number): void {
  const times: Readonly<Record<string, number>> = { S: 1, M: 60, H: 3600, d: 86400, w: 604800 };
  const seconds = times[unit];
  if (seconds !== undefined) at.setTime(at.getTime() + number * seconds * 1000);
  else toMonth(at, at.getUTCFullYear() * 12 + at.getUTCMonth() + number * (unit === "y" ? 12 : 1));
}

/** Goes to a month, counted from the year 0; a day that it does not have becomes its last one. */
function toMonth(at: Date, months: number): void {
  const [year, month] = [Math.floor(months / 12), ((months % 12) + 12) % 12];
  const day = Math.min(at.getUTCDate(), daysOf(year, month + 1));
  at.setUTCFullYear(year, month, day);
}

/** Sets a part of a moment; the smaller parts go back to their start. */
function setPart(at: Date, unit: string, number: number): boolean {
  switch (unit) {
    case "S":
      at.setUTCSeconds(number, 0);
      break;
    case "M":
      at.setUTCMinutes(number, 0, 0);
      break;
    case "H":
      at.setUTCHours(number, 0, 0, 0);
      break;
    case "d":
      at.setUTCHours(0, 0, 0, 0);
      at.setUTCDate(Math.min(number, daysOf(at.getUTCFullYear(), at.getUTCMonth() + 1)));
      break;
    case "m":
      at.setUTCHours(0, 0, 0, 0);
      toMonth(at, at.getUTCFullYear() * 12 + number - 1);
      break;
    case "y":
      at.setUTCHours(0, 0, 0, 0);
      toMonth(at, number * 12 + at.getUTCMonth());
      break;
    default:
      return false;
  }
  return true;
}

function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
