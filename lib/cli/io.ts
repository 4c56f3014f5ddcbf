/**
 * Where a command reads and writes: data on the standard output, everything else on the standard error.
 *
 * @module
 */

/** The ends of a program. */
export interface Io {
  /** Writes a line of data. */
  out(line: string): void;
  /** Writes a line that is not data. */
  err(line: string): void;
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

/** The ends of this process. */
export const PROCESS: Io = {
  out: (line) => write(Deno.stdout, line),
  err: (line) => write(Deno.stderr, line),
  isTerminal: Deno.stdout.isTerminal(),
  isErrTerminal: Deno.stderr.isTerminal(),
  isAsking: Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
  get columns() {
    return Deno.stdout.isTerminal() ? Deno.consoleSize().columns : 80;
  },
  input: () => Deno.stdin.readable,
};

/** All of the standard input. */
export async function readAll({ input }: Io): Promise<string> {
  return await new Response(input()).text();
}

const ENCODER = new TextEncoder();

function write(to: { writeSync(bytes: Uint8Array): number }, line: string): void {
  let bytes = ENCODER.encode(`${line}\n`);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(to.writeSync(bytes));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new ReaderGoneError();
    throw error;
  }
}
