import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { withMany2OneIds } from "../lib/links.ts";
import {
  connect,
  link,
  type LinkCommand,
  OdooConfigError,
  type RpcCall,
  type RpcInput,
} from "../mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";

function call(method: string, ...args: RpcCall["args"] & object): RpcCall {
  return { model: "res.partner", method, args };
}

Deno.test("a many2one goes out as its id in `create` and `write`, alone or in a list", () => {
  const given = { name: "Ana", country_id: [21, "Belgium"] };
  const sent = { name: "Ana", country_id: 21 };
  assertEquals(withMany2OneIds(call("create", given)).args, [sent]);
  assertEquals(withMany2OneIds(call("create", [given, given])).args, [[sent, sent]]);
  assertEquals(withMany2OneIds(call("write", [7], given)).args, [[7], sent]);
  assertEquals(withMany2OneIds({ ...call("write", [7]), kwargs: { vals: given } }).kwargs, {
    vals: sent,
  });
});

Deno.test("a many2one goes out as its id inside the values of an x2many command", () => {
  const sent = withMany2OneIds(
    call("write", [7], { child_ids: [[0, 0, { country_id: [21, "Belgium"] }]] }),
  );
  assertEquals(sent.args, [[7], { child_ids: [[0, 0, { country_id: 21 }]] }]);
});

Deno.test("a many2one without a name, and values without a prototype, are converted as well", () => {
  const values = Object.assign(Object.create(null), { country_id: [21, "Belgium"] });
  assertEquals(withMany2OneIds(call("write", [7], values)).args, [[7], { country_id: 21 }]);
  assertEquals(withMany2OneIds(call("write", [7], { parent_id: [5, false] })).args, [[7], {
    parent_id: 5,
  }]);
});

Deno.test("what only looks like a many2one is left alone", () => {
  const lists = {
    category_id: [[6, 0, [1, 2]]],
    child_ids: [1, 2],
    ids: [1, "a", "b"],
    names: ["a", "b"],
    half: [1.5, "a"],
  };
  assertEquals(withMany2OneIds(call("write", [7], lists)).args, [[7], lists]);
  const other = call("search", [["country_id", "=", [21, "Belgium"]]]);
  assertStrictEquals(withMany2OneIds(other), other);
  const context = { default_country_id: [21, "Belgium"] };
  assertEquals(withMany2OneIds({ ...call("create", {}), kwargs: { context } }).kwargs, { context });
});

Deno.test("what the caller passed is not changed", () => {
  const values = Object.freeze({ country_id: Object.freeze([21, "Belgium"]) });
  withMany2OneIds(call("create", values));
  assertEquals(values, { country_id: [21, "Belgium"] });
});

Deno.test("each link command is the triple that Odoo takes", () => {
  assertEquals(link.create({ name: "Ana" }), [0, 0, { name: "Ana" }]);
  assertEquals(link.update(7, { name: "Ana" }), [1, 7, { name: "Ana" }]);
  assertEquals(link.delete(7), [2, 7, 0]);
  assertEquals(link.unlink(7), [3, 7, 0]);
  assertEquals(link.link(7), [4, 7, 0]);
  assertEquals(link.clear(), [5, 0, 0]);
  assertEquals(link.set([7, 8]), [6, 0, [7, 8]]);
  assertEquals(link.set([]), [6, 0, []]);
});

Deno.test("a link command to what cannot be a record is refused", () => {
  const commands: Record<string, (id: number) => LinkCommand> = {
    update: (id) => link.update(id, {}),
    delete: link.delete,
    unlink: link.unlink,
    link: link.link,
    set: (id) => link.set([1, id]),
  };
  for (const [name, command] of Object.entries(commands)) {
    for (const id of [0, -1, 1.5, NaN, 2 ** 53]) {
      const error = assertThrows(() => command(id), OdooConfigError);
      assertEquals(
        error.message,
        `Cannot use the id ${id} in link.${name}: an id must be a whole number above 0`,
      );
    }
  }
  const secret: unknown = "5ecret";
  // @ts-expect-error a text is no id
  assertThrows(() => link.link(secret), OdooConfigError, "Cannot use an id of type string in");
});

