/**
 * The data of a simulated Odoo: tables of immutable rows, with an undo log instead of copies, so that a transaction
 * costs what it changes and a snapshot is a copy of maps.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";

/** One record as PostgreSQL would hold it: `null` is NULL, a many2one is an id, a many2many is a list of ids. */
export type Row = { readonly [field: string]: RpcValue } & { readonly id: number };

/** Columns to set on a row. */
export type Changes = { readonly [field: string]: RpcValue };

/** The state of all tables at one moment. Opaque: give it back to `restore()`. */
export interface StoreSnapshot {
  /** Rows and the next id of each table. */
  readonly tables: ReadonlyMap<string, { rows: ReadonlyMap<number, Row>; nextId: number }>;
}

/** All tables of one database. Ids are never given twice, not even after a rollback: sequences burn them. */
export class Store {
  #tables = new Map<string, Table>();
  #undo: { table: Table; id: number; before: Row | undefined }[] = [];

  /** Makes an empty table, with an index for each of the given lists of columns. */
  define(model: string, indexes: readonly (readonly string[])[]): void {
    this.#tables.set(model, new Table(indexes));
  }

  /** One row, or `undefined`. */
  get(model: string, id: number): Row | undefined {
    return this.#table(model).rows.get(id);
  }

  /** All rows of a table. */
  rows(model: string): IterableIterator<Row> {
    return this.#table(model).rows.values();
  }

  /** How many changes the table has seen: a cache of its content is good while this stays. */
  changes(model: string): number {
    return this.#table(model).changes;
  }

  /** Ids of the rows that have these values in indexed columns. */
  find(model: string, columns: readonly string[], values: readonly RpcValue[]): number[] {
    return this.#table(model).find(columns, values);
  }

  /** Takes the next id of a table: the database sequence. */
  nextId(model: string): number {
    return this.#table(model).nextId++;
  }

  /** Adds a row under an id of its own, from `nextId()` or from given records. */
  insert(model: string, row: Row): void {
    const table = this.#table(model);
    table.nextId = Math.max(table.nextId, row.id + 1);
    this.#change(table, row.id, row);
  }

  /** Sets columns of a row that exists. */
  update(model: string, id: number, changes: Changes): void {
    const table = this.#table(model);
    const before = table.rows.get(id);
    if (before) this.#change(table, id, { ...before, ...changes, id });
  }

  /** Takes a row away. */
  remove(model: string, id: number): void {
    this.#change(this.#table(model), id, undefined);
  }

  /** Takes all rows of a table away and starts its ids over. */
  clear(model: string): void {
    const table = this.#table(model);
    for (const id of [...table.rows.keys()]) this.#change(table, id, undefined);
    table.nextId = 1;
  }

  /** A savepoint to roll back to. */
  mark(): number {
    return this.#undo.length;
  }

  /** Undoes all changes since a savepoint. */
  rollback(mark = 0): void {
    while (this.#undo.length > mark) {
      const change = this.#undo.pop();
      if (change) change.table.set(change.id, change.before);
    }
  }

  /** Forgets how to undo: the changes are final. */
  commit(): void {
    this.#undo = [];
  }

  /** The state now. */
  snapshot(): StoreSnapshot {
    return {
      tables: new Map(
        [...this.#tables].map((
          [name, { rows, nextId }],
        ) => [name, { rows: new Map(rows), nextId }]),
      ),
    };
  }

  /** Goes back to a snapshot. */
  restore({ tables }: StoreSnapshot): void {
    this.#undo = [];
    for (const [name, { rows, nextId }] of tables) this.#table(name).fill(rows, nextId);
  }

  #table(model: string): Table {
    const table = this.#tables.get(model);
    if (!table) throw new TypeError(`Cannot use table "${model}": it is not defined`);
    return table;
  }

  #change(table: Table, id: number, after: Row | undefined): void {
    this.#undo.push({ table, id, before: table.rows.get(id) });
    table.set(id, after);
  }
}

class Table {
  readonly rows = new Map<number, Row>();
  nextId = 1;
  changes = 0;
  #indexes: { columns: readonly string[]; name: string; ids: Map<string, Set<number>> }[];

  constructor(indexes: readonly (readonly string[])[]) {
    this.#indexes = indexes.map((columns) => ({ columns, name: columns.join(), ids: new Map() }));
  }

  find(columns: readonly string[], values: readonly RpcValue[]): number[] {
    const name = columns.join();
    const index = this.#indexes.find((index) => index.name === name);
    if (!index) throw new TypeError(`Cannot look up by "${name}": it has no index`);
    return [...index.ids.get(JSON.stringify(values)) ?? []];
  }

  set(id: number, after: Row | undefined): void {
    const before = this.rows.get(id);
    if (before) this.#unindex(before, after);
    if (after) this.rows.set(id, after);
    else this.rows.delete(id);
    if (after) this.#index(after, before);
    this.changes++;
  }

  fill(rows: ReadonlyMap<number, Row>, nextId: number): void {
    this.rows.clear();
    for (const { ids } of this.#indexes) ids.clear();
    for (const row of rows.values()) this.set(row.id, row);
    this.nextId = nextId;
  }

  #index(row: Row, before: Row | undefined): void {
    for (const { columns, ids } of this.#indexes) {
      if (before && columns.every((column) => before[column] === row[column])) continue;
      const key = keyOf(columns, row);
      const found = ids.get(key);
      if (found) found.add(row.id);
      else ids.set(key, new Set([row.id]));
    }
  }

  #unindex(row: Row, after: Row | undefined): void {
    for (const { columns, ids } of this.#indexes) {
      if (after && columns.every((column) => after[column] === row[column])) continue;
      ids.get(keyOf(columns, row))?.delete(row.id);
    }
  }
}

function keyOf(columns: readonly string[], row: Row): string {
  return JSON.stringify(columns.map((column) => row[column] ?? null));
}
