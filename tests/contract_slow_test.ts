import { assert, assertEquals } from "@std/assert";
import { OdooSimulator } from "../lib/testing/mod.ts";
import { CASES, play } from "./contract/cases.ts";
import { EXCEPTIONS } from "./contract/exceptions.ts";
import { Ground, type Host } from "./contract/ground.ts";
import { protocolsOf } from "./contract/run.ts";

const VERSIONS = [14, 17, 19] as const;

for (const version of VERSIONS) {
  for (const protocol of protocolsOf(version)) {
    Deno.test(`Odoo ${version} over ${protocol} keeps the contract, in memory`, async (test) => {
      const simulator = new OdooSimulator({}, { version });
      await playAll(test, hostOf(simulator), protocol);
    });

    Deno.test(`Odoo ${version} over ${protocol} keeps the contract, by a socket`, async (test) => {
      const simulator = new OdooSimulator({}, { version });
      await using server = simulator.serve();
      await playAll(test, hostOf(simulator, server.url), protocol);
    });
  }
}

Deno.test("the cases of the contract are many, and each exception is from one of them", () => {
  assert(Object.keys(CASES).length >= 80, `${Object.keys(CASES).length} cases`);
  assertEquals(Object.keys(EXCEPTIONS).filter((name) => !(name in CASES)), []);
});

async function playAll(
  test: Deno.TestContext,
  host: Host,
  protocol: ReturnType<typeof protocolsOf>[number],
): Promise<void> {
  const ground = await Ground.open(host, protocol);
  for (const name of Object.keys(CASES)) await test.step(name, () => play(name, ground));
}

/** A simulated Odoo, in memory or at an address. */
function hostOf(simulator: OdooSimulator, url?: string): Host {
  const { fetch, ...config } = simulator.config;
  const admin = url === undefined ? { ...config, fetch } : { ...config, url };
  return {
    admin,
    demo: { ...admin, username: "demo", apiKey: simulator.addApiKey("demo", "contract") },
    password: "admin",
    keys: {
      add: () => simulator.addApiKey("admin", "contract"),
      revoke: (key) => simulator.revokeApiKey(key),
    },
  };
}
