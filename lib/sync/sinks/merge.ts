/**
 * Files of lines: read in order, merged by id, and written whole. All of it in batches: to wait for each line takes longer
 * than what is done with it.
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
const BATCH = 1000;
const NEWLINE = 10;

/** How a line of a journal begins that says of an id that its record is gone. */
export const GONE = "~";

/** The lines of a file from an offset on. One that is not ended is none. */
export async function* linesOf(path: string, start = 0, end = Infinity): AsyncGenerator<Line[]> {
  using file = await Deno.open(path);
  await file.seek(start, Deno.SeekMode.Start);
  // The mark that a file may begin with is a part of a text that is broken into lines
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let rest = new Uint8Array();
  let next = start;
  for (const chunk = new Uint8Array(CHUNK); next < end;) {
    const count = await file.read(chunk);
    if (count === null) return;
    const bytes = new Uint8Array(rest.length + count);
    bytes.set(rest);
    bytes.set(chunk.subarray(0, count), rest.length);
    const lines: Line[] = [];
    let from = 0;
    // What was left over is known to hold no line break
    let at = bytes.indexOf(NEWLINE, rest.length);
    for (; at >= 0 && next < end; at = bytes.indexOf(NEWLINE, from)) {
      next += at + 1 - from;
      lines.push({ text: decoder.decode(bytes.subarray(from, at)), next });
      from = at + 1;
    }
    rest = bytes.subarray(from);
    yield lines;
  }
}

/**
 * Lines joined to records.
 *
 * @param turns Whether a line leads into a cell that goes on in the next line, or out of one.
 * @param onCut Called where the last record is not whole.
 */
export async function* recordsOf(
  batches: AsyncIterable<Line[]>,
  turns: (line: string) => boolean,
  onCut: () => void,
): AsyncGenerator<string[]> {
  // Joined at once: a cell may have a hundred thousand lines
  let open: string[] = [];
  let isInside = false;
  for await (const lines of batches) {
    const records: string[] = [];
    for (const { text } of lines) {
      if (turns(text)) isInside = !isInside;
      if (isInside || open.length > 0) open.push(text);
      if (isInside) continue;
      records.push(open.length > 0 ? open.join("\n") : text);
      open = [];
    }
    yield records;
  }
  if (isInside) onCut();
}

/** A record of an old file, or what a journal says of one: nothing to be written, where it is gone. */
export interface Head {
  /** Id of the record. */
  id: number;
  /** What is written for it. */
  text?: string | undefined;
}

/** The records of a file with the changes of a journal, by id. Of several changes of one record the last one counts. */
export class Merge {
  readonly #old: AsyncGenerator<Head[]>;
  readonly #journal: string;
  readonly #record: (row: PulledRow) => string;

  /** Takes the records of the file by id, the path of the journal, and what writes a row of it. */
  constructor(
    old: AsyncGenerator<Head[]>,
    journal: string,
    record: (row: PulledRow) => string,
  ) {
    this.#old = old;
    this.#journal = journal;
    this.#record = record;
  }

  /** The records, by id. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string[]> {
    const cursors = [this.#old, ...await this.#segments()].map((source) => new Cursor(source));
    let batch: string[] = [];
    try {
      for (const cursor of cursors) await cursor.advance();
      while (true) {
        const id = cursors.reduce(
          (least, { head }) => Math.min(least, head?.id ?? least),
          Infinity,
        );
        if (id === Infinity) break;
        const text = cursors.findLast(({ head }) => head?.id === id)?.head?.text;
        for (const cursor of cursors) {
          const waiting = cursor.head?.id === id && cursor.advance();
          if (waiting) await waiting;
        }
        if (text === undefined || batch.push(text) < BATCH) continue;
        yield batch;
        batch = [];
      }
      yield batch;
    } finally {
      for (const cursor of cursors) await cursor.close();
    }
  }

  /** The parts of the journal within which ids rise: one or two for each run that has written to it. */
  async #segments(): Promise<AsyncGenerator<Head[]>[]> {
    const bounds = [0];
    let last = -Infinity;
    let end = 0;
    for await (const lines of linesOf(this.#journal)) {
      for (const { text, next } of lines) {
        const id = idIn(text);
        if (id <= last) bounds.push(end);
        last = id;
        end = next;
      }
    }
    return bounds.map((start, index) => this.#segment(start, bounds[index + 1] ?? end));
  }

  async *#segment(start: number, end: number): AsyncGenerator<Head[]> {
    for await (const lines of linesOf(this.#journal, start, end)) {
      yield lines.map(({ text }) => {
        const id = idIn(text);
        return text.startsWith(GONE) ? { id } : { id, text: this.#record(JSON.parse(text)) };
      });
    }
  }
}

/** The next record of a source. */
class Cursor {
  head: Head | undefined;
  readonly #source: AsyncGenerator<Head[]>;
  #batch: Head[] = [];
  #at = 0;

  constructor(source: AsyncGenerator<Head[]>) {
    this.#source = source;
  }

  /** Goes on to the next record; only where that has to be read is there something to wait for. */
  advance(): Promise<void> | undefined {
    this.head = this.#batch[this.#at++];
    return this.head ? undefined : this.#load();
  }

  async close(): Promise<void> {
    await this.#source.return(undefined);
  }

  async #load(): Promise<void> {
    do {
      const { value, done } = await this.#source.next();
      if (done) return;
      this.#batch = value;
    } while (this.#batch.length === 0);
    this.#at = 1;
    this.head = this.#batch[0];
  }
}

/** The id that a line of a journal is about. Views have ids below 0. */
function idIn(line: string): number {
  return Number(/-?\d+/.exec(line)?.[0]);
}

/** Writes a file line by line. */
export class FileWriter implements Disposable {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** A new file, in place of any that is there. Whoever may not read what it stands for may not read it either. */
  static async create(path: string, mode: number | undefined): Promise<FileWriter> {
    const file = await Deno.create(path);
    if (mode !== undefined) await Deno.chmod(path, mode);
    return new FileWriter(file);
  }

  /** Adds lines. */
  async write(lines: readonly string[]): Promise<void> {
    await writeLines(this.#file, lines);
  }

  /** Everything is on the disk once it resolves. */
  async end(): Promise<void> {
    await this.#file.sync();
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Writes all of the lines. */
export async function writeLines(file: Deno.FsFile, lines: readonly string[]): Promise<void> {
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
