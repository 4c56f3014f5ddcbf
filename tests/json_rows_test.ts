/** `decodeJson()`, and `decodeJsonRows()`: rows while they arrive, and what becomes of the stream. */
import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import fc from "npm:fast-check@^4.3.0";
import { OdooProtocolError } from "../lib/errors.ts";
import { decodeJson } from "../lib/json/decode.ts";
import { decodeJsonRows, JsonRpcEnvelope, type RowsShape } from "../lib/json/rows.ts";
import type { AnswerLimits, RpcValue } from "../lib/values.ts";

const HEAD = '{"jsonrpc": "2.0", "id": 1, "result": ';
const BROKEN = "Cannot read the JSON answer: ";

/** Bodies that are no JSON: what is wrong with them, and at which byte. */
const WRONG: [text: string, what: string, offset: number][] = [
  ["", "it ends too early", 0],
  ["[1,]", "a value is missing", 3],
  ["[,1]", "a value is missing", 1],
  ["[1,,2]", "a value is missing", 3],
  ["[1, ,[2]]", "a value is missing", 4],
  ["[1}", "a comma or ] is missing", 2],
  ['["é":1]', "a comma or ] is missing", 5],
  ['["a" "b"]', "a comma or ] is missing", 5],
  ['[{"a":1],2]', "a comma or } is missing", 7],
  ['[{"a" 1}]', "a colon is missing", 6],
  ["[{a:1}]", "a name is missing", 2],
  ['[{"a":1,}]', "a name is missing", 8],
  ["[01]", "a number is malformed", 1],
  ["[1, 2., 3]", "a number is malformed", 4],
  ["[NaN]", "it has NaN or Infinity, for which JSON has no word", 1],
  ["[1, -Infinity]", "it has NaN or Infinity, for which JSON has no word", 4],
  ["[True]", "a value is missing", 1],
  ['["a\nb"]', "a string has a control character", 3],
  ['["\\x"]', "a string has an escape that JSON does not know", 2],
  ['["\\u00g0"]', "a string has an escape that JSON does not know", 2],
  ["[1] 2", "there is more after its end", 4],
  ["[1]]", "there is more after its end", 3],
  ["[1", "it ends too early", 2],
  ['[1,"ab', "it ends too early", 6],
  ['["ab\\', "it ends too early", 5],
  ['["\\u00', "it ends too early", 6],
  ["[tru", "it ends too early", 4],
];

Deno.test("decodeJson() reads a body, with the mark of UTF-8 as well", () => {
  for (const text of ['{"a":[1,"é😀\ufffd",null]}', "null", ' "x"\n']) {
    assertEquals(decodeJson(bytes(text)), JSON.parse(text));
    assertEquals(decodeJson(bytes(`\ufeff${text}`)), JSON.parse(text));
  }
  const own = decodeJson(bytes('{"__proto__": 1}'));
  assert(typeof own === "object" && own !== null && Object.hasOwn(own, "__proto__"));
});

Deno.test("decodeJson() says what is wrong, at which byte, and nothing of the data", () => {
  for (const [text, what, offset] of WRONG) {
    const error = assertThrows(() => decodeJson(bytes(text)), OdooProtocolError);
    assertEquals(error.message, `${BROKEN}${what}, at byte ${offset}`);
    assertEquals(error.offset, offset);
    assertEquals(error.cause, undefined);
  }
});

Deno.test("decodeJsonRows() says what is wrong as decodeJson() does, for any chunking", async () => {
  for (const [text, what, offset] of WRONG) {
    for (const size of [1, 2, 3, 5, 100]) {
      const error = await assertRejects(() => collect(bytes(text), size), OdooProtocolError);
      assertEquals(error.message, `${BROKEN}${what}, at byte ${offset}`, `in chunks of ${size}`);
      const enveloped = () => collect(bytes(HEAD + text), size, "envelope");
      await assertRejects(enveloped, OdooProtocolError, BROKEN);
    }
  }
});

Deno.test("decodeJson() and decodeJsonRows() refuse what is not UTF-8", async () => {
  for (const wrong of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf0, 0x9f]]) {
    const body = Uint8Array.from([...bytes('["\ufffd", "a'), ...wrong, ...bytes('", 2]')]);
    const message = "it has bytes that are not UTF-8, at byte ";
    const whole = assertThrows(() => decodeJson(body), OdooProtocolError, message);
    assert(whole.offset !== undefined && whole.offset >= 10 && whole.offset <= 12);
    const rows = await assertRejects(() => collect(body, 4), OdooProtocolError, message);
    assertEquals(rows.message, whole.message);
  }
});

