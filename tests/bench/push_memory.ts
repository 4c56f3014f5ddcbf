/**
 * The memory of a push of a million rows: of the process that pushes, against a server in another one that keeps no row.
 *
 * ```sh
 * deno run --allow-all tests/bench/push_memory.ts [rows] [json2|xmlrpc] [flags of V8, or `none`]
 * ```
 *
 * What V8 lets lie about before it collects is no matter of the rows. So it runs with `--optimize-for-size`, as
 * `examples/nightly_contacts.ts` does; with `none` V8 takes about 200 MB, whatever the number of rows.
 *
 * @module
 */
import { connect, type Protocol } from "../../mod.ts";
import { push } from "../../lib/sync/mod.ts";
import { contacts } from "../sync/rows.ts";
import { type Counted, TAG } from "../sync/stub.ts";
import { peakMegabytes, Subprocess } from "./shared.ts";

const BAR = 150;

async function report(): Promise<void> {
  const [rows = "1000000", protocol = "json2", v8 = "--optimize-for-size"] = Deno.args;
  const stub = start("none", "tests/sync/stub.ts");
  const url = await stub.line();
  const folder = await Deno.makeTempDir();
  const most: number[] = [];
  for (const run of ["first", "second"]) {
    const script = "tests/bench/push_memory.ts";
    const worker = start(v8, script, "push", url, rows, protocol, folder);
    const [seconds = 0, peak = 0, account = "", times = ""] = JSON.parse(await worker.line());
    most.push(peak);
    console.log(`${run} push of ${rows} rows over ${protocol}: ${seconds} s, ${peak} MB at most`);
    console.log(`  ${JSON.stringify(account)} ${times}`);
    console.log(`  ${JSON.stringify(told(JSON.parse(await stub.ask())))}`);
    await worker.stop();
  }
  await stub.stop();
  await Deno.remove(folder, { recursive: true });
  const isKept = Math.max(...most) < BAR;
  console.log(`${isKept ? "under" : "NOT under"} ${BAR} MB, with the flags of V8: ${v8}`);
  if (!isKept) Deno.exitCode = 1;
}

function told(counted: Counted): Record<string, string> {
  return Object.fromEntries(
    Object.entries(counted).map(([call, { calls, rows }]) => [call, `${calls} of ${rows} rows`]),
  );
}

function start(v8: string, script: string, ...args: string[]): Subprocess {
  const config = Deno.env.get("CI_DENO_CONFIG") ?? "deno.json";
  const flags = ["--config", config, "--no-lock", "--no-check", "--quiet", "--allow-all"];
  if (v8 !== "none") flags.push(`--v8-flags=${v8}`);
  return new Subprocess(Deno.execPath(), ["run", ...flags, script, ...args]);
}

/** Pushes, and tells how long it took and the most memory that the process has had, in megabytes. */
async function work(url: string, rows: number, protocol: string, folder: string): Promise<void> {
  const begin = Date.now();
  const odoo = await connect({
    url,
    db: "stub",
    username: "admin",
    apiKey: "0".repeat(40),
    protocol: protocolOf(protocol),
  });
  let [peak, sent] = [0, 0];
  const watch = () => peak = Math.max(peak, Deno.memoryUsage().rss);
  const timer = setInterval(watch, 20);
  const { account } = await push(odoo, {
    model: "res.partner",
    job: "memory",
    source: contacts(rows, TAG),
    key: ["no"],
    map: ({ name, city, ref }) => ({ name, city, ref }),
    state: `${folder}/state.db`,
    onEvent(event) {
      if (event.type === "source") sent = Date.now();
      watch();
    },
  });
  clearInterval(timer);
  const seconds = (from: number) => Math.round((Date.now() - from) / 100) / 10;
  const highest = Math.max(peak / 1e6, await peakMegabytes() || 0);
  console.log(JSON.stringify([
    seconds(begin),
    Math.round(highest),
    account,
    `${seconds(sent)} s of them behind the source`,
  ]));
}

function protocolOf(text: string): Protocol {
  if (text === "json2" || text === "xmlrpc" || text === "jsonrpc") return text;
  throw new Error(`"${text}" is no protocol`);
}

if (import.meta.main) {
  const [mode, url = "", rows = "", protocol = "", folder = ""] = Deno.args;
  if (mode === "push") await work(url, Number(rows), protocol, folder);
  else await report();
}
