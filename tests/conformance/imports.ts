/**
 * What scenarios of imports have in common.
 *
 * @module
 */
import type { RpcValue } from "../../lib/values.ts";
import type { Session } from "./session.ts";

export const PARTNER = "res.partner";
export const CATEGORY = "res.partner.category";

/** Loads rows whose external ids, the own and those of parents, get the module of the scenario. */
export async function rows(
  odoo: Session,
  fields: string[],
  cells: string[][],
  context: Record<string, RpcValue> = {},
): Promise<number[]> {
  const qualified = cells.map((row) =>
    row.map((cell, column) =>
      cell && /(^|\/)id$/.test(fields[column] ?? "") ? `${odoo.tag}.${cell}` : cell
    )
  );
  return idsOf(await odoo.call(PARTNER, "load", [fields, qualified], { context }));
}

/** Ids in the answer of a load. */
export function idsOf(answer: RpcValue | undefined): number[] {
  const ids = Object(answer ?? {}).ids;
  return Array.isArray(ids) ? ids.map(Number) : [];
}

/** Loads something whose messages are all that counts. */
export async function failing(
  odoo: Session,
  fields: string[],
  cells: string[][],
  context: Record<string, RpcValue> = {},
): Promise<void> {
  await odoo.call(PARTNER, "load", [fields, cells], { context });
}

/** Remembers records that a load has made beside its own. */
export async function remember(odoo: Session, model: string, domain: RpcValue[]): Promise<void> {
  const ids = await odoo.get(model, "search", [domain], {
    context: { active_test: false },
    order: "id",
  });
  for (const id of Array.isArray(ids) ? ids : []) odoo.made(model, Number(id));
}

/** Loads, and leaves ids out of the messages. */
export async function masked(odoo: Session, fields: string[], cells: string[][]): Promise<void> {
  odoo.note("load", withoutDetail(await odoo.get(PARTNER, "load", [fields, cells])));
}

/** What stands in brackets in the messages of the database are ids, or whole rows. */
export function withoutDetail(answer: RpcValue): RpcValue {
  return JSON.parse(
    JSON.stringify(answer).replace(/\(\d+\)/g, "(#)").replace(/'\d+'/g, "'#'").replace(
      /(Failing row contains |\(code, country_id\)=|\(country_id, code\)=)\([^)]*\)/g,
      "$1(#)",
    ),
  );
}

/** Reads partners. */
export async function read(odoo: Session, ids: number[], fields: string[]): Promise<void> {
  await odoo.call(PARTNER, "read", [ids, fields]);
}

/** Reads records, unrecorded. */
export async function readAll(
  odoo: Session,
  ids: number[],
  fields: string[],
  model = PARTNER,
): Promise<Record<string, RpcValue>[]> {
  const found = await odoo.get(model, "read", [ids, fields]);
  return Array.isArray(found) ? found.map((row) => Object(row)) : [];
}

/** Gives a record an external id. */
export async function xmlid(odoo: Session, name: string, model: string, id: number): Promise<void> {
  await odoo.make("ir.model.data", { module: odoo.tag, name, model, res_id: id });
}
