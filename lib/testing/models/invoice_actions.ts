/**
 * What is done to invoices: posting, back to draft, cancelling, deleting.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { PythonError, userError, type Version } from "../faults.ts";
import { isOutgoing, itemsOf } from "./invoice_items.ts";
import { shownOnInvoice } from "./invoice_lines.ts";
import type { Method } from "../orm/methods.ts";
import { isInteger, truthy } from "../python.ts";
import { existing, writeRecords } from "../orm/records.ts";
import type { Row } from "../orm/store.ts";

/** Methods of `account.move`. */
export const invoiceMethods = (version: Version): Record<string, Method> => ({
  action_post: action((env, rows) => {
    for (const row of rows) post(env, row);
    return false;
  }),
  button_draft: action((env, rows) => {
    for (const row of rows) {
      if (version !== 14 && row["state"] === "draft") {
        throw userError("Only posted/cancelled journal entries can be reset to draft.");
      }
      set(env, row, { state: "draft" });
    }
    return null;
  }),
  button_cancel: action((env, rows) => {
    for (const row of rows) {
      if (version !== 14 && row["state"] === "posted") set(env, row, { state: "draft" });
      set(env, row, { state: "cancel" });
    }
    return null;
  }),
});

/** Refuses to delete what has been posted. */
export function refuseDeletion(env: Env, ids: readonly number[]): void {
  const force = truthy(env.context["force_delete"]);
  for (const row of existing(env, env.model("account.move"), ids)) {
    if (env.version === 14) {
      if (row["name"] !== "/" && !force) {
        throw userError("You cannot delete an entry which has been posted once.");
      }
    } else if (row["state"] === "posted") {
      throw userError(
        "You can't delete a posted journal item. Don’t play games with your accounting records; reset the journal " +
          "entry to draft before deleting it.",
      );
    }
  }
}

function post(env: Env, row: Row): void {
  refusePosting(env, row);
  const today = env.now.slice(0, 10);
  const day = typeof row["invoice_date"] === "string" ? row["invoice_date"] : today;
  const name = row["name"] && row["name"] !== "/" ? row["name"] : nextName(env, row, day);
  const due = row["invoice_date"] ? row["invoice_date_due"] ?? day : day;
  set(env, row, { invoice_date: day, date: day, invoice_date_due: due });
  set(env, row, { state: "posted", name, posted_before: true });
}

function refusePosting(env: Env, row: Row): void {
  if (row["state"] !== "draft") {
    throw userError(`The entry ${row["name"]} (id ${row.id}) must be in draft.`);
  }
  const complaints: string[] = [];
  if (!itemsOf(env, row.id).some((line) => shownOnInvoice(env.version, line))) {
    complaints.push(
      env.version === 19
        ? "Even magicians can't post nothing!"
        : "You need to add a line before posting.",
    );
  }
  if (!row["partner_id"]) {
    complaints.push(noPartner(env.version, isOutgoing(row["move_type"])));
  }
  if (!row["invoice_date"] && !isOutgoing(row["move_type"])) {
    complaints.push("The Bill/Refund date is required to validate this document.");
  }
  if (complaints.length === 0) return;
  throw new PythonError("odoo.exceptions.UserError", complaints.join("\n"));
}

function noPartner(version: Version, outgoing: boolean): string {
  if (!outgoing) {
    return "The field 'Vendor' is required, please complete it to validate the Vendor Bill.";
  }
  return version === 19
    ? "The 'Customer' field is required to validate the invoice.\n" +
      "You probably don't want to explain to your auditor that you invoiced an invisible man :)"
    : "The field 'Customer' is required, please complete it to validate the Customer Invoice.";
}

/** The next number of a journal: a month in 14 and a year in 17 and 19 has numbers of its own. */
export function nextName(env: Env, row: Row, day: string): string {
  const journal = row["journal_id"];
  const code = typeof journal === "number" ? env.row("account.journal", journal)?.["code"] : "";
  const refund = String(row["move_type"]).endsWith("_refund") ? "R" : "";
  const [year = "", month = ""] = day.split("-");
  const prefix = env.version === 14
    ? `${refund}${code}/${year}/${month}/`
    : `${refund}${code}/${year}/`;
  const taken = [...env.store.rows("account.move")]
    .map((other) => String(other["name"] ?? ""))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)) || 0);
  const next = Math.max(0, ...taken) + 1;
  return `${prefix}${String(next).padStart(env.version === 14 ? 4 : 5, "0")}`;
}

function set(env: Env, row: Row, values: { [field: string]: RpcValue }): void {
  writeRecords(env, env.model("account.move"), [row.id], values);
}

function action(run: (env: Env, rows: Row[]) => boolean | null): Method {
  return {
    kind: "multi",
    parameters: "",
    access: "write",
    run: ({ env, model, ids }) => run(env, existing(env, model, ids.filter(isInteger))),
  };
}
