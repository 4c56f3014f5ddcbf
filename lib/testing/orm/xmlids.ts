/**
 * External ids, as the import makes and finds them: in the table itself, past all rights.
 *
 * @module
 */
import { checkConstraints } from "./constraints.ts";
import type { Env } from "./env.ts";
import { conflictError, DatabaseError } from "../faults.ts";
import type { Model } from "./models.ts";
import { type PythonValue, truthy } from "../python.ts";
import type { Row } from "./store.ts";

/** An external id for a record. */
export interface XmlidLink {
  /** Module and name, with a dot between them. */
  readonly xmlid: string;
  /** Model of the record. */
  readonly model: string;
  /** The record. */
  readonly id: number;
}

/** The row of an external id. */
export function findXmlid(env: Env, xmlid: string): Row | undefined {
  const [id] = env.store.find(TABLE, ["module", "name"], partsOf(xmlid));
  return id === undefined ? undefined : env.row(TABLE, id);
}

/** External ids of a record, the oldest first. */
export function xmlidsOf(env: Env, model: string, id: number): Row[] {
  return env.store.find(TABLE, ["model", "res_id"], [model, id])
    .flatMap((data) => env.row(TABLE, data) ?? [])
    .sort((one, two) => one.id - two.id);
}

/** Makes external ids, or binds those that are there to other records: one statement for all. */
export function updateXmlids(env: Env, links: readonly XmlidLink[], update: boolean): void {
  const seen = new Map<string, XmlidLink>();
  for (const link of links) {
    const before = seen.get(link.xmlid);
    if (before && (before.id !== link.id || before.model !== link.model)) throw twice();
    if (before) continue;
    seen.set(link.xmlid, link);
    bind(env, link, update);
  }
}

/** Gives new records the external ids that an import has in their values: lines come with them. */
export function bindNewRecords(
  env: Env,
  model: Model,
  ids: readonly number[],
  list: readonly { readonly [field: string]: PythonValue }[],
): void {
  const module = env.context["_import_current_module"];
  if (typeof module !== "string") return;
  const links = ids.flatMap((id, index): XmlidLink[] => {
    const name = list[index]?.["id"];
    if (typeof name !== "string" || name === "") return [];
    return [{ xmlid: name.includes(".") ? name : `${module}.${name}`, model: model.name, id }];
  });
  updateXmlids(env, links, false);
}

const TABLE = "ir.model.data";

function bind(env: Env, { xmlid, model, id }: XmlidLink, update: boolean): void {
  const [module = "", name = ""] = partsOf(xmlid);
  // The sequence gives a number even where the row is there already.
  const next = env.store.nextId(TABLE);
  const row = findXmlid(env, xmlid);
  if (!row && env.store.isTaken(TABLE, ["module", "name"], [module, name])) throw conflictError();
  if (!row) insert(env, { id: next, module, name, model, res_id: id });
  else if (!(update && row["noupdate"] === true)) {
    const same = row["model"] === model && row["res_id"] === id;
    if (same && env.version === 19) return;
    env.store.update(TABLE, row.id, { model, res_id: id, write_date: env.now });
  }
}

function insert(env: Env, row: Row): void {
  const stamps = { create_uid: null, create_date: env.now, write_uid: null, write_date: env.now };
  const noupdate = truthy(env.context["noupdate"]);
  env.store.insert(TABLE, { ...row, noupdate, ...stamps });
  checkConstraints(env, env.model(TABLE), row.id);
}

function partsOf(xmlid: string): [module: string, name: string] {
  const dot = xmlid.indexOf(".");
  return [xmlid.slice(0, dot), xmlid.slice(dot + 1)];
}

function twice(): DatabaseError {
  const text = "ON CONFLICT DO UPDATE command cannot affect row a second time\n" +
    "HINT:  Ensure that no rows proposed for insertion within the same command have duplicate constrained values.\n";
  return new DatabaseError("psycopg2.errors.CardinalityViolation", text, text);
}