Deno.test("a list of link commands is not taken for a many2one", () => {
  const commands = [link.link(7), link.create({ country_id: [21, "Belgium"] })];
  assertEquals(withMany2OneIds(call("write", [7], { child_ids: commands })).args, [[7], {
    child_ids: [[4, 7, 0], [0, 0, { country_id: 21 }]],
  }]);
});

for (const version of [14, 17, 19] as const) {
  Deno.test(`each link command does to the simulated Odoo ${version} what it says`, async () => {
    const odoo = await connect(new OdooSimulator({}, { version }).config);
    const make = (model: string, values: Record<string, RpcInput>) =>
      odoo.executeKw<number>(model, "create", [values]);
    const [a, b] = [
      await make("res.partner.category", { name: "A" }),
      await make("res.partner.category", { name: "B" }),
    ];
    const company = await make("res.partner", {
      name: "Acme",
      category_id: [link.link(a)],
      child_ids: [link.create({ name: "Ana" }), link.create({ name: "Bob" })],
    });
    const read = async (field: string): Promise<number[]> => {
      const rows = await odoo.executeKw<Record<string, number[]>[]>("res.partner", "read", [
        [company],
        [field],
      ]);
      return (rows[0]?.[field] ?? []).sort((a, b) => a - b);
    };
    const after = async (field: string, ...commands: LinkCommand[]) => {
      await odoo.executeKw("res.partner", "write", [[company], { [field]: commands }]);
      return await read(field);
    };
    const parents = async (...ids: number[]) => {
      const rows = await odoo.executeKw<{ name: string; parent_id: [number, string] | false }[]>(
        "res.partner",
        "search_read",
        [[["id", "in", ids]], ["name", "parent_id"]],
        { order: "id" },
      );
      return rows.map(({ name, parent_id }) => [name, parent_id && parent_id[0]]);
    };

    assertEquals(await read("category_id"), [a]);
    assertEquals(await after("category_id", link.set([b])), [b]);
    assertEquals(await after("category_id", link.link(a)), [a, b]);
    assertEquals(await after("category_id", link.unlink(b)), [a]);
    assertEquals(await after("category_id", link.clear(), link.link(b)), [b]);
    assertEquals(await after("category_id", link.delete(b)), []);
    assertEquals(
      await odoo.executeKw("res.partner.category", "search", [[["id", "in", [a, b]]]]),
      [a],
    );

    const [ana = 0, bob = 0] = await read("child_ids");
    assertEquals(await after("child_ids", link.update(ana, { name: "Anna" })), [ana, bob]);
    assertEquals(await after("child_ids", link.unlink(ana)), [bob]);
    assertEquals(await parents(ana, bob), [["Anna", false], ["Bob", company]]);
    assertEquals(await after("child_ids", link.set([ana])), [ana]);
    assertEquals(await parents(ana, bob), [["Anna", company], ["Bob", false]]);
    assertEquals(await after("child_ids", link.link(bob), link.delete(ana)), [bob]);
    assertEquals(await parents(ana, bob), [["Bob", company]]);
  });

  Deno.test(`the lines of an order of the simulated Odoo ${version} are deleted by unlink and clear`, async () => {
    const odoo = await connect(new OdooSimulator({}, { version }).config);
    const [partner] = await odoo.executeKw<number[]>("res.partner", "search", [[]], { limit: 1 });
    const line = link.create({ name: "Mind the step", display_type: "line_note" });
    const order = await odoo.executeKw<number>("sale.order", "create", [{
      partner_id: partner ?? 0,
      order_line: [line, line, line],
    }]);
    const lines = await odoo.executeKw<number[]>("sale.order.line", "search", [
      [["order_id", "=", order]],
    ]);
    const left = async (command: LinkCommand) => {
      await odoo.executeKw("sale.order", "write", [[order], { order_line: [command] }]);
      return await odoo.executeKw("sale.order.line", "search", [[["id", "in", lines]]]);
    };
    assertEquals(await left(link.unlink(lines[0] ?? 0)), lines.slice(1));
    assertEquals(await left(link.clear()), []);
  });
}
