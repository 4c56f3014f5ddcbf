/**
 * Whether a key works, how long still, and if not, why: as far as Odoo lets one know.
 *
 * @module
 */
import { checkConfig, type OdooConfig, type Protocol } from "../config.ts";
import { OdooAuthError, OdooDatabaseError, OdooServerError } from "../errors.ts";
import { decodeJson } from "../json/decode.ts";
import { encodeNamed } from "../json/encode.ts";
import { isKeyShaped, SecretKeeper } from "../secrets.ts";
import { type Connection, type OdooVersion, openConnection } from "../transport/auto.ts";
import { Http, type HttpOptions } from "../transport/http.ts";
import { isJsonType } from "../transport/jsonrpc.ts";
import { type Caller, type CallOptions, isStruct } from "../values.ts";
import { type ApiKey, listKeys, opensRpc } from "./listing.ts";

/** What is known of a key. */
export type KeyCheck = WorkingKey | RefusedKey;

/** A key that Odoo takes. */
export interface WorkingKey {
  /** Odoo takes it. */
  readonly ok: true;
  /** Whether it is an API key, or a password in its place: by its looks, where the protocol takes both. */
  readonly kind: "key" | "password";
  /** Id of the user. */
  readonly uid: number;
  /** Version of the server. */
  readonly version: OdooVersion;
  /** The protocol that took it. */
  readonly protocol: Protocol;
  /**
   * The keys that it may be, the one that ends first before the others: Odoo does not say which key a call came with. No
   * key where it is a password, or where the user may not see keys.
   */
  readonly candidates: readonly ApiKey[];
  /** The key, where it can be no other. */
  readonly key: ApiKey | undefined;
  /**
   * The soonest that it may end: when the first of the candidates does. `false` where none of them ends, `undefined`
   * where there are none.
   */
  readonly expires: Temporal.Instant | false | undefined;
  /** Whole days until then, by the clock of the server. */
  readonly daysLeft: number | false | undefined;
}

/** A key that Odoo does not take. */
export interface RefusedKey {
  /** Odoo does not take it. */
  readonly ok: false;
  /**
   * What is wrong: there is no such `database`; the key is good, but not this `user`'s; the `key` is wrong, deleted or
   * expired, which is all one to Odoo; user or key, and Odoo does not say which (`credentials`); too many failed tries
   * from this address (`cooldown`). User and key are told apart over JSON-2 only, which is there from 19 on.
   */
  readonly reason: "database" | "user" | "key" | "credentials" | "cooldown";
  /** One sentence for people. */
  readonly message: string;
}

/** How to look at a key. */
export interface CheckOptions {
  /** Name of the key, which makes fewer candidates of those that a user has. */
  name?: string | undefined;
}

/**
 * Tries a key over the external API, and looks when it ends.
 *
 * ```ts
 * import { checkKey } from "@odeno/odeno/keys";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const check = await checkKey(new OdooSimulator().config);
 * if (!check.ok) console.error(check.message);
 * else if (typeof check.daysLeft === "number" && check.daysLeft < 14) console.error("Rotate it");
 * ```
 *
 * @throws {OdooNetworkError} The server could not be reached, or is not Odoo, so nothing is known of the key.
 * @throws {OdooConfigError} A setting is missing or unusable.
 */
export async function checkKey(
  config: OdooConfig,
  { name }: CheckOptions = {},
  options: CallOptions = {},
): Promise<KeyCheck> {
  checkConfig(config);
  const secret = await new SecretKeeper(config).current();
  // The same one for all that follows
  const { apiKey: _key, password: _password, ...settings } = config;
  const fixed: OdooConfig = config.apiKey === undefined
    ? { ...settings, password: secret }
    : { ...settings, apiKey: secret };
  let connection: Connection;
  try {
    connection = await openConnection(fixed, options);
  } catch (error) {
    return await refusal(error, fixed, secret, options);
  }
  const { transport, uid, version } = connection;
  const { protocol } = transport;
  const kind = protocol === "json2" || isKeyShaped(secret) ? "key" : "password";
  const candidates = kind === "password" ? [] : await candidatesOf(transport, uid, name, options);
  const [first] = candidates;
  return {
    ok: true,
    kind,
    uid,
    version,
    protocol,
    candidates,
    key: candidates.length === 1 ? first : undefined,
    expires: first?.expires,
    daysLeft: first?.daysLeft,
  };
}

/**
 * The keys that a call of a user may have come with, the one that ends first before the others; none where the user may
 * not see keys.
 */
export async function candidatesOf(
  caller: Pick<Caller, "call">,
  uid: number,
  name: string | undefined,
  options: CallOptions,
): Promise<ApiKey[]> {
  const keys = await listKeys(caller, uid, options).catch((error) => {
    if (error instanceof OdooServerError && error.kind === "access") return [];
    throw error;
  });
  const usable = keys.filter((key) =>
    opensRpc(key) && (key.daysLeft === false || key.daysLeft >= 0)
  );
  const named = usable.filter((key) => name === undefined || key.name === name);
  return named.sort((first, second) => endOf(first) - endOf(second));
}

function endOf({ expires }: ApiKey): number {
  return expires ? expires.epochMilliseconds : Infinity;
}

async function refusal(
  error: unknown,
  config: OdooConfig,
  secret: string,
  options: CallOptions,
): Promise<RefusedKey> {
  if (error instanceof OdooAuthError) {
    const { reason, wrong, message } = error;
    if (reason === "cooldown") return { ok: false, reason, message };
    const hint = config.apiKey === undefined || isKeyShaped(secret) || wrong === "user"
      ? ""
      : "; an API key of Odoo has 40 digits from 0 to f, which this one has not";
    return { ok: false, reason: wrong ?? "credentials", message: message + hint };
  }
  if (!(error instanceof OdooDatabaseError)) throw error;
  const others = await databasesOf(config, options);
  const hint = others.length === 0 ? "" : `; the server has ${shown(others)}`;
  return { ok: false, reason: "database", message: error.message + hint };
}

/** The databases of the server; none where it does not tell. */
export async function databasesOf(config: HttpOptions, { signal }: CallOptions): Promise<string[]> {
  try {
    const { body } = await new Http(config).send({
      path: "/web/database/list",
      headers: { "content-type": "application/json" },
      body: encodeNamed({ jsonrpc: "2.0", method: "call", params: {}, id: 1 }),
      isAnswer: (status, type) => status === 200 && isJsonType(type),
      timeoutMs: LIST_MS,
      signal,
    });
    const answer = decodeJson(body);
    const names = isStruct(answer) ? answer["result"] : undefined;
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  } catch {
    signal?.throwIfAborted();
    return [];
  }
}

const LIST_MS = 5_000;
const LONGEST_LIST = 5;

function shown(names: readonly string[]): string {
  const first = names.slice(0, LONGEST_LIST).map((name) => `"${name}"`).join(", ");
  return names.length > LONGEST_LIST ? `${first} and ${names.length - LONGEST_LIST} more` : first;
}
