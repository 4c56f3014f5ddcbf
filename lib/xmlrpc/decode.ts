/**
 * XML-RPC bytes to values: of whole answers and calls, and of answers whose rows are wanted as they arrive.
 *
 * Of the types of XML-RPC, dates (`dateTime.iso8601`) become text as Odoo writes it, `2024-03-01 10:20:30`; `double` may
 * be `NaN` or infinite, because Odoo 14 sends such; integers beyond 2^53 are refused, because a number cannot hold them.
 *
 * @module
 */
import { piecesOf } from "../pieces.ts";
import type { RpcValue } from "../values.ts";
import { type DecodeLimits, type Fault, type MethodCall, XmlRpcReader } from "./grammar.ts";
import { Incomplete } from "./window.ts";

export type { DecodeLimits, Fault, MethodCall } from "./grammar.ts";

/** Thrown by {@linkcode decodeRows} where the answer is a fault, which is no error of the codec: it is for the caller to judge. */
export class XmlRpcFault extends Error implements Fault {
  /** Name of the class. */
  override name = "XmlRpcFault";
  /** Number or text that tells the kind of fault. */
  readonly code: number | string;
  /** Message, or the server's traceback. */
  readonly text: string;

  /** Takes what the server said. */
  constructor({ code, text }: Fault) {
    super(`The server answered with fault ${code}`);
    this.code = code;
    this.text = text;
  }
}

/**
 * Decodes the answer to a call: its value, or its fault.
 *
 * ```ts
 * import { decodeResponse, encodeFault, encodeResponse } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeResponse(encodeResponse([1, "a"])), { value: [1, "a"] });
 * assertEquals(decodeResponse(encodeFault(3, "no")), { fault: { code: 3, text: "no" } });
 * ```
 *
 * @throws {OdooProtocolError} Where the bytes are no XML-RPC answer; it tells the byte.
 */
export function decodeResponse(
  bytes: Uint8Array,
  limits: DecodeLimits = {},
): { value: RpcValue } | { fault: Fault } {
  const reader = new XmlRpcReader("XML-RPC answer", limits);
  reader.scanner.load(bytes);
  return reader.response();
}

/**
 * Decodes a method call.
 *
 * ```ts
 * import { decodeCall, encodeCall } from "@odeno/odeno";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeCall(encodeCall("add", [1, 2])), { method: "add", params: [1, 2] });
 * ```
 *
 * @throws {OdooProtocolError} Where the bytes are no XML-RPC call; it tells the byte.
 */
export function decodeCall(bytes: Uint8Array, limits: DecodeLimits = {}): MethodCall {
  const reader = new XmlRpcReader("XML-RPC call", limits);
  reader.scanner.load(bytes);
  return reader.call();
}

/**
 * Decodes an answer that is an array, such as that of `search_read`, while it arrives: each batch holds elements that
 * the bytes so far have completed, and memory is taken for the largest of them only. An element that comes in many
 * pieces may be in a later batch. Ending the iteration early cancels the stream.
 *
 * The end of the document is checked like the rest, so rows may come before the error that says it is broken.
 *
 * ```ts
 * import { decodeRows, encodeResponse } from "@odeno/odeno";
 *
 * const answer = new Blob([encodeResponse([{ id: 1 }, { id: 2 }])]); // or the body of a fetch()
 * for await (const rows of decodeRows(answer.stream())) console.log(rows);
 * ```
 *
 * @throws {XmlRpcFault} Where the answer is a fault.
 * @throws {OdooProtocolError} Where the bytes are no XML-RPC answer, or its value is not an array.
 */
export async function* decodeRows(
  stream: AsyncIterable<Uint8Array>,
  limits: DecodeLimits = {},
): AsyncGenerator<RpcValue[]> {
  const rows = new RowReader(new XmlRpcReader("XML-RPC answer", limits));
  // Leaving this loop in any way closes the stream.
  for await (const chunk of piecesOf(stream)) {
    const batch = rows.push(chunk);
    if (batch.length > 0) yield batch;
  }
  const last = rows.finish();
  if (last.length > 0) yield last;
}

/** Takes the chunks of an answer and gives the rows that they complete. */
export class RowReader {
  readonly #reader: XmlRpcReader;
  #stage: "head" | "rows" | "end" = "head";
  /** How many bytes must be at hand before the next attempt: a row that is cut again and again is not read each time. */
  #enough = 0;

  /** Takes a reader that was given nothing yet. */
  constructor(reader: XmlRpcReader) {
    this.#reader = reader;
  }

  /** The rows that this chunk completes. */
  push(chunk: Uint8Array): RpcValue[] {
    const { scanner } = this.#reader;
    scanner.push(chunk);
    return scanner.pending < this.#enough ? [] : this.#read();
  }

  /** The last rows, after all chunks. */
  finish(): RpcValue[] {
    this.#reader.scanner.finish();
    return this.#read();
  }

  #read(): RpcValue[] {
    const { scanner } = this.#reader;
    const rows: RpcValue[] = [];
    const start = scanner.offset;
    let read = start;
    try {
      for (let more = true; more; read = scanner.offset) more = this.#step(rows);
    } catch (error) {
      if (!(error instanceof Incomplete)) throw error;
      scanner.rewind(read);
      this.#enough = read > start ? 0 : 2 * scanner.pending;
    }
    return rows;
  }

  /** Reads the head, a row, or the end, and tells whether there is more to read. */
  #step(rows: RpcValue[]): boolean {
    const reader = this.#reader;
    if (this.#stage === "head") {
      const head = reader.rowsHead();
      if (typeof head === "object") throw new XmlRpcFault(head);
      this.#stage = head;
    } else if (this.#stage === "rows") {
      if (reader.scanner.atEndTag()) {
        reader.rowsTail();
        this.#stage = "end";
      } else rows.push(reader.value(1, true));
    } else {
      reader.scanner.end();
      return false;
    }
    return true;
  }
}
