/**
 * Damaged cassettes: refused with a `CassetteError`, or replayed.
 *
 * @module
 */
import { cassette, CassetteError } from "../../lib/testing/mod.ts";
import { type Announce, ByteFuzzer, Finding } from "./fuzzer.ts";
import { Mutator } from "./random.ts";

const SEED = `{
  "cassette": 1,
  "entries": [
    {"protocol": "jsonrpc", "call": "common.version", "json": {"jsonrpc": "2.0", "result": {"server_version": "17.0"}}},
    {"protocol": "jsonrpc", "call": "common.version", "status": 302, "headers": [["location", "/web"]], "text": ["a", "b"]},
    {"protocol": "jsonrpc", "call": "common.version", "status": 502, "base64": "AAE="},
    {"protocol": "xmlrpc", "call": "res.partner.read", "args": [[1], ["name"]], "kwargs": {"context": {}}, "value": [{"id": 1, "n": 2.0}]},
    {"protocol": "xmlrpc", "call": "res.partner.read", "args": [[2]], "fault": {"code": 2, "text": ["no"]}}
  ]
}
`;
const WORDS = [
  ...'[]{},:"\\ \n0123456789-.eé\u0001',
  ...[
    '"cassette": 1',
    '"entries": [',
    '"status": 99999',
    '"headers": [["a b", "é"]]',
    '"json": null',
  ],
  ...[
    '"value": ',
    '"fault": ',
    '"text": ',
    '"base64": "A"',
    "null",
    "true",
    "1e400",
    '"jsonrpc"',
    "[[]]",
  ],
];
const ASKED = JSON.stringify({
  jsonrpc: "2.0",
  method: "call",
  id: 1,
  params: { service: "common", method: "version", args: [] },
});

/** Looks for mistakes of the reader of cassettes. */
export function cassetteFuzzer(folder: string, announce: Announce): ByteFuzzer {
  const mutator = new Mutator([new TextEncoder().encode(SEED)], WORDS);
  const path = `${folder}/cassette.json`;
  return new ByteFuzzer("cassette", mutator, (bytes) => check(path, bytes), announce);
}

async function check(path: string, bytes: Uint8Array): Promise<void> {
  Deno.writeFileSync(path, bytes);
  try {
    await using tape = cassette(path);
    // Each answer comes once, and then none
    for (let count = 0; count < 12; count++) {
      const response = await tape.fetch("http://odoo.example/jsonrpc", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: ASKED,
      });
      await response.bytes();
    }
  } catch (error) {
    if (error instanceof CassetteError) return;
    throw error;
  }
  throw new Finding("it has answers without end");
}
