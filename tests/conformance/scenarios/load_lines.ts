/**
 * Imports with `load`: columns of one2many fields, whose rows go on below the row of their record.
 *
 * @module
 */
import { CATEGORY, failing, idsOf, PARTNER, read, remember, rows } from "../imports.ts";
import type { Scenario, Session } from "../session.ts";

/** Scenarios of the lines of an import. */
export const loadLines: Record<string, Scenario> = {
  "lines go on below their record": async (odoo) => {
    const fields = ["id", "name", "child_ids/name", "child_ids/ref"];
    const ids = await rows(odoo, fields, [
      ["a", `${odoo.tag} A`, "A1", "1"],
      ["", "", "A2", "2"],
      ["b", `${odoo.tag} B`, "", ""],
      ["c", `${odoo.tag} C`, "C1", ""],
    ]);
    await children(odoo, ids);
    await rows(odoo, fields, [["a", `${odoo.tag} A`, "A3", "again"]]);
    await children(odoo, ids);
  },

  "lines with external ids are written": async (odoo) => {
    const fields = ["id", "name", "child_ids/id", "child_ids/name"];
    const cells = [["a", "A", "a1", "A1"], ["", "", "a2", "A2"]];
    const ids = await rows(odoo, fields, cells);
    await children(odoo, ids);
    await rows(odoo, fields, [["a", "A", "a2", "A2 again"], ["", "", "a3", "A3"]]);
    await children(odoo, ids);
    await odoo.call("ir.model.data", "search_read", [
      [["module", "=", odoo.tag]],
      ["name", "model"],
    ], { order: "name" });
  },

  "lines with external ids without a module": async (odoo) => {
    const answer = await odoo.call(PARTNER, "load", [
      ["id", "name", "child_ids/id", "child_ids/name"],
      [[`${odoo.tag}a`, "A", `${odoo.tag}b`, "B"]],
    ]);
    await children(odoo, idsOf(answer));
    await odoo.call("ir.model.data", "search_read", [
      [["name", "like", odoo.tag]],
      ["name", "module"],
    ], { order: "name" });
  },

  "an empty cell detaches all lines": async (odoo) => {
    const fields = ["id", "name", "child_ids/name"];
    const ids = await rows(odoo, fields, [["a", "A", "A1"], ["", "", "A2"]]);
    await children(odoo, ids);
    await rows(odoo, fields, [["a", "A", ""]]);
    await children(odoo, ids);
  },

  "lines that exist are named, or given by id": async (odoo) => {
    const one = await odoo.make(PARTNER, { name: `${odoo.tag} 1` });
    const two = await odoo.make(PARTNER, { name: `${odoo.tag} 2` });
    const fields = ["id", "name", "child_ids"];
    const ids = await rows(odoo, fields, [["a", "A", `${odoo.tag} 1,${odoo.tag} 2`]]);
    await children(odoo, ids);
    const other = await rows(odoo, ["id", "name", "child_ids/.id"], [["b", "B", `${one},${two}`]]);
    await children(odoo, [...ids, ...other]);
    await rows(odoo, ["id", "child_ids/.id", "child_ids/ref"], [
      ["b", String(one), "R1"],
      ["", String(two), "R2"],
    ]);
    await children(odoo, other);
    await failing(odoo, ["name", "child_ids"], [["A", `${odoo.tag} 3`]]);
    await failing(odoo, ["name", "child_ids/.id"], [["A", "1999999999"]]);
    await failing(odoo, ["name", "child_ids/.id", "child_ids/ref"], [["A", "1999999999", "R"]]);
  },

  "what is wrong in a line": async (odoo) => {
    const fields = ["name", "child_ids/name", "child_ids/color"];
    await failing(odoo, fields, [["A", "A1", "x"], ["", "A2", "y"], ["B", "B1", "z"]]);
    await failing(odoo, ["name", "child_ids/name", "child_ids/country_id"], [[
      "A",
      "A1",
      "Nowhere",
    ]]);
    await failing(odoo, ["name", "child_ids/name", "child_ids/is_company"], [["A", "A1", "maybe"]]);
    await failing(odoo, ["name", "child_ids/nope"], [["A", "A1"]]);
    await failing(odoo, ["name", "child_ids/ref"], [["A", "R"]]);
    await failing(odoo, ["name", "child_ids/name", "child_ids/country_id"], [[
      "A",
      "A1",
      "Nowhere",
    ]], {
      import_file: true,
    });
  },

  "lines of lines": async (odoo) => {
    const fields = ["name", "child_ids/name", "child_ids/child_ids/name"];
    const answer = await odoo.call(PARTNER, "load", [fields, [
      [`${odoo.tag} A`, "A1", "A1a"],
      ["", "", "A1b"],
      ["", "A2", "A2a"],
    ]]);
    const ids = idsOf(answer);
    await children(odoo, ids);
    const lines = await odoo.get(PARTNER, "search", [[["parent_id", "in", ids]]], { order: "id" });
    await children(odoo, Array.isArray(lines) ? lines.map(Number) : []);
  },

  "a line refers to other records": async (odoo) => {
    const tag = await odoo.make(CATEGORY, { name: odoo.tag });
    const fields = [
      "name",
      "child_ids/name",
      "child_ids/country_id/id",
      "child_ids/category_id/.id",
    ];
    const answer = await odoo.call(PARTNER, "load", [fields, [
      ["A", "A1", "base.be", String(tag)],
      ["", "A2", "", ""],
    ]]);
    await children(odoo, idsOf(answer));
    const lines = await odoo.get(PARTNER, "search", [[["parent_id", "in", idsOf(answer)]]]);
    await odoo.call(PARTNER, "search_read", [
      [["id", "in", lines]],
      ["name", "country_id", "category_id"],
    ], { order: "id" });
  },

  "a first row without a record of its own": async (odoo) => {
    await failing(odoo, ["name", "child_ids/name"], [["", "A1"], ["B", "B1"]]);
    const answer = await odoo.call(PARTNER, "load", [["name", "category_id", "child_ids/name"], [
      ["A", "", "A1"],
      ["", "", ""],
      ["B", "", ""],
    ]]);
    await children(odoo, idsOf(answer));
  },

  "a product has an external id for its template": async (odoo) => {
    const fields = ["id", "name", "default_code", "list_price"];
    const xmlid = `${odoo.tag}.p`;
    const load = (cells: string[]) => odoo.call("product.product", "load", [fields, [cells]]);
    const ids = idsOf(await load([xmlid, odoo.tag, "CODE", "12.5"]));
    await odoo.call("ir.model.data", "search_read", [
      [["module", "=", odoo.tag]],
      ["name", "model"],
    ], { order: "name" });
    await load([xmlid, odoo.tag, "", "13"]);
    await odoo.call("product.template", "load", [["id", "list_price"], [[
      `${xmlid}_product_template`,
      "14",
    ]]]);
    await odoo.call("product.product", "read", [ids, ["name", "default_code", "list_price"]]);
  },

  "lines of an order": async (odoo) => {
    const product = await odoo.make("product.product", { name: odoo.tag });
    const customer = await odoo.make(PARTNER, { name: odoo.tag });
    const columns = ["product_id/.id", "product_uom_qty", "price_unit"];
    const fields = ["id", "partner_id/.id", ...columns.map((column) => `order_line/${column}`)];
    const cells = [
      [`${odoo.tag}.o`, String(customer), String(product), "2", "5"],
      ["", "", String(product), "3", "7.5"],
    ];
    const load = () => odoo.call("sale.order", "load", [fields, cells]);
    const ids = idsOf(await load());
    const lines = async () => {
      await odoo.call("sale.order.line", "search_read", [
        [["order_id", "in", ids]],
        ["product_id", "product_uom_qty", "price_unit"],
      ], { order: "id" });
    };
    await lines();
    await load();
    await lines();
  },

  "lines of an order that is deleted leave their external ids": async (odoo) => {
    const product = await odoo.make("product.product", { name: odoo.tag });
    const customer = await odoo.make(PARTNER, { name: odoo.tag });
    const fields = ["id", "partner_id/.id", "order_line/id", "order_line/product_id/.id"];
    const cells = [[`${odoo.tag}.o`, String(customer), `${odoo.tag}.l`, String(product)]];
    const load = () => odoo.call("sale.order", "load", [fields, cells]);
    const ids = idsOf(await load());
    await odoo.call("sale.order", "unlink", [ids]);
    await odoo.call("ir.model.data", "search_read", [[["module", "=", odoo.tag]], [
      "name",
      "model",
    ]], { order: "name" });
    await load();
    await odoo.call("sale.order.line", "search_count", [[["product_id", "=", product]]]);
    await odoo.call("ir.model.data", "search_read", [[["module", "=", odoo.tag]], [
      "name",
      "model",
    ]], { order: "name" });
  },
};

/** Reads the lines of partners, and remembers them. */
async function children(odoo: Session, ids: number[]): Promise<void> {
  await remember(odoo, PARTNER, [["parent_id", "in", ids]]);
  await odoo.call(PARTNER, "search_read", [[["parent_id", "in", ids]], [
    "name",
    "ref",
    "parent_id",
  ]], { order: "id" });
  await read(odoo, ids, ["name", "child_ids"]);
}
