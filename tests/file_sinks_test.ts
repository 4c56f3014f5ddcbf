import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { readCsv } from "../lib/files/mod.ts";
import { csvSink } from "../lib/sync/sinks/csv.ts";
import { ndjsonSink } from "../lib/sync/sinks/ndjson.ts";
import {
  type Column,
  type PulledRow,
  PullStoppedError,
  type Sink,
} from "../lib/sync/sinks/sink.ts";
import { temporaryFolder } from "./support.ts";

const COLUMNS: Column[] = [{ name: "name", kind: "text" }];

/** One run, as a pull does it. */
async function run(sink: Sink, rows: readonly PulledRow[], gone: readonly number[] = []) {
  try {
    await sink.isEmpty();
    await sink.open(COLUMNS, { addColumns: false });
    await sink.write(rows);
    await sink.remove(gone.map((id) => ({ id, reason: "deleted" as const })));
    return await sink.finish();
  } finally {
    await sink.close();
  }
}

/** What a run leaves that is killed before its end. */
async function killedAfter(sink: Sink, rows: readonly PulledRow[]): Promise<void> {
  await sink.isEmpty();
  await sink.open(COLUMNS, { addColumns: false });
  await sink.write(rows);
  await sink.close();
}

const ids = (text: string) => text.match(/-?\d+(?=,|[,}]?")/g)?.map(Number);

for (const [kind, make] of [["csvSink()", csvSink], ["ndjsonSink()", ndjsonSink]] as const) {
  Deno.test(`${kind} keeps rows of views, whose ids may be below 0`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/copy`;
    const rows = [-12, -9, -5, 0, 3, 9].map((id) => ({ id, name: "x" }));
    assertEquals(await run(make(path), rows), 6);
    assertEquals(await run(make(path), [{ id: -9, name: "y" }], [-12, 3]), 4);
    assertEquals(ids(await Deno.readTextFile(path)), [-9, -5, 0, 9]);
  });

  Deno.test(`${kind} does not take a file of others for an empty one`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/precious`;
    await Deno.writeTextFile(path, "all that I have");
    const sink = make(path);
    await assertRejects(() => sink.isEmpty(), PullStoppedError, "take another path");
    assertEquals(await Deno.readTextFile(path), "all that I have");
  });

  Deno.test({
    name: `${kind} leaves a copy to those who may read it, and a link to where it leads`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await using folder = await temporaryFolder();
      const [path, real] = [`${folder.path}/link`, `${folder.path}/real`];
      await run(make(real), [{ id: 1, name: "x" }]);
      await Deno.chmod(real, 0o600);
      await Deno.symlink(real, path);
      const killed = make(path);
      await killed.isEmpty();
      await killed.open(COLUMNS, { addColumns: false });
      assertEquals((await Deno.stat(`${real}.pending`)).mode! & 0o777, 0o600);
      await killed.close();
      assertEquals(await run(make(path), [{ id: 2, name: "y" }]), 2);
      assert((await Deno.lstat(path)).isSymlink);
      assertEquals((await Deno.stat(real)).mode! & 0o777, 0o600);
      assertEquals(ids(await Deno.readTextFile(real)), [1, 2]);
    },
  });

  Deno.test(`${kind} is empty where its file was taken away, whatever a killed run has left beside it`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/copy`;
    await run(make(path), [{ id: 1, name: "x" }, { id: 2, name: "y" }]);
    await killedAfter(make(path), [{ id: 3, name: "z" }]);
    assertFalse(await make(path).isEmpty());
    await Deno.remove(path);
    assert(await make(path).isEmpty());
    assertEquals(await run(make(path), [{ id: 4, name: "z" }]), 1);
    assertEquals(ids(await Deno.readTextFile(path)), [4]);
  });

  Deno.test(`${kind} goes on with a first copy that a kill has ended, and is rid of its journal afterwards`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/copy`;
    await killedAfter(make(path), [{ id: 1, name: "x" }]);
    assertFalse(await make(path).isEmpty());
    const journal = await Deno.readTextFile(`${path}.first`);
    assertEquals(await run(make(path), [{ id: 2, name: "y" }]), 2);
    // As a kill between the renaming and the removing leaves it
    await Deno.writeTextFile(`${path}.first`, journal);
    assertEquals(await run(make(path), [], [1]), 1);
    assertEquals(ids(await Deno.readTextFile(path)), [2]);
    assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["copy"]);
  });
}

Deno.test("csvSink() with safeCells writes no text that is a formula, and each can be told from all others", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.csv`;
  const names = ["=1+1", "+1", "-1", "@A1", "\tx", "'=1", "'x", "x=1", "-", "＝1", "\n=1"];
  const rows = names.map((name, index) => ({ id: index + 1, name }));
  await run(csvSink(path, { safeCells: true }), [...rows, { id: 12, name: -5 }]);
  const found: string[] = [];
  for await (const { values } of readCsv(path)) found.push(values["name"] ?? "");
  const safe = [
    "'=1+1",
    "'+1",
    "'-1",
    "'@A1",
    "'\tx",
    "''=1",
    "'x",
    "x=1",
    "'-",
    "'＝1",
    "'\n=1",
    "-5",
  ];
  assertEquals(found, safe);
  const back = found.map((text) => text.replace(/^'(?='*[=+\-@\t\r\n＝＋－＠])/, ""));
  assertEquals(back, [...names, "-5"]);
  await run(csvSink(path), [{ id: 1, name: "=2" }]);
  assertStringIncludes(await Deno.readTextFile(path), "1,=2\n2,'+1\n");
});

Deno.test("csvSink() keeps cells of very many lines, and every character of them", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.csv`;
  const name = `"\n\ufeffmark\n${"a line\r\n".repeat(60_000)}`;
  await run(csvSink(path), [{ id: 1, name }, { id: 2, name: "x" }]);
  await run(csvSink(path), [{ id: 2, name: "y" }]);
  const quoted = name.replaceAll('"', '""');
  assertEquals(
    await Deno.readFile(path),
    new TextEncoder().encode(`id,name\n1,"${quoted}"\n2,y\n`),
  );
});

Deno.test("csvSink() refuses a file whose last record others have cut", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.csv`;
  for (const text of ['id,name\n1,a\n2,"b\n', "id,name\n1,a\n2,b"]) {
    await Deno.writeTextFile(path, text);
    await assertRejects(
      () => run(csvSink(path), [{ id: 3, name: "c" }]),
      PullStoppedError,
      "no end",
    );
    assertEquals(await Deno.readTextFile(path), text);
  }
});
