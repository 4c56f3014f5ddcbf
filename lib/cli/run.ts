/**
 * From the command line to a command, and from what happens to an exit code: 0 done; 1 done, and the answer is no or
 * some rows failed; 2 could not run; 3 another run holds the job; 130 ended by Ctrl-C, 131 by SIGQUIT, 143 by SIGTERM.
 *
 * @module
 */
import { JobBusyError, OdooError } from "../errors.ts";
import { UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { nameOf, readBareFlags, readFlags, readWords } from "./flags.ts";
import { fitted, helpOn, helpOnGroup, overview } from "./help.ts";
import { endsWith, type Io, ReaderGoneError } from "./io.ts";
import { checkLog, isJsonLog, noteOn, notesOn, telling, tellingWarnings } from "./log.ts";
import { VERSION } from "./version.ts";

/** Runs a command line, and answers with the exit code. */
export async function run(argv: readonly string[], ends: Partial<Io> = {}): Promise<number> {
  const isJson = isJsonLog(argv);
  let io = endsWith(ends, isJson);
  using _warnings = isJson ? tellingWarnings(io) : undefined;
  let name: string | undefined;
  try {
    const { words, isHelp } = readWords(argv);
    const isAsked = words[0] === "help";
    name = nameOf(isAsked ? words.slice(1) : words);
    io = telling(io, { command: name });
    if (isAsked || isHelp) return await help(name, io);
    if (name === undefined) return withoutCommand(argv, io);
    return await runCommand(name, argv, io);
  } catch (error) {
    return failed(error, { name, isVerbose: argv.includes("--verbose") }, io);
  }
}

async function runCommand(name: string, argv: readonly string[], io: Io): Promise<number> {
  const listed = COMMANDS[name];
  if (!listed) {
    io.err(helpOnGroup(name), { level: "error", code: 2 });
    return 2;
  }
  const command = await listed.load();
  const { args, flags } = readFlags(argv, name, command);
  checkLog(flags);
  // A command may have a version of its own, which has a value
  if (flags["version"] === true) return say(io, `odeno ${VERSION}`);
  using interrupt = new Interrupt();
  try {
    return await command.run({ args, flags, io, signal: interrupt.signal });
  } catch (error) {
    if (interrupt.code === undefined || error instanceof UsageError) throw error;
    const what = error === interrupt.signal.reason ? "" : `: ${messageOf(error)}`;
    io.err(`Interrupted${what}`, { level: "error", ...notesOn(error), code: interrupt.code });
    return interrupt.code;
  }
}

/** The signals that end a command, with the exit codes that shells know them by. */
const SIGNALS: readonly (readonly [name: Deno.Signal, code: number])[] = Deno.build.os === "windows"
  ? [["SIGINT", 130]]
  : [["SIGINT", 130], ["SIGQUIT", 131], ["SIGTERM", 143]];

/** Ctrl-C and its like, as a signal that ends calls. A second one ends the process at once. */
class Interrupt implements Disposable {
  readonly #controller = new AbortController();
  readonly #listeners = SIGNALS.map(([name, code]) => ({ name, end: () => this.#end(code) }));
  #code: number | undefined;

  constructor() {
    for (const { name, end } of this.#listeners) Deno.addSignalListener(name, end);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code; nothing as long as nobody has interrupted. */
  get code(): number | undefined {
    return this.#code;
  }

  [Symbol.dispose](): void {
    for (const { name, end } of this.#listeners) Deno.removeSignalListener(name, end);
  }

  #end(code: number): void {
    this.#code = code;
    this[Symbol.dispose]();
    const reason = new DOMException("The command was interrupted", "AbortError");
    noteOn(reason, { code });
    this.#controller.abort(reason);
  }
}

async function help(name: string | undefined, io: Io): Promise<number> {
  const listed = name === undefined ? undefined : COMMANDS[name];
  const text = name === undefined
    ? overview()
    : listed
    ? helpOn(name, await listed.load())
    : helpOnGroup(name);
  return say(io, io.isTerminal ? fitted(text, io.columns) : text);
}

/** Asked for, help is data; after a command line without a command it is a complaint. */
function withoutCommand(argv: readonly string[], io: Io): number {
  if (readBareFlags(argv)["version"]) return say(io, `odeno ${VERSION}`);
  io.err(overview(), { level: "error", code: 2 });
  return 2;
}

function say(io: Io, text: string): number {
  io.out(text);
  return 0;
}

function failed(
  error: unknown,
  { name, isVerbose }: { name: string | undefined; isVerbose: boolean },
  io: Io,
): number {
  // There is nobody left to tell
  if (error instanceof ReaderGoneError) return 0;
  const code = error instanceof JobBusyError ? 3 : 2;
  const lacking = lackingPart(error);
  const plain = lacking ?? (isExpected(error) ? error.message : undefined);
  io.err(isVerbose || plain === undefined ? Deno.inspect(error) : plain, {
    level: "error",
    ...error instanceof Error && { error: error.name },
    ...notesOn(error),
    code,
  });
  if (error instanceof UsageError) {
    io.err(
      name === undefined
        ? '"odeno help" lists the commands, "odeno help COMMAND" tells about one.'
        : `"odeno help ${name}" tells more.`,
    );
  }
  return code;
}

/** Of a part that a command loads when it needs it, and that Deno neither has nor reaches. */
function lackingPart(error: unknown): string | undefined {
  if (!(error instanceof TypeError)) return undefined;
  // Its address stays out: that of a registry can have a password in it
  const [, name] = /^Failed .*\bpackage ['"]([\w@/.-]+)['"]/.exec(error.message) ?? [];
  if (name === undefined) return undefined;
  return `A part of odeno is not in Deno's cache, and cannot be fetched: ${name} of npm. ` +
    "Run this once as the same user where npm can be reached, or take a bundle";
}

/** What a user can set right: anything else is a fault of this program, and is shown whole. */
function isExpected(error: unknown): error is Error {
  return error instanceof OdooError || error instanceof UsageError ||
    error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