Deno.test("decodeJsonRows() yields each batch as soon as its bytes are there", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const rows = decodeJsonRows(readable);
  const send = (text: string) => void writer.write(bytes(text));
  send('[1, {"a,]": "\\"]"}, "b');
  assertEquals(await rows.next(), { done: false, value: [1, { "a,]": '"]' }] });
  send('", 3');
  assertEquals(await rows.next(), { done: false, value: ["b"] });
  send("]\n");
  void writer.close();
  assertEquals(await rows.next(), { done: false, value: [3] });
  assertEquals(await rows.next(), { done: true, value: undefined });
});

Deno.test("decodeJsonRows() yields nothing for an array without elements", async () => {
  assertEquals(await collect(bytes(" [ ] "), 1), []);
  assertEquals(await collect(bytes(`${HEAD}[]}`), 3, "envelope"), []);
});

Deno.test("decodeJsonRows() refuses a body that is no array, and an answer that is no object", async () => {
  for (const text of ['{"a":1}', "false", '"[1]"', "\ufeff{}"]) {
    const read = () => collect(bytes(text), 2);
    const error = await assertRejects(read, OdooProtocolError, "it is no array, at byte ");
    assertEquals(error.outcome, "committed");
  }
  for (const text of ["<html>", '{"a":', "nul"]) {
    const error = await assertRejects(() => collect(bytes(text), 2), OdooProtocolError);
    assertEquals(error.outcome, undefined);
  }
  assertEquals(await collect(bytes(" null\n"), 2), []);
  for (const text of ["[1]", "null", "<html>"]) {
    const read = () => collect(bytes(text), 2, "envelope");
    await assertRejects(read, OdooProtocolError, "it is no object, at byte 0");
  }
});

Deno.test("decodeJsonRows() finds the result among the members of an envelope", async () => {
  const texts = [
    `${HEAD}[1, {"result": [2]}]}`,
    '\ufeff {"id":{"result":[5]},"result" : [1,{"result":[2]}] , "jsonrpc":"2.0"}\n',
    '{"result":[1,{"result":[2]}],"error":null,"id":null}',
    '{"a":"\\"result\\":[","re\\u0073ult":[1,{"result":[2]}]}',
    '{"result":null,"result":[1,{"result":[2]}]}',
  ];
  for (const text of texts) {
    for (const size of [1, 7, 1000]) {
      assertEquals(await collect(bytes(text), size, "envelope"), [1, { result: [2] }], text);
    }
  }
});

Deno.test("decodeJsonRows() gives the whole answer where it has an error, or no rows", async () => {
  const texts = [
    '{"jsonrpc":"2.0","id":1,"error":{"code":200,"data":{"debug":"a\\n]"}}}',
    '{"error":{"a":1},"result":[1]}',
    '{"jsonrpc":"2.0","id":1}',
    '{"result":{"a":[1]}}',
    '{"result":false}',
    "{}",
  ];
  for (const text of texts) {
    for (const size of [1, 7, 1000]) {
      const error = await assertRejects(() => collect(bytes(text), size, "envelope"));
      assertInstanceOf(error, JsonRpcEnvelope);
      assertEquals(error.value, JSON.parse(text));
    }
  }
});

Deno.test("decodeJsonRows() gives the error that comes after rows", async () => {
  const rows = decodeJsonRows(chunked(bytes('{"result":[1, 2],"error":{"a":1}}'), 14), "envelope");
  assertEquals((await rows.next()).value, [1]);
  assertEquals((await rows.next()).value, [2]);
  const error = await assertRejects(() => rows.next());
  assertInstanceOf(error, JsonRpcEnvelope);
  assertEquals(error.value["error"], { a: 1 });
});

Deno.test("decodeJsonRows() checks the envelope around the rows", async () => {
  const cases: [text: string, message: string][] = [
    ['{"a" 1,"result":[1]}', "a colon is missing, at byte 5"],
    ['{"a":,"result":[1]}', "a value is missing, at byte 5"],
    ['{"a":1 "result":[1]}', "a comma or } is missing, at byte 7"],
    ['{"result":[1]', "it ends too early, at byte 13"],
    ['{"result":[1],}', "a name is missing, at byte 14"],
    ['{"result":[1],"a"}', "a colon is missing, at byte 17"],
    ['{"result":[1] "a":2}', "a comma or } is missing, at byte 14"],
    ['{"result":[1]}}', "there is more after its end, at byte 14"],
    ['{"result":[1],"a":2} 3', "there is more after its end, at byte 21"],
    ['{"result":[1],"result":[2]}', "it has a second result, at byte 13"],
    ['{"id":1', "it ends too early, at byte 7"],
    ['{"result":tru', "it ends too early, at byte 13"],
  ];
  for (const [text, message] of cases) {
    for (const size of [1, 6, 1000]) {
      const read = () => collect(bytes(text), size, "envelope");
      await assertRejects(read, OdooProtocolError, message, `in chunks of ${size}`);
    }
  }
});

