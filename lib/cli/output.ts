/**
 * Data as a table for people, and as JSON or CSV for programs.
 *
 * @module
 */
import { csvRecord } from "../sync/sinks/csv.ts";
import type { RpcInput, RpcValue } from "../values.ts";
import type { Flags } from "./command.ts";
import type { Io } from "./io.ts";
import { columnsOf, harmless, tableOf } from "../table.ts";

/** How data is written. */
export type Format = "table" | "json" | "ndjson" | "csv" | "safe-csv";

/** What the flags ask for: by themselves, a table on a terminal and NDJSON elsewhere. */
export function formatOf(flags: Flags, io: Io): Format {
  const asked = (["json", "ndjson", "csv"] as const).find((format) => flags[format]);
  if (asked === "csv" && flags["safe-cells"]) return "safe-csv";
  return asked ?? (io.isTerminal ? "table" : "ndjson");
}

/** Whether data is written as CSV. */
export function isCsv(format: Format): boolean {
  return format === "csv" || format === "safe-csv";
}

/** A row of data. */
export type DataRow = { readonly [column: string]: RpcValue };

/** Types of fields, by name, as Odoo calls them: they tell the `false` of "no value" from that of a boolean. */
export type FieldTypes = Readonly<Record<string, string>>;

/** Writes rows, as they come where the format allows that. */
export class RowPrinter {
  readonly #io: Io;
  readonly #format: Format;
  readonly #columns: readonly string[];
  readonly #types: FieldTypes;
  /** Rows of a table, whose widths must be known, and of JSON, which is one value. */
  readonly #kept: DataRow[] = [];
  #hasHeader = false;

  /** Takes the columns of tables and CSV; JSON has all that a row has. */
  constructor(io: Io, format: Format, columns: readonly string[], types: FieldTypes = {}) {
    this.#io = io;
    this.#format = format;
    this.#columns = columns;
    this.#types = types;
  }

  /** Takes rows. */
  add(rows: readonly DataRow[]): void {
    if (this.#format === "ndjson") { for (const row of rows) this.#io.out(jsonOf(row)); }
    else if (isCsv(this.#format)) this.#addCsv(rows);
    else for (const row of rows) this.#kept.push(row);
  }

  /** There are no more. */
  end(): void {
    if (this.#format === "json") this.#io.out(jsonOf(this.#kept));
    if (isCsv(this.#format)) this.#addCsv([]);
    if (this.#format === "table") this.#writeTable();
  }

  #addCsv(rows: readonly DataRow[]): void {
    // On a terminal it is for people, whom records must not play tricks on
    const write = (line: string) =>
      this.#io.out(this.#io.isTerminal ? line.split("\n").map(harmless).join("\n") : line);
    if (!this.#hasHeader) write(csvRecord(this.#columns));
    this.#hasHeader = true;
    const cell = (row: DataRow, name: string) => plain(row[name], this.#types[name]);
    const isSafe = this.#format === "safe-csv";
    for (const row of rows) write(csvRecord(this.#columns.map((name) => cell(row, name)), isSafe));
  }

  #writeTable(): void {
    const cells = this.#kept.map((row) =>
      this.#columns.map((name) => shown(row[name], this.#types[name]))
    );
    for (const line of tableOf([this.#columns, ...cells], this.#io.columns)) this.#io.out(line);
  }
}

/** Writes what is known of one thing. */
export function printFacts(io: Io, format: Format, facts: DataRow): void {
  const names = Object.keys(facts);
  if (format === "json" || format === "ndjson") io.out(jsonOf(facts));
  else if (isCsv(format)) {
    const printer = new RowPrinter(io, format, names);
    printer.add([facts]);
    printer.end();
  } else {for (const line of columnsOf(names.map((name) => [name, shown(facts[name])]))) {
      io.out(line);
    }}
}

/** JSON in one line, which leaves a terminal alone: of the control characters, JSON itself escapes some only. */
export function jsonOf(value: RpcInput, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A value for people: a many2one by its id and name, no value as nothing, in one line. */
function shown(value: RpcValue | undefined, type?: string): string {
  if (isMany2One(value)) return harmless(`${value[0]} ${value[1] || ""}`.trimEnd());
  const text = plain(value, type);
  return harmless(String(typeof text === "object" && text !== null ? jsonOf(text) : text ?? ""));
}

/** A value for programs: a many2one by its id, no value as `null`. */
function plain(value: RpcValue | undefined, type?: string): RpcValue {
  if (value === undefined || value === false && type !== undefined && type !== "boolean") {
    return null;
  }
  return isMany2One(value) ? value[0] : value;
}

function isMany2One(value: RpcValue | undefined): value is [number, string | false] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "number" &&
    (typeof value[1] === "string" || value[1] === false);
}
