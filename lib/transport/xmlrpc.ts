/**
 * Odoo's external API over XML-RPC: calls to requests, answers to values and errors.
 *
 * @module
 */
import { type OdooConfig, SecretKeeper } from "../config.ts";
import { OdooAuthError, OdooConfigError, OdooProtocolError, OdooServerError } from "../errors.ts";
import type { ServerErrorKind } from "../errors.ts";
import {
  type CallOptions,
  isStruct,
  type RpcCall,
  type RpcInput,
  type RpcValue,
} from "../values.ts";
import { decodeResponse, decodeRows, type Fault, XmlRpcFault } from "../xmlrpc/decode.ts";
import { encodeCall } from "../xmlrpc/encode.ts";
import { Http, type PostRequest } from "./http.ts";
import type { Transport } from "./transport.ts";

/** Odoo over XML-RPC, at `/xmlrpc/2`: the codes of its faults are integers. */
export class XmlRpcTransport implements Transport {
  readonly protocol = "xmlrpc";
  readonly #http: Http;
  readonly #config: OdooConfig;
  readonly #secrets: SecretKeeper;
  #uid = 0;

  /** Takes a configuration that `checkConfig` has accepted. */
  constructor(config: OdooConfig) {
    this.#http = new Http(config);
    this.#config = config;
    this.#secrets = new SecretKeeper(config);
  }

  async version(options: CallOptions = {}): Promise<string> {
    const { value } = await this.#common("version", [], options);
    const version = isStruct(value) ? value["server_version"] : undefined;
    if (typeof version === "string") return version;
    throw new OdooProtocolError(
      `${this.#http.base} speaks XML-RPC, but does not say which Odoo it is`,
    );
  }

  /** Odoo answers `false`, and no fault, to a user, key or password that it does not take. */
  async authenticate(options: CallOptions = {}): Promise<number> {
    const { db, username } = this.#config;
    return await this.#withSecret(async (secret) => {
      const { value } = await this.#common("authenticate", [db, username, secret, {}], options);
      if (typeof value === "number" && value > 0) return this.#uid = value;
      throw new OdooAuthError(
        `Odoo does not let "${username}" into the database "${db}": the user, API key or password is wrong, ` +
          "or the key was deleted or has expired",
        "credentials",
      );
    });
  }

  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    return await this.#withSecret(async (secret) => {
      const answer = decodeResponse(await this.#http.post(this.#request(call, secret, options)));
      return "value" in answer ? answer.value : this.#resolveFault(answer.fault, call);
    });
  }

  async *rows(call: RpcCall, options: CallOptions = {}): AsyncGenerator<RpcValue[]> {
    // A refused secret shows before the first row, so only the opening is ever repeated
    const { first, rest } = await this.#withSecret(async (secret) => {
      const rest = decodeRows(await this.#http.open(this.#request(call, secret, options)));
      return { first: await this.#firstBatch(rest, call), rest };
    });
    try {
      if (first.done) return;
      yield first.value;
      yield* rest;
    } catch (error) {
      throw this.#secrets.scrub(error);
    } finally {
      await rest.return(undefined);
    }
  }

  async #firstBatch(
    rows: AsyncGenerator<RpcValue[]>,
    call: RpcCall,
  ): Promise<IteratorResult<RpcValue[]>> {
    try {
      return await rows.next();
    } catch (error) {
      if (!(error instanceof XmlRpcFault)) throw error;
      this.#resolveFault(error, call);
      return { done: true, value: undefined };
    }
  }

  /** Tries once more with a fresh secret where the old one was refused and the configuration can give another. */
  async #withSecret<T>(send: (secret: string) => Promise<T>): Promise<T> {
    const secret = await this.#secrets.current();
    try {
      return await send(secret);
    } catch (error) {
      if (!(error instanceof OdooAuthError) || !await this.#secrets.renew(secret)) {
        throw this.#secrets.scrub(error);
      }
    }
    try {
      return await send(await this.#secrets.current());
    } catch (error) {
      throw this.#secrets.scrub(error);
    }
  }

  #request(call: RpcCall, secret: string, options: CallOptions): PostRequest {
    const { model, method, ids, args = [], kwargs = {} } = call;
    const positional = ids === undefined ? args : [ids, ...args];
    const given = kwargs["context"];
    const context = isStruct(given) ? { ...options.context, ...given } : given ?? options.context;
    const named = context === undefined ? kwargs : { ...kwargs, context };
    const params = [this.#config.db, this.#uid, secret, model, method, positional, named];
    const names = ["db", "uid", "key", "model", "method", "args", "kwargs"];
    return post("/xmlrpc/2/object", encodeCall("execute_kw", params, { names }), options);
  }

  async #common(method: string, params: readonly RpcInput[], options: CallOptions) {
    const body = encodeCall(method, params, { names: ["db", "login", "key", "environment"] });
    const answer = decodeResponse(await this.#http.post(post("/xmlrpc/2/common", body, options)));
    return "value" in answer
      ? answer
      : { value: this.#resolveFault(answer.fault, { model: "common", method }) };
  }

  /** The value behind a fault that is none, or the error that the fault stands for. */
  #resolveFault(fault: Fault, call: RpcCall): null {
    const { text } = fault;
    if (isUnmarshalled(text)) {
      if (isNoneResult(text)) return null;
      throw new OdooProtocolError(
        `${call.model}.${call.method} ran and its changes are kept, but XML-RPC cannot carry its answer ` +
          `(${lastException(text).line}); JSON-RPC can, and JSON-2 from Odoo 19 on`,
        { outcome: "committed" },
      );
    }
    throw this.#isAboutDatabase(text)
      ? new OdooConfigError(
        `Odoo cannot open the database "${this.#config.db}": check ODOO_DB (${
          lastException(text).line
        })`,
      )
      : toError(fault.code, text, call, this.#uid);
  }

  #isAboutDatabase(text: string): boolean {
    const { exception, line } = lastException(text);
    return exception === "psycopg2.OperationalError" && line.includes(`"${this.#config.db}"`);
  }
}

