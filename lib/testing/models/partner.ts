/**
 * `res.partner`: the fields, and what Odoo does to contacts of a company behind the caller's back.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { constraintError } from "../orm/constraints.ts";
import type { Env } from "../orm/env.ts";
import { lacking, type Version } from "../faults.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import { type PythonValue, truthy } from "../python.ts";
import type { Row } from "../orm/store.ts";
import { syncContact, syncImported, touchContacts, updated } from "./partner_sync.ts";
import { isShared, refuseArchive, refuseUnlink } from "./partner_users.ts";

/** `res.partner` of a version. */
export function partner(version: Version): BuiltInModel {
  return {
    readsFirst: ["write"],
    description: "Contact",
    order: version === 14 ? "display_name" : "complete_name, id desc",
    namesSearch: version === 14
      ? ["display_name", "email", "ref", "vat"]
      : ["complete_name", "email", "ref", "vat", "company_registry"],
    fields: fields(version),
    displayName,
    afterDefaults: (env, values) => defaults(env, values),
    beforeCreate: (_env, values) => clean(values),
    beforeWrite(env, ids, values) {
      refuseArchive(env, ids, values);
      clean(values);
    },
    copyValues: (_env, row, given): Record<string, PythonValue> =>
      truthy(given["name"]) ? {} : { name: `${row["name"] ?? "False"} (copy)` },
    afterCreate: (env, id, values) => syncContact(env, [id], values, true),
    afterImport: syncImported,
    afterWrite(env, ids, values, _given, before) {
      for (const id of ids) syncContact(env, [id], updated(env, values, before.get(id)), false);
      touchContacts(env, ids, values);
    },
    beforeUnlink(env, ids) {
      refuseUnlink(env, ids);
      touchContacts(env, ids, { parent_id: null });
    },
    check(env, row) {
      if (row["name"] !== null || row["type"] !== "contact") return;
      throw constraintError(env, "res_partner_check_name", "Contacts require a name");
    },
  };
}

/** A contact takes the company of its parent, and types of other models go astray. */
function defaults(env: Env, values: { [field: string]: PythonValue }): void {
  const parent = values["parent_id"];
  if (typeof parent === "number") {
    values["company_id"] = env.row("res.partner", parent)?.["company_id"] ?? false;
  }
  const types = env.model("res.partner").fields.get("type")?.selection ?? [];
  const type = values["type"];
  if (env.version !== 14 && type && !types.some(([key]) => key === type)) values["type"] = null;
}

/** The company that a contact belongs to: itself, or the nearest company above, or the top. */
export function commercialPartner(env: Env, row: Row): Row {
  for (let at = row;;) {
    const parent = at["parent_id"];
    const above = typeof parent === "number" ? env.row("res.partner", parent) : undefined;
    if (at["is_company"] === true || !above) return at;
    at = above;
  }
}

/** The name, with more behind it as the context asks for. Odoo 14 keeps the display name in a column. */
function displayName(env: Env, row: Row): string {
  const name = completeName(env, row);
  if (env.version === 14) return name;
  if (truthy(env.context["show_address"])) throw lacking("display names with addresses");
  const email = truthy(env.context["show_email"]) && row["email"] ? ` <${row["email"]}>` : "";
  const dash = env.version === 17 ? "‒" : "-";
  const vat = truthy(env.context["show_vat"]) && row["vat"] ? ` ${dash} ${row["vat"]}` : "";
  return `${name}${email}${vat}`;
}

/** "Company, Name" for a contact of a company; a nameless address is called by its type. */
function completeName(env: Env, row: Row): string {
  const name = fullName(env, row);
  return env.version === 14 ? name : name.trim();
}

function fullName(env: Env, row: Row): string {
  const parent = typeof row["parent_id"] === "number"
    ? env.row("res.partner", row["parent_id"])
    : undefined;
  let name = String(row["name"] ?? "");
  if (!parent && !row["company_name"]) return name;
  const types = env.model("res.partner").fields.get("type")?.selection ?? [];
  if (name === "" && ["invoice", "delivery", "other"].includes(String(row["type"]))) {
    name = types.find(([key]) => key === row["type"])?.[1] ?? "";
  }
  if (row["is_company"] === true) return name;
  const company = commercialCompanyName(env, row) || parent?.["name"] || false;
  return `${company === false ? "False" : company}, ${name}`;
}

function commercialCompanyName(env: Env, row: Row): RpcValue {
  const commercial = commercialPartner(env, row);
  return commercial["is_company"] === true
    ? commercial["name"] ?? null
    : row["company_name"] ?? null;
}

function fields(version: Version): Record<string, BuiltInField> {
  return {
    ...identityFields(version),
    ...companyFields(version),
    ...addressFields(version),
    ...otherFields(version),
  };
}

function identityFields(version: Version): Record<string, BuiltInField> {
  return {
    name: { type: "char", string: "Name", exported: true },
    ...(version === 14
      ? {
        display_name: {
          type: "char",
          string: "Display Name",
          readonly: true,
          store: true,
          compute: completeName,
          depends: ["is_company", "name", "parent_id.display_name", "type", "company_name"],
        },
      }
      : {
        complete_name: {
          type: "char",
          string: "Complete Name",
          readonly: true,
          store: true,
          compute: completeName,
          depends: ["is_company", "name", "parent_id.name", "type", "company_name"],
        },
      }),
    ref: { type: "char", string: "Reference" },
    lang: {
      type: "selection",
      string: "Language",
      madeSelection: version !== 19,
      selection: [["en_US", "English (US)"]],
      default: "en_US",
      validate: version !== 19,
    },
    tz: {
      type: "selection",
      string: "Timezone",
      madeSelection: version !== 19,
      defaultOf: (env) => {
        const zone = env.context["tz"];
        return typeof zone === "string" ? zone : false;
      },
      selection: [
        ["UTC", "UTC"],
        ...Intl.supportedValuesOf("timeZone").map((zone) => [zone, zone] as const),
      ],
    },
  };
}

