import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  Attachments,
  type Caller,
  type CallOptions,
  connect,
  OdooConfigError,
  OdooNetworkError,
  OdooProtocolError,
  OdooServerError,
  type RpcCall,
  type RpcValue,
  safeFileName,
} from "../mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";

const PARTNERS = { "res.partner": [{ id: 100, name: "Acme" }, { id: 101, name: "Other" }] };

Deno.test("safeFileName() makes a name that leads out of no folder, and that every system takes", () => {
  const cases = [
    ["report 2026.pdf", "report 2026.pdf"],
    ["../../etc/passwd", "passwd"],
    ["/etc/passwd", "passwd"],
    ["C:\\Windows\\system.ini", "system.ini"],
    ["C:system.ini", "C_system.ini"],
    ["..\\..\\x", "x"],
    ["a/", "file"],
    ["..", "file"],
    ["...", "file"],
    ["", "file"],
    [" . ", "file"],
    ["a\0b.txt", "a_b.txt"],
    ["a\nb\u007f", "a_b_"],
    ["file.txt:stream", "file.txt_stream"],
    ['<a>"b"|?*', "_a__b____"],
    ["nul", "_nul"],
    ["NUL .txt", "_NUL .txt"],
    ["com1.tar.gz", "_com1.tar.gz"],
    ["LPT¹", "_LPT¹"],
    ["conout$", "_conout$"],
    ["console.log", "console.log"],
    [".bashrc", "bashrc"],
    ["end. .", "end"],
    ["exe\u202efdp.exe", "exefdp.exe"],
    ["exe\u061cfdp.exe", "exefdp.exe"],
    ["\ud800.txt", "\ufffd.txt"],
    ["Ünï — 株式会社 😀.pdf", "Ünï — 株式会社 😀.pdf"],
  ];
  for (const [given = "", safe = ""] of cases) {
    assertEquals(safeFileName(given), safe, JSON.stringify(given));
    const url = new URL(encodeURIComponent(safeFileName(given)), "file:///target/folder/");
    assert(/^\/target\/folder\/[^/]+$/.test(url.pathname), given);
    // A name that is safe stays as it is
    assertEquals(safeFileName(safe), safe);
  }
  for (const long of ["x".repeat(10_000), "é".repeat(300), "😀".repeat(100)]) {
    const name = safeFileName(`${long}.pdf`);
    assert(new TextEncoder().encode(name).length <= 200 && name.endsWith(".pdf"));
    assert(long.startsWith(name.slice(0, -4)));
  }
  // What is cut off leaves neither a blank nor a point at the end, nor makes it a name of Windows
  for (
    const cut of [`${"x".repeat(199)} ${"y".repeat(50)}`, `${"x".repeat(199)}.${"é".repeat(50)}`]
  ) {
    assertEquals(safeFileName(cut), "x".repeat(199));
  }
  const begin = performance.now();
  assertEquals(safeFileName(`a${".".repeat(200_000)}b`).length, 200);
  assert(performance.now() - begin < 1000);
});

async function acme(version: 14 | 17 | 19 = 17) {
  const odoo = await connect(new OdooSimulator(PARTNERS, { version }).config);
  return { odoo, attachments: odoo.attachments("res.partner", 100) };
}

/** A client that shows what is called, and answers for the server where `answer` does. */
function between(
  odoo: Caller,
  answer: (call: RpcCall) => RpcValue | Promise<RpcValue> | undefined = () => undefined,
) {
  const calls: (RpcCall & { options: CallOptions })[] = [];
  const caller: Caller = {
    async call(call, options = {}) {
      calls.push({ ...call, options });
      return await answer(call) ?? await odoo.call(call, options);
    },
  };
  return { calls, attachments: new Attachments(caller, "res.partner", 100) };
}

for (const version of [14, 17, 19] as const) {
  Deno.test(`a file that is attached to a record of Odoo ${version} is listed and read`, async () => {
    const { attachments } = await acme(version);
    assertEquals(await attachments.list(), []);
    const data = Uint8Array.from({ length: 1000 }, (_, index) => index % 256);
    const id = await attachments.add({ name: "bytes.bin", data });
    const [listed, ...others] = await attachments.list();
    assertEquals(others, []);
    assert(listed);
    const { create_date, ...rest } = listed;
    assert(create_date);
    assertEquals(rest, {
      id,
      name: "bytes.bin",
      type: "binary",
      url: false,
      mimetype: "application/octet-stream",
      file_size: 1000,
      checksum: "af0b191c2de46fe13fe0908f5a6a4e90e0cafc46",
    });
    assertEquals(await attachments.read(id), data);
  });

  Deno.test(`an empty file of Odoo ${version} has no checksum, and is read all the same`, async () => {
    const { attachments } = await acme(version);
    const id = await attachments.add({ name: "empty.txt", data: "" });
    const [listed] = await attachments.list();
    assertEquals([listed?.file_size, listed?.checksum], [0, false]);
    assertEquals(await attachments.read(id), new Uint8Array());
  });
}

