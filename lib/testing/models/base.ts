/**
 * The models that every database has, with the fields that scripts use. Labels, types and flags are those that
 * `fields_get` of each version answers.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { DatabaseError, userError, type Version } from "../faults.ts";
import type { BuiltInModel } from "../orm/models.ts";
import { businessModels } from "./business.ts";
import { withBusiness } from "./customers.ts";
import { boolean, char, type Choices, integer, selection } from "./define.ts";
import { truthy } from "../python.ts";
import { partner } from "./partner.ts";
import { partnerCategory } from "./partner_tags.ts";
import { company } from "./companies.ts";
import { rightModels } from "./groups.ts";
import { irModule } from "./modules.ts";
import { apiKeys, users } from "./users.ts";
import { identityCheck, keyDescription } from "./api_keys.ts";

/** The built-in models of a version. */
export function builtInModels(version: Version): Record<string, BuiltInModel> {
  return {
    "res.partner": withBusiness(partner(version)),
    "res.partner.category": partnerCategory(version),
    "res.country": country(version),
    "res.country.state": countryState(version),
    "res.lang": lang,
    "res.company": company(version),
    "res.users": users(version),
    "res.users.apikeys": apiKeys(version),
    "res.users.apikeys.description": keyDescription(version),
    "res.users.identitycheck": identityCheck(version),
    "ir.model": irModel,
    "ir.model.fields": irModelFields(version),
    "ir.model.data": irModelData(version),
    ...rightModels(version),
    "ir.config_parameter": configParameter(version),
    "ir.module.module": irModule,
    ...businessModels(version),
  };
}

const country = (version: Version): BuiltInModel => ({
  description: "Country",
  order: "name",
  guarded: false,
  beforeCreate: (_env, values) => inCapitals(values),
  beforeWrite: (_env, _ids, values) => inCapitals(values),
  namesSearch: ["name", "code"],
  unique: [
    {
      name: "res_country_name_uniq",
      fields: ["name"],
      message: `The name of the country must be unique${blank(version)}!`,
    },
    {
      name: "res_country_code_uniq",
      fields: ["code"],
      message: `The code of the country must be unique${blank(version)}!`,
    },
  ],
  fields: {
    name: { type: "char", string: "Country Name", required: true, translate: true },
    code: { type: "char", string: "Country Code", required: version !== 14, size: 2 },
    currency_id: { type: "many2one", string: "Currency", relation: "res.currency" },
    phone_code: { type: "integer", string: "Country Calling Code" },
    state_ids: {
      type: "one2many",
      string: "States",
      relation: "res.country.state",
      relationField: "country_id",
    },
    state_required: { type: "boolean", string: "State Required", default: false },
    zip_required: { type: "boolean", string: "Zip Required", default: true },
  },
});

const countryState = (version: Version): BuiltInModel => ({
  description: "Country state",
  order: "code",
  guarded: false,
  namesSearch: ["name", "code"],
  unique: [{
    name: "res_country_state_name_code_uniq",
    fields: ["country_id", "code"],
    message: `The code of the state must be unique by country${blank(version)}!`,
  }],
  fields: {
    country_id: { type: "many2one", string: "Country", relation: "res.country", required: true },
    name: { type: "char", string: "State Name", required: true },
    code: { type: "char", string: "State Code", required: true },
  },
  displayName(env: Env, row) {
    const code = typeof row["country_id"] === "number"
      ? env.row("res.country", row["country_id"])?.["code"]
      : null;
    return `${row["name"] ?? ""} (${code ?? ""})`;
  },
});

/** Odoo 14 has a blank before some exclamation marks. */
function blank(version: Version): string {
  return version === 14 ? " " : "";
}

/** Codes of countries are kept in capitals. */
function inCapitals(values: { [field: string]: RpcValue }): void {
  if (typeof values["code"] === "string") values["code"] = values["code"].toUpperCase();
}

const WEEK: Choices = [
  ["1", "Monday"],
  ["2", "Tuesday"],
  ["3", "Wednesday"],
  ["4", "Thursday"],
  ["5", "Friday"],
  ["6", "Saturday"],
  ["7", "Sunday"],
];

const lang: BuiltInModel = {
  description: "Languages",
  order: "active desc,name",
  fields: {
    name: { type: "char", string: "Name", required: true },
    code: { type: "char", string: "Locale Code", required: true },
    iso_code: { type: "char", string: "ISO code" },
    url_code: { type: "char", string: "URL Code", required: true },
    active: { type: "boolean", string: "Active" },
    direction: selection("Direction", [["ltr", "Left-to-Right"], ["rtl", "Right-to-Left"]], {
      required: true,
      default: "ltr",
    }),
    date_format: char("Date Format", { required: true, default: "%m/%d/%Y" }),
    time_format: char("Time Format", { required: true, default: "%H:%M:%S" }),
    week_start: selection("First Day of Week", WEEK, { required: true, default: "7" }),
    grouping: char("Separator Format", { required: true, default: "[]" }),
    decimal_point: char("Decimal Separator", { required: true, default: "." }),
    thousands_sep: char("Thousands Separator", { default: "," }),
  },
  beforeUnlink(env, ids) {
    if (ids.some((id) => env.row("res.lang", id)?.["code"] === "en_US")) {
      throw userError("Base Language 'en_US' can not be deleted.");
    }
  },
};

