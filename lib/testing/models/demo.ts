/**
 * What a fresh database with demo data holds: countries, the company, its users, and partners to work with.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { countries } from "./countries.ts";
import type { Env } from "../orm/env.ts";
import { PythonError, type Version } from "../faults.ts";
import { toColumn } from "../orm/fields.ts";
import { groupField, withImplied } from "../orm/groups.ts";
import { applyCommands, commandsOf } from "../orm/links.ts";
import type { Model } from "../orm/models.ts";
import { digest } from "../server/secrets.ts";
import { withIds } from "./given.ts";
import { sectionModel } from "./groups.ts";
import { accessRows, groups, groupsOfUser, ruleRows, sections } from "./rights.ts";
import { standardRecords } from "./business_data.ts";
import { fieldRows } from "./model_fields.ts";
import { callingCode, currencies, languages } from "./world_data.ts";
import { demoRecords, STATE_XMLIDS, STATES } from "./demo_data.ts";

/** Records by model, as a test gives them. */
export type Records = Readonly<Record<string, readonly { readonly [field: string]: RpcValue }[]>>;

/** The records of one model. */
type Given = NonNullable<Records[string]>;

/** Fills an empty database. Records given for a model stand in place of its demo records. */
export function fill(env: Env, records: Records): void {
  const given = numbered(records);
  for (const model of Object.keys(given)) {
    if (!env.registry.has(model)) {
      throw new TypeError(
        `Cannot use records of "${model}": the simulator has no such model; define it with the option "models"`,
      );
    }
  }
  insertBase(env, reservedIds(given));
  insertGroups(env);
  insertStandard(env, given);
  for (const [model, records] of Object.entries(demoRecords(env))) {
    if (!(model in given)) insertAll(env, env.model(model), records);
  }
  const { "ir.model.access": access = [], "ir.rule": rules = [], ...others } = given;
  insertGiven(env, others);
  completeUsers(env, others["res.users"] ?? []);
  insertModels(env);
  if (!("ir.model.fields" in given)) env.store.fillLater("ir.model.fields", () => fieldRows(env));
  insertRights(env, access, rules);
  env.store.commit();
}

/** Records may refer to records of models that come later, so links are made when all of them are there. */
function insertGiven(env: Env, given: Records): void {
  const links: (() => void)[] = [];
  for (const [model, records] of Object.entries(given)) {
    try {
      if (!KEPT.has(model)) env.store.clear(model);
      const definition = env.model(model);
      const named = records.map((record) => withIds(env, definition, record));
      links.push(...insertRows(env, definition, named));
    } catch (error) {
      throw unusable(model, error);
    }
  }
  for (const connect of links) connect();
}

function unusable(model: string, error: unknown): unknown {
  if (!(error instanceof PythonError)) return error;
  return new TypeError(`Cannot use the records of "${model}": ${error.message}`, { cause: error });
}

/** Models whose built-in records stay beside those of a test. */
const KEPT = new Set([
  "res.partner",
  "res.users",
  "res.company",
  "ir.model.data",
  "res.users.apikeys",
  "res.groups",
  "ir.rule",
]);

/**
 * Built-in records keep the ids of real databases, as long as the given ones do not come near; otherwise they stand
 * behind the given ones, which so are the first of their model.
 */
function reservedIds(given: Records): (model: string, wanted: number) => number {
  return (model, wanted) => {
    const ids = (given[model] ?? []).map(({ id }) => typeof id === "number" ? id : 0);
    return ids.some((id) => id <= HIGHEST_BUILT_IN) ? Math.max(...ids) + wanted : wanted;
  };
}

/** Highest id of a built-in user or partner. */
const HIGHEST_BUILT_IN = 7;

/** No group of the simulated modules has a higher id. */
const HIGHEST_GROUP = 99;

/** Records without an id get the next one, as from a sequence. */
function numbered(given: Records): Records {
  return Object.fromEntries(
    Object.entries(given).map(([model, records]) => {
      let last = Math.max(0, ...records.map(({ id }) => typeof id === "number" ? id : 0));
      if (model === "res.users") last = Math.max(last, HIGHEST_BUILT_IN);
      if (model === "res.groups") last = Math.max(last, HIGHEST_GROUP);
      return [model, records.map((record) => ({ ...record, id: record["id"] ?? ++last }))];
    }),
  );
}

