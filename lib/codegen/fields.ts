/**
 * What Odoo tells of the fields of a model, as far as types need it.
 *
 * @module
 */
import { isReadonly, type RpcValue, structs } from "../values.ts";

/**
 * The attributes that `fields_get` is asked for. Without a list it tells all of them, and one of those cannot cross
 * XML-RPC on some models. `states` is there up to Odoo 16.
 */
export const ATTRIBUTES = [
  "company_dependent",
  "currency_field",
  "depends",
  "digits",
  "help",
  "readonly",
  "related",
  "relation",
  "required",
  "selection",
  "states",
  "store",
  "string",
  "translate",
  "type",
] as const;

/** One field. */
export interface Field {
  /** Technical name. */
  name: string;
  /** Odoo's word for its type, such as `many2one`. */
  type: string;
  /** Name that users see. */
  label: string;
  /** What the field is for, or an empty string. */
  help: string;
  /** Whether a record cannot be without it. */
  isRequired: boolean;
  /** Whether `create` and `write` can set it, in some state of the record at least. */
  isWritable: boolean;
  /** Whether it is a column, or what takes its place. */
  isStored: boolean;
  /** Whether its value is computed from other fields. */
  isComputed: boolean;
  /** Whether each company has a value of its own. */
  isCompanyDependent: boolean;
  /** Whether each language has a value of its own. */
  isTranslated: boolean;
  /** The fields that lead to the value, where it is another record's; else none. */
  related: readonly string[];
  /** Model of the records that it refers to, or an empty string. */
  relation: string;
  /** The values it may have, of a selection. */
  choices: readonly (string | number)[];
  /** Digits in all and behind the point, where they are bounded. */
  digits: readonly [all: number, decimals: number] | undefined;
  /** The field that holds the currency, or an empty string. */
  currencyField: string;
}

/** The fields of an answer of `fields_get`, in the order of their names. */
export function readFields(answer: RpcValue): Field[] {
  const fields = attributesOf(answer);
  return Object.keys(fields).sort().map((name) => readField(name, attributesOf(fields[name])));
}

type Attributes = { readonly [attribute: string]: RpcValue };

function attributesOf(value: RpcValue | undefined): Attributes {
  return structs([value ?? null])[0] ?? {};
}

function readField(name: string, attributes: Attributes): Field {
  const { required, store, depends, company_dependent, translate } = attributes;
  return {
    name,
    type: text(attributes["type"]),
    label: text(attributes["string"]),
    help: text(attributes["help"]),
    isRequired: required === true,
    isWritable: !isReadonly(attributes),
    isStored: store === true,
    isComputed: Array.isArray(depends) && depends.length > 0,
    isCompanyDependent: company_dependent === true,
    isTranslated: translate === true,
    related: relatedPath(attributes["related"]),
    relation: text(attributes["relation"]),
    choices: choicesOf(attributes["selection"]),
    digits: digitsOf(attributes["digits"]),
    currencyField: text(attributes["currency_field"]),
  };
}

/** A list in Odoo 14, a text with dots since. */
function relatedPath(related: RpcValue | undefined): string[] {
  if (Array.isArray(related)) return related.map(text);
  return text(related).split(".").filter((part) => part !== "");
}

/** `false` as a choice is the empty one. The choices of some made-up fields of users are numbers up to Odoo 17. */
function choicesOf(selection: RpcValue | undefined): (string | number)[] {
  if (!Array.isArray(selection)) return [];
  const values = selection.map((choice) => Array.isArray(choice) ? choice[0] : undefined);
  return [...new Set(values)].filter((value) =>
    typeof value === "string" || typeof value === "number"
  );
}

/** Odoo writes `0` or `false` for "not bounded". */
function digitsOf(digits: RpcValue | undefined): [number, number] | undefined {
  if (!Array.isArray(digits)) return undefined;
  const [all, decimals] = digits;
  return typeof all === "number" && typeof decimals === "number" ? [all, decimals] : undefined;
}

function text(value: RpcValue | undefined): string {
  return typeof value === "string" ? value : "";
}
