import { assert } from "@std/assert";
import { allPages, allReferences, printedBy } from "./docs_support.ts";

/** What an example says that its version does not do. */
const REFUSED: Readonly<Record<string, string>> = {
  "docs/howto/reading.md on Odoo 19": "Invalid language code: fr_FR",
};

const DEFAULT = "new OdooSimulator()";
let count = 0;

for (const { path, blocks } of [...await allPages(), ...await allReferences()]) {
  for (const [index, { info, text }] of blocks.entries()) {
    if (info !== "ts" || !text.includes(DEFAULT)) continue;
    for (const version of [14, 19]) {
      count++;
      Deno.test(`${path}: block ${index + 1} runs on Odoo ${version}, too`, async () => {
        const code = text.replaceAll(DEFAULT, `new OdooSimulator({}, { version: ${version} })`);
        try {
          await printedBy(code);
        } catch (error) {
          const refusal = REFUSED[`${path} on Odoo ${version}`];
          if (refusal === undefined || !String(error).includes(refusal)) throw error;
        }
      });
    }
  }
}

Deno.test("examples that do not name a version are found", () => {
  assert(count > 80, `only ${count} were found`);
});
