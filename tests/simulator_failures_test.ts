import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import {
  type Failure,
  type Fetch,
  OdooSimulator,
  type Running,
  type Version,
} from "../lib/testing/mod.ts";
import {
  connect,
  OdooAuthError,
  OdooError,
  OdooNetworkError,
  OdooServerError,
  OdooTimeoutError,
} from "../mod.ts";
import { send, type Wire, wiresOf } from "./conformance/wires.ts";

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

/** Failures that a client sees at once, and what is in its error. */
const VISIBLE: readonly (readonly [failure: Failure, text: string])[] = [
  [{ kind: "disconnect" }, "connection closed before message completed"],
  [{ kind: "bad-gateway" }, '502 and a page titled "502 Bad Gateway"'],
  [{ kind: "unavailable" }, "503"],
  [{ kind: "gateway-timeout" }, "504"],
  [{ kind: "maintenance" }, 'titled "Maintenance"'],
  [{ kind: "too-many-requests" }, "429"],
  [{ kind: "too-large" }, "413"],
  [{ kind: "pool-full", page: true }, "500"],
  [{ kind: "redirect" }, "set ODOO_URL=https://"],
  [{ kind: "redirect", to: "/web/login" }, "/web/login, which is not an RPC endpoint"],
  [{ kind: "truncated" }, "error reading a body from connection"],
  [{ kind: "truncated", bytes: 0 }, "error reading a body from connection"],
  [{ kind: "truncated", bytes: 30, silently: true }, "Cannot read the XML-RPC answer"],
  [{ kind: "empty" }, "answered with nothing"],
  [{ kind: "garbage" }, "gzip"],
  [{ kind: "serialization" }, "could not serialize access due to concurrent update"],
  [{ kind: "pool-full" }, "The Connection Pool Is Full"],
  [{ kind: "cooldown" }, "Too many login failures"],
  [{ kind: "exception", type: "odoo.exceptions.AccessError", message: "Not for you" }, "for you"],
];

Deno.test("failNext() shows each failure in memory as over a socket", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  for (const config of [server.config, running.config]) {
    const odoo = await connect({ ...config, retries: 0 });
    for (const [failure, text] of VISIBLE) {
      server.failNext(failure);
      const count = () => odoo.executeKw("res.partner", "search_count", [[]]);
      const error = await assertRejects(count, OdooError);
      assertStringIncludes(error.message, text, `${config.url} ${failure.kind}`);
    }
    assertEquals(await odoo.executeKw("res.partner", "search_count", [[["id", "=", 1]]]), 1);
  }
});

Deno.test("failNext() tells exceptions in the words of each protocol", async () => {
  const name = "psycopg2.errors.SerializationFailure";
  const text = "could not serialize access due to concurrent update";
  for (const version of [14, 17, 19] as const) {
    for (const wire of wiresOf(version)) {
      const { server, count } = caller(version, wire);
      server.failNext({ kind: "serialization" });
      assertEquals(trimmed(await count()), {
        fault: {
          xmlrpc: { code: 1, text: `${name}: ${text}` },
          jsonrpc: { name, message: text },
          json2: { status: 500, name, message: text },
        }[wire],
      });
      server.failNext({ kind: "fault", code: 4, text: "No" });
      const access = { name: "odoo.exceptions.AccessError", message: "No" };
      assertEquals(await count(), {
        fault: {
          xmlrpc: { code: 4, text: "No" },
          jsonrpc: access,
          json2: { status: 403, ...access },
        }[wire],
      });
    }
  }
});

Deno.test("failNext() lets a key expire: it is refused from then on, over each protocol", async () => {
  const denied = { name: "odoo.exceptions.AccessDenied", message: "Access Denied" };
  const unauthorized = {
    status: 401,
    name: "werkzeug.exceptions.Unauthorized",
    message: "Invalid apikey",
  };
  for (const version of [14, 17, 19] as const) {
    for (const wire of wiresOf(version)) {
      const { server, count } = caller(version, wire);
      assertEquals(await count(), { value: 1 });
      server.failNext({ kind: "key-expired" });
      const expected = {
        xmlrpc: { code: 3, text: "Access Denied" },
        jsonrpc: denied,
        json2: unauthorized,
      }[wire];
      assertEquals(await count(), { fault: expected });
      assertEquals(await count(), { fault: expected });
      await assertRejects(() => connect(server.config), OdooAuthError);
      server.reset();
      assertEquals(await count(), { value: 1 });
    }
  }
});

Deno.test("failNext() makes a password worthless too", async () => {
  const server = new OdooSimulator();
  const { apiKey: _key, ...config } = server.config;
  const odoo = await connect({ ...config, password: "admin" });
  const fresh = server.snapshot();
  server.failNext({ kind: "key-expired" });
  const count = () => odoo.executeKw("res.partner", "search_count", [[["id", "=", 1]]]);
  await assertRejects(count, OdooAuthError);
  server.restore(fresh);
  assertEquals(await count(), 1);
  server.failNext({ kind: "key-expired" }, { method: "authenticate" });
  await assertRejects(() => connect({ ...config, password: "admin" }), OdooAuthError);
  await assertRejects(count, OdooAuthError);
});

