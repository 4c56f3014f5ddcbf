/**
 * What all fuzzers have in common: cases are counted and timed, and one that shows something is made small.
 *
 * @module
 */
import { type Mutator, Random, splice } from "./random.ts";

/** Looks for mistakes, some hundred cases at a time. */
export interface Fuzzer {
  /** Name, for the counts. */
  readonly name: string;
  /**
   * Runs some cases, and answers with how many.
   *
   * @throws {Finding} One of them shows a mistake.
   */
  batch(seed: number): Promise<number>;
  /** Waits for what is still judged. */
  finish?(): Promise<void>;
}

/** A case that shows a mistake. */
export class Finding extends Error {
  /** Name of the class. */
  override name = "Finding";
}

/** No case may take longer, in milliseconds. */
const PATIENCE_MS = 1000;
const CASES = 400;

/** Is told of each case before it runs, so that one without an end can be told. */
export type Announce = (bytes: Uint8Array) => void;

/** Cases that are bytes: made by a mutator, judged one by one. */
export class ByteFuzzer implements Fuzzer {
  readonly name: string;
  readonly #mutator: Mutator;
  readonly #judge: (bytes: Uint8Array) => void | Promise<void>;
  readonly #announce: Announce;
  readonly #finish: (() => Promise<void>) | undefined;

  /** Takes what makes cases, and what throws a {@linkcode Finding} for one that shows a mistake. */
  constructor(
    name: string,
    mutator: Mutator,
    judge: (bytes: Uint8Array) => void | Promise<void>,
    announce: Announce,
    finish?: () => Promise<void>,
  ) {
    this.name = name;
    this.#mutator = mutator;
    this.#judge = judge;
    this.#announce = announce;
    this.#finish = finish;
  }

  async batch(seed: number): Promise<number> {
    const random = new Random(seed);
    for (let count = 0; count < CASES; count++) {
      const bytes = this.#mutator.next(random);
      this.#announce(bytes);
      const what = await this.#mistakeIn(bytes);
      if (what !== undefined) throw await this.#finding(bytes, what);
    }
    return CASES;
  }

  async finish(): Promise<void> {
    await this.#finish?.();
  }

  async #mistakeIn(bytes: Uint8Array): Promise<string | undefined> {
    const begin = performance.now();
    try {
      const judging = this.#judge(bytes);
      if (judging !== undefined) await judging;
    } catch (error) {
      // It is about a case of before, which is in its message
      if (error instanceof Finding && error.cause !== undefined) throw error;
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
    return performance.now() - begin > PATIENCE_MS ? await this.#slowness(bytes) : undefined;
  }

  /** A machine that is busy is no hang: the case has to be slow again. */
  async #slowness(bytes: Uint8Array): Promise<string | undefined> {
    const begin = performance.now();
    await this.#judge(bytes);
    const ms = performance.now() - begin;
    return ms > PATIENCE_MS ? `it took ${Math.round(ms)} ms, twice` : undefined;
  }

  async #finding(bytes: Uint8Array, what: string): Promise<Finding> {
    const kind = kindOf(what);
    const least = await minimized(bytes, async (each) => {
      const found = await this.#mistakeIn(each);
      return found !== undefined && kindOf(found) === kind;
    });
    const said = await this.#mistakeIn(least) ?? what;
    return new Finding(`${said}\n${shown(least)}`);
  }
}

/** What a mistake has in common with others of its kind: its words, without what they quote. */
function kindOf(what: string): string {
  return what.split(/[:"\n\d]/).slice(0, 2).join("");
}

/** Takes parts out for as long as the mistake stays. */
async function minimized(
  bytes: Uint8Array,
  isMistaken: (bytes: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let least = bytes;
  for (let size = Math.ceil(bytes.length / 2); size >= 1; size = size >> 1) {
    for (let start = 0; start < least.length;) {
      const shorter = splice(least, start, start + size, new Uint8Array());
      if (await isMistaken(shorter)) least = shorter;
      else start += size;
    }
  }
  return least;
}

/** Bytes for people, and for a test. */
export function shown(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return `${JSON.stringify(text)}\nbase64: ${bytes.toBase64()}`;
}
