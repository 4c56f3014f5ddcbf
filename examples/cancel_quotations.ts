#!/usr/bin/env -S deno run --allow-net --allow-env=ODOO_*
// Cancels the quotations that nobody has answered within 30 days.
import { connect, type Odoo, OdooError } from "../mod.ts";

/** Ids of the orders that were cancelled. A second run finds nothing left to do. */
export async function cancelQuotations(
  odoo: Odoo,
  now = Temporal.Now.instant(),
): Promise<number[]> {
  const limit = now.subtract({ hours: 30 * 24 });
  const domain = [["state", "=", "sent"], ["date_order", "<", limit]];
  const ids = await odoo.executeKw<number[]>("sale.order", "search", [domain]);
  // Without it, Odoo would answer with a dialog instead of cancelling
  const context = { disable_cancel_warning: true };
  if (ids.length > 0) await odoo.executeKw("sale.order", "action_cancel", [ids], { context });
  return ids;
}

if (import.meta.main) {
  try {
    console.log(await cancelQuotations(await connect()));
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    console.error(error.message);
    Deno.exit(2);
  }
}
