/**
 * Tells an address how a run has ended: a service that watches jobs, and calls somebody when it hears nothing.
 *
 * @module
 */
import type { DataRow } from "./output.ts";
import type { Io } from "./io.ts";
import { whyNot } from "./settings.ts";

/** For how long an answer is waited for, in milliseconds. */
const PATIENCE_MS = 10_000;

/** What is wrong with an address that cannot be one. The address is not shown: who knows it can use it. */
export const PING_RULE = "must be an address such as https://hc-ping.com/UUID";

/** Whether a text can be the address of a ping. */
export function isPingAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:/i.test(text);
}

/** How a run has ended. */
export interface Ended {
  /** Whether all is well; the address of a failure ends with `/fail`. */
  readonly isWell: boolean;
  /** What is sent. */
  readonly facts: DataRow;
}

/** Tells the address, once. Where that fails there is a warning, and nothing else: the run is what it is. */
export async function ping(
  address: string,
  { isWell, facts }: Ended,
  io: Io,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const url = new URL(address);
  if (!isWell) url.pathname = url.pathname.replace(/\/?$/, "/fail");
  const warn = (why: string) => io.err(`Cannot ping ${url.host}: ${why}`, { level: "warn" });
  try {
    const { ok, status, body } = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(facts),
      // What a page to sign in answers in its place would pass for a ping
      redirect: "manual",
      signal: AbortSignal.timeout(patienceMs),
    });
    await body?.cancel();
    if (!ok) warn(`it answers with HTTP ${status}`);
  } catch (error) {
    warn(reasonOf(error, patienceMs));
  }
}

/** Not in the words of the error, which has the whole address in it. */
function reasonOf(error: unknown, patienceMs: number): string {
  if (error instanceof Deno.errors.NotCapable) return whyNot(error, "--allow-net");
  const isLate = error instanceof DOMException && error.name === "TimeoutError";
  return isLate ? `no answer within ${patienceMs / 1000} s` : "there is no connection";
}
