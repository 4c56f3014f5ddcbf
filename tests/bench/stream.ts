/**
 * Rows that come over HTTP and are decoded while they arrive: against the same bytes merely received, and against
 * `JSON.parse` of all of them; and the memory that this takes, of which the number of rows must make no difference.
 *
 * One process serves; each client is a process of its own, and they are asked in turn in shuffled rounds.
 *
 * ```sh
 * deno task bench
 * ```
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { decodeJsonRows } from "../../lib/json/rows.ts";
import type { RpcValue } from "../../lib/values.ts";
import { decodeRows } from "../../lib/xmlrpc/decode.ts";
import { encodeResponse } from "../../lib/xmlrpc/encode.ts";
import { DENO_RUN, median, megabytes, partners, shuffled, Subprocess } from "./shared.ts";

const ROUNDS = 41;
const ROWS = 10_000;
/** How many times these rows stand in the large body. */
const REPEATED = 25;
const LARGE = "?large";
const MEMORY_RUNS = 5;
const WARM_UP_MS = 1500;

type Bytes = Uint8Array<ArrayBuffer>;
type Batches = AsyncGenerator<RpcValue[]>;

/** What a client makes of a body. All but the first give the rows. */
const CLIENTS: Record<string, { path: string; batches: (response: Response) => Batches }> = {
  "fetch, XML": { path: "/xml", batches: drain },
  "decodeRows, XML": { path: "/xml", batches: (response) => decodeRows(bodyOf(response)) },
  "JSON.parse, JSON": { path: "/json", batches: parse },
  "decodeJsonRows, JSON-2": {
    path: "/json",
    batches: (response) => decodeJsonRows(bodyOf(response)),
  },
  "decodeJsonRows, JSON-RPC": {
    path: "/envelope",
    batches: (response) => decodeJsonRows(bodyOf(response), "envelope"),
  },
};

const TIME_BARS: [name: string, base: string, limit: number][] = [
  ["decodeRows, XML", "fetch, XML", 2.5],
  ["decodeJsonRows, JSON-2", "JSON.parse, JSON", 2.5],
  ["decodeJsonRows, JSON-RPC", "JSON.parse, JSON", 2.5],
];
const STREAMS = ["decodeRows, XML", "decodeJsonRows, JSON-2", "decodeJsonRows, JSON-RPC"];
const MEMORY_BAR = 1.3;

async function report(): Promise<void> {
  const server = start("serve");
  const base = await server.line();
  console.log(`\n${ROWS} partners of 20 fields over HTTP: ${await server.line()}`);
  await race(base);
  for (const name of STREAMS) await compareMemory(name, base);
  await server.stop();
}

/** Prints how long each client takes. */
async function race(base: string): Promise<void> {
  const clients = Object.keys(CLIENTS).map((name) => {
    const times: number[] = [];
    return { name, times, process: start("time", name, base) };
  });
  for (const { name, process } of clients) {
    if (await process.line() !== "same") throw new Error(`The rows of ${name} are different`);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { times, process } of shuffled(clients)) times.push(Number(await process.ask()));
  }
  for (const { name, times, process } of clients) {
    await process.stop();
    const [middle, least] = [median(times), Math.min(...times)];
    console.log(
      `  ${name.padEnd(26)} ${middle.toFixed(1).padStart(7)} ms, least ${least.toFixed(1)}`,
    );
  }
  const of = (name: string) => median(clients.find((client) => client.name === name)?.times ?? []);
  for (const [name, against, limit] of TIME_BARS) {
    judge(of(name) / of(against), limit, `times ${against}: ${name}`);
  }
}

/** Prints how much more memory a client takes for the large body at its peak. */
async function compareMemory(name: string, base: string): Promise<void> {
  const peaks: number[] = [];
  for (const search of ["", LARGE]) {
    const runs: number[] = [];
    for (let run = 0; run < MEMORY_RUNS; run++) {
      const client = start("memory", name, base, search);
      runs.push(Number(await client.line()));
      await client.stop();
    }
    peaks.push(median(runs));
  }
  const [small = NaN, large = NaN] = peaks;
  const figures = `${small.toFixed(0)} MB, ${large.toFixed(0)} MB for ${ROWS * REPEATED} rows`;
  judge(large / small, MEMORY_BAR, `times the memory: ${name}, ${figures}`);
}

