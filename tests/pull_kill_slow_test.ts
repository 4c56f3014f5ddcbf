import { assertEquals, assertLess } from "@std/assert";
import { pull } from "../lib/sync/pull.ts";
import type { Sink } from "../lib/sync/sinks/sink.ts";
import type { StateStore } from "../lib/sync/state.ts";
import { type Caller, type Odoo, OdooSimulator } from "../lib/testing/mod.ts";
import { ITEM, MemorySink, MemoryStore, MODELS, PLACE } from "./pull_support.ts";

/** Ends everything at a certain step, before or after it is done, as a kill does. */
class Fuse {
  steps = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async through<T>(work: () => Promise<T>): Promise<T> {
    const step = this.steps++;
    if (step >= this.#limit) throw new Error("killed");
    const result = await work();
    if (step === this.#limit - 0.5) throw new Error("killed");
    return result;
  }

  caller(odoo: Odoo): Caller {
    return { uid: odoo.uid, call: (...args) => this.through(() => odoo.call(...args)) };
  }

  sink(sink: Sink): Sink {
    return {
      name: sink.name,
      isEmpty: () => sink.isEmpty(),
      open: (columns, options) => this.through(() => sink.open(columns, options)),
      write: (rows) => this.through(() => sink.write(rows)),
      remove: (tombstones) => this.through(() => sink.remove(tombstones)),
      finish: () => this.through(() => sink.finish()),
      close: () => sink.close(),
    };
  }

  store(store: MemoryStore): StateStore {
    return {
      open: async (job) => {
        const state = await store.open(job);
        return { ...state, save: (changes) => this.through(() => state.save(changes)) };
      },
      runs: () => store.runs(),
      outcomes: () => store.outcomes(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
}

async function seen(odoo: Odoo): Promise<Record<string, unknown>[]> {
  const context = { active_test: false };
  return await odoo.model(ITEM).searchRead([], { fields: ["name", "size"], order: "id", context });
}

function brief(sink: MemorySink): unknown[] {
  return sink.sorted.map(({ id, name, size }) => ({ id, name, size }));
}

Deno.test("a run that ends at any step loses nothing, though the world goes on in between", async () => {
  let isOver = false;
  let tried = 0;
  for (let limit = 0.5; !isOver; limit += 0.5) {
    let now = Date.parse("2026-03-02T08:00:00Z");
    const server = new OdooSimulator({
      [PLACE]: [{ id: 1, name: "Place" }],
      [ITEM]: Array.from({ length: 12 }, (_, index) => ({ id: index + 1, name: "A", size: 1 })),
    }, { version: 17, models: MODELS, clock: () => new Date(now) });
    const odoo = await server.connect();
    const items = odoo.model(ITEM);
    const [store, sink] = [new MemoryStore(), new MemorySink()];
    const run = (fuse: Fuse) =>
      pull(fuse.caller(odoo), {
        model: ITEM,
        fields: ["name", "size"],
        sink: fuse.sink(sink),
        job: "items",
        state: fuse.store(store),
        pageSize: 4,
      });
    // Every second run is the one after the first
    const isFirst = tried++ % 2 === 0;
    if (!isFirst) {
      await run(new Fuse(Infinity));
      now += 3_600_000;
      await items.write([2, 11], { name: "B" });
      await items.create({ name: "C" });
      await items.unlink([3]);
      now += 1000;
    }
    const fuse = new Fuse(limit);
    isOver = await run(fuse).then(() => !isFirst, () => false);
    // What the killed run may have brought is gone or as it was before
    now += 3_600_000;
    await items.unlink([6, 12]);
    await items.write([2], { name: "A" });
    if (!isFirst) await items.create({ name: "D" });
    now += 1000;
    const report = await run(new Fuse(Infinity));
    assertEquals(brief(sink), await seen(odoo), `limit ${limit}`);
    assertEquals(report.rows, sink.rows.size);
    assertEquals(store.known.size, sink.rows.size);
  }
  assertLess(40, tried);
});
