/**
 * What kind of thing a product is, and what else a template makes of what it is given.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Scenario, Session } from "../session.ts";

const MODELS = ["product.template", "product.product"] as const;

/** Scenarios of the types of products. */
export const productTypes: Record<string, Scenario> = {
  "a type is given to a new product": async (odoo) => {
    for (const model of MODELS) {
      for (const values of typesOf(odoo)) await create(odoo, model, values);
    }
  },

  "a type is changed": async (odoo) => {
    for (const model of MODELS) {
      const id = await odoo.make(model, { name: odoo.tag });
      await remember(odoo, model, id);
      for (const values of typesOf(odoo)) {
        await odoo.call(model, "write", [[id], values]);
        await odoo.call(model, "read", [[id], fieldsOf(odoo)]);
      }
    }
  },

  "a type is changed of several products": async (odoo) => {
    const goods = await odoo.make("product.template", { name: odoo.tag });
    const service = await odoo.make("product.template", { name: odoo.tag, type: "service" });
    for (const id of [goods, service]) await remember(odoo, "product.template", id);
    await odoo.call("product.template", "write", [[goods, service], { type: "service" }]);
    await odoo.call("product.template", "read", [[goods, service], fieldsOf(odoo)]);
    await odoo.call("product.template", "write", [[goods], { type: "service" }]);
    await odoo.call("product.template", "write", [[goods, service], { type: "consu" }]);
    await odoo.call("product.template", "read", [[goods, service], fieldsOf(odoo)]);
  },

  "types are imported": async (odoo) => {
    for (const model of MODELS) {
      const [first, second] = [`${odoo.tag}.one`, `${odoo.tag}.two`];
      const fields = fieldsOf(odoo);
      for (const field of fields) {
        const suffix = `_${model.replace(".", "_")}_${field}`;
        await odoo.call(model, "load", [["id", "name", field], [
          [first + suffix, odoo.tag, "service"],
          [second + suffix, odoo.tag, "Service"],
          ["", odoo.tag, "nonsense"],
        ]]);
        await odoo.call(model, "load", [["id", "name", field], [
          [first + suffix, odoo.tag, "service"],
          [second + suffix, odoo.tag, "consu"],
        ]]);
        await odoo.call(model, "search_read", [[["name", "=", odoo.tag]], fields], {
          order: "id",
        });
      }
      await rememberAll(odoo);
    }
  },

  "a copy has the type of its product": async (odoo) => {
    const id = await odoo.make("product.template", { name: odoo.tag, type: "service" });
    await remember(odoo, "product.template", id);
    for (const values of [{}, { type: "service" }, { type: "consu" }]) {
      const copied = await odoo.call("product.template", "copy", [[id], { ...values }]);
      const [copy] = [copied].flat();
      if (typeof copy !== "number") continue;
      await remember(odoo, "product.template", copy);
      await odoo.call("product.template", "read", [[copy], fieldsOf(odoo)]);
    }
  },

  "products are found by type": async (odoo) => {
    for (const values of [{}, { type: "service" }]) {
      const id = await odoo.make("product.template", { name: odoo.tag, ...values });
      await remember(odoo, "product.template", id);
    }
    for (const model of MODELS) {
      for (const field of fieldsOf(odoo)) {
        await odoo.call(model, "search", [[["name", "=", odoo.tag], [field, "=", "service"]]]);
        await odoo.call(model, "search_count", [[["name", "=", odoo.tag], [
          field,
          "!=",
          "service",
        ]]]);
      }
    }
  },

  "defaults of the type": async (odoo) => {
    for (const model of MODELS) {
      await odoo.call(model, "default_get", [fieldsOf(odoo)]);
      for (const field of fieldsOf(odoo)) {
        const context = { [`default_${field}`]: "service" };
        await odoo.call(model, "default_get", [fieldsOf(odoo)], { context });
        const id = await odoo.call(model, "create", [{ name: odoo.tag }], { context });
        if (typeof id !== "number") continue;
        await remember(odoo, model, id);
        await odoo.call(model, "read", [[id], fieldsOf(odoo)]);
      }
    }
  },

  "purchases are in the unit of the product": async (odoo) => {
    if (odoo.version === 19) return;
    const [unit, dozen, kilo] = [
      await odoo.ref("uom.product_uom_unit"),
      await odoo.ref("uom.product_uom_dozen"),
      await odoo.ref("uom.product_uom_kgm"),
    ];
    const fields = ["uom_id", "uom_po_id"];
    for (const model of MODELS) {
      for (
        const values of [
          {},
          { uom_id: dozen },
          { uom_id: kilo },
          { uom_po_id: dozen },
          { uom_id: kilo, uom_po_id: kilo },
          { uom_id: kilo, uom_po_id: unit },
        ]
      ) {
        const id = await odoo.call(model, "create", [{ name: odoo.tag, ...values }]);
        if (typeof id !== "number") continue;
        await remember(odoo, model, id);
        await odoo.call(model, "read", [[id], fields]);
      }
      const id = await odoo.make(model, { name: odoo.tag });
      await remember(odoo, model, id);
      for (
        const values of [
          { uom_id: dozen },
          { uom_id: kilo },
          { uom_po_id: kilo },
          {
            uom_id: unit,
            uom_po_id: dozen,
          },
          { uom_id: kilo, uom_po_id: kilo },
          { uom_id: unit, uom_po_id: kilo },
        ]
      ) {
        await odoo.call(model, "write", [[id], values]);
        await odoo.call(model, "read", [[id], fields]);
      }
    }
  },

  "taxes are for sales or for purchases": async (odoo) => {
    const [sale = 0] = await taxes(odoo, "sale");
    const [purchase = 0] = await taxes(odoo, "purchase");
    const fields = ["taxes_id", "supplier_taxes_id"];
    const both = [[6, 0, [sale, purchase]]];
    for (const model of MODELS) {
      const id = await odoo.make(model, {
        name: odoo.tag,
        taxes_id: both,
        supplier_taxes_id: both,
      });
      await remember(odoo, model, id);
      const [row] = [await odoo.get(model, "read", [[id], fields])].flat();
      odoo.note(
        `${model} links`,
        JSON.stringify(
          row,
          (_key, value) =>
            ({ [sale]: "sale", [purchase]: "purchase", [id]: "id" })[String(value)] ?? value,
        ),
      );
      await odoo.call(model, "search_count", [[["id", "=", id], ["taxes_id", "in", [purchase]]]]);
      await odoo.call(model, "search_count", [[["id", "=", id], ["taxes_id", "in", [sale]]]]);
    }
  },

  "a barcode of a template is there once": async (odoo) => {
    const barcode = `${odoo.tag}b`;
    const id = await odoo.make("product.template", { name: `${odoo.tag} one`, barcode });
    await remember(odoo, "product.template", id);
    const other = await odoo.make("product.template", { name: `${odoo.tag} two` });
    await remember(odoo, "product.template", other);
    await odoo.call("product.template", "write", [[other], { barcode }]);
    await odoo.call("product.template", "read", [[other], ["barcode"]]);
    await odoo.call("product.template", "create", [{ name: `${odoo.tag} three`, barcode }]);
    await odoo.call("product.template", "write", [[id], { barcode }]);
  },
};

