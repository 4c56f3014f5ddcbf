/**
 * One contender of `bench.ts`, in a process of its own: reads the corpus, compares its result with the JSON, and then
 * answers each line on its input with the milliseconds that one more decoding took.
 *
 * @module
 */
import { Readable } from "node:stream";
import { isDeepStrictEqual } from "node:util";
import type { RpcValue } from "../../lib/values.ts";
import { decodeResponse, decodeRows } from "../../lib/xmlrpc/decode.ts";

/** What there is to decode: the same rows twice. */
interface Corpus {
  xml: Uint8Array<ArrayBuffer>;
  json: Uint8Array<ArrayBuffer>;
}

type Decode = (corpus: Corpus) => unknown;

const CHUNK_BYTES = 1 << 16;
const WARM_UP_MS = 800;
const SAMPLE_MS = 30;

const CONTENDERS: Record<string, () => Decode | Promise<Decode>> = {
  "odeno, whole": () => ({ xml }) => {
    const answer = decodeResponse(xml);
    return "value" in answer ? answer.value : answer;
  },
  "odeno, stream": () => async ({ xml }) => {
    const rows: RpcValue[] = [];
    for await (const batch of decodeRows(chunked(xml))) for (const row of batch) rows.push(row);
    return rows;
  },
  "JSON.parse": () => ({ json }) => JSON.parse(new TextDecoder().decode(json)),
  "npm:xmlrpc": async () => {
    // In a variable, so that nothing but this contender needs the package.
    const specifier = "npm:xmlrpc@1.3.2/lib/deserializer.js";
    const { default: Deserializer } = await import(specifier);
    return ({ xml }) =>
      new Promise((resolve, reject) => {
        const done = (error: unknown, value: unknown) => error ? reject(error) : resolve(value);
        new Deserializer().deserializeMethodResponse(Readable.from([xml]), done);
      });
  },
};

if (import.meta.main) {
  const [name = "", xml = "", json = ""] = Deno.args;
  const decode = await CONTENDERS[name]?.();
  if (decode === undefined) throw new TypeError(`Cannot run "${name}": it is no contender`);
  await serve(decode, { xml: await Deno.readFile(xml), json: await Deno.readFile(json) });
}

async function serve(decode: Decode, corpus: Corpus): Promise<void> {
  const expected = JSON.parse(new TextDecoder().decode(corpus.json));
  const same = isDeepStrictEqual(await decode(corpus), expected);
  await sample(decode, corpus, WARM_UP_MS);
  console.log(same ? "same" : "DIFFERENT");
  for await (const _ of Deno.stdin.readable) console.log(await sample(decode, corpus, SAMPLE_MS));
}

/** Milliseconds of one decoding, from as many as fit into that time. */
async function sample(decode: Decode, corpus: Corpus, atLeastMs: number): Promise<number> {
  const start = performance.now();
  for (let count = 1;; count++) {
    await decode(corpus);
    const elapsed = performance.now() - start;
    if (elapsed >= atLeastMs) return elapsed / count;
  }
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
