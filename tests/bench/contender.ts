/**
 * One contender, in a process of its own.
 *
 * ```sh
 * contender.ts time KIND NAME INPUTS...   # says whether its result is right, then the milliseconds of one more run for each line
 * contender.ts once KIND NAME INPUTS...   # the milliseconds of its first run, and the megabytes that it took at most
 * ```
 *
 * `contender.py` speaks the same.
 *
 * @module
 */
import { call } from "./clients.ts";
import { decode, encode, type Prepare } from "./codecs.ts";
import { Absent } from "./parsers.ts";
import { peakMegabytes } from "./shared.ts";

const KINDS: Record<string, Prepare> = { decode, encode, call };
const WARM_UP_MS = 1000;
const SAMPLE_MS = 30;

if (import.meta.main) {
  const [mode, kind = "", name = "", ...inputs] = Deno.args;
  const prepare = KINDS[kind];
  if (prepare === undefined) throw new TypeError(`Cannot run "${kind}": it is no kind of work`);
  try {
    const { run, isRight } = await prepare(name, inputs);
    if (mode === "once") await once(run);
    else await time(run, isRight);
  } catch (error) {
    if (!(error instanceof Absent)) throw error;
    console.log(`ABSENT: ${error.message}`);
  }
  Deno.exit(); // connections that are kept alive are no reason to stay
}

async function once(run: () => unknown): Promise<void> {
  const start = performance.now();
  await run();
  const elapsed = performance.now() - start;
  console.log(`${elapsed} ${await peakMegabytes()}`);
}

async function time(
  run: () => unknown,
  isRight: (result: unknown) => boolean | undefined | Promise<boolean | undefined>,
): Promise<void> {
  const end = performance.now() + WARM_UP_MS;
  const verdict = await isRight(await run());
  while (performance.now() < end) await run();
  console.log(verdict === undefined ? "nothing" : verdict ? "same" : "DIFFERENT");
  for await (const _ of Deno.stdin.readable) console.log(await sample(run));
}

/** Milliseconds of one run, from as many as fit into a sample. */
async function sample(run: () => unknown): Promise<number> {
  const start = performance.now();
  for (let count = 1;; count++) {
    await run();
    const elapsed = performance.now() - start;
    if (elapsed >= SAMPLE_MS) return elapsed / count;
  }
}
