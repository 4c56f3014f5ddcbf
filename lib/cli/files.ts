/**
 * Files that a command reads and writes, with what is wrong with them told in a sentence.
 *
 * @module
 */
import { OdooConfigError, OdooError } from "../errors.ts";
import { whyNot } from "./settings.ts";

/** The text of a file. */
export async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The text of a file; nothing where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw unreadable(path, error);
  }
}

/** The error for a file that cannot be read. */
export function unreadable(path: string, cause: unknown): OdooConfigError {
  return new OdooConfigError(`Cannot read ${path}: ${whyNot(cause, `--allow-read=${path}`)}`, {
    cause,
  });
}

/** Writes beside and renames: who reads the file meanwhile finds the old one or the new one, whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeTextFile(beside, text, { createNew: true });
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw new OdooError(`Cannot write ${path}: ${whyNot(error, "--allow-read --allow-write")}`, {
      cause: error,
    });
  }
}
