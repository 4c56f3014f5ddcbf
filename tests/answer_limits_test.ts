/** Hostile answers: too large, packed to nothing, without an end, byte by byte, too deep, with too many rows. */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { decodeJson } from "../lib/json/decode.ts";
import { decodeJsonRows } from "../lib/json/rows.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { Http } from "../lib/transport/http.ts";
import {
  type AnswerLimits,
  connect,
  type Fetch,
  OdooConfigError,
  OdooProtocolError,
  OdooTimeoutError,
} from "../mod.ts";

const PROTOCOLS = ["xmlrpc", "jsonrpc", "json2"] as const;
const XML = { "content-type": "text/xml" };
const REQUEST = {
  path: "/xmlrpc/2/object",
  headers: XML,
  body: new Uint8Array(1),
  isAnswer: (status: number) => status === 200,
};
/** Small enough for the rows that are asked for, and not for the answers of signing in. */
const LIMITS: [limits: AnswerLimits, message: string][] = [
  [{ maxRows: 39 }, "it has more than 39 rows; ask for less at a time, or set limits.maxRows"],
  [{ maxDepth: 2 }, "it is nested deeper than 2, at byte"],
  [{ maxStringBytes: 59 }, "found text longer than 59 bytes, at byte"],
  [
    { maxBytes: 2000 },
    "it is larger than 2000 bytes; ask for less at a time, or set limits.maxBytes",
  ],
];
const CALL = {
  model: "res.partner",
  method: "search_read",
  kwargs: { domain: [["name", "=like", "x%"]], fields: ["name", "create_uid"] },
};

/** A simulated Odoo, and how often it was asked for the rows. */
function counted() {
  const records = Array.from({ length: 40 }, () => ({ name: "x".repeat(60) }));
  const server = new OdooSimulator({ "res.partner": records }, { version: 19 });
  let count = 0;
  const fetch: Fetch = (input, init) => {
    if (init?.body instanceof Uint8Array && init.body.toHex().includes(ASKED)) count++;
    return server.fetch(input, init);
  };
  return { config: { ...server.config, fetch }, count: () => count };
}

const ASKED = new TextEncoder().encode("create_uid").toHex();

for (const protocol of PROTOCOLS) {
  Deno.test(`each limit refuses an answer over ${protocol}, called and in rows, and it is asked for once`, async () => {
    const { config, count } = counted();
    const unlimited = await connect({ ...config, protocol });
    assertEquals((await Array.fromAsync(unlimited.rows(CALL))).flat().length, 40);
    for (const [limits, message] of LIMITS) {
      const odoo = await connect({ ...config, protocol, limits });
      const before = count();
      await assertRejects(() => odoo.call(CALL), OdooProtocolError, message);
      await assertRejects(() => Array.fromAsync(odoo.rows(CALL)), OdooProtocolError, message);
      assertEquals(count() - before, 2);
    }
  });
}

Deno.test("a limit that is none is refused before anything is sent", async () => {
  const { config } = new OdooSimulator();
  for (const maxRows of [0, -1, NaN]) {
    const message = `Cannot use a limits.maxRows of ${maxRows}: it must be 1 or more`;
    await assertRejects(
      () => connect({ ...config, limits: { maxRows } }),
      OdooConfigError,
      message,
    );
  }
});

