/**
 * How far a job is, drawn on a terminal, and lines above that.
 *
 * @module
 */
import { ProgressBar } from "../deps.ts";
import type { Io } from "../io.ts";
import type { About } from "../log.ts";

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

  /** Writes a line. */
  say(line: string, about?: About): void {
    if (this.#bar) this.#io.ask(CLEARED);
    this.#io.err(line, about);
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
