/**
 * Records go into tables as they are: no rules of their models, as from a dump.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { PythonError } from "../faults.ts";
import { toColumn } from "../orm/fields.ts";
import { applyCommands, commandsOf } from "../orm/links.ts";
import type { Field, Model } from "../orm/models.ts";

/** Puts records into a table without the rules of their model, as a dump would. */
export function insertAll(
  env: Env,
  model: Model,
  records: readonly { readonly [field: string]: RpcValue }[],
): void {
  for (const connect of insertRows(env, model, records)) connect();
}

/** Puts records without links into a table, when somebody looks at it: most tests never do. */
export function insertLater(
  env: Env,
  model: Model,
  records: () => readonly ({ readonly [field: string]: RpcValue } & { readonly id: number })[],
): void {
  env.store.fillLater(
    model.name,
    () => records().map((record) => ({ ...columnsOf(env, model, record), id: record.id })),
  );
}

/** Inserts rows and gives back what links them to others. */
export function insertRows(
  env: Env,
  model: Model,
  records: readonly { readonly [field: string]: RpcValue }[],
): (() => void)[] {
  const numbered = records.filter((record) => typeof record["id"] === "number");
  const ordered = [...numbered, ...records.filter((record) => typeof record["id"] !== "number")];
  const links: (() => void)[] = [];
  for (const record of ordered) {
    const id = typeof record["id"] === "number" ? record["id"] : env.store.nextId(model.name);
    if (env.row(model.name, id)) {
      throw new TypeError(`Cannot use two records of "${model.name}" with the id ${id}`);
    }
    const columns = columnsOf(env, model, record);
    env.store.insert(model.name, { ...columns, ...carrierOf(env, model, columns, record), id });
    links.push(() => linkAll(env, model, id, record));
  }
  return links;
}

/** The record that carries inherited fields, where none is given: the template of a product. */
function carrierOf(
  env: Env,
  model: Model,
  columns: { readonly [field: string]: RpcValue },
  record: { readonly [field: string]: RpcValue },
): { [field: string]: RpcValue } {
  const { field, model: carrier } = model.inherits ?? {};
  if (field === undefined || carrier === undefined || columns[field]) return {};
  const path = `${field}.`;
  const inherited = [...model.fields.values()].flatMap(({ name, related }) =>
    related?.startsWith(path) && record[name] !== undefined
      ? [[related.slice(path.length), record[name]] as const]
      : []
  );
  const id = env.store.nextId(carrier);
  insertAll(env, env.model(carrier), [{ ...Object.fromEntries(inherited), id }]);
  return { [field]: id };
}

function columnsOf(
  env: Env,
  model: Model,
  record: { readonly [field: string]: RpcValue },
): { [field: string]: RpcValue } {
  const columns: { [field: string]: RpcValue } = {};
  for (const name of Object.keys(record)) checkField(model, name);
  for (const field of model.fields.values()) {
    if (field.name === "id" || field.type === "one2many") continue;
    const value = record[field.name];
    if (field.compute || field.related) {
      if (value !== undefined && field.inverse) Object.assign(columns, field.inverse(value));
    } else if (field.type === "many2many") columns[field.name] = [];
    else if (field.type === "many2one") {
      columns[field.name] = idOf(value ?? defaultOf(env, field, record));
    } else if (value === undefined) {
      columns[field.name] = automatic(env, field.name) ?? defaultOf(env, field, record) ?? null;
    } else columns[field.name] = toColumn(env, model, field, value);
  }
  columns["create_uid"] ??= 1;
  columns["write_uid"] ??= 1;
  return columns;
}

/** Records may refer to ones that come later: a many2one is taken as it is, as an id or as a pair. */
function idOf(value: RpcValue | undefined): RpcValue {
  const id = Array.isArray(value) ? value[0] : value;
  return typeof id === "number" && id !== 0 ? id : null;
}

/** A record without a required value would be none that a server can have. */
function defaultOf(
  env: Env,
  field: Field,
  record: { readonly [field: string]: RpcValue },
): RpcValue | undefined {
  return field.default ?? (field.required ? field.defaultOf?.(env, record) : undefined);
}

function automatic(env: Env, name: string): RpcValue | undefined {
  return name === "create_date" || name === "write_date" ? env.now : undefined;
}

function linkAll(
  env: Env,
  model: Model,
  id: number,
  record: { readonly [field: string]: RpcValue },
): void {
  for (const [name, value] of Object.entries(record)) {
    const field = model.fields.get(name);
    if (!field?.type.endsWith("2many") || field.compute || value === undefined) continue;
    try {
      applyCommands(env, model, [id], field, commandsOf(model, field, value));
    } catch (error) {
      const { relation = "" } = field;
      const missing = Array.isArray(value)
        ? value.find((each) => typeof each === "number" && !env.row(relation, each))
        : undefined;
      if (typeof missing !== "number") throw unusable(model.name, error);
      throw dangling({ model: model.name, id, field: name }, relation, missing);
    }
  }
}

/** The place of a reference. */
interface ReferencePlace {
  readonly model: string;
  readonly id: number;
  readonly field: string;
}

/** A given record refers to one that is not there. The cause has the place, for who knows its line in a file. */
function dangling(place: ReferencePlace, relation: string, missing: number): TypeError {
  const { model, id, field } = place;
  return new TypeError(
    `Cannot use the record ${id} of "${model}": its "${field}" is the id ${missing}, and there is no ` +
      `"${relation}" with that id`,
    { cause: { ...place, relation, missing } },
  );
}

/** A value that would not be kept is none that a test means to give. */
function checkField(model: Model, name: string): void {
  const record = `Cannot use a record of "${model.name}" with the field "${name}"`;
  const field = model.fields.get(name);
  if (!field) throw new TypeError(`${record}: the model has no such field`);
  const inherited = model.inherits && field.related?.startsWith(`${model.inherits.field}.`);
  if (field.inverse || inherited || name === "__last_update") return;
  if (field.compute || field.related) {
    throw new TypeError(`${record}: it is computed: give what it is computed of`);
  }
}

/** Refuses records that refer to others that are not there, now that all of them are. */
export function checkReferences(
  env: Env,
  model: Model,
  records: readonly { readonly [field: string]: RpcValue }[],
): void {
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) {
      const { type, relation = "" } = model.fields.get(name) ?? {};
      const id = type === "many2one" ? idOf(value) : null;
      if (typeof id !== "number" || env.row(relation, id)) continue;
      const place = { model: model.name, id: Number(record["id"]), field: name };
      throw dangling(place, relation, id);
    }
  }
}

/** Fills in what the model makes of the values of given records, when what they refer to is there. */
export function completeRows(env: Env, model: Model, ids: readonly number[]): void {
  for (const id of ids) {
    const row = env.row(model.name, id);
    if (!row || !model.rules.completeGiven) continue;
    const values = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
    model.rules.completeGiven(env, values);
    env.store.update(model.name, id, values);
  }
}

/** An external id of the built-in data. */
export function link(env: Env, xmlid: string, model: string, id: number): void {
  const [module = "", name = ""] = xmlid.split(".");
  const data = env.store.nextId("ir.model.data");
  const stamps = { create_uid: 1, create_date: env.now, write_uid: 1, write_date: env.now };
  env.store.insert("ir.model.data", {
    id: data,
    module,
    name,
    model,
    res_id: id,
    noupdate: true,
    ...stamps,
  });
}

/** The reason why records cannot be used, in the words of a test. */
export function unusable(model: string, error: unknown): unknown {
  if (!(error instanceof PythonError)) return error;
  return new TypeError(`Cannot use the records of "${model}": ${error.message}`, { cause: error });
}
