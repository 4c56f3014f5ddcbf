import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { connect } from "../mod.ts";
import { cassette } from "../lib/testing/mod.ts";
import { ground, ODENO, odeno } from "./cli_support.ts";
import { CONFIG, ROOT, temporaryFolder } from "./support.ts";

/** A command that listens until it is told to stop, with what it has exported. */
async function listening(...argv: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--config", CONFIG, "-A", "cli.ts", ...argv],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const err = new Response(child.stderr).text();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const last = argv[0] === "simulate" ? "ODOO_API_KEY=" : "ODOO_URL=";
  let text = "";
  while (!text.includes(last) || !text.endsWith("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  const variables = Object.fromEntries(
    [...text.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  return {
    variables,
    get config() {
      const { ODOO_URL: url = "", ODOO_DB: db = "", ODOO_USERNAME: username = "" } = variables;
      return { url, db, username, apiKey: variables["ODOO_API_KEY"] ?? "" };
    },
    /** Presses Ctrl-C, and answers with the exit code and what was said. */
    async end() {
      child.kill("SIGINT");
      const [{ code }, said] = await Promise.all([child.status, err]);
      await reader.cancel();
      return { code, said };
    },
  };
}

async function write(folder: string, name: string, content: unknown): Promise<string> {
  const path = `${folder}/${name}`;
  await Deno.writeTextFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

Deno.test("`odeno simulate` serves records of JSON and CSV, as a version of its own", async () => {
  await using folder = await temporaryFolder();
  const json = await write(folder.path, "data.json", {
    "res.partner": [{ id: 101, name: "Ana", country_id: [20, "Belgium"], category_id: [] }],
    "res.partner.category": [{ id: 7, name: "Gold" }],
  });
  const csv = await write(
    folder.path,
    "res.partner.csv",
    "id,name,is_company,color,parent_id,category_id,country_id/id,comment\n" +
      '102,Bob,true,3,101,[7],base.be,"two\nlines"\n' +
      "103,Cy,false,,,,,\n",
  );
  const odoo = await listening(
    ...["simulate", "--port=0", "--version", "19", "--seed", json, `--seed=${csv}`],
  );
  const client = await connect(odoo.config);
  assertEquals(client.version.text, "19.0");
  const fields = ["name", "is_company", "color", "parent_id", "category_id", "country_id"];
  const rows = await client.model("res.partner").read([101, 102, 103], { fields });
  assertEquals(rows.map(({ name, color, is_company }) => [name, color, is_company]), [
    ["Ana", 0, false],
    ["Bob", 3, true],
    ["Cy", 0, false],
  ]);
  assertEquals([rows[1]?.["parent_id"], rows[1]?.["category_id"]], [[101, "Ana"], [7]]);
  assertEquals([rows[0]?.["country_id"], rows[1]?.["country_id"]], [[20, "Belgium"], [
    20,
    "Belgium",
  ]]);
  const { code, said } = await odoo.end();
  assertEquals(code, 0);
  assertMatch(
    said,
    /^A simulated Odoo 19 listens on http:\/\/127\.0\.0\.1:\d+\. Ctrl-C ends it\.\nIts users are "admin" and .+\n$/,
  );
});

Deno.test("`odeno simulate --save` has a file for as long as it listens, and takes no other's place", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/sim.env`;
  using watcher = Deno.watchFs(folder.path);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...ODENO.slice(1), "simulate", "--port=0", "--save", path],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  for await (const { paths } of watcher) if (paths.includes(path)) break;
  assertEquals((await odeno("count", "res.partner", `--env-file=${path}`)).code, 0);
  const second = await odeno("simulate", "--port=0", "--save", path);
  assertEquals([second.code, second.err], [
    2,
    `Cannot write ${path}: it is there already, so remove it first`,
  ]);
  child.kill("SIGINT");
  const { code, stdout } = await child.output();
  assertEquals([code, stdout.length], [0, 0]);
  assertEquals(Array.from(Deno.readDirSync(folder.path)), []);
});

Deno.test("`odeno simulate` tells of the line whose record refers to one that is not there", async () => {
  await using folder = await temporaryFolder();
  const csv = (content: string) => write(folder.path, "res.partner.csv", content);
  const cases = [
    [
      'id,name,category_id\n101,Ana,[]\n103,Cy,"[77]"\n',
      '"category_id": there is no "res.partner.category" with the id 77',
    ],
    [
      "id,name,country_id\n101,Ana,\n103,Cy,9999\n",
      '"country_id": there is no "res.country" with the id 9999',
    ],
  ];
  for (const [content = "", sentence] of cases) {
    const path = await csv(content);
    const { code, err } = await odeno("simulate", "--port=0", "--seed", path);
    const advice = "give its records with --seed as well, or leave the column out";
    assertEquals([code, err], [
      2,
      `Cannot use the records of ${path}: line 3, ${sentence}; ${advice}`,
    ]);
  }
});

Deno.test("`odeno simulate --chaos` lets calls fail, by rules of its own or of a file", async () => {
  await using folder = await temporaryFolder();
  const rules = [{ failure: { kind: "unavailable" }, match: { method: "search_count" } }];
  const file = await write(folder.path, "rules.json", rules);
  const count = async (...flags: string[]) => {
    const odoo = await listening("simulate", "--port=0", ...flags);
    let failures = 0;
    for (let turn = 0; turn < 60; turn++) {
      const client = await connect({ ...odoo.config, retries: 0 }).catch(() => undefined);
      const answer = client?.model("res.partner").searchCount([]).catch(() => undefined);
      if (await answer === undefined) failures++;
    }
    return { failures, ...await odoo.end() };
  };
  const chaos = await count("--chaos", "--chaos-seed", "3");
  assertEquals(chaos.code, 0);
  assertStringIncludes(chaos.said, "and some calls fail");
  assert(chaos.failures > 0 && chaos.failures < 40, String(chaos.failures));
  assertEquals((await count("--chaos-rules", file)).failures, 60);
});

Deno.test("`odeno simulate` says what it cannot use, in a sentence that names the file", async () => {
  await using folder = await temporaryFolder();
  const file = (name: string, content: unknown) => write(folder.path, name, content);
  const cases: [argv: string[], sentence: string][] = [
    [["--version", "16"], "--version must be 14, 17 or 19"],
    [["--version"], "--version needs a value"],
    [["--port", "x"], "--port must be from 0 to 65535"],
    [["--chaos", "--chaos-seed", "x"], "--chaos-seed must be a whole number"],
    [["--seed", "none.json"], "Cannot read none.json: there is no such file"],
    [["--seed", "res.partner.csv"], "Cannot read res.partner.csv: there is no such file"],
    [["--seed", await file("a.json", "{")], "a.json as JSON"],
    [["--seed", await file("b.json", [1])], 'b.json: it must be { "res.partner": [{ ... }] }'],
    [["--seed", await file("c.json", { "res.partner": [1] })], '"res.partner" must be a list'],
    [["--seed", await file("d.json", { "x.y": [] })], "x.y"],
    [["--seed", await file("e.json", { "res.partner": [{ nope: 1 }] })], 'the field "nope"'],
    [["--seed", await file("My data.csv", "id\n1\n")], "named after its model"],
    [["--seed", await file("no.model.csv", "id\n1\n")], 'no model "no.model"'],
    [
      ["--seed", await file("res.partner.csv", "id,name\n1,Ana\nx,Bob\n")],
      'res.partner.csv: line 3, "id": "x" is no number',
    ],
    [
      ["--seed", await file("res.users.csv", "id,active\n90,perhaps\n")],
      '"active": "perhaps" is neither true nor false',
    ],
    [["--seed", await file("res.country.csv", 'id\n"1\n')], "a quote is not closed"],
    [["--models", await file("m.json", [1])], "Cannot use the models of"],
    [["--models", await file("n.json", { "x.y": { a: { type: "nope" } } })], "its type is"],
    [["--chaos-rules", await file("r.json", { a: 1 })], "Cannot use the rules of"],
    [["--chaos-rules", await file("s.json", [{ failure: { kind: "nope" } }])], '"nope"'],
  ];
  for (const [argv, sentence] of cases) {
    const { code, out, err } = await odeno("simulate", ...argv);
    assertEquals([code, out], [2, ""], `${argv} ${err}`);
    assertStringIncludes(err, sentence);
    assertFalse(err.includes("    at "), err);
  }
});

Deno.test("`odeno schema` writes models that `odeno simulate --models` takes", async () => {
  const models = {
    "fleet.vehicle": {
      fields: {
        name: { type: "char", required: true },
        driver_id: { type: "many2one", relation: "res.partner" },
      },
    },
  } as const;
  await using env = await ground({}, { models, version: 14 });
  const { code, out } = await odeno("schema", "res.partner", "fleet.vehicle", env.flag);
  assertEquals(code, 0);
  assertEquals(Object.keys(JSON.parse(out)), ["fleet.vehicle", "res.partner"]);
  const path = `${env.folder}/schema.json`;
  const written = await odeno("schema", "fleet.vehicle", "--out", path, env.flag);
  assertEquals([written.code, written.out, written.err], [0, "", `Wrote ${path}`]);

  const seed = await write(env.folder, "fleet.vehicle.csv", "id,name,driver_id\n1,Van,3\n");
  const odoo = await listening("simulate", "--port=0", "--models", path, "--seed", seed);
  const client = await connect(odoo.config);
  const [van] = await client.model("fleet.vehicle").searchRead([], {
    fields: ["name", "driver_id"],
  });
  assertEquals([van?.["name"], Array.isArray(van?.["driver_id"])], ["Van", true]);
  assertEquals((await odoo.end()).code, 0);

  const none = await odeno("schema", env.flag);
  assertEquals([none.code, none.err.split("\n")[0]], [2, "At least one model is needed"]);
  const unknown = await odeno("schema", "res.parnter", env.flag);
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.err, 'no model "res.parnter"');
});

Deno.test("`odeno record` writes a cassette of what programs call, without their secrets", async () => {
  for (const version of [14, 17, 19] as const) {
    await using env = await ground({}, { version });
    const path = `${env.folder}/tape.json`;
    const proxy = await listening("record", "--port=0", "--out", path, env.flag);
    const { ODOO_URL: url = "" } = proxy.variables;
    assertEquals(Object.keys(proxy.variables), ["ODOO_URL"]);
    const config = { url, db: env.db, username: "admin", apiKey: env.apiKey, retries: 0 };
    const use = async (fetch?: typeof globalThis.fetch) => {
      const odoo = await connect({ ...config, fetch });
      const fault = await odoo.executeKw("res.partner", "nope", []).catch(({ message }) => message);
      const count = await odoo.executeKw<number>("res.partner", "search_count", [[]]);
      return { version: odoo.version, protocol: odoo.protocol, count, fault };
    };
    const live = await use();
    const { code, said } = await proxy.end();
    assertEquals(code, 0);
    const [, exchanges] = /Wrote (\d+) exchanges to .*tape\.json\n$/.exec(said) ?? [];
    const text = await Deno.readTextFile(path);
    assertEquals(JSON.parse(text).entries.length, Number(exchanges), said);
    for (const secret of [env.apiKey, new URL(env.url).host]) assertFalse(text.includes(secret));
    await using tape = cassette(path);
    assertEquals(await use(tape.fetch), live);
  }
});

Deno.test("`odeno record` writes nothing where nothing was called, and answers where Odoo does not", async () => {
  await using env = await ground();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const path = `${env.folder}/tape.json`;
  const flag = await env.settings({ URL: `http://127.0.0.1:${port}`, API_KEY: undefined });
  const proxy = await listening("record", "--port=0", "--out", path, flag);
  const response = await fetch(`${proxy.variables["ODOO_URL"]}/web/version?x=1`);
  assertEquals(response.status, 502);
  const config = { url: proxy.config.url, db: "x", username: "x", apiKey: "none" };
  const error = await connect({ ...config, protocol: "xmlrpc", retries: 0 }).catch(String);
  assertMatch(
    String(error),
    /HTTP 502 and a page titled "The connection to .+ could not be made: /,
  );
  assertStringIncludes(
    await response.text(),
    `http://127.0.0.1:${port}/web/version?x=1 could not be`,
  );
  const { code, said } = await proxy.end();
  assertEquals(code, 0);
  assertStringIncludes(said, "No call came, so ");
  assertEquals(await Deno.stat(path).catch(() => "absent"), "absent");
});

Deno.test("`odeno record` hands on what a cassette cannot keep, and the cookies of a session", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      if (request.method !== "POST") {
        return new Response("", { headers: [["set-cookie", "session_id=abcdef123456; Path=/"]] });
      }
      return new Response(
        `${request.headers.get("content-type")} ${(await request.bytes()).length}`,
      );
    },
  );
  await using env = await ground();
  const flag = await env.settings({ URL: `http://127.0.0.1:${server.addr.port}` });
  const path = `${env.folder}/tape.json`;
  const proxy = await listening("record", "--port=0", "--out", path, flag);
  const { ODOO_URL: url = "" } = proxy.variables;
  const page = await fetch(`${url}/web/login`);
  assertEquals([page.headers.getSetCookie().length, await page.text()], [1, ""]);
  const headers = { "content-type": "image/png" };
  const upload = await fetch(`${url}/upload`, { method: "POST", headers, body: new Uint8Array(9) });
  assertEquals(await upload.text(), "image/png 9");
  const { said } = await proxy.end();
  assertStringIncludes(said, "Cannot keep POST /upload in the cassette");
  assertStringIncludes(said, "Wrote 1 exchange to");
  assertFalse((await Deno.readTextFile(path)).includes("abcdef123456"));
});

Deno.test("`odeno record` says what is wrong before it begins", async () => {
  await using env = await ground();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const cases: [argv: string[], sentence: string][] = [
    [["--port", "0"], "The cassette is needed: --out FILE"],
    [["--out", "tape.json", "--port", "-1"], "--port must be from 0"],
    [["--out", "tape.json", await env.settings({ URL: undefined })], "ODOO_URL"],
    [
      ["--out", "tape.json", "--port", String(listener.addr.port)],
      `Cannot listen on port ${listener.addr.port}: another program does`,
    ],
  ];
  for (const [argv, sentence] of cases) {
    const flags = argv.some((word) => word.startsWith("--env-file")) ? [] : [env.flag];
    const { code, out, err } = await odeno("record", ...argv, ...flags);
    assertEquals([code, out], [2, ""], err);
    assertStringIncludes(err, sentence);
  }
});
