/**
 * Sales teams: which one a salesperson's document goes to.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { compileOrder } from "../orm/order.ts";
import type { Row } from "../orm/store.ts";

/** The first team that the user leads or is a member of; the first of all where there is none. Suitable ones go first. */
export function teamOf(
  env: Env,
  user: RpcValue | undefined,
  suits: (team: Row) => boolean = () => true,
): number | null {
  const model = env.model("crm.team");
  const company = env.row("res.users", env.uid)?.["company_id"] ?? null;
  const teams = [...env.store.rows(model.name)]
    .filter((team) => team["active"] === true)
    .filter((team) => team["company_id"] === null || team["company_id"] === company)
    .sort(compileOrder(env, model, model.order));
  const own = teams.filter((team) => isOfTeam(team, user || env.uid));
  const first = own.find(suits) ?? own[0] ?? teams.find(suits) ?? teams[0];
  return first?.id ?? null;
}

/** Whether a user leads a team, or is a member of it. */
export function isOfTeam(team: Row, user: RpcValue | undefined): boolean {
  const members = team["member_ids"];
  return team["user_id"] === user || (Array.isArray(members) && members.some((id) => id === user));
}
