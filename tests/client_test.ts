import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  authenticate,
  connect,
  executeKw,
  type Fetch,
  type Many2One,
  OdooAuthError,
  OdooConfigError,
  OdooError,
  OdooProtocolError,
  OdooServerError,
  type RpcValue,
} from "../mod.ts";
import { decodeCall } from "../lib/xmlrpc/decode.ts";
import { encodeFault, encodeResponse } from "../lib/xmlrpc/encode.ts";
import type { OdooConfig } from "../mod.ts";
import faults from "./fixtures/faults.json" with { type: "json" };

const SECRET = "5ecret5ecret5ecret5ecret5ecret5ecret5ecr";

interface Fault {
  code: number;
  text: string;
}

/** A server of one answer: it lets everybody in, and answers each `execute_kw` by what `reply` says. */
function server(reply: (params: RpcValue[]) => RpcValue | Fault, version = "17.0") {
  const calls: { path: string; method: string; params: RpcValue[] }[] = [];
  const fetch: Fetch = (url, init) => {
    const { method, params } = decodeCall(init?.body as Uint8Array);
    calls.push({ path: new URL(String(url)).pathname, method, params });
    if (method === "version") return xml(encodeResponse({ server_version: version }));
    const answer = method === "authenticate" ? 7 : reply(params);
    return xml(isFault(answer) ? encodeFault(answer.code, answer.text) : encodeResponse(answer));
  };
  const config: OdooConfig = {
    url: "https://erp.example",
    db: "prod",
    username: "ana",
    apiKey: SECRET,
    protocol: "xmlrpc",
    retries: 0,
    fetch,
  };
  return { config, calls };
}

function isFault(answer: RpcValue | Fault): answer is Fault {
  return typeof answer === "object" && answer !== null && "text" in answer && "code" in answer;
}

function xml(body: Uint8Array<ArrayBuffer>): Promise<Response> {
  return Promise.resolve(new Response(body, { headers: { "content-type": "text/xml" } }));
}

/** What a call becomes when Odoo answers with a recorded fault. */
async function outcomeOf(fault: Fault): Promise<unknown> {
  const odoo = await connect(server(() => fault).config);
  return await odoo.executeKw("res.partner", "some_method").catch((error: unknown) => error);
}

function recorded(name: string): [version: string, fault: Fault][] {
  const found = Object.entries(faults).filter(([key]) => key.split(" ")[1] === name);
  assert(found.length > 0, name);
  return found.map(([key, fault]) => [key.split(" ")[0] ?? "", fault]);
}

Deno.test("`connect()` asks for the version, and signs in once", async () => {
  const { config, calls } = server(() => 3);
  const odoo = await connect(config);
  assertEquals([odoo.uid, odoo.version, odoo.protocol], [7, { major: 17, text: "17.0" }, "xmlrpc"]);
  await odoo.executeKw("res.partner", "search_count", [[]]);
  await odoo.executeKw("res.partner", "search_count", [[]]);
  assertEquals(calls.map(({ path, method }) => `${path} ${method}`), [
    "/xmlrpc/2/common version",
    "/xmlrpc/2/common authenticate",
    "/xmlrpc/2/object execute_kw",
    "/xmlrpc/2/object execute_kw",
  ]);
});

Deno.test("`connect()` reads the major version out of every form that Odoo writes", async () => {
  for (
    const [text, major] of [["14.0", 14], ["saas~17.4", 17], ["19.0+e", 19], [
      "saas-18.2",
      18,
    ]] as const
  ) {
    assertEquals((await connect(server(() => 0, text).config)).version.major, major);
  }
  await assertRejects(
    () => connect(server(() => 0, "unknown").config),
    OdooProtocolError,
    '"unknown"',
  );
});

Deno.test("`executeKw()` sends what `execute_kw` takes, and the context once", async () => {
  const { config, calls } = server(() => true);
  const odoo = (await connect(config)).withContext({ lang: "fr_FR", tz: "UTC" });
  await odoo.call(
    {
      model: "res.partner",
      method: "write",
      ids: [5],
      args: [{ name: "Ana" }],
      kwargs: { context: { tz: "Asia/Tokyo" } },
    },
    { context: { active_test: false } },
  );
  assertEquals(calls.at(-1)?.params, [
    "prod",
    7,
    SECRET,
    "res.partner",
    "write",
    [[5], { name: "Ana" }],
    { context: { lang: "fr_FR", tz: "Asia/Tokyo", active_test: false } },
  ]);
});

Deno.test("`withContext()` leaves the connection that it comes from as it is", async () => {
  const { config, calls } = server(() => true);
  const odoo = await connect(config);
  odoo.withContext({ lang: "fr_FR" });
  await odoo.executeKw("res.partner", "search", [[]]);
  assertEquals(calls.at(-1)?.params.at(-1), {});
});

