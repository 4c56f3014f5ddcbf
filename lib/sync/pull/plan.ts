/**
 * What a run reads, and whether it sweeps.
 *
 * @module
 */
import { or } from "../../domain.ts";
import type { RpcInput } from "../../values.ts";
import type { PullOptions } from "../pull.ts";
import type { JobState } from "../state.ts";

/** How the changes of a run are read. */
export interface Plan {
  /** Whether all records are read, or what has changed. */
  mode: "full" | "changes";
  /** Milliseconds by the server's time: when this reading began, maybe in an earlier run. */
  start: number;
  /** Changes since then are read. */
  from: string | undefined;
  /** Of a full reading that was cut off: all records up to this id are done. */
  after: number;
}

/** Above, a sweep in every run takes longer than many a run. */
const SWEEP_EACH_RUN = 200_000;
const HOUR_MS = 3_600_000;
/** An hour less than they say: a run that begins at the same hour each day is not always of the same length. */
const DAY_MS = 23 * HOUR_MS;
const WEEK_MS = 7 * 24 * HOUR_MS - HOUR_MS;

/** What a run that starts now has to read. */
export async function planOf(
  { full = "weekly" }: PullOptions,
  state: JobState,
  start: number,
  hasStamps: boolean,
): Promise<Plan> {
  const from = await state.get("from") || undefined;
  const reading = await state.get("reading") || undefined;
  // A cut off reading of everything goes on where it was, and counts from its own start
  if (reading) return { mode: "full", from: undefined, ...JSON.parse(reading) };
  const age = start - Number(await state.get("full") ?? 0);
  const isFull = !from || !hasStamps || full === "always" || full === "weekly" && age >= WEEK_MS;
  return isFull
    ? { mode: "full", start, from: undefined, after: 0 }
    : { mode: "changes", start, from, after: 0 };
}

/**
 * The domain of the records that a run has to read.
 *
 * @param since Where to look for changes under a reading that was cut off; without it, the records have no stamps.
 */
export function toBeRead({ from, after }: Plan, since: string | undefined): readonly RpcInput[] {
  // A row without a stamp says nothing of its changes
  const changed = (stamp: string) =>
    or([["write_date", ">=", stamp]], [["write_date", "=", false]]);
  if (from !== undefined) return changed(from);
  if (after === 0 || since === undefined) return [];
  // What was read before the reading was cut off may have changed under the stamp that it had
  return or([["id", ">", after]], changed(since));
}

/** Whether a run sweeps. */
export async function isSweepDue(
  options: PullOptions,
  state: JobState,
  { mode, start }: Plan,
  countRecords: () => Promise<number>,
): Promise<boolean> {
  const swept = await state.get("swept");
  const sweep = options.sweep ?? (await countRecords() > SWEEP_EACH_RUN ? "daily" : "run");
  if (sweep !== "daily" || swept === undefined) return sweep !== "off";
  return mode === "full" || start - Number(swept) >= DAY_MS;
}
