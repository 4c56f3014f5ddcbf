import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import {
  connect,
  createOnce,
  externalId,
  OdooConfigError,
  type Outcome,
  type SourceRow,
  upsert,
  type UpsertOptions,
} from "../mod.ts";

const VERSIONS = [14, 17, 19] as const;
const OPTIONS: UpsertOptions = {
  key: ["key"],
  namespace: "odeno_test",
  clock: { now: () => 0, sleep: () => Promise.resolve(), random: () => 0.5 },
};

/** Upserts partners as a user, and gives the outcomes by key. */
async function run(
  server: OdooSimulator,
  rows: readonly SourceRow[],
  options: Partial<UpsertOptions> = {},
  login = "admin",
): Promise<Record<string, Outcome<SourceRow>>> {
  const odoo = await connect({
    ...server.config,
    username: login,
    apiKey: server.addApiKey(login, "test"),
  });
  const outcomes = await Array.fromAsync(
    upsert(odoo, "res.partner", rows, { ...OPTIONS, ...options }),
  );
  return Object.fromEntries(outcomes.map((outcome) => [String(outcome.row["key"]), outcome]));
}

function statuses(outcomes: Record<string, Outcome<SourceRow>>): Record<string, string> {
  return Object.fromEntries(Object.entries(outcomes).map(([key, { status }]) => [key, status]));
}

function writes(server: OdooSimulator): string[] {
  return server.calls.map(({ method }) => method).filter((method) =>
    ["load", "create", "write", "unlink"].includes(method)
  );
}

function partner(server: OdooSimulator, name: string) {
  return server.records("res.partner").filter((record) => record["name"] === name);
}

function refId(key: string): string {
  return externalId("odeno_test", "res.partner", [key]);
}

