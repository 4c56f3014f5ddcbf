/**
 * Any values: written, and read again as they were; calls also by Python.
 *
 * @module
 */
import { readCsv, writeCsvLine } from "../../lib/files/mod.ts";
import { decodeJson } from "../../lib/json/decode.ts";
import { encodeJsonRpc } from "../../lib/json/encode.ts";
import { decodeJsonRows } from "../../lib/json/rows.ts";
import type { RpcValue } from "../../lib/values.ts";
import { decodeCall, decodeResponse } from "../../lib/xmlrpc/decode.ts";
import { encodeCall, encodeFault, encodeResponse } from "../../lib/xmlrpc/encode.ts";
import { fc } from "./deps.ts";
import { differenceOf, isEqual } from "./equal.ts";
import { Finding, type Fuzzer } from "./fuzzer.ts";
import type { Judge } from "./judge.ts";
import { chunksOf, Random, seedOf } from "./random.ts";

const CASES = 300;
const CSV_CASES = 100;
const LONGEST_CSV = 4;

// deno-lint-ignore no-control-regex
const UNSENDABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(..."&<>;#x]'\"\r\n\té\\u0001😀 "), maxLength: 12 }),
  fc.nat(300).map((length) => "lorem & é\r".repeat(30).slice(0, length)),
).map((text) => text.replace(UNSENDABLE, ""));
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Number.isInteger(each)),
);
const key = fc.oneof(text, fc.constantFrom("__proto__", "id", "1", "", "constructor"));
const { value } = fc.letrec<{ value: RpcValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.boolean(),
    number,
    text,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const params = fc.tuple(text, fc.array(value, { maxLength: 3 }));
const table = fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { maxLength: LONGEST_CSV });

/** Looks for mistakes of what writes. */
export function valueFuzzers(judge: Judge, announce: (what: Uint8Array) => void): Fuzzer[] {
  const told = (name: string, batch: (seed: number) => Promise<number>): Fuzzer => ({
    name,
    batch(seed) {
      announce(new TextEncoder().encode(`${name}, seed ${seed}`));
      return batch(seed);
    },
    finish: () => judge.finish(),
  });
  return [
    told("xmlrpc encoder", (seed) => xmlBatch(seed, judge)),
    told("json encoder", jsonBatch),
    told("csv writer", csvBatch),
  ];
}

async function xmlBatch(seed: number, judge: Judge): Promise<number> {
  const calls: { bytes: Uint8Array; method: string; params: RpcValue[] }[] = [];
  const property = fc.property(params, ([method, params]) => {
    const bytes = encodeCall(method, params, { i8: true });
    expect(decodeCall(bytes), { method, params });
    expect(decodeResponse(encodeResponse(params)), { value: asRead(params) });
    const fault = { fault: { code: params.length, text: asRead(method) } };
    expect(decodeResponse(encodeFault(params.length, method)), fault);
    calls.push({ bytes, method, params });
  });
  report(fc.check(property, { seed, numRuns: CASES }));
  for (const { bytes, method, params } of calls) await judge.add(bytes, { method, params });
  return CASES;
}

async function jsonBatch(seed: number): Promise<number> {
  const property = fc.asyncProperty(params, async ([method, args]) => {
    const bytes = encodeJsonRpc({ id: 1, service: "object", method, args });
    const sent = { jsonrpc: "2.0", method: "call", params: { service: "object", method, args } };
    expect(decodeJson(bytes), { ...sent, id: 1 });
    const body = new TextEncoder().encode(JSON.stringify({ ...sent, result: args }));
    const rows: RpcValue[] = [];
    const stream = ReadableStream.from(chunksOf(body, new Random(seedOf(body))));
    for await (const batch of decodeJsonRows(stream, "envelope")) rows.push(...batch);
    expect(rows, args);
  });
  report(await fc.check(property, { seed, numRuns: CASES }));
  return CASES;
}

async function csvBatch(seed: number): Promise<number> {
  const property = fc.asyncProperty(table, async (rows) => {
    const lines = [["a", "b"], ...rows].map((row) => writeCsvLine(row));
    const stream = ReadableStream.from([new TextEncoder().encode(lines.join(""))]);
    const found: string[][] = [];
    for await (const { values } of readCsv(stream)) found.push(Object.values(values));
    expect(found, rows);
  });
  report(await fc.check(property, { seed, numRuns: CSV_CASES }));
  return CSV_CASES;
}

function expect(found: unknown, wanted: unknown): void {
  if (isEqual(found, wanted)) return;
  const difference = differenceOf(found, wanted) ?? "when they are compared again, they are equal";
  throw new Finding(`${Deno.inspect(found)} came back for ${Deno.inspect(wanted)}: ${difference}`);
}

/** What was found, as small as it can be. */
function report(
  details: { failed: boolean; errorInstance: unknown; counterexample: unknown; seed: number },
): void {
  if (!details.failed) return;
  const { errorInstance: error, counterexample, seed } = details;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  throw new Finding(`${said}\n${JSON.stringify(counterexample)}\nseed: ${seed}`);
}

/** As a reader of Odoo's answer sees it: with line feeds only, and integers beyond 32 bits as floats, which are numbers. */
function asRead<T extends RpcValue>(value: T): RpcValue {
  if (typeof value === "string") return value.replace(/\r\n?/g, "\n");
  if (Array.isArray(value)) return value.map(asRead);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  const members = Object.entries(value).map(([key, item]): [string, RpcValue] => [
    key.replace(/\r\n?/g, "\n"),
    asRead(item),
  ]);
  return Object.fromEntries(members);
}
