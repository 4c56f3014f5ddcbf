import { assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { ground, odeno, odenoAt } from "./cli_support.ts";
import { ROOT } from "./support.ts";

/** An Odoo on a port, and a folder with files; values that are no texts are written as JSON. */
async function desk(files: Record<string, unknown>, records = {}, version: 14 | 17 | 19 = 17) {
  const env = await ground(records, { version });
  const at = (name: string) => `${env.folder}/${name}`;
  const put = async (name: string, content: unknown) => {
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await Deno.writeTextFile(at(name), text);
  };
  for (const [name, content] of Object.entries(files)) await put(name, content);
  return {
    odoo: env.odoo,
    flag: env.flag,
    at,
    put,
    sync: (name: string, ...flags: string[]) => odeno("sync", at(name), ...flags, env.flag),
    runs: (...argv: string[]) => odeno("runs", `--state=${at("odeno.sqlite")}`, ...argv),
    [Symbol.asyncDispose]: () => env[Symbol.asyncDispose](),
  };
}

/** The job files of docs/cli.md, in their order. */
async function documented(): Promise<string[]> {
  const docs = await Deno.readTextFile(new URL("docs/cli.md", ROOT));
  const section = docs.slice(docs.indexOf("\n### Job files\n"));
  return [...section.matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text]) => text ?? "");
}

const CONTACTS = `key;name;company;parent;country;email;city
A;Acme;yes;;be;info@acme.example;Ghent
B;Ben;;A;FR;ben@acme.example;Paris
C;Cees;;Z;;;
D;;;;;;
E;Eve;;;XX;;
F;Fay;maybe;;;;
G;Gus;1;;BE;
H;Hal;;;;;
H;Hannah;;;;;
`;

for (const version of [14, 17, 19] as const) {
  Deno.test(`the job file for contacts in docs/cli.md does what nightly_contacts.ts does, on Odoo ${version}`, async () => {
    const [job] = await documented();
    await using env = await desk({ "nightly.json": job, "contacts.csv": CONTACTS }, {}, version);
    const first = await env.sync("nightly.json");
    assertEquals(first.code, 1);
    assertStringIncludes(first.err, "9 rows in = 2 created + 0 updated + 0 unchanged + 7 failed");
    const partners = env.odoo.records("res.partner");
    const acme = partners.find(({ name }) => name === "Acme");
    const ben = partners.find(({ name }) => name === "Ben");
    const [be] = env.odoo.records("res.country").filter(({ code }) => code === "BE");
    assertEquals([acme?.["is_company"], acme?.["city"], acme?.["country_id"]], [
      ...[true, "Ghent", be?.["id"]],
    ]);
    // Its own address is left out: it has that of its company
    assertEquals([ben?.["parent_id"], ben?.["city"]], [acme?.["id"], "Ghent"]);
    assertMatch(
      await Deno.readTextFile(env.at("contacts.failed.csv")),
      /no res.country with ""XX""/,
    );

    await env.put("mended.failed.csv", "key,name,odeno_line\nD,Dora,5\n");
    const mended = await env.sync("nightly.json", "--source", env.at("mended.failed.csv"));
    assertEquals(mended.code, 0, mended.err);
    assertStringIncludes(mended.err, "contacts, run 2: 1 row in = 1 created");
    await env.put("contacts.csv", "key,name,emial\nA,Acme,\n");
    const unknown = await env.sync("nightly.json");
    assertEquals(unknown.code, 2);
    assertStringIncludes(unknown.err, "has unknown columns: emial");
  });
}

Deno.test("the job file for orders in docs/cli.md does what mirror_orders.ts does", async () => {
  const [, jobs] = await documented();
  const orders = [1, 2, 3].map((id) => ({ id, partner_id: 1, name: `S${id}` }));
  await using env = await desk({ "mirror.json": jobs }, { "sale.order": orders });
  const first = await env.sync("mirror.json");
  assertEquals(first.code, 0, first.err);
  assertStringIncludes(first.err, "sale_order, run 1: 3 new, 0 changed");
  assertStringIncludes(first.err, "sale_order_line, run 1: 0 new");
  const odoo = await env.odoo.connect();
  await odoo.model("sale.order").unlink([1]);
  await odoo.model("sale.order").write([2], { name: "S2 again" });
  const second = await env.sync("mirror.json", "--json");
  const reports = JSON.parse(second.out);
  assertEquals(reports.map(({ job }: { job: string }) => job), ["sale_order", "sale_order_line"]);
  using database = new DatabaseSync(env.at("orders.sqlite"));
  const rows = database.prepare("select id, name, _deleted from sale_order order by id").all();
  assertEquals(rows.map((row) => ({ ...row })), [
    { id: 1, name: "S1", _deleted: "deleted" },
    { id: 2, name: "S2 again", _deleted: null },
    { id: 3, name: "S3", _deleted: null },
  ]);
});

