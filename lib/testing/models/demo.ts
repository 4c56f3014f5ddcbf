/**
 * What a fresh database with demo data holds: countries, the company, its users, and partners to work with.
 *
 * @module
 */
import type { RpcInput, RpcValue } from "../../values.ts";
import { countries } from "./countries.ts";
import type { Env } from "../orm/env.ts";
import type { Model } from "../orm/models.ts";
import { withIds, withTexts } from "./given.ts";
import { completeUsers, insertGroups, insertUser, joinCompanies, people } from "./demo_users.ts";
import {
  checkReferences,
  completeRows,
  insertAll,
  insertLater,
  insertRows,
  link,
  unusable,
} from "./insert.ts";
import { accessRows, ruleRows } from "./rights.ts";
import { standardRecords } from "./business_data.ts";
import { completeProducts } from "./variants.ts";
import { fieldRows } from "./model_fields.ts";
import { modules } from "./modules.ts";
import { callingCode, currencies, languages } from "./world_data.ts";
import { demoRecords } from "./demo_data.ts";
import { states } from "./states.ts";

/** Records by model, as a test gives them. */
export type Records = Readonly<Record<string, readonly { readonly [field: string]: RpcInput }[]>>;

/** The records of one model. */
type Given = readonly { readonly [field: string]: RpcValue }[];

/** Records by model, with texts in place of dates. */
type GivenRecords = Readonly<Record<string, Given>>;

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
  joinCompanies(env, others["res.company"] ?? []);
  completeProducts(env);
  insertModels(env);
  if (!("ir.model.fields" in given)) env.store.fillLater("ir.model.fields", () => fieldRows(env));
  if (!("ir.module.module" in given)) {
    insertLater(env, env.model("ir.module.module"), () => modules(env.version));
  }
  insertRights(env, access, rules);
  for (const [model, records] of Object.entries(given)) {
    checkReferences(env, env.model(model), records);
  }
  env.store.commit();
}

/** Records may refer to records of models that come later, so links are made when all of them are there. */
function insertGiven(env: Env, given: GivenRecords): void {
  const links: (() => void)[] = [];
  for (const [model, records] of carriersFirst(env, given)) {
    try {
      if (!KEPT.has(model)) env.store.clear(model);
      const definition = env.model(model);
      const named = records.map((record) => withIds(env, definition, record));
      for (const link of insertRows(env, definition, named)) links.push(link);
    } catch (error) {
      throw unusable(model, error);
    }
  }
  completeGiven(env, given);
  for (const connect of links) connect();
  for (const [model, ids] of idsByModel(env, given)) {
    for (const id of ids) model.rules.afterGiven?.(env, id);
  }
}

function completeGiven(env: Env, given: GivenRecords): void {
  for (const [model, ids] of idsByModel(env, given)) {
    try {
      completeRows(env, model, ids);
    } catch (error) {
      throw unusable(model.name, error);
    }
  }
}

/** Ids of given records; orders and invoices stand before their lines. */
function idsByModel(env: Env, given: GivenRecords): [model: Model, ids: number[]][] {
  return [...env.registry.values()].flatMap((model) => {
    const ids = (given[model.name] ?? []).map(({ id }) => Number(id));
    return ids.length > 0 ? [[model, ids]] : [];
  });
}

/** Records that carry fields of others come first: those that are made for others then get ids that are free. */
function carriersFirst(env: Env, given: GivenRecords): [model: string, records: Given][] {
  const carriers = new Set([...env.registry.values()].map(({ inherits }) => inherits?.model));
  const entries = Object.entries(given);
  return [
    ...entries.filter(([model]) => carriers.has(model)),
    ...entries.filter(([model]) => !carriers.has(model)),
  ];
}

/** Models whose built-in records stay beside those of a test. */
const KEPT = new Set([
  "res.partner",
  "res.users",
  "res.company",
  "product.template",
  "ir.model.data",
  "res.users.apikeys",
  "res.groups",
  "ir.rule",
]);

/**
 * Built-in records keep the ids of real databases, as long as the given ones do not come near; otherwise they stand
 * behind the given ones, which so are the first of their model.
 */
function reservedIds(given: GivenRecords): (model: string, wanted: number) => number {
  return (model, wanted) => {
    const ids = (given[model] ?? []).map(({ id }) => typeof id === "number" ? id : 0);
    if (!ids.some((id) => id <= HIGHEST_BUILT_IN)) return wanted;
    return highestOf(ids) + wanted;
  };
}

/** Highest id of a built-in user or partner. */
const HIGHEST_BUILT_IN = 7;

/** No built-in record of these models has a higher id. */
const BUILT_IN: Readonly<Record<string, number>> = {
  "res.users": HIGHEST_BUILT_IN,
  "res.groups": 99,
  "ir.model.data": 9999,
};

/** Records without an id get the next one, as from a sequence. */
function numbered(given: Records): GivenRecords {
  return Object.fromEntries(
    Object.entries(given).map(([model, records]) => {
      const ids = records.map(({ id }) => typeof id === "number" ? id : 0);
      let last = Math.max(BUILT_IN[model] ?? 0, highestOf(ids));
      return [
        model,
        records.map(withTexts).map((record) => ({ ...record, id: record["id"] ?? ++last })),
      ];
    }),
  );
}

/** There may be more than a call can have arguments. */
function highestOf(ids: readonly number[]): number {
  return ids.reduce((highest, id) => Math.max(highest, id), 0);
}

function insertBase(env: Env, free: (model: string, wanted: number) => number): void {
  insertAll(env, env.model("res.currency"), currencies(env.version));
  for (const { id, name } of currencies(env.version)) {
    link(env, `base.${name}`, "res.currency", Number(id));
  }
  insertLater(
    env,
    env.model("res.country"),
    () =>
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
  insertLater(
    env,
    env.model("res.country.state"),
    () => states().map(({ xmlid: _xmlid, ...record }) => record),
  );
  for (const { id, xmlid } of states()) link(env, `base.${xmlid}`, "res.country.state", id);
  insertAll(env, env.model("res.lang"), languages(env.version));
  for (const { id, iso_code } of languages(env.version)) {
    link(env, `base.lang_${iso_code}`, "res.lang", Number(id));
  }
  const partner = (wanted: number) => free("res.partner", wanted);
  const company = insertCompany(env, partner(1), free("res.company", 1));
  for (const [user, login, name, xmlid] of people(env.version)) {
    insertUser(env, { user, login, name, xmlid, partner: partner(user + 1), company });
  }
}

/** What the simulated modules bring along, but for the models that a test fills itself. */
function insertStandard(env: Env, given: GivenRecords): void {
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

/** Given rights on a model stand in place of the built-in ones. */
function insertRights(env: Env, given: Given, rules: Given): void {
  insertGiven(env, { "ir.model.access": given, "ir.rule": rules });
  const access = env.model("ir.model.access");
  const models = given.length === 0
    ? []
    : [...env.store.rows(access.name)].flatMap(({ model_id: id }) =>
      typeof id === "number" ? [id] : []
    );
  const builtIn = () => accessRows(env, new Set(models));
  if (given.length > 0) insertAll(env, access, builtIn());
  else insertLater(env, access, () => builtIn().map((row, index) => ({ ...row, id: index + 1 })));
  insertAll(env, env.model("ir.rule"), ruleRows(env));
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
    // Odoo makes these rows by SQL, without stamps
    const stamps = { create_uid: null, create_date: null, write_uid: null, write_date: null };
    env.store.update("ir.model", next, stamps);
  }
}