Deno.test("a many2one as it was read goes out as its id, unless `raw` is set", async () => {
  const { config, calls } = server(() => true);
  const odoo = await connect(config);
  await odoo.executeKw("res.partner", "write", [[5], { country_id: [21, "Belgium"] }]);
  assertEquals(calls.at(-1)?.params[5], [[5], { country_id: 21 }]);
  await odoo.executeKw("res.partner", "write", [[5], { country_id: [21, "Belgium"] }], {}, {
    raw: true,
  });
  assertEquals(calls.at(-1)?.params[5], [[5], { country_id: [21, "Belgium"] }]);
});

Deno.test("a value that cannot be sent is refused with its path, before anything is sent", async () => {
  const { config, calls } = server(() => true);
  const odoo = await connect(config);
  const sent = calls.length;
  const error = await assertRejects(
    () => odoo.executeKw("res.partner", "create", [{ name: "a\u0000b" }]),
    OdooProtocolError,
  );
  assertStringIncludes(error.message, "args[0].name");
  assertEquals(calls.length, sent);
});

Deno.test("a method that returned None gives `null`", async () => {
  for (const name of ["method-returns-None", "toggle_active", "action_archive"]) {
    for (const [version, fault] of recorded(name)) {
      assertEquals(await outcomeOf(fault), null, `${version} ${name}`);
    }
  }
});

Deno.test("any other answer that XML-RPC cannot carry is told as committed, with the wires that can", async () => {
  const names = ["default_get-none-inside", "method-get_external_id-intkeys", "attachment-read"];
  for (const name of names) {
    for (const [version, fault] of recorded(name)) {
      const error = await outcomeOf(fault);
      assertInstanceOf(error, OdooProtocolError, `${version} ${name}`);
      assertEquals(error.outcome, "committed");
      assertStringIncludes(error.message, "res.partner.some_method ran and its changes are kept");
      assertStringIncludes(error.message, "JSON-RPC can");
    }
  }
});

Deno.test("a None that a method stumbles over itself is no success", async () => {
  const [[, fault]] = recorded("method-returns-None") as [[string, Fault]];
  const text = fault.text.replace(
    /(.*_xmlrpc\n)/,
    '$1  File "odoo/http.py", line 389, in dispatch_rpc\n',
  );
  const error = await outcomeOf({ code: 1, text });
  assertInstanceOf(error, OdooServerError);
  assertEquals(error.exception, "TypeError");
});

Deno.test("faults become errors of the kind that Odoo raised, as far as their text tells", async () => {
  const kinds: Record<string, [kind: string, exception: string]> = {
    "err-missing-write": ["missing", "odoo.exceptions.MissingError"],
    "err-required-check-constraint": ["validation", "odoo.exceptions.ValidationError"],
    "err-not-null": ["validation", "odoo.exceptions.ValidationError"],
    "err-fk-restrict": ["validation", "odoo.exceptions.ValidationError"],
    "err-unique-login": ["validation", "odoo.exceptions.ValidationError"],
    "err-recursive-parent": ["user", "odoo.exceptions.UserError"],
    "err-access-write-users": ["access", "odoo.exceptions.AccessError"],
    "err-private-method": ["access", "odoo.exceptions.AccessError"],
    "err-unknown-field-read": ["server", "ValueError"],
    "err-missing-args-write": ["server", "TypeError"],
    "err-int-field-too-big": ["server", "psycopg2.errors.NumericValueOutOfRange"],
    "redirect": ["redirect", "odoo.exceptions.RedirectWarning"],
  };
  for (const [name, expected] of Object.entries(kinds)) {
    for (const [version, fault] of recorded(name)) {
      const error = await outcomeOf(fault);
      assertInstanceOf(error, OdooServerError, `${version} ${name}`);
      assertEquals([error.kind, error.exception], expected, `${version} ${name}`);
      assertEquals([error.model, error.method], ["res.partner", "some_method"]);
      assertEquals(error.debug, fault.code === 1 ? fault.text : "");
      assertFalse(error.message.includes("Traceback"));
    }
  }
});

Deno.test("a conflict that outlasted Odoo's own retries is told as one", async () => {
  const text =
    'Traceback (most recent call last):\n  File "odoo/http.py", line 1, in dispatch_rpc\n' +
    "psycopg2.errors.SerializationFailure: could not serialize access due to concurrent update\n\n";
  const error = await outcomeOf({ code: 1, text });
  assertInstanceOf(error, OdooServerError);
  assertEquals(error.kind, "concurrency");
  assertEquals(
    error.message,
    "Odoo refused res.partner.some_method: psycopg2.errors.SerializationFailure: " +
      "could not serialize access due to concurrent update",
  );
});

