/**
 * Reading and saving with a specification, as the web client does it since Odoo 17: which fields, and which fields of
 * the records that they point to.
 *
 * @module
 */
import { checkAccess } from "./access.ts";
import type { Env } from "./env.ts";
import { lacking, PythonError, type Version } from "../faults.ts";
import type { Method, MethodCall } from "./methods.ts";
import type { Field, Model } from "./models.ts";
import { isDict, isInteger, type PythonValue, str, truthy, typeName } from "../python.ts";
import { readRows } from "./reading.ts";
import { nameSearch, searchRows } from "./searching.ts";
import { createRecords, writeRecords } from "./records.ts";

/** The methods of all models that the web client reads and saves with. */
export function webMethods(version: Version): Record<string, Method> {
  return {
    web_search_read: {
      kind: "model",
      parameters: version === 14
        ? "domain=None, fields=None, offset=0, limit=None, order=None"
        : "domain, specification, offset=0, limit=None, order=None, count_limit=None",
      run: webSearchRead,
    },
    ...(version !== 14 && {
      web_read: {
        kind: "multi",
        parameters: "specification",
        run: ({ env, model, ids, get }) => webRead(env, model, ids, get("specification") ?? null),
      },
      web_save: { kind: "multi", parameters: "vals, specification, next_id=None", run: webSave },
    } satisfies Record<string, Method>),
    ...(version === 19 && {
      web_name_search: {
        kind: "model",
        parameters: "name, specification, domain=None, operator='ilike', limit=100",
        run: webNameSearch,
      },
    } satisfies Record<string, Method>),
  };
}

type Values = { [field: string]: PythonValue };

function webSearchRead({ env, model, get }: MethodCall): PythonValue {
  const domain = get("domain") ?? null;
  const [offset = 0, limit = null, most = null] = [
    get("offset"),
    get("limit"),
    get("count_limit"),
  ];
  const specification = get("specification") ?? null;
  if (env.version !== 14 && !isDict(specification)) throw noMethod(specification, "keys");
  const rows = searchRows(env, model, domain, { offset, limit, order: get("order") ?? null });
  const ids = rows.map(({ id }) => id);
  const records = env.version === 14
    ? readRows(env, model, ids, get("fields") ?? null)
    : webRead(env, model, ids, specification);
  if (records.length === 0) return { length: 0, records: [] };
  const length = records.length + (isInteger(offset) ? offset : 0);
  const counted = isInteger(most) && most !== 0 && most <= length;
  const forced = truthy(env.context["force_search_count"]);
  if (!truthy(limit) || !((records.length === limit && !counted) || forced)) {
    return { length, records };
  }
  return {
    length: searchRows(env, model, domain, { limit: most, order: "id" }).length,
    records,
  };
}

function webRead(
  env: Env,
  model: Model,
  ids: readonly PythonValue[],
  specification: PythonValue,
): Values[] {
  const names = isDict(specification)
    ? Object.keys(specification)
    : Array.isArray(specification)
    ? specification.map(str)
    : [];
  // Nothing but ids is answered without a look at the records.
  const plain = names.every((name) => name === "id");
  const list = plain
    ? ids.map((id): Values => ({ id }))
    : readRows(env, model, ids, names, null).filter((values) => isDict(values));
  if (list.length === 0) return list;
  if (!isDict(specification)) throw noMethod(specification, "items");
  for (const [name, spec] of Object.entries(specification)) {
    const field = model.fields.get(name);
    if (!field || !isDict(spec)) continue;
    if (field.type === "many2one") readTarget(env, field, spec, list);
    else if (field.type.endsWith("2many")) readTargets(env, field, spec, list);
    else if (field.type === "many2one_reference" && Object.keys(spec).length > 0) {
      throw lacking(`web_read of the field ${name} with a specification`);
    }
  }
  return list;
}

