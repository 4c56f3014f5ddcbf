/**
 * Cells of an import: text to values, with the messages that `load` gives for what it cannot take.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { lacking, PythonError, valueError } from "../faults.ts";
import { parseDate, parseDatetime } from "./fields.ts";
import type { ImportMessage } from "./load.ts";
import type { Field, Model } from "./models.ts";
import {
  parseFloatText,
  parseInteger,
  PythonFloat,
  type PythonValue,
  str,
  truthy,
} from "../python.ts";
import { findReference, ReferenceError } from "./references.ts";
import type { Values } from "./records.ts";

/** A row that became values. */
export interface Converted {
  /** External id, as the cell has it. */
  readonly xmlid: string | undefined;
  /** Database id, where the row gives one. */
  readonly id: number | undefined;
  /** Values of the fields. */
  readonly values: Values;
}

/** What the conversion of a row needs from the import around it. */
export interface ImportRow {
  /** Module of external ids without one. */
  readonly module: string;
  /** Names that were looked for already. */
  readonly names: Map<string, { changes: number; found: [number, string][] }>;
  /** Notes a message. */
  log(index: number, message: ImportMessage): void;
  /** Makes pending records that a reference needs. */
  flushFor(need: { xmlid: string } | { model: string }): void;
}

/** A column of an import: a field, and the way to refer to its records. */
export interface Column {
  /** Name of the field, or `id` and `.id` of the record itself. */
  readonly name: string;
  /** The field. */
  readonly field: Field | undefined;
  /** How a relational cell refers: by name, by external id (`id`), by database id (`.id`). */
  readonly by: string | undefined;
}

/** Reads the header. An unknown column fails the whole call. */
export function readColumns(env: Env, model: Model, names: readonly string[]): Column[] {
  return names.map((text) => {
    const path = text.replace(/([^/])\.id/g, "$1/.id").replace(/([^/]):id/g, "$1/id").split("/");
    const [name = "", by, ...deeper] = path;
    if (name === "id" || name === ".id") return { name, field: undefined, by: undefined };
    const field = model.fields.get(name);
    if (!field) throw unknownColumn(env, name);
    if (field.type === "one2many") throw lacking(`load of the one2many column "${text}"`);
    if (!field.relation || by === undefined) return { name, field, by: undefined };
    const known = by === "id" || by === ".id" || env.model(field.relation).fields.has(by);
    if (!known) throw unknownColumn(env, by);
    if (deeper.length > 0) throw lacking(`load of the column "${text}"`);
    return { name, field, by };
  });
}

/** Converts one row. What cannot be converted is noted, and left out of the values. */
export function convertRow(
  env: Env,
  model: Model,
  columns: readonly Column[],
  cells: readonly PythonValue[],
  index: number,
  row: ImportRow,
): Converted {
  let xmlid: string | undefined;
  let databaseId: PythonValue | undefined;
  const values: { [field: string]: PythonValue } = {};
  const refused = refusedReferences(env, columns, cells, index, row);
  columns.slice(0, cells.length).forEach((column, position) => {
    const cell = cells[position] ?? null;
    if (column.name === "id") xmlid = truthy(cell) ? str(cell) : undefined;
    else if (column.name === ".id") databaseId = cell;
    else if (column.field && !refused.has(column.name)) {
      const value = convertCell(env, model, column, column.field, cell, index, row);
      if (value !== undefined) values[column.name] = value;
    }
  });
  const id = databaseId === undefined ? undefined : knownId(env, model, databaseId, index, row);
  return { xmlid, id: xmlid ? undefined : id, values };
}

/** Columns that refer to one record in two ways, or try to make it: a row that fills them is refused. */
function refusedReferences(
  env: Env,
  columns: readonly Column[],
  cells: readonly PythonValue[],
  index: number,
  row: ImportRow,
): ReadonlySet<string> {
  const refused = new Set<string>();
  for (const { name, field, by } of columns) {
    const own = columns.filter((column) => column.name === name);
    const indirect = by !== undefined && by !== "id" && by !== ".id";
    if (!field?.relation || refused.has(name) || (!indirect && own.length < 2)) continue;
    refused.add(name);
    if (!own.some((column) => truthy(cells[columns.indexOf(column)]))) continue;
    const message = own.some(({ by }) => by !== undefined && by !== "id" && by !== ".id")
      ? "Can not create Many-To-One records indirectly, import the field separately"
      : "Ambiguous specification for field '%(field)s', only provide one of name, external id or database id";
    row.log(index, cellMessage(env, field, index, "error", message, undefined));
  }
  return refused;
}

function convertCell(
  env: Env,
  model: Model,
  column: Column,
  field: Field,
  cell: PythonValue,
  index: number,
  row: ImportRow,
): PythonValue | undefined {
  if (!truthy(cell)) return false;
  try {
    return convertValue(env, model, column, field, cell, index, row);
  } catch (error) {
    if (!(error instanceof CellError) && !(error instanceof ReferenceError)) throw error;
    row.log(index, cellMessage(env, field, index, "error", error.message, error.info));
    return undefined;
  }
}

/** A cell that cannot be converted: the message has `%(field)s` where the label goes. */
class CellError extends Error {
  constructor(message: string, readonly info: { moreinfo?: PythonValue } = {}) {
    super(message);
  }
}

function cellMessage(
  env: Env,
  field: Field,
  record: number,
  type: "error" | "warning",
  message: string,
  info: { moreinfo?: PythonValue } | undefined,
): ImportMessage {
  return {
    type,
    record,
    field: field.name,
    message: message.replace("%(field)s", field.string).replace("%(field)r", `'${field.string}'`),
    ...(info && info.moreinfo !== undefined && { moreinfo: info.moreinfo }),
    ...(info && env.version !== 14 && { field_name: field.string }),
  };
}

