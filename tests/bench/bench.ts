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

const CONTENDER = new URL("contender.ts", import.meta.url);
const MOD = new URL("../../mod.ts", import.meta.url);
const STARTUP_RUNS = 41;

const NAMES = ["odeno, whole", "odeno, stream", "JSON.parse", "npm:xmlrpc", "Python xmlrpc.client"];
const CORPORA: Record<string, () => Record<string, Cell>[]> = {
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

type Cell = string | number | boolean | (string | number)[];

/** Runs all contenders on a corpus, prints a table, and tells whether all results are the same. */
async function race(
  corpus: string,
  rows: Record<string, Cell>[],
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
  same = false;
  readonly #child: Deno.ChildProcess;
  readonly #answers: ReadableStreamDefaultReader<string>;
  readonly #questions: WritableStreamDefaultWriter<Uint8Array>;
  readonly #times: number[] = [];
  #heard = "";

  private constructor(name: string, child: Deno.ChildProcess) {
    this.name = name;
    this.#child = child;
    this.#answers = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#questions = child.stdin.getWriter();
  }

  /** Starts one that has compared its result and is warm; says so where it cannot run. */
  static async start(name: string, files: string[]): Promise<Contender | undefined> {
    const script = [
      "run",
      "--no-config",
      "--no-lock",
      "--quiet",
      "--allow-read",
      "--allow-env",
      CONTENDER.pathname,
      name,
    ];
    const [command, args] = name.startsWith("Python")
      ? ["python3", ["-c", PYTHON]]
      : [Deno.execPath(), script];
    try {
      const child = new Deno.Command(command, {
        args: [...args, ...files],
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const contender = new Contender(name, child);
      contender.same = (await contender.#answer()) === "same";
      return contender;
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
    await this.#questions.write(new TextEncoder().encode("\n"));
    this.#times.push(Number(await this.#answer()));
  }

  async stop(): Promise<void> {
    await this.#questions.close();
    await this.#answers.cancel();
    await this.#child.status;
  }

  /** The next line, in however many pieces it comes. */
  async #answer(): Promise<string> {
    while (!this.#heard.includes("\n")) {
      const { value } = await this.#answers.read();
      if (value === undefined) throw new Error("it ended without an answer");
      this.#heard += value;
    }
    const [line = "", ...rest] = this.#heard.split("\n");
    this.#heard = rest.join("\n");
    return line;
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
      const args = ["run", "--no-config", "--no-lock", "--quiet", scripts[index]];
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

/** Partners as `search_read` answers them, the same in every run. */
function partners(count: number): Record<string, Cell>[] {
  const random = generator(20_240_301);
  const upTo = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(items: readonly T[]) => items[upTo(items.length)]!;
  const maybe = (share: number, value: Cell) => random() < share ? value : false;
  const stamp = () =>
    `2024-0${1 + upTo(9)}-1${upTo(10)} 1${upTo(10)}:${10 + upTo(50)}:${10 + upTo(50)}`;
  const countries: [number, string][] = [[20, "Belgium"], [75, "France"], [57, "Germany"], [
    197,
    "São Tomé and Príncipe",
  ]];
  return Array.from({ length: count }, (_, index) => {
    const name = `${pick(["Ana", "Björk", "Chloé", "Dmitri", "Noor", "Pedro"])} ${
      pick(["Smith & Sons", "Müller GmbH", "O'Neill <Ltd>", "Rossi", "Tanaka 株式会社"])
    } ${index}`;
    return {
      id: index + 1,
      name,
      display_name: name,
      email: `partner.${index}@example.com`,
      phone: maybe(0.7, `+32 2 ${1_000_000 + upTo(9_000_000)}`),
      mobile: false,
      street: `${1 + upTo(300)} Main Street`,
      street2: false,
      city: pick(["Brussels", "Paris", "Genève", "Köln", "Porto"]),
      zip: String(1000 + upTo(90_000)),
      country_id: [...pick(countries)],
      vat: maybe(0.5, `BE0${100_000_000 + upTo(900_000_000)}`),
      active: true,
      is_company: random() < 0.3,
      color: upTo(12),
      credit_limit: Math.round(random() * 1e6) / 100 + 0.001,
      category_id: Array.from({ length: upTo(4) }, () => 1 + upTo(20)),
      create_date: stamp(),
      write_date: stamp(),
      comment: maybe(
        0.4,
        `<p>Client &amp; friend “VIP” 😀</p>${"lorem ipsum dolor ".repeat(upTo(20))}`,
      ),
    };
  });
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[]): T[] {
  return items.map((item) => ({ item, at: Math.random() })).sort((a, b) => a.at - b.at).map((
    { item },
  ) => item);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function megabytes({ length }: Uint8Array): string {
  return `${(length / 1e6).toFixed(1)} MB`;
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
