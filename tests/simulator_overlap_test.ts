import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type Failure, type Odoo, OdooSimulator } from "../lib/testing/mod.ts";
import { OdooTimeoutError } from "../mod.ts";

const VERSIONS = [14, 17, 19] as const;
const PARTNER = "res.partner";
const CONFLICT = "could not serialize access due to concurrent update\n";

interface Loaded {
  ids: number[] | false;
  messages: { record: number; message: string }[];
}

function load(odoo: Odoo, rows: string[][], fields = ["id", "name"], timeoutMs = 1e6) {
  return odoo.executeKw<Loaded>(PARTNER, "load", [fields, rows], {}, { timeoutMs });
}

function rowsOf(name: string, count = 3): string[][] {
  return Array.from({ length: count }, (_none, index) => [`race.r${index}`, `${name} ${index}`]);
}

/** A server, and calls of it that take their time: the clock stands still between ticks. */
async function start(version: 14 | 17 | 19) {
  const server = new OdooSimulator({}, { version });
  const odoo = await server.connect();
  const slow = (failure: Failure) => server.failNext(failure, { method: "load" });
  const named = (part: string) =>
    server.records(PARTNER).filter(({ name }) => String(name).includes(part)).length;
  /** Lets a call come as far as it comes without time. */
  const arrived = async (count: number, time: FakeTime) => {
    const before = server.calls.length;
    while (server.calls.length < before + count) await time.runMicrotasks();
    await time.runMicrotasks();
  };
  return { server, odoo, slow, named, arrived };
}

Deno.test("of imports that overlap the first is committed, the others are refused row by row", async () => {
  for (const version of VERSIONS) {
    const { odoo, slow, named, arrived } = await start(version);
    using time = new FakeTime();
    slow({ kind: "latency", ms: 1000 });
    const first = load(odoo, rowsOf("A"));
    await arrived(1, time);
    const second = load(odoo, rowsOf("B"));
    await arrived(1, time);
    assertEquals([named("A "), named("B ")], [0, 0]);
    await time.tickAsync(1000);
    assert(Array.isArray((await first).ids));
    const { ids, messages } = await second;
    assertEquals(ids, false);
    assertEquals(messages.map(({ message }) => message), [CONFLICT, CONFLICT, CONFLICT]);
    assertEquals([named("A "), named("B ")], [3, 0]);
    assertEquals((await load(odoo, rowsOf("B"))).ids, (await load(odoo, rowsOf("C"))).ids);
  }
});

Deno.test("a conflict of an import ends its list of errors after the eleventh row", async () => {
  const { odoo, slow, arrived } = await start(17);
  using time = new FakeTime();
  slow({ kind: "latency", ms: 10 });
  const first = load(odoo, rowsOf("A", 40));
  await arrived(1, time);
  const second = load(odoo, rowsOf("B", 40));
  await arrived(1, time);
  await time.tickAsync(10);
  await first;
  const { messages } = await second;
  assertEquals(messages.length, 11);
  assertEquals(messages.at(-1)?.message.startsWith("Found more than 10 errors"), true);
});

Deno.test("writes that overlap wait and are run again", async () => {
  for (const version of VERSIONS) {
    const { server, odoo, arrived } = await start(version);
    const id = Number(await odoo.executeKw(PARTNER, "create", [{ name: "One" }]));
    using time = new FakeTime();
    server.failNext({ kind: "latency", ms: 1000 }, { method: "write" });
    const write = (name: string) => odoo.executeKw(PARTNER, "write", [[id], { name }]);
    const first = write("Two");
    await arrived(1, time);
    const second = write("Three");
    await arrived(1, time);
    await time.tickAsync(1000);
    assertEquals([await first, await second], [true, true]);
    assertEquals(server.records(PARTNER).find((row) => row["id"] === id)?.["name"], "Three");
  }
});

Deno.test("contacts of one company conflict in Odoo 19 only, which writes to the company", async () => {
  for (const version of VERSIONS) {
    const { server, odoo, slow, arrived } = await start(version);
    const fields = ["id", "name", "parent_id/id", "street"];
    const lane = (index: number, street: string) => [[`race.c${index}`, "C", "race.p", street]];
    await load(odoo, [["race.p", "Firm"]]);
    for (const index of [0, 1, 2, 3]) await load(odoo, lane(index, "Street"), fields);
    using time = new FakeTime();
    slow({ kind: "latency", ms: 1000 });
    const lanes = [0, 1, 2, 3].map((index) => load(odoo, lane(index, `Street ${index}`), fields));
    await arrived(4, time);
    await time.tickAsync(1000);
    const done = await Promise.all(lanes);
    const refused = done.filter(({ ids }) => ids === false).length;
    assertEquals(refused, version === 19 ? 3 : 0, `Odoo ${version}`);
    assertEquals(server.records(PARTNER).filter(({ name }) => name === "C").length, 4);
  }
});

Deno.test("the same import at once after a cut waits for the first, conflicts, then finds its records", async () => {
  for (const version of VERSIONS) {
    const { odoo, slow, named, arrived } = await start(version);
    using time = new FakeTime();
    slow({ kind: "late-commit", ms: 3000 });
    const cut = assertRejects(
      () => load(odoo, rowsOf("A"), undefined, 300),
      OdooTimeoutError,
    );
    await arrived(1, time);
    await time.tickAsync(300);
    await cut;
    assertEquals(named("A "), 0);
    const second = load(odoo, rowsOf("A"));
    await arrived(1, time);
    await time.tickAsync(2999);
    assertEquals(named("A "), 0);
    await time.tickAsync(1);
    const { ids, messages } = await second;
    assertEquals([ids, messages[0]?.message], [false, CONFLICT]);
    assertEquals(named("A "), 3);
    assert(Array.isArray((await load(odoo, rowsOf("A"))).ids));
    assertEquals(named("A "), 3);
  }
});

