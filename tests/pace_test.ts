import { assert, assertEquals } from "@std/assert";
import { Pace } from "../lib/sync/pace.ts";
import { push } from "../lib/sync/mod.ts";
import { type Failure, OdooSimulator } from "../lib/testing/mod.ts";
import { connect } from "../mod.ts";

Deno.test("`Pace` grows while full calls are fast, and shrinks when they are slow or too much", () => {
  const pace = new Pace(100, 350);
  pace.took(100, 1_000);
  assertEquals(pace.size, 200);
  pace.took(50, 1_000);
  assertEquals(pace.size, 200, "a call that was not full tells nothing");
  pace.took(200, 10_000);
  assertEquals(pace.size, 200, "neither fast nor slow");
  pace.took(200, 1_000);
  assertEquals(pace.size, 350, "no more than allowed");
  pace.took(350, 30_000);
  assertEquals(pace.size, 175);
  for (let times = 0; times < 9; times++) pace.shrink(pace.size);
  assertEquals(pace.size, 10);
});

const TOO_MUCH: Record<string, Failure> = {
  "a memory error": { kind: "exception", type: "MemoryError", message: "" },
  "413": { kind: "too-large" },
  "502": { kind: "bad-gateway" },
  "504": { kind: "gateway-timeout" },
  "a timeout": { kind: "timeout" },
};

for (const [name, failure] of Object.entries(TOO_MUCH)) {
  Deno.test(`\`push()\` sends fewer rows a call after ${name}, and brings all in`, async () => {
    const server = new OdooSimulator();
    const sizes: number[] = [];
    using _chaos = server.chaos({
      failure,
      match: ({ method, args }) => {
        if (method !== "load") return false;
        const size = Array.isArray(args[1]) ? args[1].length : 0;
        sizes.push(size);
        return size > 60;
      },
    });
    const odoo = await connect({ ...server.config, retries: 0, timeoutMs: 150 });
    let now = 0;
    const source = Array.from({ length: 300 }, (_, index) => ({ key: index, name: `N ${index}` }));
    const { account } = await push(odoo, {
      model: "res.partner",
      job: "test",
      key: ["key"],
      source,
      chunkSize: 200,
      clock: {
        now: () => now,
        sleep: (ms) => Promise.resolve(void (now += ms)),
        random: () => 0.5,
      },
    });
    assertEquals([account.created, account.failed, account.unknown], [300, 0, 0]);
    const tooLarge = sizes.filter((size) => size > 60).length;
    assert(tooLarge <= 12, `${sizes}`);
  });
}

Deno.test("`push()` adapts the chunks of new and of changed rows apart", async () => {
  const server = new OdooSimulator();
  const odoo = await connect({ ...server.config, retries: 0 });
  const rows = (text: string, from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({
      key: from + index,
      name: `N ${from + index}`,
      city: `${text} ${from + index}`,
    }));
  const options = { model: "res.partner", job: "test", key: ["key"] };
  await push(odoo, { ...options, source: rows("Old", 0, 300) });
  const sizes: Record<string, number[]> = { id: [], ".id": [] };
  using _chaos = server.chaos({
    failure: { kind: "too-large" },
    match: ({ method, args: [columns, cells] }) => {
      if (method !== "load" || !Array.isArray(columns) || !Array.isArray(cells)) return false;
      sizes[String(columns[0])]?.push(cells.length);
      return columns[0] === ".id" && cells.length > 50;
    },
  });
  await push(odoo, { ...options, source: [...rows("New", 0, 300), ...rows("New", 300, 1300)] });
  assert(Math.max(...sizes["id"] ?? []) >= 500, `${sizes["id"]}`);
  assert((sizes[".id"] ?? []).slice(-3).every((size) => size <= 100), `${sizes[".id"]}`);
});
