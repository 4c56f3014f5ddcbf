import { assertEquals, assertRejects } from "@std/assert";
import { connect, type Odoo, OdooConfigError, OdooServerError } from "../mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";

const VERSIONS = [14, 17, 19] as const;
type Version = typeof VERSIONS[number];

/** Partners with these names and ids. */
function partners(names: readonly string[], first = 1001) {
  return names.map((name, index) => ({ id: first + index, name }));
}

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `Partner ${index}`);
}

/** The calls of a method that the server has answered. */
function callsOf(server: OdooSimulator, method: string) {
  return server.calls.filter((call) => call.method === method);
}

for (const version of VERSIONS) {
  Deno.test(`the methods of a model make the calls of Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const model = (await server.connect()).model("res.partner");
    const id = await model.create({ name: "Ana Test", email: "ana@example.com" });
    assertEquals(typeof id, "number");
    assertEquals(await model.createMany([]), []);
    const [second, ...others] = await model.createMany([{ name: "Ben Test" }]);
    assertEquals(others, []);
    const domain = [["name", "like", "% Test"]];
    assertEquals(await model.search(domain, { order: "id desc" }), [second, id]);
    assertEquals(await model.search(domain, { order: "id", limit: 1, offset: 1 }), [second]);
    assertEquals(await model.searchCount(domain), 2);
    assertEquals(await model.searchRead(domain, { fields: ["name"], limit: 1, order: "id" }), [
      { id, name: "Ana Test" },
    ]);
    assertEquals(await model.read([id], { fields: ["email", "country_id"] }), [
      { id, email: "ana@example.com", country_id: false },
    ]);
    assertEquals(await model.nameSearch("Ana Test", { limit: 1 }), [[id, "Ana Test"]]);
    assertEquals(await model.nameSearch("Ana Test", { domain: [["id", "!=", id]] }), []);
    assertEquals(await model.nameSearch("Ana", { operator: "=" }), []);
    assertEquals(await model.write([id], { name: "Ana Other" }), true);
    assertEquals(await model.call("read", { ids: [id], args: [["name"]] }), [
      { id, name: "Ana Other" },
    ]);
    const described = await model.fieldsGet(["type", "string"]);
    assertEquals(described["name"], { type: "char", string: "Name", ...described["name"] });
    assertEquals(await model.unlink([id]), true);
    assertEquals(await model.read([id], { fields: ["name"] }), []);
  });
}

Deno.test("no fields means the id alone, where Odoo would answer with all fields", async () => {
  const model = (await new OdooSimulator().connect()).model("res.partner");
  assertEquals(await model.searchRead([["id", "=", 1]], { fields: [] }), [{ id: 1 }]);
  assertEquals(await model.read([1], { fields: [] }), [{ id: 1 }]);
  assertEquals(await Array.fromAsync(model.iterate([["id", "=", 1]], { fields: [] })), [{ id: 1 }]);
});

Deno.test("what cannot be an id is refused before anything is sent", async () => {
  const server = new OdooSimulator();
  const model = (await server.connect()).model("res.partner");
  const before = server.calls.length;
  for (const id of [0, -1, 1.5, NaN]) {
    const message = `Cannot use the id ${id} in`;
    await assertRejects(() => model.read([1, id], { fields: ["name"] }), OdooConfigError, message);
    await assertRejects(() => model.write([id], { name: "Ana" }), OdooConfigError, message);
    await assertRejects(() => model.unlink([id]), OdooConfigError, message);
  }
  assertEquals(server.calls.length, before);
});

Deno.test("a script that is not type-checked is told what a method needs", async () => {
  const server = new OdooSimulator();
  const model = (await server.connect()).model("res.partner");
  const before = server.calls.length;
  // As a script in JavaScript calls them
  const loose: Record<string, (...args: unknown[]) => Promise<unknown>> = {
    read: (...args) => Reflect.apply(model.read, model, args),
    searchRead: (...args) => Reflect.apply(model.searchRead, model, args),
    iterate: async (...args) => await Array.fromAsync(Reflect.apply(model.iterate, model, args)),
    write: (...args) => Reflect.apply(model.write, model, args),
    unlink: (...args) => Reflect.apply(model.unlink, model, args),
    call: (...args) => Reflect.apply(model.call, model, args),
  };
  for (
    const [method, ...args] of [
      ["read", 1, { fields: ["name"] }],
      ["read", [1]],
      ["searchRead", []],
      ["searchRead", [], { fields: "name" }],
      ["iterate", []],
      ["write", 1, { name: "Ana" }],
      ["unlink", 1],
      ["call", "action_archive", [[1]]],
      ["call", "action_archive", { id: [1] }],
    ] as const
  ) {
    const message = method === "call" ? "{ ids, args, kwargs }" : "it needs";
    await assertRejects(async () => await loose[method]?.(...args), OdooConfigError, message);
  }
  assertEquals(server.calls.length, before);
});

Deno.test("the options of a call go with each call of a model", async () => {
  const server = new OdooSimulator({ "res.partner": [{ id: 1001, name: "Old", active: false }] });
  const model = (await server.connect()).model("res.partner");
  const context = { active_test: false };
  assertEquals(await model.searchCount([["id", "=", 1001]]), 0);
  assertEquals(await model.searchCount([["id", "=", 1001]], { context }), 1);
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => model.search([], { signal }), Error, "enough");
  await assertRejects(() => model.read([1], { fields: ["name"], signal }), Error, "enough");
  const rows = model.iterate([], { fields: ["name"], signal });
  await assertRejects(() => Array.fromAsync(rows), Error, "enough");
});

Deno.test("withContext(), withCompany() and withLang() derive, and leave the original", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const contextOf = async (connection: Odoo) => {
    await connection.model("res.partner").searchCount([]);
    return callsOf(server, "search_count").at(-1)?.kwargs["context"];
  };
  const french = odoo.withLang("fr_FR");
  assertEquals(await contextOf(french.withContext({ active_test: false })), {
    lang: "fr_FR",
    active_test: false,
  });
  assertEquals(await contextOf(french), { lang: "fr_FR" });
  assertEquals(await contextOf(odoo.withCompany(1)), { allowed_company_ids: [1] });
  assertEquals(await contextOf(odoo), undefined);
});

Deno.test("read() gives the records in the order of the ids, and each as often as it was asked for", async () => {
  const server = new OdooSimulator({ "res.partner": partners(namesOf(2500)) });
  const model = (await server.connect()).model("res.partner");
  const ids = Array.from({ length: 2500 }, (_, index) => 3500 - index);
  const rows = await model.read(ids, { fields: ["name"] });
  assertEquals(rows.map(({ id }) => id), ids);
  assertEquals(callsOf(server, "read").length, 4); // 100, then 1000 each
  const twice = await model.read([1002, 1001, 1002], { fields: ["name"] });
  assertEquals(twice.map(({ id }) => id), [1002, 1001, 1002]);
  assertEquals(await model.read([], { fields: ["name"] }), []);
});

Deno.test("read() asks for fewer records at once where they are large", async () => {
  const comment = "x".repeat(2 ** 17);
  const records = partners(namesOf(200)).map((each) => ({ ...each, comment }));
  const server = new OdooSimulator({ "res.partner": records });
  const model = (await server.connect()).model("res.partner");
  const rows = await model.read(records.map(({ id }) => id), { fields: ["comment"] });
  assertEquals(rows.length, 200);
  const sizes = callsOf(server, "read").map(({ args: [ids] }) => Array.isArray(ids) && ids.length);
  assertEquals(sizes, [100, 63, 37]);
});

/** An Odoo with 300 tags, of which a rule hides these. */
function withHidden(version: Version, hidden: readonly number[]): OdooSimulator {
  const ids = Array.from({ length: 300 }, (_, index) => 1001 + index);
  return new OdooSimulator({
    "res.partner": [],
    "res.partner.category": ids.map((id) => ({
      id,
      name: `${hidden.includes(id) ? "Hidden" : "Shown"} ${id}`,
    })),
    "ir.rule": [{
      name: "Nothing hidden",
      model_id: "res.partner.category",
      domain_force: "[('name', 'not like', 'Hidden%')]",
    }],
  }, { version });
}

for (const version of VERSIONS) {
  Deno.test(`read() tells missing records from hidden ones, on Odoo ${version}`, async () => {
    const server = withHidden(version, [1007, 1150, 1151]);
    const model = (await server.connect()).model("res.partner.category");
    const ids = Array.from({ length: 305 }, (_, index) => 1001 + index);
    const options = { fields: ["name"] } as const;
    const error = await assertRejects(() => model.read(ids, options), OdooServerError);
    assertEquals(error.kind, "access");
    const told: [number, string][] = [];
    const rows = await model.read(ids, { ...options, onMissing: (...each) => told.push(each) });
    assertEquals(rows.length, 297);
    assertEquals(told, [
      [1007, "hidden"],
      [1150, "hidden"],
      [1151, "hidden"],
      ...[1301, 1302, 1303, 1304, 1305].map((id): [number, string] => [id, "missing"]),
    ]);
    assertEquals(await model.read([1301, 1001], { fields: ["id"] }), [{ id: 1001 }]);
    // Without onMissing, what is not there is passed over
    assertEquals(await model.read([1302, 1001], options), [{ id: 1001, name: "Shown 1001" }]);
  });

  Deno.test(`a model that the user may not read is no hidden record, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({
      "ir.model.access": [{
        name: "Administrators only",
        model_id: "res.partner.category",
        group_id: "base.group_system",
        perm_read: true,
      }],
    }, { version });
    const apiKey = server.addApiKey("demo", "test");
    const odoo = await connect({ ...server.config, username: "demo", apiKey });
    const told: number[] = [];
    const onMissing = (id: number) => told.push(id);
    const options = { fields: ["name"], onMissing } as const;
    const rows = odoo.model("res.partner.category").read([1, 2, 3, 4, 5, 6, 7, 8], options);
    const error = await assertRejects(() => rows, OdooServerError);
    assertEquals([error.kind, told], ["access", []]);
  });
}

