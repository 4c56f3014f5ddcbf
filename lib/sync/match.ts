/**
 * Records that are there without an external id, taken for rows by the values of some fields.
 *
 * @module
 */
import { OdooConfigError, OdooServerError } from "../errors.ts";
import { structs } from "../values.ts";
import { type Cell, isReference, toValue } from "./cells.ts";
import type { Engine, Ledger } from "./engine.ts";

/** A row, as far as it matters here. */
interface Matched {
  key: string;
  cells: readonly Cell[];
}

/**
 * Finds the records of rows by the fields of `match`, archived ones too, and gives each the external id of its row: in
 * Odoo where the user may do that (from 17 on with Access Rights), otherwise only in what the ledger remembers.
 *
 * @param ledger What remembers it for the next run, and knows what earlier runs have adopted.
 * @returns Ids by the keys of rows, or why a row cannot have its record.
 */
export async function adopt(
  engine: Engine,
  rows: readonly Matched[],
  ledger: Pick<Ledger<unknown>, "isLasting" | "holders">,
): Promise<Map<string, number | string>> {
  const result = new Map<string, number | string>();
  const candidates = await candidatesOf(engine, rows);
  const rowOf = new Map<number, string>();
  for (const [key, ids] of candidates) {
    const [id = 0] = ids;
    if (ids.length > 1) result.set(key, `it matches ${ids.length} records: ${ids.join(", ")}`);
    else {
      // No other row comes here for it: of those that are equal in what they are matched by only the first does
      rowOf.set(id, key);
      result.set(key, id);
    }
  }
  for (const [id, name] of await takenBy(engine, [...rowOf.keys()], ledger)) {
    const key = rowOf.get(id) ?? "";
    if (name === key || name === engine.drafter.nameOf(key)) continue;
    result.set(key, `it matches the record ${id}, which is that of ${name} already`);
    rowOf.delete(id);
  }
  if (!engine.options.dryRun) await claim(engine, rowOf, ledger.isLasting);
  return result;
}

/** The records that match, by the keys of rows; rows without any are left out. */
async function candidatesOf(
  engine: Engine,
  rows: readonly Matched[],
): Promise<Map<string, number[]>> {
  const { match, model } = engine.options;
  const wanted = new Map<string, string>();
  const values = new Map<string, ReturnType<typeof toValue>[]>(match.map((name) => [name, []]));
  for (const { key, cells } of rows) {
    const given = matchOf(cells, match);
    if (!given) continue;
    match.forEach((name, index) => values.get(name)?.push(given[index] ?? false));
    wanted.set(key, JSON.stringify(given));
  }
  const found = new Map<string, number[]>();
  if (wanted.size === 0) return found;
  const domain = [...values].map(([name, some]) => [name, "in", some]);
  const ids = await engine.records.search(model, domain);
  for (const [id, record] of await engine.records.read(model, ids, match)) {
    if (record === "hidden") continue;
    const text = JSON.stringify(match.map((name) => record[name] ?? false));
    found.set(text, [...found.get(text) ?? [], id]);
  }
  const candidates = new Map<string, number[]>();
  for (const [key, text] of wanted) {
    const matching = found.get(text);
    if (matching) candidates.set(key, matching);
  }
  return candidates;
}

/** The values by which a row is matched; none where one of them is missing. */
export function matchOf(
  cells: readonly Cell[],
  match: readonly string[],
): ReturnType<typeof toValue>[] | undefined {
  const own = match.map((name) => cells.find(({ field }) => field.name === name));
  const isWhole = own.length > 0 &&
    own.every((cell) => cell !== undefined && cell.text !== "" && !isReference(cell));
  return isWhole ? own.flatMap((cell) => cell ? [toValue(cell, Number)] : []) : undefined;
}

/** The rows that records belong to already, by their external ids or by what earlier runs have adopted. */
async function takenBy(
  engine: Engine,
  ids: readonly number[],
  ledger: Pick<Ledger<unknown>, "holders">,
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const { model, namespace } = engine.options;
  const domain = [["model", "=", model], ["module", "=", namespace], ["res_id", "in", [...ids]]];
  const fields = ["name", "res_id"];
  try {
    const answer = await engine.call("ir.model.data", "search_read", [domain], { fields });
    return ownOf(
      engine,
      structs(answer).map(({ res_id, name }) => [Number(res_id), `${namespace}.${name}`]),
    );
  } catch (error) {
    if (!(error instanceof OdooServerError) || error.kind !== "access") throw error;
  }
  // Who may not read external ids there may not make any either, so that only the state knows of some
  const taken = await ledger.holders(new Set(ids));
  const rows = structs(await engine.call(model, "get_metadata", [[...ids]]));
  const named = rows.flatMap(({ id, xmlids }) =>
    structs(xmlids ?? []).map(({ xmlid }): [number, string] => [Number(id), String(xmlid)])
  );
  return new Map([...taken, ...ownOf(engine, named)]);
}

/** Those external ids that rows of this run could have. */
function ownOf(engine: Engine, named: readonly [id: number, name: string][]): Map<number, string> {
  const { drafter, options: { model } } = engine;
  return new Map(named.filter(([, name]) => drafter.keyOf(model, name) !== undefined));
}

async function claim(
  engine: Engine,
  rowOf: ReadonlyMap<number, string>,
  isLasting: boolean,
): Promise<void> {
  if (rowOf.size === 0) return;
  const { model } = engine.options;
  const lines = [...rowOf].map(([id, key]) => {
    const [module = "", ...name] = engine.drafter.nameOf(key).split(".");
    return { module, name: name.join("."), model, res_id: id };
  });
  try {
    await engine.call("ir.model.data", "create", [lines]);
  } catch (error) {
    if (!(error instanceof OdooServerError)) throw error;
    // Names are unique: an earlier try of this call may have got through, or one is left over from a record that is gone
    const names = [...rowOf.values()].map((key) => engine.drafter.nameOf(key));
    const { found } = await engine.externalIds.find(model, names);
    const free = new Map([...rowOf].filter(([, key]) => !found.has(engine.drafter.nameOf(key))));
    if (free.size < rowOf.size) return await claim(engine, free, isLasting);
    if (error.kind !== "access") throw error;
    if (!isLasting) {
      throw new OdooConfigError(
        "Cannot adopt records: the user may not give them external ids, and there is no state to remember them in",
        { cause: error },
      );
    }
  }
}
