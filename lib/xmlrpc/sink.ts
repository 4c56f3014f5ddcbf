/**
 * Bytes that are written one after the other.
 *
 * Markup is known beforehand, and goes out eight bytes at a time, each eight as one number. Text is looked at and written
 * in one pass, as most of it is short and has nothing but usual characters.
 *
 * @module
 */
import { joined } from "../pieces.ts";
import { Span } from "./names.ts";

/** Text of up to so many characters is written one at a time, which then costs less than an encoder. */
const SHORT_TEXT = 40;
/** As many bytes stand for one UTF-16 unit at most: `&amp;`. */
const UNIT_BYTES = 5;
/** What is written is put aside in parts of that size at most: one that grows would be copied each time. */
const PART_BYTES = 1 << 16;

/** For each ASCII character: that it is written as it is. */
const ANY = new Uint8Array(0x80).fill(1);
/** For each ASCII character: whether it stands for itself in every document. */
const PLAIN = new Uint8Array(0x80).fill(1, 0x20);
for (const character of "\t\n") PLAIN[character.charCodeAt(0)] = 1;

const ENCODER = new TextEncoder();

/** For each ASCII character of markup: what stands for it. */
const REFERENCES = new Array<Uint8Array | undefined>(0x80).fill(undefined);
for (const [character, name] of [["&", "amp"], ["<", "lt"], [">", "gt"]] as const) {
  const unit = character.charCodeAt(0);
  PLAIN[unit] = 0;
  REFERENCES[unit] = ENCODER.encode(`&${name};`);
}

/**
 * Some markup of at least eight bytes, for {@linkcode ByteSink.markup}. It must not have U+0000, so that its bytes are the
 * same after they were numbers: as UTF-8 goes, eight bytes are then never a number next to zero, which would end in 00, or
 * in 80 after ASCII, and never NaN, which would end in FF, or in 7F after F0 to FF.
 */
export function markup(text: string): Span {
  return new Span(ENCODER.encode(text));
}

/** Takes what is written. */
export class ByteSink {
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  /** All that was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return joined([...this.#parts, this.#bytes.subarray(0, this.#size)]);
  }

  /** Writes markup. */
  markup({ words, length }: Span): void {
    if (this.#size + length > this.#bytes.length) this.#grow(length);
    const view = this.#view, start = this.#size;
    const last = words.length - 1;
    for (let index = 0; index < last; index++) {
      view.setFloat64(start + 8 * index, words[index]!, true);
    }
    view.setFloat64(start + length - 8, words[last]!, true);
    this.#size = start + length;
  }

  /** Writes text; `escape` says how, where it is long or has more in it than usual characters and markup. */
  text(text: string, escape: (text: string) => string): void {
    if (!this.#short(text, PLAIN)) this.raw(escape(text));
  }

  /** Writes text as it is. */
  raw(text: string): void {
    if (this.#short(text, ANY)) return;
    const most = 3 * text.length;
    if (this.#size + most > this.#bytes.length) this.#grow(most);
    this.#size += ENCODER.encodeInto(text, this.#bytes.subarray(this.#size)).written;
  }

  /** Writes short text, the characters that are not `plain` as references; or nothing, where it needs a closer look. */
  #short(text: string, plain: Uint8Array): boolean {
    const { length } = text;
    if (length > SHORT_TEXT) return false;
    const most = UNIT_BYTES * length;
    if (this.#size + most > this.#bytes.length) this.#grow(most);
    const bytes = this.#bytes;
    let size = this.#size;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) {
        if (plain[unit] === 1) bytes[size++] = unit;
        else {
          const reference = REFERENCES[unit];
          if (reference === undefined) return false;
          for (let at = 0; at < reference.length; at++) bytes[size++] = reference[at]!;
        }
      } else if (unit < 0x800) {
        bytes[size++] = 0xc0 | unit >> 6;
        bytes[size++] = 0x80 | unit & 0x3f;
      } else {
        // Surrogates, and U+FFFE and U+FFFF
        if ((unit & 0xf800) === 0xd800 || unit >= 0xfffe) return false;
        bytes[size++] = 0xe0 | unit >> 12;
        bytes[size++] = 0x80 | unit >> 6 & 0x3f;
        bytes[size++] = 0x80 | unit & 0x3f;
      }
    }
    this.#size = size;
    return true;
  }

  /** Puts aside what was written, and makes room for so many bytes more. */
  #grow(length: number): void {
    this.#parts.push(this.#bytes.subarray(0, this.#size));
    const usual = Math.min(PART_BYTES, 4 * this.#bytes.length);
    this.#bytes = new Uint8Array(Math.max(length, usual));
    this.#view = new DataView(this.#bytes.buffer);
    this.#size = 0;
  }
}
