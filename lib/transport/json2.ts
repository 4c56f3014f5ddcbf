/**
 * Odoo's external API over JSON-2, which is there from Odoo 19 on: `POST /json/2/<model>/<method>`, with an API key as
 * bearer and with named arguments.
 *
 * @module
 */
import type { OdooConfig } from "../config.ts";
import type { SecretKeeper } from "../secrets.ts";
import {
  OdooAuthError,
  OdooConfigError,
  type OdooError,
  OdooProtocolError,
  OdooServerError,
} from "../errors.ts";
import { decodeJson } from "../json/decode.ts";
import { encodeNamed } from "../json/encode.ts";
import { decodeJsonRows } from "../json/rows.ts";
import {
  type AnswerLimits,
  type CallOptions,
  isStruct,
  type RpcCall,
  type RpcValue,
} from "../values.ts";
import { counted, Counter, DEFAULT_MAX_BYTES } from "./body.ts";
import { notLetIn, toError } from "./exceptions.ts";
import type { Http, HttpAnswer, HttpRequest } from "./http.ts";
import { isJsonType, readException } from "./jsonrpc.ts";
import { ArgumentNames, type NamedArguments } from "./names.ts";
import { withContext } from "./services.ts";
import { checkRows, readAnswer, readRows, type Transport } from "./transport.ts";

/** The class of the exception for arguments that a method does not have. It is raised before the method runs. */
const WRONG_ARGUMENTS = "werkzeug.exceptions.UnprocessableEntity";

/** Odoo over JSON-2. */
export class Json2Transport implements Transport {
  readonly protocol = "json2";
  readonly #http: Http;
  readonly #config: OdooConfig;
  readonly #limits: AnswerLimits;
  readonly #secrets: SecretKeeper;
  readonly #names: ArgumentNames;
  #uid = 0;
  /** The key whose user is known to be the one of the configuration. */
  #checked = "";

  /** Takes a configuration that `checkConfig` has accepted. */
  constructor(config: OdooConfig, http: Http, secrets: SecretKeeper) {
    this.#http = http;
    this.#config = config;
    this.#limits = config.limits ?? {};
    this.#secrets = secrets;
    this.#names = new ArgumentNames((model) => this.#documentation(model));
  }

