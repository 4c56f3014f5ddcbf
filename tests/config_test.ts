import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { stub } from "@std/testing/mock";
import { checkConfig } from "../lib/config.ts";
import { ROOT, runDeno, temporaryFolder } from "./support.ts";
import { configFromEnv, type OdooConfig, OdooConfigError } from "../mod.ts";

const SECRET = "5ecret5ecret5ecret5ecret5ecret5ecret5ecr";
const ENV = {
  ODOO_URL: "https://erp.example",
  ODOO_DB: "prod",
  ODOO_USERNAME: "ana",
  ODOO_API_KEY: SECRET,
};

function get(variables: Record<string, string>): (name: string) => string | undefined {
  return (name) => variables[name];
}

function config(more: Partial<OdooConfig>): OdooConfig {
  return {
    url: "https://erp.example",
    db: "prod",
    username: "ana",
    apiKey: SECRET,
    ...more,
  } as OdooConfig;
}

Deno.test("`configFromEnv()` reads the four settings", () => {
  assertEquals({ ...configFromEnv({ get: get(ENV) }) }, {
    url: "https://erp.example",
    db: "prod",
    username: "ana",
    apiKey: SECRET,
  });
});

Deno.test("`configFromEnv()` takes the other names of a setting", () => {
  const { ODOO_URL, ODOO_API_KEY: ODOO_PASSWORD } = ENV;
  for (const db of ["ODOO_DB", "ODOO_DATABASE"]) {
    for (const user of ["ODOO_USERNAME", "ODOO_USER", "ODOO_LOGIN"]) {
      const config = configFromEnv({
        get: get({ ODOO_URL, ODOO_PASSWORD, [db]: "d", [user]: "u" }),
      });
      assertEquals({ ...config }, { url: ODOO_URL, db: "d", username: "u", password: SECRET });
    }
  }
});

Deno.test("`configFromEnv()` takes the API key where a password is set as well", () => {
  const config = configFromEnv({ get: get({ ...ENV, ODOO_PASSWORD: "other" }) });
  assertEquals([config.apiKey, config.password], [SECRET, undefined]);
});

Deno.test("`configFromEnv()` takes an empty variable for an unset one, and trims", () => {
  const config = configFromEnv({
    get: get({ ...ENV, ODOO_API_KEY: ` ${SECRET}\n`, ODOO_DB: " ", ODOO_DATABASE: "other" }),
  });
  assertEquals([config.apiKey, config.db], [SECRET, "other"]);
});

Deno.test("`configFromEnv()` names all that is missing at once", () => {
  const error = assertThrows(() => configFromEnv({ get: get({ ODOO_DB: "d" }) }), OdooConfigError);
  assertEquals(
    error.message,
    "Cannot connect to Odoo without ODOO_URL, ODOO_USERNAME, ODOO_API_KEY (or ODOO_PASSWORD): set what is missing",
  );
});

Deno.test("`configFromEnv()` reads a profile, and never falls back to the plain names", () => {
  const error = assertThrows(
    () =>
      configFromEnv({
        profile: "prod",
        get: get({ ...ENV, ODOO_PROD_URL: "https://other.example" }),
      }),
    OdooConfigError,
  );
  assertEquals(
    error.message,
    "Cannot connect to Odoo without ODOO_PROD_DB, ODOO_PROD_USERNAME, ODOO_PROD_API_KEY (or ODOO_PROD_PASSWORD): " +
      "set what is missing",
  );
});

Deno.test("`configFromEnv()` refuses a profile that makes no variable name", () => {
  assertThrows(
    () => configFromEnv({ profile: "a-b", get: get(ENV) }),
    OdooConfigError,
    '"a-b" as a profile',
  );
});

Deno.test("`configFromEnv()` refuses a protocol that does not exist", () => {
  assertThrows(
    () => configFromEnv({ get: get({ ...ENV, ODOO_PROTOCOL: "soap" }) }),
    OdooConfigError,
    'Cannot use ODOO_PROTOCOL="soap"',
  );
});

Deno.test("`configFromEnv()` asks without prompting, and names the flag to add", async () => {
  await using folder = await temporaryFolder();
  const script = `${folder.path}/script.ts`;
  await Deno.writeTextFile(
    script,
    `import { configFromEnv } from ${JSON.stringify(new URL("mod.ts", ROOT).href)};
    try { configFromEnv(); } catch (error) { console.log(error.name, error.message); }`,
  );
  const args = ["run", "--no-config", "--allow-env=ODOO_URL,ODOO_DB", script];
  const { stdout: output } = await runDeno(args, ENV);
  assertStringIncludes(
    output,
    "OdooConfigError Cannot connect to Odoo without ODOO_USERNAME, ODOO_API_KEY",
  );
  assertStringIncludes(output, 'so also run with --allow-env="ODOO_*"');
});

Deno.test("a configuration does not show its secret when it is printed", () => {
  const printed = Deno.inspect(configFromEnv({ get: get(ENV) }));
  assertFalse(printed.includes(SECRET));
  assertStringIncludes(printed, "https://erp.example");
});

Deno.test("an incomplete configuration is refused as a whole, whatever the environment holds", () => {
  const { url, username } = config({});
  const error = assertThrows(() => checkConfig({ url, username } as OdooConfig), OdooConfigError);
  assertStringIncludes(error.message, "without db, apiKey (or password)");
});

Deno.test("plain http is silent on loopback, a warning in private networks and refused beyond", () => {
  using warn = stub(console, "warn");
  for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "odoo.localhost"]) {
    checkConfig(config({ url: `http://${host}:8069` }));
  }
  assertEquals(warn.calls.length, 0);
  const near = [
    "10.1.2.3",
    "172.16.0.1",
    "172.31.9.9",
    "192.168.1.1",
    "169.254.1.1",
    "[fd00::1]",
    "[fe80::1]",
  ];
  for (const host of [...near, "odoo", "erp.local", "erp.internal", "erp.lan"]) {
    checkConfig(config({ url: `http://${host}` }));
  }
  assertEquals(warn.calls.length, 11);
  for (
    const host of [
      "erp.example",
      "8.8.8.8",
      "172.32.0.1",
      "11.0.0.1",
      "[2001:db8::1]",
      "127.0.0.1.example",
    ]
  ) {
    assertThrows(() => checkConfig(config({ url: `http://${host}` })), OdooConfigError, "in clear");
    checkConfig(config({ url: `http://${host}`, allowHttp: true }));
  }
  assertEquals(warn.calls.length, 11);
  assert(!Deno.inspect(warn.calls).includes(SECRET));
});

Deno.test("`ODOO_ALLOW_HTTP=1` allows plain http to a public host", () => {
  checkConfig(
    configFromEnv({ get: get({ ...ENV, ODOO_URL: "http://erp.example", ODOO_ALLOW_HTTP: "1" }) }),
  );
});

Deno.test("an address that is none, or holds a password, is refused without showing it", () => {
  for (
    const url of [
      "erp.example",
      "ftp://erp.example",
      "",
      "https://ana:hunter2@erp.example",
      "https://erp.example?key=hunter2",
    ]
  ) {
    const error = assertThrows(() => checkConfig(config({ url })), OdooConfigError);
    assertFalse(error.message.includes("hunter2"));
  }
});

Deno.test("limits that make no sense are refused", () => {
  assertThrows(() => checkConfig(config({ concurrency: 0 })), OdooConfigError, "concurrency of 0");
  assertThrows(() => checkConfig(config({ timeoutMs: -1 })), OdooConfigError, "timeoutMs of -1");
});
