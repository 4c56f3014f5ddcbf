import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { type Check, examine, failed, ok, type Patient } from "../lib/cli/doctor/check.ts";
import { database } from "../lib/cli/doctor/account.ts";
import { dns, tcp, tls } from "../lib/cli/doctor/network.ts";
import { clock, latency } from "../lib/cli/doctor/odoo.ts";
import type { Outside } from "../lib/cli/doctor/outside.ts";
import { proxy } from "../lib/cli/doctor/proxy.ts";
import { Server } from "../lib/cli/doctor/server.ts";
import { settingsOf } from "../lib/cli/doctor/settings.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { ground, odeno } from "./cli_support.ts";
import { CONFIG, runDeno, temporaryFolder } from "./support.ts";

interface Row {
  check: string;
  state: string;
  text: string;
  advice: string | null;
}

/** Runs the doctor, and answers with what it said by check. */
async function doctor(flag: string) {
  const { code, out, err } = await odeno("doctor", "--json", flag);
  return { code, err, out, ...byCheck(out) };
}

function byCheck(out: string) {
  const rows: Row[] = JSON.parse(out);
  const states = Object.fromEntries(rows.map(({ check, state }) => [check, state]));
  const said = (check: string) => {
    const row = rows.find((each) => each.check === check);
    return `${row?.text}. ${row?.advice}`;
  };
  return { rows, states, said };
}

/** A patient whose world is made up: all is well but for what is given. */
function patientOf(
  address: string,
  given: Partial<Outside> = {},
  more: Record<string, string> = {},
) {
  const simulator = new OdooSimulator();
  const { db, username, apiKey } = simulator.config;
  const variables: Record<string, string> = {
    ODOO_URL: address,
    ODOO_DB: db,
    ODOO_USERNAME: username,
    ODOO_API_KEY: apiKey,
  };
  const settings = settingsOf({ get: (name) => variables[name] });
  const outside: Outside = {
    addresses: () => Promise.resolve(["192.0.2.1", "192.0.2.2"]),
    reach: () => Promise.resolve(),
    distrust: () => Promise.resolve(undefined),
    certificate: () => Promise.resolve(certificate(90)),
    fetch: simulator.fetch,
    variable: (name) => more[name],
    mayRead: () => true,
    now: () => Date.now(),
    ...given,
  };
  const { signal } = new AbortController();
  const server = new Server(settings, outside, signal);
  return { settings, outside, server, signal } satisfies Patient;
}

function certificate(days: number) {
  return {
    subject: "erp.example.com",
    issuer: "Some CA",
    names: "erp.example.com, www.example.com",
    validTo: new Date(Date.now() + (days + 0.5) * 86_400_000),
  };
}

/** What one check says. */
async function say(check: Check, patient: Patient): Promise<string> {
  const { state, text, advice } = await check.run(patient);
  return [state, text, ...(advice === undefined ? [] : [advice])].join(" | ");
}

const WELL = {
  settings: "ok",
  dns: "ok",
  tcp: "ok",
  tls: "skipped",
  redirects: "ok",
  odoo: "ok",
  wires: "ok",
  clock: "ok",
  latency: "ok",
  database: "ok",
  credential: "ok",
};

for (const version of [14, 17, 19] as const) {
  Deno.test(`\`odeno doctor\` finds nothing wrong with a simulated Odoo ${version}`, async () => {
    await using env = await ground({}, { version });
    const { code, states, said, out } = await doctor(env.flag);
    assertEquals(code, 0);
    const { proxy: _proxy, ...others } = states;
    assertEquals(others, WELL);
    assertStringIncludes(said("odoo"), `Odoo ${version}.0`);
    const wire = version === 19
      ? "JSON-2, with an API key"
      : "XML-RPC, with an API key, by its looks";
    assertStringIncludes(said("credential"), `"admin" (uid 2) is let in over ${wire}`);
    assertFalse(out.includes(env.apiKey));
  });
}

