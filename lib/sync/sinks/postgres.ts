/**
 * Pulled rows into a table of a PostgreSQL database.
 *
 * @module
 */
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

/** What is needed of a client for PostgreSQL: that of `npm:postgres` is one. */
export interface PostgresQueries {
  /** Sends one statement with its parameters, and answers with the rows. */
  unsafe(query: string, parameters?: string[]): PromiseLike<Iterable<Record<string, unknown>>>;
}

/**
 * A sink for a table of PostgreSQL, `name` or `schema.name`, which is made when it is not there. Datetimes are
 * `timestamp` in UTC, as in Odoo's own tables; lists are `jsonb`. Each batch is one statement, and so one transaction.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { type PostgresClient, postgresSink, postgresStore, pull } from "@odeno/odeno/sync";
 *
 * async function mirror(sql: PostgresClient) { // postgres("postgres://...") of npm:postgres
 *   const sink = postgresSink(sql, "crm.partners");
 *   const state = postgresStore(sql);
 *   const fields = ["name"];
 *   await pull(await connect(), { model: "res.partner", fields, job: "partners", state, sink });
 * }
 * ```
 *
 * @param sql The caller's client, such as `postgres("postgres://...")` of `npm:postgres`. It is not closed.
 */
export function postgresSink(
  sql: PostgresQueries,
  table: string,
  options: TableOptions = {},
): Sink {
  return explained(new PostgresSink(sql, table, options));
}

const TYPES: Readonly<Record<ColumnKind, string>> = {
  boolean: "boolean",
  integer: "integer",
  number: "double precision",
  text: "text",
  date: "date",
  datetime: "timestamp without time zone",
  json: "jsonb",
};

class PostgresSink implements Sink {
  readonly name: string;
  readonly #sql: PostgresQueries;
  readonly #table: string;
  /** Whether rows whose record is gone are marked. */
  readonly #marks: boolean;
  #columns: TypedColumn[] = [];

  constructor(sql: PostgresQueries, table: string, options: TableOptions) {
    this.name = `The table ${table}`;
    this.#sql = sql;
    this.#table = table.split(".").map(quoted).join(".");
    this.#marks = options.deleted === "mark";
  }

  async isEmpty(): Promise<boolean> {
    const found = await this.#found();
    if (found.size === 0) return true;
    return (await this.#rows(`select 1 from ${this.#table}${alive(found.has(MARK))} limit 1`))
      .length === 0;
  }

  async open(columns: readonly Column[], { addColumns }: { addColumns: boolean }): Promise<void> {
    const found = await this.#found();
    this.#columns = typed(columns, TYPES, this.#marks || found.has(MARK));
    if (found.size === 0) {
      await this.#rows(`create table ${this.#table} (${definition(this.#columns)})`);
      return;
    }
    for (const { name, type } of missingColumns(this.name, this.#columns, found, addColumns)) {
      await this.#rows(`alter table ${this.#table} add column ${quoted(name)} ${type}`);
    }
  }

  async write(rows: readonly PulledRow[]): Promise<void> {
    const all = ["id", ...this.#columns.map(({ name }) => quoted(name))];
    const source = `select ${all.join(", ")} from ${recordset(this.#columns)}`;
    await this.#rows(upsertSql(this.#table, this.#columns, source), jsonOf(rows));
  }

  async remove(tombstones: readonly Tombstone[]): Promise<void> {
    const gone = recordset([{ name: "reason", type: "text" }]);
    const sql = this.#marks
      ? `update ${this.#table} as t set ${MARK} = r.reason from ${gone} where t.id = r.id`
      : `delete from ${this.#table} as t using ${gone} where t.id = r.id`;
    await this.#rows(sql, JSON.stringify(tombstones));
  }

  async finish(): Promise<number> {
    const where = alive(this.#isMarked);
    const [row] = await this.#rows(`select count(*) as count from ${this.#table}${where}`);
    return Number(row?.["count"]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Whether rows may be marked, those of earlier runs counted. */
  get #isMarked(): boolean {
    return this.#columns.some(({ name }) => name === MARK);
  }

  /** The types of the columns that are there; none without the table. */
  async #found(): Promise<Map<string, string>> {
    const rows = await this.#rows(
      "select attname as name, format_type(atttypid, null) as type from pg_attribute " +
        "where attrelid = to_regclass($1) and attnum > 0 and not attisdropped",
      this.#table,
    );
    return new Map(rows.map((row) => [String(row["name"]), String(row["type"])]));
  }

  async #rows(sql: string, ...parameters: string[]): Promise<Record<string, unknown>[]> {
    return [...await this.#sql.unsafe(sql, parameters)];
  }
}

/** Rows out of one parameter. Were it not declared as text, a client might write the JSON as JSON once more. */
function recordset(columns: readonly TypedColumn[]): string {
  return `jsonb_to_recordset($1::text::jsonb) as r(${
    definition(columns).replace(" primary key", "")
  })`;
}

/** JSON that PostgreSQL takes: its texts hold no NUL and no half of a character. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(
    value,
    (_, each) => typeof each === "string" ? each.toWellFormed().replaceAll("\0", "\ufffd") : each,
  );
}
