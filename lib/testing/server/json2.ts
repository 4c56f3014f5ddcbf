/**
 * JSON-2, which Odoo 19 has: `POST /json/2/<model>/<method>` with an API key as bearer, named arguments in a JSON
 * object, and HTTP statuses for what goes wrong.
 *
 * @module
 */
import {
  type CallError,
  type Frame,
  httpError,
  methodFrames,
  PythonError,
  typeError,
} from "../faults.ts";
import { isDict, type PythonValue } from "../python.ts";
import { exceptionData, faultError, statusOf } from "./json_errors.ts";
import { readJson, writeJson } from "./json.ts";
import { noDatabase, page, respond } from "./responses.ts";
import { type Outcome, runCall, type Watcher } from "./run.ts";
import { callModel, type Database, environment } from "./services.ts";

/** Answers a request below `/json/2`. */
export async function answerJson2(
  database: Database,
  watcher: Watcher,
  request: Request,
  path: string,
): Promise<Response> {
  const name = request.headers.get("x-odoo-database");
  if (name !== null && name !== database.name) return noDatabase(database);
  const [, model, method] = /^\/json\/2\/([^/]+)\/([^/]+)$/.exec(decoded(path)) ?? [];
  const known = model !== undefined && method !== undefined &&
    (request.method === "POST" || request.method === "OPTIONS");
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.length > 0 && !isJson(request)) return unsupported(database, known);
  if (!known) {
    return failed(database, httpError("NotFound", "Did you mean POST /json/2/<model>/<method>?"));
  }
  try {
    const [uid, key] = bearer(database, request);
    const kwargs = readBody(body);
    if (Object.hasOwn(kwargs, "self")) {
      throw typeError(
        "WebJson2Controller.web_json_2_rpc() got multiple values for argument 'self'",
      );
    }
    const params = [database.name, uid, key, model, method, [], kwargs];
    const outcome = await runCall(
      watcher,
      { service: "object", method: "execute_kw", params },
      () => callModel(database, bearer(database, request)[0], model, method, kwargs),
    );
    return respondJson2(database, outcome);
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    return failed(database, error);
  }
}

/** A path without percents, as far as it can be read. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The user of the API key. Passwords are not taken. */
export function bearer(database: Database, request: Request): [uid: number, key: string] {
  const header = request.headers.get("authorization") ?? "";
  const key = /^bearer\s+(.+)$/i.exec(header)?.[1];
  if (key === undefined) {
    throw httpError(
      "Unauthorized",
      "User not authenticated, use an API Key with a Bearer Authorization header.",
    );
  }
  const uid = database.accounts.userOfKey(environment(database, 1, true), key);
  if (uid === undefined) throw httpError("Unauthorized", "Invalid apikey");
  return [uid, key];
}

/** The arguments. A body that is no object counts as one without members. */
function readBody(body: Uint8Array): { [name: string]: PythonValue } {
  if (body.length === 0) return {};
  try {
    const value = readJson(new TextDecoder().decode(body));
    return isDict(value) ? value : {};
  } catch (error) {
    const broken = error instanceof PythonError && error.type === "json.decoder.JSONDecodeError";
    throw broken
      ? httpError("BadRequest", `could not parse the body as json: ${error.message}`)
      : error;
  }
}

function respondJson2(database: Database, outcome: Outcome): Response {
  switch (outcome.kind) {
    case "value":
      return respond(database, 200, writeJson(outcome.value), {
        "content-type": "application/json; charset=utf-8",
        "x-content-type-options": "nosniff",
      });
    case "error":
      return failed(database, outcome.error.error, outcome.error);
    case "fault":
      return failed(database, faultError(outcome));
    case "http":
      return respond(database, outcome.status, outcome.body ?? "", outcome.headers ?? {});
  }
}

/** The answer for an exception, with the status that it means. */
export function failed(database: Database, error: PythonError, place?: CallError): Response {
  const { version } = database;
  const frames = place ? [...CONTROLLER, ...methodFrames(version, place.stage)] : SERVER;
  const code = statusOf(error);
  const status = code ?? STATUSES.get(error.type) ?? 500;
  const data = exceptionData(version, error, frames);
  const body = code === undefined ? data : { ...data, arguments: [error.message, code] };
  return respond(database, status, writeJson(body), {
    "content-type": "application/json; charset=utf-8",
    ...(status === 401 && { "www-authenticate": "Bearer " }),
  });
}

function isJson(request: Request): boolean {
  return /^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? "");
}

function unsupported(database: Database, known: boolean): Response {
  const rule = known ? "/json/2/&lt;__model__&gt;/&lt;__method__&gt;" : "/json/2";
  const text =
    `Request inferred type is compatible with [&#39;http&#39;] but &#39;${rule}&#39; is ` +
    "type=&#39;json2&#39;.<br><br>Please verify the Content-Type request header and try again.";
  return page(database, 415, "Unsupported Media Type", text, { accept: "application/json" });
}

const STATUSES: ReadonlyMap<string, number> = new Map([
  ["odoo.exceptions.UserError", 422],
  ["odoo.exceptions.ValidationError", 422],
  ["odoo.exceptions.AccessError", 403],
  ["odoo.exceptions.AccessDenied", 403],
  ["odoo.exceptions.MissingError", 404],
  ["odoo.exceptions.LockError", 409],
]);

const SERVER: readonly Frame[] = [
  ["odoo/http.py", 2273, "_serve_db"],
  ["odoo/service/model.py", 184, "retrying"],
  ["odoo/http.py", 2328, "_serve_ir_http"],
];

const CONTROLLER: readonly Frame[] = [
  ...SERVER,
  ["odoo/http.py", 2608, "dispatch"],
  ["odoo/addons/base/models/ir_http.py", 355, "_dispatch"],
  ["odoo/http.py", 788, "route_wrapper"],
  ["addons/rpc/controllers/json2.py", 86, "web_json_2_rpc"],
];
