/**
 * Parts of dates in the domains, orders and groups of Odoo 19, such as `create_date.month_number`.
 *
 * @module
 */
import { valueError } from "../faults.ts";

const PARTS: Readonly<Record<string, (at: Date) => number>> = {
  year_number: (at) => at.getUTCFullYear(),
  quarter_number: (at) => Math.floor(at.getUTCMonth() / 3) + 1,
  month_number: (at) => at.getUTCMonth() + 1,
  iso_week_number: isoWeek,
  day_of_year: (at) =>
    Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 0)) / 86_400_000),
  day_of_month: (at) => at.getUTCDate(),
  day_of_week: (at) => at.getUTCDay(),
  hour_number: (at) => at.getUTCHours(),
  minute_number: (at) => at.getUTCMinutes(),
  second_number: (at) => at.getUTCSeconds() + at.getUTCMilliseconds() / 1000,
};

/** Names of the parts. */
export const DATE_PARTS: ReadonlySet<string> = new Set(Object.keys(PARTS));

/** Reads a part of the dates and stamps of columns. */
export function datePart(part: string): (value: string) => number {
  const read = PARTS[part];
  if (!read) {
    throw valueError(
      `Error when processing the granularity ${part} is not supported. ` +
        `Only ${Object.keys(PARTS).join(", ")} are supported`,
    );
  }
  return (value) => read(new Date(`${value.replace(" ", "T")}${value.length > 10 ? "Z" : ""}`));
}

function isoWeek(at: Date): number {
  const thursday = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const start = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.floor((thursday.getTime() - start) / 604_800_000) + 1;
}
