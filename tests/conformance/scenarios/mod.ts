/**
 * All scenarios, by name. The word before the colon is the file that they are in.
 *
 * @module
 */
import type { Scenario } from "../session.ts";
import { access } from "./access.ts";
import { companies } from "./companies.ts";
import { rules } from "./rules.ts";
import { users } from "./users.ts";
import { given } from "./given.ts";
import { values } from "./values.ts";
import { lines } from "./lines.ts";
import { links } from "./links.ts";
import { constraints } from "./constraints.ts";
import { records } from "./records.ts";
import { contacts } from "./contacts.ts";
import { domains } from "./domains.ts";
import { paths } from "./paths.ts";
import { search } from "./search.ts";
import { load } from "./load.ts";
import { loadCells } from "./load_cells.ts";
import { loadErrors } from "./load_errors.ts";
import { loadLines } from "./load_lines.ts";
import { loadTraps } from "./load_traps.ts";
import { stamps } from "./stamps.ts";
import { xmlids } from "./xmlids.ts";
import { invoiceFollowUps, leadFollowUps, orderFollowUps } from "./follow_ups.ts";
import { invoices } from "./invoices.ts";
import { leads } from "./leads.ts";
import { modules } from "./modules.ts";
import { products } from "./products.ts";
import { productTypes } from "./product_types.ts";
import { sales } from "./sales.ts";
import { technical } from "./technical.ts";
import { reading } from "./reading.ts";
import { fields } from "./fields.ts";
import { formattedGroups } from "./formatted.ts";
import { groups } from "./groups.ts";
import { webread } from "./webread.ts";
import { exporting } from "./export.ts";
import { keys } from "./keys.ts";
import { errors } from "./errors.ts";
import { http } from "./http.ts";

/** Scenarios by name. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...named("access", access),
  ...named("companies", companies),
  ...named("rules", rules),
  ...named("users", users),
  ...named("values", { ...values, ...given }),
  ...named("links", { ...links, ...lines }),
  ...named("constraints", constraints),
  ...named("records", records),
  ...named("stamps", stamps),
  ...named("contacts", contacts),
  ...named("domains", domains),
  ...named("paths", paths),
  ...named("search", search),
  ...named("load", { ...load, ...loadCells, ...loadErrors, ...loadLines, ...loadTraps }),
  ...named("xmlids", xmlids),
  ...named("modules", modules),
  ...named("products", { ...products, ...productTypes }),
  ...named("sales", { ...sales, ...orderFollowUps }),
  ...named("invoices", { ...invoices, ...invoiceFollowUps }),
  ...named("leads", { ...leads, ...leadFollowUps }),
  ...named("technical", technical),
  ...named("reading", reading),
  ...named("fields", fields),
  ...named("groups", { ...groups, ...formattedGroups }),
  ...named("webread", webread),
  ...named("export", exporting),
  ...named("keys", keys),
  ...named("errors", errors),
  ...named("http", http),
};

function named(area: string, scenarios: Record<string, Scenario>): Record<string, Scenario> {
  return Object.fromEntries(
    Object.entries(scenarios).map(([name, scenario]) => [`${area}: ${name}`, scenario]),
  );
}
