/**
 * Reading records.
 *
 * @module
 */
import type { Scenario } from "../session.ts";

/** Scenarios of `read` and its siblings. */
export const reading: Record<string, Scenario> = {
  "empty values read as false": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "read", [[id], [
      "name",
      "ref",
      "country_id",
      "date",
      "comment",
    ]]);
  },

  "a record that is gone is left out": async (odoo) => {
    const one = await odoo.make("res.partner", { name: odoo.tag });
    const two = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "unlink", [[one]]);
    await odoo.call("res.partner", "read", [[one, two], ["name"]]);
    await odoo.call("res.partner", "write", [[one], { name: "gone" }]);
  },

  "an unknown field is refused": async (odoo) => {
    const id = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "read", [[id], ["nope"]]);
    await odoo.call("res.partner", "search_read", [[["id", "=", id]], ["name", "nope"]]);
  },
};
