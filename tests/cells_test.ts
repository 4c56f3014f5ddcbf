import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Cell, CellError, type SourceValue, toCell } from "../lib/sync/cells.ts";
import { isKept, isSame, type Known } from "../lib/sync/compare.ts";
import { toField } from "../lib/sync/fields.ts";
import { OdooConfigError, type RpcValue } from "../mod.ts";

function cell(
  type: string,
  value: SourceValue,
  more: Record<string, RpcValue> = {},
): Cell | undefined {
  return toCell(toField("x.thing", "f", { type, ...more }), value);
}

function same(
  type: string,
  value: SourceValue,
  current: RpcValue,
  more: Record<string, RpcValue> = {},
): boolean {
  const made = cell(type, value, more);
  assert(made);
  return isSame(made, { f: current, currency_id: 3 }, KNOWN);
}

const KNOWN: Known = {
  targetOf: (_cell, reference) => reference === "base.be" ? 21 : Number(reference),
  decimalsOf: (currency) => currency === 3 ? 2 : undefined,
};

const SELECTION = { selection: [["lead", "Lead"], ["opportunity", "Opportunity"]] };

Deno.test("`toCell()` leaves an empty value out, since an empty cell would clear the field", () => {
  for (const empty of ["", null, undefined]) assertEquals(cell("char", empty), undefined);
  assertEquals(cell("many2many", []), undefined);
  assertEquals(cell("integer", 0)?.text, "0");
  assertEquals(cell("boolean", false)?.text, "0");
});

Deno.test("`toCell()` writes what every version of Odoo reads in one way", () => {
  const good: [type: string, value: SourceValue, text: string][] = [
    ["char", "  Ana\t", "  Ana\t"],
    ["boolean", "Yes", "1"],
    ["boolean", true, "1"],
    ["boolean", "FALSE", "0"],
    ["integer", "-2147483648", "-2147483648"],
    ["float", "1.50", "1.50"],
    ["monetary", -3, "-3"],
    ["float", 1e-7, "1e-7"],
    ["date", "2028-02-29", "2028-02-29"],
    ["datetime", "2026-03-01 23:59:59", "2026-03-01 23:59:59"],
  ];
  for (const [type, value, text] of good) assertEquals(cell(type, value)?.text, text);
  assertEquals(cell("selection", "lead", SELECTION)?.text, "lead");
});

Deno.test("`toCell()` refuses what Odoo would refuse or take for something else", () => {
  const bad: [type: string, value: SourceValue][] = [
    ["char", "a\u0000"],
    ["text", "a\uFFFF"],
    ["char", "\uD800"],
    ["boolean", "maybe"],
    ["integer", "1_000"],
    ["integer", "7.0"],
    ["integer", "2147483648"],
    ["float", "1,5"],
    ["float", "1e3"],
    ["float", NaN],
    ["date", "2026-02-29"],
    ["date", "2026-7-1"],
    ["date", "01/02/2026"],
    ["datetime", "2026-03-01T10:20:30"],
    ["datetime", "2026-03-01 24:00:00"],
    ["many2one", "no"],
    ["many2one", "0"],
    ["many2one", "Belgium"],
    ["many2one", "base.a,b"],
    ["many2one", "base.a\u0001"],
    ["many2one", 0],
    ["many2one", true],
  ];
  for (const [type, value] of bad) {
    const error = assertThrows(() => cell(type, value), CellError, "", `${type} ${String(value)}`);
    assertEquals(error.field, "f");
  }
  assertThrows(
    () => cell("selection", "Lead", SELECTION),
    CellError,
    "is not one of lead, opportunity",
  );
});

Deno.test("`toCell()` writes a reference as an external id or a database id, never as a name", () => {
  assertEquals(cell("many2one", "base.be")?.column, "f/id");
  assertEquals(cell("many2one", 21)?.column, "f/.id");
  assertEquals(cell("many2one", "21")?.column, "f/.id");
  assertEquals(cell("many2many", "3, 4")?.text, "3,4");
  for (const text of ["021", "+21", "21.0", "2147483648"]) {
    assertThrows(() => cell("many2one", text), CellError, "neither an external id");
  }
  assertEquals(cell("many2many", ["base.be", "base.fr"])?.text, "base.be,base.fr");
  assertEquals(cell("many2many", "base.be, base.fr")?.column, "f/id");
  assertEquals(cell("many2many", [3, 4])?.column, "f/.id");
  assertThrows(() => cell("many2many", ["base.be", 4]), CellError, "mixes");
  assertThrows(() => cell("many2one", ["base.be", "base.fr"]), CellError, "more than one record");
});

Deno.test("`toCell()` writes a moment in UTC, and takes no moment for a day", () => {
  const date = new Date("2026-10-25T02:30:00+02:00");
  for (const moment of [date, Temporal.Instant.fromEpochMilliseconds(date.getTime())]) {
    assertEquals(cell("datetime", moment)?.text, "2026-10-25 00:30:00");
    const error = assertThrows(() => cell("date", moment), CellError, 'give formatDate(moment, "');
    assert(error.message.startsWith('"2026-10-25T00:30:00'));
  }
  const day = Temporal.PlainDate.from("2026-10-25");
  assertEquals(cell("date", day)?.text, "2026-10-25");
  assertThrows(() => cell("datetime", day), CellError, "is a day and no moment");
  assertThrows(() => cell("char", date), CellError, "no value for a field of type char");
  for (const type of ["date", "datetime"]) {
    assertThrows(() => cell(type, new Date(NaN)), CellError, "nvalid Date");
  }
});

