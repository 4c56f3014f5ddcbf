import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import type { RpcInput } from "../lib/values.ts";

const VERSIONS = [14, 17, 19] as const;

interface Result {
  ids: number[] | false;
  messages: Record<string, unknown>[];
  nextrow: number;
}

async function start(version: 14 | 17 | 19 = 17, model = "res.partner") {
  const server = new OdooSimulator({}, { version });
  const odoo = await server.connect();
  const load = (fields: string[], rows: RpcInput[][], context: Record<string, RpcInput> = {}) =>
    odoo.executeKw(model, "load", [fields, rows], { context }) as unknown as Promise<Result>;
  const read = (ids: number[] | false, ...fields: string[]) =>
    odoo.executeKw(model, "read", [ids || [], fields], { load: "" });
  return { server, odoo, load, read };
}

Deno.test("load() makes records with external ids, and writes them when they are known", async () => {
  for (const version of VERSIONS) {
    const { server, odoo, load, read } = await start(version);
    const fields = ["id", "name", "country_id", "color", "is_company", "category_id"];
    const rows = [
      ["crm.a", "Ana", "Belgium", "3", "yes", "Vendor,Prospects"],
      ["b", "Bob", "FR", "", "0", ""],
    ];
    const first = await load(fields, rows);
    assertEquals([first.messages, first.nextrow], [[], 0]);
    assert(first.ids);
    assertEquals(await read(first.ids, "name", "country_id", "color", "is_company"), [
      { id: first.ids[0] ?? 0, name: "Ana", country_id: 20, color: 3, is_company: true },
      { id: first.ids[1] ?? 0, name: "Bob", country_id: 75, color: 0, is_company: false },
    ]);
    const again = await load(["id", "name"], [["crm.a", "Anna"], ["__import__.b", "Bob"]]);
    assertEquals(again.ids, first.ids);
    const reference = ["crm", "a"];
    assertEquals(
      await odoo.executeKw("ir.model.data", "check_object_reference", reference),
      ["res.partner", first.ids[0] ?? 0],
    );
    assertEquals(server.records("ir.model.data").at(-1)?.["module"], "__import__");
  }
});

Deno.test("load() clears what an empty cell stands for, and leaves missing cells alone", async () => {
  const { load, read } = await start();
  const { ids } = await load(["id", "name", "email", "active", "color"], [[
    "x.a",
    "A",
    "e",
    "1",
    "5",
  ]]);
  await load(["id", "email", "active", "color"], [["x.a", "", "", ""]]);
  assertEquals(await read(ids, "name", "email", "active", "color"), [
    { id: ids && ids[0] || 0, name: "A", email: false, active: false, color: 0 },
  ]);
  await load(["id", "name", "email"], [["x.a", "B"]]);
  assertEquals(await read(ids, "name", "email"), [{
    id: ids && ids[0] || 0,
    name: "B",
    email: false,
  }]);
});

Deno.test("load() imports nothing when one row is wrong, and names the row", async () => {
  for (const version of VERSIONS) {
    const { server, load } = await start(version);
    const before = server.records("res.partner").length;
    const { ids, messages } = await load(["name", "country_id"], [["Good", "Belgium"], [
      "Bad",
      "Atlantis",
    ]]);
    assertEquals(ids, false);
    const [{ moreinfo, ...message } = { moreinfo: {} }] = messages;
    assertEquals(message, {
      rows: { from: 1, to: 1 },
      type: "error",
      record: 1,
      field: "country_id",
      message: "No matching record found for name 'Atlantis' in field 'Country'",
      ...(version !== 14 && { field_name: "Country" }),
    });
    assertEquals(Reflect.get(Object(moreinfo), "res_model"), "res.country");
    assertEquals(server.records("res.partner").length, before);
  }
});

Deno.test("load() words what it cannot convert as Odoo does", async () => {
  const cases: [field: string, cell: string, message: string][] = [
    ["color", "7.0", "'7.0' does not seem to be an integer for field 'Color Index'"],
    ["partner_latitude", "1,5", "'1,5' does not seem to be a number for field 'Geo Latitude'"],
    ["is_company", "maybe", "Unknown value 'maybe' for boolean field 'Is a Company'"],
    ["type", "nope", "Value 'nope' not found in selection field 'Address Type'"],
    ["date", "01/02/2024", "'01/02/2024' does not seem to be a valid date for field 'Date'"],
    [
      "country_id/id",
      "base.xx",
      "No matching record found for external id 'base.xx' in field 'Country'",
    ],
    [
      "country_id/.id",
      "9999",
      "No matching record found for database id '9999' in field 'Country'",
    ],
    ["country_id/.id", "abc", "Invalid database id 'abc' for the field 'Country'"],
    [
      "country_id/id",
      "base.main_company",
      "Invalid external ID base.main_company: expected model 'res.country', found 'res.company'",
    ],
    ["category_id", "Vendor,Nope", "No matching record found for name 'Nope' in field 'Tags'"],
    [".id", "9999", "Unknown database identifier '9999'"],
  ];
  const { load } = await start();
  for (const [field, cell, message] of cases) {
    const { ids, messages } = await load(["name", field], [["x", cell]]);
    assertEquals([ids, messages[0]?.["message"]], [false, message]);
  }
});

Deno.test("load() tells what the database refuses, without a field, and goes on to the next row", async () => {
  for (const version of VERSIONS) {
    const { load } = await start(version);
    const { ids, messages } = await load(["name", "email"], [["A", ""], ["", "b"], ["", "c"]]);
    const message = version === 19 ? "Contacts require a name" : "'Contacts require a name'";
    assertEquals(ids, false);
    assertEquals(
      messages,
      [1, 2].map((row) => ({
        rows: { from: row, to: row },
        record: row,
        type: "error",
        message,
      })),
    );
  }
});

