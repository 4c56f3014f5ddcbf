/**
 * HTTP: from a request to a response, as Odoo's server answers it.
 *
 * @module
 */
import { OdooProtocolError } from "../../errors.ts";
import { encodeFault } from "../../xmlrpc/encode.ts";
import { badCharacter, pathToNone, readCall, writeAnswer } from "./arguments.ts";
import { CallError, faultOf, marshalError, PythonError, type Version } from "../faults.ts";
import type { PythonValue } from "../python.ts";
import { callService, type Database } from "./services.ts";
import { Disconnected, type Failure, notFound, page, respond } from "./responses.ts";
import { answerWeb } from "./web.ts";

/** A call as it came over any wire, before it runs. */
export interface IncomingCall {
  /** `common`, `db` or `object`. */
  readonly service: string;
  /** Method of the service. */
  readonly method: string;
  /** Its parameters, secrets and all. */
  readonly params: readonly PythonValue[];
}

/** What the simulator does around calls: it notes them, and it may have a failure for one. */
export interface Watcher {
  /** What ends a call that waits. */
  signal(): AbortSignal;
  /** Notes a call, and tells how it has to fail. */
  incoming(call: IncomingCall): Failure | undefined;
}

/** Answers a request. */
export async function answer(
  database: Database,
  watcher: Watcher,
  request: Request,
): Promise<Response> {
  const path = new URL(request.url).pathname.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "");
  const [, two, service] = /^\/xmlrpc\/(2\/)?([^/]+)$/.exec(path) ?? [];
  if (service !== undefined) {
    return await answerXmlRpc(database, watcher, request, two ? 2 : 1, service);
  }
  return await answerWeb(database, request, path) ?? notFound(database);
}

async function answerXmlRpc(
  database: Database,
  watcher: Watcher,
  request: Request,
  wire: 1 | 2,
  service: string,
): Promise<Response> {
  const { version } = database;
  const asPost = request.method === "OPTIONS" && version !== 14;
  if (request.method !== "POST" && !asPost) return notAllowed(database, request.method);
  const type = request.headers.get("content-type") ?? "";
  if (type.startsWith("application/json") && version === 14) {
    return page(database, 400, "Bad Request", "Invalid JSON data");
  }
  // Werkzeug has read these as forms before Odoo looks for a body.
  const form = /^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type);
  const body = new Uint8Array(await request.arrayBuffer());
  try {
    return await run(database, watcher, service, form ? new Uint8Array() : body, wire);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const fault = faultOf(error.error, version, wire, error.stage);
    return xml(database, encodeFault(fault.code, fault.text), true);
  }
}

async function run(
  database: Database,
  watcher: Watcher,
  service: string,
  body: Uint8Array,
  wire: 1 | 2,
): Promise<Response> {
  const { method, params } = parse(body);
  const failure = watcher.incoming({ service, method, params });
  const late = failure?.kind === "disconnect" && failure.afterCommit;
  if (failure && !late) return await fail(database, failure, watcher, wire);
  const value = unheard(late, () => callService(database, service, method, params));
  const path = pathToNone(value);
  if (path) throw new CallError(marshalError(path), "dump");
  return xml(database, writeAnswer(value), false);
}

/** Does something whose result is lost where the connection is cut, be it a value or an exception. */
function unheard<T>(cut: boolean | undefined, action: () => T): T {
  try {
    const value = action();
    if (!cut) return value;
  } catch (error) {
    if (!cut || !(error instanceof CallError)) throw error;
  }
  throw new Disconnected();
}

