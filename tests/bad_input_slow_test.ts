/**
 * Files that are wrong in some way, through the program that people start from, in a process of its own.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { type Ended, runExample, temporaryFolder } from "./support.ts";

const HEADER = "key,name,company,parent,country,email";

const TWICE =
  'a cell with a quote in it stands in quotes, with that quote written twice: "a ""b"""';

interface Ground {
  server: OdooSimulator;
  path: string;
  /** Writes the file, and runs the program over it. */
  run(content: string | Uint8Array, ...flags: string[]): Promise<Ended>;
}

async function onGround(test: (ground: Ground) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/contacts.csv`;
  const server = new OdooSimulator();
  await using running = server.serve();
  const { url, db, username, apiKey } = running.config;
  const env = { ODOO_URL: url, ODOO_DB: db, ODOO_USERNAME: username, ODOO_API_KEY: apiKey };
  await test({
    server,
    path,
    run: async (content, ...flags) => {
      if (typeof content === "string") await Deno.writeTextFile(path, content);
      else await Deno.writeFile(path, content);
      return await runExample("examples/nightly_contacts.ts", [...flags, path], env);
    },
  });
}

function linesOf(text: string): string[] {
  return text.trimEnd().split("\n");
}

function names(server: OdooSimulator): string[] {
  return server.records("res.partner").map(({ name }) => String(name))
    .filter((name) => name.startsWith("Good"));
}

Deno.test("each bad row of a file gets one line with file and line number, and all other rows go in", () =>
  onGround(async ({ server, path, run }) => {
    const lines = [
      HEADER, //                        1
      "A,Good A,yes,,BE,", //           2
      "B,Too many,,,,,surplus", //      3
      "C,Too few", //                   4
      'D,"Good', //                     5
      'D",,A,,', //                     6
      "E,Wrong type,maybe,,,", //       7
      "F,No such parent,,Z,,", //       8
      "G,No such country,,,XX,", //     9
      "H,Twice,,,,", //                10
      "H,Twice,,,,", //                11
      ",No key,,,,", //                12
      "I,,,,,", //                     13
      "J,Good J,,A,,j@example.com", // 14
    ];
    const { code, stdout, stderr } = await run(lines.join("\r\n"));
    assertEquals(code, 1);
    assertEquals(linesOf(stderr).toSorted(byLine), [
      `${path}:3: has 7 cells where the header has 6; left over: "surplus"`,
      `${path}:4: has 2 cells where the header has 6`,
      `${path}:7: is_company: "maybe" is neither true (1, true, yes) nor false (0, false, no)`,
      `${path}:8: parent_id: no row and no record has the key "Z"`,
      `${path}:9: country: there is no country with the ISO code XX`,
      `${path}:10: key: line 11 has the same key`,
      `${path}:11: key: line 10 has the same key`,
      `${path}:12: key: the key is empty`,
      linesOf(stderr).find((line) => line.startsWith(`${path}:13: `)) ?? `${path}:13: (missing)`,
    ]);
    assertStringIncludes(stderr, "Contacts require a name");
    assertStringIncludes(stdout, "12 rows in = 3 created + 0 updated + 0 unchanged + 9 failed");
    assertEquals(names(server), ["Good A", "Good\r\nD", "Good J"]);
  }));

Deno.test("the file of failed rows, mended, is the next source, and what fails again is told again", () =>
  onGround(async ({ server, path, run }) => {
    const failedPath = path.replace(".csv", ".failed.csv");
    await run(`${HEADER}\nA,Good A,yes,,BE,\nB,Bad B,maybe,,,\nC,Bad C,,Z,,\n`);
    const failed = await Deno.readTextFile(failedPath);
    assertEquals(linesOf(failed).length, 3);
    const again = await run(failed.replace("Bad B,maybe", "Good B,no"));
    assertEquals(again.code, 1);
    assertStringIncludes(
      again.stdout,
      "2 rows in = 1 created + 0 updated + 0 unchanged + 1 failed",
    );
    const last = await Deno.readTextFile(failedPath);
    const reason = '"no row and no record has the key ""Z"""';
    assertEquals(linesOf(last), [
      `\uFEFF${HEADER},odeno_line,odeno_field,odeno_reason`,
      `C,Bad C,,Z,,,3,parent_id,${reason}`,
    ]);
    assertEquals((await run(last.replace(",Z,", ",A,").replace("Bad", "Good"))).code, 0);
    assertEquals(names(server), ["Good A", "Good B", "Good C"]);
  }));

Deno.test("the file of failed rows has the delimiter of the source", () =>
  onGround(async ({ path, run }) => {
    const { code } = await run(`${HEADER.replaceAll(",", ";")}\nB;Bad, B;maybe;;;\n`);
    assertEquals(code, 1);
    const failed = await Deno.readTextFile(path.replace(".csv", ".failed.csv"));
    const reason = '"""maybe"" is neither true (1, true, yes) nor false (0, false, no)"';
    assertEquals(linesOf(failed), [
      `\uFEFF${HEADER},odeno_line,odeno_field,odeno_reason`.replaceAll(",", ";"),
      `B;Bad, B;maybe;;;;2;is_company;${reason}`,
    ]);
  }));

Deno.test("a file that cannot be read gets one line with what to do, and changes nothing", () =>
  onGround(async ({ server, path, run }) => {
    const failedPath = path.replace(".csv", ".failed.csv");
    await Deno.writeTextFile(failedPath, "of an earlier run\n");
    const latin = Uint8Array.from(
      `${HEADER}\nA,Good A,,,,\nB,Caf\u00E9,,,,\n`,
      (letter) => letter.charCodeAt(0),
    );
    const files: [content: string | Uint8Array, complaint: string][] = [
      ["", "The file is empty: line 1 must name the columns"],
      ["\n\n", "The file is empty: line 1 must name the columns"],
      [
        "key,name,nmae\nA,Good A,x\n",
        "The header (line 1) has unknown columns: nmae",
      ],
      [
        latin,
        "The file is not UTF-8 in line 3: save it as UTF-8, or say its encoding, such as windows-1252",
      ],
      [
        `${HEADER}\nA,Good A,,,,\nB,"Open,,,,\n`,
        `The file is not CSV after line 2, as a quote is not closed: ${TWICE}`,
      ],
      [
        `${HEADER}\nA,Good A,,,,\nB,Bad "B",,,,\n`,
        `Line 3 is not CSV, as a quote stands inside of a cell: ${TWICE}`,
      ],
    ];
    for (const [content, complaint] of files) {
      const { code, stdout, stderr } = await run(content);
      assertEquals([code, stdout, linesOf(stderr)], [2, "", [`${path}: ${complaint}`]]);
    }
    assertEquals(names(server), []);
    assertEquals(await Deno.readTextFile(failedPath), "of an earlier run\n");
  }));

