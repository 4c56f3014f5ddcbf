import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { pull, type PullOptions } from "../lib/sync/pull.ts";
import { PullStoppedError } from "../lib/sync/sinks/sink.ts";
import { csvSink } from "../lib/sync/sinks/csv.ts";
import { sqliteSink } from "../lib/sync/sinks/sqlite.ts";
import { OdooError } from "../mod.ts";
import { OdooSimulator, type RpcValue } from "../lib/testing/mod.ts";
import { ITEM, MODELS } from "./pull_support.ts";
import { temporaryFolder } from "./support.ts";

Deno.test("a copy whose rows are all marked as gone is still that of the job", async () => {
  await using folder = await temporaryFolder();
  const items = [1, 2, 3].map((id) => ({ id, name: `Item ${id}` }));
  const odoo = await new OdooSimulator({ [ITEM]: items }, { models: MODELS }).connect();
  const run = () =>
    pull(odoo, {
      model: ITEM,
      fields: ["name"],
      sink: sqliteSink(`${folder.path}/copy.db`, "items", { deleted: "mark" }),
      job: "items",
      state: `${folder.path}/state.db`,
    });
  await run();
  await odoo.model(ITEM).unlink([1, 2, 3]);
  assertEquals((await run()).deleted, 3);
  assertEquals((await run()).rows, 0);
  await odoo.model(ITEM).create({ name: "New" });
  assertEquals((await run()).rows, 1);
});

Deno.test("a column that others have dropped is not added empty: the run stops", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/copy.db`;
  const odoo = await new OdooSimulator({ [ITEM]: [{ id: 1, name: "Item" }] }, { models: MODELS })
    .connect();
  const run = (more: Partial<PullOptions> = {}) =>
    pull(odoo, {
      model: ITEM,
      fields: ["name", "size"],
      sink: sqliteSink(path, "items"),
      job: "items",
      state: `${folder.path}/state.db`,
      addColumns: true,
      ...more,
    });
  const exec = (sql: string) => {
    using database = new DatabaseSync(path);
    database.exec(sql);
  };
  // One that is empty may be wider or narrower
  exec("create table items (id integer primary key, own text)");
  await run();
  exec("alter table items drop column size");
  await assertRejects(() => run(), PullStoppedError, 'has no column "size"');
  const fields = ["name", "size", "active"];
  // For marks no record has to be read again
  const sink = sqliteSink(path, "items", { deleted: "mark" });
  exec("alter table items add column size integer");
  assertEquals((await run({ sink, addColumns: false })).rows, 1);
  assertEquals((await run({ sink, fields })).updated, 1);
  const other = sqliteSink(`${folder.path}/./copy.db`, "items");
  const before = `The job has delivered to The table items of ${path}`;
  await assertRejects(() => run({ sink: other, fields }), PullStoppedError, before);
});

Deno.test("a view with ids below 0 is copied, and its rows go when they are gone", async () => {
  await using folder = await temporaryFolder();
  // Such as sale.report, where the point of sale adds its own
  const rows = [-120, -12, -9, -5, 3, 10].map((id) => ({ id, name: `Row ${id}` }));
  const caller: Parameters<typeof pull>[0] = {
    call: ({ method, args = [] }) => {
      if (method === "fields_get") return Promise.resolve({ name: { type: "char", store: true } });
      const domain = JSON.stringify(args[0]);
      const after = Number(/\["id",">",(-?\d+)\]/.exec(domain)?.[1] ?? -Infinity);
      const among: RpcValue[] = JSON.parse(/"in",(\[.*?\])/.exec(domain)?.[1] ?? "null") ??
        rows.map(({ id }) => id);
      const found = rows.filter(({ id }) => id > after && among.includes(id));
      if (method === "search_count") return Promise.resolve(found.length);
      return Promise.resolve(method === "search" ? found.map(({ id }) => id) : found);
    },
  };
  const path = `${folder.path}/copy.csv`;
  const run = () =>
    pull(caller, {
      model: "x.report",
      fields: ["name"],
      sink: csvSink(path),
      job: "report",
      state: `${folder.path}/state.db`,
    });
  const first = await run();
  assertEquals([first.read, first.added, first.rows], [6, 6, 6]);
  rows.splice(2, 1);
  const second = await run();
  assertEquals([second.late, second.unchanged, second.deleted, second.rows], [0, 5, 1, 5]);
  const ids = (await Deno.readTextFile(path)).match(/^-?\d+/gm);
  assertEquals(ids?.map(Number), rows.map(({ id }) => id));
});

Deno.test("what goes wrong with a file or a table is told in a sentence that names it", async () => {
  await using folder = await temporaryFolder();
  const odoo = await new OdooSimulator({ [ITEM]: [] }, { models: MODELS }).connect();
  const text = `${folder.path}/text`;
  await Deno.writeTextFile(text, "no database, but long enough to look at, and then some\n");
  const wrong = [
    [csvSink(`${folder.path}/none/copy.csv`), "/none/copy.csv cannot be read or written: No such"],
    [csvSink(folder.path), "cannot be read or written"],
    [sqliteSink(text, "items"), "The table items of "],
    [sqliteSink(`${folder.path}/none/copy.db`, "items"), "unable to open"],
  ] as const;
  for (const [sink, sentence] of wrong) {
    const options = { model: ITEM, fields: ["name"], job: "items", state: `${folder.path}/state` };
    const error = await assertRejects(() => pull(odoo, { ...options, sink }), OdooError, sentence);
    assertEquals(error.constructor, OdooError);
  }
});
