import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { CONFIG, ROOT, runDeno, runExample, temporaryFolder } from "./support.ts";

const PARTNERS = new URL("examples/data/partners.csv", ROOT);

/** The environment of a user, and what must be nowhere in any output. */
function environment(config: { url: string; db: string; username: string; apiKey: string }) {
  const { url, db, username, apiKey } = config;
  return { ODOO_URL: url, ODOO_DB: db, ODOO_USERNAME: username, ODOO_API_KEY: apiKey };
}

async function fileOf(folder: string, rows: string): Promise<string> {
  const path = `${folder}/partners.csv`;
  await Deno.writeTextFile(path, rows);
  return path;
}

for (const { name } of Deno.readDirSync(new URL("examples/", ROOT))) {
  if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
  Deno.test(`examples/${name} begins with a shebang of its permissions and a line that says what it does`, async () => {
    const [shebang = "", purpose = ""] =
      (await Deno.readTextFile(new URL(`examples/${name}`, ROOT))).split("\n");
    const flags =
      /^#!\/usr\/bin\/env -S deno run( --v8-flags=--optimize-for-size)?( --allow-[a-z]+(=\S+)?)*$/;
    assertMatch(shebang, flags);
    assertMatch(purpose, /^\/\/ [A-Z].+\.$/);
  });
}

for (const name of ["cancel_quotations.ts", "cancel_quotations_test.ts"]) {
  Deno.test(`README shows examples/${name} as it is`, async () => {
    const readme = await Deno.readTextFile(new URL("README.md", ROOT));
    assertStringIncludes(readme, await Deno.readTextFile(new URL(`examples/${name}`, ROOT)));
  });
}

Deno.test("a test on the simulated Odoo needs no permission", async () => {
  const args = ["test", "--config", CONFIG, "--no-prompt", "examples/cancel_quotations_test.ts"];
  const { code, stdout, stderr } = await runDeno(args);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "4 passed | 0 failed");
});

Deno.test("authenticate.ts prints the uid, and exits 0, 1 or 2", async () => {
  await using server = new OdooSimulator().serve();
  const env = environment(server.config);
  assertEquals(
    await runExample("examples/authenticate.ts", [], env).then((
      { code, stdout },
    ) => [code, stdout]),
    [0, "2\n"],
  );

  const wrong = await runExample("examples/authenticate.ts", [], {
    ...env,
    ODOO_API_KEY: "0".repeat(40),
  });
  assertEquals([wrong.code, wrong.stdout], [1, ""]);
  assertStringIncludes(
    wrong.stderr,
    'Authentication failed: Odoo does not let "admin" into the database',
  );

  const { ODOO_DB: _, ...incomplete } = env;
  const unset = await runExample("examples/authenticate.ts", [], incomplete);
  assertEquals([unset.code, unset.stdout], [2, ""]);
  assertStringIncludes(unset.stderr, "without ODOO_DB: set what is missing");
});

Deno.test("authenticate.ts tells a server that is not there, and a page that is not Odoo", async () => {
  const port = (() => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    return listener.addr.port;
  })();
  const env = environment({
    url: `http://127.0.0.1:${port}`,
    db: "d",
    username: "u",
    apiKey: "k".repeat(40),
  });
  const gone = await runExample("examples/authenticate.ts", [], env);
  assertEquals(gone.code, 2);
  assertStringIncludes(gone.stderr, "could not be made: Connection refused");

  await using page = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () =>
      new Response("<html><title>Welcome</title>", { headers: { "content-type": "text/html" } }),
  );
  const other = await runExample("examples/authenticate.ts", [], {
    ...env,
    ODOO_URL: `http://127.0.0.1:${page.addr.port}`,
  });
  assertEquals(other.code, 2);
  assertStringIncludes(other.stderr, 'a page titled "Welcome"');
});

for (const version of [14, 17, 19] as const) {
  Deno.test(`sync_partners.ts brings 1,000 rows into Odoo ${version}, and writes nothing the second time`, async () => {
    const simulator = new OdooSimulator({}, { version });
    await using server = simulator.serve();
    await using folder = await temporaryFolder();
    const path = await fileOf(folder.path, await Deno.readTextFile(PARTNERS));
    const first = await runExample("examples/sync_partners.ts", [path], environment(server.config));
    const sum = (created: number, unchanged: number) =>
      `1000 rows in = ${created} created + 0 updated + ${unchanged} unchanged + 0 failed\n`;
    assertEquals([first.code, first.stdout], [0, sum(1000, 0)]);
    const written = simulator.calls.filter(({ method }) => method === "load").length;
    const second = await runExample(
      "examples/sync_partners.ts",
      [path],
      environment(server.config),
    );
    assertEquals([second.code, second.stdout], [0, sum(0, 1000)]);
    assertEquals(
      simulator.calls.filter(({ method }) => ["load", "create", "write"].includes(method)).length,
      written,
    );
    assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["partners.csv"]);
  });
}

