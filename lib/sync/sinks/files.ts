/**
 * Pulled rows into a file that always is a whole copy.
 *
 * A file cannot be changed in its middle, and a batch has to be durable before the state may call it delivered. So each
 * batch is appended to a journal beside the file, and at the end of the run the file and the journal are merged into a
 * new file, which takes the place of the old one. All are in the order of ids, so merging takes little memory.
 *
 * @module
 */
import {
  type Column,
  type PulledRow,
  PullStoppedError,
  type Sink,
  type Tombstone,
} from "./sink.ts";
import { FileWriter, GONE, type Head, linesOf, Merge, recordsOf, writeLines } from "./merge.ts";

/** How rows stand in a file. */
export interface FileFormat {
  /** Whether the first record names the columns. */
  readonly hasHeader: boolean;
  /** The names of the columns in the header. */
  namesIn(header: string): string[];
  /** The record for the names of columns. */
  header(names: readonly string[]): string;
  /** The record for a row, with a value for each name. */
  record(row: PulledRow, names: readonly string[]): string;
  /** Whether a line leads into a cell with a line break in it, or out of one. */
  turns(line: string): boolean;
  /** The id at the start of a record. */
  idOf(record: string): number;
  /** A record with empty values for so many columns more. */
  widened(record: string, count: number): string;
}

/** What the journal beside a file is called: one of changes, or one of a copy that is not there yet. */
const [CHANGES, FIRST] = [".pending", ".first"];

/** A file, and the journal beside it. */
export class FileSink implements Sink {
  readonly name: string;
  #path: string;
  readonly #format: FileFormat;
  #names: string[] = [];
  /** How many columns the file lacks of those. */
  #added = 0;
  #journal: Deno.FsFile | undefined;
  /** Path of the journal. */
  #pending: string;

  /** Takes the path of the file and how rows stand in it. */
  constructor(path: string, format: FileFormat) {
    this.name = path;
    this.#path = path;
    this.#pending = `${path}${CHANGES}`;
    this.#format = format;
  }

