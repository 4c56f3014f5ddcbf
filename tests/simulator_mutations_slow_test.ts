import { assert, assertEquals } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { Store } from "../lib/testing/orm/store.ts";
import type { RpcValue } from "../lib/values.ts";
import { encodeCall } from "../lib/xmlrpc/encode.ts";

const VERSIONS = [14, 17, 19] as const;
const EACH = 700;

interface Sent {
  path: string;
  headers: Record<string, string>;
  body: string;
}

for (const version of VERSIONS) {
  Deno.test(`${EACH} broken requests get an answer from Odoo ${version}, and what is refused changes nothing`, async () => {
    const { server, rows } = watched(version);
    const requests = await requestsOf(server, version);
    const random = new Random(version);
    const start = server.snapshot();
    let before = rows();
    for (let round = 0; round < EACH; round++) {
      const sent = mutated(random, requests);
      const what = `${version} #${round} ${sent.path} ${sent.body.slice(0, 2000)}`;
      const { refused } = await send(server, sent, what);
      const after = rows();
      if (refused) assertEquals(changes(before, after), [], what);
      if (changes(before, after).length === 0) continue;
      server.restore(start);
      before = rows();
    }
  });
}

Deno.test("texts of 10 MB are taken, and depths without end refused", async () => {
  const version = 19;
  const { server, rows } = watched(version);
  const before = rows();
  const { db, apiKey } = server.config;
  const long = "x".repeat(10_000_000);
  const params: RpcValue[] = [db, 2, apiKey, "res.partner", "search", [[["name", "=", long]]]];
  const xml = new TextDecoder().decode(encodeCall("execute_kw", params));
  const args = JSON.stringify({ service: "object", method: "execute_kw", args: params });
  const json = `{"id": 1, "params": ${args}}`;
  const bombs: Sent[] = [
    { ...XML, body: xml },
    { ...XML, body: long },
    { ...XML, body: xml.replace(long, "<array><data><value>".repeat(100_000)) },
    {
      ...XML,
      body: xml.replace(
        "<string>" + long + "</string>",
        deep("<array><data><value>", "</value></data></array>"),
      ),
    },
    { ...XML, body: "<a>".repeat(100_000) },
    { ...JSON_RPC, body: json },
    { ...JSON_RPC, body: long },
    { ...JSON_RPC, body: "[".repeat(100_000) },
    { ...JSON_RPC, body: json.replace(`"${long}"`, deep("[", "]")) },
    { ...JSON_RPC, body: json.replace(`"${long}"`, deep('{"a":', "}")) },
  ];
  for (const bomb of bombs) {
    await send(server, bomb, `${version} ${bomb.path} ${bomb.body.slice(0, 300)}`);
    assertEquals(changes(before, rows()), []);
  }
});

const XML = { path: "/xmlrpc/2/object", headers: { "content-type": "text/xml" } };
const JSON_RPC = { path: "/jsonrpc", headers: { "content-type": "application/json" } };

function deep(open: string, close: string): string {
  return open.repeat(50_000) + "1" + close.repeat(50_000);
}

