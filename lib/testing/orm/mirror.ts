/**
 * Many2many fields that share their links with a field of the other model: users of a group, groups of a user.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import type { Field, Model } from "./models.ts";

/** Ids that a many2many of a record has now. */
export function linksOf(env: Env, model: Model, { name, mirror }: Field, id: number): number[] {
  return mirror ? env.mirrored(mirror, id) : numbers(env.row(model.name, id)?.[name]);
}

/** Sets the links of a record, on the side that holds them. */
export function setLinks(env: Env, model: Model, field: Field, id: number, links: number[]): void {
  const { name, mirror } = field;
  if (!mirror) return env.store.update(model.name, id, { [name]: links });
  const linked = new Set(links);
  for (const row of [...env.store.rows(mirror.model)]) {
    const others = numbers(row[mirror.field]);
    if (others.includes(id) === linked.has(row.id)) continue;
    const changed = linked.has(row.id) ? [...others, id] : others.filter((one) => one !== id);
    env.store.update(mirror.model, row.id, { [mirror.field]: changed });
  }
}

function numbers(value: RpcValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "number") : [];
}
