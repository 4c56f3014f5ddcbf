/**
 * Numbers as they are usually written, read without a string of them.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";
import { Literal, Span } from "./names.ts";
import { ByteWindow } from "./window.ts";

const MINUS = 0x2d, POINT = 0x2e, SLASH = 0x2f, ZERO = 0x30, LESS = 0x3c;
/** A number of so many digits is exact. */
const MOST_DIGITS = 15;

const BEFORE = new Literal("<value><int>"), AFTER = new Literal("</int></value>");
const BETWEEN = new Span(new TextEncoder().encode("</int></value>\n<value><int>"));

/** Bytes that may hold numbers. */
export class NumberWindow extends ByteWindow {
  /** Reads a whole `<value>` of `digits()`, such as an id: they come by the thousands. Otherwise reads nothing. */
  integer(): number | undefined {
    const start = this.at;
    if (!this.follows(BEFORE)) return undefined;
    const value = this.digits();
    if (value !== undefined && this.follows(AFTER)) return value;
    this.at = start;
    return undefined;
  }

  /** Reads such values up to one that is written in another way, adds them to an array, and tells whether there are any. */
  integers(found: RpcValue[]): boolean {
    const { length } = found;
    let start = this.at;
    let isNext = this.follows(BEFORE);
    while (isNext) {
      const value = this.digits();
      isNext = value !== undefined && this.crosses(BETWEEN);
      if (value === undefined || !isNext && !this.follows(AFTER)) break;
      found.push(value);
      start = isNext ? this.at - BEFORE.length : this.at;
    }
    this.at = start;
    return found.length > length;
  }

  /** Reads the text of an integer as it is usually written: a few digits. Otherwise reads nothing. */
  digits(): number | undefined {
    const start = this.at;
    const value = this.#digits();
    const size = this.at - start;
    if (size > 0 && size <= MOST_DIGITS && this.#closes()) return value;
    this.at = start;
    return undefined;
  }

  /** Likewise of a number with a fraction. */
  decimal(): number | undefined {
    const start = this.at;
    const sign = this.bytes[start] === MINUS ? -1 : 1;
    if (sign < 0) this.at++;
    const whole = this.#digits();
    const point = this.at++;
    const part = this.#digits();
    const places = this.at - point - 1;
    const size = this.at - start;
    // So few digits are exact as an integer, and so is the power of ten: their quotient is the nearest number.
    const usual = this.bytes[point] === POINT && places > 0 && this.bytes[point - 1] !== MINUS &&
      point > start && size <= Math.min(MOST_DIGITS, this.limits.maxStringBytes) && this.#closes();
    if (usual) return sign * (whole * 10 ** places + part) / 10 ** places;
    this.at = start;
    return undefined;
  }

  /** The value of the digits that follow, if any. */
  #digits(): number {
    const bytes = this.bytes;
    let at = this.at;
    let value = 0;
    for (let digit = 0; at < bytes.length; at++) {
      digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    this.at = at;
    return value;
  }

  /** Whether an end tag comes next, without white space. */
  #closes(): boolean {
    return this.pending > 1 && this.bytes[this.at] === LESS && this.bytes[this.at + 1] === SLASH;
  }
}
