/**
 * From the flags of a command line to the object that a job file has.
 *
 * @module
 */
import type { RpcInput } from "../../values.ts";
import { type Flags, listOf, textOf, UsageError } from "../command.ts";
import { valueOf } from "../json.ts";
import type { Place } from "./given.ts";
import { COUNTS, flagOf, NAMES, type Words } from "./words.ts";

/** Where flags are. */
export const FLAGS: Place = {
  at: (word) =>
    ["push", "pull", "source", "domain"].includes(word) ? word.toUpperCase() : `--${flagOf(word)}`,
  error: (message) => new UsageError(message),
};

/** The words that the flags stand for. */
export function givenBy(
  flags: Flags,
  options: Words,
  switches: Words,
): { [word: string]: RpcInput } {
  const given: { [word: string]: RpcInput } = {};
  for (const word of Object.keys(options)) {
    const value = word === "map" ? mapBy(flags) : valueBy(flags, word);
    if (value !== undefined) given[word] = value;
  }
  for (const word of Object.keys(switches)) if (flags[flagOf(word)] === true) given[word] = true;
  return given;
}

function valueBy(flags: Flags, word: string): RpcInput | undefined {
  const text = textOf(flags, flagOf(word));
  if (text === undefined) return undefined;
  if (NAMES.includes(word)) return text.split(",").map((name) => name.trim());
  return COUNTS.includes(word) && /^\d+$/.test(text) ? Number(text) : text;
}

/** `field=column`, or `field={...}`. */
function mapBy(flags: Flags): RpcInput | undefined {
  const list = listOf(flags, "map");
  if (list.length === 0) return undefined;
  const map: { [field: string]: RpcInput } = {};
  for (const text of list) {
    const [, field, rule] = /^([A-Za-z_]\w*)=(.+)$/s.exec(text) ?? [];
    if (field === undefined || rule === undefined) {
      throw new UsageError(`--map is field=column, such as name="Full name", not "${text}"`);
    }
    if (Object.hasOwn(map, field)) throw new UsageError(`--map has "${field}" twice`);
    map[field] = rule.startsWith("{") ? valueOf(rule, `the rule of --map ${field}`) : rule;
  }
  return map;
}