Deno.test("decodeJsonRows() cancels the stream when the iteration is left", async () => {
  const source = new Source(['[{"a":1},', "2,", "3]"]);
  for await (const batch of decodeJsonRows(source.stream)) {
    assertEquals(batch, [{ a: 1 }]);
    break;
  }
  assert(source.cancelled);
});

Deno.test("decodeJsonRows() cancels the stream when it refuses the body", async () => {
  const source = new Source(["[1,", "2}", "3]"]);
  await assertRejects(async () => {
    for await (const _ of decodeJsonRows(source.stream));
  }, OdooProtocolError);
  assert(source.cancelled);
});

Deno.test("decodeJsonRows() passes on the error of the stream", async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError("the connection was lost")),
  });
  await assertRejects(() => decodeJsonRows(stream).next(), TypeError, "the connection was lost");
});

Deno.test("decodeJsonRows() reads a row that comes in very many chunks, and the rows around it", async () => {
  const rows = [1, { image: 'aGVs"\\bG8='.repeat(300_000), deep: [[{}]] }, 2];
  assertEquals(await collect(bytes(JSON.stringify(rows)), 200), rows);
  assertEquals(await collect(bytes(JSON.stringify(rows)), 1e9), rows);
});

Deno.test("decodeJsonRows() neither keeps nor changes the chunks", async () => {
  const chunk = bytes('["first", "second", "third"');
  const before = chunk.slice();
  const rows = decodeJsonRows(ReadableStream.from([chunk]));
  const { value } = await rows.next();
  assertEquals(chunk, before);
  chunk.fill(0);
  assertEquals(value, ["first", "second"]);
});

Deno.test("decodeJson() and decodeJsonRows() read 512 levels and refuse one more", async () => {
  const nested = (depth: number) => bytes("[".repeat(depth) + "]".repeat(depth));
  assert(Array.isArray(decodeJson(nested(512))));
  assertEquals((await collect(nested(512), 50)).length, 1);
  const message = "Cannot read the JSON answer: it is nested deeper than 512, at byte 512";
  assertThrows(() => decodeJson(nested(513)), OdooProtocolError, message);
  await assertRejects(() => collect(nested(513), 50), OdooProtocolError, message);
  await assertRejects(() => collect(nested(100_000), 5000), OdooProtocolError, message);
});

Deno.test("decodeJson() and decodeJsonRows() keep to the limits that are set, at the byte", async () => {
  const body = bytes('[{"a": "abcd"}, {"a": "\\u0041"}]');
  const cases: [AnswerLimits, string | undefined][] = [
    [{ maxDepth: 2, maxStringBytes: 6 }, undefined],
    [{ maxDepth: 1 }, "it is nested deeper than 1, at byte 1"],
    [{ maxStringBytes: 5 }, "found text longer than 5 bytes, at byte 22"],
    [{ maxStringBytes: 3 }, "found text longer than 3 bytes, at byte 7"],
  ];
  for (const [limits, message] of cases) {
    const whole = () => decodeJson(body, limits);
    const rows = () =>
      Array.fromAsync(decodeJsonRows(ReadableStream.from([body]), "array", limits));
    if (message === undefined) assertEquals((await rows()).flat(), whole());
    else {
      assertThrows(whole, OdooProtocolError, message);
      await assertRejects(rows, OdooProtocolError, message);
    }
  }
});

Deno.test("decodeJson() and decodeJsonRows() refuse whole numbers beyond 2^53, and take floats", async () => {
  const exact = bytes("[9007199254740991, -9007199254740991, 1e300, 12345678901234567890.5, 1e16]");
  assertEquals((await collect(exact, 7)).length, 5);
  const message = "it has an integer beyond 2^53, which a number cannot hold, at byte 8";
  for (const number of ["9007199254740992", "-9007199254740993", "12345678901234567890"]) {
    const body = bytes(`["1", 2,${number}]`);
    assertThrows(() => decodeJson(body), OdooProtocolError, message);
    await assertRejects(() => collect(body, 5), OdooProtocolError, message);
  }
});

