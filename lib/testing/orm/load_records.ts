/**
 * Records of an import, made and written together: `_load_records`.
 *
 * @module
 */
import { checkAccess } from "./access.ts";
import type { ImportValues } from "./convert.ts";
import type { Env } from "./env.ts";
import { PythonError, userError, validationError } from "../faults.ts";
import type { Model } from "./models.ts";
import { truthy } from "../python.ts";
import { createRecords, writeRecords } from "./records.ts";
import { findXmlid, updateXmlids, type XmlidLink } from "./xmlids.ts";

/** A record of an import. */
export interface ImportRecord {
  /** External id with its module. */
  readonly xmlid: string | undefined;
  /** Database id, where the row gives one. */
  readonly id: number | undefined;
  /** Values of its fields. */
  readonly values: ImportValues;
}

/** Writes the records that are there, then makes the others, then their external ids. */
export function loadRecords(env: Env, model: Model, records: readonly ImportRecord[]): number[] {
  const update = env.context["mode"] === "update";
  const ids = new Map<ImportRecord, number>();
  const links: XmlidLink[] = [];
  const [toCreate, toWrite]: [ImportRecord[], ImportRecord[]] = [[], []];
  for (const record of records) {
    const known = knownId(env, model, record, update);
    if (known === undefined) {
      toCreate.push(record);
      continue;
    }
    ids.set(record, known.id);
    if (record.xmlid) links.push({ xmlid: record.xmlid, model: model.name, id: known.id });
    if (!known.kept) toWrite.push(record);
  }
  for (const record of toWrite) write(env, model, ids.get(record) ?? 0, record.values);
  if (env.version !== 14) checkModules(env, toCreate);
  for (const [index, id] of create(env, model, toCreate).entries()) {
    const record = toCreate[index];
    if (!record) continue;
    ids.set(record, id);
    if (record.xmlid) links.push(...linksOf(env, model, record.xmlid, record.values, id));
  }
  updateXmlids(env, links, update);
  return records.map((record) => ids.get(record) ?? 0);
}

/** The record that is there, and whether it stays as it is. An external id that dangles is taken away. */
function knownId(
  env: Env,
  model: Model,
  { xmlid, id, values }: ImportRecord,
  update: boolean,
): { id: number; kept: boolean } | undefined {
  if (!xmlid) {
    if (id !== undefined && values) return { id, kept: false };
    if (!update) return undefined;
    if (env.version !== 19) throw new PythonError("KeyError", "'record'");
    throw validationError("Cannot update a record without specifying its id or xml_id");
  }
  const data = findXmlid(env, xmlid);
  if (!data) return undefined;
  if (data["model"] !== model.name && env.version !== 14) {
    throw validationError(
      `For external id ${xmlid} when trying to create/update a record of model ${model.name} found record of ` +
        `different model ${data["model"]} (${data.id})`,
    );
  }
  const known = data["res_id"];
  if (typeof known === "number" && env.row(model.name, known)) {
    return { id: known, kept: update && data["noupdate"] === true };
  }
  env.store.remove("ir.model.data", data.id);
  return undefined;
}

function write(env: Env, model: Model, id: number, values: ImportValues): void {
  checkAccess(env, model, "write");
  writeRecords(env, model, [id], values);
}

function create(env: Env, model: Model, records: readonly ImportRecord[]): number[] {
  if (records.length === 0) return [];
  checkAccess(env, model, "create");
  const list = records.map(({ values }) => values);
  // What partners do with their address is put off until all are there
  const ids = createRecords(
    env.with({ context: { _partners_skip_fields_sync: true } }),
    model,
    list,
  );
  model.rules.afterImport?.(env, ids, list);
  return ids;
}

/** A record that carries inherited fields gets an external id too, where it was made along. */
function linksOf(
  env: Env,
  model: Model,
  xmlid: string,
  values: ImportValues,
  id: number,
): XmlidLink[] {
  const own = { xmlid, model: model.name, id };
  const { inherits } = model;
  const carrier = inherits && env.row(model.name, id)?.[inherits.field];
  if (!inherits || truthy(values[inherits.field]) || typeof carrier !== "number") return [own];
  const suffix = inherits.model.replaceAll(".", "_");
  return [{ xmlid: `${xmlid}_${suffix}`, model: inherits.model, id: carrier }, own];
}

/** Files must not claim records for a module: its next upgrade would delete them. */
function checkModules(env: Env, records: readonly ImportRecord[]): void {
  if (!truthy(env.context["import_file"]) || truthy(env.context["noupdate"])) return;
  const modules = new Set([...env.store.rows("ir.module.module")].map((row) => row["name"]));
  for (const { xmlid = "" } of records) {
    const dot = xmlid.indexOf(".");
    const [module, name] = [xmlid.slice(0, dot), xmlid.slice(dot + 1)];
    if (dot < 0 || !modules.has(module)) continue;
    throw userError(
      `The record ${xmlid} has the module prefix ${module}. This is the part before the '.' in the external id. ` +
        "Because the prefix refers to an existing module, the record would be deleted when the module is upgraded. " +
        "Use either no prefix and no dot or a prefix that isn't an existing module. For example, __import__, " +
        `resulting in the external id __import__.${name}.`,
    );
  }
}
