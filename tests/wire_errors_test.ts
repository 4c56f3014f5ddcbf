import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Failure, OdooSimulator } from "../lib/testing/mod.ts";
import {
  connect,
  type Odoo,
  OdooConfigError,
  OdooError,
  OdooNetworkError,
  OdooServerError,
  type Protocol,
  type RpcCall,
} from "../mod.ts";

const PROTOCOLS = ["xmlrpc", "jsonrpc", "json2"] as const;
const CALL: RpcCall = { model: "res.country", method: "search_read", args: [[], ["code"]] };
const JSON_TYPE = { "content-type": "application/json" };

/** What an error has to know. */
interface Told {
  status: number;
  outcome: "not-sent" | "unknown";
  retryAfterMs?: number;
  says: string;
}

/** What stands between, and what is told of it, on each of the protocols. */
const BETWEEN: Readonly<Record<string, [failure: Failure, told: Told]>> = {
  "413 of a proxy": [
    { kind: "too-large" },
    { status: 413, outcome: "not-sent", says: '"413 Request Entity Too Large"' },
  ],
  "429 of a proxy": [
    { kind: "too-many-requests", retryAfter: 7 },
    { status: 429, outcome: "not-sent", retryAfterMs: 7_000, says: '"429 Too Many Requests"' },
  ],
  "429 of a gateway that speaks JSON": [
    {
      kind: "http",
      status: 429,
      body: '{"message":"API rate limit exceeded"}',
      headers: { ...JSON_TYPE, "retry-after": "3" },
    },
    {
      status: 429,
      outcome: "not-sent",
      retryAfterMs: 3_000,
      says: "the server asks for fewer calls",
    },
  ],
  "502": [
    { kind: "bad-gateway" },
    { status: 502, outcome: "unknown", says: '"502 Bad Gateway"' },
  ],
  "502 that says it is JSON and is none": [
    { kind: "http", status: 502, body: "no upstream", headers: JSON_TYPE },
    { status: 502, outcome: "unknown", says: "the proxy in front of Odoo got no answer" },
  ],
  "502 in JSON that is a text": [
    { kind: "http", status: 502, body: '"no upstream"', headers: JSON_TYPE },
    { status: 502, outcome: "unknown", says: "the proxy in front of Odoo got no answer" },
  ],
  "503": [
    { kind: "unavailable" },
    { status: 503, outcome: "unknown", says: '"503 Service Temporarily Unavailable"' },
  ],
  "503 while the server is maintained": [
    { kind: "maintenance", retryAfter: 60 },
    { status: 503, outcome: "unknown", retryAfterMs: 60_000, says: '"Maintenance"' },
  ],
  "504": [
    { kind: "gateway-timeout" },
    { status: 504, outcome: "unknown", says: '"504 Gateway Time-out"' },
  ],
  "500 and a page": [
    { kind: "pool-full", page: true },
    { status: 500, outcome: "unknown", says: '"500 Internal Server Error"' },
  ],
  "200 and nothing": [
    { kind: "empty" },
    { status: 200, outcome: "unknown", says: "answered with nothing (HTTP 200)" },
  ],
  "200 and a page": [
    {
      kind: "http",
      status: 200,
      body: "<!DOCTYPE html><title>Sign in to continue</title>",
      headers: { "content-type": "text/html" },
    },
    { status: 200, outcome: "unknown", says: '"Sign in to continue"' },
  ],
  "403 of a proxy": [
    {
      kind: "http",
      status: 403,
      body: "<html><title>Forbidden by policy</title></html>",
      headers: { "content-type": "text/html" },
    },
    { status: 403, outcome: "not-sent", says: '"Forbidden by policy"' },
  ],
  "404 of a proxy": [
    {
      kind: "http",
      status: 404,
      body: "<html><title>Not here</title></html>",
      headers: { "content-type": "text/html" },
    },
    { status: 404, outcome: "not-sent", says: '"Not here"' },
  ],
  "a redirect to https": [
    { kind: "redirect", to: "https://odoo.example" },
    { status: 301, outcome: "not-sent", says: "set ODOO_URL=https://odoo.example" },
  ],
  "a redirect to www": [
    { kind: "redirect", to: "https://www.odoo.example", status: 308 },
    { status: 308, outcome: "not-sent", says: "set ODOO_URL=https://www.odoo.example" },
  ],
  "a redirect to the login": [
    { kind: "redirect", to: "/web/login", status: 303 },
    { status: 303, outcome: "not-sent", says: "/web/login, which is not an RPC endpoint" },
  ],
};

for (const [what, [failure, told]] of Object.entries(BETWEEN)) {
  Deno.test(`in place of an answer, ${what}: the same error over each protocol, called and in rows`, async () => {
    for (const protocol of PROTOCOLS) {
      const { server, odoo } = await connected(protocol);
      for (const ask of [() => odoo.call(CALL), () => Array.fromAsync(odoo.rows(CALL))]) {
        server.failNext(aimed(failure, server, protocol));
        const error = await assertRejects(ask, OdooNetworkError, told.says);
        assertEquals(
          [error.status, error.outcome, error.retryAfterMs],
          [told.status, told.outcome, told.retryAfterMs],
        );
        assertStringIncludes(error.message, error.url);
        assertStringIncludes(error.url, pathOf(protocol));
        assert(!Deno.inspect(error).includes(server.config.apiKey), "the key is not told");
      }
    }
  });
}

