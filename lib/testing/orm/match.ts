/**
 * Domains: which rows a search finds. Malformed ones fail as they do in each version of Odoo.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { compare, type Predicate, searchable } from "./conditions.ts";
import type { Env } from "./env.ts";
import { lacking, PythonError, typeError, valueError } from "../faults.ts";
import type { Field, Model } from "./models.ts";
import { isDict, isInteger, type PythonValue, repr, truthy } from "../python.ts";
import type { Row } from "./store.ts";

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
  if (env.version === 14 && isDict(domain)) throw new PythonError("KeyError", "0");
  if (env.version === 14 && typeof domain !== "string") {
    throw typeError("object of type 'int' has no len()");
  }
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

/** Odoo 19 takes operators in capitals, and `==`. */
const OPERATORS =
  /^(=|!=|<>|<|>|<=|>=|in|not in|like|not like|ilike|not ilike|=like|=ilike|=\?|child_of|parent_of|any|not any)$/;

function compileLeaf(env: Env, model: Model, leaf: PythonValue): Predicate {
  if (!Array.isArray(leaf) || leaf.length !== 3) throw badLeaf(env, model, leaf);
  const [left = null, given = null, right = null] = leaf;
  if (isInteger(left)) {
    const holds = (left === 1 && right === 1) || (left === 0 && right === 0);
    return () => holds;
  }
  if (typeof left !== "string") throw badLeaf(env, model, leaf);
  const operator = env.version === 19 && typeof given === "string"
    ? given.toLowerCase().replace(/^==$/, "=")
    : given;
  if (typeof operator !== "string" || !OPERATORS.test(operator)) throw badOperator(env, leaf);
  return compileCondition(env, model, left, operator, right);
}

function compileCondition(
  env: Env,
  model: Model,
  path: string,
  operator: string,
  value: PythonValue,
): Predicate {
  const leaf = [path, operator, value];
  const dot = path.indexOf(".");
  const name = dot < 0 ? path : path.slice(0, dot);
  const field = model.fields.get(name);
  if (!field) {
    const where = env.version === 19 ? "condition" : "leaf";
    throw valueError(`Invalid field ${model.name}.${name} in ${where} ${repr(leaf, true)}`);
  }
  if (dot >= 0) return throughPath(env, model, field, path.slice(dot + 1), operator, value);
  if (env.version === 19 && name === "display_name") {
    return byNames(env, model, operator, value);
  }
  if (!searchable(env, model, field)) return () => true;
  checkMembership(env, operator, value, leaf);
  if (operator.endsWith("any")) return compileAny(env, model, field, operator, value);
  if (operator.endsWith("_of")) return inHierarchy(env, model, field, operator, value);
  if (field.relation) return relational(env, model, field, operator, value);
  return compare(env, model, field, operator, value);
}

/** Before 19 `in` wants a list, or a boolean. */
function checkMembership(
  env: Env,
  operator: string,
  value: PythonValue,
  leaf: PythonValue[],
): void {
  if (env.version === 19 || (operator !== "in" && operator !== "not in")) return;
  if (typeof value === "string" || typeof value === "number") {
    throw valueError(`Invalid domain term ${repr(leaf, true)}`);
  }
}

/** A name is looked for in all the fields that the model is known by. */
function byNames(env: Env, model: Model, operator: string, value: PythonValue): Predicate {
  const predicates = model.namesSearch.map((field) =>
    compileCondition(env, model, field, operator, value)
  );
  const negative = operator.startsWith("not ") || operator === "!=";
  return negative
    ? (row) => predicates.every((predicate) => predicate(row))
    : (row) => predicates.some((predicate) => predicate(row));
}

function throughPath(
  env: Env,
  model: Model,
  field: Field,
  rest: string,
  operator: string,
  value: PythonValue,
): Predicate {
  if (!field.relation) throw badPath(env, model, field, rest, operator, value);
  const inner = compileCondition(env, env.model(field.relation), rest, operator, value);
  return (row) => related(env, model, field, row).some((other) => inner(other));
}

function badPath(
  env: Env,
  model: Model,
  { name, type }: Field,
  rest: string,
  operator: string,
  value: PythonValue,
): PythonError {
  if (env.version === 19) {
    return valueError(`Invalid field property '${rest}' on ${model.name}.${name}`);
  }
  if (env.version === 14) {
    const kind = type.charAt(0).toUpperCase() + type.slice(1);
    return new PythonError("AttributeError", `'${kind}' object has no attribute 'auto_join'`);
  }
  const term = repr([`${name}.${rest}`, operator, value], true);
  return new PythonError(
    "AssertionError",
    `Invalid field '${name}.${rest}' in domain term ${term}`,
  );
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
    if (env.version === 17) throw new PythonError("KeyError", "None");
    const term = repr([field.name, operator, value], true);
    throw valueError(`Cannot use '${operator}' with non-relational fields in condition ${term}`);
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
  if (/^[<>]=?$/.test(operator)) return compare(env, model, field, operator, value);
  const items = Array.isArray(value) ? value : [value];
  if (items.includes(true)) throw noSuchOperator();
  const wanted = idsMatching(env, env.model(field.relation ?? ""), operator, items);
  const negative = operator.startsWith("not ") || operator === "!=" || operator === "<>";
  const empty = items.some((item) => item === false || item === null) && !operator.includes("like");
  // Before 19 a list with false in it finds many2one fields without a value, but no empty x2many.
  const many = field.type !== "many2one" && operator.endsWith("in") && env.version !== 19;
  return (row) => {
    const own = idsOf(env.value(model, row, field));
    const found = own.some((id) => wanted.has(id)) || (empty && !many && own.length === 0);
    return found !== negative;
  };
}

