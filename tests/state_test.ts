import { assertEquals, assertRejects } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { JobBusyError, OdooConfigError } from "../lib/errors.ts";
import { lockPathOf } from "../lib/sync/lock_file.ts";
import { sqliteStore } from "../lib/sync/sqlite_state.ts";
import { type Place, testStore } from "./stores/contract.ts";
import { ROOT, runDeno, temporaryFolder } from "./support.ts";

async function sqlitePlace(): Promise<Place> {
  const folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  return {
    store: () => sqliteStore(path),
    script: ["save_sqlite.ts", path],
    permissions: [`--allow-read=${folder.path}`, `--allow-write=${folder.path}`],
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

testStore({ name: "sqliteStore()", place: sqlitePlace });

Deno.test("sqliteStore() shares a file that is reached by two names", async () => {
  await using folder = await temporaryFolder();
  await Deno.symlink(`${folder.path}/state.db`, `${folder.path}/other.db`);
  await using store = sqliteStore(`${folder.path}/state.db`);
  await using other = sqliteStore(`${folder.path}/other.db`);
  await using _state = await store.open("contacts");
  await assertRejects(() => other.open("contacts"), JobBusyError);
});

Deno.test("sqliteStore() takes a path that is relative, and tries again where a folder was missing", async () => {
  await using folder = await temporaryFolder();
  const relative = `${folder.path}/later/../later/state.db`;
  await using store = sqliteStore(relative);
  await assertRejects(() => store.open("a"), OdooConfigError, "its folder is missing");
  await Deno.mkdir(`${folder.path}/later`);
  await using state = await store.open("a");
  await state.save({ values: { a: "1" } });
  const names = [...Deno.readDirSync(`${folder.path}/later`)].map(({ name }) => name).toSorted();
  assertEquals(names, ["state.db", "state.db-shm", "state.db-wal", "state.db.a.lock"]);
});

Deno.test("sqliteStore() makes no file for who only reads", async () => {
  await using folder = await temporaryFolder();
  for (const path of [`${folder.path}/state.db`, `${folder.path}/nowhere/state.db`]) {
    await using store = sqliteStore(path);
    assertEquals([await store.runs(), await store.outcomes("a", 1)], [[], []]);
  }
  assertEquals([...Deno.readDirSync(folder.path)], []);
  await using store = sqliteStore(`${folder.path}/state.db`);
  await store.runs();
  await using _state = await store.open("a");
  assertEquals((await store.runs()).length, 1);
});

Deno.test({
  name: "sqliteStore() says which permissions it lacks to see whether there is a file",
  permissions: { read: false },
  fn: async () => {
    await using store = sqliteStore("state.db");
    await assertRejects(() => store.runs(), OdooConfigError, "run with --allow-read=.");
  },
});

Deno.test("sqliteStore() tells jobs apart whose names differ in case only, on any file system", () => {
  const names = ["a", "A", "é", "É", "a b", "a%20b", "../x", "con"].map((job) =>
    lockPathOf("s", job)
  );
  assertEquals(names.slice(0, 2), ["s.a.lock", "s.%41.lock"]);
  assertEquals(new Set(names.map((name) => name.toLowerCase())).size, names.length);
  assertEquals(names.some((name) => /[/\\]/.test(name)), false);
});

Deno.test("sqliteStore() leaves a file alone that is not its own", async (test) => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  const refused = async (name: string, make: () => unknown, message: string) => {
    await test.step(name, async () => {
      await Deno.remove(path).catch(() => {});
      make();
      const before = Deno.readFileSync(path);
      await using store = sqliteStore(path);
      const error = await assertRejects(() => store.open("a"), OdooConfigError, message);
      assertEquals(error.message.includes("\n"), false);
      assertEquals(Deno.readFileSync(path), before);
    });
  };
  await refused(
    "no SQLite file",
    () => Deno.writeTextFileSync(path, "key,name\n".repeat(500)),
    "it is no SQLite file",
  );
  await refused(
    "of another program",
    () => made(path, "CREATE TABLE other(id)"),
    "it is the database of another program",
  );
  await refused(
    "of a newer odeno",
    () => made(path, "PRAGMA application_id = 1868850542; PRAGMA user_version = 2"),
    "a newer odeno wrote it (version 2 of its tables, this one knows 1)",
  );
});

Deno.test("sqliteStore() refuses what is no file", async () => {
  for (const path of ["", ":memory:"]) {
    await using store = sqliteStore(path);
    await assertRejects(() => store.open("a"), OdooConfigError, "it must be a file");
  }
});

Deno.test("sqliteStore() names the permissions that it needs", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  const flags = [`--allow-read=${folder.path}/`, `--allow-write=${folder.path}/`];
  const message = `No permission for the state "${path}" and the files beside it: run with ${
    flags.join(" ")
  }\n`;
  for (const permissions of [[], [`--allow-read=${path}`, `--allow-write=${path}`]]) {
    const { code, stderr } = await write(path, permissions);
    assertEquals([code, stderr], [1, message]);
  }
  assertEquals((await write(path, flags)).code, 0);
});

Deno.test("sqliteStore() says so where no file can be made", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  await using store = sqliteStore(`${folder.path}/file/state.db`);
  await assertRejects(() => store.open("a"), OdooConfigError, "this user may not write there");
});

Deno.test({
  name: "sqliteStore() tells a full disk, and keeps what was saved before",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/state.db`;
    // No file may grow beyond 200 KiB: writes fail as they do on a full disk
    const script = `trap '' XFSZ; ulimit -f 200; exec "$@"`;
    const args = writer(
      path,
      [`--allow-read=${folder.path}`, `--allow-write=${folder.path}`],
      5000,
    );
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", script, "bash", Deno.execPath(), ...args],
      cwd: ROOT,
      env: { DENO_DIR: `${folder.path}/cache` },
    }).output();
    const decoder = new TextDecoder();
    assertEquals(
      [code, decoder.decode(stderr)],
      [
        1,
        `Cannot write the state "${path}": the disk is full or fails; what was saved before is still there\n`,
      ],
    );
    const told = Number(decoder.decode(stdout).trim().split(/\s/).at(-1));
    await using store = sqliteStore(path);
    await using state = await store.open("contacts");
    assertEquals(await state.get("saved"), `${told}`);
    assertEquals((await store.runs())[1]?.status, "interrupted");
  },
});

Deno.test("sqliteStore() forgets rows after 50 runs and runs after 1,000", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  await using store = sqliteStore(path);
  for (let run = 1; run <= 52; run++) {
    await using state = await store.open("a");
    await state.save({ rows: [{ key: "k", line: 1, status: "failed", field: "", reason: "No." }] });
  }
  const kept = await Promise.all([1, 2, 3, 52].map((run) => store.outcomes("a", run)));
  assertEquals(kept.map((rows) => rows.length), [0, 0, 1, 1]);
  made(path, "UPDATE runs SET run = run + 990");
  await (await store.open("a"))[Symbol.asyncDispose]();
  // 991 to 1042, and 1043: those up to 43 are gone
  assertEquals((await store.runs("a", 5000)).length, 53);
});

function made(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function write(path: string, permissions: string[]) {
  return runDeno(writer(path, permissions, 1));
}

function writer(path: string, permissions: string[], saves: number): string[] {
  const script = ["tests/stores/save_sqlite.ts", path, "contacts", `${saves}`];
  return ["run", "--no-config", "--no-prompt", ...permissions, ...script];
}
