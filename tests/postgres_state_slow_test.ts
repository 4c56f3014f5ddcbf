import { assertEquals, assertRejects } from "@std/assert";
import { JobBusyError, OdooConfigError, OdooError } from "../lib/errors.ts";
import { postgresStore } from "../lib/sync/postgres_state.ts";
import { entry, type Place, testStore } from "./stores/contract.ts";
import {
  clientOf,
  type Cluster,
  postgresStoreAt,
  programsOfPostgres,
  startCluster,
} from "./stores/postgres.ts";

const programs = programsOfPostgres();
const missing = programs === undefined ? "PostgreSQL is not installed" : undefined;
if (missing !== undefined) console.log(`${missing}: the tests of postgresStore() are left out`);

let cluster: Promise<Cluster> | undefined;
let places = 0;

Deno.test.afterAll(async () => {
  await (await cluster)?.[Symbol.asyncDispose]();
});

async function postgresPlace(): Promise<Place> {
  cluster ??= startCluster(programs ?? "");
  const place = `${(await cluster).address} state_${++places}`;
  return {
    store: () => postgresStoreAt(place),
    script: ["save_postgres.ts", place],
    permissions: ["--allow-net=127.0.0.1", "--allow-env", "--allow-read"],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A test with a client of its own, in the database where the stores of others are. */
function test(name: string, act: (address: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore: missing !== undefined,
    fn: async () => {
      cluster ??= startCluster(programs ?? "");
      await act((await cluster).address);
    },
  });
}

testStore({ name: "postgresStore()", missing, place: postgresPlace });

test("postgresStore() keeps its tables in the schema odeno, and leaves the client open", async (address) => {
  const sql = clientOf(address);
  {
    await using store = postgresStore(sql);
    await using state = await store.open("contacts");
    await state.save({ values: { a: "1" }, entries: [entry("a")] });
  }
  assertEquals(
    [...await sql.unsafe("SELECT job, name, value FROM odeno.state")],
    [{ job: "contacts", name: "a", value: "1" }],
  );
  await sql.end();
});

test("postgresStore() takes a schema of any name", async (address) => {
  const sql = clientOf(address);
  {
    await using store = postgresStore(sql, { schema: `it's "mine" $&` });
    await using state = await store.open("contacts");
    await state.save({ values: { a: "1" } });
    await assertRejects(() => store.open("contacts"), JobBusyError);
    assertEquals(await state.get("a"), "1");
  }
  await sql.end();
});

test("postgresStore() leaves a newer schema alone", async (address) => {
  const sql = clientOf(address);
  {
    await using store = postgresStore(sql, { schema: "newer" });
    await store.runs();
  }
  await sql.unsafe("INSERT INTO newer.version VALUES (2)");
  await using store = postgresStore(sql, { schema: "newer" });
  await assertRejects(() => store.open("a"), OdooConfigError, "a newer odeno made it (version 2");
  await sql.end();
});

test("postgresStore() saves nothing more once the connection with the lock broke", async (address) => {
  const [sql, admin] = [clientOf(address), clientOf(address)];
  {
    await using store = postgresStore(sql, { schema: "broken" });
    await using others = postgresStore(admin, { schema: "broken" });
    await using state = await store.open("contacts");
    await state.save({ values: { a: "1" } });
    await admin.unsafe(`SELECT pg_terminate_backend(pid) FROM pg_locks
      WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`);
    await assertRejects(() => state.save({ values: { a: "2" } }), OdooError);
    await assertRejects(() => state.save({ values: { a: "3" } }), OdooError);
    await using next = await others.open("contacts");
    assertEquals(await next.get("a"), "1");
    assertEquals(next.run, 2);
    await assertRejects(() => state.save({ values: { a: "4" } }), OdooError);
    assertEquals(await next.get("a"), "1");
  }
  await Promise.all([sql.end(), admin.end()]);
});

test("postgresStore() refuses to save for a run whose job another has taken meanwhile", async (address) => {
  const sql = clientOf(address);
  {
    await using store = postgresStore(sql, { schema: "fence" });
    await using state = await store.open("contacts");
    await sql.unsafe("UPDATE fence.runs SET status = 'interrupted'");
    await assertRejects(
      () => state.save({ values: { a: "1" }, entries: [entry("a")] }),
      OdooError,
      'Run 1 has lost the job "contacts"',
    );
    assertEquals(await state.get("a"), undefined);
    assertEquals((await state.entries(["a"])).size, 0);
  }
  await sql.end();
});

test("postgresStore() tells what the server said", async () => {
  const sql = clientOf("postgres://odeno@127.0.0.1:1/nothing");
  await using store = postgresStore(sql);
  await assertRejects(() => store.open("a"), OdooError, "Cannot use the state in PostgreSQL: ");
  await sql.end();
});

test("postgresStore() replaces what PostgreSQL cannot hold", async (address) => {
  const sql = clientOf(address);
  {
    await using store = postgresStore(sql, { schema: "odd" });
    await using state = await store.open("contacts");
    const reason = "Refused: a\0b \ud800 \\u0000";
    await state.save({ rows: [{ key: "a", line: 1, status: "failed", field: "", reason }] });
    assertEquals(
      (await store.outcomes("contacts", 1))[0]?.reason,
      "Refused: a\ufffdb \ufffd \\u0000",
    );
  }
  await sql.end();
});
