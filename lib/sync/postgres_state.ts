/**
 * State of jobs in a PostgreSQL database.
 *
 * @module
 */

import { OdooConfigError, OdooError } from "../errors.ts";
import {
  busyError,
  checkJobName,
  KEPT_OUTCOMES,
  KEPT_RUNS,
  rowOf,
  runOf,
  thisProcess,
} from "./jobs.ts";
import { answer, PostgresJob } from "./postgres_job.ts";
import type { PostgresQueries } from "./sinks/postgres.ts";
import { quoted } from "./sinks/sql.ts";
import type { JobState, RowRecord, RunRecord, StateStore } from "./state.ts";

/** What is needed of a client for PostgreSQL: that of `npm:postgres` is one. */
export interface PostgresClient extends PostgresQueries {
  /** Takes one connection out of the pool. */
  reserve(): Promise<PostgresConnection>;
}

/** One connection, taken out of the pool. */
export interface PostgresConnection extends PostgresQueries {
  /** Gives it back. */
  release(): void;
}

/** Where in the database the state is. */
export interface PostgresStoreOptions {
  /**
   * Schema of the tables; it is made when it is not there.
   *
   * @default {"odeno"}
   */
  schema?: string | undefined;
}

/** Version of the tables. A higher one is left alone. */
const VERSION = 1;
const NOW = `to_char(now() AT TIME ZONE 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * State of jobs in a PostgreSQL database, for jobs that several machines share. Tables are made on first use.
 *
 * A job holds one connection of the client's pool and on it an advisory lock of the session, which ends with the
 * connection: not through a pooler that shares sessions, such as PgBouncer in transaction mode. A run whose connection
 * broke saves nothing any more. What is saved is as durable as the server's `synchronous_commit` has it (default: yes).
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { callbackSink, type PostgresClient, postgresStore, pull } from "@odeno/odeno/sync";
 *
 * async function follow(sql: PostgresClient) { // postgres("postgres://...") of npm:postgres
 *   const sink = callbackSink(({ rows }) => console.log(rows));
 *   const state = postgresStore(sql);
 *   const fields = ["name"];
 *   await pull(await connect(), { model: "res.partner", fields, job: "partners", state, sink });
 * }
 * ```
 *
 * @param sql The caller's client, such as `postgres("postgres://...")` of `npm:postgres`, with one connection more than
 * there are jobs at once. It is not closed.
 */
export function postgresStore(sql: PostgresClient, options: PostgresStoreOptions = {}): StateStore {
  return new PostgresStore(sql, options.schema ?? "odeno");
}

class PostgresStore implements StateStore {
  readonly #sql: PostgresClient;
  readonly #schema: string;
  readonly #prefix: string;
  readonly #taken = new Set<JobState>();
  #making: Promise<void> | undefined;
  #isClosed = false;

  constructor(sql: PostgresClient, schema: string) {
    this.#sql = sql;
    this.#schema = schema;
    this.#prefix = quoted(schema);
  }

  async open(job: string): Promise<JobState> {
    checkJobName(job);
    await this.#made();
    const connection = await this.#sql.reserve();
    try {
      return await this.#take(connection, job);
    } catch (error) {
      connection.release();
      throw error;
    }
  }

  async runs(job?: string, limit = 100): Promise<RunRecord[]> {
    await this.#made();
    const found = await this.#runs(job, limit);
    const dead = found.filter(({ isDead }) => isDead).map(({ run }) => run);
    if (dead.length === 0) return found.map(({ run }) => run);
    // A run closes its account before it lets go: what is still open now, with the lock free before, has died
    const isDead = ({ job, run }: RunRecord) =>
      dead.some((one) => one.job === job && one.run === run);
    return (await this.#runs(job, limit)).map(({ run }) =>
      run.status === "running" && isDead(run) ? { ...run, status: "interrupted" } : run
    );
  }

