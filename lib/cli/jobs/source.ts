/**
 * Rows of a file, or of the standard input: CSV, or JSON as a list of objects or as an object a line.
 *
 * @module
 */
import { OdooConfigError } from "../../errors.ts";
import { FAILURE_COLUMNS, readCsv } from "../../files/mod.ts";
import { decoded } from "../../files/text.ts";
import { isStruct, type RpcInput } from "../../values.ts";
import { cut, faultIn } from "../json.ts";

/** Where a row begins in its source. */
export const LINE: unique symbol = Symbol("line");
/** What is wrong with a row as a whole. */
export const FAULT: unique symbol = Symbol("fault");

/** A row: its values by their columns. */
export interface SourceRecord {
  /** What stands in a column. */
  readonly [column: string]: unknown;
  /** Its line; of a list its place. */
  readonly [LINE]: number;
  /** Why it cannot be used. */
  readonly [FAULT]?: string | undefined;
}

/** How a source is read. */
export interface Reading {
  /** The path, or the standard input. */
  readonly from: string | ReadableStream<Uint8Array>;
  /** Encoding, where it is not UTF-8. */
  readonly encoding: string | undefined;
  /** What stands between cells. */
  readonly delimiter: string | undefined;
  /** Columns that a CSV file must have. */
  readonly required: readonly string[];
  /** Others that it may have; any may where nothing is said. */
  readonly optional: readonly string[] | undefined;
  /** Is told, before the first row, what the source is, and what stands between the cells of CSV. */
  readonly onFormat: (format: SourceFormat) => void;
}

/** What a source is. */
export type SourceFormat = { readonly isJson: true } | {
  readonly isJson: false;
  readonly delimiter: string;
};

/** The rows, without what a file of failed rows has beside those of its source. */
export async function* readRows(reading: Reading): AsyncGenerator<SourceRecord> {
  const { from, onFormat } = reading;
  const { isJson, source } = typeof from === "string"
    ? { isJson: /\.(json|ndjson|jsonl)$/i.test(from), source: from }
    : await peeked(from);
  if (!isJson) return yield* csvRows(source, reading);
  onFormat({ isJson });
  for await (const [line, values] of jsonRows(decoded(source, reading.encoding), nameOf(from))) {
    yield { ...ownOf(values), [LINE]: line };
  }
}

/** What a source is called in messages. */
export function nameOf(from: string | ReadableStream<Uint8Array>): string {
  return typeof from === "string" ? from : "standard input";
}

async function* csvRows(
  source: string | ReadableStream<Uint8Array>,
  { encoding, delimiter, required, optional, onFormat }: Reading,
): AsyncGenerator<SourceRecord> {
  const rows = readCsv(source, {
    encoding,
    delimiter,
    required,
    optional: optional && [...optional, ...FAILURE_COLUMNS],
    onDelimiter: (delimiter) => onFormat({ isJson: false, delimiter }),
  });
  for await (const { line, values, error } of rows) {
    yield { ...ownOf(values), [LINE]: line, [FAULT]: error };
  }
}

function ownOf<V>(values: { readonly [column: string]: V }): { [column: string]: V } {
  const added: readonly string[] = FAILURE_COLUMNS;
  return Object.fromEntries(Object.entries(values).filter(([column]) => !added.includes(column)));
}

/** Looks how the standard input begins: with a brace or a bracket where it is JSON. */
async function peeked(stream: ReadableStream<Uint8Array>) {
  const iterator = stream[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let begin = "";
  while (begin.trim() === "") {
    const { done, value } = await iterator.next();
    if (done) break;
    head.push(value);
    begin += new TextDecoder().decode(value);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield* head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { isJson: /^\s*[\[{]/.test(begin), source: ReadableStream.from(whole()) };
}

type Row = [line: number, values: { readonly [name: string]: RpcInput }];

/** Rows with their lines, or for a list with their places in it. */
async function* jsonRows(text: AsyncIterable<string>, name: string): AsyncGenerator<Row> {
  let [pending, line] = ["", 0];
  for await (const piece of text) {
    pending += piece;
    if (/^\s*(\[|$)/.test(pending)) continue;
    const lines = pending.split("\n");
    pending = lines.pop() ?? "";
    for (const each of lines) yield* rowOf(each, ++line, name);
  }
  if (line > 0 || !/^\s*\[/.test(pending)) return yield* rowOf(pending, line + 1, name);
  const list = parsed(pending, name);
  if (!Array.isArray(list)) throw unusable(name, "must be a list of objects");
  for (const [index, row] of list.entries()) {
    if (!isStruct(row)) {
      throw unusable(`${name}:${index + 1}`, `is no object: ${cut(JSON.stringify(row))}`);
    }
    yield [index + 1, row];
  }
}

function* rowOf(text: string, line: number, name: string): Generator<Row> {
  if (text.trim() === "") return;
  const values = parsed(text, `${name}:${line}`);
  if (!isStruct(values)) throw unusable(`${name}:${line}`, `is no object: ${cut(text.trim())}`);
  yield [line, values];
}

function parsed(text: string, place: string): RpcInput {
  try {
    return JSON.parse(text);
  } catch {
    throw unusable(
      place,
      `is no JSON (${faultIn(text).why}): it must be an object a line, or a list of objects`,
    );
  }
}

function unusable(place: string, why: string): OdooConfigError {
  return new OdooConfigError(`${place} ${why}`);
}
