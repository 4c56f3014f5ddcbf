/** What the encoder writes beyond Python's bytes, what it refuses, and how it names the place. */
import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { OdooProtocolError } from "../lib/errors.ts";
import type { RpcInput } from "../lib/values.ts";
import { decodeCall } from "../lib/xmlrpc/decode.ts";
import { encodeCall, encodeFault, encodeResponse } from "../lib/xmlrpc/encode.ts";

Deno.test("encodeCall() writes values as Odoo takes them", () => {
  const cases: [value: RpcInput, written: string][] = [
    [1.0, "<int>1</int>"],
    [-0, "<int>0</int>"],
    [-2147483648, "<int>-2147483648</int>"],
    [0.1, "<double>0.1</double>"],
    [1e-7, "<double>1e-07</double>"],
    ['a\r\n<b> & "c"', '<string>a&#13;\n&lt;b&gt; &amp; "c"</string>'],
    ["\t\u007f\u0085\u2028😀", "<string>\t\u007f\u0085\u2028😀</string>"],
    [new Uint8Array([1, 2, 255]), "<string>AQL/</string>"],
    [new Date("2024-03-01T10:20:30.999Z"), "<string>2024-03-01 10:20:30</string>"],
    [new Date("0001-01-01T00:00:00Z"), "<string>0001-01-01 00:00:00</string>"],
    [new Date(-1), "<string>1969-12-31 23:59:59</string>"],
    [
      Temporal.Instant.from("2024-03-01T12:20:30.999+02:00"),
      "<string>2024-03-01 10:20:30</string>",
    ],
    [Temporal.Instant.from("2024-03-01T10:20Z"), "<string>2024-03-01 10:20:00</string>"],
    [Temporal.Instant.from("1969-12-31T23:59:59.5Z"), "<string>1969-12-31 23:59:59</string>"],
    [Temporal.PlainDate.from("2024-03-01"), "<string>2024-03-01</string>"],
    [Temporal.PlainDate.from("2024-03-01[u-ca=hebrew]"), "<string>2024-03-01</string>"],
    [null, "<nil/>"],
  ];
  for (const [value, written] of cases) assertEquals(valueOf(encodeCall("m", [value])), written);
});

Deno.test("encodeCall() writes thousands of keys of any characters, wherever these stand in a key", () => {
  const characters = [
    ..."\t\n &>~\u007f\u0080\u00ff\u07ff\u0800\ud7ff\uf000\ufffd\u{10000}\u{3f03f}\u{10ffff}",
  ];
  const struct: { [key: string]: RpcInput } = {};
  for (const first of characters) {
    for (const second of characters) {
      for (let at = 0; at < 8; at++) struct[`${"k".repeat(at)}${first}${second}`] = true;
    }
  }
  const members = Object.keys(struct).map((key) =>
    `<member>\n<name>${escaped(key)}</name>\n<value><boolean>1</boolean></value>\n</member>\n`
  );
  const written = `<value><struct>\n${members.join("")}</struct></value>\n`;
  assert(members.length > 2000);
  const bytes = encodeCall("m", [[struct, struct]]);
  assertEquals(valueOf(bytes, /<data>\n([^]*)<\/data>/), written.repeat(2));
});

Deno.test("encodeCall() writes texts of any length, wherever the memory for them ends", () => {
  const tails = [
    "€".repeat(41),
    "&".repeat(40),
    "€".repeat(257),
    "é€>😀",
    "😀".repeat(128),
    "x\r\n",
    "",
  ];
  // Where one piece of memory ends and the next begins, if all of it is used
  for (const edge of [1024, 5120, 21_504, 87_040]) {
    const step = edge < 2000 ? 1 : 23;
    for (let size = edge - 1000; size < edge + 400; size += step) {
      const line = "a".repeat(64 - 35);
      const all = [...new Array<string>(size >> 6).fill(line), "b".repeat(size % 64), ...tails];
      const lines = all.map((text) => `<value><string>${escaped(text)}</string></value>\n`);
      const written = valueOf(encodeCall("m", [all]), /<data>\n([^]*)<\/data>/);
      assert(written === lines.join(""), `at ${size}`);
    }
  }
});

