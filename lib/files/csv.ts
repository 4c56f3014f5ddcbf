/**
 * CSV in and out, as streams.
 *
 * @module
 */
import { pipeline, Readable } from "node:stream";
import { OdooError } from "../errors.ts";
import { type CsvError, parseCsv, stringifyCsv } from "./deps.ts";

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
  /** What stands between two cells; without it, the comma, semicolon, tab or bar that the header has most of. */
  delimiter?: string | undefined;
  /** Such as `windows-1252`; by default UTF-8, or UTF-16 where the file begins with its byte order mark. */
  encoding?: string | undefined;
  /** Is told, before the first row comes, what stands between two cells. */
  onDelimiter?: ((delimiter: string) => void) | undefined;
  /** Columns that must be there. */
  required?: readonly string[] | undefined;
  /** Columns that may be there; any may when this is left out. */
  optional?: readonly string[] | undefined;
}

/**
 * Reads the rows of a CSV file (RFC 4180, with or without a byte order mark) while they arrive. Empty lines are passed
 * over.
 *
 * @throws {CsvFileError} The file is not in its encoding, is not CSV, or has another header than asked for.
 */
export async function* readCsv(
  source: ReadableStream<Uint8Array>,
  options: ReadCsvOptions = {},
): AsyncGenerator<CsvRow> {
  const text = decoded(source, options.encoding);
  let lastLine = 0;
  const { head, delimiter } = await beginning(text, options).catch((error) => {
    throw explain(error, lastLine, options);
  });
  options.onDelimiter?.(delimiter);
  let header: string[] | undefined;
  let overcount = 0;
  const parser = parseCsv({
    delimiter,
    // Called before the parser comes to what it cannot read, which makes it drop the rows that nobody has taken yet
    on_record: (record, info) => {
      // The parser tells the line on which a row ends, and takes a CRLF inside of a cell for two
      lastLine = info.lines - overcount - countMatches(record, /[\r\n]/g);
      overcount += countMatches(record, /\r\n/g);
      return [...record, String(lastLine)];
    },
    // Without this the first line's ending would be taken for that of all lines
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
  });
  try {
    // Ends both sides with an error of either, and closes the source when the reader leaves early
    pipeline(Readable.from(joined(head, text)), parser, () => {});
    for await (const cells of parser as AsyncIterable<string[]>) {
      const record = cells.slice(0, -1);
      const line = Number(cells.at(-1));
      if (header) yield toRow(header, record, line);
      else header = checkHeader(record, line, delimiter, options);
    }
  } catch (error) {
    throw explain(error, lastLine, options);
  }
  if (!header) throw new CsvFileError("The file is empty: line 1 must name the columns");
}

/** The text of the file. */
async function* decoded(
  source: ReadableStream<Uint8Array>,
  encoding: string | undefined,
): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let line = 1;
  const decode = (bytes: Uint8Array, stream: boolean) => {
    decoder ??= new TextDecoder(encoding ?? encodingOf(bytes), { fatal: true });
    try {
      const text = decoder.decode(bytes, { stream });
      line += text.split("\n").length - 1;
      return text;
    } catch (error) {
      const bad = line + (decoder.encoding === "utf-8" ? linesBeforeBad(bytes) : 0);
      throw undecodable(encoding, bad, error);
    }
  };
  // A byte order mark has two bytes, which may come one by one
  let begin = new Uint8Array();
  for await (const chunk of source) {
    if (decoder) {
      yield decode(chunk, true);
      continue;
    }
    begin = concat(begin, chunk);
    if (begin.length >= 2) yield decode(begin, true);
  }
  yield decode(decoder ? new Uint8Array() : begin, false);
}

/** How many lines of UTF-8 stand before the first that is none. */
function linesBeforeBad(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  // The end of a letter that began in the bytes before these
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  for (let count = 0;; count++) {
    const end = bytes.indexOf(0x0a, start);
    try {
      decoder.decode(end < 0 ? bytes.subarray(start) : bytes.subarray(start, end + 1), {
        stream: end < 0,
      });
    } catch {
      return count;
    }
    if (end < 0) return 0;
    start = end + 1;
  }
}

function undecodable(encoding: string | undefined, line: number, cause: unknown): CsvFileError {
  const message = encoding === undefined
    ? `The file is not UTF-8 in line ${line}: save it as UTF-8, or say its encoding, such as windows-1252`
    : `The file is not ${encoding} in line ${line}: say another encoding, or save it as UTF-8`;
  return new CsvFileError(message, { cause });
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

const DELIMITERS = [",", ";", "\t", "|"];
/** No header is longer than that, in characters. */
const MAX_HEADER = 2 ** 20;

/** The text up to the end of the header, as far as it is needed to find the delimiter. */
async function beginning(
  text: AsyncGenerator<string>,
  { delimiter }: ReadCsvOptions,
): Promise<{ head: string; delimiter: string }> {
  if (delimiter !== undefined) return { head: "", delimiter };
  let head = "";
  for (;;) {
    const { value, done } = await text.next();
    head += value ?? "";
    const line = head.replaceAll(/"[^"]*"/g, "").trimStart();
    const isWhole = /[\r\n]/.test(line.replace(/"[^]*/, "")) || head.length > MAX_HEADER;
    if (!isWhole && !done) continue;
    const [header = ""] = line.split(/[\r\n]/);
    const counts = DELIMITERS.map((each) => header.split(each).length);
    return { head, delimiter: DELIMITERS[counts.indexOf(Math.max(...counts))] ?? "," };
  }
}

async function* joined(head: string, text: AsyncGenerator<string>): AsyncGenerator<string> {
  if (head !== "") yield head;
  yield* text;
}

function checkHeader(
  header: string[],
  line: number,
  delimiter: string,
  { required = [], optional }: ReadCsvOptions,
): string[] {
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
  const isOther = header.length === 1 && /[,;\t|]/.test(header[0] ?? "");
  const other = `; another character than ${
    JSON.stringify(delimiter)
  } seems to stand between the cells`;
  const hint = isOther ? other : "";
  throw new CsvFileError(`The header (line ${line}) ${faults.join(", and ")}${hint}`);
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
function explain(error: unknown, lastLine: number, { encoding }: ReadCsvOptions): unknown {
  if (error instanceof RangeError && encoding !== undefined) {
    return new CsvFileError(`There is no encoding "${encoding}"`, { cause: error });
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
export function writeCsvLine(cells: readonly string[], delimiter = ","): string {
  return stringifyCsv([[...cells]], { record_delimiter: "\n", delimiter });
}
