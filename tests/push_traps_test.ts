/**
 * What real Odoo does to rows behind the back of those who send them, and how a push ends there.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { push, type PushEvent, type PushOptions } from "../lib/sync/mod.ts";
import { OdooSimulator, type SimulatorOptions } from "../lib/testing/mod.ts";
import { type Caller, connect, externalId, OdooConfigError } from "../mod.ts";

const VERSIONS = [14, 17, 19] as const;

type Row = Record<string, unknown>;
type RowEvent = Extract<PushEvent, { type: "row" }>;

async function run(
  server: OdooSimulator,
  source: readonly Row[],
  { login = "admin", caller, ...options }:
    & Partial<PushOptions<Row>>
    & { login?: string; caller?: Caller } = {},
): Promise<Record<string, RowEvent>> {
  const apiKey = server.addApiKey(login, "push");
  const odoo = await connect({ ...server.config, username: login, apiKey });
  const rows: Record<string, RowEvent> = {};
  let now = 0;
  await push<Row>(caller ?? odoo, {
    model: "res.partner",
    job: "test",
    key: ["key"],
    source,
    clock: {
      now: () => now,
      sleep: (ms) => Promise.resolve(void (now += ms)),
      random: () => 0.5,
    },
    onEvent: (event) => {
      if (event.type === "row") rows[event.key] = event;
    },
    ...options,
  });
  return rows;
}

function statuses(rows: Record<string, RowEvent>): Record<string, string> {
  return Object.fromEntries(Object.entries(rows).map(([key, { status }]) => [key, status]));
}

function partner(server: OdooSimulator, name: string): Row {
  const found = server.records("res.partner").filter((record) => record["name"] === name);
  assertEquals(found.length, 1, name);
  return found[0] ?? {};
}

/** The arguments of the calls of a method. */
function argsOf(server: OdooSimulator, method: string): unknown[][] {
  return server.calls.filter((call) => call.method === method).map(({ args }) => [...args]);
}

