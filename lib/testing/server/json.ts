/**
 * JSON as Python reads and writes it: `20.0` is a float and `20` an integer, answers have blanks between their parts,
 * and Odoo 14 escapes whatever is not ASCII.
 *
 * @module
 */
import { PythonError } from "../faults.ts";
import { isDict, plain, PythonFloat, type PythonValue } from "../python.ts";
import { pythonFloat } from "../../xmlrpc/encode.ts";
import { jsonProblem } from "./json_problems.ts";

/** How deep Python reads before it gives up: its stack holds 1000 calls, of which the server has used a few. */
const DEEPEST = 975;

/** Reads a text as `json.loads` does. What is wrong with it comes as a `json.decoder.JSONDecodeError`. */
export function readJson(text: string): PythonValue {
  const deep = tooDeep(text);
  if (deep !== undefined) {
    throw new PythonError(
      "RecursionError",
      `maximum recursion depth exceeded while decoding a JSON ${deep} from a unicode string`,
    );
  }
  try {
    return JSON.parse(
      text,
      (_key, value, context?: { source?: string }) =>
        typeof value === "number" && Number.isInteger(value) && /[.eE]/.test(context?.source ?? "")
          ? new PythonFloat(value)
          : value,
    );
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new PythonError("json.decoder.JSONDecodeError", jsonProblem(text));
  }
}

/** Writes a value as `json.dumps` does. */
export function writeJson(value: PythonValue, ascii = false): string {
  const text = write(value);
  return ascii ? text.replace(/[\x7f-\uffff]/g, escaped) : text;
}

function write(value: PythonValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? String(value) : special(value) ?? pythonFloat(value);
  }
  if (value instanceof PythonFloat) return special(value.value) ?? pythonFloat(value.value);
  if (Array.isArray(value)) return `[${value.map(write).join(", ")}]`;
  if (isDict(value)) {
    const members = Object.entries(value).map(([key, member]) =>
      `${JSON.stringify(key)}: ${write(member)}`
    );
    return `{${members.join(", ")}}`;
  }
  return JSON.stringify(plain(value));
}

/** Python writes what JSON has no numbers for. */
function special(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? "Infinity" : "-Infinity";
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** What is too deep in a text: the array or the object that is one too many. */
function tooDeep(text: string): "array" | "object" | undefined {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') index = endOfString(text, index);
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth > DEEPEST) return character === "[" ? "array" : "object";
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
  } while (isEscaped(text, end));
  return end;
}

/** Whether an odd number of backslashes stands before a character. */
function isEscaped(text: string, index: number): boolean {
  let start = index;
  while (text[start - 1] === "\\") start--;
  return (index - start) % 2 === 1;
}
