import { assertEquals, assertRejects } from "@std/assert";
import type { Odoo } from "../mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import type { RpcInput } from "../lib/values.ts";

const EVENT = {
  fields: {
    name: { type: "char" },
    day: { type: "date" },
    at: { type: "datetime" },
    size: { type: "float" },
    done: { type: "boolean" },
    parent_id: { type: "many2one", relation: "x.event" },
    child_ids: { type: "one2many", relation: "x.event", relationField: "parent_id" },
  },
  order: "name",
} as const;

const EVENTS = [
  { id: 1, name: "a", day: "2024-02-28", at: "2024-02-28 23:00:00", size: 1, done: true },
  { id: 2, name: "B", day: "2024-02-29", at: "2024-02-29 12:30:00", size: 0, parent_id: 1 },
  { id: 3, name: "", day: "2024-03-01", at: "2024-03-04 00:00:00", parent_id: 2 },
  { id: 4 },
];

type Version = 14 | 17 | 19;

/** One for all tests: none of them writes. */
const ODOOS = new Map<Version, Promise<Odoo>>();

async function call(version: Version, method: "search", args: RpcInput[], kwargs = {}) {
  const odoo = ODOOS.get(version) ?? connected(version);
  ODOOS.set(version, odoo);
  return await (await odoo).executeKw("x.event", method, args, kwargs);
}

function connected(version: Version): Promise<Odoo> {
  return new OdooSimulator({ "x.event": EVENTS }, {
    version,
    models: { "x.event": EVENT },
    clock: () => new Date("2024-02-29T12:00:00Z"),
  }).connect();
}

async function assertFound(version: Version, domain: RpcInput[], ids: number[]): Promise<void> {
  const found = await call(version, "search", [domain], { order: "id" });
  assertEquals(found, ids, `${version} ${JSON.stringify(domain)}`);
}

Deno.test("a date of a domain is read as each version reads it", async () => {
  for (const version of [14, 17, 19] as const) {
    await assertFound(version, [["day", "<=", "2024-02-29"]], [1, 2]);
    await assertFound(version, [["day", "=", false]], [4]);
    await assertFound(version, [["day", "in", ["2024-02-29", false]]], [2, 4]);
    await assertFound(version, [["at", "<=", "2024-02-29"]], [1, 2]);
    await assertFound(version, [["at", ">", "2024-02-29"]], [3]);
  }
  await assertFound(14, [["day", "=", "02/29/2024"]], [2]);
  await assertFound(17, [["day", "=", "yesterday"]], [1]);
  await assertRejects(() => call(19, "search", [[["day", "=", "yesterday"]]]), Error, "yesterday");
  await assertRejects(() => call(19, "search", [[["day", "=", "2024-02-30"]]]), Error, "month");
  await assertRejects(() => call(17, "search", [[["day", "=", "2024-02-30"]]]), Error, "range");
});

Deno.test("Odoo 19 knows dates relative to today", async () => {
  await assertFound(19, [["day", "=", "today"]], [2]);
  await assertFound(19, [["day", "=", "today -1d"]], [1]);
  await assertFound(19, [["day", "=", "today =1d +1m"]], [3]);
  await assertFound(19, [["day", ">=", "today -1y"]], [1, 2, 3]);
  await assertFound(19, [["at", ">", "now"]], [2, 3]);
  await assertFound(19, [["at", ">=", "+1H"]], [3]);
  await assertFound(19, [["at", "<", "=12H"]], [1]);
  // 29 February 2024 is a Thursday
  await assertFound(19, [["at", ">=", "today +monday"]], [3]);
  await assertFound(19, [["day", "<", "today =wednesday"]], []);
  await assertFound(19, [["day", ">", "today -week_start"]], [1, 2, 3]);
});

Deno.test("Odoo 19 looks at parts of dates", async () => {
  await assertFound(19, [["day.month_number", "=", 2]], [1, 2]);
  await assertFound(19, [["day.day_of_month", ">", 28]], [2]);
  await assertFound(19, [["at.iso_week_number", "in", [9]]], [1, 2]);
  await assertFound(19, [["at.hour_number", "=", 12]], [2]);
  await assertFound(19, [["day.day_of_year", "=", 60]], [2]);
});

Deno.test("what is missing is neither true nor false before 19, and counts as nothing in 19", async () => {
  for (const version of [14, 17] as const) {
    await assertFound(version, [["size", "<", 1]], [2]);
    await assertFound(version, ["!", ["size", "<", 1]], [1]);
    await assertFound(version, ["!", ["name", "=like", "a"]], [2, 3]);
  }
  await assertFound(19, [["size", "<", 1]], [2, 3, 4]);
  await assertFound(19, ["!", ["size", "<", 1]], [1]);
  await assertFound(19, ["!", ["name", "=like", "a"]], [2, 3, 4]);
});

Deno.test("records are found along the hierarchy of a test's own model", async () => {
  for (const version of [14, 17, 19] as const) {
    await assertFound(version, [["id", "child_of", 2]], [2, 3]);
    await assertFound(version, [["id", "parent_of", [3]]], [1, 2, 3]);
    await assertFound(version, [["id", "child_of", "b"]], [2, 3]);
    await assertFound(version, [["parent_id.parent_id.done", "=", true]], [3]);
    await assertFound(version, [["child_ids", "!=", false]], [1, 2]);
  }
});

Deno.test("a many2one is sorted by the order of its model", async () => {
  const order = async (version: Version, text: string) =>
    await call(version, "search", [[]], { order: text });
  for (const version of [14, 17, 19] as const) {
    assertEquals(await order(version, "parent_id, id"), [3, 2, 1, 4]);
    assertEquals(await order(version, "parent_id desc, id"), [1, 4, 2, 3]);
    assertEquals(await order(version, "done, id desc"), [4, 3, 2, 1]);
  }
  assertEquals(await order(19, "day.month_number desc nulls last, id"), [3, 1, 2, 4]);
});