for (const version of VERSIONS) {
  for (const login of ["admin", "demo"]) {
    Deno.test(`an external id of another model's record is never written through (Odoo ${version}, ${login})`, async () => {
      const server = new OdooSimulator({}, { version });
      const odoo = await server.connect();
      // One key, two models: two external ids
      await run(server, [{ key: "1", name: "A category" }], { model: "res.partner.category" });
      assertEquals(statuses(await run(server, [{ key: "1", name: "A partner" }], { login })), {
        1: "created",
      });
      // An external id that somebody has given to another record
      const [module = "", ...name] = externalId("odeno_test", "res.partner", ["2"]).split(".");
      const country = server.records("res.country")[0];
      const taken = {
        module,
        name: name.join("."),
        model: "res.country",
        res_id: Number(country?.["id"]),
      };
      await odoo.executeKw("ir.model.data", "create", [taken]);
      const before = server.records("res.partner");
      const rows = await run(server, [{ key: "2", name: "Overwritten" }, { key: "1", name: "B" }], {
        login,
      });
      assertEquals(statuses(rows), { 1: "updated", 2: "failed" });
      assertStringIncludes(String(rows["2"]?.reason), "res.country");
      assertEquals(server.records("res.country")[0], country);
      assertEquals(server.records("res.partner").length, before.length);
      const data = server.records("ir.model.data").find((each) => each["name"] === taken.name);
      assertEquals([data?.["model"], data?.["res_id"]], [taken.model, taken.res_id]);
    });
  }

  Deno.test(`two models whose names make one external id do not share a record, on Odoo ${version}`, async () => {
    const fields = { name: { type: "char" } } as const;
    const models = { "x.a.b": { fields }, "x.a_b": { fields } };
    const server = new OdooSimulator({}, { version, models });
    await run(server, [{ key: "1", name: "First" }], { model: "x.a.b" });
    const rows = await run(server, [{ key: "1", name: "Second" }], { model: "x.a_b" });
    assertEquals(statuses(rows), { 1: "failed" });
    assertStringIncludes(String(rows["1"]?.reason), "x.a.b");
    assertEquals(server.records("x.a.b")[0]?.["name"], "First");
  });

  Deno.test(`orders go in, whose fields Odoo 14 has as readonly but in some states, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const rows = await run(server, [{ key: "S1" }], {
      model: "sale.order",
      map: () => ({ partner_id: 1, date_order: "2026-03-01 10:00:00" }),
    });
    assertEquals(rows["S1"]?.status, "created", rows["S1"]?.reason);
    const [order] = server.records("sale.order");
    assertEquals(order?.["date_order"], "2026-03-01 10:00:00");
  });

  Deno.test(`an empty \`active\` archives nothing and wakes nothing, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const rows = (active: unknown) =>
      ["on", "off"].map((key) => ({ key, name: key, active: active ?? key === "on" }));
    await run(server, rows(undefined));
    assertEquals(statuses(await run(server, rows(""))), { on: "unchanged", off: "unchanged" });
    assertEquals(statuses(await run(server, rows(null))), { on: "unchanged", off: "unchanged" });
    assertEquals([partner(server, "on")["active"], partner(server, "off")["active"]], [
      true,
      false,
    ]);
    assertEquals(statuses(await run(server, rows(true))), { on: "unchanged", off: "updated" });
    const created = await run(server, [{ key: "new", name: "New", active: "" }]);
    assertEquals([created["new"]?.status, partner(server, "New")["active"]], ["created", true]);
  });

  Deno.test(`words that would clear a reference fail their row, and leave the reference, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    await run(server, [{ key: "1", name: "A", country_id: "base.be" }]);
    const { country_id } = partner(server, "A");
    assert(country_id);
    for (const word of ["no", "No", "0", "false", "False", 0, false]) {
      const rows = await run(server, [{ key: "1", name: "A", country_id: word }]);
      assertEquals([rows["1"]?.status, rows["1"]?.field], ["failed", "country_id"], `${word}`);
    }
    for (const empty of ["", null, undefined]) {
      const rows = await run(server, [{ key: "1", name: "A", country_id: empty }]);
      assertEquals(statuses(rows), { 1: "unchanged" });
    }
    assertEquals(partner(server, "A")["country_id"], country_id);
  });

  Deno.test(`moments are stored as sent for a user in Europe/Brussels, on Odoo ${version}`, async () => {
    const models = {
      "x.day": {
        fields: { name: { type: "char" }, at: { type: "datetime" }, on: { type: "date" } },
      },
    } as const satisfies SimulatorOptions["models"];
    const server = new OdooSimulator({}, { version, models });
    const odoo = await server.connect();
    await odoo.executeKw("res.users", "write", [[odoo.uid], { tz: "Europe/Brussels" }]);
    // In the night of October the hour from 02:00 comes twice, in that of March it does not come
    const moments = [
      "2026-07-01 12:00:00",
      "2026-10-25 00:30:00",
      "2026-10-25 01:30:00",
      "2026-03-29 02:30:00",
    ];
    const rows = moments.flatMap((at, index) => [
      { key: `t${index}`, name: "N", at, on: at.slice(0, 10) },
      {
        key: `d${index}`,
        name: "N",
        at: new Date(`${at.replace(" ", "T")}Z`),
        on: at.slice(0, 10),
      },
    ]);
    await run(server, rows, { model: "x.day" });
    const stored = server.records("x.day").map(({ at, on }) => `${at} ${on}`);
    assertEquals(stored, moments.flatMap((at) => Array(2).fill(`${at} ${at.slice(0, 10)}`)));
    const again = await run(server, rows, { model: "x.day" });
    assert(Object.values(again).every(({ status }) => status === "unchanged"));
    const later = rows.map((row) => ({ ...row, at: "2026-12-24 18:00:00" }));
    await run(server, later, { model: "x.day" });
    assert(server.records("x.day").every(({ at }) => at === "2026-12-24 18:00:00"));
  });

  Deno.test(`a child before its parent goes in behind it, and a bad sibling harms no other, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const children = Array.from({ length: 6 }, (_, index) => ({
      key: `c${index}`,
      name: index === 3 ? "" : `Child ${index}`,
      email: `c${index}@example.com`,
      parent_id: { key: "p" },
    }));
    const rows = await run(server, [...children, { key: "p", name: "Parent", is_company: true }]);
    assertEquals(Object.entries(statuses(rows)).filter(([, status]) => status !== "created"), [
      ["c3", "failed"],
    ]);
    const { id } = partner(server, "Parent");
    assertEquals([partner(server, "Child 5")["parent_id"]].flat()[0], id);
    const orphan = await run(server, [
      { key: "o", name: "Orphan", parent_id: { key: "bad" } },
      { key: "bad", name: "Bad", color: "red" },
    ]);
    assertEquals(statuses(orphan), { o: "failed", bad: "failed" });
    assertStringIncludes(String(orphan["o"]?.reason), 'row "bad" did not go in');
  });

  Deno.test(`references lead to archived records too, by both kinds of ids, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const odoo = await server.connect();
    await run(server, [{ key: "p", name: "Parent", is_company: true }]);
    const parent = Number(partner(server, "Parent")["id"]);
    await odoo.executeKw("res.partner", "write", [[parent], { active: false }]);
    const rows = await run(server, [
      { key: "a", name: "By key", parent_id: { key: "p" } },
      {
        key: "b",
        name: "By external id",
        parent_id: externalId("odeno_test", "res.partner", ["p"]),
      },
      { key: "c", name: "By database id", parent_id: parent },
    ]);
    assertEquals(statuses(rows), { a: "created", b: "created", c: "created" });
    for (const name of ["By key", "By external id", "By database id"]) {
      assertEquals([partner(server, name)["parent_id"]].flat()[0], parent, name);
    }
  });

  Deno.test(`a value that Odoo alters makes its row altered, with what was sent and kept, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const rows = await run(server, [
      { key: "p", name: "Parent", is_company: true, street: "Main 1" },
      { key: "c", name: "Child", parent_id: { key: "p" }, street: "Other 2" },
      { key: "w", name: "Site", website: "example.com" },
    ]);
    assertEquals(rows["c"]?.altered, [{ field: "street", sent: "Other 2", kept: "Main 1" }]);
    assertEquals(rows["w"]?.altered, [
      { field: "website", sent: "example.com", kept: "http://example.com" },
    ]);
  });

  Deno.test(`all calls have one language and time zone, whatever the user has, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const odoo = await server.connect();
    await odoo.executeKw("res.users", "write", [[odoo.uid], { tz: "Asia/Tokyo" }]);
    const start = server.calls.length;
    const rows = [{ key: "1", name: "A", city: "X" }, {
      key: "2",
      name: "B",
      country_id: "base.be",
    }];
    await run(server, rows);
    await run(server, rows.map((row) => ({ ...row, city: "Y" })));
    const calls = server.calls.slice(start).filter(({ model }) => model && model !== "res.users");
    assert(calls.some(({ method }) => method === "load"));
    for (const { model, method, kwargs } of calls) {
      const context = Object(kwargs?.["context"]);
      assertEquals([context.lang, context.tz], ["en_US", "UTC"], `${model}.${method}`);
      // It would make external ids
      assert(method !== "export_data");
    }
  });
}

