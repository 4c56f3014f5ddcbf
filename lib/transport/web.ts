/**
 * A session of Odoo's web client: opened with a password, known by a cookie. It is for what Odoo lets nobody do over its
 * external API, such as making API keys.
 *
 * @module
 */
import type { OdooConfig } from "../config.ts";
import {
  OdooAuthError,
  OdooDatabaseError,
  type OdooError,
  OdooProtocolError,
  OdooServerError,
} from "../errors.ts";
import { isKeyShaped, type SecretKeeper } from "../secrets.ts";
import { decodeJson } from "../json/decode.ts";
import { encodeNamed } from "../json/encode.ts";
import {
  type CallOptions,
  isStruct,
  type RpcCall,
  type RpcInput,
  type RpcValue,
} from "../values.ts";
import type { Http, HttpAnswer, HttpRequest } from "./http.ts";
import { isEnvelope, isJsonType, resultOf } from "./jsonrpc.ts";
import { withContext } from "./services.ts";
import { readAnswer } from "./transport.ts";
import { type AskForCode, passSecondFactor } from "./two_factor.ts";
import { nameOf, Watch } from "./watch.ts";

/** Who has signed in, and where. */
export interface SignedIn {
  /** Id of the user. */
  uid: number;
  /** Version of the server as it gives it, such as `17.0`. */
  version: string;
}

/**
 * A session of the web client. Its cookies go to the address of the configuration and nowhere else: redirects are not
 * followed.
 */
export class WebSession {
  readonly #config: OdooConfig;
  readonly #http: Http;
  readonly #secrets: SecretKeeper;
  readonly #watch: Watch;
  readonly #cookies = new Cookies();
  #uid = 0;

  /** Takes a configuration with a password, which `checkConfig` has accepted. */
  constructor(config: OdooConfig, http: Http, secrets: SecretKeeper) {
    this.#config = config;
    this.#http = http;
    this.#secrets = secrets;
    this.#watch = new Watch(config, "web");
  }

  /** Signs in with the password, and with a code where the user has two-factor authentication. */
  async signIn(code: AskForCode | undefined, options: CallOptions = {}): Promise<SignedIn> {
    let info = await this.#secrets.use((password) => this.#authenticate(password, options));
    // In place of the user come null and a session that waits for the code
    if (typeof info["uid"] !== "number") {
      const { username } = this.#config;
      const send = (request: HttpRequest) => this.#watch.told("totp", () => this.#send(request));
      await passSecondFactor(send, { username, code, options });
      info = await this.#info("/web/session/get_session_info", {}, options);
    }
    const { uid, server_version: version } = info;
    if (typeof uid !== "number" || typeof version !== "string") {
      throw new OdooProtocolError(`${this.#http.base} does not say who has signed in`);
    }
    this.#uid = uid;
    return { uid, version };
  }

