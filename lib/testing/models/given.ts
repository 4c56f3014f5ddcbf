/**
 * Records that tests give may name others: a group by its external id, a model by its name; and they may hold dates.
 *
 * @module
 */
import type { RpcInput, RpcValue } from "../../values.ts";
import type { Env } from "../orm/env.ts";
import { stampOf } from "../orm/fields.ts";
import type { Field, Model } from "../orm/models.ts";

/** A record as a test gives it. */
type Given = { readonly [field: string]: RpcValue };

/** The record with ids in place of names. */
export function withIds(env: Env, model: Model, record: Given): Given {
  const entries = Object.entries(record).map(([name, value]): [string, RpcValue] => {
    const field = model.fields.get(name);
    if (field?.type === "many2one" && typeof value === "string") {
      return [name, idOf(env, model, field, value)];
    }
    if (field?.type === "many2many" && Array.isArray(value)) {
      return [
        name,
        value.map((item) => typeof item === "string" ? idOf(env, model, field, item) : item),
      ];
    }
    return [name, value];
  });
  return Object.fromEntries(entries);
}

/** The record with dates as Odoo writes them, in UTC, in its lines, too. */
export function withTexts(
  record: { readonly [field: string]: RpcInput },
): { [field: string]: RpcValue } {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, withText(value)]),
  );
}

function withText(value: RpcInput): RpcValue {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new TypeError("Cannot use a date that is none");
    return stampOf(value).slice(0, 19);
  }
  if (value instanceof Temporal.Instant) return withText(new Date(value.epochMilliseconds));
  if (value instanceof Temporal.PlainDate) return value.toString();
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return value;
  return isList(value) ? value.map(withText) : withTexts(value);
}

function isList(value: object): value is readonly RpcInput[] {
  return Array.isArray(value);
}

function idOf(env: Env, model: Model, field: Field, name: string): number {
  const [id] = field.relation === "ir.model"
    ? env.store.find("ir.model", ["model"], [name])
    : byXmlid(env, field.relation ?? "", name);
  if (id !== undefined) return id;
  throw new TypeError(
    `Cannot use "${name}" as "${field.name}" of "${model.name}": there is no such "${field.relation}"`,
  );
}

function byXmlid(env: Env, model: string, xmlid: string): number[] {
  const dot = xmlid.indexOf(".");
  const key = [xmlid.slice(0, dot), xmlid.slice(dot + 1)];
  return env.store.find("ir.model.data", ["module", "name"], key).flatMap((data) => {
    const row = env.row("ir.model.data", data);
    return row?.["model"] === model && typeof row["res_id"] === "number" ? [row["res_id"]] : [];
  });
}
