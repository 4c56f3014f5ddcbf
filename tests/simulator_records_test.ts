import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import type { RpcValue } from "../lib/values.ts";

const VERSIONS = [14, 17, 19] as const;

Deno.test("records given for a model stand in place of its demo records, beside the built-in ones", async () => {
  const server = new OdooSimulator({
    "res.partner": [{ id: 1, name: "Ana", email: "ana@example.com" }, { id: 3, name: "Bob" }],
  });
  const names = server.records("res.partner").map(({ id, name }) => [id, name]);
  assertEquals(names.slice(0, 3), [[1, "Ana"], [3, "Bob"], [4, "YourCompany"]]);
  assertEquals(
    names.map(([, name]) => name).toSorted(),
    [
      "Ana",
      "Bob",
      "Default User Template",
      "Marc Demo",
      "Mitchell Admin",
      "OdooBot",
      "Portal User Template",
      "Public user",
      "YourCompany",
    ],
  );
  assertEquals(server.records("res.partner.category").length, 6);
  const odoo = await server.connect();
  const read = await odoo.executeKw("res.users", "read", [[2], ["name", "login"]]);
  assertEquals(read, [{ id: 2, name: "Mitchell Admin", login: "admin" }]);
});

Deno.test("records() gives copies in the form of `read`, archived ones too, by id", () => {
  const server = new OdooSimulator({
    "res.partner": [
      { id: 20, name: "Kid", parent_id: [10, "Parent"], active: false },
      { id: 10, name: "Parent", email: false, category_id: [2, 1] },
    ],
  });
  const [parent, kid] = server.records("res.partner").filter(({ id }) => Number(id) >= 10);
  assertEquals([parent?.["id"], parent?.["email"], parent?.["category_id"]], [10, false, [2, 1]]);
  assertEquals([kid?.["id"], kid?.["parent_id"], kid?.["active"]], [20, 10, false]);
  if (parent) parent["name"] = "changed";
  assertEquals(server.records("res.partner").find(({ id }) => id === 10)?.["name"], "Parent");
});

Deno.test("the constructor and records() refuse what they cannot use, by its name", () => {
  assertThrows(() => new OdooSimulator({ "no.model": [] }), TypeError, '"no.model"');
  assertThrows(() => new OdooSimulator({ "res.partner": [{ nope: 1 }] }), TypeError, '"nope"');
  assertThrows(
    () => new OdooSimulator({ "res.partner": [{ type: "x" }] }),
    TypeError,
    "Wrong value",
  );
  const twice = { "res.partner": [{ id: 5, name: "a" }, { id: 5, name: "b" }] };
  assertThrows(() => new OdooSimulator(twice), TypeError, "the id 5");
  assertThrows(() => new OdooSimulator().records("no.model"), TypeError, '"no.model"');
  const models = { "x.a": { fields: { b: { type: "many2one", relation: "x.b" } } } } as const;
  assertThrows(() => new OdooSimulator({}, { models }), TypeError, 'no model "x.b"');
});

Deno.test("a model of a test has its fields, its order, its constraints and all methods", async () => {
  const server = new OdooSimulator({ "x.thing": [{ name: "b" }, { name: "a", size: 3 }] }, {
    models: {
      "x.thing": {
        description: "Thing",
        order: "name",
        fields: {
          name: { type: "char", required: true },
          size: { type: "integer", default: 7 },
          owner_id: { type: "many2one", relation: "res.partner", ondelete: "restrict" },
          line_ids: { type: "one2many", relation: "x.line", relationField: "thing_id" },
        },
        unique: [{ name: "x_thing_name_uniq", fields: ["name"], message: "Names are unique" }],
      },
      "x.line": {
        fields: {
          name: { type: "char" },
          thing_id: { type: "many2one", relation: "x.thing", required: true, ondelete: "cascade" },
        },
      },
    },
  });
  const odoo = await server.connect();
  const call = (method: string, ...args: Parameters<typeof odoo.executeKw>[2] & unknown[]) =>
    odoo.executeKw("x.thing", method, args);
  assertEquals(await call("search_read", [], ["name", "size"]), [
    { id: 2, name: "a", size: 3 },
    { id: 1, name: "b", size: 7 },
  ]);
  const id = await call("create", { name: "c", line_ids: [[0, 0, { name: "l" }]] });
  assertEquals(server.records("x.line").map(({ thing_id }) => thing_id), [Number(id)]);
  await assertRejects(() => call("create", { name: "a" }), Error, "Names are unique");
  await assertRejects(() => call("create", {}), Error, "a mandatory field is not set");
  await assertRejects(() => call("write", [1], { owner_id: 999 }), Error, "x_thing_owner_id_fkey");
  assertEquals(await call("name_search", "c"), [[Number(id), "c"]]);
  await call("unlink", [Number(id)]);
  assertEquals(server.records("x.line"), []);
});

