#!/usr/bin/env -S deno run --allow-net --allow-env=ODOO_*
// Writes the partners of an Odoo to standard output as CSV, or as NDJSON with --ndjson, while they arrive.
import { writeCsvLine } from "../lib/files/mod.ts";
import { connect, type Odoo, OdooError, type RpcValue } from "../mod.ts";

const FIELDS = ["id", "name", "is_company", "parent_id", "email", "phone", "city", "country_id"];

type Row = { [field: string]: RpcValue };

/** 0: done; 2: could not run. */
export async function main(
  args: readonly string[],
  open: () => Promise<Odoo> = connect,
  output: WritableStream<Uint8Array> = Deno.stdout.writable,
): Promise<number> {
  const unknown = args.find((arg) => arg !== "--ndjson");
  if (unknown !== undefined) {
    console.error(
      `Unknown argument ${unknown}. Usage: export_partners.ts [--ndjson] > partners.csv`,
    );
    return 2;
  }
  try {
    const lines = args.length > 0 ? toNdjson : toCsv;
    await ReadableStream.from(lines(readPartners(await open())))
      .pipeThrough(new TextEncoderStream())
      .pipeTo(output, { preventClose: true });
    return 0;
  } catch (error) {
    // A reader such as `head` may close the pipe before the end
    if (error instanceof Deno.errors.BrokenPipe) return 0;
    if (!(error instanceof OdooError)) throw error;
    console.error(`Export failed: ${error.message}`);
    return 2;
  }
}

async function* readPartners(odoo: Odoo): AsyncGenerator<Row> {
  const call = {
    model: "res.partner",
    method: "search_read",
    args: [[]],
    kwargs: { fields: FIELDS, order: "id" },
  };
  for await (const rows of odoo.rows(call)) yield* rows as Row[];
}

async function* toNdjson(rows: AsyncIterable<Row>): AsyncGenerator<string> {
  for await (const row of rows) yield JSON.stringify(row) + "\n";
}

async function* toCsv(rows: AsyncIterable<Row>): AsyncGenerator<string> {
  yield writeCsvLine(FIELDS);
  for await (const row of rows) yield writeCsvLine(FIELDS.map((field) => toCell(row[field])));
}

/** Odoo says `false` for "no value"; of a many2one, `[id, name]`, the name is written. */
function toCell(value: RpcValue | undefined): string {
  if (value === false || value === null || value === undefined) return "";
  if (value === true) return "1";
  return String(Array.isArray(value) ? value[1] : value);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
