import { assertEquals, assertRejects } from "@std/assert";
import { FailedRows, readCsv } from "../lib/files/mod.ts";
import { temporaryFolder } from "./support.ts";

async function rowsOf(path: string): Promise<Record<string, string>[]> {
  const file = await Deno.open(path);
  return (await Array.fromAsync(readCsv(file.readable))).map(({ values }) => values);
}

Deno.test("`FailedRows` keeps all columns of the source, whatever they are called", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/failed.csv`;
  using failed = new FailedRows(path);
  const own = { key: "1", line: "Main line", field: "North", reason: "a, b" };
  failed.add(own, { line: 7, field: "city", reason: "no such city" });
  await failed.finish();
  assertEquals(await rowsOf(path), [
    { ...own, odeno_line: "7", odeno_field: "city", odeno_reason: "no such city" },
  ]);
});

Deno.test("`FailedRows` tells anew of rows from a file of failed rows", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/failed.csv`;
  for (const [line, reason] of [[7, "first"], [2, "second"]] as const) {
    using failed = new FailedRows(path);
    const [row = { key: "1" }] = line === 7 ? [] : await rowsOf(path);
    failed.add(row, { line, reason });
    await failed.finish();
  }
  assertEquals(await rowsOf(path), [
    { key: "1", odeno_line: "2", odeno_field: "", odeno_reason: "second" },
  ]);
});

Deno.test("`FailedRows` puts each cell below its own column, in whatever order rows name them", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/failed.csv`;
  using failed = new FailedRows(path);
  failed.add({ a: "1", b: "2" }, { line: 2 });
  failed.add({ b: "4", a: "3" }, { line: 3 });
  failed.add({ b: "6" }, { line: 4 });
  await failed.finish();
  const cells = (await rowsOf(path)).map(({ a, b }) => [a, b]);
  assertEquals(cells, [["1", "2"], ["3", "4"], ["", "6"]]);
});

Deno.test("`FailedRows` leaves the file of an earlier run until it is finished, and takes it away where nothing failed", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/failed.csv`;
  await Deno.writeTextFile(path, "earlier");
  {
    using failed = new FailedRows(path);
    failed.add({ key: "1" }, { line: 2 });
  }
  assertEquals(await Deno.readTextFile(path), "earlier");
  using failed = new FailedRows(path);
  await failed.finish();
  await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
});