  async outcomes(job: string, run: number): Promise<RowRecord[]> {
    await this.#made();
    const found = await answer(
      this.#sql,
      `SELECT key, line, status, field, reason FROM ${this.#prefix}.outcomes
        WHERE job = $1::text AND run = $2::bigint ORDER BY line, number`,
      [job, `${run}`],
    );
    return found.map(rowOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const state of [...this.#taken]) await state[Symbol.asyncDispose]();
  }

  async #take(connection: PostgresConnection, job: string): Promise<JobState> {
    const lock = this.#lockOf("$1::text");
    const [found] = await answer(
      connection,
      `SELECT pg_try_advisory_lock(${lock}) AS taken, pg_backend_pid() AS backend`,
      [job],
    );
    if (found?.["taken"] !== true) {
      throw busyError(job, (await this.#runs(job, 1, connection))[0]?.run);
    }
    const unlock = async () => {
      await answer(connection, `SELECT pg_advisory_unlock(${lock})`, [job]).catch(() => []);
    };
    const isLocked = this.#isLocked("$1::text", Number(found["backend"]));
    const letGo = async () => {
      this.#taken.delete(state);
      // A connection that broke is no more in the client's hands, nor is its lock
      const [still] = await answer(this.#sql, `SELECT ${isLocked} AS locked`, [job]).catch(
        () => [],
      );
      if (still?.["locked"] !== true) return;
      await unlock();
      connection.release();
    };
    const run = await this.#begin(connection, job).catch(async (error) => {
      await unlock();
      throw error;
    });
    const parts = { sql: this.#sql, prefix: this.#prefix, job, run, isLocked, letGo };
    const state = new PostgresJob(parts);
    this.#taken.add(state);
    return state;
  }

  /** Begins a run. Those of the job that are still open have died, for the lock was free. */
  async #begin(connection: PostgresConnection, job: string): Promise<number> {
    const { pid, host } = thisProcess();
    const [begun] = await answer(
      connection,
      `WITH next AS (SELECT coalesce(max(run), 0) + 1 AS run FROM ${this.#prefix}.runs WHERE job = $1::text),
        died AS (UPDATE ${this.#prefix}.runs SET status = 'interrupted' WHERE job = $1::text AND status = 'running'),
        old AS (DELETE FROM ${this.#prefix}.runs USING next
          WHERE job = $1::text AND runs.run <= next.run - ${KEPT_RUNS}),
        rows AS (DELETE FROM ${this.#prefix}.outcomes USING next
          WHERE job = $1::text AND outcomes.run <= next.run - ${KEPT_OUTCOMES})
      INSERT INTO ${this.#prefix}.runs(job, run, status, started, pid, host)
        SELECT $1::text, run, 'running', ${NOW}, $2::bigint, $3::text FROM next RETURNING run`,
      [job, `${pid}`, host],
    );
    return Number(begun?.["run"]);
  }

  async #runs(
    job: string | undefined,
    limit: number,
    sql: PostgresQueries = this.#sql,
  ): Promise<{ run: RunRecord; isDead: boolean }[]> {
    const found = await answer(
      sql,
      `SELECT runs.*, status = 'running' AND NOT ${this.#isLocked("runs.job")} AS dead
        FROM ${this.#prefix}.runs WHERE $1::text = '' OR job = $1::text
        ORDER BY CASE WHEN $1::text = '' THEN started END DESC, run DESC LIMIT $2::bigint`,
      [job ?? "", `${limit}`],
    );
    return found.map((columns) => ({ run: runOf(columns), isDead: columns["dead"] === true }));
  }

  /** Whether somebody, or one process of the server, holds the lock of a job, in SQL. */
  #isLocked(job: string, backend?: number): string {
    return `EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (classid::bigint << 32 | objid::bigint) = ${this.#lockOf(job)}
      ${backend === undefined ? "" : `AND pid = ${backend}`})`;
  }

  /** The number of the lock of a job, in SQL. */
  #lockOf(job: string): string {
    return `hashtextextended('odeno job ' || ${literal(this.#schema)} || ' ' || ${job}, 0)`;
  }

  async #made(): Promise<void> {
    if (this.#isClosed) throw new OdooError("The store in PostgreSQL has been closed");
    const making = this.#making ??= this.#make();
    try {
      await making;
    } catch (error) {
      if (this.#making === making) this.#making = undefined;
      throw error;
    }
  }

  async #make(): Promise<void> {
    const at = `${this.#prefix}.version`;
    const [found] = await answer(this.#sql, "SELECT to_regclass($1::text)::text AS at", [at]);
    // Several statements without parameters are one transaction
    if (found?.["at"] === null) await answer(this.#sql, tablesIn(this.#prefix));
    const [newest] = await answer(this.#sql, `SELECT max(version) AS version FROM ${at}`);
    if (Number(newest?.["version"]) === VERSION) return;
    throw new OdooConfigError(
      `Cannot use the state in the schema ${this.#schema}: a newer odeno made it (version ${
        newest?.["version"]
      } of ` +
        `its tables, this one knows ${VERSION})`,
    );
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function tablesIn(schema: string): string {
  return `
    SET LOCAL client_min_messages = warning;
    SELECT pg_advisory_xact_lock(hashtextextended('odeno tables', 0));
    CREATE SCHEMA IF NOT EXISTS ${schema};
    CREATE TABLE IF NOT EXISTS ${schema}.runs(
      job text, run bigint, status text NOT NULL, started text NOT NULL, ended text, pid bigint NOT NULL,
      host text NOT NULL, account text, PRIMARY KEY (job, run)
    );
    CREATE TABLE IF NOT EXISTS ${schema}.state(job text, name text, value text NOT NULL, PRIMARY KEY (job, name));
    CREATE TABLE IF NOT EXISTS ${schema}.entries(
      job text, key text COLLATE "C" CHECK (key <> ''), id bigint NOT NULL, stamp text NOT NULL, hash text NOT NULL,
      kept text NOT NULL, run bigint NOT NULL, PRIMARY KEY (job, key)
    );
    CREATE TABLE IF NOT EXISTS ${schema}.outcomes(
      number bigserial PRIMARY KEY, job text NOT NULL, run bigint NOT NULL, key text NOT NULL, line bigint NOT NULL,
      status text NOT NULL, field text NOT NULL, reason text NOT NULL
    );
    CREATE INDEX IF NOT EXISTS outcomes_run ON ${schema}.outcomes(job, run);
    CREATE TABLE IF NOT EXISTS ${schema}.version(version bigint PRIMARY KEY);
    INSERT INTO ${schema}.version VALUES (${VERSION}) ON CONFLICT DO NOTHING;
  `;
}
