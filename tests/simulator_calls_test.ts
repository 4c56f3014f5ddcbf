import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { OdooSimulator, UnhandledCallError } from "../lib/testing/mod.ts";
import { connect, OdooNetworkError, OdooServerError, OdooTimeoutError } from "../mod.ts";

Deno.test("calls tell what came of each call, and who made it", async () => {
  const server = new OdooSimulator({}, { clock: () => new Date("2026-01-01T10:00:00Z") });
  const odoo = await server.connect();
  await odoo.executeKw("res.partner", "search_count", [[["id", "=", 1]]]);
  const { protocol, login, uid, result, fault, failure, ms } = server.calls.at(-1) ?? {};
  assertEquals([protocol, login, uid, result, fault, failure, ms], [
    "xmlrpc",
    "admin",
    2,
    1,
    undefined,
    undefined,
    0,
  ]);
  assertEquals(server.calls.find(({ method }) => method === "authenticate")?.login, "admin");
});

Deno.test("calls tell faults, failures, and None as null", async () => {
  const server = new OdooSimulator();
  const odoo = await connect({ ...server.config, retries: 0 });
  await assertRejects(() => odoo.executeKw("res.partner", "unlink", [[999_999]]), OdooServerError);
  assertEquals(server.calls.at(-1)?.fault?.type, "odoo.exceptions.MissingError");
  await odoo.executeKw("res.partner", "action_archive", [[1]]).catch(() => {});
  assertEquals(server.calls.at(-1)?.result, null);
  server.failNext({ kind: "bad-gateway", afterCommit: true });
  await odoo.executeKw("res.partner", "search_count", [[["id", "=", 1]]]).catch(() => {});
  const { failure, result } = server.calls.at(-1) ?? {};
  assertEquals([failure?.kind, result], ["bad-gateway", 0]);
});

Deno.test("message_post() takes its text by name only, as the real one does", async () => {
  for (const version of [14, 17, 19] as const) {
    for (const protocol of ["xmlrpc", "jsonrpc"] as const) {
      const odoo = await connect({ ...new OdooSimulator({}, { version }).config, protocol });
      await assertRejects(
        () => odoo.executeKw("res.partner", "message_post", [[1], "Hello"]),
        OdooServerError,
        "takes 1 positional argument but 2 were given",
      );
      await odoo.executeKw("res.partner", "message_post", [[1]], { body: "Hello" });
    }
  }
});

Deno.test("calls come over every protocol", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  const { url, db, apiKey } = server.config;
  const post = (path: string, body: unknown) =>
    server.fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `bearer ${apiKey}` },
      body: JSON.stringify(body),
    });
  await post("/json/2/res.partner/search_count", { domain: [["id", "=", 1]] });
  const args = [db, 2, apiKey, "res.partner", "search_count", [[["id", "=", 1]]]];
  await post("/jsonrpc", {
    jsonrpc: "2.0",
    id: 1,
    params: { service: "object", method: "execute_kw", args },
  });
  assertEquals(
    server.calls.map(({ protocol, login, model, method, result }) => [
      protocol,
      login,
      model,
      method,
      result,
    ]),
    [
      ["json2", "admin", "res.partner", "search_count", 1],
      ["jsonrpc", "admin", "res.partner", "search_count", 1],
    ],
  );
  assertFalse(JSON.stringify(server.calls).includes(apiKey));
});

Deno.test("calls of the web client are noted, and fail like all others", async () => {
  for (const version of [14, 17, 19] as const) {
    const server = new OdooSimulator({}, { version });
    const { url, db } = server.config;
    const signIn = () =>
      server.fetch(`${url}/web/session/authenticate`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          params: { db, login: "admin", password: "admin" },
        }),
      });
    await signIn();
    const { protocol, service, method, kwargs, login, result } = server.calls.at(-1) ?? {};
    assertEquals([protocol, service, method, kwargs, login], [
      "web",
      "web",
      "/web/session/authenticate",
      { db, login: "admin", password: "***" },
      "admin",
    ]);
    assertStringIncludes(JSON.stringify(result), '"uid":2');
    server.failNext({ kind: "maintenance" }, { service: "web" });
    assertEquals((await signIn()).status, 503);
    server.failNext({ kind: "cooldown" });
    assertStringIncludes(await (await signIn()).text(), "Too many login failures");
  }
});

Deno.test("calls keep results of up to 20,000 rows, those of the latest calls", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const rows = Array.from({ length: 3000 }, (_, index) => ({ name: `Row ${index}` }));
  await odoo.executeKw("res.partner", "create", [rows]);
  for (let call = 0; call < 8; call++) {
    await odoo.executeKw("res.partner", "search", [[["name", "like", "Row"]]]);
  }
  const searches = server.calls.filter(({ method }) => method === "search");
  assertEquals(searches.map(({ result }) => Array.isArray(result)), [
    false,
    false,
    true,
    true,
    true,
    true,
    true,
    true,
  ]);
});

