/**
 * What the modules for sales, invoices and banks add to contacts.
 *
 * @module
 */
import { integer, one2many } from "./define.ts";
import type { Env } from "../orm/env.ts";
import type { BuiltInModel } from "../orm/models.ts";
import { tellLeads } from "./lead_contacts.ts";
import { unlinkRecords } from "../orm/records.ts";

/** `res.partner` with more fields. */
export function withBusiness(partner: BuiltInModel): BuiltInModel {
  return {
    ...partner,
    fields: {
      ...partner.fields,
      bank_ids: one2many("res.partner.bank", "partner_id", "Banks"),
      sale_order_ids: one2many("sale.order", "partner_id", "Sales Order"),
      sale_order_count: integer("Sale Order Count", {
        readonly: true,
        compute: (env, row) => env.store.find("sale.order", ["partner_id"], [row.id]).length,
      }),
      opportunity_ids: one2many("crm.lead", "partner_id", "Opportunities"),
      invoice_ids: one2many("account.move", "partner_id", "Invoices", { readonly: true }),
    },
    afterWrite(env, ids, values, given, before) {
      partner.afterWrite?.(env, ids, values, given, before);
      tellLeads(env, ids, values);
    },
    beforeUnlink(env, ids) {
      if (env.version === 17) dropQuotations(env, ids);
      partner.beforeUnlink?.(env, ids);
    },
  };
}

/** Odoo 17 deletes quotations and cancelled orders together with their customer. */
function dropQuotations(env: Env, ids: readonly number[]): void {
  const fields = ["partner_id", "partner_invoice_id", "partner_shipping_id"];
  const orders = [...env.store.rows("sale.order")].filter((order) =>
    (order["state"] === "draft" || order["state"] === "cancel") &&
    fields.some((field) => {
      const partner = order[field];
      return typeof partner === "number" && ids.includes(partner);
    })
  );
  unlinkRecords(env.with({ su: true }), env.model("sale.order"), orders.map(({ id }) => id));
}
