/**
 * Commands that listen on a port until somebody ends them.
 *
 * @module
 */
import { OdooError } from "../errors.ts";
import { type Flags, textOf, UsageError } from "./command.ts";

/** The port of `--port`. */
export function portOf(flags: Flags, usual: number): number {
  const port = Number(textOf(flags, "port") ?? usual);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new UsageError("--port must be from 0 to 65535");
}

/** Listens; that another program does is told in a sentence. */
export function listen<T>(serve: () => T, port: number): T {
  try {
    return serve();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new OdooError(
      `Cannot listen on port ${port}: another program does; choose one with --port`,
    );
  }
}

/** Waits for the end of the command. */
export function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve());
  if (signal.aborted) resolve();
  return promise;
}
