/**
 * What `create` cannot do without.
 *
 * @module
 */
import type { Field } from "./fields.ts";
import { isGiven, isInherited, isToMany } from "./rules.ts";

/** What has to be given to `create`. */
export interface Demands {
  /** Fields that have to be given. */
  required: readonly string[];
  /** Where a model extends another one by delegation: the record to extend, or what a new one needs. */
  either: readonly { link: string; fields: readonly string[] }[];
}

/** Nothing has to be given. */
export const NO_DEMANDS: Demands = { required: [], either: [] };

/**
 * Fields that are required and without a default, and that Odoo's own `create` fills in nevertheless: from the partner,
 * from the product, from the journal, or with a new record.
 */
const FILLED_BY_CREATE: Readonly<Record<string, readonly string[]>> = {
  "account.move.line": ["currency_id"],
  "crm.team": ["alias_id", "alias_model_id"],
  "res.company": ["partner_id"],
  "sale.order": ["partner_invoice_id", "partner_shipping_id", "pricelist_id"],
  "sale.order.line": ["customer_lead", "name"],
};

/**
 * Fields that `fields_get` does not call required, and a check of the database does. The name of a contact may be empty
 * where it is an address of another one: then it has to be said that it is.
 */
const NEEDED_BY_CHECK: Readonly<Record<string, readonly string[]>> = { "res.partner": ["name"] };

/** The fields that have to be given where there is no default for them. */
export function candidates(model: string, fields: readonly Field[]): Field[] {
  const filled = FILLED_BY_CREATE[model] ?? [];
  return fields.filter((field) =>
    isNeeded(ownerOf(field, model, fields), field) && isGiven(field) && !isToMany(field) &&
    !filled.includes(field.name) &&
    (isInherited(field) || (field.isStored && !field.isComputed && field.related.length === 0))
  );
}

function isNeeded(model: string, { isRequired, name }: Field): boolean {
  return isRequired || (NEEDED_BY_CHECK[model] ?? []).includes(name);
}

/** The model that a field is a column of: its own, or the one that this extends. */
function ownerOf(field: Field, model: string, fields: readonly Field[]): string {
  if (!isInherited(field)) return model;
  return fields.find(({ name }) => name === field.related[0])?.relation ?? model;
}

/** The many2one fields over which the model extends others by delegation: these bring fields under their own names. */
export function delegations(fields: readonly Field[]): Field[] {
  const links = new Set(
    fields.filter((field) => isInherited(field) && isGiven(field)).map(({ related }) => related[0]),
  );
  return fields.filter(({ name, type }) => type === "many2one" && links.has(name));
}

/** What has to be given, of the candidates without a default. `extended` has the fields of the extended models. */
export function demandsOf(
  fields: readonly Field[],
  open: readonly Field[],
  extended: ReadonlyMap<string, readonly Field[]>,
): Demands {
  const links = delegations(fields).map(({ name }) => name);
  const required = open.filter((field) => !isInherited(field) && !links.includes(field.name));
  const either = open.filter(({ name }) => links.includes(name)).map((
    { name: link, relation },
  ) => ({
    link,
    fields: open.filter(({ name, related }) =>
      related[0] === link && isNeededByItself(relation, extended.get(relation) ?? [], name)
    ).map(({ name }) => name),
  }));
  return {
    required: required.map(({ name }) => name),
    either: either.filter(({ fields }) => fields.length > 0),
  };
}

function isNeededByItself(model: string, fields: readonly Field[], name: string): boolean {
  return fields.some((field) =>
    field.name === name && isNeeded(model, field) && field.isStored && !field.isComputed
  );
}