Deno.test("encodeCall() writes plain objects of any origin", () => {
  const bare: { [key: string]: RpcInput } = Object.create(null);
  bare["a"] = 1;
  const json = JSON.parse('{"__proto__": 1, "b": [2]}');
  assertEquals(decodeCall(encodeCall("m", [bare, json])).params, [{ a: 1 }, json]);
});

Deno.test("encodeCall() writes the same object again where it is not inside of itself", () => {
  const shared = { a: [1] };
  assertEquals(decodeCall(encodeCall("m", [[shared, shared]])).params, [[shared, shared]]);
});

Deno.test("encodeCall() does not change what it is given", () => {
  const params = Object.freeze([Object.freeze({ a: Object.freeze([1, "x"]) })]);
  encodeCall("m", params);
});

const cycle: { [key: string]: RpcInput } = {};
cycle["self"] = [cycle];

class Partner {
  name = "Ana";
}

/** Values that cannot be sent, most of which TypeScript does not let through. */
const REFUSED: [value: unknown, reason: string][] = [
  [undefined, "it is undefined; use null or false, or leave it out"],
  [NaN, "it is NaN"],
  [-Infinity, "it is -Infinity"],
  [2 ** 31, "it is an integer beyond 32 bits"],
  [1e22, "it is an integer beyond 32 bits"],
  [5n, "it is a bigint; use a number"],
  ["\ud800x", "it has half of a surrogate pair"],
  ["a\u0000", "it has a control character, which XML cannot carry"],
  ["a\u001f", "it has a control character, which XML cannot carry"],
  ["a\uffff", "it has U+FFFE or U+FFFF, which XML cannot carry"],
  [() => 1, "it is a function"],
  [Symbol("x"), "it is a symbol"],
  [new Partner(), "it is an instance of Partner"],
  [new (class {})(), "it is an instance of a class"],
  [new Map(), "it is an instance of Map"],
  [new Float64Array(1), "it is an instance of Float64Array"],
  [Object.create(Object.create(Object.create(null))), "it is an instance of a class"],
  [Temporal.PlainTime.from("10:00"), "it is an instance of PlainTime"],
  [new Date(NaN), "it is an invalid Date"],
  [new Date(8.64e15), "its year is not within 1 and 9999"],
  [Temporal.PlainDate.from("-000001-01-01"), "its year is not within 1 and 9999"],
];

Deno.test("encodeCall() refuses what the wire cannot carry, and says where it is", () => {
  for (const [value, reason] of REFUSED) {
    assertRefused(["secret", [{ name: value }]], `params[1][0].name: ${reason}`);
  }
});

Deno.test("encodeCall() names the place by the names given for the parameters", () => {
  const names = ["db", "args", "kwargs"];
  const cases: [params: unknown[], place: string][] = [
    [["d", [undefined]], "args[0]"],
    [["d", [[1, { lines: [0, NaN] }]]], "args[0][1].lines[1]"],
    [["d", [], { context: { a: undefined } }], "kwargs.context.a"],
    [["d", [], {}, undefined], "params[3]"],
    [["d", [{ "partner_id/id": undefined, "é": 1 }]], 'args[0]["partner_id/id"]'],
    [["d", [{ "": undefined }]], 'args[0][""]'],
    [["d", [{ "a\u0001": 1 }]], 'args[0]["a\\u0001"]'],
    [["d", [{ ["k".repeat(99)]: undefined }]], `args[0]["${"k".repeat(64)}"]`],
    [["d", [cycle]], "args[0].self[0]"],
    [["d", [Array(2)]], "args[0][0]"],
    [["\ud800"], "db"],
  ];
  for (const [params, place] of cases) assertRefused(params, `${place}: `, names);
});

