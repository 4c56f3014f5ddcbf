/**
 * Making API keys: the steps of Odoo's wizard.
 *
 * @module
 */
import { OdooConfigError, OdooProtocolError } from "../errors.ts";
import type { WebSession } from "../transport/web.ts";
import { type CallOptions, isStruct, type RpcInput } from "../values.ts";
import { formatDatetime } from "../dates.ts";
import type { ApiKey } from "./listing.ts";

/** How long a key is to be good. */
export interface KeyOptions {
  /**
   * Days until it ends, from Odoo 18 on, counted as Odoo counts them: it ends with the midnight, UTC, that begins the last
   * of them. Without it a key is good for ever, or as long as Odoo lets the user choose, which is 90 days for those who
   * are no administrators.
   */
  days?: number | undefined;
}

/** A key that was just made. Its secret shows neither in `console.log` nor in JSON. */
export class NewApiKey {
  /** Id of the key; `undefined` where others have made keys of the same name meanwhile. */
  readonly id: number | undefined;
  /** What it is for. */
  readonly name: string;
  /** When it ends; `false` for never, `undefined` where the id is not known. */
  readonly expires: Temporal.Instant | false | undefined;
  readonly #key: string;

  /** Takes the secret, and what the list says of the key. */
  constructor(key: string, name: string, listed: ApiKey | undefined) {
    this.#key = key;
    this.name = name;
    this.id = listed?.id;
    this.expires = listed?.expires;
  }

  /** The key itself, which goes where the password would: nobody can ask Odoo for it again. */
  get key(): string {
    return this.#key;
  }
}

/** Makes a key, and answers with its secret. */
export async function makeKey(
  session: WebSession,
  uid: number,
  name: string,
  { days }: KeyOptions,
  options: CallOptions,
): Promise<string> {
  const values = { name, ...await duration(session, days, options) };
  // Asks for the password, where the last time is ten minutes ago
  await session.callWithPassword({
    model: "res.users",
    method: "api_key_wizard",
    ids: [uid],
  }, options);
  const id = await session.call({ model: WIZARD, method: "create", args: [values] }, options);
  if (typeof id !== "number") throw notMade();
  const shown = await session.callWithPassword(
    { model: WIZARD, method: "make_key", ids: [id] },
    options,
  );
  const context = isStruct(shown) ? shown["context"] : undefined;
  const key = isStruct(context) ? context["default_key"] : undefined;
  if (typeof key !== "string" || key === "") throw notMade();
  return key;
}

/** Refuses what no key could be made from. */
export function checkKeyOptions(name: string, { days }: KeyOptions): void {
  if (name.trim() === "") {
    throw new OdooConfigError("Cannot make an API key without a name: say what it is for");
  }
  if (days !== undefined && (!Number.isInteger(days) || days < 1 || days > LONGEST)) {
    throw new OdooConfigError(
      `Cannot make an API key for ${days} days: it must be a whole number from 1 to ${LONGEST}`,
    );
  }
}

const WIZARD = "res.users.apikeys.description";
/** A hundred years. */
const LONGEST = 36_525;
const DAY_MS = 86_400_000;
/** What Odoo calls a key without an end, and a date that is none of those which it offers. */
const FOR_EVER = 0, OWN_DATE = "-1";

/** What the wizard is told of the end of a key: nothing below 18, which knows no end. */
async function duration(
  session: WebSession,
  days: number | undefined,
  options: CallOptions,
): Promise<Record<string, RpcInput>> {
  const call = { model: WIZARD, method: "fields_get", args: [["duration"], ["selection"]] };
  const fields = await session.call(call, options);
  const field = isStruct(fields) ? fields["duration"] : undefined;
  if (!isStruct(field)) {
    if (days === undefined) return {};
    throw new OdooConfigError(
      `Cannot make an API key for ${days} days: keys end from Odoo 18 on, here they are good until they are revoked`,
    );
  }
  const offered = daysOf(field["selection"]);
  const chosen = days ?? (offered.includes(FOR_EVER) ? FOR_EVER : Math.max(1, ...offered));
  if (offered.includes(chosen)) return { duration: String(chosen) };
  const midnight = Math.floor(Date.now() / DAY_MS + chosen) * DAY_MS;
  return { duration: OWN_DATE, expiration_date: formatDatetime(new Date(midnight)) };
}

/** The numbers of days that a user is offered: those of an administrator are others. */
function daysOf(selection: RpcInput | undefined): number[] {
  if (!Array.isArray(selection)) return [];
  return selection.map((pair) => Array.isArray(pair) ? Number(pair[0]) : NaN).filter((days) =>
    days >= 0
  );
}

function notMade(): OdooProtocolError {
  return new OdooProtocolError(
    "Odoo does not show an API key where it should: look in the list whether it has made one",
    { outcome: "unknown" },
  );
}
