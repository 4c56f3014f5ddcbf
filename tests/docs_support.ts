/**
 * The pages of the documentation, taken apart.
 *
 * @module
 */
import { COMMANDS } from "../lib/cli/commands.ts";
import { nameOf, readBareFlags, readFlags, readWords } from "../lib/cli/flags.ts";
import { ROOT } from "./support.ts";

/** A block of code of a page. */
export interface Block {
  /** What stands behind the fence, such as `sh` or `ts ignore`; an empty text where nothing does. */
  info: string;
  /** Its lines. */
  text: string;
  /** The last line of text before it. */
  before: string;
}

/** A page of the documentation. */
export interface Page {
  /** Where it is, from the top of the repository. */
  path: string;
  /** All of it. */
  text: string;
  /** The text without the blocks of code. */
  prose: string;
  /** The blocks of code. */
  blocks: readonly Block[];
}

/** All pages that users read: those of the top, and all of `docs/`. */
export async function allPages(): Promise<Page[]> {
  const top = ["README.md", "CONTRIBUTING.md", "SECURITY.md"];
  const paths = await Array.fromAsync(filesIn("docs", ".md"));
  return await Promise.all([...top, ...paths.toSorted()].map(readPage));
}

/** What the comments of the library say, a page a file: that is where its examples are. */
export async function allReferences(): Promise<Page[]> {
  const paths = await Array.fromAsync(filesIn("lib", ".ts"));
  return await Promise.all(["mod.ts", ...paths.toSorted()].map(async (path) => {
    const lines = (await Deno.readTextFile(new URL(path, ROOT))).split("\n");
    const comments = lines.filter((line) => /^ *\*( |$)/.test(line));
    return pageOf(path, comments.map((line) => line.replace(/^ *\* ?/, "")).join("\n"));
  }));
}

/** One page. */
export async function readPage(path: string): Promise<Page> {
  return pageOf(path, await Deno.readTextFile(new URL(path, ROOT)));
}

function pageOf(path: string, text: string): Page {
  const blocks: Block[] = [];
  const prose: string[] = [];
  let fence: string[] | undefined;
  let info = "";
  for (const line of text.split("\n")) {
    if (!line.trimStart().startsWith("```")) (fence ?? prose).push(line);
    else if (fence === undefined) {
      info = line.trim().slice(3);
      fence = [];
    } else {
      const before = prose.findLast((line) => line.trim() !== "") ?? "";
      blocks.push({ info, text: fence.join("\n"), before });
      fence = undefined;
    }
  }
  return { path, text, prose: prose.join("\n"), blocks };
}

/** The anchors of a page, as GitHub makes them of its headings. */
export function anchorsOf({ prose }: Page): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of prose.matchAll(/^#+ (.+)$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim().toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}_\- ]/gu, "").replaceAll(" ", "-");
    const taken = (count: number) => count === 0 ? anchor : `${anchor}-${count}`;
    let count = 0;
    while (anchors.has(taken(count))) count++;
    anchors.add(taken(count));
  }
  return anchors;
}

/** Where the links of a page lead, without those to other sites. */
export function linksOf({ prose }: Page): string[] {
  const text = prose.replace(/`[^`\n]*`/g, "");
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The command lines of `odeno` in a text of a shell, each as its words. */
export function commandsIn(script: string): string[][] {
  const lines = script.replaceAll("\\\n", " ").replace(CRON, "").split("\n");
  return lines.flatMap((line) => commandsOf(wordsOf(line)))
    .filter(([program]) => program === "odeno").map(([, ...words]) => words);
}

/** Takes a command line apart as the command does, up to where it would run. */
export async function checkCommand(argv: readonly string[]): Promise<void> {
  const { words } = readWords(argv);
  const [first] = words;
  // These stand for any command
  if (["COMMAND", "..."].includes(words[1] ?? "")) return;
  const name = nameOf(first === "help" ? words.slice(1) : words);
  const command = await COMMANDS[name ?? ""]?.load();
  if (command) readFlags(argv, name ?? "", command);
  else readBareFlags(argv);
}

const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));

/** Runs a block of TypeScript in this process, and keeps what each of its lines prints. */
export async function printedBy(text: string): Promise<{ line: number; text: string }[]> {
  const marked = text.split("\n").map((code, line) =>
    code.replace(/console\.(log|error)\(/, `console.log(${line}, `)
      .replace(
        / from "@odeno\/odeno(.*)"/,
        (_, name) => ` from "${new URL(exports[`.${name}`], ROOT)}"`,
      )
  );
  const printed: { line: number; text: string }[] = [];
  const { log } = console;
  console.log = (line: number, ...values: unknown[]) => {
    const texts = values.map((value) => typeof value === "string" ? value : Deno.inspect(value));
    printed.push({ line, text: texts.join(" ") });
  };
  try {
    await import(`data:application/typescript,${encodeURIComponent(marked.join("\n"))}`);
  } finally {
    console.log = log;
  }
  return printed;
}

/** When a line of cron is run. */
const CRON = /^(?:[\d*/,-]+ +){5}/gm;

/** The words of a line, as a shell takes them apart; what separates commands is a word of its own. */
function wordsOf(line: string): string[] {
  const token =
    /\s+|#.*$|(\$?\(|\)|[;|&]+|\d?[<>]+(?:&\d|\s*\S+)?)|((?:'[^']*'|"[^"]*"|\$(?!\()|[^\s;|&()<>'"$])+)/gy;
  const words: string[] = [];
  for (const [, mark, word] of line.matchAll(token)) {
    if (mark !== undefined) words.push(/[<>]/.test(mark) ? "" : "|");
    else if (word !== undefined) words.push(word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
  }
  return words.filter((word) => word !== "");
}

/** The commands between the marks, without the variables that are set for them. */
function commandsOf(words: readonly string[]): string[][] {
  const commands: string[][] = [[]];
  for (const word of words) {
    const command = commands.at(-1) ?? [];
    if (word === "|") commands.push([]);
    else if (command.length > 0 || !/^\w+=|^(do|then|until|while|if|!)$/.test(word)) {
      command.push(word);
    }
  }
  return commands;
}

async function* filesIn(folder: string, end: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`, end);
    else if (name.endsWith(end)) yield `${folder}/${name}`;
  }
}
