/**
 * From rows of a source to the values of fields.
 *
 * @module
 */
import {
  CellError,
  isSourceValue,
  type SourceReference,
  type SourceValue,
} from "../../sync/cells.ts";
import type { SourceRow } from "../../sync/drafts.ts";
import { OdooConfigError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { noSuchFields } from "../names.ts";
import type { FieldTypes } from "../output.ts";
import { shellWord } from "../quoting.ts";
import { sourceValue } from "../records.ts";
import type { Lookups } from "./lookups.ts";
import type { FieldMap, Rule } from "./map.ts";
import { FAULT, type SourceRecord } from "./source.ts";

/** What the values of a row depend on, beside the row. */
export interface Mapping {
  /** The model. */
  readonly model: string;
  /** The columns of the key, which may be no fields. */
  readonly key: readonly string[];
  /** The rules; without them, columns are named as fields. */
  readonly map: FieldMap | undefined;
  /** Types of fields, where values may be as Odoo writes them. */
  readonly types: FieldTypes;
  /** Columns that may be missing. */
  readonly optional: readonly string[];
  /** What was looked up. */
  readonly lookups: Lookups;
}

/**
 * The values of a row.
 *
 * @throws {CellError} It has none that can be sent.
 * @throws {OdooConfigError} It has a column that is no field.
 */
export function valuesOf(row: SourceRecord, mapping: Mapping): SourceRow {
  if (row[FAULT] !== undefined) throw new CellError("", row[FAULT]);
  if (!mapping.map) checkColumns(row, mapping);
  const { map, types } = mapping;
  const entries = map
    ? [...map].map(([field, rule]): [string, unknown] => [field, madeBy(rule, field, row, mapping)])
    : Object.entries(row);
  return Object.fromEntries(entries.map(([field, value]): [string, SourceValue] => {
    const plain = sourceValue(value, types[field]);
    if (isSourceValue(plain)) return [field, plain];
    throw new CellError(field, `${JSON.stringify(plain)} is no value that a row can have`);
  }));
}

/** Without a map, columns are named as fields. */
function checkColumns(row: SourceRecord, { model, key, types }: Mapping): void {
  const isKnown = (column: string) => Object.hasOwn(types, column) || key.includes(column);
  const wrong = Object.keys(row).filter((column) => !isKnown(column));
  const [first] = wrong;
  if (first === undefined) return;
  const fields = Object.keys(types);
  const example = `--map ${nearest(first, fields) ?? "FIELD"}=${shellWord(first)}`;
  throw new OdooConfigError(
    `Columns must be named as fields, or --map says which goes where, such as ${example}: ` +
      noSuchFields(model, wrong, fields),
  );
}

function madeBy(rule: Rule, field: string, row: SourceRecord, mapping: Mapping): unknown {
  if (rule.kind === "value") return rule.value;
  const { unless } = rule;
  if (unless !== undefined && !isEmpty(cellOf(row, unless, field, mapping))) return undefined;
  if (rule.kind === "key") {
    const values = rule.columns.map((column) => cellOf(row, column, field, mapping));
    return keyOf(rule, field, values);
  }
  const cell = cellOf(row, rule.column, field, mapping);
  if (isEmpty(cell)) return cell;
  if (rule.kind === "lookup") return found(rule, field, cell, mapping.lookups);
  const { form } = rule;
  if (!form || typeof cell === "number") return cell;
  const value = form.rewrite(String(cell).trim());
  if (value !== undefined) return value;
  throw new CellError(field, `${JSON.stringify(cell)} is not ${form.name}`);
}

function cellOf(row: SourceRecord, column: string, field: string, { optional }: Mapping): unknown {
  if (Object.hasOwn(row, column) || optional.includes(column)) return row[column];
  throw new CellError(field, `the row has no "${column}", which is not optional`);
}

function keyOf(
  { job, model }: Rule & { kind: "key" },
  field: string,
  values: readonly unknown[],
): SourceValue {
  // Columns that are not there say nothing; those that are empty may clear the field
  if (values.every(isEmpty)) return values.every((value) => value === undefined) ? undefined : null;
  const key = values.flatMap((value) =>
    typeof value === "number" || typeof value === "string" && value !== "" ? [value] : []
  );
  if (key.length < values.length) {
    throw new CellError(field, `${JSON.stringify(values)} is no key of a row`);
  }
  return { key, model, namespace: job === undefined ? undefined : `odeno_${job}` };
}

function found(
  rule: Rule & { kind: "lookup" },
  field: string,
  cell: unknown,
  lookups: Lookups,
): SourceReference {
  const ids = lookups.get(rule, cell);
  const [id] = ids;
  if (ids.length === 1 && id !== undefined) return id;
  const { model, by } = rule.lookup;
  const which = `${model} with ${JSON.stringify(cell)} as ${by}`;
  throw new CellError(
    field,
    ids.length === 0 ? `there is no ${which}` : `there are ${ids.length} ${which}: ${shown(ids)}`,
  );
}

function shown(ids: readonly number[]): string {
  return `${ids.slice(0, 5).join(", ")}${ids.length > 5 ? " and more" : ""}`;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || value === false;
}
