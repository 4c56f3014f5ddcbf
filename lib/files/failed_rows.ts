/**
 * The rows of a file that did not go in, as a file.
 *
 * @module
 */
import { FileBeside } from "./beside.ts";
import { writeCsvLine } from "./csv.ts";

/** Why a row did not go in. */
export interface RowFailure {
  /** Line of the row in its file. */
  line: number;
  /** The field that it is about, where one is known. */
  field?: string | undefined;
  /** One sentence. */
  reason?: string | undefined;
}

/**
 * The columns that stand beside those of the source. A file of failed rows that is the next source has them too, so they
 * are named as no source names its own.
 */
export const FAILURE_COLUMNS = ["odeno_line", "odeno_field", "odeno_reason"] as const;

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Writes rows that did not go in, in the columns of their source and {@linkcode FAILURE_COLUMNS} beside: mended, the file
 * can be the next source. The columns are those of the first row. It takes the place of the one of an earlier run only
 * when it is whole, and where nothing failed that one is taken away; until then it is beside, as `.tmp`.
 *
 * It is UTF-8 with a byte order mark, by which programs for tables read it, and `readCsv()` too, whatever encoding the
 * source has.
 *
 * ```ts
 * import { FailedRows } from "@odeno/odeno/files";
 *
 * const path = `${await Deno.makeTempDir()}/partners.failed.csv`;
 * using failed = new FailedRows(path);
 * failed.add({ key: "A", name: "" }, { line: 2, field: "name", reason: "is missing" });
 * await failed.finish();
 * console.log(await Deno.readTextFile(path)); // key,name,odeno_line,odeno_field,odeno_reason ...
 * ```
 */
export class FailedRows implements Disposable {
  /** Where the rows go. */
  readonly path: string;
  /** What stands between two cells, from the first row on: best that of the source, as `readCsv()` tells it. */
  delimiter = ",";
  /** How many rows there are. */
  count = 0;
  readonly #file: FileBeside;
  #columns: readonly string[] = [];

  /** Takes the path of the file. */
  constructor(path: string) {
    this.path = path;
    this.#file = new FileBeside(path);
  }

  /** Writes a row: one of `readCsv()`, or its values by their columns. */
  add(row: Readonly<Record<string, unknown>>, failure: RowFailure): void {
    const values = valuesOf(row);
    if (this.count === 0) {
      const added: readonly string[] = FAILURE_COLUMNS;
      this.#columns = Object.keys(values).filter((name) => !added.includes(name));
      this.#file.write(
        BYTE_ORDER_MARK + writeCsvLine([...this.#columns, ...added], this.delimiter),
      );
    }
    const { line, field = "", reason = "" } = failure;
    const cells = this.#columns.map((name) => cellOf(values[name]));
    this.#file.write(writeCsvLine([...cells, String(line), field, reason], this.delimiter));
    this.count++;
  }

  /** Puts the file in its place; or takes away what earlier runs have left, where nothing failed. */
  async finish(): Promise<void> {
    await this.#file.finish();
  }

  /** Lets go of a file that is not finished; that of an earlier run stays. */
  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

function valuesOf(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { values } = row;
  const isOfFile = Object.keys(row).every((name) => ["values", "line", "error"].includes(name));
  return isOfFile && typeof values === "object" && values !== null ? { ...values } : row;
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
