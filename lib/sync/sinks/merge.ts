/**
 * Files of lines: read in order, merged by id, and written whole.
 *
 * @module
 */
import type { PulledRow } from "./sink.ts";

/** One line, without its break, and where the next one begins. */
export interface Line {
  /** What it says. */
  text: string;
  /** The offset behind its break. */
  next: number;
}

const CHUNK = 2 ** 16;
const NEWLINE = 10;

/** The lines of a file from an offset on. One that is not ended is none. */
export async function* linesOf(path: string, start = 0, end = Infinity): AsyncGenerator<Line> {
  using file = await Deno.open(path);
  await file.seek(start, Deno.SeekMode.Start);
  const decoder = new TextDecoder();
  let rest = new Uint8Array();
  let next = start;
  for (const chunk = new Uint8Array(CHUNK); next < end;) {
    const count = await file.read(chunk);
    if (count === null) return;
    const bytes = new Uint8Array(rest.length + count);
    bytes.set(rest);
    bytes.set(chunk.subarray(0, count), rest.length);
    let from = 0;
    // What was left over is known to hold no line break
    let at = bytes.indexOf(NEWLINE, rest.length);
    for (; at >= 0 && next < end; at = bytes.indexOf(NEWLINE, from)) {
      next += at + 1 - from;
      yield { text: decoder.decode(bytes.subarray(from, at)), next };
      from = at + 1;
    }
    rest = bytes.subarray(from);
  }
}

/** Lines joined to records. */
export async function* recordOf(
  lines: AsyncIterable<Line>,
  isWhole: (text: string) => boolean,
): AsyncGenerator<string> {
  let record = "";
  let isOpen = false;
  for await (const { text } of lines) {
    record = isOpen ? `${record}\n${text}` : text;
    isOpen = !isWhole(record);
    if (!isOpen) yield record;
  }
}

/** A record of an old file, or what a journal says of one: nothing to be written, where it is gone. */
interface Head {
  id: number;
  text?: string | undefined;
}

/** The records of a file with the changes of a journal, by id. Of several changes of one record the last one counts. */
export class Merge {
  readonly #old: AsyncGenerator<Head>;
  readonly #journal: string;
  readonly #record: (row: PulledRow) => string;

  /** Takes the records of the file by id, the path of the journal, and what writes a row of it. */
  constructor(
    old: AsyncGenerator<Head>,
    journal: string,
    record: (row: PulledRow) => string,
  ) {
    this.#old = old;
    this.#journal = journal;
    this.#record = record;
  }

  /** The records, by id. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    const sources = [this.#old, ...await this.#segments()];
    const heads = await Promise.all(sources.map(async (source) => (await source.next()).value));
    try {
      while (true) {
        const id = heads.reduce((least, head) => Math.min(least, head?.id ?? Infinity), Infinity);
        if (id === Infinity) return;
        const text = heads.findLast((head) => head?.id === id)?.text;
        for (const [index, head] of heads.entries()) {
          if (head?.id === id) heads[index] = (await sources[index]?.next())?.value;
        }
        if (text !== undefined) yield text;
      }
    } finally {
      await Promise.all(sources.map((source) => source.return(undefined)));
    }
  }

  /** The parts of the journal within which ids rise: one or two for each run that has written to it. */
  async #segments(): Promise<AsyncGenerator<Head>[]> {
    const bounds = [0];
    let last = 0;
    let end = 0;
    for await (const { text, next } of linesOf(this.#journal)) {
      const id = idIn(text);
      if (id <= last) bounds.push(end);
      last = id;
      end = next;
    }
    return bounds.map((start, index) => this.#segment(start, bounds[index + 1] ?? end));
  }

  async *#segment(start: number, end: number): AsyncGenerator<Head> {
    for await (const { text } of linesOf(this.#journal, start, end)) {
      const id = idIn(text);
      yield text.startsWith("-") ? { id } : { id, text: this.#record(JSON.parse(text)) };
    }
  }
}

/** The id that a line of a journal is about. */
function idIn(line: string): number {
  return Number(/\d+/.exec(line)?.[0]);
}

/** Writes a file line by line. */
export class FileWriter implements Disposable {
  readonly #file: Deno.FsFile;
  #lines: string[] = [];
  #size = 0;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** A new file, in place of any that is there. */
  static async create(path: string): Promise<FileWriter> {
    return new FileWriter(await Deno.create(path));
  }

  /** Adds a line. */
  async line(text: string): Promise<void> {
    this.#lines.push(text, "\n");
    this.#size += text.length;
    if (this.#size > CHUNK) await this.#flush();
  }

  /** Everything is on the disk once it resolves. */
  async end(): Promise<void> {
    await this.#flush();
    await this.#file.sync();
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  async #flush(): Promise<void> {
    const bytes = new TextEncoder().encode(this.#lines.join(""));
    this.#lines = [];
    this.#size = 0;
    for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
  }
}
