import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { ground, odeno, odenoAt, typed } from "./cli_support.ts";

Deno.test("--timeout ends the wait for a silent server, in any command", async () => {
  await using env = await ground();
  const open: PromiseWithResolvers<Response>[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    const answer = Promise.withResolvers<Response>();
    open.push(answer);
    return answer.promise;
  });
  const flag = await env.settings({ URL: `http://127.0.0.1:${server.addr.port}` });
  for (const argv of [["version"], ["count", "res.partner"], ["keys", "list"]]) {
    const start = Date.now();
    const { code, err } = await odeno(...argv, "--timeout=0.1", flag);
    assertEquals([code, err.split("\n").length], [2, 1], err);
    assertStringIncludes(err, "did not answer within 100 ms");
    assert(Date.now() - start < 15_000);
  }
  for (const { resolve } of open) resolve(new Response());
  for (const value of ["0", "x", "-1", "1e3"]) {
    const { code, err } = await odeno("count", "res.partner", `--timeout=${value}`, env.flag);
    assertEquals(code, 2);
    assertStringIncludes(err, `--timeout must be a number of seconds above 0, not "${value}"`);
  }
  assertEquals((await odeno("count", "res.partner", "--timeout", "30", env.flag)).code, 0);
});

Deno.test("after a command line that is wrong, the help of the command is named", async () => {
  for (
    const [argv, named] of [
      [["count", "a", "[]", "b"], 'Nothing is known of "b": the command takes no more arguments'],
      [["count", "a", "[]", "b"], '"odeno help count" tells more.'],
      [["keys", "list", "b"], '"odeno help keys list" tells more.'],
      [["push", "--nope"], '"odeno help push" tells more.'],
      [["nope"], '"odeno help" lists the commands'],
    ] as const
  ) {
    const { code, err } = await odeno(...argv);
    assertEquals(code, 2);
    assertStringIncludes(err, named);
  }
});

Deno.test("what looks like a setting is told where it goes, and its value is taken for no command", async () => {
  for (
    const [argv, sentence] of [
      [["--url", "http://odoo", "auth"], "There is no flag --url: set ODOO_URL in the environment"],
      [["auth", "--url=http://odoo"], "There is no flag --url: set ODOO_URL"],
      [["auth", "--db", "odoo"], "There is no flag --db: set ODOO_DB"],
      [["auth", "--username", "me"], "There is no flag --username: set ODOO_USERNAME"],
      [["--limit", "5", "search"], "--limit is no flag of every command: flags of one go behind"],
      [["auth", "--password", "5ecret"], "put it into ODOO_PASSWORD, not --password"],
      [["auth", "--api-key", "5ecret"], "put it into ODOO_API_KEY, not --api-key"],
    ] as const
  ) {
    const { code, err } = await odeno(...argv);
    assertEquals(code, 2);
    assertStringIncludes(err, sentence);
    assertFalse(err.includes("5ecret"));
    assertFalse(err.includes("There is no command"));
  }
  assertStringIncludes((await odeno("--verbose", "coutn")).err, 'did you mean "count"?');
});

Deno.test("on a terminal no line of help is wider than that, and command lines stay whole", async () => {
  for (const argv of [[], ["push"], ["unlink"], ["keys"], ["simulate"]]) {
    const piped = (await odeno("help", ...argv)).out;
    const { out } = await odenoAt({ isTerminal: true, columns: 72 }, "help", ...argv);
    const wide = out.split("\n").filter((line) => line.length > 72);
    assertEquals(wide.filter((line) => !/^(Usage:| {2}odeno )/.test(line)), [], argv.join(" "));
    const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");
    assertEquals(words(out), words(piped));
  }
});

Deno.test("small things are told as they are", async () => {
  await using env = await ground();
  assertEquals(
    (await odeno("count", "res.country", "--csv", env.flag)).out.split("\n")[0],
    "count",
  );
  for (const order of ["name foo", "name;", "name desc,", "name desc asc"]) {
    const { code, err } = await odeno("search", "res.partner", `--order=${order}`, env.flag);
    assertEquals(code, 2);
    assertStringIncludes(err, `--order is fields with asc or desc and commas`);
    assertStringIncludes(err, `not "${order}"`);
  }
  for (const order of ["name", "NAME DESC, id", "country_id asc,id desc"]) {
    const { code, err } = await odeno("search", "res.partner", `--order=${order}`, env.flag);
    assertEquals(code === 0 || err.includes("no field"), true, err);
  }
  for (const args of [["write", "[1]", '{"nme": 1}'], ["create", '[{"nme": 1}]']]) {
    const { code, err } = await odeno("call", "res.partner", ...args, env.flag);
    assertEquals([code, err], [2, 'res.partner has no field "nme"; did you mean "name"?']);
  }
  const push = ["push", "res.partner", "-", "--key=nr", "--job=one", `--state=${env.folder}/state`];
  const rows = typed("nr,name\n1,Ana\n");
  assertStringIncludes((await odenoAt(rows, ...push, env.flag)).err, "run 1: 1 row in = 1 created");
  const onTerminal = { isTerminal: true, columns: 80 };
  const dry = await odenoAt(
    { ...typed("nr,name\n1,Ana\n"), ...onTerminal },
    ...push,
    "--dry-run",
    env.flag,
  );
  assertEquals([dry.code, dry.out], [0, ""]);
});
