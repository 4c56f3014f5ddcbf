/**
 * What a check of `odeno doctor` is, and how checks follow one another.
 *
 * @module
 */
import { OdooError } from "../../errors.ts";
import { harmless } from "../../table.ts";
import type { Outside } from "./outside.ts";
import type { Server } from "./server.ts";
import type { Settings } from "./settings.ts";

/** How a check has ended. */
export type State = "ok" | "warning" | "failed" | "skipped";

/** What a check has found. */
export interface Finding {
  /** How it has ended. */
  readonly state: State;
  /** What is so, without a stop at the end. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** What is looked at. */
export interface Patient {
  /** The settings. */
  readonly settings: Settings;
  /** The network and the machine. */
  readonly outside: Outside;
  /** The server at the address of the settings, for checks that need the `address`. */
  readonly server: Server;
  /** Ends the wait for anything. */
  readonly signal: AbortSignal;
}

/** One look at one thing. */
export interface Check {
  /** What it looks at, in a word. */
  readonly name: string;
  /** The checks that must not have failed before, and `address` where one must be set. */
  readonly needs: readonly string[];
  /** Looks. An error of odeno, or of the network, is a failure in its words. */
  readonly run: (patient: Patient) => Promise<Finding> | Finding;
}

/** A check with what it has found. */
export interface Result extends Finding {
  /** Name of the check. */
  readonly check: string;
}

/** All is well. */
export function ok(text: string): Finding {
  return { state: "ok", text };
}

/** It works, and should be looked into. */
export function warning(text: string, advice: string): Finding {
  return { state: "warning", text, advice };
}

/** It does not work. */
export function failed(text: string, advice?: string): Finding {
  return { state: "failed", text, ...(advice !== undefined && { advice }) };
}

/** There was nothing to look at, or no way to. */
export function skipped(text: string, advice?: string): Finding {
  return { state: "skipped", text, ...(advice !== undefined && { advice }) };
}

/** Does the checks one after the other. One that needs what has failed is not done. */
export async function* examine(
  checks: readonly Check[],
  patient: Patient,
): AsyncGenerator<Result> {
  /** What cannot be had, with the check that has found that out. */
  const lost = new Map<string, string>();
  if (patient.settings.url === undefined) lost.set("address", "settings");
  for (const { name, needs, run } of checks) {
    const cause = needs.map((need) => lost.get(need)).find((check) => check !== undefined);
    const finding = cause === undefined
      ? await findingOf(run, patient)
      : skipped(`Not looked at: it needs what "${cause}" is about`, "Set that right first");
    if (cause !== undefined || finding.state === "failed") lost.set(name, cause ?? name);
    yield { check: name, ...clean(finding, patient.settings) };
  }
}

async function findingOf(run: Check["run"], patient: Patient): Promise<Finding> {
  try {
    return await run(patient);
  } catch (error) {
    patient.signal.throwIfAborted();
    if (error instanceof OdooError) return failed(error.message);
    if (error instanceof Deno.errors.NotCapable) {
      const { hostname = "" } = patient.settings.url ?? {};
      return failed("The network may not be used", `Run with --allow-net=${hostname}`);
    }
    throw error;
  }
}

/** In one line, which a terminal does not obey, and without the secret: what came from outside may repeat it. */
function clean({ state, text, advice }: Finding, { config }: Settings): Finding {
  const secret = config?.apiKey ?? config?.password;
  const said = (words: string) => {
    const line = harmless(words).replace(/\s+/g, " ").trim();
    return typeof secret === "string" && secret.length >= 6 ? line.replaceAll(secret, "***") : line;
  };
  return { state, text: said(text), ...(advice !== undefined && { advice: said(advice) }) };
}