Deno.test("text is attached as UTF-8, with the kind that is given", async () => {
  const { attachments } = await acme();
  const id = await attachments.add({ name: "note", data: "é €", mimetype: "text/x-note" });
  assertEquals(new TextDecoder().decode(await attachments.read(id)), "é €");
  assertEquals((await attachments.list())[0]?.mimetype, "text/x-note");
});

Deno.test("attachments are listed from the newest on, without those of other records and of fields", async () => {
  const { odoo, attachments } = await acme();
  const first = await attachments.add({ name: "a.txt", data: "a" });
  const second = await attachments.add({ name: "a.txt", data: "a" });
  const other = new Attachments(odoo, "res.partner", 101);
  await other.add({ name: "b.txt", data: "b" });
  await odoo.executeKw("ir.attachment", "create", [{
    name: "image_128",
    datas: "eA==",
    res_model: "res.partner",
    res_id: 100,
    res_field: "image_128",
  }]);
  assertEquals((await attachments.list()).map(({ id }) => id), [second, first]);
});

Deno.test("an attachment of another record is not read", async () => {
  const { odoo, attachments } = await acme();
  const id = await new Attachments(odoo, "res.partner", 101).add({ name: "b.txt", data: "b" });
  const error = await assertRejects(() => attachments.read(id), OdooServerError);
  assertEquals([error.kind, error.message], [
    "missing",
    `There is no attachment ${id} of res.partner 100, or it is hidden from this user`,
  ]);
});

Deno.test("a link has no content to read, and says so", async () => {
  const { odoo, attachments } = await acme();
  const id = await odoo.executeKw<number>("ir.attachment", "create", [{
    name: "Terms",
    type: "url",
    url: "https://example.com/terms?token=5ecret",
    res_model: "res.partner",
    res_id: 100,
  }]);
  assertEquals((await attachments.list())[0]?.url, "https://example.com/terms?token=5ecret");
  const error = await assertRejects(() => attachments.read(id), OdooConfigError);
  assertEquals(
    error.message,
    `Cannot read attachment ${id} of res.partner 100: it is of type url and holds no file`,
  );
});

Deno.test("a file beyond the limit is refused before anything is sent", async () => {
  const { odoo } = await acme();
  const { calls, attachments } = between(odoo);
  const data = new Uint8Array(1001);
  const error = await assertRejects(
    () => attachments.add({ name: "a", data }, { limitBytes: 1000 }),
    OdooConfigError,
  );
  assertEquals(
    error.message,
    "Cannot attach a file to res.partner 100: it has 1001 bytes, and the limit is 1000; " +
      "a larger limitBytes allows it, where memory and the server do",
  );
  assertEquals(calls, []);
  const id = await attachments.add({ name: "a", data }, { limitBytes: 1001 });
  assertEquals(typeof id, "number");
});

Deno.test("a file beyond the limit is refused before it is read", async () => {
  const { odoo } = await acme();
  const { calls, attachments } = between(odoo);
  const id = await attachments.add({ name: "a", data: "abc" });
  calls.length = 0;
  await assertRejects(
    () => attachments.read(id, { limitBytes: 2 }),
    OdooConfigError,
    `Cannot read attachment ${id} of res.partner 100: it has 3 bytes, and the limit is 2`,
  );
  assertEquals(calls.map(({ method }) => method), ["search_read"]);
  assertEquals((await attachments.read(id, { limitBytes: 3 })).length, 3);
});

Deno.test("a file too large for any limit is refused with another way", async () => {
  const { odoo } = await acme();
  const row = { id: 7, type: "binary", file_size: 2 ** 31 };
  const { attachments } = between(odoo, () => [row]);
  await assertRejects(() => attachments.read(7), OdooConfigError, "use Odoo's web interface");
});

Deno.test("a limit that cannot be kept is refused", async () => {
  const { attachments } = await acme();
  for (const limitBytes of [-1, NaN, 129 * 2 ** 20]) {
    await assertRejects(
      () => attachments.add({ name: "a", data: "" }, { limitBytes }),
      OdooConfigError,
      `Cannot use a limitBytes of ${limitBytes}: it must be between 0 and 134217728`,
    );
  }
});

