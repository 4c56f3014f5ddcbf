import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  checkKey,
  KeyRotationError,
  type NewApiKey,
  signIn,
  type SignInConfig,
} from "../lib/keys.ts";
import { cassette, OdooSimulator } from "../lib/testing/mod.ts";
import {
  connect,
  type Fetch,
  OdooAuthError,
  OdooConfigError,
  OdooDatabaseError,
  OdooNetworkError,
  OdooServerError,
  OdooTimeoutError,
} from "../mod.ts";
import { temporaryFolder } from "./support.ts";

const VERSIONS = [14, 17, 19] as const;

function configOf(server: OdooSimulator, username = "demo"): SignInConfig {
  const { url, db } = server.config;
  return { url, db, username, password: username, fetch: server.fetch };
}

async function opens(server: OdooSimulator, apiKey: string, username = "demo"): Promise<boolean> {
  const { password: _password, ...config } = configOf(server, username);
  return (await checkKey({ ...config, apiKey })).ok;
}

for (const version of VERSIONS) {
  Deno.test(`a key of Odoo ${version} is made, listed, used in place of the password, and revoked for good`, async () => {
    const server = new OdooSimulator({}, { version });
    await using keys = await signIn(configOf(server));
    assertEquals([keys.username, keys.version.major], ["demo", version]);
    const made = await keys.create("nightly sync");
    assertMatch(made.key, /^[0-9a-f]{40}$/);
    const odoo = await connect({ ...server.config, username: "demo", apiKey: made.key });
    assertEquals(odoo.uid, keys.uid);

    const [listed, ...others] = await keys.list();
    assertEquals([listed?.id, listed?.name, listed?.scope], [made.id, "nightly sync", false]);
    assertEquals(others, []);
    assert(listed?.created instanceof Temporal.Instant);
    assertEquals(listed.expires === false, version !== 19);

    await keys.create("nightly sync");
    assertEquals((await keys.revoke(made.id ?? 0)).map(({ id }) => id), [made.id]);
    assertFalse(await opens(server, made.key));
    assertEquals((await keys.revoke("nightly sync")).length, 1);
    assertEquals(await keys.list(), []);
  });

  Deno.test(`an API key does not sign in to the web client of Odoo ${version}, and it is said that it is one`, async () => {
    const server = new OdooSimulator({}, { version });
    const password = server.addApiKey("demo", "a key");
    const enter = () => signIn({ ...configOf(server), password });
    const error = await assertRejects(enter, OdooAuthError, "looks like an API key");
    assertEquals(error.reason, "credentials");
  });

  Deno.test(`the password is given again to Odoo ${version} when the last time was ten minutes ago`, async () => {
    let now = Date.now();
    const server = new OdooSimulator({}, { version, clock: () => new Date(now) });
    await using keys = await signIn(configOf(server));
    const checks = () => server.calls.filter(({ method }) => method === "run_check").length;
    await keys.create("one");
    await keys.create("two");
    assertEquals(checks(), 1);
    now += 11 * 60_000;
    await keys.revoke("one");
    assertEquals(checks(), 2);
    assertEquals((await keys.list()).map(({ name }) => name), ["two"]);
  });

  Deno.test(`two-factor sign-in to Odoo ${version} asks for the code when Odoo wants it`, async () => {
    let now = Date.parse("2026-01-01T12:00:00Z");
    const server = new OdooSimulator({}, { version, clock: () => new Date(now) });
    const config = configOf(server);
    let asked = 0;
    await signIn({ ...config, code: () => String(asked++) });
    assertEquals(asked, 0);

    const codeNow = server.enableTwoFactor("demo");
    const code = () => {
      asked++;
      return codeNow().replace(/^.../, "$& ");
    };
    await using keys = await signIn({ ...config, code });
    const { key } = await keys.create("behind two factors");
    assertEquals(asked, 1);
    assert(await opens(server, key));
    const { fetch, ...rest } = config;
    await assertRejects(() => connect({ ...rest, fetch }), OdooAuthError);

    const again = signIn({ ...config, code });
    if (version !== 19) await again;
    else await assertRejects(() => again, OdooAuthError, "use the latest 6-digit code");
    now += 30_000;
    await signIn({ ...config, code });
  });

  Deno.test(`a two-factor code that is missing or wrong is a refusal of Odoo ${version} with its reason`, async () => {
    const server = new OdooSimulator({}, { version });
    const config = configOf(server);
    const right = server.enableTwoFactor("demo");
    const refusal = async (code?: () => string | Promise<string>) => {
      const error = await assertRejects(() => signIn({ ...config, code }), OdooAuthError);
      assertEquals(error.reason, "two-factor");
      assertFalse(error.message.includes("\n"));
      return error.message;
    };
    assertStringIncludes(await refusal(), "there is nobody to ask");
    const wrong = right() === "123456" ? "654321" : "123456";
    const message = await refusal(() => wrong);
    assertStringIncludes(message, "please double-check the 6-digit code");
    assertFalse(message.includes(wrong));
    assertStringIncludes(await refusal(() => "no number"), "Invalid authentication code format.");
    await assertRejects(
      () => signIn({ ...config, code: () => Promise.reject(new Error("Ctrl-C")) }),
      Error,
      "Ctrl-C",
    );
    server.failNext({ kind: "http", status: 404, body: "" }, { method: "/web/login/totp" });
    assertStringIncludes(await refusal(right), "make the key in the web client");
  });

  Deno.test(`keys of others are neither seen nor touched on Odoo ${version}, not by an administrator either`, async () => {
    const server = new OdooSimulator({}, { version });
    const ofDemo = server.addApiKey("demo", "same name");
    await using keys = await signIn(configOf(server, "admin"));
    const own = await keys.create("same name");
    const [foreign] = server.records("res.users.apikeys").filter(({ user_id }) =>
      user_id !== keys.uid
    );
    await assertRejects(() => keys.revoke(Number(foreign?.["id"])), OdooConfigError, "Cannot find");
    await keys.rotate("same name", { save: () => {} });
    await keys.revoke("same name");
    assert(await opens(server, ofDemo));
    assertFalse(await opens(server, own.key, "admin"));
  });
}

