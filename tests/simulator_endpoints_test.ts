import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";

const VERSIONS = [14, 17, 19] as const;
const JSON_TYPE = { "content-type": "application/json" };

Deno.test("JSON-RPC, JSON-2 and XML-RPC share one database", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  const { db, apiKey } = server.config;
  const created = await json2(server, "res.partner/create", { vals_list: [{ name: "Ana" }] });
  assertEquals(created.status, 200);
  const [id] = await created.json();
  const args = [db, 2, apiKey, "res.partner", "read", [[id], ["name"]]];
  const { result } = await rpc(server, "object", "execute_kw", args);
  assertEquals(result, [{ id, name: "Ana" }]);
  const odoo = await server.connect();
  assertEquals(await odoo.executeKw("res.partner", "read", [[id], ["name"]]), [{
    id,
    name: "Ana",
  }]);
});

Deno.test("calls and failures are those of all protocols", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  const { db, apiKey } = server.config;
  const before = server.calls.length;
  await json2(server, "res.partner/search_count", { domain: [] });
  await rpc(server, "object", "execute_kw", [db, 2, apiKey, "res.partner", "search_count", [[]]]);
  const noted = server.calls.slice(before).map(({ model, method }) => `${model}.${method}`);
  assertEquals(noted, ["res.partner.search_count", "res.partner.search_count"]);
  assert(!JSON.stringify(server.calls).includes(apiKey));
  server.failNext({ kind: "http", status: 502 });
  assertEquals((await json2(server, "res.partner/search_count", { domain: [] })).status, 502);
  server.failNext({ kind: "fault", code: 2, text: "No" });
  const refused = await json2(server, "res.partner/search_count", { domain: [] });
  assertEquals(refused.status, 422);
  assertEquals((await refused.json()).message, "No");
});

Deno.test("14 escapes what is not ASCII, 17 and 19 send it as it is", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({ "res.partner": [{ id: 1, name: "é🎉" }] }, { version });
    const { db, apiKey } = server.config;
    const args = [db, 2, apiKey, "res.partner", "read", [[1], ["name"]]];
    const response = await post(server, "/jsonrpc", call("object", "execute_kw", args));
    const text = await response.text();
    assert(text.includes(version === 14 ? "\\u00e9\\ud83c\\udf89" : "é🎉"), text);
    assertEquals(JSON.parse(text).result[0].name, "é🎉");
  }
});

Deno.test("an answer of None has no result in JSON-RPC, and is null in JSON-2", async () => {
  const server = new OdooSimulator({ "res.partner": [{ id: 1, name: "Ana" }] }, { version: 19 });
  const { db, apiKey } = server.config;
  const args = [db, 2, apiKey, "res.partner", "action_archive", [[1]]];
  const answer = await rpc(server, "object", "execute_kw", args);
  assertEquals(Object.keys(answer).sort(), ["id", "jsonrpc"]);
  const response = await json2(server, "res.partner/action_archive", { ids: [1] });
  assertEquals([response.status, await response.json()], [200, null]);
});

Deno.test("errors in JSON have a traceback, and none where a secret was refused in 19", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const { db, apiKey } = server.config;
    const wrong = [db, 2, apiKey, "res.partner", "nope", [[]]];
    const { error } = await rpc(server, "object", "execute_kw", wrong);
    assertEquals(error.code, version === 19 ? 0 : 200);
    assertEquals(error.data.name, "builtins.AttributeError");
    assertMatch(error.data.debug, /^Traceback .*AttributeError: /s);
    const denied = await rpc(server, "object", "execute_kw", [
      db,
      2,
      "x",
      "res.partner",
      "nope",
      [],
    ]);
    assertEquals(denied.error.data.debug.startsWith("Traceback"), version !== 19);
  }
});

