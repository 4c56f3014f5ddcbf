/**
 * Runs the scenarios on a real Odoo and writes down what it answers: `golden/<version>.json`.
 *
 * `ODOO_URL`, `ODOO_DB`, `ODOO_USERNAME` and `ODOO_API_KEY` name the server and its administrator, `ODOO_DEMO_API_KEY` is
 * a key of the demo user. With arguments only the scenarios whose name begins with one of them are run, and the others
 * stay as they were.
 *
 * @module
 */
import { connect } from "../../mod.ts";
import { readGolden, transcribe, writeGolden } from "./goldens.ts";
import { SCENARIOS } from "./scenarios/mod.ts";
import type { Server } from "./wires.ts";

if (import.meta.main) {
  const url = setting("ODOO_URL");
  const db = setting("ODOO_DB");
  const apiKey = setting("ODOO_API_KEY");
  const demoKey = setting("ODOO_DEMO_API_KEY");
  const admin = await connect({ url, db, username: setting("ODOO_USERNAME"), apiKey });
  const demo = await connect({ url, db, username: "demo", apiKey: demoKey });
  const users = {
    admin: { uid: admin.uid, secret: apiKey },
    demo: { uid: demo.uid, secret: demoKey },
  };
  const { major } = admin.version;
  if (major !== 14 && major !== 17 && major !== 19) {
    throw new Error(`No golden is of Odoo ${major}`);
  }
  const server: Server = { url, db, version: major, fetch };

  const chosen = Object.entries(SCENARIOS).filter(([name]) =>
    Deno.args.length === 0 || Deno.args.some((start) => name.startsWith(start))
  );
  const fresh = Object.fromEntries(
    await Array.fromAsync(chosen, async ([name, scenario]) => {
      try {
        return [name, await transcribe(scenario, server, users)];
      } catch (error) {
        throw new Error(`The scenario "${name}" failed on Odoo ${major}`, { cause: error });
      }
    }),
  );
  const before = Object.entries(await readGolden(major)).filter(([name]) => name in SCENARIOS);
  await writeGolden(major, { ...Object.fromEntries(before), ...fresh });
  console.error(`${chosen.length} scenarios on Odoo ${major}`);
}

function setting(name: string): string {
  const value = Deno.env.get(name);
  if (value) return value;
  console.error(`Set ${name}: see the head of tests/conformance/record.ts`);
  Deno.exit(2);
}