  async isEmpty(): Promise<boolean> {
    // Who has put a link in its place wants the file to be there
    this.#path = await realPathOf(this.#path);
    if (!await isEnded(this.#path)) throw this.#changed("its last line has no end");
    await this.#chooseJournal();
    if (await sizeOf(this.#pending) > 0) return false;
    for await (const records of this.#records()) if (records.length > 0) return false;
    return true;
  }

  async open(columns: readonly Column[], { addColumns }: { addColumns: boolean }): Promise<void> {
    const wanted = ["id", ...columns.map(({ name }) => name)];
    const found = await this.#header() ?? wanted;
    const missing = wanted.filter((name) => !found.includes(name));
    const surplus = found.filter((name) => !wanted.includes(name));
    const isOther = surplus.length > 0 || found[0] !== "id" || missing.length > 0 && !addColumns;
    if (isOther) {
      throw new PullStoppedError(
        `${this.name} has the columns ${found.join(", ")}, and the job has ${wanted.join(", ")}: ` +
          `remove the file${surplus.length > 0 ? "" : " or set addColumns: true"}`,
        "schema",
      );
    }
    this.#names = [...found, ...missing];
    this.#added = missing.length;
    this.#journal = await this.#openJournal();
  }

  async write(rows: readonly PulledRow[]): Promise<void> {
    await this.#append(rows.map((row) => JSON.stringify(row)));
  }

  async remove(tombstones: readonly Tombstone[]): Promise<void> {
    await this.#append(tombstones.map(({ id }) => `${GONE}${id}`));
  }

  async finish(): Promise<number> {
    await this.close();
    const isThere = await sizeOf(this.#path) >= 0;
    if (isThere && this.#added === 0 && await sizeOf(this.#pending) === 0) {
      await Deno.remove(this.#pending);
      return await this.#count();
    }
    const next = `${this.#path}.new`;
    const count = await this.#merge(next).catch(async (error) => {
      // A disk that is full does not stay so for it
      await Deno.remove(next).catch(() => {});
      throw error;
    });
    await Deno.rename(next, this.#path);
    // A kill before this merges the same rows once more
    await Deno.remove(this.#pending);
    return count;
  }

  close(): Promise<void> {
    this.#journal?.close();
    this.#journal = undefined;
    return Promise.resolve();
  }

  /**
   * The journal of a first copy has a name of its own: where a file was taken away, changes of it are no copy, and where
   * it has come, a kill has only kept its journal from being removed.
   */
  async #chooseJournal(): Promise<void> {
    const isFirst = await sizeOf(this.#path) < 0;
    await orNone(Deno.remove(`${this.#path}${isFirst ? CHANGES : FIRST}`));
    this.#pending = `${this.#path}${isFirst ? FIRST : CHANGES}`;
  }

  async #merge(next: string): Promise<number> {
    using writer = await FileWriter.create(next, await modeOf(this.#path));
    if (this.#format.hasHeader) await writer.write([this.#format.header(this.#names)]);
    let count = 0;
    const record = (row: PulledRow) => this.#format.record(row, this.#names);
    for await (const batch of new Merge(this.#old(), this.#pending, record)) {
      await writer.write(batch);
      count += batch.length;
    }
    await writer.end();
    return count;
  }

  /** Others may have changed a file that needs no change. */
  async #count(): Promise<number> {
    let count = 0;
    for await (const records of this.#old()) count += records.length;
    return count;
  }

  /** The records of the file as it is, with the columns that it lacks. */
  async *#old(): AsyncGenerator<Head[]> {
    let last = -Infinity;
    for await (const records of this.#records()) {
      yield records.map((text) => {
        const id = this.#format.idOf(text);
        if (!(id > last)) throw this.#changed(`its rows are not by id${behind(last)}`);
        last = id;
        return { id, text: this.#format.widened(text, this.#added) };
      });
    }
  }

  /** The records behind the header. */
  async *#records(): AsyncGenerator<string[]> {
    let hasHeader = this.#format.hasHeader;
    for await (const records of this.#all()) {
      if (records.length === 0) continue;
      yield hasHeader ? records.slice(1) : records;
      hasHeader = false;
    }
  }

  async #header(): Promise<string[] | undefined> {
    if (!this.#format.hasHeader) return undefined;
    for await (const [header] of this.#all()) {
      if (header !== undefined) return this.#format.namesIn(header);
    }
    return undefined;
  }

  async *#all(): AsyncGenerator<string[]> {
    if (await sizeOf(this.#path) < 0) return;
    yield* recordsOf(linesOf(this.#path), (line) => this.#format.turns(line), () => {
      throw this.#changed("its last record has no end");
    });
  }

  #changed(what: string): PullStoppedError {
    return new PullStoppedError(
      `${this.name} is of others, or was changed by them: ${what}; take another path, or remove the file to have it made anew`,
      "copy",
    );
  }

  async #append(lines: readonly string[]): Promise<void> {
    const journal = this.#journal ??= await this.#openJournal();
    await writeLines(journal, lines);
    await journal.syncData();
  }

  /** Goes on behind the last whole line: a kill may have cut the one after it. */
  async #openJournal(): Promise<Deno.FsFile> {
    const path = this.#pending;
    let end = 0;
    if (await sizeOf(path) > 0) {
      for await (const lines of linesOf(path)) end = lines.at(-1)?.next ?? end;
    }
    const mode = await modeOf(this.#path);
    const file = await Deno.open(path, {
      read: true,
      write: true,
      create: true,
      ...(mode === undefined ? {} : { mode }),
    });
    await file.truncate(end);
    await file.seek(0, Deno.SeekMode.End);
    return file;
  }
}

function behind(id: number): string {
  return id === -Infinity ? "" : `, from that of ${id} on`;
}

/** Bytes of a file; -1 where there is none. */
async function sizeOf(path: string): Promise<number> {
  return (await infoOf(path))?.size ?? -1;
}

/** Who may read and write a file; `undefined` where there is none, or nothing of the kind. */
async function modeOf(path: string): Promise<number | undefined> {
  const mode = (await infoOf(path))?.mode;
  return mode == null || Deno.build.os === "windows" ? undefined : mode & 0o777;
}

async function infoOf(path: string): Promise<Deno.FileInfo | undefined> {
  return await orNone(Deno.stat(path));
}

/** Where a path leads to; itself where nothing is there. */
async function realPathOf(path: string): Promise<string> {
  return await orNone(Deno.realPath(path)) ?? path;
}

async function orNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether a file ends with a line break, as all do that are written here. */
async function isEnded(path: string): Promise<boolean> {
  if (await sizeOf(path) <= 0) return true;
  using file = await Deno.open(path);
  await file.seek(-1, Deno.SeekMode.End);
  const last = new Uint8Array(1);
  await file.read(last);
  return last[0] === 10;
}
