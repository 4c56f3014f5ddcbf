import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  CsvFileError,
  type CsvRow,
  readCsv,
  type ReadCsvOptions,
  writeCsvLine,
} from "../lib/files/mod.ts";
import { temporaryFolder } from "./support.ts";

function read(text: string | Uint8Array, options?: ReadCsvOptions): Promise<CsvRow[]> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  return Array.fromAsync(readCsv(ReadableStream.from([bytes]), options));
}

Deno.test("`readCsv()` reads quotes, line breaks in cells, empty lines and a byte order mark", async () => {
  assertEquals(await read('\uFEFFkey,name\r\n1,"a ""b""\r\nc"\r\n\r\n2,\n3,"x,y"'), [
    { line: 2, values: { key: "1", name: 'a "b"\r\nc' } },
    { line: 5, values: { key: "2", name: "" } },
    { line: 6, values: { key: "3", name: "x,y" } },
  ]);
});

Deno.test("`readCsv()` reads the same rows for any chunking", async () => {
  const bytes = new TextEncoder().encode('key,name\n1,"Zoë\n花子"\n2,👋\n');
  const whole = await read(bytes);
  for (let size = 1; size < 6; size++) {
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.slice(i * size, (i + 1) * size),
    );
    assertEquals(await Array.fromAsync(readCsv(ReadableStream.from(chunks))), whole);
  }
});

Deno.test("`readCsv()` keeps a row with too many or too few cells, and says what is wrong with it", async () => {
  const rows = await read("a,b\n1,2,3\n4\n5,6\n");
  assertEquals(rows.map((row) => row.error), [
    'has 3 cells where the header has 2; left over: "3"',
    "has 1 cells where the header has 2",
    undefined,
  ]);
});

Deno.test("`readCsv()` finds the delimiter in the header, whatever the chunks", async () => {
  for (const delimiter of [",", ";", "\t", "|"]) {
    const text = ["\r\n", `"a,;|\t""x",b,c`, "1,2,3"].join("\n").replaceAll(
      /(?<=["b12]),(?=[bc23])/g,
      delimiter,
    );
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 5, 1000]) {
      const chunks = Array.from(
        { length: Math.ceil(bytes.length / size) },
        (_, i) => bytes.slice(i * size, (i + 1) * size),
      );
      const [row, ...others] = await Array.fromAsync(readCsv(ReadableStream.from(chunks)));
      assertEquals([row?.values, others], [{ 'a,;|\t"x': "1", b: "2", c: "3" }, []]);
    }
  }
  assertEquals(await read("a\n1;2"), [{ line: 2, values: { a: "1;2" } }]);
});

Deno.test("`readCsv()` takes the delimiter that it is told", async () => {
  const [row] = await read("a;b,c\n1;2,3", { delimiter: "," });
  assertEquals(row?.values, { "a;b": "1;2", c: "3" });
  const error = await assertRejects(
    () => read("a;b\n1;2", { required: ["a"], delimiter: "," }),
    CsvFileError,
  );
  assertEquals(
    error.message,
    'The header (line 1) lacks a; another character than "," seems to stand between the cells',
  );
});

Deno.test("`readCsv()` reads UTF-16 by its byte order mark, and other encodings by their names", async () => {
  const rows = [{ line: 2, values: { name: "Zoë €" } }];
  const units = Uint16Array.from("\uFEFFname\nZoë €", (unit) => unit.charCodeAt(0));
  const little = new Uint8Array(units.buffer);
  const big = little.map((_, index) => little[index ^ 1] ?? 0);
  assertEquals(await read(little), rows);
  assertEquals(await read(big), rows);
  const bytes = Uint8Array.from("name\nZo\xEB \x80", (unit) => unit.charCodeAt(0));
  assertEquals(await read(bytes, { encoding: "windows-1252" }), rows);
  await assertRejects(
    () => read(bytes, { encoding: "cp-nothing" }),
    CsvFileError,
    'There is no encoding "cp-nothing"',
  );
  await assertRejects(
    () => read(bytes),
    CsvFileError,
    "not UTF-8 in line 2: save it as UTF-8, or say its encoding",
  );
});

Deno.test("`readCsv()` believes a byte order mark more than the encoding that it is told", async () => {
  const marked = new TextEncoder().encode("\uFEFFnr,name\n1,Zoë €\n");
  const rows = [{ line: 2, values: { nr: "1", name: "Zoë €" } }];
  for (const size of [1, 2, 3, 100]) {
    const chunks = Array.from(
      { length: Math.ceil(marked.length / size) },
      (_, i) => marked.slice(i * size, (i + 1) * size),
    );
    const source = ReadableStream.from(chunks);
    assertEquals(await Array.fromAsync(readCsv(source, { encoding: "latin1" })), rows);
  }
  await assertRejects(
    () => read(Uint8Array.of(...marked, 0xe9, 0x0a), { encoding: "latin1" }),
    CsvFileError,
    "not UTF-8 in line 3, although it begins with the mark of UTF-8",
  );
  // Shorter than a mark
  assertEquals(await read("a\n", { encoding: "latin1" }), []);
});

