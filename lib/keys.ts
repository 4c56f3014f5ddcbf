/**
 * API keys: made, listed, rotated and revoked by a program, on Odoo 14 and newer, and looked at before they end.
 *
 * Odoo makes keys for somebody who has signed in to its web client and given the password, so that is what
 * {@linkcode signIn} does; a key then stands in for the password over the external API, and does not sign in.
 *
 * ```ts
 * import { signIn } from "@odeno/odeno/keys";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const { url, db, fetch } = new OdooSimulator().config;
 * await using keys = await signIn({ url, db, username: "demo", password: "demo", fetch });
 * const made = await keys.create("nightly sync");
 * // made.key is the key, this once
 * for (const { name, daysLeft } of await keys.list()) console.log(name, daysLeft);
 * await keys.revoke("nightly sync");
 * ```
 *
 * @module
 */
import { checkConfig, type OdooConfig } from "./config.ts";
import { OdooConfigError, OdooServerError } from "./errors.ts";
import { type ApiKey, KEYS, lifeOf, listKeys, opensRpc } from "./keys/listing.ts";
import { checkKeyOptions, type KeyOptions, makeKey, NewApiKey } from "./keys/making.ts";
import {
  KeyRotationError,
  type RotateOptions,
  type Rotation,
  type RotationStep,
} from "./keys/rotation.ts";
import { type Secret, SecretKeeper } from "./secrets.ts";
import { type OdooVersion, openConnection, versionOf } from "./transport/auto.ts";
import { Http } from "./transport/http.ts";
import type { AskForCode } from "./transport/two_factor.ts";
import { WebSession } from "./transport/web.ts";
import { type CallOptions, structs } from "./values.ts";

export {
  checkKey,
  type CheckOptions,
  type KeyCheck,
  type RefusedKey,
  type WorkingKey,
} from "./keys/check.ts";
export { KeyRotationError, NewApiKey };
export type {
  ApiKey,
  AskForCode,
  KeyOptions,
  OdooConfig,
  OdooVersion,
  RotateOptions,
  Rotation,
  RotationStep,
};

/** What it takes to sign in: a configuration with a password. */
export type SignInConfig = OdooConfig & {
  /** The password of the user: a key does not sign in. */
  password: Secret;
  apiKey?: undefined;
  /**
   * Asked once for the code of a user with two-factor authentication, when Odoo wants it. Odoo 19 takes no code twice.
   */
  code?: AskForCode | undefined;
};

/**
 * Signs in to the web client, where keys are made.
 *
 * ```ts
 * import { signIn } from "@odeno/odeno/keys";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const { url, db, fetch } = new OdooSimulator().config; // of yours: without `fetch`
 * await using keys = await signIn({ url, db, username: "demo", password: "demo", fetch });
 * console.log(await keys.list());
 * ```
 *
 * @throws {OdooAuthError} Odoo does not take the user with this password; `reason` is `two-factor` where it wants a code
 * that is missing or wrong, `cooldown` after too many failed tries.
 * @throws {OdooConfigError} A setting is missing or unusable, or there is no such database.
 * @throws {OdooNetworkError} The server could not be reached, or is not Odoo.
 */
export async function signIn(config: SignInConfig, options: CallOptions = {}): Promise<ApiKeys> {
  checkConfig(config);
  const session = new WebSession(config, new Http(config), new SecretKeeper(config));
  const { uid, version } = await session.signIn(config.code, options);
  const { password: _password, code: _code, ...settings } = config;
  return new ApiKeys(session, settings, { uid, version: versionOf(version) });
}

/** The configuration without its secret. */
type Settings = Omit<OdooConfig, "apiKey" | "password">;

/**
 * The API keys of the user who has signed in, by {@linkcode signIn}. Keys of others are neither seen nor touched.
 *
 * ```ts
 * import { signIn } from "@odeno/odeno/keys";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const { url, db, fetch } = new OdooSimulator().config;
 * await using keys = await signIn({ url, db, username: "demo", password: "demo", fetch });
 * const { key } = await keys.create("nightly sync"); // shown this once
 * console.log(key.length, (await keys.list()).length); // 40 1
 * await keys.revoke("nightly sync");
 * ```
 */
export class ApiKeys {
  /** Login of the user. */
  readonly username: string;
  /** Id of the user. */
  readonly uid: number;
  /** Version of the server. */
  readonly version: OdooVersion;
  readonly #settings: Settings;
  readonly #session: WebSession;

  /** For {@linkcode signIn}. */
  constructor(
    session: WebSession,
    settings: Settings,
    { uid, version }: { uid: number; version: OdooVersion },
  ) {
    this.username = settings.username;
    this.uid = uid;
    this.version = version;
    this.#settings = settings;
    this.#session = session;
  }

