import { assert, assertEquals, assertLess } from "@std/assert";
import { readCsv } from "../lib/files/csv.ts";
import { pull } from "../lib/sync/pull.ts";
import type { Sink } from "../lib/sync/sinks/sink.ts";
import type { StateStore } from "../lib/sync/state.ts";
import { type Caller, type Odoo, OdooSimulator } from "../lib/testing/mod.ts";
import { ITEM, MemorySink, MemoryStore, MODELS, PLACE, randomFrom } from "./pull_support.ts";
import { CONFIG, temporaryFolder } from "./support.ts";

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

/** The copy as the children have made it, by id. */
async function copyIn(kind: "csv" | "sqlite", path: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  if (kind === "csv") {
    using file = await Deno.open(path);
    for await (const { values: { id, name, size } } of readCsv(file.readable)) {
      rows.push({ id: Number(id), name, size: Number(size) });
    }
    return rows;
  }
  const { DatabaseSync } = await import("node:sqlite");
  using database = new DatabaseSync(path);
  return database.prepare("select id, name, size from items order by id").all().map((row) => ({
    ...row,
  }));
}

const ROWS = Number(Deno.env.get("PULL_KILL_ROWS") ?? 3000);
const TURNS = Number(Deno.env.get("PULL_KILL_TURNS") ?? 6);

/** Runs a pull in a process of its own, and kills it some time after a number of steps. */
async function runChild(args: string, steps = Infinity, ms = 0) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--config", CONFIG, "-A", "tests/pull_child.ts", args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdout = new Response(child.stdout).text();
  let told = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    told += text;
    if (timer === undefined && told.length > 2 * steps) {
      // Its end may be faster
      timer = setTimeout(() => child.kill("SIGKILL"), ms);
      child.status.then(() => clearTimeout(timer));
    }
  }
  const { success, signal } = await child.status;
  assert(success || signal === "SIGKILL", told);
  return { signal, stdout: await stdout };
}

for (const kind of ["csv", "sqlite"] as const) {
  Deno.test(`kill -9 at any moment of a pull into ${kind} loses nothing`, async () => {
    await using folder = await temporaryFolder();
    const server = new OdooSimulator({
      [PLACE]: [{ id: 1, name: "Place" }],
      [ITEM]: Array.from({ length: ROWS }, (_, index) => ({
        id: index + 1,
        name: `Item, ${index}`,
        size: index,
        place_id: 1,
      })),
    }, { version: 17, models: MODELS });
    const odoo = await server.connect();
    await using running = server.serve();
    const path = `${folder.path}/copy`;
    const args = JSON.stringify({ config: running.config, path, kind });
    const random = randomFrom(7);
    let kills = 0;
    for (let turn = 0; turn < TURNS; turn++) {
      const { signal } = await runChild(args, random(turn < TURNS / 2 ? 12 : 5), random(15));
      if (signal === "SIGKILL") kills++;
      const ids = await odoo.model(ITEM).search([], { limit: 50, offset: random(ROWS / 2) });
      await odoo.model(ITEM).unlink(ids.slice(0, 3));
      await odoo.model(ITEM).write(ids.slice(10, 20), { size: random(1000) });
      await odoo.model(ITEM).create({ name: "More", size: 1 });
    }
    assertLess(TURNS / 2, kills);
    const { stdout } = await runChild(args);
    assertEquals(JSON.parse(stdout).rows, (await seen(odoo)).length);
    assertEquals(await copyIn(kind, path), await seen(odoo));
  });
}
