import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { type Failure, OdooSimulator } from "../lib/testing/mod.ts";
import { OdooNetworkError } from "../mod.ts";

const PARTNER = "res.partner";
const WAITING: readonly Failure[] = [
  { kind: "timeout" },
  { kind: "latency", ms: 1000 },
  { kind: "late-commit", ms: 1000 },
];

for (const failure of WAITING) {
  Deno.test(`reset() hangs up on a call that waits by ${failure.kind}, and nothing comes of it`, async () => {
    const server = new OdooSimulator();
    const odoo = await server.connect();
    using time = new FakeTime();
    server.failNext(failure);
    const before = server.calls.length;
    const create = assertRejects(
      () => odoo.executeKw(PARTNER, "create", [{ name: "Ghost" }], {}, { timeoutMs: 1 }),
      OdooNetworkError,
      "connection closed",
    );
    while (server.calls.length === before) await time.runMicrotasks();
    server.reset();
    await create;
    await time.tickAsync(5000);
    assertEquals(server.records(PARTNER).filter(({ name }) => name === "Ghost"), []);
    assertEquals(server.calls, []);
  });
}

Deno.test("reset() hangs up on a call that waits for a transaction, and nothing comes of it", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const before = server.records(PARTNER);
  using transaction = server.begin();
  await transaction.executeKw(PARTNER, "write", [[1], { name: "Held" }]);
  const write = assertRejects(
    () => odoo.executeKw(PARTNER, "write", [[1], { name: "Ghost" }]),
    OdooNetworkError,
    "connection closed",
  );
  while (server.calls.at(-1)?.method !== "write") await new Promise((go) => setTimeout(go));
  server.reset();
  await write;
  await new Promise((go) => setTimeout(go));
  assertEquals(server.records(PARTNER), before);
  assertEquals(server.calls, []);
});

Deno.test("reset() breaks off an answer that drips", async () => {
  const server = new OdooSimulator();
  server.failNext({ kind: "drip", ms: 1000 });
  const response = await server.fetch(`${server.config.url}/xmlrpc/2/common`, {
    method: "POST",
    body: "<methodCall><methodName>version</methodName></methodCall>",
  });
  const text = assertRejects(() => response.text(), TypeError, "connection closed");
  server.reset();
  await text;
});

Deno.test("restore() lets calls go on that waited for a transaction", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const snapshot = server.snapshot();
  using transaction = server.begin();
  await transaction.executeKw(PARTNER, "write", [[1], { name: "Held" }]);
  const write = odoo.executeKw(PARTNER, "write", [[1], { ref: "mine" }]);
  while (server.calls.at(-1)?.method !== "write") await new Promise((go) => setTimeout(go));
  server.restore(snapshot);
  assertEquals(await write, true);
  const [first] = server.records(PARTNER);
  assertEquals([first?.["name"], first?.["ref"]], ["YourCompany", "mine"]);
});

Deno.test("reset() and restore() end open transactions", async () => {
  const server = new OdooSimulator();
  const odoo = await server.connect();
  const snapshot = server.snapshot();
  for (const end of [() => server.restore(snapshot), () => server.reset()]) {
    const transaction = server.begin();
    await transaction.executeKw(PARTNER, "write", [[1], { name: "Held" }]);
    end();
    await assertRejects(() => transaction.commit(), TypeError, "rolled back");
    assertEquals(await odoo.executeKw(PARTNER, "write", [[1], { name: "Free" }]), true);
  }
  assertThrows(() => server.begin("nobody"), TypeError, "there is no such user");
});
