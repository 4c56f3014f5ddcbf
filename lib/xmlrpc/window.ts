/**
 * The bytes of a document that are at hand, and where in it they are.
 *
 * @module
 */
import type { Literal, Span } from "./names.ts";
import { utf8 } from "./text.ts";
import { OdooProtocolError } from "../errors.ts";

/**
 * Thrown where the bytes end inside of something, and more may come: push a chunk or finish, rewind, and try again. No
 * error, because nothing is wrong, and each chunk would pay for a stack trace.
 */
export class Incomplete {}

/** As much of a document in chunks is kept at most. */
const MOST_KEPT = 2 ** 29;

/** What a scanner refuses to read, in bytes. */
export interface ScanLimits {
  /** Largest body. */
  readonly maxBytes: number;
  /** Longest text of one element. */
  readonly maxStringBytes: number;
}

/** The bytes at hand, whole or in chunks. What reads them extends this class: a call for each byte would cost too much. */
export class ByteWindow {
  /** What to call the document in messages, such as "XML-RPC answer". */
  readonly subject: string;
  /** What is too much. */
  readonly limits: ScanLimits;
  /** The bytes at hand, and nothing else. They change with every `push`. */
  bytes: Uint8Array = new Uint8Array(0);
  /** The same bytes, for reading four at once. */
  view: DataView = new DataView(this.bytes.buffer);
  /** What `bytes` lies in, where the document comes in chunks. */
  #window = new Uint8Array(0);
  /** Offset in the document of the first byte at hand. */
  protected base = 0;
  /** Where to read on, counted in the bytes at hand. */
  at = 0;
  /** Whether nothing more comes. */
  final = false;

  /** Takes what to call the document, and what is too much. */
  constructor(subject: string, limits: ScanLimits) {
    this.subject = subject;
    this.limits = limits;
  }

  /** Offset in the document of what is read next. */
  get offset(): number {
    return this.base + this.at;
  }

  /** How many bytes are at hand and not yet read. */
  get pending(): number {
    return this.bytes.length - this.at;
  }

  /** Gives the whole document at once. The bytes are not copied, and nothing that is read from them keeps them. */
  load(bytes: Uint8Array): void {
    this.#checkSize(bytes.length);
    this.#use(bytes);
    this.final = true;
  }

  /** Gives the next bytes, which are copied, and forgets what was read. */
  push(chunk: Uint8Array): void {
    const kept = this.pending;
    const size = kept + chunk.length;
    this.#checkSize(this.offset + size);
    // What is kept is one row, or what stands before the rows
    if (size > MOST_KEPT) this.fail(`it has a row longer than ${MOST_KEPT} bytes`);
    const rest = this.bytes.subarray(this.at);
    const tooSmall = size > this.#window.length;
    if (tooSmall) this.#window = new Uint8Array(Math.max(size, 2 * this.#window.length));
    if (tooSmall || this.at > 0) this.#window.set(rest);
    this.#window.set(chunk, kept);
    this.base += this.at;
    this.at = 0;
    this.#use(this.#window.subarray(0, size));
  }

  /** Tells that nothing more comes: from now on, bytes that end too early are an error. */
  finish(): void {
    this.final = true;
  }

  /** Goes back to an offset that was read since the last `push`. */
  rewind(offset: number): void {
    this.at = offset - this.base;
  }

  /** Passes these characters, if they are what comes next. */
  follows(literal: Literal): boolean {
    const end = this.at + literal.length;
    if (end > this.bytes.length || !this.matches(literal, this.at)) return false;
    this.at = end;
    return true;
  }

  /** Passes these bytes, if they are what comes next. Asks for more where the bytes at hand end inside of them. */
  crosses(span: Span): boolean {
    const { at, view } = this;
    const { words, length } = span;
    if (at + length > view.byteLength) return this.#startOf(span);
    const last = words.length - 1;
    for (let index = 0; index < last; index++) {
      if (view.getFloat64(at + 8 * index, true) !== words[index]) return false;
    }
    if (view.getFloat64(at + length - 8, true) !== words[last]) return false;
    this.at = at + length;
    return true;
  }

  /** Whether these bytes are there. All of them have to be at hand. */
  protected matches({ words, length }: Literal, start: number): boolean {
    const { view } = this;
    const last = words.length - 1;
    for (let index = 0; index < last; index++) {
      if (view.getInt32(start + 4 * index, true) !== words[index]) return false;
    }
    return view.getInt32(start + length - 4, true) === words[last];
  }

  /** The start of a document whose first bytes are all at hand, for a message. */
  peek(length: number): string {
    if (!this.final && this.bytes.length < length) throw new Incomplete();
    return utf8(this.bytes, 0, length);
  }

  /** Refuses the document. */
  fail(message: string, offset = this.offset): never {
    const text = `Cannot read the ${this.subject}: ${message}, at byte ${offset}`;
    throw new OdooProtocolError(text, { offset });
  }

  /** Where these characters stand, which have to come. */
  protected find(characters: string, from: number): number {
    const at = indexOf(this.bytes, characters, from);
    return at < 0 ? this.endsIn(`before a ${characters}`) : at;
  }

  /** The bytes at hand have ended too early: not yet an error where more may come. */
  protected endsIn(where: string): never {
    if (!this.final) throw new Incomplete();
    this.fail(`it ends ${where}`, this.base + this.bytes.length);
  }

  /** The bytes at hand end: asks for more where these may yet come, and otherwise tells that they do not. */
  #startOf({ bytes }: Span): false {
    if (this.final) return false;
    for (let index = 0; index < this.pending; index++) {
      if (this.bytes[this.at + index] !== bytes[index]) return false;
    }
    throw new Incomplete();
  }

  #checkSize(size: number): void {
    const { maxBytes } = this.limits;
    if (size > maxBytes) this.fail(`it is larger than ${maxBytes} bytes`, maxBytes);
  }

  #use(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}

/** Where ASCII characters stand in bytes, from an index on, or -1. */
function indexOf(bytes: Uint8Array, characters: string, from: number): number {
  const [first = 0, ...rest] = Array.from(characters, (character) => character.charCodeAt(0));
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (rest.every((byte, index) => bytes[at + 1 + index] === byte)) return at;
  }
  return -1;
}
