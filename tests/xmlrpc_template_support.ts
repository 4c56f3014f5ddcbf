/** What the tests of rows that are read the short way have in common. */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { isDeepStrictEqual } from "node:util";
import { OdooProtocolError } from "../lib/errors.ts";
import type { RpcValue } from "../lib/values.ts";
import { RowReader } from "../lib/xmlrpc/decode.ts";
import { encodeResponse } from "../lib/xmlrpc/encode.ts";
import { type DecodeLimits, XmlRpcReader } from "../lib/xmlrpc/grammar.ts";
import { SCALARS } from "../lib/xmlrpc/scalars.ts";

/** What stands around rows. */
export const HEAD = "<methodResponse><params><param><value><array><data>";
/** The end of that. */
export const TAIL = "</data></array></value></param></params></methodResponse>";
const BYTES = new TextEncoder().encode("<>/&;!?-[]x1. \n\r\"'=");
const INSPECT = { depth: 20, strAbbreviateSize: 10_000, iterableLimit: 1000 };

/** Rows of all types, with text that needs care. */
export const ROWS: RpcValue[] = Array.from({ length: 6 }, (_, index) => ({
  id: index + 1,
  name: ["Ana", "Müller & <Söhne>", "株式会社 😀", "", "a\rb\nc", "x".repeat(300)][index] ?? "",
  active: index % 2 === 0,
  amount: [0.5, -12.25, 1e300, 3, -0.1, 123456.789][index] ?? 0,
  country_id: index % 3 === 0 ? false : [20 + index, "Belgium"],
  category_id: Array.from({ length: index % 3 }, (_, at) => at - 1),
  lines: [{ id: index, deep: [{ id: 1 }] }],
  note: index % 2 === 0 ? null : { a: 1 },
}));

/** Damages so many documents of all kinds of rows, and so many small ones. */
export function holdDamaged(largeOnes: number, smallOnes: number): void {
  const random = generator(7);
  const body = encodeResponse(ROWS);
  for (let count = 0; count < largeOnes; count++) assertSame(damaged(body, random));
  const small = encodeResponse(
    [1, 2, 3].map((id) => ({ id, name: `Zoé & ${id}`, tags: [id, "a"] })),
  );
  for (let count = 0; count < smallOnes; count++) assertSame(damaged(small, random));
}

/** Reads so many random texts of a few bytes, and every so many-th character. */
export function holdShortText(count: number, step: number): void {
  const random = generator(5);
  const units = [
    0x41,
    0xc2,
    0xc3,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0x80,
    0x9f,
    0xa0,
    0xbf,
    0xbd,
  ];
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (let left = count; left > 0; left--) {
    const text = Uint8Array.from({ length: random(8) }, () => units[random(units.length)] ?? 0);
    const expected = decoded(decoder, text);
    const [head, tail] = [bytes(`${HEAD}<value>`), bytes(`</value>${TAIL}`)];
    const found = whole(Uint8Array.from([...head, ...text, ...tail]), {}, true);
    assertEquals(found instanceof Object && "value" in found ? found : undefined, expected);
  }
  for (let point = 0x80; point < 0x10000; point += step) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const text = String.fromCharCode(point);
    assertEquals(whole(bytes(`${HEAD}<value>${text}</value>${TAIL}`), {}, true), { value: [text] });
  }
}

/** The document with a few bytes changed, taken out, put in or repeated, or cut off. */
export function damaged(document: Uint8Array, random: (limit: number) => number): Uint8Array {
  let result = document;
  for (let edits = 1 + random(3); edits > 0; edits--) {
    const at = random(result.length), from = random(result.length);
    const removed = [1, 0, random(40), result.length][random(12) === 0 ? 3 : random(3)];
    const put = [
      [random(256)],
      [BYTES[random(BYTES.length)] ?? 0],
      [],
      result.subarray(from, from + random(60)),
    ][random(4)] ?? [];
    const rest = result.subarray(at + (removed ?? 0));
    const edited = new Uint8Array(at + put.length + rest.length);
    edited.set(result.subarray(0, at));
    edited.set(put, at);
    edited.set(rest, at + put.length);
    result = edited;
  }
  return result;
}

/** Decodes a document in one piece, both ways. */
export function assertSame(document: Uint8Array, limits: DecodeLimits = {}): void {
  assertIdentical(whole(document, limits, true), whole(document, limits, false));
}

/** Compares quickly; -0 is another number than 0, and the order of keys matters. */
export function assertIdentical(actual: unknown, expected: unknown): void {
  const same = isDeepStrictEqual(actual, expected) &&
    JSON.stringify(actual) === JSON.stringify(expected);
  if (!same) assertEquals(Deno.inspect(actual, INSPECT), Deno.inspect(expected, INSPECT));
}

function whole(document: Uint8Array, limits: DecodeLimits, template: boolean): unknown {
  return outcome(() => {
    const reader = new XmlRpcReader("XML-RPC answer", limits, SCALARS, template);
    reader.scanner.load(document);
    return reader.response();
  });
}

/** The batches of rows, and how it ends. */
export function stream(
  document: Uint8Array,
  cuts: readonly number[],
  template: boolean,
): unknown[] {
  const reader = new RowReader(new XmlRpcReader("XML-RPC answer", {}, SCALARS, template));
  const batches: unknown[] = [];
  const end = outcome(() => {
    [0, ...cuts].forEach((cut, index) => {
      batches.push(reader.push(document.subarray(cut, cuts[index] ?? document.length)));
    });
    return reader.finish();
  });
  return [...batches, end];
}

function outcome(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    assertInstanceOf(error, OdooProtocolError);
    return { message: error.message, offset: error.offset };
  }
}

/** Whole numbers below a limit, the same for the same seed. */
export function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    return Math.floor((state >>> 8) / 2 ** 24 * limit);
  };
}

function decoded(decoder: TextDecoder, text: Uint8Array): { value: string[] } | undefined {
  try {
    return { value: [decoder.decode(text)] };
  } catch {
    return undefined;
  }
}

/** A text in UTF-8. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
