/**
 * From the command line to a command, and from what happens to an exit code: 0 done; 1 done, and the answer is no;
 * 2 could not run.
 *
 * @module
 */
import { OdooAuthError, OdooError } from "../errors.ts";
import { auth } from "./auth.ts";
import { call } from "./call.ts";
import { type Command, type Flags, UsageError } from "./command.ts";
import { parseArgs } from "./deps.ts";
import { simulate } from "./simulate.ts";
import { types } from "./types.ts";

/** Version of this package; a test holds it against `deno.json`. */
export const VERSION = "0.1.0";

const COMMANDS: Readonly<Record<string, Command>> = { auth, call, simulate, types };
const SWITCHES = ["help", "json", "verbose", "version"];
const SETTINGS: Readonly<Record<string, string>> = {
  "env-file": "read the settings from this file",
  profile: "read ODOO_<PROFILE>_URL and so on",
};
const SECRET_FLAGS = ["api-key", "apikey", "key", "password", "token"];

/** What the program writes to. */
export interface Output {
  /** Writes a line of data. */
  out: (line: string) => void;
  /** Writes a line that is not data. */
  err: (line: string) => void;
}

/** Runs a command line, and answers with the exit code. */
export async function run(
  argv: readonly string[],
  { out, err }: Output = { out: console.log, err: console.error },
): Promise<number> {
  let flags: Flags = {};
  try {
    flags = readFlags(argv);
    const [name, ...args] = flags["_"] as string[];
    if (flags["version"]) return say(out, `odeno ${VERSION}`);
    if (name === undefined || name === "help") {
      return help(args[0], flags["help"] === true || name === "help", out, err);
    }
    if (flags["help"]) return help(name, true, out, err);
    return await commandOf(name).run({ args, flags, out, err });
  } catch (error) {
    err(flags["verbose"] || !isExpected(error) ? Deno.inspect(error) : error.message);
    if (error instanceof UsageError) {
      err('"odeno help" lists the commands, "odeno help COMMAND" tells about one.');
    }
    return error instanceof OdooAuthError ? 1 : 2;
  }
}

/** What a user can set right: anything else is a fault of this program, and is shown whole. */
function isExpected(error: unknown): error is Error {
  return error instanceof OdooError || error instanceof UsageError ||
    error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
}

function readFlags(argv: readonly string[]): Flags {
  const commands = Object.values(COMMANDS);
  const options = commands.flatMap((command) => Object.keys(command.options));
  const switches = commands.flatMap((command) => Object.keys(command.switches ?? {}));
  return parseArgs([...argv], {
    boolean: [...SWITCHES, ...switches],
    string: [...Object.keys(SETTINGS), ...options, "_"],
    alias: { h: "help" },
    unknown: (arg, key) => {
      if (!arg.startsWith("-") || arg === "-") return true;
      if (SECRET_FLAGS.includes(key ?? "")) {
        throw new UsageError(
          `A secret on the command line can be read by others: put it into ODOO_API_KEY, not ${key}`,
        );
      }
      throw new UsageError(`There is no flag ${arg.split("=")[0]}`);
    },
  });
}

function commandOf(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command;
  throw new UsageError(`There is no command "${name}"`);
}

/** Asked for, help is data; after a command line without a command it is a complaint. */
function help(
  name: string | undefined,
  isAsked: boolean,
  out: Output["out"],
  err: Output["err"],
): number {
  if (name !== undefined) return say(out, helpOn(commandOf(name)));
  (isAsked ? out : err)(overview());
  return isAsked ? 0 : 2;
}

function say(write: Output["out"], text: string): number {
  write(text);
  return 0;
}

function overview(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary] as const);
  return `Usage: odeno COMMAND [ARGS...]

Commands:
${table([...commands, ["help", "tell about a command"]])}

Settings: ODOO_URL, ODOO_DB, ODOO_USERNAME, ODOO_API_KEY, or the same of a profile:
${table(Object.entries(SETTINGS).map(([flag, text]) => [`--${flag}`, text]))}
Also: --json, --verbose, --version, --help

Exit codes: 0 done; 1 done, and the answer is no; 2 could not run`;
}

function helpOn({ summary, usage, options, switches = {}, examples }: Command): string {
  const flags = Object.entries({ ...options, ...switches }).map(([flag, text]) =>
    [`--${flag}`, text] as const
  );
  return [
    `Usage: odeno ${usage}`,
    `\n${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    ...(flags.length > 0 ? [`\n${table(flags)}`] : []),
    `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`,
  ].join("\n");
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join("\n");
}
