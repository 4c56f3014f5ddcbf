/**
 * The cells that `load` is given: strings that every version of Odoo reads in one way only, and when a value that is in
 * Odoo already equals one.
 *
 * @module
 */
import { OdooConfigError } from "../errors.ts";
import { isStruct, type RpcValue } from "../values.ts";

/** A value of a source row. `null`, `undefined` and the empty string say nothing about the field: it stays as it is. */
export type SourceValue = string | number | boolean | null | undefined;

/** What is known of a field, from `fields_get`. */
export interface Field {
  /** Technical name. */
  name: string;
  /** Type, as Odoo names it. */
  type: string;
  /** Model that a many2one leads to. */
  relation: string;
  /** Technical values of a selection. */
  selection: readonly string[];
  /** Digits after the point of a float, where the database bounds them. */
  decimals: number | undefined;
}

/** One cell of a row for `load`. */
export interface Cell {
  /** The field. */
  field: Field;
  /** The column: the field, or `field/id` and `field/.id` for a reference by external or database id. */
  column: string;
  /** What is sent. */
  text: string;
}

/** A value that cannot be sent. The rest of the source is not touched by it. */
export class CellError extends Error {
  override name = "CellError";
  /** The field that the value is for. */
  readonly field: string;

  /** Takes the field and the reason. */
  constructor(field: string, reason: string) {
    super(reason);
    this.field = field;
  }
}

/** The attributes of `fields_get` that are read. All of them at once make some models fault over XML-RPC. */
export const FIELD_ATTRIBUTES = ["type", "relation", "selection", "digits", "readonly"] as const;

const TYPES = [
  "char",
  "text",
  "html",
  "boolean",
  "integer",
  "float",
  "monetary",
  "date",
  "datetime",
  "selection",
  "many2one",
];

/**
 * The field of a column.
 *
 * @throws {OdooConfigError} The model has no such field, or it is not one that rows can be written into.
 */
export function toField(model: string, name: string, description: RpcValue | undefined): Field {
  if (!isStruct(description)) {
    throw new OdooConfigError(`Cannot write the column "${name}": ${model} has no such field`);
  }
  const { type, relation, selection, digits, readonly } = description;
  if (typeof type !== "string" || !TYPES.includes(type)) {
    throw new OdooConfigError(`Cannot write the column "${name}": it is a field of type ${type}`);
  }
  if (readonly === true) {
    throw new OdooConfigError(
      `Cannot write the column "${name}": the field is read-only, and Odoo would ignore it`,
    );
  }
  return {
    name,
    type,
    relation: typeof relation === "string" ? relation : "",
    selection: Array.isArray(selection)
      ? selection.map((option) => String(Array.isArray(option) ? option[0] : option))
      : [],
    decimals: Array.isArray(digits) && typeof digits[1] === "number" ? digits[1] : undefined,
  };
}

/**
 * The cell for a value, or `undefined` for an empty one: an empty cell would clear the field, on create as well.
 *
 * @throws {CellError} Odoo would refuse the value, or take it for another one.
 */
export function toCell(field: Field, value: SourceValue): Cell | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  const text = toText(field, value);
  const suffix = field.type !== "many2one" ? "" : typeof value === "number" ? "/.id" : "/id";
  return { field, column: field.name + suffix, text };
}

function toText(field: Field, value: string | number | boolean): string {
  const text = String(value);
  const refuse = (rule: string): never => {
    throw new CellError(field.name, `${JSON.stringify(text)} ${rule}`);
  };
  switch (field.type) {
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
      return isDatetime(text) ? text : refuse("is not a UTC time like 2026-03-01 10:20:30");
    case "selection":
      return field.selection.includes(text)
        ? text
        : refuse(`is not one of ${field.selection.join(", ")}`);
    case "many2one":
      return isReference(value)
        ? text
        : refuse("is neither an external id (module.name) nor a database id");
    default:
      return isText(text) ? text : refuse("holds a character that XML cannot carry");
  }
}

function booleanText(text: string): "1" | "0" | undefined {
  const word = text.toLowerCase();
  if (["1", "true", "yes"].includes(word)) return "1";
  return ["0", "false", "no"].includes(word) ? "0" : undefined;
}

/** JavaScript writes small and large numbers with an exponent, which Odoo reads; in a file it is most likely a slip. */
function isDecimal(value: string | number | boolean): boolean {
  return typeof value === "number" ? Number.isFinite(value) : /^-?\d+(\.\d+)?$/.test(String(value));
}

function isInt32(number: number): boolean {
  return number >= -(2 ** 31) && number < 2 ** 31;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) &&
    new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
}

function isDatetime(text: string): boolean {
  const [date = "", time = ""] = text.split(" ");
  return text.length === 19 && isDate(date) && /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time);
}

/** `load` clears a many2one that is given as `0`, `no` or `false`, without a message. */
function isReference(value: string | number | boolean): boolean {
  if (typeof value === "number") return Number.isInteger(value) && value > 0;
  return typeof value === "string" && /^[A-Za-z_]\w*\.[^\s,]+$/.test(value) && isText(value);
}

// deno-lint-ignore no-control-regex -- these are what XML cannot carry
const UNSENDABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

function isText(text: string): boolean {
  return text.isWellFormed() && !UNSENDABLE.test(text);
}

/** Whether the field already holds what the cell says. `targetOf` gives the database id that a reference leads to. */
export function isSame(
  cell: Cell,
  current: RpcValue | undefined,
  targetOf: (cell: Cell) => number | undefined,
): boolean {
  const { field, text } = cell;
  switch (field.type) {
    case "boolean":
      return current === (text === "1");
    case "integer":
      return current === Number(text);
    case "float":
    case "monetary":
      return typeof current === "number" && isSameNumber(Number(text), current, field.decimals);
    case "many2one":
      return targetOf(cell) === (Array.isArray(current) ? current[0] : current);
    // Odoo cleans what is written into html: the plainest case is told apart, any other counts as changed
    case "html":
      return current === text || current === `<p>${text}</p>`;
    default:
      return typeof current === "string" &&
        current.replace(/\r\n?/g, "\n") === text.replace(/\r\n?/g, "\n");
  }
}

function isSameNumber(sent: number, current: number, decimals: number | undefined): boolean {
  return decimals === undefined ? sent === current : roundHalfUp(sent, decimals) === current;
}

/** As Odoo rounds a float with digits: 1.005 to 1.01, although the binary number is a little smaller. */
function roundHalfUp(value: number, decimals: number): number {
  const scaled = Math.abs(value) * 10 ** decimals;
  const rounded = Math.round(scaled * (1 + 1e-12)) / 10 ** decimals;
  return value < 0 ? -rounded : rounded;
}