Deno.test("/doc-bearer tells administrators of 19 the models, their fields and methods", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  const get = (name: string, key: string) =>
    server.fetch(`${server.config.url}/doc-bearer/${name}.json`, {
      headers: { authorization: `bearer ${key}` },
    });
  const index = await (await get("index", server.config.apiKey)).json();
  const partner = index.models.find(({ model }: { model: string }) => model === "res.partner");
  assertEquals(partner.fields.name, { string: "Name" });
  assert(partner.methods.includes("search_read"));
  const response = await get("res.partner", server.config.apiKey);
  assertEquals(response.headers.get("cache-control"), "no-cache, private");
  const { model, doc, fields, methods } = await response.json();
  assertEquals([model, doc, fields.name.type], ["res.partner", null, "char"]);
  assertEquals(methods.search.signature, "(domain, offset=0, limit=None, order=None) -> list[int]");
  assertEquals(methods.search.parameters, {
    domain: {},
    offset: { default: 0 },
    limit: { default: null },
    order: { default: null },
  });
  assertEquals(methods.search.api, ["model", "readonly"]);
  assertEquals((await get("no.model", server.config.apiKey)).status, 404);
  assertEquals((await get("index", "0".repeat(40))).status, 401);
  assertEquals((await get("index", server.addApiKey("demo", "x"))).status, 403);
});

Deno.test("the password counts for ten minutes of the simulator's clock", async () => {
  for (const version of VERSIONS) {
    let now = Date.parse("2026-01-01T12:00:00Z");
    const server = new OdooSimulator({}, { version, clock: () => new Date(now) });
    const session = await signIn(server, "demo", "demo");
    const wizard = () => session("res.users", "api_key_wizard", [[6]]);
    const first = await wizard();
    assertEquals(first.result.res_model, "res.users.identitycheck");
    const id = first.result.res_id;
    if (version !== 19) {
      await session("res.users.identitycheck", "write", [[id], { password: "demo" }]);
    }
    const context = version === 19 ? { password: "demo" } : {};
    await session("res.users.identitycheck", "run_check", [[id]], { context });
    assertEquals((await wizard()).result.res_model, "res.users.apikeys.description");
    now += 9 * 60_000;
    assertEquals((await wizard()).result.res_model, "res.users.apikeys.description");
    now += 2 * 60_000;
    assertEquals((await wizard()).result.res_model, "res.users.identitycheck");
  }
});

Deno.test("a key of 19 is refused when its time is over", async () => {
  let now = Date.parse("2026-01-01T12:00:00Z");
  const server = new OdooSimulator({}, { version: 19, clock: () => new Date(now) });
  const session = await signIn(server, "admin", "admin");
  const { result } = await session("res.users", "api_key_wizard", [[2]]);
  const context = { password: "admin" };
  await session("res.users.identitycheck", "run_check", [[result.res_id]], { context });
  const made = await session("res.users.apikeys.description", "create", [{
    name: "short",
    duration: "1",
  }]);
  const shown = await session("res.users.apikeys.description", "make_key", [[made.result]]);
  const key = shown.result.context.default_key;
  const status = async () => (await json2(server, "res.users/context_get", {}, key)).status;
  assertEquals(await status(), 200);
  now = Date.parse("2026-01-02T00:00:01Z");
  assertEquals(await status(), 401);
  const { db } = server.config;
  assertEquals((await rpc(server, "common", "authenticate", [db, "admin", key, {}])).result, false);
});

Deno.test("a key that a test makes can have an end in 19", async () => {
  let now = Date.parse("2026-01-01T12:00:00Z");
  const server = new OdooSimulator({}, { version: 19, clock: () => new Date(now) });
  const expiresAt = new Date("2026-01-01T13:00:00Z");
  const key = server.addApiKey("demo", "short", { expiresAt });
  assertEquals((await json2(server, "res.users/context_get", {}, key)).status, 200);
  now += 61 * 60_000;
  assertEquals((await json2(server, "res.users/context_get", {}, key)).status, 401);
  assertThrows(
    () => new OdooSimulator().addApiKey("demo", "short", { expiresAt }),
    TypeError,
    "17",
  );
});

