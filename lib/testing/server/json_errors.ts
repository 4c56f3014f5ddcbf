/**
 * How exceptions of the server stand in JSON: the `data` of a JSON-RPC error, the whole body of a JSON-2 one.
 *
 * @module
 */
import {
  type Fault,
  type Frame,
  PythonError,
  RedirectWarning,
  traceback,
  type Version,
} from "../faults.ts";
import { type PythonValue, str } from "../python.ts";

/** An exception as JSON tells it, in the order of the version. */
export function exceptionData(
  version: Version,
  error: PythonError,
  frames: readonly Frame[],
): { [key: string]: PythonValue } {
  // What str() puts around the missing key is not part of it.
  const parts = error instanceof RedirectWarning ? error.parts : undefined;
  const message = error.type === "KeyError"
    ? error.message.replace(/^'(.*)'$/s, "$1")
    : parts?.map(str).join("\n") ?? error.message;
  const name = error.type.includes(".") ? error.type : `builtins.${error.type}`;
  const rest = { message, arguments: parts ?? (message === "" ? [] : [message]), context: {} };
  const debug = debugOf(version, error, frames);
  return version === 19 ? { name, ...rest, debug } : { name, debug, ...rest };
}

/** The same for an HTTP error, whose text begins with its status. */
export function printed(error: PythonError): PythonError {
  const status = statusOf(error);
  if (status === undefined) return error;
  const title = error.type.slice(error.type.lastIndexOf(".") + 1).replace(/\B([A-Z])/g, " $1");
  return new PythonError(error.type, `${status} ${title}: ${error.message}`);
}

/** The HTTP status that is meant by an exception of Werkzeug. */
export function statusOf(error: PythonError): number | undefined {
  return STATUSES.get(error.type);
}

/** The exception that XML-RPC would tell by the code of a fault. */
export function faultError({ code, text }: Fault): PythonError {
  return new PythonError(TYPES.get(Number(code)) ?? "Exception", text);
}

function debugOf(version: Version, error: PythonError, frames: readonly Frame[]): string {
  // Nobody learns more about a refused secret from 19 than that it was refused.
  if (version === 19 && error.type === "odoo.exceptions.AccessDenied") {
    return `${error.type}: ${error.message}\n`;
  }
  return traceback(printed(error), frames);
}

const STATUSES: ReadonlyMap<string, number> = new Map([
  ["werkzeug.exceptions.BadRequest", 400],
  ["werkzeug.exceptions.Unauthorized", 401],
  ["werkzeug.exceptions.Forbidden", 403],
  ["werkzeug.exceptions.NotFound", 404],
  ["werkzeug.exceptions.UnprocessableEntity", 422],
]);

const TYPES: ReadonlyMap<number, string> = new Map([
  [2, "odoo.exceptions.UserError"],
  [3, "odoo.exceptions.AccessDenied"],
  [4, "odoo.exceptions.AccessError"],
]);