Deno.test("over a port the same steps make, rotate and revoke a key", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  await using running = server.serve();
  const { url, db } = running.config;
  await using keys = await signIn({ url, db, username: "demo", password: "demo" });
  await keys.create("x");
  let saved = "";
  await keys.rotate("x", { save: (key) => void (saved = key) });
  assert((await checkKey({ url, db, username: "demo", apiKey: saved })).ok);
  await keys.revoke("x");
  assertFalse((await checkKey({ url, db, username: "demo", apiKey: saved })).ok);
});

Deno.test("signing out ends the session, and a server that is gone keeps nobody from it", async () => {
  const server = new OdooSimulator();
  const keys = await signIn(configOf(server));
  await keys[Symbol.asyncDispose]();
  await assertRejects(() => keys.list(), OdooAuthError, "sign in again");
  const others = await signIn(configOf(server));
  server.failNext({ kind: "disconnect" });
  await others[Symbol.asyncDispose]();
});

Deno.test("a session that a change of the password has ended is told as that", async () => {
  const server = new OdooSimulator();
  await using keys = await signIn(configOf(server));
  const odoo = await server.connect();
  await odoo.executeKw("res.users", "write", [[keys.uid], { password: "another" }]);
  await assertRejects(() => keys.create("x"), OdooAuthError, "ended the web session");
});

Deno.test("a wrong password, an unknown user and too many tries are refused with the reason", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const config = configOf(server);
    const refusal = async (change: Partial<SignInConfig>) =>
      await assertRejects(() => signIn({ ...config, ...change }), OdooAuthError);
    const wrong = await refusal({ password: "hunter2-hunter2" });
    assertEquals(wrong.reason, "credentials");
    assertStringIncludes(wrong.message, "the user or the password is wrong");
    assertEquals((await refusal({ username: "nobody" })).reason, "credentials");
    for (let tries = 2; tries < 10; tries++) await refusal({ password: "hunter2-hunter2" });
    assertEquals((await refusal({})).reason, "cooldown");
    assertEquals(
      (await assertRejects(() => signIn({ ...config, db: "nodb" }), OdooDatabaseError)).name,
      "OdooDatabaseError",
    );
  }
});

