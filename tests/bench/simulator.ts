/**
 * The simulated Odoo: how fast it starts, how much memory 100,000 partners take, how long it takes to answer with 10,000
 * of them. Each figure is that of a process of its own.
 *
 * ```sh
 * deno task bench
 * ```
 *
 * @module
 */
import { OdooSimulator } from "../../lib/testing/mod.ts";
import { encodeCall } from "../../lib/xmlrpc/encode.ts";
import { DENO_RUN, median } from "./shared.ts";

const RUNS = 9;
const ANSWERS = 15;
const PARTNERS = 100_000;
const ROWS = 10_000;
/** What a real Odoo 14, 17 or 19 took for the same answer over XML-RPC, on the machine of docs/verified.md. */
const REAL_MS = 1200;

const FIELDS = [
  ...[
    "name",
    "email",
    "phone",
    "street",
    "street2",
    "city",
    "zip",
    "ref",
    "country_id",
    "state_id",
  ],
  ...["vat", "website", "lang", "active", "is_company", "parent_id", "create_date", "write_date"],
  ...["type", "color", "comment"],
];

const MEASURES = {
  start,
  memory,
  xmlrpc: () => answer("xmlrpc"),
  jsonrpc: () => answer("jsonrpc"),
};

const BARS: [keyof typeof MEASURES, text: string, limit: number, unit: string][] = [
  ["start", "from `new` to ready, in a fresh process", 50, "ms"],
  ["memory", "100,000 partners, whole process", 400, "MB"],
  ["xmlrpc", "10,000 of them over XML-RPC: a tenth of a real Odoo", REAL_MS / 10, "ms"],
  ["jsonrpc", "10,000 of them over JSON-RPC: a tenth of a real Odoo", REAL_MS / 10, "ms"],
];

if (import.meta.main) {
  const [name] = Deno.args;
  const measure = name === undefined
    ? undefined
    : Object.entries(MEASURES).find(([key]) => key === name);
  if (measure) console.log(await measure[1]());
  else await report();
}

async function report(): Promise<void> {
  console.log(`\nsimulated Odoo, median of ${RUNS} processes`);
  for (const [name, text, limit, unit] of BARS) {
    const figures: number[] = [];
    for (let run = 0; run < RUNS; run++) figures.push(await inProcess(name));
    const figure = median(figures);
    const holds = figure <= limit ? "holds " : "FAILED";
    console.log(`${holds}  at most ${limit} ${unit}, ${text}: ${figure.toFixed(0)} ${unit}`);
  }
}

async function inProcess(name: string): Promise<number> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...DENO_RUN, import.meta.filename ?? "", name],
    stderr: "inherit",
  }).output();
  return success ? Number(new TextDecoder().decode(stdout)) : NaN;
}

function start(): number {
  const before = performance.now();
  new OdooSimulator({ "res.partner": partners(100) });
  return performance.now() - before;
}

function memory(): number {
  const server = new OdooSimulator({ "res.partner": partners(PARTNERS) });
  const { rss } = Deno.memoryUsage();
  if (server.calls.length > 0) throw new Error("The simulator has to live until it is measured");
  return rss / 1e6;
}

/** The median of many answers: a real server was not asked for the first time either. */
async function answer(wire: "xmlrpc" | "jsonrpc"): Promise<number> {
  const { config, fetch } = new OdooSimulator({ "res.partner": partners(PARTNERS) });
  const args = [[["ref", "like", "R"]]];
  const params = [config.db, 2, config.apiKey, "res.partner", "search_read", args, {
    fields: FIELDS,
    limit: ROWS,
  }];
  const request = wire === "xmlrpc"
    ? { path: "/xmlrpc/2/object", type: "text/xml", body: encodeCall("execute_kw", params) }
    : {
      path: "/jsonrpc",
      type: "application/json",
      body: JSON.stringify({
        jsonrpc: "2.0",
        params: { service: "object", method: "execute_kw", args: params },
      }),
    };
  const times: number[] = [];
  for (let round = 0; round < ANSWERS; round++) {
    const before = performance.now();
    const response = await fetch(config.url + request.path, {
      method: "POST",
      headers: { "content-type": request.type },
      body: request.body,
    });
    const { length } = await response.bytes();
    times.push(performance.now() - before);
    if (length < 1e6) throw new Error(`The answer has ${length} bytes only`);
  }
  return median(times);
}

function partners(count: number): Record<string, string | number>[] {
  return Array.from({ length: count }, (_none, index) => ({
    name: `Partner ${index}`,
    ref: `R${index}`,
    email: `partner.${index}@example.com`,
    phone: "+32 2 290 34 90",
    street: `${index} Main Street`,
    city: "Brussels",
    zip: "1000",
    country_id: 20,
    vat: "BE0477472701",
    comment: `note ${index}`,
  }));
}