/** Ids that the values of a relational leaf stand for; text is looked for in names. */
function idsMatching(
  env: Env,
  target: Model,
  operator: string,
  items: readonly PythonValue[],
): ReadonlySet<number> {
  const like = operator.includes("like");
  const positive = like ? operator.replace("not ", "") : "=";
  const texts = items.filter((item) => typeof item === "string");
  const ids = new Set(items.filter(isInteger));
  if (texts.length === 0 && !like) return ids;
  const words = like ? items : texts;
  const predicates = words.map((word) => byNames(env, target, positive, word));
  for (const row of env.store.rows(target.name)) {
    if (predicates.some((predicate) => predicate(row))) ids.add(row.id);
  }
  return ids;
}

/** `child_of` and `parent_of`: on a field that points to the own model they speak of the records themselves. */
function inHierarchy(
  env: Env,
  model: Model,
  field: Field,
  operator: string,
  value: PythonValue,
): Predicate {
  if (field.name !== "id" && !field.relation) throw noHierarchy(env, model, field, operator, value);
  const own = field.name === "id" || field.relation === model.name;
  const target = own ? model : env.model(field.relation ?? "");
  const tree = hierarchy(env, target, operator, Array.isArray(value) ? value : [value]);
  if (own) return (row) => tree.has(row.id);
  return (row) => idsOf(env.value(model, row, field)).some((id) => tree.has(id));
}

function noHierarchy(
  env: Env,
  model: Model,
  { name }: Field,
  operator: string,
  value: PythonValue,
): PythonError {
  if (env.version !== 19) return new PythonError("KeyError", `'${operator}'`);
  return valueError(
    `Cannot execute ${operator} for ${model.name}.${name}, works only for relational fields in condition ` +
      repr([name, operator, value], true),
  );
}

function hierarchy(
  env: Env,
  target: Model,
  operator: string,
  items: readonly PythonValue[],
): ReadonlySet<number> {
  if (!target.fields.has("parent_id")) {
    throw lacking(`${operator} on ${target.name}, which has no parent_id`);
  }
  const tree = new Set(idsMatching(env, target, "in", items));
  return operator === "parent_of" ? climb(env, target, tree) : descend(env, target, tree);
}

function climb(env: Env, target: Model, tree: Set<number>): Set<number> {
  for (const id of [...tree]) {
    let above = env.row(target.name, id)?.["parent_id"];
    while (typeof above === "number" && !tree.has(above)) {
      tree.add(above);
      above = env.row(target.name, above)?.["parent_id"];
    }
  }
  return tree;
}

function descend(env: Env, target: Model, tree: Set<number>): Set<number> {
  for (let grown = true; grown;) {
    grown = false;
    for (const row of env.store.rows(target.name)) {
      const above = row["parent_id"];
      if (typeof above !== "number" || !tree.has(above) || tree.has(row.id)) continue;
      tree.add(row.id);
      grown = true;
    }
  }
  return tree;
}

function badLeaf(env: Env, model: Model, leaf: PythonValue): PythonError {
  if (env.version === 19) return valueError(`Domain() invalid item in domain: ${repr(leaf)}`);
  if (typeof leaf === "string") return badText(env, model, leaf);
  if (!Array.isArray(leaf)) return typeError("'int' object is not subscriptable");
  if (leaf.length === 0) return new PythonError("IndexError", "tuple index out of range");
  if (env.version === 14) return valueError(`Invalid leaf ${repr(leaf, true)}`);
  return valueError(
    leaf.length < 3
      ? `not enough values to unpack (expected 3, got ${leaf.length})`
      : `too many values to unpack (expected 3)`,
  );
}

/** A text in place of a condition is taken apart into characters. */
function badText(env: Env, model: Model, leaf: string): PythonError {
  if (leaf.length < 3) return new PythonError("IndexError", "string index out of range");
  if (env.version === 14) return valueError(`Invalid leaf ${leaf}`);
  const characters = [...leaf].slice(0, 3);
  return valueError(
    `Invalid field ${model.name}.${characters[0]} in leaf ${repr(characters, true)}`,
  );
}

function noSuchOperator(): PythonError {
  return new PythonError(
    "psycopg2.errors.UndefinedFunction",
    "operator does not exist: integer = boolean\n" +
      "HINT:  No operator matches the given name and argument types. You might need to add explicit type casts.\n",
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
