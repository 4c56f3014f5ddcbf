import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { cassette, CassetteError, type Fetch, OdooSimulator } from "../lib/testing/mod.ts";
import { connect, type Credential, type Odoo, OdooServerError, type RpcValue } from "../mod.ts";

const KEY = "0123456789abcdef0123456789abcdef01234567";

/** A path for a cassette, in a folder that goes away. */
async function scratch(): Promise<{ path: string } & AsyncDisposable> {
  const folder = await Deno.makeTempDir();
  return {
    path: `${folder}/tapes/one.json`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Connects to nothing but a cassette: another address, another database, another key. */
function replaying(fetch: Fetch, secret: Credential = { apiKey: KEY }): Promise<Odoo> {
  const url = "https://elsewhere.example";
  return connect({ url, db: "other", username: "admin", ...secret, fetch });
}

async function record(
  path: string,
  server: OdooSimulator,
  work: (odoo: Odoo) => Promise<unknown>,
  mode: "record" | "auto" = "record",
): Promise<void> {
  await using tape = cassette(path, { mode, fetch: server.fetch });
  await work(await connect({ ...server.config, fetch: tape.fetch }));
}

const noFetch: Fetch = () => Promise.reject(new Error("a request was made"));

for (const version of [14, 17, 19] as const) {
  Deno.test(`a cassette replays what the simulated Odoo ${version} has answered`, async () => {
    await using folder = await scratch();
    const server = new OdooSimulator({}, { version });
    const fields = ["name", "partner_latitude", "comment", "country_id", "category_id"];
    const work = async (odoo: Odoo) => {
      const outcomes: unknown[] = [odoo.uid, odoo.version];
      outcomes.push(await odoo.executeKw("res.partner", "search_read", [[]], { fields }));
      outcomes.push(await odoo.executeKw("res.partner", "write", [[1], { name: "Ünïcode <&>" }]));
      outcomes.push(await odoo.executeKw("res.partner", "read", [[1], ["name"]]));
      const refused = await assertRejects(
        () => odoo.executeKw("res.partner", "write", [[999_999], {}]),
        OdooServerError,
      );
      outcomes.push(refused.message, refused.kind);
      outcomes.push(await odoo.executeKw("res.partner", "action_archive", [[1]]));
      const rows: RpcValue[] = [];
      const call = { model: "res.country", method: "search_read", kwargs: { fields: ["code"] } };
      for await (const batch of odoo.rows(call)) rows.push(...batch);
      return [...outcomes, rows];
    };
    let live: unknown;
    await record(folder.path, server, async (odoo) => live = await work(odoo));
    const before = server.calls.length;
    await using tape = cassette(folder.path, { fetch: noFetch });
    assertEquals(await work(await replaying(tape.fetch)), live);
    assertEquals(server.calls.length, before);
  });
}

Deno.test("a cassette replays equal requests in the order in which they were recorded", async () => {
  await using folder = await scratch();
  const server = new OdooSimulator();
  const read = (odoo: Odoo) => odoo.executeKw("res.partner", "read", [[1], ["name"]]);
  await record(folder.path, server, async (odoo) => {
    for (const name of ["one", "two", "three"]) {
      await odoo.executeKw("res.partner", "write", [[1], { name }]);
      await read(odoo);
    }
  });
  await using tape = cassette(folder.path);
  const odoo = await replaying(tape.fetch);
  for (const name of ["one", "two", "three"]) assertEquals(await read(odoo), [{ id: 1, name }]);
  await assertRejects(
    () => read(odoo),
    CassetteError,
    "has res.partner.read over xmlrpc like this only 3 times, and it is asked for once more",
  );
});

Deno.test("a cassette keeps JSON-RPC and JSON-2, each with its own ids, statuses and faults", async () => {
  await using folder = await scratch();
  const server = new OdooSimulator({}, { version: 19 });
  const { url, db, apiKey } = server.config;
  const post = (fetch: Fetch, path: string, key: string, body: unknown) =>
    fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `bearer ${key}` },
      body: JSON.stringify(body),
    });
  const rpc = (uid: number, key: string, id: number) => ({
    jsonrpc: "2.0",
    id,
    method: "call",
    params: {
      service: "object",
      method: "execute_kw",
      args: [db, uid, key, "res.partner", "read", [[1], ["name", "partner_latitude"]]],
    },
  });
  {
    await using tape = cassette(folder.path, { mode: "record", fetch: server.fetch });
    await post(tape.fetch, "/jsonrpc", apiKey, rpc(2, apiKey, 1));
    await post(tape.fetch, "/json/2/res.partner/search_count", apiKey, { domain: [] });
    await post(tape.fetch, "/json/2/res.partner/nope", apiKey, {});
  }
  await using tape = cassette(folder.path);
  const answer = await post(tape.fetch, "/jsonrpc", KEY, rpc(7, KEY, 42));
  assertEquals(answer.headers.get("content-type"), "application/json; charset=utf-8");
  const text = await answer.text();
  assertStringIncludes(text, '"partner_latitude": 0.0');
  assertEquals(JSON.parse(text).id, 42);
  const count = await post(tape.fetch, "/json/2/res.partner/search_count", KEY, { domain: [] });
  assertEquals(typeof await count.json(), "number");
  const refused = await post(tape.fetch, "/json/2/res.partner/nope", KEY, {});
  assertEquals([refused.status, (await refused.json()).message.includes("nope")], [404, true]);
});

