/**
 * The account of a push: every row of the source is in it once.
 *
 * @module
 */
import { OdooError } from "../../errors.ts";
import type { RowOutcome } from "../engine.ts";
import type { Account, RowRecord } from "../state.ts";

/** An account without any rows. */
export function emptyAccount(): Account {
  return {
    rows: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    failed: 0,
    unknown: 0,
    altered: 0,
    warned: 0,
    archived: 0,
    deleted: 0,
  };
}

/** Counts what a row became. */
export function count(account: Account, { status, altered, warning }: RowOutcome): void {
  account[status]++;
  if (altered.length > 0) account.altered++;
  if (warning !== undefined) account.warned++;
}

/**
 * Holds the rows of the source against what became of them.
 *
 * @throws {OdooError} They differ, which is a fault of this program.
 */
export function checkAccount(account: Account): void {
  const { rows, created, updated, unchanged, failed, unknown } = account;
  const sum = created + updated + unchanged + failed + unknown;
  if (sum === rows) return;
  throw new OdooError(
    `The account does not add up: ${rows} rows, but ${created} created + ${updated} updated + ` +
      `${unchanged} unchanged + ${failed} failed + ${unknown} unknown = ${sum}`,
  );
}

/** What is kept of a row that did not go in, or not as it was. */
export function recordsOf(key: string, line: number, outcome: RowOutcome): RowRecord[] {
  const { status, field = "", reason = "", altered, warning } = outcome;
  const records: RowRecord[] = altered.map(({ field, sent, kept }) => ({
    key,
    line,
    status: "altered",
    field,
    reason: `Odoo keeps ${JSON.stringify(kept)} where ${JSON.stringify(sent)} was sent`,
  }));
  if (warning !== undefined) {
    records.push({ key, line, status: "warned", field: "", reason: warning });
  }
  if (status === "failed" || status === "unknown") {
    records.push({ key, line, status, field, reason });
  }
  return records;
}
