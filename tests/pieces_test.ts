import { assertEquals, assertRejects } from "@std/assert";
import { joined, piecesOf, readPieces } from "../lib/pieces.ts";

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
  assertEquals(await joined(readPieces(byteStream(bytes))), bytes);
  assertEquals(await joined(readPieces(byteStream(bytes, 999))), bytes);
  assertEquals(
    await joined(readPieces(ReadableStream.from([bytes, bytes.slice(0, 3)]))).then(
      ({ length }) => length,
    ),
    1_000_003,
  );
  assertEquals(await joined(piecesOf(ReadableStream.from([]))), new Uint8Array(0));
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
  await assertRejects(() => joined(piecesOf(broken)), TypeError, "the connection was lost");
});
