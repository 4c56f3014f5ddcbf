import { assert, assertEquals, assertMatch } from "@std/assert";
import { ROOT, runDeno, temporaryFolder } from "./support.ts";

const { version } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
/** Whether adapters stand in for `@std`: `.ci/deno.ts` has found that JSR does not answer. */
const OFFLINE = Deno.env.get("CI_DENO_CONFIG") === "deno.offline.json";

const SCRIPT = (base: string) => `
import { authenticate, connect, executeKw, OdooAuthError } from "${base}/mod.ts";
import { OdooSimulator } from "${base}/lib/testing/mod.ts";

const odoo = new OdooSimulator();
console.log(await authenticate(odoo.config));
const id: number = await executeKw<number>("res.partner", "create", [{ name: "Ana" }]);
console.log(await executeKw("res.partner", "read", [[id], ["name"]]), id);
const wrong = { ...odoo.config, apiKey: "0".repeat(40) };
console.log(await connect(wrong).catch((error) => error instanceof OdooAuthError));
`;

/** The files of the repository, as the host of a release serves them: those that are committed, and no others. */
async function serveTree() {
  const { stdout } = await new Deno.Command("git", { args: ["ls-files", "-z"], cwd: ROOT })
    .output();
  const files = new Set(new TextDecoder().decode(stdout).split("\0"));
  const asked: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const path = new URL(request.url).pathname.slice("/v1/".length);
      asked.push(path);
      if (!files.has(path)) return new Response("404: Not Found", { status: 404 });
      // Such hosts send everything as plain text: the ending of the name tells what it is
      const headers = { "content-type": "text/plain; charset=utf-8" };
      return new Response(await Deno.readFile(new URL(path, ROOT)), { headers });
    },
  );
  const host = `127.0.0.1:${server.addr.port}`;
  return { asked, host, base: `http://${host}/v1`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** An empty folder, and nothing in Deno's cache that comes from this server. */
async function ground() {
  const server = await serveTree();
  const folder = await temporaryFolder();
  const run = async (args: string[], flags: string[] = ["--no-prompt"]) => {
    // The flag replaces the hosts that Deno takes code from by itself
    const imports = [`--allow-import=${server.host},jsr.io:443`, `--reload=${server.base}`];
    return await runDeno(["run", "--quiet", ...imports, ...flags, ...args], {}, folder.path);
  };
  return {
    ...server,
    folder: folder.path,
    run,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("a script in an empty folder imports mod.ts and lib/testing/mod.ts by URL, with no permission to run", async () => {
  await using there = await ground();
  await Deno.writeTextFile(`${there.folder}/script.ts`, SCRIPT(there.base));
  const { code, stdout, stderr } = await there.run(["--no-npm", "script.ts"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^2\n\[ \{ id: (\d+), name: "Ana" \} \] \1\ntrue\n$/);
  assert(there.asked.includes("mod.ts"));
  assertEquals(there.asked.filter((path) => !/^(mod\.ts$|lib\/)/.test(path)), []);
});

const std = OFFLINE ? "with a --config of nothing but links in place of JSR" : "from JSR";

/** Flags for what takes its `@std` from JSR. */
async function stdFlags(folder: string): Promise<string[]> {
  if (!OFFLINE) return ["--no-prompt"];
  const links = ["cli", "dotenv"].map((name) => new URL(`.ci/std/${name}`, ROOT).pathname);
  await Deno.writeTextFile(`${folder}/links.json`, JSON.stringify({ links }));
  return ["--no-prompt", "--no-lock", "--config", "links.json"];
}

Deno.test(`cli.ts runs by URL from an empty folder, its @std ${std}`, async () => {
  await using there = await ground();
  const flags = await stdFlags(there.folder);
  const run = (arg: string) => there.run([`${there.base}/cli.ts`, arg], flags);
  assertEquals(await run("--version"), { code: 0, stdout: `odeno ${version}\n`, stderr: "" });
  const help = await run("--help");
  assertEquals([help.code, help.stderr], [0, ""]);
  assertMatch(help.stdout, /^Usage: odeno COMMAND/);
});

Deno.test(`demo.ts runs by URL with its data, its @std ${std}`, async () => {
  await using there = await ground();
  const flags = await stdFlags(there.folder);
  const { code, stdout, stderr } = await there.run([`${there.base}/examples/demo.ts`], flags);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout.trimEnd().split("\n").length, 8);
});
