/**
 * Values to XML-RPC bytes: calls as a client sends them, answers and faults as Odoo writes them.
 *
 * The layout is that of Python's `xmlrpc.client`, byte by byte.
 *
 * @module
 */
import { OdooProtocolError } from "../errors.ts";
import type { RpcInput } from "../values.ts";

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
 * @throws {OdooProtocolError} Where the wire cannot carry a value. The message has the path of that value, never the value.
 */
export function encodeCall(
  method: string,
  params: readonly RpcInput[],
  { i8 = false, names = [] }: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const writer = new Writer({ text: escapeForCall, number: i8 ? numberWithI8 : numberForCall });
  const name = writer.at("the name of the method", () => escapeForCall(method));
  const written = params.map((param, index) =>
    writer.param(param, names[index] ?? `params[${index}]`)
  );
  return encode(
    "methodCall",
    `<methodName>${name}</methodName>\n<params>\n${written.join("")}</params>\n`,
  );
}

/**
 * Encodes the answer to a call, as Odoo 14 and 17 write it (19 differs by blanks only).
 *
 * As from Odoo, control characters are left out, carriage returns go out as they are, so that a reader takes them for
 * line feeds, and whole numbers beyond 32 bits are `<double>`. Beyond Odoo, `null` goes out as `<nil/>`.
 *
 * @throws {OdooProtocolError} Where the wire cannot carry a value.
 */
export function encodeResponse(value: RpcInput): Uint8Array<ArrayBuffer> {
  const writer = new Writer({ text: escapeForResponse, number: numberForResponse });
  return encode("methodResponse", `<params>\n${writer.param(value, "value")}</params>\n`);
}

/**
 * Encodes a fault: with a number as its code as under `/xmlrpc/2/`, with a text as under `/xmlrpc/`.
 *
 * @throws {OdooProtocolError} Where the wire cannot carry the code or the text.
 */
export function encodeFault(code: number | string, text: string): Uint8Array<ArrayBuffer> {
  const writer = new Writer({ text: escapeForResponse, number: numberForResponse });
  const fault = writer.value({ faultCode: code, faultString: text }, "fault");
  return encode("methodResponse", `<fault>\n${fault}</fault>\n`);
}

/** How texts and numbers are written, which differs between calls and answers. They throw a `Refusal`. */
interface Dialect {
  readonly text: (text: string) => string;
  readonly number: (value: number) => string;
}

/** Why a value cannot be sent; the writer adds where the value is. */
class Refusal extends Error {}

/** Writes values, and knows where it is in them. */
class Writer {
  readonly #dialect: Dialect;
  /** The name of the root, then the keys and indexes on the way to the value that is being written. */
  readonly #path: (string | number)[] = [];
  /** The arrays and objects on the same way. */
  readonly #holders: object[] = [];

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  param(value: unknown, name: string): string {
    return `<param>\n${this.value(value, name)}</param>\n`;
  }

  value(value: unknown, name: string): string {
    return this.at(name, () => this.#write(value));
  }

  /** Writes something that has this name in messages. */
  at(name: string, write: () => string): string {
    this.#path.push(name);
    try {
      return write();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new OdooProtocolError(`Cannot send ${showPath(this.#path)}: ${error.message}`);
    } finally {
      this.#path.length = 0;
    }
  }

  #write(value: unknown): string {
    switch (typeof value) {
      case "string":
        return `<value><string>${this.#dialect.text(value)}</string></value>\n`;
      case "number":
        return `<value>${this.#dialect.number(value)}</value>\n`;
      case "boolean":
        return value
          ? "<value><boolean>1</boolean></value>\n"
          : "<value><boolean>0</boolean></value>\n";
      case "object":
        // Python breaks the line after every value but this one.
        return value === null ? "<value><nil/></value>" : this.#object(value);
      case "undefined":
        throw new Refusal("it is undefined; use null or false, or leave it out");
      case "bigint":
        throw new Refusal("it is a bigint; use a number");
      default:
        throw new Refusal(`it is a ${typeof value}`);
    }
  }

