/**
 * CSV in and out, as streams.
 *
 * @module
 */
import { pipeline, Readable } from "node:stream";
import { OdooError } from "../errors.ts";
import { type CsvError, type Info, parseCsv, stringifyCsv } from "./deps.ts";

/** The file as a whole cannot be read any further. */
export class CsvFileError extends OdooError {
  /** Name of the class, for logs. */
  override name = "CsvFileError";
}

/** A row of a file. */
export interface CsvRow {
  /** The line on which the row begins; the header is line 1. */
  line: number;
  /** Cells by the names in the header. */
  values: Record<string, string>;
  /** What is wrong with the row, such as a cell too many. */
  error?: string | undefined;
}

/** How a file is read. */
export interface ReadCsvOptions {
  /** What stands between two cells; a comma by default. */
  delimiter?: string | undefined;
  /** Columns that must be there. */
  required?: readonly string[] | undefined;
  /** Columns that may be there; any may when this is left out. */
  optional?: readonly string[] | undefined;
}

/**
 * Reads the rows of a CSV file (RFC 4180, UTF-8 with or without a byte order mark) while they arrive. Empty lines are
 * passed over.
 *
 * @throws {CsvFileError} The file is not UTF-8, is not CSV, or has another header than asked for.
 */
export async function* readCsv(
  source: ReadableStream<Uint8Array>,
  options: ReadCsvOptions = {},
): AsyncGenerator<CsvRow> {
  const text = source.pipeThrough(new TextDecoderStream("utf-8", { fatal: true }));
  const parser = parseCsv({
    bom: true,
    delimiter: options.delimiter ?? ",",
    info: true,
    // Without this the first line's ending would be taken for that of all lines
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  let header: string[] | undefined;
  let overcount = 0;
  let lastLine = 0;
  try {
    // Ends both sides with an error of either, and closes the source when the reader leaves early
    pipeline(Readable.from(text), parser, () => {});
    for await (
      const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>
    ) {
      // The parser tells the line on which a row ends, and takes a CRLF inside of a cell for two
      const line = info.lines - overcount - countMatches(record, /[\r\n]/g);
      overcount += countMatches(record, /\r\n/g);
      lastLine = line;
      if (header) yield toRow(header, record, line);
      else header = checkHeader(record, options);
    }
  } catch (error) {
    throw explain(error, lastLine);
  }
  if (!header) throw new CsvFileError("The file is empty: its first line must name the columns");
}

function checkHeader(header: string[], { required = [], optional }: ReadCsvOptions): string[] {
  const missing = required.filter((name) => !header.includes(name));
  const unknown = optional
    ? header.filter((name) => ![...required, ...optional].includes(name))
    : [];
  const twice = header.filter((name, index) => header.indexOf(name) !== index);
  const faults = [
    ...(missing.length > 0 ? [`lacks ${missing.join(", ")}`] : []),
    ...(unknown.length > 0 ? [`has unknown columns: ${unknown.join(", ")}`] : []),
    ...(twice.length > 0 ? [`has ${twice.join(", ")} twice`] : []),
  ];
  if (faults.length === 0) return header;
  const isOther = header.length === 1 && /[;\t|]/.test(header[0] ?? "");
  const hint = isOther ? "; another character than the comma seems to stand between the cells" : "";
  throw new CsvFileError(`The header ${faults.join(", and ")}${hint}`);
}

function toRow(header: readonly string[], record: readonly string[], line: number): CsvRow {
  const values = Object.fromEntries(header.map((name, index) => [name, record[index] ?? ""]));
  if (record.length === header.length) return { line, values };
  const count = `has ${record.length} cells where the header has ${header.length}`;
  const surplus = record.slice(header.length).map((cell) => JSON.stringify(cell)).join(", ");
  return { line, values, error: surplus === "" ? count : `${count}; left over: ${surplus}` };
}

function countMatches(cells: readonly string[], pattern: RegExp): number {
  return cells.reduce((sum, cell) => sum + (cell.match(pattern)?.length ?? 0), 0);
}

/** The parser drops some rows before an error, and notices an open quote at the end only: so the last row is told. */
function explain(error: unknown, lastLine: number): unknown {
  if (error instanceof TypeError) {
    const message = `The file is not UTF-8 after line ${lastLine}: save it as UTF-8 and try again`;
    return new CsvFileError(message, { cause: error });
  }
  if (error instanceof Error && isCsvError(error)) {
    const what = error.code === "CSV_QUOTE_NOT_CLOSED" ? "a quote is not closed" : error.message;
    return new CsvFileError(`The file is not CSV after line ${lastLine}: ${what}`, {
      cause: error,
    });
  }
  return error;
}

function isCsvError(error: Error): error is CsvError {
  return "code" in error && typeof error.code === "string" && "lines" in error;
}

/** One line of CSV, with its line break. Cells with a delimiter, a quote or a line break in them are quoted. */
export function writeCsvLine(cells: readonly string[]): string {
  return stringifyCsv([[...cells]], { record_delimiter: "\n" });
}
