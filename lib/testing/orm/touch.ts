/**
 * Stored values that Odoo works out from other records: it writes them when these change, so the stamp moves.
 *
 * @module
 */
import type { Env } from "./env.ts";

/** Moves the stamp of records that are there. */
export function touch(env: Env, model: string, ids: Iterable<number>): void {
  for (const id of ids) {
    env.store.update(model, id, { write_uid: env.uid, write_date: env.now });
  }
}
