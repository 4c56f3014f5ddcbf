/**
 * The one XML scanner: strict, over bytes, and able to stop where the bytes at hand end. Everything that odeno reads of
 * XML-RPC goes through it.
 *
 * It differs from XML 1.0 in one point, because Odoo's answers do: control characters, U+FFFE and U+FFFF are taken as
 * they come. A DOCTYPE, and with it any declaration of entities, is refused.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { OdooProtocolError } from "../errors.ts";

/** The bytes end inside of something, and more may come: push a chunk or finish, rewind, and try again. */
export class Incomplete extends Error {}

/** What a scanner refuses to read, in bytes. */
export interface ScanLimits {
  /** Largest body. */
  readonly maxBytes: number;
  /** Longest text of one element. */
  readonly maxStringBytes: number;
}

const TAB = 0x09, LF = 0x0a, CR = 0x0d, SPACE = 0x20;
const BANG = 0x21, DOUBLE_QUOTE = 0x22, AMPERSAND = 0x26, SINGLE_QUOTE = 0x27;
const SLASH = 0x2f,
  ZERO = 0x30,
  SEMICOLON = 0x3b,
  LESS = 0x3c,
  EQUALS = 0x3d,
  GREATER = 0x3e,
  QUESTION = 0x3f;
const BRACKET = 0x5d;

const ENTITIES = new Map([["amp", 0x26], ["lt", 0x3c], ["gt", 0x3e], ["quot", 0x22], [
  "apos",
  0x27,
]]);
const LONGEST_REFERENCE = 32;
const LONGEST_NAME = 64;
const LONG_TEXT = 256;

/** Kinds of bytes in text: those beyond ASCII, and those that are not themselves or need a look. */
const HIGH = 1, SPECIAL = 2;
const KIND = new Uint8Array(256).fill(HIGH, 0x80);
for (const byte of [AMPERSAND, CR, GREATER]) KIND[byte] = SPECIAL;

const NAME_BYTE = new Uint8Array(256).fill(1, 0x80);
for (const char of Buffer.from("-.0123456789")) NAME_BYTE[char] = 1;
const NAME_START = new Uint8Array(256).fill(1, 0x80);
for (let letter = 0; letter < 26; letter++) {
  NAME_START[0x41 + letter] = NAME_START[0x61 + letter] = 1;
}
for (const char of Buffer.from(":_")) NAME_START[char] = 1;
NAME_START.forEach((yes, byte) => NAME_BYTE[byte] ||= yes);

/** Bytes with the decoding of a range that `toString` comes down to, which the types of Node leave out. */
type Bytes = Buffer & {
  latin1Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
};

