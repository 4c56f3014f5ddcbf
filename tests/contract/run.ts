/**
 * Runs the contract on a real Odoo, over every protocol that it has, and prints what holds.
 *
 * @module
 */
import { connect, type Protocol } from "../../mod.ts";
import { CASES, play } from "./cases.ts";
import { Ground, type Host, Skipped } from "./ground.ts";

/** Runs the contract, or its cases with one of these texts in their sentence; answers whether all of it holds. */
export async function runContract(host: Host, only: readonly string[] = []): Promise<boolean> {
  const { version } = await connect(host.admin);
  const names = Object.keys(CASES).filter((name) =>
    only.length === 0 || only.some((part) => name.includes(part))
  );
  let isGood = true;
  for (const protocol of protocolsOf(version.major)) {
    const { failed, skipped } = await runOver(host, protocol, names);
    const passed = names.length - failed.length - skipped.length;
    const counts = [`${passed} passed`, `${failed.length} failed`, `${skipped.length} skipped`];
    console.log([version.text, protocol, ...counts].join("\t"));
    for (const line of failed) console.log(`\tfailed: ${line}`);
    for (const line of skipped) console.log(`\tskipped: ${line}`);
    isGood &&= failed.length === 0;
  }
  return isGood;
}

/** The protocols of a version, and `auto`. */
export function protocolsOf(version: number): (Protocol | "auto")[] {
  return version >= 19 ? ["xmlrpc", "jsonrpc", "json2", "auto"] : ["xmlrpc", "jsonrpc", "auto"];
}

async function runOver(
  host: Host,
  protocol: Protocol | "auto",
  names: readonly string[],
): Promise<{ failed: string[]; skipped: string[] }> {
  const ground = await Ground.open(host, protocol);
  const [failed, skipped]: [string[], string[]] = [[], []];
  for (const name of names) {
    try {
      await play(name, ground);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      (error instanceof Skipped ? skipped : failed).push(`${name}: ${reason}`);
    }
  }
  return { failed, skipped };
}

/** The host of the environment: its settings, a key of the demo user, and the password of the administrator if it is set. */
export function hostOfEnv(): Host {
  const place = { url: setting("ODOO_URL"), db: setting("ODOO_DB") };
  return {
    admin: { ...place, username: setting("ODOO_USERNAME"), apiKey: setting("ODOO_API_KEY") },
    demo: { ...place, username: "demo", apiKey: setting("ODOO_DEMO_API_KEY") },
    password: Deno.env.get("ODOO_PASSWORD"),
  };
}

function setting(name: string): string {
  const value = Deno.env.get(name);
  if (value) return value;
  console.error(`Set ${name}: see the head of tests/conformance/record.ts`);
  Deno.exit(2);
}
