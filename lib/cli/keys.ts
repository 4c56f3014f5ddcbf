/**
 * What the commands on API keys have in common.
 *
 * @module
 */
import { basename } from "node:path";
import type { OdooConfig } from "../config.ts";
import { OdooAuthError, OdooConfigError, OdooError } from "../errors.ts";
import { type ApiKey, type ApiKeys, type AskForCode, type NewApiKey, signIn } from "../keys.ts";
import { opensRpc } from "../keys/listing.ts";
import type { Secret } from "../secrets.ts";
import { openConnection } from "../transport/auto.ts";
import type { RpcValue } from "../values.ts";
import { Questions } from "./ask.ts";
import type { Invocation } from "./command.ts";
import { ignoreInGit, saveSettings } from "./env_file.ts";
import type { DataRow, Format } from "./output.ts";
import { shellWord } from "./quoting.ts";
import { type Account, isReadOnlyBy } from "./settings.ts";

/** For how long a key that nobody has got may take to be removed, in milliseconds. */
const CLEAN_UP_MS = 10_000;

/** Whom to ask; nobody where no terminal is. */
export function questionsOf(invocation: Invocation): Questions | undefined {
  return invocation.io.isAsking ? new Questions(invocation) : undefined;
}

/** Signs in with the password of the settings, or of whoever sits at the terminal, and does something with the keys. */
export async function withKeys<T>(
  account: Account,
  { io, signal, questions }: Pick<Invocation, "io" | "signal"> & {
    questions: Questions | undefined;
  },
  run: (keys: ApiKeys) => Promise<T>,
): Promise<T> {
  const { settings, password } = account;
  await using keys = await signIn({
    ...settings,
    password: password ?? passwordBy(questions, account, io),
    code: codeBy(questions, account),
  }, { signal });
  return await run(keys);
}

/** Refuses to change keys where nothing may be changed. */
export async function checkMayChange({ flags }: Invocation): Promise<void> {
  if (!await isReadOnlyBy(flags)) return;
  throw new OdooConfigError("Cannot change API keys: the settings are read-only");
}

/** Asks for the password, and once more where Odoo does not take it. */
function passwordBy(
  questions: Questions | undefined,
  { settings: { username, url }, prefix }: Account,
  io: Invocation["io"],
): Secret {
  let isAgain = false;
  return async () => {
    if (questions === undefined) {
      throw new OdooConfigError(
        `Cannot sign in as "${username}" without the password: set ${prefix}PASSWORD, or run it in a terminal`,
      );
    }
    if (isAgain) io.err("Odoo does not take that");
    isAgain = true;
    return await questions.secret(`Password of "${username}" at ${url}`);
  };
}

function codeBy(questions: Questions | undefined, { settings }: Account): AskForCode {
  const { username, url } = settings;
  return () => {
    if (questions) return questions.line(`Two-factor code of "${username}"`);
    throw new OdooAuthError(
      `Odoo asks for a two-factor code of "${username}" at ${url}, and nobody can be asked here: ` +
        "run it in a terminal, or make the key in the web client, under Preferences, Account Security " +
        "(in Odoo 19: My Preferences, Security)",
      "two-factor",
    );
  };
}

/**
 * Makes a key of a name that no other has, tries it over the external API, and hands it over. Where that fails nobody has
 * the key, so it is revoked.
 */
export async function makeKey(
  keys: ApiKeys,
  { name, days, settings }: {
    name: string;
    days: number | undefined;
    settings: Account["settings"];
  },
  handOver: (made: NewApiKey) => Promise<void>,
  signal: AbortSignal,
): Promise<NewApiKey> {
  const isTaken = (await keys.list({ signal })).some((key) => key.name === name && opensRpc(key));
  if (isTaken) {
    throw new OdooConfigError(
      `There is an API key ${
        JSON.stringify(name)
      } already, and a second one would be revoked along with it: replace it ` +
        `with "odeno keys rotate ${shellWord(name)}", or give the new one another name`,
    );
  }
  const made = await keys.create(name, { days }, { signal });
  try {
    const config: OdooConfig = { ...settings, apiKey: made.key };
    await openConnection(config, { signal });
    await handOver(made);
    return made;
  } catch (error) {
    // The signal may have come already
    const gone = made.id !== undefined &&
      await keys.revoke(made.id, { timeoutMs: CLEAN_UP_MS }).catch(() => false);
    if (gone || !(error instanceof Error)) throw error;
    throw new OdooError(
      `${error.message}. There is a new key "${name}" now that nobody has: remove it with "odeno keys revoke"`,
      { cause: error },
    );
  }
}

/** Writes the settings with a key to a file, which git is to leave out. */
export async function saveTo(
  path: string,
  apiKey: string,
  { settings, prefix }: Account,
  io: Invocation["io"],
): Promise<void> {
  const list = await ignoreInGit(path);
  if (list !== undefined) io.err(`Added ${basename(path)} to ${list}`);
  await saveSettings(path, prefix, { ...settings, apiKey });
  // Nothing may fail behind this: who is told of a failure takes the key as lost
}

/**
 * Which key it may be, and when the first of those ends, for `keys check` and `auth`. Programs find `null` for "never" and
 * no names where nothing is known.
 */
export function keyFacts(keys: readonly ApiKey[], format: Format, isKey: boolean): DataRow {
  const names = [...new Set(keys.map(({ name }) => name))];
  const [first] = keys;
  if (format !== "table") {
    const days_left = first === undefined || first.daysLeft === false ? null : first.daysLeft;
    return { keys: names, expires: dateOf(first?.expires), days_left };
  }
  if (!isKey) return { keys: "none: this is a password" };
  if (first === undefined) return { keys: "unknown: the user may see none" };
  const listed = names.map((name) => `"${name}"`).join(", ");
  return {
    keys: keys.length === 1 ? listed : `one of ${keys.length}: ${listed}`,
    expires: endOf(first),
  };
}

/** A key in a sentence. */
export function toldOf({ name, id, expires }: Pick<NewApiKey, "name" | "id" | "expires">): string {
  const facts = [
    ...(id === undefined ? [] : [`id ${id}`]),
    ...(expires === undefined
      ? []
      : [expires === false ? "without an end" : `good until ${dateOf(expires)}`]),
  ];
  return `"${name}"${facts.length > 0 ? ` (${facts.join(", ")})` : ""}`;
}

/** When a key ends, for people. */
export function endOf({ expires, daysLeft }: Pick<ApiKey, "expires" | "daysLeft">): string {
  if (!expires || daysLeft === false) return "never";
  const days = daysLeft < 1 ? "within a day" : daysLeft === 1 ? "in 1 day" : `in ${daysLeft} days`;
  return `${daysLeft < 0 ? "it has ended" : days}, at ${dateOf(expires)}`;
}

/** A moment; `null` where there is none. */
export function dateOf(moment: Temporal.Instant | false | undefined): RpcValue {
  return moment ? moment.toString({ smallestUnit: "second" }) : null;
}
