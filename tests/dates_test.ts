import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import fc from "npm:fast-check@^4.3.0";
import {
  type DateString,
  type DatetimeString,
  formatDate,
  formatDatetime,
  isDateString,
  isDatetimeString,
  OdooConfigError,
  OdooProtocolError,
  parseDate,
  parseDatetime,
} from "../mod.ts";
import { toJsonValue } from "../lib/json/encode.ts";
import { decodeCall } from "../lib/xmlrpc/decode.ts";
import { encodeCall } from "../lib/xmlrpc/encode.ts";

const FIRST = Temporal.Instant.from("0001-01-01T00:00:00Z").epochMilliseconds / 1000;
const LAST = Temporal.Instant.from("9999-12-31T23:59:59Z").epochMilliseconds / 1000;

const second = fc.integer({ min: FIRST, max: LAST });
const instant = second.map((each) => Temporal.Instant.fromEpochMilliseconds(each * 1000));
const zone = fc.constantFrom("UTC", "Europe/Brussels", "America/St_Johns", "Pacific/Kiritimati");

Deno.test("every moment of whole seconds comes back from Odoo's text, which its shape describes", () => {
  fc.assert(fc.property(instant, (moment) => {
    const text = formatDatetime(moment);
    assertEquals(text.length, 19);
    assert(isDatetimeString(text));
    assertEquals(parseDatetime(text).epochNanoseconds, moment.epochNanoseconds);
  }));
});

Deno.test("every day comes back from Odoo's text", () => {
  fc.assert(fc.property(instant, (moment) => {
    const day = moment.toZonedDateTimeISO("UTC").toPlainDate();
    const text = formatDate(day);
    assertEquals(text.length, 10);
    assert(isDateString(text));
    assert(parseDate(text).equals(day));
  }));
});

Deno.test("a moment is written as Instant, ZonedDateTime and Date alike, and as the encoders write it", () => {
  const millisecond = fc.integer({ min: FIRST * 1000, max: LAST * 1000 });
  fc.assert(fc.property(millisecond, zone, (at, zone) => {
    const moment = Temporal.Instant.fromEpochMilliseconds(at);
    const text = formatDatetime(moment);
    assertEquals(formatDatetime(new Date(at)), text);
    assertEquals(formatDatetime(moment.toZonedDateTimeISO(zone)), text);
    assertEquals(toJsonValue(moment, "moment"), text);
    assertEquals(decodeCall(encodeCall("m", [new Date(at)])).params, [text]);
  }));
});

Deno.test("a fraction of a second is cut, before 1970 too", () => {
  assertEquals(
    formatDatetime(Temporal.Instant.from("2026-01-09T13:30:00.999999999Z")),
    "2026-01-09 13:30:00",
  );
  assertEquals(
    formatDatetime(Temporal.Instant.from("1969-12-31T23:59:58.999Z")),
    "1969-12-31 23:59:58",
  );
});

Deno.test("the day of a moment is the one in the time zone that is asked for", () => {
  const moment = parseDatetime("2026-01-09 23:30:00");
  assertEquals(formatDate(moment, "UTC"), "2026-01-09");
  assertEquals(formatDate(moment, "Europe/Brussels"), "2026-01-10");
  assertEquals(formatDate(new Date(moment.epochMilliseconds), "Europe/Brussels"), "2026-01-10");
  assertEquals(formatDate(moment.toZonedDateTimeISO("America/New_York")), "2026-01-09");
});

Deno.test("the day of a moment cannot be told without a time zone, nor in one that does not exist", () => {
  const moment = parseDatetime("2026-01-09 23:30:00");
  // @ts-expect-error the time zone is missing
  assertThrows(() => formatDate(moment), OdooConfigError, "without a time zone");
  assertThrows(() => formatDate(moment, "Mars/Olympus"), RangeError);
});

Deno.test("false, Odoo's word for none, stays false", () => {
  const none = (text: DateString | false) => text;
  assertEquals(parseDate(false), false);
  assertEquals(parseDatetime(false), false);
  assertEquals(formatDate(false), false);
  assertEquals(formatDate(false, "Europe/Brussels"), false);
  const read = (text: DatetimeString | false) => formatDate(parseDatetime(text), "Europe/Brussels");
  assertEquals([read(false), read("2026-01-09 23:30:00")], [false, "2026-01-10"]);
  assertEquals(formatDatetime(false), false);
  assertEquals(parseDate(none("2026-01-09")).toString(), "2026-01-09");
});

Deno.test("a year without its leading zeros is read as Odoo answers it, and written as Odoo takes it", () => {
  assertEquals(formatDate(parseDate("999-01-02")), "0999-01-02");
  assertEquals(formatDate(parseDate("1-01-01")), "0001-01-01");
  assertEquals(formatDatetime(parseDatetime("1-01-01 01:02:03")), "0001-01-01 01:02:03");
});