/** A server on loopback that answers with whatever it is given. */
function serve(answer: () => Response): { url: string } & AsyncDisposable {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}`;
  return { url, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Blanks without an end, and how many were taken. */
function endless() {
  const piece = new Uint8Array(2 ** 20).fill(0x20);
  let count = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      count += piece.length;
      controller.enqueue(piece);
    },
  });
  return { body, count: () => count };
}

Deno.test("an answer without an end is let go at the limit, whole and in a stream", async () => {
  for (const isWhole of [true, false]) {
    const { body, count } = endless();
    await using server = serve(() => new Response(body, { headers: XML }));
    const http = new Http({ url: server.url, limits: { maxBytes: 2 ** 22 } });
    const read = async () => {
      if (isWhole) await http.send(REQUEST);
      else for await (const _ of (await http.open(REQUEST)).body);
    };
    await assertRejects(read, OdooProtocolError, "it is larger than 4194304 bytes");
    // What waits between the two ends is a little more
    assert(count() < 2 ** 27);
  }
});

Deno.test("a small answer that unpacks to 128 MiB is let go at the limit, whole and in a stream", async () => {
  const { body } = endless();
  const zip = new CompressionStream("gzip");
  const packed = new Response(body.pipeThrough(cut(2 ** 27)).pipeThrough(zip)).bytes();
  const bomb = await packed;
  assert(bomb.length < 2 ** 18);
  const headers = { ...XML, "content-encoding": "gzip" };
  await using server = serve(() => new Response(bomb, { headers }));
  const http = new Http({ url: server.url, limits: { maxBytes: 2 ** 20 } });
  const before = Deno.memoryUsage().rss;
  await assertRejects(() => http.send(REQUEST), OdooProtocolError, "larger than 1048576 bytes");
  const { body: stream } = await http.open(REQUEST);
  await assertRejects(() => new Response(stream).bytes(), OdooProtocolError, "larger than 1048576");
  assert(Deno.memoryUsage().rss - before < 2 ** 26);
});

/** Ends a stream after so many bytes. */
function cut(size: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let left = size;
  return new TransformStream({
    transform(piece, controller) {
      controller.enqueue(piece);
      if ((left -= piece.length) <= 0) controller.terminate();
    },
  });
}

Deno.test("millions of brackets take neither time nor memory, whole and in a stream", async () => {
  for (const unit of ["[", '{"a":']) {
    const body = new TextEncoder().encode(unit.repeat(40_000_000 / unit.length));
    const begin = performance.now();
    const error = assertThrows(() => decodeJson(body), OdooProtocolError);
    assertStringIncludes(error.message, "it is nested deeper than 512, at byte");
    const rows = decodeJsonRows(new Blob([body]).stream());
    assertEquals(
      (await assertRejects(() => rows.next(), OdooProtocolError)).message,
      error.message,
    );
    assert(performance.now() - begin < 1500);
  }
});

Deno.test("an answer that says it is too large is refused before it comes", async () => {
  const { body, count } = endless();
  const headers = { ...XML, "content-length": "5000" };
  const fetch: Fetch = () => Promise.resolve(new Response(body, { headers }));
  const http = new Http({ url: "https://erp.example", fetch, limits: { maxBytes: 4999 } });
  await assertRejects(() => http.send(REQUEST), OdooProtocolError, "larger than 4999 bytes");
  assert(count() <= 2 ** 20);
  // What is no number says nothing
  const odd = () =>
    Promise.resolve(new Response("<x/>", { headers: { ...XML, "content-length": "4, 4" } }));
  const { body: small } = await new Http({ url: "https://erp.example", fetch: odd }).send(REQUEST);
  assertEquals(small.length, 4);
});

/** An answer of one byte a second, which never ends. */
function trickle(): Fetch {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      controller.enqueue(Uint8Array.of(0x20));
    },
  }, { highWaterMark: 0 });
  return () => Promise.resolve(new Response(body, { headers: XML }));
}

Deno.test("a server that sends a byte now and then is given up after the time limit, whole and in a stream", async () => {
  using time = new FakeTime();
  const send = new Http({ url: "https://erp.example", fetch: trickle(), timeoutMs: 10_500 })
    .send(REQUEST).catch((error: unknown) => error);
  const { body } = await new Http({
    url: "https://erp.example",
    fetch: trickle(),
    timeoutMs: 10_500,
  }).open(REQUEST);
  const stream = new Response(body).bytes().catch((error: unknown) => error);
  for (let second = 0; second < 11; second++) await time.tickAsync(1000);
  assertInstanceOf(await send, OdooTimeoutError);
  assertInstanceOf(await stream, OdooTimeoutError);
});

Deno.test("a stream may take longer than the time limit where enough of it comes", async () => {
  using time = new FakeTime();
  let count = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (count++ === 40) return controller.close();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      controller.enqueue(new Uint8Array(2 ** 14));
    },
  }, { highWaterMark: 0 });
  const fetch: Fetch = () => Promise.resolve(new Response(body, { headers: XML }));
  const http = new Http({ url: "https://erp.example", fetch, timeoutMs: 6_000 });
  const { body: stream } = await http.open(REQUEST);
  const read = new Response(stream).bytes();
  for (let second = 0; second < 45; second++) await time.tickAsync(1000);
  assertEquals((await read).length, 40 * 2 ** 14);
});
