/**
 * What was worked out of the data, kept as long as the data stay.
 *
 * @module
 */
import type { Env } from "./env.ts";
import type { Store } from "./store.ts";

/** Remembers values by key until one of some tables changes. */
export class Memo<Value> {
  readonly #tables: readonly string[];
  readonly #kept = new WeakMap<Store, { changes: number; values: Map<string, Value> }>();

  /** Takes the tables that the values are made of. */
  constructor(tables: readonly string[]) {
    this.#tables = tables;
  }

  /** The value of a key, made where it is not known. */
  get({ store }: Env, key: string, make: () => Value): Value {
    let changes = 0;
    for (const table of this.#tables) changes += store.changes(table);
    let kept = this.#kept.get(store);
    if (kept?.changes !== changes) {
      kept = { changes, values: new Map() };
      this.#kept.set(store, kept);
    }
    const known = kept.values.get(key);
    if (known !== undefined) return known;
    const value = make();
    kept.values.set(key, value);
    return value;
  }
}
