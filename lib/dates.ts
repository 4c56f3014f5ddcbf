/**
 * Odoo's dates and moments, to and from `Temporal` and `Date`.
 *
 * Odoo writes a day as `2026-01-09` and a moment as `2026-01-09 13:30:00`, which is UTC without saying so, in whole
 * seconds. Its word for "none" is `false`, which every function here passes through. Where a value is sent, nothing has to
 * be converted: `Date`, `Temporal.Instant` and `Temporal.PlainDate` go out in the same form.
 *
 * A moment is a day only in some time zone, so that has to be named. That of a user is the `tz` of what `context_get` of
 * `res.users` answers.
 *
 * ```ts
 * import { formatDate, formatDatetime, parseDatetime } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * const ordered = parseDatetime("2026-01-09 23:30:00");
 * assertEquals(formatDate(ordered, "UTC"), "2026-01-09");
 * assertEquals(formatDate(ordered, "Europe/Brussels"), "2026-01-10");
 *
 * // The orders of that day in Brussels; startOfDay() because a day may have 23 or 25 hours, or no midnight
 * const start = ordered.toZonedDateTimeISO("Europe/Brussels").startOfDay();
 * const end = start.add({ days: 1 }).startOfDay();
 * assertEquals([["date_order", ">=", formatDatetime(start)], ["date_order", "<", formatDatetime(end)]], [
 *   ["date_order", ">=", "2026-01-09 23:00:00"],
 *   ["date_order", "<", "2026-01-10 23:00:00"],
 * ]);
 * ```
 *
 * @module
 */
import { OdooConfigError, OdooProtocolError } from "./errors.ts";
import { asText, Refusal } from "./sendable.ts";

/** A day as Odoo writes it: `2026-01-09`. A `string` is not one until {@linkcode isDateString} says so. */
export type DateString = `${number}-${number}-${number}`;

/** A moment as Odoo writes it, in UTC: `2026-01-09 13:30:00`. A `string` is not one until {@linkcode isDatetimeString} says so. */
export type DatetimeString = `${DateString} ${number}:${number}:${number}`;

/**
 * Reads a day.
 *
 * ```ts
 * import { parseDate } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseDate("2026-01-31").add({ months: 1 }).toString(), "2026-02-28");
 * ```
 *
 * @throws {OdooProtocolError} Where it is not one as Odoo writes it, such as a moment.
 */
export function parseDate(date: DateString): Temporal.PlainDate;
/** Reads a day, and leaves `false` as it is. */
export function parseDate(date: DateString | false): Temporal.PlainDate | false;
export function parseDate(date: DateString | false): Temporal.PlainDate | false {
  if (date === false) return false;
  if (!isDateString(date)) return refuse("date", date, DATE);
  return Temporal.PlainDate.from(padded(date, 10));
}

/**
 * Reads a moment.
 *
 * ```ts
 * import { parseDatetime } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * const ordered = parseDatetime("2026-01-09 13:30:00");
 * assertEquals(new Date(ordered.epochMilliseconds).toISOString(), "2026-01-09T13:30:00.000Z");
 * assertEquals(ordered.toZonedDateTimeISO("Europe/Brussels").hour, 14);
 * ```
 *
 * @throws {OdooProtocolError} Where it is not one as Odoo writes it, such as a day, or with a `T` or a fraction.
 */
export function parseDatetime(moment: DatetimeString): Temporal.Instant;
/** Reads a moment, and leaves `false` as it is. */
export function parseDatetime(moment: DatetimeString | false): Temporal.Instant | false;
export function parseDatetime(moment: DatetimeString | false): Temporal.Instant | false {
  if (moment === false) return false;
  if (!isDatetimeString(moment)) return refuse("datetime", moment, DATETIME);
  return Temporal.Instant.from(`${padded(moment, 19)}Z`);
}

/**
 * Writes a day: a `Temporal.PlainDate` as it is, a `Temporal.ZonedDateTime` as the day that it is there.
 *
 * ```ts
 * import { formatDate } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatDate(Temporal.PlainDate.from("2026-01-09")), "2026-01-09");
 * const lateInUtc = Temporal.Instant.from("2026-01-09T23:30:00Z");
 * assertEquals(formatDate(lateInUtc, "Europe/Brussels"), "2026-01-10");
 * ```
 *
 * @throws {OdooProtocolError} Where its year is not within 1 and 9999.
 */
export function formatDate(date: Temporal.PlainDate | Temporal.ZonedDateTime): DateString;
/** Writes a day, and leaves `false` as it is. */
export function formatDate(
  date: Temporal.PlainDate | Temporal.ZonedDateTime | false,
): DateString | false;
/**
 * Writes the day that a moment is in a time zone, such as `"Europe/Brussels"` or `"UTC"`.
 *
 * @throws {RangeError} Where there is no such time zone.
 */
