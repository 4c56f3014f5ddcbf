/**
 * `default_get`: what a new record would have.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { toColumn, toWire } from "./fields.ts";
import type { Method } from "./methods.ts";
import type { Field, Model } from "./models.ts";
import { isDict, isInteger, type PythonValue, str } from "../python.ts";
import { defaultsOf } from "./records.ts";

/** The method, whose parameter has another name in some models. */
export function defaultMethod(parameter: string): Method {
  return {
    kind: "model",
    parameters: parameter,
    run: ({ env, model, get }) => {
      const names = get(parameter);
      return defaultGet(env, model, Array.isArray(names) ? names.map(str) : []);
    },
  };
}

function defaultGet(env: Env, model: Model, names: readonly string[]): PythonValue {
  const values: { [field: string]: PythonValue } = {};
  for (const [name, value] of defaultsOf(env, model, names)) {
    const field = model.fields.get(name);
    // What the context gives for no field comes back as it is
    if (!field) values[name] = value;
    else if (field.type.endsWith("2many")) values[name] = asCommands(value);
    // A default is not held against its selection
    else if (field.type === "selection") values[name] = value;
    else values[name] = toWire(env, field, columnOf(env, model, field, value), false);
  }
  model.rules.afterDefaults?.(env, values);
  return values;
}

/** Odoo 14 does not round defaults. */
function columnOf(env: Env, model: Model, field: Field, value: PythonValue): RpcValue {
  const { digits, ...unrounded } = field;
  return toColumn(env, model, env.version === 14 && digits ? unrounded : field, value);
}

/** Commands become one that replaces all links, and one for each record to make. */
function asCommands(value: PythonValue): PythonValue {
  const commands = Array.isArray(value) ? value : [];
  const ids = commands.flatMap((command) => {
    if (isInteger(command)) return [command];
    if (!Array.isArray(command)) return [];
    const [kind, id = 0, list = null] = command;
    if (kind === 4) return [id];
    return kind === 6 && Array.isArray(list) ? list : [];
  });
  const made = commands.filter((command) =>
    Array.isArray(command) && command[0] === 0 && isDict(command[2])
  );
  return [[6, 0, ids], ...made];
}
