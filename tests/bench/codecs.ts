/**
 * The contenders that decode the bytes of an answer, and those that encode a call.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { RpcInput, RpcValue } from "../../lib/values.ts";
import { decodeCall, decodeResponse, decodeRows } from "../../lib/xmlrpc/decode.ts";
import { encodeCall } from "../../lib/xmlrpc/encode.ts";
import { type Decode, easysax, fastXmlParser, npm, xmlrpc } from "./parsers.ts";

/** A piece of work, and what to hold its result against. */
export interface Work {
  /** Does it once more. */
  run: () => unknown;
  /** Whether that was the right result; undefined where the work has none. */
  isRight: (result: unknown) => boolean | undefined | Promise<boolean | undefined>;
}

/** Gets a contender ready. */
export type Prepare = (name: string, inputs: readonly string[]) => Promise<Work>;

const CHUNK_BYTES = 1 << 16;

/** All but `JSON.parse` are given XML. */
const DECODERS: Record<string, () => Decode | Promise<Decode>> = {
  "odeno": () => (xml) => {
    const answer = decodeResponse(xml);
    return "value" in answer ? answer.value : answer;
  },
  "JSON.parse": () => (json) => JSON.parse(new TextDecoder().decode(json)),
  "odeno, streamed": () => async (xml) => {
    const rows: RpcValue[] = [];
    for await (const batch of decodeRows(chunked(xml))) for (const row of batch) rows.push(row);
    return rows;
  },
  "TextDecoder alone": () => (xml) => void new TextDecoder().decode(xml),
  "npm easysax": easysax,
  "npm fast-xml-parser": fastXmlParser,
  "npm xmlrpc": xmlrpc,
};

/** Names of the decoders; that of Python is in `contender.py`. */
export const DECODER_NAMES = [...Object.keys(DECODERS), "Python xmlrpc.client"];

/** Decodes a file of XML, or one of JSON with the same data. */
export async function decode(
  name: string,
  [xml = "", json = ""]: readonly string[],
): Promise<Work> {
  const run = await find(DECODERS, name);
  const input = await Deno.readFile(name === "JSON.parse" ? json : xml);
  return {
    run: () => run(input),
    isRight: async (result) =>
      result === undefined ? undefined : isDeepStrictEqual(result, await readJson(json)),
  };
}

type Encode = (params: RpcInput[]) => Uint8Array;

const ENCODERS: Record<string, () => Encode | Promise<Encode>> = {
  "odeno": () => (params) => encodeCall("execute_kw", params),
  "JSON.stringify": () => (params) => new TextEncoder().encode(JSON.stringify(params)),
  "npm xmlrpc": async () => {
    const { default: { serializeMethodCall } } = await npm("xmlrpc@1.3.2/lib/serializer.js");
    return (params) => new TextEncoder().encode(serializeMethodCall("execute_kw", params));
  },
};

/** Names of the encoders; that of Python is in `contender.py`. */
export const ENCODER_NAMES = [...Object.keys(ENCODERS), "Python xmlrpc.client"];

/** Encodes a call whose parameters are in a file of JSON. Right is what can be read back. */
export async function encode(name: string, [json = ""]: readonly string[]): Promise<Work> {
  const run = await find(ENCODERS, name);
  const params = await readJson(json);
  const read = name === "JSON.stringify"
    ? (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes))
    : (bytes: Uint8Array) => decodeCall(bytes).params;
  return {
    run: () => run(params),
    isRight: (bytes) => bytes instanceof Uint8Array && isDeepStrictEqual(read(bytes), params),
  };
}

/** One of the contenders, ready. */
export async function find<T>(all: Record<string, () => T | Promise<T>>, name: string): Promise<T> {
  const load = all[name];
  if (load === undefined) throw new TypeError(`Cannot run "${name}": it is no contender`);
  return await load();
}

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(path));
}

function chunked(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at += CHUNK_BYTES));
    },
  });
}
