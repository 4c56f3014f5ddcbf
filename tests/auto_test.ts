import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { stub } from "@std/testing/mock";
import { OdooSimulator } from "../lib/testing/mod.ts";
import {
  configFromEnv,
  connect,
  type Odoo,
  OdooAuthError,
  OdooConfigError,
  OdooError,
  OdooNetworkError,
} from "../mod.ts";

const LANDING = "<!DOCTYPE html><html><head><title>Welcome to the company</title></head></html>";

for (const version of [14, 17] as const) {
  for (const by of ["apiKey", "password"] as const) {
    Deno.test(`Odoo ${version} is spoken to over XML-RPC, by ${by}, without a warning`, async () => {
      const { odoo, warnings } = await tryOut(version, { by });
      assertEquals([odoo?.protocol, odoo?.version.major, warnings], ["xmlrpc", version, []]);
      assertEquals(await countryCount(odoo), 1);
    });
  }
}

Deno.test("Odoo 19 is spoken to over JSON-2 by an API key, without a warning", async () => {
  const { odoo, paths, warnings } = await tryOut(19);
  assertEquals([odoo?.protocol, odoo?.version.major, warnings], ["json2", 19, []]);
  assertEquals(paths, [
    "/json/version",
    "/json/2/res.users/context_get",
    "/json/2/res.users/read",
  ]);
  assertEquals(await countryCount(odoo), 1);
});

Deno.test("Odoo 19 is spoken to over XML-RPC by a password, without a warning", async () => {
  const { odoo, paths, warnings } = await tryOut(19, { by: "password" });
  assertEquals([odoo?.protocol, warnings], ["xmlrpc", []]);
  assertEquals(paths, ["/xmlrpc/2/common", "/xmlrpc/2/common"]);
});

Deno.test("an older Odoo costs one request more by an API key, none by a password", async () => {
  assertEquals((await tryOut(17)).paths, [
    "/json/version",
    "/xmlrpc/2/common",
    "/xmlrpc/2/common",
  ]);
  assertEquals((await tryOut(17, { by: "password" })).paths, [
    "/xmlrpc/2/common",
    "/xmlrpc/2/common",
  ]);
});

for (const protocol of ["xmlrpc", "jsonrpc", "json2"] as const) {
  Deno.test(`ODOO_PROTOCOL=${protocol} is used without looking for others`, async () => {
    const simulator = new OdooSimulator({}, { version: 19 });
    const { url, db, username, apiKey, fetch } = simulator.config;
    const env: Record<string, string> = {
      ODOO_URL: url,
      ODOO_DB: db,
      ODOO_USERNAME: username,
      ODOO_API_KEY: apiKey,
      ODOO_PROTOCOL: protocol,
    };
    const odoo = await connect({ ...configFromEnv({ get: (name) => env[name] }), fetch });
    assertEquals(odoo.protocol, protocol);
    const paths = { xmlrpc: "/xmlrpc/", jsonrpc: "/jsonrpc", json2: "/json/" };
    const used = simulator.calls.map(({ protocol }) => protocol);
    assert(used.every((each) => each === protocol), `${paths[protocol]}: ${used}`);
  });
}

Deno.test("ODOO_PROTOCOL=json2 on Odoo 17 is an error that names the address", async () => {
  const config = { ...new OdooSimulator({}, { version: 17 }).config, protocol: "json2" } as const;
  const error = await assertRejects(() => connect(config), OdooConfigError);
  assertStringIncludes(error.message, "/json/version: Odoo has it from 19 on");
});

const HIDDEN: Readonly<Record<string, () => Response>> = {
  "HTTP 404 and a page": () => page(404),
  "HTTP 403 and a page": () => page(403),
  "HTTP 401 and a page": () => page(401),
  "HTTP 405 and a page": () => page(405),
  "HTTP 200 and a page": () => page(200),
  "a redirect to the login": () =>
    new Response(null, { status: 303, headers: { location: "/web/login?redirect=%2Fjson" } }),
};

