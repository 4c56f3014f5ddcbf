/**
 * What the web client is told of the user who has signed in.
 *
 * @module
 */
import type { Row } from "../orm/store.ts";
import type { PythonValue } from "../python.ts";
import { type Database, environment } from "./services.ts";

/** The answer of a sign-in. */
export function sessionInfo(database: Database, user: Row): PythonValue {
  const { version } = database;
  const env = environment(database, user.id, true);
  const model = env.model("res.users");
  const value = (path: string) => env.follow(model, user, path) ?? false;
  const partner = user["partner_id"];
  return {
    uid: user.id,
    is_system: user.id === 2,
    is_admin: user.id === 2,
    ...(version !== 14 && { is_public: false, is_internal_user: true }),
    user_context: { lang: value("partner_id.lang"), tz: value("partner_id.tz"), uid: user.id },
    db: database.name,
    server_version: `${version}.0`,
    server_version_info: [version, 0, 0, "final", 0, ""],
    ...(version !== 14 && { support_url: "https://www.odoo.com/buy" }),
    name: value("partner_id.name"),
    username: user["login"] ?? false,
    partner_display_name: typeof partner === "number"
      ? env.displayName("res.partner", partner)
      : false,
    ...(version === 14 && { company_id: user["company_id"] ?? false }),
    partner_id: partner ?? false,
    "web.base.url": "http://odoo.test",
    active_ids_limit: 20000,
    max_file_upload_size: 134217728,
    user_companies: companies(database, user),
    user_id: [user.id],
  };
}

/** The answer of a sign-in that waits for a code. */
export function waitingInfo({ name, version }: Database): PythonValue {
  if (version !== 14) return { uid: null };
  return {
    uid: null,
    is_system: false,
    is_admin: false,
    user_context: {},
    db: name,
    server_version: "14.0",
    server_version_info: [14, 0, 0, "final", 0, ""],
    name: false,
    username: false,
    partner_display_name: false,
    company_id: null,
    partner_id: null,
    "web.base.url": "http://odoo.test",
    active_ids_limit: 20000,
    max_file_upload_size: 134217728,
    user_id: [null],
  };
}

function companies(database: Database, user: Row): PythonValue {
  const env = environment(database, user.id, true);
  const current = Number(user["company_id"]);
  const ids = Array.isArray(user["company_ids"]) ? user["company_ids"].map(Number) : [current];
  const pair = (id: number): [number, string] => [id, env.displayName("res.company", id)];
  if (database.version === 14) {
    return { current_company: pair(current), allowed_companies: ids.map(pair) };
  }
  const allowed = ids.map((id) => [
    String(id),
    { id, name: env.displayName("res.company", id), sequence: 0, child_ids: [], parent_id: false },
  ]);
  return {
    current_company: current,
    allowed_companies: Object.fromEntries(allowed),
    disallowed_ancestor_companies: {},
  };
}
