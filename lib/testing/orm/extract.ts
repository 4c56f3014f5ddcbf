/**
 * From the rows of an import to its records: which cells belong to which record, down to the lines of its lines.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { PythonError, valueError } from "../faults.ts";
import type { Field, Model } from "./models.ts";
import { type PythonValue, repr, str, truthy } from "../python.ts";

/** Names of a column, from the field to the way of referring to its records; `null` refers by name. */
export type Path = readonly (string | null)[];

/** What the cells of a record are: one cell a field, or the records below it. */
export type RawRecord = Map<string | null, RawCell>;

/** A cell, or the records below a relational field. */
export type RawCell = PythonValue | RawRecord[];

/** A record, and the rows that it stands in. */
export interface Extracted {
  /** Its cells. */
  readonly record: RawRecord;
  /** First and last row. */
  readonly rows: { readonly from: number; readonly to: number };
}

/** Reads a header. The ends `:id` and `.id` are other ways of writing `/id` and `/.id`. */
export function readHeader(names: readonly string[]): Path[] {
  return names.map((name) =>
    name.replace(/([^/])\.id/g, "$1/.id").replace(/([^/]):id/g, "$1/id").split("/")
  );
}

/** Models of which the import may make records: its own, and those of its one2many columns. */
export function creatableModels(env: Env, model: Model, paths: readonly Path[]): Set<string> {
  const models = new Set([model.name]);
  for (const path of paths) {
    let current = model;
    for (const name of path) {
      if (name === null || name === "id" || name === ".id") break;
      const field = current.fields.get(name);
      // Up to 17 all names of a path are looked up, those behind a many2one in the wrong model.
      if (!field && env.version !== 19) throw new PythonError("KeyError", repr(name));
      if (field?.type !== "one2many") continue;
      current = env.model(field.relation ?? "");
      models.add(current.name);
    }
  }
  return models;
}

/** The records in rows, up to a limit. Rows that fill one2many columns only go on with the record above them. */
export function* extract(
  env: Env,
  model: Model,
  paths: readonly Path[],
  rows: readonly (readonly PythonValue[])[],
  limit: number = Infinity,
): Generator<Extracted> {
  const fields = paths.map(([name = null]) => fieldOf(env, model, name));
  const isLine = (row: readonly PythonValue[]) => {
    const filled = (lines: boolean) =>
      // All cells are taken before one is looked at: a short row fails.
      fields.flatMap((field, column) =>
        (field?.type === "one2many") === lines ? [cellOf(row, column)] : []
      ).some(truthy);
    return filled(true) && !filled(false);
  };
  for (let from = 0; from < rows.length && from < limit;) {
    let end = from + 1;
    for (let row = rows[end]; row && isLine(row); row = rows[end]) end++;
    yield {
      record: recordOf(env, paths, fields, rows.slice(from, end)),
      rows: { from, to: end - 1 },
    };
    from = end;
  }
}

function recordOf(
  env: Env,
  paths: readonly Path[],
  fields: readonly (Field | undefined)[],
  span: readonly (readonly PythonValue[])[],
): RawRecord {
  const record: RawRecord = new Map();
  span[0]?.slice(0, paths.length).forEach((cell, column) => {
    if (!isRelational(fields[column])) record.set(paths[column]?.[0] ?? null, cell);
  });
  for (const field of new Set(fields.filter(isRelational))) {
    const columns = [...paths.keys()].filter((column) => fields[column] === field);
    const rest = columns.map((column) => (paths[column] ?? []).slice(1));
    const cells = span.map((row) => columns.map((column) => cellOf(row, column)))
      .filter((row) => row.some(truthy));
    const target = env.model(field.relation ?? "");
    const below = extract(env, target, rest.map((path) => path.length > 0 ? path : [null]), cells);
    record.set(field.name, [...below].map(({ record }) => record));
  }
  return record;
}

function isRelational(field: Field | undefined): field is Field {
  return field !== undefined && /2one$|2many$/.test(field.type);
}

/** The field of a column; the ways of referring are none. */
function fieldOf(env: Env, model: Model, name: string | null): Field | undefined {
  if (name === null || name === "id" || name === ".id") return undefined;
  const field = model.fields.get(name);
  if (field) return field;
  if (env.version === 19) throw valueError(`Invalid field name ${repr(name)}`);
  throw new PythonError("KeyError", repr(name));
}

/** A row that is too short for a relational column ends the whole import. */
function cellOf(row: readonly PythonValue[], column: number): PythonValue {
  const cell = row[column];
  if (cell !== undefined) return cell;
  throw new PythonError("IndexError", "list index out of range");
}

/** The rows of a call: lists of cells, or texts, whose letters are taken for cells. */
export function rowsOf(data: PythonValue): PythonValue[][] {
  const list = Array.isArray(data) ? data : [...str(data)];
  return list.map((row) => Array.isArray(row) ? row : [...str(row)]);
}