Deno.test("failNext() commits long after the client has given up", async () => {
  const server = new OdooSimulator();
  const odoo = await connect({ ...server.config, timeoutMs: 1000 });
  const there = () => server.records("res.partner").filter(({ name }) => name === "Late").length;
  using time = new FakeTime();
  server.failNext({ kind: "late-commit", ms: 5000 }, { method: "create" });
  const create = assertRejects(
    () => odoo.executeKw("res.partner", "create", [{ name: "Late" }]),
    OdooTimeoutError,
  );
  while (server.calls.at(-1)?.method !== "create") await time.runMicrotasks();
  await time.tickAsync(1000);
  await create;
  assertEquals([there(), server.calls.at(-1)?.ms], [0, undefined]);
  await time.tickAsync(4999);
  assertEquals(there(), 0);
  await time.tickAsync(1);
  await time.runMicrotasks();
  assertEquals([there(), server.calls.at(-1)?.ms], [1, 6000]);
});

Deno.test("reset() calls off a commit that is still to come", async () => {
  const server = new OdooSimulator();
  const odoo = await connect({ ...server.config, timeoutMs: 10 });
  server.failNext({ kind: "late-commit", ms: 20 }, { method: "create" });
  await assertRejects(() => odoo.executeKw("res.partner", "create", [{ name: "Late" }]));
  server.reset();
  using time = new FakeTime();
  await time.tickAsync(100);
  assertEquals(server.records("res.partner").some(({ name }) => name === "Late"), false);
});

Deno.test("failNext() commits after a client on the other side of a socket has hung up", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  const odoo = await connect({ ...running.config, timeoutMs: 50 });
  server.failNext({ kind: "late-commit", ms: 0 }, { method: "create" });
  await assertRejects(
    () => odoo.executeKw("res.partner", "create", [{ name: "Late" }]),
    OdooTimeoutError,
  );
  while (server.calls.at(-1)?.result === undefined) await new Promise((go) => setTimeout(go, 5));
  assert(server.records("res.partner").some(({ name }) => name === "Late"));
});

Deno.test("failNext() ends waits when the client gives up", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  for (const failure of [{ kind: "latency", ms: 1e6 }, { kind: "drip", ms: 1e6 }] as const) {
    server.failNext(failure);
    const giving = new AbortController();
    const call = { model: "res.partner", method: "search_count", args: [[]] };
    const result = odoo.call(call, { signal: giving.signal });
    while (server.calls.at(-1)?.failure !== failure) await new Promise((go) => setTimeout(go, 1));
    giving.abort(new Error("enough"));
    await assertRejects(() => result, Error, "enough");
  }
  // A call that takes its time goes on without its caller
  server.reset();
});

Deno.test("failNext() lets an answer drip", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  for (const [fetch, url] of waysTo(server, running)) {
    server.failNext({ kind: "drip", ms: 1, bytes: 50 });
    const response = await version(fetch, url);
    const sizes: number[] = [];
    for await (const { length } of response.body ?? []) sizes.push(length);
    assert(sizes.length > 3, `${sizes}`);
    assertEquals(sizes[0], 50);
  }
});

Deno.test("failNext() runs the call behind a lost answer only where it says so", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const kinds = ["bad-gateway", "unavailable", "gateway-timeout", "disconnect"] as const;
  for (const kind of kinds) {
    for (const afterCommit of [false, true]) {
      server.failNext({ kind, afterCommit });
      const name = `${kind} ${afterCommit}`;
      await assertRejects(
        () => odoo.executeKw("res.partner", "create", [{ name }]),
        OdooNetworkError,
      );
      const found = server.records("res.partner").some((partner) => partner["name"] === name);
      assertEquals(found, afterCommit, name);
    }
  }
});

Deno.test("failNext() sends the headers that belong to a failure", async () => {
  const server = new OdooSimulator();
  const { url } = server.config;
  const header = async (failure: Failure, name: string) => {
    server.failNext(failure);
    return (await version(server.fetch, url)).headers.get(name);
  };
  assertEquals(await header({ kind: "too-many-requests" }, "retry-after"), "30");
  assertEquals(await header({ kind: "too-many-requests", retryAfter: 5 }, "retry-after"), "5");
  assertEquals(await header({ kind: "maintenance" }, "retry-after"), "120");
  assertEquals(await header({ kind: "bad-gateway" }, "server"), "nginx");
  assertEquals(
    await header({ kind: "redirect", to: "/web/login", status: 303 }, "location"),
    "/web/login",
  );
});

/** The `fetch` of a simulator and of a network, each with an address for it. */
function waysTo(server: OdooSimulator, running: Running): [Fetch, string][] {
  return [[server.fetch, server.config.url], [fetch, running.url]];
}

/** A simulator, and how to count one record over a protocol. */
function caller(version: Version, wire: Wire) {
  const server = new OdooSimulator({}, { version });
  const { url, db, apiKey } = server.config;
  const count = () =>
    send(wire, { url, db, version, fetch: server.fetch }, { uid: 2, secret: apiKey }, {
      model: "res.partner",
      method: "search_count",
      args: [[["id", "=", 1]]],
      kwargs: {},
    });
  return { server, count };
}

/** The message of this exception ends in a line break, as PostgreSQL has it. */
function trimmed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('\\n"', '"'));
}

function version(fetch: Fetch, url: string): Promise<Response> {
  return fetch(`${url}/xmlrpc/2/common`, {
    method: "POST",
    body: "<methodCall><methodName>version</methodName></methodCall>",
    redirect: "manual",
  });
}
