/**
 * The services `common` and `object`, which XML-RPC and JSON-RPC have in common: the same parameters, on other wires.
 *
 * @module
 */
import type { OdooConfig, Protocol } from "../config.ts";
import type { SecretKeeper } from "../secrets.ts";
import { OdooProtocolError } from "../errors.ts";
import {
  type AnswerLimits,
  type CallOptions,
  isStruct,
  type RpcCall,
  type RpcInput,
  type RpcValue,
} from "../values.ts";
import { type Asked, notLetIn } from "./exceptions.ts";
import type { Http } from "./http.ts";
import type { Transport } from "./transport.ts";

/** A call of a service. */
export interface ServiceCall {
  /** `common` or `object`. */
  service: "common" | "object";
  /** Its method, such as `execute_kw`. */
  method: string;
  /** Its parameters. One of them is the secret. */
  params: readonly RpcInput[];
  /** What to call the parameters in messages. */
  names: readonly string[];
  /** What the call is about, for errors. */
  asked: Asked;
}

/** Odoo by its services. What carries them is for the protocol to say. */
export abstract class ServiceTransport implements Transport {
  /** Name of the protocol. */
  abstract readonly protocol: Protocol;
  /** Sends the requests. */
  protected readonly http: Http;
  /** What is too much of an answer. */
  protected readonly limits: AnswerLimits;
  readonly #config: OdooConfig;
  readonly #secrets: SecretKeeper;
  #uid = 0;

  /** Takes a configuration that `checkConfig` has accepted. */
  constructor(config: OdooConfig, http: Http, secrets: SecretKeeper) {
    this.http = http;
    this.limits = config.limits ?? {};
    this.#config = config;
    this.#secrets = secrets;
  }

  /** Asks `common.version`. */
  async version(options: CallOptions = {}): Promise<string> {
    const value = await this.send(this.#common("version", []), options);
    const version = isStruct(value) ? value["server_version"] : undefined;
    if (typeof version === "string") return version;
    throw new OdooProtocolError(`${this.http.base} speaks RPC, but does not say which Odoo it is`);
  }

  /** Odoo answers `false`, and no fault, to a user, key or password that it does not take. */
  async authenticate(options: CallOptions = {}): Promise<number> {
    const { db, username } = this.#config;
    return await this.#secrets.use(async (secret) => {
      const call = this.#common("authenticate", [db, username, secret, {}]);
      const value = await this.send(call, options);
      if (typeof value === "number" && value > 0) return this.#uid = value;
      throw notLetIn(username, db);
    });
  }

  /** Makes one call. */
  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    return await this.#secrets.use((secret) =>
      this.send(this.#executeKw(call, secret, options), options)
    );
  }

  /** Makes one call whose answer is a list, and yields it in pieces while it arrives. */
  rows(call: RpcCall, options: CallOptions = {}): AsyncGenerator<RpcValue[]> {
    return this.#secrets.useForRows((secret) =>
      this.stream(this.#executeKw(call, secret, options), options)
    );
  }

  /** Sends a call, and answers with its value. */
  protected abstract send(call: ServiceCall, options: CallOptions): Promise<RpcValue>;

  /** Sends a call whose answer is a list, and yields it in pieces. */
  protected abstract stream(call: ServiceCall, options: CallOptions): AsyncGenerator<RpcValue[]>;

  #common(method: string, params: readonly RpcInput[]): ServiceCall {
    const names = ["db", "login", "key", "environment"];
    return { service: "common", method, params, names, asked: this.#asked("common", method) };
  }

  #executeKw(call: RpcCall, secret: string, options: CallOptions): ServiceCall {
    const { model, method, ids, args = [] } = call;
    const positional = ids === undefined ? args : [ids, ...args];
    const named = withContext(call, options);
    return {
      service: "object",
      method: "execute_kw",
      params: [this.#config.db, this.#uid, secret, model, method, positional, named],
      names: ["db", "uid", "key", "model", "method", "args", "kwargs"],
      asked: this.#asked(model, method),
    };
  }

  #asked(model: string, method: string): Asked {
    return { call: { model, method }, uid: this.#uid, db: this.#config.db };
  }
}

/** The named arguments of a call. A context among them is merged over the one of the options. */
export function withContext(
  { kwargs = {} }: RpcCall,
  options: CallOptions,
): Readonly<Record<string, RpcInput>> {
  const { context: given, ...named } = kwargs;
  // Python takes False and None for no context, JSON-2 does not
  const context = isStruct(given) ? { ...options.context, ...given } : given || options.context;
  return context === undefined ? named : { ...named, context };
}
