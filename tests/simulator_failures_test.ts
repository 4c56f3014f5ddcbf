import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { connect, OdooNetworkError, OdooServerError, OdooTimeoutError } from "../mod.ts";

Deno.test("failNext() makes the next call fail with a fault, which does not run", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  server.failNext({ kind: "fault", code: 2, text: "Not today" });
  const create = () => odoo.executeKw("res.partner", "create", [{ name: "Ana" }]);
  const before = server.records("res.partner").length;
  await assertRejects(create, OdooServerError, "Not today");
  assertEquals(server.records("res.partner").length, before);
  await create();
  assertEquals(server.records("res.partner").length, before + 1);
});

Deno.test("failNext() waits for the call that it is meant for", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  server.failNext({ kind: "fault", code: 4, text: "one" }, { method: "write" });
  server.failNext({ kind: "fault", code: 4, text: "two" }, ({ model }) => model === "res.country");
  await odoo.executeKw("res.partner", "search_count", [[]]);
  await assertRejects(() => odoo.executeKw("res.country", "search", [[]]), OdooServerError, "two");
  await assertRejects(
    () => odoo.executeKw("res.partner", "write", [[1], {}]),
    OdooServerError,
    "one",
  );
});

Deno.test("failNext() answers with any HTTP status, body and headers", async () => {
  const server = new OdooSimulator();
  server.failNext({
    kind: "http",
    status: 502,
    body: "<html>Bad Gateway</html>",
    headers: { "x-proxy": "yes" },
  });
  const response = await server.fetch(`${server.config.url}/xmlrpc/2/db`, {
    method: "POST",
    body: "<methodCall><methodName>list</methodName></methodCall>",
  });
  assertEquals([response.status, response.headers.get("x-proxy")], [502, "yes"]);
  assertStringIncludes(await response.text(), "Bad Gateway");
});

Deno.test("failNext() cuts the connection before the call, or after it is done", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const names = () => server.records("res.partner").map(({ name }) => name);
  for (const afterCommit of [false, true]) {
    server.failNext({ kind: "disconnect", afterCommit }, { method: "create" });
    const name = `cut ${afterCommit}`;
    await assertRejects(
      () => odoo.executeKw("res.partner", "create", [{ name }]),
      OdooNetworkError,
    );
    assertEquals(names().includes(name), afterCommit);
  }
});

Deno.test("failNext() never answers, until the caller gives up", async () => {
  const server = new OdooSimulator();
  const odoo = await connect({ ...server.config, timeoutMs: 30 });
  server.failNext({ kind: "timeout" }, { method: "write" });
  await assertRejects(() => odoo.executeKw("res.partner", "write", [[1], {}]), OdooTimeoutError);
});

Deno.test("fetch() of a simulator rejects when the caller has given up already", async () => {
  const { fetch, config } = new OdooSimulator();
  await assertRejects(
    () => fetch(config.url, { signal: AbortSignal.abort(new Error("gone")) }),
    Error,
    "gone",
  );
});

Deno.test("serve() answers over the network until it is disposed of", async () => {
  const server = new OdooSimulator();
  let url = "";
  {
    await using running = server.serve();
    url = running.url;
    const odoo = await connect(running.config);
    assertEquals(await odoo.executeKw("res.partner", "read", [[1], ["name"]]), [
      { id: 1, name: "YourCompany" },
    ]);
    server.failNext({ kind: "disconnect" });
    await assertRejects(
      () => odoo.executeKw("res.partner", "read", [[1], ["name"]]),
      OdooNetworkError,
    );
  }
  await assertRejects(() => fetch(url), TypeError);
});

Deno.test("failNext() cuts a call that Odoo refuses, too, after it has run", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  server.failNext({ kind: "disconnect", afterCommit: true }, { method: "write" });
  await assertRejects(
    () => odoo.executeKw("res.partner", "write", [[999_999], {}]),
    OdooNetworkError,
  );
});

Deno.test("failNext() answers with statuses that have no body", async () => {
  const server = new OdooSimulator();
  server.failNext({ kind: "http", status: 304 });
  const body = "<methodCall><methodName>list</methodName></methodCall>";
  const response = await server.fetch(`${server.config.url}/xmlrpc/2/db`, { method: "POST", body });
  assertEquals(response.status, 304);
});

Deno.test("serve() ends at once, also while a call waits for an answer that never comes", async () => {
  const server = new OdooSimulator();
  server.failNext({ kind: "timeout" });
  const running = server.serve();
  const body = "<methodCall><methodName>list</methodName></methodCall>";
  const waiting = assertRejects(async () => {
    const response = await fetch(`${running.url}/xmlrpc/2/db`, { method: "POST", body });
    await response.text();
  });
  while (server.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await running[Symbol.asyncDispose]();
  await waiting;
});
