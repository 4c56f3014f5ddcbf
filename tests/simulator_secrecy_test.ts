import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { cassette, type Fetch, OdooSimulator } from "../lib/testing/mod.ts";
import { connect } from "../mod.ts";

const SECRET = "hunter2-hunter2";
const KEY = "0123456789abcdef0123456789abcdef01234567";

type Named = Record<string, unknown>;

/** Calls with a secret somewhere, each as positional and as named arguments. */
const CALLS: readonly (readonly [call: string, args: unknown[], kwargs: Named])[] = [
  ["res.users.search", [[["password", "=", SECRET]]], { domain: [["password", "=", SECRET]] }],
  ["res.users.search", [[["password", "in", [SECRET]]]], {
    domain: [["password", "in", [SECRET]]],
  }],
  ["res.users.search", [[["password", "?", SECRET]]], { domain: [["password", "?", SECRET]] }],
  ["res.users.write", [[2], { password: SECRET }], { ids: [2], vals: { password: SECRET } }],
  ["res.users.write", [[2], { password: [SECRET] }], { ids: [2], vals: { password: [SECRET] } }],
  [
    "res.users.load",
    [["login", "password"], [["bob", SECRET]]],
    { fields: ["login", "password"], data: [["bob", SECRET]] },
  ],
  [
    "res.users.load",
    [["id", "partner_id/access_token"], [["x.bob", SECRET]]],
    { fields: ["id", "partner_id/access_token"], data: [["x.bob", SECRET]] },
  ],
  [
    "res.users.change_password",
    ["admin", SECRET],
    { old_passwd: "admin", new_passwd: SECRET },
  ],
  [
    "res.users.apikeys.generate",
    [SECRET, "rpc", "a name", "2026-01-01"],
    { key: SECRET, scope: "rpc", name: "a name", expiration_date: "2026-01-01" },
  ],
  [
    "ir.config_parameter.set_param",
    ["mail.catchall.secret", SECRET],
    { key: "mail.catchall.secret", value: SECRET },
  ],
  [
    "ir.config_parameter.get_param",
    ["mail.catchall.secret", SECRET],
    { key: "mail.catchall.secret", default: SECRET },
  ],
  [
    "ir.mail_server.create",
    [{ smtp_user: "bob", smtp_pass: SECRET }],
    { vals_list: [{ smtp_user: "bob", smtp_pass: SECRET }] },
  ],
  [
    "payment.provider.write",
    [[1], { adyen_hmac_key: SECRET, authorize_signature_key: SECRET, private_key: SECRET }],
    { ids: [1], vals: { adyen_hmac_key: SECRET, authorize_transaction_key: SECRET } },
  ],
];

function rpc(fetch: Fetch, url: string, path: string, body: unknown, key: string) {
  return fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `bearer ${key}` },
    body: JSON.stringify(body),
  });
}

function execute(
  fetch: Fetch,
  { url, db }: { url: string; db: string },
  key: string,
  call: string,
  args: unknown[],
  kwargs: Named,
): Promise<Response> {
  const [model, method] = split(call);
  const params = { service: "object", method: "execute_kw" };
  const body = { id: 1, params: { ...params, args: [db, 2, key, model, method, args, kwargs] } };
  return rpc(fetch, url, "/jsonrpc", body, key);
}

function split(call: string): [model: string, method: string] {
  const dot = call.lastIndexOf(".");
  return [call.slice(0, dot), call.slice(dot + 1)];
}

/** Makes all the calls, by position and by name, over JSON-RPC and JSON-2. */
async function callAll(
  fetch: Fetch,
  config: { url: string; db: string },
  key: string,
  see: (call: string) => void = () => {},
): Promise<void> {
  for (const [call, args, kwargs] of CALLS) {
    await execute(fetch, config, key, call, args, {});
    await execute(fetch, config, key, call, [], kwargs);
    await rpc(fetch, config.url, `/json/2/${split(call).join("/")}`, kwargs, key);
    see(call);
  }
}

