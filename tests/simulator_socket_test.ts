import {
  assert,
  assertEquals,
  assertLess,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { OdooSimulator, type Running } from "../lib/testing/mod.ts";
import { connect, OdooNetworkError } from "../mod.ts";

const CALL = "<methodCall><methodName>list</methodName></methodCall>";
const LENGTH = `content-length: ${CALL.length}`;
const ANSWER = /^HTTP\/1\.1 200 OK\r\n[^]*<string>odoo<\/string>/;

/** Writes bytes to a server, and reads all that it has to say. */
async function talk({ url }: Running, text: string, halfClose = false): Promise<string> {
  using connection = await dial(url);
  const writing = write(connection, text).then(async () => {
    if (halfClose) await connection.closeWrite();
  });
  let answer = "";
  for await (const bytes of read(connection)) answer += new TextDecoder().decode(bytes);
  await writing.catch(() => {});
  return answer;
}

function dial(url: string): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port: Number(new URL(url).port) });
}

async function write(connection: Deno.TcpConn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let offset = 0; offset < bytes.length;) {
    offset += await connection.write(bytes.subarray(offset));
  }
}

async function* read(connection: Deno.TcpConn): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(4096);
  try {
    for (let count; (count = await connection.read(chunk)) !== null;) yield chunk.slice(0, count);
  } catch (error) {
    // Whoever is hung up on in the midst of writing may get a reset
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
}

function post(fields: string, body = CALL, path = "/xmlrpc/2/db"): string {
  return `POST ${path} HTTP/1.1\r\nhost: x\r\n${fields}\r\n\r\n${body}`;
}

Deno.test("serve() answers over the network until it is disposed of", async () => {
  const server = new OdooSimulator();
  let url = "";
  {
    await using running = server.serve();
    url = running.url;
    const odoo = await connect({ ...running.config, retries: 0 });
    const read = () => odoo.executeKw("res.partner", "read", [[1], ["name"]]);
    assertEquals(await read(), [{ id: 1, name: "YourCompany" }]);
    server.failNext({ kind: "disconnect" });
    await assertRejects(read, OdooNetworkError);
    await running[Symbol.asyncDispose]();
  }
  await assertRejects(() => fetch(url), TypeError);
});

Deno.test("serve() ends at once, also while calls wait and callers are still writing", async () => {
  const server = new OdooSimulator();
  server.failNext({ kind: "timeout" });
  const running = server.serve();
  const waiting = talk(running, post(LENGTH));
  const halves = ["", "POST /xmlrpc", post("content-length: 1000")].map((text) =>
    talk(running, text)
  );
  while (server.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await running[Symbol.asyncDispose]();
  assertEquals(await Promise.all([waiting, ...halves]), ["", "", "", ""]);
});

Deno.test("serve() hangs up without a byte where the connection is to be cut", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  server.failNext({ kind: "disconnect" });
  assertEquals(await talk(running, post(LENGTH)), "");
});

Deno.test("serve() reads bodies in chunks, and those that wait to be asked for", async () => {
  await using running = new OdooSimulator().serve();
  const chunks = [...CALL.matchAll(/.{1,20}/g)].map(([part]) =>
    `${part.length.toString(16)};note=x\r\n${part}\r\n`
  );
  const chunked = `${chunks.join("")}0\r\ntrailer: x\r\n\r\n`;
  assertMatch(await talk(running, post("transfer-encoding: chunked", chunked)), ANSWER);
  const waiting = await talk(running, post(`expect: 100-continue\r\n${LENGTH}`));
  assertMatch(waiting.replace("HTTP/1.1 100 Continue\r\n\r\n", ""), ANSWER);
});

Deno.test("serve() reads a path with two slashes as Odoo does, and an address in place of a path", async () => {
  await using running = new OdooSimulator().serve();
  for (const path of ["//xmlrpc/2/db", "/xmlrpc//2/db/", "http://x/xmlrpc/2/db"]) {
    assertMatch(await talk(running, post(LENGTH, CALL, path)), ANSWER, path);
  }
});

Deno.test("serve() does not run a request that breaks off, or that cannot be read", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  const chunk = `${CALL.length.toString(16)}\r\n${CALL}\r\n`;
  const chunked = (body: string) => post("transfer-encoding: chunked", body);
  const broken = [
    "",
    "POST /xmlrpc/2/db HTTP/1.1\r\nhost: x",
    post(`content-length: ${CALL.length + 1}`),
    post("content-length: 2147483648"),
    chunked(""),
    chunked(chunk),
    chunked(`${chunk}0\r\n`),
  ];
  for (const text of broken) assertEquals(await talk(running, text, true), "", text);
  const unreadable = [
    "GARBAGE\r\n\r\n",
    "GET / HTTP/2\r\n\r\n",
    "GET / HTTP/1.1\r\nno colon\r\n\r\n",
    "GET / HTTP/1.1\r\nhost: a b\r\n\r\n",
    chunked(`zz\r\n${CALL}\r\n0\r\n\r\n`),
    chunked(`2\r\n${CALL}\r\n0\r\n\r\n`),
  ];
  for (const text of unreadable) assertEquals(await talk(running, text), "", text);
  assertEquals(server.calls, []);
});

