import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect } from "../mod.ts";
import { pull } from "../lib/sync/pull.ts";
import { PullStoppedError } from "../lib/sync/sinks/sink.ts";
import { hide, source, START, start } from "./pull_ground.ts";
import { FIELDS, ITEM, MemorySink, MemoryStore, PLACE } from "./pull_support.ts";

const VERSIONS = [14, 17, 19] as const;

for (const version of VERSIONS) {
  Deno.test(`pull() copies all rows, then what has changed, on Odoo ${version}`, async () => {
    const { odoo, sink, run, tick, events } = await start(version, 25);
    const first = await run({ pageSize: 10 });
    assertEquals([first.mode, first.read, first.added, first.rows], ["full", 25, 25, 25]);
    assertEquals(sink.sorted, await source(odoo));
    tick(3_600_000);
    await odoo.model(ITEM).write([3], { name: "New", active: false });
    await odoo.model(ITEM).unlink([4]);
    await odoo.model(ITEM).create({ name: "More" });
    tick(5000);
    const second = await run();
    assertEquals(
      [second.mode, second.read, second.added, second.updated, second.deleted, second.rows],
      ["changes", 2, 1, 1, 1, 25],
    );
    assertEquals(sink.sorted, await source(odoo));
    assertEquals(sink.gone, [{ id: 4, reason: "deleted" }]);
    const { unfollowed } = second;
    assertEquals(unfollowed.map(({ field, reason }) => [field, reason]), [
      ["place_id", "target"],
      ["tag_ids", "many2many"],
    ]);
    assertEquals(events.filter(({ kind }) => kind === "warning"), []);
  });
}

Deno.test("pull() finds what was committed later than the overlap allows, and deletes nothing wrongly", async () => {
  const { server, odoo, sink, run, tick } = await start(17, 5);
  using transaction = server.begin();
  // Its id is below those of the rows that others make meanwhile
  await transaction.executeKw(ITEM, "create", [{ name: "Late" }]);
  await transaction.executeKw(ITEM, "write", [[2], { name: "Changed late" }]);
  tick(1000);
  await odoo.model(ITEM).create({ name: "Early" });
  await run();
  tick(3_600_000);
  assertEquals((await run()).delivered, 0);
  await transaction.commit();
  const report = await run();
  assertEquals([report.late, report.added, report.updated], [2, 1, 1]);
  assertEquals(sink.sorted, await source(odoo));
});

Deno.test("pull() sees a second change within the second of the first one", async () => {
  const { odoo, sink, run } = await start(17, 5);
  await run();
  for (const name of ["first", "second", "third"]) {
    await odoo.model(ITEM).write([2], { name });
    assertEquals((await run()).updated, 1);
    assertEquals(sink.rows.get(2)?.["name"], name);
  }
});

Deno.test("pull() copes with thousands of rows in one second", async () => {
  const { odoo, sink, run, tick } = await start(17);
  const names = (from: number) =>
    Array.from({ length: 3000 }, (_, index) => ({ name: `Row ${from + index}` }));
  await odoo.model(ITEM).createMany(names(0));
  await run();
  await odoo.model(ITEM).createMany(names(3000));
  tick(1000);
  const report = await run();
  assertEquals([report.added, report.rows], [3000, 6000]);
  assertEquals(sink.rows.size, 6000);
});

Deno.test("a pull of everything finds what write_date does not follow; others do not", async () => {
  const { odoo, sink, run, tick } = await start(17, 6);
  await run();
  tick(3_600_000);
  await odoo.model(PLACE).unlink([1]);
  const second = await run();
  assertEquals([second.mode, second.updated], ["changes", 0]);
  assertEquals(sink.rows.get(1)?.["place_id"], 1);
  tick(7 * 24 * 3_600_000);
  const third = await run();
  assertEquals([third.mode, third.updated], ["full", 2]);
  assertEquals(sink.sorted, await source(odoo));
  tick(24 * 3_600_000);
  assertEquals((await run()).mode, "changes");
});

