import { assert, assertEquals, assertRejects } from "@std/assert";
import { OdooConfigError } from "../mod.ts";
import { pull, type PullOptions } from "../lib/sync/pull.ts";
import { PullStoppedError } from "../lib/sync/sinks/sink.ts";
import type { Caller } from "../lib/testing/mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { ITEM, MemorySink, MemoryStore, MODELS, PLACE } from "./pull_support.ts";

const HOUR = 3_600_000;

async function start() {
  let now = Date.parse("2026-03-02T08:00:00Z");
  const server = new OdooSimulator({
    [PLACE]: [{ id: 1, name: "Place" }, { id: 2, name: "Place" }],
    [ITEM]: [1, 2, 3].map((id) => ({ id, name: `Item ${id}`, place_id: 1 })),
  }, { version: 17, models: MODELS, clock: () => new Date(now) });
  const odoo = await server.connect();
  const [state, sink] = [new MemoryStore(), new MemorySink()];
  const base = { model: ITEM, fields: ["name", "place_id"], sink, job: "items", state };
  const run = (more: Partial<PullOptions> = {}, caller: Caller = odoo) =>
    pull(caller, { ...base, ...more });
  now += HOUR;
  return { server, odoo, state, sink, base, run, tick: (ms: number) => now += ms };
}

/** A caller that changes what comes back. */
function changed(caller: Caller, change: (answer: unknown, method: string) => unknown): Caller {
  return {
    ...(caller.uid === undefined ? {} : { uid: caller.uid }),
    call: async (call, options) => {
      const answer = await caller.call(call, options);
      return call.model === ITEM ? JSON.parse(JSON.stringify(change(answer, call.method))) : answer;
    },
  };
}

Deno.test("pull() without a sweep keeps what is gone and lacks what is late, until it sweeps", async () => {
  const { server, odoo, sink, run, tick } = await start();
  using late = server.begin();
  await late.executeKw(ITEM, "create", [{ name: "Late" }]);
  tick(HOUR);
  await run({ sweep: "off" });
  await late.commit();
  await odoo.model(ITEM).unlink([1]);
  await odoo.model(ITEM).write([2], { name: "Changed" });
  const report = await run({ sweep: "off" });
  assertEquals([report.updated, report.late, report.deleted, report.rows], [1, 0, 0, undefined]);
  assertEquals(sink.sorted.map(({ name }) => name), ["Item 1", "Changed", "Item 3"]);
  const swept = await run();
  assertEquals([swept.late, swept.deleted, swept.rows], [1, 1, 3]);
});

Deno.test("pull() that sweeps daily does so in the first run, after a day, and in full ones", async () => {
  const { run, tick } = await start();
  const isSwept = async (more: Partial<PullOptions> = {}) =>
    (await run({ sweep: "daily", ...more })).rows !== undefined;
  assertEquals(await isSwept(), true);
  tick(12 * HOUR);
  assertEquals(await isSwept(), false);
  assertEquals(await isSwept({ full: "always" }), true);
  tick(12 * HOUR);
  assertEquals(await isSwept(), false);
  tick(12 * HOUR);
  assertEquals(await isSwept(), true);
});

Deno.test("pull() sweeps in every run up to 200,000 records, and daily above", async () => {
  const { odoo, run, tick } = await start();
  const counted = (count: number) =>
    changed(odoo, (answer, method) => method === "search_count" ? count : answer);
  await run({}, counted(200_001));
  tick(HOUR);
  assertEquals((await run({}, counted(200_001))).rows, undefined);
  assertEquals((await run({}, counted(200_000))).rows, 3);
  tick(24 * HOUR);
  assertEquals((await run({}, counted(200_001))).rows, 3);
});

Deno.test("full says when all records are read: weekly, always or never", async () => {
  const { odoo, sink, run, tick } = await start();
  await run({ full: "never" });
  await odoo.model(PLACE).unlink([1]);
  tick(30 * 24 * HOUR);
  assertEquals((await run({ full: "never" })).mode, "changes");
  assertEquals(sink.rows.get(1)?.["place_id"], 1);
  const always = await run({ full: "always" });
  assertEquals([always.mode, always.updated], ["full", 3]);
  assertEquals((await run({ full: "always" })).mode, "full");
  tick(24 * HOUR);
  assertEquals((await run()).mode, "changes");
  tick(6 * 24 * HOUR);
  assertEquals((await run()).mode, "full");
});

