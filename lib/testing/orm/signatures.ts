/**
 * Python's way of binding arguments to parameters, with the messages that its `TypeError` has: every client meets
 * them sooner or later.
 *
 * @module
 */
import { PythonError, typeError, type Version } from "../faults.ts";
import type { PythonValue } from "../python.ts";

/** Named arguments of a call. */
export type Kwargs = { readonly [name: string]: PythonValue };

/** A parameter of a method. */
export interface Parameter {
  /** Its name, which is a keyword too. */
  readonly name: string;
  /** Whether a call has to give it. */
  readonly required: boolean;
  /** Whether it may be given by name only. */
  readonly named: boolean;
}

/**
 * Reads a parameter list such as `domain, offset=0, limit=None`; those after a `*` are given by name only. The defaults
 * are for the method to know.
 */
export function parameters(text: string): Parameter[] {
  if (text === "") return [];
  const parts = text.split(",").map((part) => part.trim());
  const star = parts.includes("*") ? parts.indexOf("*") : parts.length;
  return parts.filter((part) => part !== "*").map((part, index) => {
    const [name = "", value] = part.split("=");
    return { name, required: value === undefined, named: index >= star };
  });
}

/** Binds arguments to parameters, or fails as Python does. */
export function bind(
  method: string,
  params: readonly Parameter[],
  args: readonly PythonValue[],
  kwargs: Kwargs,
  self = 1,
): Map<string, PythonValue> {
  const positional = params.filter(({ named }) => !named);
  if (args.length > positional.length) throw tooMany(method, positional, args.length, self);
  const bound = new Map<string, PythonValue>();
  args.forEach((value, index) => bound.set(params[index]?.name ?? "", value));
  for (const [name, value] of Object.entries(kwargs)) {
    if (!params.some((param) => param.name === name)) {
      throw typeError(`${method}() got an unexpected keyword argument '${name}'`);
    }
    if (bound.has(name)) throw typeError(`${method}() got multiple values for argument '${name}'`);
    bound.set(name, value);
  }
  const missing = params.filter(({ name, required }) => required && !bound.has(name));
  if (missing.length > 0) throw missingArguments(method, missing);
  return bound;
}

/** Binds arguments of a function, which has no `self`. */
export function bindFunction(
  name: string,
  text: string,
  args: readonly PythonValue[],
): Map<string, PythonValue> {
  return bind(name, parameters(text), args, {}, 0);
}

/** Binds arguments as `inspect.Signature.bind` does, which words it in its own way. */
export function bindSignature(
  params: readonly Parameter[],
  args: readonly PythonValue[],
  kwargs: Kwargs,
): Map<string, PythonValue> {
  const bound = new Map<string, PythonValue>();
  if (Object.hasOwn(kwargs, "self")) throw typeError("multiple values for argument 'self'");
  const positional = params.filter(({ named }) => !named);
  if (args.length > positional.length) throw typeError("too many positional arguments");
  for (const [index, { name, required }] of params.entries()) {
    const given = args[index];
    if (given !== undefined) {
      if (Object.hasOwn(kwargs, name)) throw typeError(`multiple values for argument '${name}'`);
      bound.set(name, given);
    } else if (Object.hasOwn(kwargs, name)) bound.set(name, kwargs[name] ?? null);
    else if (required) throw typeError(`missing a required argument: '${name}'`);
  }
  const unknown = Object.keys(kwargs).find((name) => !bound.has(name));
  if (unknown === undefined) return bound;
  throw typeError(`got an unexpected keyword argument '${unknown}'`);
}

/** The failure of a record method that was called without ids, in the words of the version. */
export function noIds(version: Version): PythonError {
  return new PythonError(
    "IndexError",
    version === 19 ? "list index out of range" : "tuple index out of range",
  );
}

/** The `self` of a method counts, as in Python. */
function tooMany(
  method: string,
  params: readonly Parameter[],
  args: number,
  self: number,
): PythonError {
  const required = params.filter((param) => param.required).length + self;
  const most = params.length + self;
  const given = args + self;
  const range = required === most ? `${most}` : `from ${required} to ${most}`;
  const plural = most === 1 ? "" : "s";
  return typeError(
    `${method}() takes ${range} positional argument${plural} but ${given} ${
      given === 1 ? "was" : "were"
    } given`,
  );
}

function missingArguments(method: string, missing: readonly Parameter[]): PythonError {
  const names = missing.map(({ name }) => `'${name}'`);
  const last = names.pop();
  const list = names.length === 0
    ? last
    : `${names.join(", ")}${names.length > 1 ? "," : ""} and ${last}`;
  const plural = missing.length === 1 ? "" : "s";
  return typeError(
    `${method}() missing ${missing.length} required positional argument${plural}: ${list}`,
  );
}