function companyFields(version: Version): Record<string, BuiltInField> {
  return {
    is_company: { type: "boolean", string: "Is a Company", default: false },
    company_type: {
      type: "selection",
      string: "Company Type",
      selection: [["person", version === 19 ? "Person" : "Individual"], ["company", "Company"]],
      compute: (_env, row) => row["is_company"] === true ? "company" : "person",
      inverse: (value) => ({ is_company: value === "company" }),
      depends: ["is_company"],
    },
    parent_id: {
      type: "many2one",
      string: "Related Company",
      relation: "res.partner",
      readOn: ({ 14: "write", 17: "create", 19: "both" } as const)[version],
    },
    parent_name: { type: "char", string: "Parent name", readonly: true, related: "parent_id.name" },
    child_ids: {
      type: "one2many",
      string: "Contact",
      relation: "res.partner",
      relationField: "parent_id",
      depends: ["child_ids.active"],
    },
    company_name: { type: "char", string: "Company Name" },
    commercial_partner_id: {
      type: "many2one",
      string: "Commercial Entity",
      relation: "res.partner",
      readonly: true,
      store: true,
      compute: (env, row) => commercialPartner(env, row).id,
      depends: ["is_company", "parent_id.commercial_partner_id"],
    },
    commercial_company_name: {
      type: "char",
      string: "Company Name Entity",
      readonly: true,
      store: true,
      compute: commercialCompanyName,
      depends: ["company_name", "parent_id.is_company", "commercial_partner_id.name"],
    },
    function: { type: "char", string: "Job Position" },
    vat: { type: "char", string: "Tax ID" },
    ...(version !== 14 && { company_registry: { type: "char", string: "Company ID" } as const }),
  };
}

function addressFields(version: Version): Record<string, BuiltInField> {
  return {
    type: {
      type: "selection",
      string: "Address Type",
      selection: addressTypes(version),
      default: "contact",
    },
    street: { type: "char", string: "Street" },
    street2: { type: "char", string: "Street2" },
    zip: { type: "char", string: "Zip", changeDefault: true },
    city: { type: "char", string: "City" },
    state_id: {
      type: "many2one",
      string: "State",
      relation: "res.country.state",
      ondelete: "restrict",
    },
    country_id: {
      type: "many2one",
      string: "Country",
      relation: "res.country",
      ondelete: "restrict",
      readOn: "write",
    },
    ...(version !== 14 && {
      country_code: {
        type: "char",
        string: "Country Code",
        readonly: true,
        related: "country_id.code",
        size: 2,
      } as const,
    }),
    partner_latitude: {
      type: "float",
      string: "Geo Latitude",
      digits: version === 14 ? [16, 5] : [10, 7],
    },
    partner_longitude: {
      type: "float",
      string: "Geo Longitude",
      digits: version === 14 ? [16, 5] : [10, 7],
    },
  };
}

function addressTypes(version: Version): (readonly [string, string])[] {
  const suffix = version === 19 ? "" : " Address";
  const types = ["Invoice", "Delivery", "Other", ...(version === 14 ? ["Private"] : [])];
  return [
    ["contact", "Contact"],
    ...types.map((label) => [label.toLowerCase(), `${label}${suffix}`] as const),
  ];
}

function otherFields(version: Version): Record<string, BuiltInField> {
  return {
    email: { type: "char", string: "Email" },
    phone: { type: "char", string: "Phone" },
    ...(version !== 19 && { mobile: { type: "char", string: "Mobile" } as const }),
    website: { type: "char", string: "Website Link" },
    comment: { type: version === 14 ? "text" : "html", string: "Notes" },
    ...(version !== 19 && { date: { type: "date", string: "Date" } as const }),
    calendar_last_notif_ack: {
      type: "datetime",
      string: "Last notification marked as read from base Calendar",
      defaultOf: (env) => env.now.slice(0, 19),
    },
    category_id: {
      type: "many2many",
      string: "Tags",
      relation: "res.partner.category",
      default: [[6, 0, []]],
      ...(version !== 14 && { readOn: "create" } as const),
    },
    active: { type: "boolean", string: "Active", default: true },
    color: { type: "integer", string: "Color Index", default: 0 },
    employee: { type: "boolean", string: "Employee" },
    user_id: { type: "many2one", string: "Salesperson", relation: "res.users" },
    partner_share: {
      type: "boolean",
      string: "Share Partner",
      readonly: true,
      compute: isShared,
      store: true,
      depends: ["user_ids.share", "user_ids.active"],
    },
    user_ids: {
      type: "one2many",
      string: "Users",
      relation: "res.users",
      relationField: "partner_id",
    },
    company_id: { type: "many2one", string: "Company", relation: "res.company" },
    image_1920: { type: "binary", string: "Image", image: true },
    image_128: { type: "binary", string: "Image 128", readonly: true, related: "image_1920" },
  };
}

/** A contact of a company has no company name of its own. */
function clean(values: { [field: string]: RpcValue }): void {
  if (values["parent_id"]) values["company_name"] = null;
  if (values["website"] !== undefined) values["website"] = cleanWebsite(values["website"]);
}

/** A web address without a scheme gets one. */
export function cleanWebsite(website: RpcValue): RpcValue {
  if (typeof website !== "string" || website === "" || /^[a-z][\w+.-]*:/i.test(website)) {
    return website;
  }
  return `http://${website.replace(/^\/\//, "")}`;
}
