/**
 * Conditions on the aggregates of groups: SQL's HAVING, written as a domain.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { lacking, PythonError, valueError } from "../faults.ts";
import { aggregate, type Group } from "./grouping.ts";
import { aggregateOf } from "./group_specs.ts";
import type { Model } from "./models.ts";
import { compareValues } from "./order.ts";
import { plain, type PythonValue, repr } from "../python.ts";

/** Whether a group is wanted. */
export function havingOf(env: Env, model: Model, having: PythonValue): (group: Group) => boolean {
  const items = Array.isArray(having) ? having : [];
  const stack: ((group: Group) => boolean)[] = [];
  const pop = () => {
    const condition = stack.pop();
    if (!condition) throw new PythonError("IndexError", "pop from empty list");
    return condition;
  };
  for (const item of items.toReversed()) {
    if (item === "!") {
      const inner = pop();
      stack.push((group) => !inner(group));
    } else if (item === "&" || item === "|") {
      const [first, second] = [pop(), pop()];
      stack.push((group) =>
        item === "&" ? first(group) && second(group) : first(group) || second(group)
      );
    } else stack.push(condition(env, model, item));
  }
  return (group) => stack.every((holds) => holds(group));
}

function condition(env: Env, model: Model, item: PythonValue): (group: Group) => boolean {
  if (!Array.isArray(item) || item.length !== 3) {
    throw valueError(`Invalid having clause ${repr(item)}: it should be a domain-like clause`);
  }
  const [left = null, operator = null, right = null] = item;
  if (typeof operator !== "string" || !OPERATORS.includes(operator)) {
    throw valueError(
      `Invalid having clause ${repr(item)}: supported comparators are ${
        repr([...OPERATORS], true)
      }`,
    );
  }
  if (operator.endsWith("in")) throw lacking(`a having clause with "${operator}"`);
  const wanted = aggregateOf(env, model, String(left));
  const bound = plain(right);
  return (group) => compares(operator, aggregate(env, model, wanted, group), bound);
}

function compares(operator: string, value: RpcValue, bound: RpcValue): boolean {
  if (value === null || bound === null) return false;
  const order = compareValues(value, bound);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    default:
      return order >= 0;
  }
}

const OPERATORS: readonly string[] = ["in", "not in", "<", ">", "<=", ">=", "=", "!="];
