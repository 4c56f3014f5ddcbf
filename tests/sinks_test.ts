import { assertEquals, assertRejects } from "@std/assert";
import { readCsv } from "../lib/files/csv.ts";
import { csvSink } from "../lib/sync/sinks/csv.ts";
import { ndjsonSink } from "../lib/sync/sinks/ndjson.ts";
import { type PostgresQueries, postgresSink } from "../lib/sync/sinks/postgres.ts";
import {
  callbackSink,
  type Column,
  type PulledBatch,
  type PulledRow,
  PullStoppedError,
  type Sink,
} from "../lib/sync/sinks/sink.ts";
import { sqliteSink } from "../lib/sync/sinks/sqlite.ts";
import { randomFrom } from "./pull_support.ts";
import { clientOf, programsOfPostgres, startCluster } from "./stores/postgres.ts";
import { temporaryFolder } from "./support.ts";

const COLUMNS: Column[] = [
  { name: "name", kind: "text" },
  { name: "active", kind: "boolean" },
  { name: "tags", kind: "json" },
];
const STAY = { addColumns: false };
const WIDEN = { addColumns: true };

const row = (id: number, name: string | null = `Row ${id}`): PulledRow => ({
  id,
  name,
  active: true,
  tags: [1, id],
});

/** One run that writes and removes, as a pull does. */
async function run(sink: Sink, rows: readonly PulledRow[], gone: readonly number[] = []) {
  try {
    await sink.open(COLUMNS, STAY);
    if (rows.length > 0) await sink.write(rows);
    if (gone.length > 0) {
      await sink.remove(gone.map((id) => ({ id, reason: "deleted" as const })));
    }
    return await sink.finish();
  } finally {
    await sink.close();
  }
}

Deno.test("csvSink() keeps a whole file, by id, through changes and removals", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.csv`;
  assertEquals(await csvSink(path).isEmpty(), true);
  assertEquals(await run(csvSink(path), []), 0);
  assertEquals(await Deno.readTextFile(path), "id,name,active,tags\n");
  const odd = 'A "quoted", odd\r\n\nname';
  assertEquals(await run(csvSink(path), [row(2, odd), row(10), row(11, null)]), 3);
  assertEquals(await csvSink(path).isEmpty(), false);
  assertEquals(await run(csvSink(path), [row(1), row(10, "Ten")], [11]), 3);
  assertEquals(
    await Deno.readTextFile(path),
    "id,name,active,tags\n" +
      '1,Row 1,true,"[1,1]"\n' +
      '2,"A ""quoted"", odd\r\n\nname",true,"[1,2]"\n' +
      '10,Ten,true,"[1,10]"\n',
  );
  assertEquals(await run(csvSink(path), []), 3);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["copy.csv"]);
});

Deno.test("ndjsonSink() keeps one row a line", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.ndjson`;
  await run(ndjsonSink(path), [row(1), row(3), row(20)]);
  await run(ndjsonSink(path), [row(2, "two\nlines")], [3]);
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals(lines, [row(1), row(2, "two\nlines"), row(20)]);
});

Deno.test("a file that a killed run has left behind stays whole, and what was written is not lost", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.csv`;
  await run(csvSink(path), [row(1), row(5)]);
  const before = await Deno.readTextFile(path);
  const killed = csvSink(path);
  await killed.open(COLUMNS, STAY);
  await killed.write([row(2), row(5, "Five")]);
  await killed.close();
  // The last line was cut in its middle, and the new file was begun
  await Deno.writeTextFile(`${path}.pending`, '{"id":6,"na', { append: true });
  await Deno.writeTextFile(`${path}.new`, "id,na");
  assertEquals(await Deno.readTextFile(path), before);
  assertEquals(await run(csvSink(path), [row(3), row(5, "FIVE")], [1]), 3);
  const names = (await Deno.readTextFile(path)).split("\n").map((line) => line.split(",")[1]);
  assertEquals(names, ["name", "Row 2", "Row 3", "FIVE", undefined]);
  // Between the renaming and the end of the journal
  await Deno.writeTextFile(`${path}.pending`, `${JSON.stringify(row(3, "Three"))}\n~2\n`);
  assertEquals(await run(csvSink(path), []), 2);
});

Deno.test("csvSink() ends as a table would, after many runs of changes and removals", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.csv`;
  const random = randomFrom(11);
  const table = new Map<number, string>();
  const odd = ["plain", 'a "b"', "two\nlines", "\r\n", "é€𝄞, comma", '"', "\n\n", '","'];
  for (let turn = 0; turn < 12; turn++) {
    const sink = csvSink(path);
    await sink.open(COLUMNS, STAY);
    for (let batch = 0; batch < 4; batch++) {
      const ids = new Set(Array.from({ length: 300 }, () => 1 + random(4000)));
      const rows = [...ids].sort((one, two) => one - two).map((id) =>
        row(id, `${odd[random(odd.length)]} ${random(1000)} ${"x".repeat(random(60))}`)
      );
      await sink.write(rows);
      for (const { id, name } of rows) table.set(id, String(name));
      const gone = [...ids].filter(() => random(4) === 0).sort((one, two) => one - two);
      await sink.remove(gone.map((id) => ({ id, reason: "left" as const })));
      for (const id of gone) table.delete(id);
    }
    // Every third run is killed before its end
    const count = turn % 3 === 1 ? undefined : await sink.finish();
    await sink.close();
    if (turn % 3 !== 1) assertEquals(count, table.size);
  }
  const found: [number, string][] = [];
  using file = await Deno.open(path);
  for await (const { values } of readCsv(file.readable)) {
    found.push([Number(values["id"]), values["name"] ?? ""]);
  }
  assertEquals(found, [...table].sort(([one], [two]) => one - two));
});

