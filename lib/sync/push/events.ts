/**
 * What a push tells while it runs.
 *
 * @module
 */
import type { Draft } from "../drafts.ts";
import type { Altered, LaneOutcome, RowOutcome } from "../engine.ts";

/** For progress bars, logs, plans of dry runs and files of failed rows. */
export type PushEvent = SourceEvent | RowEvent | GoneEvent | ProgressEvent;

/** The source has been read; nothing has been sent yet. */
export interface SourceEvent {
  /** Tells events apart. */
  readonly type: "source";
  /** Rows. */
  readonly rows: number;
  /** Rows that share their key with another. */
  readonly duplicates: number;
  /** Rows that refer to each other in circles, and go in twice. */
  readonly circular: number;
  /** Rows that others refer to go in before these; so many rounds there are. */
  readonly levels: number;
}

/** What became of a row; in a dry run, what would. */
export interface RowEvent {
  /** Tells events apart. */
  readonly type: "row";
  /** Its key, escaped as in the external id. */
  readonly key: string;
  /** Its line in the source. */
  readonly line: number;
  /** The row as the source gave it, as far as JSON can carry it; of a row of `readCsv()` the cells. */
  readonly row: Readonly<Record<string, unknown>>;
  /** `failed`: not in Odoo as it should be. `unknown`: sent, and Odoo stayed out of reach. */
  readonly status: RowOutcome["status"];
  /** Database id. */
  readonly id?: number | undefined;
  /** What is written over what. */
  readonly changes?: RowOutcome["changes"];
  /** The field that a failure is about. */
  readonly field?: string | undefined;
  /** Why it failed. */
  readonly reason?: string | undefined;
  /** Values that Odoo did not keep as they were sent. */
  readonly altered: readonly Altered[];
  /** What Odoo warned of, or what is odd about the record. */
  readonly warning?: string | undefined;
}

/** What became of a record whose row is gone from the source of a mirror; in a dry run, what would. */
export interface GoneEvent {
  /** Tells events apart. */
  readonly type: "gone";
  /** Key of the row, escaped as in the external id. */
  readonly key: string;
  /** Database id. */
  readonly id: number;
  /** What Odoo calls the record. */
  readonly name?: string | undefined;
  /** `failed`: Odoo has refused it. */
  readonly status: "archived" | "deleted" | "failed";
  /** Why it failed. */
  readonly reason?: string | undefined;
}

/** So many rows are done. */
export interface ProgressEvent {
  /** Tells events apart. */
  readonly type: "progress";
  /** Rows that have an outcome. */
  readonly done: number;
  /** All rows. */
  readonly rows: number;
}

/** The event of a row. */
export function rowEvent(
  { key, line, source: row }: Draft<RowEvent["row"]>,
  { status, id, changes, field, reason, altered, warning }: LaneOutcome,
): RowEvent {
  return told({
    type: "row",
    key,
    line,
    row,
    status,
    id,
    changes,
    field,
    reason,
    altered,
    warning,
  });
}

/** Without what there is nothing to tell of. */
export function told<E extends object>(event: E): E {
  for (const [name, value] of Object.entries(event)) {
    if (value === undefined) Reflect.deleteProperty(event, name);
  }
  return event;
}
