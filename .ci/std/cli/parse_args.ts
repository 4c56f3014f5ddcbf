/**
 * Stands in for `@std/cli/parse-args` where JSR cannot be reached, over `parseArgs` of `node:util`: the options that
 * odeno uses, with the same answers.
 *
 * @module
 */
import { parseArgs as nodeParseArgs } from "node:util";

/** The options that odeno uses. `string` holds `_`, so that positional arguments stay strings. */
export interface ParseOptions {
  boolean?: readonly string[];
  string?: readonly string[];
  alias?: Readonly<Record<string, string>>;
  collect?: readonly string[];
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Flags by name, and the rest in `_`. */
export interface Args {
  // deno-lint-ignore no-explicit-any -- as the original has it
  [name: string]: any;
  _: string[];
}

/** Parses command line flags. */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const { boolean = [], string = [], alias = {}, collect = [] } = options;
  const out: Args = { _: [] };
  for (const name of boolean) out[name] = false;
  for (const name of collect) out[name] = [];
  const { tokens } = nodeParseArgs({
    args,
    options: declare(boolean, string, alias),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") {
      out._.push(token.value);
    } else if (token.kind === "option") {
      const value = boolean.includes(token.name) ? token.value !== "false" : token.value ?? "";
      const isKnown = boolean.includes(token.name) || string.includes(token.name);
      if (!isKnown && options.unknown?.(token.rawName, token.name, token.value ?? true) === false) {
        continue;
      }
      if (collect.includes(token.name)) out[token.name].push(value);
      else out[token.name] = isKnown ? value : token.value ?? true;
    }
  }
  for (const [short, long] of Object.entries(alias)) if (long in out) out[short] = out[long];
  return out;
}

function declare(
  boolean: readonly string[],
  string: readonly string[],
  alias: Readonly<Record<string, string>>,
): Record<string, { type: "boolean" | "string"; short?: string }> {
  const shorts = new Map(Object.entries(alias).map(([short, long]) => [long, short]));
  const option = (name: string, type: "boolean" | "string") => {
    const short = shorts.get(name);
    return [name, short === undefined ? { type } : { type, short }] as const;
  };
  return Object.fromEntries([
    ...boolean.map((name) => option(name, "boolean")),
    ...string.filter((name) => name !== "_").map((name) => option(name, "string")),
  ]);
}