Deno.test("a password that is fetched anew is tried once more", async () => {
  const given = ["mistyped", "demo"];
  await using keys = await signIn({
    ...configOf(new OdooSimulator()),
    password: () => given.shift() ?? "none",
  });
  assertEquals(keys.username, "demo");
});

Deno.test("settings that are missing or unusable are refused before anything is sent", async () => {
  const server = new OdooSimulator();
  const config = configOf(server);
  await assertRejects(() => signIn({ ...config, password: "" }), OdooConfigError, "password");
  await assertRejects(() => signIn({ ...config, url: "http://a.test" }), OdooConfigError, "https");
  assertEquals(server.calls, []);
  await using keys = await signIn(config);
  const count = server.calls.length;
  await assertRejects(() => keys.create(" "), OdooConfigError, "without a name");
  for (const days of [0, -1, 1.5, NaN, 40_000]) {
    await assertRejects(() => keys.create("x", { days }), OdooConfigError, "whole number");
  }
  assertEquals(server.calls.length, count);
});

Deno.test("keys end from 19 on, after the days that were asked for, and below that days are refused", async () => {
  for (const version of [14, 17] as const) {
    await using keys = await signIn(configOf(new OdooSimulator({}, { version })));
    await assertRejects(() => keys.create("x", { days: 30 }), OdooConfigError, "from Odoo 18 on");
    assertEquals(await keys.list(), []);
  }
  const server = new OdooSimulator({}, { version: 19 });
  await using keys = await signIn(configOf(server));
  const today = Math.floor(Date.now() / 86_400_000);
  const daysOf = ({ expires }: NewApiKey) =>
    expires ? expires.epochMilliseconds / 86_400_000 - today : expires;
  assertEquals(daysOf(await keys.create("as long as Odoo lets")), 90);
  assertEquals(daysOf(await keys.create("offered", { days: 30 })), 30);
  assertEquals(daysOf(await keys.create("own date", { days: 5 })), 5);
  const tooLong = () => keys.create("x", { days: 91 });
  const error = await assertRejects(tooLong, OdooServerError, "You cannot exceed 90.0 days.");
  assertEquals(error.kind, "validation");
  assertEquals((await keys.list()).map(({ daysLeft }) => daysLeft), [89, 29, 4]);

  await using ofAdmin = await signIn(configOf(server, "admin"));
  assertEquals(daysOf(await ofAdmin.create("for ever")), false);
  assertEquals(daysOf(await ofAdmin.create("long", { days: 400 })), 400);
});

Deno.test("days left are counted by the clock of the server, below 0 once the key has ended", async () => {
  let now = Date.parse("2031-05-01T23:00:00Z");
  const server = new OdooSimulator({}, { version: 19, clock: () => new Date(now) });
  for (const expiresAt of ["2031-05-03T22:59:00Z", "2031-05-01T23:30:00Z"]) {
    server.addApiKey("demo", "x", { expiresAt: new Date(expiresAt) });
  }
  await using keys = await signIn(configOf(server));
  const left = async () => (await keys.list()).map(({ daysLeft }) => daysLeft);
  assertEquals(await left(), [1, 0]);
  now += 3_600_000;
  assertEquals(await left(), [1, -1]);
});

Deno.test("Odoo 14 keeps trusted browsers among the keys, which are none of ours", async () => {
  const server = new OdooSimulator({
    "res.users.apikeys": [{ id: 7, name: "x", user_id: 6, scope: "2fa_trusted_device" }],
  }, { version: 14 });
  await using keys = await signIn(configOf(server));
  assertEquals(await keys.list(), []);
  await assertRejects(() => keys.revoke("x"), OdooConfigError, "Cannot find");
});

Deno.test("a revoked key makes Odoo forget whom it has let in, by a time zone that stays as it is", async () => {
  const server = new OdooSimulator();
  await using keys = await signIn(configOf(server));
  await keys.create("x");
  await keys.revoke("x");
  const write = server.calls.find(({ model, method }) =>
    model === "res.users" && method === "write"
  );
  assertEquals(Object.keys(Object(write?.args[1])), ["tz"]);
  await keys.create("y");
  server.failNext(
    { kind: "exception", type: "odoo.exceptions.AccessError", message: "No" },
    { model: "res.users", method: "write" },
  );
  assertEquals((await keys.revoke("y")).length, 1);
});

