/**
 * The commands of x2many fields: `[0, 0, values]` and its siblings, and the plain lists of ids that Odoo takes as a
 * replacement.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import { lacking, type PythonError, validationError, valueError } from "../faults.ts";
import type { Field, Model } from "./models.ts";
import { isDict, isInteger, type PythonValue, repr, str } from "../python.ts";
import { createRecords, unlinkRecords, writeRecords } from "./records.ts";

/** One command, as the call gave it. */
export type Command = readonly PythonValue[];

/** The commands of a value: `false` clears, a list of ids replaces, an empty list does nothing. */
export function commandsOf(model: Model, field: Field, value: PythonValue): Command[] {
  if (value === false || value === null) return [[5, 0, 0]];
  if (!Array.isArray(value)) {
    throw valueError(`Wrong value for ${model.name}.${field.name}: ${str(value)}`);
  }
  if (value.length > 0 && value.every((item) => isInteger(item))) return [[6, 0, value]];
  return value.map((item) => {
    if (Array.isArray(item)) return item;
    throw lacking(`x2many commands such as ${repr(item)}`);
  });
}

/** Runs commands on the x2many field of a record. An unknown command number does nothing, as on real servers. */
export function applyCommands(
  env: Env,
  model: Model,
  id: number,
  field: Field,
  commands: readonly Command[],
): void {
  for (const command of commands) {
    if (field.type === "many2many") applyToMany(env, model, id, field, command);
    else applyToLines(env, id, field, command);
  }
}

function applyToMany(env: Env, model: Model, id: number, field: Field, command: Command): void {
  const target = env.model(field.relation ?? "");
  const [kind, other = 0, values = null] = command;
  const links = linksOf(env.row(model.name, id)?.[field.name]);
  const set = (ids: number[]) => env.store.update(model.name, id, { [field.name]: ids });
  if (kind === 0 && isDict(values)) set([...links, ...createRecords(env, target, [values])]);
  if (!isInteger(other)) return;
  if (kind === 1 && isDict(values) && env.row(target.name, other)) {
    writeRecords(env, target, [other], values);
  }
  if (kind === 2) unlinkRecords(env, target, [other]);
  if (kind === 3) set(links.filter((link) => link !== other));
  if (kind === 4) {
    set([
      ...links,
      ...checked(env, model, target, [other]).filter((link) => !links.includes(link)),
    ]);
  }
  if (kind === 5) set([]);
  if (kind === 6) set([...new Set(checked(env, model, target, idsOf(values)))]);
}

function applyToLines(env: Env, id: number, field: Field, command: Command): void {
  const target = env.model(field.relation ?? "");
  const inverse = field.relationField ?? "";
  const [kind, other = 0, values = null] = command;
  const lines = env.store.find(target.name, [inverse], [id]);
  if (kind === 0 && isDict(values)) createRecords(env, target, [{ ...values, [inverse]: id }]);
  if (!isInteger(other)) return;
  if (kind === 1 && isDict(values)) writeRecords(env, target, [other], values);
  if (kind === 2) unlinkRecords(env, target, [other]);
  if (kind === 3) detach(env, target, inverse, [other]);
  if (kind === 4 && !lines.includes(other)) writeRecords(env, target, [other], { [inverse]: id });
  if (kind === 5) detach(env, target, inverse, lines);
  if (kind === 6) {
    const wanted = idsOf(values);
    detach(env, target, inverse, lines.filter((line) => !wanted.includes(line)));
    const added = wanted.filter((line) => !lines.includes(line));
    if (added.length > 0) writeRecords(env, target, added, { [inverse]: id });
  }
}

/** Lines that cannot live without their record are deleted, others lose it. */
function detach(env: Env, target: Model, inverse: string, lines: readonly number[]): void {
  if (lines.length === 0) return;
  const field = target.fields.get(inverse);
  if (field?.ondelete === "cascade") unlinkRecords(env, target, lines);
  else writeRecords(env, target, lines, { [inverse]: false });
}

function checked(env: Env, model: Model, target: Model, ids: number[]): number[] {
  if (ids.some((id) => !env.row(target.name, id))) throw danglingLink(env, model, target);
  return ids;
}

/** The refusal of the table between two models, which has no model of its own. */
function danglingLink(env: Env, model: Model, target: Model): PythonError {
  const tables = [model.name, target.name].map((name) => name.replaceAll(".", "_")).sort();
  const column = target.name === "res.partner.category" ? "category" : tables[1];
  const constraint = `${tables.join("_")}_rel_${column}_id_fkey`;
  if (env.version === 19) {
    return validationError(
      "The operation cannot be completed: Another model is using the record you are trying to delete.\n\n" +
        `The troublemaker is: Unknown\nThanks to the following constraint: ${constraint}\n` +
        "How about archiving the record instead?",
    );
  }
  const place = env.version === 14 ? "Unknown (Unknown), " : "Unknown (unknown)\n";
  return validationError(
    "The operation cannot be completed: another model requires the record being deleted. If possible, archive it " +
      `instead.\n\nModel: ${place}Constraint: ${constraint}${env.version === 14 ? "" : "\n"}`,
  );
}

function linksOf(value: RpcValue | undefined): number[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "number") : [];
}

function idsOf(value: PythonValue): number[] {
  return Array.isArray(value) ? value.filter(isInteger) : [];
}
