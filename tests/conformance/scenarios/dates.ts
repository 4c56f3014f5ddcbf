/**
 * Conditions of domains on dates and stamps.
 *
 * @module
 */
import type { Scenario, Session } from "../session.ts";
import { each, search } from "./conditions.ts";

/** Scenarios of conditions on dates. */
export const dates: Record<string, Scenario> = {
  "stamps are compared to the second": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const stamp = await stampWithFraction(odoo, id);
    await each(odoo, [id], "write_date", ["=", "!=", "<", "<=", ">", ">="], [stamp]);
    await each(odoo, [id], "write_date", ["in", "not in"], [[stamp], [false], []]);
    await each(odoo, [id], "write_date", ["=", "!="], [false]);
    await each(odoo, [id], "write_date", ["<", ">"], [false, "2001-01-01 00:00:00"]);
  },

  "stamps are compared to days": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const [stamp = ""] = await stampsOf(odoo, id);
    const day = stamp.slice(0, 10);
    await each(odoo, [id], "create_date", ["<", "<=", ">", ">=", "="], [day, "2001-01-01"]);
    await each(odoo, [id], "create_date", ["like", "ilike", "=like"], [day, `${day}%`]);
  },

  "stamps in other notations": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const texts = ["2001-01-01T10:20:30", "2001-01-01 10:20", "2001-01-01 10:20:30.5"];
    await each(odoo, [id], "create_date", [">", "<"], texts);
    for (const value of ["x", "2001-13-01", "2001-01-01 25:00:00", "01/02/2001", true, 5, ""]) {
      await search(odoo, [["create_date", ">", value], ["id", "=", id]]);
    }
  },

  "days relative to today": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const texts = ["today", "today -1d", "-1d", "+1d", "-1H", "today =1d -1m", "-1w", "=1y"];
    await each(odoo, [id], "create_date", [">=", "<"], texts);
    for (const value of ["yesterday", "today -1", "-1x", "today today", "now -xd", "  "]) {
      await search(odoo, [["create_date", ">", value], ["id", "=", id]]);
    }
  },

  "parts of stamps": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    const [stamp = ""] = await stampsOf(odoo, id);
    const at = new Date(`${stamp.replace(" ", "T")}Z`);
    const parts = {
      year_number: at.getUTCFullYear(),
      quarter_number: Math.floor(at.getUTCMonth() / 3) + 1,
      month_number: at.getUTCMonth() + 1,
      day_of_month: at.getUTCDate(),
      day_of_week: at.getUTCDay(),
      hour_number: at.getUTCHours(),
      minute_number: at.getUTCMinutes(),
    };
    for (const [part, value] of Object.entries(parts)) {
      // Older versions repeat the value in their faults
      const wanted = odoo.version === 19 ? value : 1;
      await search(odoo, [[`create_date.${part}`, "=", wanted], ["id", "=", id]]);
    }
    await each(odoo, [id], "create_date.year_number", ["<", ">="], [2001]);
    await each(odoo, [id], "create_date.year_number", ["in", "not in"], [[2001, 2002]]);
    await each(odoo, [id], "create_date.nope", ["="], [1]);
  },

  "dates": async (odoo) => {
    const values = odoo.version === 19 ? {} : { date: "2024-02-29" };
    const one = await odoo.make("res.partner", { name: odoo.tag, ...values });
    const ids = [one, await odoo.make("res.partner", { name: odoo.tag })];
    await each(odoo, ids, "date", ["=", "!=", "<", "<=", ">", ">="], ["2024-02-29", false]);
    await each(odoo, ids, "date", ["in", "not in"], [["2024-02-29"], [false], []]);
    await each(odoo, ids, "date", ["=", ">="], ["2024-02-29 10:00:00", "2024-02-30", "x", ""]);
    await each(odoo, ids, "date", ["like"], ["2024-02"]);
  },
};

/** The last change of a record, which is written again should it fall on a whole second. */
async function stampWithFraction(odoo: Session, id: number): Promise<string> {
  for (;;) {
    const [stamp = ""] = await stampsOf(odoo, id, "write_date");
    const whole = [["id", "=", id], ["write_date", "=", stamp]];
    const isWhole = odoo.version !== 19 && await odoo.get("res.partner", "search_count", [whole]);
    if (!isWhole) return stamp;
    await odoo.get("res.partner", "write", [[id], { name: odoo.tag }]);
  }
}

async function stampsOf(
  odoo: Session,
  id: number,
  field = "create_date",
): Promise<string[]> {
  const read = await odoo.get("res.partner", "read", [[id], [field]]);
  const [row = null] = Array.isArray(read) ? read : [];
  if (typeof row !== "object" || row === null || Array.isArray(row) || row instanceof Uint8Array) {
    return [];
  }
  return [String(row[field])];
}
