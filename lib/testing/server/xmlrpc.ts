/**
 * XML-RPC: both endpoints, `/xmlrpc/2/` with its integer codes and `/xmlrpc/` with its texts.
 *
 * @module
 */
import { OdooProtocolError } from "../../errors.ts";
import { encodeFault } from "../../xmlrpc/encode.ts";
import { badCharacter, pathToNone, readCall, writeAnswer } from "./arguments.ts";
import {
  CallError,
  faultOf,
  keyError,
  lacking,
  marshalError,
  PythonError,
  valueError,
  type Version,
} from "../faults.ts";
import { hasIntegerKeys, type PythonValue, repr } from "../python.ts";
import { page, respond } from "./responses.ts";
import { type Outcome, runCall, type Watcher } from "./run.ts";
import { callService, type Database } from "./services.ts";
import { xmlProblem } from "./xml_problems.ts";

/** Largest body that 17 and 19 read, in bytes. */
const LARGEST = 128 * 1024 * 1024;

/** Answers a call of a service. */
export async function answerXmlRpc(
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
  if (version !== 14 && body.length > LARGEST) {
    const text = "The data value transmitted exceeds the capacity limit.";
    return page(database, 413, "Request Entity Too Large", text);
  }
  const outcome = await run(database, watcher, service, form ? new Uint8Array() : body);
  return respondXml(database, wire, outcome);
}

async function run(
  database: Database,
  watcher: Watcher,
  service: string,
  body: Uint8Array,
): Promise<Outcome> {
  try {
    const { method, params } = parse(body);
    return await runCall(
      watcher,
      { service, method, params },
      () => callService(database, service, method, params),
    );
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { kind: "error", error };
  }
}

function respondXml(database: Database, wire: 1 | 2, outcome: Outcome): Response {
  switch (outcome.kind) {
    case "value":
      try {
        return xml(database, answerOf(outcome.value), false);
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        return respondXml(database, wire, { kind: "error", error });
      }
    case "error": {
      const { error, stage } = outcome.error;
      const fault = faultOf(error, database.version, wire, stage);
      return xml(database, encodeFault(fault.code, fault.text), true);
    }
    case "fault": {
      const code = wire === 2 ? outcome.code : String(outcome.code);
      return xml(database, encodeFault(code, outcome.text), true);
    }
    case "http":
      return respond(database, outcome.status, outcome.body ?? "", outcome.headers ?? {});
  }
}

/** The answer in XML, but for what XML-RPC cannot carry. */
function answerOf(value: PythonValue): Uint8Array<ArrayBuffer> {
  if (hasIntegerKeys(value)) throw new CallError(keyError(), "dump");
  return writeAnswer(value, () => {
    throw new CallError(marshalError(pathToNone(value) ?? []), "dump");
  });
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

/** The exception that Python would have raised where the codec has stopped: its parser first, then its reading. */
function expatError(body: Uint8Array, error: OdooProtocolError): PythonError {
  const text = new TextDecoder().decode(body);
  const found = xmlProblem(text);
  if (found) {
    const lines = text.slice(0, found.index).split("\n");
    const place = `line ${lines.length}, column ${[...lines.at(-1) ?? ""].length}`;
    const atEnd = found.message === "no element found" || found.message.startsWith("unclosed");
    return expat(`${found.message}: ${place}`, !atEnd);
  }
  return valueProblem(new TextDecoder("latin1").decode(body.subarray(error.offset ?? 0)), error);
}

/** XML that is well-formed, and no call. */
function valueProblem(rest: string, { message }: OdooProtocolError): PythonError {
  const tag = /found <([^>]*)>, which is no type/.exec(message)?.[1];
  const held = /^<(\w+)[^>]*>([^<]*)/.exec(rest)?.[2] ?? "";
  if (tag !== undefined) return responseError(`"unknown tag '${tag}'"`);
  if (/<boolean> should hold/.test(message)) {
    return new PythonError("TypeError", "bad boolean value", frames(true));
  }
  if (/should hold a number/.test(message)) {
    return valueError(`could not convert string to float: ${repr(held)}`, frames(true));
  }
  if (/should hold an integer/.test(message)) {
    if (/^\s*[-+]?\d+\s*$/.test(held)) return lacking("integers beyond 2^53");
    return valueError(`invalid literal for int() with base 10: ${repr(held)}`, frames(true));
  }
  if (/where <(value|member|name)> should be/.test(message)) {
    return new PythonError("IndexError", "list index out of range", frames(true));
  }
  return responseError("");
}

function responseError(inside: string): PythonError {
  const type = "xmlrpc.client.ResponseError";
  return new PythonError(type, `ResponseError(${inside})`, frames(inside !== ""));
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
