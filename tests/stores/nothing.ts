/**
 * The account of a run without rows.
 *
 * @module
 */

import type { Account } from "../../lib/sync/state.ts";

/** An account with nothing in it. */
export const NOTHING: Account = {
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
