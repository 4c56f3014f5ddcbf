/**
 * Rows on their way from a source: their keys and cells.
 *
 * @module
 */
import { OdooConfigError } from "../errors.ts";
import { escapeKey, externalId } from "../xmlid.ts";
import {
  type Cell,
  CellError,
  isByDatabaseId,
  isSourceValue,
  referencesOf,
  toCell,
} from "./cells.ts";
import type { SourceValue } from "./cells.ts";
import type { Fields } from "./fields.ts";

/** Fields and their values. */
export type SourceRow = Readonly<Record<string, SourceValue>>;

/** A row on its way. */
export interface Draft<T> {
  /** The escaped key. */
  key: string;
  /** Line in the source, or 0. */
  line: number;
  /** What is written, where Odoo has it not already. */
  cells: readonly Cell[];
  /** The row as its source gave it. */
  source: T;
  /** Why it cannot be sent, and the field that this is about. */
  refusal?: { readonly field: string; readonly reason: string } | undefined;
  /** The line of an earlier row of the source that would be taken for the same record. */
  twin?: number | undefined;
  /** Keys of rows that it refers to and that go in after it: where they are not there yet, they are left out at first. */
  later: readonly string[];
}

/** Makes drafts of rows for one model, in one namespace. */
export class Drafter {
  readonly #fields: Fields;
  readonly #namespace: string;
  readonly #key: readonly string[];
  readonly #prefix: string;

  /**
   * Takes what is known of the model, the namespace of the external ids and the key columns.
   *
   * @throws {OdooConfigError} The namespace could be taken for a module.
   */
  constructor(fields: Fields, namespace: string, key: readonly string[]) {
    this.#fields = fields;
    this.#namespace = namespace;
    this.#key = key;
    this.#prefix = externalId(namespace, fields.model, ["_"]).slice(0, -"_5F".length);
  }

  /** The external id of a key. */
  nameOf(key: string): string {
    return this.#prefix + key;
  }

  /** The key of an external id of these rows. */
  keyOf(model: string, name: string): string | undefined {
    const isOwn = model === this.#fields.model && name.startsWith(this.#prefix);
    return isOwn ? name.slice(this.#prefix.length) : undefined;
  }

  /** Keys of rows that the cells refer to. */
  parentsOf(cells: readonly Cell[]): string[] {
    const parents = cells.flatMap((cell) =>
      isByDatabaseId(cell)
        ? []
        : referencesOf(cell).map((name) => this.keyOf(cell.field.relation, name))
    );
    return [...new Set(parents.filter((key) => key !== undefined))];
  }

  /**
   * The key of a row, escaped.
   *
   * @throws {CellError} A key column is empty, or cannot be a key.
   */
  keyOfRow(row: Readonly<Record<string, unknown>>): string {
    const values = this.#key.map((name) => {
      const value = row[name] ?? "";
      if (typeof value !== "object") return String(value);
      // The text of a moment differs from machine to machine, that of other objects tells nothing
      throw new CellError(name, `the key column ${name} is neither a text nor a number`);
    });
    const empty = this.#key.filter((_, index) => values[index] === "");
    if (empty.length > 0) throw new CellError(empty.join(", "), "the key is empty");
    try {
      return escapeKey(values);
    } catch (error) {
      if (!(error instanceof OdooConfigError)) throw error;
      throw new CellError(this.#key.join(", "), error.message);
    }
  }

  /**
   * The cells of a row.
   *
   * @throws {CellError} A value cannot be sent.
   * @throws {OdooConfigError} There is no such field.
   */
  cellsOf(values: Readonly<Record<string, unknown>>): Cell[] {
    const cells: Cell[] = [];
    for (const [name, value] of Object.entries(values)) {
      // The id is that of elsewhere: Odoo gives each record its own
      const isKeyOnly = name === "id" || !this.#fields.has(name);
      if (isKeyOnly && this.#key.includes(name)) continue;
      if (!isSourceValue(value)) throw new CellError(name, "it is no value that a row can have");
      const cell = toCell(this.#fields.get(name), value, ({ key, model, namespace }, relation) => {
        const parts = [key].flat().map(String);
        try {
          return externalId(namespace ?? this.#namespace, model ?? relation, parts);
        } catch (error) {
          if (!(error instanceof OdooConfigError)) throw error;
          throw new CellError(name, error.message);
        }
      });
      if (cell) cells.push(cell);
    }
    return cells;
  }

  /** Cells as plain texts, for a spool, and back. */
  packed(cells: readonly Cell[]): PackedCell[] {
    return cells.map(({ field, column, text }) => [field.name, column, text]);
  }

  /** Cells from plain texts. */
  unpacked(cells: readonly PackedCell[]): Cell[] {
    return cells.map(([name, column, text]) => ({ field: this.#fields.get(name), column, text }));
  }
}

/** Field, column and text of a cell. */
export type PackedCell = [name: string, column: string, text: string];
