import { assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { main as mirrorOrders } from "../examples/mirror_orders.ts";
import { main as pushContacts } from "../examples/nightly_contacts.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { temporaryFolder } from "./support.ts";

/** Runs an example in this process: its exit code, and what it has written. */
async function run(task: () => Promise<number>): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const { log, error } = console;
  console.log = console.error = (...parts: unknown[]) => void lines.push(parts.join(" "));
  try {
    return { code: await task(), text: lines.join("\n") };
  } finally {
    Object.assign(console, { log, error });
  }
}

const CONTACTS = `key;name;company;parent;country;email
A;Acme;yes;;BE;info@acme.example
B;Ben;;A;;ben@acme.example
C;Cees;;Z;;
D;;;;;
E;Eve;;;XX;
F;Fay;maybe;;;
G;Gus;1;;BE
H;Hal;;;;
H;Hannah;;;;
`;

for (const version of [14, 17, 19] as const) {
  Deno.test(`nightly_contacts.ts brings in what can go in, on Odoo ${version}, and tells of the rest`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/contacts.csv`;
    await Deno.writeTextFile(path, CONTACTS);
    const server = new OdooSimulator({}, { version });
    const count = server.records("res.partner").length;
    const open = () => server.connect();

    const plan = await run(() => pushContacts(["--dry-run", path], open));
    assertEquals([plan.code, server.records("res.partner").length], [1, count]);
    assertStringIncludes(plan.text, "nothing was written");

    const first = await run(() => pushContacts([path], open));
    assertEquals(first.code, 1);
    assertStringIncludes(first.text, "9 rows in = 2 created + 0 updated + 0 unchanged + 7 failed");
    const failed = await Deno.readTextFile(`${folder.path}/contacts.failed.csv`);
    const lines = failed.trim().split("\n").slice(1).map((line) => line.split(";")[6]);
    assertEquals(lines.toSorted(), ["4", "5", "6", "7", "8", "9", "10"].toSorted());
    for (const reason of ["line 10 has the same key", "no country with the ISO code XX"]) {
      assertStringIncludes(failed, reason);
    }

    // Mended, the file of failed rows is the next source: of the same job, with the same state
    const mended = `${folder.path}/contacts.failed.csv`;
    await Deno.writeTextFile(
      mended,
      "key,name,company,parent,country,email,odeno_line,odeno_field,odeno_reason\nA,Acme,yes,,BE,,,,\nD,Dora,,,,,5,name,was empty\n",
    );
    const second = await run(() => pushContacts([mended], open));
    assertEquals(second.code, 0);
    assertStringIncludes(second.text, "2 rows in = 1 created + 0 updated + 1 unchanged");
    await Deno.writeTextFile(path, "key,name\nA,Acme\nD,Dora\n");
    const third = await run(() => pushContacts([path], open));
    assertStringIncludes(third.text, "2 rows in = 0 created + 0 updated + 2 unchanged");
    const files = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name);
    assertEquals(files.filter((name) => !name.startsWith("contacts.state.sqlite")), [
      "contacts.csv",
    ]);
  });
}

Deno.test("nightly_contacts.ts says in one sentence why it could not run, and exits 2", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/contacts.csv`;
  const open = () => new OdooSimulator().connect();
  for (
    const [content, message] of [
      [undefined, "contacts.csv: There is no such file"],
      ["", "contacts.csv: The file is empty"],
      ["key,nmae\n", "contacts.csv: The header (line 1) lacks name, and has unknown columns: nmae"],
    ] as const
  ) {
    if (content !== undefined) await Deno.writeTextFile(path, content);
    const { code, text } = await run(() => pushContacts([path], open));
    assertEquals(code, 2);
    assertStringIncludes(text, message);
  }
  const inFolder = await run(() => pushContacts([folder.path], open));
  assertEquals(inFolder, { code: 2, text: `${folder.path}: This is a folder` });
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["contacts.csv"]);
  assertEquals((await run(() => pushContacts([]))).code, 2);
  await Deno.writeTextFile(path, "key,name\n");
  const broken = () => Promise.reject(new Deno.errors.PermissionDenied("not yours"));
  const { code, text } = await run(() => pushContacts([path], broken));
  assertEquals(code, 2);
  assertStringIncludes(text, "not yours");
});

Deno.test({
  name: "nightly_contacts.ts says which permission it lacks",
  permissions: { read: false },
  fn: async () => {
    assertEquals(await run(() => pushContacts(["contacts.csv"])), {
      code: 2,
      text: "contacts.csv: No permission to read it: run with --allow-read=contacts.csv",
    });
  },
});

Deno.test("mirror_orders.ts says in one sentence that it cannot write its copy, and exits 2", async () => {
  await using folder = await temporaryFolder();
  const open = () => new OdooSimulator().connect();
  const noDatabase = `${folder.path}/orders.csv`;
  await Deno.writeTextFile(noDatabase, "key,name\n".repeat(100));
  for (
    const [path, message] of [
      [`${folder.path}/nowhere/orders.sqlite`, "its folder is missing"],
      [noDatabase, `The table sale_order of ${noDatabase} cannot be read or written`],
      [folder.path, `The table sale_order of ${folder.path} cannot be read or written`],
    ] as const
  ) {
    const { code, text } = await run(() => mirrorOrders([path], open));
    assertEquals([code, text.split("\n").length], [2, 1]);
    assertStringIncludes(text, message);
  }
});

Deno.test("mirror_orders.ts copies orders and lines, then what has changed, and marks what is gone", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/orders.sqlite`;
  const orders = [1, 2, 3].map((id) => ({ id, partner_id: 1, name: `S${id}` }));
  const server = new OdooSimulator({ "sale.order": orders });
  const open = () => server.connect();
  const first = await run(() => mirrorOrders([path], open));
  assertEquals(first.code, 0);
  assertStringIncludes(first.text, "sale_order: 3 new, 0 changed");

  const odoo = await open();
  await odoo.model("sale.order").unlink([1]);
  await odoo.model("sale.order").write([2], { name: "S2 again" });
  const second = await run(() => mirrorOrders([path], open));
  assertStringIncludes(
    second.text,
    "sale_order: 0 new, 1 changed, 1 as they were, 1 gone; 2 in all",
  );

  const database = new DatabaseSync(path);
  const rows = database.prepare("select id, name, _deleted from sale_order order by id").all();
  database.close();
  assertEquals(rows.map((row) => ({ ...row })), [
    { id: 1, name: "S1", _deleted: "deleted" },
    { id: 2, name: "S2 again", _deleted: null },
    { id: 3, name: "S3", _deleted: null },
  ]);
});

Deno.test("a second run of an example that is under way exits 3, and says who holds the job", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/contacts.csv`;
  await Deno.writeTextFile(path, "key,name\nA,Acme\n");
  const server = new OdooSimulator();
  const { sqliteStore } = await import("../lib/sync/mod.ts");
  await using store = sqliteStore(`${folder.path}/contacts.state.sqlite`);
  await using _held = await store.open("contacts");
  const { code, text } = await run(() => pushContacts([path], () => server.connect()));
  assertEquals(code, 3);
  assertStringIncludes(text, "contacts");
});
