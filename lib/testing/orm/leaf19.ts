/**
 * Conditions of Odoo 19: which of them are on columns, and which lead to other records first.
 *
 * @module
 */
import type { Condition } from "./conditions.ts";
import { columnCondition19, partCondition } from "./conditions19.ts";
import { conditionsOf, type Leaf, leaf, parseDomain, type Tree, TRUE } from "./domain_tree.ts";
import type { Env } from "./env.ts";
import { PythonError, typeError, valueError } from "../faults.ts";
import { hierarchyIds } from "./hierarchy.ts";
import {
  archivedToo,
  domainOf,
  inheritedFrom,
  isStored,
  type Searcher,
  splitPath,
} from "./searcher.ts";
import type { Field, Model } from "./models.ts";
import { combine, displayNameTree, isNegative } from "./names.ts";
import { isInteger, type PythonValue, repr, truthy } from "../python.ts";
import { noOperator, sqlNumber } from "./sql_values.ts";
import type { Row } from "./store.ts";

/** Makes a condition of a leaf. */
export function compileLeaf19(place: Searcher, given: Leaf): Condition {
  const { model } = place;
  const { path, operator, value } = given;
  const [name, rest] = splitPath(path);
  if (name === "") throw valueError("Invalid field expression ''");
  const field = model.fields.get(name);
  if (!field) throw failed(`Invalid field ${model.name}.${name}`, given);
  const parent = inheritedFrom(model, field);
  if (parent) return throughParent(place, parent, rest, given);
  if (rest !== undefined && rest !== "") return pathCondition(place, field, rest, given);
  if (operator === "==") return place.compile({ ...given, operator: "=" });
  if (operator === "<>") return place.compile({ ...given, operator: "!=" });
  if (operator === "any" || operator === "not any") return anyCondition(place, field, given);
  if (operator.endsWith("_of")) return hierarchyCondition(place, field, given);
  if (!isStored(field)) return computedCondition(place, field, given);
  if (field.relation) return relational(place, field, given);
  if (field.type === "binary") return pictureCondition(place, field, operator, value);
  return columnCondition19(place, field, operator, value);
}

function failed(message: string, { path, operator, value }: Leaf): PythonError {
  return valueError(`${message} in condition ${repr([path, operator, value], true)}`);
}

function throughParent(
  place: Searcher,
  { by, model, last }: { by: string; model: string; last: string },
  rest: string | undefined,
  given: Leaf,
): Condition {
  const { env } = place;
  const path = rest === undefined ? last : `${last}.${rest}`;
  const condition = place.on(env.model(model)).compile({ ...given, path });
  return (row) => {
    const id = row[by];
    const parent = typeof id === "number" ? env.row(model, id) : undefined;
    return parent ? condition(parent) : false;
  };
}

function pathCondition(place: Searcher, field: Field, rest: string, given: Leaf): Condition {
  const { operator, value } = given;
  if (field.relation) {
    return existence(place, field, leaf(rest, operator, value), false);
  }
  if (field.type === "date" || field.type === "datetime") {
    return partCondition(place, field, rest, operator, value);
  }
  throw valueError(`Invalid field property '${rest}' on ${place.model.name}.${field.name}`);
}

/** Whether a record at the other end is found. Many2one fields lead to archived records, too. */
function existence(place: Searcher, field: Field, inner: Tree, negative: boolean): Condition {
  const { env, model } = place;
  const target = env.model(field.relation ?? "");
  const one = field.type === "many2one";
  const tree = one ? inner : combine("and", [inner, domainOf(field, target)]);
  const seen = one ? archivedToo(env) : env;
  const found = isAlways(tree) && one && env.su ? undefined : place.find(seen, target, tree);
  return (row) => idsOf(env, model, field, row).some((id) => found?.has(id) ?? true) !== negative;
}

function isAlways(tree: Tree): boolean {
  return tree === TRUE;
}

function idsOf(env: Env, model: Model, field: Field, row: Row): number[] {
  return [env.value(model, row, field)].flat().filter((id) => typeof id === "number");
}

