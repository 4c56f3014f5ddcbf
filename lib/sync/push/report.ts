/**
 * What a push says at its end.
 *
 * @module
 */
import type { OdooError } from "../../errors.ts";
import type { FoundBy } from "../engine.ts";
import type { Account } from "../state.ts";

/** What a push has done. */
export interface PushReport {
  /** Number of the run; 0 without a state. */
  readonly run: number;
  /** First part of the external ids. */
  readonly namespace: string;
  /** Rows by what became of them: `rows` is the sum of created, updated, unchanged, failed and unknown. */
  readonly account: Account;
  /** For how many rows the record was found in which way. */
  readonly foundBy: Readonly<Record<FoundBy, number>>;
  /** Why nothing more could be sent from some moment on. */
  readonly lost: OdooError | undefined;
  /** Why records whose rows are gone were left as they are, although they were to be archived or deleted. */
  readonly notMirrored: string | undefined;
}
