/**
 * The commands of x2many fields: `[0, 0, values]` and its siblings, and the plain lists of ids that Odoo takes as a
 * replacement.
 *
 * @module
 */
import { type Env, linesOf } from "./env.ts";
import { accessError, DatabaseError, PythonError, typeError, valueError } from "../faults.ts";
import { danglingLinks } from "./constraints.ts";
import { notInteger } from "./fields.ts";
import { linksOf, setLinks } from "./mirror.ts";
import type { Field, Model } from "./models.ts";
import {
  isDict,
  isInteger,
  parseInteger,
  PythonFloat,
  type PythonValue,
  repr,
  str,
  truthy,
  typeName,
} from "../python.ts";
import { createRecords, unlinkRecords, type Values, writeRecords } from "./records.ts";
import { checkRows } from "./rules.ts";

/** One command, as the call gave it. */
export type Command = readonly PythonValue[];

/** The commands of a value: `false` clears, a list of ids replaces, an empty list does nothing. */
export function commandsOf(model: Model, field: Field, value: PythonValue): Command[] {
  if (value === false || value === null) return [[5, 0, 0]];
  if (!Array.isArray(value)) {
    throw valueError(`Wrong value for ${model.name}.${field.name}: ${str(value)}`);
  }
  if (value.length > 0 && !Array.isArray(value[0])) return [[6, 0, value]];
  return value.flatMap((item) => Array.isArray(item) && item.length > 0 ? [item] : []);
}

/**
 * Runs commands on the x2many field of records that get the same values. An unknown command number does nothing, as on
 * real servers.
 */
export function applyCommands(
  env: Env,
  model: Model,
  ids: readonly number[],
  field: Field,
  commands: readonly Command[],
  created = false,
): void {
  if (field.type === "many2many") applyToMany(env, model, ids, field, commands, created);
  else applyToLines(env, ids, field, commands);
}

/** First the links are worked out, then new records are made, and what is to be deleted goes last. */
function applyToMany(
  env: Env,
  model: Model,
  ids: readonly number[],
  field: Field,
  commands: readonly Command[],
  created: boolean,
): void {
  const target = env.model(field.relation ?? "");
  const before = new Map(ids.map((id) => [id, linksOf(env, model, field, id)]));
  const after = new Map([...before].map(([id, links]) => [id, new Set<Id>(links)]));
  const [toCreate, toDelete]: [Values[], number[]] = [[], []];
  for (const command of commands) {
    if (kindOf(command) === CREATE) toCreate.push(valuesOf(env, command));
    else if (kindOf(command) === UPDATE) update(env, target, command);
    else if (kindOf(command) === DELETE) toDelete.push(...numbersOf(target, [at(command, 1)]));
    else for (const links of after.values()) relink(env, target, links, command);
    if (kindOf(command) === CLEAR || kindOf(command) === SET) toCreate.length = 0;
  }
  if (env.version === 19 || (env.version === 17 && created)) {
    checkLinked(env, model, field, commands, created);
  }
  checkCells(env, field, commands);
  const made = createRecords(env, target, toCreate);
  if (toDelete.length > 0) unlinkRecords(env, target, toDelete);
  for (const [id, links] of after) {
    const wanted = difference(env, target, before.get(id) ?? [], links);
    const kept = [...wanted, ...made].filter((link) => !toDelete.includes(link));
    checkLinks(env, model, field, kept, created);
    setLinks(env, model, field, id, kept);
  }
}

/** Since 18 nobody links to records that he may not read; in 17 new records do not. */
function checkLinked(
  env: Env,
  model: Model,
  field: Field,
  commands: readonly Command[],
  created: boolean,
): void {
  const target = env.model(field.relation ?? "");
  const ids = commands.flatMap((command) => {
    if (kindOf(command) === LINK) return numbersOf(target, [at(command, 1)]);
    return kindOf(command) === SET ? numbersOf(target, idsOf(at(command, 2))) : [];
  });
  try {
    checkRows(env, target, ids.flatMap((id) => env.row(target.name, id) ?? []), "read");
  } catch (error) {
    if (!(error instanceof PythonError) || created) throw error;
    throw accessError(`Failed to write field ${model.name}.${field.name}\n${error.message}`);
  }
}

/** The word "no" in a cell of an import is no record, and PostgreSQL takes it for none. */
function checkCells(env: Env, field: Field, commands: readonly Command[]): void {
  if (env.context["_import_current_module"] === undefined) return;
  if (!commands.some((command) => kindOf(command) === SET && isNone(at(command, 2)))) return;
  const text = `column "${field.name}" is of type integer but expression is of type boolean\n` +
    "HINT:  You will need to rewrite or cast the expression.\n";
  throw new DatabaseError("psycopg2.errors.DatatypeMismatch", text, text);
}

function isNone(ids: PythonValue): boolean {
  return Array.isArray(ids) && ids.includes(false);
}

/** An id as a command has it. The database takes the digits of a text for a number, Odoo does not. */
type Id = number | string;

/** Links are added, then those that are not wanted go: `"5"` adds 5, and a 5 that was there is not wanted. */
function difference(
  env: Env,
  target: Model,
  before: readonly number[],
  wanted: ReadonlySet<Id>,
): number[] {
  const gone = before.filter((id) => !wanted.has(id));
  const fresh = [...wanted].filter((id) => !before.some((old) => old === id));
  if (env.version === 19) { for (const id of fresh) checkSingle(target, id); }
  const added = numbersOf(target, fresh);
  return [...new Set([...before, ...added])].filter((id) => !gone.includes(id));
}