function readTarget(env: Env, field: Field, spec: Values, list: readonly Values[]): void {
  const wanted = spec["fields"];
  if (!isDict(wanted)) return;
  const { display_name: named, ...others } = wanted;
  const inside = inContext(env, spec);
  const relation = env.model(field.relation ?? "");
  const ids = distinctIds(list.map((values) => values[field.name] ?? false));
  const records = byId(ids.length === 0 ? [] : webRead(inside, relation, ids, others));
  for (const values of list) {
    const id = values[field.name];
    if (typeof id !== "number") continue;
    const name: Values = named === undefined
      ? {}
      : { display_name: inside.displayName(relation.name, id) };
    values[field.name] = { ...records.get(id), ...name };
  }
}

function readTargets(env: Env, field: Field, spec: Values, list: readonly Values[]): void {
  const relation = env.model(field.relation ?? "");
  if (truthy(spec["order"])) sortTargets(env, relation, field, spec["order"] ?? null, list);
  const wanted = spec["fields"];
  if (!isDict(wanted)) return;
  const limit = spec["limit"];
  const shown = (values: Values) => {
    const ids = values[field.name];
    if (!Array.isArray(ids)) return [];
    return isInteger(limit) ? ids.slice(0, limit) : ids;
  };
  const ids = distinctIds(list.flatMap(shown));
  const records = byId(
    ids.length === 0 ? [] : webRead(inContext(env, spec), relation, ids, wanted),
  );
  for (const values of list) {
    const own = values[field.name];
    values[field.name] = (Array.isArray(own) ? own : []).map((id) =>
      (typeof id === "number" ? records.get(id) : undefined) ?? { id }
    );
  }
}

/** Archived records drop out of an order before Odoo 19. */
function sortTargets(
  env: Env,
  relation: Model,
  field: Field,
  order: PythonValue,
  list: readonly Values[],
): void {
  const all = distinctIds(
    list.flatMap((values) => Array.isArray(values[field.name]) ? values[field.name] : []),
  );
  const search = env.version === 19 ? env.with({ context: { active_test: false } }) : env;
  const sorted = searchRows(search, relation, [["id", "in", all]], { order });
  for (const values of list) {
    const own = values[field.name];
    const ids = Array.isArray(own) ? own : [];
    values[field.name] = sorted.flatMap(({ id }) => ids.includes(id) ? [id] : []);
  }
}

function webSave({ env, model, ids, get }: MethodCall): PythonValue {
  const values = get("vals") ?? null;
  if (!isDict(values)) throw noMethod(values, "get");
  const next = get("next_id");
  let saved = ids.filter(isInteger);
  if (saved.length > 0) {
    checkAccess(env, model, "write");
    writeRecords(env, model, saved, values);
  } else {
    checkAccess(env, model, "create");
    saved = createRecords(env, model, [values]);
  }
  const read = isInteger(next) && next !== 0 ? [next] : saved;
  const inside = env.with({ context: { bin_size: true } });
  return webRead(inside, model, read, get("specification") ?? null);
}

function webNameSearch({ env, model, get }: MethodCall): PythonValue {
  const specification = get("specification") ?? null;
  const names = isDict(specification) ? Object.keys(specification) : [];
  if (names.length === 1 && names[0] === "display_name") {
    throw lacking("web_name_search with formatted display names");
  }
  const found = nameSearch(
    env,
    model,
    str(get("name") ?? ""),
    get("domain") ?? null,
    str(get("operator") ?? "ilike"),
    get("limit") ?? 100,
  );
  return webRead(env, model, found.map(([id]) => id), specification);
}

function inContext(env: Env, spec: Values): Env {
  return isDict(spec["context"]) ? env.with({ context: spec["context"] }) : env;
}

function distinctIds(ids: readonly (PythonValue | undefined)[]): number[] {
  return [...new Set(ids.filter(isInteger))];
}

function byId(records: readonly Values[]): Map<number, Values> {
  return new Map(
    records.flatMap((values) => isInteger(values["id"]) ? [[values["id"], values] as const] : []),
  );
}

function noMethod(value: PythonValue, name: string): PythonError {
  return new PythonError(
    "AttributeError",
    `'${typeName(value)}' object has no attribute '${name}'`,
  );
}
