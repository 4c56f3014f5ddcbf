/**
 * Requests as cassettes know them: what was called, without what differs from run to run, and without secrets.
 *
 * @module
 */
import { isDict, type PythonValue } from "../python.ts";
import { type Secrets, strike, strikeCall, STRUCK } from "../secrecy.ts";
import { readCall } from "../server/arguments.ts";
import { readJson } from "../server/json.ts";

/** A request. */
export interface Asked {
  /** `xmlrpc`, `xmlrpc/1` (the older endpoint), `jsonrpc`, `json2`, `web` (JSON-RPC of the web client) or `http`. */
  readonly protocol: string;
  /** What was called, such as `res.partner.read`, `common.version` or `GET /web/version`. */
  readonly call: string;
  /** Positional arguments. */
  readonly args: readonly PythonValue[];
  /** Named arguments. */
  readonly kwargs: { readonly [name: string]: PythonValue };
}

/** A request together with what its answer needs. */
export interface Question {
  /** The request. */
  readonly asked: Asked;
  /** Id of a JSON-RPC request, or `undefined`. */
  readonly id: PythonValue | undefined;
}

/** Reads a request and learns its secrets. `undefined` stands for one that cassettes cannot keep. */
export function readQuestion(
  request: Request,
  bytes: Uint8Array,
  secrets: Secrets,
): Question | undefined {
  const url = new URL(request.url);
  learnHeaders(request.headers, secrets);
  try {
    return questionOf(request, url, bytes, secrets);
  } catch {
    return undefined;
  }
}

/** A request without secrets. */
export function cleanAsked({ protocol, call, args, kwargs }: Asked, { hide }: Secrets): Asked {
  return { protocol, call: hide(call), ...strikeCall(call, args, kwargs, hide) };
}

function questionOf(
  { method, headers }: Request,
  url: URL,
  bytes: Uint8Array,
  secrets: Secrets,
): Question | undefined {
  const path = url.pathname.replace(/\/{2,}/g, "/");
  const [, two, service] = /\/xmlrpc\/(2\/)?([^/]+)$/.exec(path) ?? [];
  if (service !== undefined) {
    const { method, params } = readCall(bytes);
    const asked = serviceCall(two ? "xmlrpc" : "xmlrpc/1", service, method, params, secrets);
    return { asked, id: undefined };
  }
  const [, model, name] = /\/json\/2\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (model !== undefined && name !== undefined) {
    return { asked: modelCall("json2", model, name, [], jsonOf(bytes), secrets), id: undefined };
  }
  const type = headers.get("content-type") ?? "";
  if (bytes.length > 0 && /^application\/json/i.test(type)) {
    return jsonRpcCall(path, jsonOf(bytes), secrets);
  }
  if (bytes.length > 0 && !/^application\/x-www-form-urlencoded/i.test(type)) return undefined;
  const form = Object.fromEntries(new URLSearchParams(textOf(bytes)));
  const query = Object.fromEntries(url.searchParams);
  return {
    asked: {
      protocol: "http",
      call: `${method} ${path}`,
      args: [],
      kwargs: cleaned({ ...query, ...form }, secrets),
    },
    id: undefined,
  };
}

function jsonRpcCall(path: string, body: PythonValue, secrets: Secrets): Question | undefined {
  if (!isDict(body)) return undefined;
  const id = body["id"] ?? null;
  const params = dictOf(body["params"]);
  if (path.endsWith("/jsonrpc")) {
    const { service = "", method = "", args = [] } = params;
    const list = Array.isArray(args) ? args : [];
    return {
      asked: serviceCall("jsonrpc", String(service), String(method), list, secrets),
      id,
    };
  }
  const { db, ...rest } = params;
  const { model, method, args = [], kwargs = {}, login } = rest;
  secrets.learn(undefined, [db, login]);
  const asked = /\/web\/dataset\/call_(kw|button)/.test(path)
    ? modelCall("web", String(model), String(method), listOf(args), kwargs, secrets)
    : { protocol: "web", call: `POST ${path}`, args: [], kwargs: cleaned(rest, secrets) };
  return { asked, id };
}

/** A call of a service. The database, the user id and the secret are not part of what was asked. */
function serviceCall(
  protocol: string,
  service: string,
  method: string,
  params: readonly PythonValue[],
  secrets: Secrets,
): Asked {
  if (service === "object") {
    const [db, , secret, model, name, ...rest] = params;
    secrets.learn(secret, [db]);
    const [args, kwargs] = method === "execute" ? [rest, {}] : [listOf(rest[0]), rest[1]];
    return modelCall(protocol, String(model), String(name), args, kwargs, secrets);
  }
  const call = `${service}.${method}`;
  if (service === "common" && (method === "login" || method === "authenticate")) {
    const [db, login = null, secret, ...rest] = params;
    secrets.learn(secret, [db, login]);
    return { protocol, call, args: [login, STRUCK, ...rest], kwargs: {} };
  }
  // The methods of `db` take master passwords and passwords of new users
  const isOpen = service !== "db" || method === "db_exist" || params.length === 0;
  if (!isOpen) { for (const param of params) secrets.learn(param, []); }
  const args = params.map((param) => isOpen ? strike(param, secrets.hide) : STRUCK);
  return { protocol, call, args, kwargs: {} };
}

function modelCall(
  protocol: string,
  model: string,
  method: string,
  args: readonly PythonValue[],
  kwargs: PythonValue | undefined,
  secrets: Secrets,
): Asked {
  const asked = { protocol, call: `${model}.${method}`, args, kwargs: dictOf(kwargs) };
  secrets.learnArguments(asked.call, args, asked.kwargs);
  return cleanAsked(asked, secrets);
}

function cleaned(
  values: { readonly [name: string]: PythonValue },
  secrets: Secrets,
): { [name: string]: PythonValue } {
  secrets.learnNamed({ ...values });
  return dictOf(strike({ ...values }, secrets.hide));
}

function learnHeaders(headers: Headers, secrets: Secrets): void {
  const authorization = headers.get("authorization") ?? "";
  const [, scheme = "", value = ""] = /^(\w+)\s+(.+)$/.exec(authorization) ?? [];
  secrets.learn(value, []);
  if (/^basic$/i.test(scheme)) secrets.learn(decodeBasic(value), []);
  secrets.learnCookies(headers.get("cookie") ?? "");
}

function decodeBasic(value: string): string {
  try {
    return atob(value).replace(/^[^:]*:/, "");
  } catch {
    return "";
  }
}

function jsonOf(bytes: Uint8Array): PythonValue {
  return bytes.length === 0 ? {} : readJson(textOf(bytes));
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

function listOf(value: PythonValue | undefined): PythonValue[] {
  return Array.isArray(value) ? value : [];
}

function dictOf(value: PythonValue | undefined): { [name: string]: PythonValue } {
  return isDict(value) ? value : {};
}