/** Odoo 19 takes each letter of a text for an id. */
function checkSingle(target: Model, id: Id): void {
  if (typeof id === "number" || id.length <= 1) return;
  throw valueError(`Expected singleton: ${target.name}${repr([...id], true)}`);
}

/** Runs a command that changes the links of one record. Archived records are out of its sight. */
function relink(env: Env, target: Model, links: Set<Id>, command: Command): void {
  const kind = kindOf(command);
  if (kind === UNLINK) { for (const id of idsOf([at(command, 1)])) links.delete(id); }
  if (kind === LINK) { for (const id of idsOf([at(command, 1)])) links.add(id); }
  if (kind !== CLEAR && kind !== SET) return;
  const wanted = kind === SET ? idsOf(at(command, 2)) : [];
  for (const id of [...links]) {
    if (typeof id === "string" || isVisible(env, target, id)) links.delete(id);
  }
  for (const id of wanted) links.add(id);
}

/** New lines are made together, when all else is done or the others are replaced. */
function applyToLines(
  env: Env,
  ids: readonly number[],
  field: Field,
  commands: readonly Command[],
): void {
  const target = env.model(field.relation ?? "");
  const inverse = field.relationField ?? "";
  const toCreate: Values[] = [];
  for (const command of commands) {
    const kind = kindOf(command);
    if (kind === CREATE) {
      const values = valuesOf(env, command);
      toCreate.push(...ids.map((id) => ({ ...values, [inverse]: id })));
    }
    if (kind === CLEAR || kind === SET) createRecords(env, target, toCreate.splice(0));
    applyToLine(env, ids, field, command);
  }
  createRecords(env, target, toCreate);
}

/** Lines can belong to one record only: of several, the last one gets those that are given. */
function applyToLine(env: Env, ids: readonly number[], field: Field, command: Command): void {
  const target = env.model(field.relation ?? "");
  const inverse = field.relationField ?? "";
  const last = ids.at(-1) ?? 0;
  const kind = kindOf(command);
  if (kind === UPDATE) update(env, target, command);
  if (kind === DELETE) unlinkRecords(env, target, numbersOf(target, [at(command, 1)]));
  if (kind === UNLINK) detach(env, target, inverse, numbersOf(target, [at(command, 1)]));
  if (kind === LINK) attach(env, target, inverse, numbersOf(target, [at(command, 1)]), last);
  if (kind !== CLEAR && kind !== SET) return;
  const wanted = kind === SET ? numbersOf(target, at(command, 2)) : [];
  const lines = ids.flatMap((id) => linesOf(env.store, field, id))
    .filter((line) => isVisible(env, target, line) && !wanted.includes(line));
  detach(env, target, inverse, lines);
  attach(env, target, inverse, wanted, last);
}

const [CREATE, UPDATE, DELETE, UNLINK, LINK, CLEAR, SET] = [0, 1, 2, 3, 4, 5, 6] as const;

/** The number of a command. Python finds `4.0` equal to 4, and `"4"` to nothing. */
function kindOf([kind = null]: Command): number | undefined {
  if (kind instanceof PythonFloat) return kind.value;
  return typeof kind === "number" || typeof kind === "boolean" ? Number(kind) : undefined;
}

function at(command: Command, index: number): PythonValue {
  const value = command[index];
  if (value === undefined) throw new PythonError("IndexError", "list index out of range");
  return value;
}

function valuesOf(env: Env, command: Command): Values {
  const values = at(command, 2);
  if (isDict(values)) return values;
  const kind = typeName(values);
  throw typeError(
    env.version === 19
      ? `'${kind}' object is not iterable`
      : `argument of type '${kind}' is not iterable`,
  );
}

function update(env: Env, target: Model, command: Command): void {
  const ids = numbersOf(target, [at(command, 1)]);
  const values = at(command, 2);
  if (isDict(values)) writeRecords(env, target, ids, values);
}

function attach(env: Env, target: Model, inverse: string, lines: readonly number[], id: number) {
  const added = lines.filter((line) => env.row(target.name, line)?.[inverse] !== id);
  if (added.length > 0) writeRecords(env, target, added, { [inverse]: id });
}

/** Lines that cannot live without their record are deleted, others lose it. */
function detach(env: Env, target: Model, inverse: string, lines: readonly number[]): void {
  if (lines.length === 0) return;
  const field = target.fields.get(inverse);
  if (field?.ondelete === "cascade") unlinkRecords(env, target, lines);
  else writeRecords(env, target, lines, { [inverse]: false });
}

function isVisible(env: Env, target: Model, id: number): boolean {
  return !env.activeTest || env.row(target.name, id)?.["active"] !== false;
}

function checkLinks(env: Env, model: Model, field: Field, ids: number[], created: boolean): void {
  const missing = ids.filter((id) => !env.row(field.relation ?? "", id));
  if (missing.length > 0) throw danglingLinks(env, model, field, missing, created);
}

/** Ids of a command as the database takes them. */
function numbersOf(target: Model, list: PythonValue): number[] {
  return idsOf(list).map((id) => {
    const number = typeof id === "string" ? parseInteger(id) : id;
    if (number === undefined) throw notInteger(String(id), target.name);
    return number;
  });
}

/** Ids of a command. `4.0` is 4, and `false` nothing. */
function idsOf(list: PythonValue): Id[] {
  if (!Array.isArray(list)) throw typeError(`'${typeName(list)}' object is not iterable`);
  return list.flatMap((item): Id[] => {
    if (isInteger(item) || (typeof item === "string" && item !== "")) return [item];
    if (item instanceof PythonFloat) return [item.value];
    if (!truthy(item)) return [];
    throw typeError(`unhashable type: '${typeName(item)}'`);
  });
}
