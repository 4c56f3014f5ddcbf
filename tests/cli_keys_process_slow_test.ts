import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { checkKey } from "../lib/keys.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { ground, ODENO, odeno, shell } from "./cli_support.ts";
import { temporaryFolder } from "./support.ts";

const OPTIONS = { ignore: Deno.build.os !== "linux" };
const KEY = /[0-9a-f]{40}/;

/** A command line on a terminal. */
const onTerminal = (line: string) =>
  `script -qec ${JSON.stringify(line).replaceAll("$", "\\$")} /dev/null`;

Deno.test(
  "on a terminal `odeno init` hides the password, and what it writes works in a pipe",
  OPTIONS,
  async () => {
    await using env = await ground({}, { version: 19 });
    const dialogue = [
      ["such as https://erp.example.com", `${env.url}\n`],
      ["Database [odoo]", "\n"],
      ["Login", "demo\n"],
      ["Password of", "hunter-2\n"],
      ["does not take that", "dex\x7fmo\n"],
    ] as const;
    const done = await shell(onTerminal("$ODENO init"), "", { dialogue, cwd: env.folder });
    assertEquals(done.code, 0, done.out);
    assertFalse(/hunter|dexmo|demmo|\*\*/.test(done.out));
    assertEquals((await Deno.stat(`${env.folder}/.env`)).mode! & 0o777, 0o600);
    const auth = await shell("$ODENO auth --env-file .env | cat", "", { cwd: env.folder });
    assertEquals([auth.code, JSON.parse(auth.out).keys], [0, ["odeno"]]);
  },
);

Deno.test(
  "on a terminal a key goes where the standard output goes, and nothing else does",
  OPTIONS,
  async () => {
    await using env = await ground();
    const flag = await env.settings({ USERNAME: "demo", API_KEY: undefined });
    const dialogue = [["Password of", "demo\n"]] as const;
    const file = `${env.folder}/key`;
    const line = onTerminal(`$ODENO keys new x $FLAG >${file}`);
    const { code, out } = await shell(line, flag, { dialogue });
    assertEquals(code, 0, out);
    assertMatch(
      out,
      /^Password of "demo" at \S+: \nMade the API key "x" \(id 2, without an end\)\n$/,
    );
    assertMatch(await Deno.readTextFile(file), /^[0-9a-f]{40}\n$/);
  },
);

Deno.test(
  "Ctrl-C or Ctrl-\\ at a hidden question ends the command, and the terminal shows again what is typed",
  OPTIONS,
  async () => {
    await using env = await ground();
    const flag = await env.settings({ USERNAME: "demo", API_KEY: undefined });
    // The shell is sent the signal as well, and dies of it where it has no trap and learns of it late
    const line = onTerminal(
      "trap : INT QUIT; $ODENO keys new x $FLAG; echo code $?; stty -a | grep -ow -- '-\\?echo'",
    );
    for (const [typed, code] of [["half\x03", 130], ["half\x1c", 131]] as const) {
      const { out } = await shell(line, flag, { dialogue: [["Password of", typed]] });
      assertMatch(out, new RegExp(`: \\S*\\n+Interrupted\\ncode ${code}\\necho\\n$`));
      assertFalse(out.includes("half"));
    }
  },
);

Deno.test("a key whose reader has gone is revoked", OPTIONS, async () => {
  await using env = await ground();
  const flag = await env.settings({ USERNAME: "demo", API_KEY: undefined, PASSWORD: "demo" });
  await shell("$ODENO keys new x $FLAG | true", flag);
  assert(env.odoo.calls.some(({ method }) => method === "make_key"));
  assertEquals(env.odoo.records("res.users.apikeys").length, 1);
});

/** Stands in front of a server, and stops for good at one request: before the server gets it, or behind its work. */
function gate(url: string, { at, isBefore }: { at: number; isBefore: boolean }) {
  const reached = Promise.withResolvers<void>();
  let count = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const isLast = ++count === at;
    const stop = () => {
      reached.resolve();
      return new Promise<Response>(() => {});
    };
    if (isLast && isBefore) return await stop();
    const { pathname } = new URL(request.url);
    const { method, headers } = request;
    const body = method === "GET" ? null : await request.arrayBuffer();
    const answer = await fetch(url + pathname, { method, headers, body, redirect: "manual" });
    const content = await answer.arrayBuffer();
    return isLast ? await stop() : new Response(content, answer);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    reached: reached.promise,
    count: () => count,
  };
}

