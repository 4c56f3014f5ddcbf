/**
 * The first argument of methods that run on records.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { accessError, PythonError, typeError, valueError } from "../faults.ts";
import { notInteger } from "./fields.ts";
import type { Model } from "./models.ts";
import {
  isInteger,
  parseInteger,
  PythonFloat,
  type PythonValue,
  repr,
  str,
  truthy,
} from "../python.ts";

/** Ids for methods that need records. `false` is nobody, and text is no id. */
export function integers(
  env: Env,
  model: Model,
  ids: readonly PythonValue[],
  purpose?: "write" | "unlink",
): number[] {
  return ids.flatMap((id) => {
    if (id instanceof PythonFloat) return [id.value];
    if (isInteger(id)) return [id];
    if (!truthy(id)) return [];
    if (Array.isArray(id)) throw typeError("unhashable type: 'list'");
    const number = typeof id === "string" ? parseInteger(id) : undefined;
    const unread = purpose === "write" && !model.guarded;
    if (unread && env.version === 19 && typeof id === "string") throw notComparable();
    // The database takes digits for a number
    if (unread && number !== undefined) return [number];
    throw noId(env, model, id, purpose === "unlink");
  });
}

function notComparable(): PythonError {
  return new PythonError(
    "psycopg2.errors.UndefinedFunction",
    "operator does not exist: integer = text\n" +
      "HINT:  No operator matches the given name and argument types. You might need to add explicit type casts.\n",
  );
}

function noId(env: Env, model: Model, id: PythonValue, unlink: boolean): PythonError {
  if (typeof id === "string" && parseInteger(id) === undefined) {
    return unlink
      ? valueError(`invalid literal for int() with base 10: ${repr(id)}`)
      : notInteger(id, model.name);
  }
  if (env.version === 14) {
    return accessError(
      `Database fetch misses ids (('${str(id)}',)) and has extra ids ((${
        str(id)
      },)), may be caused by a type ` +
        "incoherence in a previous request",
    );
  }
  return new PythonError(
    "odoo.exceptions.MissingError",
    `Record does not exist or has been deleted.\n(Record: ${model.name}(${
      repr(id)
    },), User: ${env.uid})`,
  );
}
