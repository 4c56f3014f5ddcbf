/** `decodeRows()`: rows while they arrive, and what becomes of the stream. */
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { OdooProtocolError } from "../lib/errors.ts";
import type { RpcValue } from "../lib/values.ts";
import { type DecodeLimits, decodeRows, XmlRpcFault } from "../lib/xmlrpc/decode.ts";
import { encodeFault, encodeResponse } from "../lib/xmlrpc/encode.ts";

const HEAD = "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n";
const TAIL = "</data></array></value>\n</param>\n</params>\n</methodResponse>\n";

Deno.test("decodeRows() yields each batch as soon as its bytes are there", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const rows = decodeRows(readable);
  const send = (text: string) => void writer.write(bytes(text));

  send(`${HEAD}<value><int>1</int></value>\n<value><int>2</int></value>\n<value><in`);
  assertEquals(await rows.next(), { done: false, value: [1, 2] });
  send("t>3</int></value>");
  assertEquals(await rows.next(), { done: false, value: [3] });
  send(TAIL);
  void writer.close();
  assertEquals(await rows.next(), { done: true, value: undefined });
});

Deno.test("decodeRows() cancels the stream when the iteration is left", async () => {
  const source = new Source([`${HEAD}<value>a</value>`, "<value>b</value>", TAIL]);
  for await (const batch of decodeRows(source.stream)) {
    assertEquals(batch, ["a"]);
    break;
  }
  assert(source.cancelled);
});

Deno.test("decodeRows() cancels the stream when it refuses the document", async () => {
  const source = new Source([`${HEAD}<value>a</value>`, "<values>", TAIL]);
  const rows = decodeRows(source.stream);
  assertEquals((await rows.next()).value, ["a"]);
  await assertRejects(
    () => rows.next(),
    OdooProtocolError,
    "found <values> where <value> should be",
  );
  assert(source.cancelled);
});

Deno.test("decodeRows() passes on the error of the stream", async () => {
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new TypeError("the connection was lost"));
    },
  });
  await assertRejects(() => collect(stream), TypeError, "the connection was lost");
});

Deno.test("decodeRows() throws an XmlRpcFault where the answer is a fault", async () => {
  for (const size of [1, 50, 1000]) {
    const error = await assertRejects(() =>
      collect(chunked(encodeFault(3, "Access Denied"), size))
    );
    assertInstanceOf(error, XmlRpcFault);
    assertEquals({ code: error.code, text: error.text }, { code: 3, text: "Access Denied" });
  }
});

Deno.test("decodeRows() refuses a value that is not an array", async () => {
  const cases: [value: RpcValue, found: string][] = [[false, "<boolean>"], ["a", "<string>"], [
    {},
    "<struct>",
  ]];
  for (const [value, found] of cases) {
    const error = await assertRejects(
      () => collect(chunked(encodeResponse(value), 7)),
      OdooProtocolError,
      `found ${found} where <array> should be`,
    );
    assertEquals(error.outcome, "committed");
  }
});

Deno.test("decodeRows() yields nothing for an array without elements", async () => {
  assertEquals(await collect(chunked(encodeResponse([]), 3)), []);
  const selfClosed = bytes(HEAD.replace("<data>", "<data/>") + TAIL.replace("</data>", ""));
  assertEquals(await collect(chunked(selfClosed, 3)), []);
});

Deno.test("decodeRows() refuses a stream that is cut anywhere", async () => {
  const body = encodeResponse([{ id: 1, name: "é &" }, [2, "b"]]);
  for (let length = 0; length < body.length - 1; length++) {
    const cut = chunked(body.subarray(0, length), 20);
    await assertRejects(() => collect(cut), OdooProtocolError, "", `at ${length}`);
  }
});

Deno.test("decodeRows() takes a document that is cut inside of a character of a name", async () => {
  const body = bytes(`${HEAD}<value é="&lt;" ü='株'><string ø="">ß</string></value>${TAIL}`);
  for (const size of [1, 2, 3, 5, 7]) assertEquals(await collect(chunked(body, size)), ["ß"]);
});

Deno.test("decodeRows() reads a row that comes in thousands of chunks", async () => {
  const rows = [{ image: "aGVsbG8=".repeat(100_000) }, 1];
  assertEquals(await collect(chunked(encodeResponse(rows), 100)), rows);
});

Deno.test("decodeRows() counts offsets from the start of the body", async () => {
  const good = "<value>some text</value>\n".repeat(100);
  const body = bytes(`${HEAD}${good}<value><int>x</int></value>${TAIL}`);
  const error = await assertRejects(() => collect(chunked(body, 64)), OdooProtocolError);
  assertEquals(error.offset, HEAD.length + good.length + 7);
});

Deno.test("decodeRows() keeps to its limits", async () => {
  const body = encodeResponse([["aaaa"], "bbbb"]);
  const cases: [limits: DecodeLimits, message: string][] = [
    [{ maxBytes: body.length - 1 }, `it is larger than ${body.length - 1} bytes`],
    [{ maxDepth: 1 }, "it is nested deeper than 1"],
    [{ maxStringBytes: 3 }, "found text longer than 3 bytes"],
  ];
  for (const [limits, message] of cases) {
    await assertRejects(() => collect(chunked(body, 10), limits), OdooProtocolError, message);
  }
  assertEquals(
    await collect(chunked(body, 10), { maxBytes: body.length, maxDepth: 2, maxStringBytes: 4 }),
    [["aaaa"], "bbbb"],
  );
});

Deno.test("decodeRows() says that a web page came, and its title", async () => {
  const page = bytes("<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>");
  for (const size of [1, 30, 1000]) {
    await assertRejects(
      () => collect(chunked(page, size)),
      OdooProtocolError,
      'titled "502 Bad Gateway"',
    );
  }
});

Deno.test("decodeRows() does not keep the chunks", async () => {
  const body = encodeResponse(["first", "second"]);
  const chunk = body.slice();
  const rows = decodeRows(ReadableStream.from([chunk]));
  const { value } = await rows.next();
  chunk.fill(0);
  assertEquals(value, ["first", "second"]);
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

async function collect(
  stream: ReadableStream<Uint8Array>,
  limits?: DecodeLimits,
): Promise<RpcValue[]> {
  const rows: RpcValue[] = [];
  for await (const batch of decodeRows(stream, limits)) rows.push(...batch);
  return rows;
}

function chunked(body: Uint8Array, size: number): ReadableStream<Uint8Array> {
  const count = Math.ceil(body.length / size);
  const chunks = Array.from(
    { length: count },
    (_, index) => body.subarray(index * size, (index + 1) * size),
  );
  return ReadableStream.from(chunks);
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
