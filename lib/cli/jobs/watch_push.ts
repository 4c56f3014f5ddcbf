/**
 * What a push tells while it runs: rows that did not go in, a bar on a terminal, the plan of a dry run.
 *
 * @module
 */
import {
  planned,
  type PlannedRow,
  planTable,
  type PushEvent,
  type RowEvent,
} from "../../sync/mod.ts";
import { emptyAccount } from "../../sync/push/account.ts";
import type { Account } from "../../sync/state.ts";
import type { About } from "../log.ts";
import type { DataRow } from "../output.ts";
import { type FailedFile, failedFile } from "./failed.ts";
import type { PushJob } from "./job.ts";
import { Progress } from "./progress.ts";
import type { SourceFormat } from "./source.ts";
import type { Way } from "./way.ts";

/** Odoo goes on with a call that nobody waits for any more. */
const UNDER_WAY =
  "; rows of calls that were under way may be in Odoo as well, which the next run sees";

/** Takes the events of a push. */
export class PushWatch implements AsyncDisposable {
  readonly #job: PushJob;
  readonly #source: string;
  readonly #way: Way;
  readonly #progress: Progress;
  /** Of a dry run whose plan is a table. */
  readonly #plan: PlannedRow[] = [];
  readonly #account = emptyAccount();
  #done = 0;
  #failed: FailedFile | undefined;

  /** Takes the job, and what its source is called. */
  constructor(job: PushJob, source: string, way: Way) {
    this.#job = job;
    this.#source = source;
    this.#way = way;
    this.#progress = new Progress(way.io);
  }

  /** Takes what the source is. */
  readonly onFormat = (format: SourceFormat): void => {
    if (!this.#way.isDry) this.#failed = failedFile(this.#job.failed, format);
  };

  /** Takes an event. */
  readonly onEvent = (event: PushEvent): void => {
    if (event.type === "row") this.#onRow(event);
    else if (event.type === "gone") this.#onPlanned(planned(event));
    else if (event.type === "source") this.#account.rows = event.rows;
    else {
      this.#done = event.done;
      this.#progress.at(event.done, event.rows, `${event.done} of ${counted(event.rows)}`);
    }
  };

  /** Writes a line. */
  say(line: string, about?: About): void {
    this.#progress.say(line, about);
  }

  /** Tells how far an interrupted run has come. */
  tellSoFar(): void {
    const { name } = this.#job;
    if (this.#way.isDry) return;
    const isEnded = this.#way.signal.aborted;
    if (this.#done > 0) {
      const { rows } = this.#account;
      const text = accountText({ ...this.#account, rows: this.#done });
      const left = `; ${rows - this.#done} more are for the next run`;
      return this.say(`${name}: so far ${text}${left}${isEnded ? UNDER_WAY : ""}`);
    }
    if (isEnded) this.say(`${name}: no row is known to be done${UNDER_WAY}`);
  }

  /** Puts the file of failed rows in its place, and writes the plan. */
  async finish(): Promise<FailedFile | undefined> {
    await this.#failed?.finish();
    await this.#progress[Symbol.asyncDispose]();
    const { plan, io } = this.#way;
    if (this.#way.isDry && plan === undefined && this.#plan.length > 0) {
      for (const line of planTable(this.#plan).split("\n")) {
        io.out(line);
      }
    }
    return this.#failed;
  }

  /** Lets go of the terminal, and of a file of failed rows that is not whole. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#failed?.[Symbol.dispose]();
    await this.#progress[Symbol.asyncDispose]();
  }

  #onRow(event: RowEvent): void {
    const { status, line, field, reason, altered, warning } = event;
    this.#account[status]++;
    if (this.#way.isDry) this.#onPlanned(planned(event));
    const place = `${this.#source}:${line}: `;
    if (status === "failed" || status === "unknown") {
      this.#failed?.add(event.row, { line, field, reason });
      const about = { level: "warn", line, status, ...field !== undefined && { field } } as const;
      this.say(`${place}${field ? `${field}: ` : ""}${reason}`, about);
    }
    if (warning !== undefined) this.say(`${place}${warning}`, { level: "warn", line });
    if (!this.#way.isVerbose) return;
    for (const { field, kept } of altered) {
      this.say(`${place}${field}: Odoo keeps it as ${JSON.stringify(kept)}`);
    }
  }

  #onPlanned(row: PlannedRow): void {
    if (!this.#way.isDry) return;
    if (this.#way.plan) this.#way.plan.add([plannedData(this.#job.name, row)]);
    else if (row.action !== "unchanged") this.#plan.push(row);
  }
}

/** "1 row", "2 rows". */
export function counted(rows: number): string {
  return `${rows} ${rows === 1 ? "row" : "rows"}`;
}

/** The account, in words. */
export function accountText(account: Account): string {
  const { rows, created, updated, unchanged, failed, unknown } = account;
  const others = (["altered", "warned", "archived", "deleted"] as const)
    .filter((name) => account[name] > 0).map((name) => `${account[name]} ${name}`);
  return `${
    counted(rows)
  } in = ${created} created + ${updated} updated + ${unchanged} unchanged + ` +
    `${failed} failed + ${unknown} unknown${others.length > 0 ? ` (${others.join(", ")})` : ""}`;
}

function plannedData(job: string, row: PlannedRow): DataRow {
  const { line, key, action, id = null, name = null, field = null, reason = null } = row;
  const changed = Object.entries(row.changes ?? {}).map((
    [field, { from, to }],
  ) => [field, { from, to }]);
  const changes = changed.length === 0 ? null : Object.fromEntries(changed);
  return { job, line, key, action, id, name, field, reason, changes };
}