Deno.test("load() stops after ten errors where they are more than a tenth of the rows", async () => {
  const { load } = await start();
  const { messages } = await load(["name", "email"], Array.from({ length: 14 }, () => ["", "x"]));
  assertEquals(messages.length, 11);
  assertEquals(messages.at(-1)?.["type"], "warning");
});

Deno.test("load() of 14 takes an unknown boolean for true, with a warning", async () => {
  const { load, read } = await start(14);
  const { ids, messages } = await load(["name", "is_company"], [["a", "maybe"]]);
  assertEquals(messages[0]?.["type"], "warning");
  assertEquals(await read(ids, "is_company"), [{ id: ids && ids[0] || 0, is_company: true }]);
});

Deno.test("load() finds a parent of the same call above, not below", async () => {
  const { load, read } = await start();
  const fields = ["id", "name", "parent_id/id"];
  const { ids } = await load(fields, [["x.p", "P", ""], ["x.k", "K", "x.p"]]);
  assert(ids);
  assertEquals(await read([ids[1] ?? 0], "parent_id"), [{
    id: ids[1] ?? 0,
    parent_id: ids[0] ?? 0,
  }]);
  const below = await load(fields, [["y.k", "K", "y.p"], ["y.p", "P", ""]]);
  assertEquals(below.ids, false);
});

Deno.test("load() of 19 blames rows that depend on earlier rows of a call with a bad row", async () => {
  const rows = [
    ["x.p", "P", ""],
    ...Array.from({ length: 6 }, (_, index) => [
      `x.k${index}`,
      index === 2 ? "" : `K${index}`,
      "x.p",
    ]),
  ];
  for (const version of VERSIONS) {
    const { load } = await start(version);
    const { messages } = await load(["id", "name", "parent_id/id"], rows);
    assertEquals(messages.length, version === 19 ? 4 : 1);
  }
});

Deno.test("load() of the same external id twice is one record: the last row wins", async () => {
  const { load, read } = await start();
  const { ids } = await load(["id", "name"], [["x.a", "One"], ["x.b", "Two"], ["x.a", "Three"]]);
  assert(ids);
  assertEquals(ids[0], ids[2]);
  assertEquals(await read(ids.slice(0, 2), "name"), [
    { id: ids[0] ?? 0, name: "Three" },
    { id: ids[1] ?? 0, name: "Two" },
  ]);
});

Deno.test("load() refuses an external id with a space, and one of another model since 17", async () => {
  for (const version of VERSIONS) {
    const { load } = await start(version);
    const { messages } = await load(["id", "name"], [["x.a b", "A"]]);
    const text =
      'new row for relation "ir_model_data" violates check constraint "ir_model_data_name_nospaces"\n';
    assertEquals(String(messages[0]?.["message"]).startsWith(text), true);
    const other = await load(["id", "name"], [["base.be", "A"]]);
    assertEquals(Array.isArray(other.ids), version === 14);
  }
});

Deno.test("load() reads datetimes in the time zone of the user, or of the context", async () => {
  const models = {
    "x.event": { fields: { name: { type: "char" }, at: { type: "datetime" } } },
  } as const;
  const server = new OdooSimulator({}, { models });
  const odoo = await server.connect();
  const at = async (cell: string, context: Record<string, RpcInput> = {}) => {
    await odoo.executeKw("x.event", "load", [["name", "at"], [["e", cell]]], { context });
    return server.records("x.event").at(-1)?.["at"];
  };
  assertEquals(await at("2024-07-01 12:00:00"), "2024-07-01 10:00:00");
  assertEquals(await at("2024-07-01 12:00:00", { tz: "UTC" }), "2024-07-01 12:00:00");
  // The hour that comes twice in autumn is taken for winter time
  assertEquals(await at("2024-10-27 02:30:00"), "2024-10-27 01:30:00");
});

Deno.test("load() fails as a whole for a column that does not exist", async () => {
  for (const version of VERSIONS) {
    const { load } = await start(version);
    const text = version === 19 ? "Invalid field name 'nope'" : "KeyError: 'nope'";
    await assertRejects(
      () => load(["name", "nope"], [["a", "b"]]),
      Error,
      version === 19 ? text : "'nope'",
    );
  }
});

Deno.test("load() of 1,000 rows takes well under a second, the second time too", async () => {
  const { load } = await start();
  const rows = Array.from({ length: 1000 }, (_, index) => [
    `big.r${index}`,
    `Row ${index}`,
    "Belgium",
    `r${index}@example.com`,
    index === 0 ? "" : "big.r0",
    "Vendor",
  ]);
  const fields = ["id", "name", "country_id", "email", "parent_id/id", "category_id"];
  const began = performance.now();
  const first = await load(fields, rows);
  const second = await load(fields, rows);
  assertLess(performance.now() - began, 2000);
  assertEquals(second.ids, first.ids);
});

Deno.test("load() of Odoo 14 calls every exception of the ORM unknown", async () => {
  const message = "You cannot create recursive Partner hierarchies.";
  for (const version of [14, 17, 19] as const) {
    const odoo = await new OdooSimulator({}, { version }).connect();
    const fields = ["id", "name", "parent_id/id"];
    await odoo.executeKw("res.partner", "load", [fields, [["x.a", "A", ""], ["x.b", "B", "x.a"]]]);
    const answer = await odoo.executeKw<{ messages: { message: string }[] }>(
      "res.partner",
      "load",
      [fields, [["x.a", "A", "x.b"]]],
    );
    const prefix = "Unknown error during import: <class 'odoo.exceptions.ValidationError'>: ";
    const expected = version === 14 ? prefix + message : message;
    assertEquals(answer.messages.map(({ message }) => message), [expected]);
  }
});
