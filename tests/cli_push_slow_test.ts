import { assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { ReaderGoneError } from "../lib/cli/io.ts";
import { ground, odeno, odenoAt, typed } from "./cli_support.ts";

/** An Odoo on a port, and a folder with files. */
async function shop(files: Record<string, string>, version: 14 | 17 | 19 = 17) {
  const env = await ground({}, { version });
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${env.folder}/${name}`, text);
  }
  const at = (name: string) => `${env.folder}/${name}`;
  return {
    odoo: env.odoo,
    flag: env.flag,
    settings: env.settings,
    at,
    names: async () => {
      const all = await Array.fromAsync(Deno.readDir(env.folder));
      return all.map(({ name }) => name).filter((name) => !/^env|\.lock$|-(wal|shm)$/.test(name))
        .sort();
    },
    partner: (name: string) =>
      env.odoo.records("res.partner").find((each) => each["name"] === name),
    push: (name: string, ...flags: string[]) =>
      odeno("push", "res.partner", at(name), ...flags, env.flag),
    [Symbol.asyncDispose]: () => env[Symbol.asyncDispose](),
  };
}

const CONTACTS = `nr;Name;Mail;iso
1;Ana;ana@example.com;BE
2;Ben;ben@example.com;XX
3;;eve@example.com;
`;
const MAP = [
  ...["--map", "name=Name", "--map", "email=Mail"],
  ...["--map", 'country_id={"column": "iso", "model": "res.country", "by": "code"}'],
];

for (const version of [14, 17, 19] as const) {
  Deno.test(`\`odeno push\` brings in what can go in, on Odoo ${version}, and the rest once it is mended`, async () => {
    await using env = await shop({ "contacts.csv": CONTACTS }, version);
    const first = await env.push("contacts.csv", "--key=nr", ...MAP);
    assertEquals([first.code, first.out], [1, ""]);
    const path = env.at("contacts.csv");
    assertStringIncludes(first.err, `${path}:3: country_id: there is no res.country with "XX"`);
    assertStringIncludes(first.err, `${path}:4: Contacts require a name`);
    assertStringIncludes(first.err, "contacts, run 1: 3 rows in = 1 created + 0 updated");
    assertStringIncludes(first.err, `What failed is in ${env.at("contacts.failed.csv")}`);
    assertEquals(env.partner("Ana")?.["email"], "ana@example.com");
    const files = ["contacts.csv", "contacts.failed.csv", "odeno.sqlite"];
    assertEquals(await env.names(), files);

    const failed = await Deno.readTextFile(env.at("contacts.failed.csv"));
    assertStringIncludes(failed, "nr;Name;Mail;iso;odeno_line;odeno_field;odeno_reason\n");
    const mended = failed.replace("XX", "BE").replace("3;;", "3;Eve;");
    await Deno.writeTextFile(env.at("contacts.failed.csv"), mended);
    const second = await env.push("contacts.failed.csv", "--key=nr", ...MAP, "--json");
    assertEquals(second.code, 0);
    const { job, run, created, failedRows } = JSON.parse(second.out);
    assertEquals([job, run, created, failedRows], ["contacts", 2, 2, null]);
    assertEquals(await env.names(), ["contacts.csv", "odeno.sqlite"]);
    assertEquals((await env.push("contacts.csv", "--key=nr", "--map=email=Mail")).code, 0);
  });
}

Deno.test("`odeno push` looks records up once for a value, archived ones too, and takes no more than one for it", async () => {
  const lines = Array.from({ length: 1200 }, (_, index) => `${index},P ${index},be`);
  const others = "a,Old,ZZ\nb,Both,YY\n";
  await using env = await shop({ "p.csv": `nr,name,code\n${others}${lines.join("\n")}\n` });
  const odoo = await env.odoo.connect();
  const tags = odoo.model("res.partner.category");
  const old = await tags.create({ name: "ZZ", active: false });
  await tags.createMany([{ name: "YY" }, { name: "YY" }, { name: "BE" }]);
  const before = env.odoo.calls.length;
  const rule = {
    column: "code",
    model: "res.partner.category",
    by: "name",
    letters: "upper",
  };
  const map = ["--map=name=name", "--map", `category_id=${JSON.stringify(rule)}`];
  const { code, err } = await env.push("p.csv", "--key=nr", ...map);
  assertEquals(code, 1);
  assertStringIncludes(err, 'there are 2 res.partner.category with "YY" as name: ');
  assertStringIncludes(err, "1202 rows in = 1201 created + 0 updated + 0 unchanged + 1 failed");
  assertEquals(env.partner("Old")?.["category_id"], [old]);
  const lookups = env.odoo.calls.slice(before).filter(({ model, method }) =>
    model === "res.partner.category" && method === "search_read"
  );
  assertEquals(lookups.length, 1);
});

