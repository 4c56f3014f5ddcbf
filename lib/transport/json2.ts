/**
 * Odoo's external API over JSON-2, which is there from Odoo 19 on: `POST /json/2/<model>/<method>`, with an API key as
 * bearer and with named arguments.
 *
 * @module
 */
import type { OdooConfig, SecretKeeper } from "../config.ts";
import { OdooAuthError, type OdooError, OdooProtocolError, OdooServerError } from "../errors.ts";
import { decodeJson } from "../json/decode.ts";
import { encodeNamed } from "../json/encode.ts";
import { decodeJsonRows } from "../json/rows.ts";
import { type CallOptions, isStruct, type RpcCall, type RpcValue } from "../values.ts";
import { notLetIn, toError } from "./exceptions.ts";
import type { Http, HttpAnswer, HttpRequest } from "./http.ts";
import { isJsonType, readException } from "./jsonrpc.ts";
import { ArgumentNames, type NamedArguments } from "./names.ts";
import { withContext } from "./services.ts";
import { readAnswer, readRows, type Transport } from "./transport.ts";

/** The class of the exception for arguments that a method does not have. It is raised before the method runs. */
const WRONG_ARGUMENTS = "werkzeug.exceptions.UnprocessableEntity";

/** Odoo over JSON-2. */
export class Json2Transport implements Transport {
  readonly protocol = "json2";
  readonly #http: Http;
  readonly #config: OdooConfig;
  readonly #secrets: SecretKeeper;
  readonly #names: ArgumentNames;
  #uid = 0;

  /** Takes a configuration that `checkConfig` has accepted. */
  constructor(config: OdooConfig, http: Http, secrets: SecretKeeper) {
    this.#http = http;
    this.#config = config;
    this.#secrets = secrets;
    this.#names = new ArgumentNames((model) => this.#documentation(model));
  }

  async version({ signal, timeoutMs }: CallOptions = {}): Promise<string> {
    const answer = await this.#http.send({
      path: "/json/version",
      headers: {},
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
    const { username, db } = this.#config;
    const context = await this.call({ model: "res.users", method: "context_get" }, options);
    const uid = isStruct(context) ? context["uid"] : undefined;
    if (typeof uid !== "number") {
      throw new OdooProtocolError("Odoo does not say whose API key it is");
    }
    const users = await this.call({
      model: "res.users",
      method: "read",
      ids: [uid],
      kwargs: { fields: ["login"] },
    }, options);
    const [user] = Array.isArray(users) ? users : [];
    if (!isStruct(user) || user["login"] !== username) throw notLetIn(username, db);
    return this.#uid = uid;
  }

  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    return await this.#secrets.use((secret) =>
      this.#withNames(call, options, async (named) => {
        const answer = await this.#http.send(this.#request(call, named, secret, options));
        if (answer.status === 200) return readAnswer(() => decodeJson(answer.body));
        throw this.#error(answer.body, answer, call);
      })
    );
  }

  rows(call: RpcCall, options: CallOptions = {}): AsyncGenerator<RpcValue[]> {
    return this.#secrets.useForRows((secret) => this.#stream(call, secret, options));
  }

  async *#stream(
    call: RpcCall,
    secret: string,
    options: CallOptions,
  ): AsyncGenerator<RpcValue[]> {
    const { body } = await this.#withNames(call, options, async (named) => {
      const answer = await this.#http.open(this.#request(call, named, secret, options));
      if (answer.status === 200) return answer;
      const bytes = await new Response(answer.body).bytes();
      throw this.#error(bytes, answer, call);
    });
    yield* readRows(decodeJsonRows(body));
  }

  /** Sends with the names that are known; where the model has others, once more with those of its documentation. */
  async #withNames<T>(
    call: RpcCall,
    options: CallOptions,
    send: (named: NamedArguments) => Promise<T>,
  ): Promise<T> {
    const whole = { ...call, kwargs: withContext(call, options) };
    const named = await this.#names.of(whole);
    try {
      return await send(named);
    } catch (error) {
      const isRefused = error instanceof OdooServerError && error.exception === WRONG_ARGUMENTS;
      const others = isRefused
        ? await this.#names.afterRefusal(whole, named, error.message)
        : undefined;
      if (others === undefined) throw error;
      return await send(others);
    }
  }

  #request(
    { model, method }: RpcCall,
    named: NamedArguments,
    secret: string,
    { signal, timeoutMs }: CallOptions,
  ): HttpRequest {
    return {
      path: `/json/2/${encodeURIComponent(model)}/${encodeURIComponent(method)}`,
      headers: { ...this.#headers(secret), "content-type": "application/json" },
      body: encodeNamed(named),
      isAnswer: (_status, type) => isJsonType(type),
      signal,
      timeoutMs,
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
      if (answer.status === 200) return readAnswer(() => decodeJson(answer.body));
      throw this.#error(answer.body, answer, { model, method: "documentation" });
    });
  }

  #headers(secret: string): Record<string, string> {
    // At odoo.com the host tells the database, and the header is answered with a page of HTTP 404
    const isHosted = new URL(this.#http.base).hostname.endsWith(".odoo.com");
    return {
      authorization: `bearer ${secret}`,
      ...(isHosted ? {} : { "x-odoo-database": this.#config.db }),
    };
  }

  #error(body: Uint8Array, { status, refuse }: HttpAnswer<unknown>, call: RpcCall): OdooError {
    const exception = readException(valueOrNull(body));
    if (exception === undefined) return refuse("");
    if (status === 401) {
      return new OdooAuthError(
        "Odoo refused the call (HTTP 401): the API key was deleted or has expired, or is none; " +
          "JSON-2 takes no passwords, those go into ODOO_PASSWORD",
        "credentials",
      );
    }
    return toError(exception, { call, uid: this.#uid, db: this.#config.db });
  }
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
