/**
 * Goldens: what real servers answered to the scenarios, one file a version.
 *
 * @module
 */
import type { RpcValue } from "../../lib/values.ts";
import { type Scenario, Session, type Step, type Users } from "./session.ts";
import { type Server, type Wire, wiresOf } from "./wires.ts";

/** A step as the golden has it: under `all` where the protocols agree, else under the name of each. */
export type GoldenStep = { call: string } & { [key in Wire | "all"]?: RpcValue };

/** The transcripts of a version, by the name of the scenario. */
export type Golden = Record<string, GoldenStep[]>;

/** Where the golden of a version is. */
export function pathOf(version: number): URL {
  return new URL(`golden/${version}.json`, import.meta.url);
}

/** The golden of a version. */
export async function readGolden(version: number): Promise<Golden> {
  try {
    return JSON.parse(await Deno.readTextFile(pathOf(version)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/** Writes a golden, one step a line, sorted by scenario. */
export async function writeGolden(version: number, golden: Golden): Promise<void> {
  const entries = Object.entries(golden).sort(([one], [two]) => one < two ? -1 : 1);
  const text = entries.map(([name, steps]) => {
    const lines = steps.map((step) => `    ${JSON.stringify(step)}`).join(",\n");
    return `  ${JSON.stringify(name)}: [\n${lines}\n  ]`;
  }).join(",\n");
  await Deno.writeTextFile(pathOf(version), `{\n${text}\n}\n`);
}

/** Runs a scenario over every protocol of a server. */
export async function transcribe(
  scenario: Scenario,
  server: Server,
  users: Users,
): Promise<GoldenStep[]> {
  const transcripts = new Map<Wire, readonly Step[]>();
  for (const wire of wiresOf(server.version)) {
    const session = new Session(wire, server, users);
    try {
      await scenario(session);
    } finally {
      await session.cleanUp();
    }
    transcripts.set(wire, session.steps);
  }
  return merge(transcripts);
}

function merge(transcripts: ReadonlyMap<Wire, readonly Step[]>): GoldenStep[] {
  const length = Math.max(...[...transcripts.values()].map((steps) => steps.length));
  return Array.from({ length }, (_none, index) => {
    const outcomes = [...transcripts].map(([wire, steps]) =>
      [wire, steps[index]?.outcome ?? null] as const
    );
    const call = [...transcripts.values()].find((steps) => steps[index])?.[index]?.call ?? "";
    const texts = new Set(outcomes.map(([, outcome]) => JSON.stringify(outcome)));
    return texts.size === 1
      ? { call, all: outcomes[0]?.[1] ?? null }
      : { call, ...Object.fromEntries(outcomes) };
  });
}
