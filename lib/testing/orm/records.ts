/**
 * Records come, change and go here: defaults, links, constraints and the rules of their models.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { checkAccess, checkFields as checkGroups, checkRecords } from "./access.ts";
import { checkConstraints, checkFutureRows, releaseReferences } from "./constraints.ts";
import type { Env } from "./env.ts";
import { missingError, PythonError, valueError } from "../faults.ts";
import { toColumn } from "./fields.ts";
import { applyCommands, type Command, commandsOf } from "./links.ts";
import { type Field, LOG_FIELDS, type Model } from "./models.ts";
import type { PythonValue } from "../python.ts";
import type { Row } from "./store.ts";
import { bindNewRecords } from "./xmlids.ts";

/** Values of a call for one record. */
export type Values = { readonly [field: string]: PythonValue };

/** Makes records and answers with their ids. Odoo 14 does one after the other, later ones look at all values first. */
export function createRecords(env: Env, model: Model, list: readonly Values[]): number[] {
  if (list.length > 0) checkAccess(env, model, "create");
  const made = env.version === 14
    ? list.map((values) => insertRecord(env, model, prepare(env, model, values)))
    : list.map((values) => prepare(env, model, values))
      .map((prepared) => insertRecord(env, model, prepared));
  // Code of models runs when all records are there
  for (const [index, { id, columns }] of made.entries()) {
    model.rules.afterCreate?.(env, id, columns, list[index] ?? {});
  }
  const ids = made.map(({ id }) => id);
  bindNewRecords(env, model, ids, list);
  if (ids.length > 0) checkRecords(env, model, ids, "create");
  return ids;
}

/** Writes the same values to records. An empty write moves their `write_date` too. */
export function writeRecords(
  env: Env,
  model: Model,
  given: readonly number[],
  values: Values,
): void {
  if (given.length === 0) return;
  model.rules.refuseWrite?.(env, given, values);
  checkAccess(env, model, model.readsFirst.includes("write") ? "read" : "write");
  // Code of partners in 19 looks at the fields before the records are looked at.
  if (env.version === 19) checkFields(env, model, values);
  checkWriting(env, model, given, values);
  const ids = reachable(env, model, given);
  checkFields(env, model, values);
  checkInherited(env, model, values);
  const { columns, commands, inherited } = convert(env, model, values);
  model.rules.beforeWrite?.(env, ids, columns, values);
  const before = new Map(ids.map((id) => [id, env.row(model.name, id)]));
  writeInherited(env, model, ids, inherited);
  const stamp: Record<string, RpcValue> = model.fields.has("write_date")
    ? { write_uid: env.uid, write_date: env.now }
    : {};
  for (const id of ids) {
    checkFutureRows(env, model, id, columns);
    env.store.update(model.name, id, { ...columns, ...stamp });
  }
  for (const [field, list] of commands) applyCommands(env, model, ids, field, list);
  model.rules.afterWrite?.(env, ids, columns, values, before);
  for (const id of ids) checkConstraints(env, model, id, columns);
}

/** Deletes records, their external ids, and what hangs on them as the foreign keys say. */
export function unlinkRecords(env: Env, model: Model, given: readonly number[]): void {
  if (given.length === 0) return;
  if (model.readsFirst.includes("unlink")) checkRecords(env, model, given, "read");
  checkRecords(env, model, given, "unlink");
  const ids = reachable(env, model, given);
  model.rules.beforeUnlink?.(env, ids);
  const gone = new Set(ids);
  for (const id of gone) {
    for (const data of env.store.find("ir.model.data", ["model", "res_id"], [model.name, id])) {
      env.store.remove("ir.model.data", data);
    }
    env.store.remove(model.name, id);
  }
  releaseReferences(env, model, gone);
}

/** Where the code of a model reads its records first, that is what is refused. */
function checkWriting(env: Env, model: Model, ids: readonly number[], values: Values): void {
  if (model.readsFirst.includes("write")) checkRecords(env, model, ids, "read");
  checkAccess(env, model, "write");
  const fields = Object.keys(values).flatMap((name) => model.fields.get(name) ?? []);
  checkGroups(env, model, fields, "write");
  if (model.guarded) checkRecords(env, model, ids, "read");
  checkRecords(env, model, ids, "write");
}

/** The rows of ids that all have to exist. */
export function existing(env: Env, model: Model, ids: readonly number[]): Row[] {
  const missing = ids.filter((id) => !env.row(model.name, id));
  if (missing.length > 0) throw missingError(model.name, missing, env.uid);
  return ids.flatMap((id) => env.row(model.name, id) ?? []);
}

/** The values of a record that is made of a name alone. A partner may be named as in a mail: `Ana <ana@example.com>`. */
export function valuesOfName(model: Model, name: PythonValue): Values {
  if (model.name !== "res.partner") return { [model.recName]: name };
  if (typeof name !== "string") return { name: name === false || name === null ? "" : name };
  const mail = /^\s*"?([^<"]*?)"?\s*<?([^<>\s"]+@[^<>\s"]+)>?\s*$/.exec(name);
  return mail ? { name: mail[1] || mail[2] || "", email: mail[2] ?? "" } : { name };
}

/** Default values of fields: those of the context, then those of the model. */
export function defaultsOf(
  env: Env,
  model: Model,
  names: Iterable<string>,
  given: Values = {},
): Map<string, PythonValue> {
  const defaults = new Map<string, PythonValue>();
  for (const name of names) {
    const field = model.fields.get(name);
    const inContext = env.context[`default_${name}`];
    // A name that is no field comes back, too
    if (inContext !== undefined) defaults.set(name, inContext);
    if (!field || inContext !== undefined) continue;
    if (field.defaultOf) defaults.set(name, field.defaultOf(env, given));
    else if (field.default !== undefined) defaults.set(name, field.default);
    else if (
      field.related && model.inherits && field.related.startsWith(`${model.inherits.field}.`)
    ) {
      const inner = field.related.slice(model.inherits.field.length + 1);
      const carried = env.model(model.inherits.model).fields.get(inner);
      const value = carried?.defaultOf ? carried.defaultOf(env, given) : carried?.default;
      if (value !== undefined) defaults.set(name, value);
    }
  }
  return defaults;
}

