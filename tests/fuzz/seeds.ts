/**
 * Documents that others have written, for the mutators to start from.
 *
 * @module
 */
import { ROOT } from "../support.ts";

const MOST_BYTES = 6000;
const ENCODER = new TextEncoder();

/** XML-RPC as Python and Odoo write it, and JSON as Odoo does. */
export interface Seeds {
  /** Calls and answers. */
  readonly xml: Uint8Array[];
  /** Bodies of JSON-RPC and JSON-2. */
  readonly json: Uint8Array[];
}

/** Reads the recordings of this repository, and those beside it where there are any. */
export async function readSeeds(): Promise<Seeds> {
  const xml: string[] = [];
  const json: string[] = [];
  for (const name of ["golden", "recorded"]) {
    for (const line of await linesOf(`tests/fixtures/xmlrpc/${name}.jsonl`)) {
      const text: unknown = JSON.parse(line).xml;
      if (typeof text === "string") xml.push(text);
    }
  }
  for (const version of [14, 17, 19]) {
    const golden = JSON.parse(await read(`tests/conformance/golden/${version}.json`));
    for (const scenario of Object.values(golden)) json.push(JSON.stringify(scenario));
    for (const line of await linesOf(`../shared/wire/${version}.jsonl`)) {
      const { request, response } = JSON.parse(line);
      for (const text of [request?.text, response?.text]) {
        if (typeof text !== "string") continue;
        (text.trimStart().startsWith("<") ? xml : json).push(text);
      }
    }
  }
  return { xml: small(xml), json: small([...json, ...JSON_SEEDS]) };
}

const JSON_SEEDS = [
  `{"jsonrpc": "2.0", "id": 1, "result": [{"id": 1, "name": "Azur é \\u00e9 😀"}, {"id": 2, "name": false}]}`,
  `{"jsonrpc": "2.0", "id": 1, "error": {"code": 200, "message": "Odoo Server Error", "data": {"name": "odoo.exceptions.UserError", "message": "no", "debug": "", "arguments": ["no"], "context": {}}}}`,
  `{"jsonrpc": "2.0", "id": null}`,
  `[{"id": 1, "amount": 12.50, "lines": [1, 2, 3]}, {"id": 2, "amount": -1e-7, "lines": []}]`,
  `[1, 2.5, null, true, false, "a\\"b\\\\", {}, [], [[]], {"a": {"b": [{}]}}]`,
  `[]`,
  `null`,
  `9007199254740991`,
];

function small(texts: readonly string[]): Uint8Array[] {
  return [...new Set(texts)].map((text) => ENCODER.encode(text))
    .filter(({ length }) => length <= MOST_BYTES);
}

async function linesOf(path: string): Promise<string[]> {
  return (await read(path)).split("\n").filter((line) => line !== "");
}

/** A file of the repository; nothing where there is none. */
async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(new URL(path, ROOT));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
