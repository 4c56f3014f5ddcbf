/**
 * What a dry run would do, for people and for programs.
 *
 * @module
 */
import { harmless, tableOf } from "../../table.ts";
import type { RpcValue } from "../../values.ts";
import type { RowEvent } from "./events.ts";

/** What would become of one row. As JSON it is as it stands here. */
export interface PlannedRow {
  /** Its line in the source. */
  readonly line: number;
  /** Its key, escaped as in the external id. */
  readonly key: string;
  /** What a push would do with it. */
  readonly action: "create" | "update" | "unchanged" | "fail";
  /** Database id of its record, where there is one. */
  readonly id?: number | undefined;
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
} as const;

const HEADER = ["line", "key", "action", "field", "from", "to"] as const;

/** What an event of a dry run says. */
export function planned({ line, key, status, id, changes, field, reason }: RowEvent): PlannedRow {
  return { line, key, action: ACTIONS[status], id, changes, field, reason };
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
 *     if (event.type === "row") rows.push(planned(event));
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

function linesOf({ line, key, action, changes, field, reason }: PlannedRow): string[][] {
  const start = [String(line), key, action];
  if (action === "fail") return [[...start, `${field ? `${field}: ` : ""}${reason}`]];
  const changed = Object.entries(changes ?? {});
  if (changed.length === 0) return [start];
  return changed.map(([name, { from, to }]) => [
    ...start,
    name,
    JSON.stringify(from),
    JSON.stringify(to),
  ]);
}
