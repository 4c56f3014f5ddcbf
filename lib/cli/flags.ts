/**
 * From the words of a command line to a command and its flags.
 *
 * @module
 */
import { type Command, type Flags, UsageError } from "./command.ts";
import { COMMANDS, GROUPS } from "./commands.ts";
import { parseArgs } from "./deps.ts";
import { didYouMean } from "../nearest.ts";

/** The settings that every command takes, each with what it means. */
export const SETTINGS: Readonly<Record<string, string>> = {
  "env-file": "read the settings from this file, and from nowhere else",
  profile: "read ODOO_<PROFILE>_URL and so on",
  context: "Odoo's context for all calls, as a JSON object",
  lang: "the language of translated texts, such as fr_FR",
  company: "id of the company to work in; several with commas, the first for new records",
};

/** The flags for the format of data, each with what it means. */
const FORMATS: Readonly<Record<string, string>> = {
  json: "write one JSON value",
  ndjson: "write a JSON object a line, which is also what comes where no terminal is",
  csv: "write CSV, with the names of the columns in the first line",
};

/** The flags of every command that take no value, each with what it means. */
export const SWITCHES: Readonly<Record<string, string>> = {
  ...FORMATS,
  "read-only": "refuse every call that is not known to read only; so does ODOO_READ_ONLY=1",
  verbose: "tell of each call how long it took, and of errors where they come from",
  help: "tell about the command",
  version: "tell the version of odeno",
};

const SECRETS = ["api-key", "apikey", "key", "passwd", "password", "secret", "token", "totp"];

/** A command line, taken apart. */
export interface CommandLine {
  /** Name of the command, of one or two words; nothing where none was named. */
  readonly name: string | undefined;
  /** The words behind it that are no flags. */
  readonly args: readonly string[];
  /** The flags. */
  readonly flags: Flags;
}

/** The words of a command line before its command is loaded, whose flags are not known yet. */
export function readWords(argv: readonly string[]): { words: string[]; isHelp: boolean } {
  const end = argv.indexOf("--");
  const flagged = end < 0 ? argv : argv.slice(0, end);
  const words = flagged.filter((word, index) =>
    !isFlag(word) && !Object.hasOwn(SETTINGS, flagged[index - 1]?.replace(/^--/, "") ?? "")
  );
  return { words, isHelp: flagged.some((word) => word === "--help" || word === "-h") };
}

/** The name at the start of the words; nothing where there are none. */
export function nameOf(words: readonly string[]): string | undefined {
  const [first, second] = words;
  if (first === undefined || Object.hasOwn(COMMANDS, first)) return first;
  const isGroup = Object.hasOwn(GROUPS, first);
  if (isGroup && second === undefined) return first;
  const name = isGroup ? `${first} ${second}` : first;
  if (Object.hasOwn(COMMANDS, name)) return name;
  const known = [...Object.keys(COMMANDS), ...Object.keys(GROUPS), "help"];
  throw new UsageError(`There is no command "${name}"${didYouMean(name, known)}`);
}

/** The flags and arguments of a command line, by what its command knows. */
export function readFlags(argv: readonly string[], name: string, command: Command): CommandLine {
  const { options = {}, switches = {}, repeatable } = command;
  const own = (flag: string) => Object.hasOwn(options, flag) || Object.hasOwn(switches, flag);
  const settings = Object.keys(SETTINGS).filter((flag) => !own(flag));
  const common = Object.keys(SWITCHES).filter((flag) => !own(flag));
  const flags = parse(argv, {
    boolean: [...common, ...Object.keys(switches)],
    string: [...settings, ...Object.keys(options)],
    collect: repeatable ?? [],
  });
  const asked = Object.keys(FORMATS).filter((format) => flags[format]);
  if (asked.length > 1) throw new UsageError(`Only one of --${asked.join(" and --")} can be had`);
  const words: string[] = flags["_"];
  return { name, args: words.slice(name.split(" ").length), flags };
}

/** The flags where no command is named. */
export function readBareFlags(argv: readonly string[]): Flags {
  return parse(argv, {
    boolean: Object.keys(SWITCHES),
    string: Object.keys(SETTINGS),
    collect: [],
  });
}

/** The flags that there are. */
interface Known {
  /** Those that take no value. */
  readonly boolean: readonly string[];
  /** Those that take one. */
  readonly string: readonly string[];
  /** Those of them that can be given more than once. */
  readonly collect: readonly string[];
}

function parse(argv: readonly string[], { boolean, string, collect }: Known) {
  const single = string.filter((name) => !collect.includes(name));
  const repeated = single.find((name) => argv.filter((word) => isNamed(word, name)).length > 1);
  if (repeated !== undefined) throw new UsageError(`--${repeated} can be given once only`);
  return parseArgs([...argv], {
    boolean: [...boolean],
    string: [...string, "_"],
    collect: [...collect],
    alias: { h: "help" },
    unknown: (arg, key) => {
      if (!isFlag(arg)) return true;
      refuse(arg, key ?? "", [...boolean, ...string]);
    },
  });
}

function refuse(arg: string, key: string, known: readonly string[]): never {
  if (SECRETS.includes(key.toLowerCase())) {
    throw new UsageError(
      `A secret on the command line can be read by others: put it into ODOO_API_KEY, not --${key}`,
    );
  }
  const flag = arg.split("=")[0] ?? arg;
  const near = didYouMean(key, known).replace(/"(.+)"/, "--$1");
  throw new UsageError(`There is no flag ${flag}${near}`);
}

function isFlag(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

function isNamed(word: string, name: string): boolean {
  return word === `--${name}` || word.startsWith(`--${name}=`);
}
