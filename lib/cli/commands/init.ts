import { doubtIn, readerOf } from "../../config.ts";
import { OdooConfigError, OdooError } from "../../errors.ts";
import { type ApiKey, opensRpc } from "../../keys/listing.ts";
import { checkKeyOptions, type NewApiKey } from "../../keys/making.ts";
import { databasesOf } from "../../keys/check.ts";
import { askVersion } from "../../transport/version.ts";
import type { Questions } from "../ask.ts";
import { checkNoMore, type Command, countOf, type Invocation, textOf } from "../command.ts";
import { checkMayChange, makeKey, questionsOf, saveTo, toldOf, withKeys } from "../keys.ts";
import { shellWord } from "../quoting.ts";
import { checkMaySave, type Holder, holderIn } from "../env_file.ts";
import { didYouMean } from "../../nearest.ts";
import { type Account, accountBy, sourceOf } from "../settings.ts";

/** Sets a project up. */
export const init: Command = {
  usage: "init [--save FILE] [--name NAME] [--days N]",
  details:
    `Asks for the address, the database, the login and the password, makes an API key, tries it, and writes the settings to
.env, which nobody else may read and git leaves out. Everything else in the file stays. The password is not kept.
Without a terminal ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_PASSWORD have to be set; on one, they need no typing.`,
  options: {
    save: "the file to write; .env by default",
    name: 'the name of the key in Odoo; "odeno" by default, or "odeno 2" where that is taken',
    days:
      "how long the key is good, from Odoo 18 on; as long as Odoo lets the user choose by default",
  },
  examples: ["odeno init", "odeno init --profile prod --days 90"],
  async run(invocation) {
    const { args, flags, io, signal } = invocation;
    checkNoMore(args);
    const path = textOf(flags, "save") ?? ".env";
    const asked = textOf(flags, "name");
    const days = countOf(flags, "days", 1);
    checkKeyOptions(asked ?? "odeno", { days });
    await checkMayChange(invocation);
    await checkMaySave(path);
    await using questions = questionsOf(invocation);
    const answers = await answersTo(questions, invocation);
    const hint = "; in a terminal it asks for them";
    const account = await accountBy(invocation, answers, hint);
    const { settings } = account;
    await withKeys(account, { io, signal, questions }, async (keys) => {
      const before = await keys.list({ signal });
      const holder = await holderIn(path, account.prefix);
      const name = asked ?? unused(before.map(({ name }) => name));
      const save = ({ key }: NewApiKey) => saveTo(path, key, account, io);
      const made = await makeKey(keys, { name, days, settings }, save, signal);
      io.err(
        `Made the API key ${toldOf(made)} of "${keys.username}", and wrote the settings to ${path}`,
      );
      const profile = textOf(flags, "profile");
      const flag = profile === undefined ? "" : ` --profile ${profile}`;
      const settled = `--env-file ${shellWord(path)}${flag}`;
      if (holder !== undefined) io.err(leftBehind(before, holder, account, settled));
      io.err(`Try it: odeno auth ${settled}`);
    });
    return 0;
  },
};

/** Which key the file had, Odoo does not say, nor whether other programs have it as well: so the user has to revoke it. */
function leftBehind(
  before: readonly ApiKey[],
  holder: Holder,
  { settings: { url, db, username } }: Account,
  settled: string,
): string {
  const stays = "The key that the file had before was not revoked";
  if (holder.url !== url || holder.db !== db || holder.username !== username) {
    return `${stays}: it is of another user or database`;
  }
  const keys = before.filter(opensRpc).map(toldOf).join(", ");
  if (keys === "") return `The key that the file had before is none of "${username}" any more`;
  return `${stays}, as other programs may use it. It may be ${keys}. To revoke it: ` +
    `odeno keys revoke ID ${settled}`;
}

/** What is asked, as the variables are called; nothing where nobody can be asked. */
async function answersTo(
  questions: Questions | undefined,
  { flags, io, signal }: Invocation,
): Promise<Record<string, string>> {
  if (questions === undefined) return {};
  const { read } = readerOf(await sourceOf(flags));
  const check = async (url: string) => {
    const allowHttp = read("ALLOW_HTTP") === "1";
    // With the address alone: nothing else is known yet
    doubtIn({ url, db: "-", username: "-", password: "-", allowHttp });
    io.err(`Odoo ${await askVersion(url, { signal })}`);
  };
  const url = await untilFine(
    () => questions.line("Address of Odoo, such as https://erp.example.com", read("URL")),
    check,
    io,
  );
  const names = await databasesOf({ url }, { signal });
  if (names.length > 1) io.err(`Databases: ${names.join(", ")}`);
  const usual = read("DB", "DATABASE") ?? (names.length === 1 ? names[0] : undefined);
  const db = await untilFine(() => questions.line("Database", usual), (name) => {
    if (names.length === 0 || names.includes(name)) return;
    throw new OdooConfigError(`There is no database "${name}"${didYouMean(name, names)}`);
  }, io);
  const username = await questions.line("Login", read("USERNAME", "USER", "LOGIN"));
  return { URL: url, DB: db, USERNAME: username };
}

/** Asks again as long as the answer is of no use. */
async function untilFine(
  ask: () => Promise<string>,
  check: (answer: string) => void | Promise<void>,
  io: Invocation["io"],
): Promise<string> {
  while (true) {
    const answer = await ask();
    try {
      await check(answer);
      return answer;
    } catch (error) {
      if (!(error instanceof OdooError)) throw error;
      io.err(error.message);
    }
  }
}

/** Keys of one name are rotated together, so that each program needs a name of its own. */
function unused(names: readonly string[]): string {
  if (!names.includes("odeno")) return "odeno";
  for (let number = 2;; number++) {
    const name = `odeno ${number}`;
    if (!names.includes(name)) return name;
  }
}