Deno.test("`--dry-run` prints the plan as a table, and as JSON, and writes nothing", () =>
  onGround(async ({ server, run }) => {
    await run(`${HEADER}\nA,Good A,yes,,BE,old@example.com\nB,Good B,,,,\n`);
    const before = server.records("res.partner");
    const content =
      `${HEADER}\nA,Good A,yes,,FR,new@example.com\nB,Good B,,,,\nC,Good C,,A,,\nD,Bad D,maybe,,,\n`;
    const table = await run(content, "--dry-run");
    const [belgium, france] = ["BE", "FR"].map((code) =>
      server.records("res.country").find((country) => country["code"] === code)?.["id"]
    );
    assertEquals([table.code, table.stderr], [1, ""]);
    const bad = '"maybe" is neither true (1, true, yes) nor false (0, false, no)';
    assertEquals(linesOf(table.stdout).map((line) => line.split(/ {2,}/)), [
      ["line", "key", "action", "field", "from", "to"],
      ["2", "A", "update", "country_id", `${belgium}`, `"${france}"`],
      ["2", "A", "update", "email", '"old@example.com"', '"new@example.com"'],
      ["5", "D", "fail", `is_company: ${bad}`],
      ["4", "C", "create"],
      ["4 rows in = 1 created + 1 updated + 1 unchanged + 1 failed + 0 unknown, of which 0 altered and 0 warned (nothing was written)"],
    ]);
    const json = await run(content, "--dry-run", "--json");
    const rows = linesOf(json.stdout).map((line) => JSON.parse(line));
    const id = before.find(({ name }) => name === "Good A")?.["id"];
    assertEquals(rows.toSorted((one, other) => one.line - other.line), [
      {
        line: 2,
        key: "A",
        action: "update",
        id,
        changes: {
          country_id: { from: belgium, to: `${france}` },
          email: { from: "old@example.com", to: "new@example.com" },
        },
      },
      {
        line: 3,
        key: "B",
        action: "unchanged",
        id: before.find(({ name }) => name === "Good B")?.["id"],
      },
      { line: 4, key: "C", action: "create" },
      { line: 5, key: "D", action: "fail", field: "is_company", reason: bad },
    ]);
    assertEquals(server.records("res.partner"), before);
    assertEquals((await run(content, "--json")).code, 2);
  }));

function byLine(one: string, other: string): number {
  return lineOf(one) - lineOf(other);
}

function lineOf(complaint: string): number {
  return Number(/:(\d+): /.exec(complaint)?.[1]);
}
