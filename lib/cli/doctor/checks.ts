/**
 * All checks, in their order: each needs only what was looked at before.
 *
 * @module
 */
import { credential, database } from "./account.ts";
import type { Check } from "./check.ts";
import { dns, tcp, tls } from "./network.ts";
import { clock, latency, odoo, redirects, wires } from "./odoo.ts";
import { proxy } from "./proxy.ts";
import { settings } from "./settings.ts";

/** The checks of `odeno doctor`. */
export const CHECKS: readonly Check[] = [
  settings,
  proxy,
  dns,
  tcp,
  tls,
  redirects,
  odoo,
  wires,
  clock,
  latency,
  database,
  credential,
];
