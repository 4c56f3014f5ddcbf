/**
 * The grammar of XML-RPC, read from a scanner.
 *
 * @module
 */
import { OdooProtocolError } from "../errors.ts";
import { isStruct, type RpcValue } from "../values.ts";
import { headOf, Literal, setOwn, Tag } from "./names.ts";
import { isBlank, type Scalar, scalarOf, SCALARS } from "./scalars.ts";
import { asAnswered, refuseWebPage } from "./page.ts";
import { XmlScanner } from "./scan.ts";
import { RowMarks, RowTemplate } from "./template.ts";

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
const TRUE = new Literal("<boolean>1</boolean>"), FALSE = new Literal("<boolean>0</boolean>");
const STRING_HEAD = headOf("<string>"), STRUCT_HEAD = headOf("<struct>");
const BOOLEAN_HEAD = headOf("<boolean");

const MAX_DEPTH = 512;
const LONGEST_STRING = 2 ** 29 - 24;

/** Reads one document of XML-RPC. Its scanner has to be given the bytes. */
export class XmlRpcReader {
  /** What the document is read from; `subject` is what to call it, such as "XML-RPC answer". */
  readonly scanner: XmlScanner;
  readonly #maxDepth: number;
  readonly #scalars: ReadonlyMap<string, Scalar>;
  readonly #template: RowTemplate | undefined;

  /** Takes what to call the document, what is too much, other types of values, and whether to read rows the short way. */
  constructor(
    subject: string,
    limits: DecodeLimits,
    scalars: ReadonlyMap<string, Scalar> = SCALARS,
    template = true,
  ) {
    this.#scalars = scalars;
    const { maxBytes = Infinity, maxDepth = MAX_DEPTH, maxStringBytes = LONGEST_STRING } = limits;
    this.scanner = new XmlScanner(subject, {
      maxBytes,
      maxStringBytes: Math.min(maxStringBytes, LONGEST_STRING),
    });
    this.#maxDepth = Math.min(maxDepth, MAX_DEPTH);
    if (template) this.#template = new RowTemplate(this.scanner, (depth) => this.#content(depth));
  }

  /** Reads a whole answer. */
  response(): { value: RpcValue } | { fault: Fault } {
    const { scanner } = this;
    if (this.#responseHead() === "fault") return { fault: this.#fault() };
    const value = this.value(0);
    this.#responseTail();
    scanner.end();
    return { value };
  }

  /** Reads a whole call. */
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

  /** Reads an answer up to the first element of its array, if it has one; or a whole answer that is a fault. */
  rowsHead(): "rows" | "end" | Fault {
    const { scanner } = this;
    if (this.#responseHead() === "fault") return this.#fault();
    scanner.open(VALUE);
    try {
      scanner.open(ARRAY);
    } catch (error) {
      throw asAnswered(error);
    }
    if (scanner.enter(DATA)) return "rows";
    this.#rowsEnd();
    return "end";
  }

  /** Reads the rest of an answer after the last element of its array. */
  rowsTail(): void {
    this.scanner.endTag(DATA);
    this.#rowsEnd();
  }

  /** Reads one `<value>` that is inside of so many arrays and structs, and whether it is an element of an array. */
  value(depth: number, element = false, marks?: RowMarks): RpcValue {
    const { scanner } = this;
    const integer = element ? scanner.integer() : undefined;
    if (integer !== undefined) return integer;
    if (!scanner.enter(VALUE)) return "";
    const start = scanner.at;
    const value = this.#content(depth, element);
    marks?.places.push(start, scanner.at);
    scanner.endTag(VALUE);
    return value;
  }

  /** Reads what is in a `<value>`. The types that Odoo writes are looked for first, written as it does. */
  #content(depth: number, element = false): RpcValue {
    const { scanner } = this;
    const start = scanner.offset;
    const head = scanner.head();
    if (head === STRING_HEAD) {
      scanner.at += 8;
      return scanner.textOf(STRING);
    } else if (head === BOOLEAN_HEAD) {
      if (scanner.follows(FALSE)) return false;
      if (scanner.follows(TRUE)) return true;
    } else if (head === STRUCT_HEAD) {
      scanner.at += 8;
      return element ? this.#row(depth) : this.#struct(depth);
    } else if (scanner.follows(INT.start)) {
      const digits = scanner.digits();
      if (digits === undefined) return this.#scalar(INT, start);
      scanner.endTag(INT);
      return digits;
    } else if (scanner.follows(ARRAY.start)) return this.#array(depth);
    else if (scanner.follows(DOUBLE.start)) return this.#double(start);
    scanner.rewind(start);
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
    const scalar = this.#typeOf(type, start);
    const text = empty ? "" : scanner.text();
    if (!empty) scanner.close(type);
    return this.#convert(type, scalar, text, start);
  }

  /** Reads a value after its start tag. */
  #scalar(tag: Tag, start: number): RpcValue {
    return this.#convert(tag.name, this.#typeOf(tag.name, start), this.scanner.textOf(tag), start);
  }