Deno.test("a field that has another type, leads elsewhere, or is gone stops the job with a sentence", async () => {
  const { odoo, run } = await start();
  await run();
  const described = (change: Record<string, unknown>, name = "place_id") =>
    changed(odoo, (answer, method) => {
      if (method !== "fields_get" || typeof answer !== "object") return answer;
      const fields: Record<string, unknown> = { ...answer };
      const field = fields[name];
      return { ...fields, [name]: typeof field === "object" ? { ...field, ...change } : field };
    });
  const stops: [Caller, string][] = [
    [described({ type: "char", relation: false }), "was many2one of x.place and is char"],
    [described({ relation: "x.other" }), "was many2one of x.place and is many2one of x.other"],
    [
      changed(
        odoo,
        (answer, method) =>
          method === "fields_get" && typeof answer === "object"
            ? { ...answer, name: false }
            : answer,
      ),
      'has no field "name"',
    ],
  ];
  for (const [caller, sentence] of stops) {
    const error = await assertRejects(() => run({}, caller), PullStoppedError, sentence);
    assertEquals(error.reason, "schema");
  }
});

Deno.test("pull() refuses options that it does not know, before it asks or opens anything", async () => {
  const { server, odoo, base } = await start();
  const before = server.calls.length;
  const wrong: [Record<string, unknown>, string][] = [
    [{ full: "daily" }, 'Cannot use "daily" as full: it must be weekly or always or never'],
    [{ sweep: "never" }, 'Cannot use "never" as sweep'],
    [{ fields: undefined }, "it needs fields"],
    [{ fields: "name", sink: undefined, state: undefined }, "it needs fields, sink, state"],
    [{ model: "" }, "it needs model"],
    [{ overlapMs: "abc" }, "Cannot use abc as overlapMs"],
    [{ maxTombstones: -1 }, "Cannot use -1 as maxTombstones"],
    [{ maxTombstones: Number.NaN }, "Cannot use NaN as maxTombstones"],
    [{ pageSize: 0 }, "pageSize of 0"],
  ];
  for (const [options, sentence] of wrong) {
    const given = Object.assign({ ...base }, options);
    await assertRejects(() => pull(odoo, given), OdooConfigError, sentence);
  }
  assertEquals(server.calls.length, before);
});

Deno.test("any stamp and any overlap will do: what begins before 1970 begins with everything", async () => {
  const { odoo, run } = await start();
  const far = changed(
    odoo,
    (answer) =>
      Array.isArray(answer)
        ? answer.map((row) =>
          row["write_date"] ? { ...row, write_date: "9999-12-31 23:59:59" } : row
        )
        : answer,
  );
  assertEquals((await run({}, far)).next, "1970-01-01 00:00:00");
  const endless = await run({ overlapMs: Infinity });
  assertEquals([endless.next, endless.rows], ["1970-01-01 00:00:00", 3]);
  assertEquals((await run({ overlapMs: Infinity })).read, 3);
});

Deno.test("a pull ends at once when it is told to, whatever it is at, and the next one goes on", async () => {
  const { odoo, sink, state, run } = await start();
  let calls = 0;
  let isOver = false;
  for (let at = 1; !isOver; at++) {
    calls = 0;
    const end = new AbortController();
    const caller: Caller = {
      uid: odoo.uid,
      call: async (call, options) => {
        if (++calls === at) end.abort(new DOMException("Enough", "AbortError"));
        return await odoo.call(call, options);
      },
    };
    isOver = await run({ signal: end.signal, full: "always" }, caller).then(() => true, (error) => {
      assert(error instanceof Error && error.name === "AbortError", String(error));
      return false;
    });
    assertEquals(state.accounts.at(-1)?.status, isOver ? "done" : "failed");
    assert(at < 50);
  }
  assertEquals((await run()).rows, 3);
  assertEquals(sink.rows.size, 3);
});

for (const version of [14, 17] as const) {
  Deno.test(`pull() lists texts with translations of their own: Odoo ${version}`, async () => {
    const char = { type: "char" } as const;
    const models = {
      "x.text": { fields: { name: { ...char, translate: true }, code: char } },
      // The simulated Odoo has no translations
      ...(version === 14 ? { "ir.translation": { fields: { src: char } } } : {}),
    };
    const odoo = await new OdooSimulator({ "x.text": [{ id: 1, name: "One" }] }, {
      version,
      models,
    })
      .connect();
    const { unfollowed } = await pull(odoo, {
      model: "x.text",
      fields: ["name", "code"],
      sink: new MemorySink(),
      job: "texts",
      state: new MemoryStore(),
    });
    assertEquals(unfollowed, version === 14 ? [{ field: "name", reason: "translated" }] : []);
  });
}
