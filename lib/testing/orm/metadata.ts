/**
 * Who made and changed records, and the external ids that they are known by.
 *
 * @module
 */
import { checkAccess } from "./access.ts";
import { checkRows } from "./rules.ts";
import type { Env } from "./env.ts";
import { accessError, PythonError, typeError, valueError } from "../faults.ts";
import type { Model } from "./models.ts";
import { integerKeyed, type PythonValue, repr, str } from "../python.ts";
import { searchRows } from "./searching.ts";
import type { Row } from "./store.ts";
import { findXmlid, xmlidsOf } from "./xmlids.ts";

/** Who made and changed records, and their external ids: for everybody who may read the records. */
export function getMetadata(env: Env, model: Model, ids: readonly number[]): PythonValue {
  const rows = ids.flatMap((id) => env.row(model.name, id) ?? []);
  if (env.version !== 14) checkRows(env, model, rows, "read");
  const named = rows.map((row) => ({ row, xmlids: xmlidsOf(env, model.name, row.id) }));
  // Odoo 14 reads one external id, however many records are asked for.
  const [only] = named.flatMap(({ xmlids }) => xmlids).sort((one, two) => one.id - two.id);
  return named.map(({ row, xmlids }) => {
    const found = env.version === 14 ? xmlids.filter((data) => data === only) : xmlids;
    return { ...stampsOf(env, model, row), ...namesOf(env, found) };
  });
}

/** One external id of each record; the keys are integers, which XML-RPC cannot carry. */
export function externalIds(env: Env, model: Model, ids: readonly number[]): PythonValue {
  return integerKeyed(ids.map((id) => {
    const [data] = xmlidsOf(env, model.name, id);
    return [id, data ? nameOf(data) : ""];
  }));
}

/** The record of an external id: `[model, id]`, with `false` for one that is archived, gone, or not for this user. */
export function objectReference(
  env: Env,
  module: string,
  name: string,
  raise: boolean,
): PythonValue {
  const xmlid = `${module}.${name}`;
  const data = findXmlid(env, xmlid);
  const id = data?.["res_id"];
  if (!data || !id) throw valueError(`External ID not found in the system: ${xmlid}`);
  const model = env.registry.get(str(data["model"] ?? ""));
  if (!model) throw new PythonError("KeyError", repr(data["model"] ?? null));
  checkAccess(env, model, "read");
  if (searchRows(env, model, [["id", "=", id]]).length > 0) return [model.name, id];
  if (raise) throw refusal(env, xmlid);
  return [model.name, false];
}

/** The record of an external id as Odoo 14 looks it up, for everybody: two times `false` where there is none. */
export function lookUpXmlid(env: Env, xmlid: string, raise: boolean): [PythonValue, PythonValue] {
  const data = xmlid.includes(".") ? findXmlid(env, xmlid) : undefined;
  const [model, id] = [str(data?.["model"] ?? ""), Number(data?.["res_id"])];
  if (env.registry.has(model) && env.row(model, id)) return [model, id];
  if (!raise) return [false, false];
  throw valueError(
    xmlid.includes(".")
      ? `External ID not found in the system: ${xmlid}`
      : "not enough values to unpack (expected 2, got 1)",
  );
}

/** The text of 17 has one place for two words. */
function refusal(env: Env, xmlid: string): PythonError {
  if (env.version === 17) {
    return typeError("not all arguments converted during string formatting");
  }
  const text = "Not enough access rights on the external ID";
  return accessError(env.version === 14 ? `${text}: ${xmlid}` : `${text} "${xmlid}"`);
}

function stampsOf(env: Env, model: Model, row: Row): { [key: string]: PythonValue } {
  if (!model.fields.has("create_date")) return { id: row.id };
  const user = (id: PythonValue | undefined): PythonValue =>
    typeof id === "number" ? [id, env.displayName("res.users", id)] : false;
  const stamp = (value: PythonValue | undefined): PythonValue =>
    typeof value === "string" ? value.slice(0, 19) : false;
  return {
    id: row.id,
    create_uid: user(row["create_uid"]),
    create_date: stamp(row["create_date"]),
    write_uid: user(row["write_uid"]),
    write_date: stamp(row["write_date"]),
  };
}

function namesOf(env: Env, found: readonly Row[]): { [key: string]: PythonValue } {
  const all = found.map((data) => ({ xmlid: nameOf(data), noupdate: data["noupdate"] === true }));
  return {
    xmlid: all[0]?.xmlid ?? false,
    noupdate: all[0]?.noupdate ?? false,
    ...(env.version !== 14 && { xmlids: all }),
  };
}

function nameOf(data: Row): string {
  return `${data["module"]}.${data["name"]}`;
}
