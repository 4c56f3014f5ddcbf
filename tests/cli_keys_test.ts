import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { ReaderGoneError } from "../lib/cli/io.ts";
import { signIn } from "../lib/keys.ts";
import { odeno, odenoAt, ofDemo, savedIn, terminal } from "./cli_support.ts";

const VERSIONS = [14, 17, 19] as const;
const KEY = /^[0-9a-f]{40}$/;
const DAY_MS = 86_400_000;

for (const version of VERSIONS) {
  Deno.test(`the keys of Odoo ${version} are made, listed and revoked from the shell`, async () => {
    await using env = await ofDemo({ version });
    const made = await odeno("keys", "new", "nightly sync", env.flag);
    assertEquals(made.code, 0);
    assertMatch(made.out, KEY);
    assertStringIncludes(made.err, 'Made the API key "nightly sync" (id 2, ');
    assertFalse(made.err.includes(made.out));

    for (const flag of [env.flag, await env.withKey(made.out)]) {
      const { out } = await odeno("keys", "list", flag);
      const { id, name, scope, expires, days_left } = JSON.parse(out);
      assertEquals([id, name, scope], [2, "nightly sync", null]);
      assertEquals([expires === null, days_left === null], [version < 19, version < 19]);
    }
    const table = await odenoAt({ isTerminal: true }, "keys", "list", env.flag);
    assertMatch(
      table.out,
      /^id {2}name +scope +created +expires +days_left\n2 +nightly sync +every/,
    );
    assertEquals(table.out.includes("never"), version < 19);

    const config = { ...env.odoo.config, username: "demo", apiKey: undefined, password: made.out };
    const error = await signIn(config).catch((error) => error);
    assertStringIncludes(error.message, "looks like an API key");

    const revoked = await odeno("keys", "revoke", "nightly sync", env.flag);
    assertEquals([revoked.code, revoked.out], [0, ""]);
    assertStringIncludes(revoked.err, 'Revoked the API key "nightly sync" (id 2, ');
    assertEquals((await odeno("auth", await env.withKey(made.out))).code, 1);
    assertEquals((await odeno("keys", "check", await env.withKey(made.out))).code, 1);
  });

  Deno.test(`on Odoo ${version} a key is rotated from the shell: the saved one works, the old one does not`, async () => {
    await using env = await ofDemo({ version });
    const save = `--save=${env.folder}/.env`;
    await odeno("keys", "new", "job", save, env.flag);
    const old = await savedIn(`${env.folder}/.env`);
    const { code, out, err } = await odeno("keys", "rotate", "job", save, env.flag);
    assertEquals([code, out], [0, ""]);
    assertMatch(err, /Made the API key "job" \(id 3[^]+Revoked the API key "job" \(id 2/);
    const key = await savedIn(`${env.folder}/.env`);
    assertEquals([await env.isGood(key), await env.isGood(old)], [true, false]);
    assertEquals(env.names(), ["job"]);
  });
}

Deno.test("`odeno keys new` writes what else is known of the key where a format is asked for", async () => {
  await using env = await ofDemo({ version: 19 });
  const json = await odeno("keys", "new", "a", "--days", "5", "--json", env.flag);
  const { id, name, expires, key } = JSON.parse(json.out);
  assertEquals([id, name], [2, "a"]);
  assertMatch(key, KEY);
  assertEquals(Date.parse(expires), (Math.floor(Date.now() / DAY_MS) + 5) * DAY_MS);
  const csv = await odeno("keys", "new", "b", "--csv", env.flag);
  assertMatch(csv.out, /^id,name,expires,key\r?\n3,b,.+,[0-9a-f]{40}\r?$/);
  const rotated = await odeno("keys", "rotate", "a", "--json", env.flag);
  assertMatch(JSON.parse(rotated.out).key, KEY);
});

Deno.test("a key is saved with all settings that belong to it, and not printed", async () => {
  await using env = await ofDemo();
  const path = `${env.folder}/of app.env`;
  const { code, out, err } = await odeno("keys", "new", "app", "--save", path, env.flag);
  assertEquals([code, out], [0, ""]);
  assertFalse(err.includes(await savedIn(path)));
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  assertEquals((await odeno("auth", `--env-file=${path}`)).code, 0);

  const lines = ["URL", "DB", "USERNAME", "PASSWORD"].map((name, index) =>
    `ODOO_PROD_${name}=${[env.url, env.db, "demo", "demo"][index]}\n`
  );
  await Deno.writeTextFile(`${env.folder}/prod`, lines.join(""));
  const prod = ["--profile=prod", `--env-file=${env.folder}/prod`];
  assertEquals((await odeno("keys", "new", "app 2", "--save", path, ...prod)).code, 0);
  assertEquals((await odeno("auth", `--env-file=${path}`, "--profile=prod")).code, 0);
  assertEquals((await odeno("auth", `--env-file=${path}`)).code, 0);
});

Deno.test("the password is asked for at a terminal, hidden, and once more where Odoo does not take it", async () => {
  await using env = await ofDemo();
  const hidden: boolean[] = [];
  const ends = {
    ...terminal("mistyped", "demmo\x7f\x7fo"),
    hide: (is: boolean) => hidden.push(is),
  };
  const { code, out, err } = await odenoAt(ends, "keys", "new", "x", env.withoutPassword);
  assertEquals(code, 0, err);
  assertMatch(out, KEY);
  assertEquals(hidden, [true, false, true, false]);
  assertStringIncludes(err, `Password of "demo" at ${env.url}: \n\nOdoo does not take that`);
  assertFalse(/mistyped|demmo/.test(err));
  const twice = await odenoAt(terminal("a", "b", "c"), "keys", "new", "x", env.withoutPassword);
  assertEquals(twice.code, 2);
  assertStringIncludes(twice.err, "the user or the password is wrong");
});

Deno.test("where nobody can be asked for a password, or does not answer, it is said in a sentence", async () => {
  await using env = await ofDemo();
  const before = env.odoo.calls.length;
  for (const command of [["new", "x"], ["revoke", "x"], ["rotate", "x"], ["list"]]) {
    const { code, out, err } = await odeno("keys", ...command, env.withoutPassword);
    assertEquals([code, out], [2, ""]);
    assertEquals(
      err,
      'Cannot sign in as "demo" without the password: set ODOO_PASSWORD, or run it in a terminal',
    );
  }
  const silent = await odenoAt(terminal(), "keys", "new", "x", env.withoutPassword);
  assertEquals(silent.code, 2);
  assertStringIncludes(silent.err, "Nobody has answered");
  assertEquals(env.odoo.calls.length, before);
});

Deno.test("a two-factor code is asked for at a terminal, and elsewhere it is said what to do", async () => {
  await using env = await ofDemo();
  const code = env.odoo.enableTwoFactor("demo");
  const made = await odenoAt(terminal("demo", code()), "keys", "new", "x", env.withoutPassword);
  assertEquals(made.code, 0, made.err);
  assertStringIncludes(made.err, 'Two-factor code of "demo": ');
  const piped = await odeno("keys", "new", "y", env.flag);
  assertEquals(piped.code, 2);
  assertMatch(
    piped.err,
    /^Odoo asks for a two-factor code of "demo" [^\n]+run it in a terminal, or/,
  );
  assertEquals(env.names(), ["x"]);
});

Deno.test("what is wrong with a command on keys is said before anybody signs in", async () => {
  await using env = await ofDemo();
  const before = env.odoo.calls.length;
  const cases: [argv: string[], sentence: string][] = [
    [["new"], "A name is needed"],
    [["new", " "], "Cannot make an API key without a name"],
    [["new", "x", "--days", "0"], "--days must be a whole number from 1 on"],
    [["new", "x", "--days", "90000"], "Cannot make an API key for 90000 days"],
    [["new", "x", "--password", "5ecret"], "A secret on the command line"],
    [["new", "x", "y"], 'Nothing is known of "y"'],
    [["new", "x", "--read-only"], "Cannot change API keys: the settings are read-only"],
    [["revoke"], "An id or a name is needed"],
    [["revoke", "x", "--read-only"], "read-only"],
    [["rotate", "x", "--read-only"], "read-only"],
    [["rotate", "x", "--days", "x"], "--days must be a whole number"],
    [["check", "x", "--warn-days", "-1"], "--warn-days must be a whole number from 0 on"],
    [["nwe", "x"], 'There is no command "keys nwe"; did you mean "keys new"?'],
  ];
  for (const [argv, sentence] of cases) {
    const { code, out, err } = await odeno("keys", ...argv, env.flag);
    assertEquals([code, out], [2, ""], argv.join(" "));
    assertStringIncludes(err, sentence);
    assertFalse(err.includes("5ecret"));
  }
  assertEquals((await odeno("keys")).code, 2);
  assertEquals(env.odoo.calls.length, before);
});

Deno.test("a key that cannot be handed over is revoked again", async () => {
  await using env = await ofDemo();
  const missing = await odeno("keys", "new", "x", `--save=${env.folder}/none/.env`, env.flag);
  assertEquals(missing.code, 2);
  assertStringIncludes(missing.err, "none/.env: there is no such file or folder");
  const folder = await odeno("keys", "new", "x", `--save=${env.folder}`, env.flag);
  assertStringIncludes(folder.err, "it is a folder");
  env.odoo.failNext({ kind: "cooldown" }, { method: "authenticate" });
  assertEquals((await odeno("keys", "new", "x", env.flag)).code, 2);
  assertEquals(env.names(), []);

  env.odoo.failNext({ kind: "bad-gateway" }, { method: "remove" });
  const left = await odeno("keys", "new", "x", `--save=${env.folder}`, env.flag);
  assertStringIncludes(left.err, 'There is a new key "x" now that nobody has');
  assertEquals(env.names(), ["x"]);
});

Deno.test("a key that is saved stays, though nobody reads the message about it", async () => {
  await using env = await ofDemo();
  const path = `${env.folder}/.env`;
  const gone = {
    err: () => {
      throw new ReaderGoneError();
    },
  };
  await odenoAt(gone, "keys", "new", "x", "--save", path, env.flag);
  assert(await env.isGood(await savedIn(path)));
});

Deno.test("`odeno keys revoke` takes an id or a name, and tells the names where it is neither", async () => {
  await using env = await ofDemo();
  await using keys = await signIn({
    ...{ ...env.odoo.config, apiKey: undefined },
    ...{ username: "demo", password: "demo" },
  });
  // From the web client, where nothing keeps keys from having one name
  for (const name of ["a", "b", "b", "4711"]) await keys.create(name);
  assertEquals((await odeno("keys", "revoke", "2", env.flag)).code, 0);
  assertEquals(env.names(), ["b", "b", "4711"]);
  assertEquals((await odeno("keys", "revoke", "4711", env.flag)).code, 0);
  const refused = await odeno("keys", "revoke", "b", env.flag);
  assertEquals(refused.code, 2);
  assertMatch(
    refused.err,
    /^Cannot revoke 2 API keys: "b" \(id 3.*, "b" \(id 4.*: say so with --yes, or give the id of one$/,
  );
  for (const answer of ["", "n", "yess"]) {
    const no = await odenoAt(terminal(answer), "keys", "revoke", "b", env.flag);
    assertEquals(no.code, 1);
    assertStringIncludes(no.err, "Revoke all 2 API keys: ");
    assertStringIncludes(no.err, "No key was revoked");
  }
  assertEquals(env.names(), ["b", "b"]);
  const asked = await odenoAt(terminal("demo", "y"), "keys", "revoke", "b", env.withoutPassword);
  assertEquals(asked.err.match(/Revoked/g)?.length, 2);
  for (const _ of [1, 2]) await keys.create("b");
  const twice = await odeno("keys", "revoke", "b", "--yes", env.flag);
  assertEquals(twice.err.match(/Revoked/g)?.length, 2);
  await odeno("keys", "new", "c", env.flag);
  const none = await odeno("keys", "revoke", "1", env.flag);
  assertEquals(none.code, 2);
  assertStringIncludes(none.err, 'Cannot find an API key called "1": "demo" has "c"');
});

Deno.test("a key gets no name that another one has, whose rotation would revoke both", async () => {
  await using env = await ofDemo();
  await odeno("keys", "new", "the app", env.flag);
  const path = `${env.folder}/.env`;
  for (const command of [["keys", "new", "the app"], ["init", "--name", "the app"]]) {
    const { code, out, err } = await odeno(...command, "--save", path, env.flag);
    assertEquals([code, out], [2, ""]);
    assertStringIncludes(err, 'There is an API key "the app" already');
    assertStringIncludes(err, `"odeno keys rotate 'the app'"`);
  }
  assertEquals(env.names(), ["the app"]);
});

Deno.test("`odeno init` does not revoke the key that a file had, and says how to", async () => {
  await using env = await ofDemo();
  const path = `${env.folder}/.env`;
  const first = await odeno("init", "--save", path, env.flag);
  assertFalse(first.err.includes("was not revoked"));
  const old = await savedIn(path);
  const { err } = await odeno("init", "--save", path, env.flag);
  assert(await env.isGood(old));
  assertStringIncludes(err, 'It may be "odeno" (id 2, without an end). To revoke it: ');
  assertStringIncludes(err, `odeno keys revoke ID --env-file ${path}\n`);
  await odeno("keys", "revoke", "odeno", env.flag);
  await odeno("keys", "revoke", "odeno 2", env.flag);
  const third = await odeno("init", "--save", path, env.flag);
  assertStringIncludes(third.err, 'is none of "demo" any more');
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace("USERNAME=demo", "USERNAME=admin"));
  const other = await odeno("init", "--save", path, env.flag);
  assertStringIncludes(other.err, "was not revoked: it is of another user or database");
});

Deno.test("`odeno keys rotate` needs no name where there is one, and names them where there are more", async () => {
  await using env = await ofDemo({ version: 19 });
  const none = await odeno("keys", "rotate", env.flag);
  assertEquals(none.code, 2);
  assertStringIncludes(none.err, "There is no API key to rotate: make one with odeno keys new");
  await odeno("keys", "new", "a", "--days", "30", env.flag);
  const one = await odeno("keys", "rotate", env.flag);
  assertEquals(one.code, 0, one.err);
  assert(await env.isGood(one.out));
  const [kept] = (await odeno("keys", "list", env.flag)).out.split("\n");
  assertEquals(JSON.parse(kept ?? "").days_left, 29);
  await odeno("keys", "rotate", "--days", "10", env.flag);
  const [shorter] = (await odeno("keys", "list", env.flag)).out.split("\n");
  assertEquals(JSON.parse(shorter ?? "").days_left, 9);
  await odeno("keys", "new", "b", env.flag);
  const two = await odeno("keys", "rotate", env.flag);
  assertEquals(two.code, 2);
  assertStringIncludes(two.err, 'Say which API key to rotate: "a", "b"');
});

Deno.test("a rotation that cannot save leaves the old key alone, and says how it stands", async () => {
  await using env = await ofDemo();
  const { out: old } = await odeno("keys", "new", "a", env.flag);
  const failed = await odeno("keys", "rotate", "a", `--save=${env.folder}`, env.flag);
  assertEquals([failed.code, failed.out], [2, ""]);
  assertStringIncludes(failed.err, "could not be saved; the old one works on");
  assert(await env.isGood(old));
});
