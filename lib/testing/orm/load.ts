/**
 * `load`: the import that scripts can repeat. Rows with known external ids are written, others created; any error and
 * nothing is imported at all.
 *
 * @module
 */
import { checkAccess } from "./access.ts";
import { type Converted, convertRow, type ImportRow, readColumns } from "./cells.ts";
import type { Env } from "./env.ts";
import { DatabaseError, lacking, missingError, PythonError, userError } from "../faults.ts";
import type { Model } from "./models.ts";
import { isInteger, type PythonValue, str, truthy } from "../python.ts";
import { createRecords, type Values, writeRecords } from "./records.ts";

/** A message of the import, as the wire carries it. */
export type ImportMessage = { [key: string]: PythonValue };

/** Imports rows of cells. */
export function load(
  env: Env,
  model: Model,
  fields: PythonValue,
  data: PythonValue,
): PythonValue {
  for (const key of ["import_file", "_import_limit", "name_create_enabled_fields"]) {
    if (truthy(env.context[key])) throw lacking(`load with "${key}" in its context`);
  }
  const names = (Array.isArray(fields) ? fields : [...str(fields)]).map(str);
  const columns = readColumns(env, model, names);
  const rows = Array.isArray(data) ? data : [...str(data)];
  const mark = env.store.mark();
  const importer = new Importer(env, model);
  rows.forEach((row, index) => {
    const cells = Array.isArray(row) ? row : [...str(row)];
    importer.add(convertRow(env, model, columns, cells, index, importer), index);
  });
  importer.flush();
  const failed = importer.messages.some((message) => message["type"] === "error");
  if (failed) env.store.rollback(mark);
  return { ids: failed ? false : importer.ids, messages: importer.messages, nextrow: 0 };
}

/** Collects converted rows and makes records of them in batches, as late as references allow. */
class Importer implements ImportRow {
  readonly ids: number[] = [];
  readonly messages: ImportMessage[] = [];
  readonly names = new Map<string, { changes: number; found: [number, string][] }>();
  #batch: (Converted & { index: number })[] = [];
  #pending = new Set<string>();
  #created = new Set<number>();
  #env: Env;
  #model: Model;
  #module: string;

  constructor(env: Env, model: Model) {
    this.#env = env;
    this.#model = model;
    this.#module = str(env.context["module"] ?? "__import__");
  }

  /** The module of external ids without one. */
  get module(): string {
    return this.#module;
  }

  log(index: number, message: ImportMessage): void {
    this.messages.push({ rows: rowsOf(index), ...message });
  }

  add(converted: Converted, index: number): void {
    if (converted.xmlid) this.#pending.add(this.qualified(converted.xmlid));
    this.#batch.push({ ...converted, index });
  }

  /** Makes the records of the batch if a reference needs one of them. */
  flushFor(need: { xmlid: string } | { model: string }): void {
    if ("xmlid" in need ? this.#pending.has(need.xmlid) : need.model === this.#model.name) {
      this.flush();
    }
  }

  qualified(xmlid: string): string {
    return xmlid.includes(".") ? xmlid : `${this.#module}.${xmlid}`;
  }

