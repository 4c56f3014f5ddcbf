/**
 * Methods that a test adds to models.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { userError } from "../faults.ts";
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

/** A method of a test's own. Nothing is Python's `None`; an `Error` is a `UserError` with its text. */
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

/** Runs a method of a test's own. */
export function runOwn(
  env: Env,
  model: string,
  method: OwnMethod,
  args: readonly PythonValue[],
  kwargs: Kwargs,
  callOther: CallOther,
): PythonValue {
  const [first = null, ...rest] = args;
  const ids = isInteger(first) ? [first] : Array.isArray(first) ? first : undefined;
  const isOnRecords = ids?.every((id) => isInteger(id)) ?? false;
  const named = (values: Kwargs) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, plain(value)]));
  try {
    const result = method({
      model,
      ids: isOnRecords ? ids?.filter((id) => isInteger(id)) ?? [] : [],
      args: (isOnRecords ? rest : args).map(plain),
      kwargs: named(kwargs),
      context: named(env.context),
      uid: env.uid,
      call: (other, name, values = [], more = {}) =>
        plain(callOther(other, name, values, { context: env.context, ...more })),
    });
    return result ?? null;
  } catch (error) {
    // Any other class of error is a mistake in the method, and nothing that Odoo would say.
    if (error instanceof Error && Object.getPrototypeOf(error) === Error.prototype) {
      throw userError(error.message);
    }
    throw error;
  }
}
