/**
 * References in cells of an import: by name, by external id, by database id.
 *
 * @module
 */
import type { ImportRow } from "./cells.ts";
import type { Env } from "./env.ts";
import type { Field, Model } from "./models.ts";
import { parseInteger, type PythonValue, repr } from "../python.ts";
import { nameSearch } from "./reading.ts";

/** A reference that leads nowhere. */
export class ReferenceError extends Error {
  /** Takes the message, and what goes along with it; nothing where Odoo says nothing more. */
  constructor(message: string, readonly info: { moreinfo?: PythonValue } | undefined) {
    super(message);
  }
}

/** What a cell refers to. `false` clears the field without a word. */
export function findReference(
  env: Env,
  model: Model,
  field: Field,
  by: string | undefined,
  text: string,
  row: ImportRow,
): { id: number | false; warning?: string } {
  if (by === "id") return { id: byXmlid(env, field, text, row) };
  if (by === ".id") return { id: byDatabaseId(env, model, field, text) };
  return byName(env, field, text, row);
}

function byName(
  env: Env,
  field: Field,
  text: string,
  row: ImportRow,
): { id: number | false; warning?: string } {
  if (text === "") return { id: false };
  const relation = field.relation ?? "";
  row.flushFor({ model: relation });
  const found = named(env, relation, text, row);
  const [first] = found;
  if (!first) throw notFound(env, field, "name", text);
  if (found.length === 1) return { id: first[0] };
  const count = `(${found.length} matches)`;
  const warning = env.version === 14
    ? `Found multiple matches for field '%(field)s' ${count}`
    : `Found multiple matches for value ${repr(text)} in field %(field)r ${count}`;
  return { id: first[0], warning };
}

/** The same name stands in many rows: it is looked for again only when its model has changed. */
function named(env: Env, relation: string, text: string, row: ImportRow): [number, string][] {
  const key = `${relation} ${text}`;
  const changes = env.store.changes(relation);
  const known = row.names.get(key);
  if (known && known.changes === changes) return known.found;
  const found = nameSearch(env, env.model(relation), text, null, "=", 100);
  row.names.set(key, { changes, found });
  return found;
}

function byXmlid(env: Env, field: Field, text: string, row: ImportRow): number | false {
  if (["", "0", "false", "no"].includes(text.toLowerCase())) return false;
  const xmlid = text.includes(".") ? text : `${row.module}.${text}`;
  row.flushFor({ xmlid });
  const dot = xmlid.indexOf(".");
  const key = [xmlid.slice(0, dot), xmlid.slice(dot + 1)];
  const [dataId] = env.store.find("ir.model.data", ["module", "name"], key);
  const data = dataId === undefined ? undefined : env.row("ir.model.data", dataId);
  const id = data?.["res_id"];
  if (!data || typeof id !== "number" || !env.row(field.relation ?? "", id)) {
    throw notFound(env, field, "external id", text);
  }
  if (data["model"] !== field.relation) {
    throw new ReferenceError(
      `Invalid external ID ${xmlid}: expected model '${field.relation}', found '${data["model"]}'`,
      undefined,
    );
  }
  return id;
}

function byDatabaseId(env: Env, _model: Model, field: Field, text: string): number | false {
  if (["", "0", "false", "no"].includes(text.toLowerCase())) return false;
  const id = parseInteger(text);
  if (id === undefined) {
    throw new ReferenceError(`Invalid database id '${text}' for the field '%(field)s'`, {
      moreinfo: action(env, field, true),
    });
  }
  const record = env.row(field.relation ?? "", id);
  const hidden = env.version === 14 && record?.["active"] === false;
  if (!record || hidden) throw notFound(env, field, "database id", text);
  return id;
}

function notFound(env: Env, field: Field, kind: string, text: string): ReferenceError {
  return new ReferenceError(
    `No matching record found for ${kind} '${text}' in field '%(field)s'`,
    { moreinfo: action(env, field, kind !== "name") },
  );
}

/** The window of the web client that shows what would have been possible. */
function action(env: Env, field: Field, ids: boolean): PythonValue {
  return {
    name: "Possible Values",
    type: "ir.actions.act_window",
    target: "new",
    view_mode: env.version === 19 ? "list,form" : "tree,form",
    views: [[false, "list"], [false, "form"]],
    context: { create: false },
    help: "See all possible values",
    res_model: ids ? "ir.model.data" : field.relation ?? "",
    ...(ids && { domain: [["model", "=", field.relation ?? ""]] }),
  };
}
