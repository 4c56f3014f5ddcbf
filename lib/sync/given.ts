/**
 * Rows as their sources give them.
 *
 * @module
 */
import { OdooConfigError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";

/** A row of a file, as `readCsv()` gives it: its cells stand together. */
export interface FileRow {
  /** The cells by the names of their columns. */
  readonly values: Readonly<Record<string, string>>;
  /** The line on which it begins. */
  readonly line: number;
  /** What is wrong with it. */
  readonly error?: string | undefined;
}

/** A row, and what its source says of it. */
export interface Given {
  /** What stands in its columns. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Its line, where the source knows it. */
  readonly line?: number | undefined;
  /** What is wrong with it, where the source knows it. */
  readonly error?: string | undefined;
}

/** What a source gave, with the cells of a row of a file laid open. */
export function givenRow(row: object): Given {
  if (!isFileRow(row)) return { values: Object.fromEntries(Object.entries(row)) };
  const { values, line, error } = row;
  return { values: withoutFailure(values), line, error };
}

/** A row that somebody has built around such a one, or whose columns have its names, is a row like any other. */
function isFileRow(row: object): row is FileRow {
  if (!("values" in row && "line" in row) || typeof row.line !== "number") return false;
  const { values } = row;
  const error = "error" in row ? row.error : undefined;
  return Object.keys(row).every((name) => ["values", "line", "error"].includes(name)) &&
    typeof values === "object" && values !== null && !Array.isArray(values) &&
    (error === undefined || typeof error === "string");
}

/** A mended file of failed rows still says what was wrong with them, beside its own columns. */
function withoutFailure(
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const isOfFailure = (name: string) => /^odeno_(line|field|reason)$/.test(name);
  if (!Object.keys(values).some(isOfFailure)) return values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isOfFailure(name)));
}

/** Looks whether the key columns are in a source at all. */
export class KeyColumns {
  readonly #missing: Set<string>;
  #first: readonly string[] | undefined;
  #rows = 0;

  /**
   * Takes the names of the columns.
   *
   * @throws {OdooConfigError} There are none, or they are no list.
   */
  constructor(key: readonly string[]) {
    checkKey(key);
    this.#missing = new Set(key);
  }

  /** Looks at a row. */
  see(row: Readonly<Record<string, unknown>>): void {
    this.#first ??= Object.keys(row);
    this.#rows++;
    for (const name of this.#missing) if (Object.hasOwn(row, name)) this.#missing.delete(name);
  }

  /**
   * Refuses a source that has had rows, and none with one of the columns.
   *
   * @param isWhole Whether there are no more rows.
   * @throws {OdooConfigError}
   */
  check(isWhole: boolean): void {
    const [name] = this.#missing;
    if (name === undefined || !this.#first) return;
    throw new OdooConfigError(
      `No row${
        isWhole ? "" : ` of the first ${this.#rows}`
      } has the key column "${name}": the first one has ${this.#first.join(", ") || "none"}` +
        didYouMean(name, this.#first),
    );
  }
}

function checkKey(key: readonly string[]): void {
  // Without types, one column is easily given as a text
  if (!Array.isArray(key)) {
    throw new OdooConfigError(
      `The key is to be a list of columns, such as [${JSON.stringify(key)}]`,
    );
  }
  if (key.length === 0) throw new OdooConfigError("Cannot tell rows apart: no key column is named");
}
