/** The way to a server: certificates of an own CA, and proxies, as programs meet them. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { CONFIG, type Ended, runDeno, temporaryFolder } from "./support.ts";

const SCRIPT = `
import { connect } from "./mod.ts";
try {
  const odoo = await connect();
  console.log(odoo.version.major);
} catch (error) {
  console.log(error.message, "|", error.outcome);
}
`;

/** A CA, and a certificate that it has made for 127.0.0.1 and erp.example. */
async function makeCertificates(
  folder: string,
): Promise<{ ca: string; cert: string; key: string }> {
  const names = "subjectAltName=IP:127.0.0.1,DNS:erp.example\nbasicConstraints=CA:FALSE\n";
  await Deno.writeTextFile(`${folder}/names`, names);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl(folder, ["req", "-x509", ...key, "-days", "2", "-subj", "/CN=Own CA"], "ca");
  await openssl(folder, ["req", ...key, "-subj", "/CN=erp.example"], "server");
  await openssl(folder, [
    ...["x509", "-req", "-in", "server.pem", "-CA", "ca.pem", "-CAkey", "ca.key"],
    ...["-CAcreateserial", "-days", "2", "-extfile", "names"],
  ], undefined);
  return {
    ca: `${folder}/ca.pem`,
    cert: await Deno.readTextFile(`${folder}/made.pem`),
    key: await Deno.readTextFile(`${folder}/server.key`),
  };
}

async function openssl(folder: string, args: string[], name: string | undefined): Promise<void> {
  const out = name === undefined
    ? ["-out", "made.pem"]
    : ["-keyout", `${name}.key`, "-out", `${name}.pem`];
  const { code, stderr } = await new Deno.Command("openssl", {
    args: [...args, ...out],
    cwd: folder,
  })
    .output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

/** An Odoo behind TLS. */
async function serveTls(folder: string) {
  const { ca, cert, key } = await makeCertificates(folder);
  const simulator = new OdooSimulator();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, cert, key, onListen() {} },
    (request) => simulator.fetch(request),
  );
  const { port } = server.addr;
  return { ca, port, simulator, [Symbol.asyncDispose]: () => server.shutdown() };
}

async function run(
  url: string,
  { config: { db, username, apiKey } }: OdooSimulator,
  env: Record<string, string> = {},
  flags: readonly string[] = [],
): Promise<Ended> {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/script.ts`;
  await Deno.writeTextFile(
    path,
    SCRIPT.replace("./mod.ts", new URL("../mod.ts", import.meta.url).href),
  );
  const all = ["run", "--quiet", "--config", CONFIG, "--no-prompt", "--allow-net", "--allow-env"];
  return await runDeno([...all, ...flags, path], {
    ODOO_URL: url,
    ODOO_DB: db,
    ODOO_USERNAME: username,
    ODOO_API_KEY: String(apiKey),
    ODOO_ALLOW_HTTP: "1",
    ...env,
  });
}

const hasOpenssl = await new Deno.Command("openssl", { args: ["version"] }).output()
  .then(() => true, () => false);

Deno.test({
  name:
    "a server with a certificate of an own CA is reached with --cert or DENO_CERT, and refused at once without",
  ignore: !hasOpenssl,
  async fn() {
    await using folder = await temporaryFolder();
    await using server = await serveTls(folder.path);
    const url = `https://127.0.0.1:${server.port}`;
    const refused = await run(url, server.simulator);
    assertEquals(
      refused.stdout,
      `${url} has a certificate that Deno does not trust (UnknownIssuer): where a CA of your own has made it, give its file to --cert or DENO_CERT | not-sent\n`,
    );
    const byFlag = await run(url, server.simulator, {}, ["--cert", server.ca]);
    assertEquals([byFlag.stdout, byFlag.stderr], ["17\n", ""]);
    const byVariable = await run(url, server.simulator, { DENO_CERT: server.ca });
    assertEquals([byVariable.stdout, byVariable.stderr], ["17\n", ""]);
  },
});

/** A proxy that sends everything to one port, whatever it is asked for, and tells what that was. */
function serveProxy(port: () => number) {
  const asked: string[] = [];
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const serving = (async () => {
    for await (const connection of listener) {
      connections.push(connection);
      pass(connection, port(), asked, connections).catch(() => {});
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
      for (const connection of connections) {
        try {
          connection.close();
        } catch {
          // It was closed by its other end
        }
      }
    },
  };
}

async function pass(
  client: Deno.Conn,
  port: number,
  asked: string[],
  connections: Deno.Conn[],
): Promise<void> {
  const head = new Uint8Array(2 ** 16);
  const size = await client.read(head) ?? 0;
  const [line = ""] = new TextDecoder().decode(head.subarray(0, size)).split("\r\n");
  asked.push(line.split(" ").slice(0, 2).join(" "));
  const server = await Deno.connect({ hostname: "127.0.0.1", port });
  connections.push(server);
  if (line.startsWith("CONNECT ")) {
    await client.write(new TextEncoder().encode("HTTP/1.1 200 Connected\r\n\r\n"));
  } else await server.write(head.subarray(0, size));
  await Promise.all([
    client.readable.pipeTo(server.writable),
    server.readable.pipeTo(client.writable),
  ]);
}

Deno.test("HTTP_PROXY, HTTPS_PROXY and NO_PROXY say which way requests go", async () => {
  const simulator = new OdooSimulator();
  await using plain = await simulator.serve();
  const port = Number(new URL(plain.url).port);
  await using proxy = serveProxy(() => port);
  const through = await run("http://erp.example", simulator, { HTTP_PROXY: proxy.url });
  assertEquals([through.stdout, through.stderr], ["17\n", ""]);
  assert(proxy.asked.every((line) => /^\w+ http:\/\/erp\.example\//.test(line)));
  const count = proxy.asked.length;
  assert(count > 0);
  const env = { HTTP_PROXY: proxy.url, NO_PROXY: "127.0.0.1" };
  assertEquals((await run(plain.url, simulator, env)).stdout, "17\n");
  assertEquals(proxy.asked.length, count);
});

Deno.test({
  name: "through HTTPS_PROXY the connection is encrypted from end to end",
  ignore: !hasOpenssl,
  async fn() {
    await using folder = await temporaryFolder();
    await using server = await serveTls(folder.path);
    await using proxy = serveProxy(() => server.port);
    const env = { HTTPS_PROXY: proxy.url, DENO_CERT: server.ca };
    const { stdout, stderr } = await run("https://erp.example", server.simulator, env);
    assertEquals([stdout, stderr], ["17\n", ""]);
    assertStringIncludes(proxy.asked.join(), "CONNECT erp.example:443");
    assert(proxy.asked.every((line) => line === "CONNECT erp.example:443"));
  },
});
