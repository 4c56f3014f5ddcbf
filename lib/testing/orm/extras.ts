/**
 * The smaller methods: metadata and external ids, archiving, copies, parameters, the user's context.
 *
 * @module
 */
import { checkAccess } from "./access.ts";
import type { Env } from "./env.ts";
import { CallError, typeError, userError, valueError } from "../faults.ts";
import type { Model } from "./models.ts";
import { isDict, isInteger, type PythonValue } from "../python.ts";
import { createRecords, existing, writeRecords } from "./records.ts";
import type { Row } from "./store.ts";

/** Who made and changed records, and their external ids: for everybody who may read the records. */
export function getMetadata(env: Env, model: Model, ids: readonly number[]): PythonValue {
  return ids.flatMap((id) => {
    const row = env.row(model.name, id);
    return row ? [metadata(env, model, row)] : [];
  });
}

/** Sets, clears or toggles `active`. The answer is `None`. */
export function toggleActive(
  env: Env,
  model: Model,
  ids: readonly number[],
  active: boolean | undefined,
): null {
  if (!model.fields.has("active")) throw userError(`The model ${model.name} has no field 'active'`);
  for (const row of existing(env, model, ids)) {
    const value = active ?? row["active"] !== true;
    if (row["active"] !== value) writeRecords(env, model, [row.id], { active: value });
  }
  return null;
}

/** Copies records. Odoo 19 answers with a list, 14 and 17 take one record and answer with one id. */
export function copy(
  env: Env,
  model: Model,
  ids: readonly number[],
  defaults: PythonValue,
): PythonValue {
  if (env.version !== 19 && ids.length !== 1) {
    throw valueError(`Expected singleton: ${model.name}(${ids.join(", ")})`);
  }
  const given = isDict(defaults) ? defaults : {};
  const copies = existing(env, model, ids).map((row) => {
    const [id = 0] = createRecords(env, model, [{ ...copied(model, row), ...given }]);
    return id;
  });
  return env.version === 19 ? copies : copies[0] ?? false;
}

/** Ids of the records that exist. */
export function exists(env: Env, model: Model, ids: readonly PythonValue[]): PythonValue {
  return ids.filter((id) => isInteger(id) && env.row(model.name, id) !== undefined);
}

/** The answer is a dictionary with integer keys, which XML-RPC cannot carry. */
export function externalIds(): never {
  const frames = [["xmlrpc/client.py", 514, "dumps"], ["xmlrpc/client.py", 536, "__dump"], [
    "xmlrpc/client.py",
    605,
    "dump_struct",
  ]] as const;
  throw new CallError(typeError("dictionary key must be string", frames), "dump");
}

/** The record of an external id: `[model, id]`, with `false` for one that is archived or gone. */
export function objectReference(env: Env, module: string, name: string): PythonValue {
  const [data] = env.store.find("ir.model.data", ["module", "name"], [module, name]);
  const row = data === undefined ? undefined : env.row("ir.model.data", data);
  if (!row) throw valueError(`External ID not found in the system: ${module}.${name}`);
  const [model, id] = [String(row["model"]), row["res_id"]];
  const record = typeof id === "number" ? env.row(model, id) : undefined;
  const shown = record !== undefined && (!env.activeTest || record["active"] !== false);
  return [model, shown && typeof id === "number" ? id : false];
}

/** Value of a system parameter. */
export function getParam(env: Env, key: string, otherwise: PythonValue): PythonValue {
  return parameterRow(env, key)?.["value"] ?? otherwise;
}

/** Sets a system parameter, or deletes it with `false`; answers with the value that it had. */
export function setParam(env: Env, key: string, value: PythonValue): PythonValue {
  const model = env.model("ir.config_parameter");
  const row = parameterRow(env, key);
  if (row && (value === false || value === null)) env.store.remove(model.name, row.id);
  else if (row) writeRecords(env, model, [row.id], { value });
  else if (value !== false && value !== null) {
    checkAccess(env, model, "create");
    createRecords(env, model, [{ key, value }]);
  }
  return row?.["value"] ?? false;
}

/** Language and time zone of the user. */
export function contextGet(env: Env): PythonValue {
  const row = env.row("res.users", env.uid);
  const model = env.model("res.users");
  const value = (path: string) => row ? env.follow(model, row, path) ?? false : false;
  return {
    lang: value("partner_id.lang"),
    tz: value("partner_id.tz"),
    ...(env.version !== 14 && { uid: env.uid }),
  };
}

function metadata(env: Env, model: Model, row: Row): PythonValue {
  const ids = env.store.find("ir.model.data", ["model", "res_id"], [model.name, row.id])
    .flatMap((id) => env.row("ir.model.data", id) ?? [])
    .map((data) => ({
      xmlid: `${data["module"]}.${data["name"]}`,
      noupdate: data["noupdate"] === true,
    }));
  const last = ids.at(-1);
  const user = (id: PythonValue | undefined): PythonValue =>
    typeof id === "number" ? [id, env.displayName("res.users", id)] : false;
  const stamp = (value: PythonValue | undefined): PythonValue =>
    typeof value === "string" ? value.slice(0, 19) : false;
  return {
    id: row.id,
    create_uid: user(row["create_uid"]),
    create_date: stamp(row["create_date"]),
    write_uid: user(row["write_uid"]),
    write_date: stamp(row["write_date"]),
    xmlid: last?.xmlid ?? false,
    noupdate: last?.noupdate ?? false,
    ...(env.version !== 14 && { xmlids: ids.toReversed() }),
  };
}

function copied(model: Model, row: Row): { [field: string]: PythonValue } {
  const values: { [field: string]: PythonValue } = {};
  for (const field of model.fields.values()) {
    const automatic = field.compute || field.related || field.name === "id";
    if (automatic || !field.stored || field.copy === false || field.type === "one2many") continue;
    const value = row[field.name] ?? false;
    values[field.name] = field.type === "many2many" ? [[6, 0, value]] : value;
  }
  const name = values[model.recName];
  if (typeof name === "string") values[model.recName] = `${name} (copy)`;
  return values;
}

function parameterRow(env: Env, key: string): Row | undefined {
  const [id] = env.store.find("ir.config_parameter", ["key"], [key]);
  return id === undefined ? undefined : env.row("ir.config_parameter", id);
}
