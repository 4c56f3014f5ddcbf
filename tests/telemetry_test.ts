import { assert, assertEquals, assertFalse } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { isTraced } from "../lib/transport/watch.ts";
import { ODENO } from "./cli_support.ts";
import { CONFIG, runDeno } from "./support.ts";

/** A span, as a collector gets it. */
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: number;
  attributes: { key: string; value: { stringValue?: string; doubleValue?: number } }[];
  status: { message: string; code: number };
}

/** Takes what Deno sends to a collector. */
function collector() {
  const sent: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    sent.push(await request.text());
    return Response.json({});
  });
  return {
    env: {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.addr.port}`,
    },
    all: () => sent.join("\n"),
    spans: (): Span[] =>
      sent.flatMap((text) => JSON.parse(text).resourceSpans ?? [])
        .flatMap(({ scopeSpans }) => scopeSpans).flatMap(({ spans }) => spans),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function attributesOf({ attributes }: Span): Record<string, string | undefined> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.doubleValue?.toString()]),
  );
}

const SCRIPT = `
import { connect } from "./mod.ts";
const odoo = await connect();
await Promise.all([
  odoo.executeKw("res.partner", "search_count", [[["name", "=", "5ecret"]]]),
  odoo.executeKw("res.users", "search_count", [[["name", "=", "5ecret"]]]),
]);
for await (const _ of odoo.rows({ model: "res.partner", method: "search_read", kwargs: { domain: [["name", "!=", "5ecret"]] } }));
await odoo.executeKw("res.partner", "write", [[999999], { name: "5ecret" }]).catch(() => {});
`;

for (const protocol of ["xmlrpc", "jsonrpc", "json2"] as const) {
  Deno.test(`with OTEL_DENO=true each call over ${protocol} is a span with its model and method, requests are its children, and nothing that was sent is in it`, async () => {
    await using telemetry = collector();
    await using server = new OdooSimulator({}, { version: 19 }).serve();
    const { url, db, username, apiKey } = server.config;
    const settings = { ODOO_URL: url, ODOO_DB: db, ODOO_USERNAME: username };
    const { code, stderr } = await runDeno(
      ["eval", "--config", CONFIG, "--ext=ts", SCRIPT],
      { ...telemetry.env, ...settings, ODOO_API_KEY: String(apiKey), ODOO_PROTOCOL: protocol },
    );
    assertEquals(code, 0, stderr);
    const spans = telemetry.spans();
    const calls = spans.filter(({ attributes }) =>
      attributes.some(({ key }) => key === "odoo.method")
    );
    const told = calls.map((span) => {
      const attributes = attributesOf(span);
      assertEquals(
        [span.kind, attributes["rpc.system.name"], attributes["rpc.method"]],
        [3, protocol, span.name],
      );
      assertEquals(attributes["server.address"], "127.0.0.1");
      assertEquals(attributes["server.port"], new URL(url).port);
      return [
        span.name,
        attributes["odoo.model"],
        attributes["odoo.method"],
        attributes["error.type"],
      ];
    });
    assertEquals(told.filter(([, model]) => model !== undefined).sort(), [
      ["res.partner.search_count", "res.partner", "search_count", undefined],
      ["res.partner.search_read", "res.partner", "search_read", undefined],
      ["res.partner.write", "res.partner", "write", "OdooServerError"],
      ["res.users.search_count", "res.users", "search_count", undefined],
    ]);
    const failed = calls.find(({ name }) => name === "res.partner.write");
    assertEquals(failed?.status, { message: "", code: 2 });
    // Each request belongs to the call that made it, also where calls are under way at the same time
    const requests = spans.filter(({ name }) => name === "POST" || name === "GET");
    assert(requests.length >= 5);
    for (const request of requests) {
      const parents = calls.filter(({ spanId, traceId }) =>
        spanId === request.parentSpanId && traceId === request.traceId
      );
      assertEquals(parents.length, 1, JSON.stringify(request));
      const { "url.path": path = "" } = attributesOf(request);
      const [, model, method] = /^\/json\/2\/([^/]+)\/(.+)$/.exec(path) ?? [];
      const isSigningIn = parents[0]?.name === "authenticate";
      if (model && !isSigningIn) assertEquals(parents[0]?.name, `${model}.${method}`);
    }
    for (const secret of ["5ecret", String(apiKey)]) assertFalse(telemetry.all().includes(secret));
  });
}

Deno.test("the command sends its spans before it ends", async () => {
  await using telemetry = collector();
  await using server = new OdooSimulator().serve();
  const { url, db, username, apiKey } = server.config;
  const [, ...args] = ODENO;
  const { code, stderr } = await runDeno([...args, "count", "res.partner"], {
    ...telemetry.env,
    ...{ ODOO_URL: url, ODOO_DB: db, ODOO_USERNAME: username, ODOO_API_KEY: String(apiKey) },
  });
  assertEquals(code, 0, stderr);
  assert(telemetry.spans().some(({ name }) => name === "res.partner.search_count"));
  assertFalse(telemetry.all().includes(String(apiKey)));
});

Deno.test("where something else of OpenTelemetry is registered, and no traces, calls are made as ever", async () => {
  const api = Symbol.for("opentelemetry.js.api.1");
  Reflect.set(globalThis, api, { version: "1.9.0", metrics: {} });
  try {
    assertFalse(isTraced());
    const odoo = await new OdooSimulator().connect();
    assertEquals(await odoo.executeKw("res.partner", "search_count", [[["id", "=", 0]]]), 0);
  } finally {
    Reflect.deleteProperty(globalThis, api);
  }
});

Deno.test("without OTEL_DENO nothing is sent, and calls are not looked at", async () => {
  const script = `import { isTraced } from "./lib/transport/watch.ts"; console.log(isTraced());`;
  const { stdout } = await runDeno(["eval", "--config", CONFIG, "--ext=ts", script]);
  assertEquals(stdout.trim(), "false");
});