Deno.test("calls show no secret by position or by name, and neither do their results and faults", async () => {
  const server = new OdooSimulator({
    "ir.config_parameter": [{ key: "mail.catchall.secret", value: SECRET }],
  }, { version: 19 });
  await callAll(server.fetch, server.config, server.config.apiKey, (call) => {
    for (const record of server.calls.slice(-3)) {
      assertFalse(JSON.stringify(record).includes(SECRET), `${call}: ${JSON.stringify(record)}`);
    }
  });
  assertFalse(JSON.stringify(server.unhandled).includes(SECRET));
  const found = server.calls.filter(({ method }) => method === "get_param");
  assertEquals(found.map(({ result }) => result), ["***", "***", "***"]);
});

Deno.test("calls show no key that is given in place of the login", async () => {
  const server = new OdooSimulator();
  const { url, db, apiKey } = server.config;
  const args = [db, apiKey, "admin", {}];
  const params = { service: "common", method: "authenticate", args };
  await rpc(server.fetch, url, "/jsonrpc", { id: 1, params }, apiKey);
  assertFalse(JSON.stringify(server.calls).includes(apiKey));
  assertEquals(server.calls[0]?.login, "***");
});

Deno.test("calls show what is no secret", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  const odoo = await connect({ ...server.config, protocol: "jsonrpc" });
  await odoo.executeKw("ir.config_parameter", "set_param", ["web.base.url", "http://odoo.test"]);
  await odoo.executeKw("ir.config_parameter", "get_param", ["web.base.url"]);
  await odoo.executeKw("res.partner", "load", [["id", "name"], [["x.ana", "Ana"]]]);
  const shown = server.calls.slice(-3).map(({ args, result }) => [args, result]);
  assertEquals(shown[0]?.[0], ["web.base.url", "http://odoo.test"]);
  assertEquals(shown[1], [["web.base.url"], "http://odoo.test"]);
  assertEquals(shown[2]?.[0], [["id", "name"], [["x.ana", "Ana"]]]);
});

Deno.test("a cassette has no secret by position or by name, and neither have its answers", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/tape.json`;
  const reply: Fetch = (input, init) => {
    const { url } = new Request(input, init);
    return Promise.resolve(
      url.includes("/json/2/")
        ? Response.json(SECRET)
        : Response.json({ jsonrpc: "2.0", id: 1, result: SECRET }),
    );
  };
  {
    await using tape = cassette(path, { mode: "record", fetch: reply });
    const config = { url: "https://odoo.example", db: "db" };
    await rpc(tape.fetch, config.url, "/json/2/ir.config_parameter/get_param", {
      key: "database.secret",
    }, KEY);
    await callAll(tape.fetch, config, KEY);
  }
  const text = await Deno.readTextFile(path);
  await Deno.remove(folder, { recursive: true });
  assertFalse(text.includes(SECRET), text.slice(Math.max(0, text.indexOf(SECRET) - 400)));
  assertStringIncludes(text, "ir.mail_server.create");
});

Deno.test("a cassette strikes out a secret that begins with another one", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/tape.json`;
  {
    const reply: Fetch = () => Promise.resolve(Response.json({ jsonrpc: "2.0", id: 1 }));
    await using tape = cassette(path, { mode: "record", fetch: reply });
    const config = { url: "https://odoo.example", db: "db" };
    await execute(tape.fetch, config, KEY, "res.users.write", [[2], { password: "s3cret" }], {});
    await execute(
      tape.fetch,
      config,
      KEY,
      "res.users.write",
      [[3], { password: "s3cret-tail" }],
      {},
    );
    await execute(tape.fetch, config, KEY, "res.partner.create", [{ ref: "is s3cret-tail" }], {});
  }
  const text = await Deno.readTextFile(path);
  await Deno.remove(folder, { recursive: true });
  assertFalse(text.includes("tail"));
});
