import { type Command, type Flags, textOf, UsageError } from "../command.ts";
import { readIfThere, replaceFile } from "../files.ts";
import { shellWord } from "../quoting.ts";
import { connectBy } from "../settings.ts";

/** Writes the types of models. */
export const types: Command = {
  usage: "types MODEL... [--out FILE [--check]] [--import SPECIFIER]",
  options: {
    out: "the file to write; without it, the types go to the standard output",
    import: 'where the file imports odeno from, "@odeno/odeno" by default',
  },
  switches: {
    check: "write nothing; exit 1 when the file is not what would be written",
  },
  examples: [
    "odeno types res.partner sale.order --out models.ts",
    "odeno types res.partner sale.order --out models.ts --check",
  ],
  async run(invocation) {
    const { args, flags, io } = invocation;
    const { path, specifier } = settingsOf(args, flags);
    const isCheck = flags["check"] === true;
    if (isCheck && path === undefined) throw new UsageError("--check needs the file: --out FILE");
    const odoo = await connectBy(invocation);
    const { generateTypes } = await import("../../codegen.ts");
    const source = await generateTypes(odoo, args, {
      version: odoo.version.major,
      command: commandLine(args, path && nameOf(path), specifier),
      specifier,
    });
    if (path === undefined) {
      io.out(source.trimEnd());
      return 0;
    }
    if (!isCheck) {
      await replaceFile(path, source);
      io.err(`Wrote ${path}`);
      return 0;
    }
    const before = await readIfThere(path);
    if (before?.replaceAll("\r\n", "\n") === source) return 0;
    const state = before === undefined ? "does not exist" : "is out of date";
    io.err(`${path} ${state}; to write it: ${commandLine(args, path, specifier)}`);
    if (before !== undefined) io.err(difference(before, source));
    return 1;
  },
};

function settingsOf(
  args: readonly string[],
  flags: Flags,
): { path: string | undefined; specifier: string | undefined } {
  if (args.length === 0) throw new UsageError("At least one model is needed");
  const list = args.find((name) => name.includes(","));
  if (list !== undefined) {
    throw new UsageError(`Models are separated by spaces, not as in "${list}"`);
  }
  return { path: textOf(flags, "out"), specifier: textOf(flags, "import") };
}

/** The first line that differs. The types are what the user sees, so another user may be all there is to it. */
function difference(before: string, after: string): string {
  const [old, now] = [before, after].map((text) => text.split(/\r?\n/));
  const line = now?.findIndex((text, index) => text !== old?.[index]) ?? -1;
  const show = (text: string | undefined) => text === undefined ? "nothing" : text.trim();
  const at = line < 0 ? now?.length ?? 0 : line;
  return `Line ${at + 1} has: ${show(old?.[at])}\nOdoo has: ${show(now?.[at])}`;
}

/**
 * What the head of the file tells of its path: the same file comes out wherever the command was given, and the folders
 * of somebody's machine are nobody's business.
 */
function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function commandLine(
  models: readonly string[],
  path: string | undefined,
  specifier: string | undefined,
): string {
  const words = [
    "odeno",
    "types",
    ...[...new Set(models)].sort(),
    ...(path === undefined ? [] : ["--out", path]),
    ...(specifier === undefined ? [] : ["--import", specifier]),
  ];
  return words.map(shellWord).join(" ");
}
