/**
 * What a push is told of its rows: counted, remembered in the state of the job, and passed on as events.
 *
 * @module
 */
import type { Draft } from "../drafts.ts";
import type { LaneOutcome, Ledger, Settled } from "../engine.ts";
import type { Account, Entry, JobState, RowRecord } from "../state.ts";
import { count, emptyAccount, recordsOf } from "./account.ts";
import { type GoneEvent, type PushEvent, rowEvent } from "./events.ts";

/** A row of the source, as it comes back from the spool. */
export type Source = Readonly<Record<string, unknown>>;

/** Counts, remembers and tells. */
export class PushLedger implements Ledger<Draft<Source>> {
  /** Rows by what became of them. */
  readonly account: Account = emptyAccount();
  readonly run: number;
  readonly isLasting: boolean;
  readonly #state: JobState | undefined;
  readonly #isDry: boolean;
  readonly #onEvent: (event: PushEvent) => void;
  /** What is not in the state: all of it without one, and in a dry run. */
  readonly #own = new Map<string, Entry>();
  /** Rows that went in without some references, which follow. */
  readonly #partial = new Map<string, LaneOutcome>();
  #rows: { has(key: string): boolean } | undefined;
  #isSecondPass = false;
  #done = 0;

  /** Takes the state of the job, where there is one; a dry run only looks into it. */
  constructor(
    state: JobState | undefined,
    isDry: boolean,
    onEvent: ((event: PushEvent) => void) | undefined,
  ) {
    this.#state = state;
    this.#onEvent = onEvent ?? (() => {});
    this.run = state?.run ?? 0;
    this.isLasting = state !== undefined;
    this.#isDry = isDry;
  }

  /** Takes what knows the keys of all rows of the source. */
  readFrom(rows: { has(key: string): boolean }): void {
    this.#rows = rows;
  }

  hasRow(key: string): boolean {
    return this.#rows?.has(key) ?? false;
  }

  /** Tells of records whose rows are gone. */
  tellGone(events: readonly GoneEvent[]): void {
    for (const event of events) this.#onEvent(event);
  }

  /** Whether a row went in without some of its references. */
  isPartial(key: string): boolean {
    return this.#partial.has(key);
  }

  /** From now on, rows that went in without some references come once more, with them. */
  beginSecondPass(): void {
    this.#isSecondPass = true;
  }

  /** Whether this run has seen the row; known only where nothing is written to the state. */
  hasSeen(key: string): boolean {
    return this.#own.has(key);
  }

  async entries(keys: readonly string[]): Promise<Map<string, Entry>> {
    const found = await this.#state?.entries(keys) ?? new Map<string, Entry>();
    for (const key of keys) {
      const entry = this.#own.get(key);
      if (entry) found.set(key, entry);
    }
    return found;
  }

  async holders(ids: ReadonlySet<number>): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    if (!this.#state) return found;
    for await (const page of this.#state.allEntries()) {
      for (const { id, key } of page) if (ids.has(id)) found.set(id, key);
    }
    return found;
  }

  async settle(
    settled: readonly Settled<Draft<Source>>[],
    entries: readonly Entry[],
  ): Promise<void> {
    const told: Settled<Draft<Source>>[] = [];
    for (const { draft, outcome } of settled) {
      const final = this.#finalOf(draft.key, outcome);
      if (final) told.push({ draft, outcome: final });
    }
    const rows = told.flatMap(({ draft: { key, line }, outcome }) => recordsOf(key, line, outcome));
    await this.save(entries, rows);
    for (const { draft, outcome } of told) {
      count(this.account, outcome);
      this.#onEvent(rowEvent(draft, outcome));
    }
    this.#done += told.length;
    if (told.length > 0) {
      this.#onEvent({ type: "progress", done: this.#done, rows: this.account.rows });
    }
  }

  /** Keeps entries and records, or in a dry run and without a state the entries only for the run. */
  async save(
    entries: readonly Entry[],
    rows: readonly RowRecord[],
    remove: readonly string[] = [],
  ): Promise<void> {
    if (this.#state && !this.#isDry) {
      if (entries.length + rows.length + remove.length === 0) return;
      await this.#state.save({ entries, rows, remove });
    } else for (const entry of entries) this.#own.set(entry.key, entry);
  }

  /** What is to be told of a row; nothing yet of one that comes once more. */
  #finalOf(key: string, outcome: LaneOutcome): LaneOutcome | undefined {
    const before = this.#partial.get(key);
    if (!this.#isSecondPass || !before) {
      if (outcome.leftOut && !this.#isSecondPass) this.#partial.set(key, outcome);
      return outcome.leftOut ? undefined : outcome;
    }
    this.#partial.delete(key);
    return bothOf(before, outcome);
  }
}

/** What became of a row that went in without some references first, and then came with them. */
function bothOf(before: LaneOutcome, outcome: LaneOutcome): LaneOutcome {
  const id = outcome.id ?? before.id;
  if (outcome.status === "failed" || outcome.status === "unknown") {
    const done = { created: "made", updated: "changed" }[String(before.status)];
    const missing = before.leftOut?.join(", ");
    const field = outcome.field ?? missing;
    const reason = `${done}, but without ${missing}: ${outcome.reason}`;
    return { ...outcome, id, field, ...(done === undefined ? {} : { reason }) };
  }
  // A dry run has looked at it twice
  const warnings = new Set([before.warning, outcome.warning].filter((each) => each !== undefined));
  return {
    ...outcome,
    id,
    status: before.status === "unchanged" ? outcome.status : before.status,
    changes: before.status === "created" ? undefined : { ...before.changes, ...outcome.changes },
    altered: [...before.altered, ...outcome.altered],
    warning: warnings.size > 0 ? [...warnings].join("; ") : undefined,
  };
}