Deno.test("sync_partners.ts writes what failed to a file that can be mended and synced", async () => {
  await using server = new OdooSimulator().serve();
  await using folder = await temporaryFolder();
  const env = environment(server.config);
  const path = await fileOf(
    folder.path,
    'key,name,is_company,parent,country\n1,"Azur\nSA",1,,BE\n2,,1,,BE\n3,Nowhere,1,,XX\n4,Bob,0,2,\n5,a,b,c,d,e\n',
  );
  const first = await runExample("examples/sync_partners.ts", [path], env);
  assertEquals(first.code, 1);
  assertStringIncludes(
    first.stdout,
    "5 rows in = 1 created + 0 updated + 0 unchanged + 4 failed\n",
  );
  const failed = `${folder.path}/partners.failed.csv`;
  assertEquals((await Deno.readTextFile(failed)).split("\n"), [
    "key,name,is_company,parent,country,line,field,reason",
    '3,Nowhere,1,,XX,5,country,"Odoo has no country with the ISO code ""XX"""',
    '5,a,b,c,d,7,,"has 6 cells where the header has 5; left over: ""e"""',
    "2,,1,,BE,4,,Contacts require a name",
    '4,Bob,0,2,,6,parent,"the parent ""2"" is neither in Odoo nor a row that went in"',
    "",
  ]);
  const mended = (await Deno.readTextFile(failed)).replace("2,,1", "2,Bel,1").replace("XX", "FR")
    .replace("a,b,c,d", "a,1,2,FR");
  await Deno.writeTextFile(path, mended);
  const second = await runExample("examples/sync_partners.ts", [path], env);
  assertEquals(second.code, 0);
  assertStringIncludes(
    second.stdout,
    "4 rows in = 4 created + 0 updated + 0 unchanged + 0 failed\n",
  );
  assertEquals(
    [...Deno.readDirSync(folder.path)].map(({ name }) => name),
    ["partners.csv"],
    "the old report is taken away",
  );
});

Deno.test("sync_partners.ts comes to rest with contacts that have an address of their own, and with bare websites", async () => {
  const csv =
    "key,name,is_company,parent,street,vat,website\n1,Azur,1,,Main 1,BE0400000064,azur.example\n" +
    "2,Ana,0,1,Other 2,BE0400000064,\n";
  for (const version of [14, 17, 19] as const) {
    const simulator = new OdooSimulator({}, { version });
    await using server = simulator.serve();
    await using folder = await temporaryFolder();
    const path = await fileOf(folder.path, csv);
    const leftOut = "Left out: the own address or vat of 1 contacts of a company\n";
    const first = await runExample("examples/sync_partners.ts", [path], environment(server.config));
    assertEquals(
      first.stdout,
      `2 rows in = 2 created + 0 updated + 0 unchanged + 0 failed\n${leftOut}`,
    );
    const second = await runExample(
      "examples/sync_partners.ts",
      [path],
      environment(server.config),
    );
    assertEquals(
      second.stdout,
      `2 rows in = 0 created + 0 updated + 2 unchanged + 0 failed\n${leftOut}`,
    );
  }
});

Deno.test("sync_partners.ts counts what it read, and says where it stopped, when the file breaks off", async () => {
  await using server = new OdooSimulator().serve();
  await using folder = await temporaryFolder();
  const lines = Array.from({ length: 1_500 }, (_, index) => `${index},Partner ${index}\n`).join("");
  const path = await fileOf(folder.path, `key,name\n${lines}x,"never closed\n`);
  const { code, stdout, stderr } = await runExample(
    "examples/sync_partners.ts",
    [path],
    environment(server.config),
  );
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Sync failed: The file is not CSV after line");
  const [, rows, created, , lost] =
    /^(\d+) rows in = (\d+) created .* 0 failed( \+ (\d+) without an outcome)?\n/.exec(stdout) ??
      [];
  assertEquals(Number(rows), Number(created) + Number(lost ?? 0), stdout);
  assertMatch(stdout, /Stopped after line \d+: nothing further was read/);
});

Deno.test("sync_partners.ts keeps the report of an earlier run when it could not run", async () => {
  await using server = new OdooSimulator().serve();
  await using folder = await temporaryFolder();
  const env = environment(server.config);
  const path = await fileOf(folder.path, "key,name\n1,\n");
  assertEquals((await runExample("examples/sync_partners.ts", [path], env)).code, 1);
  await fileOf(folder.path, "key\n1\n");
  assertEquals((await runExample("examples/sync_partners.ts", [path], env)).code, 2);
  assertEquals([...Deno.readDirSync(folder.path)].length, 2);
});

