/**
 * Orders: in which sequence a search gives its rows. Text sorts by code point, as in a database that Odoo made.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { PythonError, userError, valueError } from "../faults.ts";
import type { Field, Model } from "./models.ts";
import type { Row } from "./store.ts";

/** Makes a comparison of an order such as `name desc, id`. */
export function compileOrder(
  env: Env,
  model: Model,
  order: string,
): (first: Row, second: Row) => number {
  const parts = checkOrder(env, order).map((part) => compileOrderPart(env, model, part));
  return (first, second) => {
    for (const compare of parts) {
      const result = compare(first, second);
      if (result !== 0) return result;
    }
    return first.id - second.id;
  };
}

/** Compares two values of one column. */
export function compareValues(first: RpcValue, second: RpcValue): number {
  if (typeof first === "number" && typeof second === "number") return first - second;
  if (typeof first === "boolean" && typeof second === "boolean") {
    return Number(first) - Number(second);
  }
  const [a, b] = [String(first), String(second)];
  return a < b ? -1 : a > b ? 1 : 0;
}

interface OrderPart {
  field: string;
  descending: boolean;
  nullsFirst: boolean | undefined;
}

function checkOrder(env: Env, order: string): OrderPart[] {
  const nulls = env.version === 14 ? "" : "(?:\\s+nulls\\s+(first|last))?";
  if (env.version !== 19 && order.split(",").some((part) => part.trim() === "")) {
    throw new PythonError("IndexError", "list index out of range");
  }
  const pattern = new RegExp(`^\\s*([\\w.]+)(?:\\s+(asc|desc))?${nulls}\\s*$`, "i");
  return order.split(",").map((part) => {
    const match = pattern.exec(part);
    if (!match || (env.version === 14 && match[1]?.includes("."))) {
      throw userError(
        `Invalid "order" specified (${order}). A valid "order" specification is a comma-separated list of valid ` +
          "field names (optionally followed by asc/desc for the direction)",
      );
    }
    const [, field = "", direction, where] = match;
    return {
      field,
      // Odoo 14 sees the direction only behind a single space.
      descending: direction?.toLowerCase() === "desc" &&
        !(env.version === 14 && /\s{2}/.test(part.trim())),
      nullsFirst: where === undefined ? undefined : where.toLowerCase() === "first",
    };
  });
}

function compileOrderPart(
  env: Env,
  model: Model,
  { field: path, descending, nullsFirst }: OrderPart,
): (first: Row, second: Row) => number {
  const [name = "", property] = path.split(".");
  const field = model.fields.get(name);
  if (!field) throw valueError(`Invalid field '${name}' on model '${model.name}'`);
  if (property !== undefined) throw badProperty(env, model, name, property);
  if (!sortable(env, model, field)) return () => 0;
  const sign = descending ? -1 : 1;
  const emptyFirst = nullsFirst ?? descending;
  const compare = field.type === "many2one" ? byTarget(env, field) : compareValues;
  return (first, second) => {
    const [a, b] = [env.value(model, first, field), env.value(model, second, field)];
    if (a === null || b === null) {
      if (a === b) return 0;
      return (a === null) === emptyFirst ? -1 : 1;
    }
    return sign * compare(a, b);
  };
}

/** Before 19 an order by something that has no column is ignored. */
function sortable(env: Env, model: Model, field: Field): boolean {
  if (!field.type.endsWith("2many") && (!field.compute || field.store)) return true;
  if (env.version !== 19) return false;
  throw valueError(`Cannot convert ${model.name}.${field.name} to SQL because it is not stored`);
}

/** A many2one sorts as the default order of its model sorts the records. */
function byTarget(env: Env, field: Field): (first: RpcValue, second: RpcValue) => number {
  const target = env.model(field.relation ?? "");
  const compare = compileOrder(env, target, target.order.replace(/\bparent_id\b/g, "id"));
  return (first, second) => {
    const a = typeof first === "number" ? env.row(target.name, first) : undefined;
    const b = typeof second === "number" ? env.row(target.name, second) : undefined;
    return a && b ? compare(a, b) : compareValues(first, second);
  };
}

function badProperty(env: Env, model: Model, name: string, property: string): PythonError {
  return valueError(
    env.version === 19
      ? `Invalid field property '${property}' on ${model.name}.${name}`
      : `Order a property ('${property}') on a non-properties field ('${name}')`,
  );
}