Deno.test("`readCsv()` opens a file by its path, and says in one sentence why it cannot", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/contacts.csv`;
  const refused = async (message: string) => {
    const error = await assertRejects(() => Array.fromAsync(readCsv(path)), CsvFileError);
    assertEquals(error.message, `${path}: ${message}`);
  };
  await refused("There is no such file");
  await Deno.mkdir(path);
  await refused("This is a folder");
  await Deno.remove(path);
  await Deno.writeTextFile(path, "");
  await refused("The file is empty: line 1 must name the columns");
  await Deno.writeTextFile(path, "key\n1\n");
  const rows = [{ line: 2, values: { key: "1" } }];
  assertEquals(await Array.fromAsync(readCsv(path)), rows);
  assertEquals(await Array.fromAsync(readCsv(new URL(`file://${path}`))), rows);
});

Deno.test({
  name: "`readCsv()` says which permission it lacks",
  permissions: { read: false },
  fn: async () => {
    await assertRejects(
      () => Array.fromAsync(readCsv("contacts.csv")),
      CsvFileError,
      "contacts.csv: No permission to read it: run with --allow-read=contacts.csv",
    );
  },
});

Deno.test("`readCsv()` says in which line a quote is in the wrong place, and how it is written", async () => {
  const twice =
    ': a cell with a quote in it stands in quotes, with that quote written twice: "a ""b"""';
  for (
    const [text, message] of [
      [
        'a,b\r\n1,"x\r\ny"\r\n3,5" pipe\r\n',
        "Line 4 is not CSV, as a quote stands inside of a cell",
      ],
      [
        'a,b\n1,2\n3,"x"y\n4,5\n',
        "Line 3 is not CSV, as a cell goes on behind its quote, in a row that begins after line 2",
      ],
      [
        'a,b\n1,2\n3,"x\n4,"5"\n',
        "Line 4 is not CSV, as a cell goes on behind its quote, in a row that begins after line 2",
      ],
      ['a,b\n1,2\n3,"x\n4,5\n', "The file is not CSV after line 2, as a quote is not closed"],
    ] as const
  ) {
    const error = await assertRejects(() => read(text), CsvFileError);
    assertEquals(error.message, message + twice);
  }
});

Deno.test("`readCsv()` refuses a header with missing, unknown or doubled columns, all at once", async () => {
  const error = await assertRejects(
    () => read("name,nmae,name\n", { required: ["key", "name"], optional: ["city"] }),
    CsvFileError,
  );
  assertEquals(
    error.message,
    "The header (line 1) lacks key, and has unknown columns: nmae, and has name twice",
  );
});

Deno.test("`readCsv()` names the columns that a header has where one is missing", async () => {
  const lacking = async (text: string) =>
    (await assertRejects(() => read(text, { required: ["nr"] }), CsvFileError)).message;
  assertEquals(
    await lacking("Nr.;Name\n"),
    "The header (line 1) lacks nr (it has Nr., Name)",
  );
  const wide = Array.from({ length: 30 }, (_, i) => `c${i}`);
  assertEquals(
    await lacking(wide.join(",") + "\n"),
    `The header (line 1) lacks nr (it has ${wide.slice(0, 20).join(", ")} and 10 more)`,
  );
});

Deno.test("`readCsv()` refuses what is not UTF-8, not CSV, or empty", async () => {
  await assertRejects(
    () => read(new Uint8Array([0x61, 0x0a, 0xff])),
    CsvFileError,
    "not UTF-8 in line 2",
  );
  const error = await assertRejects(() => read('a,b\n1,2\n3,"x\n'), CsvFileError);
  assertStringIncludes(error.message, "The file is not CSV after line");
  await assertRejects(() => read(""), CsvFileError, "The file is empty");
});

Deno.test("`readCsv()` says in which line a file that comes in one piece is broken", async () => {
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => `${from + index},Ann\r\n`).join("");
  const open = `no,name\r\n${rows(2, 300)}"301,Ann\r\n${rows(302, 400)}`;
  const quote = await assertRejects(() => read(open), CsvFileError);
  assertStringIncludes(
    quote.message,
    "The file is not CSV after line 300, as a quote is not closed",
  );
  const text = `no,name\r\n${rows(2, 300)}301,\u00E9\r\n${rows(302, 400)}`;
  const latin = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const one = () => ReadableStream.from(Array.from(latin, (byte) => Uint8Array.of(byte)));
  for (const source of [ReadableStream.from([latin]), one()]) {
    const rows = () => Array.fromAsync(readCsv(source));
    await assertRejects(rows, CsvFileError, "The file is not UTF-8 in line 301:");
  }
});

Deno.test("`readCsv()` closes the file when its reader leaves early", async () => {
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("a,b\n1,2\n")),
    cancel: () => {
      isCancelled = true;
    },
  });
  for await (const _ of readCsv(endless)) break;
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(isCancelled, true);
});

Deno.test("`writeCsvLine()` quotes what has to be, and `readCsv()` reads it back", async () => {
  const cells = ['a "b"', "c,d", "e\nf", "", "ö", "\r", "g\r\nh"];
  const header = writeCsvLine(["1", "2", "3", "4", "5", "6", "7"]);
  const [row] = await read(header + writeCsvLine(cells));
  assertEquals(Object.values(row?.values ?? {}), cells);
});
