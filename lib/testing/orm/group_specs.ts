/**
 * What a call wants grouped and worked out, in the notation of Odoo 17 and 19: `field`, `field:month`, `field:sum`.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { checkFields } from "./access.ts";
import { DATE_PARTS } from "./date_parts.ts";
import type { Env } from "./env.ts";
import { lacking, PythonError, valueError } from "../faults.ts";
import { SPANS } from "./granularity.ts";
import {
  type Aggregate,
  aggregate,
  type Group,
  type GroupBy,
  type GroupOrder,
  groupRows,
  orderByGroup,
  sliceOf,
  sortGroups,
} from "./grouping.ts";
import { havingOf } from "./having.ts";
import type { Field, Model } from "./models.ts";
import { compareValues } from "./order.ts";
import { type PythonValue, repr } from "../python.ts";
import { searchRows } from "./searching.ts";

/** What to group, in full: each date has its granularity, each aggregate its function. */
export interface GroupQuery {
  /** Which records. */
  readonly domain: PythonValue;
  /** What to group by. */
  readonly groupby: readonly string[];
  /** What to work out. */
  readonly aggregates: readonly string[];
  /** Condition on the aggregates of a group. */
  readonly having?: PythonValue;
  /** Order of the groups. */
  readonly order: string;
  /** How many groups to leave out. */
  readonly offset: PythonValue;
  /** How many groups at most. */
  readonly limit: PythonValue;
}

/** What came of a query. */
export interface Grouped {
  /** What it was grouped by. */
  readonly by: readonly GroupBy[];
  /** What was worked out. */
  readonly aggregates: readonly Aggregate[];
  /** The groups, with the values of the aggregates. */
  readonly groups: readonly { readonly keys: readonly RpcValue[]; readonly values: RpcValue[] }[];
}

/** Groups records: `_read_group` of Odoo 17 and 19. */
export function readGroup(env: Env, model: Model, query: GroupQuery): Grouped {
  const rows = searchRows(env, model, query.domain, { order: "id" });
  const by = query.groupby.map((spec) => groupByOf(env, model, spec));
  const aggregates = query.aggregates.map((spec) => aggregateOf(env, model, spec));
  const holds = by.length > 0 ? havingOf(env, model, query.having ?? null) : () => true;
  const order = orderOf(env, model, by, query.order);
  const groups = groupRows(env, rows, by).filter(holds);
  const found = sliceOf(sortGroups(env, groups, by, order), query.offset, query.limit);
  const values = (group: Group) => aggregates.map((item) => aggregate(env, model, item, group));
  return {
    by,
    aggregates,
    groups: found.map((group) => ({ keys: group.keys, values: values(group) })),
  };
}

/** The parts of a specification: field, path behind it, granularity or function. */
export function partsOf(env: Env, spec: string): { name: string; path?: string; func?: string } {
  const match = (env.version === 19 ? SPEC_19 : SPEC).exec(spec);
  if (!match) {
    throw valueError(
      `Invalid aggregate/groupby specification ${repr(spec)}.\n` +
        '- Valid aggregate specification looks like "<field_name>:<agg>" example: "quantity:sum".\n' +
        '- Valid groupby specification looks like "<no_datish_field_name>" or "<datish_field_name>:<granularity>" ' +
        'example: "date:month" or "<properties_field_name>.<property>:<granularity>".',
    );
  }
  const [, name = "", path, func] = match;
  return { name, ...(path !== undefined && { path }), ...(func !== undefined && { func }) };
}

/** Whether groups can be made of a field: it has a column, here or in the record that carries it, or it has links. */
export function isColumn(env: Env, model: Model, field: Field): boolean {
  const inherited = model.inherits !== undefined &&
    field.related?.startsWith(`${model.inherits.field}.`) === true;
  if (inherited || (env.version === 19 && field.related)) return true;
  return field.stored && field.type !== "one2many";
}

function checkColumn(env: Env, model: Model, field: Field): void {
  if (isColumn(env, model, field)) return;
  if (env.version === 19) {
    throw valueError(`Cannot convert ${model.name}.${field.name} to SQL because it is not stored`);
  }
  if (field.type === "one2many") {
    const table = model.name.replaceAll(".", "_");
    throw new PythonError(
      "psycopg2.errors.UndefinedColumn",
      `column ${table}.${field.name} does not exist\n`,
    );
  }
  throw valueError(`Cannot convert field ${model.name}.${field.name} to SQL`);
}