Deno.test("one row that is committed while a cut import still works lets that fail as a whole", async () => {
  for (const version of VERSIONS) {
    const { odoo, slow, named, arrived } = await start(version);
    using time = new FakeTime();
    slow({ kind: "late-commit", ms: 3000, works: "last" });
    const cut = assertRejects(
      () => load(odoo, rowsOf("A", 8), undefined, 300),
      OdooTimeoutError,
    );
    await arrived(1, time);
    await time.tickAsync(300);
    await cut;
    const fence = await load(odoo, rowsOf("Fence", 8).slice(5, 6));
    assert(Array.isArray(fence.ids));
    await time.tickAsync(3000);
    assertEquals([named("A "), named("Fence")], [0, 1]);
  }
});

Deno.test("a write that works at the end is run again where others were faster", async () => {
  const { server, odoo, arrived } = await start(17);
  const id = Number(await odoo.executeKw(PARTNER, "create", [{ name: "One", ref: "1" }]));
  using time = new FakeTime();
  server.failNext({ kind: "latency", ms: 50, works: "last" }, { method: "write" });
  const write = odoo.executeKw(PARTNER, "write", [[id], { name: "Late" }]);
  await arrived(1, time);
  await odoo.executeKw(PARTNER, "write", [[id], { ref: "2" }]);
  await time.tickAsync(50);
  assertEquals(await write, true);
  const row = server.records(PARTNER).find((row) => row["id"] === id);
  assertEquals([row?.["name"], row?.["ref"]], ["Late", "2"]);
});

Deno.test("a call that takes its time has the stamp of its begin, and appears with its commit", async () => {
  for (const works of ["first", "last"] as const) {
    using time = new FakeTime("2026-07-01T12:00:00Z");
    const { server, odoo, arrived } = await start(17);
    server.failNext({ kind: "latency", ms: 20_000, works }, { method: "create" });
    const create = (name: string) => odoo.executeKw(PARTNER, "create", [{ name }]);
    const late = create("Late");
    await arrived(1, time);
    await time.tickAsync(10_000);
    await create("Early");
    const found = () =>
      odoo.executeKw<{ name: string; write_date: string }[]>(PARTNER, "search_read", [
        [["name", "in", ["Late", "Early"]]],
        ["name", "write_date"],
      ], { order: "name" });
    assertEquals((await found()).map(({ name }) => name), ["Early"]);
    await time.tickAsync(10_000);
    await late;
    assertEquals((await found()).map(({ write_date }) => write_date), [
      "2026-07-01 12:00:10",
      "2026-07-01 12:00:00",
    ]);
  }
});

Deno.test("a call that takes its time is committed without its caller", async () => {
  const { server, odoo, named, arrived } = await start(17);
  using time = new FakeTime();
  server.failNext({ kind: "latency", ms: 1000 }, { method: "load" });
  const cut = assertRejects(() => load(odoo, rowsOf("A"), undefined, 300), OdooTimeoutError);
  await arrived(1, time);
  await time.tickAsync(300);
  await cut;
  await time.tickAsync(699);
  assertEquals(named("A "), 0);
  await time.tickAsync(1);
  await time.runMicrotasks();
  assertEquals(named("A "), 3);
});

Deno.test("two states of one row may have one stamp, also when its second was over before the first was read", async () => {
  let now = Date.parse("2026-07-01T12:00:00.100Z");
  const server = new OdooSimulator({}, { version: 17, clock: () => new Date(now) });
  const odoo = await server.connect();
  const id = Number(await odoo.executeKw(PARTNER, "create", [{ name: "first" }]));
  const read = () => odoo.executeKw(PARTNER, "read", [[id], ["name", "write_date"]]);
  now += 500;
  using transaction = server.begin();
  now += 2000;
  await transaction.executeKw(PARTNER, "write", [[id], { name: "second" }]);
  const write_date = "2026-07-01 12:00:00";
  assertEquals(await read(), [{ id, name: "first", write_date }]);
  await transaction.commit();
  assertEquals(await read(), [{ id, name: "second", write_date }]);
});

Deno.test("whoever looks first and then creates makes a record each", async () => {
  const { odoo, arrived, server } = await start(17);
  using time = new FakeTime();
  using _ = server.chaos({ failure: { kind: "latency", ms: 50 }, match: { method: "create" } });
  const domain = [["ref", "=", "natural"]];
  const once = async () => {
    const found = await odoo.executeKw<number[]>(PARTNER, "search", [domain]);
    if (found.length > 0) return;
    await odoo.executeKw(PARTNER, "create", [{ name: "Natural", ref: "natural" }]);
  };
  const callers = Promise.all([once(), once(), once(), once()]);
  await arrived(8, time);
  await time.tickAsync(50);
  await callers;
  assertEquals(server.records(PARTNER).filter(({ ref }) => ref === "natural").length, 4);
});

Deno.test("restore() and reset() give up what is not committed yet", async () => {
  for (const way of ["restore", "reset"] as const) {
    const { server, odoo, slow, named, arrived } = await start(17);
    const fresh = server.snapshot();
    using time = new FakeTime();
    slow({ kind: "latency", ms: 100 });
    const first = load(odoo, rowsOf("A")).catch(() => undefined);
    await arrived(1, time);
    if (way === "restore") server.restore(fresh);
    else server.reset();
    await time.tickAsync(100);
    await first;
    assertEquals(named("A "), 0);
    assert(Array.isArray((await load(odoo, rowsOf("A"))).ids));
  }
});
