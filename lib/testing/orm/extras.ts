/**
 * The smaller methods: archiving, copies, parameters, the user's context.
 *
 * @module
 */
import { checkAccess, checkRecords } from "./access.ts";
import { type Env, linesOf } from "./env.ts";
import { PythonError, typeError, valueError } from "../faults.ts";
import type { Field, Model } from "./models.ts";
import { compileOrder } from "./order.ts";
import { isDict, isInteger, type PythonValue } from "../python.ts";
import { createRecords, existing, type Values, writeRecords } from "./records.ts";
import type { Row } from "./store.ts";

/** Sets, clears or toggles `active`. The answer is `None`. */
export function toggleActive(
  env: Env,
  model: Model,
  ids: readonly number[],
  active: boolean | undefined,
): null {
  if (!model.fields.has("active")) throw noActive(env, model, active);
  if (ids.length > 0) checkRecords(env, model, ids, "read");
  for (const row of existing(env, model, ids)) {
    const value = active ?? row["active"] !== true;
    if (row["active"] !== value) writeRecords(env, model, [row.id], { active: value });
  }
  return null;
}

function noActive(env: Env, model: Model, active: boolean | undefined): PythonError {
  if (env.version === 19) {
    return new PythonError("AssertionError", `No 'active' field on model ${model.name}`);
  }
  return typeError(
    active === undefined
      ? "'NoneType' object is not callable"
      : "tuple indices must be integers or slices, not NoneType",
  );
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
  checkRecords(env, model, ids, "read");
  const copies = existing(env, model, ids).map((row) => {
    const [id = 0] = createRecords(env, model, [copied(env, model, row, given)]);
    return id;
  });
  return env.version === 19 ? copies : copies[0] ?? false;
}

/** Ids of the records that exist. */
export function exists(env: Env, model: Model, ids: readonly PythonValue[]): PythonValue {
  return ids.filter((id) => isInteger(id) && env.row(model.name, id) !== undefined);
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
  const lang = value("partner_id.lang");
  return {
    lang: env.version === 14 ? lang : lang || "en_US",
    tz: value("partner_id.tz"),
    ...(env.version !== 14 && { uid: env.uid }),
  };
}

/** The values of a copy: most lines stay behind, and the record that carries inherited fields is copied, too. */
function copied(env: Env, model: Model, row: Row, given: Values): Values {
  const values: { [field: string]: PythonValue } = {};
  for (const field of model.fields.values()) {
    const automatic = field.compute || field.related || field.name === "id";
    if (automatic || !field.stored || field.copy === false) continue;
    if (field.type === "one2many") {
      if (field.copy) values[field.name] = copiedLines(env, row, field);
      continue;
    }
    const value = row[field.name] ?? false;
    values[field.name] = field.type === "many2many" ? [[6, 0, value]] : value;
  }
  if (model.inherits && !(model.inherits.field in given)) {
    const { field, model: carrier } = model.inherits;
    const ids = [values[field]].filter((id) => isInteger(id));
    for (const inner of existing(env, env.model(carrier), ids)) {
      [values[field] = false] = createRecords(env, env.model(carrier), [
        copied(env, env.model(carrier), inner, {}),
      ]);
    }
  }
  return { ...values, ...given, ...model.rules.copyValues?.(env, row, given) };
}

/** Commands that make the lines of a copy. */
function copiedLines(env: Env, row: Row, field: Field): PythonValue {
  const lines = env.model(field.relation ?? "");
  const found = linesOf(env.store, field, row.id).flatMap((id) => env.row(lines.name, id) ?? []);
  return found.sort(compileOrder(env, lines, lines.order)).map((line) => {
    const { [field.relationField ?? ""]: _above, ...values } = copied(env, lines, line, {});
    return [0, 0, values];
  });
}

function parameterRow(env: Env, key: string): Row | undefined {
  const [id] = env.store.find("ir.config_parameter", ["key"], [key]);
  return id === undefined ? undefined : env.row("ir.config_parameter", id);
}
