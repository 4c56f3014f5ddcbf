import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { DIFFERENCES } from "./conformance/differences.ts";
import { readGolden, transcribe } from "./conformance/goldens.ts";
import { SCENARIOS } from "./conformance/scenarios/mod.ts";
import type { Users } from "./conformance/session.ts";
import type { Server } from "./conformance/wires.ts";

for (const version of [14, 17, 19] as const) {
  const golden = await readGolden(version);

  Deno.test(`Odoo ${version} has answered every scenario, and no other`, () => {
    assertEquals(Object.keys(golden).sort(), Object.keys(SCENARIOS).sort());
  });

  const { server, users } = await simulate(version);
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    const reason = DIFFERENCES[`${version} ${name}`];
    const title = `the simulated Odoo ${version} answers as the real one (${name})`;
    Deno.test(reason ? `${title}, but for: ${reason}` : title, async () => {
      const steps = await transcribe(scenario, server, users);
      (reason ? assertNotEquals : assertEquals)(steps, golden[name]);
    });
  }
}

Deno.test("the scenarios are many, and the differences few", () => {
  assert(Object.keys(SCENARIOS).length >= 200, `${Object.keys(SCENARIOS).length} scenarios`);
  assert(Object.keys(DIFFERENCES).length <= 5, `${Object.keys(DIFFERENCES).length} differences`);
});

async function simulate(version: 14 | 17 | 19): Promise<{ server: Server; users: Users }> {
  // No two transactions begin in the same millisecond: scenarios sort by stamps
  let last = 0;
  const clock = () => new Date(last = Math.max(Date.now(), last + 1));
  const simulator = new OdooSimulator({}, { version, clock });
  const { url, db, apiKey } = simulator.config;
  const demo = await simulator.connect().then((odoo) =>
    odoo.executeKw<number[]>("res.users", "search", [[["login", "=", "demo"]]])
  );
  return {
    server: { url, db, version, fetch: simulator.fetch },
    users: {
      admin: { uid: 2, secret: apiKey },
      demo: { uid: demo[0] ?? 0, secret: simulator.addApiKey("demo", "conformance") },
    },
  };
}
