/**
 * Domains: which rows a search finds. Malformed ones fail as they do in each version of Odoo.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";
import type { Env } from "./env.ts";
import { lacking, PythonError, typeError, valueError } from "./faults.ts";
import type { Field, Model } from "./models.ts";
import {
  isInteger,
  plain,
  PythonDateTime,
  PythonFloat,
  type PythonValue,
  repr,
  truthy,
} from "./python.ts";
import { compareValues } from "./order.ts";
import type { Row } from "./store.ts";

/** Tells whether a row is in. */
export type Predicate = (row: Row) => boolean;

const OPERATORS = new Set([
  "=",
  "!=",
  "<>",
  "==",
  "<",
  ">",
  "<=",
  ">=",
  "in",
  "not in",
  "like",
  "not like",
  "ilike",
  "not ilike",
  "=like",
  "=ilike",
  "=?",
  "child_of",
  "parent_of",
  "any",
  "not any",
]);

/** Makes a predicate of a domain. */
export function compileDomain(env: Env, model: Model, domain: PythonValue): Predicate {
  const items = checkDomain(env, domain);
  const stack: Predicate[] = [];
  for (const item of items.toReversed()) {
    if (item === "!") {
      const inner = pop(env, stack, items);
      stack.push((row) => !inner(row));
    } else if (item === "&" || item === "|") {
      const first = pop(env, stack, items);
      const second = pop(env, stack, items);
      stack.push(
        item === "&" ? (row) => first(row) && second(row) : (row) => first(row) || second(row),
      );
    } else stack.push(compileLeaf(env, model, item));
  }
  return (row) => stack.every((predicate) => predicate(row));
}

/** Whether a domain says something about a field: a domain on `active` ends the test for it. */
export function mentions(domain: PythonValue, field: string): boolean {
  return Array.isArray(domain) &&
    domain.some((item) => Array.isArray(item) && item[0] === field);
}

/** How each version refuses what is no domain at all. */
function checkDomain(env: Env, domain: PythonValue): PythonValue[] {
  if (!truthy(domain)) return [];
  if (Array.isArray(domain)) return domain;
  if (env.version === 19) {
    throw typeError(`Domain() invalid argument type for domain: ${repr(domain)}`);
  }
  if (env.version === 14) throw typeError("object of type 'int' has no len()");
  throw new PythonError(
    "AssertionError",
    "Domains to normalize must have a 'domain' form: a list or tuple of domain components",
  );
}

function pop(env: Env, stack: Predicate[], domain: PythonValue[]): Predicate {
  const predicate = stack.pop();
  if (predicate) return predicate;
  const text = repr(domain);
  if (env.version === 19) throw valueError(`Domain() malformed domain ${text}`);
  if (env.version === 17) throw valueError(`Domain ${text} is syntactically not correct.`);
  throw new PythonError("AssertionError", `This domain is syntactically not correct: ${text}`);
}

function compileLeaf(env: Env, model: Model, leaf: PythonValue): Predicate {
  if (!Array.isArray(leaf) || leaf.length !== 3) throw badLeaf(env, model, leaf);
  const [left = null, operator = null, right = null] = leaf;
  if (isInteger(left)) {
    const holds = (left === 1 && right === 1) || (left === 0 && right === 0);
    return () => holds;
  }
  if (typeof left !== "string") throw badLeaf(env, model, leaf);
  if (typeof operator !== "string" || !OPERATORS.has(operator.toLowerCase())) {
    throw badOperator(env, leaf);
  }
  return compileCondition(env, model, left, operator.toLowerCase(), right, leaf);
}

