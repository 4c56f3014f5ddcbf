import { assertEquals, assertLess } from "@std/assert";
import type { RpcValue } from "../lib/testing/mod.ts";
import { hide, source, start } from "./pull_ground.ts";
import { between, FIELDS, ITEM, randomFrom, Writers } from "./pull_support.ts";

for (const version of [14, 17, 19] as const) {
  Deno.test(`pull() has every row in the end, whatever happens meanwhile, on Odoo ${version}`, async () => {
    const { server, odoo, demo, sink, run, tick } = await start(version, 40);
    const random = randomFrom(version);
    const writers = new Writers(server, random, tick);
    const caller = between(demo, () => writers.act());
    // Reads what is newer than the newest that it has, as many do
    const naive = new Map<number, RpcValue>();
    let newest = "1970-01-01 00:00:00";
    let show: (() => Promise<void>) | undefined;
    let late = 0;
    for (let turn = 0; turn < 10; turn++) {
      if (turn === 4) show = await hide(server);
      if (turn === 7) await show?.();
      const report = await run({ overlapMs: 1000, pageSize: 15, maxTombstones: 50 }, caller);
      late += report.late;
      const rows = await demo.model(ITEM).searchRead([["write_date", ">", newest]], {
        fields: [...FIELDS, "write_date"],
        context: { active_test: false },
      });
      for (const row of rows) {
        naive.set(row.id, row["size"] ?? 0);
        if (String(row["write_date"]) > newest) newest = String(row["write_date"]);
      }
      for (let act = 0; act < 15; act++) await writers.act();
    }
    await writers.finish();
    await run({ maxTombstones: 100, full: "always" }, demo);
    assertEquals(sink.sorted, await source(odoo));
    assertLess(0, late);
    const lost = sink.sorted.filter(({ id, size }) => naive.get(id) !== size);
    const ghosts = [...naive.keys()].filter((id) => !sink.rows.has(id));
    assertLess(0, lost.length);
    assertLess(0, ghosts.length);
  });
}
