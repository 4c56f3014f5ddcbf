/**
 * Granularities: the hour, day, week, month, quarter or year that a moment belongs to, as groups have it.
 *
 * @module
 */
import { datePart } from "./date_parts.ts";
import type { Env } from "./env.ts";
import { lacking, type Version } from "../faults.ts";
import type { Field } from "./models.ts";
import { timeZone } from "./time_zones.ts";

/** The span of time that a group stands for. Moments are in universal time, dates are as they are. */
export interface Span {
  /** First moment or day. */
  readonly from: string;
  /** First one that is too late. */
  readonly to: string;
  /** What the group is called. */
  readonly label: string;
}

/** Spans of time. */
export const SPANS: ReadonlySet<string> = new Set([
  "hour",
  "day",
  "week",
  "month",
  "quarter",
  "year",
]);

/** Start of the span that a moment belongs to, in the time zone of the context: PostgreSQL's `date_trunc`. */
export function startOf(env: Env, field: Field, granularity: string, moment: string): string {
  return truncate(env, granularity, local(env, field, moment));
}

/** A number out of a moment, in the time zone of the context. */
export function numberOf(env: Env, field: Field, part: string, moment: string): number {
  return datePart(part)(local(env, field, moment));
}

/** The span that starts then, in the words of English. */
export function spanOf(env: Env, field: Field, granularity: string, start: string): Span {
  const { code } = language(env);
  if (code !== "en_US") throw lacking(`dates in the words of ${code}`);
  const label = labelOf(env.version, granularity, start);
  const end = next(granularity, start);
  if (field.type === "date") return { from: start.slice(0, 10), to: end.slice(0, 10), label };
  const zone = timeZone(env.context["tz"]);
  const utc = (moment: string) => zone ? zone.toUtc(moment) : moment;
  return { from: utc(start), to: utc(end), label };
}

/** The language of the context, as far as it is installed. The first day of its weeks is 0 for Sunday. */
function language(env: Env): { code: string; weekStart: number } {
  const wanted = env.context["lang"];
  const installed = [...env.store.rows("res.lang")].filter((row) => row["active"] === true);
  const row = installed.find((row) => row["code"] === wanted) ??
    installed.find((row) => row["code"] === "en_US");
  return {
    code: String(row?.["code"] ?? "en_US"),
    weekStart: Number(row?.["week_start"] ?? 7) % 7,
  };
}

function local(env: Env, field: Field, moment: string): string {
  if (field.type === "date") return `${moment.slice(0, 10)} 00:00:00`;
  return timeZone(env.context["tz"])?.fromUtc(moment) ?? moment.slice(0, 19);
}

function truncate(env: Env, granularity: string, moment: string): string {
  const { date, year, month, day, hour } = parts(moment);
  switch (granularity) {
    case "hour":
      return text(Date.UTC(year, month, day, hour));
    case "week": {
      // In Odoo 14 a week begins on Monday whatever the language says.
      const first = env.version === 14 ? 1 : language(env).weekStart;
      const since = (date.getUTCDay() - first + 7) % 7;
      return text(Date.UTC(year, month, day - since));
    }
    case "month":
      return text(Date.UTC(year, month));
    case "quarter":
      return text(Date.UTC(year, month - month % 3));
    case "year":
      return text(Date.UTC(year, 0));
    default:
      return text(Date.UTC(year, month, day));
  }
}

function next(granularity: string, start: string): string {
  const { year, month, day, hour } = parts(start);
  switch (granularity) {
    case "hour":
      return text(Date.UTC(year, month, day, hour + 1));
    case "week":
      return text(Date.UTC(year, month, day + 7));
    case "month":
      return text(Date.UTC(year, month + 1));
    case "quarter":
      return text(Date.UTC(year, month + 3));
    case "year":
      return text(Date.UTC(year + 1, 0));
    default:
      return text(Date.UTC(year, month, day + 1));
  }
}

function labelOf(version: Version, granularity: string, start: string): string {
  const { date, year, month, day, hour } = parts(start);
  const name = MONTHS[month] ?? "";
  switch (granularity) {
    case "hour":
      return `${two(hour % 12 || 12)}:00 ${two(day)} ${name.slice(0, 3)}`;
    case "week":
      return weekLabel(version, date);
    case "month":
      return `${name} ${year}`;
    case "quarter":
      return `Q${Math.floor(month / 3) + 1} ${year}`;
    case "year":
      return String(year);
    default:
      return `${two(day)} ${name.slice(0, 3)} ${year}`;
  }
}

/** The week of January 1 is the first one. Odoo 19 counts it to the new year also where it begins in the old one. */
function weekLabel(version: Version, start: Date): string {
  const year = start.getUTCFullYear();
  const first = new Date(Date.UTC(year, 0, 1)).getUTCDay();
  const week = Math.floor((dayOfYear(start) - 1 + first) / 7) + 1;
  const coming = Date.UTC(year + 1, 0, 1);
  const sunday = coming - new Date(coming).getUTCDay() * DAY;
  return version === 19 && start.getTime() >= sunday ? `W1 ${year + 1}` : `W${week} ${year}`;
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY) + 1;
}

const DAY = 86_400_000;

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

function parts(moment: string) {
  const date = new Date(`${moment.slice(0, 19).replace(" ", "T")}Z`);
  return {
    date,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
  };
}

function text(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
