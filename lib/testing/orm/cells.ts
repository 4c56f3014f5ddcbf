/**
 * Cells of an import: text to values, with the messages that `load` gives for what it cannot take.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { PythonError } from "../faults.ts";
import { parseDate, parseDatetime } from "./strptime.ts";
import type { Field } from "./models.ts";
import {
  parseFloatText,
  parseInteger,
  PythonFloat,
  type PythonValue,
  str,
  typeName,
} from "../python.ts";

/** What a message tells beside its text. */
export type ImportInfo = { [key: string]: PythonValue };

/** A cell that cannot be converted, or that was only with an assumption. */
export class CellError extends Error {
  /** Takes the text for a label of the field, and what goes along; nothing where Odoo says nothing more. */
  constructor(
    readonly text: (label: string) => string,
    readonly info: ImportInfo | undefined,
    readonly type: "error" | "warning" = "error",
  ) {
    super(text("..."));
  }

  /** The same, said of a field below another. */
  below(label: string): CellError {
    return new CellError((above) => this.text(`${above}/${label}`), this.info, this.type);
  }
}

/** A value, and what there is to say of it all the same. */
export interface ConvertedCell {
  /** The value; `null` is none, where a row is to be skipped. */
  readonly value: PythonValue;
  /** Warnings; some are errors, but the value stays. */
  readonly remarks: readonly CellError[];
}

/** Converts a cell that is not empty, of a field that is not relational. */
export function convertCell(env: Env, field: Field, cell: PythonValue): ConvertedCell {
  if (field.type === "boolean") return toBoolean(env, field, cell);
  return { value: convertValue(env, field, cell), remarks: [] };
}

/** Whether a word stands for no: for a reference too, which it clears. */
export function isNo(cell: PythonValue): boolean {
  return ["", "0", "false", "no"].includes(lowered(cell));
}

/** Whether a list in the context has the name of a field. */
export function isListed(env: Env, key: string, name: string): boolean {
  const list = env.context[key];
  return Array.isArray(list) && list.includes(name);
}

function convertValue(env: Env, field: Field, cell: PythonValue): PythonValue {
  switch (field.type) {
    case "integer":
    case "many2one_reference":
      return toInteger(cell);
    case "float":
    case "monetary":
      return toFloat(cell);
    case "date":
      return parsed(cell, parseDate, "date", "2012-12-31");
    case "datetime":
      return toDatetime(env, cell);
    case "selection":
      return toSelection(env, field, cell);
    default:
      return cell;
  }
}

function toBoolean(env: Env, field: Field, cell: PythonValue): ConvertedCell {
  if (["1", "true", "yes"].includes(lowered(cell))) return { value: true, remarks: [] };
  if (isNo(cell)) return { value: false, remarks: [] };
  const skipped = env.version !== 14 && isListed(env, "import_skip_records", field.name);
  if (skipped) return { value: null, remarks: [] };
  const assuming = env.version === 14 ? ", assuming 'yes'" : "";
  const remark = new CellError(
    (label) => `Unknown value '${str(cell)}' for boolean field '${label}'${assuming}`,
    { moreinfo: "Use '1' for yes and '0' for no" },
    env.version === 14 ? "warning" : "error",
  );
  return { value: true, remarks: [remark] };
}

function toInteger(cell: PythonValue): PythonValue {
  if (cell === true) return 1;
  if (typeof cell === "number") return Math.trunc(cell);
  if (cell instanceof PythonFloat) return Math.trunc(cell.value);
  const value = parseInteger(str(cell));
  if (value !== undefined) return value;
  throw new CellError(
    (label) => `'${str(cell)}' does not seem to be an integer for field '${label}'`,
    {},
  );
}

function toFloat(cell: PythonValue): PythonValue {
  if (typeof cell === "number" || cell instanceof PythonFloat) return cell;
  const value = cell === true ? 1 : parseFloatText(str(cell));
  if (value !== undefined) return value;
  throw new CellError(
    (label) => `'${str(cell)}' does not seem to be a number for field '${label}'`,
    {},
  );
}

/** Naive moments are taken for the time of the user: the context's `tz`, or that of the user. */
function toDatetime(env: Env, cell: PythonValue): string {
  const naive = parsed(cell, parseDatetime, "datetime", "2012-12-31 23:59:59");
  // In the hour that the autumn repeats, Odoo takes winter time.
  const moment = Temporal.PlainDateTime.from(naive.replace(" ", "T"))
    .toZonedDateTime(zoneOf(env), { disambiguation: "later" });
  return moment.toInstant().toString().slice(0, 19).replace("T", " ");
}

function zoneOf(env: Env): string {
  const given = env.context["tz"];
  if (typeof given === "string" && isZone(given)) return given;
  // Odoo 19 does not ask the user where the zone of the context is none.
  if (env.version === 19 && given) return "UTC";
  const row = env.row("res.users", env.uid);
  const own = row ? env.follow(env.model("res.users"), row, "partner_id.tz") : null;
  return typeof own === "string" && isZone(own) ? own : "UTC";
}

function parsed(
  cell: PythonValue,
  parse: (text: string) => string,
  kind: string,
  example: string,
): string {
  if (typeof cell !== "string") {
    const name = typeName(cell);
    const problem = kind === "date"
      ? `'${name}' object is not subscriptable`
      : `object of type '${name}' has no len()`;
    throw new PythonError("TypeError", problem);
  }
  try {
    return parse(cell);
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    throw new CellError(
      (label) => `'${cell}' does not seem to be a valid ${kind} for field '${label}'`,
      { moreinfo: `Use the format '${example}'` },
    );
  }
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Value or label; since 17 upper and lower case do not matter. */
function toSelection(env: Env, field: Field, cell: PythonValue): PythonValue {
  const options = field.selection ?? [];
  const text = env.version === 14 ? str(cell) : lowered(cell);
  const same = (word: string) => (env.version === 14 ? word : word.toLowerCase()) === text;
  // Odoo 14 compares as it stands: a number is no value.
  const found = env.version === 14 && typeof cell !== "string"
    ? undefined
    : options.find(([value, label]) => same(value) || same(label));
  if (found) return found[0];
  if (env.version !== 14 && isListed(env, "import_skip_records", field.name)) return null;
  if (env.version !== 14 && isListed(env, "import_set_empty_fields", field.name)) return false;
  throw new CellError(
    (label) => `Value '${str(cell)}' not found in selection field '${label}'`,
    { moreinfo: options.map(([value, label]) => label || value) },
  );
}

/** Cells are text: whatever else comes where Odoo looks for words has no `lower()`. */
function lowered(cell: PythonValue): string {
  if (typeof cell === "string") return cell.toLowerCase();
  throw new PythonError(
    "AttributeError",
    `'${typeName(cell)}' object has no attribute 'lower'`,
  );
}
