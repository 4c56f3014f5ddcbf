/**
 * The bytes of a body as they arrive.
 *
 * @module
 */

/** As many bytes are asked for at once. */
const READ_BYTES = 1 << 18;

type Piece = IteratorResult<Uint8Array, undefined>;

/**
 * Bytes that arrive piece by piece. A piece keeps its bytes until the next one is asked for, and no longer. Written out
 * rather than as a generator, which would make `return` wait for a piece that may never come.
 */
export interface Pieces extends AsyncIterableIterator<Uint8Array, undefined> {
  /** Gives up the rest. */
  return(reason?: unknown): Promise<Piece>;
}

/** The pieces of a stream; of anything else, what it has. */
export function piecesOf(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return source instanceof ReadableStream ? readPieces(source) : source;
}

/** Reads a stream. */
export function readPieces(stream: ReadableStream<Uint8Array>): Pieces {
  const { read, cancel } = readerOf(stream);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const value = await read();
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    async return(reason) {
      await cancel(reason);
      return { done: true, value: undefined };
    },
  };
}

/** The bytes of all parts, one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

interface Reader {
  read(): Promise<Uint8Array | undefined>;
  cancel(reason: unknown): Promise<void>;
}

/**
 * The body of an answer lets its reader say where to put the bytes. That takes half the time of a stream that brings
 * its own pieces, which are smaller, and each of them in new memory.
 */
function readerOf(stream: ReadableStream<Uint8Array>): Reader {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    const plain = stream.getReader();
    return {
      read: async () => (await plain.read()).value,
      cancel: (reason) => plain.cancel(reason),
    };
  }
  return intoOneBuffer(reader);
}

/** Has all pieces put into the same memory. */
function intoOneBuffer(reader: ReadableStreamBYOBReader): Reader {
  let buffer = new ArrayBuffer(READ_BYTES);
  let isClosed = false;
  // Streams may close without a word to the read that waits, which would then wait for ever: to let go ends it.
  reader.closed.then(() => {
    isClosed = true;
    reader.releaseLock();
  }, () => {});
  return {
    async read() {
      if (isClosed) return undefined;
      // Another read has the memory, or an error took it
      if (buffer.detached) buffer = new ArrayBuffer(READ_BYTES);
      try {
        const { done, value } = await reader.read(new Uint8Array(buffer));
        if (done) return undefined;
        buffer = value.buffer;
        return value;
      } catch (error) {
        if (isClosed) return undefined;
        throw error;
      }
    },
    async cancel(reason) {
      if (!isClosed) await reader.cancel(reason);
    },
  };
}
