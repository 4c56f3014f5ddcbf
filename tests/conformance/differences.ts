/**
 * Scenarios in which the simulated Odoo answers otherwise than the real one, each with its reason. At most five.
 *
 * @module
 */

/** Reasons by version and scenario, such as `17 domains: ...`. */
export const DIFFERENCES: Readonly<Record<string, string>> = {};