function insertBase(env: Env, free: (model: string, wanted: number) => number): void {
  insertAll(env, env.model("res.currency"), currencies(env.version));
  insertAll(
    env,
    env.model("res.country"),
    countries(env.version).map(([id, code, name]) => ({
      id,
      code,
      name,
      phone_code: callingCode(env.version, code),
    })),
  );
  for (const [id, code] of countries(env.version)) {
    link(env, `base.${code === "GB" ? "uk" : code.toLowerCase()}`, "res.country", id);
  }
  insertAll(
    env,
    env.model("res.country.state"),
    STATES.map(([id, country, code, name]) => ({
      id,
      country_id: country,
      code,
      name,
    })),
  );
  for (const [id, xmlid] of STATE_XMLIDS) link(env, `base.${xmlid}`, "res.country.state", id);
  insertAll(env, env.model("res.lang"), languages(env.version));
  link(env, "base.lang_en", "res.lang", 1);
  const partner = (wanted: number) => free("res.partner", wanted);
  const company = insertCompany(env, partner(1), free("res.company", 1));
  for (const [user, login, name, xmlid] of people(env.version)) {
    insertUser(env, { user, login, name, xmlid, partner: partner(user + 1), company });
  }
}

/** What the simulated modules bring along, but for the models that a test fills itself. */
function insertStandard(env: Env, given: Records): void {
  for (const { model, xmlid, record } of standardRecords(env.version)) {
    if (model in given) continue;
    insertAll(env, env.model(model), [record]);
    if (xmlid && typeof record["id"] === "number") link(env, xmlid, model, record["id"]);
  }
}

function insertCompany(env: Env, partner: number, company: number): number {
  insertAll(env, env.model("res.partner"), [{
    id: partner,
    name: "YourCompany",
    is_company: true,
    street: "250 Executive Park Blvd, Suite 3400",
    city: "San Francisco",
    zip: "94134",
    state_id: 13,
    country_id: 233,
    email: "info@yourcompany.example.com",
    phone: "+1 555-555-5556",
  }]);
  insertAll(env, env.model("res.company"), [{
    id: company,
    partner_id: partner,
    currency_id: env.version === 14 ? 2 : 1,
    account_sale_tax_id: 1,
    account_purchase_tax_id: 2,
  }]);
  link(env, "base.main_partner", "res.partner", partner);
  link(env, "base.main_company", "res.company", company);
  return company;
}

interface BuiltInUser {
  user: number;
  login: string;
  name: string;
  xmlid: string;
  partner: number;
  company: number;
}

/** Users whom nobody signs in as are archived. */
function insertUser(env: Env, { user, login, name, xmlid, partner, company }: BuiltInUser): void {
  const main = env.row("res.company", company)?.["partner_id"] ?? null;
  const active = login === "admin" || login === "demo";
  const mail = { demo: "mark.brown23@example.com", admin: adminEmail(env, login) }[login];
  insertAll(env, env.model("res.partner"), [{
    id: partner,
    name,
    email: mail ?? (user === 1 ? adminEmail(env, login) : false),
    tz: user > 2 && !active ? false : "Europe/Brussels",
    active,
    parent_id: active ? main : false,
  }]);
  const values = { login, partner_id: partner, company_id: company, company_ids: [company] };
  insertAll(env, env.model("res.users"), [{ id: user, ...values, active }]);
  if (active) env.store.update("res.users", user, { password_digest: digest(login) });
  link(env, `base.${xmlid}`, "res.users", user);
}

/** Ids, logins, names and external ids of the built-in users. */
function people(version: Version): readonly (readonly [number, string, string, string])[] {
  const first = [
    [1, "__system__", "OdooBot", "user_root"],
    [2, "admin", "Mitchell Admin", "user_admin"],
  ] as const;
  const template = [3, "default", "Default User Template", "default_user"] as const;
  const others = [
    ["public", "Public user", "public_user"],
    ["portaltemplate", "Portal User Template", "template_portal_user_id"],
    ["demo", "Marc Demo", "user_demo"],
  ] as const;
  const start = version === 19 ? 3 : 4;
  return [
    ...first,
    ...version === 19 ? [] : [template],
    ...others.map(([login, name, xmlid], index) => [start + index, login, name, xmlid] as const),
  ];
}

function insertGroups(env: Env): void {
  insertAll(env, env.model(sectionModel(env.version)), sections(env.version));
  const all = groups(env.version);
  insertAll(env, env.model("res.groups"), all.map(({ values }) => values));
  for (const { xmlid, values } of all) link(env, xmlid, "res.groups", Number(values["id"]));
  for (const user of [...env.store.rows("res.users")]) {
    const own = groupsOfUser(env, String(user["login"]));
    env.store.update("res.users", user.id, { [groupField(env.version)]: own });
  }
}

/** Given users are in the groups of new users, or in those that are given with all that these imply. */
function completeUsers(env: Env, users: Given): void {
  const field = groupField(env.version);
  const model = env.model("res.users");
  for (const user of users) {
    const id = Number(user["id"]);
    const own = env.row("res.users", id)?.[field];
    const fallback = model.fields.get(field)?.defaultOf?.(env, {});
    const definition = model.fields.get(field);
    if (user[field] === undefined && definition && fallback !== undefined) {
      applyCommands(env, model, [id], definition, commandsOf(model, definition, fallback));
    } else if (env.version !== 19 && Array.isArray(own)) {
      const all = withImplied(env, own.filter((group) => typeof group === "number"));
      env.store.update("res.users", id, { [field]: [...all] });
    }
  }
}

