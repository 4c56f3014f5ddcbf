#!/usr/bin/env -S deno run
// From an API key to synced partners, on a simulated Odoo: no server, no network, no configuration.
import { OdooSimulator } from "../lib/testing/mod.ts";
import { authenticate, connect, OdooAuthError, type OdooConfig } from "../mod.ts";
// A part of the program, wherever it runs: also compiled, or imported by URL
import PARTNERS from "./data/partners.csv" with { type: "text" };
import { Report, syncPartners } from "./sync_partners.ts";

/** Goes through the life of an API key; throws where a step does not go as it should. */
export async function main(): Promise<number> {
  const server = new OdooSimulator();
  const { url, db, fetch } = server.config;

  const apiKey = server.addApiKey("admin", "nightly sync");
  step(
    `The user "admin" made an API key in the security settings: ${apiKey.length} characters, shown once`,
  );

  const config: OdooConfig = { url, db, username: "admin", apiKey, fetch };
  step(`authenticate() with the key in place of the password: user ${await authenticate(config)}`);
  step(`authenticate() with a wrong key: ${await refusal({ ...config, apiKey: "0".repeat(40) })}`);
  step(`Signing in to the web with the key: ${await webSignIn(server, apiKey)}`);
  step(`Signing in to the web with the password: ${await webSignIn(server, "admin")}`);

  const odoo = await connect(config);
  for (const [run, outcome] of [["first", "created"], ["second", "unchanged"]] as const) {
    const report = new Report("partners.csv", false);
    await syncPartners(odoo, new Blob([PARTNERS]).stream(), report);
    report.isFinished = true;
    step(`The ${run} sync of examples/data/partners.csv: ${report.summary()}`);
    if (report.counts[outcome] !== report.rows) throw new Error(`Not all rows were ${outcome}`);
  }

  server.revokeApiKey(apiKey);
  step(`authenticate() after the key was deleted: ${await refusal(config)}`);
  return 0;
}

let steps = 0;

function step(text: string): void {
  console.log(`${++steps}. ${text}`);
}

async function refusal(config: OdooConfig): Promise<string> {
  try {
    throw new Error(`user ${await authenticate(config)}, which should not be`);
  } catch (error) {
    if (!(error instanceof OdooAuthError)) throw error;
    return `refused. ${error.message}`;
  }
}

/** What the login page of Odoo does: keys are not passwords there. */
async function webSignIn(server: OdooSimulator, password: string): Promise<string> {
  const { url, db } = server.config;
  const response = await server.fetch(`${url}/web/session/authenticate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      method: "call",
      params: { db, login: "admin", password },
    }),
  });
  const { result, error } = await response.json();
  if ((result !== undefined) !== (password === "admin")) {
    throw new Error("Only the password signs in to the web");
  }
  return result ? `user ${result.uid}` : `refused. ${error.data.name}`;
}

if (import.meta.main) Deno.exit(await main());
