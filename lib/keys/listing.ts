/**
 * The API keys of a user, as Odoo lists them: all but the secret itself.
 *
 * @module
 */
import { isDatetimeString, parseDatetime } from "../dates.ts";
import { type Caller, type CallOptions, type RpcValue, structs } from "../values.ts";

/** The model of keys. */
export const KEYS = "res.users.apikeys";

/** A key, without its secret: Odoo shows that once, when the key is made. */
export interface ApiKey {
  /** Id of the key. */
  readonly id: number;
  /** What it is for, in the words of its maker. Several keys may have the same. */
  readonly name: string;
  /** What it opens: `false` for everything, `rpc` for the external API, else a part of Odoo that has keys of its own. */
  readonly scope: string | false;
  /** When it was made. */
  readonly created: Temporal.Instant | false;
  /** When it ends. `false` for never: keys end from Odoo 18 on. */
  readonly expires: Temporal.Instant | false;
  /** Whole days until it ends, by the clock of the server: 0 on the last day, below 0 after it. */
  readonly daysLeft: number | false;
}

/** The keys of a user, the oldest first. */
export async function listKeys(
  caller: Pick<Caller, "call">,
  uid: number,
  options: CallOptions = {},
): Promise<ApiKey[]> {
  let now = Date.now();
  const rows = await caller.call({
    model: KEYS,
    method: "search_read",
    // Administrators see the keys of everybody. All fields, because some of them are not there below 18
    args: [[["user_id", "=", uid]], []],
  }, {
    ...options,
    onServerTime: (time) => {
      now = time.getTime();
      options.onServerTime?.(time);
    },
  });
  return structs(rows).map((row) => keyOf(row, now)).filter(({ scope }) => scope !== TRUSTED_DEVICE)
    .sort((first, second) => first.id - second.id);
}

/** Whether a key opens the external API. */
export function opensRpc({ scope }: ApiKey): boolean {
  return scope === false || scope === "rpc";
}

/** For how many days a key was made; `undefined` for ever. */
export function lifeOf({ created, expires }: ApiKey): number | undefined {
  if (!created || !expires) return undefined;
  // It ends with a midnight
  const days = Math.ceil((expires.epochMilliseconds - created.epochMilliseconds) / DAY_MS);
  return Math.max(1, days);
}

/** Odoo 14 keeps among the keys which browsers need no two-factor code. */
const TRUSTED_DEVICE = "2fa_trusted_device";

const DAY_MS = 86_400_000;

function keyOf(row: { [field: string]: RpcValue }, now: number): ApiKey {
  const { id, name, scope, create_date: created, expiration_date: end } = row;
  const expires = momentOf(end);
  return {
    id: Number(id),
    name: typeof name === "string" ? name : "",
    scope: typeof scope === "string" ? scope : false,
    created: momentOf(created),
    expires,
    daysLeft: expires && Math.floor((expires.epochMilliseconds - now) / DAY_MS),
  };
}

function momentOf(value: RpcValue | undefined): Temporal.Instant | false {
  return isDatetimeString(value) && parseDatetime(value);
}
