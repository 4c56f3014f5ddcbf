/**
 * Settings that are written to a file such as `.env`, beside what others keep there.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { type OdooConfig, readerOf } from "../config.ts";
import { OdooConfigError, OdooError } from "../errors.ts";
import { changeSecretFile, readIfThere } from "./files.ts";
import { fileInGit, isIgnored, isTracked } from "./git.ts";
import { variablesIn, whyNot } from "./settings.ts";

/** What is saved: a configuration that works, with its key. */
export type Saved = Pick<OdooConfig, "url" | "db" | "username" | "allowHttp"> & { apiKey: string };

/**
 * Saves settings under names that begin with `prefix`, and leaves alone whatever else is in the file. What is there as it
 * should be stays as it is written.
 */
export async function saveSettings(path: string, prefix: string, saved: Saved): Promise<void> {
  await changeSecretFile(path, (text) => {
    const variables = wanted(variablesIn(text, path), prefix, saved);
    const next = withVariables(text, variables);
    const read = variablesIn(next, path);
    const unread = Object.keys(variables).find((name) => read[name] !== variables[name]);
    if (unread === undefined) return next;
    throw new OdooConfigError(
      `Cannot write ${unread} into ${path}: what else is there keeps it from being read; ` +
        "save to a file of its own",
    );
  });
}

/** Whose key a file has. */
export interface Holder {
  /** The address of Odoo. */
  readonly url: string | undefined;
  /** The database. */
  readonly db: string | undefined;
  /** The login. */
  readonly username: string | undefined;
}

/** Whose key a file has; nothing where it has none. */
export async function holderIn(path: string, prefix: string): Promise<Holder | undefined> {
  const there = variablesIn(await readIfThere(path) ?? "", path);
  const { read } = readerOf({ profile: profileOf(prefix), get: (name) => there[name] });
  if (read("API_KEY") === undefined) return undefined;
  const [db, username] = [read("DB", "DATABASE"), read("USERNAME", "USER", "LOGIN")];
  return { url: read("URL"), db, username };
}

function profileOf(prefix: string): string | undefined {
  return prefix.slice("ODOO_".length, -1) || undefined;
}

/**
 * Refuses a file for a secret, before there is one: of a folder that is not there, or one that git keeps, where a
 * `.gitignore` would be of no use.
 */
export async function checkMaySave(path: string): Promise<void> {
  await Deno.stat(dirname(resolve(path))).catch((error) => {
    throw new OdooConfigError(`Cannot write ${path}: ${whyNot(error, "--allow-read")}`, {
      cause: error,
    });
  });
  const file = await fileInGit(path);
  if (file === undefined || !await isTracked(file)) return;
  throw new OdooConfigError(
    `Cannot write a key to ${path}: git keeps that file, so the key would go into the next commit; run ` +
      `"git rm --cached ${file.name}" in ${file.top}, or save to another file`,
  );
}

/**
 * Adds a file to the `.gitignore` of its folder, where there is one or a git repository, unless one leaves it out already.
 * Answers with the path of the `.gitignore` where it has written to it.
 */
export async function ignoreInGit(path: string): Promise<string | undefined> {
  const [folder, name] = [dirname(resolve(path)), basename(path)];
  const list = join(folder, ".gitignore");
  const text = await readIfThere(list);
  const file = await fileInGit(path);
  if (text === undefined && file === undefined) return undefined;
  if (await isIgnored(file ?? { top: folder, name })) return undefined;
  const start = text === undefined || text === "" || text.endsWith("\n") ? "" : "\n";
  try {
    await Deno.writeTextFile(list, `${start}${name}\n`, { append: true });
  } catch (error) {
    throw new OdooError(`Cannot write ${list}: ${whyNot(error, "--allow-write")}`, {
      cause: error,
    });
  }
  return list;
}

/** The text of a file with variables set, each in its place, or at the end where it had none. */
export function withVariables(
  text: string,
  variables: Readonly<Record<string, string>>,
): string {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  let next = text;
  for (const [name, value] of Object.entries(variables)) {
    const line = `${name}=${quoted(name, value)}`;
    const place = new RegExp(`^([ \\t]*(?:export[ \\t]+)?)${name}[ \\t]*=.*$`, "gm");
    if (place.test(next)) next = next.replace(place, (_line, start: string) => start + line);
    else next += (next === "" || next.endsWith("\n") ? "" : newline) + line + newline;
  }
  return next;
}

/** The variables to set: names that others know a setting by will do where they have its value. */
function wanted(
  there: Readonly<Record<string, string>>,
  prefix: string,
  { url, db, username, apiKey, allowHttp }: Saved,
): Record<string, string> {
  const { read } = readerOf({ profile: profileOf(prefix), get: (name) => there[name] });
  const settings: [value: string | undefined, ...names: [string, ...string[]]][] = [
    [url, "URL"],
    [db, "DB", "DATABASE"],
    [username, "USERNAME", "USER", "LOGIN"],
    [allowHttp ? "1" : undefined, "ALLOW_HTTP"],
    [apiKey, "API_KEY"],
  ];
  return Object.fromEntries(
    settings.flatMap(([value, ...names]) =>
      value === undefined || read(...names) === value ? [] : [[prefix + names[0], value]]
    ),
  );
}

/** A value as shells, Deno and other readers of such files understand it alike. */
function quoted(name: string, value: string): string {
  if (/^[\w.:/@%+,-]*$/.test(value)) return value;
  if (!/['\r\n]/.test(value)) return `'${value}'`;
  if (!/["\\$`\r\n]/.test(value)) return `"${value}"`;
  throw new OdooConfigError(
    `Cannot write ${name} to a file: it has characters that readers of such files take in different ways`,
  );
}