Deno.test("calls do not show secrets by whatever name", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const secret = "hunter2-hunter2";
  const kwargs = { context: { default_key: secret } };
  await odoo.executeKw("res.users", "search_count", [[["password", "=", secret]]]).catch(() => {});
  await odoo.executeKw("res.partner", "search_count", [[]], kwargs);
  await odoo.executeKw("res.users", "load", [["login", "password"], [["bob", secret]]]).catch(
    () => {},
  );
  await odoo.executeKw("ir.config_parameter", "set_param", ["database.secret", secret]);
  await odoo.executeKw("res.users", "change_password", ["admin", secret]).catch(() => {});
  assertFalse(JSON.stringify(server.calls).includes(secret));
});

Deno.test("unhandled lists unknown models and methods, with what to add", async () => {
  for (const version of [14, 17, 19] as const) {
    const server = new OdooSimulator({}, { version });
    const odoo = await server.connect();
    for (let call = 0; call < 2; call++) {
      await assertRejects(() => odoo.executeKw("x.thing", "search", [[]]), OdooServerError);
    }
    await assertRejects(() => odoo.executeKw("res.partner", "do_it", [[1]]), OdooServerError);
    await assertRejects(() => odoo.executeKw("res.partner", "write", [[999_999], {}]));
    await assertRejects(() => odoo.executeKw("res.partner", "_private", [[1]]));
    assertEquals(server.unhandled.map(({ model, method, calls }) => [model, method, calls]), [
      ["x.thing", "search", 2],
      ["res.partner", "do_it", 1],
    ]);
    const [model, method] = server.unhandled.map(({ advice }) => advice);
    assertStringIncludes(model ?? "", '{ models: { "x.thing": { fields: { ... } } } }');
    assertStringIncludes(method ?? "", '{ methods: { "res.partner": { do_it: ... } } }');
    server.reset();
    assertEquals(server.unhandled, []);
  }
});

Deno.test("unhandled lists what the simulator knows of and does not do", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  await assertRejects(
    () => odoo.executeKw("res.partner", "search_panel_select_range", []),
    OdooServerError,
  );
  assertEquals(
    server.unhandled.map(({ advice }) => advice),
    [
      "The simulated Odoo has no method res.partner.search_panel_select_range; add it with new OdooSimulator({}, " +
      '{ methods: { "res.partner": { search_panel_select_range: ... } } })',
    ],
  );
});

Deno.test("unhandled leaves out what a test has asked for", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  server.failNext({ kind: "exception", type: "AttributeError", message: "no" });
  await assertRejects(() => odoo.executeKw("res.partner", "do_it", [[1]]));
  assertEquals(server.unhandled, []);
});

Deno.test("strict throws at what the simulator does not have, and at nothing else", async () => {
  const server = new OdooSimulator({}, { strict: true, version: 19 });
  const odoo = await server.connect();
  await assertRejects(
    () => odoo.executeKw("x.thing", "search", [[]]),
    UnhandledCallError,
    'The simulated Odoo has no model "x.thing"',
  );
  await assertRejects(() => odoo.executeKw("res.partner", "unlink", [[99_999]]), OdooServerError);
  const { url, apiKey } = server.config;
  await assertRejects(
    () =>
      server.fetch(`${url}/json/2/res.partner/do_it`, {
        method: "POST",
        headers: { authorization: `bearer ${apiKey}`, "content-type": "application/json" },
        body: "{}",
      }),
    UnhandledCallError,
  );
});

Deno.test("strict lists what nobody waits for any more", async () => {
  const server = new OdooSimulator({}, { strict: true });
  const odoo = await server.connect();
  server.failNext({ kind: "late-commit", ms: 0 });
  await assertRejects(
    () => odoo.executeKw("x.thing", "search", [[]], {}, { timeoutMs: 10 }),
    OdooTimeoutError,
  );
  while (server.unhandled.length === 0) await new Promise((go) => setTimeout(go));
  assertEquals(server.unhandled.map(({ model }) => model), ["x.thing"]);
});

Deno.test("strict answers with a page over a socket, which says what to add", async () => {
  await using server = new OdooSimulator({}, { strict: true }).serve();
  const odoo = await connect(server.config);
  const error = await assertRejects(
    () => odoo.executeKw("x.thing", "search", [[]]),
    OdooNetworkError,
    'HTTP 500 and a page titled "The simulated Odoo has no model "x.thing", which x.thing.search needs',
  );
  assertEquals(error.status, 500);
  const response = await fetch(`${server.url}/xmlrpc/2/object`, {
    method: "POST",
    body: "<methodCall><methodName>execute_kw</methodName><params>" +
      ["odoo", 2, "admin", "x.thing", "search"].map((param) =>
        typeof param === "number"
          ? `<param><value><int>${param}</int></value></param>`
          : `<param><value><string>${param}</string></value></param>`
      ).join("") + "</params></methodCall>",
  });
  assert((await response.text()).includes("models: { &#34;x.thing&#34;"));
});

Deno.test("calls print with what came of them, and without secrets", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  await odoo.executeKw("res.partner", "search_count", [[["id", "=", 1]]]);
  await odoo.executeKw("x.thing", "search", [[]]).catch(() => {});
  const [counted, refused] = server.calls.slice(-2).map((call) => Deno.inspect(call));
  assertStringIncludes(counted ?? "", "result: 1");
  assertStringIncludes(counted ?? "", "ms: ");
  assertStringIncludes(refused ?? "", "Object x.thing doesn't exist");
  const all = Deno.inspect(server.calls);
  assert(!all.includes("[Getter]") && !all.includes(server.config.apiKey));
});
