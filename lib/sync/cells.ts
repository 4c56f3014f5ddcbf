/**
 * The cells that Odoo is given: strings that every version of it reads in one way only.
 *
 * @module
 */
import { formatDate, formatDatetime, isDateString, isDatetimeString } from "../dates.ts";
import type { RpcInput } from "../values.ts";
import type { Field } from "./fields.ts";

/** A row that another row refers to, by its key. */
export interface RowKey {
  /** The values of its key columns. */
  readonly key: string | number | readonly (string | number)[];
  /** Its model; the one that the field leads to, where nothing is said. */
  readonly model?: string | undefined;
  /** The namespace of its external id; the one of the rows that refer to it, where nothing is said. */
  readonly namespace?: string | undefined;
}

/** What a many2one leads to: an external id, a database id (also as digits), or the key of another row. Never a name. */
export type SourceReference = string | number | bigint | RowKey;

/**
 * A value of a source row. `undefined` says nothing about the field: it stays as it is. `null`, the empty string and
 * the empty list are empty: they leave the field as it is, too, but where it is one that empty cells clear.
 */
export type SourceValue =
  | SourceReference
  | boolean
  | Date
  | Temporal.Instant
  | Temporal.PlainDate
  | null
  | undefined
  | readonly SourceReference[];

/** One cell of a row. */
export interface Cell {
  /** The field. */
  field: Field;
  /** The column: the field, or `field/id` and `field/.id` for references by external or database ids. */
  column: string;
  /** What is sent. An empty text clears the field. */
  text: string;
}

/** A value that cannot be sent. The rest of the source is not touched by it. */
export class CellError extends Error {
  /** Name of the class, for logs. */
  override name = "CellError";
  /** The field that the value is for. */
  readonly field: string;

  /** Takes the field and the reason. */
  constructor(field: string, reason: string) {
    super(reason);
    this.field = field;
  }
}

/** The external id of a row. */
export type NameOf = (row: RowKey, model: string) => string;

/**
 * The cell for a value, or `undefined` where it says nothing: an empty cell would clear the field, on create as well.
 *
 * @param nameOf Gives the external ids of rows that are referred to by their keys.
 * @throws {CellError} Odoo would refuse the value, or take it for another one.
 */
export function toCell(field: Field, value: SourceValue, nameOf?: NameOf): Cell | undefined {
  if (value === undefined) return undefined;
  if (value === null || value === "" || Array.isArray(value) && value.length === 0) {
    const column = field.type === "many2one" ? `${field.name}/id` : field.name;
    return field.isCleared ? { field, column, text: "" } : undefined;
  }
  if (field.type === "many2one" || field.type === "many2many") {
    return toReference(field, value, nameOf);
  }
  return { field, column: field.name, text: toText(field, value) };
}

/** Whether a value from outside can be one of a row. */
export function isSourceValue(value: unknown): value is SourceValue {
  if (Array.isArray(value)) return value.every(isSourceReference);
  return typeof value === "boolean" || value === undefined || value === null ||
    isMoment(value) || isPlainDate(value) || isSourceReference(value);
}

function isSourceReference(value: unknown): value is SourceReference {
  return ["string", "number", "bigint"].includes(typeof value) || isRowKey(value);
}

/** Whether a cell refers to other records. */
export function isReference({ field, text }: Cell): boolean {
  return text !== "" && (field.type === "many2one" || field.type === "many2many");
}

/** Whether these are database ids, and no external ones. */
export function isByDatabaseId({ column }: Cell): boolean {
  return column.endsWith("/.id");
}

/** The ids that a cell refers to. */
export function referencesOf(cell: Cell): string[] {
  return isReference(cell) ? cell.text.split(",") : [];
}

/** The value of a cell for `write`. `targetOf` gives the database ids of references. */
export function toValue(cell: Cell, targetOf: (reference: string) => number): RpcInput {
  const { field, text } = cell;
  switch (field.type) {
    case "boolean":
      return text === "1";
    case "integer":
    case "float":
    case "monetary":
      return Number(text);
    case "many2one":
      return text === "" ? false : targetOf(text);
    case "many2many":
      return [[6, 0, referencesOf(cell).map(targetOf)]];
    default:
      return text === "" ? false : text;
  }
}

function toReference(field: Field, value: NonNullable<SourceValue>, nameOf?: NameOf): Cell {
  const refuse = (text: string, rule: string): never => {
    throw new CellError(field.name, `${text} ${rule}`);
  };
  const isMany = field.type === "many2many";
  const given: readonly unknown[] = Array.isArray(value)
    ? value
    : isMany && typeof value === "string"
    ? value.split(",").map((each) => each.trim())
    : [value];
  if (given.length > 1 && !isMany) refuse(JSON.stringify(given), "is more than one record");
  const parts = given.map((each) => {
    if (isRowKey(each)) return nameOf ? nameOf(each, field.relation) : refuse("a row", "has no id");
    const text = String(each);
    const isId = ["number", "bigint", "string"].includes(typeof each) &&
      /^[1-9]\d*$/.test(text) && isInt32(Number(text));
    // `load` clears a many2one that is given as `0`, `no` or `false`, without a message
    const isName = typeof each === "string" && /^[A-Za-z_]\w*\.[^\s,]+$/.test(text) && isText(text);
    return isId || isName
      ? text
      : refuse(JSON.stringify(text), "is neither an external id (module.name) nor a database id");
  });
  const count = parts.filter((part) => /^\d/.test(part)).length;
  if (count > 0 && count < parts.length) refuse(parts.join(), "mixes external and database ids");
  return { field, column: `${field.name}${count > 0 ? "/.id" : "/id"}`, text: parts.join() };
}

