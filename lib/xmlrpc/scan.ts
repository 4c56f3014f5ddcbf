/**
 * The one XML scanner: strict, over bytes, and able to stop where the bytes at hand end. Everything that odeno reads of
 * XML-RPC goes through it.
 *
 * It differs from XML 1.0 in one point, because Odoo's answers do: control characters, U+FFFE and U+FFFF are taken as
 * they come. A DOCTYPE, and with it any declaration of entities, is refused.
 *
 * @module
 */
import { isName, type Literal, NAME_BYTE, NAME_START, NameCache, type Tag } from "./names.ts";
import { NumberWindow } from "./numbers.ts";
import { isPlain, isSpace, KIND, kindsOf, latin1, TAG, TextReader } from "./text.ts";
import { Incomplete, type ScanLimits } from "./window.ts";

const BANG = 0x21, DOUBLE_QUOTE = 0x22, SINGLE_QUOTE = 0x27;
const SLASH = 0x2f, LESS = 0x3c, EQUALS = 0x3d, GREATER = 0x3e, QUESTION = 0x3f;

const LONGEST_NAME = 64;
const LONG_TEXT = 256;

/**
 * Reads tags and text of a document, in order. Made for one document, either whole ({@linkcode XmlScanner.load}) or in
 * chunks ({@linkcode XmlScanner.push}); in chunks, every reading method may throw {@linkcode Incomplete}.
 */
