/**
 * The data of a simulated Odoo: tables of immutable rows, with an undo log instead of copies, so that a transaction
 * costs what it changes and a snapshot is a copy of maps. Transactions that stay open have a store of their own.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { conflictError } from "../faults.ts";
import { Blocked, type Holder } from "./locks.ts";
import { isHeld, type Lock, Pending } from "./pending.ts";
import { type Columns, type Later, type Row, Table, type TableState } from "./table.ts";

export type { Row } from "./table.ts";

/** Columns to set on a row. */
export type Changes = { readonly [field: string]: RpcValue };

/** The state of all tables at one moment. Opaque: give it back to `restore()`. */
export interface StoreSnapshot {
  /** Rows and the next id of each table. */
  readonly tables: ReadonlyMap<string, TableState>;
}

/** A transaction that has begun, and has done nothing yet. */
export interface Begun {
  /** What was committed then. */
  readonly seen: Store;
  /** When it was. */
  readonly start: Date;
}

/** All tables of one database. Ids are never given twice, not even after a rollback: sequences burn them. */
export class Store implements Lock {
  readonly #tables = new Map<string, Table>();
  /** The database that a fork was taken of. */
  readonly #main: Store | undefined;
  /** Transactions that hold rows of this database. */
  readonly #holders = new Map<Lock, Holder>();
  /** What is committed now goes there. */
  #keeping: Pending | undefined;
  /** The transaction in which a call runs that has begun before. */
  #begun: Begun | undefined;
  /** How often each row was changed since the last commit. */
  readonly #changed = new Map<Table, Map<number, number>>();
  #undo: { table: Table; id: number; before: Row | undefined }[] = [];

