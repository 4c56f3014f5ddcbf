import { assertEquals } from "@std/assert";
import { ROOT } from "./support.ts";

/** What turns text into code, or text into what the next reader takes for code. */
const GENERATED =
  /\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(|\bset(?:Timeout|Interval)\s*\(\s*["'`]|\bnode:vm\b/;

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) yield* sources(`${folder}${name}/`);
    else if (name.endsWith(".ts")) yield `${folder}${name}`;
  }
}

Deno.test("nothing that odeno has read becomes code: the sources have no eval and no Function", async () => {
  const found: string[] = [];
  let count = 0;
  for await (const path of sources("lib/")) {
    count++;
    if (GENERATED.test(await Deno.readTextFile(new URL(path, ROOT)))) found.push(path);
  }
  assertEquals([found, count > 150], [[], true]);
  for (const text of ["eval('1')", "new Function('a')", 'setTimeout("x()")']) {
    assertEquals(GENERATED.test(text), true);
  }
});
