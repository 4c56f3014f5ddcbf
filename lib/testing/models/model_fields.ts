/**
 * What `ir.model.fields` says of the fields of all models. It is made when somebody asks: there are more than a thousand.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import type { Field, Model } from "../orm/models.ts";
import type { Row } from "../orm/store.ts";

/** The rows of all fields. */
export function* fieldRows(env: Env): Iterable<Row> {
  let id = 1;
  const models = [...env.store.rows("ir.model")].sort((one, two) => one.id - two.id);
  for (const { id: modelId, model: name } of models) {
    const model = env.registry.get(String(name));
    for (const field of model?.fields.values() ?? []) {
      if (model) yield rowOf(env, model, modelId, field, id++);
    }
  }
}

/** Odoo 19 tells how a text is translated. */
function translation(env: Env, field: Field): RpcValue {
  if (env.version !== 19) return field.translate ?? false;
  if (!field.translate) return null;
  return field.type === "html" ? "html_translate" : "standard";
}

/** Odoo makes these rows by SQL, and in 14 writes each of them afterwards. */
function stampsOf(env: Env): { readonly [field: string]: RpcValue } {
  const [user, moment] = env.version === 14 ? [1, env.now] : [null, null];
  return { create_uid: null, create_date: null, write_uid: user, write_date: moment };
}

function rowOf(env: Env, model: Model, modelId: number, field: Field, id: number): Row {
  return {
    id,
    name: field.name,
    model: model.name,
    model_id: modelId,
    field_description: field.string,
    help: field.help ?? null,
    ttype: field.type,
    relation: field.relation ?? null,
    relation_field: field.relationField ?? null,
    required: field.required ?? false,
    readonly: field.readonly ?? (field.compute !== undefined && !field.inverse),
    store: field.toldStore ?? field.stored,
    index: false,
    translate: translation(env, field),
    size: field.size ?? 0,
    selectable: true,
    copied: field.copy ?? (field.stored && field.type !== "one2many"),
    state: model.builtIn ? "base" : "manual",
    ...stampsOf(env),
  };
}
