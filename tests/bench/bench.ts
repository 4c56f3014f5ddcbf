/**
 * The codec against `JSON.parse` and the parsers that other Odoo scripts use, the start of a script, the simulated
 * Odoo, and the memory of a push.
 *
 * ```sh
 * deno task bench                 # everything, with tables; a quarter of an hour
 * deno task bench decode startup  # parts: decode, encode, call, startup, simulator, push
 * deno task bench --gate          # only what the bars of bars.ts need; exits 1 where a floor is missed twice
 * deno task bench --svg           # writes docs/bench.svg as well, also with --gate
 * ```
 *
 * Every run fails where a contender's result differs from the others'. Without `--gate` no time fails it.
 *
 * @module
 */
import type { RpcInput } from "../../lib/values.ts";
import { encodeResponse } from "../../lib/xmlrpc/encode.ts";
import { type Bar, BARS, judge, line, MORE_BARS, seriesOf } from "./bars.ts";
import { CLIENT_NAMES, FIRST, STREAMS } from "./clients.ts";
import { DECODER_NAMES, ENCODER_NAMES } from "./codecs.ts";
import { create, fieldsGet, ids, images, load, partners } from "./corpora.ts";
import { type Race, race, Results, runOnce } from "./race.ts";
import { LARGE, REPEATED, SLOW, SMALL } from "./server.ts";
import { DENO_RUN, megabytes, shuffled, Subprocess } from "./shared.ts";
import { draw } from "./svg.ts";

const MEASURED: Record<string, (results: Results, folder: string) => Promise<void>> = {
  decode,
  encode,
  call,
  startup,
};
/** Benches with bars of their own. */
const OTHERS: Record<string, string> = { simulator: "simulator.ts", push: "push_memory.ts" };

const PICTURE = new URL("../../docs/bench.svg", import.meta.url);
const ROWS = 10_000;
const FIRSTS = ["odeno decodeRows()", "odeno rows()"].map((name) => name + FIRST);
const MEMORY_ROUNDS = 5;
const STARTUP_RUNS = 41;

const DECODED: [name: string, make: () => RpcInput, isList: boolean][] = [
  ["decode 10,000 rows", () => partners(ROWS), true],
  ["decode 80 rows", () => partners(80), true],
  ["decode fields_get", () => fieldsGet(250), false],
  ["decode 200,000 ids", () => ids(200_000), true],
  ["decode images", () => images(1000), true],
];
const ENCODED: [name: string, make: () => RpcInput][] = [
  ["encode load", () => load(5000)],
  ["encode create", () => create(2000)],
];

async function decode(results: Results, folder: string): Promise<void> {
  for (const [name, make, isList] of DECODED) {
    const contenders = DECODER_NAMES.filter((contender) =>
      isList || contender !== "odeno, streamed"
    );
    if (results.wanted(name, contenders).length === 0) continue;
    const value = make();
    const { inputs, size } = await write(folder, encodeResponse(value), value);
    await race({ name, title: `${name}, ${size}`, kind: "decode", contenders, inputs }, results);
  }
}

async function encode(results: Results, folder: string): Promise<void> {
  for (const [name, make] of ENCODED) {
    const value = make();
    const { inputs: [_, json = ""], size } = await write(folder, encodeResponse(value), value);
    const title = `${name}, ${size}`;
    await race({ name, title, kind: "encode", contenders: ENCODER_NAMES, inputs: [json] }, results);
  }
}

/** Calls over loopback: warm, the first of a process, of many rows, and of a slow server. */
async function call(results: Results, folder: string): Promise<void> {
  const rows = partners(ROWS);
  const { inputs, size } = await write(folder, encodeResponse(rows), rows);
  const script = new URL("server.ts", import.meta.url).pathname;
  const server = new Subprocess(Deno.execPath(), [...DENO_RUN, "--allow-all", script, ...inputs]);
  const base = await server.line();
  const served = (name: string, model: string): Race => ({
    name,
    title: `call of ${ROWS} rows over loopback, ${size}`,
    kind: "call",
    contenders: CLIENT_NAMES,
    inputs: [base, model, inputs[1] ?? ""],
  });
  await race(served("call", SMALL), results);
  const streams = results.wanted("call large, MB", STREAMS);
  console.log(`\nstreams of ${ROWS} and ${ROWS * REPEATED} rows, ${MEMORY_ROUNDS} processes each`);
  await runOnce(served("call small", SMALL), streams, results, { rounds: MEMORY_ROUNDS });
  await runOnce(served("call large", LARGE), streams, results, { rounds: MEMORY_ROUNDS });
  for (const stream of streams) {
    const peaks = ["small", "large"].map((which) =>
      results.median(`call ${which}, MB / ${stream}`)
    );
    console.log(
      `  ${stream.padEnd(22)} ${peaks.map((peak) => `${peak.toFixed(0)} MB`).join(", ")}`,
    );
  }
  await runOnce(
    served("call slow", SLOW),
    results.wanted("call slow, once", FIRSTS),
    results,
    results,
  );
  await server.stop();
}