export class XmlScanner extends NumberWindow {
  /** Whether the start tag read last was an empty element, such as `<nil/>`. It then has no end tag. */
  selfClosed = false;
  readonly #names = new NameCache();
  readonly #text: TextReader;
  /** Takes what to call the document, and what is too much. */
  constructor(subject: string, limits: ScanLimits) {
    super(subject, limits);
    this.#text = new TextReader(
      this.#names,
      (message, index) => this.fail(message, this.base + index),
    );
  }

  /** Reads the byte order mark and the XML declaration, where there are any. */
  prolog(): void {
    if (!this.final && this.pending < 16) throw new Incomplete();
    if (this.pending === 0) this.fail("it is empty");
    const first = latin1(this.bytes, 0, Math.min(9, this.bytes.length));
    if (/^(?:\xfe\xff|\xff\xfe)/.test(first)) this.fail("it is in UTF-16, which is not supported");
    const marked = first.startsWith("\xef\xbb\xbf");
    if (marked) this.at += 3;
    if (!/^<\?xml\s/.test(marked ? first.slice(3) : first)) return;
    const end = this.find("?>", this.at) + 2;
    this.#text.declare(latin1(this.bytes, this.at, end), this.at);
    this.at = end;
  }

  /** Whether an end tag follows. White space, comments and the like may come before any tag. */
  atEndTag(): boolean {
    return this.#next("a tag") === SLASH;
  }

  /** Reads the start tag of an element that cannot be empty. */
  open(tag: Tag): void {
    if (!this.enter(tag)) this.fail(`<${tag.name}/> should not be empty`);
  }

  /** Reads this start tag, and tells whether content and an end tag follow. */
  enter(tag: Tag): boolean {
    if (this.passes(tag.start)) return true;
    const expected = `<${tag.name}>`;
    this.#next(expected);
    const start = this.offset;
    if (this.startTag(expected) === tag.name) return !this.selfClosed;
    this.rewind(start);
    return this.#unexpected(expected);
  }

  /** Reads any start tag and answers with its name. `expected` says in a message what should be there. */
  startTag(expected: string): string {
    if (NAME_START[this.#next(expected)] === 0) this.#unexpected(expected);
    const bytes = this.bytes;
    const start = this.at + 1;
    let end = start + 1;
    while (end < bytes.length && NAME_BYTE[bytes[end]!] === 1) end++;
    this.selfClosed = false;
    if (bytes[end] === GREATER) this.at = end + 1;
    else this.#attributes(end);
    return this.#names.get(bytes, start, end);
  }

  /** Reads this end tag. */
  endTag(tag: Tag): void {
    if (!this.passes(tag.end)) this.close(tag.name);
  }

  /** Reads the end tag of this name, in any way of writing it. */
  close(name: string): void {
    const expected = `</${name}>`;
    this.#next(expected);
    const end = this.at + expected.length - 1;
    const found = latin1(this.bytes, this.at, end);
    if (found !== expected.slice(0, -1)) this.#unexpected(expected);
    this.at = end;
    this.#space();
    if (this.bytes[this.at] !== GREATER) this.#malformedTag();
    this.at++;
  }

  /** The eight bytes that come next, as `headOf` makes a number of them; 0 where there are less. */
  head(): number {
    const { at, view } = this;
    return at + 8 > view.byteLength ? 0 : view.getFloat64(at, true);
  }

  /** Passes white space and these characters, if they are what comes next. */
  passes(literal: Literal): boolean {
    const bytes = this.bytes;
    let start = this.at;
    while (start < bytes.length && isSpace(bytes[start]!)) start++;
    const end = start + literal.length;
    if (end > bytes.length || !this.matches(literal, start)) return false;
    this.at = end;
    return true;
  }

  /** Reads what must be the end of the document. */
  end(): void {
    for (;;) {
      this.#space();
      if (this.pending === 0) break;
      if (this.bytes[this.at] !== LESS || !this.#atAside()) {
        this.fail("something follows its end");
      }
      this.#aside();
    }
    if (!this.final) throw new Incomplete();
  }

  /** Reads the text of an element, and its end tag. */
  textOf(tag: Tag): string {
    const start = this.at;
    let text = this.#run(start);
    if (!this.follows(tag.end)) {
      text = this.#asides(text, start);
      this.endTag(tag);
    }
    return text;
  }

  /** Reads the text up to the next tag: that of comments is left out, that of CDATA sections taken as it is. */
  text(): string {
    const start = this.at;
    return this.#asides(this.#run(start), start);
  }

  /** Reads on to the next tag after some text. */
  #asides(read: string, start: number): string {
    let text = read;
    while (this.#atAside()) {
      if (this.#atCdata()) text += this.#cdata(start);
      else this.#aside();
      text += this.#run(start);
    }
    return text;
  }

  /** Like `text()`, for names: the same bytes give the same string again, which costs less than a new one. */
  name(): string {
    const bytes = this.bytes;
    const longest = Math.min(LONGEST_NAME, this.limits.maxStringBytes + 1);
    const limit = Math.min(bytes.length - 1, this.at + longest);
    let end = this.at;
    while (end < limit && KIND[bytes[end]!] === 0) end++;
    if (end === limit || bytes[end] !== LESS || bytes[end + 1] !== SLASH) return this.text();
    const name = this.#names.get(bytes, this.at, end);
    this.at = end;
    return name;
  }

  /** Passes white space, comments and processing instructions up to a tag; answers with the byte after its `<`. */
  #next(expected: string): number {
    const bytes = this.bytes;
    for (;;) {
      this.#space();
      if (this.pending > 0 && bytes[this.at] !== LESS) this.#unexpected(expected);
      if (this.pending < 2) return this.endsIn(`where ${expected} should be`);
      const next = bytes[this.at + 1]!;
      if (next !== BANG && next !== QUESTION) return next;
      if (this.#atCdata()) this.fail(`found text where ${expected} should be`);
      this.#aside();
    }
  }

  /** Whether the `<` to read next starts something else than a tag. */
  #atAside(): boolean {
    if (this.pending < 2) this.endsIn("inside a tag");
    const next = this.bytes[this.at + 1]!;
    return next === BANG || next === QUESTION;
  }

  #atCdata(): boolean {
    return this.#looksLike("<![CDATA[");
  }

  /** Whether these characters come next. */
  #looksLike(characters: string): boolean {
    const end = this.at + characters.length;
    const found = latin1(this.bytes, this.at, end);
    if (end > this.bytes.length && characters.startsWith(found)) this.endsIn("inside a tag");
    return found === characters;
  }

  /** Passes one comment or processing instruction. */
  #aside(): void {
    const start = this.at;
    if (this.bytes[start + 1] === QUESTION) {
      const end = this.find("?>", start + 2);
      const content = this.#text.decode(this.bytes, start + 2, end);
      const [target = ""] = /^[^ \t\r\n]*/.exec(content) ?? [];
      if (!isName(target)) this.fail("found a stray <?");
      if (target.toLowerCase() === "xml") this.fail("found an XML declaration after the start");
      this.at = end + 2;
      return;
    }
    if (this.#looksLike("<!DOCTYPE")) this.fail("it has a DOCTYPE, which is not allowed");
    if (!this.#looksLike("<!--")) this.fail("found a stray <!");
    const end = this.find("--", start + 4);
    this.#text.decode(this.bytes, start + 4, end);
    if (end + 2 === this.bytes.length) this.endsIn("inside a comment");
    if (this.bytes[end + 2] !== GREATER) this.fail("found -- inside a comment", this.base + end);
    this.at = end + 3;
  }

  #cdata(textStart: number): string {
    const start = this.at + 9;
    const end = this.find("]]>", start);
    this.#checkLength(textStart, end);
    const text = this.#text.decode(this.bytes, start, end);
    this.at = end + 3;
    return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  }

  /** Reads text up to the next `<`. */
  #run(textStart: number): string {
    const bytes = this.bytes;
    const start = this.at;
    const near = Math.min(bytes.length, start + LONG_TEXT);
    let end = start;
    let kinds = 0;
    while (end + 4 <= near && isPlain(this.view.getInt32(end, true))) end += 4;
    for (let kind = 0; end < near && (kind = KIND[bytes[end]!]!) !== TAG; end++) kinds |= kind;
    if (end === near) {
      end = bytes.indexOf(LESS, near);
      if (end < 0) this.endsIn("inside text");
      kinds = kindsOf(bytes.subarray(start, end));
    }
    if (end === start) return "";
    this.#checkLength(textStart, end);
    this.at = end;
    return this.#text.read(bytes, start, end, kinds);
  }

  /** Reads attributes up to the end of a start tag. They mean nothing in XML-RPC, but must be well-formed. */
  #attributes(from: number): void {
    const bytes = this.bytes;
    const seen = new Set<string>();
    this.at = from;
    for (;;) {
      const spaced = this.#space();
      if (bytes[this.at] === GREATER) break;
      if (bytes[this.at] === SLASH) {
        if (bytes[++this.at] !== GREATER) this.#malformedTag();
        this.selfClosed = true;
        break;
      }
      if (!spaced) this.#malformedTag();
      const name = this.#attribute();
      if (seen.has(name)) this.fail("a tag has the same attribute twice");
      seen.add(name);
    }
    this.at++;
  }

  #attribute(): string {
    const bytes = this.bytes;
    const start = this.at;
    if (NAME_START[bytes[start] ?? 0] === 0) this.#malformedTag();
    while (NAME_BYTE[bytes[this.at] ?? 0] === 1) this.at++;
    // The bytes at hand may end inside of a character
    if (this.at === bytes.length) this.endsIn("inside a tag");
    const name = this.#text.decode(bytes, start, this.at);
    if (!isName(name)) this.#malformedTag(start);
    this.#space();
    if (bytes[this.at++] !== EQUALS) this.#malformedTag(this.at - 1);
    this.#space();
    const quote = bytes[this.at++];
    if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) this.#malformedTag(this.at - 1);
    const end = bytes.indexOf(quote, this.at);
    if (end < 0) this.endsIn("inside a tag");
    const less = bytes.subarray(this.at, end).indexOf(LESS);
    if (less >= 0) this.fail("found < in an attribute", this.offset + less);
    this.#text.resolve(bytes, this.at, end, true);
    this.at = end + 1;
    return name;
  }

  /** Passes white space, and tells whether there was any. */
  #space(): boolean {
    const bytes = this.bytes;
    const start = this.at;
    let at = start;
    while (at < bytes.length && isSpace(bytes[at]!)) at++;
    this.at = at;
    return at > start;
  }

  /** Refuses what comes next in place of a tag. */
  #unexpected(expected: string): never {
    const bytes = this.bytes;
    if (this.pending > 0 && bytes[this.at] !== LESS) {
      this.fail(`found text where ${expected} should be`);
    }
    const end = bytes.indexOf(GREATER, this.at);
    if (end < 0) this.endsIn(`where ${expected} should be`);
    const tag = latin1(bytes, this.at, Math.min(end, this.at + 40));
    const name = /^<\/?[\w.:-]+/.exec(tag)?.[0];
    this.fail(`found ${name === undefined ? "a stray <" : name + ">"} where ${expected} should be`);
  }

  #malformedTag(at = this.at): never {
    if (at >= this.bytes.length) this.endsIn("inside a tag");
    this.fail("found a malformed tag", this.base + at);
  }

  #checkLength(start: number, end: number): void {
    const { maxStringBytes } = this.limits;
    if (end - start <= maxStringBytes) return;
    this.fail(`found text longer than ${maxStringBytes} bytes`, this.base + start);
  }
}
