/**
 * The demo data: companies, their contacts, and what they need around them.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";

/** Records that stand in a database with demo data until a test gives its own. */
export function demoRecords(env: Env): Record<string, DemoRecord[]> {
  const first = env.version === 19 ? 9 : 10;
  const tags = [
    "Prospects",
    "Desk Manufacturers",
    "Vendor",
    "Services",
    "Consulting Services",
    "Employees",
  ];
  return {
    "res.partner.category": tags.map((name, index) => ({ id: index + 1, name, color: index + 1 })),
    "res.partner": [...COMPANIES, ...CONTACTS].map((record, index) => ({
      id: first + index,
      ...record,
      ...(typeof record["parent_id"] === "number" && { parent_id: first + record["parent_id"] }),
    })),
    "ir.config_parameter": [
      { id: 1, key: "database.uuid", value: "00000000-0000-4000-8000-000000000000" },
      { id: 2, key: "web.base.url", value: "http://odoo.test" },
    ],
  };
}

/** Here `parent_id` is the position of the company in the list. */
type DemoRecord = { readonly [field: string]: RpcValue };

function companyRecord(name: string, city: string, country: number, tags: number[]): DemoRecord {
  const domain = `${name.toLowerCase().replace(/[^a-z]+/g, "")}.example.com`;
  return {
    name,
    is_company: true,
    street: `${name.length} Main Street`,
    city,
    country_id: country,
    email: `info@${domain}`,
    website: `http://www.${domain}`,
    category_id: tags,
  };
}

function contactRecord(name: string, parent: number, job: string): DemoRecord {
  return {
    name,
    parent_id: parent,
    function: job,
    email: `${name.toLowerCase().replaceAll(" ", ".")}@example.com`,
  };
}

const COMPANIES: readonly DemoRecord[] = [
  companyRecord("Wood Corner", "Turlock", 233, [2]),
  companyRecord("Deco Addict", "Pleasant Hill", 233, [2]),
  companyRecord("Gemini Furniture", "Fairfield", 233, [2, 5]),
  companyRecord("Ready Mat", "Hayward", 233, [3]),
  companyRecord("Azure Interior", "Fremont", 233, [4]),
  companyRecord("Lumber Inc", "Stockton", 233, []),
  companyRecord("Bois du Nord", "Lille", 75, [1]),
  companyRecord("Möbel Meier", "Köln", 57, [1, 3]),
];

const CONTACTS: readonly DemoRecord[] = [
  contactRecord("Willie Burke", 0, "Service Manager"),
  contactRecord("Ron Gibson", 0, "Store Manager"),
  contactRecord("Douglas Fletcher", 1, "Functional Consultant"),
  contactRecord("Addison Olson", 1, "Sales Representative"),
  contactRecord("Edwin Hansen", 2, "Marketing Manager"),
  contactRecord("Jesse Brown", 2, "Senior Consultant"),
  contactRecord("Billy Fox", 3, "Production Supervisor"),
  contactRecord("Brandon Freeman", 4, "Creative Director"),
  contactRecord("Nicole Ford", 4, "Director"),
  contactRecord("Lorraine Douglas", 5, "Functional Consultant"),
  contactRecord("Amélie Dubois", 6, "Acheteuse"),
  contactRecord("Jürgen Schmidt", 7, "Einkauf"),
];