for (const [what, response] of Object.entries(HIDDEN)) {
  Deno.test(`where /json/ of Odoo 19 answers with ${what}, calls go over XML-RPC, and that is said`, async () => {
    const { odoo, warnings } = await tryOut(19, {
      hide: (path) => path.startsWith("/json/"),
      response,
    });
    assertEquals(odoo?.protocol, "xmlrpc");
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0] ?? "", "/json/version");
    assertStringIncludes(warnings[0] ?? "", "ODOO_PROTOCOL=xmlrpc");
    assertEquals(await countryCount(odoo), 1);
  });
}

for (const by of ["apiKey", "password"] as const) {
  for (const version of [14, 17] as const) {
    Deno.test(`where /xmlrpc/ of Odoo ${version} is hidden, calls go over JSON-RPC, and that is said, by ${by}`, async () => {
      const { odoo, warnings } = await tryOut(version, {
        by,
        hide: (path) => path.startsWith("/xmlrpc/"),
      });
      assertEquals(odoo?.protocol, "jsonrpc");
      assertEquals(warnings.length, 1);
      assertStringIncludes(warnings[0] ?? "", "/xmlrpc/2/common (HTTP 404)");
      // Odoo has no such address before 19
      assert(!warnings[0]?.includes("/json/"), warnings[0]);
      assertEquals(await countryCount(odoo), 1);
    });
  }
}

Deno.test("an Odoo before 19 that says that no database is selected is spoken to over XML-RPC", async () => {
  const { odoo, warnings } = await tryOut(17, {
    hide: (path) => path.startsWith("/json/"),
    response: () => page(404, "<p>No database is selected and the requested URL was not found</p>"),
  });
  assertEquals([odoo?.protocol, warnings], ["xmlrpc", []]);
});

Deno.test("where only /jsonrpc of Odoo 19 is open, calls go over JSON-RPC, and both are named", async () => {
  const { odoo, warnings } = await tryOut(19, { hide: (path) => path !== "/jsonrpc" });
  assertEquals(odoo?.protocol, "jsonrpc");
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", "/json/version");
  assertStringIncludes(warnings[0] ?? "", "/xmlrpc/2/common");
});

Deno.test("where /xmlrpc/ and /jsonrpc of Odoo 19 are hidden, JSON-2 serves, without a warning", async () => {
  const { odoo, warnings } = await tryOut(19, { hide: isOld });
  assertEquals([odoo?.protocol, warnings], ["json2", []]);
});

Deno.test("where /xmlrpc/ and /jsonrpc of Odoo 19 are hidden, a password does not do, and a key is asked for", async () => {
  const { error, warnings } = await tryOut(19, { by: "password", hide: isOld });
  assert(error instanceof OdooConfigError, `${error}`);
  assertStringIncludes(error.message, "ODOO_API_KEY");
  assertEquals(warnings, []);
});

for (const version of [14, 17, 19] as const) {
  for (const by of ["apiKey", "password"] as const) {
    Deno.test(`where all of Odoo ${version} is hidden, that is one clear error, by ${by}`, async () => {
      const { error, paths, warnings } = await tryOut(version, { by, hide: () => true });
      assert(error instanceof OdooNetworkError, `${error}`);
      assertEquals([error.status, error.outcome, warnings], [404, "not-sent", []]);
      assertStringIncludes(
        error.message,
        '/xmlrpc/2/common answered with HTTP 404 and a page titled "Welcome',
      );
      assertEquals(new Set(paths), new Set(["/json/version", "/xmlrpc/2/common", "/jsonrpc"]));
      assertEquals(paths.length, 3);
    });
  }
}

Deno.test("a redirect to https is an error that says what to set, and is not followed", async () => {
  const { error, paths } = await tryOut(17, {
    hide: () => true,
    response: (path) =>
      new Response(null, { status: 301, headers: { location: `https://erp.example.com${path}` } }),
  });
  assert(error instanceof OdooNetworkError, `${error}`);
  assertStringIncludes(error.message, "set ODOO_URL=https://erp.example.com");
  assertEquals(paths, ["/json/version", "/xmlrpc/2/common"]);
});

