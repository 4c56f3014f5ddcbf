/**
 * The models of products, sales, invoices and leads, and their methods, in one place.
 *
 * @module
 */
import { accountingModels } from "./accounting.ts";
import { attachment } from "./attachments.ts";
import type { Version } from "../faults.ts";
import { invoiceMethods } from "./invoice_actions.ts";
import { invoiceLine } from "./invoice_lines.ts";
import { invoice } from "./invoices.ts";
import { leadMethods, leadModels } from "./leads.ts";
import { messageModels, messagePost, WITH_MESSAGES } from "./messages.ts";
import type { Method } from "../orm/methods.ts";
import type { BuiltInModel } from "../orm/models.ts";
import { moneyModels } from "./money.ts";
import { productModels } from "./products.ts";
import { saleLine } from "./sale_lines.ts";
import { orderMethods, saleOrder } from "./sales.ts";
import { sequence, sequenceMethods } from "./sequences.ts";
import { unitModels } from "./units.ts";

/** The models of a version. */
export function businessModels(version: Version): Record<string, BuiltInModel> {
  return {
    ...moneyModels(version),
    ...messageModels(version),
    ...unitModels(version),
    ...productModels(version),
    ...accountingModels(version),
    ...leadModels(version),
    "ir.attachment": attachment(version),
    "ir.sequence": sequence(version),
    "sale.order": saleOrder(version),
    "sale.order.line": saleLine(version),
    "account.move": invoice(version),
    "account.move.line": invoiceLine(version),
  };
}

/** Their methods. */
export function businessMethods(version: Version): Record<string, Record<string, Method>> {
  const own: Record<string, Record<string, Method>> = {
    "account.move": invoiceMethods(version),
    "crm.lead": leadMethods(version),
    "ir.sequence": sequenceMethods,
    "sale.order": orderMethods(version),
  };
  const posting = WITH_MESSAGES.map((model) =>
    [model, { ...own[model], message_post: messagePost(version) }] as const
  );
  return { ...own, ...Object.fromEntries(posting) };
}
