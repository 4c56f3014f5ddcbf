/**
 * References in cells of an import: by name, by external id, by database id.
 *
 * @module
 */
import { CellError, type ImportInfo, isListed, isNo } from "./cells.ts";
import { checkAccess } from "./access.ts";
import type { Env } from "./env.ts";
import { PythonError } from "../faults.ts";
import type { Importing } from "./load.ts";
import { createRecords, valuesOfName } from "./records.ts";
import { isSeen } from "./rules.ts";
import type { Field } from "./models.ts";
import {
  isDict,
  parseInteger,
  PythonFloat,
  type PythonValue,
  repr,
  str,
  truthy,
  typeName,
} from "../python.ts";
import { nameSearch } from "./searching.ts";
import { findXmlid } from "./xmlids.ts";

/** What a cell refers to: `false` clears the field without a word, `null` is nothing and no error. */
export interface Reference {
  /** The record. */
  readonly id: number | false | null;
  /** What there is to say of it all the same. */
  readonly remarks: readonly CellError[];
}

/** Finds what a cell refers to, by name (`null`), external id (`id`) or database id (`.id`). */
export function findReference(
  env: Env,
  field: Field,
  by: string | null,
  cell: PythonValue,
  importing: Importing,
): Reference {
  if (by === "id") return byXmlid(env, field, cell, importing);
  if (by === ".id") return byDatabaseId(env, field, cell);
  return byName(env, field, cell, importing);
}

function byName(env: Env, field: Field, cell: PythonValue, importing: Importing): Reference {
  if (cell === "") return { id: false, remarks: [] };
  const relation = field.relation ?? "";
  importing.flushFor({ model: relation });
  const found = named(env, relation, str(cell), importing);
  const [first] = found;
  if (!first) return byNewName(env, field, cell, importing);
  const remarks = found.length === 1 ? [] : [ambiguous(env, str(cell), found.length)];
  return { id: first[0], remarks };
}

function ambiguous(env: Env, text: string, count: number): CellError {
  const matches = `(${count} matches)`;
  const said = (label: string) =>
    env.version === 14
      ? `Found multiple matches for field '${label}' ${matches}`
      : env.version === 17
      ? `Found multiple matches for value ${repr(text)} in field ${repr(label)} ${matches}`
      : `Found multiple matches for value "${text}" in field "${label}" ${matches}`;
  return new CellError(said, undefined, "warning");
}

/** The same name stands in many rows: it is looked for again only when its model has changed. */
function named(
  env: Env,
  relation: string,
  text: string,
  importing: Importing,
): [number, string][] {
  const key = `${relation} ${text}`;
  const changes = env.store.changes(relation);
  const known = importing.names.get(key);
  if (known && known.changes === changes) return known.found;
  const found = nameSearch(env, env.model(relation), text, null, "=", 100);
  importing.names.set(key, { changes, found });
  return found;
}

/** Makes a record of a name, where the context allows it for the field. */
function byNewName(env: Env, field: Field, cell: PythonValue, importing: Importing): Reference {
  const allowed = env.context["name_create_enabled_fields"];
  const isAllowed = isDict(allowed) && truthy(allowed[field.name]);
  if (!isAllowed) return notFound(env, field, null, cell);
  const target = env.model(field.relation ?? "");
  const mark = env.store.mark();
  try {
    checkAccess(env, target, "create");
    const [id = 0] = createRecords(env, target, [valuesOfName(target, cell)]);
    return { id, remarks: [] };
  } catch (error) {
    if (!(error instanceof PythonError) || error.type === "NotImplementedError") throw error;
    // Odoo 19 goes back to the start of the import.
    if (env.version === 19) importing.rollback();
    else env.store.rollback(mark);
    const problem = `Cannot create new '${target.description}' records from their name alone. ` +
      "Please create those records manually and try importing again.";
    return notFound(env, field, null, cell, problem);
  }
}