function anyCondition(place: Searcher, field: Field, given: Leaf): Condition {
  const { operator, value } = given;
  const inner = given.inner ?? parseDomain(place.env, value);
  const negative = operator === "not any";
  if (field.name === "id") {
    return place.compile(negative ? { kind: "not", child: inner } : inner);
  }
  if (!field.relation) {
    throw valueError(
      "Cannot use 'any' with non-relational fields in condition " +
        `(${repr(field.name)}, ${repr(operator)}, ${domainRepr(value)})`,
    );
  }
  return existence(place, field, inner, negative);
}

/** A domain prints with tuples. */
function domainRepr(domain: PythonValue): string {
  const items = Array.isArray(domain) ? domain : [];
  return `[${items.map((item) => repr(item, true)).join(", ")}]`;
}

/** A field that is computed: one that shows another's field is looked for there. */
function computedCondition(place: Searcher, field: Field, given: Leaf): Condition {
  const { model, env } = place;
  if (field.name === "display_name") return displayName(place, given);
  if (!field.related) {
    throw valueError(`Cannot convert ${model.name}.${field.name} to SQL because it is not stored`);
  }
  const { operator, value } = given;
  const nothing = Array.isArray(value) ? value.some((item) => !truthy(item)) : !truthy(value);
  const found = leaf(field.related, operator, value);
  if (isNegative(operator) === nothing) return place.compile(found);
  const tree = combine("or", [found, leaf(splitPath(field.related)[0], "=", false)]);
  return place.on(model, archivedToo(env)).compile(tree);
}

function displayName(place: Searcher, { operator, value }: Leaf): Condition {
  const { env, model } = place;
  const plain = operator === "=" ? "in" : operator === "!=" ? "not in" : operator;
  const items = plain.endsWith("in") && !Array.isArray(value) ? [value] : value;
  if (model.name === "res.partner.category" && plain.endsWith("like") && truthy(value)) {
    return categoryNames(place, plain, value);
  }
  if (model.name === "res.users" && /^(in|ilike)$/.test(plain) && truthy(value)) {
    const logins = place.find(
      env,
      model,
      leaf("login", "in", Array.isArray(items) ? items : [items]),
    );
    if (logins.size > 0) return (row) => logins.has(row.id);
  }
  return place.compile(displayNameTree(model, plain, items));
}

/** A tag is found by the names of those above it, too. */
function categoryNames(place: Searcher, operator: string, value: PythonValue): Condition {
  const { env, model } = place;
  const negative = operator.startsWith("not ");
  const positive = negative ? operator.slice(4) : operator;
  const found = place.find(env, model, displayNameTree(model, positive, value));
  const ids = hierarchyIds(place, model, [...found], "child_of");
  return (row) => ids.has(row.id) !== negative;
}

/** `child_of` and `parent_of`: on a field that points to the own model they speak of the records themselves. */
function hierarchyCondition(place: Searcher, field: Field, given: Leaf): Condition {
  const { env, model } = place;
  const { operator, value } = given;
  if (value === false) return () => false;
  if (field.name !== "id" && !field.relation) {
    const at = `${model.name}.${field.name}`;
    throw failed(`Cannot execute ${operator} for ${at}, works only for relational fields`, given);
  }
  const target = field.name === "id" ? model : env.model(field.relation ?? "");
  const start = startOf(place, field, target, value);
  const own = target.name === model.name;
  const along = own && field.name !== "id" ? field : undefined;
  const ids = hierarchyIds(place, target, start, operator, along);
  if (start.length === 0) return () => false;
  if (field.name === "id" || (own && field.type === "many2one")) return (row) => ids.has(row.id);
  return (row) => idsOf(env, model, field, row).some((id) => ids.has(id));
}

