/**
 * Products: templates, their variants, categories and price lists. What a template and its one variant have in common is
 * kept on both, as Odoo shows it.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { by, char, float, html, integer, many2many, many2one, one2many, price } from "./define.ts";
import { binary, boolean, selection, text } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { userError, validationError, type Version } from "../faults.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import type { Row } from "../orm/store.ts";
import { changeType, checkType, completeType, typeFields } from "./product_types.ts";
import { changeUnits, checkUnits, completeUnits, unitFields } from "./product_units.ts";
import { companyTaxes } from "./taxes.ts";
import {
  checkBarcodes,
  makeVariant,
  refuseTwin,
  syncTemplate,
  syncVariant,
  unlinkTemplates,
} from "./variants.ts";

const TWO_DECIMALS = { digits: [16, 2] } as const;

/** The product models of a version. */
export function productModels(version: Version): Record<string, BuiltInModel> {
  return {
    "product.category": category(version),
    "product.template": template(version),
    "product.product": product(version),
    "product.pricelist": pricelist(version),
  };
}

const category = (version: Version): BuiltInModel => ({
  description: "Product Category",
  order: "complete_name",
  recName: "complete_name",
  namesSearch: ["complete_name"],
  parentStore: true,
  fields: {
    name: char("Name", { required: true }),
    complete_name: char("Complete Name", { readonly: true, store: true, compute: completeName }),
    parent_id: many2one("product.category", "Parent Category", { ondelete: "cascade" }),
    child_id: one2many("product.category", "parent_id", "Child Categories"),
    product_count: integer("# Products", {
      readonly: true,
      compute: (env, row) =>
        [...env.store.rows("product.template")]
          .filter((template) => template["categ_id"] === row.id).length,
    }),
  },
  displayName: completeName,
  beforeUnlink(env, ids) {
    const builtIn = ["product_category_all", "expenses", "cat_expense"];
    const [main] = builtIn.flatMap((name) =>
      env.store.find("ir.model.data", ["module", "name"], ["product", name])
    ).map((id) => env.row("ir.model.data", id)?.["res_id"]);
    if (version === 19 || typeof main !== "number" || !ids.includes(main)) return;
    throw userError(
      "You cannot delete this product category, it is the default generic category.",
    );
  },
});

function completeName(env: Env, row: Row): string {
  const parent = row["parent_id"];
  const above = typeof parent === "number" ? env.row("product.category", parent) : undefined;
  const name = String(row["name"] ?? "");
  return above ? `${completeName(env, above)} / ${name}` : name;
}

const template = (version: Version): BuiltInModel => ({
  description: version === 14 ? "Product Template" : "Product",
  order: by(version, "name", "priority desc, name", "is_favorite desc, name"),
  namesSearch: ["name", "default_code", "barcode"],
  fields: {
    ...templateFields(version),
    ...sharedFields(version, false),
    ...variantFields(),
  },
  displayName: codedName,
  copyValues: (_env, row, given): Record<string, RpcValue> =>
    "name" in given ? {} : { name: `${row["name"] ?? ""} (copy)` },
  beforeCreate(_env, values) {
    completeType(version, values);
    completeUnits(version, values);
  },
  beforeWrite(env, ids, values) {
    changeType(env, ids, values);
    changeUnits(env, ids, values);
  },
  check(env, row) {
    checkType(version, row);
    checkUnits(env, row);
  },
  afterCreate: (env, id) => {
    // A variant that is made first brings its template along.
    if (env.context["inherited_by"] !== "product.product") makeVariant(env, id);
  },
  afterWrite: (env, ids, values) => ids.forEach((id) => syncVariant(env, id, values)),
});

function templateFields(version: Version): Record<string, BuiltInField> {
  return {
    name: char("Name", { required: true, translate: true }),
    sequence: integer("Sequence", { default: 1 }),
    active: boolean("Active", { default: true }),
    ...typeFields(version),
    categ_id: many2one("product.category", "Product Category", {
      ...(version !== 19 && { required: true, default: 1 }),
    }),
    list_price: float("Sales Price", { ...price(version), default: 1 }),
    ...unitFields(version),
    uom_name: char(version === 19 ? "Unit Name" : "Unit of Measure Name", {
      readonly: true,
      translate: true,
      related: "uom_id.name",
    }),
    ...moreTemplateFields(version),
  };
}

function moreTemplateFields(version: Version): Record<string, BuiltInField> {
  const notes = version === 14 ? text : html;
  return {
    description: notes("Description", { translate: true }),
    description_sale: text("Sales Description", { translate: true }),
    description_purchase: text("Purchase Description", { translate: true }),
    sale_ok: boolean(version === 19 ? "Sales" : "Can be Sold", { default: true }),
    purchase_ok: boolean(version === 19 ? "Purchase" : "Can be Purchased", { default: true }),
    taxes_id: many2many("account.tax", version === 19 ? "Sales Taxes" : "Customer Taxes", {
      defaultOf: (env) => companyTaxes(env, "account_sale_tax_id"),
      where: (tax) => tax["type_tax_use"] === "sale",
    }),
    supplier_taxes_id: many2many(
      "account.tax",
      version === 19 ? "Purchase Taxes" : "Vendor Taxes",
      {
        defaultOf: (env) => companyTaxes(env, "account_purchase_tax_id"),
        where: (tax) => tax["type_tax_use"] === "purchase",
      },
    ),
    company_id: many2one("res.company", "Company"),
    currency_id: many2one("res.currency", "Currency", {
      readonly: true,
      compute: (env, row) => {
        const company = typeof row["company_id"] === "number" ? row["company_id"] : 1;
        return env.row("res.company", company)?.["currency_id"] ?? null;
      },
    }),
    color: integer("Color Index"),
    invoice_policy: selection("Invoicing Policy", [
      ["order", "Ordered quantities"],
      ["delivery", "Delivered quantities"],
    ], { default: version === 14 ? "delivery" : "order" }),
    image_1920: binary("Image", { image: true }),
    ...(version === 17 && {
      priority: selection("Favorite", [["0", "Normal"], ["1", "Favorite"]], { default: "0" }),
    }),
    ...(version === 19 && { is_favorite: boolean("Favorite", { default: false }) }),
  };
}

