/**
 * Models that a test gives: written by hand, or as `fields_get` of a real database tells them.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { checkKnown } from "../checks.ts";
import { lacking } from "../faults.ts";
import type { BuiltInField, BuiltInModel, FieldType, ModelDefinition } from "./models.ts";

/** What `fields_get` answers for a model: attributes by field. */
export type FieldsGet = Readonly<Record<string, { readonly [attribute: string]: RpcValue }>>;

/** A model of a test's own. */
export type GivenModel = ModelDefinition | FieldsGet;

/** Definitions by model. */
type Definitions = Record<string, BuiltInModel>;

/**
 * Puts given models beside the built-in ones. The `fields_get` of a built-in model adds the fields that it lacks, and a
 * model written by hand extends it. Models that a field leads to and that are not there have a name and nothing more.
 * Values that the database works out are what the records of a test say, where they say it.
 */
export function withGiven(
  builtIn: Readonly<Definitions>,
  given: Readonly<Record<string, GivenModel>>,
  isGiven: (model: string, field: string) => boolean = () => false,
): { builtIn: Definitions; own: Definitions } {
  const own: Definitions = {};
  const models = { builtIn: { ...builtIn }, own };
  for (const [name, model] of Object.entries(given)) {
    const known = builtIn[name];
    checkTypes(name, model);
    if (isDefinition(model)) {
      if (known) models.builtIn[name] = merged(known, model);
      else models.own[name] = model;
      continue;
    }
    const fields = fieldsOf(model, (field) => isGiven(name, field));
    if (known) models.builtIn[name] = extended(known, fields);
    else models.own[name] = modelOf(fields);
  }
  for (const [name, model] of Object.entries(given)) {
    if (!isDefinition(model)) connect(models, name);
  }
  for (const [name, model] of Object.entries(given)) {
    if (!isDefinition(model)) settle(models, name);
  }
  for (const [name, model] of Object.entries(given)) {
    if (!isDefinition(model)) dropLines(models, name);
  }
  return models;
}

/** A field of `fields_get` that is called `fields` has a type of its own; a model written by hand has none there. */
function isDefinition(model: GivenModel): model is ModelDefinition {
  const { fields } = model;
  return typeof fields === "object" && fields !== null && typeof typeOf(fields) !== "string";
}

function typeOf(fields: unknown): unknown {
  return typeof fields === "object" && fields !== null && "type" in fields
    ? fields.type
    : undefined;
}

/** A type that only real databases have is that of a text, where one of them tells it. */
function checkTypes(name: string, model: GivenModel): void {
  const isWritten = isDefinition(model);
  checkName(name, `Cannot use model "${name}"`);
  for (const [key, field] of Object.entries(isWritten ? model.fields : model)) {
    checkName(key, `Cannot use field "${key}" of model "${name}"`);
    const type = typeOf(field);
    if (!isWritten && REAL_TYPES.has(type)) continue;
    checkKnown(
      type,
      [...TYPES.keys()],
      `Cannot use field "${key}" of model "${name}": its type is`,
    );
  }
}

/** Rows are objects of JavaScript: a record without a value must not seem to have one. */
function checkName(name: string, cannot: string): void {
  if (name in Object.prototype) throw new TypeError(`${cannot}: every object has that name`);
}

/** A model written by hand says more of a built-in one. */
function merged(known: BuiltInModel, model: ModelDefinition): BuiltInModel {
  const fields = Object.entries(model.fields).map(([name, field]) => [
    name,
    { ...known.fields[name], ...field },
  ]);
  return {
    ...known,
    ...model,
    fields: { ...known.fields, ...Object.fromEntries(fields) },
    unique: [...known.unique ?? [], ...model.unique ?? []],
  };
}

/** A value that every record needs has a default on a real server, where its clients do not give it. */
function extended(known: BuiltInModel, fields: Record<string, BuiltInField>): BuiltInModel {
  const added = Object.entries(fields).map(([name, field]) => {
    const isFree = field.required && field.default === undefined;
    return [name, isFree ? { ...field, required: false, toldRequired: true } : field];
  });
  return { ...known, fields: { ...Object.fromEntries(added), ...known.fields } };
}

/** What a field shows of another record is followed, where the way is known; elsewhere it is unknown. */
function settle(models: { builtIn: Definitions; own: Definitions }, name: string): void {
  const home = name in models.own ? models.own : models.builtIn;
  const model = home[name];
  if (!model) return;
  const fields = Object.entries(model.fields).map(([key, field]) => {
    if (!field.unknown || !field.related) return [key, field];
    const { unknown: _unknown, related, ...rest } = field;
    return [key, leads(models, name, related) ? { ...rest, related } : { ...rest, unknown: true }];
  });
  home[name] = { ...model, fields: Object.fromEntries(fields) };
}

/** Lines that stand on a value which the database works out are worked out as well. */
function dropLines(models: { builtIn: Definitions; own: Definitions }, name: string): void {
  const home = name in models.own ? models.own : models.builtIn;
  const model = home[name];
  if (!model) return;
  const fields = Object.entries(model.fields).map(([key, field]) => {
    const { relation = "", relationField = "" } = field;
    const target = models.own[relation] ?? models.builtIn[relation];
    const isUnknown = field.type === "one2many" && target?.fields[relationField]?.unknown;
    return [key, isUnknown ? { ...field, unknown: true } : field];
  });
  home[name] = { ...model, fields: Object.fromEntries(fields) };
}