Deno.test("a key that somebody else has revoked meanwhile is no failure", async () => {
  const server = new OdooSimulator();
  await using keys = await signIn(configOf(server));
  await keys.create("x");
  const message = "Record does not exist or has been deleted.";
  server.failNext(
    { kind: "exception", type: "odoo.exceptions.MissingError", message },
    { method: "remove" },
  );
  assertEquals((await keys.revoke("x")).length, 1);
});

Deno.test("web pages, redirects and errors of proxies in place of the web client are network errors", async () => {
  const server = new OdooSimulator();
  const config = configOf(server);
  const enter = () => signIn(config);
  const page = { "content-type": "text/html" };
  server.failNext({ kind: "http", status: 200, body: "<title>Hi</title>", headers: page });
  const error = await assertRejects(enter, OdooNetworkError, 'a page titled "Hi"');
  assertEquals(error.outcome, "unknown");
  server.failNext({
    kind: "http",
    status: 200,
    body: "[]",
    headers: { "content-type": "application/json" },
  });
  await assertRejects(enter, OdooNetworkError);
  server.failNext({ kind: "bad-gateway" });
  await assertRejects(enter, OdooNetworkError, "502");
  server.failNext({ kind: "redirect", to: "https://other.test/web/session/authenticate" });
  await assertRejects(enter, OdooNetworkError, "set ODOO_URL=https://other.test");
  server.failNext({ kind: "disconnect" });
  await assertRejects(enter, OdooNetworkError);
  server.failNext({ kind: "timeout" });
  await assertRejects(() => signIn({ ...config, timeoutMs: 20 }), OdooTimeoutError);
  const stop = new AbortController();
  server.failNext({ kind: "timeout" });
  const entering = signIn(config, { signal: stop.signal });
  stop.abort(new Error("Enough"));
  await assertRejects(() => entering, Error, "Enough");
});

Deno.test("cookies and the password go to no other origin, wherever a redirect points", async () => {
  const server = new OdooSimulator();
  const code = server.enableTwoFactor("demo");
  const asked: Request[] = [];
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init);
    asked.push(request.clone());
    if (new URL(request.url).origin !== server.config.url) return new Response("caught");
    return await server.fetch(input, init);
  };
  await using keys = await signIn({ ...configOf(server), code, fetch });
  const { host } = new URL(server.config.url);
  const elsewhere = ["https://evil.test", `https://${host}:8443`, `http://${host}`, `//a.${host}`];
  const steps = ["search_read", "api_key_wizard", "fields_get", "run_check", "create", "make_key"];
  for (const method of steps) {
    for (const status of [301, 302, 303, 307, 308]) {
      const to = `${elsewhere[status % elsewhere.length]}/web/dataset/call_kw`;
      server.failNext({ kind: "redirect", to, status }, { method });
      await assertRejects(() => keys.create("x"), OdooNetworkError, "redirect");
    }
  }
  assertEquals(asked.filter(({ url }) => new URL(url).origin !== server.config.url), []);
  assert(asked.some(({ headers }) => headers.get("cookie")?.includes("session_id=")));
  assert(asked.every(({ redirect }) => redirect === "manual"));
});

Deno.test("cookies of a load balancer are kept beside the session's, until they are taken back", async () => {
  const server = new OdooSimulator();
  const seen: string[] = [];
  let more = "lane=a1; Path=/";
  const fetch: Fetch = async (input, init) => {
    seen.push(new Headers(init?.headers).get("cookie") ?? "");
    const response = await server.fetch(input, init);
    response.headers.append("set-cookie", more);
    return response;
  };
  await using keys = await signIn({ ...configOf(server), fetch });
  await keys.list();
  more = "lane=; Max-Age=0";
  await keys.list();
  await keys.list();
  const has = (name: string) => seen.map((cookies) => cookies.includes(`${name}=`));
  assertEquals(has("lane"), [false, true, true, false]);
  assertEquals(has("session_id"), [false, true, true, true]);
});

