/**
 * The codec against `JSON.parse` and the parsers that other Odoo scripts use: one process per contender, asked in turn
 * in shuffled rounds, because a shared machine is not equally fast all the time. Only ratios mean something.
 *
 * ```sh
 * deno task bench        # 9 rounds
 * deno task bench 31
 * ```
 *
 * It fails where a contender's result differs from the JSON, never for a time.
 *
 * @module
 */
import { encodeResponse } from "../../lib/xmlrpc/encode.ts";
import {
  DENO_RUN,
  median,
  megabytes,
  type Partner,
  partners,
  shuffled,
  Subprocess,
} from "./shared.ts";

const CONTENDER = new URL("contender.ts", import.meta.url);
const MOD = new URL("../../mod.ts", import.meta.url);
const STARTUP_RUNS = 41;

const NAMES = ["odeno, whole", "odeno, stream", "JSON.parse", "npm:xmlrpc", "Python xmlrpc.client"];
const CORPORA: Record<string, () => Partner[]> = {
  "10,000 partners of 20 fields": () => partners(10_000),
};

/** What is asked of the codec, on each corpus. */
const BARS: [text: string, holds: (median: (name: string) => number) => boolean][] = [
  ["at least 15 times as fast as npm:xmlrpc", (of) => of("npm:xmlrpc") / of("odeno, whole") >= 15],
  ["at most 6 times JSON.parse", (of) => of("odeno, whole") / of("JSON.parse") <= 6],
];
const STARTUP_BAR_MS = 15;

const PYTHON = `
import json, sys, time, xmlrpc.client
xml, expected = open(sys.argv[1], "rb").read(), json.load(open(sys.argv[2], "rb"))
print("same" if xmlrpc.client.loads(xml)[0][0] == expected else "DIFFERENT", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    xmlrpc.client.loads(xml)
    print((time.perf_counter() - start) * 1000, flush=True)
`;

/** Runs all contenders on a corpus, prints a table, and tells whether all results are the same. */
async function race(
  corpus: string,
  rows: Partner[],
  rounds: number,
): Promise<boolean> {
  const directory = await Deno.makeTempDir();
  const files = [`${directory}/rows.xml`, `${directory}/rows.json`];
  const [xml, json] = [encodeResponse(rows), new TextEncoder().encode(JSON.stringify(rows))];
  await Deno.writeFile(files[0] ?? "", xml);
  await Deno.writeFile(files[1] ?? "", json);
  const contenders: Contender[] = [];
  for (const name of NAMES) {
    const contender = await Contender.start(name, files);
    if (contender !== undefined) contenders.push(contender);
  }
  for (let round = 0; round < rounds; round++) {
    for (const contender of shuffled(contenders)) await contender.sample();
  }
  await Promise.all(contenders.map((contender) => contender.stop()));
  await Deno.remove(directory, { recursive: true });
  console.log(
    `\n${corpus}, ${megabytes(xml)} of XML, ${megabytes(json)} of JSON, ${rounds} rounds`,
  );
  report(contenders);
  return contenders.every(({ same }) => same);
}

function report(contenders: readonly Contender[]): void {
  const of = (name: string) =>
    contenders.find((contender) => contender.name === name)?.median ?? NaN;
  const ratio = (value: number) => value.toFixed(2).padStart(9);
  console.log("                          median ms      min   / odeno    / JSON   result");
  for (const { name, median, min, same } of contenders) {
    const times = `${median.toFixed(1).padStart(9)}${min.toFixed(1).padStart(9)}`;
    const ratios = ratio(median / of("odeno, whole")) + ratio(median / of("JSON.parse"));
    console.log(`  ${name.padEnd(22)}  ${times}  ${ratios}   ${same ? "same" : "DIFFERENT"}`);
  }
  for (const [text, holds] of BARS) console.log(`${holds(of) ? "holds " : "FAILED"}  ${text}`);
}

/** A process that decodes the corpus when asked. */
class Contender {
  readonly name: string;
  readonly same: boolean;
  readonly #process: Subprocess;
  readonly #times: number[] = [];

  private constructor(name: string, process: Subprocess, same: boolean) {
    this.name = name;
    this.#process = process;
    this.same = same;
  }

  /** Starts one that has compared its result and is warm; says so where it cannot run. */
  static async start(name: string, files: string[]): Promise<Contender | undefined> {
    const script = [...DENO_RUN, "--allow-read", "--allow-env", CONTENDER.pathname, name];
    const [command, args] = name.startsWith("Python")
      ? ["python3", ["-c", PYTHON]]
      : [Deno.execPath(), script];
    try {
      const process = new Subprocess(command, [...args, ...files]);
      return new Contender(name, process, await process.line() === "same");
    } catch (error) {
      console.log(`ABSENT: ${name}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  }

  get median(): number {
    return median(this.#times);
  }

  get min(): number {
    return Math.min(...this.#times);
  }

  async sample(): Promise<void> {
    this.#times.push(Number(await this.#process.ask()));
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

/** Prints what importing mod.ts adds to the start of a script. */
async function startup(): Promise<void> {
  const directory = await Deno.makeTempDir();
  const scripts = [`${directory}/empty.ts`, `${directory}/import.ts`] as const;
  await Deno.writeTextFile(scripts[0], "");
  await Deno.writeTextFile(scripts[1], `import ${JSON.stringify(MOD.href)};\n`);
  const times: [number[], number[]] = [[], []];
  for (let run = -1; run < STARTUP_RUNS; run++) {
    for (const index of shuffled([0, 1] as const)) {
      const start = performance.now();
      const args = [...DENO_RUN, scripts[index]];
      const { success } = await new Deno.Command(Deno.execPath(), { args, stderr: "null" })
        .output();
      if (!success) return console.log("\nABSENT: start-up: mod.ts does not load");
      if (run >= 0) times[index].push(performance.now() - start); // the first run fills Deno's cache
    }
  }
  await Deno.remove(directory, { recursive: true });
  const [empty, loaded] = times.map(median);
  const added = (loaded ?? NaN) - (empty ?? NaN);
  console.log(`\nstart-up: ${loaded?.toFixed(1)} ms with mod.ts, ${empty?.toFixed(1)} ms without`);
  console.log(
    `${added <= STARTUP_BAR_MS ? "holds " : "FAILED"}  at most ${STARTUP_BAR_MS} ms added: ${
      added.toFixed(1)
    }`,
  );
}

if (import.meta.main) {
  await startup();
  const rounds = Number(Deno.args[0] ?? 9);
  let same = true;
  for (const [name, rows] of Object.entries(CORPORA)) {
    same = await race(name, rows(), rounds) && same;
  }
  if (!same) Deno.exit(1);
}