Deno.test("flags and a job file are the same job", async () => {
  const files = { "p.csv": "nr,name,price\n1,Ana,\n" };
  await using env = await desk({
    ...files,
    "job.json":
      '\ufeff{ "push": "res.partner", "source": "p.csv", "key": ["nr"], "map": { "name": "name" } }',
  });
  const flags = ["--key=nr", "--map=name=name", env.flag];
  assertEquals((await odeno("push", "res.partner", env.at("p.csv"), ...flags)).code, 0);
  const { code, out } = await env.sync("job.json", "--json");
  const { job, run, unchanged } = JSON.parse(out);
  assertEquals([code, job, run, unchanged], [0, "p", 2, 1]);
  const plan = await env.sync("job.json", "--dry-run", "--json");
  assertEquals(JSON.parse(plan.out).map(({ action }: { action: string }) => action), ["unchanged"]);
});

Deno.test("a job file that is wrong is refused in one sentence with the place in it, before anything is asked", async () => {
  await using env = await desk({ "p.csv": "nr,name\n" });
  const push = { push: "res.partner", source: "p.csv", key: ["nr"] };
  const pull = { pull: "res.partner", fields: ["name"], out: "p.sqlite" };
  const mapped = (rule: unknown) => ({ ...push, map: { name: rule } });
  const cases: [content: unknown, sentence: string][] = [
    ["", "job.json is no JSON: "],
    ['{ "push": "res.partner", }', "job.json is no JSON: "],
    ["5", "job.json: $ must be an object such as"],
    [[], "job.json: the list has no job in it"],
    [["x"], "job.json: $[0] must be an object such as"],
    [{}, "$.push or $.pull is needed: the model of the job"],
    [{ psuh: "res.partner" }, 'Nothing is known of $.psuh; did you mean "push"?'],
    [{ ...push, pull: "res.partner" }, '$.pull does not go with "push"'],
    [{ ...push, push: 5 }, "$.push must be a text, not 5"],
    [{ ...push, source: undefined }, "$.source is needed: the file with the rows"],
    [{ ...push, soruce: "x" }, 'Nothing is known of $.soruce; did you mean "source"?'],
    [{ ...push, apiKey: "5ecret-5ecret" }, "Nothing is known of $.apiKey"],
    [{ ...push, fields: ["name"] }, "Nothing is known of $.fields"],
    [{ ...push, key: "nr" }, '$.key must be a list of names, not "nr"'],
    [{ ...push, key: [] }, "$.key must be a list of names, not []"],
    [{ ...push, key: ["nr", 5] }, '$.key must be a list of names, not ["nr",5]'],
    [{ ...push, key: undefined }, "$.key is needed: the columns"],
    [{ ...push, quiet: "yes" }, '$.quiet must be true or false, not "yes"'],
    [{ ...push, concurrency: "2" }, '$.concurrency must be a whole number from 1 on, not "2"'],
    [{ ...push, context: [] }, "$.context must be an object, not []"],
    [{ ...push, job: "My job" }, "$.job must be small letters, digits and _"],
    [{ ...push, map: [] }, "$.map must be an object, not []"],
    [{ ...push, map: {} }, "$.map has no field in it"],
    [mapped(5), "$.map.name must be the name of a column, or an object such as"],
    [mapped({}), '$.map.name needs one of "column", "value" and "key"'],
    [mapped({ colum: "a" }), 'Nothing is known of $.map.name.colum; did you mean "column"?'],
    [mapped({ column: "a", value: 1 }), '$.map.name.column does not go with "value"'],
    [mapped({ column: "a", key: "b" }), '$.map.name.column does not go with "key"'],
    [mapped({ value: { a: 1 } }), "$.map.name.value must be a text, a number"],
    [mapped({ key: [] }), "$.map.name.key must be a list of names, not []"],
    [mapped({ key: "a", job: "My job" }), "$.map.name.job must be small letters"],
    [mapped({ column: "a", model: "res.country" }), "$.map.name.by is needed: the field"],
    [mapped({ column: "a", by: "code" }), "$.map.name.model is needed: the model"],
    [mapped({ column: "a", model: "m", by: "b", letters: "big" }), '"upper" or "lower", not "big"'],
    [mapped({ column: "a", decimal: ";" }), '$.map.name.decimal must be "," or "."'],
    [mapped({ column: "a", date: "dd/mm/yy" }), "$.map.name.date must be made of yyyy, mm, dd"],
    [mapped({ column: "a", date: "dd/mm/yyyy HH" }), "$.map.name.date must be made of"],
    [mapped({ column: "a", date: "dd/mm/yyyy", zone: "Mars/Crater" }), "$.map.name.zone must be a"],
    [mapped({ column: "a", zone: "UTC" }), '$.map.name.zone needs a "date"'],
    [mapped({ column: "a", date: "dd/mm/yyyy", decimal: "," }), 'does not go with "decimal"'],
    [{ ...pull, out: "p.xlsx" }, "$.out must end with .csv, .ndjson, .sqlite"],
    [{ ...pull, domain: "[]" }, "$.domain must be a list of conditions"],
    [{ ...pull, domain: [["name", "is", 1]] }, "$.domain cannot be used"],
    [{ ...pull, source: "p.csv" }, "Nothing is known of $.source"],
    [[pull, { ...push, kye: 1 }], 'Nothing is known of $[1].kye; did you mean "key"?'],
    [[pull, pull], '$[1].job must be another than that of $[0]: "p.sqlite#res_partner"'],
    [[{ ...push, source: "-", job: "a" }, { ...push, source: "-", job: "b" }], "only one source"],
    [{ ...push, source: "none.csv" }, "none.csv: there is no such file or folder"],
    [{ ...push, source: ".", job: "a" }, "it is a folder"],
  ];
  for (const [content, sentence] of cases) {
    await env.put("job.json", content);
    const { code, out, err } = await env.sync("job.json");
    assertEquals(
      [code, out, err.split("\n").length],
      [2, "", 1],
      `${JSON.stringify(content)} ${err}`,
    );
    assertStringIncludes(err, sentence);
    assertFalse(err.includes("5ecret"));
  }
  assertEquals(env.odoo.calls.length, 0);
});