export function formatDate(moment: Temporal.Instant | Date, timeZone: string): DateString;
/** Writes the day that a moment is in a time zone, and leaves `false` as it is. */
export function formatDate(
  moment: Temporal.Instant | Date | false,
  timeZone: string,
): DateString | false;
export function formatDate(
  value: Temporal.PlainDate | Temporal.ZonedDateTime | Temporal.Instant | Date | false,
  timeZone?: string,
): DateString | false {
  if (value === false) return false;
  const text = written("date", dayOf(value, timeZone));
  return isDateString(text) ? text : refuse("date", text, DATE);
}

/**
 * Writes a moment, in UTC. Odoo keeps whole seconds: a fraction is cut.
 *
 * ```ts
 * import { formatDatetime } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * const moment = Temporal.ZonedDateTime.from("2026-01-09T14:30:00.999[Europe/Brussels]");
 * assertEquals(formatDatetime(moment), "2026-01-09 13:30:00");
 * ```
 *
 * @throws {OdooProtocolError} Where its year is not within 1 and 9999, or the `Date` is invalid.
 */
export function formatDatetime(
  moment: Temporal.Instant | Temporal.ZonedDateTime | Date,
): DatetimeString;
/** Writes a moment, and leaves `false` as it is. */
export function formatDatetime(
  moment: Temporal.Instant | Temporal.ZonedDateTime | Date | false,
): DatetimeString | false;
export function formatDatetime(
  moment: Temporal.Instant | Temporal.ZonedDateTime | Date | false,
): DatetimeString | false {
  if (moment === false) return false;
  const instant = moment instanceof Temporal.ZonedDateTime ? moment.toInstant() : moment;
  const text = written("datetime", instant);
  return isDatetimeString(text) ? text : refuse("datetime", text, DATETIME);
}

/**
 * Whether a value is a day that exists, as Odoo writes it. For rows whose types are not known.
 *
 * ```ts
 * import { isDateString } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["2026-02-28", "2026-02-30", false].map(isDateString), [true, false, false]);
 * ```
 */
export function isDateString(value: unknown): value is DateString {
  return typeof value === "string" && DATE.shape.test(value) && isDay(value);
}

/**
 * Whether a value is a moment that exists, as Odoo writes it. For rows whose types are not known.
 *
 * ```ts
 * import { isDatetimeString } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * const values = ["2026-01-09 13:30:00", "2026-01-09T13:30:00", "2026-01-09"];
 * assertEquals(values.map(isDatetimeString), [true, false, false]);
 * ```
 */
export function isDatetimeString(value: unknown): value is DatetimeString {
  return typeof value === "string" && DATETIME.shape.test(value) &&
    isDay(value.slice(0, -9)) && TIME.test(value.slice(-8));
}

/** Odoo leaves out the leading zeros of a year when it answers, though it does not take it so. */
const DATE = { shape: /^\d{1,4}-\d\d-\d\d$/, example: "2026-01-09" };
const DATETIME = {
  shape: /^\d{1,4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
  example: "2026-01-09 13:30:00",
};
const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

/** Whether the calendar has a day whose shape is right. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split("-").map(Number);
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  return day <= Temporal.PlainYearMonth.from({ year, month }).daysInMonth;
}

/** With the zeros that the year lacks. */
function padded(text: string, length: number): string {
  return text.padStart(length, "0");
}

function dayOf(
  value: Temporal.PlainDate | Temporal.ZonedDateTime | Temporal.Instant | Date,
  timeZone: string | undefined,
): Temporal.PlainDate | Date {
  if (value instanceof Temporal.PlainDate) return value;
  if (value instanceof Temporal.ZonedDateTime) return value.toPlainDate();
  if (timeZone === undefined) {
    throw new OdooConfigError("Cannot tell the day of a moment without a time zone, such as UTC");
  }
  if (value instanceof Temporal.Instant) return value.toZonedDateTimeISO(timeZone).toPlainDate();
  // What is written next refuses an invalid one
  if (Number.isNaN(value.getTime())) return value;
  return dayOf(Temporal.Instant.fromEpochMilliseconds(value.getTime()), timeZone);
}

/** As the encoders write it. */
function written(kind: string, value: object): string {
  try {
    return asText(value);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new OdooProtocolError(`Cannot write a ${kind}: ${error.message}`);
  }
}

/** Says what a value looks like, not what it is. */
function refuse(
  kind: string,
  value: unknown,
  { shape, example }: { shape: RegExp; example: string },
): never {
  const found = typeof value !== "string"
    ? `what is no text but of type ${typeof value}`
    : shape.test(value)
    ? "one that does not exist"
    : `a text like "${value.slice(0, 30).replace(/\d/g, "9").replace(/\p{L}/gu, "a")}"`;
  throw new OdooProtocolError(`Cannot read a ${kind} from ${found}; Odoo writes ${example}`);
}
