/**
 * The addresses of the web client that scripts use: signing in and out, calls in a session, asking for the version.
 *
 * @module
 */
import { accessError, CallError, PythonError, typeError } from "../faults.ts";
import { bind, parameters } from "../orm/signatures.ts";
import { isDict, type PythonValue, str, truthy } from "../python.ts";
import { type Envelope, NOT_FOUND, readEnvelope, respondJsonRpc } from "./jsonrpc.ts";
import { writeJson } from "./json.ts";
import { respond } from "./responses.ts";
import { type Outcome, runCall, type Watcher } from "./run.ts";
import {
  callInSession,
  checkDatabase,
  type Database,
  environment,
  versionInfo,
} from "./services.ts";
import { sessionInfo, waitingInfo } from "./session_info.ts";
import { sessionId, type UserSession } from "./sessions.ts";
import { answerTwoFactor, TWO_FACTOR_COLUMN, TWO_FACTOR_PATH } from "./two_factor.ts";

/** Answers a request of the web client, or `undefined` where there is nothing at this address. */
export async function answerWeb(
  database: Database,
  watcher: Watcher,
  request: Request,
  path: string,
): Promise<Response | undefined> {
  if ((path === "/web/version" || path === "/json/version") && database.version === 19) {
    return version19(database);
  }
  if (path === TWO_FACTOR_PATH) return await answerTwoFactor(database, watcher, request);
  const name = /^\/web\/dataset\/call_(kw|button)(\/|$)/.test(path)
    ? path.split("/").slice(0, 4).join("/")
    : path;
  const endpoint = ENDPOINTS.get(name);
  if (!endpoint) return undefined;
  const call = await readEnvelope(database, request, path);
  if (call instanceof Response) return call;
  const session = database.accounts.sessions.of(database.store, request);
  const visit = { database, watcher, session, path: name };
  const { outcome, cookie } = await answerOf(endpoint, visit, call);
  return respondJsonRpc(database, call, outcome, cookies(database, session, cookie));
}

interface Visit {
  readonly database: Database;
  readonly watcher: Watcher;
  readonly session: UserSession | undefined;
  readonly path: string;
}

interface Answer {
  readonly outcome: Outcome;
  /** A new session id. */
  readonly cookie?: string;
}

interface Endpoint {
  /** Name of the method behind it, as errors tell it. */
  readonly name: string;
  /** Its parameters. */
  readonly parameters: string;
  /** Whether it is for those who have signed in. */
  readonly user?: boolean;
  /** Calls a model. */
  call?(visit: Visit, get: (name: string) => PythonValue): Promise<Outcome>;
  /** Does anything else. */
  run?(visit: Visit, get: (name: string) => PythonValue): Done;
}

interface Done {
  readonly value: PythonValue;
  /** A new session id. */
  readonly cookie?: string;
}

async function answerOf(endpoint: Endpoint, visit: Visit, { params }: Envelope): Promise<Answer> {
  try {
    if (endpoint.user && !visit.session) {
      throw sessionExpired();
    }
    if (!isDict(params)) throw typeError("params must be an object");
    const known = parameters(endpoint.parameters);
    // Parameters that it does not have are left out.
    const kwargs = known.flatMap(({ name }) =>
      Object.hasOwn(params, name) ? [[name, params[name] ?? null] as const] : []
    );
    const bound = bind(endpoint.name, known, [], Object.fromEntries(kwargs));
    const get = (name: string) => bound.get(name) ?? null;
    if (endpoint.call) return { outcome: await endpoint.call(visit, get) };
    return await noted(visit, Object.fromEntries(kwargs), () => endpoint.run?.(visit, get));
  } catch (error) {
    if (error instanceof CallError) return { outcome: { kind: "error", error } };
    if (!(error instanceof PythonError)) throw error;
    return { outcome: { kind: "error", error: new CallError(error, "parse") } };
  }
}

/** Runs what is no call of a model. It is noted all the same, and may have to fail. */
async function noted(
  { watcher, path }: Visit,
  kwargs: { [name: string]: PythonValue },
  run: () => Done | undefined,
): Promise<Answer> {
  let cookie: string | undefined;
  const outcome = await runCall(watcher, { service: "web", method: path, params: [kwargs] }, () => {
    try {
      const answer = run();
      cookie = answer?.cookie;
      return answer?.value ?? null;
    } catch (error) {
      throw error instanceof PythonError ? new CallError(error, "parse") : error;
    }
  });
  return { outcome, ...(cookie !== undefined && { cookie }) };
}