Deno.test("encodeCall() refuses an object inside of itself, and more than 512 levels", () => {
  assertRefused([cycle], "params[0].self[0]: it contains itself");
  let deep: RpcInput = [];
  for (let level = 1; level < 512; level++) deep = [deep];
  encodeCall("m", [deep]);
  const error = assertThrows(() => encodeCall("m", [[deep]]), OdooProtocolError);
  assert(error.message.endsWith("[0]: it is nested deeper than 512"));
});

Deno.test("encodeCall() refuses the name of a method that XML cannot carry", () => {
  assertThrows(
    () => encodeCall("a\u0000", []),
    OdooProtocolError,
    "Cannot send the name of the method: it has a control",
  );
});

Deno.test("encodeCall() with i8 sends whole numbers up to 2^53, and refuses those beyond", () => {
  assertEquals(valueOf(encodeCall("m", [2 ** 31], { i8: true })), "<i8>2147483648</i8>");
  assertEquals(
    valueOf(encodeCall("m", [-(2 ** 53) + 1], { i8: true })),
    "<i8>-9007199254740991</i8>",
  );
  assertEquals(valueOf(encodeCall("m", [7], { i8: true })), "<int>7</int>");
  assertThrows(
    () => encodeCall("m", [2 ** 53], { i8: true }),
    OdooProtocolError,
    "params[0]: it is an integer beyond 2^53",
  );
});

Deno.test("encodeCall() names no value in its messages", () => {
  const secret = "s3cret-key";
  for (const [value] of REFUSED) {
    for (
      const params of [[secret, value], [`${secret}\u0000`], [[secret], {
        [`a`]: `${secret}\ud800`,
      }, value]]
    ) {
      const error = assertThrows(() => encodeUnchecked(params), OdooProtocolError);
      assertFalse(`${error.message} ${error.stack} ${Deno.inspect(error)}`.includes(secret));
    }
  }
});

Deno.test("encodeResponse() writes what Odoo writes", () => {
  const cases: [value: RpcInput, written: string][] = [
    [2147483648, "<double>2147483648.0</double>"],
    [1e16, "<double>1e+16</double>"],
    [NaN, "<double>nan</double>"],
    [-Infinity, "<double>-inf</double>"],
    ["a\u0000\u000b\u001fb\tc", "<string>ab\tc</string>"],
    ["a\r\nb\uffff", "<string>a\r\nb\uffff</string>"],
    [new Uint8Array([0]), "<string>AA==</string>"],
    [null, "<nil/>"],
  ];
  for (const [value, written] of cases) assertEquals(valueOf(encodeResponse(value)), written);
  assertThrows(
    () => encodeResponse(["\udfff"]),
    OdooProtocolError,
    "Cannot send value[0]: it has half of a surrogate pair",
  );
});

Deno.test("encodeFault() refuses a text with half of a surrogate pair", () => {
  assertThrows(
    () => encodeFault(1, "\ud800"),
    OdooProtocolError,
    "Cannot send fault.faultString: ",
  );
});

function assertRefused(params: unknown[], message: string, names?: string[]): void {
  assertThrows(() => encodeUnchecked(params, names), OdooProtocolError, `Cannot send ${message}`);
}

/** Encodes what TypeScript would not let through. */
function encodeUnchecked(params: unknown[], names: string[] = []): void {
  Reflect.apply(encodeCall, undefined, ["m", params, { names }]);
}

function valueOf(bytes: Uint8Array, place = /<value>([^]*?)<\/value>/): string | undefined {
  return place.exec(new TextDecoder("utf-8", { fatal: true }).decode(bytes))?.[1];
}

function escaped(text: string): string {
  const references: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", "\r": "#13" };
  return text.replace(/[&<>\r]/g, (character) => `&${references[character]};`);
}
