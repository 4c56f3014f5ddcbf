/**
 * The few addresses of the web client that scripts use: signing in, and asking for the version.
 *
 * @module
 */
import { isPassword } from "./accounts.ts";
import { lacking, PythonError, traceback } from "../faults.ts";
import type { PythonValue } from "../python.ts";
import { respond, sessionId } from "./responses.ts";
import { type Database, environment, versionInfo } from "./services.ts";
import type { Row } from "../orm/store.ts";

/** Answers a request that is not XML-RPC, or `undefined` where there is nothing at this address. */
export async function answerWeb(
  database: Database,
  request: Request,
  path: string,
): Promise<Response | undefined> {
  const isVersion = path === "/web/version" || path === "/json/version";
  if (isVersion && database.version === 19) {
    return json(database, { version_info: [19, 0, 0, "final", 0, ""], version: "19.0" });
  }
  if (path.startsWith("/json/2/") && database.version === 19) return json2(database);
  if (request.method !== "POST") return undefined;
  switch (path) {
    case "/web/session/authenticate":
      return await jsonRpc(database, request, (params) => signIn(database, params));
    case "/web/webclient/version_info":
      return await jsonRpc(database, request, () => ({ result: versionInfo(database.version) }));
    case "/web/database/list":
      return await jsonRpc(database, request, () => ({ result: [database.name] }));
  }
  if (path === "/jsonrpc" || path.startsWith("/web/dataset/")) {
    return await jsonRpc(database, request, () => {
      throw lacking(path);
    });
  }
  return undefined;
}

interface Answer {
  result: PythonValue;
  cookie?: string;
}

async function jsonRpc(
  database: Database,
  request: Request,
  run: (params: Record<string, unknown>) => Answer,
): Promise<Response> {
  const call = await bodyOf(request);
  if (!call) return respond(database, 400, "Invalid JSON data", {});
  const head = { jsonrpc: "2.0", id: call["id"] ?? null };
  const params = call["params"];
  try {
    const { result, cookie } = run(isRecord(params) ? params : {});
    return json(database, { ...head, result }, cookie);
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    return json(database, { ...head, error: errorOf(database, error) });
  }
}

async function bodyOf(request: Request): Promise<Record<string, unknown> | undefined> {
  try {
    const body: unknown = JSON.parse(await request.text());
    return isRecord(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Only a password opens a session. An API key does not sign in to the web client. */
function signIn(database: Database, { db, login, password }: Record<string, unknown>): Answer {
  const user = [...database.store.rows("res.users")].find((row) =>
    row["login"] === login && row["active"] === true
  );
  const accepted = db === database.name && user !== undefined && typeof password === "string" &&
    isPassword(user, password);
  if (!accepted) throw new PythonError("odoo.exceptions.AccessDenied", "Access Denied");
  return { result: sessionInfo(database, user), cookie: sessionId() };
}

function sessionInfo(database: Database, user: Row): PythonValue {
  const { version } = database;
  const env = environment(database, user.id, true);
  const model = env.model("res.users");
  const value = (path: string) => env.follow(model, user, path) ?? false;
  const partner = user["partner_id"];
  return {
    uid: user.id,
    is_system: user.id === 2,
    is_admin: user.id === 2,
    ...(version !== 14 && { is_public: false, is_internal_user: true }),
    user_context: { lang: value("partner_id.lang"), tz: value("partner_id.tz"), uid: user.id },
    db: database.name,
    server_version: `${version}.0`,
    server_version_info: [version, 0, 0, "final", 0, ""],
    name: value("partner_id.name"),
    username: user["login"] ?? false,
    partner_display_name: typeof partner === "number"
      ? env.displayName("res.partner", partner)
      : false,
    ...(version === 14 && { company_id: user["company_id"] ?? false }),
    partner_id: partner ?? false,
    "web.base.url": "http://odoo.test",
    active_ids_limit: 20000,
    max_file_upload_size: 134217728,
    user_id: [user.id],
  };
}

function errorOf({ version }: Database, error: PythonError): { [key: string]: PythonValue } {
  const name = error.type.includes(".") ? error.type : `builtins.${error.type}`;
  return {
    code: version === 19 ? 0 : 200,
    message: "Odoo Server Error",
    data: {
      name,
      debug: version === 19 && error.type === "odoo.exceptions.AccessDenied"
        ? `${error.type}: ${error.message}\n`
        : traceback(error, [["odoo/http.py", 1783, "_serve_db"]]),
      message: error.message,
      arguments: [error.message],
      context: {},
    },
  };
}

function json2(database: Database): Response {
  const error = lacking("JSON-2 (/json/2)");
  const { data } = errorOf(database, error);
  return respond(database, 501, JSON.stringify(data), {
    "content-type": "application/json; charset=utf-8",
  });
}

function json(database: Database, value: unknown, cookie?: string): Response {
  const charset = database.version === 14 ? "" : "; charset=utf-8";
  return respond(database, 200, JSON.stringify(value), {
    "content-type": `application/json${charset}`,
    ...(cookie !== undefined && {
      "set-cookie": `session_id=${cookie}; Max-Age=604800; HttpOnly; Path=/`,
    }),
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
