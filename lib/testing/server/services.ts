/**
 * The services behind all wires: `common`, `db` and `object`, each call in a transaction of its own.
 *
 * @module
 */
import type { Accounts } from "./accounts.ts";
import { callMethod, callNamed } from "../orm/calls.ts";
import { Env, type WebSession } from "../orm/env.ts";
import {
  accessDenied,
  CallError,
  lacking,
  PythonError,
  type Stage,
  typeError,
  valueError,
  type Version,
} from "../faults.ts";
import { stampOf } from "../orm/fields.ts";
import type { Registry } from "../orm/models.ts";
import { isDict, type PythonValue, str, truthy } from "../python.ts";
import { bindFunction } from "../orm/signatures.ts";
import type { Store } from "../orm/store.ts";
import type { UserSession } from "./sessions.ts";
import { inTransaction } from "./transactions.ts";

/** What the services stand on. */
export interface Database {
  /** Name of the database. */
  readonly name: string;
  /** Version of Odoo. */
  readonly version: Version;
  /** The data. */
  readonly store: Store;
  /** The models. */
  readonly registry: Registry;
  /** Users and secrets. */
  readonly accounts: Accounts;
  /** The time. */
  readonly clock: () => Date;
}

/** The environment of a user at this moment. */
export function environment(
  database: Database,
  uid: number,
  su = false,
  session?: WebSession,
): Env {
  const { name: db, version, store, registry } = database;
  const now = stampOf(database.clock());
  return new Env({ store, registry, version, db, uid, context: {}, now, su, session });
}

/** Runs a method of a service. Everything that can go wrong comes as a `CallError`. */
export function callService(
  database: Database,
  service: string,
  method: string,
  params: readonly PythonValue[],
  sequence: "list" | "tuple" = "tuple",
): PythonValue {
  switch (service) {
    case "common":
      return staged("common", () => common(database, method, params));
    case "db":
      return staged("dispatch", () => databases(database, method, params, sequence));
    case "object":
      return inTransaction(database, (database) => object(database, method, params, sequence));
    default:
      throw new CallError(unknownService(database.version, service), "dispatch");
  }
}

/** Runs a method of a model with named arguments only. Everything that can go wrong comes as a `CallError`. */
export function callModel(
  database: Database,
  uid: number,
  model: string,
  method: string,
  kwargs: { readonly [name: string]: PythonValue },
): PythonValue {
  return inTransaction(database, (database) => {
    // Such a request has a session, if only for itself.
    const env = environment(database, uid, false, {});
    return callNamed(env, model, method, kwargs);
  });
}

/** Runs a method of a model in a session of the web client. */
export function callInSession(
  database: Database,
  session: UserSession,
  model: string,
  method: string,
  args: readonly PythonValue[],
  kwargs: { readonly [name: string]: PythonValue },
): PythonValue {
  return inTransaction(database, (database) => {
    const env = environment(database, session.uid, false, session);
    return callMethod(env, model, method, args, kwargs);
  });
}

/** What `common.version` answers. */
export function versionInfo(version: Version): { [key: string]: PythonValue } {
  return {
    server_version: `${version}.0`,
    server_version_info: [version, 0, 0, "final", 0, ""],
    server_serie: `${version}.0`,
    protocol_version: 1,
  };
}

function object(
  database: Database,
  name: string,
  params: readonly PythonValue[],
  sequence: "list" | "tuple",
): PythonValue {
  const known = name === "execute" || name === "execute_kw";
  const [db = null, uid = null, secret = null, model = null, method = null, ...rest] = params;
  const { user, args, kwargs } = staged(known ? "object" : "dispatch", () => {
    checkLength(database.version, params.length, sequence);
    if (!known && database.version !== 17) throw unknownMethod(name);
    checkDatabase(database, db);
    const user = database.accounts.check(
      environment(database, 1, true),
      database.clock(),
      uid,
      secret,
    );
    if (!known) throw unknownMethod(name);
    return { user, ...callArguments(database.version, name, params, rest) };
  });
  const env = environment(database, user, false, database.version === 14 ? {} : undefined);
  return callMethod(env, str(model), str(method), args, kwargs);
}

/** How Python takes the first parameters apart. */
function checkLength(version: Version, length: number, sequence: string): void {
  if (version !== 19 && length < 3) {
    throw new PythonError("IndexError", `${sequence} index out of range`);
  }
  if (version === 19 && length < 5) {
    throw valueError(`not enough values to unpack (expected at least 5, got ${length})`);
  }
}

