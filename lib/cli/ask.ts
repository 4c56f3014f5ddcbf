/**
 * Questions to whoever sits at the terminal.
 *
 * @module
 */
import type { Invocation } from "./command.ts";
import { readLine } from "./io.ts";

/** Asks on the standard error, and takes nothing but "yes" or "y" for one. */
export async function isConfirmed(
  { io, signal }: Invocation,
  question: string,
): Promise<boolean> {
  io.err(`${question} [y/N]`);
  const answer = await readLine(io, signal);
  return /^\s*y(es)?\s*$/i.test(answer ?? "");
}