Deno.test("a day that is not as Odoo writes it is refused, by its looks", () => {
  const refused: [unknown, string][] = [
    ["2026-01-09 13:30:00", 'a text like "9999-99-99 99:99:99"'],
    ["9 Jan 2026", 'a text like "9 aaa 9999"'],
    ["2026-1-9", 'a text like "9999-9-9"'],
    ["2026-01-09\n", 'a text like "9999-99-99\n"'],
    ["-026-01-09", 'a text like "-999-99-99"'],
    ["12026-01-09", 'a text like "99999-99-99"'],
    ["", 'a text like ""'],
    ["x".repeat(99), `a text like "${"a".repeat(30)}"`],
    ["2026-02-29", "one that does not exist"],
    ["2026-13-01", "one that does not exist"],
    ["2026-00-10", "one that does not exist"],
    ["2026-01-00", "one that does not exist"],
    ["0000-01-01", "one that does not exist"],
    [true, "what is no text but of type boolean"],
    [undefined, "what is no text but of type undefined"],
  ];
  for (const [value, found] of refused) {
    assertFalse(isDateString(value));
    // @ts-expect-error of any type
    const error = assertThrows(() => parseDate(value), OdooProtocolError);
    assertEquals(error.message, `Cannot read a date from ${found}; Odoo writes 2026-01-09`);
  }
});

Deno.test("a moment that is not as Odoo writes it is refused, by its looks", () => {
  const refused: [unknown, string][] = [
    ["2026-01-09", 'a text like "9999-99-99"'],
    ["2026-01-09T13:30:00", 'a text like "9999-99-99a99:99:99"'],
    ["2026-01-09 13:30:00.5", 'a text like "9999-99-99 99:99:99.9"'],
    ["2026-01-09 13:30:00Z", 'a text like "9999-99-99 99:99:99a"'],
    ["2026-01-09 24:00:00", "one that does not exist"],
    ["2026-01-09 23:59:60", "one that does not exist"],
    ["2026-02-29 00:00:00", "one that does not exist"],
    [5, "what is no text but of type number"],
  ];
  for (const [value, found] of refused) {
    assertFalse(isDatetimeString(value));
    // @ts-expect-error of any type
    const error = assertThrows(() => parseDatetime(value), OdooProtocolError);
    assertEquals(
      error.message,
      `Cannot read a datetime from ${found}; Odoo writes 2026-01-09 13:30:00`,
    );
  }
});

Deno.test("a year that Odoo does not have is not written", () => {
  const message = "its year is not within 1 and 9999";
  for (const year of ["-000044", "0000", "+010000"]) {
    const day = Temporal.PlainDate.from(`${year}-06-15`);
    assertThrows(() => formatDate(day), OdooProtocolError, `Cannot write a date: ${message}`);
    const moment = Temporal.Instant.from(`${year}-06-15T00:00Z`);
    assertThrows(() => formatDatetime(moment), OdooProtocolError, message);
  }
  // The day is in another year there than in UTC
  const last = Temporal.Instant.from("9999-12-31T23:30Z");
  assertThrows(() => formatDate(last, "Europe/Brussels"), OdooProtocolError, message);
});

Deno.test("an invalid Date is not written", () => {
  const invalid = new Date(NaN);
  assertThrows(() => formatDatetime(invalid), OdooProtocolError, "it is an invalid Date");
  assertThrows(() => formatDate(invalid, "UTC"), OdooProtocolError, "it is an invalid Date");
});

Deno.test("a day of another calendar is written by the one of Odoo", () => {
  const day = Temporal.PlainDate.from("2026-01-09").withCalendar("hebrew");
  assertEquals(formatDate(day), "2026-01-09");
  const moment = Temporal.ZonedDateTime.from("2026-01-09T23:00[Asia/Tokyo][u-ca=japanese]");
  assertEquals(formatDate(moment), "2026-01-09");
  assertEquals(formatDatetime(moment), "2026-01-09 14:00:00");
});

Deno.test("the hour that a clock goes through twice is two moments", () => {
  const [first, second] = ["2026-10-25 00:30:00", "2026-10-25 01:30:00"] as const;
  for (const [utc, offset] of [[first, "+02:00"], [second, "+01:00"]] as const) {
    const local = parseDatetime(utc).toZonedDateTimeISO("Europe/Brussels");
    assertEquals(local.toString(), `2026-10-25T02:30:00${offset}[Europe/Brussels]`);
    assertEquals<DatetimeString>(formatDatetime(local), utc);
  }
});

Deno.test("plain text is no date to the compiler, but for what a guard has let through", () => {
  const text: string = "2026-01-09";
  // @ts-expect-error any text
  parseDate(text);
  // @ts-expect-error a moment
  assertThrows(() => parseDate("2026-01-09 13:30:00"));
  // @ts-expect-error no date
  assertThrows(() => parseDate("tomorrow"));
  if (isDateString(text)) assertEquals(parseDate(text).day, 9);
});