function convertValue(
  env: Env,
  model: Model,
  column: Column,
  field: Field,
  cell: PythonValue,
  index: number,
  row: ImportRow,
): PythonValue {
  switch (field.type) {
    case "boolean":
      return toBoolean(env, field, cell, index, row);
    case "integer":
    case "many2one_reference":
      return toInteger(cell);
    case "float":
    case "monetary":
      return toFloat(cell);
    case "date":
      return toDate(textOf(cell));
    case "datetime":
      return toDatetime(env, textOf(cell));
    case "selection":
      return toSelection(env, field, textOf(cell));
    case "many2one":
    case "many2many":
      return toReferences(env, model, column, field, textOf(cell), index, row);
    default:
      return cell;
  }
}

function toBoolean(
  env: Env,
  field: Field,
  cell: PythonValue,
  index: number,
  row: ImportRow,
): boolean {
  const word = textOf(cell).toLowerCase();
  if (["1", "true", "yes"].includes(word)) return true;
  if (["", "0", "false", "no"].includes(word)) return false;
  const info = { moreinfo: "Use '1' for yes and '0' for no" };
  const text = `Unknown value '${str(cell)}' for boolean field '%(field)s'`;
  if (env.version !== 14) throw new CellError(text, info);
  row.log(index, cellMessage(env, field, index, "warning", `${text}, assuming 'yes'`, info));
  return true;
}

function toInteger(cell: PythonValue): PythonValue {
  if (cell === true) return 1;
  if (typeof cell === "number") return Math.trunc(cell);
  if (cell instanceof PythonFloat) return cell.value;
  const value = parseInteger(textOf(cell));
  if (value === undefined) {
    throw new CellError(`'${textOf(cell)}' does not seem to be an integer for field '%(field)s'`);
  }
  return value;
}

function toFloat(cell: PythonValue): PythonValue {
  if (typeof cell === "number" || cell instanceof PythonFloat) return cell;
  const value = parseFloatText(textOf(cell));
  if (value === undefined) {
    throw new CellError(`'${textOf(cell)}' does not seem to be a number for field '%(field)s'`);
  }
  return value;
}

function toDate(text: string): string {
  return parsed(text, parseDate, "date", "2012-12-31");
}

/** Naive moments are taken for the time of the user: the context's `tz`, or that of the user. */
function toDatetime(env: Env, text: string): string {
  const naive = parsed(text, parseDatetime, "datetime", "2012-12-31 23:59:59");
  const row = env.row("res.users", env.uid);
  const own = row ? env.follow(env.model("res.users"), row, "partner_id.tz") : null;
  const zones = [env.context["tz"], own].flatMap((zone) =>
    typeof zone === "string" && isZone(zone) ? [zone] : []
  );
  const [zone = "UTC"] = zones;
  // In the hour that the autumn repeats, Odoo takes winter time.
  const moment = Temporal.PlainDateTime.from(naive.replace(" ", "T"))
    .toZonedDateTime(zone, { disambiguation: "later" });
  return moment.toInstant().toString().slice(0, 19).replace("T", " ");
}

function parsed(
  text: string,
  parse: (text: string) => string,
  kind: string,
  example: string,
): string {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    throw new CellError(`'${text}' does not seem to be a valid ${kind} for field '%(field)s'`, {
      moreinfo: `Use the format '${example}'`,
    });
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
function toSelection(env: Env, field: Field, text: string): string {
  const same = env.version === 14
    ? (word: string) => word === text
    : (word: string) => word.toLowerCase() === text.toLowerCase();
  const found = field.selection?.find(([value, label]) => same(value) || same(label));
  if (found) return found[0];
  throw new CellError(`Value '${text}' not found in selection field '%(field)s'`, {
    moreinfo: (field.selection ?? []).map(([value, label]) => label || value),
  });
}

function toReferences(
  env: Env,
  model: Model,
  column: Column,
  field: Field,
  text: string,
  index: number,
  row: ImportRow,
): PythonValue {
  const find = (part: string): number | false => {
    const { id, warning } = findReference(env, model, field, column.by, part, row);
    if (warning) row.log(index, cellMessage(env, field, index, "warning", warning, undefined));
    return id;
  };
  if (field.type === "many2one") return find(text);
  const ids = text.split(",").map(find).filter((id) => id !== false);
  if (truthy(env.context["update_many2many"])) return ids.map((id) => [4, id, 0]);
  return [[6, 0, ids]];
}

/** Database ids of the rows themselves have to be there, and not archived. */
function knownId(
  env: Env,
  model: Model,
  cell: PythonValue,
  index: number,
  row: ImportRow,
): number | undefined {
  const id = typeof cell === "number" ? cell : parseInteger(str(cell));
  if (id === undefined) {
    throw new PythonError(
      "psycopg2.errors.InvalidTextRepresentation",
      `invalid input syntax for type integer: "${str(cell)}"\n`,
    );
  }
  const found = env.row(model.name, id);
  if (found && !(env.activeTest && found["active"] === false)) return id;
  row.log(index, {
    type: "error",
    record: index,
    field: ".id",
    message: `Unknown database identifier '${id}'`,
  });
  return undefined;
}

/** Cells are text. Odoo fails on some others, and takes some: what it makes of those is not simulated. */
function textOf(cell: PythonValue): string {
  if (typeof cell === "string") return cell;
  const kind = typeof cell === "boolean" ? "bool" : typeof cell === "number" ? "int" : "object";
  throw new PythonError("AttributeError", `'${kind}' object has no attribute 'lower'`);
}

function unknownColumn(env: Env, name: string): PythonError {
  if (env.version === 19) return valueError(`Invalid field name '${name}'`);
  return new PythonError("KeyError", `'${name}'`);
}