Deno.test("rotate() makes a new key, tries it, saves it, and revokes the old one then", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    await using keys = await signIn(configOf(server));
    const old = await keys.create("nightly");
    const other = await keys.create("other");
    let saved = "";
    const { made, revoked } = await keys.rotate("nightly", {
      save: async (key) => {
        assert(await opens(server, old.key), "the old key works until the new one is saved");
        assert(await opens(server, key));
        saved = key;
      },
    });
    assertEquals([made.key, revoked.map(({ id }) => id)], [saved, [old.id]]);
    assertEquals(
      [await opens(server, saved), await opens(server, old.key), await opens(server, other.key)],
      [true, false, true],
    );
    assertEquals((await keys.list()).map(({ name }) => name), ["other", "nightly"]);
    await assertRejects(
      () => keys.rotate("nightlyy", { save: () => {} }),
      OdooConfigError,
      '"demo" has "other", "nightly"',
    );
  }
});

Deno.test("rotate() keeps the life that a key had, unless it is told another", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  await using keys = await signIn(configOf(server, "admin"));
  const save = () => {};
  await keys.create("x", { days: 40 });
  const life = async () => (await keys.list()).find(({ name }) => name === "x")?.daysLeft;
  await keys.rotate("x", { save });
  assertEquals(await life(), 39);
  await keys.rotate("x", { save, days: 7 });
  assertEquals(await life(), 6);
});

Deno.test("rotate() leaves keys of the same name alone that are not for the external API", async () => {
  const server = new OdooSimulator({
    "res.users.apikeys": [
      { id: 7, name: "x", user_id: 6, scope: "rpc" },
      { id: 8, name: "x", user_id: 6, scope: "odoo.plugin.outlook" },
    ],
  });
  await using keys = await signIn(configOf(server));
  const { revoked } = await keys.rotate("x", { save: () => {} });
  assertEquals(revoked.map(({ id }) => id), [7]);
  assertEquals((await keys.list()).map(({ scope }) => scope), ["odoo.plugin.outlook", false]);
});

/** A `fetch` that dies at its n-th request from now on, before or behind the work of the server. */
function mortal(server: OdooSimulator) {
  let left = Infinity;
  let isBehind = false;
  let isDead = false;
  const fetch: Fetch = async (input, init) => {
    if (isDead || --left < 0) {
      if (!isDead && isBehind) await server.fetch(input, init);
      isDead = true;
      throw new TypeError("error sending request: killed");
    }
    return await server.fetch(input, init);
  };
  const die = (after: number, behind: boolean) => [left, isBehind, isDead] = [after, behind, false];
  return { fetch, die, isDead: () => isDead };
}

for (const version of VERSIONS) {
  Deno.test(`a rotation on Odoo ${version} that is killed at any of its requests leaves a saved key that works, and the next one tidies up`, async () => {
    for (const behind of [false, true]) {
      for (let after = 0, isDone = false; !isDone; after++) {
        const server = new OdooSimulator({}, { version });
        const { fetch, die, isDead } = mortal(server);
        await using keys = await signIn({ ...configOf(server), fetch, retries: 0 });
        const other = await keys.create("other");
        let saved = (await keys.create("nightly")).key;
        const save = (key: string) => void (saved = key);

        die(after, behind);
        await keys.rotate("nightly", { save }).catch(() => {});
        isDone = !isDead();
        assert(await opens(server, saved), `killed at request ${after}`);

        die(Infinity, false);
        await keys.rotate("nightly", { save });
        assertEquals((await keys.list()).map(({ name }) => name), ["other", "nightly"]);
        assert(await opens(server, saved) && await opens(server, other.key));
        assert(after < 60);
      }
    }
  });
}

