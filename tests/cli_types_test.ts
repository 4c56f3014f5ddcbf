import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { run } from "../lib/cli/run.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { CONFIG, runDeno, temporaryFolder } from "./support.ts";

/** Runs a command line in this process. */
async function odeno(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(argv, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

/** A simulator that listens on a port, and a folder with its settings. */
async function ground() {
  const server = new OdooSimulator().serve();
  const folder = await temporaryFolder();
  const { url, db, username, apiKey } = server.config;
  const env = `${folder.path}/env`;
  await Deno.writeTextFile(
    env,
    `ODOO_URL=${url}\nODOO_DB=${db}\nODOO_USERNAME=${username}\nODOO_API_KEY=${apiKey}\n`,
  );
  return {
    url,
    db,
    folder: folder.path,
    flag: `--env-file=${env}`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What is in a folder beside the settings. */
async function filesOf(folder: string): Promise<string[]> {
  const files = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  return files.filter((name) => name !== "env").sort();
}

Deno.test("`odeno types` prints the types of models", async () => {
  await using odoo = await ground();
  const { code, out } = await odeno("types", "res.users", "res.partner", odoo.flag);
  assertEquals(code, 0);
  assertMatch(
    out,
    /^\/\/ The models of an Odoo 17,.*\n\/\/ {3}odeno types res\.partner res\.users\n/,
  );
  assertStringIncludes(out, "export type ResPartner = {");
  assertStringIncludes(out, 'from "@odeno/odeno";');
  assertMatch(out, /\n};$/);
});

Deno.test("`odeno types --out` writes a file whole, which names no place and no database", async () => {
  await using odoo = await ground();
  const path = `${odoo.folder}/models.ts`;
  await Deno.writeTextFile(path, "old");
  const specifier = "jsr:@odeno/odeno@1";
  const argv = ["types", "res.partner", "--out", path, "--import", specifier, odoo.flag];
  const { code, out, err } = await odeno(...argv);
  assertEquals([code, out, err], [0, "", `Wrote ${path}`]);
  const text = await Deno.readTextFile(path);
  assertStringIncludes(
    text,
    `\n//   odeno types res.partner --out models.ts --import ${specifier}\n`,
  );
  assertStringIncludes(text, `from "${specifier}";`);
  for (const secret of [odoo.folder, odoo.url, odoo.db]) {
    assertEquals(text.includes(secret), false, secret);
  }
  assertEquals(await filesOf(odoo.folder), ["models.ts"]);
  await odeno(...argv);
  assertEquals(await Deno.readTextFile(path), text);
});

Deno.test("`odeno types --check` exits 0 when the file is up to date, else 1 with the command that mends it", async () => {
  await using odoo = await ground();
  const path = `${odoo.folder}/models.ts`;
  const argv = ["types", "res.partner", "--out", path];
  const check = () => odeno(...argv, "--check", odoo.flag);
  const absent = await check();
  assertEquals([absent.code, absent.out], [1, ""]);
  assertEquals(
    absent.err,
    `${path} does not exist; to write it: odeno types res.partner --out ${path}`,
  );
  assertEquals(await filesOf(odoo.folder), []);

  await odeno(...argv, odoo.flag);
  assertEquals(await check(), { code: 0, out: "", err: "" });
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replaceAll("\n", "\r\n"));
  assertEquals((await check()).code, 0);

  const changed = text.replace("string", "number");
  await Deno.writeTextFile(path, changed);
  const { code, err } = await check();
  assertEquals(code, 1);
  assertEquals(err.split("\n"), [
    `${path} is out of date; to write it: odeno types res.partner --out ${path}`,
    "Line 40 has: city: number | false;",
    "Odoo has: city: string | false;",
  ]);
  assertEquals(await Deno.readTextFile(path), changed);
});

Deno.test("`odeno types` says what is wrong with a command line, and exits 2", async () => {
  await using odoo = await ground();
  const cases: [argv: string[], sentence: string][] = [
    [["types"], "At least one model is needed"],
    [["types", "res.partner", "--check"], "--check needs the file: --out FILE"],
    [["types", "res.partner", "--out", ""], "--out needs a value"],
    [["types", "res.partner", "--import", ""], "--import needs a value"],
    [["types", "res.parnter", "x.y", odoo.flag], 'no models "res.parnter" (res.partner?), "x.y"'],
    [
      ["types", "res.partner", "--out", `${odoo.folder}/none/models.ts`, odoo.flag],
      "none/models.ts: there is no such file or folder",
    ],
  ];
  for (const [argv, sentence] of cases) {
    const { code, out, err } = await odeno(...argv);
    assertEquals([code, out], [2, ""], argv.join(" "));
    assertStringIncludes(err, sentence);
  }
});

Deno.test("`odeno help types` tells all of its flags", async () => {
  const { code, out } = await odeno("help", "types");
  assertEquals(code, 0);
  for (const flag of ["--out ", "--import ", "--check "]) assertStringIncludes(out, `\n  ${flag}`);
});

Deno.test("`odeno types` without the permission to write says which flags to add", async () => {
  await using odoo = await ground();
  const path = `${odoo.folder}/models.ts`;
  const flags = ["--config", CONFIG, "--no-prompt", "--allow-net=127.0.0.1"];
  const read = [`--allow-read=${odoo.folder}/env`];
  const argv = ["cli.ts", "types", "res.partner", "--out", path, odoo.flag];
  const write = await runDeno(["run", ...flags, ...read, ...argv]);
  assertEquals([write.code, write.stdout], [2, ""]);
  assertEquals(
    write.stderr.trim(),
    `Cannot write ${path}: run with --allow-read --allow-write`,
  );
  const check = await runDeno(["run", ...flags, ...read, ...argv, "--check"]);
  assertEquals(check.code, 2);
  assertEquals(check.stderr.trim(), `Cannot read ${path}: run with --allow-read=${path}`);
  const all = await runDeno([
    "run",
    ...flags,
    `--allow-read=${odoo.folder}`,
    `--allow-write=${odoo.folder}`,
    ...argv,
  ]);
  assertEquals([all.code, await filesOf(odoo.folder)], [0, ["models.ts"]], all.stderr);
});
