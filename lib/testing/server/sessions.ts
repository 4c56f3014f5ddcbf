/**
 * Sessions of the web client: who has signed in, by the cookie that tells it.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Version } from "../faults.ts";
import type { WebSession } from "../orm/env.ts";
import type { Row, Store } from "../orm/store.ts";

/** A session of a user who has signed in. */
export interface UserSession extends WebSession {
  /** What the cookie holds. */
  readonly id: string;
  /** The user. */
  readonly uid: number;
  /** The password of then: with another one the session is over. */
  readonly password: unknown;
  /** The secret of the codes of then. */
  readonly totp: unknown;
  /** Whether it waits for a code, and is good for nothing else. */
  readonly waits: boolean;
}

/** The sessions that are open. They are lost with the process, as a restart of a server with fresh files would do. */
export class Sessions {
  #open = new Map<string, UserSession>();

  /** Opens a session, or one that waits for a code. */
  open(version: Version, user: Row, waits = false): UserSession {
    const session = {
      id: sessionId(version),
      uid: user.id,
      password: user["password_digest"],
      totp: user["totp_key"],
      waits,
    };
    this.#open.set(session.id, session);
    return session;
  }

  /** The session of a request, or `undefined` where nobody has signed in. */
  of(store: Store, request: Request): UserSession | undefined {
    const session = this.#find(store, request);
    return session?.waits === false ? session : undefined;
  }

  /** The session of a request that has yet to give a code. */
  waiting(store: Store, request: Request): UserSession | undefined {
    const session = this.#find(store, request);
    return session?.waits ? session : undefined;
  }

  /** Whether the user of a session may still go on with it. */
  isGood(store: Store, { uid, password, totp }: UserSession): boolean {
    const user = store.get("res.users", uid);
    return user?.["active"] === true && user["password_digest"] === password &&
      user["totp_key"] === totp;
  }

  /** Ends a session. */
  close({ id }: UserSession): void {
    this.#open.delete(id);
  }

  /** Ends all sessions. */
  clear(): void {
    this.#open.clear();
  }

  #find(store: Store, request: Request): UserSession | undefined {
    const cookie = request.headers.get("cookie") ?? "";
    const [, id = ""] = /(?:^|;\s*)session_id=([^;]*)/.exec(cookie) ?? [];
    const session = this.#open.get(id);
    return session && this.isGood(store, session) ? session : undefined;
  }
}

/** A session id as it stands in a cookie: 40 hexadecimal digits, and since 19 a longer text. */
export function sessionId(version: Version): string {
  return version === 19
    ? randomBytes(63).toString("base64").replaceAll("+", "-").replaceAll("/", "_")
    : randomBytes(20).toString("hex");
}
