/**
 * Python's `xmlrpc.client` as the judge of what odeno reads.
 *
 * @module
 */
import type { RpcValue } from "../../lib/values.ts";
import { Finding, shown } from "./fuzzer.ts";

/** What odeno has read of a document. */
export type Read =
  | { readonly value: RpcValue }
  | { readonly fault: { readonly code: number | string; readonly text: string } }
  | { readonly method: string; readonly params: readonly RpcValue[] };

interface Case {
  readonly document: Uint8Array;
  readonly expected: string;
}

const BATCH = 256;
const ENCODER = new TextEncoder();

/** Hands cases to a Python that runs beside. Without one on this machine nothing is judged. */
export class Judge implements AsyncDisposable {
  /** How many documents were judged. */
  count = 0;
  readonly #process: Deno.ChildProcess | undefined;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  readonly #lines: AsyncIterator<string> | undefined;
  #waiting: Case[] = [];
  /** The batch that Python is at. */
  #underWay: Promise<void> = Promise.resolve();

  /** Starts Python. */
  constructor() {
    try {
      this.#process = new Deno.Command("python3", {
        args: [new URL("judge.py", import.meta.url).pathname],
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return;
    }
    this.#writer = this.#process.stdin.getWriter();
    this.#lines = linesOf(this.#process.stdout);
  }

  /** Whether there is a Python. */
  get isThere(): boolean {
    return this.#process !== undefined;
  }

  /** Gives a document that odeno has taken, and what it has read of it. */
  async add(document: Uint8Array, read: Read): Promise<void> {
    if (!this.isThere) return;
    this.#waiting.push({ document: document.slice(), expected: writtenAnswer(read) });
    if (this.#waiting.length >= BATCH) await this.#next();
  }

  /**
   * Waits until all is judged.
   *
   * @throws {Finding} Python has refused a document, or has read something else.
   */
  async finish(): Promise<void> {
    await this.#next();
    await this.#underWay;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#underWay.catch(() => {});
    await this.#writer?.close();
    for (let more = true; more;) {
      more = await this.#lines?.next().then(({ done }) => !done) ?? false;
    }
    await this.#process?.status;
  }

  /** Waits for the batch under way, and lets Python begin with the next one. */
  async #next(): Promise<void> {
    const before = this.#underWay;
    const cases = this.#waiting;
    this.#waiting = [];
    this.#underWay = before.then(() => this.#judge(cases));
    // It is waited for later
    this.#underWay.catch(() => {});
    await before;
  }

  async #judge(cases: readonly Case[]): Promise<void> {
    if (cases.length === 0 || this.#writer === undefined) return;
    const parts = cases.flatMap(({ document, expected }) => {
      const said = ENCODER.encode(expected);
      return [lengthOf(document.length), lengthOf(said.length), document, said];
    });
    // Python reads all of a batch before it answers
    await this.#writer.write(concat([...parts, lengthOf(0xffffffff)]));
    const line = await this.#lines?.next();
    if (line?.done !== false) {
      throw new Finding("Python has ended without a verdict", { cause: "the judge" });
    }
    const different: [number, string][] = JSON.parse(line.value);
    this.count += cases.length;
    for (const [index, found] of different) {
      const { document, expected } = cases[index]!;
      throw new Finding(
        `Python reads another value: ${found}\nodeno: ${expected}\n${shown(document)}`,
        { cause: "the judge" },
      );
    }
  }
}

function writtenAnswer(read: Read): string {
  if ("value" in read) return `value ${written(read.value)}`;
  if ("fault" in read) return `fault ${written(read.fault.code)}${written(read.fault.text)}`;
  return `call ${JSON.stringify(read.method)} ${read.params.map(written).join("")}`;
}

const NUMBER = new DataView(new ArrayBuffer(8));

/** A value as a text that is the same for the same value, in both languages. */
function written(value: RpcValue): string {
  if (value === null) return "z";
  if (typeof value === "boolean") return value ? "t" : "f";
  if (typeof value === "string") return `s${JSON.stringify(value)}`;
  if (typeof value === "number") return `n${writtenNumber(value)}`;
  if (value instanceof Uint8Array) return `x${value.toHex()};`;
  if (Array.isArray(value)) return `[${value.map(written).join("")}]`;
  const members = Object.keys(value).sort().map((key) =>
    JSON.stringify(key) + written(value[key] ?? null)
  );
  return `{${members.join("")}}`;
}

function writtenNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  NUMBER.setFloat64(0, value + 0);
  return new Uint8Array(NUMBER.buffer).toHex();
}

function lengthOf(count: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, count);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}