function byXmlid(env: Env, field: Field, cell: PythonValue, importing: Importing): Reference {
  if (isNo(cell)) return { id: false, remarks: [] };
  const text = str(cell);
  const xmlid = text.includes(".") ? text : `${importing.module}.${text}`;
  importing.flushFor({ xmlid });
  const found = importing.xmlids.get(xmlid) ?? existing(env, field, xmlid);
  if (!found) return notFound(env, field, "id", cell);
  importing.xmlids.set(xmlid, found);
  if (found.model === field.relation) return { id: found.id, remarks: [] };
  const message =
    `Invalid external ID ${xmlid}: expected model '${field.relation}', found '${found.model}'`;
  throw new CellError(() => message, undefined);
}

/** The record has to be there, in the table of the model that the field points to. */
function existing(
  env: Env,
  field: Field,
  xmlid: string,
): { model: string; id: number } | undefined {
  const data = findXmlid(env, xmlid);
  const id = data?.["res_id"];
  if (!data || typeof id !== "number" || !env.row(field.relation ?? "", id)) return undefined;
  return { model: str(data["model"] ?? ""), id };
}

function byDatabaseId(env: Env, field: Field, cell: PythonValue): Reference {
  if (typeof cell === "string" && isNo(cell)) return { id: false, remarks: [] };
  const id = typeof cell === "number"
    ? cell
    : cell instanceof PythonFloat
    ? Math.trunc(cell.value)
    : parseInteger(str(cell));
  if (id === undefined) {
    throw new CellError(
      (label) => `Invalid database id '${str(cell)}' for the field '${label}'`,
      { moreinfo: action(env, field, ".id") },
    );
  }
  const record = env.row(field.relation ?? "", id);
  const target = env.model(field.relation ?? "");
  // Odoo 14 searches for it
  const hidden = env.version === 14 && record !== undefined &&
    ((env.activeTest && record["active"] === false) || !isSeen(env, target, record));
  if (record && !hidden) return { id, remarks: [] };
  return notFound(env, field, ".id", cell);
}

function notFound(
  env: Env,
  field: Field,
  by: string | null,
  cell: PythonValue,
  problem?: string,
): Reference {
  const file = env.version !== 14 && truthy(env.context["import_file"]);
  const path = [...pathOf(env), field.name].join("/");
  const tolerated = file &&
    ["import_set_empty_fields", "import_skip_records"].some((key) => isListed(env, key, path));
  if (tolerated) return { id: null, remarks: [] };
  const kind = by === null ? "name" : by === "id" ? "external id" : "database id";
  const value = file && typeof cell === "string" ? cell.slice(0, 50) : cell;
  const reason = problem
    ? ` and the following error was encountered when we attempted to create one: ${problem}`
    : "";
  const info: ImportInfo = {
    moreinfo: action(env, field, by),
    ...(file && { value, field_type: kind }),
    ...(file && problem && { error_message: problem }),
  };
  throw new CellError(
    (label) => `No matching record found for ${kind} '${str(value)}' in field '${label}'${reason}`,
    info,
  );
}

/** The one2many fields above the field that is being converted. */
export function pathOf(env: Env): string[] {
  const path = env.context["parent_fields_hierarchy"];
  return Array.isArray(path) ? path.map(str) : [];
}

/** The window of the web client that shows what would have been possible. */
function action(env: Env, field: Field, by: string | null): PythonValue {
  return {
    name: "Possible Values",
    type: "ir.actions.act_window",
    target: "new",
    view_mode: env.version === 19 ? "list,form" : "tree,form",
    views: [[false, "list"], [false, "form"]],
    context: { create: false },
    help: "See all possible values",
    res_model: by === null ? field.relation ?? "" : "ir.model.data",
    ...(by !== null && { domain: [["model", "=", field.relation ?? ""]] }),
  };
}

/** Cells of references are text, or something that has a length. */
export function splitReferences(cell: PythonValue): PythonValue[] {
  if (typeof cell === "string") return cell.split(",");
  throw new PythonError(
    "AttributeError",
    `'${typeName(cell)}' object has no attribute 'split'`,
  );
}