Deno.test("`odeno doctor` has a sentence a line for people, and JSON for programs", async () => {
  await using env = await ground();
  const lines = await odeno("doctor", "--ndjson", env.flag);
  assertEquals(JSON.parse(lines.out.split("\n")[0]!).check, "settings");
  const flags = ["--config", CONFIG, "--no-prompt", "--allow-env=ODOO_*", "--allow-net=127.0.0.1"];
  const read = `--allow-read=${env.folder}`;
  const argv = [Deno.execPath(), "run", ...flags, read, "cli.ts", "doctor", env.flag];
  const terminal = new Deno.Command("script", {
    args: ["-qec", argv.map((word) => `'${word}'`).join(" "), "/dev/null"],
    cwd: new URL("../", import.meta.url),
    stdin: "null",
  });
  const { code, stdout } = await terminal.output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, text);
  assertMatch(text, /^ok {7}tcp {9}127\.0\.0\.1 takes connections on port \d+, in \d+ ms\r$/m);
  assertMatch(text, /^skipped {2}proxy .* may not be read\. To look, run with --allow-env=/m);
});

Deno.test("`odeno doctor` tells all that is missing, and looks at what it can", async () => {
  await using env = await ground();
  const { code, said, states } = await doctor(
    await env.settings({ DB: undefined, API_KEY: undefined }),
  );
  assertEquals([code, states["settings"], states["odoo"]], [1, "failed", "ok"]);
  assertStringIncludes(said("settings"), "without ODOO_DB, ODOO_API_KEY (or ODOO_PASSWORD)");
  assertStringIncludes(said("database"), 'Set ODOO_DB; the server has "odoo"');
  assertStringIncludes(said("credential"), 'Not looked at: it needs what "settings" is about');

  const nothing = await doctor(await env.settings({ URL: undefined }));
  assertEquals(nothing.code, 1);
  assertEquals(new Set(Object.values(nothing.states)), new Set(["failed", "skipped"]));
});

Deno.test("`odeno doctor` tells of a server that takes no connection", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using env = await ground();
  const { code, said, states } = await doctor(
    await env.settings({ URL: `http://127.0.0.1:${port}` }),
  );
  assertEquals(code, 1);
  assertStringIncludes(said("tcp"), `takes no connection on port ${port} (Connection refused)`);
  assertStringIncludes(said("tcp"), "Check the port in ODOO_URL");
  assertEquals([states["tls"], states["odoo"], states["credential"]], Array(3).fill("skipped"));
});

Deno.test("`odeno doctor` names the ODOO_URL to set where a server redirects", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    return Response.redirect(`https://erp.example.com/odoo${pathname}`, 308);
  });
  await using env = await ground();
  const { code, said } = await doctor(
    await env.settings({ URL: `http://127.0.0.1:${server.addr.port}` }),
  );
  assertEquals(code, 1);
  assertStringIncludes(said("redirects"), "set ODOO_URL=https://erp.example.com/odoo");
});

Deno.test("`odeno doctor` tells a web server from Odoo, and prints no secret that comes back", async () => {
  await using env = await ground();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    const page = `<html><title>Some \u001b[31mshop of ${env.apiKey}</title></html>`;
    return new Response(page, { headers: { "content-type": "text/html" } });
  });
  const { code, said, out } = await doctor(
    await env.settings({ URL: `http://127.0.0.1:${server.addr.port}` }),
  );
  assertEquals(code, 1);
  assertStringIncludes(said("odoo"), 'a page titled "Some [31mshop of ***" in place of RPC');
  assertFalse(out.includes(env.apiKey));
  assertFalse(said("odoo").includes("\u001b"));
});

Deno.test("`odeno doctor` names the database that may be meant", async () => {
  await using env = await ground({}, { db: "production" });
  const { code, said, states } = await doctor(await env.settings({ DB: "prodution" }));
  assertEquals([code, states["credential"]], [1, "skipped"]);
  assertStringIncludes(said("database"), 'There is no database "prodution"');
  assertStringIncludes(said("database"), 'Set ODOO_DB; the server has "production"');
});

