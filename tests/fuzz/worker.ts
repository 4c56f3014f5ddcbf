/**
 * Runs the fuzzers, apart from who watches over them.
 *
 * @module
 */
import { cassetteFuzzer } from "./cassette.ts";
import { csvFuzzer } from "./csv.ts";
import type { Fuzzer } from "./fuzzer.ts";
import { jsonFuzzer } from "./json.ts";
import { Judge } from "./judge.ts";
import { readSeeds } from "./seeds.ts";
import { valueFuzzers } from "./values.ts";
import { type Order, type Report, STEP, type Watched } from "./watch.ts";
import { xmlFuzzer } from "./xmlrpc.ts";

/** How long a fuzzer runs before the next has its turn: those of what comes from servers run the longest. */
const TURN_MS = 400;
const LONG_TURN_MS = 3000;
const LONG_TURNS = ["xmlrpc", "json"];

declare const self: {
  onmessage: (event: MessageEvent<Order>) => void;
  postMessage(report: Report): void;
};

self.onmessage = async ({ data: { watched, milliseconds, cases, seed, only } }) => {
  // What is refused by the thousands needs no stack
  Error.stackTraceLimit = 0;
  const folder = await Deno.makeTempDir();
  try {
    await using judge = new Judge();
    const fuzzers = (await all(watched, judge, folder)).filter(({ name }) => name.startsWith(only));
    const counts = new Map<string, number>();
    const total = () => counts.values().reduce((sum, count) => sum + count, 0);
    const end = performance.now() + milliseconds;
    for (let next = seed; performance.now() < end && total() < cases;) {
      for (const fuzzer of fuzzers) {
        const turn = LONG_TURNS.includes(fuzzer.name) ? LONG_TURN_MS : TURN_MS;
        const turnEnd = Math.min(performance.now() + turn, end);
        let count = counts.get(fuzzer.name) ?? 0;
        do count += await fuzzer.batch(next++ | 0); while (performance.now() < turnEnd);
        await fuzzer.finish?.();
        counts.set(fuzzer.name, count);
      }
      self.postMessage({ counts: [...counts], judged: judge.count, isDone: false });
    }
    self.postMessage({ counts: [...counts], judged: judge.count, isDone: true });
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    self.postMessage({ finding: what });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
};

async function all(watched: Watched, judge: Judge, folder: string): Promise<Fuzzer[]> {
  const { xml, json } = await readSeeds();
  const announce = (bytes: Uint8Array) => {
    const size = Math.min(bytes.length, watched.bytes.length);
    watched.bytes.set(size === bytes.length ? bytes : bytes.subarray(0, size));
    Atomics.store(watched.state, 1, size);
    Atomics.add(watched.state, STEP, 1);
  };
  return [
    xmlFuzzer(xml, judge, announce),
    jsonFuzzer(json, announce),
    ...valueFuzzers(judge, announce),
    csvFuzzer(announce),
    cassetteFuzzer(folder, announce),
  ];
}
