import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { withVariables } from "../lib/cli/env_file.ts";
import { type Io, ReaderGoneError } from "../lib/cli/io.ts";
import { checkKey, signIn } from "../lib/keys.ts";
import type { SimulatorOptions } from "../lib/testing/mod.ts";
import { OdooConfigError } from "../mod.ts";
import { ground, odeno, odenoAt, typed } from "./cli_support.ts";

const VERSIONS = [14, 17, 19] as const;
const KEY = /^[0-9a-f]{40}$/;
const DAY_MS = 86_400_000;

/** A simulator in which `demo` has no key, with a flag for its settings with the password. */
async function ofDemo(options: SimulatorOptions = {}) {
  const env = await ground({}, options);
  const account = { USERNAME: "demo", API_KEY: undefined, PASSWORD: "demo" };
  return Object.assign(env, {
    flag: await env.settings(account),
    withoutPassword: await env.settings({ ...account, PASSWORD: undefined }),
    withKey: (key: string) => env.settings({ ...account, PASSWORD: undefined, API_KEY: key }),
    names: () =>
      env.odoo.records("res.users.apikeys").filter(({ id }) => id !== 1).map(({ name }) => name),
    isGood: async (apiKey: string) =>
      (await checkKey({ ...env.odoo.config, username: "demo", apiKey })).ok,
  });
}

/** A terminal at which lines are typed. */
function terminal(...lines: string[]): Partial<Io> {
  return { isAsking: true, isTerminal: true, ...typed(lines.map((line) => `${line}\n`).join("")) };
}

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

async function savedIn(path: string): Promise<string> {
  return /^ODOO_API_KEY=(\w+)$/m.exec(await Deno.readTextFile(path))?.[1] ?? "";
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
  const left = await odeno("keys", "new", "x", `--save=${env.folder}/none/.env`, env.flag);
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
  for (const name of ["a", "b", "b", "4711"]) await odeno("keys", "new", name, env.flag);
  assertEquals((await odeno("keys", "revoke", "2", env.flag)).code, 0);
  assertEquals(env.names(), ["b", "b", "4711"]);
  assertEquals((await odeno("keys", "revoke", "4711", env.flag)).code, 0);
  const twice = await odeno("keys", "revoke", "b", env.flag);
  assertEquals(twice.err.match(/Revoked/g)?.length, 2);
  await odeno("keys", "new", "c", env.flag);
  const none = await odeno("keys", "revoke", "1", env.flag);
  assertEquals(none.code, 2);
  assertStringIncludes(none.err, 'Cannot find an API key called "1": "demo" has "c"');
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
  const failed = await odeno("keys", "rotate", "a", `--save=${env.folder}/none/.env`, env.flag);
  assertEquals([failed.code, failed.out], [2, ""]);
  assertStringIncludes(failed.err, "could not be saved; the old one works on");
  assert(await env.isGood(old));
});

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
    /^The API key "long" of "demo" ends in 59 days, at \S+: rotate it with [^\n]+$/,
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
  assertMatch(both.out, /^key +one of 2: "b", "a"\nends +in 8 days, at /m);
  const password = await odenoAt({ isTerminal: true }, "auth", env.flag);
  assertMatch(password.out, /^key +none: this is a password$/m);
  env.odoo.failNext(
    { kind: "exception", type: "odoo.exceptions.AccessError", message: "No" },
    { model: "res.users.apikeys" },
  );
  const hidden = await odenoAt({ isTerminal: true }, "auth", flag);
  assertMatch(hidden.out, /^key +unknown: the user may see none$/m);
});

Deno.test("`odeno init` asks until the answers are of use, and writes settings that work", async () => {
  await using env = await ofDemo({ version: 19 });
  await Deno.mkdir(`${env.folder}/app/.git`, { recursive: true });
  const path = `${env.folder}/app/.env`;
  await Deno.writeTextFile(`${env.folder}/nothing`, "");
  const ends = terminal(
    "",
    "erp.example.com",
    "http://erp.example.com",
    env.url,
    "odo",
    "",
    "demo",
    "demo",
  );
  const nothing = `--env-file=${env.folder}/nothing`;
  const { code, out, err } = await odenoAt(ends, "init", "--save", path, nothing);
  assertEquals([code, out], [0, ""], err);
  assertStringIncludes(err, "it must be an address such as https://");
  assertStringIncludes(err, "plain http sends the API key in clear");
  assertStringIncludes(err, 'There is no database "odo"; did you mean "odoo"?');
  assertStringIncludes(err, `Database [odoo]: `);
  assertStringIncludes(err, `Added .env to ${env.folder}/app/.gitignore`);
  assertStringIncludes(err, 'Made the API key "odeno" (id 2, good until ');
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  assertEquals(await Deno.readTextFile(`${env.folder}/app/.gitignore`), ".env\n");
  const saved = await Deno.readTextFile(path);
  assertMatch(
    saved,
    /^ODOO_URL=\S+\nODOO_DB=odoo\nODOO_USERNAME=demo\nODOO_API_KEY=[0-9a-f]{40}\n$/,
  );
  assertEquals((await odeno("auth", `--env-file=${path}`)).code, 0);

  // What is there is offered, and keys of other programs keep their names
  const again = terminal("", "", "", "demo");
  const second = await odenoAt(again, "init", "--save", path, `--env-file=${path}`, "--days=5");
  assertEquals(second.code, 0, second.err);
  assertStringIncludes(second.err, `[${env.url}]: `);
  assertStringIncludes(second.err, "Login [demo]: ");
  assertEquals(env.names(), ["odeno", "odeno 2"]);
  assertEquals(await Deno.readTextFile(`${env.folder}/app/.gitignore`), ".env\n");
  assertEquals(JSON.parse((await odeno("auth", `--env-file=${path}`)).out).days_left, 4);
});