Deno.test("serve() hangs up on a head without an end", async () => {
  await using running = new OdooSimulator().serve();
  const started = performance.now();
  assertEquals(await talk(running, `GET / HTTP/1.1\r\nx-a: ${"a".repeat(10_000_000)}`), "");
  assertLess(performance.now() - started, 5000);
});

Deno.test("serve() takes a body as empty where its length is no number", async () => {
  await using running = new OdooSimulator().serve();
  for (const field of ["content-length: abc", "content-length: -1", "x: y"]) {
    assertMatch(await talk(running, post(field)), /no element found: line 1, column 0/, field);
  }
});

Deno.test("serve() answers one request for each connection, and says so", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  const answer = await talk(running, post(LENGTH).repeat(50));
  assertEquals(answer.match(/HTTP\/1\.1 200/g)?.length, 1);
  assertMatch(answer, /\r\nconnection: close\r\n/);
  assertEquals(server.calls.length, 1);
});

Deno.test("serve() answers HEAD without a body, and many callers at once", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  const head = await talk(running, "HEAD /nowhere HTTP/1.1\r\nhost: x\r\n\r\n");
  assertMatch(head, /^HTTP\/1\.1 404[^]*\r\n\r\n$/);
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => talk(running, post(LENGTH))),
  );
  assert(answers.every((answer) => ANSWER.test(answer)));
});

Deno.test("serve() reads from slow callers", async () => {
  await using running = new OdooSimulator().serve();
  using connection = await dial(running.url);
  for (const part of post(LENGTH).match(/[^]{1,9}/g) ?? []) await write(connection, part);
  let answer = "";
  for await (const bytes of read(connection)) answer += new TextDecoder().decode(bytes);
  assertMatch(answer, ANSWER);
});

Deno.test("serve() says in one sentence that a port is taken", async () => {
  const server = new OdooSimulator();
  await using running = server.serve();
  const port = Number(new URL(running.url).port);
  assertThrows(
    () => server.serve({ port }),
    Deno.errors.AddrInUse,
    `Cannot listen on port ${port} of 127.0.0.1: another program does; without a port, a free one is taken`,
  );
});

Deno.test("serve() gives an address to reach it by, whatever it listens on", async () => {
  const { code, text } = await runScript(`
    const hostnames = ["127.0.0.1", "localhost", "0.0.0.0"];
    try {
      Deno.listen({ hostname: "::1", port: 0 }).close();
      hostnames.push("::1", "::");
    } catch (error) {
      console.log(error instanceof Deno.errors.NotCapable ? error : "no IPv6");
    }
    for (const hostname of hostnames) {
      await using running = new OdooSimulator().serve({ hostname });
      const { uid } = await connect(running.config);
      console.log(hostname, new URL(running.url).hostname, uid);
    }
  `);
  const four = ["127.0.0.1 127.0.0.1 2", "localhost localhost 2", "0.0.0.0 127.0.0.1 2"];
  const expected = text.startsWith("no IPv6")
    ? ["no IPv6", ...four]
    : [...four, "::1 [::1] 2", ":: [::1] 2"];
  assertEquals([code, text.trimEnd().split("\n")], [0, expected]);
});

Deno.test("serve() prints nothing, whatever happens to its calls", async () => {
  const { code, text } = await runScript(`
    const server = new OdooSimulator();
    await using running = server.serve();
    const odoo = await connect(running.config);
    for (const kind of ["disconnect", "timeout", "truncated", "garbage"]) {
      server.failNext({ kind });
      await odoo.executeKw("res.partner", "search_count", [[]], {}, { timeoutMs: 500 }).catch(() => {});
    }
  `);
  assertEquals([code, text], [0, ""]);
});

/** Runs a script in a process that may use any address of this machine. */
async function runScript(script: string): Promise<{ code: number; text: string }> {
  const imports = `
    import { OdooSimulator } from "${new URL("../lib/testing/mod.ts", import.meta.url)}";
    import { connect } from "${new URL("../mod.ts", import.meta.url)}";
  `;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, imports + script);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--no-check", "--no-prompt", "--allow-net", path],
    }).output();
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
  } finally {
    await Deno.remove(path);
  }
}
