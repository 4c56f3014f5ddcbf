import { assertEquals, assertFalse, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import type { RpcInput, RpcValue } from "../lib/values.ts";
import { decodeResponse } from "../lib/xmlrpc/decode.ts";
import { encodeCall } from "../lib/xmlrpc/encode.ts";
import { connect, OdooAuthError } from "../mod.ts";

async function rpc(
  server: OdooSimulator,
  service: string,
  method: string,
  params: RpcInput[],
): Promise<RpcValue | string> {
  const response = await server.fetch(`${server.config.url}/xmlrpc/2/${service}`, {
    method: "POST",
    body: encodeCall(method, params),
  });
  const answer = decodeResponse(new Uint8Array(await response.arrayBuffer()));
  return "value" in answer ? answer.value : `${answer.fault.code} ${answer.fault.text}`;
}

const count = (server: OdooSimulator, uid: RpcInput, secret: string) =>
  rpc(server, "object", "execute_kw", ["odoo", uid, secret, "res.users", "search_count", [[]]]);

const authenticate = (server: OdooSimulator, login: string, secret: string, db = "odoo") =>
  rpc(server, "common", "authenticate", [db, login, secret, {}]);

Deno.test("authenticate() takes the password and any API key of the user, and says False to all else", async () => {
  const server = new OdooSimulator();
  const key = server.addApiKey("demo", "nightly");
  assertMatch(key, /^[0-9a-f]{40}$/);
  assertEquals(await authenticate(server, "admin", "admin"), 2);
  assertEquals(await authenticate(server, "admin", server.config.apiKey), 2);
  assertEquals(await authenticate(server, "demo", key), 6);
  for (const [login, secret] of [["ADMIN", "admin"], ["admin", key], ["admin", ""], ["x", "x"]]) {
    assertEquals(await authenticate(server, login ?? "", secret ?? ""), false);
  }
});

Deno.test("a database that is not there is a fault with PostgreSQL's words", async () => {
  const answer = await authenticate(new OdooSimulator(), "admin", "admin", "nodb");
  assertMatch(String(answer), /^1 Traceback/);
  assertMatch(
    String(answer),
    /psycopg2\.OperationalError: .*FATAL: {2}database "nodb" does not exist\n\n$/,
  );
});

Deno.test("execute_kw with a wrong secret, no user or the superuser is fault 3, with an unknown user fault 2", async () => {
  const server = new OdooSimulator();
  const { apiKey } = server.config;
  for (const [uid, secret] of [[2, "wrong"], [2, ""], [false, apiKey], [1, apiKey], [6, apiKey]]) {
    assertEquals(await count(server, uid ?? null, String(secret)), "3 Access Denied");
  }
  assertEquals(
    await count(server, 99999, apiKey),
    "2 Record does not exist or has been deleted.\n(Record: res.users(99999,), User: 99999)",
  );
  for (const uid of [2, "2"]) assertEquals(await count(server, uid, apiKey), 2);
  assertMatch(
    String(await count(server, "abc", apiKey)),
    /ValueError: invalid literal for int\(\) with base 10: 'abc'/,
  );
  assertMatch(
    String(await count(server, null, apiKey)),
    /TypeError: int\(\) argument must be a string, a bytes-like object or a real number, not 'NoneType'/,
  );
});

Deno.test("a revoked key stops to work at once, and other keys go on", async () => {
  const server = new OdooSimulator();
  const key = server.addApiKey("admin", "old");
  assertEquals(await count(server, 2, key), 2);
  server.revokeApiKey(key);
  assertEquals(await count(server, 2, key), "3 Access Denied");
  assertEquals(await authenticate(server, "admin", key), false);
  assertEquals(await count(server, 2, server.config.apiKey), 2);
  assertThrows(() => server.revokeApiKey(key), TypeError, "nobody has");
  assertThrows(() => server.addApiKey("nobody", "x"), TypeError, '"nobody"');
});

Deno.test("Odoo 14 pauses logins after ten failures for a minute, also for the right key", async () => {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const server = new OdooSimulator({}, { version: 14, clock: () => new Date(now) });
  const fresh = server.addApiKey("admin", "fresh");
  assertEquals(await count(server, 2, server.config.apiKey), 2);
  for (let tries = 0; tries < 10; tries++) {
    assertEquals(await authenticate(server, "admin", "wrong"), false);
  }
  assertEquals(await authenticate(server, "admin", fresh), false);
  assertEquals(
    await count(server, 2, fresh),
    "3 Too many login failures, please wait a bit before trying again.",
  );
  // A secret that has been used before is in Odoo's cache
  assertEquals(await count(server, 2, server.config.apiKey), 2);
  now += 60_000;
  assertEquals(await authenticate(server, "admin", fresh), 2);
});

Deno.test("17 and 19 do not count failures over RPC", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  for (let tries = 0; tries < 12; tries++) await authenticate(server, "admin", "wrong");
  assertEquals(await authenticate(server, "admin", "admin"), 2);
});

