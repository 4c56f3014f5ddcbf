/**
 * Which address of a partner is for what.
 *
 * @module
 */
import type { Env } from "../orm/env.ts";
import type { Row } from "../orm/store.ts";

/**
 * The address of a type: the first among the contacts below a partner, then among those of the companies above it; the
 * partner itself, or its first contact address, where there is none.
 */
export function addressOf(env: Env, partner: number, type: string): number {
  const found = new Map<string, number>();
  const seen = new Set<number>();
  for (let at = env.row("res.partner", partner); at;) {
    if (scan(env, at, [type, "contact"], found, seen)) break;
    const parent: unknown = at["is_company"] === true ? null : at["parent_id"];
    at = typeof parent === "number" ? env.row("res.partner", parent) : undefined;
  }
  return found.get(type) ?? found.get("contact") ?? partner;
}

function scan(
  env: Env,
  start: Row,
  types: readonly string[],
  found: Map<string, number>,
  seen: Set<number>,
): boolean {
  const waiting = [start];
  for (let row = waiting.shift(); row; row = waiting.shift()) {
    seen.add(row.id);
    const kind = String(row["type"] ?? "");
    if (types.includes(kind) && !found.has(kind)) found.set(kind, row.id);
    if (types.every((each) => found.has(each))) return true;
    const below = env.store.find("res.partner", ["parent_id"], [row.id])
      .flatMap((id) => env.row("res.partner", id) ?? [])
      .filter((child) =>
        child["active"] === true && child["is_company"] !== true && !seen.has(child.id)
      );
    waiting.unshift(...below);
  }
  return false;
}
