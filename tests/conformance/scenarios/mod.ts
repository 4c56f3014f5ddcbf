/**
 * All scenarios, by name. The word before the colon is the file that they are in.
 *
 * @module
 */
import type { Scenario } from "../session.ts";
import { reading } from "./reading.ts";
import { keys } from "./keys.ts";

/** Scenarios by name. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...named("reading", reading),
  ...named("keys", keys),
};

function named(area: string, scenarios: Record<string, Scenario>): Record<string, Scenario> {
  return Object.fromEntries(
    Object.entries(scenarios).map(([name, scenario]) => [`${area}: ${name}`, scenario]),
  );
}
