/**
 * Where Odoo is and who asks: from the environment, a file or a profile, never from the command line.
 *
 * @module
 */
import { connect, type Odoo } from "../client.ts";
import {
  addressFromEnv,
  configFromEnv,
  type ConfigFromEnvOptions,
  isReadOnly,
  MissingSettingsError,
  type OdooConfig,
  readerOf,
} from "../config.ts";
import { OdooConfigError } from "../errors.ts";
import { partsOf } from "../transport/watch.ts";
import type { CallEvent, RpcInput } from "../values.ts";
import { type Flags, type Invocation, textOf, UsageError } from "./command.ts";
import { didYouMean } from "../nearest.ts";
import { parseDotenv } from "./deps.ts";
import { objectOf } from "./json.ts";
import type { About } from "./log.ts";
import { idsOf } from "./words.ts";

/** Connects as the flags and the environment say. */
export async function connectBy({ flags, io, signal }: Invocation): Promise<Odoo> {
  const context = contextOf(flags);
  const odoo = await connect(await configBy({ flags, io }), { signal });
  await checkLanguage(odoo, context["lang"], signal);
  return odoo.withContext(context);
}

/** Below 19, Odoo takes a language that it does not have for its own without a word. */
async function checkLanguage(
  odoo: Odoo,
  lang: RpcInput | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (typeof lang !== "string") return;
  const found = await odoo.model("res.lang").searchRead([], { fields: ["code"], signal });
  const codes = found.map(({ code }) => String(code));
  if (codes.includes(lang)) return;
  throw new OdooConfigError(
    `This Odoo has no language "${lang}"${didYouMean(lang, codes)}; it has ${codes.join(", ")}`,
  );
}

/** The context that the flags give. */
export function contextOf(flags: Flags): Readonly<Record<string, RpcInput>> {
  const [lang, company] = [textOf(flags, "lang"), textOf(flags, "company")];
  return {
    ...(lang !== undefined && { lang }),
    ...(company !== undefined && { allowed_company_ids: idsOf([company], "in --company") }),
    ...objectOf(textOf(flags, "context") ?? "{}", "--context"),
  };
}

/** The configuration that the flags and the environment give. */
export async function configBy(
  { flags, io }: Pick<Invocation, "flags" | "io">,
): Promise<OdooConfig> {
  const source = await sourceOf(flags);
  const config = await advised(flags, () => configFromEnv(source));
  return Object.assign(config, switchesOf({ flags, io }));
}

/** The settings that flags of their own stand for. */
function switchesOf({ flags, io }: Pick<Invocation, "flags" | "io">) {
  return {
    ...(isReadOnlyHere(flags) && { readOnly: true }),
    timeoutMs: timeoutOf(flags),
    ...(flags["verbose"] === true &&
      { onCall: (event: CallEvent) => io.err(told(event), aboutCall(event)) }),
  };
}

/** How many milliseconds an answer may take. */
export function timeoutOf(flags: Flags): number | undefined {
  const text = textOf(flags, "timeout");
  if (text === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text) * 1000;
  throw new UsageError(`--timeout must be a number of seconds above 0, not "${text}"`);
}

/** The address of Odoo alone, for what needs no user. */
export async function addressBy(flags: Flags): Promise<string> {
  const source = await sourceOf(flags);
  return await advised(flags, () => addressFromEnv(source));
}

/** Whether only reading is allowed, where nothing else need be known yet. */
export async function isReadOnlyBy(flags: Flags): Promise<boolean> {
  const { get, prefix } = readerOf(await sourceOf(flags));
  return isReadOnlyHere(flags) || isReadOnly(get, prefix);
}

/** The switch of the environment counts beside a file as well: whoever sets it wants to be safe. */
function isReadOnlyHere(flags: Flags): boolean {
  const { get, prefix } = readerOf({ profile: textOf(flags, "profile") });
  return flags["read-only"] === true || isReadOnly(get, prefix);
}

/** Where the settings are, for the functions that read them. */
export async function sourceOf(flags: Flags): Promise<ConfigFromEnvOptions> {
  return { profile: textOf(flags, "profile"), get: await variablesOf(flags) };
}

/** Who uses Odoo, and where; the secrets as far as they are there. */
export interface Account {
  /** All settings but the secrets. */
  readonly settings: Omit<OdooConfig, "apiKey" | "password">;
  /** The API key. */
  readonly apiKey: string | undefined;
  /** The password. */
  readonly password: string | undefined;
  /** What the names of the variables begin with. */
  readonly prefix: string;
}

