import { assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@^4.10.2";
import { OdooError } from "../lib/errors.ts";
import { Spool, type SpooledRow, type SpoolRow } from "../lib/sync/spool.ts";
import { ROOT, temporaryFolder } from "./support.ts";

interface Cells {
  name: string;
}

/** Rows from `key` or `key: parent parent @group`, one a line, the first in line 2. */
function rows(source: string): SpoolRow<Cells>[] {
  return source.trim().split(/\n/).map((text, index) => {
    const [, key = "", parents = "", group] =
      /^(\S+?)(?::\s*([^@]*))?(?:@(\S+))?$/.exec(text.trim()) ??
        [];
    const row = { key, line: index + 2, row: { name: `Row ${key}` } };
    const refs = parents.split(/\s+/).filter((parent) => parent !== "");
    return group === undefined ? { ...row, parents: refs } : { ...row, parents: refs, group };
  });
}

async function spoolOf(source: string): Promise<Spool<Cells>> {
  const spool = await Spool.open<Cells>();
  spool.add(rows(source));
  return spool;
}

/** Keys by level, of one lane. */
function keysByLevel(spool: Spool<Cells>, lane = 0, lanes = 1): string[] {
  const { levels } = spool.finish();
  return Array.from(
    { length: levels },
    (_, level) => keysOf(spool.batches(level, lane, lanes, 2)).join(" "),
  );
}

function keysOf(batches: Iterable<SpooledRow<Cells>[]>): string[] {
  return [...batches].flat().map(({ key }) => key);
}

Deno.test("Spool gives back what it was given, in the order of the source and in batches", async () => {
  using spool = await Spool.open<unknown>();
  const given: SpoolRow<unknown>[] = [
    { key: "a\u0000b", line: 2, row: ["\u0000 é 漢 😀", null, 1.5, true], parents: [] },
    { key: "a\u0000c", line: 3, row: { nested: { list: [1] } }, parents: ["x", "y"] },
    { key: "'\"\\,", line: 4, row: "", parents: [], group: "" },
    { key: "1", line: 5, row: 9007199254740991, parents: [], group: "7" },
    { key: "01", line: 6, row: 1e300, parents: [] },
  ];
  spool.add(given.slice(0, 2));
  spool.add([]);
  spool.add(given.slice(2));
  assertEquals(spool.finish(), { rows: 5, duplicates: 0, circular: 0, levels: 1 });
  assertEquals(
    [...spool.batches(0, 0, 1, 2)],
    [given.slice(0, 2), given.slice(2, 4), given.slice(4)].map((batch) =>
      batch.map((row) => ({ ...row, later: [] }))
    ),
  );
});

Deno.test("Spool of an empty source has no level", async () => {
  using spool = await Spool.open<Cells>();
  assertEquals(spool.finish(), { rows: 0, duplicates: 0, circular: 0, levels: 0 });
  assertEquals([...spool.batches(0, 0, 1, 10)], []);
  assertEquals([...spool.duplicates()], []);
  assertEquals([...spool.circles()], []);
});

Deno.test("Spool keeps all rows of a key that is there twice out of the batches, and tells the lines", async () => {
  using spool = await spoolOf("a\nb\na\nc: b\nd: a\nb\na");
  assertEquals(spool.finish(), { rows: 7, duplicates: 5, circular: 0, levels: 1 });
  assertEquals(
    [...spool.duplicates()].map(({ key, line, copies, others }) => [key, line, copies, others]),
    [
      ["a", 2, 3, [4, 8]],
      ["b", 3, 2, [7]],
      ["a", 4, 3, [2, 8]],
      ["b", 7, 2, [3]],
      ["a", 8, 3, [2, 4]],
    ],
  );
  assertEquals(keysByLevel(spool), ["c d"]);
});

Deno.test("Spool tells ten lines of a key that a whole source has", async () => {
  using spool = await spoolOf("a\n".repeat(5000));
  assertEquals(spool.finish().duplicates, 5000);
  const all = [...spool.duplicates()];
  assertEquals(all.length, 5000);
  assertEquals(all[0]?.others, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  assertEquals(all[4999]?.others, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

Deno.test("Spool tells keys apart that differ in case, blanks or how they are composed", async () => {
  using spool = await spoolOf("a\nA\né\ne\u0301\n1\n1.0\n01");
  assertEquals(spool.finish().duplicates, 0);
});

Deno.test("Spool puts a row one level above the highest of its parents", async () => {
  using spool = await spoolOf("d: c a\nc: b\nb: a\na\ne: a a\nf: elsewhere\ng: d elsewhere");
  assertEquals(keysByLevel(spool), ["a f", "b e", "c", "d", "g"]);
});

Deno.test("Spool follows a chain of 3,000 parents", async () => {
  const source = Array.from({ length: 3000 }, (_, n) => n === 2999 ? `k${n}` : `k${n}: k${n + 1}`);
  using spool = await spoolOf(source.join("\n"));
  assertEquals(spool.finish(), { rows: 3000, duplicates: 0, circular: 0, levels: 3000 });
  assertEquals(keysOf(spool.batches(2999, 0, 1, 10)), ["k0"]);
});

Deno.test("Spool tells rows in circles, what of theirs has to wait, and goes on behind them", async () => {
  using spool = await spoolOf(
    "top\na: b top\nb: c\nc: a\nbehind: c\nfar: behind top\nself: self\nz: top",
  );
  assertEquals(spool.finish(), { rows: 8, duplicates: 0, circular: 4, levels: 5 });
  assertEquals(
    [...spool.circles()].map(({ key, later }) => [key, later]),
    [["a", ["b"]], ["b", ["c"]], ["c", ["a"]], ["self", ["self"]]],
  );
  assertEquals(keysByLevel(spool), ["top", "z", "a b c self", "behind", "far"]);
  assertEquals([...spool.batches(2, 0, 1, 9)].flat().map(({ later }) => later), [
    ["b"],
    ["c"],
    ["a"],
    ["self"],
  ]);
});

Deno.test("Spool of nothing but a circle has one level", async () => {
  using spool = await spoolOf("a: b\nb: a");
  assertEquals(spool.finish(), { rows: 2, duplicates: 0, circular: 2, levels: 1 });
  assertEquals(keysByLevel(spool), ["a b"]);
});

Deno.test("Spool finds a circle with a long tail on both sides", async () => {
  const tail = Array.from({ length: 500 }, (_, n) => `t${n}: ${n === 0 ? "a" : `t${n - 1}`}`);
  const head = Array.from({ length: 500 }, (_, n) => `h${n}: ${n === 499 ? "" : `h${n + 1}`}`);
  using spool = await spoolOf([...tail, "a: b h0", "b: a", ...head].join("\n"));
  assertEquals(spool.finish(), { rows: 1002, duplicates: 0, circular: 2, levels: 1001 });
  assertEquals(keysOf(spool.batches(500, 0, 1, 9)), ["a", "b"]);
  assertEquals(keysOf(spool.batches(1000, 0, 1, 9)), ["t499"]);
});

Deno.test("Spool brings every row after its parents, but for those it says have to wait, in any graph", async () => {
  const keys = Array.from({ length: 9 }, (_, n) => `k${n}`);
  const graphs = fc.array(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...keys)), {
    maxLength: 14,
  });
  await fc.assert(
    fc.asyncProperty(graphs, async (graph) => {
      const parentsOf = (key: string) => [
        ...new Set(
          graph.filter(([child]) => child === key).map(([, parent]) => parent),
        ),
      ];
      using spool = await spoolOf(
        keys.map((key) => `${key}: ${parentsOf(key).join(" ")}`).join("\n"),
      );
      const { levels, circular } = spool.finish();
      const before = new Set<string>();
      for (let level = 0; level < levels; level++) {
        const rows = [...spool.batches(level, 0, 1, 100)].flat();
        for (const { key, later } of rows) {
          assertEquals(
            parentsOf(key).filter((each) => !before.has(each)).toSorted(),
            later.toSorted(),
          );
        }
        assertEquals(rows.length > 0, true);
        rows.forEach(({ key }) => before.add(key));
      }
      assertEquals(before.size, keys.length);
      const circles = [...spool.circles()].map(({ key }) => key);
      assertEquals(circles.length, circular);
      // Whoever reaches himself is in a circle; the others there lie between two circles
      const selfish = keys.filter((key) => reach(key, parentsOf).has(key));
      assertEquals(selfish.filter((key) => !circles.includes(key)), []);
      const between = circles.filter((key) => !selfish.includes(key));
      for (const key of between) {
        assertEquals(selfish.some((other) => reach(key, parentsOf).has(other)), true);
        assertEquals(selfish.some((other) => reach(other, parentsOf).has(key)), true);
      }
    }),
    { numRuns: 300, seed: 6 },
  );
});

function reach(key: string, parentsOf: (key: string) => string[]): Set<string> {
  const reached = new Set<string>();
  const next = [key];
  for (let each = next.pop(); each !== undefined; each = next.pop()) {
    const fresh = parentsOf(each).filter((parent) => !reached.has(parent));
    fresh.forEach((parent) => reached.add(parent));
    next.push(...fresh);
  }
  return reached;
}

Deno.test("Spool leaves rows without a group in turn to the lanes", async () => {
  using spool = await spoolOf("a\nb\nc\nd\ne");
  assertEquals(keysByLevel(spool, 0, 2), ["a c e"]);
  assertEquals(keysByLevel(spool, 1, 2), ["b d"]);
});

Deno.test("Spool keeps rows of one group, or else of one first parent, in one lane", async () => {
  using spool = await spoolOf(
    "a1: A\nb1: B\na2: A\nx1: A @x\nc1: C\nb2: B\nx2: B @x\na3: A\nc2: C\nd: A2 C",
  );
  spool.finish();
  const lanes = [0, 1, 2].map((lane) => keysOf(spool.batches(0, lane, 3, 100)).join(" "));
  assertEquals(lanes.toSorted(), ["a1 a2 c1 a3 c2", "b1 b2 d", "x1 x2"]);
});

Deno.test("Spool gives every row to exactly one lane, whatever their number", async () => {
  const source = Array.from({ length: 997 }, (_, n) => `k${n}${n % 3 ? ` : p${n % 13}` : ""}`);
  using spool = await spoolOf(source.join("\n").replaceAll(" :", ":"));
  spool.finish();
  for (const lanes of [1, 2, 3, 4, 7]) {
    const keys = Array.from(
      { length: lanes },
      (_, lane) => keysOf(spool.batches(0, lane, lanes, 50)),
    );
    assertEquals(new Set(keys.flat()).size, 997);
    assertEquals(keys.flat().length, 997);
  }
});

Deno.test("Spool lets batches of several lanes be read in turn", async () => {
  using spool = await spoolOf(Array.from({ length: 100 }, (_, n) => `k${n}`).join("\n"));
  spool.finish();
  const lanes = [0, 1].map((lane) => spool.batches(0, lane, 2, 5));
  const read: string[] = [];
  for (let turn = 0; turn < 10; turn++) {
    for (const lane of lanes) {
      const { done, value } = lane.next();
      if (!done) read.push(...keysOf([value]));
    }
  }
  assertEquals(read.length, 100);
  assertEquals(read.slice(0, 10), ["k0", "k2", "k4", "k6", "k8", "k1", "k3", "k5", "k7", "k9"]);
});

Deno.test("Spool carries rows of megabytes", async () => {
  using spool = await Spool.open<string>();
  const image = "x".repeat(3_000_000);
  spool.add(["a", "b", "c"].map((key, index) => ({ key, line: index, row: image, parents: [] })));
  spool.finish();
  const lengths = [...spool.batches(0, 0, 1, 2)].map((batch) => batch.map(({ row }) => row.length));
  assertEquals(lengths, [[3_000_000, 3_000_000], [3_000_000]]);
});

Deno.test("Spool takes rows before finish() only, and gives them after it only", async () => {
  using spool = await spoolOf("a");
  assertThrows(() => [...spool.batches(0, 0, 1, 1)], OdooError, "The spool has not been finished");
  spool.finish();
  assertThrows(() => spool.add(rows("b")), OdooError, "The spool has been finished");
});

Deno.test({
  name: "Spool tells a full disk",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await temporaryFolder();
    const script = ["run", "--no-config", "tests/stores/spool_rows.ts", "100000"];
    const { code, stderr } = await new Deno.Command("bash", {
      args: ["-c", `trap '' XFSZ; ulimit -f 2000; exec "$@"`, "bash", Deno.execPath(), ...script],
      cwd: ROOT,
      env: { DENO_DIR: folder.path, NO_COLOR: "1" },
    }).output();
    assertEquals(code, 1);
    const sentence =
      "OdooError: The folder for temporary files is full or missing: set SQLITE_TMPDIR";
    assertEquals(new TextDecoder().decode(stderr).includes(sentence), true);
  },
});

Deno.test("Spool knows the first of the rows that are matched alike", async () => {
  using spool = await Spool.open<Cells>();
  const given = rows("a\nb\nc\nd\nd\ne\nf");
  const matches = ["x", undefined, "x", "y", "y", "y", "x"];
  spool.add(given.map((row, index) => ({ ...row, match: matches[index] })));
  assertEquals(spool.finish().rows, 7);
  const found = ["a", "b", "c", "e", "f"].map((key) => spool.firstMatched(key));
  // The rows "d" share their key, so that neither goes in
  assertEquals(found, [undefined, undefined, 2, undefined, 2]);
});
