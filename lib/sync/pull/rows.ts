/**
 * What is pulled: the columns of a copy, and rows as they go into one.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { isStruct, type RpcValue } from "../../values.ts";
import { type Column, type ColumnKind, type PulledRow, PullStoppedError } from "../sinks/sink.ts";

/** A field that is pulled. */
export interface PulledField extends Column {
  /** Its type, as Odoo names it. */
  readonly type: string;
  /** The model that a relation leads to, or an empty string. */
  readonly relation: string;
}

/** A row as it was read. */
export interface ReadRow {
  /** Its `write_date`, or an empty string. */
  stamp: string;
  /** Fingerprint of its values. */
  hash: string;
  /** Its values. */
  row: PulledRow;
}

/**
 * Why a change of a field may leave `write_date` as it is: the value is worked out when it is read (`computed`), stands
 * in another table (`many2many`, `one2many`), is one of each company (`company`), is a text whose translations, and so
 * itself, are records of their own (`translated`, up to Odoo 15), or is emptied by the database where the record that it
 * leads to is deleted (`target`).
 */
export type UnfollowedReason =
  | "computed"
  | "many2many"
  | "one2many"
  | "company"
  | "translated"
  | "target";

/** A field whose changes `write_date` does not always show. */
export interface UnfollowedField {
  /** Name of the field. */
  field: string;
  /** Why that is so. */
  reason: UnfollowedReason;
}

/** What is asked of fields. */
export const FIELD_ATTRIBUTES = [
  "type",
  "store",
  "required",
  "relation",
  "company_dependent",
  "translate",
];

type Descriptions = { readonly [field: string]: RpcValue };

const KINDS: Readonly<Record<string, ColumnKind>> = {
  boolean: "boolean",
  integer: "integer",
  many2one: "integer",
  many2one_reference: "integer",
  float: "number",
  monetary: "number",
  date: "date",
  datetime: "datetime",
  one2many: "json",
  many2many: "json",
  json: "json",
  properties: "json",
  properties_definition: "json",
  serialized: "json",
};

/**
 * The fields of these names, each once and without the id.
 *
 * @throws {PullStoppedError} The model has no such field.
 */
export function pulledFields(
  model: string,
  names: readonly string[],
  descriptions: Descriptions,
): PulledField[] {
  const others = [...new Set(names)].filter((name) => name !== "id");
  const missing = others.filter((name) => !isStruct(descriptions[name]));
  if (missing.length > 0) {
    throw new PullStoppedError(
      `${model} has no field ${
        missing.map((name) => `"${name}"`).join(", ")
      } that this user may read`,
      "schema",
    );
  }
  return others.map((name) => {
    const description = descriptions[name];
    const { type, relation } = isStruct(description) ? description : {};
    return {
      name,
      kind: KINDS[String(type)] ?? "text",
      type: String(type),
      relation: typeof relation === "string" ? relation : "",
    };
  });
}

/**
 * Those of the fields that `write_date` does not follow.
 *
 * @param hasTranslations Whether translations are records of their own.
 */
export function unfollowedFields(
  fields: readonly PulledField[],
  descriptions: Descriptions,
  hasTranslations: boolean,
): UnfollowedField[] {
  return fields.flatMap(({ name, type }) => {
    const description = descriptions[name];
    if (!isStruct(description)) return [];
    const isTranslated = hasTranslations && description["translate"] === true;
    const reason = reasonOf(type, description) ?? (isTranslated ? "translated" : undefined);
    return reason ? [{ field: name, reason }] : [];
  });
}

/** Whether some of the fields are in several languages. */
export function areTranslated(fields: readonly PulledField[], descriptions: Descriptions): boolean {
  return fields.some(({ name }) => {
    const description = descriptions[name];
    return isStruct(description) && description["translate"] === true;
  });
}

function reasonOf(type: string, description: Descriptions): UnfollowedReason | undefined {
  if (type === "many2many" || type === "one2many") return type;
  if (description["company_dependent"] === true) return "company";
  if (description["store"] === false) return "computed";
  // A required one keeps its target from being deleted, or is deleted with it
  return type === "many2one" && description["required"] !== true ? "target" : undefined;
}

/** Whether the records say when they were changed. */
export function hasStamps({ write_date }: Descriptions): boolean {
  return isStruct(write_date) && write_date["store"] !== false;
}

/** A row as it goes into a copy, with its fingerprint. */
export function toReadRow(
  answer: { readonly id: number; readonly [field: string]: RpcValue },
  fields: readonly PulledField[],
): ReadRow {
  const values = fields.map(({ name, kind, type }) => [name, toValue(answer[name], kind, type)]);
  const sorted = [...values].sort(([one], [two]) => String(one) < String(two) ? -1 : 1);
  return {
    stamp: typeof answer["write_date"] === "string" ? answer["write_date"] : "",
    hash: createHash("sha256").update(JSON.stringify(sorted)).digest("base64url").slice(0, 22),
    row: { ...Object.fromEntries([["id", answer.id], ...values]), id: answer.id },
  };
}

function toValue(value: RpcValue | undefined, kind: ColumnKind, type: string): RpcValue {
  if (kind === "boolean") return value === true;
  if (value === undefined || value === false) return null;
  if (type === "many2one" && Array.isArray(value)) return value[0] ?? null;
  // Odoo gives related records in the order of their model, which others may change
  if (type.endsWith("2many") && Array.isArray(value)) {
    return value.map(Number).sort((one, two) => one - two);
  }
  // XML-RPC has an own type for what is base64 in JSON
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
}

const DIGITS = 12;

/** The key of a record in the state: in the order of the keys, as text, the ids rise. Views have ids below 0. */
export function keyOf(id: number): string {
  const digits = String(id < 0 ? 10 ** DIGITS + id : id).padStart(DIGITS, "0");
  return id < 0 ? `-${digits}` : digits;
}
