/**
 * From the words of a command line to a command and its flags.
 *
 * @module
 */
import { type Command, type Flags, UsageError } from "./command.ts";
import { COMMANDS, GROUPS } from "./commands.ts";
import { didYouMean } from "../nearest.ts";

/** The settings that every command takes, each with what it means. */
export const SETTINGS: Readonly<Record<string, string>> = {
  "env-file": "read the settings from this file, and from nowhere else",
  profile: "read ODOO_<PROFILE>_URL and so on",
  context: "Odoo's context for all calls, as a JSON object",
  lang: "the language of translated texts, such as fr_FR",
  company: "id of the company to work in; several with commas, the first for new records",
  timeout: "so many seconds may each answer of Odoo take; 120 by default",
  log: '"json" writes messages as JSON lines, for programs, and asks nothing; "plain" by default',
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
  "safe-cells": "with --csv: a ' before texts that a program for tables may take for a formula",
  "read-only": "refuse every call that is not known to read only; so does ODOO_READ_ONLY=1",
  verbose: "tell of each call how long it took, and of errors where they come from",
  help: "tell about the command",
  version: "tell the version of odeno",
};

const SECRET = /^--?(odoo[-_])?(api[-_]?key|pass(wd|word)?|pwd|secret|token|totp)(=|$)/i;

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
  refuseSecrets(flagged);
  const isValue = (index: number) =>
    Object.hasOwn(SETTINGS, flagged[index - 1]?.replace(/^--/, "") ?? "");
  const words = flagged.filter((word, index) => !isFlag(word) && !isValue(index));
  const [first] = words;
  if (first !== undefined && !isStart(first)) refuseEarly(flagged[flagged.indexOf(first) - 1]);
  return { words, isHelp: flagged.some((word) => word === "--help" || word === "-h") };
}

/** Whether a word begins the name of a command. */
function isStart(word: string): boolean {
  return [COMMANDS, GROUPS, { help: "" }].some((known) => Object.hasOwn(known, word));
}

/** Refuses a flag that is not known before the command is: the word behind it may be its value. */
function refuseEarly(flag: string | undefined): void {
  if (flag === undefined || !isFlag(flag) || flag.includes("=")) return;
  const name = flag.replace(/^--?/, "");
  if (Object.hasOwn(SWITCHES, name) || name === "h") return;
  refuseSetting(name);
  throw new UsageError(`${flag} is no flag of every command: flags of one go behind its name`);
}

/** Where Odoo is does not come from flags. */
function refuseSetting(name: string): void {
  const [, variable] = SETTING_VARIABLES.find(([names]) => names.includes(name)) ?? [];
  if (variable === undefined) return;
  throw new UsageError(
    `There is no flag --${name}: set ${variable} in the environment, or in a file for --env-file`,
  );
}

const SETTING_VARIABLES: readonly (readonly [names: readonly string[], variable: string])[] = [
  [["url", "host", "server"], "ODOO_URL"],
  [["db", "database"], "ODOO_DB"],
  [["user", "username", "login"], "ODOO_USERNAME"],
];

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
  const { words, flags } = parse(argv, {
    boolean: [...common, ...Object.keys(switches)],
    string: [...settings, ...Object.keys(options)],
    collect: repeatable ?? [],
  });
  const asked = Object.keys(FORMATS).filter((format) => flags[format]);
  if (asked.length > 1) throw new UsageError(`Only one of --${asked.join(" and --")} can be had`);
  if (flags["safe-cells"] && !flags["csv"] && !own("safe-cells")) {
    throw new UsageError("--safe-cells goes with --csv: other formats need none");
  }
  return { name, args: words.slice(name.split(" ").length), flags };
}

/** The flags where no command is named. */
export function readBareFlags(argv: readonly string[]): Flags {
  const [boolean, string] = [Object.keys(SWITCHES), Object.keys(SETTINGS)];
  return parse(argv, { boolean, string, collect: [] }).flags;
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

/** Takes a command line apart: `--flag value`, `--flag=value`, `--switch`, and words; behind `--` all are words. */
function parse(argv: readonly string[], { boolean, string, collect }: Known) {
  const words: string[] = [];
  const flags: Record<string, boolean | string | string[]> = {};
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") return { words: [...words, ...rest], flags };
    if (!isFlag(word)) {
      words.push(word);
      continue;
    }
    const [, name = "", given] = FLAG.exec(word === "-h" ? "--help" : word) ?? [];
    if (boolean.includes(name)) {
      if (given !== undefined) throw new UsageError(`--${name} takes no value`);
      flags[name] = true;
    } else if (string.includes(name)) {
      const value = given ?? (rest[0] === undefined || isFlag(rest[0]) ? "" : rest.shift() ?? "");
      const before = flags[name];
      if (before !== undefined && !Array.isArray(before)) {
        throw new UsageError(`--${name} can be given once only`);
      }
      flags[name] = collect.includes(name) ? [...before ?? [], value] : value;
    } else refuse(word, [...boolean, ...string]);
  }
  return { words, flags };
}

const FLAG = /^--([^=]+)(?:=(.*))?$/s;

function refuse(word: string, known: readonly string[]): never {
  const flag = word.split("=")[0] ?? word;
  if (flag === "--key") throw secretRefused(flag);
  refuseSetting(flag.replace(/^--?/, ""));
  const near = didYouMean(flag.replace(/^-+/, ""), known).replace(/"(.+)"/, "--$1");
  throw new UsageError(`There is no flag ${flag}${near}`);
}

/** Refused wherever it stands, before anything is said of the words behind it: one of them may be the secret. */
function refuseSecrets(flagged: readonly string[]): void {
  const secret = flagged.find((word) => SECRET.test(word))?.split("=")[0];
  if (secret !== undefined) throw secretRefused(secret);
}

function secretRefused(flag: string): UsageError {
  const variable = /pass|pwd/i.test(flag) ? "ODOO_PASSWORD" : "ODOO_API_KEY";
  return new UsageError(
    `A secret on the command line can be read by others: put it into ${variable}, not ${flag}`,
  );
}

/** A dash alone is the standard input, and a number is one below zero. */
function isFlag(word: string): boolean {
  return /^-(?!$|[\d.])/.test(word);
}