function post(path: string, body: Uint8Array<ArrayBuffer>, options: CallOptions): PostRequest {
  const { signal, timeoutMs } = options;
  return { path, body, contentType: "text/xml", signal, timeoutMs };
}

/**
 * Whether the traceback comes from writing the answer: Odoo has committed by then. The traceback of a method runs
 * through `dispatch_rpc` (odoo/http.py), the one of the answer does not.
 */
function isUnmarshalled(text: string): boolean {
  const names = frameNames(text);
  return names.includes("dumps") && !names.includes("dispatch_rpc");
}

/** Whether the answer as a whole was `None`: XML-RPC has no word for it. One inside a list or dictionary is not meant. */
function isNoneResult(text: string): boolean {
  const names = frameNames(text);
  const marshalling = names.slice(names.indexOf("dumps"));
  return marshalling.at(-1) === "dump_nil" &&
    marshalling.every((name) => ["dumps", "__dump", "dump_nil"].includes(name));
}

/** The functions of a traceback, outermost first. */
function frameNames(traceback: string): string[] {
  return [...traceback.matchAll(/^ {2}File ".*", line \d+, in (\S+)$/gm)].map(([, name = ""]) =>
    name
  );
}

/** The exception that ended a traceback: its class, and the first line of what it says. */
function lastException(traceback: string): { exception: string; line: string; message: string } {
  const start = traceback.lastIndexOf("Traceback (most recent call last):\n");
  const lines = start < 0 ? [] : traceback.slice(start).split("\n").slice(1);
  const at = lines.findIndex((line) => line !== "" && !line.startsWith(" "));
  const said = lines.slice(at).join("\n").trim();
  const [, exception = "", message = ""] = /^([\w.]+)(?:: ([\s\S]*))?$/.exec(said) ?? [];
  return {
    exception,
    line: said.split("\n")[0] ?? "",
    message: message || said || traceback.trim(),
  };
}

/** The error for a fault of `/xmlrpc/2` (`xmlrpc_handle_exception_int` in Odoo's rpc controller). */
function toError(code: number | string, text: string, call: RpcCall, uid: number): Error {
  const { model, method } = call;
  const isAboutSelf = new RegExp(`\\(Record: res\\.users\\(${uid},\\), User: ${uid}\\)`).test(text);
  if (code === 3 || isAboutSelf) return refusal(text, isAboutSelf);
  const details = describeFault(code, text);
  return new OdooServerError(`Odoo refused ${model}.${method}: ${details.message}`, {
    ...details,
    model,
    method,
    debug: code === 1 ? text : "",
  });
}

function refusal(text: string, isGone: boolean): OdooAuthError {
  if (/too many login failures/i.test(text)) {
    return new OdooAuthError(`Odoo refuses every sign-in for a while: ${text.trim()}`, "cooldown");
  }
  const why = isGone
    ? "the user does not exist any more"
    : "the API key or password is wrong, deleted or expired";
  return new OdooAuthError(`Odoo refused the call (Access Denied): ${why}`, "credentials");
}

/** Code 2 stands for five exceptions, which only the text tells apart, as far as it does. */
function describeFault(
  code: number | string,
  text: string,
): { kind: ServerErrorKind; exception: string; message: string } {
  const message = text.trim();
  if (code === 4) return { kind: "access", exception: "odoo.exceptions.AccessError", message };
  if (code === 2) return { ...kindOfUserError(message), message };
  const last = lastException(text);
  const isConflict = /SerializationFailure|DeadlockDetected|LockNotAvailable/.test(last.exception);
  return {
    kind: isConflict ? "concurrency" : "server",
    exception: last.exception,
    message: last.line || last.message,
  };
}

function kindOfUserError(text: string): { kind: ServerErrorKind; exception: string } {
  // The words are translated, the last line is not
  if (/\(Records?: [\w.]+\([\d, ]*\), User: \d+\)$/.test(text)) {
    return { kind: "missing", exception: "odoo.exceptions.MissingError" };
  }
  // The repr of the arguments of a RedirectWarning: message, action, button, context
  if (/^\((['"])[\s\S]*\1, (\{|\d)[\s\S]*\)$/.test(text)) {
    return { kind: "redirect", exception: "odoo.exceptions.RedirectWarning" };
  }
  // 14 gives the bare name of the constraint to a call without a language
  if (/^The operation cannot be completed|^[a-z0-9]+_[a-z0-9_]+$/.test(text)) {
    return { kind: "validation", exception: "odoo.exceptions.ValidationError" };
  }
  return { kind: "user", exception: "odoo.exceptions.UserError" };
}
