import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { piecesOf, readPieces } from "../lib/pieces.ts";

/** A stream as `fetch` gives it, which fills the memory of its reader, so many bytes at a time. */
function byteStream(bytes: Uint8Array, most = bytes.length): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const view = controller.byobRequest?.view;
      if (!view) throw new Error("Nobody has said where to put the bytes");
      const part = bytes.subarray(at, at += Math.min(most, view.byteLength));
      if (part.length === 0) controller.close();
      new Uint8Array(view.buffer, view.byteOffset).set(part);
      controller.byobRequest?.respond(part.length);
    },
  });
}

Deno.test("the pieces of a stream are its bytes, whoever says where these are put", async () => {
  const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => index * 7);
  assertEquals(await bytesOf(readPieces(byteStream(bytes))), bytes);
  assertEquals(await bytesOf(readPieces(byteStream(bytes, 999))), bytes);
  assertEquals(
    await bytesOf(readPieces(ReadableStream.from([bytes, bytes.slice(0, 3)]))).then(
      ({ length }) => length,
    ),
    1_000_003,
  );
  assertEquals(await bytesOf(piecesOf(ReadableStream.from([]))), new Uint8Array(0));
});

Deno.test("all pieces of a byte stream lie in one piece of memory", async () => {
  const pieces = readPieces(byteStream(new Uint8Array(1_000_000)));
  const first = await pieces.next();
  assertEquals(first.value?.length, 1 << 18);
  await pieces.next();
  assertEquals(first.value?.length, 0);
  await pieces.return();
});

Deno.test("to leave the pieces cancels the stream, and its error is passed on", async () => {
  const reasons: unknown[] = [];
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1)),
    cancel: (reason) => void reasons.push(reason),
  });
  for await (const _ of piecesOf(stream)) break;
  assertEquals(reasons, [undefined]);
  const broken = new ReadableStream<Uint8Array>({
    pull: () => Promise.reject(new TypeError("the connection was lost")),
  });
  await assertRejects(() => bytesOf(piecesOf(broken)), TypeError, "the connection was lost");
});

Deno.test("a byte stream whose source closes without a word to who waits, ends", async () => {
  let left = 3;
  const stream = new ReadableStream<Uint8Array>({
    type: "bytes",
    pull: (controller) => left-- > 0 ? controller.enqueue(new Uint8Array(10)) : controller.close(),
  });
  const pieces = readPieces(stream);
  assertEquals((await bytesOf(pieces)).length, 30);
  await pieces.return();
  const closing = new ReadableStream<Uint8Array>({
    type: "bytes",
    pull(controller) {
      controller.enqueue(new Uint8Array(10));
      controller.close();
    },
  });
  assertEquals((await bytesOf(readPieces(closing))).length, 10);
});

Deno.test("what was left or is at its end has no further piece", async () => {
  for (const stream of [byteStream(new Uint8Array(9)), ReadableStream.from([new Uint8Array(9)])]) {
    const pieces = readPieces(stream);
    assertEquals((await bytesOf(pieces)).length, 9);
    for (let again = 0; again < 2; again++) assertEquals((await pieces.next()).done, true);
    await pieces.return();
  }
  for (const stream of [byteStream(new Uint8Array(9)), ReadableStream.from([new Uint8Array(9)])]) {
    const pieces = readPieces(stream);
    await pieces.return();
    for (let again = 0; again < 2; again++) assertEquals((await pieces.next()).done, true);
  }
});

Deno.test("pieces that are asked for at once come in their order, and an empty one is no end", async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index);
  const pieces = readPieces(byteStream(bytes));
  const [first, second] = await Promise.all([pieces.next(), pieces.next()]);
  assertEquals([first.value?.length, second.value?.length], [1 << 18, 300_000 - (1 << 18)]);
  assertEquals(second.value, bytes.slice(1 << 18));
  const some = ReadableStream.from([bytes.slice(0, 5), new Uint8Array(0), bytes.slice(5, 7)]);
  assertEquals(await bytesOf(readPieces(some)), bytes.slice(0, 7));
});

Deno.test("to leave ends a read that waits for bytes, whoever says where these are put", async () => {
  const pull = () => new Promise<void>(() => {});
  for (
    const stream of [new ReadableStream({ type: "bytes", pull }), new ReadableStream({ pull })]
  ) {
    const pieces = readPieces(stream);
    const read = pieces.next();
    await pieces.return();
    assertEquals((await read).done, true);
  }
});

Deno.test("a byte stream that breaks passes on its error, to each read", async () => {
  const stream = new ReadableStream<Uint8Array>({
    type: "bytes",
    pull: () => Promise.reject(new TypeError("the connection was lost")),
  });
  const pieces = readPieces(stream);
  for (let again = 0; again < 2; again++) {
    await assertRejects(() => pieces.next(), TypeError, "the connection was lost");
  }
});

Deno.test("a stream that somebody else reads is refused", () => {
  const stream = byteStream(new Uint8Array(1));
  stream.getReader();
  assertThrows(() => readPieces(stream), TypeError, "lock");
});

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of pieces) parts.push(piece.slice());
  return await new Blob(parts).bytes();
}
