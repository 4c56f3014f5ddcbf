#!/usr/bin/env -S deno run --allow-net --allow-read --allow-write --allow-env=ODOO_*
// Brings a CSV of companies and contacts into Odoo, as often as you like: what is equal is left alone.
// deno-lint-ignore-file no-import-prefix -- so that this file also runs from a URL
import { parseArgs } from "jsr:@std/cli@^1.0.32/parse-args";
import { ProgressBar } from "jsr:@std/cli@^1.0.32/unstable-progress-bar";
import { type CsvRow, readCsv, writeCsvLine } from "../lib/files/mod.ts";
import {
  connect,
  externalId,
  type Odoo,
  OdooError,
  type Outcome,
  type SourceRow,
  upsert,
} from "../mod.ts";

/** First part of the external ids that tell the partners of this job from all others. */
const NAMESPACE = "odeno_partners";
const MODEL = "res.partner";
const PLAIN = ["email", "phone", "street", "street2", "zip", "city", "vat", "website", "function"];
/** Odoo gives a contact these of its company, whatever is written; 19 even changes the company's by the contact's. */
const OF_COMPANY = ["street", "street2", "zip", "city", "country", "vat"];
const REQUIRED = ["key", "name"];
/** The last three are those of a `.failed.csv`, which can be mended and synced as it is. */
const OPTIONAL = ["is_company", "parent", "country", ...PLAIN, "line", "field", "reason"];
const HELP = `Usage: sync_partners.ts [--dry-run] [--delimiter=";"] partners.csv

Creates and updates partners from a CSV with a header: ${
  [...REQUIRED, ...OPTIONAL.slice(0, -3)].join(", ")
}.
The key tells a partner from all others, parent is the key of its company, country an ISO code such as BE.
A contact with a parent has the address and vat of that company in Odoo: its own are left out.
Rows that Odoo refuses go to partners.failed.csv. Exit codes: 0 done, 1 some rows failed, 2 could not run.

  --dry-run    shows what would change, and writes nothing
  --delimiter  what stands between two cells; it is found in the header by default`;

/** How a sync is run. */
interface SyncOptions {
  dryRun?: boolean;
  delimiter?: string | undefined;
  /** Is told how many bytes of the file are done, as far as can be told. */
  onProgress?: (bytes: number) => void;
}

/** 0: all rows are in Odoo; 1: some failed; 2: could not run. */
export async function main(args: string[], open: () => Promise<Odoo> = connect): Promise<number> {
  const unknown: string[] = [];
  const flags = parseArgs(args, {
    boolean: ["dry-run", "help"],
    string: ["delimiter", "_"],
    unknown: (arg) => !arg.startsWith("-") || !unknown.push(arg),
  });
  const [path] = flags._;
  if (flags["help"]) {
    console.log(HELP);
    return 0;
  }
  if (path === undefined || flags._.length > 1 || unknown.length > 0) {
    console.error(unknown.length > 0 ? `Unknown flag ${unknown[0]}.\n\n${HELP}` : HELP);
    return 2;
  }
  if (flags["delimiter"] !== undefined && flags["delimiter"].length !== 1) {
    console.error("--delimiter must be one character");
    return 2;
  }
  try {
    return await run(String(path), open, {
      dryRun: flags["dry-run"],
      delimiter: flags["delimiter"],
    });
  } catch (error) {
    console.error(`Sync failed: ${explain(error, String(path))}`);
    return 2;
  }
}

/** One sentence for what can be expected to go wrong, and all there is to say of anything else. */
function explain(error: unknown, path: string): string {
  if (error instanceof Deno.errors.NotFound) return `there is no file ${path}`;
  if (error instanceof Deno.errors.IsADirectory) return `${path} is a folder`;
  const isExpected = error instanceof OdooError || error instanceof Deno.errors.NotCapable ||
    error instanceof Deno.errors.PermissionDenied;
  return isExpected ? error.message : Deno.inspect(error);
}