Deno.test("`odeno doctor` names the protocol that is asked for and not there", async () => {
  for (const version of [14, 17] as const) {
    await using env = await ground({}, { version });
    const { code, said } = await doctor(await env.settings({ PROTOCOL: "json2" }));
    assertEquals(code, 1);
    assertEquals(
      said("credential"),
      `Odoo ${version}.0 does not answer over JSON-2, which ODOO_PROTOCOL asks for. ` +
        "JSON-2 comes with Odoo 19; below, leave ODOO_PROTOCOL out",
    );
  }
});

Deno.test("the databases of a server are named, the nearest first", async () => {
  const names = ["zebra", "test", "a", "b", "c", "shop", "odoo2"];
  const patient = patientOf("https://erp.example.com");
  const server = Object.create(patient.server, {
    databases: {
      value: (method: string) => Promise.resolve(method === "list" ? names : false),
    },
  });
  const said = await say(database, { ...patient, server });
  assertStringIncludes(said, 'the server has "odoo2", "shop", "test", "a", "b" and 2 more');
});

Deno.test("`odeno doctor` tells that a key is refused, after one try", async () => {
  for (const version of [14, 17, 19] as const) {
    await using env = await ground({}, { version });
    const flag = await env.settings({ API_KEY: env.odoo.addApiKey("admin", "old") });
    assertEquals((await doctor(flag)).code, 0);
    env.odoo.revokeApiKey(/API_KEY="(\w+)"/.exec(await Deno.readTextFile(flag.slice(11)))![1]!);
    const before = env.odoo.calls.length;
    const { code, said } = await doctor(flag);
    assertEquals(code, 1);
    assertStringIncludes(said("credential"), 'Odoo does not let "admin" into the database "odoo"');
    assertStringIncludes(said("credential"), "Check ODOO_USERNAME and ODOO_API_KEY");
    assertEquals(said("credential").includes("after ten wrong tries"), version === 14);
    const tries = env.odoo.calls.slice(before).filter(({ method }) => method === "authenticate");
    // JSON-2 has no sign-in, and no pause after wrong ones
    assertEquals(tries.length, version === 19 ? 0 : 1);
  }
});

Deno.test("`odeno doctor` tells a key from a password, wherever they stand", async () => {
  for (const version of [14, 17, 19] as const) {
    await using env = await ground({}, { version });
    const password = await doctor(await env.settings({ API_KEY: undefined, PASSWORD: "admin" }));
    assertEquals([password.code, password.states["credential"]], [0, "warning"]);
    assertMatch(
      password.said("credential"),
      /, with a password\. Make an API key with "odeno keys/,
    );

    const key = await doctor(await env.settings({ API_KEY: undefined, PASSWORD: env.apiKey }));
    assertStringIncludes(key.said("credential"), "looks like an API key in ODOO_PASSWORD");

    const wrong = await doctor(await env.settings({ API_KEY: "admin" }));
    assertEquals(wrong.code, version === 19 ? 1 : 0);
    assertStringIncludes(
      wrong.said("credential"),
      version === 19
        ? "ODOO_API_KEY has a password, which JSON-2 does not take. Put it into ODOO_PASSWORD"
        : "with a password, though it is in ODOO_API_KEY",
    );
  }
});

Deno.test("`odeno doctor` tells whose key it is, and what the cooldown of Odoo 14 is", async () => {
  await using env = await ground({}, { version: 19 });
  const { said } = await doctor(await env.settings({ USERNAME: "demo" }));
  assertStringIncludes(said("credential"), 'belongs to "admin", not to "demo"');

  await using old = await ground({}, { version: 14 });
  old.odoo.failNext({ kind: "cooldown" }, { method: "authenticate" });
  const { code } = await doctor(old.flag);
  assertEquals(code, 1);
});

