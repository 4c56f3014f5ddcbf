import { assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../lib/cli/commands.ts";
import { VERSION } from "../lib/cli/version.ts";
import config from "../deno.json" with { type: "json" };
import { ground, odeno } from "./cli_support.ts";
import { CONFIG, ROOT, runDeno } from "./support.ts";

Deno.test("`odeno auth` says who is signed in, as a table or as JSON", async () => {
  await using env = await ground();
  const { code, out } = await odeno("auth", env.flag);
  assertEquals(code, 0);
  const who = { uid: 2, login: "admin", db: "odoo", version: "17.0", protocol: "xmlrpc" };
  const facts = { ...who, keys: ["odeno"], expires: null, days_left: null };
  assertEquals(JSON.parse(out), facts);
  assertEquals(JSON.parse((await odeno("auth", "--json", env.flag)).out), facts);
});

Deno.test("`odeno auth` exits 1 when Odoo says no, in one sentence without the key", async () => {
  const apiKey = "f".repeat(40);
  await using env = await ground();
  const { code, out, err } = await odeno("auth", await env.settings({ API_KEY: apiKey }));
  assertEquals([code, out], [1, ""]);
  assertStringIncludes(err, 'Odoo does not let "admin" into the database');
  assertFalse(err.includes(apiKey));
});

Deno.test("`odeno call` calls a method with positional and named arguments", async () => {
  await using env = await ground();
  const search = await odeno(
    "call",
    "res.users",
    "search_read",
    '[["login", "=", "demo"]]',
    "--kw",
    '{"fields": ["login"]}',
    env.flag,
  );
  assertEquals(search.code, 0);
  assertEquals(JSON.parse(search.out).map((user: { login: string }) => user.login), ["demo"]);
  assertEquals((await odeno("call", "res.partner", "nope", env.flag)).code, 2);
});

Deno.test("`odeno` says what is wrong with a command line, and exits 2", async () => {
  const cases: [argv: string[], sentence: string][] = [
    [["nope"], 'There is no command "nope"'],
    [["simulat"], 'There is no command "simulat"; did you mean "simulate"?'],
    [["auth", "--jsno"], "There is no flag --jsno; did you mean --json?"],
    [["auth", "--json", "--csv"], "Only one of --json and --csv can be had"],
    [["auth", "--profile=a", "--profile=b"], "--profile can be given once only"],
    [["auth", "--context", "[]"], "--context must be a JSON object"],
    [["auth", "extra"], 'Nothing is known of "extra"'],
    [["auth", "--nope"], "There is no flag --nope"],
    [["auth", "--api-key=5ecret"], "A secret on the command line can be read by others"],
    [["auth", "--password", "5ecret"], "A secret on the command line can be read by others"],
    [["call", "res.partner"], "A model and a method are needed"],
    [["call", "res.partner", "search", "oops"], "Cannot read argument 1 as JSON: oops"],
    [["call", "res.partner", "search", "[('a', '=', 1)]"], "JSON has [ ] and { }"],
    [["call", "res.partner", "search", "-", "-"], "Only one argument can be -"],
    [["call", "res.partner", "read", "--ids", "1,x"], 'Cannot use "x" in --ids'],
    [["call", "res.partner", "search", "--kw", "[]"], "--kw must be a JSON object"],
    [["auth", "--env-file=none"], "Cannot read none: there is no such file"],
    [["simulate", "--version", "12"], "--version must be 14, 17 or 19"],
    [["simulate", "--port", "x"], "--port must be from 0 to 65535"],
    [["help", "nope"], 'There is no command "nope"'],
  ];
  for (const [argv, sentence] of cases) {
    const { code, out, err } = await odeno(...argv);
    assertEquals([code, out], [2, ""], argv.join(" "));
    assertStringIncludes(err, sentence);
    assertFalse(err.includes("5ecret"));
  }
});

Deno.test("`odeno simulate` says that its port is taken", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, err } = await odeno("simulate", "--port", String(listener.addr.port));
  assertEquals(code, 2);
  assertStringIncludes(err, `Cannot listen on port ${listener.addr.port}: another program does`);
});

Deno.test("`odeno help` lists all commands, and each has its own help with two examples", async () => {
  const { code, out } = await odeno("help");
  assertEquals(code, 0);
  const names = Object.keys(COMMANDS);
  for (const name of names) assertMatch(out, new RegExp(`^  ${name} `, "m"));
  for (const name of names) {
    for (
      const argv of [["help", ...name.split(" ")], [...name.split(" "), "--help"], [
        "-h",
        ...name.split(" "),
      ]]
    ) {
      const { code, out } = await odeno(...argv);
      assertEquals(code, 0);
      assertStringIncludes(out, `Usage: odeno ${name}`);
      assertEquals(out.match(new RegExp(`^  odeno ${name}`, "gm"))?.length, 2);
    }
  }
  assertEquals((await odeno()).code, 2);
});

Deno.test("README has a row for every command, and for no other", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const section = readme.split(/^## /m).find((text) => text.startsWith("The odeno command\n")) ??
    "";
  const rows = section.matchAll(/^\| `odeno ([a-z-]+(?: [a-z-]+)*)[^|]*` +\|/gm);
  assertEquals([...rows].map(([, name]) => name).sort(), Object.keys(COMMANDS).sort());
});

Deno.test("`odeno --version` is the version of the package", async () => {
  assertEquals(VERSION, config.version);
  assertEquals((await odeno("--version")).out, `odeno ${VERSION}`);
});

Deno.test("`cli.ts --help` runs without a permission", async () => {
  const args = ["run", "--config", CONFIG, "--no-prompt", "cli.ts", "--help"];
  const { code, stdout, stderr } = await runDeno(args);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "Usage: odeno COMMAND");
});

Deno.test("`odeno simulate` serves until it is told to stop", async () => {
  const flags = ["--config", CONFIG, "--no-prompt", "--allow-net=127.0.0.1"];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, "cli.ts", "simulate", "--port=0", "--version=19"],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("ODOO_API_KEY=")) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  const url = /ODOO_URL=(\S+)/.exec(text)?.[1] ?? "";
  assertMatch(url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const response = await fetch(`${url}/web/version`);
  assertEquals((await response.json()).version, "19.0");
  child.kill("SIGTERM");
  assertEquals((await child.status).code, 0);
  await Promise.all([reader.cancel(), child.stderr.cancel()]);
});