for (const status of [500, 502, 503, 504, 429]) {
  Deno.test(`HTTP ${status} everywhere is told as it is`, async () => {
    const { error, paths } = await tryOut(19, { hide: () => true, response: () => page(status) });
    assert(error instanceof OdooNetworkError, `${error}`);
    assertEquals([error.status, paths], [status, ["/json/version", "/xmlrpc/2/common"]]);
  });

  Deno.test(`HTTP ${status} at the address of JSON-2 alone keeps nobody from an older Odoo`, async () => {
    const { odoo, warnings } = await tryOut(17, {
      hide: (path) => path.startsWith("/json/"),
      response: () => page(status),
    });
    assertEquals([odoo?.protocol, warnings], ["xmlrpc", []]);
  });
}

Deno.test("where only the calls of JSON-2 are hidden, calls go over XML-RPC, and that is said", async () => {
  const { odoo, warnings } = await tryOut(19, {
    hide: (path) => path.startsWith("/json/2/"),
    response: () => page(403),
  });
  assertEquals(odoo?.protocol, "xmlrpc");
  assertStringIncludes(warnings[0] ?? "", "/json/2/");
});

for (const version of [14, 17, 19] as const) {
  Deno.test(`a wrong key is not tried over another protocol on Odoo ${version}`, async () => {
    const { error, warnings } = await tryOut(version, { secret: "0".repeat(40) });
    assert(error instanceof OdooAuthError, `${error}`);
    assertEquals(warnings, []);
  });
}

Deno.test("connecting with an aborted signal rejects with its reason, and asks nothing", async () => {
  for (const version of [17, 19] as const) {
    const server = new OdooSimulator({}, { version });
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    assertEquals(await assertRejects(() => connect(server.config, { signal })), reason);
    assertEquals(server.calls.length, 0);
  }
});

Deno.test("a path of the address is kept on every protocol", async () => {
  for (const by of ["apiKey", "password"] as const) {
    const { odoo, paths } = await tryOut(19, { by, prefix: "/erp" });
    assertEquals(await countryCount(odoo), 1);
    assert(paths.every((path) => path.startsWith("/erp/")), paths.join());
  }
});

/** The settings of a try: what a proxy hides, and what it answers. */
interface Proxy {
  by?: "apiKey" | "password";
  secret?: string;
  hide?: (path: string) => boolean;
  response?: (path: string) => Response;
  prefix?: string;
}

/** What came of connecting: a connection or an error, the paths that were asked meanwhile, and the warnings. */
interface Tried {
  odoo?: Odoo;
  error?: OdooError;
  paths: string[];
  warnings: string[];
}

/** Connects to a simulated Odoo behind a proxy. */
async function tryOut(version: 14 | 17 | 19, proxy: Proxy = {}): Promise<Tried> {
  const { by = "apiKey", hide = () => false, response = () => page(404), prefix = "" } = proxy;
  const simulator = new OdooSimulator({}, { version });
  const { apiKey, url, ...rest } = simulator.config;
  const asked: string[] = [];
  const config = {
    ...rest,
    url: url + prefix,
    retries: 0,
    ...(by === "apiKey" ? { apiKey: proxy.secret ?? apiKey } : { password: "admin" }),
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      const address = new URL(String(input));
      asked.push(address.pathname);
      if (hide(address.pathname)) return response(address.pathname);
      address.pathname = address.pathname.slice(prefix.length);
      return await simulator.fetch(address, init);
    },
  };
  using warn = stub(console, "warn");
  const end = await connect(config).then((odoo) => ({ odoo }), (error) => {
    assert(error instanceof OdooError, `${error}`);
    return { error };
  });
  const warnings = warn.calls.map(({ args: [text] }) => String(text));
  return { ...end, paths: [...asked], warnings };
}

/** A page that no Odoo has written. */
function page(status: number, text = LANDING): Response {
  return new Response(text, { status, headers: { "content-type": "text/html" } });
}

function isOld(path: string): boolean {
  return path.startsWith("/xmlrpc/") || path === "/jsonrpc";
}

async function countryCount(odoo: Odoo | undefined): Promise<unknown> {
  return await odoo?.executeKw("res.country", "search_count", [[["code", "=", "BE"]]]);
}