function isRowKey(value: unknown): value is RowKey {
  return typeof value === "object" && value !== null && "key" in value;
}

function toText(field: Field, value: NonNullable<SourceValue>): string {
  const { type } = field;
  if (isMoment(value) && type === "datetime") return written(field, () => formatDatetime(value));
  if (isPlainDate(value) && type === "date") return written(field, () => formatDate(value));
  const text = isMoment(value) ? value.toJSON() ?? "an invalid Date" : String(value);
  const refuse = (rule: string): never => {
    const shown = text.length > 80 ? `${text.slice(0, 80)}...` : text;
    throw new CellError(field.name, `${JSON.stringify(shown)} ${rule}`);
  };
  if (typeof value === "object") refuse(`is ${objection(value, type)}`);
  switch (type) {
    case "boolean":
      return booleanText(text) ?? refuse("is neither true (1, true, yes) nor false (0, false, no)");
    case "integer":
      return /^-?\d+$/.test(text) && isInt32(Number(text))
        ? text
        : refuse("is not an integer of 32 bits");
    case "float":
    case "monetary":
      return isDecimal(value) ? text : refuse("is not a number with a point for its decimals");
    case "date":
      return isDate(text) ? text : refuse("is not a date like 2026-03-01");
    case "datetime":
      return datetimeText(text, refuse);
    case "selection":
      return field.selection.includes(text)
        ? text
        : refuse(`is not one of ${field.selection.join(", ")}`);
    case "binary":
      return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? text : refuse("is not Base64 in one line");
    default:
      return isText(text) ? text : refuse("holds a character that XML cannot carry");
  }
}

/** Why an object is no value of a field. */
function objection(value: object, type: string): string {
  if (type === "date" && isMoment(value)) {
    return 'a moment, and what day that is depends on the time zone: give formatDate(moment, "Europe/Brussels"), ' +
      "or a text like 2026-03-01";
  }
  if (type === "datetime" && isPlainDate(value)) {
    return "a day and no moment: give a text like 2026-03-01T10:20:30Z";
  }
  return `no value for a field of type ${type}`;
}

const ISO = /^\d{4}-\d\d-\d\d([T ])\d\d:\d\d(?::[0-5]\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;

/** With a zone, ISO 8601 can be read in one way only; `Temporal` would take a second 60 for 59. */
function datetimeText(text: string, refuse: (rule: string) => never): string {
  if (isDatetimeString(text) && text.length === 19) return text;
  const [, t, zone] = ISO.exec(text) ?? [];
  if (t === "T" && zone === undefined) {
    return refuse("says no time zone: end it with Z for UTC, or with the offset, such as +01:00");
  }
  if (zone === undefined) {
    return refuse("is not a UTC time like 2026-03-01 10:20:30 or 2026-03-01T10:20:30Z");
  }
  try {
    return formatDatetime(Temporal.Instant.from(text));
  } catch {
    return refuse("is no moment that exists");
  }
}

/** The text of a day or moment; one that Odoo cannot keep is refused. */
function written(field: Field, write: () => string): string {
  try {
    return write();
  } catch (error) {
    throw new CellError(field.name, error instanceof Error ? error.message : String(error));
  }
}

function isMoment(value: unknown): value is Date | Temporal.Instant {
  return value instanceof Date || value instanceof Temporal.Instant;
}

function isPlainDate(value: unknown): value is Temporal.PlainDate {
  return value instanceof Temporal.PlainDate;
}

function booleanText(text: string): "1" | "0" | undefined {
  const word = text.toLowerCase();
  if (["1", "true", "yes"].includes(word)) return "1";
  return ["0", "false", "no"].includes(word) ? "0" : undefined;
}

/** JavaScript writes small and large numbers with an exponent, which Odoo reads; in a file it is most likely a slip. */
function isDecimal(value: unknown): boolean {
  return typeof value === "number" ? Number.isFinite(value) : /^-?\d+(\.\d+)?$/.test(String(value));
}

function isInt32(number: number): boolean {
  return number >= -(2 ** 31) && number < 2 ** 31;
}

/** Odoo leaves out the zeros of early years, and does not take them so. */
function isDate(text: string): boolean {
  return isDateString(text) && text.length === 10;
}

// deno-lint-ignore no-control-regex -- these are what XML cannot carry
const UNSENDABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

function isText(text: string): boolean {
  return text.isWellFormed() && !UNSENDABLE.test(text);
}
