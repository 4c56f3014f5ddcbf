/**
 * Bytes of text to strings.
 *
 * Strings are decoded by themselves, never cut from one of the whole body: so none keeps more than itself in memory,
 * and the body is never decoded as a whole, which would cost more than reading it.
 *
 * @module
 */
import type { NameCache } from "./names.ts";

type Charset = "utf-8" | "iso-8859-1" | "us-ascii";

/** Text of up to so many bytes is made a string one character at a time, which then costs less than a decoder. */
const SHORT_TEXT = 48;
/** For each number of characters, an array of that length. */
const CODES: readonly number[][] = Array.from(
  { length: SHORT_TEXT + 1 },
  (_, length) => new Array<number>(length).fill(0),
);

/** Refuses a document for what is at that index of the bytes. */
export type Refuse = (message: string, index: number) => never;

/** In {@linkcode KIND}: bytes beyond ASCII. */
export const HIGH = 1;
/** In {@linkcode KIND}: bytes that do not stand for themselves, or may not stand there. */
export const SPECIAL = 2;
/** In {@linkcode KIND}: what ends text. */
export const TAG = 4;

const TAB = 0x09,
  LF = 0x0a,
  SPACE = 0x20,
  CR = 0x0d,
  AMPERSAND = 0x26,
  SEMICOLON = 0x3b,
  LESS = 0x3c,
  GREATER = 0x3e,
  BRACKET = 0x5d;
const A = 0x61, G = 0x67, L = 0x6c, M = 0x6d, P = 0x70, T = 0x74;

/** The kind of each byte of text; 0 where it needs no care. */
export const KIND: Uint8Array = new Uint8Array(256).fill(HIGH, 0x80);
for (const byte of [AMPERSAND, CR, GREATER]) KIND[byte] = SPECIAL;
KIND[LESS] = TAG;

const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const ENCODER = new TextEncoder();

const ENTITIES = new Map([
  ["amp", 0x26],
  ["lt", 0x3c],
  ["gt", 0x3e],
  ["quot", 0x22],
  ["apos", 0x27],
]);

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

const LONGEST_REFERENCE = 32;

/** Decodes text in the encoding of a document. */
export class TextReader {
  #charset: Charset = "utf-8";
  readonly #names: NameCache;
  readonly #refuse: Refuse;
  readonly #units = new Array<number>(SHORT_TEXT).fill(0);
  #scratch = new Uint8Array(0);

  /** Takes a cache for the names of entities, and what to do with text that cannot be read. */
  constructor(names: NameCache, refuse: Refuse) {
    this.#names = names;
    this.#refuse = refuse;
  }

  /** Takes the encoding from an XML declaration that starts at that index of the bytes. */
  declare(declaration: string, index: number): void {
    const found = DECLARATION.exec(declaration);
    // In JavaScript, more than XML's white space is white space.
    const odd = /[^\t\n\r -~]/.test(declaration);
    if (found === null || odd) return this.#refuse("the XML declaration is malformed", index);
    const name = found[3] ?? "utf-8";
    const charset = CHARSETS.get(name.toLowerCase());
    if (charset === undefined) {
      return this.#refuse(`its encoding ${name.slice(0, 40)} is not supported`, index);
    }
    if (index > 0 && charset !== "utf-8") {
      return this.#refuse(`it has the mark of UTF-8 and says it is ${name}`, index);
    }
    this.#charset = charset;
  }

  /** Decodes the text of an element, whose bytes are of these kinds. */
  read(bytes: Uint8Array, start: number, end: number, kinds: number): string {
    if (end - start <= SHORT_TEXT) {
      if (kinds === 0) return shortAscii(bytes, start, end);
      const text = this.#charset === "utf-8" ? this.#short(bytes, start, end) : undefined;
      if (text !== undefined) return text;
    }
    if ((kinds & SPECIAL) !== 0) return this.resolve(bytes, start, end);
    return kinds === 0 ? utf8(bytes, start, end) : this.decode(bytes, start, end);
  }