  /** The keys of the user, the oldest first, those that have ended too until Odoo tidies them away. */
  async list(options: CallOptions = {}): Promise<ApiKey[]> {
    return await listKeys(this.#session, this.uid, options);
  }

  /**
   * Makes a key. Odoo shows it this once.
   *
   * @throws {OdooConfigError} `days` are asked for where keys do not end.
   * @throws {OdooServerError} Odoo lets the user make no key, or none for so long.
   */
  async create(
    name: string,
    settings: KeyOptions = {},
    options: CallOptions = {},
  ): Promise<NewApiKey> {
    checkKeyOptions(name, settings);
    return await this.#make(name, settings, await this.list(options), options);
  }

  /**
   * Deletes a key for good, by its id, or all keys of the user that have a name; answers with those that it was. From then
   * on `authenticate` and JSON-2 refuse it. The other protocols would go on to take it where a process of the server has
   * seen it before, which is ended as well, by writing the user's time zone as it is.
   *
   * @throws {OdooConfigError} The user has no such key.
   */
  async revoke(key: number | string, options: CallOptions = {}): Promise<ApiKey[]> {
    const keys = await this.list(options);
    const chosen = keys.filter(({ id, name }) => key === (typeof key === "number" ? id : name));
    if (chosen.length === 0) throw this.#unknown(key, keys);
    await this.#remove(chosen, options);
    return chosen;
  }

  /**
   * Replaces the key of a name by a new one of the same name: makes it, tries it over the external API, lets `save` keep
   * it, and revokes the old one only then. Without `days` the new one is good for as long as the old one was. Wherever it
   * stops, the key that is saved works; what a rotation has left that was killed goes with the next one. Give each program
   * a key of its own name, and let no two rotate the same at once.
   *
   * @throws {KeyRotationError} It stopped after the new key was made.
   * @throws {OdooConfigError} There is no key of this name to replace.
   */
  async rotate(
    name: string,
    { save, days }: RotateOptions,
    options: CallOptions = {},
  ): Promise<Rotation> {
    checkKeyOptions(name, { days });
    const before = await this.list(options);
    const old = before.filter((key) => key.name === name && opensRpc(key));
    const latest = old.at(-1);
    if (latest === undefined) throw this.#unknown(name, before);
    const made = await this.#make(name, { days: days ?? lifeOf(latest) }, before, options);
    await this.#check(made, options).catch(async (error) => {
      await this.#discard(made, options);
      throw new KeyRotationError(name, "check", error);
    });
    await this.#save(made, save).catch((error) => {
      // It may have been saved all the same, so it stays
      throw new KeyRotationError(name, "save", error);
    });
    await this.#remove(old, options).catch((error) => {
      throw new KeyRotationError(name, "revoke", error);
    });
    return { made, revoked: old };
  }

  /** Signs out, as `await using` does. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Who is cut off has signed out as well: the session ends by itself
    await this.#session.signOut().catch(() => {});
  }

  async #make(
    name: string,
    settings: KeyOptions,
    before: readonly ApiKey[],
    options: CallOptions,
  ): Promise<NewApiKey> {
    const key = await makeKey(this.#session, this.uid, name, settings, options);
    const known = new Set(before.map(({ id }) => id));
    // The key is not lost where the list does not come
    const after = await this.list(options).catch(() => []);
    const fresh = after.filter((each) => each.name === name && !known.has(each.id));
    return new NewApiKey(key, name, fresh.length === 1 ? fresh[0] : undefined);
  }

  /** Whether the external API takes a key, and for this user. */
  async #check({ key }: NewApiKey, options: CallOptions): Promise<void> {
    const { uid } = await openConnection({ ...this.#settings, apiKey: key }, options);
    if (uid === this.uid) return;
    throw new OdooConfigError(`"${this.username}" is user ${this.uid} here, and ${uid} over RPC`);
  }

  /** Lets the caller keep a key. What the caller throws may have it in its text. */
  async #save({ key }: NewApiKey, save: RotateOptions["save"]): Promise<void> {
    const secrets = new SecretKeeper({ apiKey: key });
    await secrets.current();
    try {
      await save(key);
    } catch (error) {
      throw secrets.scrub(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Removes a key that nobody has got. Should that fail, the next rotation does it. */
  async #discard({ id }: NewApiKey, options: CallOptions): Promise<void> {
    if (id === undefined) return;
    await this.#unlink([id], options).catch(() => {});
  }

  async #remove(keys: readonly ApiKey[], options: CallOptions): Promise<void> {
    await this.#unlink(keys.map(({ id }) => id), options);
    await this.#forget(options);
  }

  async #unlink(ids: readonly number[], options: CallOptions): Promise<void> {
    for (const id of ids) {
      await this.#session.callWithPassword({ model: KEYS, method: "remove", ids: [id] }, options)
        .catch((error) => {
          // Somebody was faster
          if (!(error instanceof OdooServerError) || error.kind !== "missing") throw error;
        });
    }
  }

  /**
   * Lets the processes of the server forget whom they have let in. They do so when the time zone of a user is written, and
   * not when a key is deleted.
   */
  async #forget(options: CallOptions): Promise<void> {
    const user = { model: "res.users", ids: [this.uid] };
    try {
      const read = await this.#session.call({ ...user, method: "read", args: [["tz"]] }, options);
      const [{ tz } = {}] = structs(read);
      if (tz === undefined) return;
      await this.#session.call({ ...user, method: "write", args: [{ tz }] }, options);
    } catch (error) {
      // The key is deleted; who may not write this has to wait for the server to forget
      if (!(error instanceof OdooServerError)) throw error;
    }
  }

  #unknown(key: number | string, keys: readonly ApiKey[]): OdooConfigError {
    const names = [...new Set(keys.map(({ name }) => `"${name}"`))].join(", ") || "none";
    const what = typeof key === "number" ? `with the id ${key}` : `called "${key}"`;
    return new OdooConfigError(
      `Cannot find an API key ${what}: "${this.username}" has ${names}`,
    );
  }
}