for (const version of VERSIONS) {
  Deno.test(`\`upsert()\` creates, then leaves alone, then updates only what differs, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const rows = [
      {
        key: "1",
        name: "Azur & Fils",
        is_company: "yes",
        email: "a@azur.example",
        country_id: "base.be",
      },
      { key: "2", name: "Ana", is_company: false, parent_id: refId("1") },
    ];
    assertEquals(statuses(await run(server, rows)), { 1: "created", 2: "created" });
    const written = writes(server).length;
    assertEquals(statuses(await run(server, rows)), { 1: "unchanged", 2: "unchanged" });
    assertEquals(writes(server).length, written);
    const changed = [{ ...rows[0], email: "new@azur.example" }, { ...rows[1], parent_id: "" }];
    const outcomes = await run(server, changed as SourceRow[]);
    assertEquals(statuses(outcomes), { 1: "updated", 2: "unchanged" });
    assertEquals(outcomes["1"]?.changes, {
      email: { from: "a@azur.example", to: "new@azur.example" },
    });
    assertEquals(partner(server, "Azur & Fils").length, 1);
    assertEquals(partner(server, "Azur & Fils")[0]?.["email"], "new@azur.example");
    assert(partner(server, "Ana")[0]?.["parent_id"], "an empty value leaves the field as it is");
  });

  Deno.test(`\`upsert()\` tells of every row that fails, and brings the rest in, on Odoo ${version}`, async () => {
    const outcomes = await run(new OdooSimulator({}, { version }), [
      { key: "1", name: "Good" },
      { key: "2", name: "" },
      { key: "3", name: "Bad flag", is_company: "maybe" },
      { key: "4", name: "Of nobody", parent_id: refId("nobody") },
      { key: "5", name: "Of a bad one", parent_id: refId("2") },
      { key: "6", name: "Nowhere", country_id: "base.xx" },
      { key: "", name: "Keyless" },
      { key: "7", name: "Control\u0001" },
      { key: "\uD800", name: "Half a key" },
      { key: "9", name: "Half a reference", country_id: "base.b\u0001e" },
      { key: "8", name: "Also good", parent_id: refId("1") },
    ]);
    assertEquals(statuses(outcomes), {
      1: "created",
      2: "failed",
      3: "failed",
      4: "failed",
      5: "failed",
      6: "failed",
      "": "failed",
      7: "failed",
      8: "created",
      9: "failed",
      "\uD800": "failed",
    });
    assertStringIncludes(String(outcomes["2"]?.reason), "Contacts require a name");
    assertEquals([outcomes["3"]?.field, outcomes["6"]?.field, outcomes["7"]?.field], [
      "is_company",
      "country_id",
      "name",
    ]);
    assertEquals(outcomes["4"]?.reason, 'no row and no record has the key "nobody"');
    assertEquals(outcomes["5"]?.reason, 'row "2" did not go in');
  });

  Deno.test(`\`upsert()\` works for a user who may not read external ids, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    const rows = [{ key: "1", name: "Azur", country_id: "base.be" }];
    assertEquals(statuses(await run(server, rows, {}, "demo")), { 1: "created" });
    assertEquals(statuses(await run(server, rows, {}, "demo")), { 1: "unchanged" });
    assertEquals(partner(server, "Azur").length, 1);
  });
}

Deno.test("`upsert()` takes rows that refer to each other in any order", async () => {
  const server = new OdooSimulator();
  const rows = [
    { key: "c", name: "Grandchild", parent_id: refId("b") },
    { key: "b", name: "Child", parent_id: refId("a") },
    { key: "a", name: "Parent" },
  ];
  assertEquals(statuses(await run(server, rows)), { a: "created", b: "created", c: "created" });
  const [parent, child] = [partner(server, "Parent")[0], partner(server, "Child")[0]];
  assertEquals([child?.["parent_id"]].flat()[0], parent?.["id"]);
});

Deno.test("`upsert()` refuses a second row with the key of another, and takes the first", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const rows = [{ key: "1", name: "First" }, { key: "1", name: "Second" }];
  const outcomes = await Array.fromAsync(upsert(odoo, "res.partner", rows, OPTIONS));
  assertEquals(outcomes.map(({ row, status }) => [row.name, status]), [["First", "created"], [
    "Second",
    "failed",
  ]]);
});

Deno.test("`upsert()` refuses rows that refer to each other in a circle", async () => {
  const outcomes = await run(new OdooSimulator(), [
    { key: "a", name: "A", parent_id: refId("b") },
    { key: "b", name: "B", parent_id: refId("a") },
  ]);
  assertEquals(statuses(outcomes), { a: "failed", b: "failed" });
});

Deno.test("`upsert()` gives outcomes in the order of the rows, whatever is sent first", async () => {
  const odoo = await new OdooSimulator().connect();
  const rows = [
    { key: "c", name: "Child", parent_id: { key: "p" } },
    { key: "bad", name: "Bad", color: "red" },
    { key: "x", name: "Other", city: "Lyon" },
    { key: "p", name: "Parent" },
  ];
  const outcomes = await Array.fromAsync(upsert(odoo, "res.partner", rows, OPTIONS));
  assertEquals(outcomes.map(({ row, status }) => `${row.key} ${status}`), [
    "c created",
    "bad failed",
    "x created",
    "p created",
  ]);
});

Deno.test("`upsert()` with `dryRun` tells what it would do, and writes nothing", async () => {
  const server = new OdooSimulator();
  await run(server, [{ key: "1", name: "Azur", city: "Lyon" }]);
  const before = writes(server).length;
  const outcomes = await run(server, [
    { key: "1", name: "Azur", city: "Paris" },
    { key: "2", name: "New" },
    { key: "3", name: "Of the new one", parent_id: refId("2") },
  ], { dryRun: true });
  assertEquals(statuses(outcomes), { 1: "updated", 2: "created", 3: "created" });
  assertEquals(outcomes["1"]?.changes, { city: { from: "Lyon", to: "Paris" } });
  assertEquals(writes(server).length, before);
  assertEquals(partner(server, "New"), []);
});

Deno.test("`upsert()` finds archived records, and makes no second one", async () => {
  const server = new OdooSimulator();
  await run(server, [{ key: "1", name: "Azur" }]);
  const odoo = await server.connect();
  await odoo.executeKw("res.partner", "write", [[Number(partner(server, "Azur")[0]?.["id"])], {
    active: false,
  }]);
  assertEquals(statuses(await run(server, [{ key: "1", name: "Azur" }])), { 1: "unchanged" });
  assertEquals(statuses(await run(server, [{ key: "1", name: "Azur", city: "Lyon" }])), {
    1: "updated",
  });
  assertEquals(
    server.records("res.partner").filter((record) => record["name"] === "Azur").length,
    1,
  );
});

Deno.test("`upsert()` makes a new record where somebody deleted the old one", async () => {
  const server = new OdooSimulator();
  await run(server, [{ key: "1", name: "Azur" }]);
  const odoo = await server.connect();
  await odoo.executeKw("res.partner", "unlink", [[Number(partner(server, "Azur")[0]?.["id"])]]);
  assertEquals(statuses(await run(server, [{ key: "1", name: "Azur" }])), { 1: "created" });
});

Deno.test("`upsert()` refuses an external id that belongs to another model", async () => {
  const server = new OdooSimulator({}, { version: 14 });
  const odoo = await server.connect();
  await odoo.executeKw("ir.model.data", "create", [{
    module: "odeno_test",
    name: "res_partner.1",
    model: "res.country",
    res_id: 1,
  }]);
  const outcomes = await run(server, [{ key: "1", name: "Azur" }]);
  assertEquals(
    outcomes["1"]?.reason,
    "odeno_test.res_partner.1 is the external id of a record of res.country",
  );
});

Deno.test("`upsert()` refuses a column that is no field, before anything is sent", async () => {
  const server = new OdooSimulator();
  await assertRejects(
    () => run(server, [{ key: "1", name: "Azur", nmae: "x" }]),
    OdooConfigError,
    'column "nmae": res.partner has no such field',
  );
  assertEquals(writes(server), []);
});

Deno.test("`upsert()` never doubles a row when the answer is lost after the commit", async () => {
  const server = new OdooSimulator();
  server.failNext({ kind: "disconnect", afterCommit: true }, { method: "load" });
  const outcomes = await run(server, [{ key: "1", name: "Azur" }, { key: "2", name: "Bel" }]);
  assertEquals(statuses(outcomes), { 1: "created", 2: "created" });
  assertEquals([partner(server, "Azur").length, partner(server, "Bel").length], [1, 1]);
});

Deno.test("`upsert()` tells rows that could not be sent any more, and those that may have gone in", async () => {
  const server = new OdooSimulator();
  for (let attempt = 0; attempt < 9; attempt++) {
    server.failNext({ kind: "disconnect" }, { method: "load" });
  }
  const rows = ["1", "2", "3"].map((key) => ({ key, name: `Row ${key}` }));
  const outcomes = await run(server, rows, { chunkSize: 2 });
  assertEquals(statuses(outcomes), { 1: "unknown", 2: "unknown", 3: "failed" });
  assertStringIncludes(String(outcomes["3"]?.reason), "not sent: The connection to");
});

Deno.test("`upsert()` sends a thousand rows in few calls", async () => {
  const server = new OdooSimulator();
  const rows = Array.from(
    { length: 1_000 },
    (_, index) => ({ key: String(index), name: `Partner ${index}` }),
  );
  const outcomes = await run(server, rows);
  assertEquals(Object.values(outcomes).every(({ status }) => status === "created"), true);
  assertEquals(writes(server), ["load", "load"]);
});

Deno.test("`upsert()` says which values Odoo did not keep", async () => {
  const server = new OdooSimulator();
  const outcomes = await run(server, [
    { key: "1", name: "Azur", is_company: true, street: "Main 1" },
    { key: "2", name: "Ana", parent_id: refId("1"), street: "Other 2" },
  ]);
  assertEquals(outcomes["1"]?.reason, undefined);
  assertEquals([outcomes["2"]?.status, outcomes["2"]?.reason], [
    "created",
    'Odoo keeps "Main 1" as street',
  ]);
});

Deno.test("`upsert()` tells of every row when a record cannot be read", async () => {
  const server = new OdooSimulator();
  const rows = [{ key: "1", name: "A" }, { key: "2", name: "B" }];
  await run(server, rows);
  const hidden = Number(partner(server, "A")[0]?.["id"]);
  const fault = {
    kind: "fault",
    code: 4,
    text: "You are not allowed to access this record",
  } as const;
  const isRead = ({ method, args }: { method: string; args: readonly unknown[] }) =>
    method === "read" && [args[0]].flat().includes(hidden);
  server.failNext(fault, isRead);
  server.failNext(fault, isRead);
  const outcomes = await run(server, rows);
  assertEquals(statuses(outcomes), { 1: "failed", 2: "unchanged" });
  assertStringIncludes(String(outcomes["1"]?.reason), "a rule hides the record");
});

Deno.test("`upsert()` lets a row wait for another whose record was deleted behind its external id", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  await odoo.executeKw("ir.model.data", "create", [{
    module: "odeno_test",
    name: "res_partner.p",
    model: "res.partner",
    res_id: 999_999,
  }]);
  const rows = [{ key: "c", name: "Child", parent_id: refId("p") }, { key: "p", name: "Parent" }];
  assertEquals(statuses(await run(server, rows)), { c: "created", p: "created" });
});

Deno.test("`upsert()` tells an external id of another model from one of its own, whoever asked first", async () => {
  const server = new OdooSimulator();
  await run(server, [{ key: "7", name: "Azur" }]);
  const rows = [{ key: "1", name: "Wrong", country_id: refId("7") }, { key: "7", name: "Azur" }];
  const outcomes = await run(server, rows, { chunkSize: 1 });
  assertEquals(statuses(outcomes), { 1: "failed", 7: "unchanged" });
});

Deno.test("`upsert()` holds a bounded number of rows, however different their columns", async () => {
  const server = new OdooSimulator();
  const optional = ["email", "phone", "street", "city", "zip", "vat"];
  let given = 0;
  let done = 0;
  let held = 0;
  function* rows(): Generator<SourceRow> {
    for (; given < 600; given++) {
      held = Math.max(held, given - done);
      const filled = optional.filter((_, index) => given >> index & 1);
      yield {
        key: String(given),
        name: "N",
        ...Object.fromEntries(filled.map((name) => [name, "x"])),
      };
    }
  }
  const odoo = await server.connect();
  for await (
    const { status } of upsert(odoo, "res.partner", rows(), { ...OPTIONS, chunkSize: 20 })
  ) {
    assertEquals(status, "created");
    done++;
  }
  assertEquals(done, 600);
  assert(held <= 5 * 20, `${held} rows were held`);
});

Deno.test("`upsert()` refuses the name of a module as its namespace, and one that it cannot check", async () => {
  const server = new OdooSimulator({}, { version: 14 });
  const row = [{ key: "1", name: "A" }];
  await assertRejects(
    () => run(server, row, { namespace: "web" }),
    OdooConfigError,
    "it is the name of a module",
  );
  assertEquals(statuses(await run(server, row, { namespace: "shop" })), { 1: "created" });
  await assertRejects(
    () => run(server, row, { namespace: "shop" }, "demo"),
    OdooConfigError,
    "may not ask whether it is the name of a module",
  );
});

Deno.test("`upsert()` hears an abort while it waits to send again", async () => {
  const server = new OdooSimulator();
  const controller = new AbortController();
  server.failNext({ kind: "disconnect" }, { method: "load" });
  const odoo = await server.connect();
  const options = { key: ["key"], namespace: "odeno_test", signal: controller.signal };
  const outcomes = Array.fromAsync(upsert(odoo, "res.partner", [{ key: "1", name: "A" }], options));
  while (!writes(server).includes("load")) await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setTimeout(resolve, 1));
  controller.abort(new RangeError("enough"));
  await assertRejects(() => outcomes, RangeError, "enough");
});

for (const version of VERSIONS) {
  Deno.test(`\`createOnce()\` makes one record a row, whatever is lost, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({}, { version });
    server.failNext({ kind: "disconnect", afterCommit: true }, { method: "load" });
    const odoo = await connect({
      ...server.config,
      username: "demo",
      apiKey: server.addApiKey("demo", "test"),
    });
    const rows = [
      { name: "Ana", email: "same@example.com" },
      { name: "Ana", email: "same@example.com" },
      { name: "", email: "nobody@example.com" },
      { name: "Ben", country_id: "base.be" },
    ];
    const { clock } = OPTIONS;
    const outcomes = await Array.fromAsync(createOnce(odoo, "res.partner", rows, { clock }));
    assertEquals(outcomes.map(({ row, status }) => [row.name, status]), [
      ["Ana", "created"],
      ["Ana", "created"],
      ["", "failed"],
      ["Ben", "created"],
    ]);
    assertEquals([partner(server, "Ana").length, partner(server, "Ben").length], [2, 1]);
    const looks = server.calls.filter(({ method }) => method === "get_metadata");
    assert(looks.every(({ model }) => model !== "res.partner"), "no row is looked for");
  });
}

Deno.test("`createOnce()` makes cells by the rules of `upsert()`, and fails rows one by one, in order", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const rows: SourceRow[] = [
    { name: "Flag", is_company: "maybe" },
    { name: "Empty", active: "", color: null },
    { name: "Word", country_id: "no" },
    { name: "Nowhere", country_id: "base.xx" },
    { name: "Control\u0001" },
    { name: "Tagged", category_id: [987_654] },
    { name: "Last" },
  ];
  const { clock } = OPTIONS;
  const outcomes = await Array.fromAsync(createOnce(odoo, "res.partner", rows, { clock }));
  assertEquals(outcomes.map(({ row, status, field }) => [row["name"], status, field]), [
    ["Flag", "failed", "is_company"],
    ["Empty", "created", undefined],
    ["Word", "failed", "country_id"],
    ["Nowhere", "failed", "country_id"],
    ["Control\u0001", "failed", "name"],
    ["Tagged", "failed", "category_id"],
    ["Last", "created", undefined],
  ]);
  assertEquals(partner(server, "Empty")[0]?.["active"], true);
  await assertRejects(
    () => Array.fromAsync(createOnce(odoo, "res.partner", [{ nmae: "x" }], { clock })),
    OdooConfigError,
    'column "nmae"',
  );
});

Deno.test("`createOnce()` called twice makes two records, as its documentation says", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const create = () => Array.fromAsync(createOnce(odoo, "res.partner", [{ name: "Ana" }]));
  await Promise.all([create(), create()]);
  assertEquals(partner(server, "Ana").length, 2);
});
