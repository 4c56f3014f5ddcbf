/**
 * Bodies of answers, of which no more is taken than may be: a small one can unpack to gigabytes, and one that never ends
 * has no size at all.
 *
 * @module
 */
import { OdooProtocolError } from "../errors.ts";
import { joined, type Pieces, readPieces } from "../pieces.ts";

/** The largest answer that is read as a whole, where no limit is set: about as much as fits into one string. */
export const DEFAULT_MAX_BYTES = 2 ** 29;

/**
 * The whole body, as `fetch` has unpacked it. It is counted while it arrives, and let go where it is too large.
 *
 * @throws {OdooProtocolError} It is larger than that.
 */
export async function bytesOf(
  { headers, body }: Response,
  maxBytes: number,
  url: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const counter = new Counter(maxBytes, url);
  // What it says of packed bytes does not count, and if it is more than there is, so much has to arrive
  const size = headers.has("content-encoding") ? 0 : Number(headers.get("content-length")) || 0;
  if (size > maxBytes) await body?.cancel();
  counter.check(size);
  return body === null ? new Uint8Array() : await counted(readPieces(body), counter, signal);
}

/** All bytes of the pieces, of which no more come than the counter lets through. */
export async function counted(
  pieces: Pieces,
  counter: Counter,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) {
    // Not every `fetch` listens to the signal
    signal?.throwIfAborted();
    counter.add(piece);
    parts.push(piece.slice());
  }
  const [first = new Uint8Array()] = parts;
  return parts.length <= 1 ? first : joined(parts);
}

/** Counts what has arrived of an answer. */
export class Counter {
  /** Bytes so far. */
  size = 0;
  readonly #maxBytes: number;
  readonly #url: string;

  /** Takes the limit, and the address for messages. */
  constructor(maxBytes: number, url: string) {
    this.#maxBytes = maxBytes;
    this.#url = url;
  }

  /** Counts a piece, and refuses one too many. */
  add({ length }: Uint8Array): void {
    this.check(this.size += length);
  }

  /** Refuses a size that is too large. */
  check(size: number): void {
    if (size <= this.#maxBytes) return;
    throw new OdooProtocolError(
      `Cannot read the answer of ${this.#url}: it is larger than ${this.#maxBytes} bytes; ` +
        "ask for less at a time, or set limits.maxBytes; Odoo may have run the call",
      { outcome: "unknown", offset: this.#maxBytes },
    );
  }
}