Deno.test("content that is not the one of the checksum is refused", async () => {
  const { odoo } = await acme();
  const id = await new Attachments(odoo, "res.partner", 100).add({ name: "a", data: "abc" });
  const checksum = "a9993e364706816aba3e25717850c26c9cd0d89d";
  for (
    const [row, found] of [
      [{ datas: btoa("abd"), file_size: 3, checksum }, "3 bytes"],
      [{ datas: btoa("ab"), file_size: 3, checksum }, "2 bytes"],
      [{ datas: "", file_size: 3, checksum }, "0 bytes"],
      [{ datas: false, file_size: 3, checksum }, "0 bytes"],
      [{ datas: btoa("ab"), file_size: 3, checksum: false }, "2 bytes"],
      [{ datas: "1.43 Kb", file_size: 3, checksum }, "no base64"],
    ] as const
  ) {
    const { attachments } = between(odoo, ({ method }) => method === "read" ? [row] : undefined);
    const error = await assertRejects(() => attachments.read(id), OdooProtocolError);
    assertEquals(
      error.message,
      `Cannot read attachment ${id} of res.partner 100: Odoo answers with ${found} that are not ` +
        "those of its size (3) and checksum; its file store may lack the file, or have a damaged one",
    );
  }
});

Deno.test("a file that Odoo keeps otherwise than it was sent is told, with the id", async () => {
  const { odoo } = await acme();
  const { attachments } = between(
    odoo,
    ({ method }) => method === "read" ? [{ file_size: 3, checksum: "0".repeat(40) }] : undefined,
  );
  const error = await assertRejects(
    () => attachments.add({ name: "a", data: "abc" }),
    OdooProtocolError,
  );
  const [made] = await attachments.list();
  assertEquals([error.outcome, error.message], [
    "committed",
    `Attachment ${made?.id} of res.partner 100 was made, but its size and checksum are not those of ` +
    "the 3 bytes that were sent",
  ]);
});

Deno.test("a file that was attached and could not be checked is told as attached", async () => {
  const { odoo } = await acme();
  const lost = new OdooNetworkError("gone", { url: "https://erp.example", outcome: "not-sent" });
  const { attachments } = between(
    odoo,
    ({ method }) => method === "read" ? Promise.reject(lost) : undefined,
  );
  const error = await assertRejects(
    () => attachments.add({ name: "a", data: "abc" }),
    OdooProtocolError,
    "of res.partner 100 was made, but could not be checked",
  );
  assertEquals([error.outcome, error.cause], ["committed", lost]);
  assertEquals((await attachments.list()).length, 1);
});

Deno.test("a file is not attached to a record that does not exist", async () => {
  const { odoo } = await acme();
  const attachments = new Attachments(odoo, "res.partner", 9999);
  const error = await assertRejects(
    () => attachments.add({ name: "a", data: "abc" }),
    OdooServerError,
  );
  assertEquals([error.kind, error.message], [
    "missing",
    "Cannot attach a file to res.partner 9999: there is no such record, or it is hidden from this user",
  ]);
  assertEquals(await odoo.executeKw("ir.attachment", "search_count", [[["name", "=", "a"]]]), 0);
});

Deno.test("a file is attached to an archived record", async () => {
  const { odoo, attachments } = await acme();
  await odoo.executeKw("res.partner", "write", [[100], { active: false }]);
  const id = await attachments.add({ name: "a", data: "abc" });
  assertEquals((await attachments.read(id)).length, 3);
});

Deno.test("the caller's context, time limit and signal go along, and bin_size does not spoil the content", async () => {
  const { odoo } = await acme();
  const { calls, attachments } = between(odoo);
  const options = {
    context: { lang: "en_US", bin_size: true },
    timeoutMs: 5000,
    signal: new AbortController().signal,
    raw: true,
  };
  const id = await attachments.add({ name: "a", data: "abc" }, options);
  assertEquals((await attachments.list(options)).length, 1);
  assertEquals(await attachments.read(id, options), new TextEncoder().encode("abc"));
  for (const { options: { context, timeoutMs, signal } } of calls) {
    assertEquals([context?.["lang"], timeoutMs, signal], ["en_US", 5000, options.signal]);
  }
  const create = calls.find(({ method }) => method === "create");
  assertEquals(create?.options.context?.["image_no_postprocess"], true);
});

Deno.test("an id that cannot be one is refused", async () => {
  const { odoo, attachments } = await acme();
  assertThrows(
    () => new Attachments(odoo, "res.partner", 0),
    OdooConfigError,
    "Cannot use the id 0 in attachments of res.partner: an id must be a whole number above 0",
  );
  await assertRejects(() => attachments.read(-1), OdooConfigError, "Cannot use the id -1 in");
});