Deno.test("a map says constants, keys of rows of this job and others, ids, numbers and dates as people write them", async () => {
  await using env = await shop({
    "companies.csv": "no,name\nA,Acme\n",
    "leads.csv": "no;name;company;person;price;due;user;skip\n" +
      "1;Desk;A;2;1.234,50;31/12/2026;2;\n2;Lamp;;;-7,5;1/2/2026;;x\n3;Bad;;;1,234.50;;;\n4;Day;;;;30/02/2026;;\n",
  });
  assertEquals((await env.push("companies.csv", "--key=no")).code, 0);
  const rules: Record<string, unknown> = {
    name: { column: "name" },
    type: { value: "opportunity" },
    partner_id: { key: "company", job: "companies" },
    expected_revenue: { column: "price", decimal: "," },
    date_deadline: { column: "due", date: "d/m/yyyy" },
    user_id: { column: "user", as: "id" },
    description: { column: "name", unless: "skip" },
  };
  const map = Object.entries(rules).map(([field, rule]) =>
    `--map=${field}=${JSON.stringify(rule)}`
  );
  const { code, err } = await odeno(
    ...["push", "crm.lead", env.at("leads.csv"), "--key=no", ...map, env.flag],
  );
  assertEquals(code, 1);
  assertStringIncludes(err, ':4: expected_revenue: "1,234.50" is not a number with "," for its');
  assertStringIncludes(err, ':5: date_deadline: "30/02/2026" is not a date that exists, like d/m');
  const leads = env.odoo.records("crm.lead").filter(({ name }) =>
    name === "Desk" || name === "Lamp"
  );
  const acme = env.partner("Acme")?.["id"];
  assertEquals(
    leads.map(({ name, type, partner_id, expected_revenue, date_deadline, user_id }) => [
      ...[name, type, partner_id, expected_revenue, date_deadline, user_id],
    ]),
    [
      ["Desk", "opportunity", acme, 1234.5, "2026-12-31", 2],
      ["Lamp", "opportunity", false, -7.5, "2026-02-01", leads[1]?.["user_id"]],
    ],
  );
  const [desk, lamp] = leads;
  assertStringIncludes(String(desk?.["description"]), "Desk");
  assertFalse(String(lamp?.["description"]).includes("Lamp"));
});

Deno.test("empty cells of references clear what `--clear` names, and nothing else", async () => {
  const header = "nr,name,company,iso\n";
  await using env = await shop({ "p.csv": `${header}A,Acme,,\nB,Ben,A,BE\n` });
  const map = [
    ...["--map=name=name", '--map=parent_id={"key": "company"}'],
    '--map=country_id={"column": "iso", "model": "res.country", "by": "code"}',
  ];
  assertEquals((await env.push("p.csv", "--key=nr", ...map)).code, 0);
  const acme = env.partner("Acme")?.["id"];
  await Deno.writeTextFile(env.at("p.csv"), `${header}A,Acme,,\nB,Ben,,\n`);
  const kept = await env.push("p.csv", "--key=nr", ...map);
  assertStringIncludes(kept.err, "2 unchanged");
  assertEquals(env.partner("Ben")?.["parent_id"], acme);
  const cleared = await env.push("p.csv", "--key=nr", ...map, "--clear=parent_id,country_id");
  assertEquals(cleared.code, 0);
  const ben = env.partner("Ben");
  assertEquals([ben?.["parent_id"], ben?.["country_id"]], [false, false]);
});

