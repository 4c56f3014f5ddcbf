/**
 * Rows into Odoo by external id, through `load`: sending them again is harmless.
 *
 * What does so is loaded when rows are sent: most scripts have none, and a third of all modules serve it.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import type { SourceValue } from "./sync/cells.ts";
import type { FileRow } from "./sync/given.ts";
import type { Caller, CallOptions, RpcValue } from "./values.ts";

export type { SourceRow } from "./sync/drafts.ts";
export type { FileRow } from "./sync/given.ts";

/** A row with no other values than a row can have, or one of `readCsv()`. Interfaces are taken, too. */
export type RowLike<T> = { readonly [Name in keyof T]: SourceValue } | FileRow;

/** How rows are upserted. */
export interface UpsertOptions extends CallOptions {
  /**
   * The columns whose values tell one row from another; the external id is made from them. One that is no field of the
   * model serves for that alone.
   */
  key: readonly string[];
  /**
   * First part of the external ids, `odeno` by default. One that does not begin with `odeno` must not be the name of a
   * module: an upgrade of the module would delete the records. The server is asked.
   */
  namespace?: string | undefined;
  /** Fields that an empty value (`null` or an empty text) clears. In all others it changes nothing. */
  clear?: readonly string[] | undefined;
  /** Compares and tells what would be done, and writes nothing. */
  dryRun?: boolean | undefined;
  /** How many rows are looked up and sent in one call at most; 1000 by default. */
  chunkSize?: number | undefined;
  /** Tells the time, and waits between tries; the clock of the machine by default. */
  clock?: Clock | undefined;
}

/** How rows are created. */
export interface CreateOnceOptions extends CallOptions {
  /** How many rows are sent in one call at most; 1000 by default. */
  chunkSize?: number | undefined;
  /** Tells the time, and waits between tries; the clock of the machine by default. */
  clock?: Clock | undefined;
}

/** What became of one row. */
export interface Outcome<T> {
  /** The row, as it was given. */
  row: T;
  /** `unknown` only when the server stayed out of reach while it may have been working on the row. */
  status: "created" | "updated" | "unchanged" | "failed" | "unknown";
  /** Database id, where the row is in Odoo. */
  id?: number | undefined;
  /** The fields that are written into a record that was there, with the value that it had. */
  changes?: Readonly<Record<string, { from: RpcValue; to: string }>> | undefined;
  /** The field that a failure is about, where Odoo tells. */
  field?: string | undefined;
  /** Why the row did not go in; for one that did, what Odoo warned of, or which values it did not keep. */
  reason?: string | undefined;
}

/**
 * Brings rows into a model: creates those whose external id is new, writes the fields that differ into the others, and
 * leaves alone what is equal. Yields one outcome a row, in the order of the rows. Rows may refer to other rows of the
 * source, in any order. Of rows that share a key the first goes in and the others fail: the source is not read to its end
 * before, as `push()` does.
 *
 * Only one job at a time should write with the same namespace: a conflict is tried again, but not for ever.
 *
 * ```ts
 * import { connect, upsert } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const rows = [{ ref: "C-1", name: "Acme" }, { ref: "C-2", name: "" }];
 * for await (const { row, status, reason } of upsert(odoo, "res.partner", rows, { key: ["ref"] })) {
 *   console.log(row.ref, status, reason ?? ""); // C-1 created, C-2 failed Contacts require a name
 * }
 * ```
 *
 * @throws {OdooConfigError} A column cannot be written, or the key is unusable.
 * @throws {OdooError} The first question to the server failed. Rows that cannot be sent later are told as failed.
 */
export async function* upsert<T extends RowLike<T>>(
  caller: Caller,
  model: string,
  rows: AsyncIterable<T> | Iterable<T>,
  options: UpsertOptions,
): AsyncGenerator<Outcome<T>> {
  const { upsertRows } = await import("./sync/upsert.ts");
  yield* upsertRows(caller, model, rows, options, options.key);
}

/**
 * Creates a record for each row, and no second one when an answer is lost: each gets a random external id, so that the
 * rows can be sent again where a plain `create` could not. Yields one outcome a row, in the order of the rows.
 *
 * That holds for one call of this function. A second call creates the rows again, and to search for them first by a
 * natural key, such as an email address, does not keep them apart: two callers that both search and then create make two
 * records, in every version of Odoo. What does is an external id made from the key ({@linkcode upsert}), or a unique
 * constraint in Odoo.
 *
 * ```ts
 * import { connect, createOnce } from "@odeno/odeno";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const odoo = await connect(new OdooSimulator().config);
 * const rows = [{ name: "Ana", country_id: "base.be" }, { name: "Ben" }];
 * for await (const { row, status, id, reason } of createOnce(odoo, "res.partner", rows)) {
 *   console.log(row.name, status, id ?? reason);
 * }
 * ```
 *
 * @throws {OdooConfigError} A column cannot be written.
 * @throws {OdooError} The first question to the server failed. Rows that cannot be sent later are told as failed.
 */
export async function* createOnce<T extends RowLike<T>>(
  caller: Caller,
  model: string,
  rows: AsyncIterable<T> | Iterable<T>,
  options: CreateOnceOptions = {},
): AsyncGenerator<Outcome<T>> {
  const { upsertRows } = await import("./sync/upsert.ts");
  yield* upsertRows(caller, model, rows, { ...options, namespace: "odeno_once" });
}
