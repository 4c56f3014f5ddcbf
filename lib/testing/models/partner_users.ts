/**
 * Contacts that are users: they can neither be archived nor deleted.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { hasAccess } from "../orm/access.ts";
import type { Env } from "../orm/env.ts";
import { type PythonError, RedirectWarning, validationError } from "../faults.ts";
import type { Row } from "../orm/store.ts";
import type { PythonValue } from "../python.ts";

/** Whether a contact is nobody's colleague. */
export function isShared(env: Env, { id }: Row): boolean {
  const model = env.model("res.users");
  const share = model.fields.get("share");
  const users = env.store.find("res.users", ["partner_id"], [id])
    .flatMap((user) => env.row("res.users", user) ?? []);
  const internal = users.filter((user) =>
    (user["active"] === true || user.id === 1) && share && env.value(model, user, share) === false
  );
  return internal.length === 0;
}

/** Refuses to archive contacts of active users. */
export function refuseArchive(
  env: Env,
  ids: readonly number[],
  values: { readonly [field: string]: RpcValue },
): void {
  if (values["active"] !== false) return;
  const active = env.version === 14
    ? ids.filter((id) => env.row("res.partner", id)?.["active"] === true)
    : ids;
  const users = activeUsers(env, active);
  if (users.length === 0) return;
  if (env.version === 14) {
    throw validationError("You cannot archive a contact linked to a portal or internal user.");
  }
  throw refusal(env, users, "archive", "You first need to archive their associated user.");
}

/** Refuses to delete contacts of active users. Odoo 14 leaves it to the foreign key. */
export function refuseUnlink(env: Env, ids: readonly number[]): void {
  const users = env.version === 14 ? [] : activeUsers(env, ids);
  if (users.length === 0) return;
  const advice = "You should rather archive them after archiving their associated user.";
  throw refusal(env, users, "delete", advice);
}

function activeUsers(env: Env, ids: readonly number[]): number[] {
  return ids.flatMap((id) => env.store.find("res.users", ["partner_id"], [id]))
    .filter((user) => env.row("res.users", user)?.["active"] === true);
}

/** Who may change users is shown the way to them. */
function refusal(
  env: Env,
  users: readonly number[],
  verb: "archive" | "delete",
  advice: string,
): PythonError {
  const names = users.map((user) => env.displayName("res.users", user)).join(", ");
  const start = `You cannot ${verb} contacts linked to an active user.\n`;
  if (!hasAccess(env, env.model("res.users"), "write")) {
    return validationError(
      `${start}Ask an administrator to archive their associated user first.` +
        `\n\nLinked active users :\n${names}`,
    );
  }
  const text = `${start}${advice}\n\nLinked active users : ${names}`;
  return new RedirectWarning(text, action(env, users), "Go to users");
}

/** One user is opened in the form, several are listed. */
function action(env: Env, users: readonly number[]): { [key: string]: PythonValue } {
  const form = env.version === 19 ? 167 : 162;
  const head = {
    type: "ir.actions.act_window",
    res_model: "res.users",
    context: { create: false },
  };
  return users.length === 1
    ? { ...head, view_mode: "form", views: [[form, "form"]], res_id: users[0] ?? 0 }
    : {
      ...head,
      name: "Users",
      view_mode: "list,form",
      views: [[null, "list"], [form, "form"]],
      domain: [["id", "in", [...users]]],
    };
}
