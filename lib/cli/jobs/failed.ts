/**
 * Rows that did not go in, as a file like their source.
 *
 * @module
 */
import { OdooConfigError } from "../../errors.ts";
import { FileBeside } from "../../files/beside.ts";
import { FailedRows, type RowFailure } from "../../files/mod.ts";
import { whyNot } from "../settings.ts";
import type { SourceFormat } from "./source.ts";

/** A file of failed rows: mended, it can be the next source. */
export interface FailedFile extends Disposable {
  /** Where it is. */
  readonly path: string;
  /** How many rows are in it. */
  readonly count: number;
  /** Writes a row. */
  add(row: Readonly<Record<string, unknown>>, failure: RowFailure): void;
  /** Puts the file in its place; or takes that of an earlier run away, where nothing failed. */
  finish(): Promise<void>;
}

/** The file beside a source; `path` is where it goes in any case. */
export function failedFile(
  { path, stem }: { path: string | undefined; stem: string },
  format: SourceFormat,
): FailedFile {
  if (format.isJson) return explained(new FailedObjects(path ?? `${stem}.failed.ndjson`));
  const rows = new FailedRows(path ?? `${stem}.failed.csv`);
  rows.delimiter = format.delimiter;
  return explained(rows);
}

/** As CSV it would lose what it has beside texts, and the columns that not all rows have. */
class FailedObjects implements FailedFile {
  readonly path: string;
  count = 0;
  readonly #file: FileBeside;

  constructor(path: string) {
    this.path = path;
    this.#file = new FileBeside(path);
  }

  add(row: Readonly<Record<string, unknown>>, { line, field, reason }: RowFailure): void {
    const all = { ...row, odeno_line: line, odeno_field: field, odeno_reason: reason };
    this.#file.write(`${JSON.stringify(all)}\n`);
    this.count++;
  }

  async finish(): Promise<void> {
    await this.#file.finish();
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

/** The same; what goes wrong with the file is told in a sentence. */
function explained(file: FailedFile): FailedFile {
  const told = (error: unknown) =>
    new OdooConfigError(
      `Cannot write ${file.path}: ${whyNot(error, "--allow-read --allow-write")}`,
      { cause: error },
    );
  return {
    path: file.path,
    get count() {
      return file.count;
    },
    add(row, failure) {
      try {
        file.add(row, failure);
      } catch (error) {
        throw told(error);
      }
    },
    async finish() {
      await file.finish().catch((error) => {
        throw told(error);
      });
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}
