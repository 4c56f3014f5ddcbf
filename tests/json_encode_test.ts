/** What the JSON encoder writes, what it refuses, and how it names the place. */
import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { OdooProtocolError } from "../lib/errors.ts";
import { encodeJsonRpc, encodeNamed, toJsonValue } from "../lib/json/encode.ts";
import type { RpcInput } from "../lib/values.ts";
import { encodeCall } from "../lib/xmlrpc/encode.ts";

Deno.test("encodeJsonRpc() writes a request as Odoo takes it", () => {
  const call = { id: 7, service: "object", method: "execute_kw", args: ["db", 2, [[1]], { a: 1 }] };
  assertEquals(
    read(encodeJsonRpc(call)),
    '{"jsonrpc":"2.0","method":"call","params":{"service":"object","method":"execute_kw",' +
      '"args":["db",2,[[1]],{"a":1}]},"id":7}',
  );
});

Deno.test("encodeNamed() writes values as Odoo takes them", () => {
  const cases: [value: RpcInput, written: string][] = [
    [1.0, "1"],
    [-0, "0"],
    [2 ** 53 - 1, "9007199254740991"],
    [1e-7, "1e-7"],
    ['a\r\n\u0000\u001f"\uffff😀', String.raw`"a\r\n\u0000\u001f\"` + '\uffff😀"'],
    [new Uint8Array([1, 2, 255]), '"AQL/"'],
    [new Date("2024-03-01T10:20:30.999Z"), '"2024-03-01 10:20:30"'],
    [Temporal.Instant.from("2024-03-01T12:20:30.9+02:00"), '"2024-03-01 10:20:30"'],
    [Temporal.PlainDate.from("2024-03-01[u-ca=hebrew]"), '"2024-03-01"'],
    [[null, true, { a: [] }], '[null,true,{"a":[]}]'],
  ];
  for (const [a, written] of cases) assertEquals(read(encodeNamed({ a })), `{"a":${written}}`);
});

Deno.test("toJsonValue() answers with the very same value where nothing has to be converted", () => {
  const value = Object.freeze({ a: Object.freeze([1, "x", null, { b: false }]) });
  assertStrictEquals(toJsonValue(value, "value"), value);
});

Deno.test("toJsonValue() converts copies, and copies no more than it must", () => {
  const same = [{ b: 1 }];
  const given = Object.freeze({
    x: 1,
    at: new Date(0),
    same,
    list: Object.freeze([1, new Date(0)]),
  });
  const text = "1970-01-01 00:00:00";
  const found = toJsonValue(given, "value");
  assertEquals(JSON.stringify(found), JSON.stringify({ x: 1, at: text, same, list: [1, text] }));
  assert(typeof found === "object" && found !== null && "same" in found);
  assertStrictEquals(found.same, same);
});

Deno.test("toJsonValue() takes __proto__ for a name like any other", () => {
  const json = '{"__proto__":[1],"b":2}';
  assertEquals(JSON.stringify(toJsonValue(JSON.parse(json), "value")), json);
  const given = Object.fromEntries([["__proto__", new Date(0)], ["b", 2]]);
  assertEquals(
    JSON.stringify(toJsonValue(given, "value")),
    '{"__proto__":"1970-01-01 00:00:00","b":2}',
  );
});

const cycle: { [key: string]: RpcInput } = {};
cycle["self"] = [cycle];

/** Values that no wire can carry. */
const REFUSED: unknown[] = [
  ...[undefined, NaN, -Infinity, 5n, "\ud800x", () => 1, Symbol("x"), new Map(), cycle],
  ...[new (class Partner {})(), new (class {})(), Temporal.PlainTime.from("10:00"), Array(1)],
  ...[new Date(NaN), new Date(8.64e15), Temporal.PlainDate.from("-000001-01-01"), new String("x")],
  ...[Object.create(Object.create(Object.create(null))), { "a\ud800": 1 }, nested(512)],
];

Deno.test("toJsonValue() refuses what encodeCall() refuses, with the same words", () => {
  for (const refused of REFUSED) {
    const value = [1, { name: refused }];
    const { message } = assertThrows(() => toJsonValue(value, "params[0]"), OdooProtocolError);
    const encode = () => void Reflect.apply(encodeCall, undefined, ["m", [value]]);
    assertEquals(message, assertThrows(encode, OdooProtocolError).message);
    assert(message.startsWith("Cannot send params[0][1].name"));
  }
});

Deno.test("toJsonValue() refuses whole numbers that a number cannot hold", () => {
  for (const value of [2 ** 53, -(2 ** 53), 1e22]) {
    const message = "Cannot send a: it is an integer beyond 2^53";
    assertThrows(() => toJsonValue(value, "a"), OdooProtocolError, message);
  }
});

Deno.test("toJsonValue() takes 512 levels, and the same object again where it is not inside of itself", () => {
  const deep = nested(511);
  assertStrictEquals(toJsonValue(deep, "a"), deep);
  const shared = { a: [new Date(0)] };
  assertEquals(
    JSON.stringify(toJsonValue([shared, shared], "a")),
    '[{"a":["1970-01-01 00:00:00"]},{"a":["1970-01-01 00:00:00"]}]',
  );
});

Deno.test("encodeJsonRpc() names the place by the names given for the arguments", () => {
  const refuse = (args: readonly unknown[], place: string) => {
    const call = { id: 1, service: "object", method: "execute_kw", args };
    const encode = () =>
      void Reflect.apply(encodeJsonRpc, undefined, [call, ["db", "args", "kwargs"]]);
    assertThrows(encode, OdooProtocolError, `Cannot send ${place}: `);
  };
  refuse(["\ud800"], "db");
  refuse(["d", [{ name: undefined }]], "args[0].name");
  refuse(["d", [], { limit: NaN }], "kwargs.limit");
  refuse(["d", [], {}, 5n], "params[3]");
});

Deno.test("a text that would end the process is refused", () => {
  assertThrows(
    () => encodeNamed({ vals: { datas: "a".repeat(2 ** 28) } }),
    OdooProtocolError,
    "Cannot send vals.datas: it has 268435456 characters, and JSON takes less than 268435456",
  );
});

Deno.test("encodeNamed() names the place by the name of the argument", () => {
  assertThrows(
    () => encodeNamed({ ids: [1], vals: { name: "\ud800" } }),
    OdooProtocolError,
    "Cannot send vals.name: it has half of a surrogate pair",
  );
  assertThrows(
    () => encodeNamed({ "\ud800": 1 }),
    OdooProtocolError,
    "Cannot send the name of an argument: it has half of a surrogate pair",
  );
});

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function read(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
