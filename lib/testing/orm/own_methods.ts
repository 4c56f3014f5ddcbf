/**
 * Methods that a test adds to models.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { CallError, type Frame, PythonError, typeError, userError } from "../faults.ts";
import { Blocked } from "./locks.ts";
import { isInteger, plain, type PythonValue } from "../python.ts";
import type { Kwargs } from "./signatures.ts";

/** A call of a method of a test's own. */
export interface OwnCall {
  /** Name of the model. */
  readonly model: string;
  /** The ids that the method is called on; none, where the first argument is no id and no list of ids. */
  readonly ids: readonly number[];
  /** Positional arguments behind the ids. */
  readonly args: readonly RpcValue[];
  /** Named arguments, without the context. */
  readonly kwargs: { readonly [name: string]: RpcValue };
  /** Context of the call. */
  readonly context: { readonly [key: string]: RpcValue };
  /** Id of the user that calls. */
  readonly uid: number;
  /**
   * Calls a method within the same transaction, as the same user and in the same context. From within a method that
   * stands in for one of Odoo's, calling it again is calling Odoo's.
   */
  call(
    model: string,
    method: string,
    args?: readonly RpcValue[],
    kwargs?: { readonly [name: string]: RpcValue },
  ): RpcValue;
}

/**
 * A method of a test's own, which must not be async. Nothing is Python's `None`. An `Error`, or one of a class of the
 * test's own, is a `UserError` with its text; the errors of JavaScript itself, such as `TypeError`, are mistakes: an error
 * of the server whose traceback shows where.
 */
export type OwnMethod = (call: OwnCall) => RpcValue | void;

/** Methods by model and name. */
export type OwnMethods = Readonly<Record<string, Readonly<Record<string, OwnMethod>>>>;

/** How a method calls others. */
export type CallOther = (
  model: string,
  method: string,
  args: readonly PythonValue[],
  kwargs: Kwargs,
) => PythonValue;

/** A method, and where it belongs. */
export interface Own {
  /** Name of the model. */
  readonly model: string;
  /** Name of the method. */
  readonly name: string;
  /** The method. */
  readonly run: OwnMethod;
}

/** Runs a method of a test's own. */
export function runOwn(
  env: Env,
  own: Own,
  args: readonly PythonValue[],
  kwargs: Kwargs,
  callOther: CallOther,
): PythonValue {
  const { model, run } = own;
  const { ids, rest } = splitIds(args);
  let hasEnded = false;
  try {
    const result = run({
      model,
      ids,
      args: rest.map(plain),
      kwargs: named(kwargs),
      context: named(env.context),
      uid: env.uid,
      call(other, name, values = [], more = {}) {
        if (hasEnded) throw new TypeError(`Cannot call ${other}.${name}: the method has ended`);
        return plain(callOther(other, name, values, { context: env.context, ...more }));
      },
    });
    return settled(own, result) ?? null;
  } catch (error) {
    throw raised(error);
  } finally {
    hasEnded = true;
  }
}

function splitIds(args: readonly PythonValue[]): { ids: number[]; rest: readonly PythonValue[] } {
  const [first = null, ...rest] = args;
  const list = isInteger(first) ? [first] : Array.isArray(first) ? first : undefined;
  return list?.every((id) => isInteger(id))
    ? { ids: list.filter((id) => isInteger(id)), rest }
    : { ids: [], rest: args };
}

function named(values: Kwargs): Record<string, RpcValue> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(value)]));
}

function settled({ model, name }: Own, result: RpcValue | void): RpcValue | void {
  // Types forbid it, but JavaScript does not
  const promise: unknown = result;
  if (!(promise instanceof Promise)) return result;
  promise.catch(() => {});
  throw typeError(
    `The method "${name}" of "${model}" returned a promise: a method of a simulator runs within one transaction and ` +
      "must not be async. Await what it needs before the call, and return the value itself",
  );
}

/** What is raised for whatever a method throws: a mistake in it is no refusal, and shows where it is. */
function raised(error: unknown): unknown {
  if (error instanceof PythonError || error instanceof CallError || error instanceof Blocked) {
    return error;
  }
  if (!(error instanceof Error)) return new PythonError("Exception", String(error));
  const mistake = MISTAKES.find((kind) => error.constructor === kind);
  return mistake
    ? new PythonError(mistake.name, error.message, framesOf(error.stack ?? ""))
    : userError(error.message);
}

const MISTAKES = [
  TypeError,
  ReferenceError,
  RangeError,
  SyntaxError,
  EvalError,
  URIError,
  AggregateError,
  DOMException,
];

/** The lines of a stack of JavaScript down to the method, as Python has them: the last one is where it happened. */
function framesOf(stack: string): Frame[] {
  const lines = stack.split("\n");
  const end = lines.findIndex((line) => /^ +at runOwn /.test(line));
  return lines.slice(0, end < 0 ? undefined : end).flatMap((line): Frame[] => {
    const [, name = "<anonymous>", file, number] =
      /^ +at (?:(.+) \()?(.+?):(\d+):\d+\)?$/.exec(line) ?? [];
    return file === undefined ? [] : [[file, Number(number), name]];
  }).reverse();
}
