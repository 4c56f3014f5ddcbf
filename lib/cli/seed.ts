/**
 * Records for the simulated Odoo, from files.
 *
 * @module
 */
import { OdooConfigError } from "../errors.ts";
import { isList, isStruct, type RpcInput } from "../values.ts";
import { UsageError } from "./command.ts";
import { readText, unreadable } from "./files.ts";
import { valueOf } from "./json.ts";

/** Where a record stands, by its model and id. */
export type Places = Map<string, string>;

/** Records by model. */
export type Seeds = Record<string, { readonly [field: string]: RpcInput }[]>;

/** Finds out the types of the fields of a model, by their names. */
export type AskTypes = (model: string) => Promise<Readonly<Record<string, string>>>;

/**
 * Reads files of records: JSON, `{ "res.partner": [{ ... }] }`, or CSV that is named after its model. Keeps in `places`
 * where records of CSV come from.
 */
export async function readSeeds(
  paths: readonly string[],
  ask: AskTypes,
  places: Places,
): Promise<Seeds> {
  const seeds: Seeds = {};
  for (const path of paths) {
    const found = path.endsWith(".csv")
      ? await readCsvSeed(path, ask, places)
      : await readJsonSeed(path);
    for (const [model, records] of Object.entries(found)) (seeds[model] ??= []).push(...records);
  }
  return seeds;
}

async function readJsonSeed(path: string): Promise<Seeds> {
  const value = valueOf(await readText(path), path, false);
  const tables = isStruct(value) ? Object.entries(value) : [];
  if (tables.length === 0) throw unusable(path, 'it must be { "res.partner": [{ ... }] }');
  return Object.fromEntries(tables.map(([model, rows]) => {
    const records = isList(rows) ? rows.flatMap((row) => isStruct(row) ? [row] : []) : [];
    if (isList(rows) && records.length === rows.length) return [model, records];
    throw unusable(path, `"${model}" must be a list of records, each of them an object`);
  }));
}

/** What {@linkcode Places} are named by. */
export function placeKey(model: string, id: number): string {
  return `${model},${id}`;
}

async function readCsvSeed(path: string, ask: AskTypes, places: Places): Promise<Seeds> {
  const model = /([^/\\]+)\.csv$/.exec(path)?.[1] ?? "";
  if (!/^[a-z_]\w*(\.\w+)*$/.test(model)) {
    throw new UsageError(
      `A file of CSV is named after its model, such as res.partner.csv: ${path}`,
    );
  }
  const types = await ask(model);
  const { CsvFileError, readCsv } = await import("../files/mod.ts");
  const records: Seeds[string] = [];
  try {
    using file = await Deno.open(path).catch((error) => {
      throw unreadable(path, error);
    });
    for await (const { line, values, error } of readCsv(file.readable)) {
      if (error !== undefined) throw unusable(path, `line ${line} ${error}`);
      const record = recordOf(values, types, (what) => unusable(path, `line ${line}, ${what}`));
      places.set(placeKey(model, Number(record["id"])), `${path}: line ${line}`);
      records.push(record);
    }
  } catch (error) {
    if (error instanceof CsvFileError) throw unusable(path, error.message);
    throw error;
  }
  return { [model]: records };
}

type Wrong = (what: string) => OdooConfigError;

/** Empty cells are values that the record does not have. `country_id/id` is the column of an import. */
function recordOf(
  values: Readonly<Record<string, string>>,
  types: Readonly<Record<string, string>>,
  wrong: Wrong,
): { [field: string]: RpcInput } {
  const cells = Object.entries(values).filter(([, cell]) => cell !== "");
  return Object.fromEntries(cells.map(([column, cell]) => {
    const name = column.replace(/\/(\.?id)$/, "");
    return [
      name,
      valueOfCell(cell, types[name] ?? "char", (what) => wrong(`"${column}": ${what}`)),
    ];
  }));
}

function valueOfCell(cell: string, type: string, wrong: Wrong): RpcInput {
  if (/^(integer|float|monetary|many2one_reference)$/.test(type)) {
    const number = Number(cell);
    if (Number.isFinite(number)) return number;
    throw wrong(`"${cell}" is no number`);
  }
  if (type === "boolean") {
    if (/^(true|1|yes)$/i.test(cell)) return true;
    if (/^(false|0|no)$/i.test(cell)) return false;
    throw wrong(`"${cell}" is neither true nor false`);
  }
  if (type === "many2one") return isJsonList(cell) ? listOf(cell, wrong) : reference(cell);
  if (/^(one2many|many2many)$/.test(type)) {
    return isJsonList(cell) ? listOf(cell, wrong) : cell.split(",").map(reference);
  }
  return cell;
}

function isJsonList(cell: string): boolean {
  return cell.startsWith("[");
}

function listOf(cell: string, wrong: Wrong): RpcInput {
  try {
    return JSON.parse(cell);
  } catch {
    throw wrong(`"${cell}" is no JSON`);
  }
}

/** An id, or an external id, which the simulator looks up. */
function reference(cell: string): number | string {
  return /^\d+$/.test(cell.trim()) ? Number(cell) : cell.trim();
}

function unusable(path: string, why: string): OdooConfigError {
  return new OdooConfigError(`Cannot use the records of ${path}: ${why}`);
}
