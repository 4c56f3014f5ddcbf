/**
 * Contenders in processes of their own, asked in turn in shuffled rounds, because a shared machine is not equally fast
 * all the time. Only ratios of what one run has measured mean something.
 *
 * @module
 */
import { DENO_RUN, median, shuffled, Subprocess } from "./shared.ts";

const CONTENDER = new URL("contender.ts", import.meta.url).pathname;
const PYTHON = new URL("contender.py", import.meta.url).pathname;

/** Some contenders at the same work. The first two are those that the others are compared with. */
export interface Race {
  /** What its figures are called: those of a contender are `NAME / CONTENDER`. */
  name: string;
  /** What it is about, for people. */
  title: string;
  /** What kind of work it is. */
  kind: "decode" | "encode" | "call";
  /** Who takes part. */
  contenders: readonly string[];
  /** What they are given: files, or addresses. */
  inputs: readonly string[];
}

/** All that was measured. */
export class Results {
  /** How often each contender is asked. */
  readonly rounds = 15;
  /** Whose result was not that of the others. */
  readonly different: string[] = [];
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #figures = new Map<string, number[]>();

  /** Takes what is wanted, where that is not all. */
  constructor(wanted?: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /** Whether only some figures are wanted. */
  get isPartial(): boolean {
    return this.#wanted !== undefined;
  }

  /** Those of the contenders whose figures are wanted. */
  wanted(race: string, contenders: readonly string[]): string[] {
    return contenders.filter((name) => this.#wanted?.has(`${race} / ${name}`) ?? true);
  }

  /** Takes a figure. */
  add(race: string, contender: string, figure: number): void {
    const series = `${race} / ${contender}`;
    const figures = this.#figures.get(series);
    if (figures === undefined) this.#figures.set(series, [figure]);
    else figures.push(figure);
  }

  /** The figure in the middle, or NaN where there is none. */
  readonly median = (series: string): number => median(this.#figures.get(series) ?? []);

  /** The least figure, or NaN where there is none. */
  readonly min = (series: string): number => Math.min(...this.#figures.get(series) ?? [NaN]);
}

/** Runs a race: prints a table, unless only some of it was wanted. */
export async function race(race: Race, results: Results): Promise<void> {
  const names = results.wanted(race.name, race.contenders);
  if (names.length === 0) return;
  console.log(`\n${race.title}, ${results.rounds} rounds`);
  const started = new Map<string, Contender>();
  for (const name of names) {
    const contender = await start(race, name);
    if (contender !== undefined) started.set(name, contender);
    if (contender?.verdict === "DIFFERENT") {
      results.different.push(`${race.name} / ${name}`);
      console.log(`DIFFERENT: ${name} has another result`);
    }
  }
  for (let round = 0; round < results.rounds; round++) {
    for (const [name, { process }] of shuffled([...started])) {
      results.add(race.name, name, Number(await process.ask()));
    }
  }
  for (const { process } of started.values()) await process.stop();
  if (results.isPartial) return;
  await runOnce(race, [...started.keys()], results, { rounds: 1 });
  print(race, started, results);
}

/** Lets contenders run once in fresh processes, and notes the milliseconds, and the megabytes at most under `NAME, MB`. */
export async function runOnce(
  race: Race,
  names: readonly string[],
  results: Results,
  { rounds }: { rounds: number },
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffled(names)) {
      const process = spawn("once", race, name);
      const [ms, mb] = (await process.line()).split(" ").map(Number);
      await process.stop();
      results.add(`${race.name}, once`, name, ms ?? NaN);
      results.add(`${race.name}, MB`, name, mb ?? NaN);
    }
  }
}

interface Contender {
  process: Subprocess;
  verdict: string;
}

/** Starts a contender that has looked at its result and is warm; says so where it cannot be had. */
async function start(race: Race, name: string): Promise<Contender | undefined> {
  try {
    const process = spawn("time", race, name);
    const verdict = await process.line();
    if (!verdict.startsWith("ABSENT")) return { process, verdict };
    console.log(`${name} is ${verdict}`);
    await process.stop();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new Error(`Cannot race ${name}`, { cause: error });
    }
    console.log(`${name} is ABSENT: ${error.message}`);
  }
  return undefined;
}

function spawn(mode: string, { kind, inputs }: Race, name: string): Subprocess {
  const args = [mode, kind, name, ...inputs];
  if (name.startsWith("Python")) return new Subprocess("python3", [PYTHON, ...args]);
  // Nothing less lets a process look at its peak of memory in /proc
  return new Subprocess(Deno.execPath(), [...DENO_RUN, "--allow-all", CONTENDER, ...args]);
}

function print(
  race: Race,
  started: ReadonlyMap<string, Contender>,
  { median, min }: Results,
): void {
  const [first = "", second = ""] = race.contenders;
  const cell = (value: number, digits: number) => value.toFixed(digits).padStart(11);
  const over = (name: string, base: string) =>
    cell(median(`${race.name} / ${name}`) / median(`${race.name} / ${base}`), 2);
  console.log(
    `  ${"".padEnd(22)}${
      ["median ms", "min", "over 1st", "over 2nd", "cold ms", "peak MB"].map((head) =>
        head.padStart(11)
      ).join("")
    }   result`,
  );
  for (const [name, { verdict }] of started) {
    const series = `${race.name} / ${name}`;
    const digits = median(series) < 10 ? 3 : 1;
    const times = cell(median(series), digits) + cell(min(series), digits);
    const once = cell(median(`${race.name}, once / ${name}`), 1) +
      cell(median(`${race.name}, MB / ${name}`), 0);
    console.log(
      `  ${name.padEnd(22)}${times}${over(name, first)}${over(name, second)}${once}   ${verdict}`,
    );
  }
}
