import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { ground, odeno, odenoAt, terminal } from "./cli_support.ts";

/** The lines of a log, each of which must be JSON with a time, a level and a message. */
function logOf(err: string) {
  return err.split("\n").filter((line) => line !== "").map((line) => {
    const { time, ...entry } = JSON.parse(line);
    assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assertMatch(entry.level, /^(debug|info|warn|error)$/);
    assertEquals(typeof entry.message, "string");
    return entry;
  });
}

Deno.test("--log json tells a run as JSON lines: the rows that failed, and the account", async () => {
  await using env = await ground();
  const path = `${env.folder}/contacts.csv`;
  await Deno.writeTextFile(path, "nr,name\n1,Ana\n2,\n");
  const { code, out, err } = await odeno(
    ...["push", "res.partner", path, "--key", "nr", "--log", "json", env.flag],
  );
  assertEquals([code, out], [1, ""]);
  const [row, end, file, ...more] = logOf(err);
  assertEquals(more, []);
  const job = { command: "push", job: "contacts", kind: "push", model: "res.partner" };
  const { message, ...about } = row;
  assertStringIncludes(message, "Contacts require a name");
  assertEquals(about, { level: "warn", ...job, line: 3, status: "failed" });
  const { ms, counts, ...rest } = end;
  assert(ms > 0);
  assertEquals(counts, {
    ...{ rows: 2, created: 1, updated: 0, unchanged: 0, failed: 1, unknown: 0 },
    ...{ altered: 0, warned: 0, archived: 0, deleted: 0 },
  });
  assertEquals(rest, {
    level: "warn",
    message:
      "contacts, run 1: 2 rows in = 1 created + 0 updated + 0 unchanged + 1 failed + 0 unknown",
    ...job,
    run: 1,
    code: 1,
  });
  assertStringIncludes(file.message, "What failed is in");
  const metrics = ["--metrics", `${env.folder}/none/contacts.prom`];
  const unwatched = await odeno(
    ...["push", "res.partner", path, "--key", "nr", "--log", "json", env.flag],
    ...["--ping", "http://127.0.0.1:1/x", ...metrics],
  );
  const warnings = logOf(unwatched.err).filter(({ message }) => message.startsWith("Cannot "));
  assertEquals(
    warnings.map(({ message: _message, ...about }) => about),
    Array(2).fill({ level: "warn", ...job }),
  );
});

Deno.test("--log json --verbose tells each call with its model, method, time and outcome, and nothing that was sent", async () => {
  await using env = await ground();
  const domain = '[["name", "=", "5ecret"]]';
  const { code, err } = await odeno(
    ...["count", "res.partner", domain, "--log=json", "--verbose", env.flag],
  );
  assertEquals(code, 0);
  const entries = logOf(err);
  const call = entries.at(-1);
  assert(Number.isInteger(call.ms));
  assertEquals({ ...call, ms: 0, message: "" }, {
    level: "debug",
    message: "",
    command: "count",
    model: "res.partner",
    method: "search_count",
    protocol: "xmlrpc",
    ms: 0,
    outcome: "ok",
  });
  assertEquals(
    entries.map(({ method }) => method),
    ["version", "version", "authenticate"].concat("search_count"),
  );
  for (const secret of ["5ecret", env.apiKey]) assertFalse(err.includes(secret));
});

Deno.test("--log json tells what a pull and a job file have done, each job under its name", async () => {
  await using env = await ground();
  const pull = (out: string) => ({ pull: "res.partner", fields: ["name"], out });
  const path = `${env.folder}/nightly.json`;
  await Deno.writeTextFile(path, JSON.stringify([pull("a.csv"), pull("b.csv")]));
  const { code, err } = await odeno("sync", path, "--log", "json", env.flag);
  assertEquals(code, 0);
  const entries = logOf(err);
  assertEquals(
    entries.map(({ command, job, run, level }) => [command, job, run, level]),
    [["sync", "a.csv", 1, "info"], ["sync", "b.csv", 1, "info"]],
  );
  for (const { counts } of entries) {
    assertEquals([counts.read > 0, counts.added], [true, counts.read]);
  }
});

Deno.test("--log json tells why a command did not run, with its exit code, its job and the name of the error", async () => {
  await using env = await ground();
  const wrongKey = await env.settings({ API_KEY: "0".repeat(40) });
  const pull = ["pull", "res.partner", "--fields", "name", "--log", "json"];
  const out = ["--out", `${env.folder}/p.csv`];
  const told = async (...argv: string[]) => {
    const { code, out, err } = await odeno(...argv);
    assertEquals(out, "");
    const [first] = logOf(err);
    return [code, first.code, first.level, first.error, first.job];
  };
  assertEquals(await told(...pull, ...out, wrongKey), [2, 2, "error", "OdooAuthError", "p.csv"]);
  assertEquals(await told(...pull, env.flag), [2, 2, "error", "UsageError", undefined]);
  const missing = ["pull", "no.model", "--fields", "name", "--log", "json", ...out, env.flag];
  assertEquals(await told(...missing), [2, 2, "error", "OdooConfigError", "p.csv"]);
  assertEquals(await told("auth", "--log", "json", wrongKey), [
    1,
    1,
    "error",
    "OdooAuthError",
    undefined,
  ]);
  const check = ["keys", "check", "--log", "json"];
  assertEquals(await told(...check, wrongKey), [1, 1, "error", undefined, undefined]);
});

Deno.test("--log json tells warnings of the library, and a command line that is wrong, as JSON lines", async () => {
  const wrong = await odeno("cuont", "--log", "json");
  assertEquals([wrong.code, logOf(wrong.err)[0].level], [2, "error"]);
  await using env = await ground();
  const refused = new URL(env.url);
  refused.hostname = "192.168.255.255";
  const flag = await env.settings({ URL: refused.href });
  const { code, err } = await odeno("count", "res.partner", "--timeout=0.01", "--log=json", flag);
  assertEquals(code, 2);
  const [warning, failure] = logOf(err);
  assertEquals([warning.level, failure.level], ["warn", "error"]);
  assertStringIncludes(warning.message, "in clear");
});

Deno.test("with --log json nobody is asked, no bar is drawn, and a text of several lines stays one line", async () => {
  await using env = await ground();
  const ends = { ...terminal("y"), isErrTerminal: true };
  const { code, err } = await odenoAt(
    ends,
    "unlink",
    "res.partner",
    "1",
    "--log",
    "json",
    env.flag,
  );
  assertEquals(code, 2);
  assertStringIncludes(logOf(err)[0].message, "--yes");
  const group = logOf((await odeno("keys", "--log", "json")).err);
  assertEquals(group.length, 1);
  assertMatch(group[0].message, /\n\nCommands:\n/);
  assertEquals([group[0].level, group[0].code], ["error", 2]);
  const none = logOf((await odeno("--log", "json")).err);
  assertEquals([none.length, none[0].level, none[0].code], [1, "error", 2]);
});

Deno.test("--log takes json and plain, and nothing else", async () => {
  await using env = await ground();
  const { code, err } = await odeno("count", "res.partner", "--log", "xml", env.flag);
  assertEquals([code, err.split("\n")[0]], [2, '--log must be "json" or "plain", not "xml"']);
  assertEquals((await odeno("count", "res.partner", "--log", "plain", env.flag)).code, 0);
});
