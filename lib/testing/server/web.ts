/**
 * The few addresses of the web client that scripts use: signing in, and asking for the version.
 *
 * @module
 */
import { isPassword } from "./accounts.ts";
import { CallError, lacking, PythonError } from "../faults.ts";
import { readEnvelope, respondJsonRpc } from "./jsonrpc.ts";
import { writeJson } from "./json.ts";
import { isDict, type PythonValue } from "../python.ts";
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
    const value = { version_info: [19, 0, 0, "final", 0, ""], version: "19.0" };
    return respond(database, 200, writeJson(value), {
      "content-type": "application/json; charset=utf-8",
      "x-content-type-options": "nosniff",
    });
  }
  if (request.method !== "POST") return undefined;
  switch (path) {
    case "/web/session/authenticate":
      return await jsonRpc(database, request, path, (params) => signIn(database, params));
    case "/web/webclient/version_info":
      return await jsonRpc(
        database,
        request,
        path,
        () => ({ result: versionInfo(database.version) }),
      );
    case "/web/database/list":
      return await jsonRpc(database, request, path, () => ({ result: [database.name] }));
  }
  if (path.startsWith("/web/dataset/")) {
    return await jsonRpc(database, request, path, () => {
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
  path: string,
  run: (params: { readonly [name: string]: PythonValue }) => Answer,
): Promise<Response> {
  const call = await readEnvelope(database, request, path);
  if (call instanceof Response) return call;
  try {
    const { result, cookie } = run(isDict(call.params) ? call.params : {});
    return respondJsonRpc(database, call, { kind: "value", value: result }, {
      ...(cookie !== undefined && {
        "set-cookie": `session_id=${cookie}; Max-Age=604800; HttpOnly; Path=/`,
      }),
    });
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    return respondJsonRpc(database, call, { kind: "error", error: new CallError(error, "parse") });
  }
}

/** Only a password opens a session. An API key does not sign in to the web client. */
function signIn(
  database: Database,
  { db, login, password }: { readonly [name: string]: PythonValue },
): Answer {
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