/** Given rights on a model stand in place of the built-in ones. */
function insertRights(env: Env, given: Given, rules: Given): void {
  insertGiven(env, { "ir.model.access": given, "ir.rule": rules });
  const models = [...env.store.rows("ir.model.access")].flatMap(({ model_id: id }) =>
    typeof id === "number" ? [id] : []
  );
  insertAll(env, env.model("ir.model.access"), accessRows(env, new Set(models)));
  insertAll(env, env.model("ir.rule"), ruleRows(env));
}

function adminEmail(env: Env, login: string): string {
  return env.version === 19 ? `${login}@example.com` : `${login}@yourcompany.example.com`;
}

/** Puts records into a table without the rules of their model, as a dump would. */
export function insertAll(
  env: Env,
  model: Model,
  records: readonly { readonly [field: string]: RpcValue }[],
): void {
  for (const connect of insertRows(env, model, records)) connect();
}

/** Inserts rows and gives back what links them to others. */
function insertRows(
  env: Env,
  model: Model,
  records: readonly { readonly [field: string]: RpcValue }[],
): (() => void)[] {
  const numbered = records.filter((record) => typeof record["id"] === "number");
  const ordered = [...numbered, ...records.filter((record) => typeof record["id"] !== "number")];
  const links: (() => void)[] = [];
  for (const record of ordered) {
    const id = typeof record["id"] === "number" ? record["id"] : env.store.nextId(model.name);
    if (env.row(model.name, id)) {
      throw new TypeError(`Cannot use two records of "${model.name}" with the id ${id}`);
    }
    env.store.insert(model.name, { ...columnsOf(env, model, record), id });
    links.push(() => linkAll(env, model, id, record));
  }
  return links;
}

function columnsOf(
  env: Env,
  model: Model,
  record: { readonly [field: string]: RpcValue },
): { [field: string]: RpcValue } {
  const columns: { [field: string]: RpcValue } = {};
  for (const name of Object.keys(record)) {
    if (!model.fields.has(name)) throw new TypeError(unknownField(model, name));
  }
  for (const field of model.fields.values()) {
    if (field.name === "id" || field.type === "one2many") continue;
    const value = record[field.name];
    if (field.compute || field.related) {
      if (value !== undefined && field.inverse) Object.assign(columns, field.inverse(value));
    } else if (field.type === "many2many") columns[field.name] = [];
    else if (field.type === "many2one") columns[field.name] = idOf(value);
    else if (value === undefined) {
      columns[field.name] = automatic(env, field.name) ?? field.default ?? null;
    } else columns[field.name] = toColumn(env, model, field, value);
  }
  columns["create_uid"] ??= 1;
  columns["write_uid"] ??= 1;
  return columns;
}

/** Records may refer to ones that come later: a many2one is taken as it is, as an id or as a pair. */
function idOf(value: RpcValue | undefined): RpcValue {
  const id = Array.isArray(value) ? value[0] : value;
  return typeof id === "number" && id !== 0 ? id : null;
}

function automatic(env: Env, name: string): RpcValue | undefined {
  return name === "create_date" || name === "write_date" ? env.now : undefined;
}

function linkAll(
  env: Env,
  model: Model,
  id: number,
  record: { readonly [field: string]: RpcValue },
): void {
  for (const field of model.fields.values()) {
    const value = record[field.name];
    if (value === undefined || !field.type.endsWith("2many") || field.compute) continue;
    try {
      applyCommands(env, model, [id], field, commandsOf(model, field, value));
    } catch (error) {
      throw unusable(model.name, error);
    }
  }
}

function unknownField(model: Model, name: string): string {
  return `Cannot use a record of "${model.name}" with the field "${name}": the model has no such field`;
}

/** An external id of the built-in data. */
function link(env: Env, xmlid: string, model: string, id: number): void {
  const [module = "", name = ""] = xmlid.split(".");
  const data = env.store.nextId("ir.model.data");
  const stamps = { create_uid: 1, create_date: env.now, write_uid: 1, write_date: env.now };
  env.store.insert("ir.model.data", {
    id: data,
    module,
    name,
    model,
    res_id: id,
    noupdate: true,
    ...stamps,
  });
}

function insertModels(env: Env): void {
  for (const model of [...env.registry.values()].sort((a, b) => a.name < b.name ? -1 : 1)) {
    const [id] = env.store.find("ir.model", ["model"], [model.name]);
    if (id !== undefined) continue;
    const next = env.store.nextId("ir.model");
    insertAll(env, env.model("ir.model"), [{
      id: next,
      name: model.description,
      model: model.name,
      state: model.builtIn ? "base" : "manual",
    }]);
  }
}
