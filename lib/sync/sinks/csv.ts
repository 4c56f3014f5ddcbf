/**
 * Pulled rows into a CSV file.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { type FileFormat, FileSink } from "./files.ts";
import { explained, type Sink } from "./sink.ts";

/**
 * A sink for a CSV file (RFC 4180, UTF-8, the names of the columns in the first line, rows by id). "No value" is an empty
 * cell, booleans are `true` and `false`, lists are JSON. Rows whose record is gone are taken out.
 *
 * The file is a whole copy at any moment: a run writes beside it, `<path>.pending` (of the first copy `<path>.first`) and `<path>.new`, and renames at its
 * end. Reading it needs no lock. What a killed run has left beside it belongs to the copy: let it be.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { csvSink, pull } from "@odeno/odeno/sync";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const folder = await Deno.makeTempDir();
 * await pull(odoo, {
 *   model: "res.partner",
 *   fields: ["name", "email"],
 *   job: "partners",
 *   state: `${folder}/state.sqlite`,
 *   sink: csvSink(`${folder}/partners.csv`),
 * });
 * console.log(await Deno.readTextFile(`${folder}/partners.csv`)); // id,name,email ...
 * ```
 */
export function csvSink(path: string, { safeCells = false }: CsvSinkOptions = {}): Sink {
  return explained(
    new FileSink(path, {
      ...CSV,
      record: (row, names) => csvRecord(names.map((name) => row[name]), safeCells),
    }),
  );
}

/** How a CSV file is written. */
export interface CsvSinkOptions {
  /**
   * Puts a `'` before texts that a program for tables may take for a formula and run: those that begin with `=`, `+`,
   * `-`, `@` (also in the wide form of Asian scripts), a tab or a line break, and, so that it can be taken away again, those that begin so behind some `'`.
   * Set it from the first copy on: rows that are in the file already stay as they are.
   *
   * @default {false}
   */
  safeCells?: boolean | undefined;
}

const CSV: Omit<FileFormat, "record"> = {
  hasHeader: true,
  namesIn: (header) => header.split(","),
  header: (names) => names.join(","),
  // A quote inside of quotes is doubled
  turns: (line) => line.split('"').length % 2 === 0,
  idOf: (record) => Number(/^-?\d+(?=,|$)/.exec(record)?.[0]),
  widened: (record, count) => record + ",".repeat(count),
};

/** The values of one record, as {@linkcode csvSink} writes them. */
export function csvRecord(values: readonly (RpcValue | undefined)[], safeCells = false): string {
  return values.map((value) => cell(safeCells ? safeCell(value) : value)).join(",");
}

/** A text that no program takes for a formula. Numbers are none, whatever they begin with. */
function safeCell(value: RpcValue | undefined): RpcValue | undefined {
  return typeof value === "string" && /^'*[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
}

function cell(value: RpcValue | undefined): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
