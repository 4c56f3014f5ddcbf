import { assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { sqliteStore } from "../lib/sync/mod.ts";
import { ground } from "./cli_support.ts";
import { CONFIG, ROOT } from "./support.ts";

const OPTIONS = { ignore: Deno.build.os !== "linux" };

/** Starts the real process in a folder. */
function start(folder: string, line: string) {
  const flags = "--no-check --no-prompt --allow-net --allow-env --allow-read --allow-write";
  const config = new URL(CONFIG, ROOT).pathname;
  const cli = new URL("cli.ts", ROOT).pathname;
  return new Deno.Command("bash", {
    args: ["-c", line],
    cwd: folder,
    env: { ODENO: `${Deno.execPath()} run -q --config ${config} ${flags} ${cli}`, NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Runs it to its end. */
async function shell(folder: string, line: string) {
  const child = start(folder, line);
  await child.stdin.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** Stands in front of an Odoo, and lets the calls of a method wait from the `count`-th on. */
function gate(url: string, method: string, count: number) {
  const reached = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Response>();
  let seen = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.text();
    if (body.includes(`<string>${method}</string>`) && ++seen >= count) {
      reached.resolve();
      return await ended.promise;
    }
    const { headers } = request;
    return await fetch(`${url}${pathname}${search}`, { method: request.method, headers, body });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    reached: reached.promise,
    async [Symbol.asyncDispose]() {
      ended.resolve(new Response("gone", { status: 502 }));
      await server.shutdown();
    },
  };
}

function rows(count: number): string {
  const lines = Array.from({ length: count }, (_, index) => `${index},P ${index}\n`);
  return `nr,name\n${lines.join("")}`;
}

Deno.test("a push draws a bar on a terminal, and none in a pipe", OPTIONS, async () => {
  await using env = await ground();
  await Deno.writeTextFile(`${env.folder}/p.csv`, `${rows(300)}300,\n`);
  const push = `$ODENO push res.partner p.csv --key nr ${env.flag}`;
  const piped = await shell(env.folder, push);
  assertEquals([piped.code, piped.out], [1, ""]);
  assertEquals(piped.err.split("\n"), [
    "p.csv:302: Contacts require a name",
    "p, run 1: 301 rows in = 300 created + 0 updated + 0 unchanged + 1 failed + 0 unknown",
    "What failed is in p.failed.csv",
    "",
  ]);
  const shown = await shell(env.folder, `script -qec "${push}" /dev/null`);
  assertEquals(shown.code, 1);
  assertMatch(shown.out, /\[[#-]+\] \d+ of 301 rows/);
  assertStringIncludes(shown.out, "\x1b[Kp, run 2: 301 rows in = 0 created");
  const pull = `$ODENO pull res.partner --fields name --out c.csv ${env.flag}`;
  const pulled = await shell(env.folder, `script -qec "${pull}" /dev/null`);
  assertMatch(pulled.out, /\d+ rows read, \d+ of them new or changed/);
  const plan = await shell(env.folder, `script -qec "${push} --dry-run" /dev/null`);
  assertMatch(plan.out, /line +key +action +field +from +to\r\n/);
});

Deno.test(
  "Ctrl-C ends a push, and it says what is done; the next run does the rest",
  OPTIONS,
  async () => {
    await using env = await ground();
    await Deno.writeTextFile(`${env.folder}/p.csv`, rows(5000));
    await using proxy = gate(env.url, "load", 2);
    const settings = await env.settings({ URL: proxy.url, PROTOCOL: "xmlrpc" });
    const child = start(env.folder, `exec $ODENO push res.partner p.csv --key nr ${settings}`);
    await child.stdin.close();
    await proxy.reached;
    const busy = await shell(env.folder, `$ODENO push res.partner p.csv --key nr ${env.flag}`);
    assertEquals([busy.code, busy.out], [3, ""]);
    assertStringIncludes(busy.err, `Another run holds the job "p": process ${child.pid}`);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await child.output();
    const err = new TextDecoder().decode(stderr);
    assertEquals([code, stdout.length], [130, 0], err);
    const [, done, created, more] =
      /so far (\d+) rows in = (\d+) created .*; (\d+) more are for the next run; rows of calls that were under way may/
        .exec(err) ??
        [];
    assertEquals(Number(done) + Number(more), 5000, err);
    assertEquals(created, done);
    assertMatch(err, /\nInterrupted\n$/);
    const rest = await shell(
      env.folder,
      `$ODENO push res.partner p.csv --key nr ${env.flag} --json`,
    );
    assertEquals(rest.code, 0, rest.err);
    assertEquals(JSON.parse(rest.out).created, 5000 - Number(done));
    const runs = await shell(env.folder, "$ODENO runs --csv");
    assertMatch(runs.out, /\np,2,done,.*\np,1,interrupted,/);
  },
);

Deno.test("Ctrl-C ends a pull, and a push that waits for the standard input", OPTIONS, async () => {
  await using env = await ground();
  await using proxy = gate(env.url, "search_read", 1);
  const settings = await env.settings({ URL: proxy.url, PROTOCOL: "xmlrpc" });
  const pull = `exec $ODENO pull res.partner --fields name --out c.csv ${settings}`;
  const push = `exec $ODENO push res.partner - --key nr --job typed --verbose ${env.flag}`;
  for (
    const [line, isReady, message] of [
      [pull, () => proxy.reached, "c.csv: so far no row was read; the next run"],
      [push, firstOutput, "Interrupted"],
    ] as const
  ) {
    const child = start(env.folder, line);
    const [mine, theirs] = child.stderr.tee();
    await isReady(mine);
    child.kill("SIGINT");
    const err = await new Response(theirs).text();
    assertEquals((await child.status).code, 130, err);
    assertStringIncludes(err, message);
    await Promise.all([mine.cancel(), child.stdout.cancel(), child.stdin.abort()]);
  }
});

async function firstOutput(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader();
  await reader.read();
  reader.releaseLock();
}

Deno.test("rows of a file come through a pipe, and the secret goes nowhere", OPTIONS, async () => {
  const env = await ground();
  await using _env = env;
  await Deno.writeTextFile(`${env.folder}/p.csv`, `${rows(20)}20,\n`);
  const lines = [
    `cat p.csv | $ODENO push res.partner - --key nr --job p --json --verbose ${env.flag}`,
    `$ODENO push res.partner p.csv --key nr --dry-run --verbose ${env.flag}`,
    `$ODENO pull res.partner --fields name --out c.sqlite --verbose ${env.flag}`,
    `$ODENO runs --json --verbose`,
    `$ODENO push res.partner p.csv --key no --verbose ${env.flag}`,
  ];
  const codes: number[] = [];
  for (const line of lines) {
    const { code, out, err } = await shell(env.folder, line);
    codes.push(code);
    assertFalse(`${out}${err}`.includes(env.apiKey), line);
  }
  assertEquals(codes, [1, 0, 0, 0, 2]);
  for await (const { name } of Deno.readDir(env.folder)) {
    if (name.startsWith("env")) continue;
    const bytes = await Deno.readFile(`${env.folder}/${name}`);
    assertFalse(new TextDecoder("latin1").decode(bytes).includes(env.apiKey), name);
  }
  await using store = sqliteStore(`${env.folder}/odeno.sqlite`);
  assertEquals((await store.runs("p")).length, 2);
});
