/**
 * Odoo's external API over XML-RPC: calls to requests, answers to values and errors.
 *
 * @module
 */
import { type OdooError, OdooProtocolError } from "../errors.ts";
import type { CallOptions, RpcValue } from "../values.ts";
import { decodeResponse, decodeRows, type Fault, XmlRpcFault } from "../xmlrpc/decode.ts";
import { encodeCall } from "../xmlrpc/encode.ts";
import { type Asked, type ServerException, toError } from "./exceptions.ts";
import type { HttpRequest } from "./http.ts";
import { type ServiceCall, ServiceTransport } from "./services.ts";
import { checkRows, readAnswer, readRows } from "./transport.ts";

/** Odoo over XML-RPC, at `/xmlrpc/2`: the codes of its faults are integers. */
export class XmlRpcTransport extends ServiceTransport {
  override readonly protocol = "xmlrpc";

  protected override async send(call: ServiceCall, options: CallOptions): Promise<RpcValue> {
    const { body } = await this.http.send(request(call, options));
    const answer = readAnswer(() => decodeResponse(body, this.limits));
    if ("fault" in answer) return resolveFault(answer.fault, call.asked);
    return checkRows(answer.value, this.limits);
  }

  protected override async *stream(
    call: ServiceCall,
    options: CallOptions,
  ): AsyncGenerator<RpcValue[]> {
    const { body } = await this.http.open(request(call, options));
    try {
      yield* readRows(decodeRows(body, this.limits), this.limits);
    } catch (error) {
      if (!(error instanceof XmlRpcFault)) throw error;
      resolveFault(error, call.asked);
    }
  }
}

function request({ service, method, params, names }: ServiceCall, options: CallOptions) {
  return {
    path: `/xmlrpc/2/${service}`,
    headers: { "content-type": "text/xml" },
    // Odoo reads integers of any size
    body: encodeCall(method, params, { names, i8: true }),
    isAnswer: (status, type) => status === 200 && !/^text\/(html|plain)/.test(type),
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    onServerTime: options.onServerTime,
  } satisfies HttpRequest;
}

/** The value behind a fault that is none, or the error that the fault stands for. */
function resolveFault({ code, text }: Fault, asked: Asked): null {
  // A word to the user may quote a traceback, so only the code of a bare exception counts
  if (code !== 1 || !isUnmarshalled(text)) throw faultError(code, text, asked);
  if (isNoneResult(text)) return null;
  const { model, method } = asked.call;
  throw new OdooProtocolError(
    `${model}.${method} ran and its changes are kept, but XML-RPC cannot carry its answer ` +
      `(${lastException(text).line}); JSON-RPC can, and JSON-2 from Odoo 19 on`,
    { outcome: "committed" },
  );
}

/**
 * Whether the traceback comes from writing the answer: Odoo has committed by then. The traceback of a method runs
 * through `dispatch_rpc` (odoo/http.py), the one of the answer does not.
 */
function isUnmarshalled(text: string): boolean {
  const names = frameNames(text);
  return text.startsWith("Traceback") && names.includes("dumps") &&
    !names.includes("dispatch_rpc");
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
function faultError(code: number | string, text: string, asked: Asked): OdooError {
  return toError(exceptionOf(code, text), asked);
}

/** Code 2 stands for five exceptions, which only the text tells apart, as far as it does. */
function exceptionOf(code: number | string, text: string): ServerException {
  const message = text.trim();
  const debug = "";
  if (code === 3) return { name: "odoo.exceptions.AccessDenied", message, debug };
  if (code === 4) return { name: "odoo.exceptions.AccessError", message, debug };
  if (code === 2) return { name: nameOfUserError(message), message, debug };
  const last = lastException(text);
  return { name: last.exception, message: last.message, debug: text };
}

function nameOfUserError(text: string): string {
  // The words are translated, the last line is not
  if (/\(Records?: [\w.]+\([\d, ]*\), User: \d+\)$/.test(text)) {
    return "odoo.exceptions.MissingError";
  }
  // The repr of the arguments of a RedirectWarning: message, action, button, context
  if (/^\((['"])[\s\S]*\1, (\{|\d)/.test(text) && text.endsWith(")")) {
    return "odoo.exceptions.RedirectWarning";
  }
  // 14 gives the bare name of the constraint to a call without a language: table, then what it is about
  if (/^The operation cannot be completed|^[a-z0-9]+_[a-z0-9]+_[a-z0-9_]+$/.test(text)) {
    return "odoo.exceptions.ValidationError";
  }
  return "odoo.exceptions.UserError";
}
