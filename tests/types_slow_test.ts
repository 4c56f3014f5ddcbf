import { assertEquals } from "@std/assert";
import { ROOT, runDeno, temporaryFolder } from "./support.ts";

const SOURCES = ["mod.ts", "lib/testing/mod.ts", "lib/files/mod.ts"];
const STRICTEST = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
};

/** The files that hold what has to compile and, after `@ts-expect-error`, what must not. */
const EXPECTATIONS = [...Deno.readDirSync(new URL("tests/types/", ROOT))]
  .map(({ name }) => `tests/types/${name}`)
  .filter((path) => path.endsWith(".ts"));

async function assertChecked(compilerOptions: object, paths: readonly string[]): Promise<void> {
  await using folder = await temporaryFolder();
  const config = `${folder.path}/deno.json`;
  await Deno.writeTextFile(config, JSON.stringify({ compilerOptions }));
  const urls = paths.map((path) => new URL(path, ROOT).href);
  const { code, stderr } = await runDeno(["check", "--quiet", "--config", config, ...urls]);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
}

Deno.test("sources and expected types hold in a project that sets no more than strict", async () => {
  await assertChecked({ strict: true }, [...SOURCES, ...EXPECTATIONS]);
});

Deno.test("what the types should take and refuse holds under the strictest options", async () => {
  await assertChecked(STRICTEST, EXPECTATIONS);
});

Deno.test("the types of the library hold under the settings of Deno, which are not those of this project", async () => {
  const { code, stderr } = await runDeno([
    ...["check", "--quiet", "--no-config", "--no-lock"],
    ...["mod.ts", "lib/testing/mod.ts", "lib/sync/mod.ts"],
  ]);
  assertEquals(code, 0, stderr);
});