Deno.test("pull() tells why a record is gone, and brings back what shows again", async () => {
  const { server, odoo, demo, sink, run, tick } = await start(19, 8);
  await odoo.model(ITEM).write([2], { is_secret: true });
  const options = { domain: [["size", "<", 100]] };
  await run(options, demo);
  tick(3_600_000);
  const show = await hide(server);
  await odoo.model(ITEM).unlink([3]);
  await odoo.model(ITEM).write([4], { size: 200 });
  const report = await run(options, demo);
  assertEquals([report.deleted, report.hidden, report.left, report.rows], [1, 1, 1, 5]);
  assertEquals(sink.gone, [
    { id: 2, reason: "hidden" },
    { id: 3, reason: "deleted" },
    { id: 4, reason: "left" },
  ]);
  await show();
  tick(3_600_000);
  const later = await run(options, demo);
  assertEquals([later.late, later.added], [1, 1]);
  assertEquals(sink.rows.get(2)?.["is_secret"], true);
});

Deno.test("a pull stops where too many records are gone, and removes none", async () => {
  const { odoo, sink, state, run } = await start(17, 60);
  await run();
  const from = state.values.get("from");
  await odoo.model(ITEM).unlink(Array.from({ length: 30 }, (_, index) => index + 1));
  const error = await assertRejects(
    () => run(),
    PullStoppedError,
    "30 of the 60 records of its copy gone, and up to 20 may be: none was removed. Of 30 of them 30 are deleted",
  );
  assertEquals([error.reason, sink.rows.size, state.values.get("from")], ["tombstones", 60, from]);
  assertEquals(state.accounts.at(-1)?.status, "failed");
  assertEquals((await run({ maxTombstones: 30 })).deleted, 30);
  assertEquals(sink.rows.size, 30);
});

Deno.test("a sweep that breaks off removes nothing, and the next run goes on", async () => {
  const { server, odoo, sink, run } = await start(17, 12);
  await run();
  await odoo.model(ITEM).unlink([1, 2]);
  const fragile = await connect({ ...server.config, retries: 0 });
  const isSweep = ({ kwargs, method }: { kwargs: unknown; method: string }) =>
    method === "search_read" && JSON.stringify(kwargs).includes('["write_date"]');
  server.failNext({ kind: "disconnect" }, isSweep);
  await assertRejects(() => run({}, fragile));
  assertEquals(sink.rows.size, 12);
  assertEquals((await run({}, fragile)).deleted, 2);
});

Deno.test("a model whose rows have no stamps is read fully, and gone rows are found", async () => {
  const { odoo, state, events } = await start();
  const rows = [1, 2, 3].map((id) => ({ id, name: `Bare ${id}` }));
  // As with a view: there is no write_date
  const caller: Parameters<typeof pull>[0] = {
    call: (call) => {
      const { method, args = [] } = call;
      if (call.model !== "x.view") return odoo.call(call);
      if (method === "fields_get") return Promise.resolve({ name: { type: "char", store: true } });
      const text = JSON.stringify(args[0] ?? []);
      const after = Number(/\["id",">",(\d+)\]/.exec(text)?.[1] ?? 0);
      if (method === "search_count") return Promise.resolve(rows.length);
      if (method === "read") return Promise.resolve([]);
      const one = /"in",\[([\d,]*)\]/.exec(text)?.[1]?.split(",").map(Number);
      const found = rows.filter(({ id }) => id > after && (!one || one.includes(id)));
      return Promise.resolve(method === "search" ? found.map(({ id }) => id) : found);
    },
  };
  const sink = new MemorySink();
  const run = () =>
    pull(caller, {
      model: "x.view",
      fields: ["name"],
      sink,
      job: "view",
      state,
      onEvent: (event) => events.push(event),
      clock: { now: () => START, sleep: () => Promise.resolve(), random: () => 0 },
    });
  assertEquals((await run()).rows, 3);
  rows[0]!.name = "Other";
  rows.pop();
  const report = await run();
  assertEquals([report.mode, report.updated, report.deleted], ["full", 1, 1]);
  assertEquals(sink.sorted.map(({ name }) => name), ["Other", "Bare 2"]);
  // A caller that does not pass the server's time on: the own clock, with an hour for the doubt
  assertEquals(report.next, "2026-03-02 06:59:59");
  assert(events.some((event) => event.kind === "warning" && event.message.includes("clock")));
});