Deno.test("`toCell()` takes moments in ISO 8601 that say their zone, and no others", () => {
  const good = [
    "2026-03-01T10:00:00Z",
    "2026-03-01T10:00:00.999Z",
    "2026-03-01T11:00:00+01:00",
    "2026-03-01T11:00+0100",
    "2026-03-01 05:00:00-05:00",
  ];
  for (const text of good) {
    assertEquals(cell("datetime", text)?.text, "2026-03-01 10:00:00", text);
  }
  for (const text of ["2026-03-01T10:00:00", "2026-03-01T10:00", "2026-03-01T10:00:00.5"]) {
    assertThrows(() => cell("datetime", text), CellError, "says no time zone: end it with Z");
  }
  for (
    const text of [
      "2026-03-01",
      "2026-03-01 10:00",
      "2026-03-01T10Z",
      "1 March 2026",
      "2026-03-01T10:00:60Z",
    ]
  ) {
    assertThrows(() => cell("datetime", text), CellError, "is not a UTC time like");
  }
  for (const text of ["2026-02-29T10:00:00Z", "2026-03-01T24:00:00Z", "0000-01-01T00:00:00Z"]) {
    assertThrows(() => cell("datetime", text), CellError, "is no moment that exists");
  }
});

Deno.test("`toCell()` clears a field only where an empty cell is to do that", () => {
  const field = toField("x.thing", "f", { type: "char" }, true);
  assertEquals(toCell(field, "")?.text, "");
  assertEquals(toCell(field, null)?.text, "");
  assertEquals(toCell(field, undefined), undefined);
});

Deno.test("`toField()` refuses a column that cannot be written", () => {
  assertThrows(
    () => toField("x.thing", "nope", undefined),
    OdooConfigError,
    'column "nope": x.thing has no such field',
  );
  assertThrows(
    () => toField("x.thing", "f", { type: "one2many" }),
    OdooConfigError,
    "rows of that model",
  );
  assertThrows(
    () => toField("x.thing", "f", { type: "char", readonly: true }),
    OdooConfigError,
    "read-only",
  );
});

Deno.test("`toField()` takes what is readonly but in some states, as up to Odoo 16", () => {
  const states = { draft: [["readonly", false]], done: [["invisible", true]] };
  assertEquals(toField("x.thing", "f", { type: "char", readonly: true, states }).name, "f");
  const closed = { type: "char", readonly: true, states: { done: [["readonly", true]] } };
  assertThrows(() => toField("x.thing", "f", closed), OdooConfigError, "read-only");
});

Deno.test("`isSame()` compares with what Odoo reads, not with what was sent", () => {
  assert(same("char", "a\r\nb", "a\nb"));
  assert(!same("char", "a", false));
  assert(!same("char", "a ", "a"));
  assert(same("boolean", "yes", true));
  assert(!same("boolean", "no", true));
  assert(same("integer", "7", 7));
  assert(same("float", "1.005", 1.01, { digits: [16, 2] }));
  assert(!same("float", "1.02", 1.01, { digits: [16, 2] }));
  assert(!same("float", "1.005", 1.01));
  assert(same("float", "0.125", 0.13, { digits: [16, 2] }));
  assert(!same("float", "0.125", 0.12, { digits: [16, 2] }));
  assert(same("monetary", "-1.005", -1.01, { digits: [16, 2] }));
  assert(same("monetary", "1.005", 1.01, { currency_field: "currency_id" }));
  assert(same("many2many", [3, 4], [4, 3]));
  assert(!same("many2many", [3, 4], [4]));
  assert(same("many2one", "base.be", [21, "Belgium"]));
  assert(same("many2one", 21, [21, "Belgium"]));
  assert(!same("many2one", "base.be", false));
  assert(same("date", "2026-03-01", "2026-03-01"));
  assert(same("html", "note", "<p>note</p>"));
  assert(!same("html", "a & b", "<p>a &amp; b</p>"));
});

Deno.test("`isKept()` compares html by its text, which Odoo writes anew", () => {
  const html = cell("html", "a & b<br/>c");
  assert(html);
  assert(isKept(html, { f: "<p>a &amp; b<br>c</p>" }, KNOWN));
  assert(!isKept(html, { f: "<p>a &amp; b</p>" }, KNOWN));
});

Deno.test("`isSame()` tells large amounts apart by their last digit, and rounds as Odoo does", () => {
  const more = { currency_field: "currency_id" };
  for (const amount of [5e9, 10_000_000_000.01, 123_456_789_012.34, -99_999_999_999.99]) {
    assert(same("monetary", amount, amount, more), `${amount}`);
    assert(!same("monetary", amount, Math.round(amount * 100 + 1) / 100, more), `${amount}`);
  }
  for (
    const [sent, kept] of [[1.005, 1.01], [0.125, 0.13], [2.675, 2.68], [1234567.125, 1234567.13]]
  ) {
    assert(same("monetary", sent, kept ?? 0, more), `${sent}`);
  }
});
