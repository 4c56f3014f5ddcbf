/**
 * Looks for inputs that break the readers: `deno task fuzz --minutes 10`, for half a minute without. `--cases N` ends it
 * after so many, `--only NAME` runs the fuzzers whose names begin so, `--seed N` runs the same cases again.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Outcome, runFuzzers } from "./watch.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    cases: { type: "string" },
    seed: { type: "string" },
    only: { type: "string", default: "" },
  },
});
const cases = numberOf(values.cases, Infinity);
const minutes = numberOf(values.minutes, values.cases === undefined ? 0.5 : Infinity);
const seed = numberOf(values.seed, Date.now() % 2 ** 31);
console.log(`seed ${seed}`);

const begin = performance.now();
let told = begin;
const outcome = await runFuzzers(
  { milliseconds: minutes * 60_000, cases, seed, only: values.only },
  (outcome) => {
    if (performance.now() - told < 60_000) return;
    told = performance.now();
    tell(outcome);
  },
);
tell(outcome);
if (outcome.finding !== undefined) {
  console.error(`\n${outcome.finding}`);
  Deno.exit(1);
}

function numberOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const number = Number(text);
  if (number > 0) return number;
  console.error(`Cannot use "${text}": it must be a number above 0`);
  Deno.exit(2);
}

function tell({ counts, judged }: Outcome): void {
  const seconds = (performance.now() - begin) / 1000;
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const parts = counts.map(([name, count]) => `${name} ${count}`);
  console.log(
    `${seconds.toFixed(0)} s: ${total} cases (${parts.join(", ")}); ${judged} judged by Python`,
  );
}
