import { assertEquals, assertThrows } from "@std/assert";
import { dateFormat, decimalFormat } from "../lib/cli/jobs/formats.ts";

Deno.test("decimalFormat() reads numbers with groups of thousands, and nothing that could mean another number", () => {
  const cases: ["," | ".", text: string, number: string | undefined][] = [
    [",", "1234,50", "1234.50"],
    [",", "1.234.567,5", "1234567.5"],
    [",", "1 234,5", "1234.5"],
    [",", "1\u00a0234\u202f567", undefined],
    [",", "1\u202f234\u202f567", "1234567"],
    [",", "12'345,00", "12345.00"],
    [",", "-0,5", "-0.5"],
    [",", "+3", "3"],
    [",", "1.234", "1234"],
    [",", "1.23", undefined],
    [",", "12.34,5", undefined],
    [",", "1234.567", undefined],
    [",", "1.234 567", undefined],
    [",", ",5", undefined],
    [",", "5,", undefined],
    [",", "1,2,3", undefined],
    [",", "1e3", undefined],
    [",", "", undefined],
    [".", "1,234.50", "1234.50"],
    [".", "1234.5", "1234.5"],
    [".", "1,23", undefined],
    [".", "1.234,5", undefined],
  ];
  for (const [decimal, text, number] of cases) {
    assertEquals(decimalFormat(decimal)(text), number, `${decimal} ${text}`);
  }
});

Deno.test("dateFormat() reads days and moments that exist, in their time zone", () => {
  const cases: [
    pattern: string,
    zone: string | undefined,
    text: string,
    date: string | undefined,
  ][] = [
    ["dd/mm/yyyy", undefined, "31/12/2026", "2026-12-31"],
    ["dd/mm/yyyy", undefined, "1/2/2026", undefined],
    ["dd/mm/yyyy", undefined, "31/02/2026", undefined],
    ["dd/mm/yyyy", undefined, "31/12/0000", undefined],
    ["dd/mm/yyyy", undefined, "31/12/2026 10:00", undefined],
    ["d.m.yyyy", undefined, "1.2.2026", "2026-02-01"],
    ["yyyymmdd", undefined, "20260201", "2026-02-01"],
    ["mm/dd/yyyy", undefined, "12/31/2026", "2026-12-31"],
    ["dd/mm/yyyy HH:MM", undefined, "01/07/2026 14:30", "2026-07-01 14:30:00"],
    ["dd/mm/yyyy HH:MM", "Europe/Brussels", "01/07/2026 14:30", "2026-07-01 12:30:00"],
    ["dd/mm/yyyy HH:MM", "Europe/Brussels", "01/01/2026 00:30", "2025-12-31 23:30:00"],
    ["dd/mm/yyyy HH:MM", undefined, "01/01/2026 24:00", undefined],
    ["yyyy-mm-ddTHH:MM:SSZ", undefined, "2026-07-01T14:30:15Z", "2026-07-01 14:30:15"],
  ];
  for (const [pattern, zone, text, date] of cases) {
    assertEquals(dateFormat(pattern, zone)?.(text), date, `${pattern} ${text}`);
  }
  for (
    const pattern of [
      "dd/mm/yy",
      "mm/yyyy",
      "dd/mm/yyyy HH",
      "dd/mm/yyyy MM",
      "dd/mm/yyyy dd",
      "day",
      "",
    ]
  ) {
    assertEquals(dateFormat(pattern), undefined, pattern);
  }
  assertThrows(() => dateFormat("dd/mm/yyyy", "Mars/Crater"), RangeError);
});
