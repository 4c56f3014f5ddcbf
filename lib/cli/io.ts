/**
 * Where a command reads and writes: data on the standard output, everything else on the standard error.
 *
 * @module
 */
import { OdooError } from "../errors.ts";
import { harmless } from "../table.ts";
import { type About, lineOf } from "./log.ts";

/** The ends of a program. */
export interface Io {
  /** Writes a line of data. */
  out(line: string): void;
  /** Writes lines that are not data; `about` is for programs that read them. */
  err(line: string, about?: About): void;
  /** Writes what more is to follow on the line: a question, which the answer stands behind. */
  ask(question: string): void;
  /** Hides what is typed, or shows it again. */
  hide(isHidden: boolean): void;
  /** Whether data goes to a terminal. */
  readonly isTerminal: boolean;
  /** Whether messages go to a terminal. */
  readonly isErrTerminal: boolean;
  /** Whether there is somebody to answer questions. */
  readonly isAsking: boolean;
  /** How many characters a line of the terminal has. */
  readonly columns: number;
  /** The standard input, as it comes. */
  input(): ReadableStream<Uint8Array>;
}

/** Whoever read the output has had enough, as `head` does. That is no failure. */
export class ReaderGoneError extends Error {
  /** Name of the class, for logs. */
  override name = "ReaderGoneError";
}

/** Ctrl-C stays a signal. Windows knows nothing of this. */
const CBREAK = Deno.build.os === "windows" ? undefined : { cbreak: true };

/** The ends of this process. */
export const PROCESS: Io = {
  out: (line) => write(Deno.stdout, `${line}\n`),
  err: (line) => write(Deno.stderr, `${line}\n`),
  ask: (question) => write(Deno.stderr, question),
  hide: (isHidden) => Deno.stdin.setRaw(isHidden, isHidden ? CBREAK : undefined),
  isTerminal: Deno.stdout.isTerminal(),
  isErrTerminal: Deno.stderr.isTerminal(),
  isAsking: Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
  get columns() {
    // Where a terminal has no size, as under `script` in cron, it says 0
    return (Deno.stdout.isTerminal() ? Deno.consoleSize().columns : 0) || 80;
  },
  input: () => Deno.stdin.readable,
};

/**
 * The ends of this process, with others in the place of some. Messages have nothing that a terminal obeys, whoever has
 * written what they tell of; and where nobody reads them any more, as behind `2>&1 | head`, the work goes on.
 *
 * @param isJson Whether messages are JSON lines. There is no room for questions and bars between them.
 */
export function endsWith(others: Partial<Io>, isJson = false): Io {
  // Not spread: a getter of the process is asked when it is needed
  const ends: Io = Object.create(PROCESS, Object.getOwnPropertyDescriptors(others));
  const told = (text: string, about?: About) =>
    isJson ? [lineOf(text, about)] : text.split("\n").map(harmless);
  const err = (text: string, about?: About): void => {
    try {
      for (const line of told(text, about)) ends.err(line);
    } catch (error) {
      if (!(error instanceof ReaderGoneError || error instanceof OdooError)) throw error;
    }
  };
  const own = isJson ? { isAsking: { value: false }, isErrTerminal: { value: false } } : {};
  return Object.create(ends, { err: { value: err }, ...own });
}

/** All of the standard input, or the reason of the signal where somebody ends the wait for it. */
export async function readAll(io: Io, signal: AbortSignal): Promise<string> {
  let text = "";
  for await (const piece of textOf(io, signal)) text += piece;
  return text;
}

/** The first line of the standard input; nothing where it has ended. */
export async function readLine(io: Io, signal: AbortSignal): Promise<string | undefined> {
  let text = "";
  for await (const piece of textOf(io, signal)) {
    text += piece;
    if (text.includes("\n")) break;
  }
  return text === "" ? undefined : text.split(/\r?\n/)[0];
}

/** The standard input in pieces, until the signal comes. */
export async function* textOf({ input }: Io, signal: AbortSignal): AsyncGenerator<string> {
  const ended = Promise.withResolvers<never>();
  // Nobody may be waiting when the signal comes
  ended.promise.catch(() => {});
  const end = () => ended.reject(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const reader = input().getReader();
  const decoder = new TextDecoder();
  try {
    while (true) {
      const { done, value } = await Promise.race([reader.read(), ended.promise]);
      yield decoder.decode(value, { stream: !done });
      if (done) return;
    }
  } finally {
    signal.removeEventListener("abort", end);
    reader.cancel().catch(() => {});
  }
}

const ENCODER = new TextEncoder();

function write(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = ENCODER.encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(to.writeSync(bytes));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new ReaderGoneError();
    const end = to === Deno.stdout ? "output" : "error";
    const why = error instanceof Error ? error.message : String(error);
    throw new OdooError(`Cannot write to the standard ${end}: ${why}`, { cause: error });
  }
}
