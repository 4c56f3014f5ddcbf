/**
 * A program that saves the state of a job over and over and tells each save, for tests that kill it.
 *
 * @module
 */

import { JobBusyError } from "../../lib/errors.ts";
import type { StateStore } from "../../lib/sync/state.ts";
import { emptyAccount } from "../../lib/sync/push/account.ts";

/** Saves so many times; the exit codes are those of odeno's programs. */
export async function save(opened: StateStore, job: string, saves: number): Promise<void> {
  try {
    await using store = opened;
    await using state = await store.open(job);
    for (let n = 1; n <= saves; n++) {
      await state.save({
        values: { saved: `${n}` },
        entries: Array.from(
          { length: 20 },
          (_, k) => ({ key: `k${k}`, id: k, stamp: "", hash: `${n}`, kept: "", run: state.run }),
        ),
        rows: [{ key: `k${n}`, line: n, status: "failed", field: "", reason: "" }],
      });
      Deno.stdout.writeSync(new TextEncoder().encode(`saved ${n}\n`));
    }
    await state.end("done", emptyAccount());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exitCode = error instanceof JobBusyError ? 3 : 1;
  }
}
