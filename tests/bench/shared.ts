/**
 * What the benches share: the processes that are asked for figures, and what to make of these.
 *
 * @module
 */

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

/** The most memory that this process has had, in megabytes, where the kernel tells. */
export async function peakMegabytes(): Promise<number> {
  try {
    const status = await Deno.readTextFile("/proc/self/status");
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? NaN) * 1024 / 1e6;
  } catch {
    return NaN;
  }
}
