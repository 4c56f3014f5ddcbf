import { assertEquals, assertRejects } from "@std/assert";
import { type Fetch, OdooSimulator, type Running } from "../lib/testing/mod.ts";

const BODY = "<methodCall><methodName>version</methodName></methodCall>";

/** The `fetch` of a simulator and of a network, each with an address for it. */
function waysTo(server: OdooSimulator, running: Running): [Fetch, string][] {
  return [[server.fetch, `${server.config.url}/xmlrpc/2/common`], [
    fetch,
    `${running.url}/xmlrpc/2/common`,
  ]];
}

Deno.test("fetch() of a simulator rejects when the caller has given up already", async () => {
  const { fetch, config } = new OdooSimulator();
  await assertRejects(
    () => fetch(config.url, { signal: AbortSignal.abort(new Error("gone")) }),
    Error,
    "gone",
  );
});

Deno.test("fetch() of a simulator follows redirects as the one of a network does", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  for (const [fetch, url] of waysTo(server, running)) {
    const ask = (status: number, redirect: RequestRedirect, request = false) => {
      server.failNext({ kind: "redirect", to: "/xmlrpc/2/common", status });
      const init = { method: "POST", body: BODY, redirect };
      return request ? fetch(new Request(url, init)) : fetch(url, init);
    };
    const statuses: number[] = [];
    for (const [status, redirect] of [[301, "manual"], [301, "follow"], [308, "follow"]] as const) {
      const response = await ask(status, redirect);
      statuses.push(response.status);
      await response.body?.cancel();
    }
    assertEquals(statuses, [301, 405, 200]);
    await assertRejects(() => ask(302, "error"), TypeError);
    const again = await ask(307, "follow", true);
    assertEquals((await again.text()).includes("server_version"), true);
  }
});

Deno.test("fetch() of a simulator follows nothing but redirects", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  for (const [fetch, url] of waysTo(server, running)) {
    for (const status of [201, 300, 304, 404, 503]) {
      server.failNext({ kind: "http", status, headers: { location: "/web/login" } });
      const response = await fetch(url, { method: "POST", body: BODY });
      assertEquals(response.status, status);
      await response.body?.cancel();
    }
  }
});

Deno.test("fetch() of a simulator gives up on redirects without end", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  for (const [fetch, url] of waysTo(server, running)) {
    using _ = server.chaos({
      failure: { kind: "redirect", to: "/xmlrpc/2/common", status: 307 },
      times: 100,
    });
    await assertRejects(() => fetch(url, { method: "POST", body: BODY }), TypeError);
  }
});
