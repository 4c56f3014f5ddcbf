/**
 * `fields_get`: the fields of a model with the attributes that each version tells.
 *
 * @module
 */
import { hasAccess, isForUser } from "./access.ts";
import type { Env } from "./env.ts";
import { isColumn } from "./group_specs.ts";
import type { Field, Model } from "./models.ts";
import type { PythonValue } from "../python.ts";
import { hasSum } from "./read_group.ts";

/** Fields by name; without names all of them, without attributes all of those. */
export function fieldsGet(
  env: Env,
  model: Model,
  names: PythonValue,
  attributes: PythonValue,
): PythonValue {
  const wanted = Array.isArray(names) && names.length > 0 ? names : undefined;
  const told = Array.isArray(attributes) && (attributes.length > 0 || env.version !== 14)
    ? attributes
    : undefined;
  // Odoo 14 tells of a model that the user cannot change that its fields are readonly.
  const locked = env.version === 14 && !hasAccess(env, model, "write") &&
    !hasAccess(env, model, "create");
  const result: { [field: string]: PythonValue } = {};
  for (const field of [...model.fields.values(), ...model.unknown.values()]) {
    if (!isForUser(env, field) || (wanted && !wanted.includes(field.name))) continue;
    const all = Object.entries({ ...describe(env, model, field), ...(locked && LOCKED) });
    result[field.name] = Object.fromEntries(
      told ? all.filter(([key]) => told.includes(key)) : all,
    );
  }
  return result;
}

const LOCKED = { readonly: true, states: {} };

function statesOf(open: readonly string[]): { [state: string]: PythonValue } {
  return Object.fromEntries(open.map((state) => [state, [["readonly", false]]]));
}

function describe(env: Env, model: Model, field: Field): { [attribute: string]: PythonValue } {
  const searchable = (field.stored && !field.unknown) || field.related !== undefined;
  return {
    type: field.type,
    ...(env.version !== 14 && { name: field.name }),
    change_default: field.changeDefault ?? false,
    company_dependent: field.companyDependent ?? false,
    depends: [...dependencies(field)],
    manual: false,
    readonly: field.readonly ?? (field.compute !== undefined && !field.inverse),
    ...(env.version === 14 && field.openIn && { states: statesOf(field.openIn) }),
    required: field.toldRequired ?? field.required ?? false,
    searchable: searchable || (field.name === "display_name" && env.version === 19),
    sortable: field.stored && !field.unknown && !field.type.endsWith("2many"),
    store: field.toldStore ?? field.stored,
    string: field.string,
    ...(field.help !== undefined && { help: field.help }),
    ...(field.related !== undefined && { related: relatedPath(env, field.related) }),
    ...textAttributes(field),
    ...relationAttributes(field),
    ...(field.selection && { selection: offered(env, field, field.selection) }),
    ...digitsOf(field),
    ...(field.type === "binary" && { attachment: true }),
    ...groupAttributes(env, model, field),
    ...(env.version !== 14 && {
      exportable: true,
      default_export_compatible: field.exported ?? false,
    }),
  };
}

function offered(
  env: Env,
  { offers }: Field,
  selection: readonly (readonly [value: string, label: string])[],
): PythonValue {
  return selection.filter(([value]) => offers?.(env, value) ?? true)
    .map(([value, label]) => [value, label]);
}

/** How groups of records deal with the field. */
function groupAttributes(
  env: Env,
  model: Model,
  field: Field,
): { [attribute: string]: PythonValue } {
  const aggregator = env.version === 19 ? "aggregator" : "group_operator";
  return {
    ...(hasSum(env, field) && { [aggregator]: "sum" }),
    ...(env.version === 19 && { groupable: isColumn(env, model, field) }),
  };
}

function dependencies(field: Field): readonly string[] {
  return field.depends ?? (field.related === undefined ? [] : [field.related]);
}

function relatedPath(env: Env, path: string): PythonValue {
  return env.version === 14 ? path.split(".") : path;
}

function digitsOf(
  { toldDigits, digits = toldDigits }: Field,
): { [attribute: string]: PythonValue } {
  return digits ? { digits: [...digits] } : {};
}

function textAttributes(field: Field): { [attribute: string]: PythonValue } {
  if (field.type !== "char" && field.type !== "text" && field.type !== "html") return {};
  return {
    translate: field.translate ?? false,
    ...(field.type === "char" && { trim: true }),
    ...(field.size !== undefined && { size: field.size }),
  };
}

function relationAttributes(field: Field): { [attribute: string]: PythonValue } {
  if (field.relation === undefined) return {};
  return {
    context: {},
    domain: [],
    relation: field.relation,
    ...(field.relationField !== undefined && { relation_field: field.relationField }),
  };
}
