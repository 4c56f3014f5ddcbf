import { assertEquals, assertInstanceOf, assertRejects, assertStringIncludes } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import {
  connect,
  OdooAuthError,
  OdooConfigError,
  OdooNetworkError,
  OdooServerError,
} from "../mod.ts";

const PROTOCOLS = ["xmlrpc", "jsonrpc", "json2"] as const;
const QUOTED = "Traceback (most recent call last):\n" +
  '  File "client.py", line 1, in dumps\n  File "client.py", line 2, in __dump\n' +
  '  File "client.py", line 3, in dump_nil\nTypeError: cannot marshal None unless allow_none is enabled\n';

for (const protocol of PROTOCOLS) {
  Deno.test(`a word to the user that quotes a traceback is no success over ${protocol}`, async () => {
    const server = new OdooSimulator({}, { version: 19 });
    const odoo = await connect({ ...server.config, protocol });
    server.failNext({ kind: "exception", type: "odoo.exceptions.UserError", message: QUOTED });
    const error = await assertRejects(
      () => odoo.executeKw("res.partner", "write", [[1], { ref: "x" }]),
      OdooServerError,
    );
    assertEquals(error.kind, "user");
  });

  Deno.test(`an HTTP status that says nothing of the call leaves its outcome unknown over ${protocol}`, async () => {
    const server = new OdooSimulator({}, { version: 19 });
    const odoo = await connect({ ...server.config, protocol, retries: 0 });
    for (const status of [201, 202, 206, 408, 502]) {
      const body = '{"name": "BadGateway", "message": "upstream", "code": 502}';
      const headers = { "content-type": "application/json" };
      server.failNext({ kind: "http", status, body, headers, afterCommit: true });
      const error = await odoo.executeKw("res.partner", "create", [{ name: "Ana" }])
        .catch((error: unknown) => error);
      assertInstanceOf(error, OdooNetworkError, `${status}: ${error}`);
      assertEquals([error.status, error.outcome], [status, "unknown"]);
    }
  });
}

Deno.test("a key that was fetched anew and belongs to another user is refused over JSON-2", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  const keys = [server.config.apiKey, server.addApiKey("demo", "another")];
  const { fetch, url, db, username } = server.config;
  const odoo = await connect({ fetch, url, db, username, apiKey: () => keys.shift() ?? "" });
  server.revokeApiKey(server.config.apiKey);
  const error = await assertRejects(
    () => odoo.executeKw("res.partner", "write", [[1], { ref: "x" }]),
    OdooAuthError,
  );
  assertStringIncludes(error.message, 'The API key belongs to "demo", not to "admin"');
  assertEquals(server.calls.some(({ method }) => method === "write"), false);
});

Deno.test("a key that no header can carry is refused before anything is sent", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  const config = { ...server.config, apiKey: "abc\ndef\u20ac", protocol: "json2" } as const;
  const error = await assertRejects(() => connect(config), OdooConfigError);
  assertStringIncludes(error.message, "ODOO_API_KEY");
  assertEquals(server.calls, []);
});

Deno.test("a context of False is no context, over every protocol", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  for (const protocol of PROTOCOLS) {
    const odoo = await connect({ ...server.config, protocol });
    const kwargs = { context: false };
    assertEquals(
      await odoo.executeKw("res.partner", "search_count", [[["id", "=", 1]]], kwargs),
      1,
    );
  }
});
