import { assert, assertEquals } from "@std/assert";
import { runFuzzers } from "./fuzz/watch.ts";

Deno.test("half a minute of fuzzing finds nothing; `deno task fuzz` tells what a seed has found", async () => {
  const seed = Date.now() % 2 ** 31;
  const order = { milliseconds: 30_000, cases: Infinity, seed, only: "" };
  const { counts, finding } = await runFuzzers(order);
  assertEquals(finding, undefined, `seed ${seed}`);
  assertEquals(counts.length, 7);
  assert(counts.every(([, count]) => count > 0));
});
