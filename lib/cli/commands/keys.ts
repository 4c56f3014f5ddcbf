import { OdooConfigError, OdooError } from "../../errors.ts";
import { checkKey, type KeyCheck, type WorkingKey } from "../../keys.ts";
import { type ApiKey, listKeys, opensRpc } from "../../keys/listing.ts";
import { checkKeyOptions } from "../../keys/making.ts";
import { harmless } from "../../table.ts";
import {
  checkNoMore,
  type Command,
  countOf,
  type Flags,
  type Invocation,
  textOf,
  UsageError,
} from "../command.ts";
import { checkMaySave } from "../env_file.ts";
import {
  checkMayChange,
  dateOf,
  endOf,
  keyFacts,
  makeKey,
  questionsOf,
  saveTo,
  toldOf,
  withKeys,
} from "../keys.ts";
import type { Questions } from "../ask.ts";
import { ReaderGoneError } from "../io.ts";
import { shellWord } from "../quoting.ts";
import { type DataRow, type Format, formatOf, printFacts, RowPrinter } from "../output.ts";
import { KeyWatch } from "../key_watch.ts";
import { flagsOf, WATCHERS } from "../jobs/words.ts";
import { type Account, accountBy, configBy, connectBy } from "../settings.ts";

const PASSWORD = "The password comes from ODOO_PASSWORD, or is asked for at the terminal.";
const COLUMNS = ["id", "name", "scope", "created", "expires", "days_left"];
const OPTIONS = {
  days: "how long it is good, from Odoo 18 on",
  save:
    "a file such as .env, where the settings with the key are written; the key is not printed then",
};

/** Makes a key. */
export const create: Command = {
  usage: "keys new NAME [--days N] [--save FILE]",
  details:
    `Prints the key, this once, after it was tried over the external API. NAME says what it is for: one for each program.
Without --days it is good for ever, or as long as Odoo lets the user choose. ${PASSWORD}`,
  options: OPTIONS,
  examples: ['odeno keys new "nightly sync" --save .env', "odeno keys new laptop --days 30"],
  async run(invocation) {
    const { args: [name, ...rest], flags, io, signal } = invocation;
    if (!name) throw new UsageError("A name is needed, which says what the key is for");
    checkNoMore(rest);
    const days = daysOf(flags, name);
    await checkMayChange(invocation);
    await checkMaySaveBy(flags);
    const account = await accountBy(invocation);
    await using questions = questionsOf(invocation);
    await withKeys(account, { io, signal, questions }, async (keys) => {
      const { settings } = account;
      const made = await makeKey(
        keys,
        { name, days, settings },
        async ({ key, id, expires }) => {
          const facts = { id: id ?? null, name, expires: dateOf(expires) };
          await handOver(key, facts, account, invocation);
        },
        signal,
      );
      io.err(`Made the API key ${toldOf(made)}${savedTo(flags)}`);
    });
    return 0;
  },
};

/** Lists keys. */
export const list: Command = {
  usage: "keys list",
  details: `Over the external API where ODOO_API_KEY is set, else by signing in. ${PASSWORD}`,
  examples: ["odeno keys list", "odeno keys list --profile prod --json"],
  async run(invocation) {
    const { args, flags, io } = invocation;
    checkNoMore(args);
    const account = await accountBy(invocation);
    const keys = account.apiKey === undefined
      ? await listedBySignIn(account, invocation)
      : await listedByKey(invocation);
    const format = formatOf(flags, io);
    const printer = new RowPrinter(io, format, COLUMNS);
    printer.add(keys.map((key) => rowOf(key, format)));
    printer.end();
    return 0;
  },
};

/** Revokes keys. */
export const revoke: Command = {
  usage: "keys revoke ID|NAME [--yes]",
  details:
    `There is no way back. Where several keys have the name, it asks; where nobody can be asked, --yes is needed. ${PASSWORD}`,
  switches: { yes: "revoke all keys of the name without asking" },
  examples: ['odeno keys revoke "nightly sync"', "odeno keys revoke 7"],
  async run(invocation) {
    const { args: [word, ...rest], flags, io, signal } = invocation;
    if (!word) throw new UsageError("An id or a name is needed: see odeno keys list");
    checkNoMore(rest);
    await checkMayChange(invocation);
    const account = await accountBy(invocation);
    await using questions = questionsOf(invocation);
    return await withKeys(account, { io, signal, questions }, async (keys) => {
      const all = await keys.list({ signal });
      const isId = all.some(({ id }) => String(id) === word);
      const named = isId ? [] : all.filter(({ name }) => name === word);
      if (named.length > 1 && !flags["yes"] && !await areMeant(named, questions)) {
        io.err("No key was revoked");
        return 1;
      }
      const gone = await keys.revoke(isId ? Number(word) : word, { signal });
      for (const key of gone) io.err(`Revoked the API key ${toldOf(key)}`);
      return 0;
    });
  },
};

