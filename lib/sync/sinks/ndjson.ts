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
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { ndjsonSink, pull } from "@odeno/odeno/sync";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const folder = await Deno.makeTempDir();
 * await pull(odoo, {
 *   model: "res.partner",
 *   fields: ["name", "email"],
 *   job: "partners",
 *   state: `${folder}/state.sqlite`,
 *   sink: ndjsonSink(`${folder}/partners.ndjson`),
 * });
 * console.log(await Deno.readTextFile(`${folder}/partners.ndjson`)); // {"id":1,"name":...
 * ```
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
