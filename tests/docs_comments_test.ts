import { assert } from "@std/assert";
import { allPages, allReferences, type Block, printedBy } from "./docs_support.ts";

/** What a line of an example is said to print. */
interface Promised {
  line: number;
  comment: string;
}

/** Comments behind what prints that tell about it, and do not show it. */
const TOLD: readonly string[] = [
  "what the user has set",
];

const pages = [...await allPages(), ...await allReferences()];
let count = 0;

for (const { path, blocks } of pages) {
  for (const [index, block] of blocks.entries()) {
    const promised = promisedBy(block);
    if (!/^ts( |$)/.test(block.info) || block.info.includes("ignore") || promised.length === 0) {
      continue;
    }
    count += promised.length;
    Deno.test(`${path}: block ${index + 1} prints what its comments say`, async () => {
      const printed = await printedBy(block.text);
      for (const { line, comment } of promised) {
        const outputs = printed.filter((entry) => entry.line === line).map(({ text }) => text);
        assert(
          isShown(comment, outputs),
          `${comment}\nis not what is printed:\n${outputs.join("\n")}`,
        );
      }
    });
  }
}

Deno.test("comments that show what is printed are found", () => {
  assert(count > 50, `only ${count} were found`);
});

/** What the comments of a block say: behind a line that prints, or in lines of their own below it. */
function promisedBy({ text }: Block): Promised[] {
  const lines = text.split("\n");
  return lines.flatMap((code, line) => {
    if (!/console\.(log|error)\(/.test(code)) return [];
    const [, behind] = /\); \/\/ (.+)$/.exec(code) ?? [];
    const below = lines.slice(line + 1).map((next) => next.trimStart());
    const end = below.findIndex((next) => !next.startsWith("// "));
    const comment = behind ??
      below.slice(0, end < 0 ? undefined : end).map((next) => next.slice(3)).join("\n");
    return comment === "" || TOLD.includes(comment) ? [] : [{ line, comment }];
  });
}

/**
 * Whether a comment shows what one turn of a line has printed, or all turns of it. `...` stands for
 * any text, and what is behind a colon or a semicolon explains.
 */
function isShown(comment: string, outputs: readonly string[]): boolean {
  const all = [...outputs, outputs.join(", "), outputs.join("\n")];
  const ends = [...comment.matchAll(/[:;]|$/g)].map(({ index }) => comment.slice(0, index));
  return ends.some((end) => {
    const parts = end.split("...").map((part) => bare(part).replace(/[\\^$*+?.()[\]{}|]/g, "\\$&"));
    const pattern = new RegExp(`^${parts.join(".*")}$`);
    return bare(end) !== "" && all.some((output) => pattern.test(bare(output)));
  });
}

/** A text without what differs between a comment and Deno's way to print: its blanks and line ends. */
function bare(text: string): string {
  return text.replace(/\s+/g, "");
}