function judge(figure: number, limit: number, text: string): void {
  const holds = figure <= limit ? "holds " : "FAILED";
  console.log(`${holds}  at most ${limit} ${text}: ${figure.toFixed(2)}`);
}

function start(...args: string[]): Subprocess {
  // Nothing less lets a process look at its peak of memory in /proc
  const script = [...DENO_RUN, "--allow-all", import.meta.filename ?? ""];
  return new Subprocess(Deno.execPath(), [...script, ...args]);
}

/** Serves all bodies until its input ends, after it has said where, and how large they are. */
async function serve(): Promise<void> {
  const rows = partners(ROWS);
  const [head = "", ...rest] = new TextDecoder().decode(encodeResponse(rows)).split("<data>\n");
  const end = rest.join("<data>\n");
  const tail = end.slice(end.lastIndexOf("</data>"));
  const json = JSON.stringify(rows).slice(1, -1);
  const bodies: Record<string, Body> = {
    "/xml": new Body(`${head}<data>\n`, end.slice(0, -tail.length), tail, ""),
    "/json": new Body("[", json, "]", ","),
    "/envelope": new Body('{"jsonrpc": "2.0", "id": 1, "result": [', json, "]}", ","),
  };
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, ({ url }) => {
    const { pathname, search } = new URL(url);
    const body = bodies[pathname];
    if (body === undefined) return new Response(null, { status: 404 });
    return new Response(search === LARGE ? body.large() : body.small);
  });
  console.log(`http://127.0.0.1:${server.addr.port}`);
  const sizes = Object.entries(bodies).map(([path, { small }]) => `${path} ${megabytes(small)}`);
  console.log(sizes.join(", "));
  for await (const _ of Deno.stdin.readable);
  await server.shutdown();
}

/** The same rows once, and many times over. */
class Body {
  readonly small: Bytes;
  readonly #head: Bytes;
  readonly #again: Bytes;
  readonly #last: Bytes;

  constructor(head: string, rows: string, tail: string, separator: string) {
    this.#head = encode(head);
    this.#again = encode(rows + separator);
    this.#last = encode(rows + tail);
    this.small = encode(head + rows + tail);
  }

  large(): ReadableStream<Bytes> {
    const again = Array.from({ length: REPEATED - 1 }, () => this.#again);
    return ReadableStream.from([this.#head, ...again, this.#last]);
  }
}

/** Milliseconds of each answer that is asked for, after the rows were compared with the JSON. */
async function time(name: string, base: string): Promise<void> {
  const expected = await (await fetch(`${base}/json`)).json();
  const rows: RpcValue[] = [];
  await read(name, base, (batch) => void rows.push(...batch));
  const same = rows.length === 0 || isDeepStrictEqual(rows, expected);
  for (const end = performance.now() + WARM_UP_MS; performance.now() < end;) await read(name, base);
  console.log(same ? "same" : "DIFFERENT");
  for await (const _ of Deno.stdin.readable) {
    const before = performance.now();
    await read(name, base);
    console.log(performance.now() - before);
  }
}

/** The most memory that this process had while it read one answer. */
async function memory(name: string, base: string, search = ""): Promise<void> {
  let count = 0;
  await read(name, base, (batch) => void (count += batch.length), search);
  if (count !== (search === LARGE ? REPEATED * ROWS : ROWS)) {
    throw new Error(`It read ${count} rows`);
  }
  const status = await Deno.readTextFile("/proc/self/status");
  console.log(Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) / 1000);
}

async function read(
  name: string,
  base: string,
  take: (batch: RpcValue[]) => void = () => {},
  search = "",
): Promise<void> {
  const client = CLIENTS[name];
  if (client === undefined) throw new TypeError(`Cannot run "${name}": it is no client`);
  for await (const batch of client.batches(await fetch(base + client.path + search))) take(batch);
}

async function* drain(response: Response): Batches {
  for await (const _ of bodyOf(response)) yield [];
}

async function* parse(response: Response): Batches {
  yield JSON.parse(await response.text());
}

function bodyOf({ body }: Response): ReadableStream<Uint8Array> {
  if (body === null) throw new Error("The answer has no body");
  return body;
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}

if (import.meta.main) {
  const [command, name = "", base = "", search] = Deno.args;
  if (command === "serve") await serve();
  else if (command === "time") await time(name, base);
  else if (command === "memory") await memory(name, base, search);
  else await report();
}