/** Rotates a key. */
export const rotate: Command = {
  usage: "keys rotate [NAME] [--days N] [--save FILE]",
  details:
    `Makes a new key of the same name, tries it, saves or prints it, and revokes the old one only then: wherever that stops,
the key that is saved works. NAME can be left out where the keys of the user have one name. ${PASSWORD}`,
  options: { ...OPTIONS, days: "how long the new one is good; as long as the old one by default" },
  examples: ['odeno keys rotate "nightly sync" --save .env', "odeno keys rotate --save .env"],
  async run(invocation) {
    const { args: [given, ...rest], flags, io, signal } = invocation;
    checkNoMore(rest);
    const days = daysOf(flags, given ?? "-");
    await checkMayChange(invocation);
    await checkMaySaveBy(flags);
    const account = await accountBy(invocation);
    await using questions = questionsOf(invocation);
    await withKeys(account, { io, signal, questions }, async (keys) => {
      const name = given ?? onlyName(await keys.list({ signal }));
      const save = (key: string) => handOver(key, { name }, account, invocation);
      const { made, revoked } = await keys.rotate(name, { days, save }, { signal });
      io.err(`Made the API key ${toldOf(made)}${savedTo(flags)}`);
      for (const key of revoked) io.err(`Revoked the API key ${toldOf(key)}`);
    });
    return 0;
  },
};

/** Checks the key. */
export const check: Command = {
  usage: "keys check [NAME] [--warn-days N]",
  details:
    `For cron: says nothing when all is well and no terminal is there. Exits 1, with one line, where Odoo refuses the key or
it ends soon, and 2 where that cannot be found out. Odoo does not say which key of the user it was: NAME tells.`,
  options: {
    "warn-days": "how many days before the end to warn; 14 by default",
    ...flagsOf(WATCHERS),
    ping: "an address that is told, with /fail behind it where not all is well",
  },
  examples: ["odeno keys check", 'odeno keys check "nightly sync" --warn-days 30 --env-file .env'],
  async run(invocation) {
    const { args: [name, ...rest], flags, io } = invocation;
    checkNoMore(rest);
    const soon = countOf(flags, "warn-days", 0) ?? 14;
    const watch = new KeyWatch(invocation);
    const { checked, username } = await checkedBy(invocation, name, watch);
    const { isWell, text } = verdict(checked, { name, soon, username });
    await watch.end(checked, isWell);
    const format = formatOf(flags, io);
    if (isFormatAsked(flags)) {
      printFacts(io, format, factsOf(checked, { isWell, text }, format));
    } else if (!isWell) io.err(text, { level: checked.ok ? "warn" : "error", code: 1 });
    else if (io.isTerminal) io.out(harmless(text));
    return isWell ? 0 : 1;
  },
};

async function checkedBy(invocation: Invocation, name: string | undefined, watch: KeyWatch) {
  try {
    const config = await configBy(invocation);
    watch.of(config, name);
    const checked = await checkKey(config, { name }, { signal: invocation.signal });
    return { checked, username: config.username };
  } catch (error) {
    await watch.fail(error);
    throw error;
  }
}

/** Whether all keys of a name are to be revoked. */
async function areMeant(
  keys: readonly ApiKey[],
  questions: Questions | undefined,
): Promise<boolean> {
  const what = `${keys.length} API keys: ${keys.map(toldOf).join(", ")}`;
  if (questions) return /^y(es)?$/i.test(await questions.line(`Revoke all ${what}? y or n`, "n"));
  throw new OdooConfigError(`Cannot revoke ${what}: say so with --yes, or give the id of one`);
}