/** What an aggregate such as `color:sum` stands for. */
export function aggregateOf(env: Env, model: Model, spec: string): Aggregate {
  if (spec === "__count") return { func: "__count", field: undefined };
  const { name, path, func } = partsOf(env, spec);
  if (path !== undefined && env.version === 19) {
    throw valueError(`Invalid ${repr(spec)}, this dot notation is not supported`);
  }
  const field = model.fields.get(name);
  if (!field) {
    throw valueError(
      `Invalid field ${repr(name)} on model ${repr(model.name)} for ${repr(spec)}.`,
    );
  }
  if (path !== undefined) throw lacking(`the aggregate "${spec}"`);
  if (func === undefined) throw valueError(`Aggregate method is mandatory for ${repr(name)}`);
  if (func === "sum_currency") throw lacking(`the aggregate "${spec}"`);
  if (!AGGREGATES.has(func) && !(func === "array_agg_distinct" && env.version === 19)) {
    throw valueError(`Invalid aggregate method ${repr(func)} for ${repr(spec)}.`);
  }
  checkColumn(env, model, field);
  checkFields(env, model, [field]);
  return { func, field };
}

function groupByOf(env: Env, model: Model, spec: string): GroupBy {
  const { name, path, func } = partsOf(env, spec);
  const field = model.fields.get(name);
  if (!field) throw valueError(`Invalid field ${repr(name)} on model ${repr(model.name)}`);
  if (path !== undefined) return throughMany2One(env, model, field, spec, path, func);
  if (field.type === "date" || field.type === "datetime") {
    if (func === undefined) {
      throw valueError(`Granularity not set on a date(time) field: ${repr(spec)}`);
    }
    if (!SPANS.has(func) && !(env.version === 19 && DATE_PARTS.has(func))) {
      throw valueError(`Granularity specification isn't correct: ${repr(func)}`);
    }
  } else if (func !== undefined) {
    throw valueError(`Granularity set on a no-datetime field or property: ${repr(spec)}`);
  }
  checkColumn(env, model, field);
  checkFields(env, model, [field]);
  return { spec, through: [], model, field, granularity: func };
}

function throughMany2One(
  env: Env,
  model: Model,
  field: Field,
  spec: string,
  path: string,
  func: string | undefined,
): GroupBy {
  if (env.version !== 19) {
    throw valueError(`Property set on a non properties field: ${repr(path)}`);
  }
  if (field.type !== "many2one") {
    throw valueError(`Only many2one path is accepted for the ${repr(spec)} groupby spec`);
  }
  const rest = func === undefined ? path : `${path}:${func}`;
  const inner = groupByOf(env, env.model(field.relation ?? ""), rest);
  return { ...inner, spec, through: [{ model, field }, ...inner.through] };
}

function orderOf(env: Env, model: Model, by: readonly GroupBy[], order: string): GroupOrder[] {
  if (order === "" || by.length === 0) return [];
  return order.split(",").map((part): GroupOrder => {
    const match = ORDER.exec(part);
    if (!match) throw valueError(`Invalid order ${repr(order)} for _read_group()`);
    const [, term = "", direction = "", nulls] = match;
    const descending = direction.toLowerCase() === "desc";
    const nullsFirst = nulls === undefined ? undefined : /first/i.test(nulls);
    const index = by.findIndex(({ spec }) => spec === term);
    if (index >= 0) return orderByGroup(env, by, index, descending, nullsFirst);
    const item = orderAggregate(env, model, term, part);
    return {
      value: (group) => aggregate(env, model, item, group),
      compare: compareValues,
      descending,
      nullsFirst,
    };
  });
}

function orderAggregate(env: Env, model: Model, term: string, part: string): Aggregate {
  try {
    return aggregateOf(env, model, term);
  } catch (error) {
    if (!(error instanceof PythonError) || error.type !== "ValueError") throw error;
    throw valueError(`Order term ${repr(part)} is not a valid aggregate nor valid groupby`);
  }
}

const SPEC = /^(\w+)(?:\.(\w+))?(?::(\w+))?$/;

const SPEC_19 = /^(\w+)(?:\.([\w.]+))?(?::(\w+))?$/;

const ORDER =
  /^\s*([a-z0-9_]+(?:\.[\w.]+)?(?::[a-z_]+)?)(?:\s+(desc|asc))?(?:\s+(nulls first|nulls last))?\s*$/i;

const AGGREGATES: ReadonlySet<string> = new Set([
  "sum",
  "avg",
  "max",
  "min",
  "bool_and",
  "bool_or",
  "array_agg",
  "count",
  "count_distinct",
]);
