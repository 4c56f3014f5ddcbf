/**
 * Grouping as the web client does it: `formatted_read_group` and `web_read_group`.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";
import { contacts, mine, MOMENT, moments } from "./grounds.ts";

/** Scenarios of `formatted_read_group` and `web_read_group`. */
export const formattedGroups: Record<string, Scenario> = {
  "formatted groups of Odoo 19": async (odoo) => {
    await contacts(odoo);
    await formatted(odoo, ["city"], ["__count", "color:sum"]);
    await formatted(odoo, ["country_id", "is_company"], ["color:max"]);
    await formatted(odoo, ["category_id"], ["__count"]);
    await formatted(odoo, [], ["__count", "color:sum"]);
    await formatted(odoo, ["country_id.code"], ["__count"]);
  },

  "formatted groups with an order, a limit and a condition": async (odoo) => {
    await contacts(odoo);
    const aggregates = ["__count", "color:sum"];
    await formatted(odoo, ["city"], aggregates, { order: "color:sum desc" });
    await formatted(odoo, ["city"], aggregates, { order: "__count desc, city", limit: 2 });
    await formatted(odoo, ["city"], aggregates, { limit: 1, offset: 1 });
    await formatted(odoo, ["city"], aggregates, { having: [["__count", ">", 1]] });
    await formatted(odoo, ["city"], aggregates, {
      having: ["|", ["color:sum", "=", 5], ["color:max", "<", 1]],
    });
    await formatted(odoo, ["city"], aggregates, { having: [["color:sum", "like", 5]] });
  },

  "formatted aggregates of every kind": async (odoo) => {
    await contacts(odoo);
    await formatted(odoo, ["is_company"], [
      "color:avg",
      "color:array_agg",
      "color:array_agg_distinct",
      "city:array_agg",
      "city:count_distinct",
      "active:bool_and",
    ]);
    await formatted(odoo, ["is_company"], ["color:sum", "nope:sum"]);
    await formatted(odoo, ["is_company"], ["color"]);
    await formatted(odoo, ["is_company"], ["color:median"]);
    await formatted(odoo, ["is_company"], ["color:recordset"]);
    await formatted(odoo, ["nope"], ["__count"]);
    await formatted(odoo, ["company_type"], ["__count"]);
    await formatted(odoo, ["is_company"], ["__count"], { order: "nope" });
  },

  "formatted moments": async (odoo) => {
    await moments(odoo);
    for (const granularity of ["day", "week", "month", "quarter", "year"]) {
      await formatted(odoo, [`${MOMENT}:${granularity}`], ["__count"], {
        context: { tz: "Europe/Brussels" },
      });
    }
    await formatted(odoo, [`${MOMENT}:month_number`], ["__count"]);
    await formatted(odoo, [MOMENT], ["__count"]);
  },

  "the groups of the web client, with their number": async (odoo) => {
    await contacts(odoo);
    const args: RpcValue[] = odoo.version === 19
      ? [mine(odoo), ["city"], ["color:sum"]]
      : [mine(odoo), ["color"], ["city"]];
    const order = odoo.version === 19 ? "order" : "orderby";
    await odoo.call("res.partner", "web_read_group", args);
    await odoo.call("res.partner", "web_read_group", args, { limit: 2 });
    await odoo.call("res.partner", "web_read_group", args, { limit: 2, offset: 1 });
    await odoo.call("res.partner", "web_read_group", args, { [order]: "city desc" });
    await odoo.call("res.partner", "web_read_group", [[["id", "in", []]], ...args.slice(1)]);
  },
};

async function formatted(
  odoo: Session,
  groupby: string[],
  aggregates: string[],
  kwargs: Record<string, RpcValue> = {},
): Promise<void> {
  await odoo.call(
    "res.partner",
    "formatted_read_group",
    [mine(odoo), groupby, aggregates],
    kwargs,
  );
}
