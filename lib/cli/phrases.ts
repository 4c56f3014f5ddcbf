/**
 * What the library says, in the words of the command line.
 *
 * @module
 */
import { OdooError } from "../errors.ts";
import type { Invocation } from "./command.ts";
import { flagOf } from "./jobs/words.ts";
import type { About } from "./log.ts";

const PHRASES: readonly (readonly [said: RegExp, instead: (...found: string[]) => string])[] = [
  [
    /\b(mirrorLimit|maxTombstones|addColumns)\b(?:: (\d+|true))?/g,
    (_, word = "", value = "") => `--${flagOf(word)}${/\d/.test(value) ? ` ${value}` : ""}`,
  ],
  [
    /\b(give it|give the job) another name\b/g,
    (_, start = "") => `${start} another name with --job`,
  ],
  [/\bsay its encoding, such as ([\w-]+)/g, (_, name = "") => `name it with --encoding ${name}`],
  [/\bwith the option "models"/g, () => "with --models"],
  [
    /^Cannot send (?:args\[0\]|vals_list)\[(\d+)\]\.(\w+)/,
    (_, index = "", field = "") => `Cannot send "${field}" of record ${Number(index) + 1}`,
  ],
  [/^Cannot send (?:args\[1\]|vals)\.(\w+)/, (_, field = "") => `Cannot send "${field}"`],
];

/** A message, with flags in the place of options. */
export function phrased(message: string): string {
  return PHRASES.reduce((text, [said, instead]) => text.replace(said, instead), message);
}

/** Runs what is told with flags in the place of options: its messages and its errors. */
export async function phrasing<T>(
  invocation: Invocation,
  run: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  const err = (text: string, about?: About) => invocation.io.err(phrased(text), about);
  const io = Object.create(invocation.io, { err: { value: err } });
  try {
    return await run({ ...invocation, io });
  } catch (error) {
    // Its class stays: the exit code depends on it
    if (error instanceof OdooError) error.message = phrased(error.message);
    throw error;
  }
}