const irModel: BuiltInModel = {
  description: "Models",
  order: "model",
  namesSearch: ["name", "model"],
  indexes: [["model"]],
  fields: {
    name: { type: "char", string: "Model Description", required: true, translate: true },
    model: { type: "char", string: "Model", required: true },
    info: { type: "text", string: "Information" },
    state: {
      type: "selection",
      string: "Type",
      readonly: true,
      selection: [["manual", "Custom Object"], ["base", "Base Object"]],
    },
    transient: { type: "boolean", string: "Transient Model" },
    field_id: {
      type: "one2many",
      string: "Fields",
      relation: "ir.model.fields",
      relationField: "model_id",
    },
  },
};

const irModelFields = (version: Version): BuiltInModel => ({
  description: "Fields",
  order: "name",
  recName: "field_description",
  fields: {
    name: { type: "char", string: "Field Name", required: true },
    model: { type: "char", string: "Model Name", required: true },
    model_id: {
      type: "many2one",
      string: "Model",
      relation: "ir.model",
      required: true,
      ondelete: "cascade",
    },
    field_description: { type: "char", string: "Field Label", required: true, translate: true },
    ttype: { type: "char", string: "Field Type", required: true },
    relation: { type: "char", string: "Related Model" },
    relation_field: { type: "char", string: "Relation Field" },
    required: { type: "boolean", string: "Required" },
    readonly: { type: "boolean", string: "Readonly" },
    store: { type: "boolean", string: "Stored" },
    help: { type: "text", string: "Field Help", translate: true },
    index: boolean("Indexed"),
    translate: version === 19 ? selection("Translatable", TRANSLATIONS) : boolean("Translatable"),
    size: integer("Size"),
    selectable: boolean("Selectable", { default: true }),
    copied: boolean("Copied"),
    state: selection("Type", [["manual", "Custom Field"], ["base", "Base Field"]], {
      required: true,
      readonly: true,
      default: "manual",
    }),
  },
  displayName: (_env, row) => `${row["field_description"]} (${row["model"]})`,
});

const TRANSLATIONS: Choices = [
  ["standard", "Translate as a whole"],
  ["html_translate", "Translate HTML terms"],
  ["xml_translate", "Translate XML terms"],
];

const irModelData = (version: Version): BuiltInModel => ({
  description: "Model Data",
  // The code of 19 looks at what it deletes, for the caches
  readsFirst: version === 19 ? ["unlink"] : [],
  guarded: false,
  order: "module, model, name",
  unique: [{
    name: "ir_model_data_module_name_uniq_index",
    fields: ["module", "name"],
  }],
  indexes: [["model", "res_id"]],
  fields: {
    name: { type: "char", string: "External Identifier", required: true },
    complete_name: {
      type: "char",
      string: "Complete ID",
      readonly: true,
      compute: (_env, row) => [row["module"], row["name"]].filter((part) => part).join("."),
    },
    model: { type: "char", string: "Model Name", required: true },
    module: { type: "char", string: "Module", required: true, default: "" },
    res_id: { type: "many2one_reference", string: "Record ID" },
    noupdate: { type: "boolean", string: "Non Updatable", default: false },
  },
  displayName(env, row) {
    const [model, id] = [String(row["model"]), row["res_id"]];
    const exists = env.registry.has(model) && typeof id === "number" && env.row(model, id);
    if (exists && typeof id === "number") return env.displayName(model, id);
    return [row["module"], row["name"]].filter((part) => part).join(".");
  },
  check(env, row) {
    if (!String(row["name"]).includes(" ")) return;
    const values = [row.id, row["module"], row["name"], row["model"], row["res_id"]].join(", ");
    const name = "ir_model_data_name_nospaces";
    const message = "External IDs cannot contain spaces";
    throw new DatabaseError(
      "odoo.exceptions.ValidationError",
      env.version === 14
        ? truthy(env.context["lang"]) ? message : name
        : `The operation cannot be completed: ${message}`,
      `new row for relation "ir_model_data" violates check constraint "${name}"\n` +
        `DETAIL:  Failing row contains (${values}).\n`,
    );
  },
});

const configParameter = (version: Version): BuiltInModel => ({
  readsFirst: version === 17 ? ["unlink"] : ["write", "unlink"],
  description: "System Parameter",
  order: "key",
  recName: "key",
  unique: [{
    name: "ir_config_parameter_key_uniq",
    fields: ["key"],
    message: "Key must be unique.",
  }],
  fields: {
    key: { type: "char", string: "Key", required: true },
    value: { type: "text", string: "Value", required: true },
  },
});