Deno.test("a refused key, a user that is gone and a cooldown are OdooAuthError", async () => {
  for (const [, fault] of recorded("execute_kw-key-revoked-after-cache-clear")) {
    const error = await outcomeOf(fault);
    assertInstanceOf(error, OdooAuthError);
    assertEquals(error.reason, "credentials");
  }
  const gone = await outcomeOf({
    code: 2,
    text: "Record does not exist or has been deleted.\n(Record: res.users(7,), User: 7)",
  });
  assertInstanceOf(gone, OdooAuthError);
  const cooldown = await outcomeOf({
    code: 3,
    text: "Too many login failures, please wait a bit before trying again.",
  });
  assertInstanceOf(cooldown, OdooAuthError);
  assertEquals(cooldown.reason, "cooldown");
});

Deno.test("`authenticate` answered with False is an OdooAuthError, never a uid", async () => {
  const { config } = server(() => true);
  const fetch: Fetch = (url, init) => {
    const { method } = decodeCall(init?.body as Uint8Array);
    return method === "authenticate"
      ? xml(encodeResponse(false))
      : (config.fetch as Fetch)(url, init);
  };
  const error = await assertRejects(() => connect({ ...config, fetch }), OdooAuthError);
  assertEquals(error.reason, "credentials");
  assertStringIncludes(error.message, 'Odoo does not let "ana" into the database "prod"');
});

Deno.test("a database that does not exist is a setting to mend", async () => {
  for (const [, { text }] of recorded("auth-wrong-db")) {
    const { config } = server(() => true);
    const fetch: Fetch = (url, init) => {
      const { method } = decodeCall(init?.body as Uint8Array);
      return method === "authenticate"
        ? xml(encodeFault(1, text))
        : (config.fetch as Fetch)(url, init);
    };
    const error = await assertRejects(
      () => connect({ ...config, db: "nodb", fetch }),
      OdooConfigError,
    );
    assertStringIncludes(error.message, 'Odoo cannot open the database "nodb": check ODOO_DB');
  }
});

Deno.test("a secret that is a function is asked again after a refusal, once", async () => {
  const secrets = ["old", "old", "new"];
  let asked = 0;
  const given: RpcValue[] = [];
  const { config } = server((params) => {
    given.push(params[2] ?? null);
    return params[2] === "new" ? 42 : { code: 3, text: "Access Denied" };
  });
  const apiKey = () => Promise.resolve(secrets[Math.min(asked++, 2)] ?? "");
  const odoo = await connect({ ...config, apiKey } as OdooConfig);
  await assertRejects(() => odoo.executeKw("res.partner", "search_count", [[]]), OdooAuthError);
  assertEquals(await odoo.executeKw("res.partner", "search_count", [[]]), 42);
  assertEquals(given, ["old", "old", "new"]);
});

Deno.test("the secret is in no error, however a server or a proxy writes it", async () => {
  const secret = `pa&ss"word'\\é`;
  const forms = [
    secret,
    `pa&amp;ss"word'\\é`,
    "pa&amp;ss&#34;word&#39;\\é",
    "pa&amp;ss&quot;word&#x27;\\é",
    `pa&ss\\"word'\\\\é`,
    "pa%26ss%22word'%5C%C3%A9",
  ];
  for (const form of forms) {
    const { config } = server(() => ({ code: 1, text: `ValueError: got ${form}!` }));
    const { apiKey: _key, ...rest } = config;
    const odoo = await connect({ ...rest, password: secret });
    const search = () => odoo.executeKw("res.partner", "search", [[]]);
    const { message } = await assertRejects(search, OdooServerError);
    assertStringIncludes(message, "got ***!");
  }
});

Deno.test("the secret is in no error, whatever the server repeats of it", async () => {
  const { config } = server(() => ({
    code: 1,
    text:
      `Traceback (most recent call last):\n  File "x.py", line 1, in dispatch_rpc\nValueError: got ${SECRET}\n`,
  }));
  const odoo = await connect(config);
  const error = await odoo.executeKw("res.partner", "search", [[]]).catch((error: unknown) =>
    error
  );
  assertInstanceOf(error, OdooServerError);
  for (
    const text of [
      Deno.inspect(error),
      String(error.stack),
      JSON.stringify(error),
      Deno.inspect(odoo, { depth: 9 }),
    ]
  ) {
    assertFalse(text.includes(SECRET));
  }
  assertStringIncludes(error.message, "ValueError: got ***");
});

