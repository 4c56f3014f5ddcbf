/**
 * Whether git keeps a file, or leaves it out: read from its files, as `git` itself may not be run.
 *
 * @module
 */
import { basename, dirname, join, relative, resolve } from "node:path";
import { readIfThere } from "./files.ts";

/** A file in the work tree of a repository. */
export interface FileInGit {
  /** The folder of the work tree. */
  readonly top: string;
  /** What git calls the file: its path from there. */
  readonly name: string;
}

/** The file that a path leads to, as git knows it, whether it is there or not; nothing outside of a work tree. */
export async function fileInGit(path: string): Promise<FileInGit | undefined> {
  const file = await Deno.realPath(path).catch(async () => {
    const folder = dirname(resolve(path));
    return join(await Deno.realPath(folder).catch(() => folder), basename(path));
  });
  for (let top = dirname(file);; top = dirname(top)) {
    const isTop = await Deno.lstat(join(top, ".git")).then(() => true, () => false);
    if (isTop) return { top, name: relative(top, file).replaceAll("\\", "/") };
    if (dirname(top) === top) return undefined;
  }
}

/**
 * Whether git keeps the file: it is in the index. Nothing is known of a split or a sparse index, and of a repository that
 * cannot be read.
 */
export async function isTracked({ top, name }: FileInGit): Promise<boolean> {
  try {
    const folder = await gitFolder(top);
    const index = await Deno.readFile(join(folder, "index"));
    const config = await Deno.readTextFile(join(folder, "config")).catch(() => "");
    const hashBytes = /^\s*objectformat\s*=\s*sha256/im.test(config) ? 32 : 20;
    return namesIn(index, hashBytes).includes(name);
  } catch {
    return false;
  }
}

/** Of a linked work tree, `.git` is a file that says where. */
async function gitFolder(top: string): Promise<string> {
  const path = join(top, ".git");
  if ((await Deno.stat(path)).isDirectory) return path;
  return resolve(top, (await Deno.readTextFile(path)).replace(/^gitdir:\s*/, "").trim());
}

/** The names in an index: behind 40 bytes of times and sizes, a hash, and flags. */
function namesIn(index: Uint8Array, hashBytes: number): string[] {
  const view = new DataView(index.buffer, index.byteOffset, index.byteLength);
  const [version, count] = [view.getUint32(4), view.getUint32(8)];
  const names: string[] = [];
  let [place, before] = [12, new Uint8Array()];
  while (names.length < count) {
    const flags = place + 40 + hashBytes;
    let start = flags + (view.getUint16(flags) & EXTENDED ? 4 : 2);
    let kept = 0;
    if (version === 4) {
      const { value, end } = variableWidth(index, start);
      [kept, start] = [before.length - value, end];
    }
    const end = index.indexOf(0, start);
    if (end < 0) throw new RangeError("The index is cut off");
    before = new Uint8Array([...before.subarray(0, kept), ...index.subarray(start, end)]);
    names.push(new TextDecoder().decode(before));
    // One to eight zeros, but in version 4
    place = version === 4 ? end + 1 : place + Math.floor((end - place + 8) / 8) * 8;
  }
  return names;
}

const EXTENDED = 0x4000;

/** A number in bytes of seven bits, each but the last one less than it stands for. */
function variableWidth(bytes: Uint8Array, start: number): { value: number; end: number } {
  let [value, end] = [-1, start];
  while (true) {
    const byte = bytes[end++] ?? 0;
    value = (value + 1) * 128 + (byte & 127);
    if (byte < 128) return { value, end };
  }
}

/** Whether a `.gitignore` from the top down to the folder of the file leaves it out, as far as that is surely so. */
export async function isIgnored({ top, name }: FileInGit): Promise<boolean> {
  const parts = name.split("/");
  let isLeftOut = false;
  for (const depth of parts.keys()) {
    const below = parts.slice(depth);
    const list = await readIfThere(join(top, ...parts.slice(0, depth), ".gitignore")) ?? "";
    for (const line of list.split(/\r?\n/)) {
      const [, not, pattern = ""] = /^(!?)(.*?)\s*$/.exec(line) ?? [];
      if (matches(pattern, below)) isLeftOut = not === "";
    }
  }
  return isLeftOut;
}

/** Whether a pattern names the file, or a folder that it is in. */
function matches(pattern: string, parts: readonly string[]): boolean {
  // What git reads in ways of its own is taken for something else
  if (pattern === "" || /^#|[[\]\\]|\*\*/.test(pattern)) return false;
  const isFolder = pattern.endsWith("/");
  const bare = pattern.replace(/\/$/, "");
  const isAnchored = bare.includes("/");
  const regex = new RegExp(
    `^${
      bare.replace(/^\//, "").replace(/[.+^${}()|]/g, "\\$&").replace(/\*/g, "[^/]*")
        .replace(/\?/g, "[^/]")
    }$`,
  );
  return parts.some((part, index) =>
    (!isFolder || index < parts.length - 1) &&
    regex.test(isAnchored ? parts.slice(0, index + 1).join("/") : part)
  );
}
