/**
 * CSV in and out, as streams.
 *
 * @module
 */
import { pipeline, Readable } from "node:stream";
import { parseCsv, stringifyCsv } from "./deps.ts";
import { CsvFileError, explained, type Place } from "./errors.ts";
import { decoded } from "./text.ts";

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
  /** Such as `windows-1252`; UTF-8 by default. A file that begins with a byte order mark is what the mark says. */
  encoding?: string | undefined;
  /** Is told, before the first row comes, what stands between two cells. */
  onDelimiter?: ((delimiter: string) => void) | undefined;
  /** Columns that must be there. */
  required?: readonly string[] | undefined;
  /** Columns that may be there; any may when this is left out. */
  optional?: readonly string[] | undefined;
}

/**
 * Reads the rows of a CSV file (RFC 4180, with or without a byte order mark) while they arrive. Cells are as they stand
 * there, with the spaces around them. Empty lines are passed over.
 *
 * One quote in a wrong place refuses the whole file: where its row ends would be a guess, and rows could be lost in it.
 *
 * @param source The path of the file, which is opened when the first row is asked for, or what is in it.
 * @example
 * ```ts
 * import { readCsv } from "@odeno/odeno/files";
 *
 * const path = await Deno.makeTempFile({ suffix: ".csv" });
 * await Deno.writeTextFile(path, "no;name\n1;Azur Interior\n");
 * for await (const { line, values } of readCsv(path)) console.log(line, values["name"]); // 2 Azur Interior
 * await Deno.remove(path);
 * ```
 *
 * @throws {CsvFileError} The file cannot be read, is not in its encoding, is not CSV, or has another header than asked
 * for.
 */
export async function* readCsv(
  source: string | URL | ReadableStream<Uint8Array>,
  options: ReadCsvOptions = {},
): AsyncGenerator<CsvRow> {
  const path = source instanceof ReadableStream ? undefined : String(source);
  const place: Place = { path, lastLine: 0, overcount: 0 };
  const text = decoded(source, options.encoding);
  try {
    const { head, delimiter } = await beginning(text, options);
    options.onDelimiter?.(delimiter);
    const parser = parserOf(delimiter, place);
    // Ends both sides with an error of either, and closes the source when the reader leaves early
    pipeline(Readable.from(joined(head, text)), parser, () => {});
    let header: string[] | undefined;
    for await (const cells of parser as AsyncIterable<string[]>) {
      const record = cells.slice(0, -1);
      const line = Number(cells.at(-1));
      if (header) yield toRow(header, record, line);
      else header = checkHeader(record, line, delimiter, options);
    }
    if (!header) throw new CsvFileError("The file is empty: line 1 must name the columns");
  } catch (error) {
    throw explained(error, place);
  }
}

/** Adds to each record the line on which it begins. */
function parserOf(delimiter: string, place: Place): ReturnType<typeof parseCsv> {
  return parseCsv({
    delimiter,
    // Called before the parser comes to what it cannot read, which makes it drop the rows that nobody has taken yet
    on_record: (record, info) => {
      // The parser tells the line on which a row ends, and takes a CRLF inside of a cell for two
      place.lastLine = info.lines - place.overcount - countMatches(record, /[\r\n]/g);
      place.overcount += countMatches(record, /\r\n/g);
      return [...record, String(place.lastLine)];
    },
    // Without this the first line's ending would be taken for that of all lines
    record_delimiter: ["\r\n", "\n", "\r"],
    relax_column_count: true,
    skip_empty_lines: true,
  });
}

const DELIMITERS = [",", ";", "\t", "|"];
/** No header is longer than that, in characters. */
const MAX_HEADER = 2 ** 20;
/** So many columns of a header are named in an error. */
const MOST_NAMES = 20;

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
  const isOther = header.length === 1 && /[,;\t|]/.test(header[0] ?? "");
  // What a header has instead is told once
  const instead = isOther || unknown.length > 0 ? "" : ` (it has ${someOf(header)})`;
  const faults = [
    ...(missing.length > 0 ? [`lacks ${missing.join(", ")}${instead}`] : []),
    ...(unknown.length > 0 ? [`has unknown columns: ${unknown.join(", ")}`] : []),
    ...(twice.length > 0 ? [`has ${twice.join(", ")} twice`] : []),
  ];
  if (faults.length === 0) return header;
  const other = `; another character than ${
    JSON.stringify(delimiter)
  } seems to stand between the cells`;
  const hint = isOther ? other : "";
  throw new CsvFileError(`The header (line ${line}) ${faults.join(", and ")}${hint}`);
}

function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
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

/**
 * One line of CSV, with its line break. Cells with a delimiter, a quote or a line break in them are quoted.
 *
 * ```ts
 * import { writeCsvLine } from "@odeno/odeno/files";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(writeCsvLine(["1", 'Zoë "Z"', "a;b"], ";"), '1;"Zoë ""Z""";"a;b"\n');
 * ```
 */
export function writeCsvLine(cells: readonly string[], delimiter = ","): string {
  return stringifyCsv([[...cells]], { record_delimiter: "\n", delimiter, quoted_match: /\r/ });
}