/** Ids of the records that can be written: where nothing reads them first, those that are gone are passed over. */
function reachable(env: Env, model: Model, ids: readonly number[]): number[] {
  const real = ids.filter((id) => id !== 0);
  if (!model.guarded) return real.filter((id) => env.row(model.name, id));
  existing(env, model, real);
  return real;
}

function checkFields(env: Env, model: Model, values: Values): void {
  for (const name of Object.keys(values)) {
    if (!model.fields.has(name)) throw unknownOnWrite(env, model, name);
  }
}

/** Before 19 values of inherited fields are looked at before their record is. */
function checkInherited(env: Env, model: Model, values: Values): void {
  if (!model.inherits || env.version === 19) return;
  const { fields } = env.model(model.inherits.model);
  for (const [name, value] of Object.entries(values)) {
    const isInherited = model.fields.get(name)?.related?.startsWith(`${model.inherits.field}.`);
    const field = isInherited ? fields.get(name) : undefined;
    if (field?.type === "selection") toColumn(env, model, field, value);
  }
}

function prepare(env: Env, model: Model, given: Values): Converted {
  for (const name of Object.keys(given)) {
    if (!model.fields.has(name)) throw unknownField(env, model, name);
  }
  const missing = [...model.fields.keys()].filter((name) => !(name in given));
  const own = missing.filter((name) => !model.fields.get(name)?.related);
  const defaults = Object.fromEntries(defaultsOf(env, model, own, given));
  return convert(env, model, { ...defaults, ...given });
}

function insertRecord(
  env: Env,
  model: Model,
  prepared: Converted,
): { id: number; columns: Converted["columns"] } {
  const { columns, commands, inherited } = prepared;
  model.rules.beforeCreate?.(env, columns);
  createInherited(env, model, columns, inherited);
  const id = env.store.nextId(model.name);
  const stamps: Record<string, RpcValue> = model.fields.has("create_date")
    ? { create_uid: env.uid, create_date: env.now, write_uid: env.uid, write_date: env.now }
    : {};
  env.store.insert(model.name, { ...emptyColumns(model), ...columns, ...stamps, id });
  for (const [field, list] of commands) applyCommands(env, model, [id], field, list, true);
  checkConstraints(env, model, id);
  return { id, columns };
}

function emptyColumns(model: Model): { [field: string]: RpcValue } {
  const empty: { [field: string]: RpcValue } = {};
  for (const { name, type, stored, compute } of model.fields.values()) {
    if (!stored || compute || type === "one2many") continue;
    empty[name] = type === "many2many" ? [] : null;
  }
  return empty;
}

interface Converted {
  columns: { [field: string]: RpcValue };
  commands: Map<Field, Command[]>;
  inherited: { [field: string]: PythonValue };
}

/** Sorts values of a call by what they are for: columns, links, or the record that carries inherited fields. */
function convert(env: Env, model: Model, values: Values): Converted {
  const converted: Converted = { columns: {}, commands: new Map(), inherited: {} };
  for (const [name, value] of Object.entries(values)) {
    const field = model.fields.get(name);
    if (!field || name === "id" || LOG_FIELDS.has(name)) continue;
    if (field.related) {
      const path = field.related.split(".");
      if (path[0] === model.inherits?.field && path[1]) converted.inherited[path[1]] = value;
    } else if (field.compute) {
      const column = field.inverse ? field.inverse(toColumn(env, model, field, value)) : {};
      Object.assign(converted.columns, column);
    } else if (field.type === "one2many" || field.type === "many2many") {
      const commands = commandsOf(model, field, value);
      if (commands.length > 0) converted.commands.set(field, commands);
    } else converted.columns[name] = toColumn(env, model, field, value);
  }
  return converted;
}

function createInherited(
  env: Env,
  model: Model,
  columns: { [field: string]: RpcValue },
  inherited: Values,
): void {
  if (!model.inherits) return;
  const { field, model: name } = model.inherits;
  const carrier = columns[field];
  if (typeof carrier === "number") writeRecords(env, env.model(name), [carrier], inherited);
  else {
    const inside = env.with({ context: { inherited_by: model.name } });
    [columns[field] = null] = createRecords(inside, env.model(name), [inherited]);
  }
}

/** Odoo writes these fields one after the other, as each of them is one of another record. */
function writeInherited(env: Env, model: Model, ids: readonly number[], inherited: Values): void {
  if (!model.inherits || Object.keys(inherited).length === 0) return;
  const { field, model: name } = model.inherits;
  const carriers = ids.flatMap((id) => {
    const carrier = env.row(model.name, id)?.[field];
    return typeof carrier === "number" ? [carrier] : [];
  });
  for (const [key, value] of Object.entries(inherited)) {
    writeRecords(env, env.model(name), carriers, { [key]: value });
  }
}

function unknownField(env: Env, model: Model, name: string): PythonError {
  return valueError(
    env.version === 19
      ? `Invalid field '${name}' in '${model.name}'`
      : `Invalid field '${name}' on model '${model.name}'`,
  );
}

function unknownOnWrite(env: Env, model: Model, name: string): PythonError {
  if (env.version === 19 && model.name === "res.partner") {
    return new PythonError("KeyError", `'${name}'`);
  }
  return unknownField(env, model, name);
}