Deno.test("`odeno doctor` tells of protocols that are hidden", async () => {
  const simulator = new OdooSimulator({}, { version: 19 });
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const isHidden = new URL(request.url).pathname.startsWith("/json/");
    return isHidden ? new Response("no", { status: 403 }) : simulator.fetch(request);
  });
  await using env = await ground();
  const { url: _url, ...config } = simulator.config;
  const settings = { URL: `http://127.0.0.1:${server.addr.port}`, API_KEY: config.apiKey };
  const { code, said } = await doctor(await env.settings(settings));
  assertEquals(code, 0);
  assertStringIncludes(said("wires"), "something hides JSON-2 (HTTP 403). Open its path");
  assertStringIncludes(said("credential"), "over XML-RPC");
  const asked = await doctor(await env.settings({ ...settings, PROTOCOL: "json2" }));
  assertEquals(asked.code, 1);
  assertStringIncludes(asked.said("wires"), "the one that ODOO_PROTOCOL=json2 asks for");
});

/** Makes a CA, certificates by it, and one that is signed by itself, as OpenSSL makes it. */
async function certificates(folder: string): Promise<void> {
  const openssl = async (...args: string[]) => {
    const { success, stderr } = await new Deno.Command("openssl", { args, cwd: folder }).output();
    assert(success, new TextDecoder().decode(stderr));
  };
  await Deno.writeTextFile(
    `${folder}/leaf.txt`,
    "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n",
  );
  const key = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", `${name}.key`];
  const self = ["req", "-x509", "-days", "30"];
  await openssl(...self, ...key("ca"), "-out", "ca.pem", "-subj", "/CN=Test CA");
  await openssl(...self, ...key("self"), "-out", "self.pem", "-subj", "/CN=localhost");
  await openssl("req", ...key("leaf"), "-out", "leaf.csr", "-subj", "/CN=localhost");
  const by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "leaf.txt"];
  await openssl("x509", "-req", "-in", "leaf.csr", "-days", "9", ...by, "-out", "leaf.pem");
}

Deno.test("`odeno doctor` reads the certificate, and takes a CA of one's own", async () => {
  await using folder = await temporaryFolder();
  await certificates(folder.path);
  const simulator = new OdooSimulator();
  const listen = async (name: string) =>
    Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      cert: await Deno.readTextFile(`${folder.path}/${name}.pem`),
      key: await Deno.readTextFile(`${folder.path}/${name}.key`),
      onListen() {},
    }, (request) => simulator.fetch(request));
  await using server = await listen("leaf");
  await using self = await listen("self");
  await using env = await ground();
  const { apiKey } = simulator.config;
  const flag = (host: string, port: number) =>
    env.settings({ URL: `https://${host}:${port}`, API_KEY: apiKey });
  const ask = async (flag: string, variables: Record<string, string> = {}) => {
    const args = ["run", "--config", CONFIG, "-A", "cli.ts", "doctor", "--json", flag];
    const { code, stdout } = await runDeno(args, variables);
    return { code, ...byCheck(stdout) };
  };
  const trust = { DENO_CERT: `${folder.path}/ca.pem` };
  const { port } = server.addr;

  const unknown = await ask(await flag("localhost", port));
  assertEquals([unknown.code, unknown.states["redirects"]], [1, "skipped"]);
  assertStringIncludes(unknown.said("tls"), 'signed by "Test CA", whom Deno does not know');
  assertStringIncludes(unknown.said("tls"), "set DENO_CERT to its path");

  const trusted = await ask(await flag("localhost", port), trust);
  assertEquals([trusted.code, trusted.states["credential"]], [0, "ok"]);
  assertEquals(
    trusted.said("tls"),
    'The certificate by "Test CA" is trusted and ends in 8 days, with DENO_CERT in force. Have it renewed',
  );

  const otherName = await ask(await flag("127.0.0.1", port), trust);
  assertEquals(otherName.code, 1);
  assertStringIncludes(
    otherName.said("tls"),
    "The certificate is for localhost, and not for 127.0.0.1",
  );

  const selfSigned = await ask(await flag("localhost", self.addr.port));
  assertStringIncludes(selfSigned.said("tls"), "Make one with basicConstraints=CA:FALSE");

  await using plain = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    return new Response("plain");
  });
  const noTls = await ask(await flag("localhost", plain.addr.port));
  assertStringIncludes(noTls.said("tls"), "does not speak TLS");
  assertStringIncludes(noTls.said("tls"), "should begin with http://");
});

