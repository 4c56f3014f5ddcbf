/**
 * Where bytes stop being JSON, which `JSON.parse` tells for some of them only, and with the data around.
 *
 * @module
 */

/** What is wrong with bytes, and the index of the byte where it is. */
export interface JsonFault {
  /** What is wrong, such as "a value is missing". */
  readonly what: string;
  /** Index of the byte. */
  readonly at: number;
}

const QUOTE = 0x22, COMMA = 0x2c, COLON = 0x3a, BACKSLASH = 0x5c, LETTER_U = 0x75;
const OPEN_ARRAY = 0x5b, CLOSE_ARRAY = 0x5d, OPEN_OBJECT = 0x7b, CLOSE_OBJECT = 0x7d;
/** The bit in which brackets and braces differ. */
export const BRACE = 0x20;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** The bytes that numbers and words are made of. */
const IN_WORDS: ReadonlySet<number | undefined> = new Set(
  new TextEncoder().encode("0123456789+-.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
);
const WORDS = ["true", "false", "null"];
/** What Python writes for numbers that JSON does not have. */
const ODD_NUMBERS = ["NaN", "Infinity", "-Infinity"];

/** What may be too much. */
export interface JsonLimits {
  /** How many arrays and objects may be inside of each other. */
  readonly maxDepth: number;
  /** How many there are around the answer itself, which do not count. */
  readonly around: number;
  /** Longest string, in the bytes between its quotes. */
  readonly maxStringBytes: number;
}

/** Finds what is wrong with UTF-8, or too much of it; nothing where it is right. */
export function findFault(bytes: Uint8Array, limits: JsonLimits): JsonFault | undefined {
  const checker = new Checker(bytes, limits);
  try {
    checker.document();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/**
 * Whether more arrays and objects are inside of each other, found in a fifth of the time that `JSON.parse` takes. Of
 * what is no JSON it may say anything.
 */
export function isDeeper(bytes: Uint8Array, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if ((byte | BRACE) === OPEN_OBJECT) {
      if (++depth > most) return true;
    } else if ((byte | BRACE) === CLOSE_OBJECT) depth--;
  }
  return false;
}

/** Whether a byte is white space of JSON. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The first byte from an index on that is no white space, or `end`. */
export function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(bytes[at])) at++;
  return at;
}

class Fault extends Error implements JsonFault {
  readonly what: string;
  readonly at: number;

  constructor(what: string, at: number) {
    super(what);
    this.what = what;
    this.at = at;
  }
}

type Expected = "value" | "value or end" | "name" | "name or end" | "comma or end";

/** Reads JSON without making anything of it. Nesting is kept in a list, because it may be deeper than calls can be. */
class Checker {
  readonly #bytes: Uint8Array;
  /** What closes the arrays and objects around, outermost first. */
  readonly #closers: number[] = [];
  readonly #limits: JsonLimits;
  #at = 0;

  constructor(bytes: Uint8Array, limits: JsonLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  document(): void {
    let expected: Expected = "value";
    while (this.#next() !== undefined || expected !== "comma or end" || this.#closers.length > 0) {
      expected = this.#read(expected);
    }
  }

  /** Reads a value, a name, or what stands between them, and tells what has to come then. */
  #read(expected: Expected): Expected {
    const byte = this.#next();
    if (byte === undefined) this.#fail("it ends too early");
    if (expected.endsWith("or end") && byte === this.#closers.at(-1)) {
      this.#closers.pop();
      this.#at++;
      return "comma or end";
    }
    if (expected === "comma or end") return this.#separator(byte);
    if (expected === "name" || expected === "name or end") {
      if (byte !== QUOTE) this.#fail("a name is missing");
      this.#string();
      if (this.#next() !== COLON) this.#fail(this.#orEnds("a colon is missing"));
      this.#at++;
      return "value";
    }
    return this.#value(byte);
  }

  #separator(byte: number): Expected {
    const closer = this.#closers.at(-1);
    if (closer === undefined) this.#fail("there is more after its end");
    if (byte !== COMMA) this.#fail(`a comma or ${String.fromCharCode(closer)} is missing`);
    this.#at++;
    return closer === CLOSE_OBJECT ? "name" : "value";
  }

  #value(byte: number): Expected {
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      const { maxDepth, around } = this.#limits;
      if (this.#closers.length >= maxDepth + around) {
        this.#fail(`it is nested deeper than ${maxDepth}`);
      }
      this.#closers.push(byte === OPEN_ARRAY ? CLOSE_ARRAY : CLOSE_OBJECT);
      this.#at++;
      return byte === OPEN_ARRAY ? "value or end" : "name or end";
    }
    if (byte === QUOTE) this.#string();
    else this.#word();
    return "comma or end";
  }

  /** A number, `true`, `false` or `null`. */
  #word(): void {
    const start = this.#at;
    let end = start;
    while (IN_WORDS.has(this.#bytes[end])) end++;
    const word = new TextDecoder().decode(this.#bytes.subarray(start, end));
    if (!WORDS.includes(word) && !NUMBER.test(word)) {
      if (ODD_NUMBERS.includes(word)) {
        this.#fail("it has NaN or Infinity, for which JSON has no word");
      }
      if (end === this.#bytes.length) this.#at = end;
      this.#fail(this.#orEnds(/^-?\d/.test(word) ? "a number is malformed" : "a value is missing"));
    }
    if (/^-?\d+$/.test(word) && !Number.isSafeInteger(Number(word))) {
      this.#fail("it has an integer beyond 2^53, which a number cannot hold");
    }
    this.#at = end;
  }

  #string(): void {
    const start = this.#at;
    for (this.#at++; this.#bytes[this.#at] !== QUOTE; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) this.#fail("it ends too early");
      if (byte < 0x20) this.#fail("a string has a control character");
      if (byte === BACKSLASH) this.#escape();
    }
    const { maxStringBytes } = this.#limits;
    if (this.#at - start - 1 > maxStringBytes) {
      this.#at = start;
      this.#fail(`found text longer than ${maxStringBytes} bytes`);
    }
    this.#at++;
  }

  /** Ends at the last byte of the escape. */
  #escape(): void {
    const length = this.#bytes[this.#at + 1] === LETTER_U ? 6 : 2;
    const escape = this.#bytes.subarray(this.#at, this.#at + length);
    const text = String.fromCharCode(...escape);
    if (!/^\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})$/.test(text)) {
      if (escape.length < length) this.#at = this.#bytes.length;
      this.#fail(this.#orEnds("a string has an escape that JSON does not know"));
    }
    this.#at += length - 1;
  }

  /** The next byte that is no white space. */
  #next(): number | undefined {
    this.#at = skipBlanks(this.#bytes, this.#at, this.#bytes.length);
    return this.#bytes[this.#at];
  }

  #orEnds(what: string): string {
    return this.#at < this.#bytes.length ? what : "it ends too early";
  }

  #fail(what: string): never {
    throw new Fault(what, this.#at);
  }
}