Deno.test("decodeJsonRows() yields the same rows for any chunking", async () => {
  const layout = fc.constantFrom(undefined, 1, "\r\n\t");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue()).map(withoutLargeIntegers),
      layout,
      fc.integer({ min: 1, max: 40 }),
      async (rows, indent, size) => {
        const text = JSON.stringify(rows, null, indent);
        const expected = JSON.parse(text);
        assertEquals(await collect(bytes(text), size), expected);
        assertEquals(await collect(bytes(`${HEAD}${text}}`), size, "envelope"), expected);
      },
    ),
  );
});

/** Those beyond 2^53 are refused. */
function withoutLargeIntegers(rows: unknown[]): unknown[] {
  return JSON.parse(
    JSON.stringify(rows),
    (_key, value) => Number.isInteger(value) && !Number.isSafeInteger(value) ? 0.5 : value,
  );
}

Deno.test("decodeJsonRows() judges a damaged answer as JSON.parse does, for any chunking", async () => {
  const rows =
    '[{"id": 1, "name": "Ana \\"é\\u00e9\\\\"}, [2, -3.5e1, true], "x,]", {}, null, [[]]]';
  for (
    const [text, shape] of [[rows, "array"], [`${HEAD}${rows}, "a": [1]}`, "envelope"]] as const
  ) {
    const chunk = fc.integer({ min: 1, max: 30 });
    await fc.assert(
      fc.asyncProperty(damage(bytes(text)), chunk, async (damaged, size) => {
        const found = await outcome(() => collect(damaged, size, shape));
        const whole = await outcome(() => decodeJson(damaged));
        const expected = shape === "array" ? whole : resultOf(whole);
        // A second result, and what is no array or object, are refused though they are JSON.
        if (found instanceof OdooProtocolError && /it is no|second result/.test(found.message)) {
          return;
        }
        if (whole instanceof OdooProtocolError) assertInstanceOf(found, OdooProtocolError);
        else if (found instanceof JsonRpcEnvelope) assertEquals<unknown>(found.value, whole);
        else assertEquals(found, expected);
      }),
      { numRuns: 1500 },
    );
  }
});

Deno.test("decodeJsonRows() refuses an answer that is cut anywhere", async () => {
  const rows = '[{"id": 1, "name": "é \\" \\u00e9"}, [2, "b"], -3.5, true]';
  for (const [text, shape] of [[rows, "array"], [`${HEAD}${rows}, "a": 1}`, "envelope"]] as const) {
    const body = bytes(text);
    for (let length = 0; length < body.length; length++) {
      const cut = () => collect(body.subarray(0, length), 9, shape);
      await assertRejects(cut, OdooProtocolError, BROKEN, `at ${length}`);
    }
  }
});

/** A stream of these texts, one when asked, that knows whether it was cancelled. */
class Source {
  cancelled = false;
  readonly stream: ReadableStream<Uint8Array>;

  constructor(texts: string[]) {
    const chunks = texts.values();
    this.stream = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const { done, value } = chunks.next();
        if (done) controller.close();
        else controller.enqueue(bytes(value));
      },
      cancel: () => void (this.cancelled = true),
    }, { highWaterMark: 0 });
  }
}

/** The body with bytes replaced, put in or taken out. */
function damage(body: Uint8Array): fc.Arbitrary<Uint8Array> {
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(...bytes('[]{},:"\\ \n1e-ut')));
  const one = fc.tuple(fc.nat(body.length), fc.nat(2), fc.array(byte, { maxLength: 2 }));
  return fc.array(one, { minLength: 1, maxLength: 2 }).map((all) =>
    all.reduce<Uint8Array>(
      (bytes, [place, removed, put]) =>
        Uint8Array.from([...bytes.subarray(0, place), ...put, ...bytes.subarray(place + removed)]),
      body,
    )
  );
}

async function outcome<T>(
  read: () => T,
): Promise<Awaited<T> | OdooProtocolError | JsonRpcEnvelope> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof OdooProtocolError || error instanceof JsonRpcEnvelope) return error;
    throw error;
  }
}

function resultOf(whole: unknown): unknown {
  return typeof whole === "object" && whole !== null && "result" in whole
    ? whole.result
    : undefined;
}

async function collect(
  body: Uint8Array,
  size: number,
  shape: RowsShape = "array",
): Promise<RpcValue[]> {
  const rows: RpcValue[] = [];
  for await (const batch of decodeJsonRows(chunked(body, size), shape)) rows.push(...batch);
  return rows;
}

function chunked(body: Uint8Array, size: number): ReadableStream<Uint8Array> {
  const starts = Array.from({ length: Math.ceil(body.length / size) }, (_, index) => index * size);
  return ReadableStream.from(starts.map((start) => body.subarray(start, start + size)));
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