  /** Takes what a fork is a fork of. */
  constructor(main?: Store) {
    this.#main = main;
    if (!main) return;
    for (const table of main.#tables.values()) this.#tables.set(table.name, table.fork());
  }

  /** Makes an empty table, with an index for each of the given lists of columns, some of them unique. */
  define(model: string, indexes: Columns, unique: Columns = []): void {
    this.#tables.set(model, new Table(model, indexes, unique));
  }

  /** Fills an empty table with rows that are made when somebody looks at it. */
  fillLater(model: string, later: Later): void {
    this.#table(model).fill({ rows: later, nextId: 1 });
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

  /** Whether rows have these values that a fork does not see, as they were committed after it was taken. */
  isTaken(model: string, columns: readonly string[], values: readonly RpcValue[]): boolean {
    const table = this.#table(model);
    return (this.#main?.find(model, columns, values) ?? []).some((id) =>
      !table.rows.has(id) && !this.#changed.get(table)?.has(id)
    );
  }

  /** Takes the next id of a table: the database sequence. */
  nextId(model: string): number {
    const { rows: _all, sequence } = this.#table(model);
    return sequence.next++;
  }

  /** Adds a row under an id of its own, from `nextId()` or from given records. */
  insert(model: string, row: Row): void {
    const table = this.#table(model);
    table.sequence.next = Math.max(table.sequence.next, row.id + 1);
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
    table.sequence.next = 1;
  }

  /** A savepoint to roll back to. */
  mark(): number {
    return this.#undo.length;
  }

  /** Undoes all changes since a savepoint. */
  rollback(mark = 0): void {
    while (this.#undo.length > mark) {
      const change = this.#undo.pop();
      if (!change) return;
      change.table.set(change.id, change.before);
      this.#count(change.table, change.id, -1);
    }
  }

  /** Forgets how to undo: the changes are final. Those of a fork go to the database that it was taken of. */
  commit(): void {
    const keeping = (this.#main ?? this).#keeping;
    if (keeping) this.#putOff(keeping);
    else if (this.#main) this.#mergeInto(this.#main);
    this.#undo = [];
    this.#changed.clear();
  }

  /** A store that sees what is committed now, and its own changes. */
  fork(): Store {
    return new Store(this);
  }

  /** Locks the rows that a fork changes, from now until its holder has ended. */
  hold(fork: Lock, holder: Holder): void {
    this.#holders.set(fork, holder);
  }

  /** Lets go of the rows of a fork, and tells those who wait. */
  release(fork: Lock, committed: boolean): void {
    const holder = this.#holders.get(fork);
    this.#holders.delete(fork);
    holder?.end(committed);
  }

  /** Runs something whose commits are put off until `settle()`. */
  keep<T>(run: () => T): { value: T; pending: Pending } {
    const pending = new Pending();
    this.#keeping = pending;
    try {
      const value = run();
      if (!pending.isEmpty) this.hold(pending, pending.holder);
      return { value, pending };
    } finally {
      this.#keeping = undefined;
    }
  }

  /** Runs something in a transaction that has begun before. */
  resume<T>(begun: Begun, run: () => T): T {
    this.#begun = begun;
    try {
      return run();
    } finally {
      this.#begun = undefined;
    }
  }

  /** The transaction that has begun before the call that runs, if there is one. It is used once. */
  takeBegun(): Begun | undefined {
    const begun = this.#begun;
    this.#begun = undefined;
    return begun;
  }

  /** Commits what was put off, or gives it up. After `restore()` there is nothing left to commit. */
  settle(pending: Pending, committed: boolean): void {
    if (committed && this.#holders.has(pending)) pending.apply();
    this.release(pending, committed);
  }

  holds(table: Table, id: number, row: Row | undefined): boolean {
    const own = this.#table(table.name);
    return isHeld(own, this.#changed.get(own), id, row, (other) => [
      own.rows.get(other),
      this.#main?.get(table.name, other),
    ]);
  }

  /** The state now. */
  snapshot(): StoreSnapshot {
    return { tables: new Map([...this.#tables].map(([name, table]) => [name, table.state])) };
  }

  /** Goes back to a snapshot. Open transactions end. */
  restore({ tables }: StoreSnapshot): void {
    for (const fork of [...this.#holders.keys()]) this.release(fork, false);
    this.#undo = [];
    this.#changed.clear();
    for (const [name, state] of tables) this.#table(name).fill(state);
  }

  #putOff(pending: Pending): void {
    const main = this.#main ?? this;
    for (const [{ name, rows }, ids] of this.#changed) {
      for (const id of ids.keys()) pending.add(main.#table(name), id, rows.get(id));
    }
    this.rollback();
  }

  #mergeInto(main: Store): void {
    for (const [{ name, rows }, ids] of this.#changed) {
      const table = main.#table(name);
      for (const id of ids.keys()) table.set(id, rows.get(id));
    }
  }

  #table(model: string): Table {
    const table = this.#tables.get(model);
    if (!table) throw new TypeError(`Cannot use table "${model}": it is not defined`);
    return table;
  }

  #change(table: Table, id: number, after: Row | undefined): void {
    this.#guard(table, id, after);
    this.#undo.push({ table, id, before: table.rows.get(id) });
    this.#count(table, id, 1);
    table.set(id, after);
  }

  /** Nobody changes a row that another one holds, or that was changed behind his back. */
  #guard(table: Table, id: number, after: Row | undefined): void {
    const main = this.#main ?? this;
    for (const [fork, holder] of main.#holders) {
      if (fork !== this && fork.holds(main.#table(table.name), id, after)) {
        throw new Blocked(holder);
      }
    }
    if (!this.#main || this.#changed.get(table)?.has(id)) return;
    const now = this.#main.get(table.name, id);
    if (now !== table.rows.get(id)) throw conflictError(now ? "update" : "delete");
  }

  #count(table: Table, id: number, difference: 1 | -1): void {
    const counts = this.#changed.get(table) ?? new Map<number, number>();
    this.#changed.set(table, counts);
    const count = (counts.get(id) ?? 0) + difference;
    if (count > 0) counts.set(id, count);
    else counts.delete(id);
  }
}
