/** Rows that are read the short way: the same values and refusals as tag by tag, whatever comes. */
import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { isDeepStrictEqual } from "node:util";
import { OdooProtocolError } from "../lib/errors.ts";
import type { RpcValue } from "../lib/values.ts";
import { RowReader } from "../lib/xmlrpc/decode.ts";
import { encodeResponse } from "../lib/xmlrpc/encode.ts";
import { type DecodeLimits, XmlRpcReader } from "../lib/xmlrpc/grammar.ts";
import { SCALARS } from "../lib/xmlrpc/scalars.ts";
import { RowMarks, RowTemplate } from "../lib/xmlrpc/template.ts";
import { XmlScanner } from "../lib/xmlrpc/scan.ts";

const HEAD = "<methodResponse><params><param><value><array><data>";
const TAIL = "</data></array></value></param></params></methodResponse>";
const BYTES = new TextEncoder().encode("<>/&;!?-[]x1. \n\r\"'=");
const MUTATIONS = 3000;
/** So many damaged documents are small ones. */
const SMALL_MUTATIONS = 100_000;
const INSPECT = { depth: 20, strAbbreviateSize: 10_000, iterableLimit: 1000 };

/** Rows of all types, with text that needs care. */
const ROWS: RpcValue[] = Array.from({ length: 6 }, (_, index) => ({
  id: index + 1,
  name: ["Ana", "Müller & <Söhne>", "株式会社 😀", "", "a\rb\nc", "x".repeat(300)][index] ?? "",
  active: index % 2 === 0,
  amount: [0.5, -12.25, 1e300, 3, -0.1, 123456.789][index] ?? 0,
  country_id: index % 3 === 0 ? false : [20 + index, "Belgium"],
  category_id: Array.from({ length: index % 3 }, (_, at) => at - 1),
  lines: [{ id: index, deep: [{ id: 1 }] }],
  note: index % 2 === 0 ? null : { a: 1 },
}));

Deno.test("rows of one layout are read by the template, from the second on", () => {
  const scanner = new XmlScanner("test", { maxBytes: Infinity, maxStringBytes: 100 });
  scanner.load(
    bytes("<value_>1</value><second>2</second>".repeat(2) + "<value_>5</value><third_>6</third_>"),
  );
  const template = new RowTemplate(scanner, () => scanner.digits() ?? -1);
  assertEquals([template.serves(2), template.serves(1)], [true, false]);
  assertEquals(template.read(), undefined);
  const marks = new RowMarks(0);
  marks.keys.push("a", "b");
  marks.places.push(8, 9, 25, 26);
  scanner.rewind(35);
  template.learn(marks);
  assertEquals(template.read(), { a: 1, b: 2 });
  assertStrictEquals(scanner.offset, 70);
  assertEquals(template.read(), undefined);
  assertStrictEquals(scanner.offset, 70);
});

Deno.test("a template is given up where all rows differ", () => {
  const scanner = new XmlScanner("test", { maxBytes: Infinity, maxStringBytes: 100 });
  scanner.load(bytes("<value_>1</value>"));
  const template = new RowTemplate(scanner, () => 1);
  let rows = 0;
  for (; template.serves(1) && rows < 1000; rows++) {
    const marks = new RowMarks(0);
    marks.keys.push("a");
    marks.places.push(8, 9);
    scanner.rewind(17);
    template.learn(marks);
  }
  assertStrictEquals(rows, 16);
});

