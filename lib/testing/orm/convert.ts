/**
 * Records of an import: from the cells of a record, and of the lines below it, to the values that `create` and `write`
 * take.
 *
 * @module
 */
import { CellError, convertCell, isListed } from "./cells.ts";
import type { Env } from "./env.ts";
import type { RawCell, RawRecord } from "./extract.ts";
import type { Importing } from "./load.ts";
import type { Field, Model } from "./models.ts";
import { isDict, type PythonValue, truthy } from "../python.ts";
import { findReference, pathOf, splitReferences } from "./references.ts";

/** Values of a record, for `create` and `write`. */
export type ImportValues = { [field: string]: PythonValue };

/** Takes what there is to say of a field. */
export type Log = (field: Field, error: CellError) => void;

/** Converts the cells of a record. What cannot be converted is logged, and left out of the values. */
export function convertRecord(
  env: Env,
  model: Model,
  record: RawRecord,
  log: Log,
  importing: Importing,
): ImportValues {
  const values: ImportValues = {};
  for (const [name, cells] of record) {
    const field = name === null || isReference(name) ? undefined : model.fields.get(name);
    if (!field) continue;
    const filled = isBelow(cells) ? cells.length > 0 : truthy(cells);
    if (!filled) {
      values[field.name] = false;
      continue;
    }
    try {
      const { value, remarks } = convert(env, field, cells, importing);
      values[field.name] = value;
      for (const remark of remarks) log(field, remark);
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      addPath(env, field, cells, error);
      log(field, error);
    }
  }
  return values;
}

interface Result {
  readonly value: PythonValue;
  readonly remarks: readonly CellError[];
}

function convert(env: Env, field: Field, cells: RawCell, importing: Importing): Result {
  if (!isBelow(cells)) return convertCell(env, field, cells);
  switch (field.type) {
    case "many2one":
      return toMany2One(env, field, cells, importing);
    case "many2many":
      return toMany2Many(env, field, cells, importing);
    default:
      return toLines(env, field, cells, importing);
  }
}

function toMany2One(env: Env, field: Field, [record]: RawRecord[], importing: Importing): Result {
  const [by, cell] = referenceOf(record ?? new Map());
  const { id, remarks } = findReference(env, field, by, cell, importing);
  return { value: id, remarks };
}

function toMany2Many(env: Env, field: Field, [record]: RawRecord[], importing: Importing): Result {
  const [by, cell] = referenceOf(record ?? new Map());
  const found = splitReferences(cell).map((part) => findReference(env, field, by, part, importing));
  const remarks = found.flatMap(({ remarks }) => remarks);
  let ids: PythonValue[] = found.map(({ id }) => id);
  if (env.version !== 14 && ids.includes(null)) {
    if (isListed(env, "import_set_empty_fields", field.name)) ids = ids.filter(truthy);
    else if (isListed(env, "import_skip_records", field.name)) return { value: null, remarks };
  }
  const links = truthy(env.context["update_many2many"]);
  return { value: links ? ids.map((id) => [4, id, 0]) : [[6, 0, ids]], remarks };
}

/** Lines: those that are known are linked and written, others made. */
function toLines(env: Env, field: Field, given: RawRecord[], importing: Importing): Result {
  const target = env.model(field.relation ?? "");
  const remarks: CellError[] = [];
  const log: Log = (own, error) => {
    // The first error of a line is the error of the whole field.
    if (error.type === "error") throw error.below(own.string);
    remarks.push(error);
  };
  const below = env.with({
    context: {
      parent_fields_hierarchy: [...pathOf(env), field.name],
      name_create_enabled_fields: namesBelow(env, field),
    },
  });
  const commands = splitLines(given).flatMap((record): PythonValue[] => {
    const values = convertRecord(below, target, record, log, importing);
    const id = lineOf(env, field, record, values, remarks, importing);
    return typeof id === "number" ? [[4, id, 0], [1, id, values]] : [[0, 0, values]];
  });
  return { value: commands, remarks };
}

/** One line that only refers may refer to several records. */
function splitLines(given: RawRecord[]): RawRecord[] {
  const [only] = given;
  if (given.length !== 1 || !only || ![...only.keys()].every(isReference)) return given;
  const [by, cell] = referenceOf(only);
  return splitReferences(cell).map((part) => new Map([[by, part]]));
}

/** The record that a line refers to. An external id that nobody has yet is for the line that is made. */
function lineOf(
  env: Env,
  field: Field,
  record: RawRecord,
  values: ImportValues,
  remarks: CellError[],
  importing: Importing,
): number | false | null {
  const references = new Map([...record].filter(([name]) => isReference(name)));
  if (references.size === 0) return null;
  const [by, cell] = referenceOf(references);
  try {
    const found = findReference(env, field, by, cell, importing);
    remarks.push(...found.remarks);
    return found.id;
  } catch (error) {
    if (!(error instanceof CellError) || by !== "id") throw error;
    values["id"] = cell;
    return null;
  }
}

/** How a record is referred to: in one way only. */
function referenceOf(record: RawRecord): [by: string | null, cell: PythonValue] {
  const names = [...record.keys()];
  if (!names.every(isReference)) {
    const text = "Can not create Many-To-One records indirectly, import the field separately";
    throw new CellError(() => text, undefined);
  }
  if (names.length > 1) {
    throw new CellError(
      (label) =>
        `Ambiguous specification for field '${label}', only provide one of name, external id or database id`,
      undefined,
    );
  }
  const [[by, cell] = [null, ""]] = record;
  return [by, isBelow(cell) ? "" : cell];
}

function namesBelow(env: Env, field: Field): PythonValue {
  const prefix = `${field.name}/`;
  const enabled = env.context["name_create_enabled_fields"];
  return Object.fromEntries(
    Object.entries(isDict(enabled) ? enabled : {}).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : []
    ),
  );
}

/** An import of a file tells the column of an error: the deepest one. */
function addPath(env: Env, field: Field, cells: RawCell, { info }: CellError): void {
  if (env.version === 14 || !truthy(env.context["import_file"])) return;
  if (!info || Object.keys(info).length === 0 || info["field_path"]) return;
  const path = [...pathOf(env), field.name];
  for (let below = cells; isBelow(below);) {
    const [[name, cell] = [null, ""]] = below[0] ?? [];
    if (name) path.push(name);
    below = cell;
  }
  info["field_path"] = path;
}

function isReference(name: string | null): boolean {
  return name === null || name === "id" || name === ".id";
}

function isBelow(cells: RawCell): cells is RawRecord[] {
  return Array.isArray(cells) && cells.every((cell) => cell instanceof Map);
}
