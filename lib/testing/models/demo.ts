/**
 * What a fresh database with demo data holds: countries, the company, its users, and partners to work with.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { countries } from "./countries.ts";
import type { Env } from "../orm/env.ts";
import { PythonError } from "../faults.ts";
import { toColumn } from "../orm/fields.ts";
import { applyCommands, commandsOf } from "../orm/links.ts";
import type { Model } from "../orm/models.ts";
import { digest } from "../server/secrets.ts";
import { currencies, demoRecords, STATES } from "./demo_data.ts";

/** Records by model, as a test gives them. */
export type Records = Readonly<Record<string, readonly { readonly [field: string]: RpcValue }[]>>;

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
  for (const [model, records] of Object.entries(demoRecords(env))) {
    if (!(model in given)) insertAll(env, env.model(model), records);
  }
  insertGiven(env, given);
  insertModels(env);
  env.store.commit();
}

/** Records may refer to records of models that come later, so links are made when all of them are there. */
function insertGiven(env: Env, given: Records): void {
  const links: (() => void)[] = [];
  for (const [model, records] of Object.entries(given)) {
    try {
      if (!KEPT.has(model)) env.store.clear(model);
      links.push(...insertRows(env, env.model(model), records));
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

/** Records without an id get the next one, as from a sequence. */
function numbered(given: Records): Records {
  return Object.fromEntries(
    Object.entries(given).map(([model, records]) => {
      let last = Math.max(0, ...records.map(({ id }) => typeof id === "number" ? id : 0));
      if (model === "res.users") last = Math.max(last, HIGHEST_BUILT_IN);
      return [model, records.map((record) => ({ ...record, id: record["id"] ?? ++last }))];
    }),
  );
}

function insertBase(env: Env, free: (model: string, wanted: number) => number): void {
  insertAll(env, env.model("res.currency"), currencies(env));
  insertAll(
    env,
    env.model("res.country"),
    countries(env.version).map(([id, code, name]) => ({ id, code, name })),
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
  insertAll(env, env.model("res.lang"), [{
    id: 1,
    name: "English (US)",
    code: "en_US",
    iso_code: "en",
    url_code: "en",
    active: true,
  }]);
  const partner = (wanted: number) => free("res.partner", wanted);
  const company = insertCompany(env, partner(1), free("res.company", 1));
  const people = env.version === 19 ? [[1, 2], [2, 3], [5, 6]] : [[1, 2], [2, 3], [6, 7]];
  const names = ["OdooBot", "Mitchell Admin", "Marc Demo"];
  people.forEach(([user = 0, person = 0], index) => {
    insertUser(env, user, partner(person), names[index] ?? "", company);
  });
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
  insertAll(env, env.model("res.company"), [{ id: company, partner_id: partner, currency_id: 1 }]);
  link(env, "base.main_partner", "res.partner", partner);
  link(env, "base.main_company", "res.company", company);
  return company;
}

function insertUser(env: Env, id: number, partner: number, name: string, company: number): void {
  const login = { 1: "__system__", 2: "admin" }[id] ?? "demo";
  const main = env.row("res.company", company)?.["partner_id"] ?? null;
  insertAll(env, env.model("res.partner"), [{
    id: partner,
    name,
    email: login === "demo" ? "mark.brown23@example.com" : adminEmail(env, login),
    tz: "Europe/Brussels",
    active: id !== 1,
    parent_id: id === 1 ? false : main,
  }]);
  const values = { id, login, partner_id: partner, company_id: company, company_ids: [company] };
  insertAll(env, env.model("res.users"), [{ ...values, active: id !== 1 }]);
  if (id !== 1) env.store.update("res.users", id, { password_digest: digest(login) });
  link(env, { 1: "base.user_root", 2: "base.user_admin" }[id] ?? "base.user_demo", "res.users", id);
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
      applyCommands(env, model, id, field, commandsOf(model, field, value));
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
    insertAll(
      env,
      env.model("ir.model.fields"),
      [...model.fields.values()].map((field) => ({
        name: field.name,
        model: model.name,
        model_id: next,
        field_description: field.string,
        ttype: field.type,
        relation: field.relation ?? false,
        relation_field: field.relationField ?? false,
        required: field.required ?? false,
        readonly: field.readonly ?? false,
        store: field.stored,
      })),
    );
  }
}
