/**
 * Records that scenarios of grouping stand on.
 *
 * @module
 */
import type { RpcValue } from "../../../lib/values.ts";
import type { Session } from "../session.ts";

/** A moment that can be written in every version. */
export const MOMENT = "calendar_last_notif_ack";

/** The domain of the scenario's own records. */
export function mine(odoo: Session): RpcValue {
  return [["ref", "=", odoo.tag]];
}

/** Four contacts with cities, countries, tags and numbers. */
export async function contacts(odoo: Session): Promise<void> {
  const belgium = await odoo.ref("base.be");
  const france = await odoo.ref("base.fr");
  const [one, two] = [
    await odoo.make("res.partner.category", { name: `${odoo.tag} one` }),
    await odoo.make("res.partner.category", { name: `${odoo.tag} two` }),
  ];
  const people: Record<string, RpcValue>[] = [
    { city: "Ghent", country_id: belgium, color: 3, is_company: true, partner_latitude: 1.5 },
    { city: "Ghent", country_id: belgium, color: 4, type: "invoice", partner_latitude: 2.25 },
    { city: "Bruges", country_id: france, color: 5, type: "delivery", zip: "8000" },
    { color: 0, comment: "nowhere" },
  ];
  const tags = [[one, two], [one], [], []];
  for (const [index, person] of people.entries()) {
    await odoo.make("res.partner", {
      name: `${odoo.tag} ${index}`,
      ref: odoo.tag,
      category_id: [[6, 0, tags[index] ?? []]],
      ...person,
    });
  }
}

/** Contacts with moments around the ends of a day, a month and a year, and one without. */
export async function moments(odoo: Session): Promise<void> {
  const times = [
    "2023-12-31 23:30:00",
    "2024-01-01 03:00:00",
    "2024-03-31 00:30:00",
    "2024-03-31 22:30:00",
    "2024-07-14 12:00:00",
    false,
  ];
  for (const [index, time] of times.entries()) {
    await odoo.make("res.partner", {
      name: `${odoo.tag} ${index}`,
      ref: odoo.tag,
      color: index + 1,
      is_company: index % 2 === 0,
      [MOMENT]: time,
    });
  }
}
