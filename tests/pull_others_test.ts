import { assertEquals, assertRejects } from "@std/assert";
import { pull, type PullOptions } from "../lib/sync/pull.ts";
import { csvSink } from "../lib/sync/sinks/csv.ts";
import { ndjsonSink } from "../lib/sync/sinks/ndjson.ts";
import { PullStoppedError } from "../lib/sync/sinks/sink.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { ITEM, MODELS } from "./pull_support.ts";
import { temporaryFolder } from "./support.ts";

/** An Odoo with items, a file with a copy of them, and how others change that. */
async function copied(kind: "csv" | "ndjson") {
  const folder = await temporaryFolder();
  const path = `${folder.path}/copy.${kind}`;
  const items = Array.from(
    { length: 10 },
    (_, index) => ({ id: index + 1, name: `Item\n${index}` }),
  );
  const odoo = await new OdooSimulator({ [ITEM]: items }, { models: MODELS }).connect();
  const run = (more: Partial<PullOptions> = {}) =>
    pull(odoo, {
      model: ITEM,
      fields: ["name", "size"],
      sink: kind === "csv" ? csvSink(path) : ndjsonSink(path),
      job: "items",
      state: `${folder.path}/state.db`,
      ...more,
    });
  assertEquals((await run()).rows, 10);
  return {
    odoo,
    path,
    run,
    whole: await Deno.readTextFile(path),
    change: async (changed: (text: string) => string) =>
      await Deno.writeTextFile(path, changed(await Deno.readTextFile(path))),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

for (const kind of ["csv", "ndjson"] as const) {
  const [lost, added] = kind === "csv"
    ? [/^3,"Item\n2",0\n/m, '11,"Item\n11",\n']
    : [/^\{"id":3,.*\n/m, '{"id":11,"name":"Item 11","size":null}\n'];

  Deno.test(`rows that others have taken out of a ${kind} copy stop every run, until the file is made anew`, async () => {
    await using copy = await copied(kind);
    await copy.change((text) => text.replace(lost, ""));
    const told =
      `${copy.path} has 9 rows, and the job "items" has delivered 10: others have changed`;
    await assertRejects(() => copy.run(), PullStoppedError, told);
    await assertRejects(() => copy.run({ full: "always" }), PullStoppedError, told);
    await assertRejects(() => copy.run({ sweep: "off" }), PullStoppedError, told);
    await copy.odoo.model(ITEM).write([5], { size: 5 });
    for (const _ of [1, 2, 3]) await assertRejects(() => copy.run(), PullStoppedError, told);
    await Deno.remove(copy.path);
    assertEquals((await copy.run()).rows, 10);
    assertEquals((await Deno.readTextFile(copy.path)).match(lost)?.length, 1);
    assertEquals((await copy.run()).unchanged > 0, true);
  });

  Deno.test(`rows that others have added to a ${kind} copy stop every run`, async () => {
    await using copy = await copied(kind);
    assertEquals((await copy.run()).rows, 10);
    await copy.change((text) => text + added);
    const told = "has 11 rows, and the job";
    for (const _ of [1, 2]) await assertRejects(() => copy.run(), PullStoppedError, told);
    await copy.change((text) => text.replace(added, ""));
    assertEquals((await copy.run()).rows, 10);
    assertEquals(await Deno.readTextFile(copy.path), copy.whole);
  });

  Deno.test(`a ${kind} copy whose rows are not in order is noticed where nothing has changed in Odoo`, async () => {
    await using copy = await copied(kind);
    await copy.change((text) => text + (lost.exec(text)?.[0] ?? ""));
    await assertRejects(() => copy.run(), PullStoppedError, "its rows are not by id");
  });
}
