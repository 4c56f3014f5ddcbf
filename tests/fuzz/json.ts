/**
 * Damaged JSON: whole and as rows in chunks, with `JSON.parse` as the judge of what is taken.
 *
 * @module
 */
import { OdooProtocolError } from "../../lib/errors.ts";
import { decodeJson } from "../../lib/json/decode.ts";
import { decodeJsonRows, JsonRpcEnvelope, type RowsShape } from "../../lib/json/rows.ts";
import { type Announce, ByteFuzzer, Finding } from "./fuzzer.ts";
import { chunksOf, Mutator, Random, seedOf } from "./random.ts";
import { isEqual } from "./equal.ts";

/** What means something in JSON. */
const WORDS = [
  ...'[]{},:"\\/ \n\t0123456789-+.eEtfnu\u0001é😀\ufeff\ufffd',
  ...[
    "[]",
    "{}",
    "null",
    "true",
    "false",
    "NaN",
    "Infinity",
    "1e999",
    "-0",
    "0.1",
    '"',
    '""',
    "\\u0000",
    "\\ud800",
  ],
  ...[
    '"result": ',
    '"error": null, ',
    '"jsonrpc": "2.0", ',
    '"__proto__": ',
    "9007199254740993",
    "1".repeat(16),
  ],
  ...['{"a": 1}, {"a": 2}', "[[[[", "]]]]", '{"result": [', "]}"],
];

const FATAL = new TextDecoder("utf-8", { fatal: true });

/** Looks for mistakes of the two readers of JSON. */
export function jsonFuzzer(seeds: readonly Uint8Array[], announce: Announce): ByteFuzzer {
  return new ByteFuzzer("json", new Mutator(seeds, WORDS), check, announce);
}

function check(bytes: Uint8Array): Promise<void> | undefined {
  const random = new Random(seedOf(bytes));
  const whole = outcome(() => decodeJson(bytes));
  const truth = judged(bytes);
  if (!(whole instanceof Error)) {
    if (!("value" in truth) || !isEqual(whole.value, truth.value)) {
      throw new Finding(`taken, and not by JSON.parse: ${Deno.inspect(whole.value)}`);
    }
    if (isBeyond(whole.value) && hasLargeInteger(bytes)) {
      throw new Finding(`taken, and rounded: ${Deno.inspect(whole.value)}`);
    }
  } else if ("value" in truth && !isBeyond(truth.value)) {
    throw new Finding(`refused, and not by JSON.parse: ${whole.message}`);
  }
  // Streams take several times as long
  return random.below(4) === 0 ? checkStream(bytes, whole, random) : undefined;
}

async function checkStream(bytes: Uint8Array, whole: Outcome, random: Random): Promise<void> {
  const shape = random.one(["array", "envelope"] as const);
  checkRows(await rowsOf(bytes, shape, random), whole, shape);
}

type Outcome = { readonly value: unknown } | OdooProtocolError;

function outcome(read: () => unknown): Outcome {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof OdooProtocolError) return error;
    throw error;
  }
}

function judged(bytes: Uint8Array): { value: unknown } | { error: unknown } {
  try {
    return { value: JSON.parse(FATAL.decode(bytes)) };
  } catch (error) {
    return { error };
  }
}

/** Whether a value has an integer that a number cannot hold, or is deeper than answers may be. */
function isBeyond(value: unknown, depth = 0): boolean {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value !== "object" || value === null) return false;
  return depth >= 512 || Object.values(value).some((each) => isBeyond(each, depth + 1));
}

/** Whether JSON has an integer, written as one, that a number cannot hold. */
function hasLargeInteger(bytes: Uint8Array): boolean {
  const words = FATAL.decode(bytes).replace(/"(?:[^"\\]|\\.)*"/g, "").match(/[-+.\w]+/g) ?? [];
  return words.some((word) => /^-?\d+$/.test(word) && !Number.isSafeInteger(Number(word)));
}

/** As `ReadableStream.from()` makes it, in less time. */
function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

type Rows = { readonly rows: unknown[] } | { readonly envelope: unknown } | OdooProtocolError;

async function rowsOf(bytes: Uint8Array, shape: RowsShape, random: Random): Promise<Rows> {
  const rows: unknown[] = [];
  const stream = streamOf(chunksOf(bytes, random));
  try {
    for await (const batch of decodeJsonRows(stream, shape)) rows.push(...batch);
    return { rows };
  } catch (error) {
    if (error instanceof JsonRpcEnvelope) return { envelope: error.value };
    if (error instanceof OdooProtocolError) return error;
    throw error;
  }
}

/** Rows are what is in the array; an array that is none, and a body that is none, have none. */
function checkRows(found: Rows, whole: Outcome, shape: RowsShape): void {
  const wrong = (what: string) =>
    new Finding(
      `read as ${shape} ${what}: ${Deno.inspect(found)}, and whole ${Deno.inspect(whole)}`,
    );
  if (found instanceof Error) {
    if (!(whole instanceof Error) && isAnswer(whole.value, shape)) throw wrong("it is refused");
    return;
  }
  if (whole instanceof Error) throw wrong("it is taken");
  const { value } = whole;
  if ("envelope" in found) {
    if (!isMember(value) || !hasSame(found.envelope, value)) throw wrong("the answer is other");
  } else if (shape === "array") {
    if (value === null ? found.rows.length > 0 : !isEqual(found.rows, value)) {
      throw wrong("it is other");
    }
  } else if (!isMember(value) || !isEqual(found.rows, value["result"])) throw wrong("it is other");
}

/** Whether rows have to be read of it. A second result is refused in a stream, and the last one counts in a whole. */
function isAnswer(value: unknown, shape: RowsShape): boolean {
  if (shape === "array") return Array.isArray(value) || value === null;
  return false;
}

function isMember(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Without the rows, which may have been yielded. */
function hasSame(envelope: unknown, value: Record<string, unknown>): boolean {
  if (!isMember(envelope)) return false;
  return Object.keys(envelope).every((key) =>
    key === "result" || isEqual(envelope[key], value[key])
  );
}
