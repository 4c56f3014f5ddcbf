/**
 * Domains put together, written as each version writes them.
 *
 * @module
 */
import type { Env } from "./env.ts";
import { type PythonValue, truthy } from "../python.ts";

/** A domain of records that are in all of these. */
export function andOf(env: Env, domains: readonly PythonValue[]): PythonValue[] {
  const lists = domains.filter(truthy).map((domain) =>
    (Array.isArray(domain) ? domain : []).filter((item) => !isTrue(item))
  ).filter((list) => list.length > 0);
  // Odoo 19 knows that one and after another is one long and.
  const parts = env.version === 19 ? lists.flatMap(conjuncts) : lists.map(normalized);
  if (parts.length === 0) return env.version === 19 ? [[1, "=", 1]] : [[1, "=", 1]];
  return [...parts.slice(1).map(() => "&"), ...parts.flat()];
}

function isTrue(item: PythonValue): boolean {
  return Array.isArray(item) && item[0] === 1 && item[1] === "=" && item[2] === 1;
}

/** With the `&` that may be left out. */
function normalized(domain: readonly PythonValue[]): PythonValue[] {
  const parts = termsOf(domain);
  return [...parts.slice(1).map(() => "&"), ...parts.flat()];
}

/** The terms that have to hold all together. */
function conjuncts(domain: readonly PythonValue[]): PythonValue[][] {
  return termsOf(domain).flatMap((term) => term[0] === "&" ? conjuncts(term.slice(1)) : [term]);
}

/** The terms of a domain: a condition, or an operator with what it needs. */
function termsOf(domain: readonly PythonValue[]): PythonValue[][] {
  const terms: PythonValue[][] = [];
  let missing = 0;
  for (const item of domain) {
    if (missing === 0) {
      terms.push([]);
      missing = 1;
    }
    terms.at(-1)?.push(item);
    missing += item === "&" || item === "|" ? 1 : item === "!" ? 0 : -1;
  }
  return terms;
}