Deno.test("a rotation that fails after it has made a key says where it stopped and what to do", async () => {
  const server = new OdooSimulator();
  await using keys = await signIn(configOf(server));
  const old = await keys.create("x");
  let saved = old.key;
  const failure = async (save = (key: string) => void (saved = key)) =>
    await assertRejects(() => keys.rotate("x", { save }), KeyRotationError);
  const names = async () => (await keys.list()).map(({ name }) => name);

  server.failNext({ kind: "exception", type: "odoo.exceptions.AccessDenied", message: "No" }, {
    method: "authenticate",
  });
  const check = await failure();
  assertEquals([check.step, saved, await names()], ["check", old.key, ["x"]]);
  assert(check.cause instanceof OdooAuthError);

  const save = await failure((key) => {
    throw new Error(`disk full, so ${key} was not written`);
  });
  assertEquals([save.step, saved, await names()], ["save", old.key, ["x", "x"]]);
  assertMatch(save.message, /disk full, so \*\*\* was not written/);
  assert(await opens(server, saved));

  server.failNext({ kind: "bad-gateway" }, { method: "remove" });
  const revoke = await failure();
  assertEquals([revoke.step, (await names()).length], ["revoke", 3]);
  assertNotEquals(saved, old.key);
  assert(await opens(server, saved));
  assertStringIncludes(revoke.message, "rotate again");

  await keys.rotate("x", { save: (key) => void (saved = key) });
  assertEquals(await names(), ["x"]);
  assert(await opens(server, saved));
});

Deno.test("an abort during a rotation stops it before the old key is revoked", async () => {
  const server = new OdooSimulator();
  await using keys = await signIn(configOf(server));
  const old = await keys.create("x");
  const stop = new AbortController();
  const save = () => stop.abort(new Error("Ctrl-C"));
  const { signal } = stop;
  const error = await assertRejects(() => keys.rotate("x", { save }, { signal }), KeyRotationError);
  assertEquals([error.step, Object(error.cause).message], ["revoke", "Ctrl-C"]);
  assert(await opens(server, old.key));
});

Deno.test("no password, code or key shows in what is thrown, logged, inspected or noted", async () => {
  const password = "hunter2-hunter2";
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const odoo = await server.connect();
    const [demo = 0] = await odoo.model("res.users").search([["login", "=", "demo"]]);
    await odoo.executeKw("res.users", "write", [[demo], { password }]);
    const code = server.enableTwoFactor("demo");
    const config = { ...configOf(server), password, code };
    const given = code();
    await using keys = await signIn(config);
    const made = await keys.create("x");
    let saved = "";
    const shown: unknown[] = [
      keys,
      made,
      await keys.list(),
      Deno.inspect(server.calls, { depth: 9 }),
    ];
    const thrown = async (work: Promise<unknown>) => void shown.push(await work.catch((e) => e));

    await thrown(signIn({ ...config, db: "nodb" }));
    await thrown(signIn({ ...config, code: () => "000000" }));
    await thrown(signIn({ ...config, password: made.key }));
    for (const method of ["create", "make_key", "search_read", "remove", "fields_get"]) {
      const message = `Not with ${password}`;
      server.failNext({ kind: "exception", type: "builtins.ValueError", message }, { method });
      await thrown(keys.rotate("x", { save: () => Promise.reject(new Error("disk full")) }));
    }
    await thrown(keys.rotate("x", { save: (key) => Promise.reject(`text ${saved = key}`) }));
    await thrown(keys.rotate("x", { save: (key) => Promise.reject(new Error(saved = key)) }));
    await thrown(checkKey({ ...server.config, username: "demo", apiKey: made.key.slice(1) }));
    const texts = shown.map((each) =>
      Deno.inspect(each, { depth: 20, showHidden: true }) + JSON.stringify(each) +
      (each instanceof Error ? each.stack : "")
    ).join("\n");
    for (const secret of [password, made.key.slice(1), saved, given]) {
      assertFalse(texts.includes(secret), secret);
    }
  }
});

Deno.test("a cassette of a two-factor sign-in and of a rotation holds no password, code, cookie or key", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const password = "hunter2-hunter2";
    const odoo = await server.connect();
    const [demo = 0] = await odoo.model("res.users").search([["login", "=", "demo"]]);
    await odoo.executeKw("res.users", "write", [[demo], { password }]);
    const code = server.enableTwoFactor("demo");
    const secrets = [password, code()];
    const fetch: Fetch = async (input, init) => {
      const response = await server.fetch(input, init);
      const [cookie = ""] = response.headers.getSetCookie();
      secrets.push(...cookie.split(/[=;]/).slice(1, 2));
      return response;
    };
    await using folder = await temporaryFolder();
    const path = `${folder.path}/keys.json`;
    {
      await using tape = cassette(path, { mode: "record", fetch });
      await using keys = await signIn({
        ...configOf(server),
        password,
        code,
        fetch: tape.fetch,
      });
      secrets.push((await keys.create("x")).key);
      await keys.rotate("x", { save: (key) => void secrets.push(key) });
    }
    const text = await Deno.readTextFile(path);
    assert(secrets.length >= 6 && text.includes("make_key"));
    assertEquals(secrets.filter((secret) => text.includes(secret)), []);
  }
});

