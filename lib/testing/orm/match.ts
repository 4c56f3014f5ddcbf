/**
 * Domains: which rows a search finds. What is malformed fails as it does in each version of Odoo.
 *
 * @module
 */
import { checkAccess } from "./access.ts";
import type { Condition, Predicate, Truth } from "./conditions.ts";
import { conditionsOf, OPPOSITES, parseDomain, partsOf, type Tree } from "./domain_tree.ts";
import type { Env } from "./env.ts";
import { compileLeaf, prepareLeaf } from "./leaf.ts";
import { compileLeaf19 } from "./leaf19.ts";
import type { Model } from "./models.ts";
import type { PythonValue } from "../python.ts";
import type { Searcher } from "./searcher.ts";
import type { Row } from "./store.ts";
import { allowedRows } from "./rules.ts";

/** Makes a predicate of a domain. It knows nothing of archived records and of record rules. */
export function compileDomain(env: Env, model: Model, domain: PythonValue): Predicate {
  const condition = compileTree(searcher(env, model), parseDomain(env, domain));
  return (row) => condition(row) === true;
}

/** Rows that a condition finds, in no order. Archived ones only where the context or the condition asks for them. */
export function rowsOf(env: Env, model: Model, tree: Tree): Row[] {
  const asked = new Set(conditionsOf(tree).map(({ path }) => path));
  const active = env.activeTest && model.fields.has("active") && !asked.has("active");
  const leftOut = model.rules.leavesOut?.(asked) ?? (() => false);
  const condition = compileTree(searcher(env, model), tree);
  const allowed = allowedRows(env, model, "read", true) ?? (() => true);
  const found: Row[] = [];
  for (const row of env.store.rows(model.name)) {
    if ((active && row["active"] !== true) || leftOut(row)) continue;
    if (condition(row) === true && allowed(row)) found.push(row);
  }
  return found;
}

function searcher(env: Env, model: Model): Searcher {
  const place: Searcher = {
    env,
    model,
    compile: (tree) => compileTree(place, tree),
    on: (other, seen = env) => searcher(seen, other),
    find: (seen, other, tree) => {
      checkAccess(seen, other, "read");
      return new Set(rowsOf(seen, other, tree).map(({ id }) => id));
    },
  };
  return place;
}

function compileTree(place: Searcher, tree: Tree): Condition {
  switch (tree.kind) {
    case "constant":
      return () => tree.value;
    case "and":
      return all(cheapFirst(place, partsOf(tree)));
    case "or":
      return any(cheapFirst(place, partsOf(tree)));
    case "not":
      return place.env.version === 19
        ? not(compileTree(place, tree.child))
        : negate(place, tree.child);
    case "leaf":
      return place.env.version === 19
        ? compileLeaf19(place, tree)
        : compileLeaf(place, prepareLeaf(place, tree));
  }
}

/** What is computed or lies behind a path is asked last: the others often decide. */
function cheapFirst(place: Searcher, children: readonly Tree[]): Condition[] {
  const isDear = (tree: Tree) =>
    conditionsOf(tree).some(({ path }) => {
      const field = place.model.fields.get(path);
      return !field || field.compute !== undefined || field.related !== undefined;
    });
  const compiled = children.map((child) => ({
    condition: compileTree(place, child),
    cost: Number(isDear(child)),
  }));
  return compiled.sort((first, second) => first.cost - second.cost)
    .map(({ condition }) => condition);
}

/** SQL's AND: what is not known can still be false. */
function all(conditions: readonly Condition[]): Condition {
  return (row) => {
    let result: Truth = true;
    for (const condition of conditions) {
      const truth = condition(row);
      if (truth === false) return false;
      if (truth === null) result = null;
    }
    return result;
  };
}

/** SQL's OR: what is not known can still be true. */
function any(conditions: readonly Condition[]): Condition {
  return (row) => {
    let result: Truth = false;
    for (const condition of conditions) {
      const truth = condition(row);
      if (truth === true) return true;
      if (truth === null) result = null;
    }
    return result;
  };
}

/** Odoo 19 has no third answer. */
function not(condition: Condition): Condition {
  return (row) => condition(row) !== true;
}

/** Odoo 14 and 17 turn the operators around that they know the opposite of. */
function negate(place: Searcher, tree: Tree): Condition {
  switch (tree.kind) {
    case "constant":
      return () => !tree.value;
    case "not":
      return compileTree(place, tree.child);
    case "and":
      return any(partsOf(tree).map((child) => negate(place, child)));
    case "or":
      return all(partsOf(tree).map((child) => negate(place, child)));
    case "leaf": {
      const prepared = prepareLeaf(place, tree);
      const operator = OPPOSITES[prepared.operator];
      if (operator) return compileLeaf(place, { ...prepared, operator });
      const condition = compileLeaf(place, prepared);
      return (row) => {
        const truth = condition(row);
        return truth === null ? null : !truth;
      };
    }
  }
}
