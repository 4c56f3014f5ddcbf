/**
 * XML-RPC bytes to values: of whole answers and calls, and of answers whose rows are wanted as they arrive.
 *
 * Of the types of XML-RPC, dates (`dateTime.iso8601`) become text as Odoo writes it, `2024-03-01 10:20:30`; `double` may
 * be `NaN` or infinite, because Odoo 14 sends such; integers beyond 2^53 are refused, because a number cannot hold them.
 *
 * @module
 */
import { OdooProtocolError } from "../errors.ts";
import type { RpcValue } from "../values.ts";
import { Incomplete, XmlScanner } from "./scan.ts";

/** What a decoder refuses to read. */
export interface DecodeLimits {
  /**
   * Largest body, in bytes.
   *
   * @default {Infinity}
   */
  maxBytes?: number | undefined;
  /**
   * How many arrays and structs may be inside of each other: 512 at most.
   *
   * @default {512}
   */
  maxDepth?: number | undefined;
  /**
   * Longest text of one element, in bytes.
   *
   * @default {536870888}, the longest string there is
   */
  maxStringBytes?: number | undefined;
}

/** What a server answers in place of a value: `code` is a number under `/xmlrpc/2/`, a text under `/xmlrpc/`. */
export interface Fault {
  /** Number or text that tells the kind of fault. */
  readonly code: number | string;
  /** Message, or the server's traceback. */
  readonly text: string;
}

/** Thrown by {@linkcode decodeRows} where the answer is a fault, which is no error of the codec: it is for the caller to judge. */
export class XmlRpcFault extends Error implements Fault {
  override name = "XmlRpcFault";
  /** Number or text that tells the kind of fault. */
  readonly code: number | string;
  /** Message, or the server's traceback. */
  readonly text: string;

  /** Takes what the server said. */
  constructor({ code, text }: Fault) {
    super(`The server answered with fault ${code}`);
    this.code = code;
    this.text = text;
  }
}

/** A method call, as a server receives it. */
export interface MethodCall {
  /** Name of the method, such as `execute_kw`. */
  method: string;
  /** Its parameters, in order. */
  params: RpcValue[];
}

const MAX_DEPTH = 512;
const LONGEST_STRING = 2 ** 29 - 24;
const PAGE_BYTES = 1 << 16;

/**
 * Decodes the answer to a call: its value, or its fault.
 *
 * @throws {OdooProtocolError} Where the bytes are no XML-RPC answer; it tells the byte.
 */
export function decodeResponse(
  bytes: Uint8Array,
  limits: DecodeLimits = {},
): { value: RpcValue } | { fault: Fault } {
  const decoder = new Decoder("XML-RPC answer", limits);
  decoder.scanner.load(bytes);
  return decoder.response();
}

/**
 * Decodes a method call.
 *
 * @throws {OdooProtocolError} Where the bytes are no XML-RPC call; it tells the byte.
 */
export function decodeCall(bytes: Uint8Array, limits: DecodeLimits = {}): MethodCall {
  const decoder = new Decoder("XML-RPC call", limits);
  decoder.scanner.load(bytes);
  return decoder.call();
}

/**
 * Decodes an answer that is an array, such as that of `search_read`, while it arrives: each batch holds the elements
 * that the bytes so far have completed, and memory is taken for the largest of them only. Ending the iteration early
 * cancels the stream.
 *
 * The end of the document is checked like the rest, so rows may come before the error that says it is broken.
 *
 * @throws {XmlRpcFault} Where the answer is a fault.
 * @throws {OdooProtocolError} Where the bytes are no XML-RPC answer, or its value is not an array.
 */
export async function* decodeRows(
  stream: ReadableStream<Uint8Array>,
  limits: DecodeLimits = {},
): AsyncGenerator<RpcValue[]> {
  const rows = new RowReader(limits);
  // Leaving this loop in any way closes the stream.
  for await (const chunk of stream) {
    const batch = rows.push(chunk);
    if (batch.length > 0) yield batch;
  }
  const last = rows.finish();
  if (last.length > 0) yield last;
}

/** Takes the chunks of an answer and gives the rows that they complete. */
class RowReader {
  readonly #decoder: Decoder;
  #stage: "head" | "rows" | "end" = "head";
  /** How many bytes must be at hand before the next attempt: a row that is cut again and again is not read each time. */
  #enough = 0;

  constructor(limits: DecodeLimits) {
    this.#decoder = new Decoder("XML-RPC answer", limits);
  }

  push(chunk: Uint8Array): RpcValue[] {
    const { scanner } = this.#decoder;
    scanner.push(chunk);
    return scanner.pending < this.#enough ? [] : this.#read();
  }

  finish(): RpcValue[] {
    this.#decoder.scanner.finish();
    return this.#read();
  }