Deno.test("a push asks for external ids one by one where the user may not list them and the records are many", async () => {
  const others = Array.from({ length: 300 }, (_, index) => ({ name: `Other ${index}` }));
  for (const version of [17, 19] as const) {
    const server = new OdooSimulator({ "res.partner": others }, { version });
    const options = { login: "demo" };
    await run(server, [{ key: "1", name: "A" }], options);
    assert(argsOf(server, "check_object_reference").length > 0);
    assertEquals(statuses(await run(server, [{ key: "1", name: "A" }], options)), {
      1: "unchanged",
    });
    const odoo = await server.connect();
    await odoo.executeKw("res.partner", "write", [[Number(partner(server, "A")["id"])], {
      active: false,
    }]);
    assertEquals(statuses(await run(server, [{ key: "1", name: "A" }], options)), {
      1: "unchanged",
    });
  }
});

Deno.test("changed rows send the columns that differ, and no others", async () => {
  const server = new OdooSimulator();
  const rows = (text: string) =>
    ["1", "2"].map((key) => ({
      key,
      name: `N ${key}`,
      city: `${text} ${key}`,
      email: "a@b.example",
    }));
  await run(server, rows("First"));
  await run(server, rows("Second"));
  assertEquals(argsOf(server, "load").map(([columns]) => columns), [
    ["id", "name", "city", "email"],
    [".id", "city"],
  ]);
  await run(server, [{ ...rows("Second")[0], city: "Third" }]);
  assertEquals(argsOf(server, "write").map(([, values]) => values), [{ city: "Third" }]);
});

Deno.test("an empty cell clears a field of any type that it is told to clear, alone and among many", async () => {
  const models = {
    "x.thing": {
      fields: {
        name: { type: "char", required: true },
        text: { type: "char" },
        count: { type: "integer" },
        price: { type: "float" },
        day: { type: "date" },
        country_id: { type: "many2one", relation: "res.country" },
      },
    },
  } as const satisfies SimulatorOptions["models"];
  const clear = ["text", "count", "price", "day", "country_id"];
  const values = { text: "T", count: 7, price: 1.5, day: "2026-01-02", country_id: "base.be" };
  const empty = Object.fromEntries(clear.map((name) => [name, ""]));
  for (const keys of [["1"], ["1", "2"], ["1", "2", "3"]]) {
    const server = new OdooSimulator({}, { models });
    const options = { model: "x.thing", clear };
    await run(server, keys.map((key) => ({ key, name: key, ...values })), options);
    // Names differ, so that they go through \`load\` where there are several
    const rows = keys.map((key) => ({ key, name: `Now ${key}`, ...empty }));
    const cleared = await run(server, rows, options);
    assert(Object.values(cleared).every(({ status }) => status === "updated"));
    for (const { text, count, price, day, country_id } of server.records("x.thing")) {
      assertEquals([text, count, price, day, country_id].map(Boolean), Array(5).fill(false));
    }
    const again = await run(server, rows, options);
    assert(Object.values(again).every(({ status }) => status === "unchanged"));
  }
  await assertRejects(
    () => run(new OdooSimulator({}, { models }), [], { model: "x.thing", clear: ["name"] }),
    OdooConfigError,
    'Cannot clear the field "name": Odoo demands a value',
  );
});

Deno.test("a row that Odoo warned of is in the account as warned, with the warning", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const message = { type: "warning", message: "Mind this", record: 1, rows: { from: 1, to: 1 } };
  const caller: Caller = {
    call: async (call, options) => {
      const answer = await odoo.call(call, options);
      return call.method === "load" ? { ...Object(answer), messages: [message] } : answer;
    },
  };
  const rows = await run(server, [{ key: "1", name: "A" }, { key: "2", name: "B" }], { caller });
  assertEquals([rows["1"]?.warning, rows["2"]?.warning], [undefined, "Mind this"]);
});