/** Fields of a variant that its template shows, as long as it has only the one. */
function sharedFields(version: Version, ofVariant: boolean): Record<string, BuiltInField> {
  return {
    default_code: char("Internal Reference", { copy: false }),
    barcode: char("Barcode", { copy: false, toldStore: ofVariant }),
    standard_price: float("Cost", {
      ...price(version),
      toldStore: ofVariant && version === 19,
      companyDependent: ofVariant,
    }),
    weight: float("Weight", TWO_DECIMALS),
    volume: float("Volume", TWO_DECIMALS),
  };
}

function variantFields(): Record<string, BuiltInField> {
  const variants = (env: Env, row: Row) =>
    env.store.find("product.product", ["product_tmpl_id"], [row.id])
      .filter((id) => env.row("product.product", id)?.["active"] === true);
  return {
    product_variant_ids: one2many("product.product", "product_tmpl_id", "Products", {
      required: true,
    }),
    product_variant_id: many2one("product.product", "Product", {
      readonly: true,
      compute: (env, row) => variants(env, row)[0] ?? null,
    }),
    product_variant_count: integer("# Product Variants", {
      readonly: true,
      compute: (env, row) => variants(env, row).length,
    }),
  };
}

const product = (version: Version): BuiltInModel => ({
  description: version === 14 ? "Product" : "Product Variant",
  order: version === 17 ? "priority desc, default_code, name, id" : "default_code, name, id",
  namesSearch: ["name", "default_code", "barcode"],
  inherits: { field: "product_tmpl_id", model: "product.template" },
  indexes: [["barcode"]],
  unique: version === 14
    ? [{
      name: "product_product_barcode_uniq",
      fields: ["barcode"],
      message: "A barcode can only be assigned to one product !",
    }]
    : [],
  fields: productFields(version),
  displayName: codedName,
  beforeCreate: (env, values) => refuseTwin(env, values),
  beforeWrite(env, ids, values) {
    if (!("active" in values) && !("product_tmpl_id" in values)) return;
    for (const id of ids) refuseTwin(env, { ...env.row("product.product", id), ...values }, id);
  },
  afterCreate: (env, id) => syncTemplate(env, id),
  afterWrite: (env, ids) => ids.forEach((id) => syncTemplate(env, id)),
  beforeUnlink: (env, ids) => unlinkTemplates(env, ids),
  check: (env, row) => {
    const duplicate = version === 14 ? undefined : checkBarcodes(env, row);
    if (duplicate) throw validationError(duplicate);
  },
});

function productFields(version: Version): Record<string, BuiltInField> {
  return {
    product_tmpl_id: many2one("product.template", "Product Template", {
      required: true,
      ondelete: "cascade",
    }),
    active: boolean("Active", { default: true }),
    ...sharedFields(version, true),
    code: char("Reference", {
      readonly: true,
      compute: (_env, row) => row["default_code"] ?? null,
    }),
    lst_price: float(version === 14 ? "Public Price" : "Sales Price", {
      ...price(version),
      related: "product_tmpl_id.list_price",
    }),
    price_extra: float("Variant Price Extra", {
      ...price(version),
      readonly: true,
      compute: () => 0,
    }),
    ...inheritedFields(version),
  };
}

/** The fields of the template, as Odoo's `_inherits` has them. */
function inheritedFields(version: Version): Record<string, BuiltInField> {
  const fields = { ...templateFields(version) };
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => name !== "active").map(([name, field]) => {
      const { default: _default, defaultOf: _defaultOf, compute: _compute, ...rest } = field;
      return [name, { ...rest, related: `product_tmpl_id.${name}` }];
    }),
  );
}

const pricelist = (version: Version): BuiltInModel => ({
  description: "Pricelist",
  order: by(version, "sequence asc, id desc", "sequence asc, id asc", "sequence, id, name"),
  fields: {
    name: char("Pricelist Name", { required: true, translate: true }),
    active: boolean("Active", { default: true }),
    sequence: integer("Sequence", { default: 16 }),
    currency_id: many2one("res.currency", "Currency", { required: true, default: 1 }),
    company_id: many2one("res.company", "Company"),
  },
  displayName: (env, row) => {
    const currency = row["currency_id"];
    const name = typeof currency === "number" ? env.displayName("res.currency", currency) : "";
    return `${row["name"] ?? ""} (${name})`;
  },
});

/** `[CODE] Name`. */
function codedName(env: Env, row: Row): string {
  const template = row["product_tmpl_id"];
  const named = typeof template === "number" ? env.row("product.template", template) : row;
  const name = String(named?.["name"] ?? "");
  return row["default_code"] ? `[${row["default_code"]}] ${name}` : name;
}
