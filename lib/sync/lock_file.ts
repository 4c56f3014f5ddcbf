/**
 * Locks on files: freed by the kernel when their process ends, however it ends.
 *
 * @module
 */

import { sleep } from "../clock.ts";

/** Somebody who only looks whether a lock is free holds it for a moment. */
const TRIES = 5;
const PAUSE_MS = 20;

/**
 * Where the lock of a job is, beside a file. The name is escaped such that two jobs never share a file, also where case
 * makes no difference to names of files.
 */
export function lockPathOf(place: string, job: string): string {
  const name = [...new TextEncoder().encode(job)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`;
  });
  return `${place}.${name.join("")}.lock`;
}

/**
 * Takes a lock. Its file stays when the lock is let go: were it removed, somebody could hold a lock on a file that the
 * next one does not see any more.
 *
 * @returns The file to close in order to let go, or `undefined` while another holds it.
 */
export async function takeLock(path: string): Promise<Deno.FsFile | undefined> {
  const file = await Deno.open(path, { create: true, read: true, write: true });
  try {
    for (let left = TRIES; left > 0; left--) {
      if (await file.tryLock(true)) return file;
      if (left > 1) await sleep(PAUSE_MS);
    }
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return undefined;
}

/** Whether nobody holds the lock. */
export async function isLockFree(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path, { read: true });
    return await file.tryLock(false);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}