function compileCondition(
  env: Env,
  model: Model,
  path: string,
  operator: string,
  value: PythonValue,
  leaf: PythonValue[],
): Predicate {
  const dot = path.indexOf(".");
  const name = dot < 0 ? path : path.slice(0, dot);
  const field = model.fields.get(name);
  if (!field) {
    const where = env.version === 19 ? "condition" : "leaf";
    throw valueError(`Invalid field ${model.name}.${name} in ${where} ${repr(leaf, true)}`);
  }
  if (dot >= 0) return throughPath(env, model, field, path.slice(dot + 1), operator, value, leaf);
  if (!field.stored && !field.related && !field.compute) {
    throw lacking(`a search on ${model.name}.${name}`);
  }
  if (field.compute && !field.store && name !== "display_name" && name !== "__last_update") {
    throw lacking(`a search on the computed field ${model.name}.${name}`);
  }
  if (operator === "any" || operator === "not any") {
    return compileAny(env, model, field, operator, value);
  }
  if (field.relation) return relational(env, model, field, operator, value);
  return scalar(env, model, field, operator, value);
}

function throughPath(
  env: Env,
  model: Model,
  field: Field,
  rest: string,
  operator: string,
  value: PythonValue,
  leaf: PythonValue[],
): Predicate {
  if (!field.relation) {
    throw valueError(
      `Invalid field ${model.name}.${field.name}.${rest} in leaf ${repr(leaf, true)}`,
    );
  }
  const target = env.model(field.relation);
  const inner = compileCondition(env, target, rest, operator, value, leaf);
  return (row) => related(env, model, field, row).some((other) => inner(other));
}

function compileAny(
  env: Env,
  model: Model,
  field: Field,
  operator: string,
  value: PythonValue,
): Predicate {
  if (env.version === 14) throw typeError("unhashable type: 'list'");
  if (!field.relation) {
    throw valueError(`Invalid operator ${operator} for ${model.name}.${field.name}`);
  }
  const inner = compileDomain(env, env.model(field.relation), value);
  return (row) =>
    related(env, model, field, row).some((other) => inner(other)) === (operator === "any");
}

/** Records that a relational field of a row points to. */
function related(env: Env, model: Model, field: Field, row: Row): Row[] {
  return idsOf(env.value(model, row, field)).flatMap((id) => {
    const other = env.row(field.relation ?? "", id);
    return other ? [other] : [];
  });
}

function relational(
  env: Env,
  model: Model,
  field: Field,
  operator: string,
  value: PythonValue,
): Predicate {
  const ids = (row: Row) => idsOf(env.value(model, row, field));
  const target = env.model(field.relation ?? "");
  if (operator === "child_of" || operator === "parent_of") {
    const tree = hierarchy(env, target, operator, value);
    return (row) => ids(row).some((id) => tree.has(id));
  }
  const negative = operator.startsWith("not ") || operator === "!=" || operator === "<>";
  const wanted = idsMatching(env, target, operator, value);
  if (!wanted) return scalarMany2One(env, model, field, operator, value);
  const withEmpty = wantsEmpty(operator, value);
  return (row) => {
    const own = ids(row);
    const found = own.some((id) => wanted.has(id)) || (withEmpty && own.length === 0);
    return found !== negative;
  };
}