/** What importing mod.ts adds to the start of a script. */
async function startup(results: Results, folder: string): Promise<void> {
  const mod = new URL("../../mod.ts", import.meta.url);
  const scripts = { empty: "", "mod.ts": `import ${JSON.stringify(mod.href)};\n` };
  for (const [name, text] of Object.entries(scripts)) {
    await Deno.writeTextFile(`${folder}/start-${name}.ts`, text);
  }
  for (let run = -1; run < STARTUP_RUNS; run++) {
    for (const name of shuffled(Object.keys(scripts))) {
      const start = performance.now();
      const args = [...DENO_RUN, `${folder}/start-${name}.ts`];
      const { success } = await new Deno.Command(Deno.execPath(), { args }).output();
      if (!success) throw new Error(`A script that imports ${name} does not run`);
      if (run >= 0) results.add("startup", name, performance.now() - start); // the first run fills Deno's cache
    }
  }
  const of = (name: string) => results.median(`startup / ${name}`).toFixed(1);
  console.log(`\nstart of a script: ${of("mod.ts")} ms with mod.ts, ${of("empty")} ms without`);
}

/** Writes a corpus as XML and as JSON. */
async function write(folder: string, xml: Uint8Array, value: unknown) {
  const json = new TextEncoder().encode(JSON.stringify(value));
  const inputs = [`${folder}/corpus.xml`, `${folder}/corpus.json`];
  for (const [at, bytes] of [xml, json].entries()) await Deno.writeFile(inputs[at] ?? "", bytes);
  return { inputs, size: `${megabytes(xml)} of XML, ${megabytes(json)} of JSON` };
}

/** Runs a bench of other bars, which prints them. */
async function runOther(script: string): Promise<boolean> {
  const path = new URL(script, import.meta.url).pathname;
  const args = [...DENO_RUN, "--allow-all", path];
  return (await new Deno.Command(Deno.execPath(), { args }).spawn().status).success;
}

/** Parts, and what else was asked for; refuses the rest. */
function parse(args: readonly string[]) {
  const known = [...Object.keys(MEASURED), ...Object.keys(OTHERS)];
  const [isGate, isDrawn] = [args.includes("--gate"), args.includes("--svg")];
  const given = args.filter((arg) => arg !== "--gate" && arg !== "--svg");
  const unknown = given.find((arg) => !known.includes(arg));
  const usage = `give parts (${known.join(", ")}), --gate or --svg`;
  if (unknown !== undefined) return `Cannot bench "${unknown}": ${usage}`;
  if (isDrawn && given.length > 0) return "Cannot draw some parts only: give --svg without parts";
  const parts = given.length > 0 ? given : isGate ? Object.keys(MEASURED) : known;
  return { isGate, isDrawn, parts };
}

/** Measures parts, or only what bars need, and holds it against the bars. */
async function measure(bars: readonly Bar[], parts: readonly string[], isNeeded: boolean) {
  const results = new Results(isNeeded ? seriesOf(bars) : undefined);
  const folder = await Deno.makeTempDir();
  for (const [part, run] of Object.entries(MEASURED)) {
    const isWanted = !isNeeded || [...seriesOf(bars)].some((series) => series.startsWith(part));
    if (parts.includes(part) && isWanted) await run(results, folder);
  }
  await Deno.remove(folder, { recursive: true });
  const judged = bars.map((bar) => judge(bar, results));
  if (bars.length > 0) console.log(["", ...judged.map(line), ""].join("\n"));
  return { judged, isSame: results.different.length === 0 };
}

async function main(args: readonly string[]): Promise<number> {
  const asked = parse(args);
  if (typeof asked === "string") {
    console.error(asked);
    return 2;
  }
  const { isGate, isDrawn, parts } = asked;
  const isAsked = (series: string) => parts.some((part) => series.startsWith(part));
  const bars = [...BARS, ...isGate ? [] : MORE_BARS].filter((bar) =>
    [...seriesOf([bar])].every(isAsked)
  );
  const first = await measure(bars, parts, isGate);
  const failed = isGate ? first.judged.filter(({ verdict }) => verdict === "FAILED") : [];
  if (failed.length > 0) console.log("Once more, as the machine may have had other work to do:");
  const again = await measure(failed, failed.length > 0 ? parts : [], true);
  const judged = first.judged.map((bar) =>
    again.judged.find(({ text }) => text === bar.text) ?? bar
  );
  if (isDrawn) await Deno.writeTextFile(PICTURE, draw(judged.slice(0, BARS.length)));
  let isGood = first.isSame && again.isSame;
  for (const [part, script] of Object.entries(OTHERS)) {
    if (parts.includes(part)) isGood = await runOther(script) && isGood;
  }
  return isGood && !(isGate && judged.some(({ verdict }) => verdict === "FAILED")) ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
