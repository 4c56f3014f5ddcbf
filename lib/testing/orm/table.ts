/**
 * One table: immutable rows by id, and what finds them fast.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";

/** One record as PostgreSQL would hold it: `null` is NULL, a many2one is an id, a many2many is a list of ids. */
export type Row = { readonly [field: string]: RpcValue } & { readonly id: number };

/** Lists of columns. */
export type Columns = readonly (readonly string[])[];

/** Makes rows when they are asked for first. */
export type Later = () => Iterable<Row>;

/** Rows, or what makes them, and the next id. */
export interface TableState {
  /** All rows by their ids. */
  readonly rows: ReadonlyMap<number, Row> | Later;
  /** The next id. */
  readonly nextId: number;
}

/** Rows, their indexes and the sequence of their ids. */
export class Table {
  readonly #rows = new Map<number, Row>();
  #later: Later | undefined;
  readonly unique: Columns;
  /** The next id. Copies share it, as transactions share a sequence. */
  readonly sequence: { next: number };
  changes = 0;
  readonly #indexes: Index[];

  /** Takes lists of columns to look up by, and those that no two rows have in common. */
  constructor(
    readonly name: string,
    indexes: Columns,
    unique: Columns,
    sequence: { next: number } = { next: 1 },
  ) {
    this.unique = unique;
    this.sequence = sequence;
    this.#indexes = indexes.map((columns) => ({ columns, name: columns.join(), ids: new Map() }));
  }

  /** Rows by their ids. Those that were to come later come now. */
  get rows(): Map<number, Row> {
    if (this.#later) this.#load(this.#later());
    return this.#rows;
  }

  /** The state now. */
  get state(): TableState {
    return { rows: this.#later ?? new Map(this.#rows), nextId: this.sequence.next };
  }

  /** Ids of the rows that have these values in indexed columns. */
  find(columns: readonly string[], values: readonly RpcValue[]): number[] {
    if (this.#later) this.#load(this.#later());
    const name = columns.join();
    const index = this.#indexes.find((index) => index.name === name);
    if (!index) throw new TypeError(`Cannot look up by "${name}": it has no index`);
    return [...index.ids.get(keyOf(values)) ?? []];
  }

  /** Sets a row, or takes it away. */
  set(id: number, after: Row | undefined): void {
    const before = this.rows.get(id);
    if (before) this.#unindex(before, after);
    if (after) this.rows.set(id, after);
    else this.rows.delete(id);
    if (after) this.#index(after, before);
    this.changes++;
  }

  /** Puts another state in place of all. */
  fill({ rows, nextId }: TableState): void {
    this.#later = undefined;
    this.#rows.clear();
    for (const { ids } of this.#indexes) ids.clear();
    if (typeof rows === "function") this.#later = rows;
    else for (const row of rows.values()) this.set(row.id, row);
    this.sequence.next = nextId;
    this.changes++;
  }

  /** A table with the same rows, which then goes its own way. */
  fork(): Table {
    const columns = this.#indexes.map(({ columns }) => columns);
    const table = new Table(this.name, columns, this.unique, this.sequence);
    for (const row of this.rows.values()) table.set(row.id, row);
    return table;
  }

  /** Whether two rows have the same values in columns that are unique. Nothing is not a value. */
  collide(one: Row, other: Row): boolean {
    return this.unique.some((columns) =>
      columns.every((column) => (one[column] ?? null) !== null && one[column] === other[column])
    );
  }

  #load(rows: Iterable<Row>): void {
    this.#later = undefined;
    for (const row of rows) {
      this.set(row.id, row);
      this.sequence.next = Math.max(this.sequence.next, row.id + 1);
    }
  }

  #index(row: Row, before: Row | undefined): void {
    for (const { columns, ids } of this.#indexes) {
      if (before && columns.every((column) => before[column] === row[column])) continue;
      const key = keyOf(valuesOf(columns, row));
      const found = ids.get(key);
      if (found) found.add(row.id);
      else ids.set(key, new Set([row.id]));
    }
  }

  #unindex(row: Row, after: Row | undefined): void {
    for (const { columns, ids } of this.#indexes) {
      if (after && columns.every((column) => after[column] === row[column])) continue;
      ids.get(keyOf(valuesOf(columns, row)))?.delete(row.id);
    }
  }
}

interface Index {
  readonly columns: readonly string[];
  readonly name: string;
  readonly ids: Map<string | number, Set<number>>;
}

function valuesOf(columns: readonly string[], row: Row): RpcValue[] {
  return columns.map((column) => row[column] ?? null);
}

/** An id is its own key: most look-ups follow a many2one. */
function keyOf(values: readonly RpcValue[]): string | number {
  const [only] = values;
  return values.length === 1 && typeof only === "number" ? only : JSON.stringify(values);
}
