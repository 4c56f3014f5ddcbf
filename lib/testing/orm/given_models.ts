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
 * Puts given models beside the built-in ones. The `fields_get` of a built-in model adds the fields that it lacks. Models
 * that a field leads to and that are not there have a name and nothing more.
 */
export function withGiven(
  builtIn: Readonly<Definitions>,
  given: Readonly<Record<string, GivenModel>>,
): { builtIn: Definitions; own: Definitions } {
  const own: Definitions = {};
  const models = { builtIn: { ...builtIn }, own };
  for (const [name, model] of Object.entries(given)) {
    const known = builtIn[name];
    checkTypes(name, model);
    if (isDefinition(model)) models.own[name] = model;
    else if (known) models.builtIn[name] = extended(known, fieldsOf(model));
    else models.own[name] = modelOf(fieldsOf(model));
  }
  for (const [name, model] of Object.entries(given)) {
    if (!isDefinition(model)) connect(models, name);
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
  for (const [key, field] of Object.entries(isWritten ? model.fields : model)) {
    const type = typeOf(field);
    if (!isWritten && REAL_TYPES.has(type)) continue;
    checkKnown(
      type,
      [...TYPES.keys()],
      `Cannot use field "${key}" of model "${name}": its type is`,
    );
  }
}

function extended(known: BuiltInModel, fields: Record<string, BuiltInField>): BuiltInModel {
  return { ...known, fields: { ...fields, ...known.fields } };
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

function fieldsOf(model: FieldsGet): Record<string, BuiltInField> {
  const entries = Object.entries(model).filter(([name]) => !AUTOMATIC.has(name));
  return Object.fromEntries(entries.map(([name, attributes]) => {
    const field = fieldOf(attributes);
    // fields_get tells no defaults, but records that nobody has archived are there.
    const active = name === "active" && field.type === "boolean";
    return [name, active ? { ...field, default: true } : field];
  }));
}

function fieldOf(attributes: { readonly [attribute: string]: RpcValue }): BuiltInField {
  const { string, help, relation, size, store, selection } = attributes;
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
    // What the database would work out has a column here, so that tests can say what it is.
    ...(store === false && { toldStore: false, copy: false, required: false }),
  };
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
    if (relation === undefined) continue;
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
