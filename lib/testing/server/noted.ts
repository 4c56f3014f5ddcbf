/**
 * What the simulator notes of calls, for tests to look at.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Failure } from "../failures.ts";
import { isDict, plain, type PythonValue } from "../python.ts";
import { hasSecretResult, Secrets, strike, strikeCall, strikeTexts, STRUCK } from "../secrecy.ts";
import type { IncomingCall } from "./run.ts";

/** How a call came: `web` is the JSON-RPC of the web client. */
export type CallProtocol = "xmlrpc" | "jsonrpc" | "json2" | "web";

/** A call that the simulator has seen. Secrets are struck out. */
export interface CallRecord {
  /** How the call came. */
  readonly protocol: CallProtocol;
  /** `common`, `db` or `object`; `web` where it is no call of a model but one of the web client, such as to sign in. */
  readonly service: string;
  /** Model of an `object` call, else an empty text. */
  readonly model: string;
  /** Method of the model, or of the service; path of a `web` call. */
  readonly method: string;
  /** Positional arguments. */
  readonly args: readonly RpcValue[];
  /** Named arguments. */
  readonly kwargs: Readonly<Record<string, RpcValue>>;
  /** User as the call gave it, or `undefined` where there is none. */
  readonly uid: number | undefined;
  /** Login of that user, or of the one who signs in. */
  readonly login: string | undefined;
  /** How a test has made the call fail, or `undefined`. */
  readonly failure: Failure | undefined;
  /**
   * What the call returned, `null` for `None`; `undefined` while it runs, where it did not run and where it raised an
   * exception. Kept for the latest calls only, up to 20,000 rows in all.
   */
  readonly result: RpcValue | undefined;
  /** The exception that the call raised, as in `odoo.exceptions.AccessError`, or `undefined`. */
  readonly fault: { readonly type: string; readonly message: string } | undefined;
  /** Milliseconds by the clock of the simulator, waits included; `undefined` while the call runs. */
  readonly ms: number | undefined;
}

/** Which call is meant: all that is given has to fit, or the function has to say yes. */
export type CallMatch =
  | {
    readonly protocol?: CallProtocol;
    readonly service?: string;
    readonly model?: string;
    readonly method?: string;
  }
  | ((call: CallRecord) => boolean);

/** Whether a call is one that is meant. */
export function fits(call: CallRecord, match: CallMatch | undefined): boolean {
  if (!match) return true;
  if (typeof match === "function") return match(call);
  const {
    protocol = call.protocol,
    service = call.service,
    model = call.model,
    method = call.method,
  } = match;
  return protocol === call.protocol && service === call.service && model === call.model &&
    method === call.method;
}

/** A call that is being noted. */
export class NotedCall {
  /** What tests see of it. */
  readonly record: CallRecord;
  /** How the call has to fail. */
  failure: Failure | undefined;
  /** How long the call took. */
  ms: number | undefined;
  readonly #hide: (text: string) => string;
  #fault: CallRecord["fault"];
  #result: PythonValue | undefined;

  /** Takes the call, how it came, the login of a user id, and what strikes keys out of texts. */
  constructor(
    call: IncomingCall,
    protocol: CallProtocol,
    loginOf: (uid: number) => string | undefined,
    hide: (text: string) => string,
  ) {
    const secrets = new Secrets();
    const about = aboutCall(call, hide, (secret) => secrets.learn(secret, []));
    const login = about.uid === undefined ? loginIn(call) : loginOf(about.uid);
    const isSecret = hasSecretResult(`${about.model}.${about.method}`, about.args, about.kwargs);
    // deno-lint-ignore no-this-alias
    const noted = this;
    this.#hide = (text) => secrets.hide(hide(text));
    this.record = {
      protocol,
      ...about,
      login: login && hide(login),
      get failure() {
        return noted.failure;
      },
      get result() {
        const result = noted.#result;
        if (result === undefined) return undefined;
        return plain(isSecret ? strikeTexts(result) : strike(result, noted.#hide));
      },
      get fault() {
        return noted.#fault;
      },
      get ms() {
        return noted.ms;
      },
    };
    // Else a console shows getters by their names only
    Object.defineProperty(this.record, Symbol.for("nodejs.util.inspect.custom"), {
      value: () => ({ ...this.record }),
    });
  }

  /** What the call returned; `undefined` forgets it. It is kept as it is and copied for whoever asks. */
  set result(value: PythonValue | undefined) {
    this.#result = value;
  }

  /** The exception that the call raised. */
  set fault({ type, message }: { type: string; message: string }) {
    this.#fault = { type, message: this.#hide(message) };
  }

  /** How many rows the result has. */
  get rows(): number {
    return Array.isArray(this.#result) ? this.#result.length : 1;
  }
}

type About = Pick<CallRecord, "service" | "model" | "method" | "args" | "kwargs" | "uid">;

function aboutCall(
  { service, method, params }: IncomingCall,
  hide: (text: string) => string,
  learn: (secret: string) => void,
): About {
  const clean = (value: PythonValue | undefined) => plain(strike(value ?? null, hide));
  const [first] = params;
  if (service === "web") {
    const given = isDict(first) ? first : {};
    const { kwargs } = strikeCall(method, [], given, hide, learn);
    return { service, model: "", method, args: [], kwargs: plainDict(kwargs), uid: undefined };
  }
  if (service !== "object") {
    // The methods of `db` take master passwords.
    const args = params.map((param, index) =>
      (service === "common" && index === 2) || (service === "db" && method !== "db_exist")
        ? STRUCK
        : clean(param)
    );
    return { service, model: "", method, args, kwargs: {}, uid: undefined };
  }
  const [, uid, , model, name, ...rest] = params;
  const [about, called] = [textOf(clean(model)) ?? "", textOf(clean(name)) ?? method];
  const [args, kwargs = null] = method === "execute" ? [rest] : rest;
  const struck = strikeCall(
    `${about}.${called}`,
    Array.isArray(args) ? args : [],
    isDict(kwargs) ? kwargs : {},
    hide,
    learn,
  );
  return {
    service,
    model: about,
    method: called,
    args: struck.args.map(plain),
    kwargs: plainDict(struck.kwargs),
    uid: typeof uid === "number" ? uid : undefined,
  };
}

function plainDict(values: { readonly [name: string]: PythonValue }): Record<string, RpcValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(value)]));
}

function loginIn({ service, params: [first, second] }: IncomingCall): string | undefined {
  const login = isDict(first) ? first["login"] : service === "common" ? second : undefined;
  return typeof login === "string" ? login : undefined;
}

function textOf(value: RpcValue): string | undefined {
  return typeof value === "string" ? value : undefined;
}
