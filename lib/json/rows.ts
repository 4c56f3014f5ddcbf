/**
 * JSON answers whose rows are wanted as they arrive.
 *
 * A scan of the bytes finds where one row ends and the next one starts, and nothing else; `JSON.parse` reads what lies
 * between, as many rows at once as have arrived, and judges every byte of it.
 *
 * @module
 */
import { OdooProtocolError } from "../errors.ts";
import { piecesOf } from "../pieces.ts";
import { type AnswerLimits, isStruct, type RpcValue } from "../values.ts";
import { failJson, jsonLimits, LONGEST_STRING, markLength, parseJson } from "./decode.ts";
import { BRACE, type JsonLimits, skipBlanks } from "./faults.ts";

/** Where the rows are: the body itself is the array, or the member `result` of a JSON-RPC answer is. */
export type RowsShape = "array" | "envelope";

/** A JSON-RPC answer: it has a `result`, an `error`, or neither where the result is None. */
export interface JsonRpcAnswer {
  [member: string]: RpcValue;
}

/**
 * Thrown by {@linkcode decodeJsonRows} where a JSON-RPC answer has an error, or no array as its result. That is no error
 * of the codec: it is for the caller to judge.
 */
export class JsonRpcEnvelope extends Error {
  /** Name of the class. */
  override name = "JsonRpcEnvelope";
  /** All that the answer has, but for rows that have been yielded before. */
  readonly value: JsonRpcAnswer;

  /** Takes what the server said. */
  constructor(value: JsonRpcAnswer) {
    super("The server answered with something else than rows");
    this.value = value;
  }
}

/**
 * Decodes an answer that is an array, such as that of `search_read`, while it arrives: each batch holds the elements that
 * the bytes so far have completed, and memory is taken for the largest of them only. Ending the iteration early cancels
 * the stream.
 *
 * The end of the body is checked like the rest, so rows may come before the error that says it is broken. A bare `null`
 * has no rows: it is what a method returned that returns nothing.
 *
 * @throws {JsonRpcEnvelope} Where a JSON-RPC answer has an error, or no array as its result.
 * @throws {OdooProtocolError} Where the bytes are no JSON, not of that shape, or too much; it tells the byte.
 */
export async function* decodeJsonRows(
  stream: AsyncIterable<Uint8Array>,
  shape: RowsShape = "array",
  limits: AnswerLimits = {},
): AsyncGenerator<RpcValue[]> {
  const rows = new RowReader(shape, limits);
  // Leaving this loop in any way closes the stream.
  for await (const chunk of piecesOf(stream)) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      const batch = rows.push(chunk.subarray(at, at + PIECE_BYTES));
      if (batch.length > 0) yield batch;
    }
  }
  const last = rows.finish();
  if (last.length > 0) yield last;
}

/**
 * As much is read at once. Rows of a larger piece would still be in use when memory is tidied up, which makes the
 * runtime take more and more of it.
 */
const PIECE_BYTES = 1 << 14;
const QUOTE = 0x22, COMMA = 0x2c, COLON = 0x3a, BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b, CLOSE_ARRAY = 0x5d, OPEN_OBJECT = 0x7b, CLOSE_OBJECT = 0x7d;

/** `members`, `result`: before the name of the result, and before its value. `whole`: no rows, so all is kept. */
type Stage = "start" | "members" | "result" | "rows" | "tail" | "whole";

/** Takes the chunks of an answer and gives the rows that they complete. */
class RowReader {
  readonly #shape: RowsShape;
  readonly #limits: JsonLimits;
  /** The same for what the rows are in. */
  readonly #limitsAround: JsonLimits;
  readonly #scan = new Scan();
  #stage: Stage = "start";
  #window = new Uint8Array(0);
  /** How much of the window is bytes of the answer, and from where on they are still needed. */
  #size = 0;
  #start = 0;
  /** Offset in the answer of the first byte in the window. */
  #base = 0;
  /** Where the member starts that is being looked at. */
  #member = 0;
  #members: JsonRpcAnswer = {};
  #isFirst = true;

  constructor(shape: RowsShape, limits: AnswerLimits) {
    this.#shape = shape;
    this.#limits = jsonLimits(limits, 0);
    this.#limitsAround = jsonLimits(limits, shape === "array" ? 0 : 1);
  }