Deno.test("a file that others have put out of order is refused", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.csv`;
  await Deno.writeTextFile(path, "id,name,active,tags\n7,a,true,[]\n5,b,true,[]\n");
  await assertRejects(() => run(csvSink(path), [row(9)]), PullStoppedError, "not by id");
});

for (
  const [kind, make] of [
    ["csvSink()", (path: string) => csvSink(`${path}/copy.csv`)],
    ["sqliteSink()", (path: string) => sqliteSink(`${path}/copy.db`, "my rows")],
  ] as const
) {
  Deno.test(`${kind} stops where the columns differ, and adds some when told so`, async () => {
    await using folder = await temporaryFolder();
    await run(make(folder.path), [row(1), row(2)]);
    const wider: Column[] = [{ name: "size", kind: "integer" }, ...COLUMNS];
    const narrow = make(folder.path);
    await assertRejects(() => narrow.open(wider, STAY), PullStoppedError, "size");
    await narrow.close();
    const sink = make(folder.path);
    await sink.open(wider, WIDEN);
    await sink.write([{ ...row(2), size: 7 }]);
    assertEquals(await sink.finish(), 2);
    await sink.close();
  });
}

Deno.test("csvSink() gives empty cells to rows that lack an added column", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.csv`;
  await run(csvSink(path), [row(1), row(2)]);
  const sink = csvSink(path);
  await sink.open([{ name: "size", kind: "integer" }, ...COLUMNS], WIDEN);
  await sink.write([{ ...row(2), size: 7 }]);
  await sink.finish();
  assertEquals(
    await Deno.readTextFile(path),
    'id,name,active,tags,size\n1,Row 1,true,"[1,1]",\n2,Row 2,true,"[1,2]",7\n',
  );
});

async function rowsOf(path: string, table: string): Promise<unknown[]> {
  const { DatabaseSync } = await import("node:sqlite");
  using database = new DatabaseSync(path);
  return database.prepare(`select * from "${table}" order by id`).all().map((row) => ({ ...row }));
}

Deno.test("sqliteSink() upserts by id, and deletes", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.db`;
  assertEquals(await sqliteSink(path, "rows").isEmpty(), true);
  await run(sqliteSink(path, "rows"), [row(1), row(2, null)]);
  assertEquals(await run(sqliteSink(path, "rows"), [row(2, "Two"), row(3)], [1]), 2);
  assertEquals(await rowsOf(path, "rows"), [
    { id: 2, name: "Two", active: 1, tags: "[1,2]" },
    { id: 3, name: "Row 3", active: 1, tags: "[1,3]" },
  ]);
  const sink = sqliteSink(path, "rows");
  const other: Column[] = [{ name: "name", kind: "integer" }];
  await assertRejects(() => sink.open(other, STAY), PullStoppedError, "of type text");
  await sink.close();
});

Deno.test("sqliteSink() keeps what comes for a text as JSON writes it", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.db`;
  const values = { active: true, tags: { some: 1 } };
  await run(sqliteSink(path, "rows"), [{ id: 1, name: 5, ...values }, {
    id: 2,
    name: 2.5,
    active: false,
    tags: 0,
  }]);
  assertEquals(await rowsOf(path, "rows"), [
    { id: 1, name: "5", active: 1, tags: '{"some":1}' },
    { id: 2, name: "2.5", active: 0, tags: "0" },
  ]);
});

Deno.test("sqliteSink() marks rows that are gone, and takes the mark off when they are back", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.db`;
  const make = () => sqliteSink(path, "rows", { deleted: "mark" });
  await run(make(), [row(1), row(2)]);
  assertEquals(await run(make(), [], [1, 2]), 0);
  assertEquals(await run(make(), [row(2)]), 1);
  const marks = (await rowsOf(path, "rows")).map((row) => Object.values(row ?? {}).at(-1));
  assertEquals(marks, ["deleted", null]);
});

Deno.test("sqliteSink() that is to mark no more counts and brings back rows all the same", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.db`;
  const marking = () => sqliteSink(path, "rows", { deleted: "mark" });
  await run(marking(), [row(1), row(2), row(3)]);
  assertEquals(await run(marking(), [], [1, 2]), 1);
  assertEquals(await run(sqliteSink(path, "rows"), [row(2)], [3]), 1);
  const marks = (await rowsOf(path, "rows")).map((row) => Object.values(row ?? {}).at(-1));
  assertEquals(marks, ["deleted", null]);
});

