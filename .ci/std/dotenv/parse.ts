/**
 * Stands in for `@std/dotenv/parse` where JSR cannot be reached, over `parseEnv` of `node:util`.
 *
 * @module
 */
import { parseEnv } from "node:util";

/** The variables of a `.env` file's text. */
export function parse(text: string): Record<string, string> {
  return { ...parseEnv(text) } as Record<string, string>;
}
