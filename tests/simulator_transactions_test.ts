import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { type Odoo, OdooSimulator, type RpcValue } from "../lib/testing/mod.ts";
import { OdooServerError } from "../lib/errors.ts";

const VERSIONS = [14, 17, 19] as const;
const PARTNER = "res.partner";

async function start(version: 14 | 17 | 19 = 17) {
  let now = Date.parse("2026-07-01T12:00:00Z");
  const clock = {
    tick: (seconds: number) => now += seconds * 1000,
  };
  const server = new OdooSimulator({}, { version, clock: () => new Date(now) });
  const odoo = await server.connect();
  const make = async (name: string) =>
    Number(await odoo.executeKw(PARTNER, "create", [{ name, is_company: true }]));
  return { server, odoo, clock, make };
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  await new Promise((resolve) => setTimeout(resolve));
  return settled;
}

async function names(odoo: Odoo, ids: number[]): Promise<RpcValue[]> {
  const rows = await odoo.executeKw<{ name: string }[]>(PARTNER, "read", [ids, ["name"]]);
  return rows.map(({ name }) => name);
}

Deno.test("a transaction is seen by nobody until it commits, and has the stamp of its begin", async () => {
  for (const version of VERSIONS) {
    const { server, odoo, clock, make } = await start(version);
    using transaction = server.begin();
    clock.tick(20);
    const late = Number(await transaction.executeKw(PARTNER, "create", [{ name: "Late" }]));
    const early = await make("Early");
    assertLess(late, early);
    assertEquals(await odoo.executeKw(PARTNER, "search", [[["id", "=", late]]]), []);
    clock.tick(20);
    await transaction.commit();
    const rows = await odoo.executeKw<{ id: number; write_date: string }[]>(PARTNER, "read", [
      [late, early],
      ["write_date"],
    ]);
    assertEquals(rows.map(({ write_date }) => write_date), [
      "2026-07-01 12:00:00",
      "2026-07-01 12:00:20",
    ]);
  }
});

Deno.test("a transaction sees what was committed when it began, and its own changes", async () => {
  const { server, odoo, make } = await start();
  const id = await make("One");
  using transaction = server.begin();
  await odoo.executeKw(PARTNER, "write", [[id], { name: "Two" }]);
  const read = () => transaction.executeKw(PARTNER, "read", [[id], ["name"]]);
  assertEquals(await read(), [{ id, name: "One" }]);
  const other = Number(await transaction.executeKw(PARTNER, "create", [{ name: "Own" }]));
  assertEquals(await transaction.executeKw(PARTNER, "read", [[other], ["name"]]), [
    { id: other, name: "Own" },
  ]);
});

Deno.test("what is rolled back is gone, but for the ids that it took", async () => {
  const { server, odoo, make } = await start();
  let taken = 0;
  {
    using transaction = server.begin();
    taken = Number(await transaction.executeKw(PARTNER, "create", [{ name: "Gone" }]));
  }
  assertEquals(await odoo.executeKw(PARTNER, "search", [[["name", "=", "Gone"]]]), []);
  assertEquals(await make("Next"), taken + 1);
});

Deno.test("a write to a row of an open transaction waits, and is run again after the commit", async () => {
  for (const version of VERSIONS) {
    const { server, odoo, make } = await start(version);
    const id = await make("One");
    using transaction = server.begin();
    await transaction.executeKw(PARTNER, "write", [[id], { name: "Two", ref: "kept" }]);
    const write = odoo.executeKw(PARTNER, "write", [[id], { name: "Three" }]);
    assert(!await isSettled(write));
    assertEquals(await names(odoo, [id]), ["One"]);
    await transaction.commit();
    assertEquals(await write, true);
    assertEquals(await odoo.executeKw(PARTNER, "read", [[id], ["name", "ref"]]), [
      { id, name: "Three", ref: "kept" },
    ]);
  }
});

Deno.test("a write goes on with the stamp of its begin where the other one is rolled back", async () => {
  const { server, odoo, clock, make } = await start();
  const id = await make("One");
  const transaction = server.begin();
  await transaction.executeKw(PARTNER, "write", [[id], { name: "Two" }]);
  clock.tick(5);
  const write = odoo.executeKw(PARTNER, "write", [[id], { name: "Three" }]);
  assert(!await isSettled(write));
  clock.tick(5);
  transaction.rollback();
  await write;
  assertEquals(await odoo.executeKw(PARTNER, "read", [[id], ["name", "write_date"]]), [
    { id, name: "Three", write_date: "2026-07-01 12:00:05" },
  ]);
});

Deno.test("a write to other rows does not wait", async () => {
  const { server, odoo, make } = await start();
  const [one, two] = [await make("One"), await make("Two")];
  using transaction = server.begin();
  await transaction.executeKw(PARTNER, "write", [[one], { name: "Held" }]);
  await odoo.executeKw(PARTNER, "write", [[two], { name: "Free" }]);
  assertEquals(await names(odoo, [one, two]), ["One", "Free"]);
});

