/**
 * Grouping with `read_group`.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";
import { contacts, mine, MOMENT, moments } from "./grounds.ts";

/** Scenarios of `read_group`. */
export const groups: Record<string, Scenario> = {
  "a text field, with the sums of numbers": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["city", "color", "partner_latitude"], ["city"]);
    await group(odoo, ["color"], "city");
    await group(odoo, ["__count"], ["city"], { lazy: false });
  },

  "only numbers have an aggregate of their own": async (odoo) => {
    await contacts(odoo);
    const fields = ["name", "active", "country_id", "category_id", "is_company", "type", "id"];
    await group(odoo, fields, ["city"]);
    await group(odoo, ["color", "city"], ["color"]);
  },

  "without fields the count is there all the same": async (odoo) => {
    await contacts(odoo);
    for (const lazy of [true, false]) {
      const found = await odoo.get("res.partner", "read_group", [mine(odoo), [], ["city"]], {
        lazy,
      });
      const rows = Array.isArray(found) ? found : [];
      odoo.note(
        `lazy ${lazy}`,
        rows.map((row) => ["city", "city_count", "__count"].map((name) => member(row, name))),
      );
    }
  },

  "many2one groups come in the order of the other model": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color"], ["country_id"]);
    await group(odoo, ["color"], ["country_id"], { orderby: "country_id desc" });
    await group(odoo, ["color"], ["parent_id"], { orderby: "parent_id" });
  },

  "a many2one group of an archived record has its name": async (odoo) => {
    const company = await odoo.make("res.partner", { name: `${odoo.tag} Co`, is_company: true });
    await odoo.make("res.partner", { name: odoo.tag, ref: odoo.tag, parent_id: company });
    await odoo.get("res.partner", "write", [[company], { active: false }]);
    await group(odoo, [], ["parent_id"], { lazy: false }, ["parent_id", "__count"]);
  },

  "selections and booleans group by their values": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color"], ["type"]);
    await group(odoo, ["color"], ["is_company"]);
    await group(odoo, ["color"], ["employee"]);
    await group(odoo, ["color"], ["is_company"], { orderby: "is_company desc" });
  },

  "numbers group by their values": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["partner_latitude"], ["color"]);
    await group(odoo, ["color"], ["partner_latitude"], { orderby: "partner_latitude desc" });
  },

  "a many2many groups a record once for each link": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color"], ["category_id"]);
    await group(odoo, ["color"], ["category_id", "is_company"], { lazy: false });
  },

  "several fields, the first one at a time or all at once": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color"], ["country_id", "city"]);
    await group(odoo, ["color"], ["country_id", "city"], { lazy: false });
    await group(odoo, ["color"], ["is_company", "type", "city"], {
      lazy: false,
      orderby: "is_company desc, city, type desc",
    });
  },

  "the same field twice": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color"], ["city", "city"], { lazy: false });
    await group(odoo, ["color:sum", "color:max"], ["city"]);
    await group(odoo, ["color", "color"], ["city"]);
  },

  "every aggregate of a number": async (odoo) => {
    await contacts(odoo);
    for (const aggregate of ["sum", "avg", "min", "max", "count", "count_distinct"]) {
      await group(odoo, [`color:${aggregate}`], ["is_company"]);
    }
    // In Odoo 14 the values of an array come in any order
    if (odoo.version !== 14) await group(odoo, ["color:array_agg"], ["is_company"]);
    await group(odoo, ["partner_latitude:avg"], ["is_company"]);
  },

  "an aggregate under a name of its own": async (odoo) => {
    await contacts(odoo);
    const fields = ["least:min(color)", "most:max(color)", "cities:count_distinct(city)"];
    await group(odoo, fields, ["is_company"]);
    await group(odoo, ["color:sum(color)"], ["is_company"]);
  },

  "aggregates of text and booleans": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["city:max", "zip:min"], ["is_company"]);
    await group(odoo, ["city:count", "ref:count_distinct"], ["is_company"]);
    await group(odoo, ["is_company:bool_and", "active:bool_or"], ["city"]);
    if (odoo.version !== 14) await group(odoo, ["city:array_agg"], ["is_company"]);
  },

  "an aggregate that does not exist": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color:median"], ["city"]);
    await group(odoo, ["nope:sum"], ["city"]);
    await group(odoo, ["n:sum(nope)"], ["city"]);
    await group(odoo, ["company_type:max"], ["city"]);
  },

  "a field that does not exist": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["nope"], ["city"]);
    await group(odoo, ["color"], ["nope"]);
    await group(odoo, ["color"], ["city"], { orderby: "nope" });
    await group(odoo, [" "], ["city"]);
  },

  "a field that is not stored cannot group": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color"], ["company_type"]);
    await group(odoo, ["color"], ["child_ids"]);
    await group(odoo, ["color"], ["parent_name"]);
  },

  "a granularity belongs to dates": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color"], [`${MOMENT}:fortnight`]);
    await group(odoo, ["color"], ["city:month"]);
    await group(odoo, ["color"], ["country_id.code"]);
  },

  "orders by groups and by aggregates": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color"], ["city"], { orderby: "city desc" });
    await group(odoo, ["color"], ["city"], { orderby: "color" });
    await group(odoo, ["color"], ["city"], { orderby: "color desc" });
    await group(odoo, ["top:max(color)"], ["city"], { orderby: "top desc" });
    await group(odoo, ["color"], ["city"], { orderby: "city_count desc, city" });
    await group(odoo, ["color"], ["city"], { orderby: "__count desc, city" });
    await group(odoo, ["color"], ["city"], { orderby: "name" });
    await group(odoo, ["color"], ["city"], { orderby: "city nulls first" });
    await group(odoo, ["color"], ["city"], { orderby: "city sideways" });
  },

  "a limit and an offset count groups": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color"], ["city"], { limit: 1 });
    await group(odoo, ["color"], ["city"], { limit: 1, offset: 1 });
    await group(odoo, ["color"], ["city"], { limit: 5, offset: 2 });
    await group(odoo, ["color"], ["city"], { offset: 1 });
    await group(odoo, ["color"], ["city"], { limit: 0 });
  },

  "no groups make one row": async (odoo) => {
    await contacts(odoo);
    await group(odoo, ["color", "partner_latitude"], []);
    await group(odoo, ["color:max"], [], { lazy: false });
  },

  "nothing found": async (odoo) => {
    const nothing = [["ref", "=", `${odoo.tag} nobody`]];
    const call = (domain: RpcValue, groupby: RpcValue) =>
      odoo.call("res.partner", "read_group", [domain, ["color", "city:max"], groupby]);
    await call(nothing, ["city"]);
    await call(nothing, []);
    await call([["id", "in", []]], ["city"]);
    await call([["id", "in", []]], []);
  },

  "archived records are out of the groups": async (odoo) => {
    await contacts(odoo);
    await odoo.make("res.partner", { name: odoo.tag, ref: odoo.tag, color: 9, active: false });
    await group(odoo, ["color"], ["active"]);
    await group(odoo, ["color"], ["active"], { context: { active_test: false } });
    await odoo.call("res.partner", "read_group", [
      [["ref", "=", odoo.tag], ["active", "in", [true, false]]],
      ["color"],
      ["active"],
    ]);
  },

  "the domain of a group finds its records": async (odoo) => {
    await contacts(odoo);
    const domain = ["|", ["color", ">", 3], ["city", "=", false], ["ref", "=", odoo.tag]];
    await odoo.call("res.partner", "read_group", [domain, ["color"], ["city"]]);
    await odoo.call("res.partner", "read_group", [domain, ["color"], ["city", "type"]], {
      lazy: false,
    });
    await odoo.call("res.partner", "read_group", [[["nope", "=", 1]], ["color"], ["city"]]);
  },

  "moments group by month, or as the granularity says": async (odoo) => {
    await moments(odoo);
    await group(odoo, ["color"], [MOMENT]);
    for (const granularity of ["hour", "day", "week", "month", "quarter", "year"]) {
      await group(odoo, ["color"], [`${MOMENT}:${granularity}`]);
    }
  },

  "moments group in the time zone of the context": async (odoo) => {
    await moments(odoo);
    for (const tz of ["Europe/Brussels", "America/New_York", "Nowhere/Land"]) {
      await group(odoo, ["color"], [`${MOMENT}:day`], { context: { tz } });
    }
    await group(odoo, ["color"], [`${MOMENT}:month`], { context: { tz: "Europe/Brussels" } });
  },

  "moments in an order, and with others": async (odoo) => {
    await moments(odoo);
    await group(odoo, ["color"], [`${MOMENT}:year`], { orderby: `${MOMENT} desc` });
    await group(odoo, ["color"], [`${MOMENT}:year`], { orderby: `${MOMENT}:year desc` });
    await group(odoo, ["color"], [`${MOMENT}:year`, `${MOMENT}:quarter`], { lazy: false });
    await group(odoo, ["color"], ["is_company", `${MOMENT}:year`], { lazy: false });
    await group(odoo, [`${MOMENT}:min`, `${MOMENT}:max`], ["is_company"]);
  },

  "weeks at the turn of the year": async (odoo) => {
    for (const day of ["2022-01-01", "2024-12-28", "2024-12-29", "2025-01-04", "2027-01-01"]) {
      await odoo.make("res.partner", {
        name: odoo.tag,
        ref: odoo.tag,
        [MOMENT]: `${day} 12:00:00`,
      });
    }
    await group(odoo, [], [`${MOMENT}:week`], { lazy: false }, [`${MOMENT}:week`, "__range"]);
  },

  "dates group without a time zone": async (odoo) => {
    for (const date of ["2024-01-31", "2024-02-01", "2024-02-29", false]) {
      await odoo.make("res.partner", {
        name: odoo.tag,
        ref: odoo.tag,
        color: 1,
        ...(odoo.version !== 19 && { date }),
      });
    }
    await group(odoo, ["color"], ["date"]);
    for (const granularity of ["day", "week", "month", "quarter", "year"]) {
      await group(odoo, ["color"], [`date:${granularity}`], { context: { tz: "Asia/Tokyo" } });
    }
  },

  "who may not read may not group": async (odoo) => {
    const demo = odoo.as("demo");
    await demo.call("ir.config_parameter", "read_group", [[], ["key"], ["key"]]);
    await contacts(odoo);
    await group(demo, ["color"], ["city"]);
  },

  "arguments that are missing or unknown": async (odoo) => {
    await odoo.call("res.partner", "read_group", [[]]);
    await odoo.call("res.partner", "read_group", [], {
      domain: mine(odoo),
      fields: ["color"],
      groupby: ["city"],
    });
    await odoo.call("res.partner", "read_group", [[], [], ["city"]], { order: "city" });
  },
};

/** Calls `read_group`. With `names`, only these members of the groups are written down. */
async function group(
  odoo: Session,
  fields: string[],
  groupby: string | string[],
  kwargs: Record<string, RpcValue> = {},
  names?: string[],
): Promise<void> {
  const args: RpcValue[] = [mine(odoo), fields, groupby];
  if (!names) return void await odoo.call("res.partner", "read_group", args, kwargs);
  const found = await odoo.get("res.partner", "read_group", args, kwargs);
  const rows = Array.isArray(found) ? found : [];
  odoo.note(
    `groups of ${[groupby].flat()}`,
    rows.map((row) => names.map((name) => member(row, name))),
  );
}

function member(row: RpcValue, name: string): RpcValue {
  const isStruct = typeof row === "object" && row !== null && !Array.isArray(row) &&
    !(row instanceof Uint8Array);
  return isStruct ? row[name] ?? null : null;
}
