/**
 * JSON on the command line.
 *
 * @module
 */
import { isStruct, type RpcInput } from "../values.ts";
import { UsageError } from "./command.ts";

/** A value; `where` says in a message which it is. */
export function valueOf(text: string, where: string): RpcInput {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(
      `Cannot read ${where} as JSON: ${text} (a text needs quotes inside the quotes of the shell)`,
    );
  }
}

/** An object. */
export function objectOf(text: string, where: string): { readonly [key: string]: RpcInput } {
  const value = valueOf(text, where);
  if (isStruct(value)) return value;
  throw new UsageError(`${where} must be a JSON object`);
}
