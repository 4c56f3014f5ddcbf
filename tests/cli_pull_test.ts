import { assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { ground, odeno } from "./cli_support.ts";

const SHOPS = '[["name", "like", "Shop "]]';

/** An Odoo on a port with some partners, and a folder for copies. */
async function shops(version: 14 | 17 | 19 = 17) {
  const partners = Array.from({ length: 30 }, (_, index) => ({
    id: 1001 + index,
    name: `Shop ${index + 1}`,
    email: index === 0 ? "one@example.com" : false,
  }));
  const env = await ground({ "res.partner": partners }, { version });
  return {
    odoo: env.odoo,
    flag: env.flag,
    at: (name: string) => `${env.folder}/${name}`,
    pull: (out: string, ...flags: string[]) =>
      odeno(
        ...["pull", "res.partner", SHOPS, `--out=${env.folder}/${out}`, ...flags, env.flag],
      ),
    [Symbol.asyncDispose]: () => env[Symbol.asyncDispose](),
  };
}

for (const version of [14, 17, 19] as const) {
  Deno.test(`\`odeno pull\` keeps copies of every kind up to date, on Odoo ${version}`, async () => {
    await using env = await shops(version);
    const copies = ["p.csv", "p.ndjson", "p.sqlite"];
    for (const copy of copies) {
      const mark = copy === "p.sqlite" ? ["--deleted=mark"] : [];
      const { code, out, err } = await env.pull(copy, "--fields=name,email", ...mark);
      assertEquals([code, out], [0, ""], err);
      assertStringIncludes(err, "run 1: 30 new, 0 changed, 0 as they were, 0 gone; 30 in all");
    }
    const odoo = await env.odoo.connect();
    await odoo.model("res.partner").write([1001], { name: "Shop One" });
    await odoo.model("res.partner").unlink([1002]);
    for (const copy of copies) {
      const mark = copy === "p.sqlite" ? ["--deleted=mark"] : [];
      const { code, out } = await env.pull(copy, "--fields=name,email", ...mark, "--json");
      const { kind, run, updated, deleted, rows } = JSON.parse(out);
      assertEquals([code, kind, run, updated, deleted, rows], [0, "pull", 2, 1, 1, 29]);
    }
    const csv = await Deno.readTextFile(env.at("p.csv"));
    assertMatch(csv, /^id,name,email\n1001,Shop One,one@example.com\n1003,Shop 3,\n/);
    const [first] = (await Deno.readTextFile(env.at("p.ndjson"))).split("\n");
    assertEquals(JSON.parse(first ?? ""), { id: 1001, name: "Shop One", email: "one@example.com" });
    using database = new DatabaseSync(env.at("p.sqlite"));
    const gone = database.prepare("select id, _deleted from res_partner where _deleted <> ''")
      .all();
    assertEquals(gone.map((row) => ({ ...row })), [{ id: 1002, _deleted: "deleted" }]);
  });
}

Deno.test("optional fields of a pull are left out where Odoo has them not; others are told with the nearest", async () => {
  await using env = await shops();
  const optional = await env.pull("p.csv", "--fields=name,mobil", "--optional=mobil");
  assertEquals(optional.code, 0);
  assertMatch(await Deno.readTextFile(env.at("p.csv")), /^id,name\n/);
  const wrong = await env.pull("q.csv", "--fields=name,emial");
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.err, 'res.partner has no field "emial"; did you mean "email"?');
});

Deno.test("a pull stops rather than to empty its copy, and takes more where it is told to", async () => {
  await using env = await shops();
  assertEquals((await env.pull("p.sqlite#shops", "--fields=name")).code, 0);
  const odoo = await env.odoo.connect();
  const ids = Array.from({ length: 25 }, (_, index) => 1001 + index);
  await odoo.model("res.partner").unlink(ids);
  const stopped = await env.pull("p.sqlite#shops", "--fields=name");
  assertEquals(stopped.code, 2);
  assertStringIncludes(stopped.err, "25");
  assertEquals(
    (await env.pull("p.sqlite#shops", "--fields=name", "--max-tombstones=25")).code,
    0,
  );
  const wider = await env.pull("p.sqlite#shops", "--fields=name,email");
  assertEquals(wider.code, 2);
  const flags = ["--add-columns", "--sweep=run", "--full=always", "--ndjson"];
  const added = await env.pull("p.sqlite#shops", "--fields=name,email", ...flags);
  assertEquals([added.code, JSON.parse(added.out).mode], [0, "full"]);
});

Deno.test("`odeno pull` says in one sentence what is wrong with its flags and its copy", async () => {
  await using env = await shops();
  const cases: [argv: string[], sentence: string][] = [
    [["--out=a.csv"], "--fields is needed"],
    [["--fields=name"], "--out is needed: the file of the copy"],
    [["--fields=name", "--out=a.txt"], "--out must end with .csv, .ndjson, .sqlite or"],
    [["--fields=name", "--out=a.csv#table"], "--out must end with"],
    [["--fields=name", "--out=a.csv", "--deleted=mark"], 'can be "mark" for SQLite only'],
    [
      ["--fields=name", "--out=a.csv", "--full=daily"],
      '"weekly" or "always" or "never", not "daily"',
    ],
    [["--fields=name", "--out=a.csv", "--sweep="], "--sweep needs a value"],
    [["--fields=name", "--out=a.csv", "--max-tombstones=-1"], "--max-tombstones must be a whole"],
    [["--fields=name", "--out=a.db", "--state=a.db"], "--state must be another file than the copy"],
    [["--fields=name", "--out=a.csv", "--optional=x"], 'names "x", which is none of the fields'],
    [["--fields=name", "--out=none/a.csv"], "its folder is missing"],
    [["{}", "--fields=name", "--out=a.csv"], "DOMAIN must be a list of conditions"],
    [["oops", "--fields=name", "--out=a.csv"], "Cannot read the domain as JSON"],
    [['[["name", "is", 1]]', "--fields=name", "--out=a.csv"], "DOMAIN cannot be used"],
    [
      ['[["nmae", "=", 1]]', "--fields=name", "--out=a.csv"],
      'no field "nmae"; did you mean "name"?',
    ],
    [["[]", "extra", "--fields=name", "--out=a.csv"], 'Nothing is known of "extra"'],
  ];
  for (const [argv, sentence] of cases) {
    const placed = argv.map((word) => word.replace(/^(--(?:out|state)=)/, `$1${env.at("")}`));
    const { code, out, err } = await odeno("pull", "res.partner", ...placed, env.flag);
    assertEquals([code, out], [2, ""], `${argv}: ${err}`);
    assertStringIncludes(err, sentence);
    assertFalse(/\n +at /.test(err), err);
  }
});

Deno.test("a pull that stops for a copy that others have changed says what to do, and not that the next run goes on", async () => {
  await using env = await shops();
  assertEquals((await env.pull("p.csv", "--fields=name")).code, 0);
  const text = await Deno.readTextFile(env.at("p.csv"));
  await Deno.writeTextFile(env.at("p.csv"), text.replace("1003,Shop 3\n", ""));
  for (const _ of [1, 2]) {
    const { code, err } = await env.pull("p.csv", "--fields=name");
    assertEquals([code, err.split("\n").length], [2, 1], err);
    assertMatch(err, /p\.csv has 29 rows, .* delivered 30: .*; remove it, and the next run makes/);
  }
  await Deno.remove(env.at("p.csv"));
  assertEquals((await env.pull("p.csv", "--fields=name")).code, 0);
  assertEquals(await Deno.readTextFile(env.at("p.csv")), text);
});
