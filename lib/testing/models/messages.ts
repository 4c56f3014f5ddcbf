/**
 * Messages on records: what `message_post` writes down. Nothing is sent.
 *
 * @module
 */
import { boolean, char, datetime, html, many2many, many2one, reference } from "./define.ts";
import { integer, selection, text } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { lacking, type Version } from "../faults.ts";
import type { Method, MethodCall } from "../orm/methods.ts";
import type { BuiltInModel } from "../orm/models.ts";
import { isInteger, type PythonValue, str, truthy } from "../python.ts";
import { createRecords, existing } from "../orm/records.ts";

/** The models of messages. */
export function messageModels(version: Version): Record<string, BuiltInModel> {
  return {
    "mail.message": {
      description: "Message",
      order: "id desc",
      recName: version === 19 ? "subject" : "record_name",
      indexes: [["model", "res_id"]],
      fields: {
        subject: char("Subject"),
        date: datetime("Date", { defaultOf: (env) => env.now.slice(0, 19) }),
        body: html("Contents"),
        model: char("Related Document Model"),
        res_id: reference("Related Document ID"),
        record_name: char("Message Record Name"),
        message_type: selection("Type", [
          ["email", version === 14 ? "Email" : "Incoming Email"],
          ["comment", "Comment"],
          ["notification", "System notification"],
          ["user_notification", "User Specific Notification"],
        ], { required: true, default: "email" }),
        subtype_id: many2one("mail.message.subtype", "Subtype"),
        author_id: many2one("res.partner", "Author"),
        email_from: char("From"),
        parent_id: many2one("mail.message", "Parent Message"),
        attachment_ids: many2many("ir.attachment", "Attachments"),
        is_internal: boolean("Employee Only"),
      },
    },
    "mail.message.subtype": messageSubtype,
  };
}

const messageSubtype: BuiltInModel = {
  description: "Message subtypes",
  order: "sequence, id",
  fields: {
    name: char("Message Type", { required: true, translate: true }),
    description: text("Description", { translate: true }),
    internal: boolean("Internal Only"),
    default: boolean("Default", { default: true }),
    sequence: integer("Sequence", { default: 1 }),
  },
};

/** Models whose records have messages. */
export const WITH_MESSAGES = [
  "account.move",
  "crm.lead",
  "product.product",
  "product.template",
  "res.partner",
  "sale.order",
] as const;

/** `message_post`. Odoo 19 answers with a list. */
export const messagePost = (version: Version): Method => ({
  kind: "multi",
  parameters:
    "*, body='', subject=None, message_type='notification', subtype_xmlid=None, subtype_id=False, parent_id=False, " +
    "attachment_ids=None, attachments=None, author_id=None, email_from=None, partner_ids=None",
  access: "read",
  run: (call) => {
    const [id = 0] = post(call);
    return version === 19 ? [id] : id;
  },
});

function post({ env, model, ids, get }: MethodCall): number[] {
  for (const name of ["attachments", "partner_ids", "subtype_xmlid", "parent_id"]) {
    if (truthy(get(name))) throw lacking(`message_post with ${name}`);
  }
  const [row] = existing(env, model, ids.filter(isInteger));
  if (!row) return [];
  const author = env.row("res.users", env.uid)?.["partner_id"] ?? false;
  const attachments = get("attachment_ids") ?? null;
  return createRecords(env.with({ su: true }), env.model("mail.message"), [{
    body: markup(get("body") ?? ""),
    subject: get("subject") ?? false,
    message_type: get("message_type") ?? "notification",
    subtype_id: get("subtype_id") || noteSubtype(env),
    model: model.name,
    res_id: row.id,
    record_name: env.displayName(model.name, row.id),
    author_id: get("author_id") ?? author,
    email_from: get("email_from") ?? sender(env),
    attachment_ids: [[6, 0, Array.isArray(attachments) ? attachments : []]],
  }]);
}

/** Text becomes a paragraph; 17 and 19 show markup of a call as it was typed. */
function markup(body: PythonValue): PythonValue {
  return truthy(body) ? str(body) : "";
}

function noteSubtype(env: Env): PythonValue {
  const note = [...env.store.rows("mail.message.subtype")].find((row) => row["name"] === "Note");
  return note?.id ?? false;
}

function sender(env: Env): string {
  const model = env.model("res.users");
  const user = env.row("res.users", env.uid);
  const value = (path: string) => user ? String(env.follow(model, user, path) ?? "") : "";
  return `"${value("partner_id.name")}" <${value("partner_id.email")}>`;
}
