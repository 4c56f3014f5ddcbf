/**
 * JSON-RPC: the envelope that `/jsonrpc` and the addresses of the web client have in common, and the services behind
 * `/jsonrpc`.
 *
 * @module
 */
import {
  CallError,
  type Frame,
  httpError,
  PythonError,
  serviceFrames,
  type Stage,
  typeError,
  valueError,
  type Version,
} from "../faults.ts";
import { isDict, type PythonValue, repr, str, typeName } from "../python.ts";
import { bind, parameters } from "../orm/signatures.ts";
import { exceptionData, faultError, printed, statusOf } from "./json_errors.ts";
import { readJson, writeJson } from "./json.ts";
import { escapeHtml, internal, page, respond } from "./responses.ts";
import { type Outcome, runCall, type Watcher } from "./run.ts";
import { callService, type Database } from "./services.ts";

/** Answers a call of a service. */
export async function answerJsonRpc(
  database: Database,
  watcher: Watcher,
  request: Request,
): Promise<Response> {
  const call = await readEnvelope(database, request, "/jsonrpc");
  if (call instanceof Response) return call;
  let outcome: Outcome;
  try {
    const { service, method, params } = serviceCall(database.version, call);
    outcome = await runCall(
      watcher,
      { service, method, params },
      () => callService(database, service, method, params, "list"),
    );
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    outcome = { kind: "error", error };
  }
  return respondJsonRpc(database, call, outcome);
}

/** Answers a request that 14 takes for a call of an address that is not there. */
export async function answerNowhere(database: Database, request: Request): Promise<Response> {
  const call = await readEnvelope(database, request, "");
  if (call instanceof Response) return call;
  const error = new CallError(httpError("NotFound", NOT_FOUND), "parse");
  return respondJsonRpc(database, call, { kind: "error", error });
}

/** Whether a request is JSON-RPC by its type. */
export function isJsonRpc(request: Request): boolean {
  const type = request.headers.get("content-type") ?? "";
  return /^application\/json(-rpc)?\s*(;|$)/i.test(type);
}

/** A JSON-RPC request. */
export interface Envelope {
  /** Whatever the caller has put there. */
  readonly id: PythonValue;
  /** Named parameters, or what stands in their place. */
  readonly params: PythonValue;
}

/** Reads a request, or answers it where it cannot be read. */
export async function readEnvelope(
  database: Database,
  request: Request,
  path: string,
): Promise<Envelope | Response> {
  const text = new TextDecoder().decode(await request.arrayBuffer());
  if (!isJsonRpc(request)) {
    return wrongType(database, request, path, text === "");
  }
  let body: PythonValue;
  try {
    body = readJson(text);
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    if (error.type === "json.decoder.JSONDecodeError") return unreadable(database, text);
    const nobody = { id: null, params: {} };
    return database.version === 14
      ? internal(database)
      : respondJsonRpc(database, nobody, { kind: "error", error: new CallError(error, "parse") });
  }
  if (isDict(body)) {
    const params = body["params"] === undefined ? {} : body["params"];
    // 14 looks at the parameters before it can tell of an error.
    if (database.version === 14 && !isDict(params) && !isEmpty(params)) return internal(database);
    return { id: body["id"] ?? null, params };
  }
  return database.version === 14
    ? internal(database)
    : plainText(database, "Invalid JSON-RPC data");
}

/** Writes the answer to a request. */
export function respondJsonRpc(
  database: Database,
  { id }: Envelope,
  outcome: Outcome,
  headers: Readonly<Record<string, string>> = {},
): Response {
  if (outcome.kind === "http") {
    return respond(database, outcome.status, outcome.body ?? "", outcome.headers ?? {});
  }
  const { version } = database;
  const head = { jsonrpc: "2.0", id };
  // None is the lack of a result here.
  const body = outcome.kind !== "value"
    ? { ...head, error: errorOf(version, outcome) }
    : outcome.value === null
    ? head
    : { ...head, result: outcome.value };
  const sniff = version !== 14 && outcome.kind === "value";
  const missing = outcome.kind === "error" && statusOf(outcome.error.error) === 404;
  return respond(database, version === 14 && missing ? 404 : 200, writeJson(body, version === 14), {
    "content-type": `application/json${version === 14 ? "" : "; charset=utf-8"}`,
    ...(sniff && { "x-content-type-options": "nosniff" }),
    ...headers,
  });
}

function errorOf(
  version: Version,
  outcome: Extract<Outcome, { kind: "error" | "fault" }>,
): PythonValue {
  const { error, stage } = outcome.kind === "error"
    ? outcome.error
    : new CallError(faultError(outcome), "dispatch");
  const data = exceptionData(version, error, framesOf(version, stage));
  if (statusOf(error) === 404) {
    const unknown = { ...data, message: printed(error).message, arguments: [] };
    return { code: 404, message: "404: Not Found", data: unknown };
  }
  return error.type === "odoo.http.SessionExpiredException"
    ? { code: 100, message: "Odoo Session Expired", data }
    : { code: version === 19 ? 0 : 200, message: "Odoo Server Error", data };
}

