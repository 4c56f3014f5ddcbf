#!/usr/bin/env -S deno run --allow-net --allow-read --allow-write --allow-env=ODOO_*,ALL_PROXY,HTTPS_PROXY,HTTP_PROXY,NO_PROXY
/**
 * The `odeno` command.
 *
 * @module
 */
import { run } from "./lib/cli/run.ts";

if (import.meta.main) Deno.exit(await run(Deno.args));
