import { assertEquals } from "@std/assert";
import { planTable } from "../lib/sync/mod.ts";
import { tableOf } from "../lib/table.ts";

Deno.test("a table is as wide as what is in it, and cut where its lines would be too long", () => {
  const rows = [["id", "name"], ["1", "x".repeat(50)], ["10", "y"]];
  assertEquals(tableOf(rows, 80), ["id  name", `1   ${"x".repeat(50)}`, "10  y"]);
  assertEquals(tableOf(rows, 40), ["id  name", `1   ${"x".repeat(39)}…`, "10  y"]);
});

Deno.test("a row of a table that ends early may end with a text of any length", () => {
  const reason = "z".repeat(60);
  assertEquals(tableOf([["a", "b", "c"], ["1", "2", "3"], ["1", reason], []], 20), [
    "a  b  c",
    "1  2  3",
    `1  ${reason}`,
    "",
  ]);
});

Deno.test("a table gives two columns to a wide character, and none to one that is drawn over another", () => {
  const rows = [["name", "x"], ["東京", "1"], ["e\u0301", "2"], ["👋", "3"], ["🇧🇪", "4"]];
  assertEquals(tableOf(rows, 80), ["name  x", "東京  1", "e\u0301     2", "👋    3", "🇧🇪    4"]);
});

Deno.test("`planTable()` aligns wide characters, cuts long values, and leaves a terminal alone", () => {
  const changes = {
    name: { from: "東京", to: "x\u009b\u202ey" },
    city: { from: "b", to: "c".repeat(50) },
  };
  const reason = "too\nlong: " + "r".repeat(50);
  const plan = planTable([
    { line: 2, key: "A", action: "update", changes },
    { line: 30, key: "k".repeat(50), action: "fail", field: "name", reason },
  ]);
  const key = `${"k".repeat(39)}…`;
  assertEquals(plan.split("\n"), [
    `line  ${"key".padEnd(40)}  action  field  from    to`,
    `2     ${"A".padEnd(40)}  update  name   "東京"  "x y"`,
    `2     ${"A".padEnd(40)}  update  city   "b"     "${"c".repeat(38)}…`,
    `30    ${key}  fail    name: too long: ${"r".repeat(50)}`,
  ]);
});