/** Types, alone and together, and what is none. */
function typesOf({ version }: Session): Record<string, RpcValue>[] {
  const own = ["service", "consu", "combo", "product", false]
    .map((type) => ({ type }));
  if (version !== 17) return own;
  return [
    ...own,
    { detailed_type: "service" },
    { detailed_type: "consu" },
    { detailed_type: false },
    { type: "service", detailed_type: "service" },
    { type: "service", detailed_type: "consu" },
    { type: "consu", detailed_type: "service" },
  ];
}

function fieldsOf({ version }: Session): string[] {
  return version === 17 ? ["type", "detailed_type"] : ["type"];
}

async function create(
  odoo: Session,
  model: string,
  values: Record<string, RpcValue>,
): Promise<void> {
  const id = await odoo.call(model, "create", [{ name: odoo.tag, ...values }]);
  if (typeof id !== "number") return;
  await remember(odoo, model, id);
  await odoo.call(model, "read", [[id], fieldsOf(odoo)]);
}

/** The record that comes along with a product goes with it. */
async function remember(odoo: Session, model: string, id: number): Promise<void> {
  const [other, domain] = model === "product.template"
    ? ["product.product", ["product_tmpl_id", "=", id]]
    : ["product.template", ["product_variant_ids", "in", [id]]];
  const found = await odoo.get(other, "search", [[domain]]);
  for (const each of [found].flat()) if (typeof each === "number") odoo.made(other, each);
}

async function rememberAll(odoo: Session): Promise<void> {
  const found = await odoo.get("product.template", "search", [[["name", "=", odoo.tag]]], {
    order: "id",
  });
  for (const id of [found].flat()) {
    if (typeof id !== "number") continue;
    odoo.made("product.template", id);
    await remember(odoo, "product.template", id);
  }
}

async function taxes(odoo: Session, kind: string): Promise<number[]> {
  const found = await odoo.get("account.tax", "search", [[["type_tax_use", "=", kind]]]);
  return [found].flat().filter((id) => typeof id === "number");
}
