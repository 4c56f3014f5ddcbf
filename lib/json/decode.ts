/**
 * JSON bytes to values.
 *
 * Whole numbers beyond 2^53 are refused, because a number cannot hold them: `JSON.parse` would round them.
 *
 * @module
 */
import { OdooProtocolError } from "../errors.ts";
import type { AnswerLimits, RpcValue } from "../values.ts";
import { findFault, isDeeper, type JsonLimits } from "./faults.ts";

// One that refuses wrong bytes by itself takes several times as long
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const ENCODER = new TextEncoder();
/** Bytes of the longest string there is. */
export const LONGEST_STRING = 2 ** 29 - 24;
const MAX_DEPTH = 512;
/** In so many bytes `JSON.parse` may be led into a depth that takes seconds and hundreds of megabytes. */
const LARGE_BYTES = 2 ** 22;
const LARGEST = Number.MAX_SAFE_INTEGER;
/** A character takes so many bytes at most, as `\u0041`. */
const BYTES_PER_UNIT = 6;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Decodes a whole body, in which the answer itself is inside of so many objects.
 *
 * @throws {OdooProtocolError} Where the bytes are no JSON, or are too much; it tells the byte, and nothing of the data.
 */
export function decodeJson(bytes: Uint8Array, limits: AnswerLimits = {}, around = 0): RpcValue {
  const start = markLength(bytes);
  return parseJson(bytes.subarray(start), start, jsonLimits(limits, around));
}

/** What is too much of a body, in which the answer is inside of so many objects. */
export function jsonLimits(limits: AnswerLimits, around: number): JsonLimits {
  const { maxDepth = MAX_DEPTH, maxStringBytes = Infinity } = limits;
  return { maxDepth: Math.min(maxDepth, MAX_DEPTH), around, maxStringBytes };
}

/** The value of bytes, of which the first is at that offset of the body. */
export function parseJson(bytes: Uint8Array, offset: number, limits: JsonLimits): RpcValue {
  if (bytes.length > LONGEST_STRING) {
    failJson(`it has more than ${LONGEST_STRING} bytes in one piece`, offset + LONGEST_STRING);
  }
  const isDeep = bytes.length > LARGE_BYTES && isDeeper(bytes, limits.maxDepth + limits.around);
  if (isDeep) refuseFault(bytes, offset, limits);
  const text = DECODER.decode(bytes);
  if (text.includes("\ufffd")) refuseWrongBytes(bytes, text, offset);
  let value: RpcValue;
  try {
    value = JSON.parse(text);
  } catch {
    // What was caught has pieces of the data in its message
    const { what, at } = findFault(bytes, limits) ?? { what: "it is no JSON", at: 0 };
    failJson(what, offset + at);
  }
  if (isUsual(value, limits.maxDepth + limits.around, limits.maxStringBytes / BYTES_PER_UNIT)) {
    return value;
  }
  refuseFault(bytes, offset, limits);
  return value;
}

/** Refuses the bytes for what is wrong with them, if anything is. */
function refuseFault(bytes: Uint8Array, offset: number, limits: JsonLimits): void {
  const fault = findFault(bytes, limits);
  if (fault !== undefined) failJson(fault.what, offset + fault.at);
}

/** Whether nothing in a value has to be looked at in the bytes: numbers that are none of integers may be large. */
function isUsual(value: RpcValue, depth: number, longest: number): boolean {
  if (typeof value === "string") return value.length <= longest;
  if (typeof value === "number") return Math.abs(value) <= LARGEST || !Number.isInteger(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  const items = Array.isArray(value) ? value : Object.values(value);
  // Each value of an answer comes by here: `every` takes a third longer
  for (let index = 0; index < items.length; index++) {
    if (!isUsual(items[index]!, depth - 1, longest)) return false;
  }
  return true;
}

/** Refuses the body for what is at that offset. */
export function failJson(what: string, offset: number): never {
  throw new OdooProtocolError(`Cannot read the JSON answer: ${what}, at byte ${offset}`, {
    offset,
  });
}

/** How many bytes at the start of a body are the mark of UTF-8. */
export function markLength(bytes: Uint8Array): number {
  return BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
}

/** U+FFFD may be in the bytes or stand for wrong ones: written again, it differs from wrong ones. */
function refuseWrongBytes(bytes: Uint8Array, text: string, offset: number): void {
  const again = ENCODER.encode(text);
  const wrong = again.findIndex((byte, index) => byte !== bytes[index]);
  if (wrong >= 0) failJson("it has bytes that are not UTF-8", offset + wrong);
}