  /** Decodes short text of usual characters and references; `undefined` where it needs a closer look. */
  #short(bytes: Uint8Array, start: number, end: number): string | undefined {
    const units = this.#units;
    let size = 0;
    for (let at = start; at < end; at++) {
      let unit = bytes[at]!;
      if (KIND[unit] !== 0) {
        const high = unit >= 0x80;
        unit = high ? unitAt(bytes, at) : referenceAt(bytes, at);
        if (unit === 0) return undefined;
        if (high) at += unit < 0x800 ? 1 : 2;
        else at += unit === AMPERSAND ? 4 : 3;
      }
      units[size++] = unit;
    }
    const codes = CODES[size]!;
    for (let index = 0; index < size; index++) codes[index] = units[index]!;
    return String.fromCharCode.apply(null, codes);
  }

  /** Decodes bytes as they are, and refuses those that the document's encoding does not have. */
  decode(bytes: Uint8Array, start: number, end: number): string {
    if (this.#charset !== "utf-8") {
      for (let at = start; at < end && this.#charset === "us-ascii"; at++) {
        if (bytes[at]! >= 0x80) this.#refuse("found a byte that is not ASCII", at);
      }
      return latin1(bytes, start, end);
    }
    const text = utf8(bytes, start, end);
    if (!text.includes("\ufffd")) return text;
    // U+FFFD may be in the bytes or stand for wrong ones: written again, it differs from wrong ones.
    const again = ENCODER.encode(text);
    const wrong = again.findIndex((byte, index) => byte !== bytes[start + index]);
    if (wrong >= 0) this.#refuse("found bytes that are not UTF-8", start + wrong);
    return text;
  }

  /** Decodes text that holds references, line ends or `>`. An attribute may hold `]]>`, other text may not. */
  resolve(bytes: Uint8Array, start: number, end: number, attribute = false): string {
    const isUtf8 = this.#charset === "utf-8";
    // References and line ends become shorter; bytes beyond ASCII may become two.
    const out = this.#scratchOf(isUtf8 ? end - start : 2 * (end - start));
    let size = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (isUtf8 && KIND[byte] !== SPECIAL) out[size++] = byte;
      else if (byte === AMPERSAND) {
        const usual = referenceAt(bytes, at);
        const stop = usual === 0
          ? this.#referenceEnd(bytes, at, end)
          : at + (usual === AMPERSAND ? 4 : 3);
        const codePoint = usual || this.#codePoint(bytes, at, stop);
        if (codePoint < 0x80) out[size++] = codePoint;
        else size += write(String.fromCodePoint(codePoint), out, size);
        at = stop;
      } else if (byte === CR) {
        out[size++] = LF;
        if (bytes[at + 1] === LF) at++;
      } else if (
        byte === GREATER && !attribute && at - start > 1 &&
        bytes[at - 1] === BRACKET && bytes[at - 2] === BRACKET
      ) {
        this.#refuse("found ]]> in text", at - 2);
      } else if (byte >= 0x80 && !isUtf8) {
        size += write(this.decode(bytes, at, at + 1), out, size);
      } else out[size++] = byte;
    }
    const text = utf8(out, 0, size);
    if (text.includes("\ufffd")) this.decode(bytes, start, end);
    return text;
  }

  #referenceEnd(bytes: Uint8Array, start: number, textEnd: number): number {
    const limit = Math.min(textEnd, start + LONGEST_REFERENCE);
    for (let at = start + 1; at < limit; at++) if (bytes[at] === SEMICOLON) return at;
    return this.#refuse("found & without an entity", start);
  }

  /** The character that a reference from `&` to `;` stands for. */
  #codePoint(bytes: Uint8Array, start: number, end: number): number {
    const name = this.#names.get(bytes, start + 1, end);
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
    return this.#refuse(`${shown} is no character that XML knows`, start);
  }

  #scratchOf(size: number): Uint8Array {
    if (this.#scratch.length < size) this.#scratch = new Uint8Array(size);
    return this.#scratch;
  }
}

function shortAscii(bytes: Uint8Array, start: number, end: number): string {
  const codes = CODES[end - start]!;
  for (let index = 0; index < codes.length; index++) codes[index] = bytes[start + index]!;
  return String.fromCharCode.apply(null, codes);
}

/** The UTF-16 unit of the two or three bytes of UTF-8 there, or 0 where they are no such. */
function unitAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at]!;
  const second = bytes[at + 1]! ^ 0x80, third = bytes[at + 2]! ^ 0x80;
  if (second >= 0x40) return 0;
  if (lead >= 0xc2 && lead < 0xe0) return (lead & 0x1f) << 6 | second;
  if ((lead & 0xf0) !== 0xe0 || third >= 0x40) return 0;
  const unit = (lead & 0x0f) << 12 | second << 6 | third;
  return unit < 0x800 || (unit & 0xf800) === 0xd800 ? 0 : unit;
}

/** The character of `&amp;`, `&lt;` or `&gt;` there, or 0 where there is something else. */
function referenceAt(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== AMPERSAND) return 0;
  const first = bytes[at + 1], second = bytes[at + 2], third = bytes[at + 3];
  if (first === A && second === M && third === P && bytes[at + 4] === SEMICOLON) return AMPERSAND;
  if (second !== T || third !== SEMICOLON) return 0;
  return first === L ? LESS : first === G ? GREATER : 0;
}

/** The kinds of bytes in a long text, as far as they matter: each search is much faster than a look at every byte. */
export function kindsOf(text: Uint8Array): number {
  const special = text.includes(AMPERSAND) || text.includes(CR) || text.includes(GREATER);
  return special ? SPECIAL : HIGH;
}

/** Whether four bytes of text, as one number, all stand for themselves. */
export function isPlain(word: number): boolean {
  // Of a byte that is 0, subtracting 1 sets the highest bit, which its complement has as well.
  const and = word ^ 0x26262626, cr = word ^ 0x0d0d0d0d, tag = (word | 0x02020202) ^ 0x3e3e3e3e;
  const found = (and - 0x01010101 & ~and) | (cr - 0x01010101 & ~cr) | (tag - 0x01010101 & ~tag);
  return ((found | word) & 0x80808080) === 0;
}

/** Whether a byte is what XML takes for white space. */
export function isSpace(byte: number): boolean {
  return byte === LF || byte === SPACE || byte === CR || byte === TAB;
}

/** The string of bytes in UTF-8, or ASCII; U+FFFD stands for wrong ones. */
export function utf8(bytes: Uint8Array, start: number, end: number): string {
  return DECODER.decode(bytes.subarray(start, end));
}

/** The string of bytes in ISO-8859-1. What the standard decoder calls by that name is another encoding. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (const byte of bytes.subarray(start, end)) text += String.fromCharCode(byte);
  return text;
}

function write(text: string, out: Uint8Array, at: number): number {
  return ENCODER.encodeInto(text, out.subarray(at)).written;
}