Deno.test("callbackSink() hands all over to a function", async () => {
  const batches: PulledBatch[] = [];
  const sink = callbackSink((batch) => {
    batches.push(batch);
  });
  assertEquals(await run(sink, [row(1)], [2]), undefined);
  assertEquals(batches, [
    { rows: [row(1)], removed: [] },
    { rows: [], removed: [{ id: 2, reason: "deleted" }] },
  ]);
});

Deno.test("postgresSink() sends one statement for each batch, with the rows as one parameter", async () => {
  const sent: [query: string, parameters: string[]][] = [];
  const sql: PostgresQueries = {
    unsafe: (query, parameters = []) => {
      sent.push([query, parameters]);
      return Promise.resolve(query.startsWith("select count") ? [{ count: "1" }] : []);
    },
  };
  const sink = postgresSink(sql, "mirror.items", { deleted: "mark" });
  assertEquals(await run(sink, [row(1)], [2]), 1);
  assertEquals(sent[0]?.[1], ['"mirror"."items"']);
  assertEquals(sent.slice(1), [
    [
      'create table "mirror"."items" (id integer primary key, "name" text, "active" boolean, ' +
      '"tags" jsonb, "_deleted" text)',
      [],
    ],
    [
      'insert into "mirror"."items" (id, "name", "active", "tags", "_deleted") ' +
      'select id, "name", "active", "tags", "_deleted" from jsonb_to_recordset($1::text::jsonb) ' +
      'as r(id integer, "name" text, "active" boolean, "tags" jsonb, "_deleted" text) ' +
      'on conflict (id) do update set "name" = excluded."name", "active" = excluded."active", ' +
      '"tags" = excluded."tags", "_deleted" = excluded."_deleted"',
      [JSON.stringify([row(1)])],
    ],
    [
      'update "mirror"."items" as t set _deleted = r.reason from jsonb_to_recordset($1::text::jsonb) ' +
      'as r(id integer, "reason" text) where t.id = r.id',
      ['[{"id":2,"reason":"deleted"}]'],
    ],
    ['select count(*) as count from "mirror"."items" where _deleted is null', []],
  ]);
});

const programs = programsOfPostgres();

Deno.test({
  name: "postgresSink() upserts by id, deletes or marks, and adds columns when told so",
  ignore: programs === undefined,
  async fn() {
    await using cluster = await startCluster(programs ?? "");
    const sql = clientOf(cluster.address);
    try {
      const all = async (table: string) =>
        [...await sql.unsafe(`select * from ${table} order by id`)].map((row) =>
          Object.fromEntries(Object.entries(row))
        );
      assertEquals(await postgresSink(sql, "copy").isEmpty(), true);
      const odd = "a 'quoted' \\ \"odd\"\nname";
      await run(postgresSink(sql, "copy"), [row(1), row(2, null)]);
      assertEquals(await postgresSink(sql, "copy").isEmpty(), false);
      assertEquals(await run(postgresSink(sql, "copy"), [row(2, odd), row(3)], [1]), 2);
      assertEquals(await all("copy"), [
        { id: 2, name: odd, active: true, tags: [1, 2] },
        { id: 3, name: "Row 3", active: true, tags: [1, 3] },
      ]);
      await run(postgresSink(sql, "copy"), [row(3, "no\0thing, ha\ud800lf")]);
      assertEquals((await all("copy")).at(-1)?.["name"], "no\ufffdthing, ha\ufffdlf");
      await sql.unsafe("create schema mirror");
      const marked = () => postgresSink(sql, "mirror.Items", { deleted: "mark" });
      await run(marked(), [row(1), row(2)]);
      assertEquals(await run(marked(), [row(2, "Two")], [1]), 1);
      assertEquals(await run(marked(), [row(1)], [2]), 1);
      const rows = await all('mirror."Items"');
      assertEquals(rows.map(({ name, _deleted }) => [name, _deleted]), [
        ["Row 1", null],
        ["Two", "deleted"],
      ]);
      const kinds: Column[] = [
        { name: "at", kind: "datetime" },
        { name: "day", kind: "date" },
        { name: "price", kind: "number" },
        { name: "size", kind: "integer" },
        ...COLUMNS,
      ];
      const sink = postgresSink(sql, "copy");
      await assertRejects(() => sink.open(kinds, STAY), PullStoppedError, "addColumns");
      await sink.open(kinds, WIDEN);
      const values = { at: "2026-03-02 08:00:00", day: "2026-03-02", price: 0.1, size: 7 };
      await sink.write([{ ...row(9), ...values }]);
      await sink.open(kinds, STAY);
      const [last] = [
        ...await sql.unsafe(
          "select at::text as at, day::text as day, price, size from copy where id = 9",
        ),
      ];
      assertEquals(Object.fromEntries(Object.entries(last ?? {})), values);
      const other: Column[] = [{ name: "name", kind: "integer" }];
      await assertRejects(() => sink.open(other, STAY), PullStoppedError, "of type text");
    } finally {
      await sql.end();
    }
  },
});