/** A failure that a test has asked for. */
async function fail(
  database: Database,
  failure: Failure,
  watcher: Watcher,
  wire: 1 | 2,
): Promise<Response> {
  switch (failure.kind) {
    case "fault":
      return xml(
        database,
        encodeFault(wire === 2 ? failure.code : String(failure.code), failure.text),
        true,
      );
    case "http":
      return respond(database, failure.status, failure.body ?? "", failure.headers ?? {});
    case "timeout":
      return await new Promise((_resolve, reject) => {
        const signal = watcher.signal();
        const abort = () => reject(signal.reason);
        if (signal.aborted) abort();
        signal.addEventListener("abort", abort, { once: true });
      });
    case "disconnect":
      throw new Disconnected();
  }
}

function parse(body: Uint8Array): { method: string; params: PythonValue[] } {
  const bad = badCharacter(body);
  if (bad) {
    const problem = bad.reference
      ? "reference to invalid character number"
      : "not well-formed (invalid token)";
    throw new CallError(expat(`${problem}: ${placeOf(body, bad.offset)}`, true), "parse");
  }
  try {
    return readCall(body);
  } catch (error) {
    if (!(error instanceof OdooProtocolError)) throw error;
    throw new CallError(expatError(body, error), "parse");
  }
}

/** The exception that Python's parser would have raised at the byte where the codec has stopped. */
function expatError(body: Uint8Array, error: OdooProtocolError): PythonError {
  const tag = /found <([^>]*)>, which is no type/.exec(error.message)?.[1];
  if (tag !== undefined) {
    const text = `ResponseError("unknown tag '${tag}'")`;
    return new PythonError("xmlrpc.client.ResponseError", text, frames(true));
  }
  if (/<boolean> should hold/.test(error.message)) {
    return new PythonError("TypeError", "bad boolean value", frames(true));
  }
  const offset = Math.min(error.offset ?? 0, body.length);
  const atEnd = offset >= body.length;
  const markup = body[0] === 0x3c || body[0] === 0xef;
  const problem = atEnd && (markup || body.length === 0)
    ? "no element found"
    : body[0] !== undefined && /[\w\s]/.test(String.fromCharCode(body[0]))
    ? "syntax error"
    : "not well-formed (invalid token)";
  const place = problem === "syntax error" ? "line 1, column 0" : placeOf(body, offset);
  return expat(`${problem}: ${place}`, !atEnd);
}

function expat(message: string, feeding: boolean): PythonError {
  return new PythonError("xml.parsers.expat.ExpatError", message, frames(feeding));
}

function placeOf(body: Uint8Array, offset: number): string {
  const before = new TextDecoder("latin1").decode(body.subarray(0, offset));
  const column = offset - (before.lastIndexOf("\n") + 1);
  return `line ${before.split("\n").length}, column ${column}`;
}

function frames(feeding: boolean): PythonError["frames"] {
  return feeding
    ? [["xmlrpc/client.py", 1029, "loads"], ["xmlrpc/client.py", 451, "feed"]]
    : [["xmlrpc/client.py", 1030, "loads"], ["xmlrpc/client.py", 460, "close"]];
}

function xml(database: Database, bytes: Uint8Array<ArrayBuffer>, fault: boolean): Response {
  const sniff = database.version === 17 || (database.version === 19 && !fault);
  return respond(database, 200, layout(database.version, bytes), {
    "content-type": "text/xml; charset=utf-8",
    ...(sniff && { "x-content-type-options": "nosniff" }),
  });
}

/** Odoo 19 quotes its declaration otherwise and has an empty line before the end. */
function layout(version: Version, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (version !== 19) return bytes;
  const end = new TextEncoder().encode("\n</methodResponse>\n");
  const result = new Uint8Array(bytes.length + 1);
  result.set(bytes);
  result.set(end, result.length - end.length);
  result[14] = result[18] = 0x22;
  return result;
}

function notAllowed(database: Database, method: string): Response {
  const allow = { 14: "POST", 17: "POST, OPTIONS", 19: "OPTIONS, POST" }[database.version];
  return page(
    database,
    405,
    "Method Not Allowed",
    "The method is not allowed for the requested URL.",
    { allow },
    method === "HEAD",
  );
}
