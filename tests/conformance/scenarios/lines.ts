/**
 * Commands of one2many fields, whose lines belong to one record only.
 *
 * @module
 */
import type { Scenario, Session } from "../session.ts";
import { adopt, tags } from "./links.ts";

/** Scenarios of the contacts of a company. */
export const lines: Record<string, Scenario> = {
  "contacts made with their company": async (odoo) => {
    const id = await odoo.call("res.partner", "create", [{
      name: odoo.tag,
      is_company: true,
      child_ids: [[0, 0, { name: `${odoo.tag} a`, ref: "1" }], [0, 0, {
        name: `${odoo.tag} b`,
        type: "invoice",
        category_id: [[0, 0, { name: `${odoo.tag} tag` }]],
      }]],
    }]);
    await adopt(odoo, "res.partner");
    await adopt(odoo, "res.partner.category");
    await odoo.call("res.partner", "read", [[Number(id)], ["child_ids"]]);
    await odoo.call("res.partner", "search_read", [
      [["parent_id", "=", Number(id)]],
      ["name", "ref", "type", "parent_id", "category_id", "display_name"],
    ], { order: "id" });
  },

  "every command on contacts": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true });
    const other = await odoo.make("res.partner", { name: `${odoo.tag} o`, is_company: true });
    const [a = 0, b = 0, c = 0] = await contacts(odoo, company, ["a", "b", "c"]);
    const [d = 0] = await contacts(odoo, other, ["d"]);
    for (
      const child_ids of [
        [[4, d, 0]],
        [[3, a, 0]],
        [[1, b, { ref: "changed" }]],
        [[1, a, { ref: "not mine" }]],
        [[2, c, 0]],
        [[6, 0, [a, b]]],
        [[5, 0, 0]],
        [[6, 0, [d]]],
        [a],
        [],
        false,
      ]
    ) {
      await odoo.call("res.partner", "write", [[company], { child_ids }]);
      await odoo.call("res.partner", "read", [[company, other], ["child_ids"]]);
    }
    await odoo.call("res.partner", "search_read", [
      [["name", "like", odoo.tag]],
      ["name", "ref", "parent_id"],
    ], { order: "id" });
  },

  "commands on contacts that are refused": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true });
    const [a = 0] = await contacts(odoo, company, ["a"]);
    for (
      const child_ids of [
        [[4, 999999999, 0]],
        [[6, 0, [999999999]]],
        [[1, 999999999, { ref: "x" }]],
        [[2, 999999999, 0]],
        [[3, 999999999, 0]],
        [[0, 0, { ref: "no name" }]],
        [[0, 0, { name: odoo.tag, nope: 1 }]],
        [[9, a, 0]],
        "x",
        999999999,
      ]
    ) {
      await odoo.call("res.partner", "write", [[company], { child_ids }]);
    }
    await odoo.call("res.partner", "read", [[company], ["child_ids"]]);
  },

  "lines that hang on their record": async (odoo) => {
    const parent = await odoo.make("res.partner.category", { name: odoo.tag });
    const [a = 0, b = 0, c = 0, d = 0] = await tags(odoo, 4, parent);
    for (
      const child_ids of [
        [[3, a, 0]],
        [[6, 0, [c, d]]],
        [[5, 0, 0]],
      ]
    ) {
      await odoo.call("res.partner.category", "write", [[parent], { child_ids }]);
      await odoo.call("res.partner.category", "search", [[["id", "in", [a, b, c, d]]]], {
        order: "id",
      });
    }
  },

  "a contact that moves to another company": async (odoo) => {
    const one = await odoo.make("res.partner", { name: `${odoo.tag} 1`, is_company: true });
    const two = await odoo.make("res.partner", { name: `${odoo.tag} 2`, is_company: true });
    const [a = 0] = await contacts(odoo, one, ["a"]);
    await odoo.call("res.partner", "write", [[a], { parent_id: two }]);
    await odoo.call("res.partner", "read", [[one, two], ["child_ids"]]);
    await odoo.call("res.partner", "write", [[two], { child_ids: [[3, a]] }]);
    await odoo.call("res.partner", "read", [[a], ["parent_id", "display_name"]]);
  },

  "archived contacts of a company": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true });
    const [a = 0, b = 0] = await contacts(odoo, company, ["a", "b"]);
    await odoo.get("res.partner", "write", [[a], { active: false }]);
    await odoo.call("res.partner", "read", [[company], ["child_ids"]]);
    await odoo.call("res.partner", "read", [[company], ["child_ids"]], {
      context: { active_test: false },
    });
    await odoo.call("res.partner", "write", [[company], { child_ids: [[6, 0, [b]]] }]);
    await odoo.call("res.partner", "read", [[a, b], ["parent_id"]]);
    await odoo.call("res.partner", "write", [[company], { child_ids: [[5, 0, 0]] }]);
    await odoo.call("res.partner", "read", [[a, b], ["parent_id"]]);
  },

  "the order of links": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true });
    await contacts(odoo, company, ["m", "z", "a"]);
    await odoo.call("res.partner", "read", [[company], ["child_ids"]]);
    const made = [];
    for (const name of ["m", "z", "a"]) {
      made.push(await odoo.make("res.partner.category", { name: `${odoo.tag} ${name}` }));
    }
    await odoo.call("res.partner", "write", [[company], { category_id: [[6, 0, made]] }]);
    await odoo.call("res.partner", "read", [[company], ["category_id"]]);
  },

  "a bad line takes everything back": async (odoo) => {
    const company = await odoo.make("res.partner", { name: odoo.tag, is_company: true });
    await odoo.call("res.partner", "write", [[company], {
      ref: "new",
      child_ids: [[0, 0, { name: `${odoo.tag} good` }], [0, 0, { name: odoo.tag, type: "nope" }]],
    }]);
    await odoo.call("res.partner", "read", [[company], ["ref", "child_ids"]]);
    await odoo.call("res.partner", "search_count", [[["name", "like", odoo.tag]]]);
  },

  "a contact of a contact": async (odoo) => {
    const id = await odoo.call("res.partner", "create", [{
      name: odoo.tag,
      child_ids: [[0, 0, {
        name: `${odoo.tag} child`,
        child_ids: [[0, 0, { name: `${odoo.tag} grandchild` }]],
      }]],
    }]);
    await adopt(odoo, "res.partner");
    await odoo.call("res.partner", "search_read", [
      [["id", "child_of", Number(id)]],
      ["name", "parent_id", "child_ids", "commercial_partner_id"],
    ], { order: "id" });
  },
};

/** Makes contacts of a company. */
async function contacts(odoo: Session, parent_id: number, names: string[]) {
  const made: number[] = [];
  for (const name of names) {
    made.push(await odoo.make("res.partner", { name: `${odoo.tag} ${name}`, parent_id }));
  }
  return made;
}
