/**
 * What the benches share: the rows, the processes that are asked for figures, and what to make of these.
 *
 * @module
 */

type Cell = string | number | boolean | (string | number)[];

/** A partner as `search_read` answers it. */
export type Partner = Record<string, Cell>;

/** How a script is run by itself. */
export const DENO_RUN = ["run", "--no-config", "--no-lock", "--quiet"] as const;

/** A process that answers each line on its input with a line. */
export class Subprocess {
  readonly #child: Deno.ChildProcess;
  readonly #answers: ReadableStreamDefaultReader<string>;
  readonly #questions: WritableStreamDefaultWriter<Uint8Array>;
  #heard = "";

  /** Starts it. */
  constructor(command: string, args: string[]) {
    this.#child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#questions = this.#child.stdin.getWriter();
  }

  /** Its answer to an empty line. */
  async ask(): Promise<string> {
    await this.#questions.write(new TextEncoder().encode("\n"));
    return await this.line();
  }

  /** The next line, in however many pieces it comes. */
  async line(): Promise<string> {
    while (!this.#heard.includes("\n")) {
      const { value } = await this.#answers.read();
      if (value === undefined) throw new Error("it ended without an answer");
      this.#heard += value;
    }
    const [line = "", ...rest] = this.#heard.split("\n");
    this.#heard = rest.join("\n");
    return line;
  }

  /** Ends its input, on which it has to end. */
  async stop(): Promise<void> {
    await this.#questions.close();
    await this.#answers.cancel();
    await this.#child.status;
  }
}

/** Partners as `search_read` answers them, the same in every run. */
export function partners(count: number): Partner[] {
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

/** The items in some order. */
export function shuffled<T>(items: readonly T[]): T[] {
  return items.map((item) => ({ item, at: Math.random() })).sort((a, b) => a.at - b.at).map((
    { item },
  ) => item);
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Size of bytes, for people. */
export function megabytes({ length }: Uint8Array): string {
  return `${(length / 1e6).toFixed(1)} MB`;
}
