/**
 * What a dry run would do, for people and for programs.
 *
 * @module
 */
import { harmless, tableOf } from "../../table.ts";
import type { RpcValue } from "../../values.ts";
import { type GoneEvent, type RowEvent, told } from "./events.ts";

/** What would become of one row, or of a record whose row is gone. As JSON it is as it stands here. */
export interface PlannedRow {
  /** Its line in the source; 0 for a row that is gone. */
  readonly line: number;
  /** Its key, escaped as in the external id. */
  readonly key: string;
  /** What a push would do with it, or with its record. */
  readonly action: "create" | "update" | "unchanged" | "fail" | "archive" | "delete";
  /** Database id of its record, where there is one. */
  readonly id?: number | undefined;
  /** For a row that is gone: what Odoo calls its record. */
  readonly name?: string | undefined;
  /** For an update: by field, the value that Odoo has, and the cell that would be sent. */
  readonly changes?: Readonly<Record<string, { from: RpcValue; to: string }>> | undefined;
  /** For a failure: the field that it is about, where one is known. */
  readonly field?: string | undefined;
  /** For a failure: why. */
  readonly reason?: string | undefined;
}

const ACTIONS = {
  created: "create",
  updated: "update",
  unchanged: "unchanged",
  failed: "fail",
  unknown: "fail",
  archived: "archive",
  deleted: "delete",
} as const;

const HEADER = ["line", "key", "action", "field", "from", "to"] as const;

/**
 * What an event of a dry run says.
 *
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { planned, push } from "@odeno/odeno/sync";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * await push(await connect(new OdooSimulator().config), {
 *   model: "res.partner",
 *   job: "partners",
 *   source: [{ no: "C1", name: "Acme" }],
 *   key: ["no"],
 *   map: ({ name }) => ({ name }),
 *   dryRun: true,
 *   onEvent: (event) => event.type === "row" && console.log(JSON.stringify(planned(event))),
 * });
 * ```
 */
export function planned(event: RowEvent | GoneEvent): PlannedRow {
  const { key, id, status, reason } = event;
  const action = ACTIONS[status];
  if (event.type === "gone") return told({ line: 0, key, action, id, name: event.name, reason });
  const { line, changes, field } = event;
  return told({ line, key, action, id, changes, field, reason });
}

/**
 * A plan as a table: a line for each row, and for an update one for each field. Leave out the unchanged rows of a large
 * source before.
 *
 * @example
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { type PlannedRow, planned, planTable, push } from "@odeno/odeno/sync";
 * import { OdooSimulator } from "@odeno/odeno/testing";
 *
 * const rows: PlannedRow[] = [];
 * await push(await connect(new OdooSimulator().config), {
 *   model: "res.partner",
 *   job: "contacts",
 *   source: [{ no: "1", name: "Azure Interior" }],
 *   key: ["no"],
 *   dryRun: true,
 *   onEvent: (event) => {
 *     if (event.type === "row" || event.type === "gone") rows.push(planned(event));
 *   },
 * });
 * console.log(planTable(rows));
 * // line  key  action  field  from  to
 * // 1     1    create
 * ```
 */
export function planTable(rows: readonly PlannedRow[]): string {
  const lines = [HEADER, ...rows.flatMap(linesOf)];
  // Long values are cut on a terminal of any width
  return tableOf(lines.map((cells) => cells.map(harmless)), 0).join("\n");
}

function linesOf({ line, key, action, name, changes, field, reason }: PlannedRow): string[][] {
  const start = [line === 0 ? "" : String(line), key, action];
  if (action === "fail") return [[...start, `${field ? `${field}: ` : ""}${reason}`]];
  if (name !== undefined) return [[...start, name]];
  const changed = Object.entries(changes ?? {});
  if (changed.length === 0) return [start];
  return changed.map(([name, { from, to }]) => [
    ...start,
    name,
    JSON.stringify(from),
    JSON.stringify(to),
  ]);
}