Deno.test("`odeno sync` says what it cannot be asked for", async () => {
  const pull = { pull: "res.partner", fields: ["name"], out: "copy.csv" };
  const push = { push: "res.partner", source: "p.csv", key: ["nr"], job: "p" };
  await using env = await desk({ "pull.json": pull, "list.json": [push, pull], "p.csv": "nr\n" });
  const cases: [argv: string[], sentence: string][] = [
    [[], "A file with a job is needed"],
    [[env.at("none.json")], "there is no such file or folder"],
    [[env.at("pull.json"), "more"], 'Nothing is known of "more"'],
    [[env.at("pull.json"), "--dry-run"], "--dry-run is for pushes, and there is none"],
    [[env.at("pull.json"), "--source=x.csv"], "--source is for a file with one push"],
    [[env.at("list.json"), "--read-only"], 'Cannot push "p" where only reading is allowed'],
  ];
  for (const [argv, sentence] of cases) {
    const { code, err } = await odeno("sync", ...argv, env.flag);
    assertEquals(code, 2);
    assertStringIncludes(err, sentence);
  }
  assertEquals((await env.sync("pull.json", "--read-only")).code, 0);
  const plan = await env.sync("list.json", "--dry-run");
  assertEquals(plan.code, 0);
  assertStringIncludes(plan.err, "copy.csv: left out, as a pull has no dry run");
});

Deno.test("a lookup in a model or a field that is not there ends the run before anything is sent", async () => {
  await using env = await desk({ "p.csv": "nr,c\n1,BE\n" });
  const rule = (model: string, by: string) => ({
    ...{ push: "res.partner", source: "p.csv", key: ["nr"] },
    map: { country_id: { column: "c", model, by } },
  });
  for (
    const [job, sentence] of [
      [rule("res.country", "cdoe"), 'res.country has no field "cdoe"; did you mean "code"?'],
      [rule("res.contry", "code"), 'no model "res.contry"; did you mean "res.country"?'],
      [rule("res.country", "state_ids"), "the field is of type one2many"],
    ] as const
  ) {
    await env.put("job.json", job);
    const { code, err } = await env.sync("job.json");
    assertEquals(code, 2);
    assertStringIncludes(err, sentence);
  }
});

