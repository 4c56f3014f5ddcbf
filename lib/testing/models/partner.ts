/**
 * `res.partner` and its tags: the fields, and what Odoo does to contacts of a company behind the caller's back.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { constraintError } from "../orm/constraints.ts";
import type { Env } from "../orm/env.ts";
import { PythonError, type Version } from "../faults.ts";
import type { BuiltInField, BuiltInModel } from "../orm/models.ts";
import { repr } from "../python.ts";
import type { Row } from "../orm/store.ts";
import { syncContact } from "./partner_sync.ts";

/** `res.partner` of a version. */
export function partner(version: Version): BuiltInModel {
  return {
    description: "Contact",
    order: version === 14 ? "display_name" : "complete_name, id desc",
    namesSearch: version === 14
      ? ["display_name", "email", "ref", "vat"]
      : ["complete_name", "email", "ref", "vat", "company_registry"],
    fields: fields(version),
    displayName: (_env, row) => completeName(_env, row),
    beforeCreate: (_env, values) => clean(values),
    beforeWrite: (_env, _ids, values) => clean(values),
    afterCreate: (env, id, values) => syncContact(env, [id], values, true),
    afterWrite: (env, ids, values) => syncContact(env, ids, values, false),
    beforeUnlink: refuseUsers,
    check(env, row) {
      if (row["name"] !== null || row["type"] !== "contact") return;
      throw constraintError(env, "res_partner_check_name", "Contacts require a name");
    },
  };
}

/** `res.partner.category` of a version. */
export function partnerCategory(version: Version): BuiltInModel {
  return {
    description: "Partner Tags",
    order: "name, id",
    fields: {
      name: {
        type: "char",
        string: version === 19 ? "Name" : "Tag Name",
        required: true,
        translate: true,
      },
      color: { type: "integer", string: version === 14 ? "Color Index" : "Color" },
      parent_id: {
        type: "many2one",
        string: version === 19 ? "Category" : "Parent Category",
        relation: "res.partner.category",
        ondelete: "cascade",
      },
      child_ids: {
        type: "one2many",
        string: "Child Tags",
        relation: "res.partner.category",
        relationField: "parent_id",
      },
      active: { type: "boolean", string: "Active", default: true },
    },
    displayName(env, row) {
      const names: string[] = [];
      for (let at: Row | undefined = row; at;) {
        names.unshift(String(at["name"] ?? ""));
        const parent: RpcValue | undefined = at["parent_id"];
        at = typeof parent === "number" ? env.row("res.partner.category", parent) : undefined;
      }
      return names.join(" / ");
    },
  };
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

/** "Company, Name" for a contact of a company; a nameless address is called by its type. */
function completeName(env: Env, row: Row): string {
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
  return `${company === false ? "False" : company}, ${name}`.trim();
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
    name: { type: "char", string: "Name" },
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
      selection: [["en_US", "English (US)"]],
      default: "en_US",
      validate: version !== 19,
    },
    tz: {
      type: "selection",
      string: "Timezone",
      default: false,
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
    parent_id: { type: "many2one", string: "Related Company", relation: "res.partner" },
    parent_name: { type: "char", string: "Parent name", readonly: true, related: "parent_id.name" },
    child_ids: {
      type: "one2many",
      string: "Contact",
      relation: "res.partner",
      relationField: "parent_id",
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
    zip: { type: "char", string: "Zip" },
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
    category_id: {
      type: "many2many",
      string: "Tags",
      relation: "res.partner.category",
      default: [[6, 0, []]],
    },
    active: { type: "boolean", string: "Active", default: true },
    color: { type: "integer", string: "Color Index", default: 0 },
    employee: { type: "boolean", string: "Employee" },
    user_id: { type: "many2one", string: "Salesperson", relation: "res.users" },
    user_ids: {
      type: "one2many",
      string: "Users",
      relation: "res.users",
      relationField: "partner_id",
    },
    company_id: { type: "many2one", string: "Company", relation: "res.company" },
    image_1920: { type: "binary", string: "Image" },
    image_128: { type: "binary", string: "Image 128", readonly: true, related: "image_1920" },
  };
}

/** A contact of a company has no company name of its own, and a web address without a scheme gets one. */
function clean(values: { [field: string]: RpcValue }): void {
  if (values["parent_id"]) values["company_name"] = null;
  const website = values["website"];
  if (typeof website !== "string" || website === "" || /^[a-z][\w+.-]*:/i.test(website)) return;
  values["website"] = `http://${website.replace(/^\/\//, "")}`;
}

function refuseUsers(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const users = env.store.find("res.users", ["partner_id"], [id])
      .filter((user) => env.row("res.users", user)?.["active"] === true);
    // Odoo 14 leaves it to the foreign key.
    if (users.length === 0 || env.version === 14) continue;
    const names = users.map((user) => env.displayName("res.users", user)).join(", ");
    const action = {
      type: "ir.actions.act_window",
      res_model: "res.users",
      context: { create: false },
      view_mode: "form",
      views: [[162, "form"]],
      res_id: users[0] ?? 0,
    };
    const text = "You cannot delete contacts linked to an active user.\n" +
      "You should rather archive them after archiving their associated user.\n\n" +
      `Linked active users : ${names}`;
    throw new PythonError(
      "odoo.exceptions.RedirectWarning",
      `(${repr(text)}, ${repr(action)}, 'Go to users', None)`,
    );
  }
}
