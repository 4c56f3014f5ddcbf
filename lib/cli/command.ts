/**
 * What a command of `odeno` is.
 *
 * @module
 */
import { configFromEnv, connect, type Odoo } from "../../mod.ts";
import { OdooError } from "../errors.ts";
import { parseDotenv } from "./deps.ts";

/** The command line is wrong. The message is shown with the usage of the command. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** The flags of a command line, by name. */
export type Flags = Readonly<Record<string, unknown>>;

/** What a command is given. */
export interface Invocation {
  /** The arguments after the command's name that are no flags. */
  args: readonly string[];
  /** The flags. */
  flags: Flags;
  /** Writes a line of data. */
  out: (line: string) => void;
  /** Writes a line that is not data. */
  err: (line: string) => void;
}

/** One command. */
export interface Command {
  /** What it does, in half a line. */
  summary: string;
  /** Its arguments, as `--help` shows them. */
  usage: string;
  /** Its own flags that take a value, each with what it means. */
  options: Readonly<Record<string, string>>;
  /** Its own flags that take none, each with what it means. */
  switches?: Readonly<Record<string, string>>;
  /** Two command lines that work. */
  examples: readonly [string, string];
  /** Runs it and answers with the exit code. */
  run: (invocation: Invocation) => Promise<number>;
}

/** Connects as the flags and the environment say: `--profile`, and `--env-file` over the environment. */
export async function connectByFlags(flags: Flags): Promise<Odoo> {
  const { profile, "env-file": path } = flags;
  const variables = typeof path === "string" ? await readEnvFile(path) : undefined;
  return await connect(configFromEnv({
    profile: typeof profile === "string" ? profile : undefined,
    ...(variables && { get: (name) => variables[name] }),
  }));
}

/** A file that is named is all there is: settings are never half from it and half from the environment. */
async function readEnvFile(path: string): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new OdooError(`Cannot read ${path}: ${whyUnreadable(error, path)}`, { cause: error });
  });
  try {
    return parseDotenv(text);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new OdooError(
      `Cannot take the settings of ${path}: a value refers to a variable with $; put it into single quotes`,
    );
  }
}

function whyUnreadable(error: unknown, path: string): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.NotCapable) return `run with --allow-read=${path}`;
  return error instanceof Error ? error.message : String(error);
}