Deno.test("sync_partners.ts --dry-run shows what would change, and writes nothing", async () => {
  const simulator = new OdooSimulator();
  await using server = simulator.serve();
  await using folder = await temporaryFolder();
  const env = environment(server.config);
  const path = await fileOf(folder.path, "key,name,city\n1,Azur,Lyon\n");
  await runExample("examples/sync_partners.ts", [path], env);
  await fileOf(folder.path, "key,name,city\n1,Azur,Paris\n2,New,\n3,,\n");
  const { code, stdout } = await runExample("examples/sync_partners.ts", ["--dry-run", path], env);
  assertEquals(code, 0);
  assertEquals(stdout.trimEnd().split("\n"), [
    'line 2, 1: updated; city: "Lyon" -> "Paris"',
    "line 3, 2: created",
    "line 4, 3: created",
    "3 rows in = 2 created + 1 updated + 0 unchanged + 0 failed",
    "Dry run: nothing was written",
  ]);
  assertEquals(simulator.calls.filter(({ method }) => method === "load").length, 1);
  assertEquals([...Deno.readDirSync(folder.path)].length, 1);
});

Deno.test("sync_partners.ts says in one sentence why it could not run, and exits 2", async () => {
  await using server = new OdooSimulator().serve();
  await using folder = await temporaryFolder();
  const env = environment(server.config);
  const path = await fileOf(folder.path, "name,nmae\nAzur,x\n");
  const cases: [args: string[], env: Record<string, string>, sentence: string][] = [
    [[`${folder.path}/none.csv`], env, "Sync failed: there is no file "],
    [[path], env, "Sync failed: The header (line 1) lacks key, and has unknown columns: nmae"],
    [
      [path],
      { ...env, ODOO_API_KEY: "0".repeat(40) },
      'Sync failed: Odoo does not let "admin" into the database',
    ],
    [
      [path],
      { ...env, ODOO_URL: "http://127.0.0.1:1" },
      "Sync failed: The connection to http://127.0.0.1:1",
    ],
    [[folder.path], env, "is a folder"],
    [[path], { ...env, ODOO_DB: "none" }, 'Sync failed: Odoo cannot open the database "none"'],
    [["--dry", path], env, "Unknown flag --dry"],
    [["--delimiter=", path], env, "--delimiter must be one character"],
    [[], env, "Usage: sync_partners.ts"],
  ];
  for (const [args, variables, sentence] of cases) {
    const { code, stderr } = await runExample("examples/sync_partners.ts", args, variables);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, sentence);
    assertFalse(stderr.includes("    at "), "no stack");
    assertFalse(stderr.includes(server.config.apiKey));
  }
});

Deno.test("export_partners.ts writes CSV and NDJSON of the same partners", async () => {
  await using server = new OdooSimulator({
    "res.partner": [{ id: 101, name: 'Zoë "Z"', country_id: 1 }],
  }).serve();
  const env = environment(server.config);
  const csv = await runExample("examples/export_partners.ts", [], env);
  assertEquals(csv.code, 0);
  const [header, ...lines] = csv.stdout.trimEnd().split("\n");
  assertEquals(header, "id,name,is_company,parent_id,email,phone,city,country_id");
  const line = lines.find((each) => each.startsWith("101,")) ?? "";
  assertStringIncludes(line, '101,"Zoë ""Z""",');
  const ndjson = await runExample("examples/export_partners.ts", ["--ndjson"], env);
  const rows = ndjson.stdout.trimEnd().split("\n").map((each) => JSON.parse(each));
  assertEquals(rows.length, lines.length);
  assertEquals(rows.find(({ id }) => id === 101)?.name, 'Zoë "Z"');
  assertEquals((await runExample("examples/export_partners.ts", ["--json"], env)).code, 2);
});

Deno.test("demo.ts goes through the life of an API key", async () => {
  const { code, stdout } = await runExample("examples/demo.ts", []);
  assertEquals(code, 0);
  const steps = stdout.trimEnd().split("\n");
  assertEquals(steps.length, 8);
  const expected = [
    /made an API key .* 40 characters, shown once$/,
    /with the key in place of the password: user 2$/,
    /wrong key: refused\. Odoo does not let "admin"/,
    /web with the key: refused\. odoo\.exceptions\.AccessDenied$/,
    /web with the password: user 2$/,
    /first sync .* 1000 rows in = 1000 created \+ 0 updated \+ 0 unchanged \+ 0 failed$/,
    /second sync .* 1000 rows in = 0 created \+ 0 updated \+ 1000 unchanged \+ 0 failed$/,
    /after the key was deleted: refused\./,
  ];
  for (const [index, pattern] of expected.entries()) assertMatch(steps[index] ?? "", pattern);
  assert(!/[0-9a-f]{40}/.test(stdout), "the key itself is not printed");
});
