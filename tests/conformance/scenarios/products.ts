/**
 * Products, their categories and units.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

const NAMES = ["name", "default_code", "display_name"];

/** Scenarios of the product models. */
export const products: Record<string, Scenario> = {
  "a template makes its one variant": async (odoo) => {
    const template = await odoo.make("product.template", {
      name: odoo.tag,
      default_code: "A-1",
      list_price: 12.5,
    });
    const fields = [
      ...NAMES,
      "list_price",
      "sale_ok",
      "purchase_ok",
      "active",
      "barcode",
      "weight",
    ];
    await odoo.call("product.template", "read", [[template], [
      ...fields,
      "product_variant_count",
      "description_sale",
      "sequence",
    ]]);
    const variant = await variantOf(odoo, template);
    await odoo.call("product.template", "read", [[template], ["product_variant_ids"]]);
    await odoo.call("product.product", "read", [[variant], [
      ...fields,
      "lst_price",
      "product_tmpl_id",
    ]]);
    await odoo.call("product.template", "unlink", [[template]]);
    await odoo.call("product.product", "search_count", [[["id", "=", variant]]]);
  },

  "a variant shares the fields of its template": async (odoo) => {
    const id = await odoo.make("product.product", { name: odoo.tag, list_price: 3 });
    const template = await templateOf(odoo, id);
    odoo.made("product.template", template);
    await odoo.call("product.product", "write", [[id], {
      name: `${odoo.tag} two`,
      list_price: 4.5,
      default_code: "B-2",
      weight: 1.25,
    }]);
    const fields = [...NAMES, "list_price", "weight"];
    await odoo.call("product.template", "read", [[template], fields]);
    await odoo.call("product.template", "write", [[template], {
      name: `${odoo.tag} three`,
      default_code: "B-3",
      barcode: `${odoo.tag}b`,
      standard_price: 2.5,
      weight: 2,
    }]);
    await odoo.call("product.product", "read", [[id], [
      ...fields,
      "lst_price",
      "barcode",
      "standard_price",
    ]]);
    await odoo.call("product.product", "unlink", [[id]]);
    await odoo.call("product.template", "search_count", [[["id", "=", template]]]);
  },

  "a code stands in brackets before the name": async (odoo) => {
    const { tag } = odoo;
    const id = await odoo.make("product.product", { name: `${tag} desk`, default_code: `${tag}1` });
    await odoo.make("product.product", { name: `${tag} lamp` });
    await odoo.call("product.product", "read", [[id], NAMES]);
    await odoo.call("product.product", "name_search", [`${tag}1`]);
    await odoo.call("product.product", "name_search", [`${tag} `]);
    await odoo.call("product.product", "name_search", [`[${tag}1] ${tag} desk`]);
    await odoo.call("product.product", "name_search", [`${tag} desk`], { operator: "=" });
    await odoo.call("product.product", "search_read", [[["default_code", "=", `${tag}1`]], NAMES]);
    await odoo.call("product.template", "name_search", [`${tag}1`]);
  },

  "archiving goes down to the variants": async (odoo) => {
    const template = await odoo.make("product.template", { name: odoo.tag });
    const variant = await variantOf(odoo, template);
    await odoo.call("product.template", "write", [[template], { active: false }]);
    await odoo.call("product.product", "read", [[variant], ["name", "active"]]);
    await odoo.call("product.product", "search", [[["name", "=", odoo.tag]]]);
    await odoo.call("product.product", "search", [[["name", "=", odoo.tag]]], {
      context: { active_test: false },
    });
    await odoo.call("product.template", "write", [[template], { active: true }]);
    await odoo.call("product.product", "read", [[variant], ["active"]]);
  },

  "a barcode is there once": async (odoo) => {
    await odoo.make("product.product", { name: `${odoo.tag} one`, barcode: odoo.tag });
    await odoo.call("product.product", "create", [{
      name: `${odoo.tag} two`,
      barcode: odoo.tag,
    }]);
    await odoo.call("product.product", "search_read", [[["barcode", "=", odoo.tag]], ["name"]]);
  },

  "categories form a path": async (odoo) => {
    const top = await odoo.make("product.category", { name: odoo.tag });
    const child = await odoo.make("product.category", { name: "Chairs", parent_id: top });
    const fields = ["name", "complete_name", "display_name", "parent_id", "child_id"];
    await odoo.call("product.category", "read", [[top, child], fields]);
    await odoo.call("product.category", "search", [[["id", "child_of", top]]]);
    await odoo.call("product.category", "name_search", [odoo.tag]);
    await odoo.call("product.category", "write", [[top], { name: `${odoo.tag} new` }]);
    await odoo.call("product.category", "read", [[child], ["complete_name"]]);
    await odoo.call("product.category", "write", [[top], { parent_id: child }]);
    const product = await odoo.make("product.product", { name: odoo.tag, categ_id: child });
    await odoo.call("product.product", "search", [[["categ_id", "child_of", top]]]);
    await odoo.call("product.product", "read", [[product], ["categ_id"]]);
    await odoo.call("product.category", "unlink", [[child]]);
  },

  "a category in use is not deleted": async (odoo) => {
    const id = await odoo.make("product.category", { name: odoo.tag });
    await odoo.make("product.template", { name: odoo.tag, categ_id: id });
    await odoo.call("product.category", "unlink", [[id]]);
    await odoo.call("product.category", "search_count", [[["id", "=", id]]]);
    await odoo.call("product.category", "create", [{ parent_id: id }]);
  },

  "units are found by name and by external id": async (odoo) => {
    const dozen = await odoo.ref("uom.product_uom_dozen");
    await odoo.call("uom.uom", "read", [[dozen], ["name", "display_name", "factor", "active"]]);
    await odoo.call("uom.uom", "name_search", ["Dozen"]);
    await odoo.call("uom.uom", "search_count", [[["name", "=", "Units"]]]);
    const id = await odoo.make("product.product", { name: odoo.tag });
    await odoo.call("product.product", "read", [[id], ["uom_id", "uom_name"]]);
    await odoo.call("product.product", "search_count", [[
      ["id", "=", id],
      ["uom_id.name", "=", "Units"],
    ]]);
  },

  "a product has a type": async (odoo) => {
    const type = odoo.version === 17 ? "detailed_type" : "type";
    const id = await odoo.make("product.template", { name: odoo.tag });
    await odoo.call("product.template", "read", [[id], [type]]);
    await odoo.call("product.template", "write", [[id], { [type]: "service" }]);
    await odoo.call("product.template", "read", [[id], ["type"]]);
    await odoo.call("product.template", "write", [[id], { [type]: "nonsense" }]);
    const variant = await variantOf(odoo, id);
    await odoo.call("product.product", "read", [[variant], ["type"]]);
    await odoo.call("product.template", "search_count", [[
      ["id", "=", id],
      ["type", "=", "service"],
    ]]);
  },

  "prices have two decimals": async (odoo) => {
    const id = await odoo.make("product.product", {
      name: odoo.tag,
      list_price: 10.126,
      standard_price: 3.144,
      weight: 1.23456,
    });
    await odoo.call("product.product", "read", [[id], ["list_price", "standard_price", "weight"]]);
    await odoo.call("product.product", "search", [[
      ["name", "=", odoo.tag],
      ["list_price", ">", 10],
    ]]);
    await odoo.call("product.product", "write", [[id], { list_price: "7.5" }]);
    await odoo.call("product.product", "read", [[id], ["list_price", "lst_price"]]);
  },

  "a copy has neither code nor barcode": async (odoo) => {
    const id = await odoo.make("product.template", {
      name: odoo.tag,
      default_code: "C-1",
      barcode: odoo.tag,
      list_price: 8,
    });
    await variantOf(odoo, id);
    const copy = await odoo.get("product.template", "copy", [[id]]);
    const [copied] = [copy].flat();
    await odoo.call("product.template", "read", [[Number(copied)], [
      "name",
      "default_code",
      "barcode",
      "list_price",
      "product_variant_count",
    ]]);
  },

  "a product without a name is refused": async (odoo) => {
    await odoo.call("product.template", "create", [{ list_price: 1 }]);
    await odoo.call("product.product", "create", [{ default_code: odoo.tag }]);
    await odoo.call("product.product", "name_create", [odoo.tag]);
    await odoo.call("product.product", "search_count", [[["name", "=", odoo.tag]]]);
  },

  "defaults of a new product": async (odoo) => {
    await odoo.call("product.template", "default_get", [[
      "type",
      "active",
      "sale_ok",
      "purchase_ok",
      "list_price",
      "uom_id",
      "sequence",
      "name",
    ]]);
  },

  "the fields of products": async (odoo) => {
    const attributes = ["type", "string", "required", "readonly", "relation", "store"];
    const names = ["name", "default_code", "list_price", "standard_price", "categ_id", "uom_id"];
    for (const model of ["product.template", "product.product"]) {
      await odoo.call(model, "fields_get", [[...names, "active", "barcode"], attributes]);
    }
    await odoo.call("product.category", "fields_get", [["name", "parent_id"], attributes]);
    await odoo.call("uom.uom", "fields_get", [["name", "active"], attributes]);
  },

  "an import by external id finds its product again": async (odoo) => {
    const fields = ["id", "name", "default_code", "list_price"];
    const xmlid = `${odoo.tag}.desk`;
    await odoo.call("product.template", "load", [fields, [[xmlid, odoo.tag, "D-1", "9.5"]]]);
    await odoo.call("product.template", "load", [fields, [[xmlid, odoo.tag, "D-2", "10"]]]);
    await odoo.call("product.template", "search_read", [[["name", "=", odoo.tag]], fields]);
  },
};

/** The variant of a template: it comes without a call, and goes with the template. */
async function variantOf(odoo: Session, template: number): Promise<number> {
  const found = await odoo.get("product.product", "search", [[
    ["product_tmpl_id", "=", template],
  ]]);
  const id = first(found);
  odoo.made("product.product", id);
  return id;
}

async function templateOf(odoo: Session, product: number): Promise<number> {
  return first(
    await odoo.get("product.template", "search", [[["product_variant_ids", "in", [product]]]]),
  );
}

function first(ids: RpcValue): number {
  return Array.isArray(ids) ? Number(ids[0]) : 0;
}
