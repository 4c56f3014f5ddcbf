/**
 * Values to XML-RPC bytes: calls as a client sends them, answers and faults as Odoo writes them.
 *
 * The layout is that of Python's `xmlrpc.client`, byte by byte.
 *
 * @module
 */
import {
  asText,
  isPlain,
  Refusal,
  refuseInexact,
  refuseInfinite,
  refuseKind,
  refuseLoneSurrogates,
  Walk,
} from "../sendable.ts";
import type { RpcInput } from "../values.ts";
import type { Span } from "./names.ts";
import { ByteSink, markup } from "./sink.ts";

/** How a call is written. */
export interface EncodeOptions {
  /**
   * Whether integers beyond 32 bits may be sent, as `<i8>`. Odoo reads them.
   *
   * @default {false}
   */
  i8?: boolean | undefined;
  /** What to call the parameters in messages, in their order, such as `["args", "kwargs"]`. The others are `params[0]` and so on. */
  names?: readonly string[] | undefined;
}

/**
 * Encodes a method call.
 *
 * Whole numbers go out as `<int>` (`-0` as 0), others as `<double>`, bytes as a base64 `<string>` because Odoo refuses
 * `<base64>`, moments as `2024-03-01 10:20:30` in UTC, without fractions of a second.
 *
 * ```ts
 * import { encodeCall } from "@odeno/odeno";
 *
 * const body = encodeCall("authenticate", ["erp", "robot@example.com", "the key", {}]);
 * console.log(new TextDecoder().decode(body)); // <?xml version='1.0'?><methodCall>...
 * ```
 *
 * @throws {OdooProtocolError} Where the wire cannot carry a value. The message has the path of that value, never the value.
 */
export function encodeCall(
  method: string,
  params: readonly RpcInput[],
  { i8 = false, names = [] }: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const writer = new Writer({ text: escapeForCall, number: i8 ? numberWithI8 : numberForCall });
  return writer.document("methodCall", () => {
    writer.at("the name of the method", () => {
      writer.put(`<methodName>${escapeForCall(method)}</methodName>\n<params>\n`);
    });
    params.forEach((param, index) => writer.param(param, names[index] ?? `params[${index}]`));
    writer.put("</params>\n");
  });
}

/**
 * Encodes the answer to a call, as Odoo 14 and 17 write it (19 differs by blanks only).
 *
 * As from Odoo, control characters are left out, carriage returns go out as they are, so that a reader takes them for
 * line feeds, and whole numbers beyond 32 bits are `<double>`. Beyond Odoo, `null` goes out as `<nil/>`.
 *
 * ```ts
 * import { encodeResponse } from "@odeno/odeno";
 *
 * console.log(new Response(encodeResponse([1, 2]), { headers: { "content-type": "text/xml" } }));
 * ```
 *
 * @throws {OdooProtocolError} Where the wire cannot carry a value.
 */
export function encodeResponse(value: RpcInput): Uint8Array<ArrayBuffer> {
  return encodeAnswer(value);
}

/**
 * {@linkcode encodeResponse} for values of any kind: `scalar` writes `null` and what is neither a list nor a plain
 * object, such as `<double>20.0</double>`, and answers with `undefined` where it has no word of its own.
 */
export function encodeAnswer(
  value: unknown,
  scalar?: (value: object | null) => string | undefined,
): Uint8Array<ArrayBuffer> {
  const writer = new Writer({ text: escapeForResponse, number: numberForResponse, scalar });
  return writer.document("methodResponse", () => {
    writer.put("<params>\n");
    writer.param(value, "value");
    writer.put("</params>\n");
  });
}

/**
 * Encodes a fault: with a number as its code as under `/xmlrpc/2/`, with a text as under `/xmlrpc/`.
 *
 * ```ts
 * import { encodeFault } from "@odeno/odeno";
 *
 * const answer = new Response(encodeFault(3, "Access Denied"));
 * console.log(answer.status); // 200: to HTTP, a fault is an answer as any other
 * ```
 *
 * @throws {OdooProtocolError} Where the wire cannot carry the code or the text.
 */
export function encodeFault(code: number | string, text: string): Uint8Array<ArrayBuffer> {
  const writer = new Writer({ text: escapeForResponse, number: numberForResponse });
  return writer.document("methodResponse", () => {
    writer.put("<fault>\n");
    writer.value({ faultCode: code, faultString: text }, "fault");
    writer.put("</fault>\n");
  });
}

/**
 * How texts, numbers that are no `<int>`, and unknown objects are written, which differs between calls and answers. They
 * throw a `Refusal`.
 */
interface Dialect {
  readonly text: (text: string) => string;
  readonly number: (value: number) => string;
  readonly scalar?: ((value: object | null) => string | undefined) | undefined;
}

const PARAM = markup("<param>\n"), PARAM_END = markup("</param>\n");
const STRING = markup("<value><string>"), STRING_END = markup("</string></value>\n");
const INT = markup("<value><int>"), INT_END = markup("</int></value>\n");
const TRUE = markup("<value><boolean>1</boolean></value>\n");
const FALSE = markup("<value><boolean>0</boolean></value>\n");
const ARRAY = markup("<value><array><data>\n"), ARRAY_END = markup("</data></array></value>\n");
const STRUCT = markup("<value><struct>\n"), STRUCT_END = markup("</struct></value>\n");
const MEMBER_END = markup("</member>\n");

/** Writes values, and knows where it is in them. */
class Writer extends Walk {
  readonly #dialect: Dialect;
  readonly #sink = new ByteSink();
  /** What stands before the value of each key: rows have the same keys. */
  readonly #members = new Map<string, Span>();