Deno.test("the secret is in no error of the connection, of a web page or of a `fetch`, nor is an older one", async () => {
  const page = (status: number) =>
    new Response(`<html><title>debug ${SECRET}</title>`, {
      status,
      headers: { "content-type": "text/html" },
    });
  const replies: (() => Promise<Response>)[] = [
    () => Promise.resolve(page(500)),
    () => Promise.resolve(page(200)),
    () =>
      Promise.resolve(
        new Response(`<html><title>${SECRET}`, { headers: { "content-type": "text/xml" } }),
      ),
    () => Promise.reject(new TypeError("fetch failed", { cause: new Error(`sending ${SECRET}`) })),
  ];
  for (const reply of replies) {
    const { config } = server(() => true);
    const fetch: Fetch = (url, init) =>
      String(url).endsWith("/object") ? reply() : (config.fetch as Fetch)(url, init);
    const odoo = await connect({ ...config, fetch });
    const error = await odoo.executeKw("res.partner", "search", [[]]).catch((error: unknown) =>
      error
    );
    assertInstanceOf(error, OdooError);
    assertFalse(Deno.inspect(error).includes(SECRET), Deno.inspect(error));
    assertFalse(String(error.stack).includes(SECRET));
  }
  const older = "older5ecretolder5ecret";
  const secrets = [older, SECRET];
  const { config } = server((params) =>
    params[2] === older
      ? { code: 3, text: "Access Denied" }
      : { code: 2, text: `The key ${older} is out of use` }
  );
  const apiKey = () => secrets.shift() ?? SECRET;
  const odoo = await connect({ ...config, apiKey } as OdooConfig);
  const error = await odoo.executeKw("res.partner", "search", [[]]).catch((error: unknown) =>
    error
  );
  assertInstanceOf(error, OdooServerError);
  assertFalse(Deno.inspect(error).includes(older));
});

Deno.test("a password that is a word of tracebacks does not change what a fault means", async () => {
  for (const password of ["dumps", "odoo", "in dump_nil", "TypeError"]) {
    const [[, fault]] = recorded("method-returns-None") as [[string, Fault]];
    const { url, db, username, fetch } = server(() => fault).config as OdooConfig & {
      fetch: Fetch;
    };
    const odoo = await connect({ url, db, username, fetch, password });
    assertEquals(await odoo.executeKw("res.partner", "toggle_active", [[1]]), null);
  }
});

Deno.test("`executeKw()` after a failed `authenticate(config)` does not turn to the environment", async () => {
  const { config } = server(() => 1);
  const refusing: Fetch = (url, init) => {
    const { method } = decodeCall(init?.body as Uint8Array);
    return method === "authenticate"
      ? xml(encodeResponse(false))
      : (config.fetch as Fetch)(url, init);
  };
  await assertRejects(() => authenticate({ ...config, fetch: refusing }), OdooAuthError);
  await assertRejects(() => executeKw("res.partner", "search_count", [[]]), OdooAuthError);
  assertEquals(await authenticate(config), 7);
  assertEquals(await executeKw<number>("res.partner", "search_count", [[]]), 1);
});

Deno.test("`executeKw()` takes any type for its answer", async () => {
  interface Partner {
    id: number;
    country_id: Many2One | false;
  }
  const odoo = await connect(server(() => [{ id: 1, country_id: [21, "Belgium"] }]).config);
  const [partner] = await odoo.executeKw<Partner[]>("res.partner", "search_read", [[]]);
  const country: Many2One | false | undefined = partner?.country_id;
  assertEquals(country && country[1], "Belgium");
});

Deno.test("`rows()` yields what has arrived, and turns a fault into the call's error", async () => {
  const rows = [{ id: 1, name: "Ana" }, { id: 2, name: "Bob" }];
  const odoo = await connect(server(() => rows).config);
  const call = { model: "res.partner", method: "search_read", args: [[]] };
  assertEquals((await Array.fromAsync(odoo.rows(call))).flat(), rows);
  const [[, fault]] = recorded("err-unknown-field-read") as [[string, Fault]];
  const failing = await connect(server(() => fault).config);
  await assertRejects(() => Array.fromAsync(failing.rows(call)), OdooServerError, "Invalid field");
});

Deno.test("`executeKw()` uses the connection of `authenticate()`", async () => {
  const first = server(() => 1);
  assertEquals(await authenticate(first.config), 7);
  assertEquals(await executeKw<number>("res.partner", "search_count", [[]]), 1);
  assertEquals(await executeKw<number>("res.partner", "search_count", [[]]), 1);
  assertEquals(first.calls.filter(({ method }) => method === "authenticate").length, 1);
  const second = server(() => 2);
  await authenticate(second.config);
  assertEquals(await executeKw<number>("res.partner", "search_count", [[]]), 2);
});

Deno.test("a connection can be held with `await using`", async () => {
  await using odoo = await connect(server(() => 5).config);
  assertEquals(await odoo.executeKw("res.partner", "search_count", [[]]), 5);
});
