/**
 * Work that is done and not committed yet.
 *
 * @module
 */
import { Holder } from "./locks.ts";
import type { Row, Table } from "./table.ts";

/** Something that keeps rows locked until it ends. */
export interface Lock {
  /** Whether it has changed a row of a table, or one that has the same unique values. */
  holds(table: Table, id: number, row: Row | undefined): boolean;
}

/** What a call has done whose commit is put off: nobody sees it, and its rows are locked. */
export class Pending implements Lock {
  /** For those who wait for its rows. */
  readonly holder: Holder = new Holder();
  readonly #changed = new Map<Table, Map<number, Row | undefined>>();

  /** Whether there is nothing to commit. */
  get isEmpty(): boolean {
    return this.#changed.size === 0;
  }

  /** Keeps what has become of a row. */
  add(table: Table, id: number, after: Row | undefined): void {
    const rows = this.#changed.get(table);
    if (rows) rows.set(id, after);
    else this.#changed.set(table, new Map([[id, after]]));
  }

  holds(table: Table, id: number, row: Row | undefined): boolean {
    return isHeld(table, this.#changed.get(table), id, row, (other) => [
      this.#changed.get(table)?.get(other),
      table.rows.get(other),
    ]);
  }

  /** Makes everything visible. */
  apply(): void {
    for (const [table, rows] of this.#changed) {
      for (const [id, after] of rows) table.set(id, after);
    }
  }
}

/** Whether a row is among those that were changed, or has a unique value of one of them, as it was or as it is. */
export function isHeld(
  table: Table,
  changed: ReadonlyMap<number, unknown> | undefined,
  id: number,
  row: Row | undefined,
  statesOf: (id: number) => readonly (Row | undefined)[],
): boolean {
  if (!changed || changed.has(id)) return changed !== undefined;
  if (!row || table.unique.length === 0) return false;
  return [...changed.keys()].some((other) =>
    statesOf(other).some((held) => held && table.collide(held, row))
  );
}