Deno.test("a session ends with its password", async () => {
  const server = new OdooSimulator();
  const session = await signIn(server, "demo", "demo");
  assertEquals((await session("res.users", "context_get", [])).error, undefined);
  const odoo = await server.connect();
  const [demo = 0] = await odoo.executeKw<number[]>("res.users", "search", [[[
    "login",
    "=",
    "demo",
  ]]]);
  await odoo.executeKw("res.users", "write", [[demo], { password: "other" }]);
  assertEquals((await session("res.users", "context_get", [])).error.code, 100);
});

Deno.test("the web client pauses after ten failed sign-ins, and RPC of 17 and 19 does not", async () => {
  for (const version of VERSIONS) {
    let now = 0;
    const server = new OdooSimulator({}, { version, clock: () => new Date(now) });
    const { db } = server.config;
    const path = "/web/session/authenticate";
    const enter = async (password: string) => {
      const body = JSON.stringify({ params: { db, login: "demo", password } });
      return (await post(server, path, body)).json();
    };
    for (let tries = 0; tries < 10; tries++) await enter("wrong");
    assertEquals(
      (await enter("demo")).error.data.message,
      "Too many login failures, please wait a bit before trying again.",
    );
    const { result } = await rpc(server, "common", "authenticate", [db, "demo", "demo", {}]);
    assertEquals(typeof result, version === 14 ? "boolean" : "number");
    now += 61_000;
    assertEquals((await enter("demo")).result.username, "demo");
  }
});

Deno.test("master passwords are refused, whatever they are", async () => {
  const server = new OdooSimulator();
  for (const method of ["drop", "dump", "create_database", "rename", "change_admin_password"]) {
    const { error } = await rpc(server, "db", method, ["admin", "odoo"]);
    assertEquals(error.data.name, "odoo.exceptions.AccessDenied");
  }
  assertEquals((await rpc(server, "db", "list", [])).result, ["odoo"]);
});

Deno.test("JSON deeper than Python's stack is refused as each version does", async () => {
  const deep = `{"id": 1, "params": ${"[".repeat(2000)}${"]".repeat(2000)}}`;
  for (const version of VERSIONS) {
    const response = await post(new OdooSimulator({}, { version }), "/jsonrpc", deep);
    const text = await response.text();
    assertEquals(response.status, version === 14 ? 500 : 200);
    if (version === 14) continue;
    const { id, error } = JSON.parse(text);
    assertEquals([id, error.data.name], [null, "builtins.RecursionError"]);
  }
});

function call(service: string, method: string, args: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, params: { service, method, args } });
}

function post(server: OdooSimulator, path: string, body: string): Promise<Response> {
  return server.fetch(server.config.url + path, { method: "POST", headers: JSON_TYPE, body });
}

async function rpc(server: OdooSimulator, service: string, method: string, args: unknown) {
  return (await post(server, "/jsonrpc", call(service, method, args))).json();
}

function json2(
  server: OdooSimulator,
  path: string,
  body: unknown,
  key = server.config.apiKey,
): Promise<Response> {
  return server.fetch(`${server.config.url}/json/2/${path}`, {
    method: "POST",
    headers: { ...JSON_TYPE, authorization: `bearer ${key}` },
    body: JSON.stringify(body),
  });
}

/** Signs in, and calls methods in that session. */
async function signIn(server: OdooSimulator, login: string, password: string) {
  const { db, url } = server.config;
  const body = JSON.stringify({ params: { db, login, password } });
  const response = await post(server, "/web/session/authenticate", body);
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  await response.body?.cancel();
  return async (model: string, method: string, args: unknown[], kwargs: object = {}) => {
    const answer = await server.fetch(`${url}/web/dataset/call_kw`, {
      method: "POST",
      headers: { ...JSON_TYPE, cookie },
      body: JSON.stringify({ params: { model, method, args, kwargs } }),
    });
    return await answer.json();
  };
}
