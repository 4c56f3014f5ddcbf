/**
 * Pulled rows into a file of JSON, one row a line.
 *
 * @module
 */
import { type FileFormat, FileSink } from "./files.ts";
import { explained, type Sink } from "./sink.ts";

/**
 * A sink for a file with one row as JSON on each line, by id. "No value" is `null`. Rows whose record is gone are taken
 * out. As with a {@linkcode csvSink} the file is a whole copy at any moment.
 */
export function ndjsonSink(path: string): Sink {
  return explained(new FileSink(path, NDJSON));
}

const NDJSON: FileFormat = {
  hasHeader: false,
  namesIn: () => [],
  header: () => "",
  record: (row) => JSON.stringify(row),
  turns: () => false,
  idOf: (record) => Number(/^\{"id":(-?\d+)/.exec(record)?.[1]),
  widened: (record) => record,
};
