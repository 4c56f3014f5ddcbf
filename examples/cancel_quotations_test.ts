import { assertEquals, assertRejects } from "@std/assert";
import { OdooNetworkError } from "../mod.ts";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { cancelQuotations } from "./cancel_quotations.ts";

const now = Temporal.Instant.from("2026-03-31T12:00:00Z");
const orders = [
  { id: 101, partner_id: 1, state: "sent", date_order: "2026-01-15 09:00:00" },
  { id: 102, partner_id: 1, state: "sent", date_order: "2026-03-20 09:00:00" },
  { id: 103, partner_id: 1, state: "sale", date_order: "2026-01-15 09:00:00" },
];

for (const version of [14, 17, 19] as const) {
  Deno.test(`cancelQuotations() cancels old quotations only, on Odoo ${version}`, async () => {
    const server = new OdooSimulator({ "sale.order": orders }, { version });
    assertEquals(await cancelQuotations(await server.connect(), now), [101]);
    const states = server.records("sale.order").map(({ id, state }) => [id, state]);
    assertEquals(states, [[101, "cancel"], [102, "sent"], [103, "sale"]]);
  });
}

Deno.test("cancelQuotations() can be run again after a connection was cut", async () => {
  const server = new OdooSimulator({ "sale.order": orders });
  const odoo = await server.connect();
  server.failNext({ kind: "disconnect", afterCommit: true }, { method: "action_cancel" });
  await assertRejects(() => cancelQuotations(odoo, now), OdooNetworkError);
  assertEquals(await cancelQuotations(odoo, now), []);
});
