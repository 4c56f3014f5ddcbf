import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { ground, odeno } from "./cli_support.ts";

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