/** Sends a request. It is refused by a status, by a fault, or by an error in JSON. */
async function send(
  server: OdooSimulator,
  { path, headers, body }: Sent,
  what: string,
): Promise<{ refused: boolean }> {
  let response: Response;
  try {
    const url = new URL(path, server.config.url);
    response = await server.fetch(url, { method: "POST", headers, body });
  } catch (error) {
    throw new Error(`No answer to ${what}`, { cause: error });
  }
  assert(response.status >= 200 && response.status < 600, what);
  const text = await response.text();
  assert(!text.includes("odeno/lib/testing/server/unhandled"), `${what}\n${text}`);
  if (response.status >= 400) return { refused: true };
  // The one kind of fault that Odoo sends after the commit: the answer cannot be sent.
  if (/cannot marshal|dictionary key must be string/.test(text)) return { refused: false };
  return { refused: text.includes("<fault>") || /^\{[^{]*"error": \{/.test(text) };
}

/** A simulator, and a look at its tables. Rows are never changed in place, so that comparing them costs little. */
function watched(version: 14 | 17 | 19) {
  const define = Store.prototype.define;
  let store: Store | undefined;
  Store.prototype.define = function (...args) {
    store ??= this;
    return define.apply(this, args);
  };
  const partners = [1, 2, 3].map((index) => ({ id: 40 + index, name: `Partner ${index}` }));
  try {
    const server = new OdooSimulator({ "res.partner": partners }, {
      version,
      db: `odoo${version}`,
    });
    assert(store);
    const tables = store;
    const names = [...tables.snapshot().tables.keys()];
    const rows = () =>
      new Map(names.map((name) => [
        name,
        new Map([...tables.rows(name)].map((row) => [row.id, row] as const)),
      ]));
    return { server, rows };
  } finally {
    Store.prototype.define = define;
  }
}

type Tables = ReturnType<ReturnType<typeof watched>["rows"]>;

/** The tables that differ. */
function changes(before: Tables, after: Tables): string[] {
  return [...after].flatMap(([name, rows]) => {
    const old = before.get(name);
    const same = old?.size === rows.size && [...rows].every(([id, row]) => old.get(id) === row);
    return same ? [] : [name];
  });
}

/** The recorded calls over each protocol. */
async function requestsOf(server: OdooSimulator, version: number): Promise<Sent[]> {
  const file = new URL(`fixtures/simulator/${version}.json`, import.meta.url);
  const { cases } = JSON.parse(await Deno.readTextFile(file));
  return cases.flatMap(({ path, call, body = "" }: Recorded): Sent[] => {
    const { apiKey } = server.config;
    if (!call) return [{ ...XML, path, body: body.replace("KEY", apiKey) }];
    const [method, ...rest] = call;
    const params = rest.map((param) => param === "KEY" ? apiKey : param);
    const service = path.slice(path.lastIndexOf("/") + 1);
    const json = JSON.stringify({ id: 1, params: { service, method, args: params } });
    const xml = new TextDecoder().decode(encodeCall(method, params, { i8: true }));
    const [, , , model, name, args, kwargs] = params;
    const named = JSON.stringify({ ids: Array.isArray(args) ? args[0] : [], ...object(kwargs) });
    const headers = { ...JSON_RPC.headers, authorization: `bearer ${apiKey}` };
    return [
      { ...XML, path, body: xml },
      { ...JSON_RPC, body: json },
      ...(version === 19 && service === "object"
        ? [{ path: `/json/2/${model}/${name}`, headers, body: named }]
        : []),
    ];
  });
}

interface Recorded {
  path: string;
  call?: [method: string, ...params: RpcValue[]];
  body?: string;
}

function object(value: RpcValue | undefined): object {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** A request with one to three things done to it. */
function mutated(random: Random, requests: Sent[]): Sent {
  const sent = random.of(requests);
  let { body } = sent;
  for (let times = 1 + random.below(3); times > 0; times--) {
    body = random.of(MUTATIONS)(body, random, random.of(requests).body);
  }
  const path = random.below(40) === 0 ? sent.path + random.of(ODDITIES) : sent.path;
  return { ...sent, path: path.replace(/[^\x21-\x7e]/g, "x").replaceAll("\\", "x"), body };
}

type Mutation = (body: string, random: Random, other: string) => string;

const ODDITIES = [
  ...[
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "99999999999999999999",
    "1e999",
    "NaN",
    "null",
    "true",
    "[]",
    "{}",
  ],
  ...[
    '""',
    "\u0000",
    "\ud83d",
    "\ufeff",
    "é",
    "🎉",
    "'",
    '"',
    "<",
    ">",
    "&",
    "%s",
    "%",
    "__proto__",
  ],
  ...[
    "constructor",
    "../..",
    "\\u0000",
    "\\ud800",
    "&#0;",
    "]]>",
    "<nil/>",
    "<x/>",
    "\r\n",
    ",",
    ":",
  ],
];
const VALUES = [
  ...[
    "null",
    "true",
    "0",
    "-1",
    "1.0",
    "2.5",
    "4294967296",
    "1e999",
    '""',
    '"x"',
    "[]",
    "{}",
    "[[]]",
  ],
  ...['[["id","=",1]]', "[1,[2,[3]]]", '{"a":{"b":[1]}}', '"__proto__"', '["name"]', '{"name":1}'],
];
const TYPES = ["int", "double", "boolean", "string", "nil", "base64", "array", "dateTime.iso8601"];

const MUTATIONS: Mutation[] = [
  (body, random) => cut(body, random, 1 + random.below(5)),
  (body, random) => cut(body, random, random.below(body.length + 1)),
  (body, random) => insert(body, random, random.of(ODDITIES)),
  (body, random) => insert(body, random, body.slice(...random.span(body.length))),
  (body, random, other) => insert(body, random, other.slice(...random.span(other.length))),
  (body, random) => body.slice(0, random.below(body.length + 1)),
  (body, random) => replaceOne(body, random, /\d+/g, random.of(ODDITIES)),
  (body, random) =>
    replaceOne(body, random, /(?<=<\/?)(?:int|double|boolean|string)(?=>)/g, random.of(TYPES)),
  (body, random) =>
    replaceOne(body, random, /<value>.*?<\/value>/gs, `<value>${random.of(ODDITIES)}</value>`),
  (body, random) => replaceOne(body, random, /<(int|string|boolean)>[^<]*<\/\1>/g, "<nil/>"),
  (body, random) => replaceOne(body, random, /(?<=<string>)[^<]*/g, random.of(ODDITIES)),
  (body, random) =>
    replaceOne(body, random, /"[^"]*"|\d+|\[\]|\{\}|true|false|null/g, random.of(VALUES)),
  (body, random) => replaceOne(body, random, /"[^"]*"/g, JSON.stringify(random.of(ODDITIES))),
  (body, random) =>
    replaceOne(body, random, /[a-z_]{3,}/g, random.of(["name", "id", "create", "unlink", "load"])),
];

function cut(body: string, random: Random, length: number): string {
  const at = random.below(body.length + 1);
  return body.slice(0, at) + body.slice(at + length);
}

function insert(body: string, random: Random, text: string): string {
  const at = random.below(body.length + 1);
  return body.slice(0, at) + text + body.slice(at);
}

function replaceOne(body: string, random: Random, pattern: RegExp, text: string): string {
  const found = [...body.matchAll(pattern)];
  if (found.length === 0) return body;
  const { 0: old, index } = random.of(found);
  return body.slice(0, index) + text + body.slice(index + old.length);
}

/** Numbers that look random and are the same on each run: mulberry32. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, limit);
  }

  of<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    assert(item !== undefined);
    return item;
  }

  span(length: number): [number, number] {
    const start = this.below(length);
    return [start, start + this.below(60)];
  }
}
