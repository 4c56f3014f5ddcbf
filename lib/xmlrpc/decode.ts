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
import { isBlank, SCALARS } from "./scalars.ts";
import { Incomplete, Tag, XmlScanner } from "./scan.ts";
import { Literal } from "./text.ts";

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
  /** Name of the class. */
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

const METHOD_RESPONSE = new Tag("methodResponse");
const METHOD_CALL = new Tag("methodCall");
const METHOD_NAME = new Tag("methodName");
const PARAMS = new Tag("params");
const PARAM = new Tag("param");
const FAULT = new Tag("fault");
const VALUE = new Tag("value");
const ARRAY = new Tag("array");
const DATA = new Tag("data");
const STRUCT = new Tag("struct");
const MEMBER = new Tag("member");
const NAME = new Tag("name");
const STRING = new Tag("string");
const INT = new Tag("int");
const DOUBLE = new Tag("double");
const TRUE = new Literal("<boolean>1</boolean>");
const FALSE = new Literal("<boolean>0</boolean>");

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
    this.#root(METHOD_CALL);
    scanner.open(METHOD_NAME);
    const method = scanner.text();
    scanner.endTag(METHOD_NAME);
    const params: RpcValue[] = [];
    if (!scanner.atEndTag() && scanner.enter(PARAMS)) {
      while (!scanner.atEndTag()) {
        scanner.open(PARAM);
        params.push(this.value(0));
        scanner.endTag(PARAM);
      }
      scanner.endTag(PARAMS);
    }
    scanner.endTag(METHOD_CALL);
    scanner.end();
    return { method, params };
  }

  /** Reads an answer up to the first element of its array, and tells whether there may be one. */
  rowsHead(): boolean {
    const { scanner } = this;
    if (this.#responseHead() === "fault") throw new XmlRpcFault(this.#fault());
    scanner.open(VALUE);
    scanner.open(ARRAY);
    if (scanner.enter(DATA)) return true;
    this.#rowsEnd();
    return false;
  }

  /** Reads the rest of an answer after the last element of its array. */
  rowsTail(): void {
    this.scanner.endTag(DATA);
    this.#rowsEnd();
  }

  /** Reads one `<value>` that is inside of so many arrays and structs. */
  value(depth: number): RpcValue {
    const { scanner } = this;
    if (!scanner.enter(VALUE)) return "";
    const value = this.#content(depth);
    scanner.endTag(VALUE);
    return value;
  }

  /** Reads what is in a `<value>`. The types that Odoo writes are looked for first, written as it does. */
  #content(depth: number): RpcValue {
    const { scanner } = this;
    const start = scanner.offset;
    if (scanner.passes(STRING.start)) return this.#text(STRING);
    if (scanner.passes(INT.start)) {
      const digits = scanner.digits();
      if (digits === undefined) return this.#scalar(INT.name, this.#text(INT), start);
      scanner.endTag(INT);
      return digits;
    }
    if (scanner.passes(TRUE)) return true;
    if (scanner.passes(FALSE)) return false;
    if (scanner.passes(ARRAY.start)) return this.#array(depth);
    if (scanner.passes(STRUCT.start)) return this.#struct(depth);
    if (scanner.passes(DOUBLE.start)) return this.#scalar(DOUBLE.name, this.#text(DOUBLE), start);
    return this.#anyContent(depth);
  }

  /** Reads what is in a `<value>`, in any way of writing it. */
  #anyContent(depth: number): RpcValue {
    const { scanner } = this;
    let start = scanner.offset;
    const untyped = scanner.text();
    if (scanner.atEndTag()) return untyped;
    if (!isBlank(untyped)) this.scanner.fail("found text between tags", start);
    start = scanner.offset;
    const type = scanner.startTag("a type");
    const empty = scanner.selfClosed;
    if (type === STRUCT.name) return empty ? {} : this.#struct(depth);
    if (type === ARRAY.name && empty) this.scanner.fail("<array/> should not be empty", start);
    if (type === ARRAY.name) return this.#array(depth);
    const text = empty ? "" : scanner.text();
    if (!empty) scanner.close(type);
    return this.#scalar(type, text, start);
  }

  #text(tag: Tag): string {
    const text = this.scanner.text();
    this.scanner.endTag(tag);
    return text;
  }

  /** What the text of a value of that type stands for. */
  #scalar(type: string, text: string, start: number): RpcValue {
    const scalar = SCALARS.get(type) ?? SCALARS.get(type.slice(type.indexOf(":") + 1));
    if (scalar === undefined) {
      this.scanner.fail(`found <${type.slice(0, 40)}>, which is no type of value`, start);
    }
    const value = scalar.read(text);
    if (value === undefined) this.scanner.fail(`<${type}> should hold ${scalar.what}`, start);
    return value;
  }

  #rowsEnd(): void {
    this.scanner.endTag(ARRAY);
    this.scanner.endTag(VALUE);
    this.#responseTail();
  }

  #responseHead(): "value" | "fault" {
    const { scanner } = this;
    this.#root(METHOD_RESPONSE);
    const start = scanner.offset;
    const name = scanner.startTag("<params> or <fault>");
    if (name === "fault") return "fault";
    scanner.rewind(start);
    scanner.open(PARAMS);
    scanner.open(PARAM);
    return "value";
  }

  #responseTail(): void {
    const { scanner } = this;
    scanner.endTag(PARAM);
    scanner.endTag(PARAMS);
    scanner.endTag(METHOD_RESPONSE);
  }

  #root(tag: Tag): void {
    const { scanner } = this;
    scanner.prolog();
    try {
      scanner.open(tag);
    } catch (error) {
      if (error instanceof OdooProtocolError) refuseWebPage(scanner, error);
      throw error;
    }
  }

  #fault(): Fault {
    const { scanner } = this;
    const start = scanner.offset;
    const value = this.value(0);
    scanner.endTag(FAULT);
    scanner.endTag(METHOD_RESPONSE);
    const { faultCode, faultString } = isStruct(value) ? value : {};
    if (faultCode === undefined || faultString === undefined) {
      this.scanner.fail("a fault has no faultCode or no faultString", start);
    }
    // A fault of an odd shape must not hide what the server has to say.
    const code = typeof faultCode === "number" ? faultCode : asText(faultCode);
    return { code, text: asText(faultString) };
  }

  #struct(depth: number): RpcValue {
    this.#checkDepth(depth);
    const { scanner } = this;
    const struct: { [key: string]: RpcValue } = {};
    while (!scanner.atEndTag()) {
      scanner.open(MEMBER);
      const key = this.#key();
      setOwn(struct, key, this.value(depth + 1));
      scanner.endTag(MEMBER);
    }
    scanner.endTag(STRUCT);
    return struct;
  }

  #key(): string {
    const { scanner } = this;
    if (!scanner.enter(NAME)) return "";
    const key = scanner.name();
    scanner.endTag(NAME);
    return key;
  }

  #array(depth: number): RpcValue {
    this.#checkDepth(depth);
    const { scanner } = this;
    const items: RpcValue[] = [];
    if (scanner.enter(DATA)) {
      while (!scanner.atEndTag()) items.push(this.value(depth + 1));
      scanner.endTag(DATA);
    }
    scanner.endTag(ARRAY);
    return items;
  }

  #checkDepth(depth: number): void {
    if (depth >= this.#maxDepth) this.scanner.fail(`it is nested deeper than ${this.#maxDepth}`);
  }
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
  const named = title ? ` titled "${title}"` : "";
  const text = `A web page${named} came back in place of an ${scanner.subject}`;
  throw new OdooProtocolError(text, { offset });
}