function callArguments(
  version: Version,
  name: string,
  params: readonly PythonValue[],
  rest: readonly PythonValue[],
): { args: readonly PythonValue[]; kwargs: { readonly [name: string]: PythonValue } } {
  if (name === "execute") {
    if (version !== 19) bindFunction(name, "db, uid, obj, method", dispatched(params).slice(0, 4));
    return { args: rest, kwargs: {} };
  }
  if (version !== 19) {
    bindFunction(name, "db, uid, obj, method, args, kw=None", dispatched(params));
  } else if (rest.length !== 1 && rest.length !== 2) {
    throw valueError(
      rest.length === 0
        ? "not enough values to unpack (expected 2, got 0)"
        : "too many values to unpack (expected 2)",
    );
  }
  // Lists and texts spread into positional arguments; the seventh parameter may be missing or None.
  const [args = null, kwargs = null] = rest;
  return {
    args: Array.isArray(args) ? args : [...str(args)],
    kwargs: isDict(kwargs) ? kwargs : {},
  };
}

/** The parameters without the secret, as the functions behind get them. */
function dispatched(params: readonly PythonValue[]): PythonValue[] {
  return [...params.slice(0, 2), ...params.slice(3)];
}

function unknownMethod(name: string): PythonError {
  return new PythonError("NameError", `Method not available ${name}`, [
    ["odoo/service/model.py", 39, "dispatch"],
  ]);
}

function common(
  database: Database,
  method: string,
  params: readonly PythonValue[],
): PythonValue {
  switch (method) {
    case "version":
      bindFunction("exp_version", "", params);
      return versionInfo(database.version);
    case "login":
      return login(database, method, "db, login, password", params);
    case "authenticate":
      return login(database, method, "db, login, password, user_agent_env", params);
    case "about":
      return about(database.version, params);
    case "set_loglevel":
      bindFunction("exp_set_loglevel", "loglevel, logger=None", params);
      return true;
    default:
      throw new PythonError("Exception", `Method not found: ${method}`);
  }
}

function login(
  database: Database,
  method: string,
  signature: string,
  params: readonly PythonValue[],
): PythonValue {
  const bound = bindFunction(`exp_${method}`, signature, params);
  checkDatabase(database, bound.get("db") ?? null);
  return database.accounts.login(
    environment(database, 1, true),
    database.clock(),
    str(bound.get("login") ?? ""),
    bound.get("password") ?? null,
  );
}

function about(version: Version, params: readonly PythonValue[]): PythonValue {
  const extended = bindFunction("exp_about", "extended=False", params).get("extended");
  const text = "See http://openerp.com";
  return truthy(extended) ? [text, `${version}.0`] : text;
}

function databases(
  database: Database,
  method: string,
  params: readonly PythonValue[],
  sequence: "list" | "tuple",
): PythonValue {
  switch (method) {
    case "list":
      bindFunction("exp_list", "document=False", params);
      return [database.name];
    case "db_exist":
      return bindFunction("exp_db_exist", "db_name", params).get("db_name") === database.name;
    case "server_version":
      bindFunction("exp_server_version", "", params);
      return `${database.version}.0`;
    case "list_lang":
      throw lacking("db.list_lang");
  }
  if (!GUARDED.has(method)) throw new PythonError("KeyError", `'Method not found: ${method}'`);
  if (params.length === 0) throw new PythonError("IndexError", `${sequence} index out of range`);
  // No simulated server has told anybody its master password.
  throw accessDenied();
}

/** Methods of `db` that take the master password first. */
const GUARDED: ReadonlySet<string> = new Set([
  "create_database",
  "duplicate_database",
  "drop",
  "dump",
  "restore",
  "rename",
  "change_admin_password",
  "migrate_databases",
  "list_countries",
]);

/** Refuses a database that is not there, in the words of PostgreSQL. */
export function checkDatabase(database: Database, name: PythonValue): void {
  if (name === database.name) return;
  if (typeof name !== "string") throw typeError("connection to the database needs its name");
  throw new PythonError(
    "psycopg2.OperationalError",
    `connection to server at "127.0.0.1", port 5432 failed: FATAL:  database "${name}" does not exist\n`,
    [["odoo/sql_db.py", 682, "borrow"], ["psycopg2/__init__.py", 122, "connect"]],
  );
}

function unknownService(version: Version, service: string): PythonError {
  return version === 14
    ? new PythonError(
      "UnboundLocalError",
      "cannot access local variable 'dispatch' where it is not associated with a value",
    )
    : new PythonError("KeyError", `'${service}'`);
}

function staged<T>(stage: Stage, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof PythonError ? new CallError(error, stage) : error;
  }
}
