#!/usr/bin/env -S deno run --allow-net --allow-read --allow-write --allow-env=ODOO_*
// Brings a CSV of companies and contacts into Odoo every night, each once, and says what became of every row.
import {
  CsvFileError,
  type CsvRow,
  FailedRows,
  FAILURE_COLUMNS,
  readCsv,
} from "../lib/files/mod.ts";
import { CellError, JobBusyError, push, type PushEvent, type SourceRow } from "../lib/sync/mod.ts";
import { connect, type Odoo, OdooError } from "../mod.ts";

const USAGE = `Usage: nightly_contacts.ts [--dry-run] contacts.csv

Columns: key, name, and any of company (yes or no), parent (the key of the company), email, phone, street, zip, city,
country (ISO code) and vat. What the job remembers is in contacts.state.sqlite, what failed in contacts.failed.csv.

Exit codes: 0 all rows are in Odoo; 1 some failed; 2 could not run; 3 another run is under way.`;
const REQUIRED = ["key", "name"];
const PLAIN = ["email", "phone"];
/** Odoo gives these of a company to its contacts, whatever is written into them. */
const OF_COMPANY = ["street", "zip", "city", "vat"];
const OPTIONAL = ["company", "parent", "country", ...PLAIN, ...OF_COMPANY];

/** The exit code. */
export async function main(
  args: readonly string[],
  open: () => Promise<Odoo> = connect,
): Promise<number> {
  const dryRun = args.includes("--dry-run");
  const [path, ...others] = args.filter((arg) => arg !== "--dry-run");
  if (path === undefined || path.startsWith("-") || others.length > 0) {
    console.error(USAGE);
    return 2;
  }
  try {
    return await pushContacts(await open(), path, dryRun);
  } catch (error) {
    if (error instanceof JobBusyError) return complain(3, error.message);
    if (error instanceof CsvFileError) return complain(2, `${path}: ${error.message}`);
    if (error instanceof OdooError) return complain(2, error.message);
    if (error instanceof Deno.errors.NotFound) return complain(2, `There is no file ${path}`);
    // Deno itself would end with 1
    console.error(error);
    return 2;
  }
}

function complain(code: number, message: string): number {
  console.error(message);
  return code;
}

async function pushContacts(odoo: Odoo, path: string, dryRun: boolean): Promise<number> {
  const stem = path.replace(/\.csv$/i, "");
  const countries = await readCountries(odoo);
  using failed = new FailedRows(`${stem}.failed.csv`);
  const file = await Deno.open(path);
  const source = readCsv(file.readable, {
    required: REQUIRED,
    optional: [...OPTIONAL, ...FAILURE_COLUMNS],
  });
  const report = await push(odoo, {
    model: "res.partner",
    job: "contacts",
    source: keyed(source),
    key: ["key"],
    line: ({ line }) => line,
    map: (row) => toPartner(row, countries),
    state: `${stem}.state.sqlite`,
    concurrency: 2,
    dryRun,
    onEvent: (event) => tell(event, dryRun ? undefined : failed),
  });
  if (!dryRun) await failed.finish();
  const { rows, created, updated, unchanged, failed: bad, unknown } = report.account;
  const counts =
    `${created} created + ${updated} updated + ${unchanged} unchanged + ${bad} failed + ${unknown} unknown`;
  console.log(`${rows} rows in = ${counts}${dryRun ? " (dry run: nothing was written)" : ""}`);
  if (failed.count > 0) console.log(`What failed is in ${failed.path}`);
  return bad + unknown > 0 ? 1 : 0;
}

/** A row with its key beside its cells. */
type Contact = CsvRow & { key: string };

async function* keyed(rows: AsyncIterable<CsvRow>): AsyncGenerator<Contact> {
  for await (const row of rows) yield { ...row, key: row.values["key"] ?? "" };
}

function toPartner({ values, error }: Contact, countries: ReadonlyMap<string, number>): SourceRow {
  if (error !== undefined) throw new CellError("", error);
  const { name, company = "", parent = "", country = "" } = values;
  const countryId = country === "" ? undefined : countries.get(country.toUpperCase());
  if (country !== "" && countryId === undefined) {
    throw new CellError("country", `there is no country with the ISO code ${country}`);
  }
  const own = parent === "" ? [...PLAIN, ...OF_COMPANY] : PLAIN;
  return {
    name,
    is_company: company === "" ? undefined : company,
    parent_id: parent === "" ? undefined : { key: parent },
    country_id: parent === "" ? countryId : undefined,
    ...Object.fromEntries(own.map((column) => [column, values[column]])),
  };
}

/** Database ids by ISO code: names of countries are translated, and more than one can match. */
async function readCountries(odoo: Odoo): Promise<Map<string, number>> {
  const rows = await odoo.model("res.country").searchRead([], { fields: ["code"] });
  return new Map(rows.map(({ id, code }) => [String(code), id]));
}

function tell(event: PushEvent, failed: FailedRows | undefined): void {
  if (event.type !== "row") return;
  const { line, status, field, reason, altered, warning, changes } = event;
  if (status === "failed" || status === "unknown") {
    failed?.add(cellsOf(event.row), { line, field, reason });
    console.error(`Line ${line}: ${field ? `${field}: ` : ""}${reason}`);
  }
  for (const { field, kept } of altered) {
    console.error(`Line ${line}: Odoo keeps ${JSON.stringify(kept)} as ${field}`);
  }
  if (warning !== undefined) console.error(`Line ${line}: ${warning}`);
  if (!failed && status === "created") console.log(`Line ${line}: to be created`);
  for (const [name, { from, to }] of failed ? [] : Object.entries(changes ?? {})) {
    console.log(`Line ${line}: ${name} from ${JSON.stringify(from)} to ${JSON.stringify(to)}`);
  }
}

function cellsOf({ values }: Readonly<Record<string, unknown>>): Record<string, string> {
  const cells = typeof values === "object" && values !== null ? Object.entries(values) : [];
  return Object.fromEntries(cells.map(([name, value]) => [name, String(value)]));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