  /** Makes one call. */
  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    this.#watch.refuseWrite(call);
    const { model, method, ids, args = [] } = call;
    const positional = ids === undefined ? args : [ids, ...args];
    const params = { model, method, args: positional, kwargs: withContext(call, options) };
    return await this.#ask("/web/dataset/call_kw", params, options, call);
  }

  /**
   * Makes a call that Odoo lets through for ten minutes after the password was given. Where it asks for the password
   * instead, it gets it, and goes on with the call itself.
   */
  async callWithPassword(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    const action = await this.call(call, options);
    if (!isStruct(action) || action["res_model"] !== IDENTITY_CHECK) return action;
    const { res_id: id } = action;
    if (typeof id !== "number") throw new OdooProtocolError("Odoo asks for the password nowhere");
    const password = await this.#secrets.current();
    await this.#fillIn(id, password, options);
    // Where the wizard does not keep the password, which is so since 18, it looks for it here
    const kwargs = { context: { password } };
    const check = { model: IDENTITY_CHECK, method: "run_check", ids: [id], kwargs };
    const answer = await this.call(check, options);
    if (!isStruct(answer) || answer["res_model"] !== IDENTITY_CHECK) return answer;
    throw new OdooProtocolError(`Odoo asks for the password again and again for ${call.method}`);
  }

  /** Signs out. The session ends on the server by itself after a week, should that fail. */
  async signOut(options: CallOptions = {}): Promise<void> {
    await this.#ask("/web/session/destroy", {}, { timeoutMs: SIGN_OUT_MS, ...options });
  }

  /** Writes the password into a wizard that keeps it, and keeps it from asking for a passkey. */
  async #fillIn(id: number, password: string, options: CallOptions): Promise<void> {
    const fields = await this.call({
      model: IDENTITY_CHECK,
      method: "fields_get",
      args: [["password", "auth_method"], ["store"]],
    }, options);
    const { password: field, auth_method: method } = isStruct(fields) ? fields : {};
    const values = {
      ...(isStruct(field) && field["store"] === true && { password }),
      ...(method !== undefined && { auth_method: "password" }),
    };
    if (Object.keys(values).length === 0) return;
    const write = { model: IDENTITY_CHECK, method: "write", ids: [id], args: [values] };
    await this.call(write, options);
  }

  async #authenticate(password: string, options: CallOptions): Promise<Info> {
    const { db, username } = this.#config;
    try {
      const params = { db, login: username, password };
      return await this.#info("/web/session/authenticate", params, options);
    } catch (error) {
      throw isRefusal(error)
        ? notSignedIn(username, db, password)
        : isLackOfDatabase(error)
        ? new OdooDatabaseError(
          `Odoo does not have the database "${db}", or hides it: check ODOO_DB`,
        )
        : error;
    }
  }

  async #info(path: string, params: Params, options: CallOptions): Promise<Info> {
    const info = await this.#ask(path, params, options);
    return isStruct(info) ? info : {};
  }

  async #ask(
    path: string,
    params: Params,
    options: CallOptions,
    call?: RpcCall,
  ): Promise<RpcValue> {
    const name = call ? nameOf(call) : path.slice(path.lastIndexOf("/") + 1);
    return await this.#watch.told(name, () => this.#exchange(path, params, options, call));
  }

  async #exchange(
    path: string,
    params: Params,
    { signal, timeoutMs, onServerTime }: CallOptions,
    call: RpcCall = { model: "web", method: path },
  ): Promise<RpcValue> {
    const { body, refuse } = await this.#send({
      path,
      headers: { "content-type": "application/json" },
      body: encodeNamed({ jsonrpc: "2.0", method: "call", params, id: 1 }),
      isAnswer: (status, type) => (status === 200 || status === 404) && isJsonType(type),
      signal,
      timeoutMs,
      onServerTime,
    });
    const envelope = readAnswer(() => decodeJson(body));
    if (!isEnvelope(envelope)) throw refuse("");
    try {
      return resultOf(envelope, { call, uid: this.#uid, db: this.#config.db });
    } catch (error) {
      throw isOver(error) ? sessionOver(this.#config.username) : this.#secrets.scrub(error);
    }
  }

  /** Sends a request of this session. A page that comes back may repeat what was sent. */
  async #send(request: HttpRequest): Promise<HttpAnswer<Uint8Array>> {
    const headers = { ...request.headers, ...this.#cookies.header };
    const answer = await this.#http.send({ ...request, headers }).catch((error) => {
      throw this.#secrets.scrub(error);
    });
    this.#cookies.keep(answer.headers);
    return answer;
  }
}

const IDENTITY_CHECK = "res.users.identitycheck";
const SIGN_OUT_MS = 5_000;

type Info = { readonly [name: string]: RpcInput };
type Params = Readonly<Record<string, RpcInput>>;

/** What a server wants to be told again. Only one server is ever told. */
class Cookies {
  readonly #values = new Map<string, string>();

  get header(): Record<string, string> {
    if (this.#values.size === 0) return {};
    return { cookie: [...this.#values].map(([name, value]) => `${name}=${value}`).join("; ") };
  }

  keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [, name, value = ""] = /^\s*([^=;\s]+)\s*=\s*([^;]*)/.exec(line) ?? [];
      if (name === undefined) continue;
      if (value === "" || /;\s*max-age=(0|-\d+)\s*(;|$)/i.test(line)) this.#values.delete(name);
      else this.#values.set(name, value.trimEnd());
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof OdooAuthError && error.reason === "credentials";
}

/** From 17 on a filter of the server is asked before the database is. */
function isLackOfDatabase(error: unknown): boolean {
  return error instanceof OdooServerError && error.kind === "access" &&
    /database not found/i.test(error.message);
}

function isOver(error: unknown): boolean {
  return error instanceof OdooServerError &&
    error.exception === "odoo.http.SessionExpiredException";
}

function notSignedIn(username: string, db: string, password: string): OdooError {
  const why = isKeyShaped(password)
    ? "what was given as the password looks like an API key, and Odoo takes those over RPC only: " +
      "give the password of the user"
    : "the user or the password is wrong";
  return new OdooAuthError(
    `Odoo does not let "${username}" sign in to the database "${db}": ${why}`,
    "credentials",
  );
}

function sessionOver(username: string): OdooError {
  return new OdooAuthError(
    `Odoo has ended the web session of "${username}", as it does after a change of the password: sign in again`,
    "credentials",
  );
}