Deno.test("no secret is written to a cassette", async () => {
  await using folder = await scratch();
  const made = "feedfacefeedfacefeedfacefeedfacefeedface";
  const secrets = {
    password: "pa55&word<1>",
    master: "master-of-all",
    session: "4d5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f",
    csrf: "csrf-0123456789abcdef",
    made,
    user: "hunter2-hunter2",
    script: "script-0123456789abcdef",
    input: "input-0123456789abcdef",
    fresh: "brand new password",
  };
  const reply: Fetch = (input, init) => {
    const { url, method } = new Request(input, init);
    if (method === "GET") {
      const page = new Response(
        `<script>var odoo = { csrf_token: "${secrets.script}" };</script>\n` +
          `<form><input type="hidden" name="csrf_token" value="${secrets.input}"/></form>\n${KEY} ${secrets.password}`,
        {
          status: 303,
          headers: {
            "content-type": "text/html",
            "set-cookie": `session_id=${secrets.session}; HttpOnly`,
            "location": `https://bob:${secrets.user}@odoo.example/web?token=${secrets.csrf}`,
          },
        },
      );
      return Promise.resolve(page);
    }
    const context = { default_key: made };
    const answer = url.endsWith("/object")
      ? new Response(
        "<?xml version='1.0'?><methodResponse><params><param><value><struct><member><name>default_key</name>" +
          `<value>${made}</value></member><member><name>n</name><value>seen ${made}</value></member>` +
          "</struct></value></param></params></methodResponse>",
        { headers: { "content-type": "text/xml" } },
      )
      : Response.json({ jsonrpc: "2.0", id: 1, result: { context, note: `again ${made}` } });
    return Promise.resolve(answer);
  };
  {
    await using tape = cassette(folder.path, { mode: "record", fetch: reply });
    const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
      tape.fetch(`https://bob:${secrets.user}@odoo.example${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const rpc = (service: string, method: string, args: unknown[]) =>
      post("/jsonrpc", { jsonrpc: "2.0", id: 1, params: { service, method, args } });
    const execute = (model: string, method: string, args: unknown[], kwargs = {}) =>
      rpc("object", "execute_kw", ["db", 2, KEY, model, method, args, kwargs]);
    await rpc("common", "login", ["db", "bob", secrets.password]);
    await rpc("common", "authenticate", ["db", "bob", KEY, {}]);
    await rpc("db", "create_database", [secrets.master, "db", false, "en_US", secrets.password]);
    await execute("res.users", "write", [[2], { password: secrets.user }]);
    await execute("res.users", "search", [[["password", "=", secrets.user]]]);
    await execute("res.users", "load", [["login", "password"], [["bob", secrets.user]]]);
    await execute("res.partner", "create", [{ comment: `the key ${KEY} in a text` }]);
    await execute("ir.config_parameter", "set_param", ["database.secret", secrets.master]);
    await execute("res.users", "change_password", [secrets.password, "brand new password"]);
    await execute("res.users.apikeys", "generate", [KEY, "rpc", "a name"], { key: made });
    await execute("ir.config_parameter", "get_param", ["database.secret"]);
    await execute("res.users", "make_key", [[2]], { context: { default_key: made } });
    await post("/web/session/authenticate", {
      jsonrpc: "2.0",
      id: 1,
      params: { db: "db", login: "bob", password: secrets.password },
    });
    await post("/json/2/res.partner/read", { ids: [1] }, {
      authorization: `bearer ${KEY}`,
      cookie: `session_id=${secrets.session}`,
    });
    await post("/json/2/res.partner/search", {}, {
      authorization: `basic ${btoa(`bob:${secrets.password}`)}`,
    });
    await tape.fetch(`https://odoo.example/web/login?token=${secrets.csrf}`);
    await tape.fetch("https://odoo.example/web/login", {
      method: "POST",
      body: new URLSearchParams({ login: "bob", password: secrets.password }),
    });
    await tape.fetch("https://odoo.example/xmlrpc/2/object", {
      method: "POST",
      headers: { "content-type": "text/xml" },
      body: "<methodCall><methodName>execute_kw</methodName><params>" +
        ["db", "2", KEY, "res.users", "read"].map((text) => `<param><value>${text}</value></param>`)
          .join("") +
        "</params></methodCall>",
    });
  }
  const text = await Deno.readTextFile(folder.path);
  for (const [name, secret] of Object.entries({ ...secrets, key: KEY })) {
    assertFalse(text.includes(secret), name);
    assertFalse(text.includes(encodeURIComponent(secret)), name);
    assertFalse(text.includes(btoa(`bob:${secret}`)), name);
  }
  assertFalse(/pa55/.test(text));
  for (const kept of ["bob", "res.users.write", "the key *** in a text", "seen ***"]) {
    assertStringIncludes(text, kept);
  }
});

Deno.test("a cassette of a client and its password replays with another", async () => {
  await using folder = await scratch();
  const server = new OdooSimulator();
  const { apiKey: _key, ...config } = server.config;
  {
    await using tape = cassette(folder.path, { mode: "record", fetch: server.fetch });
    const odoo = await connect({ ...config, password: "admin", fetch: tape.fetch });
    await odoo.executeKw("res.users", "read", [[2], ["login"]]);
  }
  await using tape = cassette(folder.path);
  const odoo = await replaying(tape.fetch, { password: "another" });
  assertEquals(await odoo.executeKw("res.users", "read", [[2], ["login"]]), [
    { id: 2, login: "admin" },
  ]);
});

Deno.test("a cassette names the nearest entry and what differs", async () => {
  await using folder = await scratch();
  const server = new OdooSimulator();
  await record(folder.path, server, async (odoo) => {
    await odoo.executeKw("res.partner", "search", [[["name", "=", "Ana"]]], { limit: 10 });
    await odoo.executeKw("res.partner", "search", [[["ref", "=", "x"]]], { limit: 1 });
  });
  await using tape = cassette(folder.path);
  const odoo = await replaying(tape.fetch);
  const miss = (model: string, method: string, args: RpcValue[], kwargs = {}) =>
    assertRejects(() => odoo.executeKw(model, method, args, kwargs), CassetteError);
  assertEquals(
    (await miss("res.partner", "search", [[["name", "=", "Bob"]]], { limit: 10, order: "id" }))
      .message,
    `The cassette ${folder.path} has no answer to this res.partner.search over xmlrpc; the nearest entry ` +
      'differs in args[0][0][2] (asked "Bob", recorded "Ana") and kwargs.order (asked "id", recorded nothing)',
  );
  const { message: model } = await miss("res.partner", "read", [[1]]);
  assertStringIncludes(model, "of the same model it has res.partner.search");
  const { message: other } = await miss("res.country", "read", [[1]]);
  assertStringIncludes(
    other,
    "it has GET /json/version, common.authenticate, common.version, res.partner.search",
  );
});

Deno.test("a cassette in the mode auto sends only what it does not have, and stays sorted", async () => {
  await using folder = await scratch();
  const server = new OdooSimulator();
  const read = (odoo: Odoo, id: number) => odoo.executeKw("res.partner", "read", [[id], ["name"]]);
  await record(folder.path, server, (odoo) => read(odoo, 3), "auto");
  const first = await Deno.readTextFile(folder.path);
  server.reset();
  await record(folder.path, server, (odoo) => read(odoo, 3), "auto");
  assertEquals(server.calls, []);
  assertEquals(await Deno.readTextFile(folder.path), first);
  await record(folder.path, server, async (odoo) => {
    await read(odoo, 3);
    await read(odoo, 1);
  }, "auto");
  assertEquals(server.calls.map(({ args }) => args[0]), [[1]]);
  const calls = JSON.parse(await Deno.readTextFile(folder.path)).entries.map(
    ({ call, args = [] }: { call: string; args: unknown[] }) => `${call} ${args[0]}`,
  );
  assertEquals(calls, [
    "GET /json/version undefined",
    "common.authenticate admin",
    "common.version undefined",
    "res.partner.read 1",
    "res.partner.read 3",
  ]);
});

Deno.test("a cassette comes out the same however calls overlap", async () => {
  const texts: string[] = [];
  for (const ids of [[1, 3, 1], [3, 1, 1]]) {
    await using folder = await scratch();
    await record(
      folder.path,
      new OdooSimulator({}, { clock: () => new Date("2026-01-01T00:00:00Z") }),
      (odoo) =>
        Promise.all(ids.map((id) => odoo.executeKw("res.partner", "read", [[id], ["name"]]))),
    );
    texts.push(await Deno.readTextFile(folder.path));
  }
  assertEquals(texts[0], texts[1]);
});

Deno.test("a cassette keeps bytes, empty answers and pages as they were", async () => {
  await using folder = await scratch();
  const bytes = new Uint8Array([0, 255, 254, 10]);
  const answers: Record<string, () => Response> = {
    "/web/image/1": () => new Response(bytes, { headers: { "content-type": "image/png" } }),
    "/web/empty": () => new Response(null, { status: 204 }),
    "/web/page": () => new Response("<p>\r\n</p>\n", { headers: { "content-type": "text/html" } }),
  };
  const reply: Fetch = async (input) =>
    answers[new URL(new Request(input).url).pathname]?.() ?? await noFetch(input);
  {
    await using tape = cassette(folder.path, { mode: "record", fetch: reply });
    for (const path of Object.keys(answers)) await tape.fetch(`https://odoo.example${path}`);
  }
  await using tape = cassette(folder.path);
  for (const [path, expected] of Object.entries(answers)) {
    const [wanted, response] = [expected(), await tape.fetch(`https://odoo.example${path}`)];
    assertEquals(response.status, wanted.status);
    assertEquals(response.headers.get("content-type"), wanted.headers.get("content-type"));
    assertEquals(await response.bytes(), await wanted.bytes());
  }
});

Deno.test("a cassette passes on requests with a body of known length, and does not keep what failed", async () => {
  await using folder = await scratch();
  await using running = new OdooSimulator().serve();
  {
    await using tape = cassette(folder.path, { mode: "record" });
    const odoo = await connect({ ...running.config, fetch: tape.fetch });
    assertEquals(await odoo.executeKw("res.partner", "search_count", [[["id", "=", 1]]]), 1);
    await assertRejects(() => tape.fetch("http://127.0.0.1:1/web/version"), TypeError);
  }
  const { entries } = JSON.parse(await Deno.readTextFile(folder.path));
  assertEquals(entries.length, 4);
});

Deno.test("a cassette says in one sentence what is wrong with its file", async () => {
  await using folder = await scratch();
  const { path } = folder;
  assertThrows(
    () => cassette(path),
    CassetteError,
    `Cannot replay the cassette ${path}: there is no such file, so record it`,
  );
  await Deno.mkdir(path.replace(/\/[^/]*$/, ""));
  const cases = [
    ["{", "it is no JSON"],
    ["[]", "it has no list of entries"],
    ['{"cassette": 2, "entries": []}', "another version of odeno has written it"],
    ['{"cassette": 1, "entries": [{"protocol": "xmlrpc"}]}', "entry 1 has no request and answer"],
  ];
  for (const [text = "", message] of cases) {
    await Deno.writeTextFile(path, text);
    assertThrows(
      () => cassette(path),
      CassetteError,
      `Cannot read the cassette ${path}: ${message}`,
    );
  }
  await Deno.remove(path);
  await Deno.mkdir(path);
  assertThrows(() => cassette(path), CassetteError, `Cannot read the cassette ${path}: `);
  const tape = cassette(path, { mode: "record", fetch: new OdooSimulator().fetch });
  await tape.fetch("https://odoo.example/web/version");
  const error = await assertRejects(() => tape[Symbol.asyncDispose](), CassetteError);
  assertStringIncludes(error.message, `Cannot write the cassette ${path}: `);
  assertFalse(error.message.includes("os error"));
});

Deno.test("a cassette with an answer that no server can give says so when it is asked for", async () => {
  await using folder = await scratch();
  const { path } = folder;
  await Deno.mkdir(path.replace(/\/[^/]*$/, ""));
  const parts = ['"status": 9999, "text": ["a"]', '"status": 204, "text": ["a"]', '"base64": "A"'];
  for (const part of [...parts, '"headers": [["a b", "c"]], "text": ["a"]']) {
    const entry = `{"protocol": "http", "call": "GET /web/version", ${part}}`;
    await Deno.writeTextFile(path, `{"cassette": 1, "entries": [${entry}]}`);
    await assertRejects(
      () => cassette(path).fetch("https://odoo.example/web/version"),
      CassetteError,
      `Cannot replay the cassette ${path}: the answer to GET /web/version has a status`,
    );
  }
});

Deno.test("a cassette refuses what is no call of Odoo, and a request that was given up", async () => {
  await using folder = await scratch();
  const tape = cassette(folder.path, { mode: "record", fetch: noFetch });
  const upload = () =>
    tape.fetch("https://odoo.example/upload", { method: "POST", body: new Uint8Array([1]) });
  await assertRejects(upload, CassetteError, "Cannot keep POST /upload");
  const signal = AbortSignal.abort(new Error("gone"));
  await assertRejects(() => tape.fetch("https://odoo.example/", { signal }), Error, "gone");
});

Deno.test("a cassette is replayed with the permission to read, and no other", async () => {
  await using folder = await scratch();
  await record(folder.path, new OdooSimulator(), () => Promise.resolve());
  const script = `
    import { cassette } from "${new URL("../lib/testing/cassette.ts", import.meta.url)}";
    import { connect } from "${new URL("../mod.ts", import.meta.url)}";
    const config = { url: "https://odoo.example", db: "a", username: "admin", apiKey: "b" };
    await using tape = cassette(Deno.args[0]);
    const odoo = await connect({ ...config, fetch: tape.fetch });
    console.log(odoo.uid);
  `;
  const file = `${folder.path}.ts`;
  await Deno.writeTextFile(file, script);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-config",
      "--no-prompt",
      "--no-check",
      `--allow-read=${folder.path}`,
      file,
      folder.path,
    ],
  }).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), "2", new TextDecoder().decode(stderr));
  const denied = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-prompt", "--no-check", file, folder.path],
  }).output();
  assertStringIncludes(
    new TextDecoder().decode(denied.stderr),
    `Cannot read the cassette ${folder.path}: run with --allow-read=${folder.path}`,
  );
  assert(denied.code !== 0);
});

Deno.test("CassetteError is an error of odeno, so clients pass it on as it is", async () => {
  await using folder = await scratch();
  await record(folder.path, new OdooSimulator(), () => Promise.resolve());
  const odoo = await replaying(cassette(folder.path).fetch);
  const error = await odoo.executeKw("res.partner", "read", [[1]]).catch((thrown) => thrown);
  assertInstanceOf(error, CassetteError);
  assertEquals(error.name, "CassetteError");
});