  #read(): RpcValue[] {
    const { scanner } = this.#decoder;
    const rows: RpcValue[] = [];
    const start = scanner.offset;
    let read = start;
    try {
      for (let more = true; more; read = scanner.offset) more = this.#step(rows);
    } catch (error) {
      if (!(error instanceof Incomplete)) throw error;
      scanner.rewind(read);
      this.#enough = read > start ? 0 : 2 * scanner.pending;
    }
    return rows;
  }

  /** Reads the head, a row, or the end, and tells whether there is more to read. */
  #step(rows: RpcValue[]): boolean {
    const decoder = this.#decoder;
    if (this.#stage === "head") {
      this.#stage = decoder.rowsHead() ? "rows" : "end";
    } else if (this.#stage === "rows") {
      if (decoder.scanner.atEndTag()) {
        decoder.rowsTail();
        this.#stage = "end";
      } else rows.push(decoder.value(1));
    } else {
      decoder.scanner.end();
      return false;
    }
    return true;
  }
}

/** Reads the grammar of XML-RPC from a scanner. */
class Decoder {
  readonly scanner: XmlScanner;
  readonly #maxDepth: number;

  constructor(subject: string, limits: DecodeLimits) {
    const { maxBytes = Infinity, maxDepth = MAX_DEPTH, maxStringBytes = LONGEST_STRING } = limits;
    this.scanner = new XmlScanner(subject, {
      maxBytes,
      maxStringBytes: Math.min(maxStringBytes, LONGEST_STRING),
    });
    this.#maxDepth = Math.min(maxDepth, MAX_DEPTH);
  }

  response(): { value: RpcValue } | { fault: Fault } {
    const { scanner } = this;
    if (this.#responseHead() === "fault") {
      const fault = this.#fault();
      scanner.end();
      return { fault };
    }
    const value = this.value(0);
    this.#responseTail();
    scanner.end();
    return { value };
  }

  call(): MethodCall {
    const { scanner } = this;
    this.#root("methodCall");
    scanner.open("methodName");
    const method = scanner.text();
    scanner.endTag("methodName");
    const params: RpcValue[] = [];
    if (!scanner.atEndTag() && this.scanner.enter("params")) {
      while (!scanner.atEndTag()) {
        scanner.open("param");
        params.push(this.value(0));
        scanner.endTag("param");
      }
      scanner.endTag("params");
    }
    scanner.endTag("methodCall");
    scanner.end();
    return { method, params };
  }

  /** Reads an answer up to the first element of its array, and tells whether there may be one. */
  rowsHead(): boolean {
    const { scanner } = this;
    if (this.#responseHead() === "fault") throw new XmlRpcFault(this.#fault());
    scanner.open("value");
    scanner.open("array");
    if (this.scanner.enter("data")) return true;
    this.#rowsEnd();
    return false;
  }

  /** Reads the rest of an answer after the last element of its array. */
  rowsTail(): void {
    this.scanner.endTag("data");
    this.#rowsEnd();
  }

  /** Reads one `<value>` that is inside of so many arrays and structs. */
  value(depth: number): RpcValue {
    const { scanner } = this;
    if (!this.scanner.enter("value")) return "";
    const start = scanner.offset;
    const text = scanner.text();
    if (scanner.atEndTag()) {
      scanner.endTag("value");
      return text;
    }
    if (text !== "" && !isBlank(text)) this.scanner.fail("found text between tags", start);
    const value = this.#typed(depth);
    scanner.endTag("value");
    return value;
  }

  #rowsEnd(): void {
    this.scanner.endTag("array");
    this.scanner.endTag("value");
    this.#responseTail();
  }

  #responseHead(): "value" | "fault" {
    const { scanner } = this;
    this.#root("methodResponse");
    const start = scanner.offset;
    const name = scanner.startTag("<params> or <fault>");
    if (name === "fault") return "fault";
    scanner.rewind(start);
    scanner.open("params");
    scanner.open("param");
    return "value";
  }

  #responseTail(): void {
    const { scanner } = this;
    scanner.endTag("param");
    scanner.endTag("params");
    scanner.endTag("methodResponse");
  }

  #root(name: string): void {
    const { scanner } = this;
    scanner.prolog();
    try {
      scanner.open(name);
    } catch (error) {
      if (error instanceof OdooProtocolError) refuseWebPage(scanner, error);
      throw error;
    }
  }

  #fault(): Fault {
    const { scanner } = this;
    const start = scanner.offset;
    const value = this.value(0);
    scanner.endTag("fault");
    scanner.endTag("methodResponse");
    const { faultCode, faultString } = isStruct(value) ? value : {};
    if (faultCode === undefined || faultString === undefined) {
      this.scanner.fail("a fault has no faultCode or no faultString", start);
    }
    // A fault of an odd shape must not hide what the server has to say.
    const code = typeof faultCode === "number" ? faultCode : asText(faultCode);
    return { code, text: asText(faultString) };
  }

  #typed(depth: number): RpcValue {
    const { scanner } = this;
    const start = scanner.offset;
    const type = scanner.startTag("a type");
    if (type === "string") return this.#content(type);
    if (type === "int" && !scanner.selfClosed) {
      const value = scanner.digits();
      if (value >= 0) {
        scanner.endTag(type);
        return value;
      }
    }
    if (type === "struct" || type === "array") {
      if (depth < this.#maxDepth) {
        return type === "struct" ? this.#struct(depth + 1) : this.#array(depth + 1);
      }
      this.scanner.fail(`it is nested deeper than ${this.#maxDepth}`, start);
    }
    const scalar = SCALARS.get(type) ?? SCALARS.get(type.slice(type.indexOf(":") + 1));
    if (scalar === undefined) {
      this.scanner.fail(`found <${type.slice(0, 40)}>, which is no type`, start);
    }
    const value = scalar.read(this.#content(type));
    if (value === undefined) this.scanner.fail(`<${type}> should hold ${scalar.what}`, start);
    return value;
  }

  /** Reads the text of the element whose start tag was read last, and its end tag. */
  #content(name: string): string {
    const { scanner } = this;
    if (scanner.selfClosed) return "";
    const text = name === "boolean" ? scanner.name() : scanner.text();
    scanner.endTag(name);
    return text;
  }

  #struct(depth: number): RpcValue {
    const { scanner } = this;
    const struct: { [key: string]: RpcValue } = {};
    if (scanner.selfClosed) return struct;
    while (!scanner.atEndTag()) {
      scanner.open("member");
      const key = this.#key();
      setOwn(struct, key, this.value(depth));
      scanner.endTag("member");
    }
    scanner.endTag("struct");
    return struct;
  }

  #key(): string {
    if (!this.scanner.enter("name")) return "";
    const key = this.scanner.name();
    this.scanner.endTag("name");
    return key;
  }

  #array(depth: number): RpcValue {
    const { scanner } = this;
    if (scanner.selfClosed) this.scanner.fail("<array/> should not be empty");
    const items: RpcValue[] = [];
    if (this.scanner.enter("data")) {
      while (!scanner.atEndTag()) items.push(this.value(depth));
      scanner.endTag("data");
    }
    scanner.endTag("array");
    return items;
  }
}

