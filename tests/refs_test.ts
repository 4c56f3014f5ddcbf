import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect, OdooConfigError, OdooServerError } from "../mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";

/** An Odoo with tags of all kinds, each with an external id. */
function server(version: 14 | 17 | 19): OdooSimulator {
  const names = { 31: "shown", 32: "old", 33: "secret", 34: "gone" };
  return new OdooSimulator({
    "res.partner": [],
    "res.partner.category": [
      { id: 31, name: "Shown" },
      { id: 32, name: "Old", active: false },
      { id: 33, name: "Secret" },
    ],
    "ir.model.data": Object.entries(names).map(([id, name]) => ({
      module: "x_tags",
      name,
      model: "res.partner.category",
      res_id: Number(id),
    })),
    "ir.rule": [{
      name: "No secrets",
      model_id: "res.partner.category",
      domain_force: "[('name', '!=', 'Secret')]",
    }],
  }, { version });
}

const XMLIDS = ["shown", "old", "secret", "gone", "never"].map((name) => `x_tags.${name}`);
const model = "res.partner.category";

for (const version of [14, 17, 19] as const) {
  Deno.test(`refs() tells active, archived, hidden and missing records apart, on Odoo ${version}`, async () => {
    const odoo = await server(version).connect();
    assertEquals([...await odoo.refs([...XMLIDS, "x_tags.shown"])], [
      ["x_tags.shown", { status: "active", model, id: 31 }],
      ["x_tags.old", { status: "archived", model, id: 32 }],
      ["x_tags.secret", { status: "hidden", model }],
      ["x_tags.gone", { status: "missing" }],
      ["x_tags.never", { status: "missing" }],
    ]);
    assertEquals(await odoo.refs([]), new Map());
  });

  Deno.test(`refs() answers users who may not read ir.model.data, on Odoo ${version}`, async () => {
    const simulator = server(version);
    const apiKey = simulator.addApiKey("demo", "test");
    const odoo = await connect({ ...simulator.config, username: "demo", apiKey });
    const found = await odoo.refs([...XMLIDS, "base.main_company", "base.group_user"]);
    assertEquals(found.get("x_tags.shown"), { status: "active", model, id: 31 });
    assertEquals(found.get("x_tags.old"), { status: "archived", model, id: 32 });
    assertEquals(found.get("x_tags.secret"), { status: "hidden", model });
    // From 17 on such a user is not told that it is gone
    const gone = version === 14 ? { status: "missing" } : { status: "hidden", model };
    assertEquals(found.get("x_tags.gone")?.status, gone.status);
    assertEquals(found.get("x_tags.never"), { status: "missing" });
    assertEquals(found.get("base.main_company"), { status: "active", model: "res.company", id: 1 });
    const reads = simulator.calls.filter(({ model }) => model === "ir.model.data");
    assertEquals(reads.some(({ method }) => method === "check_object_reference"), version > 14);
  });
}

Deno.test("ref() gives the record, or says why there is none", async () => {
  const odoo = await server(17).connect();
  assertEquals(await odoo.ref("x_tags.old"), { status: "archived", model, id: 32 });
  const hidden = await assertRejects(() => odoo.ref("x_tags.secret"), OdooServerError);
  assertEquals([hidden.kind, hidden.message], [
    "access",
    'The record of "x_tags.secret" (res.partner.category) is hidden from this user, or is gone',
  ]);
  const missing = await assertRejects(() => odoo.ref("x_tags.never"), OdooServerError);
  assertEquals([missing.kind, missing.message], [
    "missing",
    'Odoo has no record with the external id "x_tags.never"',
  ]);
});

Deno.test("a name that is no external id is refused before anything is sent", async () => {
  const simulator = new OdooSimulator();
  const odoo = await simulator.connect();
  const before = simulator.calls.length;
  for (const name of ["main_company", "base.", ".x", "base.main company", ""]) {
    await assertRejects(() => odoo.ref(name), OdooConfigError, "module.name");
  }
  assertEquals(simulator.calls.length, before);
});

Deno.test("thousands of external ids are looked up by a few calls", async () => {
  const simulator = new OdooSimulator();
  const odoo = await simulator.connect();
  const before = simulator.calls.length;
  const names = Array.from({ length: 2500 }, (_, index) => `x_none.name_${index}`);
  assertEquals((await odoo.refs(names)).size, 2500);
  assertEquals(simulator.calls.length - before, 3);
});

for (const version of [14, 17, 19] as const) {
  Deno.test(`an external id of a model that is not installed fails no others, on Odoo ${version}`, async () => {
    const data = [["uninstalled", "x.uninstalled", 5], ["nothing", model, 0], [
      "shown",
      model,
      31,
    ]] as const;
    const simulator = new OdooSimulator({
      "res.partner": [],
      "res.partner.category": [{ id: 31, name: "Shown" }],
      "ir.model.data": data.map(([name, model, res_id]) => ({
        module: "x_tags",
        name,
        model,
        res_id,
      })),
    }, { version });
    const apiKey = simulator.addApiKey("demo", "test");
    const demo = await connect({ ...simulator.config, username: "demo", apiKey });
    for (const odoo of [await simulator.connect(), demo]) {
      assertEquals([...await odoo.refs(data.map(([name]) => `x_tags.${name}`))], [
        ["x_tags.uninstalled", { status: "missing" }],
        ["x_tags.nothing", { status: "missing" }],
        ["x_tags.shown", { status: "active", model, id: 31 }],
      ]);
    }
  });
}

Deno.test("a record that can be read is there, though no search finds it", async () => {
  const simulator = new OdooSimulator({
    "ir.model.data": [{ module: "x_menu", name: "technical", model: "x.menu", res_id: 7 }],
  }, {
    models: { "x.menu": { fields: { name: { type: "char" } } } },
    methods: {
      // As the menus of 14 and 17, which are found only by who has them on the screen
      "x.menu": { search: () => [], read: () => [{ id: 7, display_name: "Technical" }] },
    },
  });
  const odoo = await simulator.connect();
  assertEquals(await odoo.ref("x_menu.technical"), { status: "active", model: "x.menu", id: 7 });
});

Deno.test("what fails one look-up ends all of them", async () => {
  const simulator = new OdooSimulator({}, { version: 17 });
  const apiKey = simulator.addApiKey("demo", "test");
  const odoo = await connect({ ...simulator.config, username: "demo", apiKey });
  const failure = { kind: "exception", type: "ValueError", message: "no" } as const;
  simulator.chaos({ failure, match: { method: "check_object_reference" } });
  const names = Array.from({ length: 200 }, (_, index) => `x_none.name_${index}`);
  await assertRejects(() => odoo.refs(names), OdooServerError, "no");
  await odoo.call({ model: "res.users", method: "context_get" }); // Behind whatever waits for its turn
  const asked = simulator.calls.filter(({ method }) => method === "check_object_reference");
  assert(asked.length < 20, `${asked.length} calls`);
});
