/**
 * JSON on the command line.
 *
 * @module
 */
import { isStruct, type RpcInput } from "../values.ts";
import { UsageError } from "./command.ts";

/** Text longer than this is cut in messages. */
const LONGEST_SHOWN = 120;

/** A value; `where` says in a message which it is. */
export function valueOf(text: string, where: string): RpcInput {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`Cannot read ${where} as JSON: ${cut(text)} (${adviceOn(text)})`);
  }
}

/** An object. */
export function objectOf(text: string, where: string): { readonly [key: string]: RpcInput } {
  const value = valueOf(text, where);
  if (isStruct(value)) return value;
  throw new UsageError(`${where} must be a JSON object`);
}

/** As much of a text as a message has room for. */
export function cut(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}...`;
}

function adviceOn(text: string): string {
  if (text.trim() === "") return "it is empty";
  const isPython = /^\s*[\[{(]/.test(text) && /'|\(|\b(True|False|None)\b/.test(text);
  return isPython
    ? 'JSON has [ ] and { }, "double quotes", true, false and null'
    : "a text needs quotes inside the quotes of the shell";
}
