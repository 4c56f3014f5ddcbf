import { assertEquals } from "@std/assert";
import { runDeno } from "./support.ts";

Deno.test("Spool takes a source through that its process has no memory for", async () => {
  const heap = "--v8-flags=--max-semi-space-size=2,--max-old-space-size=24";
  const script = "tests/stores/spool_rows.ts";
  const { code, stdout, stderr } = await runDeno(["run", "--no-config", heap, script, "100000"]);
  assertEquals([code, stderr], [0, ""]);
  const { read, megabytes } = JSON.parse(stdout);
  assertEquals(read, 100_000);
  assertEquals(megabytes < 80, true, `${megabytes} MB`);
});
