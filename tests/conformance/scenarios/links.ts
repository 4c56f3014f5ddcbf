/**
 * Commands of x2many fields.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of links between records. */
export const links: Record<string, Scenario> = {
  "tags of a new contact": async (odoo) => {
    const [a = 0, b = 0] = await tags(odoo, 2);
    for (
      const given of [[[6, 0, [a, b]]], [[4, a, 0], [4, b, 0]], [[4, b]], [a, b], [], false, [
        [6, 0, []],
      ]]
    ) {
      const id = await odoo.call("res.partner", "create", [{
        name: odoo.tag,
        category_id: given,
      }]);
      await odoo.call("res.partner", "read", [[Number(id)], ["category_id"]]);
    }
  },

  "tags made with their contact": async (odoo) => {
    const id = await odoo.call("res.partner", "create", [{
      name: odoo.tag,
      category_id: [[0, 0, { name: `${odoo.tag} one`, color: 2 }], [0, "virtual", {
        name: `${odoo.tag} two`,
        color: 4,
      }]],
    }]);
    await adopt(odoo, "res.partner.category");
    await odoo.call("res.partner", "read", [[Number(id)], ["category_id"]]);
    await odoo.call("res.partner.category", "search_read", [
      [["name", "like", odoo.tag]],
      ["name", "color"],
    ], { order: "name" });
  },

  "every command on tags": async (odoo) => {
    const [a = 0, b = 0, c = 0] = await tags(odoo, 3);
    await run(odoo, [[6, 0, [a]]], [
      [[4, b, 0]],
      [[4, b, 0]],
      [[3, a, 0]],
      [[3, c, 0]],
      [[6, 0, [c, a]]],
      [[6, 0, [a, a, b]]],
      [[5, 0, 0], [4, c, 0]],
      [[5, 0, 0]],
      [[4, a, 0], [3, a, 0], [4, b, 0]],
    ]);
  },

  "a tag is changed through its contact": async (odoo) => {
    const [a = 0, b = 0] = await tags(odoo, 2);
    const id = await odoo.make("res.partner", { name: odoo.tag, category_id: [[6, 0, [a]]] });
    await odoo.call("res.partner", "write", [[id], { category_id: [[1, a, { color: 3 }]] }]);
    await odoo.call("res.partner", "write", [[id], { category_id: [[1, b, { color: 5 }]] }]);
    await odoo.call("res.partner.category", "read", [[a, b], ["color"]]);
    await odoo.call("res.partner", "read", [[id], ["category_id"]]);
    await odoo.call("res.partner", "write", [[id], {
      category_id: [[1, 999999999, { color: 5 }]],
    }]);
    await odoo.call("res.partner", "write", [[id], { category_id: [[1, a, { nope: 5 }]] }]);
  },

  "a tag is deleted through its contact": async (odoo) => {
    const [a = 0, b = 0] = await tags(odoo, 2);
    const id = await odoo.make("res.partner", { name: odoo.tag, category_id: [[6, 0, [a, b]]] });
    await odoo.call("res.partner", "write", [[id], { category_id: [[2, a, 0]] }]);
    await odoo.call("res.partner", "read", [[id], ["category_id"]]);
    await odoo.call("res.partner.category", "search_count", [[["id", "in", [a, b]]]]);
    await odoo.call("res.partner", "write", [[id], { category_id: [[2, a, 0]] }]);
    await odoo.call("res.partner", "write", [[id], { category_id: [[2, 999999999, 0]] }]);
  },

  "ids in place of commands replace tags": async (odoo) => {
    const [a = 0, b = 0, c = 0] = await tags(odoo, 3);
    await run(odoo, [[6, 0, [a]]], [[b, c], [a], [], false, null]);
  },

  "values of tags that are no commands": async (odoo) => {
    const [a = 0] = await tags(odoo, 1);
    await run(odoo, [[6, 0, [a]]], [999999999, "x", true, 0, {}, [{ id: a }]]);
  },

  "commands that are not known": async (odoo) => {
    const [a = 0, b = 0] = await tags(odoo, 2);
    await run(odoo, [[6, 0, [a]]], [
      [[9, b, 0]],
      [[7, 0, 0]],
      [[-1, b, 0]],
      [["4", b, 0]],
      [[4.5, b, 0]],
      [[null, b, 0]],
    ]);
  },

  "commands that are too short": async (odoo) => {
    const [a = 0, b = 0] = await tags(odoo, 2);
    await run(odoo, [[6, 0, [a]]], [[[5]], [[4, b]], [[4]], [[6, 0]], [[0, 0]], [[]], [[3, a]]]);
  },

  "commands with ids that are texts": async (odoo) => {
    const [a = 0, b = 0] = await tags(odoo, 2);
    const text = (id: number) => String(id).padStart(6, "0");
    await run(odoo, [[6, 0, [a]]], [
      [[4, text(b), 0]],
      [[6, 0, [text(a), text(b)]]],
      [[3, text(a), 0]],
      [text(b)],
      [[4, "x", 0]],
    ]);
  },

  "commands with nothing inside": async (odoo) => {
    const [a = 0] = await tags(odoo, 1);
    await run(odoo, [[6, 0, [a]]], [
      [[6, 0, false]],
      [[6, false, [a]]],
      [[3, false, 0]],
      [[4, 0, 0]],
      [[0, 0, {}]],
      [[0, 0, false]],
    ]);
  },

  "tags that are not there": async (odoo) => {
    const [a = 0] = await tags(odoo, 1);
    await run(odoo, [[6, 0, [a]]], [
      [[4, 999999999, 0]],
      [[6, 0, [a, 999999999]]],
      [999999999],
      [[3, 999999999, 0]],
    ]);
    await odoo.call("res.partner", "create", [{
      name: odoo.tag,
      category_id: [[6, 0, [999999999]]],
    }]);
  },

  "archived tags": async (odoo) => {
    const [a = 0, b = 0] = await tags(odoo, 2);
    const id = await odoo.make("res.partner", { name: odoo.tag, category_id: [[6, 0, [a, b]]] });
    await odoo.get("res.partner.category", "write", [[a], { active: false }]);
    await odoo.call("res.partner", "read", [[id], ["category_id"]]);
    await odoo.call("res.partner", "read", [[id], ["category_id"]], {
      context: { active_test: false },
    });
    await odoo.call("res.partner", "write", [[id], { category_id: [[6, 0, [b]]] }]);
    await odoo.call("res.partner", "read", [[id], ["category_id"]], {
      context: { active_test: false },
    });
    await odoo.call("res.partner", "write", [[id], { category_id: [[5, 0, 0]] }]);
    await odoo.call("res.partner", "read", [[id], ["category_id"]], {
      context: { active_test: false },
    });
  },

  "tags of several contacts at once": async (odoo) => {
    const [a = 0, b = 0] = await tags(odoo, 2);
    const one = await odoo.make("res.partner", { name: odoo.tag, category_id: [[6, 0, [a]]] });
    const two = await odoo.make("res.partner", { name: odoo.tag });
    await odoo.call("res.partner", "write", [[one, two], { category_id: [[4, b, 0]] }]);
    await odoo.call("res.partner", "read", [[one, two], ["category_id"]]);
    await odoo.call("res.partner", "write", [[one, two], {
      category_id: [[0, 0, { name: `${odoo.tag} shared` }], [3, a, 0]],
    }]);
    await adopt(odoo, "res.partner.category");
    await odoo.call("res.partner", "read", [[one, two], ["category_id"]]);
  },

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

/** Writes values to the tags of a contact, which starts anew each time. */
async function run(odoo: Session, first: RpcValue, list: RpcValue[]) {
  const id = await odoo.make("res.partner", { name: odoo.tag });
  for (const category_id of list) {
    await odoo.get("res.partner", "write", [[id], { category_id: first }]);
    await odoo.call("res.partner", "write", [[id], { category_id }]);
    await odoo.call("res.partner", "read", [[id], ["category_id"]]);
  }
}

/** Makes tags. */
async function tags(odoo: Session, count: number, parent_id: number | false = false) {
  const made: number[] = [];
  for (let number = 1; number <= count; number++) {
    const name = `${odoo.tag} ${number}`;
    made.push(await odoo.make("res.partner.category", { name, parent_id }));
  }
  return made;
}

/** Makes contacts of a company. */
async function contacts(odoo: Session, parent_id: number, names: string[]) {
  const made: number[] = [];
  for (const name of names) {
    made.push(await odoo.make("res.partner", { name: `${odoo.tag} ${name}`, parent_id }));
  }
  return made;
}

/** Remembers what commands have made. */
async function adopt(odoo: Session, model: string) {
  const found = await odoo.get(model, "search", [[["name", "like", odoo.tag]]], {
    order: "id",
    context: { active_test: false },
  });
  for (const id of [found].flat()) odoo.made(model, Number(id));
}
