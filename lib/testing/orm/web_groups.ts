/**
 * Groups as the web client asks for them: `web_read_group`, and `formatted_read_group` of Odoo 19.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { andOf } from "./domain_and.ts";
import { DATE_PARTS } from "./date_parts.ts";
import type { Env } from "./env.ts";
import { PythonError, valueError } from "../faults.ts";
import { spanOf } from "./granularity.ts";
import { aggregateToWire, type GroupBy, keyToWire } from "./grouping.ts";
import { type GroupQuery, readGroup } from "./group_specs.ts";
import type { Model } from "./models.ts";
import { isDict, type PythonValue, repr, truthy } from "../python.ts";
import { type GroupRow, type ReadGroup, readGroups, refuseFilling } from "./read_group.ts";
import { readGroups14 } from "./read_group_14.ts";

/** Arguments of `formatted_read_group`. */
export type FormattedCall = Omit<GroupQuery, "order"> & { readonly order: PythonValue };

/** `read_group` of any version. */
export function readGroupsOf(env: Env, model: Model, call: ReadGroup): GroupRow[] {
  return env.version === 14 ? readGroups14(env, model, call) : readGroups(env, model, call);
}

/** Groups of `read_group` and how many there are without the limit: Odoo 14 and 17. */
export function webReadGroups(env: Env, model: Model, call: ReadGroup): PythonValue {
  const groups = readGroupsOf(env, model, call);
  const rest = () => readGroupsOf(env, model, { ...call, offset: call.limit, limit: ALL }).length;
  return { groups, length: lengthOf(groups, call, rest) };
}

/** Groups with their values under the specifications that the call gives: Odoo 19. */
export function formattedGroups(env: Env, model: Model, call: FormattedCall): GroupRow[] {
  refuseFilling(env);
  const specs = call.aggregates.map((spec) => spec.replaceAll(":recordset", ":array_agg"));
  const order = typeof call.order === "string" && call.order !== ""
    ? call.order
    : call.groupby.join(", ");
  const found = readGroup(env, model, { ...call, aggregates: specs, order });
  return found.groups.map(({ keys, values }) => {
    const row: GroupRow = {};
    const domains = found.by.map((by, index) => {
      const [value, domain] = formatted(env, by, keys[index] ?? null);
      row[by.spec] = value;
      return domain;
    });
    row["__extra_domain"] = andOf(env, domains);
    found.aggregates.forEach((item, index) => {
      const value = values[index] ?? null;
      const empty = item.func.startsWith("array_agg") ? [] : false;
      row[specs[index] ?? ""] = value === null ? empty : aggregateToWire(item, value);
    });
    return row;
  });
}

/** The groups of the first level and how many there are without the limit: Odoo 19. */
export function webFormattedGroups(env: Env, model: Model, call: FormattedCall): PythonValue {
  const [first] = call.groupby;
  if (first === undefined) throw new PythonError("AssertionError", "");
  const aggregates = call.aggregates.includes("__count")
    ? call.aggregates
    : [...call.aggregates, "__count"];
  const order = orderOf(call.order, first, aggregates);
  const query = { ...call, groupby: [first], aggregates, order };
  const groups = formattedGroups(env, model, query);
  const rest = () => formattedGroups(env, model, { ...query, offset: call.limit, limit: 0 }).length;
  return { groups, length: lengthOf(groups, call, rest) };
}

function lengthOf(
  groups: readonly GroupRow[],
  { limit, offset }: { limit: PythonValue; offset: PythonValue },
  rest: () => number,
): number {
  if (groups.length === 0) return 0;
  if (truthy(limit) && groups.length === limit) return groups.length + rest();
  return groups.length + (typeof offset === "number" ? offset : 0);
}

/** The value of a group, and the domain that it stands for. */
function formatted(env: Env, by: GroupBy, key: RpcValue): [PythonValue, PythonValue[]] {
  const [step, ...further] = by.through;
  if (step) {
    const [value, domain] = formatted(env, { ...by, through: further }, key);
    const { name } = step.field;
    if (truthy(value)) return [value, [[name, "any", domain]]];
    return [value, ["|", [name, "not any", []], [name, "any", domain]]];
  }
  const { name, type } = by.field;
  const { granularity } = by;
  if (granularity !== undefined && DATE_PARTS.has(granularity)) {
    const value = keyToWire(env, by, key);
    return [value, [[`${name}.${granularity}`, "=", value]]];
  }
  if (granularity !== undefined && typeof key === "string") {
    const { from, to, label } = spanOf(env, by.field, granularity, key);
    return [[from, label], ["&", [name, ">=", from], [name, "<", to]]];
  }
  if (key === null && type === "many2many") return [false, [[name, "not any", []]]];
  const value = keyToWire(env, by, key);
  return [value, [[name, "=", Array.isArray(value) ? value[0] ?? false : value]]];
}

/** An order may name a field without granularity and function, and the group itself comes last. */
function orderOf(order: PythonValue, group: string, aggregates: readonly string[]): string {
  if (typeof order !== "string" || order === "") return group;
  let hasGroup = false;
  const terms = order.split(",").flatMap((part): string[] => {
    const match = ORDER.exec(part);
    if (!match) throw valueError(`Invalid order ${repr(order)} for web_read_group()`);
    const [, name = "", direction = "ASC", nulls = ""] = match;
    const rest = `${direction.toUpperCase()} ${nulls.toUpperCase()}`.trim();
    if (name === "__count") return [`${name} ${rest}`];
    const aggregate = aggregates.find((spec) => spec.startsWith(`${name}:`));
    const isGroup = !hasGroup && (name === group || group.startsWith(`${name}:`));
    hasGroup ||= isGroup;
    return [...(isGroup ? [group] : []), ...(aggregate ? [aggregate] : [])]
      .map((term) => `${term} ${rest}`);
  });
  return (hasGroup ? terms : [...terms, group]).join(", ");
}

const ORDER =
  /^\s*([a-z0-9_]+(?:\.[a-z0-9_]+)?)(?::[a-z_]+)?(?:\s+(desc|asc))?(?:\s+(nulls first|nulls last))?\s*$/i;

/** More groups than there can be. */
const ALL = 100_000;

/** Whether a call wants groups opened, which the simulator leaves to the web client. */
export function opensGroups(values: readonly PythonValue[]): boolean {
  return values.some((value) => truthy(value) || isDict(value));
}