/** Ids that a value of a relational leaf stands for; text is looked for in display names. */
function idsMatching(
  env: Env,
  target: Model,
  operator: string,
  value: PythonValue,
): ReadonlySet<number> | undefined {
  if (["<", ">", "<=", ">="].includes(operator)) return undefined;
  const texts = (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");
  if (operator.includes("like") || texts.length > 0) {
    const like = operator.includes("like");
    const positive = like ? operator.replace("not ", "") : "=";
    const name = { ...target, fields: target.fields };
    const predicates = texts.flatMap((text) =>
      target.namesSearch.map((field) => compileCondition(env, name, field, positive, text, [field]))
    );
    const found = new Set<number>();
    for (const row of env.store.rows(target.name)) {
      if (predicates.some((predicate) => predicate(row))) found.add(row.id);
    }
    return found;
  }
  const items = Array.isArray(value) ? value : [value];
  return new Set(items.flatMap((item) => isInteger(item) ? [item] : []));
}

function wantsEmpty(operator: string, value: PythonValue): boolean {
  if (operator.includes("like")) return false;
  const items = Array.isArray(value) ? value : [value];
  return items.some((item) => item === false || item === null);
}

function scalarMany2One(
  env: Env,
  model: Model,
  field: Field,
  operator: string,
  value: PythonValue,
): Predicate {
  return (row) => compareScalar(env.value(model, row, field), operator, plain(value));
}

function hierarchy(
  env: Env,
  target: Model,
  operator: string,
  value: PythonValue,
): ReadonlySet<number> {
  const start = idsMatching(env, target, "in", Array.isArray(value) ? value : [value]) ?? new Set();
  const parent = target.fields.get("parent_id");
  if (!parent) throw lacking(`${operator} on ${target.name}, which has no parent_id`);
  const tree = new Set(start);
  if (operator === "parent_of") {
    for (const id of start) {
      let above = env.row(target.name, id)?.["parent_id"];
      while (typeof above === "number" && !tree.has(above)) {
        tree.add(above);
        above = env.row(target.name, above)?.["parent_id"];
      }
    }
    return tree;
  }
  let grown = true;
  while (grown) {
    grown = false;
    for (const row of env.store.rows(target.name)) {
      const above = row["parent_id"];
      if (typeof above === "number" && tree.has(above) && !tree.has(row.id)) {
        tree.add(row.id);
        grown = true;
      }
    }
  }
  return tree;
}

function scalar(
  env: Env,
  model: Model,
  field: Field,
  operator: string,
  value: PythonValue,
): Predicate {
  if (field.name === "id") checkId(env, operator, value);
  if (operator === "child_of" || operator === "parent_of") {
    const tree = hierarchy(env, model, operator, value);
    return (row) => tree.has(row.id);
  }
  if (operator.includes("like")) return likeness(env, model, field, operator, value);
  if (operator === "=?") {
    if (!truthy(value)) return () => true;
    return scalar(env, model, field, "=", value);
  }
  const negative = operator === "!=" || operator === "<>" || operator === "not in";
  if (negative || operator === "=" || operator === "==" || operator === "in") {
    const wanted = wantedValues(env, field, operator, value);
    return (row) => isWanted(field, env.value(model, row, field), wanted) !== negative;
  }
  const bound = widen(env, field, operator, normal(field, value));
  return (row) => compareScalar(env.value(model, row, field), operator, bound);
}

function checkId(env: Env, operator: string, value: PythonValue): void {
  if (env.version < 19 && value instanceof PythonFloat) {
    throw new PythonError(
      "psycopg2.errors.InvalidTextRepresentation",
      `invalid input syntax for type integer: "${value.value}.0"\n`,
    );
  }
  if (env.version < 19 && (operator === "in" || operator === "not in") && isInteger(value)) {
    throw valueError(`Invalid value for operator ${operator}: ${repr(value)}`);
  }
}

function wantedValues(env: Env, field: Field, operator: string, value: PythonValue): RpcValue[] {
  const isList = Array.isArray(value);
  if ((operator === "in" || operator === "not in") && typeof value === "boolean") {
    return [null];
  }
  const values = isList ? value : [value];
  return values.map((item) => normal(field, item)).flatMap((item) =>
    env.version === 19 && field.type === "datetime" && typeof item === "string"
      ? [item.slice(0, 19)]
      : [item]
  );
}

/** NULL is equal to false; a boolean that was never set is false; Odoo 19 compares whole seconds. */
function isWanted(field: Field, value: RpcValue, wanted: RpcValue[]): boolean {
  if (field.type === "boolean") {
    return wanted.some((item) => truthyValue(item) === truthyValue(value));
  }
  if (value === null) return wanted.includes(null);
  if (field.type === "integer" || field.type === "float" || field.type === "monetary") {
    return wanted.some((item) => item === value || (item === null && value === 0));
  }
  if (value === "" && wanted.includes(null)) return true;
  if (field.type === "datetime" && typeof value === "string") {
    return wanted.some((item) =>
      item === value || (typeof item === "string" && item.length === 19 && value === item)
    );
  }
  return wanted.includes(value);
}

function truthyValue(value: RpcValue): boolean {
  return value !== null && value !== false && value !== 0 && value !== "";
}

/** The value of a domain in the form of the column: dates may be written with a `T` there. */
function normal(field: Field, value: PythonValue): RpcValue {
  if (value === false && field.type !== "boolean") return null;
  if (value instanceof PythonDateTime) return value.toOdoo();
  const item = plain(value);
  if (typeof item !== "string") return item;
  if (field.type === "datetime") {
    const text = item.replace("T", " ");
    return /^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text;
  }
  if (field.type === "date") return item.slice(0, 10);
  if ((field.type === "integer" || field.type === "float") && item.trim() !== "") {
    return Number.isNaN(Number(item)) ? item : Number(item);
  }
  return item;
}

/** Odoo 19 widens the second: `> 10:00:00` leaves out 10:00:00.5, `<=` takes it in. */
function widen(env: Env, field: Field, operator: string, value: RpcValue): RpcValue {
  if (env.version < 19 || field.type !== "datetime" || typeof value !== "string") return value;
  if (value.length !== 19) return value;
  return operator === ">" || operator === "<=" ? `${value}.999999` : value;
}

function compareScalar(value: RpcValue, operator: string, bound: RpcValue): boolean {
  if (value === null || bound === null) return false;
  const order = compareValues(value, bound);
  switch (operator) {
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
    default:
      return order === 0;
  }
}

/** `like` looks anywhere, `=like` at the whole text; `%` and `_` are wildcards in both. */
function likeness(
  env: Env,
  model: Model,
  field: Field,
  operator: string,
  value: PythonValue,
): Predicate {
  const negative = operator.startsWith("not ");
  const kind = negative ? operator.slice(4) : operator;
  const text = value === false || value === null ? "" : String(plain(value));
  if (text === "" && !kind.startsWith("=")) return () => !negative;
  const pattern = kind.startsWith("=") ? text : `%${text}%`;
  const regexp = new RegExp(`^${likePattern(pattern)}$`, kind.includes("ilike") ? "isu" : "su");
  return (row) => {
    const content = env.value(model, row, field);
    if (content === null) return negative;
    return regexp.test(String(content)) !== negative;
  };
}

function likePattern(pattern: string): string {
  return [...pattern.matchAll(/\\(.)|([\s\S])/gu)].map(([, escaped, char = ""]) => {
    if (escaped !== undefined) return RegExp.escape(escaped);
    if (char === "%") return ".*";
    return char === "_" ? "." : RegExp.escape(char);
  }).join("");
}

function badLeaf(env: Env, model: Model, leaf: PythonValue): PythonError {
  if (env.version === 19) return valueError(`Domain() invalid item in domain: ${repr(leaf)}`);
  if (typeof leaf === "string") {
    if (leaf.length < 3) return new PythonError("IndexError", "string index out of range");
    if (env.version === 14) return valueError(`Invalid leaf ${leaf}`);
    const [first = ""] = leaf;
    return valueError(
      `Invalid field ${model.name}.${first} in leaf ${repr([...leaf].slice(0, 3), true)}`,
    );
  }
  if (env.version === 14 || !Array.isArray(leaf)) {
    return valueError(`Invalid leaf ${repr(leaf, true)}`);
  }
  return valueError(
    leaf.length < 3
      ? `not enough values to unpack (expected 3, got ${leaf.length})`
      : `too many values to unpack (expected 3)`,
  );
}

function badOperator(env: Env, leaf: PythonValue[]): PythonError {
  return valueError(
    env.version === 19
      ? `Invalid operator in condition ${repr(leaf, true)}`
      : `Invalid leaf ${repr(leaf, true)}`,
  );
}

function idsOf(value: RpcValue): number[] {
  if (typeof value === "number") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "number") : [];
}