  push(chunk: Uint8Array): RpcValue[] {
    this.#append(chunk);
    if (this.#stage === "start") this.#open();
    if (this.#stage === "members") this.#findResult();
    if (this.#stage === "result") this.#openResult();
    const rows = this.#stage === "rows" ? this.#rows() : [];
    if (this.#stage === "tail" && this.#shape === "array") this.#refuseMore(this.#start);
    return rows;
  }

  finish(): RpcValue[] {
    if (this.#stage === "tail") this.#close();
    else if (this.#stage === "start") this.#fail("it ends too early", this.#size);
    else if (this.#stage === "rows") this.#parse(this.#start, this.#size);
    else return this.#whole();
    return [];
  }

  /** Copies the bytes behind those that are still needed. A row in many pieces is moved as seldom as the window grows. */
  #append(chunk: Uint8Array): void {
    const rest = this.#window.subarray(this.#start, this.#size);
    const size = rest.length + chunk.length;
    if (size > LONGEST_STRING) {
      this.#fail(`it has a row longer than ${LONGEST_STRING} bytes`, this.#start);
    }
    const tooSmall = size > this.#window.length;
    if (tooSmall) this.#window = new Uint8Array(Math.max(size, 2 * this.#window.length));
    if (tooSmall || this.#start > 0) this.#window.set(rest);
    this.#window.set(chunk, rest.length);
    this.#base += this.#start;
    this.#scan.at -= this.#start;
    this.#member -= this.#start;
    this.#start = 0;
    this.#size = size;
  }

  /** Reads the bracket or brace at the start of the answer. */
  #open(): void {
    const mark = markLength(this.#window);
    const at = skipBlanks(this.#window, mark, this.#size);
    if (at === this.#size || (this.#size < 3 && this.#window[0] === 0xef)) return;
    const isArray = this.#shape === "array";
    if (this.#window[at] !== (isArray ? OPEN_ARRAY : OPEN_OBJECT)) {
      if (!isArray) this.#fail("it is no object", at);
      this.#start = at;
      return this.#setStage("whole");
    }
    this.#start = at;
    this.#scan.at = this.#member = at + 1;
    this.#stage = isArray ? "rows" : "members";
  }
  /** Goes through the members of the envelope until it has the name of the result. */
  #findResult(): void {
    const scan = this.#scan;
    for (; scan.next(this.#window, this.#size); scan.at++) {
      const byte = this.#window[scan.at];
      if (byte === COMMA) this.#member = scan.at + 1;
      else if (byte !== COLON) return this.#setStage("whole");
      else if (this.#isResult(this.#member, scan.at)) {
        scan.at++;
        return this.#setStage("result");
      }
    }
  }

  /** What is no name is judged later, with all that is around it. */
  #isResult(start: number, end: number): boolean {
    try {
      return this.#parse(start, end) === "result";
    } catch {
      return false;
    }
  }

  /** Looks at the first byte of the result, and at the members before. */
  #openResult(): void {
    const at = skipBlanks(this.#window, this.#scan.at, this.#size);
    if (at === this.#size) return;
    if (this.#window[at] !== OPEN_ARRAY) return this.#setStage("whole");
    const closing = [OPEN_ARRAY, CLOSE_ARRAY, CLOSE_OBJECT];
    const head = Uint8Array.from([...this.#window.subarray(this.#start, at), ...closing]);
    this.#members = asMembers(parseJson(head, this.#base + this.#start, this.#limitsAround));
    if (hasError(this.#members)) return this.#setStage("whole");
    this.#start = at;
    this.#scan.at = at + 1;
    this.#setStage("rows");
  }

  /** All rows that have arrived. */
  #rows(): RpcValue[] {
    const scan = this.#scan;
    let cut = 0;
    for (; scan.next(this.#window, this.#size); scan.at++) {
      const byte = this.#window[scan.at];
      if (byte === COMMA) cut = scan.at;
      else if (byte !== COLON) return this.#lastRows(scan.at);
    }
    if (cut === 0) return [];
    // The comma at each end stands for a bracket: of these rows, then of the next ones
    this.#window[cut] = CLOSE_ARRAY;
    const rows = this.#parseRows(cut, false);
    this.#window[cut] = OPEN_ARRAY;
    this.#start = cut;
    return rows;
  }

  #lastRows(end: number): RpcValue[] {
    const rows = this.#parseRows(end, this.#isFirst);
    this.#start = end + 1;
    this.#setStage("tail");
    return rows;
  }

  #parseRows(end: number, mayBeEmpty: boolean): RpcValue[] {
    const rows = this.#parse(this.#start, end + 1, this.#limits);
    if (!Array.isArray(rows) || (rows.length === 0 && !mayBeEmpty)) {
      this.#fail("a value is missing", end);
    }
    this.#isFirst = false;
    return rows;
  }

  /** Reads what follows the result. */
  #close(): void {
    if (this.#shape === "array") return;
    const at = skipBlanks(this.#window, this.#start, this.#size);
    if (at === this.#size) this.#fail("it ends too early", at);
    if (this.#window[at] === CLOSE_OBJECT) return this.#refuseMore(at + 1);
    if (this.#window[at] !== COMMA) this.#fail("a comma or } is missing", at);
    this.#window[at] = OPEN_OBJECT;
    const members = asMembers(this.#parse(at, this.#size));
    if (Object.keys(members).length === 0) this.#fail("a name is missing", at + 1);
    if ("result" in members) this.#fail("it has a second result", at);
    if (hasError(members)) throw new JsonRpcEnvelope({ ...this.#members, ...members });
  }

  /** Judges an envelope without rows. An error before an array that is the result stands here as well. */
  #whole(): RpcValue[] {
    if (this.#shape === "array") return this.#noArray();
    const members = asMembers(this.#parse(this.#start, this.#size));
    const { result } = members;
    if (!Array.isArray(result) || hasError(members)) throw new JsonRpcEnvelope(members);
    return result;
  }

  /** A value that is no array: it has no rows where it is `null`, the None of a method that returned nothing. */
  #noArray(): RpcValue[] {
    if (this.#parse(this.#start, this.#size) === null) return [];
    const at = this.#base + this.#start;
    // The answer of a method that has run
    throw new OdooProtocolError(`Cannot read the JSON answer: it is no array, at byte ${at}`, {
      offset: at,
      outcome: "committed",
    });
  }

  #refuseMore(from: number): void {
    this.#start = skipBlanks(this.#window, from, this.#size);
    if (this.#start < this.#size) this.#fail("there is more after its end", this.#start);
  }

  #setStage(stage: Stage): void {
    this.#stage = stage;
  }

  #parse(start: number, end: number, limits = this.#limitsAround): RpcValue {
    return parseJson(this.#window.subarray(start, end), this.#base + start, limits);
  }

  #fail(what: string, at: number): never {
    failJson(what, this.#base + at);
  }
}

/** Goes through JSON that comes in pieces, from one byte that matters to the next. */
class Scan {
  /** Index of the byte that comes next. */
  at = 0;
  #depth = 0;
  #inString = false;

  /**
   * Goes to the next comma, colon or closing bracket that is not inside of a further array, object or string, and tells
   * whether there is one. The next search starts at `at`, so that has to be moved on.
   */
  next(bytes: Uint8Array, size: number): boolean {
    let { at } = this;
    let depth = this.#depth, inString = this.#inString;
    for (; at < size; at++) {
      if (inString) {
        // What is escaped may be in the next piece
        for (; at < size && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
        if (at >= size) break;
        inString = false;
        continue;
      }
      const byte = bytes[at]!;
      if (byte === QUOTE) inString = true;
      else if ((byte | BRACE) === OPEN_OBJECT) depth++;
      else if ((byte | BRACE) === CLOSE_OBJECT) {
        if (depth === 0) break;
        depth--;
      } else if (depth === 0 && (byte === COMMA || byte === COLON)) break;
    }
    this.#inString = inString;
    this.#depth = depth;
    this.at = at;
    return at < size;
  }
}

function hasError({ error }: JsonRpcAnswer): boolean {
  return error !== undefined && error !== null;
}

/** What was read from text that starts with a brace. */
function asMembers(value: RpcValue): JsonRpcAnswer {
  return isStruct(value) ? value : {};
}