/** A key `job` of `demo`, saved in a file, and a way to rotate it by a process. */
async function job() {
  const folder = await temporaryFolder();
  const odoo = new OdooSimulator({}, { version: 19 });
  const server = odoo.serve();
  const saved = `${folder.path}/.env`;
  const save = (url: string, path: string, secret: string) =>
    Deno.writeTextFile(path, `ODOO_URL=${url}\nODOO_DB=odoo\nODOO_USERNAME=demo\n${secret}\n`);
  const old = odoo.addApiKey("demo", "job");
  await save(server.url, saved, `ODOO_API_KEY=${old}`);
  return {
    folder: folder.path,
    url: server.url,
    /** Rotates by a process, through an address. */
    async start(url: string) {
      const settings = `${folder.path}/settings`;
      await save(url, settings, "ODOO_PASSWORD=demo");
      const [program = "", ...args] = ODENO;
      const words = ["keys", "rotate", "job", "--save", saved, "--env-file", settings];
      const ends = { stdin: "null", stdout: "null", stderr: "null" } as const;
      return new Deno.Command(program, { args: [...args, ...words], ...ends }).spawn();
    },
    /** Whether the key that is saved works, after all. */
    async isGood() {
      const apiKey = KEY.exec(await Deno.readTextFile(saved))?.[0] ?? "";
      return (await checkKey({ ...odoo.config, username: "demo", apiKey })).ok;
    },
    keys: () => odoo.records("res.users.apikeys").filter(({ name }) => name === "job").length,
    secrets: () =>
      Array.from(Deno.readDirSync(folder.path), ({ name }) => name)
        .filter((name) => name.startsWith(".env")),
    modes: () =>
      Array.from(Deno.readDirSync(folder.path), ({ name }) => name)
        .filter((name) => name.endsWith(".tmp"))
        .map((name) => Deno.statSync(`${folder.path}/${name}`).mode! & 0o777),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What holds after a rotation, however it ended. */
async function assertSafe(env: Awaited<ReturnType<typeof job>>, when: string): Promise<void> {
  assert(await env.isGood(), when);
  assertEquals(env.modes().filter((mode) => mode !== 0o600), [], when);
  assertEquals((await (await env.start(env.url)).status).code, 0, when);
  assert(await env.isGood(), when);
  assertEquals([env.keys(), env.secrets()], [1, [".env"]], when);
}

Deno.test(
  "a rotation that is killed at any of its requests leaves a saved key that works",
  OPTIONS,
  async () => {
    let requests = Infinity;
    for (let at = 1; at <= requests + 1; at++) {
      for (const isBefore of [true, false]) {
        await using env = await job();
        const front = gate(env.url, { at, isBefore });
        const child = await env.start(front.url);
        const ended = await Promise.race([child.status, front.reached]);
        if (ended) {
          requests = front.count();
          assertEquals(ended.code, 0);
          assert(at > requests);
        } else {
          child.kill("SIGKILL");
          await child.status;
        }
        await assertSafe(env, `killed at request ${at}, ${isBefore ? "before" : "behind"} it`);
      }
    }
    assert(requests > 8);
  },
);

Deno.test(
  "a rotation that is killed while it writes leaves a saved key that works",
  OPTIONS,
  async () => {
    for (const kind of ["create", "modify", "rename"]) {
      await using env = await job();
      const watcher = Deno.watchFs(env.folder);
      const child = await env.start(env.url);
      for await (const event of watcher) {
        const isTheirs = event.paths.some((path) => /\.env/.test(path));
        if (isTheirs && (event.kind === kind || event.kind === "remove")) break;
      }
      child.kill("SIGKILL");
      await child.status;
      await assertSafe(env, `killed at ${kind}`);
    }
  },
);

Deno.test(
  "the password is not on the command line of the process, where others could read it",
  OPTIONS,
  async () => {
    const password = "correct horse battery";
    await using env = await ground();
    const front = gate(env.url, { at: 1, isBefore: true });
    const [program = "", ...args] = ODENO;
    const settings = { URL: front.url, DB: "odoo", USERNAME: "demo", PASSWORD: password };
    const child = new Deno.Command(program, {
      args: [...args, "keys", "new", "x"],
      env: Object.fromEntries(
        Object.entries(settings).map(([name, value]) => [`ODOO_${name}`, value]),
      ),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await front.reached;
    // Deno itself reads nothing of /proc without all permissions
    const cat = new Deno.Command("cat", { args: [`/proc/${child.pid}/cmdline`] });
    const line = new TextDecoder().decode((await cat.output()).stdout);
    child.kill("SIGKILL");
    await child.status;
    assertStringIncludes(line, "keys\0new\0x");
    assertFalse(line.includes(password));
  },
);

Deno.test(
  "no secret is in an output or an error, nor in a file that is not to have it",
  OPTIONS,
  async () => {
    const password = "correct horse battery";
    await using env = await ground({}, { version: 19 });
    const admin = await env.odoo.connect();
    const [user] = await admin.model("res.users").search([["login", "=", "demo"]]);
    await admin.model("res.users").write([Number(user)], { password });
    const account = { USERNAME: "demo", API_KEY: undefined, PASSWORD: password };
    const flag = await env.settings(account);
    const path = `${env.folder}/.env`;
    let seen = "";
    const run = async (line: string, given = flag) => {
      const { out, err } = await shell(`${line} --verbose $FLAG`, given);
      seen += out + err;
    };
    await run(`$ODENO keys new x --save ${path}`);
    const keys = [KEY.exec(await Deno.readTextFile(path))?.[0] ?? ""];
    await run("$ODENO keys list");
    await run(`$ODENO keys rotate x --save ${path}`);
    keys.push(KEY.exec(await Deno.readTextFile(path))?.[0] ?? "");
    await run(`$ODENO keys rotate x --save ${env.folder}/none/.env`);
    await run(`$ODENO keys new y --save ${env.folder}`);
    for (
      const failure of [{ kind: "bad-gateway" }, { kind: "empty" }, { kind: "cooldown" }] as const
    ) {
      env.odoo.failNext(failure, { method: "make_key" });
      await run("$ODENO keys new z --days 3 --save /dev/null/x");
    }
    await run(`$ODENO init --save ${path}`);
    await run("$ODENO auth", `--env-file=${path}`);
    await run("$ODENO keys check", `--env-file=${path}`);
    await run("$ODENO keys revoke x");
    keys.push(KEY.exec(await Deno.readTextFile(path))?.[0] ?? "");
    await run("$ODENO keys check", await env.settings({ USERNAME: "demo", API_KEY: keys[0] }));
    assertEquals(keys.filter((key) => KEY.test(key)).length, 3);
    for (const secret of [password, ...keys]) assertFalse(seen.includes(secret));
    const files = Array.from(Deno.readDirSync(env.folder), ({ name }) => name);
    assertEquals(files.filter((name) => !/^env\d+$/.test(name)), [".env"]);
    assertFalse((await Deno.readTextFile(path)).includes(password));
    assertEquals((await odeno("keys", "list", flag)).code, 0);
  },
);
