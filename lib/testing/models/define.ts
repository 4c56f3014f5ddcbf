/**
 * Short ways to define fields: one line a field, so that a model reads like a table.
 *
 * @module
 */
import type { Version } from "../faults.ts";
import type { BuiltInField, FieldType } from "../orm/models.ts";

/** Attributes of a field beside its type, its label and what it points to. */
export type Attributes = Partial<
  Omit<BuiltInField, "type" | "string" | "relation" | "relationField" | "selection">
>;

/** Values and labels of a selection. */
export type Choices = readonly (readonly [value: string, label: string])[];

/** Makes a field of a label and attributes. */
export type Maker = (string: string, attributes?: Attributes) => BuiltInField;

/** Text of one line. */
export const char: Maker = maker("char");
/** Text of many lines. */
export const text: Maker = maker("text");
/** Text with markup. */
export const html: Maker = maker("html");
/** Yes or no. */
export const boolean: Maker = maker("boolean");
/** A whole number. */
export const integer: Maker = maker("integer");
/** A number. */
export const float: Maker = maker("float");
/** An amount of money. */
export const monetary: Maker = maker("monetary");
/** A day. */
export const date: Maker = maker("date");
/** A moment. */
export const datetime: Maker = maker("datetime");
/** Bytes. */
export const binary: Maker = maker("binary");
/** An id of a model that another field names. */
export const reference: Maker = maker("many2one_reference");

/** One of a few values. */
export function selection(
  string: string,
  choices: Choices,
  attributes: Attributes = {},
): BuiltInField {
  return { type: "selection", string, selection: choices, ...attributes };
}

/** A record of another model. */
export function many2one(
  relation: string,
  string: string,
  attributes: Attributes = {},
): BuiltInField {
  return { type: "many2one", string, relation, ...attributes };
}

/** The records of another model whose many2one points here. */
export function one2many(
  relation: string,
  relationField: string,
  string: string,
  attributes: Attributes = {},
): BuiltInField {
  return { type: "one2many", string, relation, relationField, ...attributes };
}

/** Records of another model. */
export function many2many(
  relation: string,
  string: string,
  attributes: Attributes = {},
): BuiltInField {
  return { type: "many2many", string, relation, ...attributes };
}

/** Attributes of a price: it has two decimals, which Odoo 19 shows and does not keep to. */
export function price(version: Version): Attributes {
  return version === 19 ? { toldDigits: [16, 2] } : { digits: [16, 2] };
}

/** The value of a version, where all three differ. */
export function by<T>(version: Version, in14: T, in17: T, in19: T): T {
  return { 14: in14, 17: in17, 19: in19 }[version];
}

function maker(type: FieldType): Maker {
  return (string, attributes = {}) => ({ type, string, ...attributes });
}
