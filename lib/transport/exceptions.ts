/**
 * The exceptions of the server, by the names that Python gives them, as errors that are the same on every protocol.
 *
 * @module
 */
import {
  OdooAuthError,
  OdooDatabaseError,
  type OdooError,
  OdooServerError,
  type ServerErrorKind,
} from "../errors.ts";
import type { RpcCall } from "../values.ts";

/** An exception as the server tells it. */
export interface ServerException {
  /** Python class, such as `odoo.exceptions.UserError`; those of Python itself with or without `builtins.`. */
  name: string;
  /** What it says. */
  message: string;
  /** Traceback, or an empty string. */
  debug: string;
}

/** Who called what. */
export interface Asked {
  call: RpcCall;
  /** Id of the user, 0 before it is known. */
  uid: number;
  /** Name of the database. */
  db: string;
}

const KINDS: Readonly<Record<string, ServerErrorKind>> = {
  "odoo.exceptions.AccessError": "access",
  "odoo.exceptions.ValidationError": "validation",
  "odoo.exceptions.MissingError": "missing",
  "odoo.exceptions.UserError": "user",
  "odoo.exceptions.RedirectWarning": "redirect",
  "odoo.exceptions.LockError": "concurrency",
  "odoo.exceptions.ConcurrencyError": "concurrency",
  "psycopg2.errors.SerializationFailure": "concurrency",
  "psycopg2.errors.DeadlockDetected": "concurrency",
  "psycopg2.errors.LockNotAvailable": "concurrency",
};

/** The error for an exception. */
export function toError(exception: ServerException, asked: Asked): OdooError {
  const { debug } = exception;
  const name = exception.name.replace(/^builtins\./, "");
  const message = exception.message.trim();
  const { model, method } = asked.call;
  if (name === "odoo.exceptions.AccessDenied") return accessDenied(message);
  if (isAboutUser(message, asked.uid)) return refused("the user does not exist any more");
  const isDatabase = message.includes("FATAL:") && message.includes(`"${asked.db}"`);
  if (name === "psycopg2.OperationalError" && isDatabase) {
    return new OdooDatabaseError(
      `Odoo cannot open the database "${asked.db}": check ODOO_DB (${firstLine(message)})`,
    );
  }
  const kind = kindOf(name, message);
  // A word to the user speaks for itself; an error of the server needs the name of its class
  const said = kind === "server" || kind === "concurrency"
    ? `${name}: ${firstLine(message)}`
    : message;
  return new OdooServerError(`Odoo refused ${model}.${method}: ${said}`, {
    kind,
    model,
    method,
    exception: name,
    debug,
  });
}

function kindOf(name: string, message: string): ServerErrorKind {
  // JSON-2 looks for the model itself, where the other protocols have a UserError
  const isModel = name === "werkzeug.exceptions.NotFound" && /^the model '.*' does/.test(message);
  return KINDS[name] ?? (isModel ? "user" : "server");
}

/** The error for a secret that is not taken: Odoo says no more than that. */
function accessDenied(message: string): OdooAuthError {
  return /too many login failures/i.test(message)
    ? new OdooAuthError(`Odoo refuses every sign-in for a while: ${message}`, "cooldown")
    : refused(
      "the API key or password is wrong, deleted or expired, or the method itself denies it to this user",
    );
}

/** The error for a call that Odoo does not take from this user. */
export function refused(why: string): OdooAuthError {
  return new OdooAuthError(`Odoo refused the call (Access Denied): ${why}`, "credentials");
}

/** The error for a user whom Odoo does not let in. */
export function notLetIn(username: string, db: string): OdooAuthError {
  return new OdooAuthError(
    `Odoo does not let "${username}" into the database "${db}": the user, API key or password is wrong, ` +
      "or the key was deleted or has expired",
    "credentials",
  );
}

function isAboutUser(message: string, uid: number): boolean {
  return message.includes(`(Record: res.users(${uid},), User: ${uid})`);
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
