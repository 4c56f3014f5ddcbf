/**
 * Files that a command reads and writes, with what is wrong with them told in a sentence.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
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
  await replaceBy(path, (beside) => Deno.writeTextFile(beside, text, { createNew: true }));
}

/**
 * {@linkcode replaceFile} for what has a secret, by what is there. Others may never read it, not while it is written either: its mode is
 * 0600, unless the old file has one that keeps others out as well. When this returns, the disk has it.
 */
export async function changeSecretFile(
  path: string,
  change: (text: string) => string,
): Promise<void> {
  // A link stays one
  const target = await Deno.realPath(path).catch(() => path);
  using folder = await turnIn(dirname(target));
  const text = change(await readIfThere(target) ?? "");
  await replaceBy(target, async (beside) => {
    await Deno.writeTextFile(beside, text, { createNew: true, mode: 0o600 });
    using file = await Deno.open(beside, { write: true });
    const old = await Deno.stat(target).catch(() => undefined);
    if (old !== undefined) await takeAfter(beside, await file.stat(), old);
    await file.sync();
  });
  await tidy(target).catch(() => {});
  // Without it the old file is back after a loss of power, with a key that may be revoked by then
  await folder?.sync().catch(() => {});
}

/**
 * Waits until nobody else changes a secret file of the folder: two who write what they have read would lose the key of
 * one of them. Nothing where a folder cannot be opened or locked, as on Windows.
 */
async function turnIn(folder: string): Promise<Deno.FsFile | undefined> {
  const file = await Deno.open(folder).catch(() => undefined);
  await file?.lock(true).catch(() => {});
  return file;
}

/** Lets those go on reading a file who could, but not everybody. */
async function takeAfter(path: string, own: Deno.FileInfo, old: Deno.FileInfo): Promise<void> {
  const { uid, gid, mode } = old;
  if (uid !== own.uid || gid !== own.gid) await Deno.chown(path, uid, gid);
  const isPrivate = mode !== null && (mode & 0o007) === 0;
  if (isPrivate) await Deno.chmod(path, mode & 0o770);
}

/** Removes what is left of writers that were killed: it has secrets. */
async function tidy(target: string): Promise<void> {
  const [folder, start] = [dirname(target), `${basename(target)}.`];
  for await (const { name } of Deno.readDir(folder)) {
    const isLeft = name.startsWith(start) && LEFT.test(name.slice(start.length));
    if (isLeft) await Deno.remove(join(folder, name)).catch(() => {});
  }
}

const LEFT = /^[0-9a-f-]{36}\.tmp$/;

async function replaceBy(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  const beside = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await write(beside);
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw new OdooError(`Cannot write ${path}: ${whyNot(error, "--allow-read --allow-write")}`, {
      cause: error,
    });
  }
}
