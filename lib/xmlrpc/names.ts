/**
 * Tags and names: bytes that are compared with text that is known, and the keys of structs.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";
import { utf8 } from "./text.ts";

/** Whether a byte may start a name in XML, as far as a byte can tell: 1 or 0. */
export const NAME_START: Uint8Array = new Uint8Array(256).fill(1, 0x80);
/** Whether a byte may be in a name, likewise. */
export const NAME_BYTE: Uint8Array = new Uint8Array(256).fill(1, 0x80);
for (let byte = 0; byte < 0x80; byte++) {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z_:]/.test(character)) NAME_START[byte] = 1;
  if (/[\w:.-]/.test(character)) NAME_BYTE[byte] = 1;
}

/** Characters that may start a name, and the further ones that may be in it. */
const STARTS = String
  .raw`:A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d` +
  String.raw`\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}`;
const OTHERS = String.raw`.0-9\u00b7\u0300-\u036f\u203f\u2040\-`;
const NAME = new RegExp(`^[${STARTS}][${STARTS}${OTHERS}]*$`, "u");

/** Whether a text is a name in XML. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/** The tags of an element. */
export class Tag {
  /** Name of the element. */
  readonly name: string;
  /** Its start tag, as it is usually written. */
  readonly start: Literal;
  /** Its end tag, as it is usually written. */
  readonly end: Literal;

  /** Takes the name of the element. */
  constructor(name: string) {
    this.name = name;
    this.start = new Literal(`<${name}>`);
    this.end = new Literal(`</${name}>`);
  }
}

/** Some ASCII characters, at least four, as numbers of four bytes each; the last four bytes are a number of their own. */
export class Literal {
  /** The numbers, as `DataView.getInt32` reads them in little-endian order. */
  readonly words: readonly number[];
  /** How many bytes there are. */
  readonly length: number;

  /** Takes the characters. */
  constructor(text: string) {
    const { buffer, length } = new TextEncoder().encode(text);
    const view = new DataView(buffer);
    const words: number[] = [];
    for (let at = 0; at < length - 4; at += 4) words.push(view.getInt32(at, true));
    this.words = [...words, view.getInt32(length - 4, true)];
    this.length = length;
  }
}

/** Eight ASCII characters as one number, which no other eight bytes equal. */
export function headOf(characters: string): number {
  return new DataView(new TextEncoder().encode(characters).buffer).getFloat64(0, true);
}

/**
 * Some bytes, at least eight, as numbers of eight bytes each; the last eight bytes are a number of their own. Such
 * numbers are equal if their bytes are, but for 0 and -0; next to zero there is NaN in their place, which equals nothing.
 */
export class Span {
  /** The numbers, as `DataView.getFloat64` reads them in little-endian order. */
  readonly words: readonly number[];
  /** The bytes. */
  readonly bytes: Uint8Array;
  /** How many there are. */
  readonly length: number;

  /** Takes the bytes, which are copied. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes.slice();
    this.length = bytes.length;
    const view = new DataView(this.bytes.buffer);
    const words: number[] = [];
    for (let at = 0; at < this.length - 8; at += 8) words.push(view.getFloat64(at, true));
    words.push(view.getFloat64(this.length - 8, true));
    this.words = words.map((word) => Math.abs(word) < 2 ** -1022 ? NaN : word);
  }
}

/** Sets a plain property of that name, also where JavaScript gives the name a meaning. */
export function setOwn(struct: { [key: string]: RpcValue }, key: string, value: RpcValue): void {
  if (key !== "__proto__") return void (struct[key] = value);
  const property = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(struct, key, property);
}

/** Keeps short names, so that the same bytes become a string once. A new name takes the place of an old one. */
export class NameCache {
  readonly #slots = new Array<string>(4096).fill("");

  /** The string of these bytes, which are ASCII. */
  get(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start;
    const middle = bytes[start + (length >> 1)]!;
    const mixed = ((bytes[start]! * 31 + middle) * 31 + bytes[end - 1]!) * 31 + length;
    const slot = Math.imul(mixed, 0x9e3779b1) >>> 20;
    const known = this.#slots[slot]!;
    if (known.length === length && matches(known, bytes, start)) return known;
    // As the name of a property, a string becomes one that compares and looks up fast.
    const [name = ""] = Object.keys({ [utf8(bytes, start, end)]: 0 });
    return this.#slots[slot] = name;
  }
}

function matches(name: string, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < name.length; index++) {
    if (name.charCodeAt(index) !== bytes[start + index]) return false;
  }
  return true;
}
