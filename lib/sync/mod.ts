/**
 * Sync that neither loses nor duplicates: copies of what Odoo has, state of jobs, and rows of a source on disk.
 *
 * @module
 */

export type { Clock } from "../clock.ts";
export { JobBusyError, type JobHolder, OdooConfigError, OdooError } from "../errors.ts";
export { CellError } from "./cells.ts";
export type { RowKey, SourceReference, SourceValue } from "./cells.ts";
export type { SourceRow } from "./drafts.ts";
export type { Altered, FoundBy, RowOutcome } from "./engine.ts";
export { pull } from "./pull.ts";
export type {
  PullEvent,
  PullOptions,
  PullReport,
  UnfollowedField,
  UnfollowedReason,
} from "./pull.ts";
export { push, type PushOptions, type PushReport } from "./push.ts";
export type { GoneEvent, ProgressEvent, PushEvent, RowEvent, SourceEvent } from "./push/events.ts";
export { MirrorLimitError, type MirrorMode } from "./push/mirror.ts";
export { planned, type PlannedRow, planTable } from "./push/plan.ts";
export { csvSink, type CsvSinkOptions } from "./sinks/csv.ts";
export { ndjsonSink } from "./sinks/ndjson.ts";
export { type PostgresQueries, postgresSink } from "./sinks/postgres.ts";
export {
  type PostgresClient,
  type PostgresConnection,
  postgresStore,
  type PostgresStoreOptions,
} from "./postgres_state.ts";
export { callbackSink, PullStoppedError } from "./sinks/sink.ts";
export type {
  Column,
  ColumnKind,
  PulledBatch,
  PulledRow,
  PullStopReason,
  Sink,
  Tombstone,
} from "./sinks/sink.ts";
export type { TableOptions } from "./sinks/sql.ts";
export { sqliteSink } from "./sinks/sqlite.ts";
export { Spool } from "./spool.ts";
export type { DuplicateRow, SpooledRow, SpoolRow, SpoolSummary } from "./spool.ts";
export { sqliteStore } from "./sqlite_state.ts";
export type {
  Account,
  Entry,
  EntryFilter,
  JobState,
  RowRecord,
  RunEnd,
  RunRecord,
  StateChanges,
  StateStore,
} from "./state.ts";
export type { Caller, CallOptions, RpcCall, RpcInput, RpcValue } from "../values.ts";
