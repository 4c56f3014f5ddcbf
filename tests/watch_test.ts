import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  type CallEvent,
  configFromEnv,
  connect,
  OdooConfigError,
  OdooServerError,
} from "../mod.ts";
import { signIn } from "../lib/keys.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";

for (const protocol of ["xmlrpc", "jsonrpc", "json2"] as const) {
  Deno.test(`a read-only connection over ${protocol} sends no call that writes`, async () => {
    const server = new OdooSimulator({}, { version: 19 });
    const odoo = await connect({ ...server.config, protocol, readOnly: true });
    const partners = odoo.model("res.partner");
    const before = server.records("res.partner").length;
    assertEquals((await partners.searchRead([], { fields: ["name"], limit: 1 })).length, 1);
    const calls = server.calls.length;
    await assertRejects(
      () => partners.create({ name: "Ana" }),
      OdooConfigError,
      "Cannot call res.partner.create: the connection is read-only, and odeno does not know create as a method " +
        "that only reads",
    );
    const rows = odoo.rows({ model: "res.partner", method: "write", args: [[1], {}] });
    await assertRejects(() => rows.next(), OdooConfigError, "Cannot call res.partner.write");
    assertEquals(server.calls.length, calls);
    assertEquals(server.records("res.partner").length, before);
  });
}

Deno.test("`onCall` is told of each call: its name, its time and its error, and nothing that was sent", async () => {
  const events: CallEvent[] = [];
  const server = new OdooSimulator();
  const odoo = await connect({ ...server.config, onCall: (event) => events.push(event) });
  await odoo.executeKw("res.partner", "search_count", [[["name", "=", "5ecret"]]]);
  await assertRejects(() => odoo.executeKw("res.partner", "nope", []), OdooServerError);
  for await (const _ of odoo.rows({ model: "res.partner", method: "search_read" })) break;
  assertEquals(events.map(({ name, error }) => [name, error instanceof OdooServerError]), [
    ["version", false],
    ["version", false],
    ["authenticate", false],
    ["res.partner.search_count", false],
    ["res.partner.nope", true],
    ["res.partner.search_read", false],
  ]);
  for (const { ms } of events) assertEquals(ms >= 0, true);
  assertEquals(Deno.inspect(events.slice(0, 4)).includes("5ecret"), false);
});

Deno.test("`ODOO_READ_ONLY` makes a configuration read-only, that of a profile as well", () => {
  const of = (variables: Record<string, string>, profile?: string) => {
    const base = ["ODOO_", "ODOO_PROD_"].flatMap((prefix) =>
      ["URL", "DB", "USERNAME", "API_KEY"].map((name) => [prefix + name, "http://localhost"])
    );
    const all: Record<string, string> = { ...Object.fromEntries(base), ...variables };
    return configFromEnv({ profile, get: (name) => all[name] }).readOnly;
  };
  assertEquals(of({}), undefined);
  assertEquals(of({ ODOO_READ_ONLY: "1" }), true);
  assertEquals(of({ ODOO_READ_ONLY: "yes" }, "prod"), true);
  assertEquals(of({ ODOO_PROD_READ_ONLY: "1" }, "prod"), true);
  assertEquals(of({ ODOO_PROD_READ_ONLY: "1" }), undefined);
  assertEquals(of({ ODOO_READ_ONLY: "0" }), undefined);
  assertThrows(() => of({ ODOO_READ_ONLY: "maybe" }), OdooConfigError, 'ODOO_READ_ONLY="maybe"');
});

Deno.test("a web session that is read-only makes and deletes no key, and `onCall` is told of its calls", async () => {
  const server = new OdooSimulator();
  const { url, db, fetch } = server.config;
  const events: CallEvent[] = [];
  const demo = { username: "demo", password: "demo" };
  const onCall = (event: CallEvent) => events.push(event);
  await using keys = await signIn({ url, db, fetch, ...demo, readOnly: true, onCall });
  assertEquals(await keys.list(), []);
  await assertRejects(() => keys.create("x"), OdooConfigError, "the connection is read-only");
  assertEquals(server.calls.some(({ method }) => method === "make_key"), false);
  assertEquals(events.map(({ name, protocol }) => [name, protocol]).slice(0, 2), [
    ["authenticate", "web"],
    ["res.users.apikeys.search_read", "web"],
  ]);
});
