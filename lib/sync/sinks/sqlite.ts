/**
 * Pulled rows into a table of an SQLite database.
 *
 * @module
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { RpcValue } from "../../values.ts";
import {
  type Column,
  type ColumnKind,
  explained,
  type PulledRow,
  type Sink,
  type Tombstone,
} from "./sink.ts";
import {
  alive,
  definition,
  MARK,
  missingColumns,
  quoted,
  type TableOptions,
  typed,
  type TypedColumn,
  upsertSql,
} from "./sql.ts";

/**
 * A sink for a table of an SQLite file, which is made when it is not there. Booleans are 1 and 0; dates, times and JSON
 * are text. Each batch is one transaction.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { pull, sqliteSink } from "@odeno/odeno/sync";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const folder = await Deno.makeTempDir();
 * await pull(odoo, {
 *   model: "res.partner",
 *   fields: ["name", "email"],
 *   job: "partners",
 *   state: `${folder}/state.sqlite`,
 *   sink: sqliteSink(`${folder}/copy.sqlite`, "partners", { deleted: "mark" }),
 * });
 * ```
 */
export function sqliteSink(path: string, table: string, options: TableOptions = {}): Sink {
  return explained(new SqliteSink(path, table, options));
}

const TYPES: Readonly<Record<ColumnKind, string>> = {
  boolean: "integer",
  integer: "integer",
  number: "real",
  text: "text",
  date: "text",
  datetime: "text",
  json: "text",
};

class SqliteSink implements Sink {
  readonly name: string;
  readonly #path: string;
  readonly #table: string;
  /** Whether rows whose record is gone are marked. */
  readonly #marks: boolean;
  #columns: TypedColumn[] = [];
  #opened: DatabaseSync | undefined;

  constructor(path: string, table: string, options: TableOptions) {
    this.name = `The table ${table} of ${path}`;
    this.#path = path;
    this.#table = quoted(table);
    this.#marks = options.deleted === "mark";
  }

  async isEmpty(): Promise<boolean> {
    const database = await this.#database();
    const found = this.#found(database);
    if (found.size === 0) return true;
    const where = alive(found.has(MARK));
    return database.prepare(`select 1 from ${this.#table}${where} limit 1`).get() === undefined;
  }

  async open(columns: readonly Column[], { addColumns }: { addColumns: boolean }): Promise<void> {
    const database = await this.#database();
    const found = this.#found(database);
    this.#columns = typed(columns, TYPES, this.#marks || found.has(MARK));
    if (found.size === 0) {
      database.exec(`create table ${this.#table} (${definition(this.#columns)})`);
      return;
    }
    for (const { name, type } of missingColumns(this.name, this.#columns, found, addColumns)) {
      database.exec(`alter table ${this.#table} add column ${quoted(name)} ${type}`);
    }
  }

  async write(rows: readonly PulledRow[]): Promise<void> {
    const marks = ["id", ...this.#columns].map(() => "?").join(", ");
    const sql = upsertSql(this.#table, this.#columns, `values (${marks})`);
    await this.#each(sql, rows, (row) => [
      row.id,
      ...this.#columns.map(({ name, type }) => name === MARK ? null : toSql(row[name], type)),
    ]);
  }

  async remove(tombstones: readonly Tombstone[]): Promise<void> {
    const sql = this.#marks
      ? `update ${this.#table} set ${MARK} = ? where id = ?`
      : `delete from ${this.#table} where id = ?`;
    await this.#each(sql, tombstones, ({ id, reason }) => this.#marks ? [reason, id] : [id]);
  }

  async finish(): Promise<number> {
    const database = await this.#database();
    const where = alive(this.#isMarked);
    const row = database.prepare(`select count(*) as count from ${this.#table}${where}`).get();
    return Number(row?.["count"]);
  }

  close(): Promise<void> {
    this.#opened?.close();
    this.#opened = undefined;
    return Promise.resolve();
  }

  async #each<T>(
    sql: string,
    items: readonly T[],
    valuesOf: (item: T) => SQLInputValue[],
  ): Promise<void> {
    const database = await this.#database();
    const statement = database.prepare(sql);
    database.exec("begin immediate");
    try {
      for (const item of items) statement.run(...valuesOf(item));
      database.exec("commit");
    } catch (error) {
      // What has broken the statement may have ended the transaction as well
      if (database.isTransaction) database.exec("rollback");
      throw error;
    }
  }

  /** Whether rows may be marked, those of earlier runs counted. */
  get #isMarked(): boolean {
    return this.#columns.some(({ name }) => name === MARK);
  }

  /** The types of the columns that are there; none without the table. */
  #found(database: DatabaseSync): Map<string, string> {
    const rows = database.prepare(`pragma table_info(${this.#table})`).all();
    return new Map(rows.map((row) => [String(row["name"]), String(row["type"])]));
  }

  async #database(): Promise<DatabaseSync> {
    if (this.#opened) return this.#opened;
    // Programs that keep their copies elsewhere need not have it
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(this.#path);
    database.exec(
      "pragma busy_timeout = 10000; pragma journal_mode = wal; pragma synchronous = full",
    );
    return this.#opened = database;
  }
}

function toSql(value: RpcValue | undefined, type: string): SQLInputValue {
  if (value === undefined || value === null) return null;
  // As text, SQLite would write a number with a fraction: 5.0
  if (typeof value === "object" || type === TYPES.text && typeof value !== "string") {
    return JSON.stringify(value);
  }
  if (typeof value === "boolean") return value ? 1 : 0;
  return value;
}
