import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { saveSettings } from "../lib/cli/env_file.ts";
import { ReaderGoneError } from "../lib/cli/io.ts";
import { ground, odeno, odenoAt, ofDemo, shell, terminal } from "./cli_support.ts";

const OPTIONS = { ignore: Deno.build.os !== "linux" };
const CONTROL = /(?!\n)\p{Cc}/u;

Deno.test("messages that nobody reads keep no call from being made, and its answer from being told", async () => {
  await using env = await ofDemo();
  const gone = () => {
    throw new ReaderGoneError();
  };
  const out: string[] = [];
  const ends = { err: gone, out: (line: string) => out.push(line) };
  const create = ["create", "res.partner", '{"name": "Nobody reads"}', "--verbose", env.flag];
  assertEquals(await odenoAt(ends, ...create).then(({ code }) => code), 0);
  assertEquals(out.length, 1);
  assertEquals((await odenoAt({ err: gone }, "auth", "--nope")).code, 2);
  assertEquals((await odenoAt({ err: gone }, "keys", "new", "x", "--verbose", env.flag)).code, 0);
  assertEquals(env.names(), ["x"]);
});

Deno.test("--verbose into a pipe whose reader has gone changes nothing", OPTIONS, async () => {
  await using env = await ground();
  const line = '$ODENO create res.partner \'{"name": "Ana"}\' --verbose $FLAG 2> >(true)';
  const { code, out } = await shell(line, env.flag);
  assertEquals(code, 0);
  assert(/^\d+\n$/.test(out), out);
});

Deno.test("no message has what a terminal would obey, whoever has written it", async () => {
  await using env = await ofDemo();
  const made = await odeno("keys", "new", "a\x1b[2Jb\x9bc", env.flag);
  const revoked = await odeno("keys", "revoke", "a\x1b[2Jb\x9bc", env.flag);
  assertEquals([made.code, revoked.code], [0, 0], made.err + revoked.err);
  const unknown = await odeno("keys", "revoke", "\x1b]0;x\x07", env.flag);
  const asked = await odenoAt(terminal("demo"), "keys", "list", env.withoutPassword);
  for (const { err } of [made, revoked, unknown, asked]) {
    assert(err !== "");
    assertFalse(CONTROL.test(err), JSON.stringify(err));
  }
});

Deno.test("on a terminal no format has what it would obey", async () => {
  await using env = await ground({ "res.partner": [{ id: 1001, name: "a\x9b2Jb\nc" }] });
  for (const format of [[], ["--csv"], ["--json"], ["--ndjson"]]) {
    const out: string[] = [];
    const ends = { isTerminal: true, columns: 80, out: (line: string) => out.push(line) };
    const { code } = await odenoAt(ends, "read", "res.partner", "1001", ...format, env.flag);
    assertEquals(code, 0);
    assertStringIncludes(out.join("\n"), "1001");
    assertFalse(CONTROL.test(out.join("\n")), JSON.stringify(out));
  }
  const piped = await odeno("read", "res.partner", "1001", "--csv", env.flag);
  assertStringIncludes(piped.out, "a\x9b2Jb\nc");
});

Deno.test("--verbose shows the calls of the web session, with nothing that was sent", async () => {
  await using env = await ofDemo();
  const { code, out, err } = await odeno("keys", "new", "x", "--verbose", env.flag);
  assertEquals(code, 0, err);
  assertStringIncludes(err, "authenticate over web: ");
  assertStringIncludes(err, "res.users.apikeys.description.make_key over web: ");
  assertFalse(err.includes(out.trim()));
});

Deno.test("a secret on the command line is refused and not repeated, wherever it stands", async () => {
  for (
    const argv of [
      ["--api-key", "5ecret", "auth"],
      ["--password=5ecret"],
      ["auth", "--odoo-api-key", "5ecret"],
      ["auth", "--ODOO_PASSWORD=5ecret"],
      ["keys", "--api_key", "5ecret", "list"],
      ["help", "--password", "5ecret"],
    ]
  ) {
    const { code, out, err } = await odeno(...argv);
    assertEquals([code, out], [2, ""], argv.join(" "));
    assertStringIncludes(err, "A secret on the command line can be read by others");
    assertFalse(err.includes("5ecret"));
  }
});

Deno.test("a key that nobody could be given is told as a failure", OPTIONS, async () => {
  await using env = await ofDemo();
  const { code, err } = await shell("$ODENO keys new x $FLAG | true", env.flag);
  assertEquals(code, 2, err);
  assertStringIncludes(err, "Cannot print the API key: nobody reads the standard output");
  assertEquals(env.names(), []);
});

Deno.test("what is saved into one file at the same time is all in it", async () => {
  const path = await Deno.makeTempFile();
  const profiles = Array.from({ length: 12 }, (_, index) => `ODOO_P${index}_`);
  const url = "http://localhost";
  await Promise.all(
    profiles.map((prefix) =>
      saveSettings(path, prefix, { url, db: "odoo", username: "demo", apiKey: prefix })
    ),
  );
  const text = await Deno.readTextFile(path);
  await Deno.remove(path);
  assertEquals(profiles.filter((prefix) => !text.includes(`${prefix}API_KEY=${prefix}\n`)), []);
});

Deno.test("odeno record and odeno init do nothing where only reading is allowed", async () => {
  await using env = await ofDemo();
  const record = await odeno("record", "--out=x.json", "--port=0", "--read-only", env.flag);
  assertEquals(record.code, 2);
  assertStringIncludes(record.err, "Cannot record where only reading is allowed");
  const init = await odenoAt(terminal(), "init", "--read-only", env.flag);
  assertEquals(init.code, 2);
  assertEquals(init.err, "Cannot change API keys: the settings are read-only");
});

Deno.test("a switch takes no value, a number below zero is no flag, and nothing behind -- is", async () => {
  await using env = await ground();
  const call = ["call", "res.partner", "search_count", "[]", "--json", env.flag, "--"];
  const { code, out, err } = await odeno(...call, "1");
  assertEquals([code, out], [0, "1"], err);
  const odd = await odeno("call", "res.partner", "read", env.flag, "--", "--kw", "--kw");
  assertStringIncludes(odd.err, "Cannot read argument 1 as JSON: --kw");
  assertStringIncludes((await odeno("version", "-5")).err, 'Nothing is known of "-5"');
  assertStringIncludes((await odeno("auth", "--json=no")).err, "--json takes no value");
});
