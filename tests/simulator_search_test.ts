import { assertEquals, assertRejects } from "@std/assert";
import type { Odoo } from "../mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import type { RpcInput, RpcValue } from "../lib/values.ts";

const VERSIONS = [14, 17, 19] as const;

const PARTNERS = [
  {
    id: 101,
    name: "Alpha",
    ref: "s",
    email: "A@x.example",
    color: 1,
    country_id: 20,
    is_company: true,
  },
  { id: 102, name: "beta", ref: "s", color: 0, country_id: 75, parent_id: 101, email: "" },
  { id: 103, name: "100%_x", ref: "s", color: 5, parent_id: 102, category_id: [1, 2] },
  { id: 104, name: "Archived", ref: "s", color: 9, active: false },
];

/** One for all searches: none of them writes. */
const ODOOS = {
  14: connected(14),
  17: connected(17),
  19: connected(19),
};

function connected(version: 14 | 17 | 19): Promise<Odoo> {
  return new OdooSimulator({ "res.partner": PARTNERS }, { version }).connect();
}

async function search(
  version: 14 | 17 | 19,
  domain: RpcInput[],
  kwargs: Record<string, RpcInput> = {},
): Promise<unknown> {
  const odoo = await ODOOS[version];
  const all = [["ref", "=", "s"], ...domain];
  return await odoo.executeKw("res.partner", "search", [all], { order: "id", ...kwargs });
}

Deno.test("search() evaluates domains as all versions do", async () => {
  const cases: [RpcInput[], number[]][] = [
    [[["name", "ilike", "ALPH"]], [101]],
    [[["name", "like", "ALPH"]], []],
    [[["name", "not ilike", "alph"]], [102, 103]],
    [[["name", "=like", "%a"]], [101, 102]],
    [[["name", "ilike", "100\\%"]], [103]],
    [[["name", "ilike", "100_"]], [103]],
    [[["name", ">", "a"]], [102]],
    [[["color", "in", [1, 5]]], [101, 103]],
    [[["color", "!=", 1]], [102, 103]],
    [[["color", ">=", 1]], [101, 103]],
    [["|", ["color", "=", 1], ["color", "=", 5]], [101, 103]],
    [["!", ["color", "=", 1]], [102, 103]],
    [["&", "!", ["color", "=", 1], ["color", "<", 5]], [102]],
    [[["country_id", "=", false]], [103]],
    [[["country_id", "!=", 20]], [102, 103]],
    [[["country_id", "in", [20, false]]], [101, 103]],
    [[["country_id", "ilike", "belg"]], [101]],
    [[["country_id", "=", "Belgium"]], [101]],
    [[["country_id.code", "=", "FR"]], [102]],
    [[["parent_id.country_id.code", "in", ["BE"]]], [102]],
    [[["child_ids.name", "=", "beta"]], [101]],
    [[["child_ids", "=", false]], [103]],
    [[["category_id", "in", [2]]], [103]],
    [[["category_id", "=", false]], [101, 102]],
    [[["id", "child_of", 101]], [101, 102, 103]],
    [[["id", "parent_of", 103]], [101, 102, 103]],
    [[["parent_id", "child_of", [102]]], [102, 103]],
    [[["is_company", "=", false]], [102, 103]],
    [[["is_company", "!=", false]], [101]],
    [[["active", "=", false]], [104]],
    [[["active", "in", [true, false]]], [101, 102, 103, 104]],
    [[["ref", "=?", false]], [101, 102, 103]],
    [[["id", "in", []]], []],
    [[[1, "=", 1]], [101, 102, 103]],
    [[[0, "=", 1]], []],
  ];
  for (const version of VERSIONS) {
    for (const [domain, ids] of cases) {
      assertEquals(await search(version, domain), ids, `${version} ${JSON.stringify(domain)}`);
    }
  }
});

Deno.test("search() tells no value, zero and the empty text apart as each version does", async () => {
  const cases: [RpcInput[], number[], number[], number[]][] = [
    [[["email", "=", false]], [103], [103], [102, 103]],
    [[["email", "=", ""]], [102], [102], [102, 103]],
    [[["email", "!=", false]], [101, 102], [101, 102], [101]],
    [[["color", "=", false]], [], [], [102]],
    [[["color", "in", [0, 5]]], [103], [102, 103], [102, 103]],
    [[["category_id", "in", [false]]], [], [], [101, 102]],
  ];
  for (const [domain, ...wanted] of cases) {
    for (const [index, version] of VERSIONS.entries()) {
      assertEquals(await search(version, domain), wanted[index], `${version} ${domain}`);
    }
  }
});

Deno.test("a condition on a field without a column is ignored before 19, and refused since", async () => {
  const domain = [["company_type", "=", "company"]];
  assertEquals(await search(14, domain), [101, 102, 103]);
  assertEquals(await search(17, domain), [101, 102, 103]);
  await assertRejects(
    () => search(19, domain),
    Error,
    "Cannot convert res.partner.company_type to SQL because it is not stored",
  );
});

