/**
 * A connection to one Odoo, as one user.
 *
 * @module
 */
import { checkConfig, configFromEnv, type OdooConfig, type Protocol } from "./config.ts";
import { OdooProtocolError } from "./errors.ts";
import { withMany2OneIds } from "./links.ts";
import type { Transport } from "./transport/transport.ts";
import { XmlRpcTransport } from "./transport/xmlrpc.ts";
import type { Caller, CallOptions, RpcCall, RpcInput, RpcValue } from "./values.ts";

/** Version of an Odoo server. */
export interface OdooVersion {
  /** The series as a number: 17 for `17.0` and for `saas~17.4`. */
  major: number;
  /** What the server says, such as `17.0` or `saas~17.4+e`. */
  text: string;
}

/**
 * Connects: asks for the version, and once for the user's id (which costs Odoo 17 and 19 a third of a second, so do not
 * connect for every call).
 *
 * @param config All of the configuration; without it, {@linkcode configFromEnv} is asked.
 * @throws {OdooConfigError} A setting is missing or unusable.
 * @throws {OdooAuthError} Odoo does not take the user with this API key or password.
 * @throws {OdooNetworkError} The server could not be reached, or is not Odoo.
 */
export async function connect(config?: OdooConfig, options: CallOptions = {}): Promise<Odoo> {
  const settings = config ?? configFromEnv();
  checkConfig(settings);
  const transport = new XmlRpcTransport(settings);
  const [text, uid] = await Promise.all([
    transport.version(options),
    transport.authenticate(options),
  ]);
  return new Odoo(transport, { uid, version: { major: majorOf(text), text } }, {});
}

function majorOf(version: string): number {
  const major = /\d+/.exec(version)?.[0];
  if (major !== undefined) return Number(major);
  throw new OdooProtocolError(
    `The server says its version is "${version}", which is not a version of Odoo`,
  );
}

/**
 * A connection, made by {@linkcode connect}. Holds no socket open: each call is a request of its own.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const names = await odoo.executeKw("res.partner", "search_read", [[["is_company", "=", true]]], {
 *   fields: ["name"],
 *   limit: 5,
 * });
 * ```
 */
export class Odoo implements Caller {
  /** Id of the user. */
  readonly uid: number;
  /** Version of the server. */
  readonly version: OdooVersion;
  readonly #transport: Transport;
  readonly #context: Readonly<Record<string, RpcInput>>;

  /** For {@linkcode connect}, which knows the user and the version. */
  constructor(
    transport: Transport,
    session: { uid: number; version: OdooVersion },
    context: Readonly<Record<string, RpcInput>>,
  ) {
    this.uid = session.uid;
    this.version = session.version;
    this.#transport = transport;
    this.#context = context;
  }

  /** The protocol that carries the calls. */
  get protocol(): Protocol {
    return this.#transport.protocol;
  }

  /**
   * Makes one call. A method that returns nothing gives `null`.
   *
   * @throws {OdooServerError} The method raised an exception; nothing of it was kept.
   * @throws {OdooNetworkError} No answer came; `outcome` says whether Odoo may have run the call.
   * @throws {OdooProtocolError} A value cannot be sent, or the answer cannot be read.
   */
  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    return await this.#transport.call(prepare(call, options), this.#withContext(options));
  }

  /** `execute_kw` as Odoo documents it: positional and named arguments of a model's method. */
  async executeKw<T = RpcValue>(
    model: string,
    method: string,
    args: readonly RpcInput[] = [],
    kwargs: Readonly<Record<string, RpcInput>> = {},
    options: CallOptions = {},
  ): Promise<T> {
    // The caller names the type, as with any answer from outside
    return await this.call({ model, method, args, kwargs }, options) as T;
  }

  /**
   * Makes one call whose answer is a list, such as `search_read`, and yields it in pieces while it arrives: memory stays
   * flat however long the list is.
   */
  rows(call: RpcCall, options: CallOptions = {}): AsyncGenerator<RpcValue[]> {
    return this.#transport.rows(prepare(call, options), this.#withContext(options));
  }

  /** The same connection, with more in the context of every call. This one stays as it is. */
  withContext(context: Readonly<Record<string, RpcInput>>): Odoo {
    return new Odoo(this.#transport, this, { ...this.#context, ...context });
  }

  /** For `await using`. The external API has no session, so there is nothing to end on the server. */
  async [Symbol.asyncDispose](): Promise<void> {}

  #withContext(options: CallOptions): CallOptions {
    const context = { ...this.#context, ...options.context };
    return Object.keys(context).length === 0 ? options : { ...options, context };
  }
}

function prepare(call: RpcCall, options: CallOptions): RpcCall {
  return options.raw ? call : withMany2OneIds(call);
}
