/**
 * Fields that real databases have and the simulated one does not: to say that they do not exist would be wrong.
 *
 * @module
 */
import { lacking, type PythonError, type Version } from "../faults.ts";
import type { Env } from "../orm/env.ts";
import { FIELDS } from "./real_fields_data.ts";

/** Says of a refusal of a field that real databases have that it is the simulator that lacks the field. */
export function honest(
  { version, registry }: Pick<Env, "version" | "registry">,
  called: string,
  error: PythonError,
): PythonError {
  const { message, type } = error;
  const named = /Invalid field '(\w+)' (?:on model|on|in) '([\w.]+)'/.exec(message);
  const dotted = /Invalid field ([\w.]+)\.(\w+)/.exec(message);
  const key = type === "KeyError"
    ? /^'(\w+)'$/.exec(message)
    : /^Invalid field name '(\w+)'$/.exec(message);
  const field = named?.[1] ?? dotted?.[2] ?? key?.[1];
  const model = named?.[2] ?? dotted?.[1] ?? called;
  if (field === undefined) return error;
  const isTold = registry.get(model)?.unknown.has(field) ?? false;
  if (!isTold && !isRealField(version, model, field)) return error;
  return lacking(`the field ${model}.${field}`);
}

/** Whether a model of a version has a field in real databases. */
function isRealField(version: Version, model: string, field: string): boolean {
  if (WITH_CHATTER.has(model) && CHATTER.test(field)) return true;
  return parsed().get(model)?.some(({ versions, fields }) =>
    versions.includes(String(version)) && fields.has(field)
  ) ?? false;
}

interface Line {
  versions: string[];
  fields: ReadonlySet<string>;
}

let known: Map<string, Line[]> | undefined;

/** The list is long and seldom needed: it is read when somebody asks. */
function parsed(): Map<string, Line[]> {
  if (known) return known;
  known = new Map();
  for (const line of FIELDS.trim().replaceAll("\n  ", " ").split("\n")) {
    const [, versions = "", model = "", fields = ""] = /^(\S+) (\S+): (.*)$/.exec(line) ?? [];
    const lines = known.get(model) ?? [];
    lines.push({ versions: versions.split(","), fields: new Set(fields.split(" ")) });
    known.set(model, lines);
  }
  return known;
}

/** Messages, followers and activities of a record. */
const CHATTER = /^(message_|activity_|my_activity_|website_message_ids$|has_message$)/;

const WITH_CHATTER = new Set([
  "account.account",
  "account.journal",
  "account.move",
  "account.tax",
  "crm.lead",
  "crm.team",
  "product.category",
  "product.pricelist",
  "product.product",
  "product.template",
  "res.company",
  "res.partner",
  "res.partner.bank",
  "res.users",
  "sale.order",
]);
