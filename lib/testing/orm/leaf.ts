/**
 * Conditions of Odoo 14 and 17: which of them are on columns, and which lead to other records first.
 *
 * @module
 */
import { columnCondition, type Condition } from "./conditions.ts";
import { checkOperator, type Leaf, leaf, parseDomain, type Tree } from "./domain_tree.ts";
import { PythonError, valueError } from "../faults.ts";
import { hierarchyIds } from "./hierarchy.ts";
import type { Field } from "./models.ts";
import { type PythonValue, repr, truthy } from "../python.ts";
import {
  idsOfValue,
  linesOf,
  linked,
  many2many,
  many2one,
  memberOf,
  one2many,
} from "./relations.ts";
import { archivedToo, inheritedFrom, isStored, type Searcher, splitPath } from "./searcher.ts";

/** A condition with its field looked up: a path of 17 becomes `any`. */
export function prepareLeaf(place: Searcher, given: Leaf): Leaf {
  const { env, model } = place;
  const { path, operator, value } = given;
  const [name, rest] = splitPath(path);
  const field = model.fields.get(name);
  if (!field) {
    throw valueError(
      `Invalid field ${model.name}.${name} in leaf ${repr([path, operator, value], true)}`,
    );
  }
  if (given.inner) return given;
  if (env.version === 14) {
    checkOperator(given);
    return given;
  }
  if (rest !== undefined && field.relation) {
    const inner = prepareLeaf(place.on(env.model(field.relation)), leaf(rest, operator, value));
    return { ...leaf(name, "any", value), inner };
  }
  if (operator !== "any" && operator !== "not any") {
    checkOperator(given);
    return given;
  }
  if (!field.relation) throw new PythonError("KeyError", "None");
  return { ...given, inner: parseDomain(env, value) };
}

/** Makes a condition of a leaf. */
export function compileLeaf(place: Searcher, given: Leaf): Condition {
  const { path, inner } = given;
  const { env, model } = place;
  const { operator, value } = normalize(given);
  const [name, rest] = splitPath(path);
  const field = model.fields.get(name);
  if (!field) throw new TypeError(`There is no field ${name}`);
  const parent = inheritedFrom(model, field);
  if (parent) {
    return throughParent(place, parent, {
      ...given,
      path: [parent.last, ...rest === undefined ? [] : [rest]].join("."),
    });
  }
  if (path === "id" && operator.endsWith("_of")) {
    const ids = hierarchyIds(place, model, idsOfValue(place, model, value), operator);
    return (row) => ids.has(row.id);
  }
  if (inner) return anyCondition(place, field, operator, inner);
  if (rest !== undefined && env.version === 14) {
    return pathCondition(place, field, rest, operator, value);
  }
  if (!isStored(field)) return computedCondition(place, field, leaf(path, operator, value));
  if (rest !== undefined) {
    const term = repr([path, operator, value], true);
    throw new PythonError("AssertionError", `Invalid field '${path}' in domain term ${term}`);
  }
  if (field.type === "one2many") return one2many(place, field, operator, value);
  if (field.type === "many2many") return many2many(place, field, operator, value);
  if (field.type === "many2one") return many2one(place, field, operator, value);
  return plainCondition(place, field, operator, value);
}

/** What Odoo makes of operators before it looks at them: `in` of a boolean is `=`, `=` of a list is `in`. */
function normalize({ operator, value }: Leaf): { operator: string; value: PythonValue } {
  const plain = operator === "<>" ? "!=" : operator;
  if (typeof value === "boolean" && (plain === "in" || plain === "not in")) {
    return { operator: plain === "in" ? "=" : "!=", value };
  }
  if (Array.isArray(value) && (plain === "=" || plain === "!=")) {
    return { operator: plain === "=" ? "in" : "not in", value };
  }
  return { operator: plain, value };
}

function throughParent(
  place: Searcher,
  { by, model }: { by: string; model: string },
  given: Leaf,
): Condition {
  const { env } = place;
  const condition = place.on(env.model(model)).compile(given);
  return (row) => {
    const id = row[by];
    const parent = typeof id === "number" ? env.row(model, id) : undefined;
    return parent ? condition(parent) : null;
  };
}

/** A field that is computed: one that shows another's field is looked for there, any other is left out. */
function computedCondition(place: Searcher, field: Field, given: Leaf): Condition {
  if (!field.related) return () => true;
  return place.compile({ ...given, path: field.related });
}

/** A path of Odoo 14. */
function pathCondition(
  place: Searcher,
  field: Field,
  rest: string,
  operator: string,
  value: PythonValue,
): Condition {
  const { env, model } = place;
  if (!field.relation) {
    const kind = field.name === "id" ? "id" : field.type;
    const label = kind.charAt(0).toUpperCase() + kind.slice(1);
    throw new PythonError("AttributeError", `'${label}' object has no attribute 'auto_join'`);
  }
  const seen = field.type === "many2one" ? archivedToo(env) : env;
  const ids = place.find(seen, env.model(field.relation), leaf(rest, operator, value));
  if (field.type === "many2one") return memberOf(env, model, field, ids, false);
  return field.type === "one2many"
    ? linesOf(place, field, ids, false)
    : linked(place, field, ids, false);
}

function anyCondition(place: Searcher, field: Field, operator: string, inner: Tree): Condition {
  const { env, model } = place;
  const negative = operator === "not any";
  const target = env.model(field.relation ?? "");
  if (field.type === "many2one") {
    const ids = place.find(archivedToo(env), target, inner);
    const member = memberOf(env, model, field, ids, negative);
    return (row) => member(row) ?? negative;
  }
  const ids = place.find(env, target, inner);
  return field.type === "one2many"
    ? linesOf(place, field, ids, negative)
    : linked(place, field, ids, negative);
}

/** Stamps of a day have a time, and of a picture only its being there is known. */
function plainCondition(
  place: Searcher,
  field: Field,
  operator: string,
  value: PythonValue,
): Condition {
  const { env, model } = place;
  if (field.type === "binary") {
    if ((operator !== "=" && operator !== "!=") || truthy(value)) return () => true;
    return (row) => (env.value(model, row, field) === null) === (operator === "=");
  }
  if (field.type === "datetime" && typeof value === "string" && value.length === 10) {
    const time = operator === ">" || operator === "<=" ? "23:59:59" : "00:00:00";
    return columnCondition(place, field, operator, `${value} ${time}`);
  }
  return columnCondition(place, field, operator, value);
}
