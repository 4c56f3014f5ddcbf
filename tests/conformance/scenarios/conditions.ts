/**
 * Searches that scenarios of domains have in common.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Session } from "../session.ts";

/** Searches with every operator and value, within the given records. */
export async function each(
  odoo: Session,
  ids: number[],
  field: string,
  operators: string[],
  values: readonly RpcValue[],
): Promise<void> {
  for (const value of values) {
    for (const operator of operators) {
      await search(odoo, [["id", "in", ids], [field, operator, value]]);
    }
  }
}

/** Searches contacts, in the order of their ids. */
export async function search(odoo: Session, domain: RpcValue): Promise<void> {
  await odoo.call("res.partner", "search", [domain], { order: "id" });
}
