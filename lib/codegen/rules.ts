/**
 * The types of fields: what Odoo answers, and what it takes.
 *
 * @module
 */
import type { Field } from "./fields.ts";

/** A type: its alternatives, in order. */
export type Alternatives = readonly string[];

/** A selection with more choices than this is a `string`: time zones and languages are data, not types. */
const MOST_CHOICES = 100;

/** Odoo writes these itself, whatever `fields_get` says of them. */
const ODOOS_OWN = new Set([
  "__last_update",
  "create_date",
  "create_uid",
  "display_name",
  "id",
  "write_date",
  "write_uid",
]);

/** Whether `create` and `write` take the field. */
export function isGiven(field: Field): boolean {
  return field.isWritable && !ODOOS_OWN.has(field.name);
}

/** Whether the choices of a selection are too many for a union. */
export function isLongSelection({ type, choices }: Field): boolean {
  return type === "selection" && choices.length > MOST_CHOICES;
}

/** Whether records are of the kind that has one record or none, or many of them. */
export function isToMany({ type }: Field): boolean {
  return type === "one2many" || type === "many2many";
}

/** What `read` answers. */
export function readType(field: Field): Alternatives {
  switch (field.type) {
    case "boolean":
      return ["boolean"];
    case "integer":
    case "float":
    case "monetary":
    // An id without a model of its own is 0 where there is none
    case "many2one_reference":
      return ["number"];
    case "one2many":
    case "many2many":
      return ["number[]"];
    default: {
      const value = singleValue(field);
      if (value === undefined) return ["RpcValue"];
      return isNeverEmpty(field) ? value : [...value, "false"];
    }
  }
}

/** What `create` and `write` take. `Target` is the name of the related model's type, where it has one. */
export function writeType(field: Field, target: string | undefined): Alternatives {
  switch (field.type) {
    case "boolean":
      return ["boolean"];
    case "integer":
    case "float":
    case "monetary":
      return ["number"];
    case "one2many":
    case "many2many":
      return [
        target === undefined
          ? "readonly LinkCommand[]"
          : `readonly LinkCommand<Partial<${target}["create"]>>[]`,
      ];
    default: {
      const value = givenValue(field);
      if (value === undefined) return ["RpcInput"];
      return isNeverEmpty(field) ? value : [...value, "false"];
    }
  }
}

/** What the field holds when it holds something, of the types that are `false` without; else nothing. */
function singleValue(field: Field): Alternatives | undefined {
  switch (field.type) {
    case "char":
    case "text":
    case "html":
      return ["string"];
    case "binary":
      return isWidgetData(field) ? undefined : ["string"];
    case "date":
      return ["DateString"];
    case "datetime":
      return ["DatetimeString"];
    case "many2one":
      return hasOddIds(field) ? undefined : ["Many2One"];
    case "selection":
      return choices(field);
    case "reference":
      return ["`${string},${number}`"];
    default:
      return undefined;
  }
}

function givenValue(field: Field): Alternatives | undefined {
  switch (field.type) {
    case "binary":
      return isWidgetData(field) ? undefined : ["string", "Uint8Array"];
    case "date":
      return ["DateString", "Temporal.PlainDate"];
    case "datetime":
      return ["DatetimeString", "Date", "Temporal.Instant"];
    case "many2one":
      return hasOddIds(field) ? undefined : ["number", "Many2One"];
    case "many2one_reference":
      return ["number"];
    default:
      return singleValue(field);
  }
}

function choices(field: Field): Alternatives {
  if (field.choices.length === 0 || isLongSelection(field)) return ["string"];
  return field.choices.map(literal);
}

/**
 * Odoo's own web client has dictionaries and lists sent to it in binary fields that are computed and not stored (the
 * totals of an order). Files and images among those go by few names.
 */
function isWidgetData({ name, isStored }: Field): boolean {
  return !isStored && !/^(datas|raw|db_datas|logo|image|avatar)(_|$)|_image|_file$/.test(name);
}

/** The groups of accounts by their first digits are made up by Odoo; from 18 on their ids are texts. */
function hasOddIds({ relation }: Field): boolean {
  return relation === "account.root";
}

/** A required field of the model itself, or of the model that it extends by delegation, is a column that is not null. */
function isNeverEmpty(field: Field): boolean {
  return field.isRequired && !field.isCompanyDependent && (field.isStored || isInherited(field));
}

/** Whether the field is that of a record that the record extends, under the same name: a product's template. */
export function isInherited({ name, related, isStored }: Field): boolean {
  return !isStored && related.length === 2 && related[1] === name;
}

/** A literal as the formatter leaves it: in double quotes, but for one that has more of them inside than single ones. */
function literal(value: string | number): string {
  if (typeof value === "number") return String(value);
  const escaped = JSON.stringify(value).slice(1, -1).replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCode);
  const count = (quote: string) => value.split(quote).length - 1;
  if (count('"') <= count("'")) return `"${escaped}"`;
  return `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** Marks that change the direction of text would make the file read otherwise than it compiles. */
function escapeCode(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
