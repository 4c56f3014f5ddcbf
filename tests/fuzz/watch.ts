/**
 * Starts the fuzzers in a thread of their own, and sees to it that no case goes on for ever.
 *
 * @module
 */
import { shown } from "./fuzzer.ts";

/** What the fuzzers tell of the case that they are at. */
export interface Watched {
  /** How many cases have begun, and how long the one under way is. */
  readonly state: Int32Array;
  /** The case. */
  readonly bytes: Uint8Array;
}

/** Index of the number of cases in `state`. */
export const STEP = 0;
const LONGEST_CASE = 1 << 20;
/** A batch of structured values is one step. */
const HANGS_MS = 20_000;

/** What the fuzzers are to do. They end by whichever comes first. */
export interface Order {
  /** Milliseconds. */
  readonly milliseconds: number;
  /** How many cases. */
  readonly cases: number;
  /** The first seed. */
  readonly seed: number;
  /** How the names begin of those that run; an empty text for all. */
  readonly only: string;
  /** Where they tell what they are at. */
  readonly watched: Watched;
}

/** What they say meanwhile, and at the end. */
export type Report =
  | { readonly counts: Counts; readonly judged: number; readonly isDone: boolean }
  | { readonly finding: string };

/** Cases by fuzzer. */
export type Counts = readonly (readonly [name: string, count: number])[];

/** What came of a run. */
export interface Outcome {
  /** Cases by fuzzer. */
  readonly counts: Counts;
  /** How many documents Python has judged. */
  readonly judged: number;
  /** What is wrong, with the case that shows it. */
  readonly finding?: string;
}

/** Runs the fuzzers to their end. */
export async function runFuzzers(
  order: Omit<Order, "watched">,
  onReport: (outcome: Outcome) => void = () => {},
): Promise<Outcome> {
  const watched = {
    state: new Int32Array(new SharedArrayBuffer(8)),
    bytes: new Uint8Array(new SharedArrayBuffer(LONGEST_CASE)),
  };
  const worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  let last: Outcome = { counts: [], judged: 0 };
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    if ("finding" in data) return resolve({ ...last, finding: data.finding });
    last = { counts: data.counts, judged: data.judged };
    if (data.isDone) resolve(last);
    else onReport(last);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  const timer = watch(watched, (finding) => resolve({ ...last, finding }));
  worker.postMessage({ ...order, watched });
  try {
    return await promise;
  } finally {
    clearInterval(timer);
    worker.terminate();
  }
}

function watch(
  { state, bytes }: Watched,
  onHang: (finding: string) => void,
): ReturnType<typeof setInterval> {
  let before = -1;
  return setInterval(() => {
    const step = Atomics.load(state, STEP);
    if (step === before && step > 0) {
      onHang(`it goes on for ever\n${shown(bytes.slice(0, Atomics.load(state, 1)))}`);
    }
    before = step;
  }, HANGS_MS);
}