function daysOf(flags: Flags, name: string): number | undefined {
  const days = countOf(flags, "days", 1);
  // Before anybody is asked for a password
  checkKeyOptions(name, { days });
  return days;
}

async function checkMaySaveBy(flags: Flags): Promise<void> {
  const path = textOf(flags, "save");
  if (path !== undefined) await checkMaySave(path);
}

async function listedByKey(invocation: Invocation): Promise<ApiKey[]> {
  const odoo = await connectBy(invocation);
  return await listKeys(odoo, odoo.uid, { signal: invocation.signal });
}

async function listedBySignIn(account: Account, invocation: Invocation): Promise<ApiKey[]> {
  const { io, signal } = invocation;
  await using questions = questionsOf(invocation);
  return await withKeys(account, { io, signal, questions }, (keys) => keys.list({ signal }));
}

function rowOf(key: ApiKey, format: Format): DataRow {
  const { id, name, scope, created, expires, daysLeft } = key;
  const [isTable, isEndless] = [format === "table", expires === false];
  return {
    id,
    name,
    scope: scope || (isTable ? "everything" : null),
    created: dateOf(created),
    expires: isTable && isEndless ? "never" : dateOf(expires),
    days_left: daysLeft === false ? null : daysLeft,
  };
}

/** The name of the keys that open the external API, where they have one. */
function onlyName(keys: readonly ApiKey[]): string {
  const names = [...new Set(keys.filter(opensRpc).map(({ name }) => name))];
  const [first] = names;
  if (first !== undefined && names.length === 1) return first;
  const known = names.map((name) => `"${name}"`).join(", ");
  throw new UsageError(
    first === undefined
      ? "There is no API key to rotate: make one with odeno keys new"
      : `Say which API key to rotate: ${known}`,
  );
}

/** Saves a new key where `--save` says, else prints it: alone, or with what is known of it where a format is asked for. */
async function handOver(
  key: string,
  facts: DataRow,
  account: Account,
  { flags, io }: Invocation,
): Promise<void> {
  const path = textOf(flags, "save");
  if (path !== undefined) return await saveTo(path, key, account, io);
  try {
    if (isFormatAsked(flags)) printFacts(io, formatOf(flags, io), { ...facts, key });
    else io.out(key);
  } catch (error) {
    if (!(error instanceof ReaderGoneError)) throw error;
    throw new OdooError("Cannot print the API key: nobody reads the standard output");
  }
}

function savedTo(flags: Flags): string {
  const path = textOf(flags, "save");
  return path === undefined ? "" : `, and wrote it to ${path}`;
}

function isFormatAsked(flags: Flags): boolean {
  return [flags["json"], flags["ndjson"], flags["csv"]].includes(true);
}

interface Verdict {
  isWell: boolean;
  text: string;
}

function verdict(
  checked: KeyCheck,
  { name, soon, username }: { name: string | undefined; soon: number; username: string },
): Verdict {
  if (!checked.ok) return { isWell: false, text: checked.message };
  const { kind, candidates: [first], daysLeft = false } = checked;
  if (kind === "password") {
    return { isWell: true, text: `Odoo takes the password of "${username}", which has no end` };
  }
  if (first === undefined) {
    const text = `Odoo takes the API key of "${username}"`;
    return name === undefined
      ? { isWell: true, text: `${text}, and does not let the user see when it ends` }
      : { isWell: false, text: `${text}, but shows no good one of the name "${name}"` };
  }
  const isWell = daysLeft === false || daysLeft > soon;
  const end = daysLeft === false ? "never ends" : `ends ${endOf(first)}`;
  const text = `${whichOf(checked, first)} of "${username}" ${end}`;
  return {
    isWell,
    text: isWell ? text : `${text}: rotate it with "odeno keys rotate ${shellWord(first.name)}"`,
  };
}

function whichOf({ candidates }: WorkingKey, { name }: ApiKey): string {
  if (candidates.length === 1) return `The API key "${name}"`;
  return `"${name}", the first to end of the ${candidates.length} API keys that it may be,`;
}

function factsOf(checked: KeyCheck, { isWell, text }: Verdict, format: Format): DataRow {
  const common = { ok: isWell, text };
  if (!checked.ok) return { ...common, reason: checked.reason };
  const { kind, uid, candidates } = checked;
  return { ...common, reason: null, kind, uid, ...keyFacts(candidates, format, kind === "key") };
}
