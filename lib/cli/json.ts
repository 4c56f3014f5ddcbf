/**
 * JSON on the command line.
 *
 * @module
 */
import { findFault } from "../json/faults.ts";
import { isStruct, type RpcInput } from "../values.ts";
import { UsageError } from "./command.ts";

/** What somebody types may be as deep and as long as it is. */
const NO_LIMITS = { maxDepth: Infinity, around: 0, maxStringBytes: Infinity };

/** Text longer than this is cut in messages. */
const LONGEST_SHOWN = 120;

/**
 * A value; `where` says in a message which it is.
 *
 * @param isTyped Whether it was typed into a shell, which takes quotes away.
 */
export function valueOf(text: string, where: string, isTyped = true): RpcInput {
  try {
    return JSON.parse(text);
  } catch {
    const { line, why } = faultIn(text);
    const shown = line === "" ? "" : ` ${cut(line)}`;
    throw new UsageError(
      `Cannot read ${where} as JSON:${shown} (${why}${adviceOn(text, isTyped)})`,
    );
  }
}

/** An object. */
export function objectOf(
  text: string,
  where: string,
  isTyped = true,
): { readonly [key: string]: RpcInput } {
  const value = valueOf(text, where, isTyped);
  if (isStruct(value)) return value;
  throw new UsageError(`${where} must be a JSON object`);
}

/** As much of a text as a message has room for. */
export function cut(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}...`;
}

/** Why a text is no JSON, with the place, and the line of the place. */
export function faultIn(text: string): { readonly why: string; readonly line: string } {
  if (text.trim() === "") return { why: "it is empty", line: "" };
  // A word may be one that ends too early, but who has typed it meant a text
  if (/^\s*[A-Za-z_]+\s*$/.test(text)) return { why: "it is no JSON value", line: text.trim() };
  const bytes = new TextEncoder().encode(text);
  const { what, at } = findFault(bytes, NO_LIMITS) ?? { what: "it is no JSON", at: 0 };
  const before = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, at))
    .split("\n");
  const column = `column ${[...before.at(-1) ?? ""].length + 1}`;
  const lines = text.trimEnd().split("\n");
  const place = lines.length > 1 ? `line ${before.length}, ${column}` : column;
  return { why: `${what} at ${place}`, line: (lines[before.length - 1] ?? "").trim() };
}

function adviceOn(text: string, isTyped: boolean): string {
  const isPython = /^\s*[\[{(]/.test(text) && /'|\(|\b(True|False|None)\b/.test(text);
  if (isPython) return '; JSON has [ ] and { }, "double quotes", true, false and null';
  const isBare = isTyped && !text.includes('"') && /[A-Za-z]/.test(text);
  return isBare ? "; a text needs quotes inside the quotes of the shell" : "";
}
