import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { ground, odeno, odenoAt, typed } from "./cli_support.ts";

const VERSIONS = [14, 17, 19] as const;

/** An Odoo with partners of its own. */
async function shops(version: (typeof VERSIONS)[number] = 17, count = 5) {
  const partners = Array.from({ length: count }, (_, index) => ({
    id: 1001 + index,
    name: `Shop ${index + 1}`,
    email: index === 1 ? "two@example.com" : false,
  }));
  return await ground({ "res.partner": partners }, { version });
}

const SHOPS = '[["name", "like", "Shop "]]';
const LINE = /\r?\n/;

/** A server on a port. */
function serve(handler: Deno.ServeHandler) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handler);
  const url = `http://127.0.0.1:${server.addr.port}`;
  return { url, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("--safe-cells writes no text into CSV that a program for tables takes for a formula", async () => {
  await using env = await ground({ "res.partner": [{ id: 1001, name: "=1+1", color: -2 }] });
  const asked = ["search", "res.partner", '[["id", "=", 1001]]', "--fields=name,color", env.flag];
  assertEquals((await odeno(...asked, "--csv")).out, "id,name,color\n1001,=1+1,-2");
  assertEquals(
    (await odeno(...asked, "--csv", "--safe-cells")).out,
    "id,name,color\n1001,'=1+1,-2",
  );
  const { code, err } = await odeno(...asked, "--safe-cells");
  assertEquals(code, 2);
  assertStringIncludes(err, "--safe-cells goes with --csv: other formats need none");
});

for (const version of VERSIONS) {
  Deno.test(`records are searched, read, counted, made, written and deleted on Odoo ${version}`, async () => {
    await using env = await shops(version);
    const { flag, odoo } = env;
    assertEquals((await odeno("count", "res.partner", SHOPS, flag)).out, "5");

    const found = await odeno("search", "res.partner", SHOPS, "--fields=name,email", flag);
    assertEquals([found.code, found.err], [0, ""]);
    assertEquals(found.out.split(LINE).map((line) => JSON.parse(line)).slice(0, 2), [
      { id: 1001, name: "Shop 1", email: false },
      { id: 1002, name: "Shop 2", email: "two@example.com" },
    ]);

    const made = await odeno("create", "res.partner", '{"name": "Shop 6", "vat": "BE1"}', flag);
    assertEquals([made.code, made.err], [0, ""]);
    const id = made.out;
    const values = '{"email": "six@example.com"}';
    const wrote = await odeno("write", "res.partner", id, "1001", values, flag);
    assertEquals(wrote, { code: 0, out: "", err: "Wrote 2 records of res.partner" });

    const read = await odeno(
      "read",
      "res.partner",
      `${id},1001`,
      "--fields=email,vat",
      "--csv",
      flag,
    );
    assertEquals(read.out.split("\n"), [
      "id,email,vat",
      `${id},six@example.com,BE1`,
      "1001,six@example.com,",
    ]);

    const gone = await odeno("unlink", "res.partner", id, "--yes", flag);
    assertEquals(gone, { code: 0, out: "", err: "Deleted 1 record of res.partner" });
    assertEquals(odoo.records("res.partner").some((each) => String(each["id"]) === id), false);

    const fields = await odeno("fields", "res.partner", "country_id", flag);
    assertEquals(JSON.parse(fields.out).relation, "res.country");
    const models = await odeno("models", "--csv", flag);
    assertStringIncludes(models.out, "\nres.partner,Contact\n");
    const ref = await odeno("ref", "base.main_company", flag);
    const company = { xmlid: "base.main_company", model: "res.company", id: 1, status: "active" };
    assertEquals(JSON.parse(ref.out), company);
    const { out } = await odeno("version", flag);
    assertEquals(JSON.parse(out).odoo, `${version}.0`);
  });
}

Deno.test("`odeno search` sorts, limits and passes over", async () => {
  await using env = await shops();
  const ids = async (...argv: string[]) => {
    const { out } = await odeno("search", "res.partner", SHOPS, "--json", ...argv, env.flag);
    return JSON.parse(out).map(({ id }: { id: number }) => id);
  };
  assertEquals(await ids(), [1001, 1002, 1003, 1004, 1005]);
  assertEquals(await ids("--limit=2", "--offset=1"), [1002, 1003]);
  assertEquals(await ids("--order=name desc", "--limit=2", "--offset=2"), [1003, 1002]);
});

Deno.test("`odeno search` takes pages behind the last id as long as nothing else is asked for", async () => {
  await using env = await shops(17, 1200);
  for (const order of [undefined, "id", "ID asc"]) {
    const before = env.odoo.calls.length;
    const argv = order === undefined ? [] : ["--order", order];
    const { out } = await odeno("search", "res.partner", SHOPS, ...argv, env.flag);
    assertEquals(out.split("\n").length, 1200);
    const calls = env.odoo.calls.slice(before);
    assertEquals(calls.filter(({ kwargs }) => kwargs["offset"] !== undefined), []);
  }
});

Deno.test("a domain and values may come from the standard input", async () => {
  await using env = await shops();
  const count = await odenoAt(typed(SHOPS), "count", "res.partner", "-", env.flag);
  assertEquals(count.out, "5");
  const inputs = [
    '[{"name": "A"}, {"name": "B"}]',
    '\n{"name": "A"}\n\n{"name": "B"}\r\n',
    '{"name":\n"A"}',
  ];
  const made: number[] = [];
  for (const input of inputs) {
    const { out, err } = await odenoAt(
      typed(input),
      "create",
      "res.partner",
      "-",
      "--json",
      env.flag,
    );
    assertEquals(err, "");
    made.push(JSON.parse(out).length);
  }
  assertEquals(made, [2, 2, 1]);
  const argv = ["write", "res.partner", "1001", "-", env.flag];
  assertEquals((await odenoAt(typed('{"name": "Z"}'), ...argv)).code, 0);
  const call = ["call", "res.partner", "search_count", "-", env.flag];
  assertEquals((await odenoAt(typed('[["name", "=", "Z"]]'), ...call)).out, "1");
});

Deno.test("`odeno create` makes all records or none", async () => {
  await using env = await shops();
  const rows = '[{"name": "New"}, {"name": "Bad", "country_id": 99999}]';
  const { code, out } = await odeno("create", "res.partner", rows, env.flag);
  assertEquals([code, out], [2, ""]);
  assertEquals((await odeno("count", "res.partner", '[["name", "=", "New"]]', env.flag)).out, "0");
});

Deno.test("`odeno create --once` makes no second record when an answer is lost, and tells of those that are refused", async () => {
  await using env = await shops();
  const lost = { kind: "disconnect", afterCommit: true } as const;
  env.odoo.failNext(lost, { method: "load" });
  const rows = [
    { name: "Once 1", email: false, country_id: "base.be" },
    { name: "Once 2", country_id: 99999 },
    { name: "Once 3", country_id: [1, "whatever"], is_company: false },
  ];
  const argv = ["create", "res.partner", "-", "--once", env.flag];
  const { code, out, err } = await odenoAt(typed(JSON.stringify(rows)), ...argv);
  assertEquals([code, out.split("\n").length], [1, 2]);
  assertStringIncludes(err, "Object 2 (country_id): failed: ");
  assertStringIncludes(err, "1 of 3 records of res.partner did not go in");
  const once = env.odoo.records("res.partner").filter(({ name }) =>
    String(name).startsWith("Once")
  );
  assertEquals(once.map(({ name, email }) => [name, email]), [["Once 1", false], [
    "Once 3",
    false,
  ]]);
});

Deno.test("a lost answer of `odeno create` is told, and nothing is repeated", async () => {
  await using env = await shops();
  env.odoo.failNext({ kind: "disconnect", afterCommit: true }, { method: "create" });
  const { code, out, err } = await odeno("create", "res.partner", '{"name": "Lost"}', env.flag);
  assertEquals([code, out], [2, ""]);
  assertStringIncludes(err, "Odoo may have done it all the same, so look before you try again");
  assertEquals(
    env.odoo.records("res.partner").filter(({ name }) => name === "Lost").length,
    1,
  );
});

Deno.test("ids that are not there are told in one sentence, the others are printed, and the exit code is 1", async () => {
  await using env = await shops();
  const read = await odeno("read", "res.partner", "1001", "9998", "1002", "9999", env.flag);
  assertEquals(read.code, 1);
  assertEquals(read.out.split("\n").map((line) => JSON.parse(line).id), [1001, 1002]);
  assertEquals(read.err, "res.partner has no records 9998, 9999");
  const unlink = await odeno("unlink", "res.partner", "1001", "9999", "--yes", env.flag);
  assertEquals(unlink.code, 1);
  assertEquals(unlink.err, "res.partner has no record 9999\nDeleted 1 record of res.partner");
  for (
    const [ids, said] of [["1002,9999", "Wrote 1 record of res.partner"], [
      "9999",
      undefined,
    ]] as const
  ) {
    const write = await odeno("write", "res.partner", ids, '{"email": false}', env.flag);
    const lines = ["res.partner has no record 9999", said].filter((line) => line !== undefined);
    assertEquals([write.code, write.err], [1, lines.join("\n")]);
  }
  const ref = await odeno("ref", "base.nope", "base.be", env.flag);
  assertEquals([ref.code, JSON.parse(ref.out).model], [1, "res.country"]);
  assertEquals(ref.err, 'Odoo has no record with the external id "base.nope"');
});

Deno.test("`odeno unlink` names the records and asks, and deletes on yes only", async () => {
  await using env = await shops(17, 7);
  const ids = [1001, 1002, 1003, 1004, 1005, 1006, 1007].map(String);
  const at = (answer: string) => ({ ...typed(answer), isAsking: true });
  const argv = ["unlink", "res.partner", ...ids, env.flag];
  for (const answer of ["n\n", "\n", "", "maybe\n"]) {
    const { code, err } = await odenoAt(at(answer), ...argv);
    assertEquals(code, 1);
    assertEquals(err.split("\n"), [
      "Delete 7 records of res.partner: 1001 Shop 1, 1002 Shop 2, 1003 Shop 3, 1004 Shop 4, 1005 Shop 5 and 2 more? [y/N]",
      "Nothing was deleted",
    ]);
  }
  assertEquals((await odeno("count", "res.partner", SHOPS, env.flag)).out, "7");
  const { code, err } = await odenoAt(at("y\n"), ...argv);
  assertEquals([code, err.split("\n").at(-1)], [0, "Deleted 7 records of res.partner"]);
  assertEquals((await odeno("count", "res.partner", SHOPS, env.flag)).out, "0");
});

Deno.test("where nobody can be asked, `odeno unlink` sends nothing without --yes", async () => {
  await using env = await shops();
  const { code, err } = await odeno("unlink", "res.partner", "1001", env.flag);
  assertEquals(code, 2);
  assertStringIncludes(err, "Nobody can be asked here whether to delete: say so with --yes");
  assertEquals(env.odoo.calls, []);
});

Deno.test("names that Odoo does not have are told with the nearest that it has", async () => {
  for (const version of VERSIONS) {
    await using env = await shops(version);
    const cases: [argv: string[], sentence: string][] = [
      [["count", "res.parnter"], 'no model "res.parnter"; did you mean "res.partner"?'],
      [["search", "res.parnter"], 'no model "res.parnter"; did you mean "res.partner"?'],
      [["fields", "res.parnter"], 'no model "res.parnter"; did you mean "res.partner"?'],
      [["read", "res.parnter", "1"], 'no model "res.parnter"'],
      [["unlink", "res.parnter", "1", "--yes"], 'no model "res.parnter"'],
      [["call", "res.parnter", "search", "[]"], 'no model "res.parnter"'],
      [["count", "x.y"], 'This Odoo has no model "x.y": check the name, and that its module'],
      [["search", "res.partner", "--fields=nmae"], 'has no field "nmae"; did you mean "name"?'],
      [["search", "res.partner", "--csv", "--fields=nmae"], 'has no field "nmae"'],
      [["search", "res.partner", "--order=nmae desc"], 'has no field "nmae"'],
      [["count", "res.partner", '[["emial", "=", 1]]'], 'no field "emial"; did you mean "email"?'],
      [["read", "res.partner", "1", "--fields=name,xyzzy"], 'res.partner has no field "xyzzy"'],
      [["create", "res.partner", '{"nmae": "A"}'], 'no field "nmae"; did you mean "name"?'],
      [["create", "res.partner", '{"nmae": "A"}', "--once"], "nmae"],
      [["write", "res.partner", "1001", '{"nmae": "A"}'], 'no field "nmae"; did you mean "name"?'],
      [["fields", "res.partner", "nmae", "emial"], '"nmae"; did you mean "name"?, nor "emial"'],
    ];
    for (const [argv, sentence] of cases) {
      const { code, out, err } = await odeno(...argv, env.flag);
      assertEquals([code, out], [2, ""], `${version} ${argv.join(" ")}: ${err}`);
      assertStringIncludes(err, sentence, `${version} ${argv.join(" ")}`);
      assertEquals(err.split("\n").length, 1);
    }
  }
});

Deno.test("an operator that the server does not know yet is told", async () => {
  const domain = '[["category_id", "any", [["name", "=", "x"]]]]';
  for (const version of VERSIONS) {
    await using env = await shops(version);
    const { code, out, err } = await odeno("count", "res.partner", domain, env.flag);
    if (version >= 17) assertEquals([code, out], [0, "0"]);
    else assertStringIncludes(err, '"any" and "not any" are from Odoo 17 on, and this is 14.0');
  }
});

Deno.test("command lines that cannot be carried out exit 2 before anything is sent", async () => {
  await using env = await shops();
  const cases: [argv: string[], sentence: string][] = [
    [["search"], "A model is needed, such as res.partner"],
    [["search", "res.partner", "[]", "more"], 'Nothing is known of "more"'],
    [["search", "res.partner", '["name", "=", "x"]'], "a condition is a list"],
    [["search", "res.partner", '[["name", "~", "x"]]'], '"~" is not an operator of Odoo'],
    [["search", "res.partner", '["|", ["name", "=", "x"]]'], "lacks a condition"],
    [["search", "res.partner", "{}"], "A domain is a JSON list of conditions"],
    [["search", "res.partner", "[('name', '=', 'x')]"], 'JSON has [ ] and { }, "double quotes"'],
    [["search", "res.partner", "--fields=a,,b"], "--fields are names with commas"],
    [["search", "res.partner", "--limit=0"], "--limit must be a whole number from 1 on"],
    [["search", "res.partner", "--offset=-1"], "--offset must be a whole number from 0 on"],
    [["read", "res.partner"], "At least one id is needed"],
    [["read", "res.partner", "1.5"], 'Cannot use "1.5" as an id'],
    [["read", "res.partner", "0"], 'Cannot use "0" as an id'],
    [["count"], "A model is needed"],
    [["create", "res.partner"], "Values are needed"],
    [["create", "res.partner", "[]"], "There is nothing to create"],
    [["create", "res.partner", "[1]"], "The values of record 1 are no JSON object: 1"],
    [["create", "res.partner", "{'name': 'x'}"], "Cannot read the values as JSON"],
    [["write", "res.partner", "1001"], "Ids and values are needed"],
    [["write", "res.partner", "1001", "[]"], "the values must be a JSON object"],
    [["write", "res.partner", "x", "{}"], 'Cannot use "x" as an id'],
    [["unlink", "res.partner", "--yes"], "At least one id is needed"],
    [["fields"], "A model is needed"],
    [["models", "more"], 'Nothing is known of "more"'],
    [["ref"], "An external id is needed"],
    [["version", "more"], 'Nothing is known of "more"'],
    [["count", "res.partner", "--company=x"], 'Cannot use "x" in --company'],
    [["count", "res.partner", "--context={"], "Cannot read --context as JSON"],
  ];
  for (const [argv, sentence] of cases) {
    const { code, out, err } = await odeno(...argv, env.flag);
    assertEquals([code, out], [2, ""], argv.join(" "));
    assertStringIncludes(err, sentence);
    assertEquals(err.split("\n").length, 2, err);
  }
  const lines = '{"name": "A"}\n{"name": oops}';
  const { err } = await odenoAt(typed(lines), "create", "res.partner", "-", env.flag);
  assertStringIncludes(
    err,
    'Cannot read line 2 of the values on the standard input as JSON: {"name": oops} (a value is missing at column 10)',
  );
  const { err: empty } = await odenoAt(typed(""), "count", "res.partner", "-", env.flag);
  assertStringIncludes(
    empty,
    "Cannot read the domain on the standard input as JSON: (it is empty)",
  );
  assertEquals(env.odoo.calls, []);
});

Deno.test("on a terminal records are a table, which wide characters do not disturb and control characters do not leave", async () => {
  const names = ["東京支店", "Ana \u001b[31mred\u0007", "🦕 Dino", "\u202egnp.exe", "e\u0301a"];
  const partners = names.map((name, index) => ({ id: 1001 + index, name, email: "a@b.c" }));
  // XML cannot carry them
  await using env = await ground({ "res.partner": partners }, { version: 19 });
  const argv = ["search", "res.partner", '[["email", "=", "a@b.c"]]', "--fields=name,email"];
  const { out } = await odenoAt({ isTerminal: true, columns: 80 }, ...argv, env.flag);
  assertEquals(out.split("\n"), [
    "id    name           email",
    "1001  東京支店       a@b.c",
    "1002  Ana  [31mred   a@b.c",
    "1003  🦕 Dino        a@b.c",
    "1004   gnp.exe       a@b.c",
    "1005  e\u0301a             a@b.c",
  ]);
});

Deno.test("a cell that is too long is cut at the columns that it takes", async () => {
  const partners = [{ id: 1001, name: "東".repeat(60), email: "a@b.c" }];
  await using env = await ground({ "res.partner": partners });
  const argv = ["read", "res.partner", "1001", "--fields=name,email", env.flag];
  const { out } = await odenoAt({ isTerminal: true, columns: 80 }, ...argv);
  assertEquals(out.split("\n")[1], `1001  ${"東".repeat(19)}…   a@b.c`);
});

Deno.test("--lang, --company and --context go with every call", async () => {
  await using env = await ground();
  const languages = (await env.odoo.connect()).model("res.lang");
  const [id = 0] = await languages.search([["code", "=", "fr_FR"], ["active", "=", false]]);
  const french = ["read", "res.partner", "1", "--lang=fr_FR", env.flag];
  const refused = await odeno(...french);
  assertEquals(refused, {
    code: 2,
    out: "",
    err: 'This Odoo has no language "fr_FR"; it has en_US',
  });
  await languages.write([id], { active: true });
  assertEquals((await odeno(...french)).code, 0);
  const context = '{"active_test": false, "lang": "en_US"}';
  const flags = ["--lang=fr_FR", "--company=1", `--context=${context}`];
  assertEquals((await odeno("count", "res.partner", ...flags, env.flag)).code, 0);
  const sent = { lang: "en_US", allowed_company_ids: [1], active_test: false };
  assertEquals(env.odoo.calls.at(-1)?.kwargs["context"], sent);
});

Deno.test("--read-only refuses what writes, and reads", async () => {
  await using env = await shops();
  for (
    const argv of [
      ["create", "res.partner", '{"name": "A"}'],
      ["create", "res.partner", '{"name": "A"}', "--once"],
      ["write", "res.partner", "1001", '{"name": "A"}'],
      ["unlink", "res.partner", "1001", "--yes"],
    ]
  ) {
    const { code, err } = await odeno(...argv, "--read-only", env.flag);
    assertEquals(code, 2);
    assertStringIncludes(err, "the connection is read-only");
  }
  const { code } = await odeno("read", "res.partner", "1001", "--read-only", env.flag);
  assertEquals(code, 0);
});

Deno.test("`odeno version` needs the address alone", async () => {
  for (const version of VERSIONS) {
    await using env = await ground({}, { version });
    const path = `${env.folder}/address`;
    await Deno.writeTextFile(path, `ODOO_URL=${env.url}\n`);
    const { code, out } = await odeno("version", "--env-file", path);
    assertEquals([code, JSON.parse(out).odoo], [0, `${version}.0`]);
  }
  const none = await odeno("version", "--env-file", "/dev/null");
  assertEquals([none.code, none.err], [
    2,
    "Cannot connect to Odoo without ODOO_URL: set what is missing in /dev/null",
  ]);
});

Deno.test("`odeno version` finds an Odoo whose XML-RPC is hidden, and says when there is none", async () => {
  await using env = await ground({}, { version: 19 });
  for (const hidden of [["/xmlrpc/"], ["/xmlrpc/", "/jsonrpc"]]) {
    await using proxy = serve((request) => {
      const isHidden = hidden.some((path) => new URL(request.url).pathname.startsWith(path));
      return isHidden ? new Response("no", { status: 404 }) : env.odoo.fetch(request);
    });
    const { out } = await odeno("version", await env.settings({ URL: proxy.url }));
    assertEquals(JSON.parse(out).odoo, "19.0");
  }
  const headers = { "content-type": "text/html" };
  await using shop = serve(() => new Response("<title>Shop</title>", { headers }));
  const { code, err } = await odeno("version", await env.settings({ URL: shop.url }));
  assertEquals([code, err.split("\n").length], [2, 1]);
});

Deno.test("users whom Odoo tells no models are told what to do", async () => {
  await using env = await ground();
  const demo = { USERNAME: "demo", API_KEY: undefined, PASSWORD: "demo" };
  const { code, out, err } = await odeno("models", await env.settings(demo));
  assertEquals([code, out], [2, ""]);
  assertStringIncludes(err, "Odoo does not tell this user its models");
});

Deno.test("`odeno call` takes ids, and writes lists as lines and rows as CSV", async () => {
  await using env = await shops();
  const read = ["call", "res.partner", "read", '["name"]', "--ids=1001,1002", env.flag];
  assertEquals((await odeno(...read, "--csv")).out, "id,name\n1001,Shop 1\n1002,Shop 2");
  assertEquals((await odeno(...read, "--ndjson")).out.split("\n").length, 2);
  const rows = JSON.parse((await odeno(...read)).out);
  assertEquals(rows.length, 2);
  const count = await odeno("call", "res.partner", "search_count", "[]", "--csv", env.flag);
  assertFalse(Number.isNaN(Number(count.out)));
  assertEquals(count.err, "The answer is no list of rows: it comes as JSON");
});