Deno.test("records whose stamps are empty are read in every run", async () => {
  const row = { id: 1, name: "One", write_date: false };
  // As ir.model on real servers: the field is there, and no window finds a row
  const caller: Parameters<typeof pull>[0] = {
    call: ({ method, args = [], kwargs = {} }) => {
      const field = { type: "datetime", store: true };
      if (method === "fields_get") {
        return Promise.resolve({ name: { ...field, type: "char" }, write_date: field });
      }
      const domain = JSON.stringify(args[0]);
      const isWindow = domain.includes('"write_date",">="');
      const isFound = !domain.includes('"id",">"') &&
        (!isWindow || domain.includes('["write_date","=",false]'));
      const found = isFound ? [row] : [];
      if (method === "search_count") return Promise.resolve(found.length);
      if (method === "search") return Promise.resolve(found.map(({ id }) => id));
      assert(JSON.stringify(kwargs["fields"]).includes("write_date"));
      return Promise.resolve(found.map((row) => ({ ...row })));
    },
  };
  const options = { model: "x.bare", fields: ["name"], job: "bare", state: new MemoryStore() };
  const sink = new MemorySink();
  await pull(caller, { ...options, sink });
  row.name = "Two";
  const report = await pull(caller, { ...options, sink });
  assertEquals([report.mode, report.updated], ["changes", 1]);
});

Deno.test("a job that changes stops with a sentence", async () => {
  const { odoo, demo, run } = await start(17, 3);
  await run();
  const domain = [["size", ">", 1]];
  await assertRejects(() => run({ domain }), PullStoppedError, 'The job "items" had the domain []');
  await assertRejects(() => run({ model: PLACE }), PullStoppedError, "had the model");
  await assertRejects(() => run({ context: { lang: "fr_FR" } }), PullStoppedError, "fr_FR");
  const elsewhere = { uid: 2, url: "https://other.test", call: odoo.call.bind(odoo) };
  await assertRejects(() => run({}, elsewhere), PullStoppedError, "https://other.test");
  await assertRejects(
    () => run({ fields: ["name"] }),
    PullStoppedError,
    '"size" is asked for no more',
  );
  await assertRejects(
    () => run({ fields: [...FIELDS, "none"] }),
    PullStoppedError,
    'no field "none"',
  );
  const fields = [...FIELDS, "create_date"];
  await assertRejects(() => run({ fields }), PullStoppedError, "addColumns");
  const wider = await run({ fields, addColumns: true });
  assertEquals([wider.mode, wider.updated], ["full", 3]);
  assertEquals((await run({ fields }, demo)).updated, 0);
});

Deno.test("a pull fixes the companies of its first run", async () => {
  const { server, odoo, run, state } = await start(17, 3);
  await run();
  assertEquals(state.values.get("companies"), "[1]");
  const other = await odoo.model("res.company").create({ name: "Other" });
  await odoo.model("res.users").write([2], { company_ids: [[4, other]] });
  await run();
  const context = JSON.stringify(server.calls.at(-1)?.kwargs["context"]);
  assert(context.includes('"allowed_company_ids":[1]'), context);
});

Deno.test("a copy that was emptied is filled again; one that others have filled is let be", async () => {
  const { sink, run, tick } = await start(17, 30);
  await run();
  sink.rows.clear();
  tick(3_600_000);
  const report = await run();
  assertEquals([report.mode, report.updated, sink.rows.size], ["full", 30, 30]);
  sink.rows.delete(7);
  await assertRejects(() => run(), PullStoppedError, "has 29 rows");
  const other = new MemorySink();
  other.rows.set(1, { id: 1 });
  const state = new MemoryStore();
  await assertRejects(() => run({ sink: other, state }), PullStoppedError, "has not delivered");
});

Deno.test("rows stamped later than the server's time widen the overlap, and it is said", async () => {
  const { server, odoo, run, events } = await start(17, 3);
  await odoo.model(ITEM).write([1], { name: "Now" });
  const behind: typeof fetch = async (input, init) => {
    const answer = await server.fetch(input, init);
    const headers = new Headers(answer.headers);
    headers.set("date", new Date(START + 3_540_000).toUTCString());
    return new Response(answer.body, { status: answer.status, headers });
  };
  const report = await run({ overlapMs: 0 }, await connect({ ...server.config, fetch: behind }));
  assertEquals(report.next, "2026-03-02 08:57:59");
  assert(events.some((event) => event.kind === "warning" && event.message.includes("60 s")));
});