Deno.test("`odeno sync --source` does the one push of a list, and leaves the pulls out", async () => {
  await using env = await desk({
    "list.json": [
      { pull: "res.country", fields: ["code"], out: "c.csv" },
      { push: "res.partner", source: "p.csv", key: ["nr"] },
    ],
    "p.csv": "nr,name\n1,Ana\n",
    "q.csv": "nr,name\n2,Ben\n",
  });
  const { code, out, err } = await env.sync("list.json", "--source", env.at("q.csv"), "--json");
  assertEquals(code, 0, err);
  assertEquals(JSON.parse(out).map(({ job, created }: Record<string, unknown>) => [job, created]), [
    ["p", 1],
  ]);
  assertFalse(err.includes("c.csv"));
  const both = [{ push: "res.partner", source: "p.csv", key: ["nr"], job: "a" }];
  await env.put("two.json", [...both, { ...both[0], job: "b" }]);
  const two = await env.sync("two.json", "--source", env.at("q.csv"));
  assertStringIncludes(two.err, "--source is for a file with one push");
});

Deno.test("values that Odoo keeps otherwise are hinted at", async () => {
  await using env = await desk({
    "job.json": {
      ...{ push: "res.partner", source: "p.csv", key: ["nr"] },
      map: {
        name: "name",
        street: "street",
        parent_id: { key: "parent" },
        type: { value: "contact" },
      },
    },
    "p.csv": "nr,name,street,parent\n1,Acme,Main 1,\n2,Ana,Other 2,1\n",
  });
  const { code, err } = await env.sync("job.json");
  assertEquals(code, 0, err);
  assertStringIncludes(err, "(1 altered)");
  const state = env.at("odeno.sqlite");
  const hint = `What Odoo keeps otherwise: odeno runs p --state ${state} --failures last`;
  assertEquals(err.split("\n").at(-1), hint);
  const { out } = await odeno(...hint.split(": odeno ")[1]!.split(" "));
  const { status, field } = JSON.parse(out);
  assertEquals([status, field], ["altered", "street"]);
});

Deno.test("`odeno runs` tells what jobs did, and which rows failed", async () => {
  await using env = await desk({
    "list.json": [
      { push: "res.partner", source: "p.csv", key: ["nr"] },
      { pull: "res.country", fields: ["code"], out: "c.csv" },
    ],
    "p.csv": "nr,name\n1,Ana\n2,\n",
  });
  const none = await env.runs();
  assertEquals(none.code, 2);
  assertStringIncludes(none.err, "there is no such file or folder");
  assertEquals((await env.sync("list.json")).code, 1);
  assertEquals((await env.sync("list.json")).code, 1);
  const all = await env.runs("--json");
  assertEquals(
    JSON.parse(all.out).map(({ job, run, status }: Record<string, unknown>) => [job, run, status]),
    [["c.csv", 2, "done"], ["p", 2, "done"], ["c.csv", 1, "done"], ["p", 1, "done"]],
  );
  const last = await env.runs("p", "--limit=1", "--csv");
  assertMatch(last.out, /^job,run,status,started,ended,rows,created,.*\np,2,done,.*,2,0,0,1,1,0,/);
  for (const run of ["1", "last"]) {
    const { out } = await env.runs("p", "--failures", run);
    assertEquals(JSON.parse(out).line, 3);
  }
  const table = await odenoAt(
    { isTerminal: true, columns: 200 },
    ...["runs", "--state", env.at("odeno.sqlite")],
  );
  assertMatch(table.out, /^job +run +status +started +ended +rows +created +unchanged +failed\n/);
  const cases: [argv: string[], sentence: string][] = [
    [["c.cvs"], 'has no job "c.cvs"; did you mean "c.csv"?'],
    [["--failures=1"], "--failures needs the name of a job: c.csv, p"],
    [["p", "--failures=9"], 'The job "p" has had 2 runs, and no run 9'],
    [["p", "--failures=x"], "--failures must be a whole number"],
  ];
  for (const [argv, sentence] of cases) {
    const { code, err } = await env.runs(...argv);
    assertEquals(code, 2);
    assertStringIncludes(err, sentence);
  }
});