Deno.test("the four kinds of HTTP 404 over JSON-2 are four errors", async () => {
  const { server, odoo } = await connected("json2");
  const [model, method, record] = [
    await refusal(odoo, "no.model", "search", [[]]),
    await refusal(odoo, "res.country", "no_method", [[1]]),
    await refusal(odoo, "res.partner", "write", [[999_999], { name: "x" }]),
  ];
  assertEquals([model.kind, method.kind, record.kind], ["user", "server", "missing"]);
  assertStringIncludes(model.message, "no.model");
  assertStringIncludes(method.message, "no_method");
  assertStringIncludes(record.message, "999999");
  const config = { ...server.config, db: "nodb", protocol: "json2" } as const;
  assertEquals(
    (await assertRejects(() => connect(config), OdooConfigError)).name,
    "OdooDatabaseError",
  );
});

Deno.test("an exception has the same kind and class over each protocol, as far as XML-RPC tells", async () => {
  const kinds = {
    "odoo.exceptions.AccessError": ["access", "access"],
    "odoo.exceptions.MissingError": ["missing", "user"],
    "odoo.exceptions.ValidationError": ["validation", "user"],
    "odoo.exceptions.UserError": ["user", "user"],
    "odoo.exceptions.LockError": ["concurrency", "user"],
    "builtins.ValueError": ["server", "server"],
    "psycopg2.errors.LockNotAvailable": ["concurrency", "concurrency"],
  };
  for (const [type, [kind, kindOverXml]] of Object.entries(kinds)) {
    for (const protocol of PROTOCOLS) {
      const { server, odoo } = await connected(protocol);
      server.failNext({ kind: "exception", type, message: "This is why" });
      const error = await refusal(odoo, "res.country", "write", [[1], { name: "x" }]);
      const expected = protocol === "xmlrpc" ? kindOverXml : kind;
      assertEquals(error.kind, expected ?? "", `${type} over ${protocol}`);
      assertStringIncludes(error.message, "This is why");
    }
  }
});

Deno.test("an answer that comes in small pieces is the same, over each protocol and whatever its letters", async () => {
  for (const protocol of PROTOCOLS) {
    const { server, odoo } = await connected(protocol);
    const name = `Zoë 😀 漢字 & <co> "x" \\`;
    await odoo.executeKw("res.country", "write", [[1], { name }]);
    const call: RpcCall = { model: "res.country", method: "read", ids: [1], args: [["name"]] };
    for (const bytes of [1, 5]) {
      for (const ask of [() => odoo.call(call), () => Array.fromAsync(odoo.rows(call))]) {
        server.failNext({ kind: "drip", ms: 0, bytes });
        assertEquals([await ask()].flat(2), [{ id: 1, name }]);
      }
    }
  }
});

Deno.test("None inside of an answer: null over JSON, and an answer that is lost over XML-RPC", async () => {
  for (const protocol of PROTOCOLS) {
    const server = new OdooSimulator({}, {
      version: 19,
      methods: { "res.country": { holes: () => [null, { none: null }] } },
    });
    const odoo = await connect({ ...server.config, protocol });
    const call = { model: "res.country", method: "holes", ids: [1] };
    for (const ask of [() => odoo.call(call), () => Array.fromAsync(odoo.rows(call))]) {
      if (protocol === "xmlrpc") {
        const error = await assertRejects(
          ask,
          OdooError,
          "res.country.holes ran and its changes are kept",
        );
        assertEquals(Reflect.get(error, "outcome"), "committed");
      } else {
        assertEquals([await ask()].flat(2), [null, { none: null }]);
      }
    }
  }
});

async function connected(protocol: Protocol): Promise<{ server: OdooSimulator; odoo: Odoo }> {
  const server = new OdooSimulator({}, { version: 19 });
  const odoo = await connect({ ...server.config, protocol, retries: 0 });
  return { server, odoo };
}

/** A redirect to another host keeps the path. */
function aimed(failure: Failure, { config: { url } }: OdooSimulator, protocol: Protocol): Failure {
  if (failure.kind !== "redirect" || !failure.to?.startsWith("https:")) return failure;
  return { ...failure, to: failure.to + new URL(url).pathname.slice(1) + pathOf(protocol) };
}

function pathOf(protocol: Protocol): string {
  const paths = { xmlrpc: "/xmlrpc/2/object", jsonrpc: "/jsonrpc" };
  return protocol === "json2" ? `/json/2/${CALL.model}/${CALL.method}` : paths[protocol];
}

async function refusal(
  odoo: Odoo,
  ...[model, method, args]: Parameters<Odoo["executeKw"]>
): Promise<OdooServerError> {
  return await assertRejects(() => odoo.executeKw(model, method, args), OdooServerError);
}
