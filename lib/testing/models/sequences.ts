/**
 * Sequences: numbers for names.
 *
 * @module
 */
import { boolean, char, integer, many2one, selection } from "./define.ts";
import type { Env } from "../orm/env.ts";
import { lacking, type Version } from "../faults.ts";
import type { Method } from "../orm/methods.ts";
import type { BuiltInModel } from "../orm/models.ts";
import { isInteger, type PythonValue, str } from "../python.ts";
import type { Row } from "../orm/store.ts";
import { number } from "./taxes.ts";

/** `ir.sequence` of a version. */
export const sequence = (version: Version): BuiltInModel => ({
  description: "Sequence",
  order: version === 19 ? "name, id" : "name",
  fields: {
    name: char("Name", { required: true }),
    code: char("Sequence Code"),
    implementation: selection("Implementation", [
      ["standard", "Standard"],
      ["no_gap", "No gap"],
    ], { required: true, default: "standard" }),
    active: boolean("Active", { default: true }),
    prefix: char("Prefix"),
    suffix: char("Suffix"),
    number_next: integer("Next Number", { required: true, default: 1 }),
    number_next_actual: integer("Actual Next Number", {
      compute: (_env, row) => row["number_next"] ?? 0,
      inverse: (value) => ({ number_next: value }),
    }),
    number_increment: integer("Step", { required: true, default: 1 }),
    padding: integer("Sequence Size", { required: true, default: 0 }),
    company_id: many2one("res.company", "Company", {
      defaultOf: (env) => env.row("res.users", env.uid)?.["company_id"] ?? null,
    }),
    use_date_range: boolean("Use subsequences per date_range"),
  },
});

/** The next number of a sequence, or `false` where there is no such sequence. */
export function nextNumber(env: Env, code: string): string | false {
  const found = [...env.store.rows("ir.sequence")]
    .find((row) => row["code"] === code && row["active"] === true);
  return found ? take(env, found) : false;
}

/** Methods of `ir.sequence`. */
export const sequenceMethods: Readonly<Record<string, Method>> = {
  next_by_code: {
    kind: "model",
    parameters: "sequence_code, sequence_date=None",
    access: "read",
    run: ({ env, get }): PythonValue => nextNumber(env, str(get("sequence_code") ?? "")),
  },
  next_by_id: {
    kind: "multi",
    parameters: "sequence_date=None",
    access: "read",
    run: ({ env, ids }): PythonValue => {
      const [id] = ids;
      const row = isInteger(id) ? env.row("ir.sequence", id) : undefined;
      return row ? take(env, row) : false;
    },
  },
};

function take(env: Env, row: Row): string {
  if (row["use_date_range"] === true) throw lacking("sequences with date ranges");
  const next = number(row["number_next"]);
  env.store.update("ir.sequence", row.id, { number_next: next + number(row["number_increment"]) });
  const text = String(next).padStart(number(row["padding"]), "0");
  return `${filled(env, row["prefix"])}${text}${filled(env, row["suffix"])}`;
}

/** Prefixes and suffixes may hold parts of the date. */
function filled(env: Env, text: unknown): string {
  const [year = "", month = "", day = ""] = env.now.slice(0, 10).split("-");
  const parts: Record<string, string> = { year, month, day, y: year.slice(2) };
  return String(text ?? "").replace(/%\((?:range_|current_)?(\w+)\)s/g, (whole, part) => {
    const value = parts[part];
    if (value === undefined) throw lacking(`${whole} in sequences`);
    return value;
  });
}
