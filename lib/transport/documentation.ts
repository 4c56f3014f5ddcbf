/**
 * What a server tells of its own methods, at `/doc-bearer/<model>.json`, from Odoo 19 on.
 *
 * @module
 */
import { OdooNetworkError, OdooProtocolError, OdooTimeoutError } from "../errors.ts";
import { isStruct, type RpcCall, type RpcValue } from "../values.ts";
import { race } from "./http.ts";
import type { Parameters } from "./parameters.ts";

/** How new an answer has to be. */
export interface ParametersOptions {
  /** The {@linkcode Documentation.now} of a call: what was read before may be old. */
  since: number;
  /** Whether parameters fit with what else is known. Where they do not and may be old, they are read again. */
  fits?: ((described: Parameters) => boolean) | undefined;
  /** Ends the wait with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The methods of one model. */
interface Page {
  readonly readAt: number;
  readonly methods: Promise<ReadonlyMap<string, Parameters>>;
}

/** The server's documentation, read once for each model, and again where it turns out to be old. */
export class Documentation {
  readonly #read: (model: string) => Promise<RpcValue>;
  readonly #pages = new Map<string, Page>();
  #now = 0;

  /** `read` fetches what the server tells of a model. */
  constructor(read: (model: string) => Promise<RpcValue>) {
    this.#read = read;
  }

  /** A moment, which tells what is read from now on from what was read before. */
  now(): number {
    return ++this.#now;
  }

  /**
   * The parameters of a method.
   *
   * @throws {OdooProtocolError} The documentation does not tell of the method.
   * @throws {OdooNetworkError} The documentation did not arrive.
   */
  async parameters(call: RpcCall, options: ParametersOptions): Promise<Parameters> {
    const { model, method } = call;
    const { since, fits = () => true, signal } = options;
    const page = this.#page(model);
    const described = (await race(page.methods, signal)).get(method);
    if (described && (page.readAt > since || fits(described))) return described;
    if (page.readAt > since) {
      throw new OdooProtocolError(`the documentation of ${model} does not tell of ${method}`);
    }
    // Somebody else may have noticed it already
    if (this.#pages.get(model) === page) this.#pages.delete(model);
    return await this.parameters(call, options);
  }

  /** Calls at the same time wait for the same answer. A failure is forgotten, so that the next call asks again. */
  #page(model: string): Page {
    const known = this.#pages.get(model);
    if (known) return known;
    const page = { readAt: this.now(), methods: this.#methods(model) };
    this.#pages.set(model, page);
    page.methods.catch(() => {
      if (this.#pages.get(model) === page) this.#pages.delete(model);
    });
    return page;
  }

  async #methods(model: string): Promise<ReadonlyMap<string, Parameters>> {
    try {
      return methodsIn(await this.#read(model));
    } catch (error) {
      const isLost = error instanceof OdooNetworkError && !isHidden(error);
      throw isLost ? notSent(model, error) : error;
    }
  }
}

/** Whether something keeps the documentation from this user, and would do so again. */
export function isHidden({ status }: OdooNetworkError): boolean {
  return status === 403 || status === 404;
}

/** What is kept of a document, which may have some hundred kilobytes. */
function methodsIn(document: RpcValue): ReadonlyMap<string, Parameters> {
  const methods = memberOf(document, "methods");
  const found = new Map<string, Parameters>();
  for (const [method, description] of Object.entries(isStruct(methods) ? methods : {})) {
    const parameters = memberOf(description, "parameters");
    if (!isStruct(parameters)) continue;
    const api = memberOf(description, "api");
    const kinds = Object.entries(parameters).map(([name, about]) => nameAndKind(name, about));
    found.set(method, {
      onRecords: !(Array.isArray(api) && api.includes("model")),
      positional: kinds.filter(({ isPositional }) => isPositional).map(({ name }) => name),
      named: kinds.filter(({ isPositional }) => !isPositional).map(({ name }) => name),
    });
  }
  return found;
}

function nameAndKind(name: string, about: RpcValue): { name: string; isPositional: boolean } {
  const kind = memberOf(about, "kind");
  const stars = kind === "VAR_KEYWORD" ? "**" : kind === "VAR_POSITIONAL" ? "*" : "";
  return { name: stars + name, isPositional: kind === undefined || /^POSITIONAL/.test(`${kind}`) };
}

function memberOf(value: RpcValue | undefined, name: string): RpcValue | undefined {
  return isStruct(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The call that needed the documentation was not sent, whatever became of the request for it. */
function notSent(model: string, cause: OdooNetworkError): OdooNetworkError {
  const { url, status, retryAfterMs } = cause;
  const why = status !== undefined
    ? `HTTP ${status}`
    : cause instanceof OdooTimeoutError
    ? "no answer in time"
    : "no answer";
  return new OdooNetworkError(
    `Cannot read Odoo's documentation of ${model}, which has the names of the call's arguments ` +
      `(${why} from ${url}): the call was not sent`,
    { url, status, outcome: "not-sent", retryAfterMs, cause },
  );
}