  #double(start: number): RpcValue {
    const value = this.#scalars === SCALARS ? this.scanner.decimal() : undefined;
    if (value === undefined) return this.#scalar(DOUBLE, start);
    this.scanner.endTag(DOUBLE);
    return value;
  }

  #typeOf(name: string, start: number): Scalar {
    const scalar = scalarOf(this.#scalars, name);
    if (scalar !== undefined) return scalar;
    this.scanner.fail(`found <${name.slice(0, 40)}>, which is no type of value`, start);
  }

  #convert(type: string, scalar: Scalar, text: string, start: number): RpcValue {
    const value = scalar.read(text);
    if (value !== undefined) return value;
    this.scanner.fail(`<${type.slice(0, 40)}> should hold ${scalar.what}`, start);
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
    if (name === "fault" && !scanner.selfClosed) return "fault";
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
    scanner.end();
    const { faultCode, faultString } = isStruct(value) ? value : {};
    if (faultCode === undefined || faultString === undefined) {
      this.scanner.fail("a fault has no faultCode or no faultString", start);
    }
    // A fault of an odd shape must not hide what the server has to say.
    const code = typeof faultCode === "number" ? faultCode : asText(faultCode);
    return { code, text: asText(faultString) };
  }

  /** Reads a struct that is an element of an array. */
  #row(depth: number): RpcValue {
    this.#checkDepth(depth);
    const template = this.#template;
    if (template === undefined || !template.serves(depth)) return this.#struct(depth);
    const row = template.read();
    if (row !== undefined) return row;
    const marks = new RowMarks(this.scanner.at);
    const struct = this.#struct(depth, marks);
    template.learn(marks);
    return struct;
  }

  #struct(depth: number, marks?: RowMarks): RpcValue {
    this.#checkDepth(depth);
    const { scanner } = this;
    const struct: { [key: string]: RpcValue } = {};
    while (!scanner.atEndTag()) {
      scanner.open(MEMBER);
      const key = this.#key();
      marks?.keys.push(key);
      setOwn(struct, key, this.value(depth + 1, false, marks));
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
    const items = scanner.enter(DATA) ? this.#items(depth + 1) : [];
    scanner.endTag(ARRAY);
    return items;
  }

  /** Reads the elements of an array. Most are pairs of an id and a name: one that is pushed to has room for 17. */
  #items(depth: number): RpcValue[] {
    const { scanner } = this;
    let items: RpcValue[] = [];
    if (!scanner.atEndTag()) {
      const first = this.value(depth, true);
      items = scanner.atEndTag() ? [first] : [first, this.value(depth, true)];
    }
    while (!scanner.atEndTag()) {
      if (!scanner.integers(items)) items.push(this.value(depth, true));
    }
    scanner.endTag(DATA);
    return items;
  }

  #checkDepth(depth: number): void {
    if (depth >= this.#maxDepth) this.scanner.fail(`it is nested deeper than ${this.#maxDepth}`);
  }
}

function asText(value: RpcValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
