/**
 * Rows into the sink, each once for each content, whatever ends the process in between.
 *
 * @module
 */
import type { Sink, Tombstone } from "../sinks/sink.ts";
import type { Entry, JobState } from "../state.ts";
import { keyOf, type ReadRow } from "./rows.ts";

/** In the place of a hash: the sink may have the row, or an older one, or none. It is delivered whatever it holds. */
export const UNSURE = "";

/** What has been done with rows. */
export interface DeliveryCounts {
  /** Rows that were read; one that was read twice counts twice. */
  read: number;
  /** Of those, how many went to the sink. */
  delivered: number;
  /** Of those, how many had been delivered before, as they are. */
  unchanged: number;
  /** Of those delivered, how many were not known before. */
  added: number;
}

/**
 * Hands rows to the sink and notes it in the state: first that a row is under way, then, once the sink has it, what it
 * holds. Without the first note a kill between the two could leave a row in the sink of which the state does not know.
 */
export class Delivery {
  /** What has been done so far. */
  readonly counts: DeliveryCounts = { read: 0, delivered: 0, unchanged: 0, added: 0 };
  readonly #sink: Sink;
  readonly #state: JobState;

  /** Takes where rows go, and where it is noted. */
  constructor(sink: Sink, state: JobState) {
    this.#sink = sink;
    this.#state = state;
  }

  /**
   * Delivers those of the rows that are new or changed.
   *
   * @param values What else the state is to keep once this is done.
   */
  async take(rows: readonly ReadRow[], values?: Readonly<Record<string, string>>): Promise<void> {
    const entries = await this.#state.entries(rows.map(({ row }) => keyOf(row.id)));
    const known = new Map([...entries.values()].map((entry) => [entry.id, entry]));
    const before = ({ row }: ReadRow) => known.get(row.id);
    const changed = rows.filter((row) => before(row)?.hash !== row.hash);
    const restamped = rows.filter((row) => {
      const entry = before(row);
      return entry?.hash === row.hash && entry.stamp !== row.stamp;
    });
    if (changed.length > 0) {
      await this.#state.save({ entries: changed.map((row) => this.#entry(row, UNSURE)) });
      await this.#sink.write(changed.map(({ row }) => row));
    }
    const settled = [...changed, ...restamped].map((row) => this.#entry(row, row.hash));
    if (settled.length > 0 || values) await this.#state.save({ entries: settled, values });
    this.counts.read += rows.length;
    this.counts.delivered += changed.length;
    this.counts.unchanged += rows.length - changed.length;
    this.counts.added += changed.filter((row) => !before(row)).length;
  }

  /** Takes records out of the copy. */
  async remove(tombstones: readonly Tombstone[]): Promise<void> {
    const keys = tombstones.map(({ id }) => keyOf(id));
    const known = await this.#state.entries(keys);
    const entries = [...known.values()].map((entry) => ({ ...entry, hash: UNSURE }));
    await this.#state.save({ entries });
    await this.#sink.remove(tombstones);
    await this.#state.save({ remove: keys });
  }

  #entry({ row, stamp }: ReadRow, hash: string): Entry {
    return { key: keyOf(row.id), id: row.id, stamp, hash, kept: "", run: this.#state.run };
  }
}

/** Notes of all rows that the sink may not have them, and that all have to be read again. */
export async function forgetDelivered(state: JobState): Promise<void> {
  await state.save({ values: { from: "", reading: "" } });
  for await (const page of state.allEntries()) {
    await state.save({ entries: page.map((entry) => ({ ...entry, hash: UNSURE })) });
  }
}

/** How many rows the sink has been given and not lost; nothing where a kill has left that open. */
export async function countDelivered(state: JobState): Promise<number | undefined> {
  let count = 0;
  for await (const page of state.allEntries()) {
    if (page.some(({ hash }) => hash === UNSURE)) return undefined;
    count += page.length;
  }
  return count;
}
