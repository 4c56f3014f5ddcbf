/**
 * What the conditions of all versions have in common: where they are, and how they look for other records.
 *
 * @module
 */
import type { Condition, Place } from "./conditions.ts";
import { leaf, type Tree, TRUE } from "./domain_tree.ts";
import type { Env } from "./env.ts";
import type { Field, Model } from "./models.ts";

/** Looks for records, as the caller may see them. */
export type Find = (env: Env, model: Model, tree: Tree) => ReadonlySet<number>;

/** Where a condition is, and how to look for other records. */
export interface Searcher extends Place {
  /** Looks for records. */
  readonly find: Find;
  /** Makes a condition of a tree on the same model. */
  compile(tree: Tree): Condition;
  /** The same for another model, or with another context. */
  on(model: Model, env?: Env): Searcher;
}

/** Parts of a path: the field, and what comes behind the first dot. */
export function splitPath(path: string): [name: string, rest: string | undefined] {
  const dot = path.indexOf(".");
  return dot < 0 ? [path, undefined] : [path.slice(0, dot), path.slice(dot + 1)];
}

/** Whether a field has a column or a table, or is one that only shows another's. */
export function isStored(field: Field): boolean {
  return field.stored || (field.type === "binary" && field.related !== undefined);
}

/** The many2one whose record a field is inherited from, and the field there. */
export function inheritedFrom(
  model: Model,
  field: Field,
): { by: string; model: string; last: string } | undefined {
  const { inherits } = model;
  if (!inherits || !field.related?.startsWith(`${inherits.field}.`)) return undefined;
  const last = field.related.slice(inherits.field.length + 1);
  return last.includes(".") ? undefined : { by: inherits.field, model: inherits.model, last };
}

/** The same call, in which archived records count, too. */
export function archivedToo(env: Env): Env {
  return env.with({ context: { active_test: false } });
}

/** The contacts of a contact are the active ones. */
export function domainOf(field: Field, target: Model): Tree {
  return field.name === "child_ids" && target.name === "res.partner"
    ? leaf("active", "=", true)
    : TRUE;
}