/** Only a password opens a session. An API key does not sign in to the web client. */
function signIn({ database }: Visit, get: (name: string) => PythonValue): Done {
  const { accounts, clock, version } = database;
  if (version === 14) checkDatabase(database, get("db"));
  else if (get("db") !== database.name) throw accessError("Database not found.");
  const env = environment(database, 1, true);
  const user = accounts.signIn(env, clock(), get("login"), get("password"));
  const waits = Boolean(user[TWO_FACTOR_COLUMN]);
  const { id } = accounts.sessions.open(version, user, waits);
  const value = waits ? waitingInfo(database) : sessionInfo(database, user);
  return { value, cookie: id };
}

function currentInfo({ database, session }: Visit): Done {
  const user = session && database.store.get("res.users", session.uid);
  return { value: user ? sessionInfo(database, user) : null };
}

function signOut({ database, session }: Visit): Done {
  if (session) database.accounts.sessions.close(session);
  return { value: null, cookie: sessionId(database.version) };
}

async function callKw(
  { database, watcher, session }: Visit,
  get: (name: string) => PythonValue,
): Promise<Outcome> {
  if (!session) return { kind: "value", value: null };
  const [model, method] = [str(get("model")), str(get("method"))];
  if (!database.registry.has(model) && !environment(database, 1).isLacking(model)) {
    throw database.version === 19
      ? new PythonError("werkzeug.exceptions.NotFound", NOT_FOUND)
      : new PythonError("KeyError", `'${model}'`);
  }
  const [args, kwargs] = [get("args"), get("kwargs")];
  const positional = Array.isArray(args) ? args : [];
  const named = isDict(kwargs) ? kwargs : {};
  const params = [database.name, session.uid, null, model, method, positional, named];
  return await runCall(
    watcher,
    { service: "object", method: "execute_kw", params },
    () => {
      if (!database.accounts.sessions.isGood(database.store, session)) {
        throw new CallError(sessionExpired(), "parse");
      }
      return callInSession(database, session, model, method, positional, named);
    },
  );
}

function sessionExpired(): PythonError {
  return new PythonError("odoo.http.SessionExpiredException", "Session expired");
}

/** A button answers with an action, or with false. */
async function callButton(
  visit: Visit,
  get: (name: string) => PythonValue,
): Promise<Outcome> {
  const outcome = await callKw(visit, get);
  if (outcome.kind !== "value") return outcome;
  const action = isDict(outcome.value) && truthy(outcome.value["type"] ?? false);
  return action ? outcome : { kind: "value", value: false };
}

/** 14 sends its cookie with every answer of the web client, later versions only a new one. */
function cookies(
  { version }: Database,
  session: UserSession | undefined,
  fresh: string | undefined,
): Readonly<Record<string, string>> {
  const id = fresh ?? (version === 14 ? session?.id ?? sessionId(version) : undefined);
  if (id === undefined) return {};
  const age = version === 14 ? 7_776_000 : 604_800;
  return { "set-cookie": `session_id=${id}; Max-Age=${age}; HttpOnly; Path=/` };
}

function version19(database: Database): Response {
  const value = { version_info: [19, 0, 0, "final", 0, ""], version: "19.0" };
  return respond(database, 200, writeJson(value), {
    "content-type": "application/json; charset=utf-8",
    "x-content-type-options": "nosniff",
  });
}

const CALL = "model, method, args, kwargs, path=None";

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ["/web/session/authenticate", {
    name: "Session.authenticate",
    parameters: "db, login, password, base_location=None",
    run: signIn,
  }],
  ["/web/session/get_session_info", {
    name: "Session.get_session_info",
    parameters: "",
    user: true,
    run: currentInfo,
  }],
  ["/web/session/destroy", {
    name: "Session.destroy",
    parameters: "",
    user: true,
    run: signOut,
  }],
  ["/web/webclient/version_info", {
    name: "WebClient.version_info",
    parameters: "",
    run: ({ database }) => ({ value: versionInfo(database.version) }),
  }],
  ["/web/database/list", {
    name: "Database.list",
    parameters: "",
    run: ({ database }) => ({ value: [database.name] }),
  }],
  ["/web/dataset/call_kw", { name: "DataSet.call_kw", parameters: CALL, user: true, call: callKw }],
  ["/web/dataset/call_button", {
    name: "DataSet.call_button",
    parameters: CALL,
    user: true,
    call: callButton,
  }],
]);
