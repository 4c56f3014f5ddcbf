/**
 * What the sinks for databases share.
 *
 * @module
 */
import { type Column, type ColumnKind, PullStoppedError } from "./sink.ts";

/** What a sink for a table may be told. */
export interface TableOptions {
  /**
   * What becomes of rows whose record is gone: `remove` deletes them; `mark` keeps them and writes the reason into a
   * column `_deleted`, which is NULL for all others.
   *
   * @default {"remove"}
   */
  deleted?: "remove" | "mark" | undefined;
}

/** The column that holds the reason why a row is gone. */
export const MARK = "_deleted";

/** A column with its type in the words of the database. */
export interface TypedColumn {
  /** Its name. */
  name: string;
  /** Its type there. */
  type: string;
}

/** A name as SQL takes it, whatever is in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The columns of a table, with their types there; with one for marks, where any are or are to be made. */
export function typed(
  columns: readonly Column[],
  types: Readonly<Record<ColumnKind, string>>,
  isMarked: boolean,
): TypedColumn[] {
  const all = columns.map(({ name, kind }) => ({ name, type: types[kind] }));
  return isMarked ? [...all, { name: MARK, type: types.text }] : all;
}

/** The condition for rows that are not marked as gone. */
export function alive(isMarked: boolean): string {
  return isMarked ? ` where ${MARK} is null` : "";
}

/** The definition of a table. */
export function definition(columns: readonly TypedColumn[]): string {
  const others = columns.map(({ name, type }) => `${quoted(name)} ${type}`);
  return ["id integer primary key", ...others].join(", ");
}

/**
 * The columns that a table lacks and that are to be added. Columns of its own are let be.
 *
 * @param found The types of the columns that are there.
 * @throws {PullStoppedError} A column has another type, or is not there and must not be added.
 */
export function missingColumns(
  name: string,
  columns: readonly TypedColumn[],
  found: ReadonlyMap<string, string>,
  addColumns: boolean,
): TypedColumn[] {
  if (!found.has("id")) {
    throw new PullStoppedError(`${name} has no column "id": take another table`, "schema");
  }
  for (const { name: column, type } of columns) {
    const was = found.get(column)?.toLowerCase() ?? type;
    if (was === type) continue;
    throw new PullStoppedError(
      `The column "${column}" of ${name} is of type ${was}, and the field needs ${type}: ` +
        "change the column, or remove the table to have it made anew",
      "schema",
    );
  }
  const missing = columns.filter((column) => !found.has(column.name));
  // To mark rows is to have a column for that
  const fields = missing.filter((column) => column.name !== MARK);
  if (fields.length === 0 || addColumns) return missing;
  const names = fields.map((column) => `"${column.name}"`).join(", ");
  throw new PullStoppedError(
    `${name} has no column ${names}: add it with addColumns: true, or remove the table to have it made anew`,
    "schema",
  );
}

/** `insert` for rows that may be there already. What comes is alive, whatever it was marked as. */
export function upsertSql(
  table: string,
  columns: readonly TypedColumn[],
  source: string,
): string {
  const names = columns.map(({ name }) => quoted(name));
  const all = ["id", ...names].join(", ");
  const sets = names.map((name) => `${name} = excluded.${name}`);
  const action = sets.length === 0 ? "nothing" : `update set ${sets.join(", ")}`;
  return `insert into ${table} (${all}) ${source} on conflict (id) do ${action}`;
}
