/**
 * Questions to whoever sits at the terminal.
 *
 * @module
 */
import { OdooConfigError } from "../errors.ts";
import { harmless } from "../table.ts";
import type { Invocation } from "./command.ts";
import { type Io, readLine, textOf } from "./io.ts";

/** Asks on the standard error, and takes nothing but "yes" or "y" for one. */
export async function isConfirmed(
  { io, signal }: Invocation,
  question: string,
): Promise<boolean> {
  io.err(`${question} [y/N]`);
  const answer = await readLine(io, signal);
  return /^\s*y(es)?\s*$/i.test(answer ?? "");
}

/**
 * Questions one after the other, to somebody at a terminal. What is typed or pasted ahead answers the next ones.
 *
 * `promptSecret` of `@std/cli` is no help here: it writes to the standard output, where a key may be on its way into a
 * file, and waits in a way that lets no Ctrl-C through.
 */
export class Questions implements AsyncDisposable {
  readonly #io: Io;
  readonly #pieces: AsyncGenerator<string>;
  #ahead = "";

  /** Takes the terminal. */
  constructor({ io, signal }: Pick<Invocation, "io" | "signal">) {
    this.#io = io;
    this.#pieces = textOf(io, signal);
  }

  /** Asks until there is an answer; where there is a usual one, Enter takes it. */
  async line(question: string, usual?: string): Promise<string> {
    const offered = usual === undefined ? "" : ` [${usual}]`;
    while (true) {
      this.#io.ask(harmless(`${question}${offered}: `));
      const answer = (await this.#next()).trim() || usual;
      if (answer) return answer;
    }
  }

  /** Asks for what nobody else may see. */
  async secret(question: string): Promise<string> {
    this.#io.hide(true);
    try {
      this.#io.ask(harmless(`${question}: `));
      return edited(await this.#next());
    } finally {
      this.#io.hide(false);
      // Enter was hidden as well
      this.#io.err("");
    }
  }

  /** Nothing more is asked. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pieces.return(undefined);
  }

  async #next(): Promise<string> {
    while (true) {
      const [end] = /\r\n?|\n/.exec(this.#ahead) ?? [];
      if (end !== undefined) {
        const place = this.#ahead.indexOf(end);
        const line = this.#ahead.slice(0, place);
        this.#ahead = this.#ahead.slice(place + end.length);
        return line;
      }
      const { done, value } = await this.#pieces.next();
      if (done || this.#isEnd(value)) throw new OdooConfigError("Nobody has answered");
      this.#ahead += value;
    }
  }

  /** Ctrl-D where the terminal leaves it to the program, and Ctrl-C where there are no signals. */
  #isEnd(piece: string): boolean {
    return piece.includes("\x03") || piece === "\x04" && this.#ahead === "";
  }
}

/** What is left of a hidden line after backspaces, and after Ctrl-U, which begins it anew. */
function edited(line: string): string {
  const kept: string[] = [];
  for (const character of line) {
    if (character === "\x15") kept.length = 0;
    else if (character === "\x7f" || character === "\b") kept.pop();
    else kept.push(character);
  }
  return kept.join("");
}
