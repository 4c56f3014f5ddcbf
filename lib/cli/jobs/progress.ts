/**
 * How far a job is, drawn on a terminal, and lines above that.
 *
 * @module
 */
import { ProgressBar } from "../deps.ts";
import { harmless } from "../../table.ts";
import { type Io, ReaderGoneError } from "../io.ts";

/** Takes the bar of the line away, so that another text can stand there. */
const CLEARED = "\r\u001b[K";

/** Messages, with a bar below where they go to a terminal. */
export class Progress implements AsyncDisposable {
  readonly #io: Io;
  #bar: ProgressBar | undefined;
  #text = "";

  /** Takes the ends of the program. */
  constructor(io: Io) {
    this.#io = io;
  }

  /** Writes a line. Where nobody reads it any more, as behind `head`, the job goes on all the same. */
  say(line: string): void {
    const text = harmless(line);
    try {
      this.#io.err(this.#bar ? `${CLEARED}${text}` : text);
    } catch (error) {
      if (!(error instanceof ReaderGoneError)) throw error;
    }
  }

  /** So much is done, of so much where that is known. */
  at(done: number, all: number | undefined, text: string): void {
    if (!this.#io.isErrTerminal) return;
    this.#text = text;
    const bar = this.#bar ??= new ProgressBar({
      max: all ?? 1,
      clear: true,
      formatter: ({ styledTime, progressBar }) =>
        `[${styledTime}] ${all === undefined ? "" : `[${progressBar}] `}${this.#text}`,
    });
    bar.value = all === undefined ? 0 : done;
  }

  /** Takes the bar away. */
  async [Symbol.asyncDispose](): Promise<void> {
    const bar = this.#bar;
    this.#bar = undefined;
    await bar?.stop();
  }
}
