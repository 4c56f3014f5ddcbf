/**
 * What templates of products and their variants do to each other.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { checkConstraints, duplicate } from "../orm/constraints.ts";
import type { Env } from "../orm/env.ts";
import { completeType } from "./product_types.ts";
import { completeUnits } from "./product_units.ts";
import { createRecords, unlinkRecords } from "../orm/records.ts";
import type { Row } from "../orm/store.ts";
import { touch } from "../orm/touch.ts";

const SHARED = ["default_code", "barcode", "standard_price", "weight", "volume"];

/** Makes the one variant of a new template. */
export function makeVariant(env: Env, id: number): void {
  const row = env.row("product.template", id);
  if (!row) return;
  const shared = SHARED.map((name) => [name, row[name] ?? false]);
  createRecords(env, env.model("product.product"), [{
    product_tmpl_id: id,
    active: row["active"] === true,
    ...Object.fromEntries(shared),
  }]);
}

/** Templates that a test gives have a variant, too, and show what theirs has. */
export function completeProducts(env: Env): void {
  for (const { id } of [...env.store.rows("product.product")]) syncTemplate(env, id);
  for (const row of [...env.store.rows("product.template")]) {
    const { id } = row;
    const values = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
    completeType(env.version, values);
    completeUnits(env.version, values);
    env.store.update("product.template", id, values);
    const variants = env.store.find("product.product", ["product_tmpl_id"], [id]);
    if (variants.length === 0) makeVariant(env, id);
  }
}

/** Writes what was written on a template through to its variant, and archives all of them with it. */
export function syncVariant(
  env: Env,
  id: number,
  values: { readonly [field: string]: RpcValue },
): void {
  const variants = env.store.find("product.product", ["product_tmpl_id"], [id]);
  const names = SHARED.filter((name) => name in values);
  // A variant's own stamp follows that of its template from 17 on
  if (env.version !== 14) touch(env, "product.product", variants);
  const [only] = variants;
  if (variants.length === 1 && only !== undefined && names.length > 0) {
    const shared = names.map((name) => [name, values[name] ?? null]);
    env.store.update("product.product", only, Object.fromEntries(shared));
    touch(env, "product.product", [only]);
    checkConstraints(env, env.model("product.product"), only, Object.fromEntries(shared));
  }
  if (!("active" in values)) return;
  for (const variant of variants) {
    env.store.update("product.product", variant, { active: values["active"] ?? false });
  }
}

/** Shows what a variant has on its template, as long as there is no other variant. */
export function syncTemplate(env: Env, id: number): void {
  const row = env.row("product.product", id);
  const template = row?.["product_tmpl_id"];
  if (!row || typeof template !== "number") return;
  const only = env.store.find("product.product", ["product_tmpl_id"], [template]).length === 1;
  const shared = SHARED.map((name) => {
    const empty = name === "default_code" || name === "barcode" ? null : 0;
    return [name, only ? row[name] ?? null : empty];
  });
  env.store.update("product.template", template, Object.fromEntries(shared));
}

/** With its last variant a template goes. */
export function unlinkTemplates(env: Env, ids: readonly number[]): void {
  const templates = new Set(ids.map((id) => env.row("product.product", id)?.["product_tmpl_id"]));
  for (const template of templates) {
    if (typeof template !== "number") continue;
    const variants = env.store.find("product.product", ["product_tmpl_id"], [template]);
    if (variants.every((id) => ids.includes(id))) {
      unlinkRecords(env.with({ su: true }), env.model("product.template"), [template]);
    }
  }
}

/** Variants without attributes are all the same, and a template has each variant once among those in use. */
export function refuseTwin(
  env: Env,
  values: { readonly [field: string]: RpcValue },
  id?: number,
): void {
  const template = values["product_tmpl_id"];
  if (typeof template !== "number" || values["active"] !== true) return;
  const twin = env.store.find("product.product", ["product_tmpl_id"], [template])
    .find((other) => other !== id && env.row("product.product", other)?.["active"] === true);
  if (twin === undefined) return;
  throw duplicate(env, env.model("product.product"), { ...values, id: twin }, {
    name: "product_product_combination_unique",
    fields: ["product_tmpl_id", "combination_indices"],
  });
}

/** The complaint about a barcode that another product has, in the words of 17 and 19. */
export function checkBarcodes(env: Env, row: Row): string | undefined {
  const barcode = row["barcode"];
  if (typeof barcode !== "string" || barcode === "") return undefined;
  const found = env.store.find("product.product", ["barcode"], [barcode]);
  if (found.length < 2) return undefined;
  const names = found.map((id) => env.displayName("product.product", id)).join(
    env.version === 19 && found.length === 2 ? " and " : ", ",
  );
  const text =
    `Barcode(s) already assigned:\n\n- Barcode "${barcode}" already assigned to product(s): ${names}`;
  return `${text}\n\nNote: products that you don't have access to will not be shown above.`;
}