Deno.test("checkKey() tells when a key ends where it can be no other, and the soonest it may where it can", async () => {
  const server = new OdooSimulator({}, { version: 19 });
  const config = { ...server.config, username: "demo" };
  await using keys = await signIn(configOf(server));
  const one = await keys.create("one", { days: 30 });
  const only = await checkKey({ ...config, apiKey: one.key });
  assert(only.ok);
  assertEquals([only.kind, only.key?.id, only.daysLeft], ["key", one.id, 29]);
  assertEquals(only.expires, one.expires || undefined);

  const two = await keys.create("two", { days: 7 });
  const either = await checkKey({ ...config, apiKey: one.key });
  assert(either.ok);
  assertEquals([either.key, either.daysLeft], [undefined, 6]);
  assertEquals(either.candidates.map(({ id }) => id), [two.id, one.id]);

  const named = await checkKey({ ...config, apiKey: one.key }, { name: "one" });
  assert(named.ok);
  assertEquals([named.key?.id, named.daysLeft], [one.id, 29]);
});

Deno.test("checkKey() counts no keys of others, that have ended, or that are not for the external API", async () => {
  const server = new OdooSimulator({
    "res.users.apikeys": [{ id: 99, name: "x", user_id: 2, scope: "odoo.plugin.outlook" }],
  }, { version: 19 });
  server.addApiKey("admin", "over", { expiresAt: new Date(Date.now() - 1000) });
  server.addApiKey("demo", "of demo");
  const check = await checkKey(server.config);
  assert(check.ok);
  assertEquals([check.key?.name, check.expires, check.daysLeft], ["odeno", false, false]);
});

Deno.test("checkKey() says what is wrong, as far as the server lets one know", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    const { apiKey: good, ...config } = server.config;
    const reasonOf = async (change: object) => {
      const check = await checkKey({ ...config, apiKey: good, ...change });
      assertFalse(check.ok);
      assertFalse(check.message.includes("\n"));
      return [check.reason, check.message] as const;
    };
    const [database, said] = await reasonOf({ db: "nodb" });
    assertEquals(database, "database");
    assertStringIncludes(said, 'the server has "odoo"');
    const isTold = version === 19;
    assertEquals((await reasonOf({ username: "demo" }))[0], isTold ? "user" : "credentials");
    const [key, short] = await reasonOf({ apiKey: good.slice(1) });
    assertEquals(key, isTold ? "key" : "credentials");
    assertStringIncludes(short, "has 40 digits");
    const revoked = server.addApiKey("admin", "x");
    server.revokeApiKey(revoked);
    const [reason, gone] = await reasonOf({ apiKey: revoked });
    assertEquals(reason, key);
    assertFalse(gone.includes("40 digits"));
  }
  const server = new OdooSimulator({}, { version: 14 });
  server.failNext({ kind: "cooldown" }, { method: "execute_kw" });
  await checkKey(server.config);
});

Deno.test("checkKey() takes a password for what it is, and throws where the server is not there", async () => {
  const server = new OdooSimulator();
  const { apiKey: _key, ...config } = server.config;
  const check = await checkKey({ ...config, password: "admin" });
  assert(check.ok);
  assertEquals([check.kind, check.candidates, check.expires], ["password", [], undefined]);
  const gone: Fetch = () => Promise.reject(new TypeError("tcp connect error"));
  await assertRejects(
    () => checkKey({ ...server.config, fetch: gone, retries: 0 }),
    OdooNetworkError,
  );
  await assertRejects(() => checkKey({ ...server.config, apiKey: "" }), OdooConfigError);
});
