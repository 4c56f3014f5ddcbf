import { assertEquals, assertRejects } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import type { RpcInput, RpcValue } from "../lib/values.ts";

const MODELS = {
  "x.visit": {
    fields: {
      name: { type: "char" },
      day: { type: "date" },
      at: { type: "datetime" },
      hours: { type: "float", digits: [10, 2] },
      sequence: { type: "integer" },
    },
  },
} as const;

async function visits(
  version: 14 | 17 | 19,
  records: { readonly [field: string]: RpcValue }[],
): Promise<
  (method: string, args: RpcInput[], kwargs?: Record<string, RpcInput>) => Promise<RpcValue>
> {
  const simulator = new OdooSimulator({ "x.visit": records }, { version, models: MODELS });
  const odoo = await simulator.connect();
  return (method, args, kwargs = {}) => odoo.executeKw<RpcValue>("x.visit", method, args, kwargs);
}

/** One member of each group. */
function each(groups: RpcValue, name: string): RpcValue[] {
  return (Array.isArray(groups) ? groups : []).map((group) =>
    typeof group === "object" && group !== null && !Array.isArray(group) &&
      !(group instanceof Uint8Array)
      ? group[name] ?? null
      : null
  );
}

Deno.test("the hours of a day that is an hour short belong to that day", async () => {
  const call = await visits(17, [
    { name: "before", at: "2024-03-30 22:59:59" },
    { name: "first", at: "2024-03-30 23:00:00" },
    { name: "last", at: "2024-03-31 21:59:59" },
    { name: "after", at: "2024-03-31 22:00:00" },
  ]);
  const groups = await call("read_group", [[], [], ["at:day"]], {
    context: { tz: "Europe/Brussels" },
  });
  assertEquals(each(groups, "at_count"), [1, 2, 1]);
  assertEquals(each(groups, "__range")[1], {
    "at:day": { from: "2024-03-30 23:00:00", to: "2024-03-31 22:00:00" },
  });
});

Deno.test("time zones may be off by half an hour", async () => {
  const call = await visits(19, [{ name: "a", at: "2024-01-01 18:29:59" }, {
    name: "b",
    at: "2024-01-01 18:30:00",
  }]);
  const groups = await call("formatted_read_group", [[], ["at:day"], ["__count"]], {
    context: { tz: "Asia/Kolkata" },
  });
  assertEquals(each(groups, "at:day"), [
    ["2023-12-31 18:30:00", "01 Jan 2024"],
    ["2024-01-01 18:30:00", "02 Jan 2024"],
  ]);
});

Deno.test("a number out of a moment is that of the time zone, a date has none", async () => {
  const call = await visits(19, [{ name: "a", at: "2024-02-29 23:30:00", day: "2024-02-29" }]);
  const context = { tz: "Asia/Tokyo" };
  for (
    const [part, at, day] of [
      ["day_of_month", 1, 29],
      ["month_number", 3, 2],
      ["iso_week_number", 9, 9],
      ["day_of_year", 61, 60],
      ["hour_number", 8, 0],
    ]
  ) {
    const groups = await call("formatted_read_group", [[], [`at:${part}`, `day:${part}`]], {
      context,
    });
    assertEquals([each(groups, `at:${part}`), each(groups, `day:${part}`)], [[at], [day]]);
  }
});

Deno.test("amounts add up as decimals", async () => {
  for (const version of [14, 17, 19] as const) {
    const call = await visits(version, [0.1, 0.2, 0.7].map((hours) => ({ name: "a", hours })));
    assertEquals(each(await call("read_group", [[], ["hours"], ["name"]]), "hours"), [1]);
  }
});

Deno.test("sequences are not added up since 17", async () => {
  const records = [{ name: "a", sequence: 1 }, { name: "a", sequence: 2 }];
  for (const version of [17, 19] as const) {
    const call = await visits(version, records);
    assertEquals(each(await call("read_group", [[], ["sequence"], ["name"]]), "sequence"), [null]);
    const sums = await call("read_group", [[], ["sequence:sum"], ["name"]]);
    assertEquals(each(sums, "sequence"), [3]);
  }
});

Deno.test("empty groups between dates are refused by name, not left out", async () => {
  for (const version of [14, 17, 19] as const) {
    const call = await visits(version, []);
    await assertRejects(
      () => call("read_group", [[], [], ["day"]], { context: { fill_temporal: true } }),
      Error,
      "fill_temporal",
    );
  }
});

Deno.test("what an export gives can be loaded again", async () => {
  for (const version of [14, 17, 19] as const) {
    const call = await visits(version, [{ name: "a", day: "2024-02-29", hours: 1.25 }]);
    const fields = ["id", "name", "day", "hours"];
    const ids = await call("search", [[]]);
    const exported = await call("export_data", [ids, fields]);
    const [rows = []] = each([exported], "datas");
    await call("write", [ids, { name: "b", day: false, hours: 0 }]);
    assertEquals(each([await call("load", [fields, rows])], "ids"), [ids]);
    assertEquals(await call("export_data", [ids, fields]), exported);
  }
});

Deno.test("what nobody may read cannot be grouped either", async () => {
  for (const version of [17, 19] as const) {
    const odoo = await new OdooSimulator({}, { version }).connect();
    for (const args of [[[], [], ["totp_secret"]], [[], ["totp_secret:max"], ["login"]]]) {
      await assertRejects(
        () => odoo.executeKw("res.users", "read_group", args),
        Error,
        "totp_secret",
      );
    }
  }
});
