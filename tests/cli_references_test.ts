import { assertEquals, assertStringIncludes } from "@std/assert";
import { ground, odeno, odenoAt, typed } from "./cli_support.ts";

const SHOP = { id: 1001, name: "Shop", country_id: 1 };

for (const version of [14, 17, 19] as const) {
  Deno.test(`what is no id in a many2one is refused before anything is written, on Odoo ${version}`, async () => {
    await using env = await ground({ "res.partner": [SHOP] }, { version });
    for (const value of ['"base.be"', '"20"', "true", "20.5", "0", "-1", "{}", "[]", '["20"]']) {
      const values = `{"name": "Other", "country_id": ${value}}`;
      const wrote = await odeno("write", "res.partner", "1001", values, env.flag);
      const made = await odeno("create", "res.partner", values, env.flag);
      for (const { code, out, err } of [wrote, made]) {
        assertEquals([code, out], [2, ""], `${value}: ${err}`);
        assertStringIncludes(err, '"country_id" of res.partner takes the id of a res.country');
        assertStringIncludes(err, `not ${value.replace(/^\[.*/, "[")}`);
        assertEquals(err.split("\n").length, 1, err);
      }
      const isXmlId = value === '"base.be"';
      assertEquals(wrote.err.includes('"odeno ref base.be" tells it'), isXmlId, wrote.err);
    }
    const rows = '[{"name": "New"}, {"name": "New", "country_id": "Belgium"}]';
    const { err } = await odeno("create", "res.partner", rows, env.flag);
    assertStringIncludes(err, "of record 2");
    const shops = env.odoo.records("res.partner").filter(({ name }) => name !== "Shop");
    assertEquals(shops.filter(({ name }) => name === "New" || name === "Other"), []);
    const [shop] = env.odoo.records("res.partner").filter(({ id }) => id === 1001);
    assertEquals([shop?.["name"], shop?.["country_id"]], ["Shop", 1]);
  });
}

Deno.test("ids, pairs and no value in a many2one are written, and types are asked for only where a value may be meant wrongly", async () => {
  await using env = await ground({ "res.partner": [SHOP] });
  const countryOf = () =>
    env.odoo.records("res.partner").find(({ id }) => id === 1001)?.["country_id"];
  for (
    const [value, kept] of [["2", 2], ["false", false], ['[3, "x"]', 3], ["null", false]] as const
  ) {
    const before = env.odoo.calls.length;
    const values = `{"country_id": ${value}, "color": 2}`;
    const { code, err } = await odeno("write", "res.partner", "1001", values, env.flag);
    assertEquals([code, countryOf()], [0, kept], err);
    const methods = env.odoo.calls.slice(before).map(({ method }) => method);
    assertEquals(methods.includes("fields_get"), false);
  }
  const once = '{"name": "Once", "country_id": "base.be"}';
  const argv = ["create", "res.partner", "-", "--once", env.flag];
  assertEquals((await odenoAt(typed(once), ...argv)).code, 0);
});
