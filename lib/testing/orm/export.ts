/**
 * `export_data`: records as rows of cells, with lines for the records below them, and external ids made on the way.
 *
 * @module
 */
import { checkAccess } from "./access.ts";
import type { Env } from "./env.ts";
import { PythonError, valueError, type Version } from "../faults.ts";
import { toWire } from "./fields.ts";
import type { Method } from "./methods.ts";
import type { Field, Model } from "./models.ts";
import { isInteger, PythonFloat, type PythonValue, repr, str } from "../python.ts";
import { rowReader } from "./reading.ts";
import { existing } from "./records.ts";
import type { Row } from "./store.ts";
import { timeZone } from "./time_zones.ts";

/** The method of all models that exports records. */
export function exportMethods(_version: Version): Record<string, Method> {
  return {
    export_data: {
      kind: "multi",
      parameters: "fields_to_export",
      access: "read",
      run: ({ env, model, ids, get }) => {
        const fields = get("fields_to_export") ?? null;
        const names = typeof fields === "string"
          ? [...fields]
          : Array.isArray(fields)
          ? fields
          : [];
        const paths = names.map((name) => pathOf(str(name)));
        const rows = existing(env, model, ids.filter(isInteger));
        if (env.version === 19) checkPaths(env, model, rows, paths);
        return { datas: linesOf(env, model, rows, paths).map(withIds(env)) };
      },
    },
  };
}

/** A cell: a value, or the record whose external id is wanted, which comes last. */
type Cell = PythonValue | RecordCell;

class RecordCell {
  constructor(readonly model: string, readonly id: number) {}
}

type Path = readonly string[];

/** Both `country_id.id` and `country_id:id` are old ways to say `country_id/.id` and `country_id/id`. */
function pathOf(name: string): Path {
  return name.replace(/([^/])\.id/g, "$1/.id").replace(/([^/]):id/g, "$1/id").split("/");
}

/** Odoo 19 fetches everything before it looks at anything. */
function checkPaths(env: Env, model: Model, rows: readonly Row[], paths: readonly Path[]): void {
  if (rows.length === 0) return;
  const groups = Map.groupBy(paths.filter(([name]) => !isId(name)), ([name = ""]) => name);
  for (const name of groups.keys()) fieldOf(env, model, name);
  for (const [name, own] of groups) {
    const field = fieldOf(env, model, name);
    if (!field.relation || field.type === "many2one_reference") continue;
    const others = rows.flatMap((row) => targetsOf(env, model, row, field));
    const rest = own.map(([, ...deeper]) => deeper.length > 0 ? deeper : ["display_name"]);
    checkPaths(env, env.model(field.relation), others, rest);
  }
}

function linesOf(
  env: Env,
  model: Model,
  rows: readonly Row[],
  paths: readonly Path[],
): Cell[][] {
  return rows.flatMap((row) => {
    const line: Cell[] = paths.map(() => "");
    const below: Cell[][] = [];
    const done = new Set<string>();
    paths.forEach(([name], index) => {
      if (name === undefined || done.has(name)) return;
      if (isId(name)) {
        line[index] = name === "id" ? new RecordCell(model.name, row.id) : String(row.id);
        return;
      }
      const field = fieldOf(env, model, name);
      if (!field.relation || field.type === "many2one_reference") {
        line[index] = cellOf(env, model, row, field);
        return;
      }
      done.add(name);
      below.push(...exportTargets(env, model, row, field, paths, index, line));
    });
    return [line, ...below];
  });
}

