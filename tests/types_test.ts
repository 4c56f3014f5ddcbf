import { assertEquals } from "@std/assert";
import { ROOT, runDeno, temporaryFolder } from "./support.ts";

Deno.test("the sources type-check in a project that sets no more than strict", async () => {
  await using folder = await temporaryFolder();
  const config = `${folder.path}/deno.json`;
  await Deno.writeTextFile(config, JSON.stringify({ compilerOptions: { strict: true } }));
  const sources = ["mod.ts", "lib/testing/mod.ts", "lib/files/mod.ts"];
  const { code, stderr } = await runDeno([
    "check",
    "--quiet",
    "--config",
    config,
    ...sources.map((path) => new URL(path, ROOT).href),
  ]);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});
