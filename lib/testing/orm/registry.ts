/**
 * Makes models ready for use: automatic fields, labels, and what has to be found fast.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "./env.ts";
import type { Version } from "../faults.ts";
import type {
  BuiltInField,
  BuiltInModel,
  Field,
  Model,
  ModelDefinition,
  Registry,
} from "./models.ts";
import type { OwnMethods } from "./own_methods.ts";
import type { Row } from "./store.ts";

/** Makes models ready for use: automatic fields, labels, indexes behind one2many fields. */
export function buildRegistry(
  builtIn: Readonly<Record<string, BuiltInModel>>,
  own: Readonly<Record<string, ModelDefinition>>,
  version: Version,
  methods: OwnMethods = {},
): Registry {
  const definitions: Record<string, BuiltInModel> = { ...builtIn, ...own };
  const registry = new Map<string, Model>();
  const inverseOf = inverses(definitions);
  for (const [name, definition] of Object.entries(definitions)) {
    const lines = [...inverseOf.get(name) ?? []].map((field) => [field]);
    const model = build(name, definition, lines, version, !(name in own));
    registry.set(name, { ...model, methods: new Map(Object.entries(methods[name] ?? {})) });
  }
  for (const name of Object.keys(methods)) {
    if (!registry.has(name)) {
      throw new TypeError(`Cannot add methods to "${name}": there is no such model`);
    }
  }
  for (const { name, fields } of registry.values()) checkRelations(registry, name, fields);
  return registry;
}

function build(
  name: string,
  definition: BuiltInModel,
  inverseOf: string[][],
  version: Version,
  builtIn: boolean,
): Omit<Model, "methods"> {
  const recName = definition.recName ?? (definition.fields["name"] ? "name" : "id");
  const fields = new Map<string, Field>();
  const unknown = new Map<string, Field>();
  const automatic = automaticFields(version, recName, definition);
  for (const [key, field] of Object.entries({ ...automatic, ...definition.fields })) {
    (field.unknown ? unknown : fields).set(key, {
      ...field,
      name: key,
      string: field.string ?? labelOf(key),
      stored: field.store ?? (!field.compute && !field.related),
    });
  }
  const unique = definition.unique ?? [];
  return {
    name,
    description: definition.description ?? name,
    order: definition.order ?? "id",
    recName,
    namesSearch: definition.namesSearch ?? [recName],
    fields,
    unknown,
    unique,
    indexes: [...unique.map(({ fields }) => fields), ...inverseOf, ...definition.indexes ?? []],
    rules: definition,
    inherits: definition.inherits,
    guarded: definition.guarded ?? builtIn,
    readsFirst: definition.readsFirst ?? [],
    parentStore: definition.parentStore ?? false,
    builtIn,
  };
}

function automaticFields(
  version: Version,
  recName: string,
  { logAccess = true, displayName }: BuiltInModel,
): Record<string, BuiltInField> {
  const user = { type: "many2one", relation: "res.users", readonly: true, copy: false } as const;
  const stamp = { type: "datetime", readonly: true, copy: false } as const;
  return {
    id: { type: "integer", string: "ID", readonly: true },
    display_name: {
      type: "char",
      string: "Display Name",
      readonly: true,
      compute: (env, row) => displayName ? displayName(env, row) : nameOf(row, recName),
      depends: [recName],
    },
    ...(logAccess && {
      create_uid: { ...user, string: "Created by" },
      create_date: { ...stamp, string: "Created on" },
      write_uid: { ...user, string: "Last Updated by" },
      write_date: { ...stamp, string: "Last Updated on" },
    }),
    ...(version === 14 && {
      __last_update: {
        ...stamp,
        string: "Last Modified on",
        compute: (_env: Env, row: Row) => row["write_date"] ?? row["create_date"] ?? null,
        depends: ["create_date", "write_date"],
      },
    }),
  };
}

function nameOf(row: Row, recName: string): RpcValue {
  const value = row[recName];
  return value === undefined || value === null ? null : String(value);
}

/** The many2one fields that one2many fields of other models stand on, by model: they have to be found fast. */
function inverses(definitions: Record<string, BuiltInModel>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { fields } of Object.values(definitions)) {
    for (const { relation, relationField } of Object.values(fields)) {
      if (!relation || !relationField) continue;
      found.set(relation, (found.get(relation) ?? new Set()).add(relationField));
    }
  }
  return found;
}

function checkRelations(registry: Registry, model: string, fields: Model["fields"]): void {
  for (const { name, type, relation, relationField, related, selection } of fields.values()) {
    const at = `field "${name}" of model "${model}"`;
    if (type.endsWith("2one") || type.endsWith("2many")) {
      if (!relation) throw new TypeError(`Cannot use ${at}: its "relation" is missing`);
      const target = registry.get(relation);
      if (!target) throw new TypeError(`Cannot use ${at}: there is no model "${relation}"`);
      if (type === "one2many" && related === undefined && !target.fields.has(relationField ?? "")) {
        throw new TypeError(`Cannot use ${at}: "${relation}" has no field "${relationField}"`);
      }
    }
    if (type === "selection" && !selection) {
      throw new TypeError(`Cannot use ${at}: its selection is missing`);
    }
  }
}

/** Odoo makes a label of a name: `partner_id` is "Partner". */
function labelOf(name: string): string {
  const words = name.replace(/_ids?$/, "").split("_").filter((word) => word !== "");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}
