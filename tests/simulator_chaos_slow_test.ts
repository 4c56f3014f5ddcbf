import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type Failure, OdooSimulator } from "../lib/testing/mod.ts";
import { connect, type Odoo, OdooNetworkError, OdooServerError } from "../mod.ts";

const FAULT: Failure = { kind: "exception", type: "odoo.exceptions.UserError", message: "chaos" };
const COUNT = { method: "search_count" };

/** Whether each of so many calls came through, as in "x.x". */
async function pattern(odoo: Odoo, calls: number): Promise<string> {
  let text = "";
  for (let call = 0; call < calls; call++) {
    try {
      await odoo.executeKw("res.partner", "search_count", [[]]);
      text += ".";
    } catch (error) {
      if (!(error instanceof OdooServerError)) throw error;
      text += "x";
    }
  }
  return text;
}

Deno.test("chaos() makes every call fail until it is disposed of", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  {
    using _ = server.chaos({ failure: FAULT });
    assertEquals(await pattern(odoo, 3), "xxx");
  }
  assertEquals(await pattern(odoo, 3), "...");
});

Deno.test("chaos() counts the calls that a rule is for", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const cases = [
    [{ every: 3 }, "..x..x.."],
    [{ after: 2 }, "..xxxxxx"],
    [{ times: 2 }, "xx......"],
    [{ after: 1, every: 2, times: 2 }, "..x.x..."],
    [{ rate: 0 }, "........"],
  ] as const;
  for (const [rule, expected] of cases) {
    using _ = server.chaos({ failure: FAULT, match: COUNT, ...rule });
    await odoo.executeKw("res.partner", "read", [[1], ["name"]]);
    assertEquals(await pattern(odoo, 8), expected);
  }
});

Deno.test("chaos() takes the first of several rules that picks a call", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  using _ = server.chaos([
    { failure: { kind: "bad-gateway" }, match: { model: "res.country" } },
    { failure: FAULT, every: 2 },
  ]);
  const country = () => odoo.executeKw("res.country", "search_count", [[]]);
  await assertRejects(country, OdooNetworkError, "502");
  assertEquals(await pattern(odoo, 4), ".x.x");
});

Deno.test("chaos() draws the same numbers from the same seed", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const patterns: string[] = [];
  for (const seed of [7, 7, 8]) {
    using _ = server.chaos({ failure: FAULT, rate: 0.4 }, { seed });
    patterns.push(await pattern(odoo, 40));
  }
  assertEquals(patterns[0], patterns[1]);
  assert(patterns[0] !== patterns[2]);
  const failures = patterns[0]?.replaceAll(".", "").length ?? 0;
  assert(failures > 8 && failures < 24, `${failures} of 40`);
});

Deno.test("reset() ends chaos, and failNext() goes before it", async () => {
  const server = new OdooSimulator();
  const odoo = await connect({ ...server.config, retries: 0 });
  server.chaos({ failure: FAULT });
  server.failNext({ kind: "unavailable" });
  await assertRejects(() => pattern(odoo, 1), OdooNetworkError, "503");
  assertEquals(await pattern(odoo, 2), "xx");
  server.reset();
  assertEquals(await pattern(odoo, 2), "..");
});

Deno.test("chaos() refuses numbers that mean nothing", () => {
  const server = new OdooSimulator();
  const wrong = [{ rate: 1.5 }, { rate: NaN }, { every: 0 }, { after: -1 }, { times: 0.5 }];
  for (const rule of wrong) {
    assertThrows(
      () => server.chaos({ failure: FAULT, ...rule }),
      RangeError,
      "Cannot make a call fail",
    );
  }
});

Deno.test("failNext() and chaos() refuse failures that cannot be sent", () => {
  const server = new OdooSimulator();
  const wrong: readonly (readonly [failure: Failure, text: string])[] = [
    [{ kind: "http", status: 600 }, "status: 600"],
    [{ kind: "http", status: 101 }, "status: 101"],
    [{ kind: "http", status: 204, body: "x" }, "204"],
    [{ kind: "http", status: 200, headers: { "no name": "x" } }, "no name"],
    [{ kind: "redirect", status: 200 }, "status: 200"],
    [{ kind: "latency", ms: NaN }, "ms: NaN"],
    [{ kind: "late-commit", ms: -1 }, "ms: -1"],
    [{ kind: "drip", ms: 1, bytes: 0 }, "bytes: 0"],
    [{ kind: "truncated", bytes: 1.5 }, "bytes: 1.5"],
    [{ kind: "maintenance", retryAfter: -1 }, "retryAfter: -1"],
  ];
  for (const [failure, text] of wrong) {
    assertThrows(() => server.failNext(failure), RangeError, text);
    assertThrows(() => server.chaos({ failure }), RangeError, text);
  }
});

Deno.test("chaos() slows calls down without a real wait", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  using time = new FakeTime();
  using _ = server.chaos({ failure: { kind: "latency", ms: 60_000 } });
  const before = server.calls.length;
  const result = odoo.executeKw("res.partner", "search_count", [[["id", "=", 1]]]);
  while (server.calls.length === before) await time.runMicrotasks();
  assertEquals(server.calls.at(-1)?.ms, undefined);
  await time.tickAsync(60_000);
  assertEquals(await result, 1);
  assertEquals(server.calls.at(-1)?.ms, 60_000);
});

Deno.test("chaos() reaches all calls, also those that sign in", async () => {
  const server = new OdooSimulator();
  using _ = server.chaos({ failure: { kind: "maintenance" }, match: { service: "common" } });
  await assertRejects(() => connect(server.config), OdooNetworkError, "Maintenance");
});
