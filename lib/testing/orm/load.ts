/**
 * `load`: the import that scripts can repeat. Rows with known external ids are written, others created; any error and
 * nothing is imported at all.
 *
 * @module
 */
import type { CellError } from "./cells.ts";
import { convertRecord } from "./convert.ts";
import type { Env } from "./env.ts";
import {
  creatableModels,
  extract,
  type Extracted,
  type RawCell,
  readHeader,
  rowsOf,
} from "./extract.ts";
import { DatabaseError, PythonError } from "../faults.ts";
import { Blocked } from "./locks.ts";
import { type ImportRecord, loadRecords } from "./load_records.ts";
import type { Field, Model } from "./models.ts";
import { isInteger, parseInteger, PythonFloat, type PythonValue, str, truthy } from "../python.ts";

/** What the conversion of cells needs from the import around it. */
export interface Importing {
  /** Module of external ids without one. */
  readonly module: string;
  /** Names that were looked for already. */
  readonly names: Map<string, { changes: number; found: [number, string][] }>;
  /** External ids that were looked for already. */
  readonly xmlids: Map<string, { model: string; id: number }>;
  /** Makes the records that wait, if a reference may need one of them. */
  flushFor(need: { xmlid: string } | { model: string }): void;
  /** Takes everything back that the import has done. */
  rollback(): void;
}

/** Imports rows of cells. */
export function load(
  given: Env,
  model: Model,
  fields: PythonValue,
  data: PythonValue,
): PythonValue {
  const module = str(given.context["module"] ?? "__import__");
  const env = given.with({ context: { _import_current_module: module } });
  try {
    return importRows(env, model, module, fields, data);
  } catch (error) {
    if (error instanceof Blocked) error.inImport = true;
    throw error;
  }
}

function importRows(
  env: Env,
  model: Model,
  module: string,
  fields: PythonValue,
  data: PythonValue,
): PythonValue {
  const paths = readHeader((Array.isArray(fields) ? fields : [...str(fields)]).map(str));
  const importer = new Importer(env, model, module, creatableModels(env, model, paths));
  const limit = env.context["_import_limit"];
  const most = isInteger(limit) ? limit : Infinity;
  let last = -1;
  let index = 0;
  for (const extracted of extract(env, model, paths, rowsOf(data), most)) {
    importer.add(extracted, index++);
    last = extracted.rows.to;
  }
  importer.flush();
  const failed = importer.messages.some((message) => message["type"] === "error");
  if (failed) importer.rollback();
  const next = last + 1;
  return {
    ids: failed ? false : importer.ids,
    messages: importer.messages,
    nextrow: next < most ? 0 : next,
  };
}

/** A message of the import, as the wire carries it. */
type ImportMessage = { [key: string]: PythonValue };

type Waiting = ImportRecord & { readonly info: ImportMessage };

/** Collects converted records and makes them in batches, as late as references allow. */
class Importer implements Importing {
  readonly ids: number[] = [];
  readonly messages: ImportMessage[] = [];
  readonly names: Importing["names"] = new Map();
  readonly xmlids: Importing["xmlids"] = new Map();
  #batch: Waiting[] = [];
  #pending = new Set<string>();
  readonly #env: Env;
  readonly #model: Model;
  readonly #creatable: ReadonlySet<string>;
  readonly #start: number;

  constructor(env: Env, model: Model, readonly module: string, creatable: ReadonlySet<string>) {
    this.#env = env;
    this.#model = model;
    this.#creatable = creatable;
    this.#start = env.store.mark();
  }