async function run(path: string, open: () => Promise<Odoo>, options: SyncOptions): Promise<number> {
  const { size, isDirectory } = await Deno.stat(path);
  if (isDirectory) throw new Deno.errors.IsADirectory(path);
  const odoo = await open();
  const bar = Deno.stderr.isTerminal()
    ? new ProgressBar({
      max: size,
      clear: true,
      formatter: (bar) => `[${bar.styledTime}] [${bar.progressBar}]`,
    })
    : undefined;
  const onProgress = (bytes: number) => {
    if (bar) bar.value = bytes;
  };
  const report = new Report(path, options.dryRun ?? false);
  try {
    const { readable } = await Deno.open(path);
    await syncPartners(odoo, readable, report, { ...options, onProgress });
    await report.finish();
  } finally {
    await bar?.stop();
    if (report.rows > 0 || report.isFinished) console.log(report.summary());
  }
  return report.failures === 0 ? 0 : 1;
}

/** Syncs the bytes of one file, and tells the report what became of every row. */
export async function syncPartners(
  odoo: Odoo,
  file: ReadableStream<Uint8Array<ArrayBuffer>>,
  report: Report,
  options: SyncOptions = {},
): Promise<void> {
  const { dryRun, delimiter, onProgress } = options;
  let bytes = 0;
  const source = file.pipeThrough(counted((count) => bytes += count));
  const rows = readCsv(source, { delimiter, required: REQUIRED, optional: OPTIONAL });
  const countries = await readCountries(odoo);
  const origin = new WeakMap<SourceRow, CsvRow>();
  async function* partners(): AsyncGenerator<SourceRow> {
    for await (const csvRow of rows) {
      report.read(csvRow);
      const { country = "" } = csvRow.values;
      const countryId = countries.get(country.toUpperCase());
      if (csvRow.error !== undefined) {
        await report.add(csvRow, { status: "failed", reason: csvRow.error });
      } else if (country !== "" && countryId === undefined) {
        await report.add(csvRow, {
          status: "failed",
          field: "country",
          reason: `Odoo has no country with the ISO code "${country}"`,
        });
      } else {
        const partner = toPartner(csvRow.values, countryId);
        origin.set(partner, csvRow);
        yield partner;
      }
    }
  }
  const outcomes = upsert(odoo, MODEL, partners(), { key: ["key"], namespace: NAMESPACE, dryRun });
  for await (const outcome of outcomes) {
    const csvRow = origin.get(outcome.row);
    await report.add(csvRow, inWordsOfFile(outcome, csvRow));
    onProgress?.(report.done / report.rows * bytes);
  }
}

function inWordsOfFile(outcome: Outcome<SourceRow>, csvRow?: CsvRow): Outcome<SourceRow> {
  if (outcome.field !== "parent_id" || outcome.status !== "failed") return outcome;
  const parent = csvRow?.values["parent"];
  return { ...outcome, reason: `the parent "${parent}" is neither in Odoo nor a row that went in` };
}

function toPartner(values: Record<string, string>, countryId: number | undefined): SourceRow {
  const { key, name, is_company, parent, website = "" } = values;
  const own = parent ? PLAIN.filter((column) => !OF_COMPANY.includes(column)) : PLAIN;
  return {
    key,
    name,
    is_company,
    parent_id: parent ? externalId(NAMESPACE, MODEL, [parent]) : undefined,
    country_id: parent ? undefined : countryId,
    ...Object.fromEntries(own.map((column) => [column, values[column]])),
    // As Odoo would store it
    website: website === "" || /^https?:\/\//i.test(website) ? website : `http://${website}`,
  };
}

/** Database ids by ISO code: names of countries are translated, and more than one can match. */
async function readCountries(odoo: Odoo): Promise<Map<string, number>> {
  const rows = await odoo.executeKw<{ id: number; code: string | false }[]>(
    "res.country",
    "search_read",
    [[]],
    { fields: ["code"] },
  );
  return new Map(rows.filter((row) => row.code).map((row) => [String(row.code), row.id]));
}

function counted(count: (bytes: number) => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(chunk, controller) {
      count(chunk.length);
      controller.enqueue(chunk);
    },
  });
}

