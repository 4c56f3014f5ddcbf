/**
 * Runs the scenarios on a real Odoo and writes down what it answers: `golden/<version>.json`; then the contract of
 * `tests/contract`, which it prints.
 *
 * `ODOO_URL`, `ODOO_DB`, `ODOO_USERNAME` and `ODOO_API_KEY` name the server and its administrator, `ODOO_DEMO_API_KEY` is
 * a key of the demo user; with `ODOO_PASSWORD` signing in by password is tried, too. With arguments only the scenarios whose name begins with one of them are run, and the others
 * stay as they were; with `contract` as the first one only the contract, or its cases with one of the others in them;
 * with `types` as the first one only the generated types are held against the server, of the models that are named;
 * with `sync` as the first one only rows are pushed, pulled back and followed while others write, so many as it says.
 *
 * @module
 */
import { configFromEnv, connect } from "../../mod.ts";
import type { Host } from "../contract/ground.ts";
import { hostOfEnv, runContract } from "../contract/run.ts";
import { checkIncremental } from "../sync/incremental.ts";
import { measureSync } from "../sync/speed.ts";
import { readGolden, transcribe, writeGolden } from "./goldens.ts";
import { SCENARIOS } from "./scenarios/mod.ts";
import { checkTypes } from "./types.ts";
import type { Server } from "./wires.ts";

/** How long a copy is followed while others write. */
const SECONDS = 30;

if (import.meta.main) {
  const host = hostOfEnv();
  const [first, ...others] = Deno.args;
  if (first === "types") Deno.exit(await checkTypes(host, others) ? 0 : 1);
  if (first === "sync") Deno.exit(await checkSync(Number(others[0] ?? 10_000)) ? 0 : 1);
  if (first !== "contract") await record(host);
  if (first === "contract" || first === undefined) {
    Deno.exit(await runContract(host, others) ? 0 : 1);
  }
}

async function checkSync(rows: number): Promise<boolean> {
  const isEqual = await measureSync(await connect(configFromEnv()), rows);
  return await checkIncremental(SECONDS) && isEqual;
}

async function record({ admin: { url, db, ...login }, demo: { apiKey } }: Host): Promise<void> {
  const admin = await connect({ url, db, ...login });
  const demo = await connect({ url, db, username: "demo", apiKey });
  const users = {
    admin: { uid: admin.uid, secret: login.apiKey },
    demo: { uid: demo.uid, secret: apiKey },
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
