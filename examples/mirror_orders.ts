#!/usr/bin/env -S deno run --allow-net --allow-read --allow-write --allow-env=ODOO_*
// Keeps a copy of Odoo's sales orders and their lines in an SQLite file: what has changed comes, what is gone goes.
import { JobBusyError, pull, sqliteSink, sqliteStore } from "../lib/sync/mod.ts";
import { connect, type Odoo, OdooError } from "../mod.ts";

const USAGE = `Usage: mirror_orders.ts orders.sqlite

Makes the tables sale_order and sale_order_line, or brings them up to date. A row whose record is gone stays, with the
reason in _deleted. What the job remembers is in orders.state.sqlite.

Exit codes: 0 done; 2 could not run, and the copy is as far as it came; 3 another run is under way.`;

const COPIES = {
  "sale.order": [
    "name",
    "partner_id",
    "date_order",
    "state",
    "currency_id",
    "amount_untaxed",
    "amount_total",
    "active",
  ],
  "sale.order.line": [
    "order_id",
    "product_id",
    "name",
    "product_uom_qty",
    "price_unit",
    "discount",
    "price_subtotal",
  ],
} as const;

/** The exit code. */
export async function main(
  args: readonly string[],
  open: () => Promise<Odoo> = connect,
): Promise<number> {
  const [path, ...others] = args;
  if (path === undefined || path.startsWith("-") || others.length > 0) {
    console.error(USAGE);
    return 2;
  }
  try {
    await mirror(await open(), path);
    return 0;
  } catch (error) {
    console.error(error instanceof OdooError ? error.message : error);
    return error instanceof JobBusyError ? 3 : 2;
  }
}

async function mirror(odoo: Odoo, path: string): Promise<void> {
  await using state = sqliteStore(`${path.replace(/\.sqlite$/i, "")}.state.sqlite`);
  for (const [model, fields] of Object.entries(COPIES)) {
    const table = model.replaceAll(".", "_");
    const there = await odoo.model(model).fieldsGet(["type"]);
    const report = await pull(odoo, {
      model,
      // Not every version has all of them
      fields: fields.filter((field) => field in there),
      sink: sqliteSink(path, table, { deleted: "mark" }),
      job: table,
      state,
      onEvent: (event) => event.kind === "warning" && console.error(event.message),
    });
    const { added, updated, unchanged, deleted, hidden, left, rows } = report;
    console.log(
      `${table}: ${added} new, ${updated} changed, ${unchanged} as they were, ` +
        `${deleted + hidden + left} gone; ${rows ?? "?"} in all`,
    );
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
