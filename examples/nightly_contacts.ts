#!/usr/bin/env -S deno run --v8-flags=--optimize-for-size --allow-net --allow-read --allow-write --allow-env=ODOO_*
// Brings a CSV of companies and contacts into Odoo every night, each once, and says what became of every row.
import {
  type CsvRow,
  FailedRows,
  FAILURE_COLUMNS,
  readCsv,
  type ReadCsvOptions,
} from "../lib/files/mod.ts";
import {
  CellError,
  JobBusyError,
  planned,
  type PlannedRow,
  planTable,
  push,
  type PushEvent,
  type PushReport,
  type SourceRow,
} from "../lib/sync/mod.ts";
import { connect, type Odoo, OdooError } from "../mod.ts";

const USAGE = `Usage: nightly_contacts.ts [--dry-run [--json]] contacts.csv

Columns: key, name, and any of company (yes or no), parent (the key of the company), email, phone, street, zip, city,
country (ISO code) and vat. What failed comes to contacts.failed.csv: mended, run this with it. A run that was ended has
it as contacts.failed.csv.tmp. What the job remembers is in contacts.state.sqlite, in the folder of the file.

--dry-run writes nothing, and says what would be done: as a table, or with --json as a JSON object a row.

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
  const asJson = args.includes("--json");
  const dryRun = args.includes("--dry-run");
  const [path, ...others] = args.filter((arg) => !["--dry-run", "--json"].includes(arg));
  if (path === undefined || path.startsWith("-") || others.length > 0 || asJson && !dryRun) {
    console.error(USAGE);
    return 2;
  }
  try {
    // A file that cannot be read is told of before anything else
    for await (const _ of contactsIn(path)) break;
    return dryRun
      ? await planContacts(await open(), path, asJson)
      : await pushContacts(await open(), path);
  } catch (error) {
    console.error(error instanceof OdooError ? error.message : error);
    // Deno itself would end with 1
    return error instanceof JobBusyError ? 3 : 2;
  }
}

function contactsIn(path: string, options: ReadCsvOptions = {}): AsyncGenerator<CsvRow> {
  const optional = [...OPTIONAL, ...FAILURE_COLUMNS];
  return readCsv(path, { required: REQUIRED, optional, ...options });
}

async function pushContacts(odoo: Odoo, path: string): Promise<number> {
  using failed = new FailedRows(`${path.replace(/\.csv$/i, "")}.failed.csv`);
  const report = await pushFile(odoo, path, {
    dryRun: false,
    onEvent: (event) => tell(event, path, failed),
    onDelimiter: (delimiter) => failed.delimiter = delimiter,
  });
  await failed.finish();
  console.log(counted(report));
  if (failed.count > 0) console.log(`What failed is in ${failed.path}`);
  return codeOf(report);
}

async function planContacts(odoo: Odoo, path: string, asJson: boolean): Promise<number> {
  const rows: PlannedRow[] = [];
  const report = await pushFile(odoo, path, {
    dryRun: true,
    onEvent: (event) => {
      if (event.type !== "row") return;
      if (asJson) console.log(JSON.stringify(planned(event)));
      else if (event.status !== "unchanged") rows.push(planned(event));
    },
  });
  if (!asJson) console.log(`${planTable(rows)}\n${counted(report)} (nothing was written)`);
  return codeOf(report);
}

interface Way {
  dryRun: boolean;
  onEvent: (event: PushEvent) => void;
  onDelimiter?: (delimiter: string) => void;
}

async function pushFile(
  odoo: Odoo,
  path: string,
  { dryRun, onEvent, onDelimiter }: Way,
): Promise<PushReport> {
  const countries = await readCountries(odoo);
  return await push(odoo, {
    model: "res.partner",
    job: "contacts",
    source: contactsIn(path, { onDelimiter }),
    key: ["key"],
    map: ({ values }) => toPartner(values, countries),
    // One for the job, so that its nightly run and that of a mended file never meet
    state: path.replace(/[^/\\]*$/, "contacts.state.sqlite"),
    concurrency: 2,
    dryRun,
    onEvent,
  });
}

function counted({ account }: PushReport): string {
  const { rows, created, updated, unchanged, failed, unknown, altered, warned } = account;
  return `${rows} rows in = ${created} created + ${updated} updated + ${unchanged} unchanged + ${failed} failed + ` +
    `${unknown} unknown, of which ${altered} altered and ${warned} warned`;
}

function codeOf({ account }: PushReport): number {
  return account.failed + account.unknown > 0 ? 1 : 0;
}

function toPartner(
  values: Readonly<Record<string, string>>,
  countries: ReadonlyMap<string, number>,
): SourceRow {
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

function tell(event: PushEvent, path: string, rows: FailedRows): void {
  if (event.type !== "row") return;
  const { line, status, field, reason, altered, warning } = event;
  const complain = (text: string) => console.error(`${path}:${line}: ${text}`);
  if (status === "failed" || status === "unknown") {
    rows.add(event.row, event);
    complain(`${field ? `${field}: ` : ""}${reason}`);
  }
  for (const { field, kept } of altered) complain(`Odoo keeps ${JSON.stringify(kept)} as ${field}`);
  if (warning !== undefined) complain(warning);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