Deno.test("malformed domains and orders fail in the words of the version", async () => {
  const texts: [RpcInput[], string, string, string][] = [
    [
      [["nope", "=", 1]],
      "Invalid field res.partner.nope in leaf ('nope', '=', 1)",
      "Invalid field res.partner.nope in leaf ('nope', '=', 1)",
      "Invalid field res.partner.nope in condition ('nope', '=', 1)",
    ],
    [
      [["name", "foo", "x"]],
      "Invalid leaf ('name', 'foo', 'x')",
      "Invalid leaf ('name', 'foo', 'x')",
      "Invalid operator in condition ('name', 'foo', 'x')",
    ],
    [
      [["name", "in", "x"]],
      "Invalid domain term ('name', 'in', 'x')",
      "Invalid domain term ('name', 'in', 'x')",
      "",
    ],
    [
      [["country_id", "any", [["code", "=", "BE"]]]],
      "unhashable type: 'list'",
      "",
      "",
    ],
  ];
  for (const [domain, ...wanted] of texts) {
    for (const [index, version] of VERSIONS.entries()) {
      const text = wanted[index] ?? "";
      if (text === "") await search(version, domain);
      else await assertRejects(() => search(version, domain), Error, text);
    }
  }
  for (const version of VERSIONS) {
    await assertRejects(
      () => search(version, [], { order: "name; drop" }),
      Error,
      'Invalid "order" specified (name; drop).',
    );
  }
});

Deno.test("orders sort text by code point, many2one by the order of its model, and nothing last", async () => {
  assertEquals(await search(17, [], { order: "name" }), [103, 101, 102]);
  assertEquals(await search(17, [], { order: "name desc" }), [102, 101, 103]);
  assertEquals(await search(17, [], { order: "country_id" }), [101, 102, 103]);
  assertEquals(await search(17, [], { order: "country_id desc" }), [103, 102, 101]);
  assertEquals(await search(17, [], { order: "country_id desc nulls last" }), [102, 101, 103]);
  assertEquals(await search(17, [], { order: "id desc", limit: 2, offset: 1 }), [102, 101]);
  assertEquals(await search(17, [], { limit: 0 }), [101, 102, 103]);
  await assertRejects(() => search(14, [], { order: "vat desc nulls last" }), Error, "Invalid");
});

Deno.test("archiving the rows of a page moves the pages that follow", async () => {
  const records = Array.from(
    { length: 6 },
    (_, index) => ({ id: 101 + index, name: `P${index}`, ref: "s" }),
  );
  const odoo = await new OdooSimulator({ "res.partner": records }).connect();
  const page = (offset: number) =>
    odoo.executeKw<number[]>("res.partner", "search", [[["ref", "=", "s"]]], {
      order: "id",
      limit: 2,
      offset,
    });
  const first = await page(0);
  await odoo.executeKw("res.partner", "write", [first, { active: false }]);
  assertEquals([first, await page(2)], [[101, 102], [105, 106]]);
});

Deno.test("name_search() and display names follow the version", async () => {
  for (const version of VERSIONS) {
    const odoo = await new OdooSimulator({ "res.partner": PARTNERS }, { version }).connect();
    assertEquals(await odoo.executeKw("res.partner", "name_search", ["bet"], { limit: 1 }), [
      [102, "Alpha, beta"],
    ]);
    assertEquals(await odoo.executeKw("res.country", "name_search", ["BE"], { operator: "=" }), [
      [20, "Belgium"],
    ]);
    assertEquals(await odoo.executeKw("res.country.state", "read", [[13], ["display_name"]]), [
      { id: 13, display_name: "California (US)" },
    ]);
    const names = () => odoo.executeKw("res.partner", "name_get", [[102]]);
    if (version === 19) await assertRejects(names, Error, "does not exist");
    else assertEquals(await names(), [[102, "Alpha, beta"]]);
  }
});

Deno.test("there are all countries, with the ids of real databases", async () => {
  for (const version of VERSIONS) {
    const server = new OdooSimulator({}, { version });
    assertEquals(server.records("res.country").length, version === 19 ? 251 : 250);
    const odoo = await server.connect();
    const read = await odoo.executeKw("res.country", "read", [[20, 31, 75, 233], ["code"]]);
    assertEquals(read, [
      { id: 20, code: "BE" },
      { id: 31, code: "BR" },
      { id: 75, code: "FR" },
      { id: 233, code: "US" },
    ]);
  }
});

Deno.test("fields_get() tells the labels of the version, and only the attributes asked for", async () => {
  for (const version of VERSIONS) {
    const odoo = await new OdooSimulator({}, { version }).connect();
    const fields = await odoo.executeKw<Record<string, RpcValue>>(
      "res.partner",
      "fields_get",
      [["type", "parent_id", "mobile"]],
      { attributes: ["type", "string", "relation", "required"] },
    );
    assertEquals(fields["parent_id"], {
      type: "many2one",
      required: false,
      string: "Related Company",
      relation: "res.partner",
    });
    assertEquals("mobile" in fields, version !== 19);
  }
});
