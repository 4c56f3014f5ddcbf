/**
 * Reads the generated types back, and holds records against them: what `deno check` does with literals, for any number
 * of records.
 *
 * @module
 */
import type { RpcValue } from "../../mod.ts";

/** What a model's generated type says: per field the alternatives, as they are written. */
export interface ModelSource {
  /** Name of the type. */
  typeName: string;
  /** Types of the fields that are read. */
  read: Map<string, string[]>;
  /** The fields that `create` demands, with their types; the first of each `A or B`. */
  demanded: Map<string, string[]>;
}

/** A record as `search_read` gives it. */
export type RecordValues = { [field: string]: RpcValue };

/** The models of a generated file, by their technical names. */
export function readSource(source: string): Map<string, ModelSource> {
  const [, list = ""] = /export type Models = \{\n(.*?)\n\};/s.exec(source) ?? [];
  return new Map(
    [...list.matchAll(/^ {2}(\S+):\s+(\w+);$/gm)].map(([, quoted = "", typeName = ""]) => {
      const [, body = ""] = new RegExp(`export type ${typeName} = \\{\n(.*?)\n\\};`, "s")
        .exec(source) ?? [];
      return [unquoted(quoted), {
        typeName,
        read: properties(partOf(body, "read: ")),
        demanded: demanded(partOf(body, "create:")),
      }];
    }),
  );
}

/** What in a record is not as its type says, in words. */
export function misfits(type: ModelSource, record: RecordValues): string[] {
  return Object.entries(record).flatMap(([field, value]) => {
    const alternatives = type.read.get(field);
    if (!alternatives) return [`${field} is not in ${type.typeName}`];
    if (alternatives.some((each) => fits(each, value))) return [];
    const shown = JSON.stringify(value).slice(0, 60);
    return [`${type.typeName}.${field} is ${shown}, not ${alternatives.join(" | ")}`];
  });
}

/** A module that holds records as literals of their types, so many of each model at most. */
export function literals(
  types: ReadonlyMap<string, ModelSource>,
  records: ReadonlyMap<string, readonly RecordValues[]>,
  most: number,
): string {
  const parts = [...types].map(([model, { typeName, read }]) => {
    const sample = (records.get(model) ?? []).slice(0, most);
    const known = Object.keys(sample[0] ?? {});
    const unread = [...read.keys()].filter((field) => !known.includes(field));
    const omitted = unread.map((field) => JSON.stringify(field)).join(" | ") || "never";
    return `const ${typeName}: Omit<Models["${model}"]["read"], ${omitted}>[] = ${
      JSON.stringify(sample)
    };`;
  });
  return [`import type { Models } from "./models.ts";`, ...parts, ""].join("\n");
}

function fits(alternative: string, value: RpcValue): boolean {
  switch (alternative) {
    case "RpcValue":
      return true;
    case "false":
      return value === false;
    case "string":
      return typeof value === "string";
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "number[]":
      return Array.isArray(value) && value.every((each) => typeof each === "number");
    case "Many2One":
      return Array.isArray(value) && value.length === 2 && typeof value[0] === "number" &&
        typeof value[1] === "string";
    case "DateString":
      return typeof value === "string" && /^\d+-\d+-\d+$/.test(value);
    case "DatetimeString":
      return typeof value === "string" && /^\d+-\d+-\d+ \d+:\d+:\d+$/.test(value);
    case "`${string},${number}`":
      return typeof value === "string" && /,\d+$/.test(value);
    default:
      return value === (/^-?\d/.test(alternative) ? Number(alternative) : unquoted(alternative));
  }
}

function partOf(body: string, start: string): string {
  const lines = body.split("\n");
  const first = lines.findIndex((line) => line.startsWith(`  ${start}`));
  const length = lines.slice(first + 1).findIndex((line) => /^ {2}[^ ]/.test(line));
  return lines.slice(first, length < 0 ? undefined : first + 1 + length).join("\n");
}

function demanded(part: string): Map<string, string[]> {
  const [first = "", ...others] = part.split(/^ {6}\| \{$/m);
  // Of each two alternatives the second one is what a record needs that stands by itself
  const chosen = others.filter((_, index) => index % 2 === 1);
  return new Map([first, ...chosen].flatMap((each) => [...properties(each)]));
}

function properties(part: string): Map<string, string[]> {
  const code = part.replace(/^ *\/\*\*.*?\*\/$/gms, "").replace(/\n +(\||>|[\w"]+[;>])/g, " $1");
  const found = code.matchAll(/^ {4,}([\w$]+|"(?:[^"\\]|\\.)*")\??:(?! [\w&|].*\{$)(.*);$/gm);
  return new Map(
    [...found].map(([, name = "", type = ""]) => [unquoted(name), alternativesOf(type)]),
  );
}

function alternativesOf(type: string): string[] {
  const parts = type.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[^|"'`]+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

function unquoted(text: string): string {
  if (text.startsWith('"')) return JSON.parse(text);
  if (!text.startsWith("'")) return text;
  return JSON.parse(`"${text.slice(1, -1).replaceAll("\\'", "'").replaceAll('"', '\\"')}"`);
}