/**
 * Reads the settings of what asks for a password where there is none. What was answered stands in for variables; `hint` is
 * what else to do where some are missing.
 */
export async function accountBy(
  { flags, io }: Pick<Invocation, "flags" | "io">,
  answers: Readonly<Record<string, string>> = {},
  hint?: string,
): Promise<Account> {
  const profile = textOf(flags, "profile");
  const { get, prefix, read } = readerOf(await sourceOf(flags));
  const given: Record<string, string> = { ...answers, API_KEY: "-" };
  const { apiKey: _key, password: _password, ...settings } = await advised(
    flags,
    () => configFromEnv({ profile, get: (name) => given[name.slice(prefix.length)] ?? get(name) }),
    hint,
  );
  Object.assign(settings, switchesOf({ flags, io }));
  const password = read("PASSWORD") ?? passwordBeside(settings, profile);
  return { settings, apiKey: read("API_KEY"), password, prefix };
}

/**
 * The password of the environment: a file of a program has its key, and not what is needed for the next one. Where the
 * environment is about another Odoo or user, it is theirs.
 */
function passwordBeside(
  { url, db, username }: Account["settings"],
  profile: string | undefined,
): string | undefined {
  const { read } = readerOf({ profile });
  const isFor = (value: string, ...names: string[]) => (read(...names) ?? value) === value;
  const isOurs = isFor(url, "URL") && isFor(db, "DB", "DATABASE") &&
    isFor(username, "USERNAME", "USER", "LOGIN");
  return isOurs ? read("PASSWORD") : undefined;
}

/** Says more where settings are missing. */
async function advised<T>(flags: Flags, read: () => T, hint?: string): Promise<T> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MissingSettingsError)) throw error;
    const message = error.message + await adviceOn(flags, hint);
    throw new MissingSettingsError(message, { cause: error });
  }
}

/** Where settings that are missing can come from, for the end of a sentence. */
export async function adviceOn(flags: Flags, hint?: string): Promise<string> {
  const path = textOf(flags, "env-file");
  if (path !== undefined) return ` in ${path}${hint ?? ""}`;
  if (await hasSettings(".env")) return "; those of .env are read with --env-file .env";
  return hint ?? '; "odeno init" asks for them, and writes them to a file';
}

/** Whether a file has settings of Odoo; a file that may not be read without a question has none. */
async function hasSettings(path: string): Promise<boolean> {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return false;
  const text = await Deno.readTextFile(path).catch(() => "");
  return /^[ \t]*(export[ \t]+)?ODOO_\w+[ \t]*=/m.test(text);
}

/** Reads one variable of the file that is named: settings are never half from it and half from the environment. */
export async function variablesOf(
  flags: Flags,
): Promise<((name: string) => string | undefined) | undefined> {
  const path = textOf(flags, "env-file");
  if (path === undefined) return undefined;
  const variables = await readEnvFile(path);
  return (name) => variables[name];
}

function told({ name, protocol, ms, error }: CallEvent): string {
  const why = error instanceof Error ? `, ${error.name}` : "";
  return `${name} over ${protocol}: ${Math.round(ms)} ms${why}`;
}

function aboutCall({ name, protocol, ms, error }: CallEvent): About {
  return {
    level: "debug",
    ...partsOf(name),
    protocol,
    ms: Math.round(ms),
    outcome: error === undefined ? "ok" : error instanceof Error ? error.name : "failed",
  };
}

async function readEnvFile(path: string): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new OdooConfigError(`Cannot read ${path}: ${whyNot(error, "--allow-read")}`, {
      cause: error,
    });
  });
  return variablesIn(text, path);
}

/** The variables of the text of a file. */
export function variablesIn(text: string, path: string): Record<string, string> {
  try {
    return parseDotenv(text);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new OdooConfigError(
      `Cannot take the settings of ${path}: a value refers to a variable with $; put it into single quotes`,
    );
  }
}

/** Why a file cannot be read or written, in half a sentence. */
export function whyNot(error: unknown, permission: string): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file or folder";
  if (error instanceof Deno.errors.NotCapable) return `run with ${permission}`;
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  return error instanceof Error ? error.message : String(error);
}