  constructor(dialect: Dialect) {
    super();
    this.#dialect = dialect;
  }

  /** A whole document, as bytes. */
  document(root: string, write: () => void): Uint8Array<ArrayBuffer> {
    this.put(`<?xml version='1.0'?>\n<${root}>\n`);
    write();
    this.put(`</${root}>\n`);
    return this.#sink.finish();
  }

  /** Writes text as it is. */
  put(text: string): void {
    this.#sink.raw(text);
  }

  param(value: unknown, name: string): void {
    this.#sink.markup(PARAM);
    this.value(value, name);
    this.#sink.markup(PARAM_END);
  }

  value(value: unknown, name: string): void {
    this.at(name, () => this.#write(value));
  }

  #write(value: unknown): void {
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "number":
        return this.#number(value);
      case "boolean":
        return this.#sink.markup(value ? TRUE : FALSE);
      case "object":
        return value === null ? this.#null() : this.#object(value);
      default:
        refuseKind(value);
    }
  }

  #string(text: string): void {
    this.#sink.markup(STRING);
    this.#sink.text(text, this.#dialect.text);
    this.#sink.markup(STRING_END);
  }

  #number(value: number): void {
    if (!isInt32(value)) return this.put(`<value>${this.#dialect.number(value)}</value>\n`);
    this.#sink.markup(INT);
    this.put(`${value}`);
    this.#sink.markup(INT_END);
  }

  /** Python breaks the line after every value but this one. */
  #null(): void {
    this.put(`<value>${this.#dialect.scalar?.(null) ?? "<nil/>"}</value>`);
  }

  #object(value: object): void {
    if (!Array.isArray(value) && !isPlain(value)) {
      const written = this.#dialect.scalar?.(value) ?? `<string>${asText(value)}</string>`;
      return this.put(`<value>${written}</value>\n`);
    }
    this.enter(value);
    if (Array.isArray(value)) this.#array(value);
    else this.#struct(value);
    this.leave();
  }

  #array(items: readonly unknown[]): void {
    this.#sink.markup(ARRAY);
    const level = this.path.push(0) - 1;
    for (let index = 0; index < items.length; index++) {
      this.path[level] = index;
      this.#write(items[index]);
    }
    this.path.pop();
    this.#sink.markup(ARRAY_END);
  }

  #struct(struct: Readonly<Record<string, unknown>>): void {
    this.#sink.markup(STRUCT);
    const level = this.path.push("") - 1;
    for (const key of Object.keys(struct)) {
      this.path[level] = key;
      this.#sink.markup(this.#memberOf(key));
      this.#write(struct[key]);
      this.#sink.markup(MEMBER_END);
    }
    this.path.pop();
    this.#sink.markup(STRUCT_END);
  }

  #memberOf(key: string): Span {
    const known = this.#members.get(key);
    if (known !== undefined) return known;
    const member = markup(`<member>\n<name>${this.#dialect.text(key)}</name>\n`);
    if (this.#members.size < MOST_KEYS) this.#members.set(key, member);
    return member;
  }
}

/** So many keys are kept: a struct may have values of another kind as its keys. */
const MOST_KEYS = 1000;

/** What must not go out as it is, or may not: most texts have none of it, and one search tells so. */
// deno-lint-ignore no-control-regex
const SPECIAL = /[&<>\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]/;
// deno-lint-ignore no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const NONCHARACTERS = /[\ufffe\uffff]/;
const MARKUP = /[&<>]/;

function escapeForCall(text: string): string {
  if (!SPECIAL.test(text)) return text;
  refuseLoneSurrogates(text);
  if (CONTROLS.test(text)) throw new Refusal("it has a control character, which XML cannot carry");
  if (NONCHARACTERS.test(text)) {
    throw new Refusal("it has U+FFFE or U+FFFF, which XML cannot carry");
  }
  // A reader turns a bare carriage return into a line feed.
  return escapeMarkup(text).replaceAll("\r", "&#13;");
}

/** What Odoo does: a bare carriage return stays, for readers to turn into a line feed. */
function escapeForResponse(text: string): string {
  if (!SPECIAL.test(text)) return text;
  refuseLoneSurrogates(text);
  return escapeMarkup(CONTROLS.test(text) ? text.replace(new RegExp(CONTROLS, "g"), "") : text);
}

function escapeMarkup(text: string): string {
  if (!MARKUP.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function numberForCall(value: number): string {
  if (!Number.isInteger(value)) return finiteDouble(value);
  throw new Refusal("it is an integer beyond 32 bits");
}

function numberWithI8(value: number): string {
  if (!Number.isInteger(value)) return finiteDouble(value);
  refuseInexact(value);
  return `<i8>${value}</i8>`;
}

function numberForResponse(value: number): string {
  return `<double>${pythonFloat(value)}</double>`;
}

function finiteDouble(value: number): string {
  refuseInfinite(value);
  return `<double>${pythonFloat(value)}</double>`;
}

function isInt32(value: number): boolean {
  return (value | 0) === value;
}

/** A float as Python's `repr` writes it: with a point or an exponent, and an exponent sooner than in JavaScript. */
export function pythonFloat(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) {
    return Number.isInteger(value) ? `${value}.0` : `${value}`;
  }
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const [digits = "", power = ""] = value.toExponential().split("e");
  return `${digits}e${power.charAt(0)}${power.slice(1).padStart(2, "0")}`;
}
