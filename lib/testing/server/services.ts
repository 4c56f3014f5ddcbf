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
  type Version,
} from "../faults.ts";
import { stampOf } from "../orm/fields.ts";
import type { Registry } from "../orm/models.ts";
import { isDict, type PythonValue, str, truthy } from "../python.ts";
import { bind, parameters } from "../orm/signatures.ts";
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
): PythonValue {
  switch (service) {
    case "common":
      return staged("common", () => common(database, method, params));
    case "db":
      return staged("dispatch", () => databases(database, method, params));
    case "object":
      return inTransaction(database, (database) => object(database, method, params));
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
): PythonValue {
  if (name !== "execute" && name !== "execute_kw") {
    const error = new PythonError("NameError", `Method not available ${name}`, [
      ["odoo/service/model.py", 39, "dispatch"],
    ]);
    throw new CallError(error, "dispatch");
  }
  const [db = null, uid = null, secret = null, model, method, ...rest] = params;
  const user = staged("object", () => {
    if (params.length < 3) throw new PythonError("IndexError", "tuple index out of range");
    checkDatabase(database, db);
    const id = database.accounts.check(
      environment(database, 1, true),
      database.clock(),
      uid,
      secret,
    );
    bind(name, parameters("obj, method"), params.slice(3, 5), {});
    return id;
  });
  const [args, kwargs] = name === "execute" ? [rest, {}] : executeKw(rest);
  const env = environment(database, user, false, database.version === 14 ? {} : undefined);
  return callMethod(env, str(model ?? ""), str(method ?? ""), args, kwargs);
}

/** Lists and texts spread into positional arguments; the seventh parameter may be missing or `None`. */
function executeKw(
  [args = [], kwargs = null]: readonly PythonValue[],
): [readonly PythonValue[], { readonly [name: string]: PythonValue }] {
  return [Array.isArray(args) ? args : [...str(args)], isDict(kwargs) ? kwargs : {}];
}

function common(
  database: Database,
  method: string,
  params: readonly PythonValue[],
): PythonValue {
  switch (method) {
    case "version":
      return versionInfo(database.version);
    case "login":
      return login(database, method, "db, login, password", params);
    case "authenticate":
      return login(database, method, "db, login, password, user_agent_env", params);
    case "about":
      return about(database.version, params);
    case "set_loglevel":
      bind("exp_set_loglevel", parameters("loglevel, logger=None"), params, {});
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
  const bound = bind(`exp_${method}`, parameters(signature), params, {});
  checkDatabase(database, bound.get("db") ?? null);
  return database.accounts.login(
    environment(database, 1, true),
    database.clock(),
    str(bound.get("login") ?? ""),
    bound.get("password") ?? null,
  );
}

function about(version: Version, params: readonly PythonValue[]): PythonValue {
  const extended = bind("exp_about", parameters("extended=False"), params, {}).get("extended");
  const text = "See http://openerp.com";
  return truthy(extended) ? [text, `${version}.0`] : text;
}

function databases(
  database: Database,
  method: string,
  params: readonly PythonValue[],
): PythonValue {
  switch (method) {
    case "list":
      bind("exp_list", parameters("document=False"), params, {});
      return [database.name];
    case "db_exist":
      return bind("exp_db_exist", parameters("db_name"), params, {}).get("db_name") ===
        database.name;
    case "server_version":
      bind("exp_server_version", [], params, {});
      return `${database.version}.0`;
    case "list_lang":
      throw lacking("db.list_lang");
  }
  if (!GUARDED.has(method)) throw new PythonError("KeyError", `'Method not found: ${method}'`);
  if (params.length === 0) throw new PythonError("IndexError", "tuple index out of range");
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
