import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { withVariables } from "../lib/cli/env_file.ts";
import { OdooConfigError } from "../mod.ts";
import { odeno, odenoAt, ofDemo, terminal } from "./cli_support.ts";

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
  assertStringIncludes(missing.err, "without ODOO_DB: set what is missing in ");
  assertStringIncludes(missing.err, "; in a terminal it asks for them");
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
