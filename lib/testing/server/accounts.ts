/**
 * Who is calling: passwords, API keys, and Odoo 14's pause after too many failures.
 *
 * @module
 */
import type { Env } from "../orm/env.ts";
import { accessDenied, missingError, typeError } from "../faults.ts";
import { toInteger } from "../orm/fields.ts";
import type { PythonValue } from "../python.ts";
import { digest, matches, newKey } from "./digests.ts";
import type { Row, Store } from "../orm/store.ts";
import { Sessions } from "./sessions.ts";

const FAILURES_ALLOWED = 10;
const PAUSE_MS = 60_000;
const PAUSED = "Too many login failures, please wait a bit before trying again.";

/** Checks users and their secrets. Everything lasting is in the store; only the count of failures is here. */
export class Accounts {
  /** The open sessions of the web client. */
  readonly sessions: Sessions = new Sessions();
  #failures = 0;
  #lastFailure = 0;
  #known = new Set<string>();
  #codes = new Map<number, number[]>();

  /** `authenticate`: the user's id, or `false` for whatever is wrong. */
  login(env: Env, at: Date, login: string, secret: PythonValue): number | false {
    if (this.#paused(env, at)) return false;
    const user = [...env.store.rows("res.users")].find((row) =>
      row["login"] === login && row["active"] === true
    );
    const accepted = user !== undefined && typeof secret === "string" && secret !== "" &&
      isSecretOf(env, user, secret);
    this.#count(env, at, accepted);
    return accepted ? user.id : false;
  }

  /** The sign-in of the web client, which takes passwords only. Here 17 and 19 count failures too. */
  signIn(env: Env, at: Date, login: PythonValue, secret: PythonValue): Row {
    if (this.#paused(env, at, true)) throw accessDenied(PAUSED);
    const user = [...env.store.rows("res.users")].find((row) =>
      row["login"] === login && row["active"] === true
    );
    const accepted = user !== undefined && typeof secret === "string" && isPassword(user, secret);
    this.#count(env, at, accepted, true);
    if (!accepted) throw accessDenied();
    return user;
  }

  /** The check of each call: the user's id, or an exception. */
  check(env: Env, at: Date, uid: PythonValue, secret: PythonValue): number {
    const id = userId(uid);
    if (id === 0 || id === 1 || typeof secret !== "string" || secret === "") {
      throw accessDenied();
    }
    const user = env.row("res.users", id);
    if (!user) throw missingError("res.users", [id], id);
    const key = `${id} ${digest(secret)}`;
    const accepted = user["active"] === true && isSecretOf(env, user, secret);
    // A secret that was accepted before is let through even in the pause: Odoo has it in a cache.
    if (accepted && this.#known.has(key)) return id;
    if (this.#paused(env, at)) {
      throw accessDenied(PAUSED);
    }
    this.#count(env, at, accepted);
    if (!accepted) throw accessDenied();
    this.#known.add(key);
    return id;
  }

  /** The user whom an API key belongs to: the check of JSON-2, which knows no passwords. */
  userOfKey(env: Env, key: string): number | undefined {
    const user = [...env.store.rows("res.users")].find((row) =>
      row["active"] === true && hasKey(env, row, key)
    );
    return user?.id;
  }

  /** Counts a code that a user has given, and tells whether it may be looked at. */
  countCode(uid: number, now: number, { most, within }: { most: number; within: number }): boolean {
    const recent = (this.#codes.get(uid) ?? []).filter((time) => time >= now - within);
    if (recent.length >= most) return false;
    this.#codes.set(uid, [...recent, now]);
    return true;
  }

  /** Forgets the codes of a user. */
  forgetCodes(uid: number): void {
    this.#codes.delete(uid);
  }

  /** Forgets all failures. */
  reset(): void {
    this.#failures = 0;
    this.#known.clear();
    this.#codes.clear();
    this.sessions.clear();
  }

  /** Odoo 14 counts failures over RPC, per address; 17 and 19 count only those of the web login. */
  #paused(env: Env, at: Date, web = false): boolean {
    return (web || env.version === 14) && this.#failures >= FAILURES_ALLOWED &&
      at.getTime() - this.#lastFailure < PAUSE_MS;
  }

  #count(env: Env, at: Date, accepted: boolean, web = false): void {
    if (!web && env.version !== 14) return;
    this.#failures = accepted ? 0 : this.#failures + 1;
    if (!accepted) this.#lastFailure = at.getTime();
  }
}

/** Whether a password opens the web session: an API key does not. */
export function isPassword(user: Row, secret: string): boolean {
  const kept = user["password_digest"];
  return typeof kept === "string" && matches(secret, kept);
}

/** What an API key is good for. */
export interface KeyOptions {
  /** For what; `undefined` is for everything. */
  readonly scope?: string;
  /** Until when, as stamps hold it. */
  readonly expiresAt?: string | undefined;
}

/** Makes an API key and keeps its digest. */
export function addKey(
  env: Env,
  user: number,
  description: string,
  { scope, expiresAt }: KeyOptions = {},
): string {
  const key = newKey();
  const id = env.store.nextId("res.users.apikeys");
  env.store.insert("res.users.apikeys", {
    id,
    name: description,
    user_id: user,
    scope: scope ?? null,
    create_date: env.now,
    ...(env.version === 19 && { expiration_date: expiresAt ?? null }),
    key_digest: digest(key),
  });
  return key;
}

/** Deletes an API key and tells whether there was one. */
export function removeKey(store: Store, key: string): boolean {
  for (const row of store.rows("res.users.apikeys")) {
    const kept = row["key_digest"];
    if (typeof kept !== "string" || !matches(key, kept)) continue;
    store.remove("res.users.apikeys", row.id);
    return true;
  }
  return false;
}

/** Whether a text is an API key of anybody. */
export function isKey(store: Store, text: string): boolean {
  if (!/^[0-9a-f]{40}$/.test(text)) return false;
  return [...store.rows("res.users.apikeys")].some((row) =>
    typeof row["key_digest"] === "string" && matches(text, row["key_digest"])
  );
}

/** With two-factor authentication a password is not enough, and RPC has no place for a code. */
function isSecretOf(env: Env, user: Row, secret: string): boolean {
  return (!user["totp_key"] && isPassword(user, secret)) || hasKey(env, user, secret);
}

function hasKey(env: Env, user: Row, secret: string): boolean {
  const keys = env.store.find("res.users.apikeys", ["user_id"], [user.id]);
  return keys.some((id) => {
    const row = env.row("res.users.apikeys", id);
    const kept = row?.["key_digest"];
    const end = row?.["expiration_date"];
    const good = typeof end !== "string" || end >= env.now;
    return good && typeof kept === "string" && matches(secret, kept);
  });
}

/** `int(uid)`. */
function userId(uid: PythonValue): number {
  if (uid !== null) return toInteger(uid);
  throw typeError(
    "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'",
  );
}
