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
export async function tags(odoo: Session, count: number, parent_id: number | false = false) {
  const made: number[] = [];
  for (let number = 1; number <= count; number++) {
    const name = `${odoo.tag} ${number}`;
    made.push(await odoo.make("res.partner.category", { name, parent_id }));
  }
  return made;
}

/** Remembers what commands have made. */
export async function adopt(odoo: Session, model: string) {
  const found = await odoo.get(model, "search", [[["name", "like", odoo.tag]]], {
    order: "id",
    context: { active_test: false },
  });
  for (const id of [found].flat()) odoo.made(model, Number(id));
}
