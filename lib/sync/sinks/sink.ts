/**
 * Where pulled rows go.
 *
 * @module
 */
import { OdooError } from "../../errors.ts";
import type { RpcValue } from "../../values.ts";

/**
 * Why a pull has stopped: `job` (it is not the job that it was), `schema` (a field or a column is gone or has another
 * type), `tombstones` (more records are gone than may be), or `copy` (the copy is not what was delivered to it).
 */
export type PullStopReason = "job" | "schema" | "tombstones" | "copy";

/** A pull has stopped rather than to spoil the copy. The checkpoint stays where it was. */
export class PullStoppedError extends OdooError {
  /** Name of the class, for logs. */
  override name = "PullStoppedError";
  /** What kind of stop it is. */
  readonly reason: PullStopReason;

  /** Takes the sentence to show and the kind of stop. */
  constructor(message: string, reason: PullStopReason) {
    super(message);
    this.reason = reason;
  }
}

/**
 * What a column holds beside `null`, which stands for "no value": `boolean`, `integer` (also the id of a many2one),
 * `number`, `text` (also base64), `date` and `datetime` as Odoo writes them, in UTC, or `json` (also the ids of an x2many
 * field, in rising order).
 */
export type ColumnKind = "boolean" | "integer" | "number" | "text" | "date" | "datetime" | "json";

/** One column of a copy. */
export interface Column {
  /** Name of the field. */
  readonly name: string;
  /** What it holds. */
  readonly kind: ColumnKind;
}

/** A row of a copy: the database id, and a value for each column. */
export type PulledRow = { readonly id: number; readonly [field: string]: RpcValue };

/** A record that the copy has to lose. */
export interface Tombstone {
  /** Its database id. */
  readonly id: number;
  /**
   * `deleted`: there is no such record any more. `hidden`: the user may not see it any more. `left`: it is there, and
   * the domain does not find it any more.
   */
  readonly reason: "deleted" | "hidden" | "left";
}

/**
 * Takes the rows of a pull. The methods are called one at a time: `isEmpty`, `open`, then `write` and `remove` as often
 * as needed, `finish`, and in the end, also after an error, `close`.
 *
 * A row or a tombstone may come again, with the same values or with newer ones: after a kill a run repeats what it does
 * not know to be done.
 */
export interface Sink {
  /** What messages and the state call it; another name means that all rows have to be delivered anew. */
  readonly name: string;
  /** Whether it holds no row; `undefined` where it cannot know. Called before it is changed in any way. */
  isEmpty(): Promise<boolean | undefined>;
  /**
   * Makes it ready for rows with these columns, beside the `id`.
   *
   * @throws {PullStoppedError} It has other columns; those that it lacks are added where `addColumns` says so.
   */
  open(columns: readonly Column[], options: { addColumns: boolean }): Promise<void>;
  /** Adds rows, or puts them in place of those with the same id. Durable once it resolves. */
  write(rows: readonly PulledRow[]): Promise<void>;
  /** Takes rows away, or marks them. Durable once it resolves. */
  remove(tombstones: readonly Tombstone[]): Promise<void>;
  /** Everything has come. Answers with how many rows there are that are not marked as gone, where it can tell. */
  finish(): Promise<number | undefined>;
  /** Lets go of files and connections that it has opened. */
  close(): Promise<void>;
}

/** The same sink; what goes wrong with its file or table is told in a sentence that names it. */
export function explained(sink: Sink): Sink {
  const told = <R>(done: Promise<R>): Promise<R> =>
    done.catch((error) => {
      if (error instanceof OdooError || !(error instanceof Error)) throw error;
      throw new OdooError(`${sink.name} cannot be read or written: ${error.message}`, {
        cause: error,
      });
    });
  return {
    name: sink.name,
    isEmpty: () => told(sink.isEmpty()),
    open: (columns, options) => told(sink.open(columns, options)),
    write: (rows) => told(sink.write(rows)),
    remove: (tombstones) => told(sink.remove(tombstones)),
    finish: () => told(sink.finish()),
    close: () => told(sink.close()),
  };
}

/** What a {@linkcode callbackSink} is given: rows that are new or changed, or records that are gone. */
export interface PulledBatch {
  /** Rows by id, in rising order. */
  rows: readonly PulledRow[];
  /** Records that are gone. */
  removed: readonly Tombstone[];
}

/**
 * A sink that hands all over to a function. What it has returned for is never given again, unless it changes; where the
 * process ends before, it is given once more: the function has to take a row twice without harm.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { callbackSink, pull } from "@odeno/odeno/sync";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const folder = await Deno.makeTempDir();
 * await pull(odoo, {
 *   model: "res.partner",
 *   fields: ["name", "email"],
 *   job: "partners",
 *   state: `${folder}/state.sqlite`,
 *   sink: callbackSink(({ rows, removed }) => {
 *     for (const row of rows) console.log("new or changed", row["id"], row["name"]);
 *     for (const { id, reason } of removed) console.log("gone", id, reason);
 *   }),
 * });
 * ```
 *
 * @param name What the state calls it; another name than in the last run has all rows delivered anew.
 */
export function callbackSink(
  take: (batch: PulledBatch) => void | Promise<void>,
  name = "callback",
): Sink {
  return {
    name,
    isEmpty: () => Promise.resolve(undefined),
    open: () => Promise.resolve(),
    write: async (rows) => await take({ rows, removed: [] }),
    remove: async (removed) => await take({ rows: [], removed }),
    finish: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}