Deno.test("a call that meets conflict after conflict fails in the end", async () => {
  for (const version of VERSIONS) {
    const { server, odoo, make } = await start(version);
    const id = await make("One");
    const begin = () => {
      const transaction = server.begin();
      const writing = transaction.executeKw(PARTNER, "write", [[id], { name: "Held" }]);
      return { transaction, writing };
    };
    let { transaction, writing } = begin();
    const write = odoo.executeKw(PARTNER, "write", [[id], { name: "Mine" }]);
    const refused = assertRejects(() => write, OdooServerError, "could not serialize access");
    const tries = version === 14 ? 6 : 5;
    for (let round = 1; round < tries; round++) {
      await writing;
      assert(!await isSettled(write));
      const committed = transaction.commit();
      // The next one has the row before the call is run again
      ({ transaction, writing } = begin());
      await committed;
    }
    assert(!await isSettled(write));
    await transaction.commit();
    await refused;
    assertEquals(await names(odoo, [id]), ["Held"]);
  }
});

Deno.test("an import does not run again: a conflict is the error of its row", async () => {
  for (const version of VERSIONS) {
    const { server, odoo, make } = await start(version);
    const [one, two] = [await make("One"), await make("Two")];
    using transaction = server.begin();
    await transaction.executeKw(PARTNER, "write", [[two], { name: "Held" }]);
    const load = odoo.executeKw<{ ids: unknown; messages: Record<string, unknown>[] }>(
      PARTNER,
      "load",
      [[".id", "name"], [[String(one), "A"], [String(two), "B"]]],
    );
    assert(!await isSettled(load));
    await transaction.commit();
    const { ids, messages } = await load;
    assertEquals(ids, false);
    assertEquals(messages, [{
      rows: { from: 1, to: 1 },
      record: 1,
      type: "error",
      message: "could not serialize access due to concurrent update\n",
    }]);
    assertEquals(await names(odoo, [one, two]), ["One", "Held"]);
  }
});

Deno.test("an import goes on where the other transaction is rolled back", async () => {
  const { server, odoo, make } = await start();
  const id = await make("One");
  const transaction = server.begin();
  await transaction.executeKw(PARTNER, "write", [[id], { name: "Held" }]);
  const load = odoo.executeKw<{ ids: number[] }>(PARTNER, "load", [
    [".id", "name"],
    [[String(id), "A"]],
  ]);
  assert(!await isSettled(load));
  transaction.rollback();
  assertEquals((await load).ids, [id]);
  assertEquals(await names(odoo, [id]), ["A"]);
});

Deno.test("two imports of the same new external ids never make two records", async () => {
  for (const version of VERSIONS) {
    const { server, odoo } = await start(version);
    const rows = [["race.a", "A"], ["race.b", "B"]];
    using transaction = server.begin();
    await transaction.executeKw(PARTNER, "load", [["id", "name"], rows]);
    const load = () =>
      odoo.executeKw<{ ids: number[] | false; messages: { message: string }[] }>(
        PARTNER,
        "load",
        [["id", "name"], rows],
      );
    const second = load();
    assert(!await isSettled(second));
    await transaction.commit();
    const { ids, messages } = await second;
    assertEquals(ids, false);
    assertEquals(messages.map(({ message }) => message), [
      "could not serialize access due to concurrent update\n",
      "could not serialize access due to concurrent update\n",
    ]);
    assert(Array.isArray((await load()).ids));
    const count = await odoo.executeKw(PARTNER, "search_count", [[["name", "in", ["A", "B"]]]]);
    assertEquals(count, 2);
  }
});

Deno.test("a value that has to be unique waits for the one that is not committed", async () => {
  const { server, odoo } = await start();
  const values = { key: "only.one", value: "1" };
  const create = () => odoo.executeKw("ir.config_parameter", "create", [values]);
  using transaction = server.begin();
  await transaction.executeKw("ir.config_parameter", "create", [values]);
  const second = create();
  const refused = assertRejects(() => second, OdooServerError, "Key must be unique");
  assert(!await isSettled(second));
  await transaction.commit();
  await refused;

  const other = server.begin();
  await other.executeKw("ir.config_parameter", "create", [{ ...values, key: "only.two" }]);
  const third = odoo.executeKw("ir.config_parameter", "create", [{ ...values, key: "only.two" }]);
  assert(!await isSettled(third));
  other.rollback();
  assertEquals(typeof await third, "number");
});