Deno.test("a dry run writes nothing and prints a plan, also where only reading is allowed", async () => {
  await using env = await shop({ "contacts.csv": CONTACTS });
  const count = env.odoo.records("res.partner").length;
  const flags = ["--key=nr", ...MAP, "--dry-run", "--read-only"];
  const piped = await env.push("contacts.csv", ...flags);
  assertEquals(piped.code, 1);
  const plan = piped.out.split("\n").map((line) => JSON.parse(line));
  assertEquals(
    plan.map(({ job, line, action, field }) => [job, line, action, field]).toSorted(),
    [["contacts", 2, "create", null], ["contacts", 3, "fail", "country_id"], [
      ...["contacts", 4, "create", null],
    ]],
  );
  assertStringIncludes(piped.err, "(nothing was written)");
  const list = await env.push("contacts.csv", ...flags, "--json");
  assertEquals(JSON.parse(list.out).length, 3);
  const csv = await env.push("contacts.csv", ...flags, "--csv");
  assertMatch(csv.out, /^job,line,key,action,id,name,field,reason,changes\n/);
  const argv = ["push", "res.partner", env.at("contacts.csv"), ...flags, env.flag];
  const table = await odenoAt({ isTerminal: true }, ...argv);
  assertMatch(table.out, /^line +key +action +field +from +to\n/);
  assertEquals(env.odoo.records("res.partner").length, count);
  assertEquals(await env.names(), ["contacts.csv", "odeno.sqlite"]);
});

Deno.test("`odeno push` is refused where only reading is allowed, before anything is read or asked", async () => {
  await using env = await shop({});
  const refused = await env.push("none.csv", "--key=nr", "--read-only");
  assertEquals([refused.code, refused.out], [2, ""]);
  assertStringIncludes(refused.err, 'Cannot push "none" where only reading is allowed');
  const settings = await env.settings({ READ_ONLY: "1" });
  const again = await odeno("push", "res.partner", env.at("none.csv"), "--key=nr", settings);
  assertStringIncludes(again.err, "where only reading is allowed");
  assertEquals(env.odoo.calls.length, 0);
});

Deno.test("the standard input is CSV, NDJSON or a list, and takes what `odeno search` prints", async () => {
  await using env = await shop({});
  const inputs = [
    "\n nr,name\n1,Ana\n",
    '{"nr": 1, "name": "Ana", "email": false}\r\n\n{"nr": 2, "name": "Ben"}',
    ' [{"nr": 2, "name": "Ben", "country_id": [20, "Belgium"]},\n {"nr": 3, "name": "Cid"}]',
  ];
  const state = `--state=${env.at("state.sqlite")}`;
  const argv = ["push", "res.partner", "-", "--key=nr", "--job=typed", state, "--json", env.flag];
  const made: number[] = [];
  for (const input of [inputs[0]?.trimStart() ?? "", ...inputs.slice(1)]) {
    const { code, out, err } = await odenoAt(typed(input), ...argv);
    assertEquals(code, 0, err);
    made.push(JSON.parse(out).created);
  }
  assertEquals(made, [1, 1, 1]);
  assertEquals(env.partner("Ana")?.["email"], false);
  assertEquals(env.partner("Ben")?.["country_id"], 20);

  const fields = "--fields=name,email,country_id,is_company";
  const found = await odeno(
    "search",
    "res.partner",
    '[["is_company", "=", true]]',
    fields,
    env.flag,
  );
  const copy = ["push", "res.partner", "-", "--key=id", "--job=copies", state, env.flag];
  const names = ["name", "email", "country_id", "is_company"];
  const map = names.map((name) => `--map=${name}=${name}`);
  const { code, err } = await odenoAt(typed(found.out), ...copy, ...map);
  assertEquals(code, 0, err);
  assertMatch(err, /copies, run 1: \d+ rows in = \d+ created/);
});

Deno.test("failed rows of JSON stay JSON, with the columns that each of them has", async () => {
  const rows = [{ nr: 1, name: "Ana", is_company: false }, { nr: 2, name: "", zip: "1000" }];
  await using env = await shop({
    "rows.ndjson": rows.map((row) => JSON.stringify(row)).join("\n"),
    "list.json": JSON.stringify(rows),
  });
  for (const name of ["rows.ndjson", "list.json"]) {
    const { code, err } = await env.push(name, "--key=nr");
    assertEquals(code, 1);
    assertStringIncludes(err, `${name}:2: Contacts require a name`);
    const path = env.at(name.replace(/\..*/, ".failed.ndjson"));
    const failed = await Deno.readTextFile(path);
    const { odeno_reason, ...row } = JSON.parse(failed);
    assertEquals(row, { nr: 2, name: "", zip: "1000", odeno_line: 2 });
    assertMatch(odeno_reason, /./);
    await Deno.writeTextFile(path, failed.replace('"name":""', '"name":"Ben"'));
    assertEquals((await env.push(path.replace(/.*[/]/, ""), "--key=nr")).code, 0);
  }
});

