/**
 * Takes so many rows, with a parent each, through a spool, and tells how far its memory grew, in megabytes.
 *
 * @module
 */

import { Spool } from "../../lib/sync/spool.ts";

const count = Number(Deno.args[0]);
const before = Deno.memoryUsage().rss;
let peak = before;
const look = () => peak = Math.max(peak, Deno.memoryUsage().rss);
const times: number[] = [];
let start = performance.now();
const lap = () => {
  times.push(Math.round(performance.now() - start));
  start = performance.now();
};

using spool = await Spool.open<Record<string, string>>();
for (let first = 1; first <= count; first += 1000) {
  spool.add(Array.from({ length: 1000 }, (_, index) => {
    const n = first + index;
    const columns = [
      "name",
      "street",
      "zip",
      "city",
      "email",
      "phone",
      "vat",
      "ref",
      "lang",
      "kind",
    ];
    const row = Object.fromEntries(columns.map((column) => [column, `${column} of row ${n}`]));
    return { key: `key ${n}`, line: n + 1, row, parents: n > 1000 ? [`key ${n % 1000 + 1}`] : [] };
  }));
  look();
}
lap();
const { levels } = spool.finish();
lap();
look();
let read = 0;
for (let level = 0; level < levels; level++) {
  for (let lane = 0; lane < 4; lane++) {
    for (const batch of spool.batches(level, lane, 4, 1000)) {
      read += batch.length;
      look();
    }
  }
}
lap();
console.log(JSON.stringify({ read, megabytes: Math.round((peak - before) / 1e6), times, levels }));