Deno.test("a missing record fails no others, also where Odoo 14 fails for it", async () => {
  const server = new OdooSimulator({ "res.partner": partners(namesOf(9)) }, { version: 14 });
  server.chaos({
    failure: {
      kind: "exception",
      type: "odoo.exceptions.MissingError",
      message: "Record does not exist or has been deleted.\n(Record: res.partner(1,), User: 2)",
    },
    match: ({ method, args: [ids] }) =>
      method === "read" && Array.isArray(ids) && ids.some((id) => Number(id) > 1009),
  });
  const model = (await server.connect()).model("res.partner");
  const told: [number, string][] = [];
  const onMissing = (...each: [number, string]) => told.push(each);
  const ids = [1001, 1010, 1002, 1011, 1003];
  for (const options of [{ onMissing }, {}]) {
    const rows = await model.read(ids, { fields: ["name"], ...options });
    assertEquals(rows.map(({ id }) => id), [1001, 1002, 1003]);
  }
  assertEquals(told, [[1010, "missing"], [1011, "missing"]]);
});

Deno.test("a field that the user may not read is no hidden record", async () => {
  const server = new OdooSimulator();
  const type = "odoo.exceptions.AccessError";
  const message = "You do not have enough rights to access the fields";
  server.chaos({ failure: { kind: "exception", type, message }, match: { method: "read" } });
  const model = (await server.connect()).model("res.partner");
  const told: number[] = [];
  const onMissing = (id: number) => told.push(id);
  const rows = model.read([1, 2, 3, 4], { fields: ["name"], onMissing });
  await assertRejects(() => rows, OdooServerError, message);
  assertEquals(told, []);
});