type Charset = "utf-8" | "iso-8859-1" | "us-ascii";
const CHARSETS = new Map<string, Charset>([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["iso-8859-1", "iso-8859-1"],
  ["latin1", "iso-8859-1"],
  ["us-ascii", "us-ascii"],
  ["ascii", "us-ascii"],
]);
const DECLARATION =
  /^<\?xml\s+version\s*=\s*(["'])1\.\d+\1(?:\s+encoding\s*=\s*(["'])([A-Za-z][\w.-]*)\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\4)?\s*\?>$/;

/**
 * Reads tags and text of a document, in order. Made for one document, either whole ({@linkcode XmlScanner.load}) or in
 * chunks ({@linkcode XmlScanner.push}); in chunks, every reading method may throw {@linkcode Incomplete}.
 */
export class XmlScanner {
  /** Whether the start tag read last was an empty element, such as `<nil/>`. It then has no end tag. */
  selfClosed = false;
  /** What to call the document in messages, such as "XML-RPC answer". */
  readonly subject: string;
  readonly #limits: ScanLimits;
  readonly #names = new NameCache();
  #charset: Charset = "utf-8";
  /** The bytes at hand, and nothing else. */
  #bytes = bytesOf(new Uint8Array(0));
  /** What `#bytes` lies in, where the document comes in chunks. */
  #window = new Uint8Array(0);
  /** Offset in the document of the first byte at hand. */
  #base = 0;
  /** Where to read on, counted in the bytes at hand. */
  #at = 0;
  #final = false;
  #scratch = bytesOf(new Uint8Array(0));

  /** Takes what to call the document, and what is too much. */
  constructor(subject: string, limits: ScanLimits) {
    this.subject = subject;
    this.#limits = limits;
  }

  /** Offset in the document of what is read next. */
  get offset(): number {
    return this.#base + this.#at;
  }

  /** How many bytes are at hand and not yet read. */
  get pending(): number {
    return this.#bytes.length - this.#at;
  }

  /** Gives the whole document at once. The bytes are not copied, and nothing that is read from them keeps them. */
  load(bytes: Uint8Array): void {
    this.#checkSize(bytes.length);
    this.#bytes = bytesOf(bytes);
    this.#final = true;
  }

  /** Gives the next bytes, which are copied, and forgets what was read. */
  push(chunk: Uint8Array): void {
    const kept = this.pending;
    const size = kept + chunk.length;
    this.#checkSize(this.offset + size);
    const rest = this.#bytes.subarray(this.#at);
    const tooSmall = size > this.#window.length;
    if (tooSmall) this.#window = new Uint8Array(Math.max(size, 2 * this.#window.length));
    if (tooSmall || this.#at > 0) this.#window.set(rest);
    this.#window.set(chunk, kept);
    this.#base += this.#at;
    this.#at = 0;
    this.#bytes = bytesOf(this.#window.subarray(0, size));
  }

  /** Tells that nothing more comes: from now on, bytes that end too early are an error. */
  finish(): void {
    this.#final = true;
  }

  /** Goes back to an offset that was read since the last `push`. */
  rewind(offset: number): void {
    this.#at = offset - this.#base;
  }

  /** The start of a document whose first bytes are all at hand, for a message. */
  peek(length: number): string {
    if (!this.#final && this.#bytes.length < length) throw new Incomplete();
    return this.#bytes.toString("utf8", 0, length);
  }

  /** Refuses the document. */
  fail(message: string, offset = this.offset): never {
    const text = `Cannot read the ${this.subject}: ${message}, at byte ${offset}`;
    throw new OdooProtocolError(text, { offset });
  }

  /** Reads the byte order mark and the XML declaration, where there are any. */
  prolog(): void {
    if (!this.#final && this.pending < 16) throw new Incomplete();
    if (this.pending === 0) this.fail("it is empty");
    const first = this.#bytes.toString("latin1", 0, 9);
    if (/^(?:\xfe\xff|\xff\xfe)/.test(first)) this.fail("it is in UTF-16, which is not supported");
    const marked = first.startsWith("\xef\xbb\xbf");
    if (marked) this.#at += 3;
    if (!/^<\?xml\s/.test(marked ? first.slice(3) : first)) return;
    const end = this.#find("?>", this.#at) + 2;
    const found = DECLARATION.exec(this.#bytes.latin1Slice(this.#at, end));
    if (found === null) this.fail("the XML declaration is malformed");
    const name = found[3] ?? "utf-8";
    const charset = CHARSETS.get(name.toLowerCase());
    if (charset === undefined) this.fail(`its encoding ${name.slice(0, 40)} is not supported`);
    if (marked && charset !== "utf-8") this.fail(`it has the mark of UTF-8 and says it is ${name}`);
    this.#charset = charset;
    this.#at = end;
  }

  /** Whether an end tag follows. This and the tags themselves may have white space, comments and the like before them. */
  atEndTag(): boolean {
    return this.#next("a tag") === SLASH;
  }

  /** Reads the start tag of an element that cannot be empty. */
  open(name: string): void {
    if (!this.enter(name)) this.fail(`<${name}/> should not be empty`);
  }

  /** Reads the start tag of this name, and tells whether there is content to read, and an end tag. */
  enter(name: string): boolean {
    if (this.#opens(name)) return true;
    this.#next(`<${name}>`);
    const start = this.offset;
    if (this.startTag(`<${name}>`) === name) return !this.selfClosed;
    this.rewind(start);
    return this.#unexpected(`<${name}>`);
  }

  /** Reads any start tag and answers with its name. `expected` says in a message what should be there. */
  startTag(expected: string): string {
    if (NAME_START[this.#next(expected)] === 0) this.#unexpected(expected);
    const bytes = this.#bytes;
    const start = this.#at + 1;
    let end = start + 1;
    while (end < bytes.length && NAME_BYTE[bytes[end]!] === 1) end++;
    const name = this.#names.get(bytes, start, end);
    this.selfClosed = false;
    if (bytes[end] === GREATER) this.#at = end + 1;
    else this.#attributes(end);
    return name;
  }

  /** Reads the end tag of this name. */
  endTag(name: string): void {
    if (this.#closes(name)) return;
    this.#next(`</${name}>`);
    if (!this.#closes(name)) this.#unexpected(`</${name}>`);
  }

  /** Reads what must be the end of the document. */
  end(): void {
    for (;;) {
      this.#space();
      if (this.pending === 0) break;
      if (this.#bytes[this.#at] !== LESS || !this.#atAside()) {
        this.fail("something follows its end");
      }
      this.#aside();
    }
    if (!this.#final) throw new Incomplete();
  }

  /** Reads the text up to the next tag: that of comments is left out, that of CDATA sections taken as it is. */
  text(): string {
    const start = this.#at;
    let text = this.#run(start);
    while (this.#atAside()) {
      if (this.#atCdata()) text += this.#cdata(start);
      else this.#aside();
      text += this.#run(start);
    }
    return text;
  }

  /** Reads the text of an integer as it is usually written: a few digits. Otherwise reads nothing, and answers with NaN. */
  digits(): number {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    let value = 0;
    for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
      value = value * 10 + digit;
    }
    if (at === start || at - start > 15 || bytes[at] !== LESS || bytes[at + 1] !== SLASH) {
      return NaN;
    }
    this.#at = at;
    return value;
  }

  /** Like `text()`, for names: the same bytes give the same string again, which costs less than a new one. */
  name(): string {
    const bytes = this.#bytes;
    const limit = Math.min(bytes.length - 1, this.#at + LONGEST_NAME);
    let end = this.#at;
    while (end < limit && bytes[end] !== LESS && KIND[bytes[end]!] === 0) end++;
    if (end === limit || bytes[end] !== LESS || bytes[end + 1] !== SLASH) return this.text();
    const name = this.#names.get(bytes, this.#at, end);
    this.#at = end;
    return name;
  }

  /** Passes white space, comments and processing instructions up to a tag; answers with the byte after its `<`. */
  #next(expected: string): number {
    const bytes = this.#bytes;
    for (;;) {
      this.#space();
      if (this.pending > 0 && bytes[this.#at] !== LESS) this.#unexpected(expected);
      const next = bytes[this.#at + 1];
      if (next === undefined) return this.#endsIn(`where ${expected} should be`);
      if (next !== BANG && next !== QUESTION) return next;
      if (this.#atCdata()) this.#unexpected(expected);
      this.#aside();
    }
  }

  /** Whether the `<` to read next starts something else than a tag. */
  #atAside(): boolean {
    const next = this.#bytes[this.#at + 1];
    if (next === undefined) this.#endsIn("inside a tag");
    return next === BANG || next === QUESTION;
  }

  #atCdata(): boolean {
    return this.#looksLike("<![CDATA[");
  }

  /** Whether these characters come next. */
  #looksLike(characters: string): boolean {
    const end = this.#at + characters.length;
    const found = this.#bytes.toString("latin1", this.#at, end);
    if (end > this.#bytes.length && characters.startsWith(found)) this.#endsIn("inside a tag");
    return found === characters;
  }

  /** Passes one comment or processing instruction. */
  #aside(): void {
    const start = this.#at;
    if (this.#bytes[start + 1] === QUESTION) {
      const end = this.#find("?>", start + 2);
      const target = /^[^\s?]*/.exec(this.#decode(start + 2, end))?.[0] ?? "";
      if (NAME_START[target.charCodeAt(0) & 0xff] !== 1) this.fail("found a stray <?");
      if (target.toLowerCase() === "xml") this.fail("found an XML declaration after the start");
      this.#at = end + 2;
      return;
    }
    if (this.#looksLike("<!DOCTYPE")) this.fail("it has a DOCTYPE, which is not allowed");
    if (!this.#looksLike("<!--")) this.fail("found a stray <!");
    const end = this.#find("--", start + 4);
    this.#decode(start + 4, end);
    if (end + 2 === this.#bytes.length) this.#endsIn("inside a comment");
    if (this.#bytes[end + 2] !== GREATER) this.fail("found -- inside a comment", this.#base + end);
    this.#at = end + 3;
  }

  #cdata(textStart: number): string {
    const start = this.#at + 9;
    const end = this.#find("]]>", start);
    this.#checkLength(textStart, end);
    const text = this.#decode(start, end);
    this.#at = end + 3;
    return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  }

  /** Reads text up to the next `<`. */
  #run(textStart: number): string {
    const bytes = this.#bytes;
    const start = this.#at;
    const near = Math.min(bytes.length, start + LONG_TEXT);
    let end = start;
    let kinds = 0;
    while (end < near && bytes[end] !== LESS) kinds |= KIND[bytes[end++]!]!;
    if (end === near) {
      end = bytes.indexOf(LESS, near);
      if (end < 0) this.#endsIn("inside text");
      kinds = HIGH | SPECIAL;
    }
    if (end === start) return "";
    this.#checkLength(textStart, end);
    this.#at = end;
    if ((kinds & SPECIAL) !== 0) return this.#resolve(start, end);
    return (kinds & HIGH) === 0 ? bytes.latin1Slice(start, end) : this.#decode(start, end);
  }

  /** Decodes text that holds references, line ends or `>`. */
  #resolve(start: number, end: number): string {
    const bytes = this.#bytes;
    const out = this.#scratchOf(2 * (end - start));
    let size = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === AMPERSAND) {
        const stop = this.#referenceEnd(at, end);
        const codePoint = this.#codePoint(at, stop);
        if (codePoint < 0x80) out[size++] = codePoint;
        else size += out.write(String.fromCodePoint(codePoint), size);
        at = stop;
      } else if (byte === CR) {
        out[size++] = LF;
        if (bytes[at + 1] === LF) at++;
      } else if (
        byte === GREATER && at - start > 1 && bytes[at - 1] === BRACKET && bytes[at - 2] === BRACKET
      ) {
        this.fail("found ]]> in text", this.#base + at - 2);
      } else if (byte >= 0x80 && this.#charset !== "utf-8") {
        size += out.write(this.#decode(at, at + 1), size);
      } else out[size++] = byte;
    }
    const text = out.utf8Slice(0, size);
    if (text.includes("\ufffd")) this.#decode(start, end);
    return text;
  }

  #referenceEnd(start: number, textEnd: number): number {
    const limit = Math.min(textEnd, start + LONGEST_REFERENCE);
    for (let at = start + 1; at < limit; at++) if (this.#bytes[at] === SEMICOLON) return at;
    return this.fail("found & without an entity", this.#base + start);
  }

  /** The character that a reference from `&` to `;` stands for. */
  #codePoint(start: number, end: number): number {
    const name = this.#names.get(this.#bytes, start + 1, end);
    const named = ENTITIES.get(name);
    if (named !== undefined) return named;
    const [, hex, decimal] = /^#(?:x([\dA-Fa-f]+)|(\d+))$/.exec(name) ?? [];
    const point = hex !== undefined
      ? parseInt(hex, 16)
      : decimal !== undefined
      ? parseInt(decimal, 10)
      : 0;
    const surrogate = point >= 0xd800 && point <= 0xdfff;
    if (point >= 1 && point <= 0x10ffff && !surrogate) return point;
    const shown = /^#?\w*$/.test(name) ? `&${name};` : "&";
    return this.fail(`${shown} is no character that XML knows`, this.#base + start);
  }

  /** Decodes bytes as they are, and refuses those that the document's encoding does not have. */
  #decode(start: number, end: number): string {
    const bytes = this.#bytes;
    if (this.#charset !== "utf-8") {
      for (let at = start; at < end && this.#charset === "us-ascii"; at++) {
        if (bytes[at]! >= 0x80) this.fail("found a byte that is not ASCII", this.#base + at);
      }
      return bytes.latin1Slice(start, end);
    }
    const text = bytes.utf8Slice(start, end);
    if (!text.includes("\ufffd")) return text;
    // U+FFFD may be in the bytes or stand for wrong ones: written again, it differs from wrong ones.
    const again = Buffer.from(text);
    const wrong = again.findIndex((byte, index) => byte !== bytes[start + index]);
    if (wrong >= 0) this.fail("found bytes that are not UTF-8", this.#base + start + wrong);
    return text;
  }

  /** Reads attributes up to the end of a start tag. They mean nothing in XML-RPC, but must be well-formed. */
  #attributes(from: number): void {
    const bytes = this.#bytes;
    const seen = new Set<string>();
    this.#at = from;
    for (;;) {
      const spaced = this.#space();
      if (bytes[this.#at] === GREATER) break;
      if (bytes[this.#at] === SLASH) {
        if (bytes[++this.#at] !== GREATER) this.#malformedTag();
        this.selfClosed = true;
        break;
      }
      if (!spaced) this.#malformedTag();
      const name = this.#attribute();
      if (seen.has(name)) this.fail("a tag has the same attribute twice");
      seen.add(name);
    }
    this.#at++;
  }

  #attribute(): string {
    const bytes = this.#bytes;
    const start = this.#at;
    if (NAME_START[bytes[start] ?? 0] === 0) this.#malformedTag();
    while (NAME_BYTE[bytes[this.#at] ?? 0] === 1) this.#at++;
    const name = this.#decode(start, this.#at);
    this.#space();
    if (bytes[this.#at++] !== EQUALS) this.#malformedTag(this.#at - 1);
    this.#space();
    const quote = bytes[this.#at++];
    if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) this.#malformedTag(this.#at - 1);
    const end = bytes.indexOf(quote, this.#at);
    if (end < 0) this.#endsIn("inside a tag");
    const less = bytes.subarray(this.#at, end).indexOf(LESS);
    if (less >= 0) this.fail("found < in an attribute", this.offset + less);
    this.#resolve(this.#at, end);
    this.#at = end + 1;
    return name;
  }

  /** Passes white space, and tells whether there was any. */
  #space(): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    let at = start;
    while (isSpace(bytes[at])) at++;
    this.#at = at;
    return at > start;
  }

  /** Passes the start tag of this name, if it is what comes next, and as it is usually written. */
  #opens(name: string): boolean {
    const bytes = this.#bytes;
    let start = this.#at;
    while (isSpace(bytes[start])) start++;
    const end = start + 1 + name.length;
    if (bytes[start] !== LESS || bytes[end] !== GREATER) return false;
    if (!matches(name, bytes, start + 1)) return false;
    this.#at = end + 1;
    return true;
  }

  /** Passes the end tag of this name, if it is what comes next. */
  #closes(name: string): boolean {
    const bytes = this.#bytes;
    let start = this.#at;
    while (isSpace(bytes[start])) start++;
    let end = start + 2 + name.length;
    if (bytes[start] !== LESS || bytes[start + 1] !== SLASH || end >= bytes.length) return false;
    if (!matches(name, bytes, start + 2)) return false;
    while (isSpace(bytes[end])) end++;
    if (bytes[end] !== GREATER) return false;
    this.#at = end + 1;
    return true;
  }

  #find(characters: string, from: number): number {
    const at = this.#bytes.indexOf(characters, from);
    return at < 0 ? this.#endsIn(`before a ${characters}`) : at;
  }

  /** Refuses what comes next in place of a tag. */
  #unexpected(expected: string): never {
    const bytes = this.#bytes;
    if (this.pending > 0 && bytes[this.#at] !== LESS) {
      this.fail(`found text where ${expected} should be`);
    }
    const end = bytes.indexOf(GREATER, this.#at);
    if (end < 0) this.#endsIn(`where ${expected} should be`);
    const tag = bytes.latin1Slice(this.#at, Math.min(end, this.#at + 40));
    const name = /^<\/?[\w.:-]+/.exec(tag)?.[0];
    this.fail(`found ${name === undefined ? "a stray <" : name + ">"} where ${expected} should be`);
  }

  #malformedTag(at = this.#at): never {
    if (at >= this.#bytes.length) this.#endsIn("inside a tag");
    this.fail("found a malformed tag", this.#base + at);
  }

  /** The bytes at hand have ended too early: not yet an error where more may come. */
  #endsIn(where: string): never {
    if (!this.#final) throw new Incomplete();
    this.fail(`it ends ${where}`, this.#base + this.#bytes.length);
  }

  #checkSize(size: number): void {
    const { maxBytes } = this.#limits;
    if (size > maxBytes) this.fail(`it is larger than ${maxBytes} bytes`, maxBytes);
  }

  #checkLength(start: number, end: number): void {
    const { maxStringBytes } = this.#limits;
    if (end - start <= maxStringBytes) return;
    this.fail(`found text longer than ${maxStringBytes} bytes`, this.#base + start);
  }

  #scratchOf(size: number): Bytes {
    if (this.#scratch.length < size) this.#scratch = bytesOf(new Uint8Array(size));
    return this.#scratch;
  }
}

/** Keeps short names, so that the same bytes become a string once. A new name takes the place of an old one. */
class NameCache {
  readonly #slots = new Array<string>(4096).fill("");

  get(bytes: Bytes, start: number, end: number): string {
    const length = end - start;
    const middle = bytes[start + (length >> 1)]!;
    const mixed = ((bytes[start]! * 31 + middle) * 31 + bytes[end - 1]!) * 31 + length;
    const slot = Math.imul(mixed, 0x9e3779b1) >>> 20;
    const known = this.#slots[slot]!;
    if (known.length === length && matches(known, bytes, start)) return known;
    // As the name of a property, a string becomes one that compares and looks up fast.
    const [name = ""] = Object.keys({ [bytes.latin1Slice(start, end)]: 0 });
    return this.#slots[slot] = name;
  }
}

/** The same bytes, not copied. */
function bytesOf({ buffer, byteOffset, length }: Uint8Array): Bytes {
  return Buffer.from(buffer, byteOffset, length) as Bytes;
}

function matches(name: string, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}

function isSpace(byte: number | undefined): boolean {
  return byte === LF || byte === SPACE || byte === CR || byte === TAB;
}