Deno.test("a mirror that would take too much stops, after all else is done", async () => {
  const lines = Array.from({ length: 9 }, (_, index) => `${index},P ${index}\n`);
  await using env = await shop({ "p.csv": `nr,name\n${lines.join("")}` });
  assertEquals((await env.push("p.csv", "--key=nr")).code, 0);
  await Deno.writeTextFile(env.at("p.csv"), "nr,name\n0,Changed\n1,\n");
  const flags = ["--key=nr", "--mirror=archive", "--clear=email"];
  const stopped = await env.push("p.csv", ...flags, "--json");
  assertEquals(stopped.code, 1);
  assertStringIncludes(
    stopped.err,
    "Not all was mirrored: Nothing was archived: the source has lost",
  );
  assertStringIncludes(JSON.parse(stopped.out).notMirrored, "Nothing was archived");
  assertEquals(env.partner("Changed")?.["name"], "Changed");
  assertEquals((await env.push("p.csv", ...flags, "--mirror-limit=7")).code, 0);
  assertEquals(env.partner("P 8")?.["active"], false);
});

Deno.test("`odeno push` says in one sentence what is wrong with its flags, its file and its names", async () => {
  await using env = await shop({
    "ok.csv": "nr,name\n1,Ana\n",
    "ok.failed.csv": "nr,name\n1,Ana\n",
    "day_2026.csv": "nr,name\n",
    "empty.csv": "",
    "bad.csv": 'nr,name\n1,"Ana\n',
    "bad.ndjson": '{"nr": 1}\n{"nr": \n',
    "text.json": '["Ana"]',
    "latin.csv": "nr,name\n",
  });
  await Deno.writeFile(env.at("latin.csv"), new Uint8Array([0x6e, 0x72, 0x0a, 0xe9, 0x0a]));
  const cases: [argv: string[], sentence: string][] = [
    [["ok.csv"], "--key is needed"],
    [["ok.csv", "--key="], "--key needs a value"],
    [["ok.csv", "--key=nr,nr"], '--key has "nr" twice'],
    [["ok.csv", "--key=no"], "lacks no"],
    [["ok.csv", "--key=nr", "--concurrency=0"], "--concurrency must be a whole number from 1 on"],
    [["ok.csv", "--key=nr", "--concurrency=two"], 'whole number from 1 on, not "two"'],
    [
      ["ok.csv", "--key=nr", "--mirror=erase"],
      '--mirror must be "archive" or "delete", not "erase"',
    ],
    [["ok.csv", "--key=nr", "--mirror-limit=3"], '--mirror-limit needs a "mirror"'],
    [["ok.failed.csv", "--key=nr", "--mirror=archive"], "does not go with a file of failed rows"],
    [["ok.csv", "--key=nr", "--job=Nightly run"], "--job must be small letters, digits and _"],
    [["day_2026.csv", "--key=nr"], "--job is needed: a name that stays the same in every run"],
    [["-", "--key=nr"], "--job is needed"],
    [["ok.csv", "--key=nr", "--map=name"], '--map is field=column, such as name="Full name", not'],
    [["ok.csv", "--key=nr", "--map=name=a", "--map=name=b"], '--map has "name" twice'],
    [["ok.csv", "--key=nr", "--map=name={x"], "Cannot read the rule of --map name as JSON"],
    [
      ["ok.csv", "--key=nr", '--map=name={"colum": "a"}'],
      '--map.name.colum; did you mean "column"?',
    ],
    [["ok.csv", "--key=nr", "--map=name=Name"], "The header (line 1) lacks Name"],
    [
      ["ok.csv", "--key=nr", "--map=nmae=name"],
      'res.partner has no field "nmae"; did you mean "name"?',
    ],
    [["ok.csv", "--key=nr", "--match=emial"], 'no field "emial"; did you mean "email"?'],
    [["ok.csv", "--key=nr", "--mpa=name=name"], "There is no flag --mpa; did you mean --map?"],
    [["ok.csv", "--key=nr", "--csv"], "--csv is for the plan of a --dry-run only"],
    [["ok.csv", "--key=nr", "--optional=x"], "unknown columns: name"],
    [["ok.csv", "--key=nr", "--encoding=klingon"], 'There is no encoding "klingon"'],
    [["ok.csv", "extra", "--key=nr"], 'Nothing is known of "extra"'],
    [["none.csv", "--key=nr"], "none.csv: there is no such file or folder"],
    [["empty.csv", "--key=nr"], "The file is empty"],
    [["bad.csv", "--key=nr"], "a quote is not closed"],
    [["bad.ndjson", "--key=nr"], "bad.ndjson:2 is no JSON"],
    [["text.json", "--key=nr"], 'text.json:1 is no object: "Ana"'],
    [["latin.csv", "--key=nr"], "The file is not UTF-8 in line 2"],
  ];
  for (const [[name = "", ...flags], sentence] of cases) {
    const path = name === "-" ? name : env.at(name);
    const { code, out, err } = await odeno("push", "res.partner", path, ...flags, env.flag);
    assertEquals([code, out], [2, ""], `${name} ${flags}: ${err}`);
    assertStringIncludes(err, sentence);
    assertFalse(/\n +at /.test(err), err);
  }
  const { code, err } = await odeno("push", "res.partnr", env.at("ok.csv"), "--key=nr", env.flag);
  assertEquals(code, 2);
  assertStringIncludes(err, 'This Odoo has no model "res.partnr"; did you mean "res.partner"?');
});

