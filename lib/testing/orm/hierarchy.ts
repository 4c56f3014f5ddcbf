/**
 * `child_of` and `parent_of`: the records above and below others.
 *
 * @module
 */
import { leaf } from "./domain_tree.ts";
import type { Env } from "./env.ts";
import { lacking } from "../faults.ts";
import type { Searcher } from "./searcher.ts";
import type { Field, Model } from "./models.ts";
import type { PythonValue } from "../python.ts";
import { sqlNumber } from "./sql_values.ts";

/** Models that keep the path to each record, `parent_path`: archived records are no gap in it. */
const WITH_PATH = new Set(["res.partner.category"]);

/** Ids of records, and of all that are above or below them along a field: `parent_id` where none is given. */
export function hierarchyIds(
  place: Searcher,
  model: Model,
  start: readonly PythonValue[],
  operator: string,
  along?: Field,
): ReadonlySet<number> {
  const field = along ?? model.fields.get("parent_id");
  if (!field) throw lacking(`${operator} on ${model.name}, which has no parent_id`);
  const ids = new Set(
    start.filter((id) => id !== false).map((id) => sqlNumber(id)).filter((id) =>
      typeof id === "number"
    ),
  );
  return operator === "parent_of"
    ? climb(place.env, model, field, ids)
    : descend(place, model, field, ids);
}

function climb(env: Env, model: Model, field: Field, ids: Set<number>): Set<number> {
  for (const id of ids) {
    const row = env.row(model.name, id);
    if (!row) continue;
    // A set takes what is added while it is walked through
    for (const next of [env.value(model, row, field)].flat()) {
      if (typeof next === "number") ids.add(next);
    }
  }
  return ids;
}

function descend(place: Searcher, model: Model, field: Field, ids: Set<number>): Set<number> {
  const { env } = place;
  const all = env.version !== 14 || WITH_PATH.has(model.name) || field.name === "parent_id";
  const seen = env.with({ su: true, ...(all && { context: { active_test: false } }) });
  for (let last = [...ids]; last.length > 0;) {
    const found = place.find(seen, model, leaf(field.name, "in", last));
    last = [...found].filter((id) => !ids.has(id));
    for (const id of last) ids.add(id);
  }
  return ids;
}
