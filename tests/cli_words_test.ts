import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { ground, odeno, odenoAt, typed } from "./cli_support.ts";

const SHOPS = [1001, 1002, 1003].map((id) => ({ id, name: `Shop ${id}` }));

Deno.test("ids come from the standard input, as records or as numbers", async () => {
  await using env = await ground({ "res.partner": SHOPS });
  const search = ["search", "res.partner", '[["name", "like", "Shop "]]', env.flag];
  const inputs = [
    (await odeno(...search, "--ndjson")).out,
    (await odeno(...search, "--json")).out,
    "[1001, 1002, 1003]",
    "1001\n1002\r\n\n1003\n",
    "1001,1002 1003",
  ];
  for (const input of inputs) {
    const read = ["read", "res.partner", "-", "--csv", env.flag];
    const { out, err } = await odenoAt(typed(input), ...read);
    assertEquals(out.split("\n").slice(1).map((line) => line.split(",")[0]), [
      "1001",
      "1002",
      "1003",
    ], err);
  }
  const write = ["write", "res.partner", "-", '{"city": "Ghent"}', env.flag];
  const wrote = await odenoAt(typed("1001\n9999\n"), ...write);
  assertEquals([wrote.code, wrote.err], [
    1,
    "res.partner has no record 9999\nWrote 1 record of res.partner",
  ]);
  const unlink = ["unlink", "res.partner", "-", env.flag];
  const asked = await odenoAt({ ...typed("1003"), isAsking: true }, ...unlink);
  assertStringIncludes(asked.err, "say so with --yes");
  const gone = await odenoAt(typed('{"id": 1003, "name": "Shop"}'), ...unlink, "--yes");
  assertEquals([gone.code, gone.err], [0, "Deleted 1 record of res.partner"]);
});

Deno.test("no id on the standard input is nothing to do", async () => {
  await using env = await ground();
  for (const input of ["", "\n", "[]"]) {
    for (
      const argv of [["read", "-"], ["write", "-", '{"city": "Ghent"}'], ["unlink", "-", "--yes"]]
    ) {
      const [command = "", ...words] = argv;
      const { code, err } = await odenoAt(typed(input), command, "res.partner", ...words, env.flag);
      assertEquals([code, err], [0, "There is no id on the standard input"], command);
    }
  }
  assertEquals(env.odoo.calls.filter(({ model }) => model === "res.partner"), []);
});

Deno.test("what is no id on the standard input is told with its place, before anything is sent", async () => {
  await using env = await ground();
  const cases = [
    [
      "1001\nx\n",
      'Cannot use "x" of line 2 on the standard input: an id is a whole number above 0',
    ],
    ['{"id": 1}\n{"name": "x"}', 'Line 2 of the standard input has no id: {"name":"x"}'],
    ['[1, "2"]', 'Element 2 of the standard input has no id: "2"'],
    [
      '{"id": 1',
      'Cannot read line 1 on the standard input as JSON: {"id": 1 (it ends too early at',
    ],
  ] as const;
  for (const [input, sentence] of cases) {
    const { code, err } = await odenoAt(typed(input), "read", "res.partner", "-", env.flag);
    assertEquals(code, 2);
    assertStringIncludes(err, sentence);
  }
  const both = await odeno("write", "res.partner", "-", "-", env.flag);
  assertStringIncludes(both.err, "Only one of the ids and the values can be -");
  const more = await odeno("read", "res.partner", "1", "-", env.flag);
  assertStringIncludes(more.err, "- stands for ids on the standard input, and for no more");
  assertEquals(env.odoo.calls, []);
});

Deno.test("broken JSON is told with where it breaks, and with a hint at quotes only where it fits", async () => {
  await using env = await ground();
  const hint = "a text needs quotes inside the quotes of the shell";
  const cases: [word: string, why: string, hasHint: boolean][] = [
    ['[["name", "=", x]]', 'JSON: [["name", "=", x]] (a value is missing at column 16)', false],
    ["[[name, =, x]]", "(a value is missing at column 3; ", true],
    ["oops", "oops (it is no JSON value; ", true],
    ["[", "[ (it ends too early at column 2)", false],
    ['[\n["é", 1}\n]', '["é", 1} (a comma or ] is missing at line 2, column 8)', false],
  ];
  for (const [word, why, hasHint] of cases) {
    const { code, err } = await odeno("count", "res.partner", word, env.flag);
    assertEquals([code, err.split("\n").length], [2, 2], err);
    assertStringIncludes(err, why);
    assertEquals(err.includes(hint), hasHint, err);
    const piped = await odenoAt(typed(word), "count", "res.partner", "-", env.flag);
    assertStringIncludes(piped.err, "Cannot read the domain on the standard input as JSON:");
    assertFalse(piped.err.includes(hint));
  }
});