Deno.test("rows of any layout give the same with and without the template", () => {
  const member = (name: string, value: string) =>
    `<member><name>${name}</name><value>${value}</value></member>`;
  const row = (...members: string[]) => `<value><struct>${members.join("")}</struct></value>\n`;
  const [a, b] = [member("a", "<int>1</int>"), member("b", "<string>x</string>")];
  const cases = [
    row(a, b).repeat(3) + row(b, a) + row(a, b) + row(a) + row(a, b, a) + row(a, b),
    row(a, a).repeat(3),
    row(member("__proto__", "<int>1</int>")).repeat(3),
    row(member("2", "x"), member("1", "y")).repeat(3),
    row(member("a", "<!-- c -->x<![CDATA[&]]>"), b).repeat(3),
    row(member("a", " <int> 5 </int> "), member("&lt;é", "<nil/>")).repeat(3),
    row(a, "<member><name>b</name><value/></member>").repeat(3) + row(a, b).repeat(2),
    row().repeat(3) + row(a).repeat(2),
    row(a, member("c", `<array><data>${row(a).repeat(3)}</data></array>`)).repeat(3),
    `<value><array><data>${row(a, b).repeat(3)}</data></array></value>`.repeat(2),
    row(a, b).replaceAll(">", " >").replaceAll("<value", "<value x='1'").repeat(3),
    row(a, b) + "<value>text</value>" + row(a, b) + "<value><int>1</int></value>" + row(a, b),
    row(member("a", "<double>-0.0</double>")) + row(member("a", "<double>0.1</double>")),
    row(member("a", "<double>-.5</double>")) + row(member("a", "<double>1e400</double>")),
    row(member("a", "<int>-0</int>")) + row(member("a", "<int>9007199254740993</int>")),
  ];
  for (const content of cases) {
    assertSame(bytes(HEAD + content + TAIL));
    assertSame(bytes(`<?xml version="1.0" encoding="latin1"?>${HEAD}${content}${TAIL}`));
  }
});

Deno.test("limits are kept with the template as without", () => {
  const body = encodeResponse(ROWS);
  for (let depth = 0; depth < 8; depth++) assertSame(body, { maxDepth: depth });
  for (const longest of [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 299, 300, 301]) {
    assertSame(body, { maxStringBytes: longest });
  }
  for (let size = 0; size < body.length; size += 97) assertSame(body, { maxBytes: size });
});

Deno.test("damaged rows give the same value, or the same refusal, with and without the template", () => {
  const random = generator(7);
  const body = encodeResponse(ROWS);
  for (let count = 0; count < MUTATIONS; count++) assertSame(damaged(body, random));
  const small = encodeResponse(
    [1, 2, 3].map((id) => ({ id, name: `Zoé & ${id}`, tags: [id, "a"] })),
  );
  for (let count = 0; count < SMALL_MUTATIONS; count++) assertSame(damaged(small, random));
});

Deno.test("rows that come in any chunks, whole or damaged, give the same with and without the template", () => {
  const random = generator(11);
  const body = encodeResponse(ROWS);
  for (let count = 0; count < MUTATIONS / 10; count++) {
    const document = count % 3 === 0 ? body : damaged(body, random);
    const cuts = Array.from({ length: random(20) }, () => random(document.length)).sort((a, b) =>
      a - b
    );
    assertIdentical(stream(document, cuts, true), stream(document, cuts, false));
  }
});

Deno.test("rows come as soon as their bytes are there, also where one differs from the template", () => {
  const row = "<value><struct><member><name>a</name><value>1</value></member></struct></value>";
  const spaced = row.replace("</member></struct>", "</member>\n</struct>");
  const reader = new RowReader(new XmlRpcReader("XML-RPC answer", {}));
  assertEquals(reader.push(bytes(HEAD + spaced + spaced)), [{ a: "1" }, { a: "1" }]);
  assertEquals(reader.push(bytes(row)), [{ a: "1" }]);
});

Deno.test("short text is read as a decoder reads it, or refused where that refuses it", () => {
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
  for (let count = 0; count < 4 * MUTATIONS; count++) {
    const text = Uint8Array.from({ length: random(8) }, () => units[random(units.length)] ?? 0);
    const expected = decoded(decoder, text);
    const [head, tail] = [bytes(`${HEAD}<value>`), bytes(`</value>${TAIL}`)];
    const found = whole(Uint8Array.from([...head, ...text, ...tail]), {}, true);
    assertEquals(found instanceof Object && "value" in found ? found : undefined, expected);
  }
  for (let point = 0x80; point < 0x10000; point += 7) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const text = String.fromCharCode(point);
    assertEquals(whole(bytes(`${HEAD}<value>${text}</value>${TAIL}`), {}, true), { value: [text] });
  }
});

/** The document with a few bytes changed, taken out, put in or repeated, or cut off. */
function damaged(document: Uint8Array, random: (limit: number) => number): Uint8Array {
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
function assertSame(document: Uint8Array, limits: DecodeLimits = {}): void {
  assertIdentical(whole(document, limits, true), whole(document, limits, false));
}

/** Compares quickly; -0 is another number than 0, and the order of keys matters. */
function assertIdentical(actual: unknown, expected: unknown): void {
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
function stream(document: Uint8Array, cuts: readonly number[], template: boolean): unknown[] {
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
function generator(seed: number): (limit: number) => number {
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

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
