/**
 * XML-RPC calls with the types that JavaScript has no values for, and answers with them. The codec reads `20.0` as 20,
 * as it should for a client; a server has to know the difference.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { encodeAnswer, pythonFloat } from "../../xmlrpc/encode.ts";
import { type Fault, XmlRpcReader } from "../../xmlrpc/grammar.ts";
import { type Scalar, SCALARS } from "../../xmlrpc/scalars.ts";
import { PythonDateTime, PythonFloat, type PythonValue } from "../python.ts";

/** Stands before a text that is really a float or a date. XML texts of clients do not have it. */
const MARK = "\u{F8FF}\u{E000}";

/** Where a call has a character that XML does not know: Python's parser refuses it, the codec is more patient. */
export function badCharacter(body: Uint8Array): { offset: number; reference: boolean } | undefined {
  const text = new TextDecoder("latin1").decode(body);
  const match =
    // deno-lint-ignore no-control-regex
    /[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));/i
      .exec(text);
  return match ? { offset: match.index, reference: match[0].length > 1 } : undefined;
}

/** Reads a call. */
export function readCall(body: Uint8Array): { method: string; params: PythonValue[] } {
  const reader = new XmlRpcReader("XML-RPC call", {}, MARKED);
  reader.scanner.load(body);
  const { method, params } = reader.call();
  return { method, params: params.map(unmark) };
}

/** Reads an answer. */
export function readAnswer(body: Uint8Array): { value: PythonValue } | { fault: Fault } {
  const reader = new XmlRpcReader("XML-RPC answer", {}, MARKED);
  reader.scanner.load(body);
  const answer = reader.response();
  return "value" in answer ? { value: unmark(answer.value) } : answer;
}

const MARKED = new Map([...SCALARS].map(([name, scalar]) => [name, marked(name, scalar)]));

/** The reading of a type, with a mark before what JavaScript could not tell from something else. */
function marked(name: string, scalar: Scalar): Scalar {
  const kind = { double: "f", float: "f", "dateTime.iso8601": "d" }[name];
  if (kind === undefined) return scalar;
  const read = (text: string) => {
    const value = scalar.read(text);
    const whole = kind === "d" || Number.isInteger(value);
    return value !== undefined && whole ? `${MARK}${kind}${text.trim()}` : value;
  };
  return { what: scalar.what, read };
}

/** Writes an answer. `onNone` is called for a `None`, which XML-RPC has no word for; without it `<nil/>` is written. */
export function writeAnswer(value: PythonValue, onNone?: () => never): Uint8Array<ArrayBuffer> {
  return encodeAnswer(value, (scalar) => {
    if (scalar === null) return onNone?.();
    if (scalar instanceof PythonFloat) return `<double>${pythonFloat(scalar.value)}</double>`;
    return scalar instanceof PythonDateTime ? `<string>${scalar.toOdoo()}</string>` : undefined;
  });
}

/** Where in a value the first `None` is, or `undefined`. */
export function pathToNone(value: PythonValue): ("struct" | "array")[] | undefined {
  if (value === null) return [];
  if (typeof value !== "object" || !isHolder(value)) return undefined;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    const path = pathToNone(item);
    if (path) return [Array.isArray(value) ? "array" : "struct", ...path];
  }
  return undefined;
}

function unmark(value: RpcValue): PythonValue {
  if (typeof value === "string" && value.startsWith(MARK)) {
    const text = value.slice(MARK.length + 1);
    if (value.charAt(MARK.length) === "d") return new PythonDateTime(text);
    return new PythonFloat(Number(text));
  }
  if (Array.isArray(value)) return value.map(unmark);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unmark(member)]));
}

/** Whether a value holds others. */
function isHolder(value: object): value is PythonValue[] | { [key: string]: PythonValue } {
  return !(value instanceof Uint8Array) && !(value instanceof PythonFloat) &&
    !(value instanceof PythonDateTime);
}