Deno.test("the doctor tells an expired certificate and one that soon will be", async () => {
  const end = (days: number, why?: string) =>
    say(
      tls,
      patientOf("https://erp.example.com", {
        certificate: () => Promise.resolve(certificate(days)),
        distrust: () => Promise.resolve(why),
      }),
    );
  assertMatch(await end(90), /^ok \| The certificate by "Some CA" is trusted and ends in 90 days$/);
  assertMatch(await end(13), /^warning .* ends in 13 days \| Have it renewed$/);
  assertMatch(
    await end(-2, "Expired"),
    /^failed \| The certificate has expired on \d{4}-\d\d-\d\d/,
  );
  assertMatch(await end(9, "BadSignature"), /^failed .*is not trusted \(BadSignature\)/);
});

Deno.test("the doctor tells a name that cannot be found, and what stands in the way of a port", async () => {
  const addresses = () => Promise.reject(new Error("getaddrinfo ENOTFOUND erp.example.com"));
  const reach = () => Promise.reject(new Deno.errors.TimedOut("No answer within 10 seconds"));
  const patient = patientOf("https://erp.example.com", { addresses, reach });
  assertStringIncludes(
    await say(dns, patient),
    'failed | The name "erp.example.com" cannot be found (getaddrinfo ENOTFOUND',
  );
  assertStringIncludes(
    await say(tcp, patient),
    "erp.example.com takes no connection on port 443 (No answer within 10 seconds)",
  );
  assertEquals(
    await say(dns, patientOf("https://erp.example.com")),
    "ok | erp.example.com is 192.0.2.1, 192.0.2.2",
  );
});

Deno.test("the doctor knows the proxy that Deno takes", async () => {
  const P = "http://user:5ecret@proxy.example.com:3128";
  const by = (variable: string) =>
    `ok | Requests go through proxy.example.com:3128, as ${variable} says`;
  const NONE = "ok | None: requests go straight to Odoo";
  const excepted = "ok | None: NO_PROXY excepts erp.example.com from the proxy of HTTPS_PROXY";
  const cases: [variables: Record<string, string>, said: string][] = [
    [{}, NONE],
    [{ HTTPS_PROXY: P }, by("HTTPS_PROXY")],
    [{ HTTPS_PROXY: "proxy.example.com:3128" }, by("HTTPS_PROXY")],
    [{ https_proxy: P, HTTPS_PROXY: "" }, by("https_proxy")],
    [{ HTTPS_PROXY: "http://other.example.com", ALL_PROXY: P }, by("ALL_PROXY")],
    [{ HTTP_PROXY: P }, NONE],
    [{ HTTPS_PROXY: P, NO_PROXY: "localhost, .example.com" }, excepted],
    [{ HTTPS_PROXY: P, NO_PROXY: "example.com" }, excepted],
    [{ HTTPS_PROXY: P, no_proxy: "*" }, excepted],
    [{ HTTPS_PROXY: P, NO_PROXY: "ple.com,erp.example.com:443" }, by("HTTPS_PROXY")],
    [{ HTTPS_PROXY: P, NO_PROXY: "", no_proxy: "example.com" }, by("HTTPS_PROXY")],
  ];
  for (const [variables, said] of cases) {
    assertEquals(await say(proxy, patientOf("https://erp.example.com", {}, variables)), said);
  }
  const capitals = { mayRead: (name: string) => name === name.toUpperCase() };
  assertEquals(
    await say(proxy, patientOf("https://erp.example.com", capitals)),
    "ok | None, by the variables in capitals: those in small letters may not be read",
  );
  const near = (more: Record<string, string>) =>
    say(proxy, patientOf("http://127.0.0.1:8069", {}, { HTTP_PROXY: P, ...more }));
  assertStringIncludes(await near({}), "| For a server of this machine add 127.0.0.1 to NO_PROXY");
  assertStringIncludes(await near({ NO_PROXY: "127.0.0.0/8" }), "ok | None: NO_PROXY excepts");
  assertStringIncludes(await near({ NO_PROXY: "10.0.0.0/8" }), "warning");
  assertEquals(await near({ REQUEST_METHOD: "GET" }), NONE);
  assertStringIncludes(
    await say(proxy, patientOf("https://erp.example.com", {}, { HTTPS_PROXY: "ftp://x" })),
    "warning | HTTPS_PROXY is no address of a proxy",
  );
  const through = patientOf("https://erp.example.com", {}, { HTTPS_PROXY: P });
  assertStringIncludes(await say(tcp, through), "proxy.example.com takes connections on port 3128");
  assertStringIncludes(await say(tls, through), "skipped");
});