Deno.test("no secret shows in calls, in faults or in an inspected simulator", async () => {
  const server = new OdooSimulator();
  const { apiKey } = server.config;
  const odoo = await server.connect();
  await odoo.executeKw("res.users", "write", [[2], { password: "hunter2-new" }]);
  await odoo.executeKw("res.partner", "search_count", [[["ref", "=", apiKey]]]);
  await authenticate(server, "admin", "s3cret-wrong");
  const fault = await rpc(server, "object", "execute_kw", ["odoo", 2, apiKey, "res.partner", "x"]);
  const shown = [
    Deno.inspect(server, { depth: 20, showHidden: true }),
    JSON.stringify(server.calls),
    Deno.inspect(server.calls, { depth: 20 }),
    String(fault),
  ].join("\n");
  for (const secret of [apiKey, "hunter2-new", "s3cret-wrong"]) {
    assertFalse(shown.includes(secret), secret);
  }
  assertEquals(await authenticate(server, "admin", "hunter2-new"), 2);
  assertEquals(await authenticate(server, "admin", "admin"), false);
  assertEquals(await odoo.executeKw("res.users", "read", [[2], ["password"]]), [{
    id: 2,
    password: "",
  }]);
});

Deno.test("calls hide a key in the midst of a text or in a wrong place, and master passwords", async () => {
  const server = new OdooSimulator();
  const { apiKey } = server.config;
  await rpc(server, "object", "execute_kw", ["odoo", 2, "admin", apiKey, apiKey, [
    `key: ${apiKey}.`,
  ]]);
  await rpc(server, "db", "drop", ["s3cret", "odoo"]);
  const seen = JSON.stringify(server.calls);
  assertEquals([seen.includes(apiKey), seen.includes("s3cret")], [false, false]);
  assertEquals(server.calls.map(({ model, args }) => [model, ...args]), [
    ["***", "key: ***."],
    ["", "***", "***"],
  ]);
});

Deno.test("calls tell what was called, by whom and with what", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  await odoo.executeKw("res.partner", "search_count", [[["id", "=", 1]]], { limit: 3 });
  assertEquals(server.calls.map(({ service, method }) => `${service}.${method}`).toSorted(), [
    "common.authenticate",
    "common.version",
    "object.search_count",
  ]);
  const { model, args, kwargs, uid } = server.calls.at(-1) ?? {};
  assertEquals([model, args, kwargs?.["limit"], uid], ["res.partner", [[["id", "=", 1]]], 3, 2]);
});

Deno.test("keys of a user are listed without their secrets, and can be neither made nor deleted by RPC", async () => {
  const server = new OdooSimulator();
  server.addApiKey("demo", "of demo");
  const odoo = await server.connect();
  const keys = await odoo.executeKw("res.users.apikeys", "search_read", [[], ["name", "user_id"]]);
  assertEquals(keys, [
    { id: 1, name: "odeno", user_id: [2, "Mitchell Admin"] },
    { id: 2, name: "of demo", user_id: [6, "Marc Demo"] },
  ]);
  const demo = await connect({
    ...server.config,
    username: "demo",
    apiKey: server.addApiKey("demo", "b"),
  });
  assertEquals(await demo.executeKw("res.users.apikeys", "search_count", [[]]), 2);
  for (const [method, args] of [["create", [{ name: "x" }]], ["unlink", [[1]]]] as const) {
    await assertRejects(
      () => odoo.executeKw("res.users.apikeys", method, args),
      Error,
      "No group currently allows this operation.",
    );
  }
});

Deno.test("a demo user may keep partners, and may not read external ids since 17", async () => {
  for (const version of [14, 17, 19] as const) {
    const server = new OdooSimulator({}, { version });
    const apiKey = server.addApiKey("demo", "test");
    const odoo = await connect({ ...server.config, username: "demo", apiKey });
    const id = await odoo.executeKw("res.partner", "create", [{ name: "Ana" }]);
    await odoo.executeKw("res.partner", "write", [[Number(id)], { city: "Gent" }]);
    const lookUp = () => odoo.executeKw("ir.model.data", "search_count", [[["name", "=", "be"]]]);
    if (version === 14) assertEquals(await lookUp(), 1);
    else {
      await assertRejects(
        lookUp,
        Error,
        "You are not allowed to access 'Model Data' (ir.model.data) records.",
      );
    }
    const [metadata] = await odoo.executeKw<{ xmlid: string }[]>("res.country", "get_metadata", [[
      20,
    ]]);
    assertEquals(metadata?.xmlid, "base.be");
  }
});

Deno.test("connect() refuses a wrong key with an OdooAuthError", async () => {
  const server = new OdooSimulator();
  await assertRejects(() => connect({ ...server.config, apiKey: "0".repeat(40) }), OdooAuthError);
});