  #object(value: object): string {
    if (!Array.isArray(value) && !isPlain(value)) {
      return `<value><string>${asText(value)}</string></value>\n`;
    }
    if (this.#holders.includes(value)) throw new Refusal("it contains itself");
    if (this.#holders.length === MAX_DEPTH) {
      throw new Refusal(`it is nested deeper than ${MAX_DEPTH}`);
    }
    this.#holders.push(value);
    const written = Array.isArray(value) ? this.#array(value) : this.#struct(value);
    this.#holders.pop();
    return written;
  }

  #array(items: readonly unknown[]): string {
    let written = "<value><array><data>\n";
    const level = this.#path.push(0) - 1;
    for (let index = 0; index < items.length; index++) {
      this.#path[level] = index;
      written += this.#write(items[index]);
    }
    this.#path.pop();
    return written + "</data></array></value>\n";
  }

  #struct(struct: Readonly<Record<string, unknown>>): string {
    let written = "<value><struct>\n";
    const level = this.#path.push("") - 1;
    for (const key of Object.keys(struct)) {
      this.#path[level] = key;
      const name = this.#dialect.text(key);
      written += `<member>\n<name>${name}</name>\n${this.#write(struct[key])}</member>\n`;
    }
    this.#path.pop();
    return written + "</struct></value>\n";
  }
}

/** How many arrays and objects may be inside of each other: what decoders read. */
const MAX_DEPTH = 512;

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

function refuseLoneSurrogates(text: string): void {
  if (!text.isWellFormed()) throw new Refusal("it has half of a surrogate pair");
}

function escapeMarkup(text: string): string {
  if (!MARKUP.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function numberForCall(value: number): string {
  if (!Number.isInteger(value)) return finiteDouble(value);
  if (isInt32(value)) return `<int>${value}</int>`;
  throw new Refusal("it is an integer beyond 32 bits");
}

function numberWithI8(value: number): string {
  if (!Number.isInteger(value) || isInt32(value)) return numberForCall(value);
  if (Number.isSafeInteger(value)) return `<i8>${value}</i8>`;
  throw new Refusal("it is an integer beyond 2^53");
}

function numberForResponse(value: number): string {
  if (isInt32(value)) return `<int>${value}</int>`;
  return `<double>${pythonFloat(value)}</double>`;
}

function finiteDouble(value: number): string {
  if (!Number.isFinite(value)) throw new Refusal(`it is ${value}`);
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

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The prototype of all objects has none itself: this holds for objects of another realm, too.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The text of an object that is no array and not plain. */
function asText(value: object): string {
  if (value instanceof Uint8Array) return value.toBase64();
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new Refusal("it is an invalid Date");
    return momentText(value.toISOString());
  }
  if (typeof Temporal !== "undefined") {
    if (value instanceof Temporal.Instant) return momentText(value.toString());
    if (value instanceof Temporal.PlainDate) {
      return momentText(value.toString({ calendarName: "never" }));
    }
  }
  const { constructor } = value;
  const kind = typeof constructor === "function" ? constructor.name : "";
  throw new Refusal(`it is an instance of ${kind === "" ? "a class" : kind}`);
}

/** `2024-03-01T10:20:30.5Z` as Odoo writes it, and a date as it is. */
function momentText(iso: string): string {
  if (!/^\d{4}-/.test(iso) || iso.startsWith("0000")) {
    throw new Refusal("its year is not within 1 and 9999");
  }
  return iso.slice(0, 19).replace("T", " ");
}

/** `args[0].name`. */
function showPath([root, ...steps]: readonly (string | number)[]): string {
  return root + steps.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^\w{1,64}$/.test(step) ? `.${step}` : `[${JSON.stringify(step.slice(0, 64))}]`;
  }).join("");
}

function encode(root: string, content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`<?xml version='1.0'?>\n<${root}>\n${content}</${root}>\n`);
}
