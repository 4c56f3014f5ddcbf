/**
 * Pulls from an Odoo in which two others write, with imports that take longer than the overlap; then everybody stops,
 * and the copy has to be what Odoo has, row for row. A reader that asks for `write_date > last` runs beside, to show that
 * this can be seen.
 *
 * The Odoo is that of `ODOO_URL`, `ODOO_DB`, `ODOO_USERNAME` and `ODOO_API_KEY`. What is made there is deleted again.
 *
 * ```sh
 * deno run --allow-all tests/sync/incremental.ts [seconds]
 * ```
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { configFromEnv, connect, type Odoo } from "../../mod.ts";
import { pull, sqliteSink } from "../../lib/sync/mod.ts";
import { Writer } from "./writer.ts";

const FIELDS = ["name", "city", "ref", "active", "write_date"];
const OVERLAP_MS = 1000;

async function follow(
  odoo: Odoo,
  tag: string,
  writers: readonly Writer[],
  seconds: number,
  folder: string,
): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  const naive = new NaiveReader(odoo, tag);
  const reports: Awaited<ReturnType<typeof copy>>[] = [];
  const working = writers.map((writer, index) => work(writer, index === 1, end));
  while (Date.now() < end) {
    reports.push(await copy(odoo, tag, folder, "never"));
    await naive.read();
  }
  await Promise.all(working);
  reports.push(await copy(odoo, tag, folder, "never"));
  await naive.read();
  const truth = await rowsIn(odoo, tag);
  const late = reports.reduce((sum, report) => sum + report.late, 0);
  console.log(
    `Odoo ${odoo.version.major}: ${reports.length} pulls, ${late} rows found by the sweep`,
  );
  console.log(`  written: ${JSON.stringify(writers.map(({ done }) => done))}`);
  console.log(`  write_date > last: ${tell(differences(truth, naive.rows))}`);
  const found = differences(truth, rowsOf(`${folder}/copy.db`));
  console.log(`  pull():            ${tell(found)}`);
  return found.missing + found.stale + found.ghosts === 0;
}

async function work(writer: Writer, imports: boolean, end: number): Promise<void> {
  while (Date.now() < end) {
    if (imports) await writer.import(400);
    for (let step = 0; step < 10 && Date.now() < end; step++) await writer.step();
  }
}

function copy(odoo: Odoo, tag: string, folder: string, full: "never" | "always") {
  return pull(odoo, {
    model: "res.partner",
    fields: FIELDS,
    domain: [["ref", "like", tag]],
    sink: sqliteSink(`${folder}/copy.db`, "contacts"),
    job: tag,
    state: `${folder}/state.db`,
    overlapMs: OVERLAP_MS,
    maxTombstones: 1e6,
    full,
  });
}

type Row = string;
type Rows = Map<number, Row>;

/** Reads what is newer than the newest that it has, as so many scripts do. */
class NaiveReader {
  readonly rows: Rows = new Map();
  readonly #odoo: Odoo;
  readonly #tag: string;
  #last = "1970-01-01 00:00:00";

  constructor(odoo: Odoo, tag: string) {
    this.#odoo = odoo;
    this.#tag = tag;
  }

  async read(): Promise<void> {
    const domain = [["ref", "like", this.#tag], ["write_date", ">", this.#last]];
    for (const [id, row] of await rowsIn(this.#odoo, this.#tag, domain)) {
      this.rows.set(id, row);
      const stamp = JSON.parse(row)["write_date"];
      if (stamp > this.#last) this.#last = stamp;
    }
  }
}

async function rowsIn(odoo: Odoo, tag: string, domain?: unknown[]): Promise<Rows> {
  const found = await odoo.executeKw<Record<string, unknown>[]>("res.partner", "search_read", [
    JSON.parse(JSON.stringify(domain ?? [["ref", "like", tag]])),
    FIELDS,
  ], { context: { active_test: false }, order: "id" });
  return new Map(found.map((row) => [Number(row["id"]), textOf(row)]));
}

function rowsOf(path: string): Rows {
  using database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("SELECT * FROM contacts").all();
  return new Map(rows.map((row) => [Number(row["id"]), textOf(row)]));
}

function textOf(row: Record<string, unknown>): Row {
  return JSON.stringify(
    Object.fromEntries(FIELDS.map((name) => {
      const value = row[name];
      return [name, name === "active" ? Boolean(value) : value];
    })),
  );
}

interface Differences {
  missing: number;
  stale: number;
  ghosts: number;
}

function differences(truth: Rows, copy: Rows): Differences {
  let [missing, stale, ghosts] = [0, 0, 0];
  for (const [id, row] of truth) {
    const held = copy.get(id);
    if (held === undefined) missing++;
    else if (held !== row) stale++;
  }
  for (const id of copy.keys()) if (!truth.has(id)) ghosts++;
  return { missing, stale, ghosts };
}

function tell({ missing, stale, ghosts }: Differences): string {
  return `${missing} rows missing, ${stale} stale, ${ghosts} that are gone`;
}

/** Runs all of it, and tells whether the copy is what Odoo has. */
export async function checkIncremental(seconds: number): Promise<boolean> {
  const tag = `incr${Date.now().toString(36)}`;
  const odoo = await connect(configFromEnv());
  const folder = await Deno.makeTempDir();
  const writers = await Promise.all([1, 2].map(async (seed) => {
    const writer = new Writer(await connect(configFromEnv()), `${tag}${seed}`, seed);
    await writer.begin(100);
    return writer;
  }));
  try {
    return await follow(odoo, tag, writers, seconds, folder);
  } finally {
    for (const writer of writers) await writer.cleanUp();
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main && !await checkIncremental(Number(Deno.args[0] ?? 30))) Deno.exit(1);