  /** First all at once; if that fails one by one, to name the rows that are to blame. */
  flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#pending.clear();
    if (batch.length === 0) return;
    const mark = this.#env.store.mark();
    const failure = this.#attempt(mark, () => batch.map((row) => this.#load(row)));
    if (Array.isArray(failure)) this.#done(failure);
    else this.#oneByOne(batch, failure);
  }

  #oneByOne(batch: readonly (Converted & { index: number })[], first: PythonError): void {
    let errors = 0;
    for (const [position, row] of batch.entries()) {
      const result = this.#attempt(this.#env.store.mark(), () => {
        // Odoo 19 loses sight of records of this call once a row of it has failed.
        if (errors > 0 && this.#env.version === 19) this.#refuseNewReferences(row.values);
        return [this.#load(row)];
      });
      if (Array.isArray(result)) {
        this.#done(result);
        continue;
      }
      errors++;
      this.messages.push({
        rows: rowsOf(row.index),
        record: row.index,
        ...explain(this.#env, result),
      });
      if (errors >= 10 && errors >= (position + 1) / 10) {
        this.messages.push({ type: "warning", message: TOO_MANY });
        break;
      }
    }
    this.#explainBatch(errors, batch[0]?.index ?? 0, first);
  }

  /** The error of the whole batch is told where no row shows it. */
  #explainBatch(errors: number, index: number, first: PythonError): void {
    if (errors === 0 || first instanceof DatabaseError || !isUserError(this.#env, first)) return;
    const shown = this.messages.some((message) =>
      message["message"] === first.message && message["record"] === index
    );
    const message = { rows: rowsOf(index), record: index, type: "error", message: first.message };
    if (!shown) this.messages.unshift(message);
  }

  #attempt(mark: number, action: () => number[]): number[] | PythonError {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      if (error.type === "NotImplementedError") throw error;
      this.#env.store.rollback(mark);
      return error;
    }
  }

  #done(ids: readonly number[]): void {
    this.ids.push(...ids);
    for (const id of ids) this.#created.add(id);
  }

  #refuseNewReferences(values: Values): void {
    for (const [name, value] of Object.entries(values)) {
      const field = this.#model.fields.get(name);
      if (field?.type !== "many2one" || field.relation !== this.#model.name) continue;
      if (isInteger(value) && this.#created.has(value)) {
        throw missingError(this.#model.name, [value], this.#env.uid);
      }
    }
  }

  #load({ xmlid, id, values }: Converted): number {
    const env = this.#env;
    const model = this.#model;
    if (xmlid) return loadByXmlid(env, model, this.qualified(xmlid), values);
    if (id !== undefined) {
      checkAccess(env, model, "write");
      writeRecords(env, model, [id], values);
      return id;
    }
    checkAccess(env, model, "create");
    return createRecords(env, model, [values])[0] ?? 0;
  }
}

/** Writes the record of an external id, or makes it. A dangling id gets a new record. */
function loadByXmlid(env: Env, model: Model, xmlid: string, values: Values): number {
  const dot = xmlid.indexOf(".");
  const [module, name] = [xmlid.slice(0, dot), xmlid.slice(dot + 1)];
  const [dataId] = env.store.find("ir.model.data", ["module", "name"], [module, name]);
  const data = dataId === undefined ? undefined : env.row("ir.model.data", dataId);
  if (data && data["model"] !== model.name && env.version !== 14) {
    throw userError(
      `For external id ${xmlid} when trying to create/update a record of model ${model.name} found record of ` +
        `different model ${data["model"]} (${data.id})`,
    );
  }
  const id = data?.["res_id"];
  if (typeof id === "number" && env.row(model.name, id)) {
    const kept = env.context["mode"] === "update" && data?.["noupdate"] === true;
    if (kept) return id;
    checkAccess(env, model, "write");
    writeRecords(env, model, [id], values);
    return id;
  }
  checkAccess(env, model, "create");
  const [created = 0] = createRecords(env, model, [values]);
  if (data) env.store.remove("ir.model.data", data.id);
  const noupdate = truthy(env.context["noupdate"]);
  const link = { module, name, model: model.name, res_id: created, noupdate };
  createRecords(env.with({ su: true }), env.model("ir.model.data"), [link]);
  return created;
}

/** What is said of a row that could not be made. */
function explain(env: Env, error: PythonError): ImportMessage {
  if (error instanceof DatabaseError) {
    const field = error.field === undefined ? {} : { field: error.field };
    return { type: "error", message: error.loadMessage, ...field };
  }
  if (isUserError(env, error)) return { type: "error", message: error.message };
  return {
    type: "error",
    message: `Unknown error during import: <class '${error.type}'>: ${error.message}`,
    moreinfo: "Resolve other errors first",
  };
}

/** Odoo 14 shows the user's errors like all others. */
function isUserError(env: Env, error: PythonError): boolean {
  return env.version !== 14 && error.type.startsWith("odoo.exceptions.");
}

function rowsOf(index: number): ImportMessage {
  return { from: index, to: index };
}

const TOO_MANY =
  "Found more than 10 errors and more than one error per 10 records, interrupted to avoid " +
  "showing too many errors.";
