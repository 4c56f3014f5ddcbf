import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { OdooError } from "../mod.ts";

const VERSIONS = [14, 17, 19] as const;
const MANY = 20_000;

Deno.test("200,000 records can be given, with and without ids", async () => {
  const given = Array.from({ length: 200_000 }, (_, index) => ({ name: `T${index}` }));
  const withIds = given.map((record, index) => ({ id: index + 1, ...record }));
  for (const tags of [given, withIds]) {
    const odoo = await new OdooSimulator({ "res.partner": [], "res.partner.category": tags })
      .connect();
    assertEquals(await odoo.executeKw("res.partner.category", "search_count", [[]]), 200_000);
  }
});

Deno.test("a domain of many thousand alternatives is searched in all versions", async () => {
  for (const version of VERSIONS) {
    const odoo = await new OdooSimulator({}, { version }).connect();
    const id = await odoo.executeKw<number>("res.partner", "create", [{ name: "Ana", ref: "r7" }]);
    const leaves = Array.from({ length: MANY }, (_, index) => ["ref", "=", `r${index}`]);
    const ors = Array.from({ length: MANY - 1 }, () => "|");
    assertEquals(await odoo.executeKw("res.partner", "search", [[...ors, ...leaves]]), [id]);
    const each = leaves.flatMap((leaf, index) => index < MANY - 1 ? ["|", leaf] : [leaf]);
    assertEquals(await odoo.executeKw("res.partner", "search", [each]), [id]);
    const none = leaves.map((_, index) => ["ref", "!=", `x${index}`]);
    assertEquals(await odoo.executeKw("res.partner", "search", [[["id", "=", id], ...none]]), [id]);
    const twice = Array.from({ length: MANY }, () => "!");
    assertEquals(await odoo.executeKw("res.partner", "search", [[...twice, ["id", "=", id]]]), [
      id,
    ]);
  }
});

Deno.test("a domain that is nested too deeply is refused, not a crash", async () => {
  for (const version of VERSIONS) {
    const odoo = await new OdooSimulator({}, { version }).connect();
    const leaf = ["name", "=", "x"];
    const deep = Array.from({ length: MANY }, () => ["&", leaf, "|", leaf]).flat();
    await assertRejects(
      () => odoo.executeKw("res.partner", "search", [[...deep, leaf]]),
      OdooError,
      "nested so deeply",
    );
    assertEquals(await odoo.executeKw("res.partner", "search", [[leaf]]), []);
  }
});

Deno.test("names that every JavaScript object has are names of nothing", async () => {
  for (const version of VERSIONS) {
    const odoo = await new OdooSimulator({}, { version }).connect();
    for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
      const values: Record<string, string> = JSON.parse(`{"name":"Ana","${name}":"x"}`);
      const calls: [string, string, unknown[]][] = [
        [name, "read", [[1]]],
        ["res.partner", name, [[1]]],
        ["res.partner", "create", [values]],
        ["res.partner", "read", [[3], [name]]],
        ["res.partner", "search", [[[name, "=", 1]]]],
        ["res.partner", "search", [[["name", name, 1]]]],
        ["res.partner", "search", [[name]]],
        ["res.partner", "search", [[], 0, null, name]],
        ["res.partner", "load", [["name", name], [["a", "b"]]]],
      ];
      for (const [model, method, args] of calls) {
        const [ended] = await Promise.allSettled([
          odoo.executeKw(model, method, JSON.parse(JSON.stringify(args))),
        ]);
        const failed = ended?.status === "rejected" ? ended.reason : undefined;
        const said = `${version} ${model}.${method} ${name}: ${failed}`;
        assert(failed === undefined ? method === "load" : failed instanceof OdooError, said);
        assert(!/is not a function|native code|undefined/.test(String(failed ?? "")), said);
      }
    }
    assertEquals(Object.keys(Object.prototype), []);
  }
});

Deno.test("a model or a field of a test cannot have such a name", () => {
  const fields = { constructor: { type: "char" } } as const;
  assertThrows(
    () => new OdooSimulator({}, { version: 17, models: { "x.thing": { fields } } }),
    TypeError,
    'Cannot use field "constructor" of model "x.thing"',
  );
  const models = { toString: { fields: { name: { type: "char" } } } } as const;
  assertThrows(
    () => new OdooSimulator({}, { version: 17, models }),
    TypeError,
    'Cannot use model "toString"',
  );
});

Deno.test("many records that others point to go at once", async () => {
  const records = {
    "res.partner.category": Array.from({ length: 2000 }, (_, index) => ({
      id: 1000 + index,
      name: `Tag ${index}`,
    })),
    "res.partner": Array.from({ length: MANY }, (_, index) => ({
      id: 10_000 + index,
      name: `Partner ${index}`,
      category_id: [1000 + index % 2000],
    })),
  };
  const odoo = await new OdooSimulator(records, { version: 17 }).connect();
  const startedAt = performance.now();
  const tags = records["res.partner.category"].map(({ id }) => id);
  const ids = records["res.partner"].map(({ id }) => id);
  assertEquals(await odoo.executeKw("res.partner", "unlink", [ids.slice(0, 5000)]), true);
  assertEquals(await odoo.executeKw("res.partner", "search_count", [[["id", "in", ids]]]), 15_000);
  assertEquals(await odoo.executeKw("res.partner.category", "unlink", [tags]), true);
  const tagged = [["id", "in", ids], ["category_id", "!=", false]];
  assertEquals(await odoo.executeKw("res.partner", "search_count", [tagged]), 0);
  assert(performance.now() - startedAt < 20_000);
});