/** The parameters of `/jsonrpc`. Those that it does not have are left out, with a line in the server's log. */
function serviceCall(
  version: Version,
  { params }: Envelope,
): { service: string; method: string; params: PythonValue[] } {
  if (!isDict(params)) {
    if (isEmpty(params)) return serviceCall(version, { id: null, params: {} });
    throw new CallError(noMapping(params), "parse");
  }
  const known = ["service", "method", "args"].filter((name) => Object.hasOwn(params, name));
  try {
    const kwargs = Object.fromEntries(known.map((name) => [name, params[name] ?? null]));
    const bound = bind(
      `${version === 19 ? "JSONRPC" : "RPC"}.jsonrpc`,
      parameters("service, method, args"),
      [],
      kwargs,
    );
    const service = str(bound.get("service") ?? null);
    return {
      service,
      method: str(bound.get("method") ?? null),
      params: sequence(
        version,
        service,
        str(bound.get("method") ?? null),
        bound.get("args") ?? null,
      ),
    };
  } catch (error) {
    throw error instanceof PythonError ? new CallError(error, "parse") : error;
  }
}

/** What Python unpacks: a list, the letters of a text, the keys of a dict. */
function sequence(
  version: Version,
  service: string,
  method: string,
  args: PythonValue,
): PythonValue[] {
  if (Array.isArray(args)) return args;
  if (typeof args === "string") return [...args];
  const name = typeName(args);
  if (service === "object" && version !== 19) {
    throw isDict(args)
      ? new PythonError("KeyError", "0")
      : typeError(`'${name}' object is not subscriptable`);
  }
  if (isDict(args)) return Object.keys(args);
  throw service === "object" ? typeError(`cannot unpack non-iterable ${name} object`) : typeError(
    `odoo.service.${service}.exp_${method}() argument after * must be an iterable, not ${name}`,
  );
}

/** Whether `dict(params)` is a dict without members. */
function isEmpty(params: PythonValue): boolean {
  return params === "" || (Array.isArray(params) && params.length === 0);
}

/** `dict(params)` of something that is none. */
function noMapping(params: PythonValue): PythonError {
  const [first] = Array.isArray(params) || typeof params === "string" ? params : [];
  if (first === undefined) return typeError(`'${typeName(params)}' object is not iterable`);
  if (typeof first === "string") {
    return valueError(
      `dictionary update sequence element #0 has length ${first.length}; 2 is required`,
    );
  }
  return typeError("cannot convert dictionary update sequence element #0 to a sequence");
}

function framesOf(version: Version, stage: Stage): readonly Frame[] {
  const [file, line] = CONTROLLERS[version];
  const inside = serviceFrames(version, stage);
  return inside.length === 0
    ? SERVER[version]
    : [...SERVER[version], [file, line, "jsonrpc"], ...inside];
}

function unreadable(database: Database, text: string): Response {
  return database.version === 14
    ? page(database, 400, "Bad Request", escapeHtml(`Invalid JSON data: ${repr(text)}`))
    : plainText(database, "Invalid JSON data");
}

function plainText(database: Database, text: string): Response {
  return respond(database, 400, text, { "x-content-type-options": "nosniff" });
}

/** A request that the server has taken for a form of its website. */
function wrongType(database: Database, request: Request, path: string, empty: boolean): Response {
  const { version } = database;
  if (version === 14) {
    const safe = ["GET", "HEAD", "OPTIONS", "TRACE"].includes(request.method);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const text = safe
      ? `<function RPC.${name} at 0x7f96e1b225c0>, ${path}: Function declared as capable of handling ` +
        "request of type 'json' but called with a request of type 'http'"
      : "Session expired (invalid CSRF token)";
    return page(database, 400, "Bad Request", escapeHtml(text));
  }
  const [inferred, type] = version === 17
    ? ["['http']", "json"]
    : [empty ? "['http', 'json2']" : "['http']", "jsonrpc"];
  const text =
    `Request inferred type is compatible with ${inferred} but '${path}' is type='${type}'.`;
  if (version === 17) return page(database, 400, "Bad Request", escapeHtml(text));
  const hint = "<br><br>Please verify the Content-Type request header and try again.";
  return page(database, 415, "Unsupported Media Type", escapeHtml(text) + hint, {
    accept: "application/json, application/json-rpc",
  });
}

/** What Werkzeug says of an address that leads nowhere. */
export const NOT_FOUND =
  "The requested URL was not found on the server. If you entered the URL manually please check your spelling and " +
  "try again.";

const CONTROLLERS: Readonly<Record<Version, readonly [file: string, line: number]>> = {
  14: ["odoo/addons/base/controllers/rpc.py", 96],
  17: ["odoo/addons/base/controllers/rpc.py", 155],
  19: ["addons/rpc/controllers/jsonrpc.py", 16],
};

const SERVER: Readonly<Record<Version, readonly Frame[]>> = {
  14: [
    ["odoo/addons/base/models/ir_http.py", 237, "_dispatch"],
    ["odoo/http.py", 684, "dispatch"],
    ["odoo/http.py", 360, "_call_function"],
  ],
  17: [
    ["odoo/http.py", 1783, "_serve_db"],
    ["odoo/service/model.py", 133, "retrying"],
    ["odoo/http.py", 1810, "_serve_ir_http"],
    ["odoo/http.py", 2014, "dispatch"],
    ["odoo/addons/base/models/ir_http.py", 221, "_dispatch"],
    ["odoo/http.py", 757, "route_wrapper"],
  ],
  19: [
    ["odoo/http.py", 2273, "_serve_db"],
    ["odoo/service/model.py", 184, "retrying"],
    ["odoo/http.py", 2328, "_serve_ir_http"],
    ["odoo/http.py", 2543, "dispatch"],
    ["odoo/addons/base/models/ir_http.py", 355, "_dispatch"],
    ["odoo/http.py", 788, "route_wrapper"],
  ],
};
