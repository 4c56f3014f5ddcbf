/**
 * The server, as the doctor talks to it: each request once, and nothing repeated.
 *
 * @module
 */
import type { OdooConfig, Protocol } from "../../config.ts";
import { OdooError } from "../../errors.ts";
import { SecretKeeper } from "../../secrets.ts";
import { type OdooVersion, versionOf } from "../../transport/auto.ts";
import { Http } from "../../transport/http.ts";
import { Json2Transport } from "../../transport/json2.ts";
import { JsonRpcTransport } from "../../transport/jsonrpc.ts";
import type { Transport } from "../../transport/transport.ts";
import { XmlRpcTransport } from "../../transport/xmlrpc.ts";
import type { RpcInput, RpcValue } from "../../values.ts";
import { decodeResponse } from "../../xmlrpc/decode.ts";
import { encodeCall } from "../../xmlrpc/encode.ts";
import type { Outside } from "./outside.ts";
import type { Settings } from "./settings.ts";

/** A way to talk to Odoo, and what came of it. */
export interface Wire {
  /** The protocol. */
  readonly protocol: Protocol;
  /** The version that the server tells over it. */
  readonly version?: OdooVersion;
  /** Why it tells none. */
  readonly error?: OdooError;
}

/** One request and its answer, in milliseconds. */
export interface Sample {
  /** When it was sent. */
  readonly start: number;
  /** When its answer began. */
  readonly end: number;
  /** The moment of the answer by the clock of the server; nothing where it does not say. */
  readonly server: number | undefined;
}

const PROTOCOLS: readonly Protocol[] = ["xmlrpc", "jsonrpc", "json2"];
const KINDS = { xmlrpc: XmlRpcTransport, jsonrpc: JsonRpcTransport, json2: Json2Transport };
const TIMEOUT_MS = 10_000;
const SAMPLES = 5;
/** Asking for the version sends none of these, and can be done before they are set. */
const NOBODY = { db: "odoo", username: "nobody", apiKey: "none" };

/** One Odoo, or what is in its place. */
export class Server {
  readonly #config: OdooConfig;
  readonly #outside: Outside;
  readonly #signal: AbortSignal;
  #wires: Promise<readonly Wire[]> | undefined;
  #samples: Promise<readonly Sample[]> | undefined;
  #last: Sample | undefined;

  /** Takes where it is. */
  constructor({ url, config }: Settings, outside: Outside, signal: AbortSignal) {
    this.#config = { ...(config ?? { ...NOBODY, url: url?.href ?? "" }), fetch: this.#timed };
    this.#outside = outside;
    this.#signal = signal;
  }

  /** What each protocol answers to the question for the version. */
  wires(): Promise<readonly Wire[]> {
    return this.#wires ??= Promise.all(PROTOCOLS.map((protocol) => this.#probe(protocol)));
  }

  /** The version of the server; nothing where it is no Odoo. */
  async version(): Promise<OdooVersion | undefined> {
    return (await this.#answering())?.version;
  }

  /** Some requests one after the other, over the protocol that answers. */
  samples(): Promise<readonly Sample[]> {
    return this.#samples ??= this.#measure();
  }

  /** Signs in, once. */
  async signIn(protocol: Protocol, secret: string): Promise<number> {
    const credential = { apiKey: secret, password: undefined };
    const transport = this.#transport(protocol, { ...this.#config, ...credential });
    return await transport.authenticate(this.#limits());
  }

  /** Calls the service for databases; nothing where it is not to be had. */
  async databases(method: "db_exist" | "list", params: RpcInput[]): Promise<RpcValue | undefined> {
    const limits = this.#limits();
    try {
      const { body } = await new Http(this.#config).send({
        path: "/xmlrpc/2/db",
        headers: { "content-type": "text/xml" },
        body: encodeCall(method, params),
        isAnswer: (status, type) => status === 200 && !/^text\/(html|plain)/.test(type),
        ...limits,
      });
      const answer = decodeResponse(body);
      return "value" in answer ? answer.value : undefined;
    } catch (error) {
      if (error instanceof OdooError) return undefined;
      throw error;
    }
  }

  async #answering(): Promise<Wire | undefined> {
    return (await this.wires()).find(({ version }) => version !== undefined);
  }

  async #probe(protocol: Protocol): Promise<Wire> {
    try {
      const text = await this.#transport(protocol).version(this.#limits());
      return { protocol, version: versionOf(text) };
    } catch (error) {
      if (error instanceof OdooError) return { protocol, error };
      throw error;
    }
  }

  async #measure(): Promise<Sample[]> {
    const protocol = (await this.#answering())?.protocol ?? "xmlrpc";
    const transport = this.#transport(protocol);
    const samples: Sample[] = [];
    for (let turn = 0; turn < SAMPLES; turn++) {
      await transport.version(this.#limits());
      if (this.#last) samples.push(this.#last);
    }
    return samples;
  }

  #transport(protocol: Protocol, config = this.#config): Transport {
    return new KINDS[protocol](config, new Http(config), new SecretKeeper(config));
  }

  #limits() {
    return { timeoutMs: TIMEOUT_MS, signal: this.#signal };
  }

  readonly #timed = async (...request: Parameters<Outside["fetch"]>): Promise<Response> => {
    const start = this.#outside.now();
    const response = await this.#outside.fetch(...request);
    const date = Date.parse(response.headers.get("date") ?? "");
    this.#last = {
      start,
      end: this.#outside.now(),
      server: Number.isNaN(date) ? undefined : date,
    };
    return response;
  };
}
