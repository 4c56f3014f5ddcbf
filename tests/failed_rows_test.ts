import { assertEquals, assertRejects } from "@std/assert";
import { FailedRows, readCsv } from "../lib/files/mod.ts";
import { temporaryFolder } from "./support.ts";

async function rowsOf(path: string): Promise<Record<string, string>[]> {
  return (await Array.fromAsync(readCsv(path))).map(({ values }) => values);
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

Deno.test("`FailedRows` writes a file that is read as UTF-8 by a job that reads another encoding", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/failed.csv`;
  using failed = new FailedRows(path);
  failed.add({ key: "1", name: "Zoë €" }, { line: 2, reason: "no" });
  await failed.finish();
  const [row] = await Array.fromAsync(readCsv(path, { encoding: "latin1" }));
  assertEquals(row?.values["name"], "Zoë €");
  assertEquals([...(await Deno.readFile(path)).slice(0, 4)], [0xef, 0xbb, 0xbf, 0x6b]);
});

Deno.test("`FailedRows` takes a row of `readCsv()` as it is, and values of any other source", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/failed.csv`;
  using failed = new FailedRows(path);
  const row = { line: 2, values: { key: "1", at: "" }, error: undefined };
  failed.add(row, { line: 2 });
  failed.add({ key: 2, at: new Date(0) }, { line: 3 });
  failed.add({ key: null, at: undefined }, { line: 4 });
  failed.add({ key: { a: [true] }, at: false }, { line: 5 });
  await failed.finish();
  const cells = (await rowsOf(path)).map(({ key, at }) => [key, at]);
  assertEquals(cells, [["1", ""], ["2", "1970-01-01T00:00:00.000Z"], ["", ""], [
    '{"a":[true]}',
    "false",
  ]]);
});

Deno.test("`FailedRows` takes away what a run that was ended has left, also where nothing fails", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/failed.csv`;
  await Deno.writeTextFile(`${path}.tmp`, "half");
  using failed = new FailedRows(path);
  await failed.finish();
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
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

Deno.test("`FailedRows` takes no row for one of `readCsv()` that has other columns as well", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/failed.csv`;
  using failed = new FailedRows(path);
  failed.add({ key: "1", values: { a: 1 }, line: 3 }, { line: 2 });
  await failed.finish();
  const [row] = await rowsOf(path);
  assertEquals([row?.["key"], row?.["values"], row?.["line"]], ["1", '{"a":1}', "3"]);
});