  async version({ signal, timeoutMs }: CallOptions = {}): Promise<string> {
    const answer = await this.#http.send({
      path: "/json/version",
      headers: this.#databaseHeader(),
      isAnswer: (status, type) => status === 200 && isJsonType(type),
      signal,
      timeoutMs,
    });
    const value = readAnswer(() => decodeJson(answer.body));
    const version = isStruct(value) ? value["version"] : undefined;
    if (typeof version === "string") return version;
    throw answer.refuse("");
  }

  /** The key tells the user; whether it is the one of the configuration takes a look at the login. */
  async authenticate(options: CallOptions = {}): Promise<number> {
    return await this.#secrets.use((secret) => this.#signIn(secret, options));
  }

  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    return await this.#secrets.use(async (secret) => {
      await this.#checkOwner(secret, options);
      return await this.#send(call, secret, options);
    });
  }

  rows(call: RpcCall, options: CallOptions = {}): AsyncGenerator<RpcValue[]> {
    return this.#secrets.useForRows((secret) => this.#stream(call, secret, options));
  }

  /** A secret that was fetched anew may be the key of another user. */
  async #checkOwner(secret: string, options: CallOptions): Promise<void> {
    if (secret !== this.#checked) await this.#signIn(secret, options);
  }

  async #signIn(secret: string, { signal, timeoutMs }: CallOptions): Promise<number> {
    const { username, db } = this.#config;
    const ask = (call: RpcCall) => this.#send(call, secret, { signal, timeoutMs });
    const context = await ask({ model: "res.users", method: "context_get" });
    const uid = isStruct(context) ? context["uid"] : undefined;
    if (typeof uid !== "number") {
      throw new OdooProtocolError("Odoo does not say whose API key it is");
    }
    const kwargs = { fields: ["login"] };
    const users = await ask({ model: "res.users", method: "read", ids: [uid], kwargs });
    const [user] = Array.isArray(users) ? users : [];
    if (!isStruct(user)) throw notLetIn(username, db);
    if (user["login"] !== username) throw ofAnother(String(user["login"]), username);
    this.#checked = secret;
    return this.#uid = uid;
  }

  async #send(call: RpcCall, secret: string, options: CallOptions): Promise<RpcValue> {
    return await this.#withNames(call, options, async (named) => {
      const answer = await this.#http.send(this.#request(call, named, secret, options));
      if (answer.status === 200) {
        return checkRows(readAnswer(() => decodeJson(answer.body, this.#limits)), this.#limits);
      }
      throw this.#error(answer.body, answer, call);
    });
  }

  async *#stream(
    call: RpcCall,
    secret: string,
    options: CallOptions,
  ): AsyncGenerator<RpcValue[]> {
    await this.#checkOwner(secret, options);
    const { body } = await this.#withNames(call, options, async (named) => {
      const answer = await this.#http.open(this.#request(call, named, secret, options));
      if (answer.status === 200) return answer;
      const { maxBytes = DEFAULT_MAX_BYTES } = this.#limits;
      const bytes = await counted(answer.body, new Counter(maxBytes, this.#http.base));
      throw this.#error(bytes, answer, call);
    });
    yield* readRows(decodeJsonRows(body, "array", this.#limits), this.#limits);
  }

  /** Sends with the names that are known; where the model has others, once more with those of its documentation. */
  async #withNames<T>(
    call: RpcCall,
    options: CallOptions,
    send: (named: NamedArguments) => Promise<T>,
  ): Promise<T> {
    const whole = { ...call, kwargs: withContext(call, options) };
    const named = await this.#names.of(whole, options.signal);
    try {
      return await send(named);
    } catch (error) {
      const isRefused = error instanceof OdooServerError && error.exception === WRONG_ARGUMENTS;
      const others = isRefused
        ? await this.#names.afterRefusal(whole, named, error.message, options.signal)
        : undefined;
      if (others === undefined) throw error;
      return await send(others);
    }
  }

  #request(
    { model, method }: RpcCall,
    named: NamedArguments,
    secret: string,
    { signal, timeoutMs, onServerTime }: CallOptions,
  ): HttpRequest {
    return {
      path: `/json/2/${encodeURIComponent(model)}/${encodeURIComponent(method)}`,
      headers: { ...this.#headers(secret), "content-type": "application/json" },
      body: encodeNamed(named),
      isAnswer: (_status, type) => isJsonType(type),
      signal,
      timeoutMs,
      onServerTime,
    };
  }

  /** The server's own description of a model. */
  async #documentation(model: string): Promise<RpcValue> {
    return await this.#secrets.use(async (secret) => {
      const answer = await this.#http.send({
        path: `/doc-bearer/${encodeURIComponent(model)}.json`,
        headers: this.#headers(secret),
        isAnswer: (_status, type) => isJsonType(type),
      });
      if (answer.status === 200) return decodeJson(answer.body);
      throw this.#error(answer.body, answer, { model, method: "documentation" });
    });
  }

  #headers(secret: string): Record<string, string> {
    if (!/^[\x21-\x7e]+$/.test(secret)) {
      throw new OdooConfigError(
        "Cannot send the API key: it has a blank or a character that no key has, so check ODOO_API_KEY",
      );
    }
    return { authorization: `bearer ${secret}`, ...this.#databaseHeader() };
  }

  /** At odoo.com the host tells the database, and the header is answered with a page of HTTP 404. */
  #databaseHeader(): Record<string, string> {
    const { db } = this.#config;
    if (new URL(this.#http.base).hostname.endsWith(".odoo.com")) return {};
    if (/^[\x20-\x7e]+$/.test(db)) return { "x-odoo-database": db };
    throw new OdooConfigError(
      `Cannot name the database "${db}" over JSON-2, whose headers are ASCII: use ODOO_PROTOCOL=xmlrpc`,
    );
  }

  #error(body: Uint8Array, { status, refuse }: HttpAnswer<unknown>, call: RpcCall): OdooError {
    const exception = readException(valueOrNull(body));
    // The errors of proxies may be JSON as well, but have no traceback
    const isOfProxy = PROXY_STATUSES.includes(status) || !exception?.debug;
    if (isOfProxy) return refuse("");
    if (status === 401) return unauthorized(exception.message, this.#config);
    return toError(exception, { call, uid: this.#uid, db: this.#config.db });
  }
}

/** Statuses that Odoo itself does not answer with. */
const PROXY_STATUSES: readonly number[] = [429, 502, 503, 504];

function unauthorized(message: string, { username, db }: OdooConfig): OdooAuthError {
  const isWithout = message.includes("Bearer Authorization header");
  const why = isWithout
    ? "the request came without its Authorization header, which a proxy must have taken"
    : "the API key is wrong, was deleted or has expired; JSON-2 takes no passwords, " +
      "those go into ODOO_PASSWORD";
  return new OdooAuthError(
    `Odoo does not let "${username}" into the database "${db}" (HTTP 401): ${why}`,
    "credentials",
    { wrong: isWithout ? undefined : "key" },
  );
}

function ofAnother(login: string, username: string): OdooAuthError {
  return new OdooAuthError(
    `The API key belongs to "${login}", not to "${username}": check ODOO_USERNAME and ODOO_API_KEY`,
    "credentials",
    { wrong: "user" },
  );
}

/** What a proxy calls JSON may be none. */
function valueOrNull(body: Uint8Array): RpcValue {
  try {
    return decodeJson(body);
  } catch (error) {
    if (error instanceof OdooProtocolError) return null;
    throw error;
  }
}