/** Counts what became of the rows; writes those that failed to a file, or shows a dry run. */
export class Report {
  /** How many rows had each outcome. */
  readonly counts: Record<Outcome<SourceRow>["status"], number> = {
    created: 0,
    updated: 0,
    unchanged: 0,
    failed: 0,
    unknown: 0,
  };
  /** How many rows have been read from the file. */
  rows = 0;
  /** Whether the whole file was gone through. */
  isFinished = false;
  readonly #path: string;
  readonly #isDryRun: boolean;
  #hasFile = false;
  #lastLine = 1;
  #withoutOwn = 0;

  constructor(sourcePath: string, isDryRun: boolean) {
    this.#path = `${sourcePath.replace(/\.csv$/i, "")}.failed.csv`;
    this.#isDryRun = isDryRun;
  }

  /** Rows that did not go in, as far as is known. */
  get failures(): number {
    return this.counts.failed + this.counts.unknown;
  }

  /** Rows that have an outcome. */
  get done(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** Counts a row of the file. */
  read({ line, values }: CsvRow): void {
    this.rows++;
    this.#lastLine = line;
    if (values["parent"] && OF_COMPANY.some((column) => values[column])) this.#withoutOwn++;
  }

  async add(csvRow: CsvRow | undefined, outcome: Omit<Outcome<SourceRow>, "row">): Promise<void> {
    this.counts[outcome.status]++;
    if (csvRow === undefined) return;
    const { line, values } = csvRow;
    if (this.#isDryRun) showPlan(line, values, outcome);
    else if (outcome.status === "failed" || outcome.status === "unknown") {
      const { line: _line, field: _field, reason: _reason, ...source } = values;
      const { field = "", reason = "" } = outcome;
      if (!this.#hasFile) await this.#write([...Object.keys(source), "line", "field", "reason"]);
      await this.#write([
        ...Object.values(source),
        String(line),
        COLUMN_OF[field] ?? field,
        reason,
      ]);
    } else if (outcome.reason !== undefined) {
      console.error(`Line ${line} went in, but: ${outcome.reason}`);
    }
  }

  /** A file of an earlier run, which tells what failed then, is taken away when nothing failed now. */
  async finish(): Promise<void> {
    this.isFinished = true;
    if (this.#hasFile || this.#isDryRun) return;
    await Deno.remove(this.#path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }

  summary(): string {
    const { created, updated, unchanged, failed, unknown } = this.counts;
    const lost = this.rows - this.done;
    const sum =
      `${this.rows} rows in = ${created} created + ${updated} updated + ${unchanged} unchanged + ${failed} failed`;
    const leftOut = `Left out: the own address or vat of ${this.#withoutOwn} contacts of a company`;
    return [
      sum + (unknown > 0 ? ` + ${unknown} unknown` : "") +
      (lost > 0 ? ` + ${lost} without an outcome` : ""),
      ...(this.isFinished
        ? []
        : [`Stopped after line ${this.#lastLine}: nothing further was read`]),
      ...(this.#withoutOwn > 0 ? [leftOut] : []),
      ...(this.#isDryRun ? ["Dry run: nothing was written"] : []),
      ...(this.#hasFile ? [`What failed is in ${this.#path}`] : []),
    ].join("\n");
  }

  async #write(cells: string[]): Promise<void> {
    await Deno.writeTextFile(this.#path, writeCsvLine(cells), { append: this.#hasFile });
    this.#hasFile = true;
  }
}

const COLUMN_OF: Readonly<Record<string, string>> = { parent_id: "parent", country_id: "country" };

function showPlan(
  line: number,
  values: Record<string, string>,
  outcome: Omit<Outcome<SourceRow>, "row">,
): void {
  const { status, changes = {}, field, reason } = outcome;
  if (status === "unchanged") return;
  const details = Object.entries(changes).map(([name, { from, to }]) =>
    `${name}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}`
  );
  const failure = reason === undefined
    ? []
    : [field === undefined ? reason : `${field}: ${reason}`];
  console.log(`line ${line}, ${values["key"]}: ${[status, ...details, ...failure].join("; ")}`);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