  /** Converts a record and lets it wait. */
  add({ record, rows }: Extracted, index: number): void {
    const id = this.#knownId(record, rows, index);
    const log = (field: Field, error: CellError) => {
      this.messages.push(messageOf(this.#env, rows, index, field, error));
    };
    const values = convertRecord(this.#env, this.#model, record, log, this);
    if (this.#isSkipped(values)) return;
    const xmlid = xmlidOf(record.get("id"), this.module);
    if (xmlid) this.#pending.add(xmlid);
    this.#batch.push({
      xmlid,
      id: xmlid ? undefined : id,
      values,
      info: { rows, record: index },
    });
  }

  flushFor(need: { xmlid: string } | { model: string }): void {
    const wanted = "xmlid" in need
      ? this.#pending.has(need.xmlid)
      : this.#creatable.has(need.model);
    if (wanted) this.flush();
  }

  rollback(): void {
    this.#env.store.rollback(this.#start);
  }

  /** First all at once; if that fails one by one, to name the rows that are to blame. */
  flush(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#pending.clear();
    if (batch.length === 0) return;
    const failure = this.#attempt(this.#env.store.mark(), batch);
    if (failure) this.#oneByOne(batch, failure);
  }

  #oneByOne(batch: readonly Waiting[], first: PythonError): void {
    let errors = 0;
    for (const [position, record] of batch.entries()) {
      // Odoo 19 goes back to the start of the import: rows that depend on earlier ones will fail as well.
      const mark = this.#env.version === 19 ? this.#start : this.#env.store.mark();
      const failure = this.#attempt(mark, [record]);
      if (!failure) continue;
      errors++;
      this.messages.push({ ...record.info, ...explain(this.#env, failure) });
      if (errors >= 10 && errors >= (position + 1) / 10) {
        this.messages.push({ type: "warning", message: TOO_MANY });
        break;
      }
    }
    this.#explainBatch(errors, batch[0], first);
  }

  /** The error of the whole batch is told where no row shows it. */
  #explainBatch(errors: number, record: Waiting | undefined, first: PythonError): void {
    if (errors === 0 || first instanceof DatabaseError || !isUserError(this.#env, first)) return;
    const { rows = null, record: index = null } = record?.info ?? {};
    const shown = this.messages.some((message) =>
      message["message"] === first.message && message["record"] === index
    );
    const message = { rows, record: index, type: "error", message: first.message };
    if (!shown) this.messages.unshift(message);
  }

  #attempt(mark: number, records: readonly Waiting[]): PythonError | undefined {
    try {
      this.ids.push(...loadRecords(this.#env, this.#model, records));
      return undefined;
    } catch (error) {
      if (!(error instanceof PythonError)) throw error;
      if (error.type === "NotImplementedError") throw error;
      this.#env.store.rollback(mark);
      return error;
    }
  }

  #isSkipped(values: { readonly [field: string]: PythonValue }): boolean {
    const names = this.#env.context["import_skip_records"];
    const file = this.#env.version !== 14 && truthy(this.#env.context["import_file"]);
    return file && Array.isArray(names) &&
      names.some((name) => (values[str(name)] ?? null) === null);
  }

  /** Database ids of the rows themselves have to be there, and not archived. */
  #knownId(
    record: Extracted["record"],
    rows: Extracted["rows"],
    index: number,
  ): number | undefined {
    const cell = record.get(".id");
    if (cell === undefined || cell instanceof Array) return undefined;
    if (this.#env.version === 19 && !truthy(cell)) return undefined;
    const id = databaseId(cell);
    const found = this.#env.row(this.#model.name, id);
    if (found && !(this.#env.activeTest && found["active"] === false)) return id;
    const message = `Unknown database identifier '${id}'`;
    this.messages.push({ rows, type: "error", record: index, field: ".id", message });
    return undefined;
  }
}

function databaseId(cell: PythonValue): number {
  if (typeof cell === "number") return Math.trunc(cell);
  if (cell instanceof PythonFloat) return Math.trunc(cell.value);
  const id = parseInteger(str(cell));
  if (id !== undefined) return id;
  throw new PythonError(
    "psycopg2.errors.InvalidTextRepresentation",
    `invalid input syntax for type integer: "${str(cell)}"\n`,
  );
}

function xmlidOf(cell: RawCell | undefined, module: string): string | undefined {
  if (cell === undefined || cell instanceof Array || !truthy(cell)) return undefined;
  const text = str(cell);
  return text.includes(".") ? text : `${module}.${text}`;
}

function messageOf(
  env: Env,
  rows: Extracted["rows"],
  record: number,
  field: Field,
  error: CellError,
): ImportMessage {
  const label = field.string;
  return {
    rows,
    type: error.type,
    record,
    field: field.name,
    message: error.text(label),
    ...error.info,
    ...(error.info && env.version !== 14 && { field_name: label }),
  };
}

/** What is said of a row that could not be made. */
function explain(env: Env, error: PythonError): ImportMessage {
  if (error instanceof DatabaseError) {
    const field: ImportMessage = error.field === undefined ? {} : { field: error.field };
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

const TOO_MANY =
  "Found more than 10 errors and more than one error per 10 records, interrupted to avoid " +
  "showing too many errors.";