Deno.test("the doctor tells clocks that differ, and slow answers, by the clock that it is given", async () => {
  const begin = Date.UTC(2026, 0, 1);
  const visit = (ms: number, skew: number | undefined) => {
    let now = begin;
    const patient = patientOf("http://127.0.0.1:8069", {
      now: () => now,
      fetch: async (...request) => {
        const response = await new OdooSimulator().fetch(...request);
        const headers = new Headers(response.headers);
        now += ms / 2;
        headers.delete("date");
        if (skew !== undefined) headers.set("date", new Date(now + skew).toUTCString());
        now += ms / 2;
        return new Response(response.body, { status: response.status, headers });
      },
    });
    return { clock: () => say(clock, patient), latency: () => say(latency, patient) };
  };
  assertEquals(await visit(100, 0).clock(), "ok | Both clocks agree, give or take 0.6 s");
  assertMatch(await visit(100, 90_000).clock(), /is 90\.\d s ahead of this machine's/);
  assertStringIncludes(await visit(100, -3600_000).clock(), "s behind this machine's");
  assertStringIncludes(await visit(100, undefined).clock(), "skipped");
  assertStringIncludes(await visit(100, 0).latency(), "ok | 100 ms for a call that does nothing");
  assertStringIncludes(await visit(1500, 0).latency(), "warning | 1500 ms");
});

Deno.test("a check that needs what has failed is not done, and what that needs neither", async () => {
  const done: string[] = [];
  const check = (name: string, needs: string[], isWell = true): Check => ({
    name,
    needs,
    run: () => {
      done.push(name);
      return isWell ? ok("well") : failed("ill", "mend it");
    },
  });
  const checks = [
    check("a", []),
    check("b", ["a"], false),
    check("c", ["b"]),
    check("d", ["c"]),
    check("e", ["a"]),
  ];
  const results = await Array.fromAsync(examine(checks, patientOf("http://127.0.0.1")));
  assertEquals(results.map(({ state }) => state), ["ok", "failed", "skipped", "skipped", "ok"]);
  assertEquals(done, ["a", "b", "e"]);
  assertStringIncludes(results[3]!.text, '"b"');
});

Deno.test("Ctrl-C ends `odeno doctor` while it waits for a server", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using env = await ground();
  const flag = await env.settings({ URL: `http://127.0.0.1:${listener.addr.port}` });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--config", CONFIG, "-A", "cli.ts", "doctor", flag],
    cwd: new URL("../", import.meta.url),
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes('"tls"')) text += (await reader.read()).value ?? "";
  child.kill("SIGINT");
  const [{ code }, err] = await Promise.all([child.status, new Response(child.stderr).text()]);
  assertEquals(code, 130, err);
  assertStringIncludes(err, "Interrupted");
  await reader.cancel();
});
