/**
 * JSON bytes to values.
 *
 * Whole numbers beyond 2^53 come as the nearest number there is, as `JSON.parse` gives them.
 *
 * @module
 */
import { OdooProtocolError } from "../errors.ts";
import type { RpcValue } from "../values.ts";
import { findFault } from "./faults.ts";

// One that refuses wrong bytes by itself takes several times as long
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });
const ENCODER = new TextEncoder();
const LONGEST_STRING = 2 ** 29 - 24;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Decodes a whole body.
 *
 * @throws {OdooProtocolError} Where the bytes are no JSON; it tells the byte, and nothing of the data.
 */
export function decodeJson(bytes: Uint8Array): RpcValue {
  const start = markLength(bytes);
  return parseJson(bytes.subarray(start), start);
}

/** The value of bytes, of which the first is at that offset of the body. */
export function parseJson(bytes: Uint8Array, offset: number): RpcValue {
  if (bytes.length > LONGEST_STRING) {
    failJson(`it has more than ${LONGEST_STRING} bytes in one piece`, offset + LONGEST_STRING);
  }
  const text = DECODER.decode(bytes);
  if (text.includes("\ufffd")) refuseWrongBytes(bytes, text, offset);
  try {
    return JSON.parse(text);
  } catch {
    // What was caught has pieces of the data in its message
    const { what, at } = findFault(bytes) ?? { what: "it is no JSON", at: 0 };
    failJson(what, offset + at);
  }
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
