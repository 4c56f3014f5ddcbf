/**
 * What a command of `odeno` is.
 *
 * @module
 */
import type { Io } from "./io.ts";

/** The command line is wrong. The message is shown with where to find help. */
export class UsageError extends Error {
  /** Name of the class, for logs. */
  override name = "UsageError";
}

/** The flags of a command line, by name. */
export type Flags = Readonly<Record<string, unknown>>;

/** What a command is given. */
export interface Invocation {
  /** The arguments after the command's name that are no flags. */
  readonly args: readonly string[];
  /** The flags. */
  readonly flags: Flags;
  /** Where data, messages and questions go. */
  readonly io: Io;
  /** Ends the command: somebody has pressed Ctrl-C. */
  readonly signal: AbortSignal;
}

/** One command. */
export interface Command {
  /** Its arguments, as `--help` shows them. */
  readonly usage: string;
  /** What is to be known beside the flags, in a few lines. */
  readonly details?: string;
  /** Its own flags that take a value, each with what it means. They stand in for flags of every command. */
  readonly options?: Readonly<Record<string, string>>;
  /** Those of them that can be given more than once. */
  readonly repeatable?: readonly string[];
  /** Its own flags that take none, each with what it means. */
  readonly switches?: Readonly<Record<string, string>>;
  /** Two command lines that work. */
  readonly examples: readonly [string, string];
  /** Runs it and answers with the exit code. */
  readonly run: (invocation: Invocation) => Promise<number>;
}

/** The value of a flag; nothing where it was not given. */
export function textOf(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  if (value === "") throw new UsageError(`--${name} needs a value`);
  return typeof value === "string" ? value : undefined;
}

/** The values of a flag that can be given more than once. */
export function listOf(flags: Flags, name: string): readonly string[] {
  const values = flags[name];
  const list = Array.isArray(values) ? values.map(String) : [];
  if (list.includes("")) throw new UsageError(`--${name} needs a value`);
  return list;
}

/** The value of a flag that is a whole number from `least` on. */
export function countOf(flags: Flags, name: string, least: number): number | undefined {
  const text = textOf(flags, name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`--${name} must be a whole number from ${least} on, not "${text}"`);
}

/** Refuses more arguments than a command takes. */
export function checkNoMore(rest: readonly string[]): void {
  if (rest.length > 0) {
    throw new UsageError(`Nothing is known of "${rest[0]}": the command takes no more arguments`);
  }
}