/** How the text of one type of value is read; `undefined` where it is not of that type. */
interface Scalar {
  readonly what: string;
  readonly read: (text: string) => RpcValue | undefined;
}

const INTEGER: Scalar = { what: "an integer within 2^53", read: readInteger };
const DOUBLE: Scalar = { what: "a number", read: readDouble };

/** The types by their names; Apache's extensions have these with a prefix, such as `ex:nil`. */
const SCALARS = new Map<string, Scalar>([
  ["string", { what: "text", read: (text) => text }],
  ["boolean", { what: "0 or 1", read: readBoolean }],
  ...["int", "i1", "i2", "i4", "i8", "biginteger"].map((name) => [name, INTEGER] as const),
  ["double", DOUBLE],
  ["float", DOUBLE],
  ["base64", { what: "base64", read: readBase64 }],
  ["dateTime.iso8601", { what: "a date and time such as 20240301T10:20:30", read: readDateTime }],
  ["nil", { what: "nothing", read: (text) => isBlank(text) ? null : undefined }],
]);

function readInteger(text: string): number | undefined {
  if (!/^[ \t\r\n]*[+-]?\d+[ \t\r\n]*$/.test(text)) return undefined;
  const value = Number(text) + 0; // no -0
  return Number.isSafeInteger(value) ? value : undefined;
}

function readDouble(text: string): number | undefined {
  const word = text.trim().toLowerCase();
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(word)) return Number(word);
  if (/^[+-]?nan$/.test(word)) return NaN;
  if (!/^[+-]?inf(?:inity)?$/.test(word)) return undefined;
  return word.startsWith("-") ? -Infinity : Infinity;
}

function readBoolean(text: string): boolean | undefined {
  if (text !== "0" && text !== "1") text = text.trim();
  return text === "1" ? true : text === "0" ? false : undefined;
}

function readBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}

function readDateTime(text: string): string | undefined {
  const parts = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z?$/.exec(text.trim());
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const date = `${year}-${month}-${day}`, time = `${hour}:${minute}:${second}`;
  const instant = new Date(`${date}T${time}Z`);
  const exists = !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(date);
  return exists ? `${date} ${time}` : undefined;
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text);
}

/** Sets a plain property of that name, also where JavaScript gives the name a meaning. */
function setOwn(struct: { [key: string]: RpcValue }, key: string, value: RpcValue): void {
  if (key !== "__proto__") struct[key] = value;
  else {Object.defineProperty(struct, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });}
}

function isStruct(value: RpcValue): value is { [key: string]: RpcValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array);
}

function asText(value: RpcValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Says so where the document is a web page, with its title: a proxy, a wrong address or an error page of the server. */
function refuseWebPage(scanner: XmlScanner, { offset }: OdooProtocolError): void {
  const page = scanner.peek(PAGE_BYTES);
  if (!/^\s*(?:<\?xml[^>]*>\s*|<!--[^]*?-->\s*)*<(?:!doctype\s+html|html)\b/i.test(page)) return;
  const title = /<title[^>]*>([^<]*)/i.exec(page)?.[1]?.replace(/\s+/g, " ").trim().slice(0, 100);
  const named = title ? `, titled "${title}"` : "";
  const text = `A web page${named}, came back in place of an ${scanner.subject}`;
  throw new OdooProtocolError(text, { offset });
}
