/**
 * A connection to one Odoo, as one user.
 *
 * @module
 */
import { Attachments } from "./attachments.ts";
import { checkConfig, configFromEnv, type OdooConfig, type Protocol } from "./config.ts";
import { OdooConfigError } from "./errors.ts";
import { withMany2OneIds } from "./links.ts";
import { type AnyModels, Model, type ModelTypes } from "./model.ts";
import { findReference, findReferences, type FoundReference, type Reference } from "./refs.ts";
import type { OdooVersion } from "./transport/auto.ts";
import { withServerNames } from "./transport/renamed.ts";
import type { Transport } from "./transport/transport.ts";
import type { Caller, CallOptions, RpcCall, RpcInput, RpcValue } from "./values.ts";

export type { OdooVersion } from "./transport/auto.ts";

/**
 * Connects: asks for the version, and once for the user's id (which costs Odoo 17 and 19 a third of a second, so do not
 * connect for every call).
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config); // connect() alone takes the environment
 * console.log(odoo.uid, odoo.version.major, odoo.protocol);
 * console.log(await odoo.model("res.partner").searchCount([["is_company", "=", true]]));
 * ```
 *
 * @param config All of the configuration; without it, {@linkcode configFromEnv} is asked.
 * @throws {OdooConfigError} A setting is missing or unusable.
 * @throws {OdooAuthError} Odoo does not take the user with this API key or password.
 * @throws {OdooNetworkError} The server could not be reached, or is not Odoo.
 */
export async function connect<M extends ModelsOf<M> = AnyModels>(
  config?: OdooConfig,
  options: CallOptions = {},
): Promise<Odoo<M>> {
  const settings = config ?? configFromEnv();
  checkConfig(settings);
  // All that sends and receives is loaded here: a script starts sooner without it, and its command may need none
  const { openConnection } = await import("./transport/auto.ts");
  const { transport, ...session } = await openConnection(settings, options);
  return new Odoo<M>(transport, { ...session, url: settings.url, db: settings.db }, {});
}

/**
 * A connection, made by {@linkcode connect}. Holds no socket open: each call is a request of its own.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const companies = await odoo.model("res.partner").searchRead([["is_company", "=", true]], {
 *   fields: ["name"],
 *   limit: 5,
 * });
 * ```
 *
 * @typeParam M The models with the types of their fields, as `odeno types` writes them. Without it any model and any
 * field may be named.
 */
export class Odoo<M extends ModelsOf<M> = AnyModels> implements Caller {
  /** Address of Odoo, as the configuration has it. */
  readonly url: string;
  /** Name of the database. */
  readonly db: string;
  /** Id of the user. */
  readonly uid: number;
  /** Version of the server. */
  readonly version: OdooVersion;
  readonly #transport: Transport;
  readonly #context: Readonly<Record<string, RpcInput>>;

  /** For {@linkcode connect}, which knows the user and the version. */
  constructor(
    transport: Transport,
    session: { url: string; db: string; uid: number; version: OdooVersion },
    context: Readonly<Record<string, RpcInput>>,
  ) {
    this.url = session.url;
    this.db = session.db;
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
   * Makes one call. A method that returns nothing gives `null`; `create` and `copy` answer with an id for one record and
   * with a list for a list, whatever version and protocol.
   *
   * @throws {OdooServerError} The method raised an exception; nothing of it was kept.
   * @throws {OdooNetworkError} No answer came; `outcome` says whether Odoo may have run the call.
   * @throws {OdooProtocolError} A value cannot be sent, or the answer cannot be read.
   */
  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    const prepared = this.#prepare(call, options);
    const value = await this.#transport.call(prepared, this.#with(options));
    return options.raw ? value : inShape(prepared, value);
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
   * Makes one call whose answer is a list, such as `search_read`, and yields it while it arrives, in arrays of as many
   * rows as have come: memory stays flat however long the list is.
   */
  rows<T = RpcValue>(call: RpcCall, options: CallOptions = {}): AsyncGenerator<T[]> {
    const rows = this.#transport.rows(this.#prepare(call, options), this.#with(options));
    // The caller names the type, as with any answer from outside
    return rows as AsyncGenerator<unknown[]> as AsyncGenerator<T[]>;
  }

  /** The records of a model. */
  model<N extends keyof M & string>(name: N): Model<M[N]> {
    return new Model(this, name);
  }

  /**
   * The record of an external id, such as `base.main_company`, also for users who may not read `ir.model.data`.
   *
   * @throws {OdooServerError} There is none (`kind: "missing"`), or the user may not see it (`kind: "access"`).
   */
  async ref(xmlid: string, options: CallOptions = {}): Promise<Reference> {
    return await findReference(this, xmlid, options);
  }

  /** What each of these external ids leads to; none of them fails the others. */
  async refs(
    xmlids: readonly string[],
    options: CallOptions = {},
  ): Promise<Map<string, FoundReference>> {
    return await findReferences(this, xmlids, options);
  }

  /** The files that are attached to a record. */
  attachments(model: string, id: number): Attachments {
    return new Attachments(this, model, id);
  }

  /** The same connection, with more in the context of every call. This one stays as it is. */
  withContext(context: Readonly<Record<string, RpcInput>>): Odoo<M> {
    return new Odoo<M>(this.#transport, this, { ...this.#context, ...context });
  }

  /** The same connection, for a company of the user: new records belong to the first, all of them can be read. */
  withCompany(...companyIds: readonly [number, ...number[]]): Odoo<M> {
    return this.withContext({ allowed_company_ids: companyIds });
  }

  /** The same connection, with translated texts read and written in a language, such as `fr_FR`. */
  withLang(lang: string): Odoo<M> {
    return this.withContext({ lang });
  }

  /** For `await using`. The external API has no session, so there is nothing to end on the server. */
  async [Symbol.asyncDispose](): Promise<void> {}

  #prepare(call: RpcCall, options: CallOptions): RpcCall {
    return options.raw ? call : withServerNames(withMany2OneIds(call), this.version.major);
  }

  #with(options: CallOptions): CallOptions {
    const { timeoutMs = 1 } = options;
    if (!(timeoutMs > 0)) {
      throw new OdooConfigError(`Cannot use a timeoutMs of ${timeoutMs}: it must be more than 0`);
    }
    const context = { ...this.#context, ...options.context };
    return Object.keys(context).length === 0 ? options : { ...options, context };
  }
}

/** Models with the types of their fields. */
export type ModelsOf<M> = { [N in keyof M]: ModelTypes };

/**
 * The answer of `create` and `copy` in the shape of the call: an id for one record, a list for a list. Odoo itself is
 * of two minds: `copy` answers with a list from 19 on, and over JSON-2 so does `create`.
 */
function inShape({ method, ids, args = [], kwargs = {} }: RpcCall, value: RpcValue): RpcValue {
  const given = method === "create"
    ? args[0] ?? kwargs["vals_list"]
    : method === "copy"
    ? ids ?? args[0] ?? kwargs["ids"]
    : undefined;
  if (given === undefined) return value;
  if (!Array.isArray(given)) return Array.isArray(value) && value.length === 1 ? value[0]! : value;
  return typeof value === "number" ? [value] : value;
}