function leads(
  models: { builtIn: Definitions; own: Definitions },
  name: string,
  path: string,
): boolean {
  const dot = path.indexOf(".");
  const field = (models.own[name] ?? models.builtIn[name])?.fields[
    dot < 0 ? path : path.slice(0, dot)
  ];
  if (!field || field.unknown) return false;
  if (dot < 0) return true;
  return field.type === "many2one" && leads(models, field.relation ?? "", path.slice(dot + 1));
}

function modelOf(fields: Record<string, BuiltInField>): BuiltInModel {
  const recName = ["name", "x_name"].find((name) => name in fields);
  return { fields, ...(recName !== undefined && { recName }) };
}

const AUTOMATIC = new Set([
  "id",
  "display_name",
  "create_uid",
  "create_date",
  "write_uid",
  "write_date",
  "__last_update",
]);

function fieldsOf(
  model: FieldsGet,
  isGiven: (field: string) => boolean,
): Record<string, BuiltInField> {
  const entries = Object.entries(model).filter(([name]) => !AUTOMATIC.has(name));
  return Object.fromEntries(entries.map(([name, attributes]) => {
    const field = { ...fieldOf(attributes), ...(!isGiven(name) && workedOut(attributes)) };
    // fields_get tells no defaults, but records that nobody has archived are there.
    const active = name === "active" && field.type === "boolean" && field.default === undefined;
    return [name, active ? { ...field, default: true } : field];
  }));
}

function fieldOf(attributes: { readonly [attribute: string]: RpcValue }): BuiltInField {
  const { string, help, relation, size, store, selection, default: value } = attributes;
  const type = TYPES.get(String(attributes["type"])) ?? "char";
  return {
    type,
    ...(typeof string === "string" && { string }),
    ...(typeof help === "string" && { help }),
    ...(typeof size === "number" && { size }),
    ...(typeof relation === "string" && { relation }),
    ...(type === "one2many" && { relationField: String(attributes["relation_field"] ?? "") }),
    ...(type === "selection" && { selection: choicesOf(selection) }),
    ...digitsOf(attributes["digits"]),
    ...(attributes["required"] === true && { required: true }),
    ...(attributes["readonly"] === true && { readonly: true }),
    ...(attributes["translate"] && { translate: true }),
    ...(value !== undefined && { default: value }),
    ...(store === false && { toldStore: false, copy: false, required: false }),
  };
}

/**
 * What is not kept in the table and cannot be written the database works out; what can be, and can be searched, is a
 * value of each company.
 */
function workedOut(
  { store, readonly, searchable, company_dependent: ofCompany, related }: {
    readonly [attribute: string]: RpcValue;
  },
): Partial<BuiltInField> {
  if (store !== false || ofCompany === true) return {};
  const path = Array.isArray(related) ? related.join(".") : related;
  if (typeof path === "string" && path !== "") return { unknown: true, related: path };
  return readonly === false && searchable === true ? {} : { unknown: true };
}

const TYPES: ReadonlyMap<string, FieldType> = new Map(
  ([
    "char",
    "text",
    "html",
    "boolean",
    "integer",
    "float",
    "monetary",
    "date",
    "datetime",
    "selection",
    "binary",
    "many2one",
    "one2many",
    "many2many",
    "many2one_reference",
  ] as const).map((type) => [type, type]),
);

const REAL_TYPES: ReadonlySet<unknown> = new Set([
  "reference",
  "json",
  "serialized",
  "properties",
  "properties_definition",
]);

function choicesOf(selection: RpcValue | undefined): (readonly [string, string])[] {
  return (Array.isArray(selection) ? selection : []).map((item) => {
    const [value, label] = Array.isArray(item) ? item : [item, item];
    return [String(value), String(label)] as const;
  });
}

function digitsOf(digits: RpcValue | undefined): { digits?: readonly [number, number] } {
  const [total, decimals] = Array.isArray(digits) ? digits : [];
  return typeof total === "number" && typeof decimals === "number"
    ? { digits: [total, decimals] }
    : {};
}

/** Sees to it that what the fields of a model lead to is there. */
function connect(models: { builtIn: Definitions; own: Definitions }, name: string): void {
  const home = name in models.own ? models.own : models.builtIn;
  const model = home[name];
  if (!model) return;
  const fields = { ...model.fields };
  for (const [key, field] of Object.entries(fields)) {
    const { relation, relationField } = field;
    if (relation === undefined || (field.unknown && field.type === "one2many")) continue;
    const known = relation in models.own || relation in models.builtIn;
    if (field.type !== "one2many") {
      if (!known) models.own[relation] = { fields: { name: { type: "char" } } };
    } else if (!known || relationField === "") fields[key] = noLines(field, relation);
    else addInverse(models, relation, relationField ?? "", name, fields);
  }
  home[name] = { ...model, fields };
}

/** Lines of a model that is not there: there are none, and none can be made. */
function noLines({ string = "" }: BuiltInField, relation: string): BuiltInField {
  return {
    type: "many2many",
    string,
    relation: "res.users",
    compute: () => [],
    inverse: () => {
      throw lacking(`the model ${relation}`);
    },
  };
}

/** The field that a one2many stands on, where the other model was given without it. */
function addInverse(
  models: { builtIn: Definitions; own: Definitions },
  relation: string,
  field: string,
  name: string,
  ownFields: Record<string, BuiltInField>,
): void {
  const inverse = { type: "many2one", relation: name } as const;
  if (relation === name) {
    ownFields[field] ??= inverse;
    return;
  }
  const home = relation in models.own ? models.own : models.builtIn;
  const target = home[relation];
  if (!target || field in target.fields) return;
  home[relation] = { ...target, fields: { ...target.fields, [field]: inverse } };
}
