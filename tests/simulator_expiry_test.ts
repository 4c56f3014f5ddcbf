import { assertEquals, assertRejects } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { connect, OdooAuthError } from "../mod.ts";

for (const version of [14, 17, 19] as const) {
  Deno.test(`failNext() lets a password of the web client of Odoo ${version} expire, and the session with it`, async () => {
    const server = new OdooSimulator({}, { version });
    const { url, db } = server.config;
    let cookie = "";
    const post = async (path: string, params: unknown) => {
      const response = await server.fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json", cookie },
        body: JSON.stringify({ params }),
      });
      cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
      const { result, error } = await response.json();
      return error ? error.data.name : result;
    };
    const signIn = async () => {
      const login = { db, login: "admin", password: "admin" };
      const result = await post("/web/session/authenticate", login);
      return result?.uid ?? result;
    };
    const count = () =>
      post("/web/dataset/call_kw", {
        model: "res.partner",
        method: "search_count",
        args: [[["id", "=", 1]]],
        kwargs: {},
      });
    const fresh = server.snapshot();

    assertEquals([await signIn(), await count()], [2, 1]);
    server.failNext({ kind: "key-expired" });
    assertEquals(await count(), "odoo.http.SessionExpiredException");
    assertEquals(await count(), "odoo.http.SessionExpiredException");
    assertEquals(await signIn(), "odoo.exceptions.AccessDenied");
    server.restore(fresh);
    server.failNext({ kind: "key-expired" });
    assertEquals(await signIn(), "odoo.exceptions.AccessDenied");
    server.restore(fresh);
    assertEquals([await signIn(), await count()], [2, 1]);
  });
}

Deno.test("failNext() does not let the password of another one expire where a call has a wrong one", async () => {
  const server = new OdooSimulator();
  const { url, db } = server.config;
  const signIn = async (login: string, password: string) => {
    const response = await server.fetch(`${url}/jsonrpc`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        params: { service: "common", method: "authenticate", args: [db, login, password, {}] },
      }),
    });
    return (await response.json()).result;
  };
  server.failNext({ kind: "key-expired" });
  assertEquals(await signIn("admin", "wrong"), false);
  assertEquals(await signIn("admin", "admin"), 2);
});

Deno.test("failNext() waits for the transaction that holds the user whose password is to expire", async () => {
  const server = new OdooSimulator();
  const { apiKey: _key, ...config } = server.config;
  const odoo = await connect({ ...config, password: "admin" });
  using transaction = server.begin();
  await transaction.executeKw("res.users", "write", [[2], { signature: "Held" }]);
  server.failNext({ kind: "key-expired" });
  const refused = assertRejects(
    () => odoo.executeKw("res.partner", "search_count", [[]]),
    OdooAuthError,
  );
  while (server.calls.at(-1)?.method !== "search_count") await new Promise((go) => setTimeout(go));
  await transaction.commit();
  await refused;
});