function startOf(place: Searcher, field: Field, target: Model, value: PythonValue): PythonValue[] {
  const { env } = place;
  const items = Array.isArray(value) ? value : [value];
  const seen = field.type === "many2one" ? archivedToo(env) : env;
  const isId = (item: PythonValue) => isInteger(item) || typeof item === "boolean";
  const ids = items.filter(isId);
  const names = items.filter((item) => !isId(item));
  const trees: Tree[] = names.map((name) => leaf("display_name", "ilike", name));
  const known = field.type === "many2many" ? [] : ids.filter((id) => truthy(id));
  if (field.type === "many2many") trees.push(leaf("id", "in", ids));
  const found = trees.length > 0 ? place.find(seen, target, combine("or", trees)) : [];
  return [...known, ...found];
}

function relational(place: Searcher, field: Field, given: Leaf): Condition {
  const { operator, value } = given;
  if (operator === "=?") {
    return truthy(value) ? relational(place, field, { ...given, operator: "=" }) : () => true;
  }
  const negative = isNegative(operator);
  if (operator.endsWith("like")) {
    const isEmpty = negative !== operator.includes("=");
    if (!truthy(value)) return membership(place, field, [false], !isEmpty);
    const positive = negative ? operator.slice(4) : operator;
    return existence(place, field, leaf("display_name", positive, value), negative);
  }
  if (/^[<>]/.test(operator)) return inequality(place, field, given);
  if (operator.endsWith("in") && !truthy(value)) return () => negative;
  const list = Array.isArray(value) ? value : [value];
  return membership(place, field, list.length === 0 ? [false] : list, negative);
}

function inequality(place: Searcher, field: Field, given: Leaf): Condition {
  const { path, operator, value } = given;
  if (typeof value === "string") {
    throw typeError(
      "Inequality not supported for relational field using a string in condition " +
        repr([path, operator, value], true),
    );
  }
  if (field.type === "many2one") return columnCondition19(place, field, operator, value);
  throw new PythonError(
    "AssertionError",
    `Relational field ${place.model.name}.${field.name} expects 'any' operator`,
  );
}

/** `in` of a relational field: ids, names, and `false` for no record at all. */
function membership(
  place: Searcher,
  field: Field,
  items: readonly PythonValue[],
  negative: boolean,
): Condition {
  const names = items.filter((item) => typeof item === "string");
  const others = items.filter((item) => typeof item !== "string");
  const conditions: Condition[] = [];
  if (names.length > 0) {
    conditions.push(existence(place, field, leaf("display_name", "in", names), false));
  }
  if (others.length > 0) conditions.push(idsCondition(place, field, others, negative));
  return (row) => {
    const truths = conditions.map((condition) => condition(row));
    if (truths.includes(true)) return !negative;
    return negative && !truths.includes(null);
  };
}

function idsCondition(
  place: Searcher,
  field: Field,
  items: readonly PythonValue[],
  negative: boolean,
): Condition {
  const { env, model } = place;
  const operator = negative && field.type === "many2one" ? "<>" : "=";
  const withNone = items.some((item) => item === false || item === null);
  const kept = items.filter((item) => item !== false && item !== null);
  if (kept.includes(true)) throw noOperator(`integer ${operator} boolean`);
  const ids = new Set(kept.map((item) => sqlNumber(item)));
  // A many2one knows no 0: it is compared with NULL
  const unknown = field.type === "many2one" && ids.delete(0);
  const target = env.model(field.relation ?? "");
  const active = conditionsOf(domainOf(field, target)).length > 0;
  const counts = (id: number) => {
    const record = env.row(target.name, id);
    if (record && field.where?.(record) === false) return false;
    return !active || record?.["active"] === true;
  };
  return (row) => {
    const own = idsOf(env, model, field, row).filter(counts);
    if (withNone && own.length === 0 || own.some((id) => ids.has(id))) return true;
    return unknown && own.length > 0 ? null : false;
  };
}

/** Of a picture only its being there is known. */
function pictureCondition(
  { env, model }: Searcher,
  field: Field,
  operator: string,
  value: PythonValue,
): Condition {
  const negative = isNegative(operator);
  const items = Array.isArray(value) ? value : [value];
  const isEmpty = /^(=|!=|in|not in)$/.test(operator) && items.every((item) => item === false);
  if (!isEmpty) return () => true;
  return (row) => (env.value(model, row, field) === null) !== negative;
}
