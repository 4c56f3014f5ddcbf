/**
 * What commands tell, as JSON lines: for programs that collect logs.
 *
 * @module
 */
import { harmless } from "../table.ts";
import type { RpcInput } from "../values.ts";
import { type Flags, textOf, UsageError } from "./command.ts";
import type { Io } from "./io.ts";

/** What programs may want to know of a message beside its text. Never a secret, and never what rows hold. */
export interface About {
  /** How much it matters; `info` where nothing is said. */
  readonly level?: "debug" | "info" | "warn" | "error";
  /** What else is known. */
  readonly [name: string]: RpcInput | undefined;
}

/** Whether a command line asks for JSON lines, before it is taken apart: what is wrong with it is told so as well. */
export function isJsonLog(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const flags = end < 0 ? argv : argv.slice(0, end);
  return flags.includes("--log=json") ||
    flags.some((word, index) => word === "--log" && flags[index + 1] === "json");
}

/** Refuses a form of messages that there is not. */
export function checkLog(flags: Flags): void {
  const form = textOf(flags, "log");
  if (form === undefined || form === "json" || form === "plain") return;
  throw new UsageError(`--log must be "json" or "plain", not "${form}"`);
}

/** A message as a line of JSON, which leaves a terminal alone. */
export function lineOf(message: string, { level = "info", ...about }: About = {}): string {
  return harmless(JSON.stringify({ time: new Date().toISOString(), level, message, ...about }));
}

/** The ends of a program, whose messages are all about something. */
export function telling(io: Io, common: About): Io {
  const err = (text: string, about?: About) => io.err(text, { ...common, ...about });
  return Object.create(io, { err: { value: err } });
}

/** Tells the warnings of the library as messages of the command, until it is let go. */
export function tellingWarnings(io: Io): Disposable {
  const { warn } = console;
  console.warn = (text: unknown) => io.err(String(text), { level: "warn" });
  return {
    [Symbol.dispose]() {
      console.warn = warn;
    },
  };
}

/** What is known of errors. An error that gets another one around it would be another one to whoever catches it. */
const NOTES = new WeakMap<object, About>();

/** Notes something about an error, for the message that tells of it. */
export function noteOn(error: unknown, about: About): void {
  if (error instanceof Error) NOTES.set(error, { ...NOTES.get(error), ...about });
}

/** What was noted about an error. */
export function notesOn(error: unknown): About {
  return error instanceof Error ? NOTES.get(error) ?? {} : {};
}
