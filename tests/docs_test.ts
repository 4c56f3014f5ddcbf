import { assert, assertEquals } from "@std/assert";
import { ground, odeno } from "./cli_support.ts";
import {
  allPages,
  anchorsOf,
  checkCommand,
  commandsIn,
  linksOf,
  type Page,
} from "./docs_support.ts";
import { ROOT } from "./support.ts";

const PAGES = await allPages();

Deno.test("every page of docs/ is linked from README or docs/README.md", () => {
  const linked = new Set(
    PAGES.filter(({ path }) => path === "README.md" || path === "docs/README.md")
      .flatMap((page) => linksOf(page).map((link) => targetOf(page, link).path)),
  );
  const unlinked = PAGES.map(({ path }) => path).filter((path) => path.startsWith("docs/"))
    .filter((path) => !linked.has(path));
  assertEquals(unlinked, []);
});

Deno.test("docs/README.md leads to each section of the how-to pages", () => {
  const index = PAGES.filter(({ path }) => path === "docs/README.md");
  const links = index.flatMap((page) => linksOf(page).map((link) => targetOf(page, link)));
  const sections = PAGES.filter(({ path }) => path.startsWith("docs/howto/")).flatMap((page) =>
    [...anchorsOf(page)].slice(1).map((anchor) => ({ path: page.path, anchor }))
  );
  const isLinked = (section: typeof sections[number]) =>
    links.some(({ path, anchor }) => path === section.path && anchor === section.anchor);
  assertEquals(sections.filter((section) => !isLinked(section)), []);
  assert(sections.length > 30);
});

Deno.test("every link between pages leads to a file that is there, and to a heading that it has", async () => {
  const broken: string[] = [];
  for (const page of PAGES) {
    for (const link of linksOf(page)) {
      const { path, anchor } = targetOf(page, link);
      const found = PAGES.find((other) => other.path === path);
      const isThere = found !== undefined ||
        await Deno.stat(new URL(path, ROOT)).then(() => true, () => false);
      const hasAnchor = anchor === "" || (found !== undefined && anchorsOf(found).has(anchor));
      if (!isThere || !hasAnchor) broken.push(`${page.path}: ${link}`);
    }
  }
  assertEquals(broken, []);
});

Deno.test("every command line in the docs has a command and flags that there are", async () => {
  const wrong: string[] = [];
  let count = 0;
  for (const page of PAGES) {
    for (const words of commandsOf(page)) {
      count++;
      await checkCommand(words).catch((error) => {
        wrong.push(`${page.path}: odeno ${words.join(" ")}: ${error.message}`);
      });
    }
  }
  assertEquals(wrong, []);
  assert(count > 100, `only ${count} command lines were found`);
});

Deno.test("command lines in the docs that need nothing but a server do what they say", async () => {
  await using there = await ground();
  const alone =
    /^(search|read|count|create|write|fields|models|ref|auth|version|doctor|keys (list|check)) /;
  const lines = PAGES.flatMap(({ blocks }) => blocks).filter(({ info }) => info === "sh")
    .flatMap(({ text }) => commandsIn(text)).filter((words) => alone.test(`${words.join(" ")} `))
    .filter((words) => !words.includes("-") && !words.includes("--profile"));
  const failed: string[] = [];
  for (const words of lines) {
    const at = words.indexOf("--env-file");
    const own = at < 0 ? words : words.toSpliced(at, 2);
    const { code, err } = await odeno(...own, there.flag);
    if (code > 1) failed.push(`odeno ${words.join(" ")}: ${err}`);
  }
  assertEquals(failed, []);
  assert(lines.length > 10, `only ${lines.length} of them were found`);
});

Deno.test("no flag in the docs has a bare * in it, for which zsh would look for files and give up", () => {
  const bare = PAGES.flatMap(({ path, text }) =>
    text.split("\n").filter((line) => !line.includes("#!/usr/bin/env"))
      .flatMap((line) => line.match(/(?<!")--[\w-]+=[^\s"'`]*\*/g) ?? [])
      .map((flag) => `${path}: ${flag}`)
  );
  assertEquals(bare, []);
});

Deno.test("the reader of command lines finds what a shell would run", () => {
  const script = [
    "set -a; . ./.env; set +a # odeno no",
    "KEY=$(odeno keys new 'my app') && A=b odeno auth --env-file x.env >out 2>&1 &",
    'odeno search res.partner \'[["a", "=", "b; c"]]\' | \\',
    "  odeno write res.partner - '{}' <in",
    "echo odeno",
    "0 7 * * 1-5 odeno runs",
  ].join("\n");
  assertEquals(commandsIn(script), [
    ["keys", "new", "my app"],
    ["auth", "--env-file", "x.env"],
    ["search", "res.partner", '[["a", "=", "b; c"]]'],
    ["write", "res.partner", "-", "{}"],
    ["runs"],
  ]);
});

/** Where a link of a page leads: a path from the top, and a heading or nothing. */
function targetOf(page: Page, link: string): { path: string; anchor: string } {
  const url = new URL(link, new URL(page.path, "file:///"));
  return { path: url.pathname.slice(1), anchor: decodeURIComponent(url.hash.slice(1)) };
}

/** The command lines of the blocks for a shell, and those in the text. */
function commandsOf({ blocks, prose }: Page): string[][] {
  const shells = blocks.filter(({ info }) => ["sh", "bash", ""].includes(info));
  const inline = [...prose.matchAll(/`(odeno [^`]+)`/g)].map(([, code = ""]) =>
    // In a cell of a table a pipe needs a backslash
    code.replaceAll("\\|", "|")
  );
  return [...shells.map(({ text }) => text), ...inline].flatMap(commandsIn);
}