Deno.test("a failed file that cannot be written, and a state that is none, are told in a sentence", async () => {
  await using env = await shop({ "p.csv": "nr,name\n1,\n", "odeno.txt": "no state" });
  for (
    const [flag, sentence] of [
      [`--failed=${env.at("none/failed.csv")}`, "Cannot write"],
      [`--state=${env.at("odeno.txt")}`, "the file is damaged, or it is no SQLite file"],
      [`--state=${env.at("none/state.sqlite")}`, "its folder is missing"],
      [`--failed=${env.at("p.csv")}`, "--failed must be another file than the source"],
    ] as const
  ) {
    const { code, err } = await env.push("p.csv", "--key=nr", flag);
    assertEquals(code, 2, err);
    assertStringIncludes(err, sentence);
  }
});

Deno.test("a push goes on when nobody reads its messages any more", async () => {
  await using env = await shop({ "p.csv": "nr,name\n1,\n2,\n3,Ana\n" });
  const err = () => {
    throw new ReaderGoneError();
  };
  const argv = ["push", "res.partner", env.at("p.csv"), "--key=nr", env.flag];
  assertEquals((await odenoAt({ err }, ...argv)).code, 1);
  assertEquals(env.partner("Ana")?.["name"], "Ana");
});

Deno.test("a column that is no field is told with the nearest, and with how to map it", async () => {
  await using env = await shop({ "contacts.csv": "nr,Mail,full name\n1,a@b.c,Ana\n" });
  const { code, err } = await env.push("contacts.csv", "--key=nr");
  assertEquals([code, err.split("\n").length], [2, 1], err);
  assertStringIncludes(err, "or --map says which goes where, such as --map email=Mail: ");
  assertStringIncludes(
    err,
    'res.partner has no field "Mail"; did you mean "email"?, nor "full name"',
  );
  assertEquals(env.partner("Ana"), undefined);
});

for (const version of [14, 17, 19] as const) {
  Deno.test(`what search prints can be pushed by its id, on Odoo ${version}`, async () => {
    await using source = await ground({
      "res.partner": [
        { id: 1001, name: "Shop 1", country_id: 1, is_company: false, category_id: [1] },
        { id: 1002, name: "Shop 2", email: "two@example.com", is_company: true },
      ],
    }, { version });
    await using target = await ground({}, { version });
    const fields = "--fields=name,email,country_id,is_company,category_id";
    for (const format of ["--ndjson", "--json", "--csv"]) {
      const search = ["search", "res.partner", '[["name", "like", "Shop "]]', fields, format];
      const { out } = await odeno(...search, source.flag);
      const argv = ["push", "res.partner", "-", "--key=id", "--job=copy", "--json"];
      const state = `--state=${target.folder}/state`;
      const { code, err, out: told } = await odenoAt(typed(out), ...argv, state, target.flag);
      assertEquals(code, 0, err);
      const { created, unchanged } = JSON.parse(told);
      assertEquals([created, unchanged], format === "--ndjson" ? [2, 0] : [0, 2], format);
    }
    const shops = target.odoo.records("res.partner").filter(({ name }) =>
      String(name).startsWith("Shop ")
    );
    assertEquals(
      shops.map(({ name, country_id, email, is_company }) => [
        ...[name, country_id, email, is_company],
      ]),
      [["Shop 1", 1, false, false], ["Shop 2", false, "two@example.com", true]],
    );
  });
}
