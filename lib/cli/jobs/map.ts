/**
 * Where the values of fields come from: columns, constants, keys of rows, and records that are looked up.
 *
 * @module
 */
import { isSourceValue, type SourceValue } from "../../sync/cells.ts";
import { isStruct, type RpcInput } from "../../values.ts";
import { dateFormat, decimalFormat, type Rewrite } from "./formats.ts";
import { Given, type Place } from "./given.ts";

/** A record, by the value of one of its fields. */
export interface Lookup {
  /** Technical name of its model. */
  readonly model: string;
  /** The field. */
  readonly by: string;
}

/** How the value of a field is made. */
export type Rule =
  | {
    readonly kind: "value";
    /** The same for all rows. */
    readonly value: SourceValue;
  }
  | {
    readonly kind: "column";
    /** The column. */
    readonly column: string;
    /** How its texts are rewritten, and what they have to be. */
    readonly form?: { readonly rewrite: Rewrite; readonly name: string } | undefined;
    /** A column; where a row has something in it, nothing is said about the field. */
    readonly unless?: string | undefined;
  }
  | {
    readonly kind: "key";
    /** The columns with the key of a row. */
    readonly columns: readonly string[];
    /** The job that the row is of. */
    readonly job: string | undefined;
    /** Its model, where that is not the one that the field leads to. */
    readonly model: string | undefined;
    /** As for a column. */
    readonly unless?: string | undefined;
  }
  | {
    readonly kind: "lookup";
    /** The column with the value. */
    readonly column: string;
    /** What is looked up. */
    readonly lookup: Lookup;
    /** Letters are made so before. */
    readonly letters: "upper" | "lower" | undefined;
    /** As for a column. */
    readonly unless?: string | undefined;
  };

/** Rules by the names of fields. */
export type FieldMap = ReadonlyMap<string, Rule>;

/** The columns that a map reads. */
export function columnsOf(map: FieldMap): string[] {
  const columns = [...map.values()].flatMap((rule) => {
    if (rule.kind === "value") return [];
    const unless = rule.unless === undefined ? [] : [rule.unless];
    return rule.kind === "key" ? [...rule.columns, ...unless] : [rule.column, ...unless];
  });
  return [...new Set(columns)];
}

/** The map that somebody has given. */
export function mapOf(
  given: { readonly [field: string]: RpcInput },
  place: Place,
): FieldMap {
  const fields = Object.keys(given);
  const all = new Given(given, place, fields);
  return new Map(fields.map((field) => [field, ruleOf(all, field)]));
}

const WORDS = ["column", "value", "key", "job", "model", "by", "letters", "decimal", "date"];
const MORE_WORDS = ["zone", "as", "unless"];

function ruleOf(all: Given, field: string): Rule {
  const value = all.value(field);
  if (typeof value === "string" && value !== "") return { kind: "column", column: value };
  if (!isStruct(value)) {
    return all.refuse(
      field,
      'must be the name of a column, or an object such as { "value": true } or { "key": "company" }',
    );
  }
  const given = new Given(value, all.place(field), [...WORDS, ...MORE_WORDS]);
  const kind = (["value", "key", "column"] as const).find((word) => given.has(word));
  switch (kind) {
    case "value":
      return constant(given);
    case "key":
      return keyRule(given);
    case "column":
      return given.has("model") || given.has("by") ? lookupRule(given) : columnRule(given);
    default:
      return all.refuse(field, 'needs one of "column", "value" and "key"');
  }
}

function constant(given: Given): Rule {
  checkOnly(given, ["value"]);
  const value = given.value("value");
  if (isSourceValue(value) && value !== null) return { kind: "value", value };
  return given.refuse("value", "must be a text, a number, true, false, or a list of references");
}

function keyRule(given: Given): Rule {
  checkOnly(given, ["key", "job", "model", "unless"]);
  const key = given.value("key");
  const columns = typeof key === "string" ? [given.needed("key", "a column")] : given.names("key");
  return {
    kind: "key",
    columns: columns ?? [],
    job: pushName(given),
    model: given.text("model"),
    unless: given.text("unless"),
  };
}

/** The name of a job that brings rows into Odoo, of which external ids are made. */
export function pushName(given: Given): string | undefined {
  const name = given.text("job");
  if (name === undefined || /^[a-z0-9_]+$/.test(name)) return name;
  return given.refuse("job", `must be small letters, digits and _, not "${name}"`);
}

function lookupRule(given: Given): Rule {
  checkOnly(given, ["column", "model", "by", "letters", "unless"]);
  return {
    kind: "lookup",
    column: given.needed("column", "the column with the value"),
    lookup: {
      model: given.needed("model", "the model of the record, such as res.country"),
      by: given.needed("by", "the field that has the value, such as code"),
    },
    letters: given.oneOf("letters", ["upper", "lower"]),
    unless: given.text("unless"),
  };
}

function columnRule(given: Given): Rule {
  checkOnly(given, ["column", "decimal", "date", "zone", "as", "unless"]);
  const forms = ["decimal", "date", "as"].filter((word) => given.has(word));
  if (forms.length > 1) given.refuse(forms[1] ?? "", `does not go with "${forms[0]}"`);
  if (given.has("zone") && !given.has("date")) given.refuse("zone", 'needs a "date"');
  return {
    kind: "column",
    column: given.needed("column", "the name of a column"),
    form: formOf(given),
    unless: given.text("unless"),
  };
}

function formOf(given: Given): { rewrite: Rewrite; name: string } | undefined {
  const decimal = given.oneOf("decimal", [",", "."]);
  if (decimal) {
    return { rewrite: decimalFormat(decimal), name: `a number with "${decimal}" for its decimals` };
  }
  if (given.oneOf("as", ["id"])) {
    const rewrite = (text: string) => /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
    return { rewrite, name: "the id of a record" };
  }
  const pattern = given.text("date");
  if (pattern === undefined) return undefined;
  const rewrite = datesOf(given, pattern);
  if (rewrite) return { rewrite, name: `a date that exists, like ${pattern}` };
  return given.refuse(
    "date",
    "must be made of yyyy, mm, dd (or m, d) and, for a moment, HH, MM and SS, such as " +
      `"dd/mm/yyyy HH:MM", not "${pattern}"`,
  );
}

function datesOf(given: Given, pattern: string): Rewrite | undefined {
  try {
    return dateFormat(pattern, given.text("zone"));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return given.refuse("zone", "must be a time zone such as Europe/Brussels");
  }
}

function checkOnly(given: Given, words: readonly string[]): void {
  const other = [...WORDS, ...MORE_WORDS].find((word) => given.has(word) && !words.includes(word));
  if (other !== undefined) given.refuse(other, `does not go with "${words[0]}"`);
}
