/**
 * The contenders that call a server: the time of the whole call, with everything between the request and the rows.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { decodeJsonRows } from "../../lib/json/rows.ts";
import type { RpcValue } from "../../lib/values.ts";
import { decodeRows } from "../../lib/xmlrpc/decode.ts";
import { encodeCall } from "../../lib/xmlrpc/encode.ts";
import { connect, type Odoo } from "../../mod.ts";
import { find, type Work } from "./codecs.ts";
import { type Decode, easysax, npm } from "./parsers.ts";

/** A server, and how it shall serve. */
interface Served {
  base: string;
  model: string;
}

/** The rows in batches, or no rows at all where they are not read. */
type Client = (from: Served) => AsyncIterable<unknown>;

const CLIENTS: Record<string, () => Client | Promise<Client>> = {
  "odeno rows()": () => {
    const open = connector();
    return async function* ({ base, model }) {
      const odoo = await open(base);
      yield* odoo.rows({ model, method: "search_read", args: [[]] });
    };
  },
  "fetch alone": () =>
    async function* (from) {
      yield (await (await post(from)).bytes()).length;
    },
  // Nobody does this, but it is the least that a stream can take
  "fetch, nothing kept": () =>
    async function* (from) {
      for await (const _ of bodyOf(await post(from)));
      yield 0;
    },
  "odeno executeKw()": () => {
    const open = connector();
    return async function* ({ base, model }) {
      const odoo = await open(base);
      yield await odoo.executeKw(model, "search_read", [[]]);
    };
  },
  "odeno decodeRows()": () =>
    async function* (from) {
      yield* decodeRows(bodyOf(await post(from)));
    },
  "fetch, JSON.parse": () =>
    async function* ({ base, model }) {
      yield JSON.parse(await (await fetch(`${base}/json?${model}`)).text());
    },
  "odeno, JSON-2 rows": () =>
    async function* ({ base, model }) {
      yield* decodeJsonRows(bodyOf(await fetch(`${base}/json?${model}`)));
    },
  "odeno, JSON-RPC rows": () =>
    async function* ({ base, model }) {
      yield* decodeJsonRows(bodyOf(await fetch(`${base}/envelope?${model}`)), "envelope");
    },
  "fetch, npm easysax": async () => {
    const decode: Decode = await easysax();
    return async function* (from) {
      yield decode(await (await post(from)).bytes());
    };
  },
  "npm xmlrpc": async () => {
    const { default: xmlrpc } = await npm("xmlrpc@1.3.2");
    return async function* ({ base, model }) {
      const client = xmlrpc.createClient(`${base}/xmlrpc/2/object`);
      yield await new Promise((resolve, reject) => {
        const done = (error: unknown, value: unknown) => error ? reject(error) : resolve(value);
        client.methodCall("execute_kw", paramsOf(model), done);
      });
    };
  },
};

const BYTES_ONLY = ["fetch alone", "fetch, nothing kept"];

/** Names of the clients that read all rows, or all bytes; that of Python is in `contender.py`. */
export const CLIENT_NAMES = [...Object.keys(CLIENTS), "Python xmlrpc.client"];
/** Those that give rows while they arrive. */
export const STREAMS = ["odeno rows()", "odeno, JSON-2 rows", "odeno, JSON-RPC rows"];

/** After the name of a client: it ends when it has its first rows. */
export const FIRST = ", first batch";

/** Calls a server for the rows of a file of JSON. */
export async function call(
  name: string,
  [base = "", model = "", json = ""]: readonly string[],
): Promise<Work> {
  const client = await find(CLIENTS, name.replace(FIRST, ""));
  return {
    async run() {
      for await (const _ of client({ base, model })) if (name.endsWith(FIRST)) break;
    },
    async isRight() {
      const batches = (await Array.fromAsync(client({ base, model }))).filter(Array.isArray);
      if (BYTES_ONLY.includes(name)) return undefined;
      return isDeepStrictEqual(batches.flat(), JSON.parse(await Deno.readTextFile(json)));
    },
  };
}

/** Connects before the first call only: that one has to pay for it. */
function connector(): (base: string) => Promise<Odoo> {
  let odoo: Promise<Odoo> | undefined;
  return (url) =>
    odoo ??= connect({ url, db: "odoo", username: "admin", apiKey: "key", protocol: "xmlrpc" });
}

async function post({ base, model }: Served): Promise<Response> {
  const body = encodeCall("execute_kw", paramsOf(model));
  return await fetch(`${base}/xmlrpc/2/object`, { method: "POST", body });
}

function paramsOf(model: string): RpcValue[] {
  return ["odoo", 2, "key", model, "search_read", [[]], {}];
}

function bodyOf({ body }: Response): ReadableStream<Uint8Array> {
  if (body === null) throw new Error("The answer has no body");
  return body;
}