Deno.test("without a terminal `odeno init` takes what is set, for a profile as well, and says what is missing", async () => {
  await using env = await ofDemo();
  const path = `${env.folder}/.env`;
  const { code, out, err } = await odeno("init", "--save", path, "--name", "app", env.flag);
  assertEquals([code, out], [0, ""], err);
  assertFalse(err.includes(".gitignore"));
  assertEquals(env.names(), ["app"]);
  assertStringIncludes(err, `Try it: odeno auth --env-file ${path}`);

  const settings = (await Deno.readTextFile(env.flag.slice(11))).replaceAll("ODOO_", "ODOO_PROD_");
  await Deno.writeTextFile(`${env.folder}/prod`, settings);
  const prod = [`--env-file=${env.folder}/prod`, "--profile=prod"];
  assertEquals((await odeno("init", "--save", path, ...prod)).code, 0);
  assertMatch(await Deno.readTextFile(path), /^ODOO_PROD_API_KEY=[0-9a-f]{40}$/m);
  assertEquals((await odeno("auth", `--env-file=${path}`, "--profile=prod")).code, 0);
  assertEquals((await odeno("auth", `--env-file=${path}`)).code, 0);

  const missing = await odeno("init", "--save", path, await env.settings({ DB: undefined }));
  assertEquals(missing.code, 2);
  assertStringIncludes(missing.err, "without ODOO_DB: set what is missing");
  const open = await env.settings({ URL: "http://erp.example.com", PASSWORD: "x" });
  const refused = await odeno("init", "--save", path, open);
  assertStringIncludes(refused.err, "plain http sends the API key in clear");
});

Deno.test("settings are written beside what else is in a file, which keeps its links and who may read it", async () => {
  await using env = await ofDemo();
  const [path, link] = [`${env.folder}/shared.env`, `${env.folder}/.env`];
  const before = "# mine\nSECRET='a b'\nexport ODOO_URL=http://old # old\nODOO_USER=demo\nLAST=1";
  await Deno.writeTextFile(path, before, { mode: 0o644 });
  await Deno.symlink(path, link);
  assertEquals((await odeno("init", "--save", link, env.flag)).code, 0);
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  assert((await Deno.lstat(link)).isSymlink);
  const text = await Deno.readTextFile(path);
  const start =
    `# mine\nSECRET='a b'\nexport ODOO_URL=${env.url}\nODOO_USER=demo\nLAST=1\nODOO_DB=odoo\n`;
  assertEquals(text.replace(/[0-9a-f]{40}/, "KEY"), `${start}ODOO_API_KEY=KEY\n`);

  await Deno.chmod(path, 0o640);
  await Deno.writeTextFile(`${path}.${crypto.randomUUID()}.tmp`, "left by a kill");
  await odeno("keys", "new", "x", "--save", path, env.flag);
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o640);
  const files = Array.from(Deno.readDirSync(env.folder), ({ name }) => name);
  assertEquals(files.filter((name) => name.endsWith(".tmp")), []);
});

Deno.test("a file of settings is added to the .gitignore that is there, once", async () => {
  await using env = await ofDemo();
  const list = `${env.folder}/.gitignore`;
  for (const [before, after] of [["", ".env\n"], ["a", "a\n.env\n"], ["/.env\n", "/.env\n"]]) {
    await Deno.writeTextFile(list, before ?? "");
    await odeno("init", "--save", `${env.folder}/.env`, env.flag);
    assertEquals(await Deno.readTextFile(list), after);
  }
});

Deno.test("variables are set in their places, quoted so that all readers agree", () => {
  const set = (text: string, value = "1") => withVariables(text, { ODOO_DB: value });
  assertEquals(set(""), "ODOO_DB=1\n");
  assertEquals(set("A=1\r\n"), "A=1\r\nODOO_DB=1\r\n");
  assertEquals(set("# ODOO_DB=2\nMY_ODOO_DB=2"), "# ODOO_DB=2\nMY_ODOO_DB=2\nODOO_DB=1\n");
  assertEquals(set("ODOO_DB = 2\r\nA=1\r\nODOO_DB=3"), "ODOO_DB=1\r\nA=1\r\nODOO_DB=1");
  assertEquals(set("", "a b$c"), "ODOO_DB='a b$c'\n");
  assertEquals(set("", "it's"), 'ODOO_DB="it\'s"\n');
  for (const odd of [`'"`, "'$a", "a\nb"]) {
    assertThrows(() => set("", odd), OdooConfigError, "Cannot write");
  }
});
