import { assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { ground, odeno, odenoAt, ofDemo } from "./cli_support.ts";

Deno.test("`odeno keys check` is silent when all is well, unless somebody looks", async () => {
  await using env = await ofDemo({ version: 19 });
  const { out: key } = await odeno("keys", "new", "a", "--days", "30", env.flag);
  const flag = await env.withKey(key);
  assertEquals(await odeno("keys", "check", flag), { code: 0, out: "", err: "" });
  const seen = await odenoAt({ isTerminal: true }, "keys", "check", flag);
  assertMatch(seen.out, /^The API key "a" of "demo" ends in 29 days, at 2\S+T00:00:00Z$/);
  const json = JSON.parse((await odeno("keys", "check", "--json", flag)).out);
  assertEquals([json.ok, json.kind, json.keys, json.days_left], [true, "key", ["a"], 29]);
  const endless = await odenoAt({ isTerminal: true }, "keys", "check", await env.settings());
  assertEquals(endless.out, 'The API key "odeno" of "admin" never ends');

  const password = await odenoAt({ isTerminal: true }, "keys", "check", env.flag);
  assertEquals(password.out, 'Odoo takes the password of "demo", which has no end');
});

Deno.test("`odeno keys check` warns before a key ends, by the name where there are several", async () => {
  await using env = await ofDemo({ version: 19 });
  const { out: key } = await odeno("keys", "new", "long", "--days", "60", env.flag);
  const flag = await env.withKey(key);
  const at = (...argv: string[]) => odeno("keys", "check", ...argv, flag);
  assertEquals((await at("--warn-days", "58")).code, 0);
  const warned = await at("--warn-days", "59");
  assertEquals([warned.code, warned.out], [1, ""]);
  assertMatch(
    warned.err,
    /^The API key "long" of "demo" ends in 59 days, at \S+: rotate it with "odeno keys rotate long"$/,
  );
  assertEquals(JSON.parse((await at("--warn-days", "59", "--json")).out).ok, false);

  await odeno("keys", "new", "short", "--days", "3", env.flag);
  const several = await at();
  assertEquals(several.code, 1);
  assertMatch(
    several.err,
    /^"short", the first to end of the 2 API keys that it may be, of "demo" ends in 2/,
  );
  assertEquals((await at("long")).code, 0);
  const unknown = await at("lnog");
  assertEquals(unknown.code, 1);
  assertStringIncludes(unknown.err, 'but shows no good one of the name "lnog"');
  env.odoo.addApiKey("demo", "today", { expiresAt: new Date(Date.now() + 3_600_000) });
  assertStringIncludes((await at()).err, "ends within a day");
});

Deno.test("`odeno keys check` tells what is wrong with a refused key in one line, as far as Odoo lets it", async () => {
  for (const [version, wrongUser] of [[14, "credentials"], [19, "user"]] as const) {
    await using env = await ofDemo({ version });
    const { out: key } = await odeno("keys", "new", "a", env.flag);
    const look = async (given: Record<string, string>) => {
      const flag = await env.settings({ USERNAME: "demo", API_KEY: key, ...given });
      const { code, out, err } = await odeno("keys", "check", flag);
      assertEquals([code, out], [1, ""]);
      assertFalse(err.includes("\n"));
      assertFalse(err.includes(key));
      const json = await odeno("keys", "check", "--json", flag);
      assertEquals(json.code, 1);
      return [JSON.parse(json.out).reason, err];
    };
    const [reason, text] = await look({ DB: "nodb" });
    assertEquals(reason, "database");
    assertStringIncludes(String(text), 'the server has "odoo"');
    assertEquals((await look({ USERNAME: "admin" }))[0], wrongUser);
    assertEquals(
      (await look({ API_KEY: "f".repeat(40) }))[0],
      version === 19 ? "key" : "credentials",
    );
    await odeno("keys", "revoke", "a", env.flag);
    assertEquals((await look({}))[0], version === 19 ? "key" : "credentials");
  }
});

Deno.test("where there is no Odoo `odeno keys check` knows nothing of the key, and exits 2", async () => {
  await using env = await ground();
  env.odoo.failNext({ kind: "redirect", to: "https://other.test/" });
  const { code, out, err } = await odeno("keys", "check", env.flag);
  assertEquals([code, out], [2, ""]);
  assertMatch(err, /^[^\n]+answered with a redirect to https:\/\/other.test\/[^\n]+$/);
});

Deno.test("`odeno auth` names the key, or all that it may be, and when it ends", async () => {
  await using env = await ofDemo({ version: 19 });
  const { out: key } = await odeno("keys", "new", "a", "--days", "30", env.flag);
  const flag = await env.withKey(key);
  const one = JSON.parse((await odeno("auth", flag)).out);
  assertEquals([one.keys, one.days_left], [["a"], 29]);
  await odeno("keys", "new", "b", "--days", "9", env.flag);
  const both = await odenoAt({ isTerminal: true }, "auth", flag);
  assertMatch(both.out, /^keys +one of 2: "b", "a"\nexpires +in 8 days, at /m);
  const password = await odenoAt({ isTerminal: true }, "auth", env.flag);
  assertMatch(password.out, /^keys +none: this is a password$/m);
  env.odoo.failNext(
    { kind: "exception", type: "odoo.exceptions.AccessError", message: "No" },
    { model: "res.users.apikeys" },
  );
  const hidden = await odenoAt({ isTerminal: true }, "auth", flag);
  assertMatch(hidden.out, /^keys +unknown: the user may see none$/m);
});
