#!/usr/bin/env -S deno run --allow-net --allow-env=ODOO_*
// Signs in with the API key of the environment and prints the user's id: the smallest check that a key works.
import { authenticate, OdooAuthError, type OdooConfig, OdooError } from "../mod.ts";

/** 0: signed in; 1: Odoo says no; 2: it could not be asked. */
export async function main(config?: OdooConfig): Promise<number> {
  try {
    console.log(await authenticate(config));
    return 0;
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    console.error(`Authentication failed: ${error.message}`);
    return error instanceof OdooAuthError ? 1 : 2;
  }
}

if (import.meta.main) Deno.exit(await main());