Deno.test("a call that fails changes nothing, and burns the ids it has taken", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const before = server.records("res.partner");
  const good = await odoo.executeKw<number>("res.partner", "create", [{ name: "first" }]);
  await assertRejects(
    () => odoo.executeKw("res.partner", "create", [[{ name: "ok" }, { email: "no name" }]]),
    Error,
    "Contacts require a name",
  );
  await assertRejects(() => odoo.executeKw("res.partner", "write", [[good, 99999], { city: "x" }]));
  assertEquals(server.records("res.partner").slice(0, -1), before);
  const next = await odoo.executeKw<number>("res.partner", "create", [{ name: "second" }]);
  assertEquals(next, good + 3);
});

Deno.test("stamps are the start of the call by the clock, in whole seconds on the wire", async () => {
  let now = Date.parse("2026-03-01T10:00:00.250Z");
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version, clock: () => new Date(now) });
    const odoo = await server.connect();
    const id = await odoo.executeKw<number>("res.partner", "create", [{
      name: "Ana",
      create_date: "2001-01-01 00:00:00",
      create_uid: 1,
    }]);
    const fields = ["create_date", "write_date", "create_uid", "write_uid"];
    const read = async () =>
      (await odoo.executeKw<Record<string, RpcValue>[]>("res.partner", "read", [[id], fields]))[0];
    const stamp = new Date(now).toISOString().slice(0, 19).replace("T", " ");
    assertEquals(await read(), {
      id,
      create_date: stamp,
      write_date: stamp,
      create_uid: [2, "Mitchell Admin"],
      write_uid: [2, "Mitchell Admin"],
    });
    // Stored stamps have a fraction; 19 leaves the whole second out, 14 and 17 do not
    const after = [["id", "=", id], ["write_date", ">", stamp]];
    const found = await odoo.executeKw("res.partner", "search_count", [after]);
    assertEquals(found, version === 19 ? 0 : 1);
    now += 60_000;
    await odoo.executeKw("res.partner", "write", [[id], {}]);
    assertNotEquals(Reflect.get(await read() ?? {}, "write_date"), stamp);
  }
});

Deno.test("snapshot(), restore() and reset() bring records and keys back", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const snapshot = server.snapshot();
  const key = server.addApiKey("admin", "later");
  await odoo.executeKw("res.partner", "write", [[1], { name: "Changed" }]);
  const name = () => server.records("res.partner")[0]?.["name"];
  assertEquals(name(), "Changed");
  server.restore(snapshot);
  assertEquals(name(), "YourCompany");
  assertThrows(() => server.revokeApiKey(key), TypeError);
  await odoo.executeKw("res.partner", "unlink", [[14]]);
  server.reset();
  assertEquals(server.calls, []);
  assertEquals(await odoo.executeKw("res.partner", "search_count", [[["id", "=", 14]]]), 1);
  assertThrows(() => new OdooSimulator().restore(snapshot), TypeError);
});

Deno.test("x2many commands create, write, delete, unlink, link, clear and replace", async () => {
  const odoo = await new OdooSimulator().connect();
  const partner = odoo.executeKw.bind(odoo, "res.partner");
  const id = Number(
    await partner("create", [{
      name: "Parent",
      child_ids: [[0, 0, { name: "a" }], [0, 0, { name: "b" }]],
      category_id: [[6, 0, [3, 1]]],
    }]),
  );
  const read = async () => {
    const [row] = await partner("read", [[id], ["child_ids", "category_id"]]) as {
      child_ids: number[];
      category_id: number[];
    }[];
    assert(row);
    return row;
  };
  const [first = 0, second = 0] = (await read()).child_ids;
  await partner("write", [[id], { child_ids: [[1, first, { name: "z" }], [2, second, 0]] }]);
  assertEquals((await read()).child_ids, [first]);
  await partner("write", [[id], { child_ids: [[5]] }]);
  assertEquals((await read()).child_ids, []);
  await partner("write", [[id], { child_ids: [[4, first]], category_id: [[3, 1], [4, 2, 0]] }]);
  assertEquals((await read()).child_ids, [first]);
  await partner("write", [[id], { category_id: [1, 2] }]);
  // Read in the order of the tags, which is by name: Desk Manufacturers, Prospects
  assertEquals((await read()).category_id, [2, 1]);
  await partner("write", [[id], { category_id: [[9, 0, 0]] }]);
  assertEquals((await read()).category_id, [2, 1]);
});

Deno.test("deleting follows the foreign keys: refused, cleared or gone along", async () => {
  const server = new OdooSimulator({
    "res.partner": [{ id: 50, name: "Co" }, { id: 51, name: "Kid", parent_id: 50 }],
  });
  const odoo = await server.connect();
  await odoo.executeKw("res.partner", "unlink", [[50]]);
  assertEquals(server.records("res.partner").at(-1)?.["parent_id"], false);
  await assertRejects(
    () => odoo.executeKw("res.country", "unlink", [[233]]),
    Error,
    "res_country_state_country_id_fkey",
  );
  await assertRejects(
    () => odoo.executeKw("res.partner", "unlink", [[3]]),
    Error,
    "You cannot delete contacts linked to an active user.",
  );
});