/** Puts the records that a field points to into the line, and answers with the lines that go below it. */
function exportTargets(
  env: Env,
  model: Model,
  row: Row,
  field: Field,
  paths: readonly Path[],
  index: number,
  line: Cell[],
): Cell[][] {
  const inner = paths.map(([name, ...deeper]): Path => {
    if (name !== field.name) return [];
    return deeper.length > 0 ? deeper : ["display_name"];
  });
  const targets = targetsOf(env, model, row, field);
  const relation = env.model(field.relation ?? "");
  if (field.type === "many2many" && (env.context["import_compat"] ?? true)) {
    inOneCell(env, relation, targets, inner, index, line);
    return [];
  }
  if (targets.length > 0) checkAccess(env, relation, "read");
  const [first, ...below] = linesOf(env, relation, targets, inner);
  first?.forEach((cell, position) => {
    if (cell !== "" && cell !== null) line[position] = cell;
  });
  if (!first) line[index] = nothing(env);
  return below;
}

/** Tags go into one cell: external ids where a column asks for them, else names. */
function inOneCell(
  env: Env,
  relation: Model,
  targets: readonly Row[],
  inner: readonly Path[],
  index: number,
  line: Cell[],
): void {
  const known = ["id", "name", "display_name"].find((name) =>
    inner.some((path) => path.length === 1 && path[0] === name)
  );
  const at = known === undefined
    ? index
    : inner.findIndex((path) => path.length === 1 && path[0] === known);
  const texts = targets.map(({ id }) =>
    known === "id" ? externalId(env, relation.name, id) : env.displayName(relation.name, id)
  );
  line[at] = texts.length === 0 ? nothing(env) : texts.join(",");
}

function targetsOf(env: Env, model: Model, row: Row, field: Field): Row[] {
  const value = rowReader(env, model, [field], false)(row)[field.name];
  const ids = Array.isArray(value) ? value : [value];
  return ids.flatMap((id) => isInteger(id) ? env.row(field.relation ?? "", id) ?? [] : []);
}

function cellOf(env: Env, model: Model, row: Row, field: Field): PythonValue {
  const value = toWire(env, field, env.value(model, row, field), false);
  if (typeof value === "number" || value instanceof PythonFloat) return value;
  if (field.type === "boolean") return value;
  if (value === false || value === null) return "";
  if (field.type === "datetime") return inUserZone(env, str(value));
  if (field.type === "selection" && !field.madeSelection) {
    return field.selection?.find(([key]) => key === value)?.[1] ?? "";
  }
  return value;
}

/** The time zone of the context, or else that of the user. One that does not exist is universal time. */
function inUserZone(env: Env, moment: string): string {
  const user = env.row("res.users", env.uid);
  const own = user ? env.follow(env.model("res.users"), user, "partner_id.tz") : null;
  const name = env.context["tz"] || own;
  return timeZone(name ?? undefined)?.fromUtc(moment) ?? moment;
}

/** What stands for no record at all. */
function nothing(env: Env): PythonValue {
  return env.version === 14 ? false : "";
}

function withIds(env: Env): (line: Cell[]) => PythonValue[] {
  return (line) =>
    line.map((cell) => cell instanceof RecordCell ? externalId(env, cell.model, cell.id) : cell);
}

/** The external id of a record; one that has none gets one, with something random at its end. */
function externalId(env: Env, model: string, id: number): string {
  const known = env.store.find("ir.model.data", ["model", "res_id"], [model, id]).at(-1);
  const row = known === undefined ? undefined : env.row("ir.model.data", known);
  if (row) return [row["module"], row["name"]].filter((part) => part).join(".");
  const random = crypto.randomUUID().slice(0, 8);
  const name = `${model.replaceAll(".", "_")}_${id}_${random}`;
  env.store.insert("ir.model.data", {
    id: env.store.nextId("ir.model.data"),
    module: "__export__",
    name,
    model,
    res_id: id,
    noupdate: null,
  });
  return `__export__.${name}`;
}

function isId(name: string | undefined): boolean {
  return name === "id" || name === ".id";
}

function fieldOf(env: Env, model: Model, name: string): Field {
  const field = model.fields.get(name);
  if (field) return field;
  if (env.version !== 19) throw new PythonError("KeyError", repr(name));
  throw valueError(`Invalid field ${repr(name)} on ${repr(model.name)}`);
}