Deno.test("the transaction itself fails where others were faster, and is over", async () => {
  const { server, odoo, make } = await start();
  const id = await make("One");
  using transaction = server.begin();
  await transaction.executeKw(PARTNER, "create", [{ name: "Lost" }]);
  await odoo.executeKw(PARTNER, "write", [[id], { name: "Faster" }]);
  const error = await assertRejects(
    () => transaction.executeKw(PARTNER, "write", [[id], { name: "Slower" }]),
    OdooServerError,
    "could not serialize access due to concurrent update",
  );
  assertEquals(error.kind, "concurrency");
  await assertRejects(() => transaction.commit(), TypeError, "rolled back");
  assertEquals(await odoo.executeKw(PARTNER, "search", [[["name", "=", "Lost"]]]), []);
});

Deno.test("a row that was deleted meanwhile is a conflict of its own", async () => {
  const { server, odoo, make } = await start();
  const id = await make("One");
  using transaction = server.begin();
  await odoo.executeKw(PARTNER, "unlink", [[id]]);
  await assertRejects(
    () => transaction.executeKw(PARTNER, "write", [[id], { name: "Slower" }]),
    OdooServerError,
    "could not serialize access due to concurrent delete",
  );
});

Deno.test("two transactions that wait for each other are a deadlock", async () => {
  const { server, make } = await start();
  const [one, two] = [await make("One"), await make("Two")];
  using first = server.begin();
  using second = server.begin("demo");
  await first.executeKw(PARTNER, "write", [[one], { name: "A" }]);
  await second.executeKw(PARTNER, "write", [[two], { name: "B" }]);
  const waiting = first.executeKw(PARTNER, "write", [[two], { name: "C" }]);
  await assertRejects(
    () => second.executeKw(PARTNER, "write", [[one], { name: "D" }]),
    OdooServerError,
    "deadlock detected",
  );
  assertEquals(await waiting, true);
});

Deno.test("a transaction that waits takes no further call, as a connection of PostgreSQL", async () => {
  const { server, make } = await start();
  const id = await make("One");
  using first = server.begin();
  using second = server.begin();
  await first.executeKw(PARTNER, "write", [[id], { name: "A" }]);
  const waiting = second.executeKw(PARTNER, "write", [[id], { name: "B" }]);
  await assertRejects(
    () => second.executeKw(PARTNER, "read", [[id], ["name"]]),
    TypeError,
    "Cannot use the transaction: another call of it waits for a row",
  );
  await assertRejects(() => second.commit(), TypeError, "another call of it waits");
  first.rollback();
  await waiting;
  await second.commit();
  assertEquals(server.records(PARTNER).find((row) => row["id"] === id)?.["name"], "B");
});

Deno.test("a call that fails is undone, and the transaction goes on", async () => {
  const { server, odoo } = await start();
  using transaction = server.begin();
  await assertRejects(
    () => transaction.executeKw(PARTNER, "create", [[{ name: "A" }, { nope: 1 }]]),
    OdooServerError,
    "nope",
  );
  await transaction.executeKw(PARTNER, "create", [{ name: "B" }]);
  await transaction.commit();
  const found = await odoo.executeKw(PARTNER, "search_count", [[["name", "in", ["A", "B"]]]]);
  assertEquals(found, 1);
});

Deno.test("a caller that gives up waiting does not stop the call", async () => {
  const { server, odoo, make } = await start();
  const id = await make("One");
  using transaction = server.begin();
  await transaction.executeKw(PARTNER, "write", [[id], { ref: "held" }]);
  const aborting = new AbortController();
  const write = odoo.call(
    { model: PARTNER, method: "write", args: [[id], { name: "Unheard" }] },
    { signal: aborting.signal },
  );
  assert(!await isSettled(write));
  aborting.abort(new Error("enough"));
  await assertRejects(() => write, Error, "enough");
  await transaction.commit();
  await isSettled(Promise.resolve());
  assertEquals(server.calls.at(-1)?.result, true);
  assertEquals(await names(odoo, [id]), ["Unheard"]);
});

Deno.test("stamps have fractions of a second, which searches of 14 and 17 stumble over", async () => {
  const moment = "2026-07-01 12:00:00";
  const found = {
    14: { "=": 0, "!=": 1, ">": 1, ">=": 1, "<": 0, "<=": 0 },
    17: { "=": 0, "!=": 1, ">": 1, ">=": 1, "<": 0, "<=": 0 },
    19: { "=": 1, "!=": 0, ">": 0, ">=": 1, "<": 0, "<=": 1 },
  };
  for (const version of VERSIONS) {
    const { odoo, clock, make } = await start(version);
    clock.tick(0.06);
    const id = await make("One");
    assertEquals(await odoo.executeKw(PARTNER, "read", [[id], ["write_date"]]), [
      { id, write_date: moment },
    ]);
    for (const [operator, count] of Object.entries(found[version])) {
      const domain = [["id", "=", id], ["write_date", operator, moment]];
      assertEquals(await odoo.executeKw(PARTNER, "search_count", [domain]), count, operator);
    }
  }
});
