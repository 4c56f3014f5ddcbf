/**
 * The generated file: source code of types, as `deno fmt` leaves it.
 *
 * @module
 */
import type { ModelFields } from "./ask.ts";
import { fullComment, shortComment, WIDTH } from "./comments.ts";
import type { Demands } from "./demands.ts";
import type { Field } from "./fields.ts";
import { BUILDING_BLOCKS, propertyName, typeNames } from "./names.ts";
import { type Alternatives, isGiven, readType, writeType } from "./rules.ts";

/** What the file says of itself. */
export interface Origin {
  /** Major version of Odoo. */
  version: number;
  /** The command line that writes the file anew. */
  command: string;
  /** Where the types of odeno are imported from. */
  specifier: string;
}

/** The file for these models. */
export function sourceOf(models: readonly ModelFields[], origin: Origin): string {
  const names = typeNames(models.map(({ name }) => name));
  const body = models.flatMap((model) => ["", ...modelType(model, names)]);
  const list = models.flatMap(({ name }) =>
    indent(property(propertyName(name), [names.get(name) ?? ""], 2))
  );
  const code = [...body, "", ...modelList(list)].join("\n");
  return [...header(origin), "", ...imports(code, origin.specifier), code, ""].join("\n");
}

/** No date, no database and no address: the same database gives the same file, and customers stay unnamed. */
function header({ version, command }: Origin): string[] {
  return [
    `// The models of an Odoo ${version}, as it describes their fields. Generated: do not edit, but run`,
    `//   ${command.replace(/\s+/g, " ")}`,
    "// deno-lint-ignore-file",
    "// deno-fmt-ignore-file",
  ];
}

function imports(code: string, specifier: string): string[] {
  const used = BUILDING_BLOCKS.filter((name) => usesType(code, name));
  if (used.length === 0) return [];
  const from = `from ${JSON.stringify(specifier)};`;
  const line = `import type { ${used.join(", ")} } ${from}`;
  if (line.length <= WIDTH) return [line];
  return ["import type {", ...used.map((name) => `  ${name},`), `} ${from}`];
}

/** Whether a line that is no comment names the type. */
function usesType(code: string, name: string): boolean {
  const word = new RegExp(`(?<![\\w"'])${name}(?![\\w"'])`);
  return code.split("\n").some((line) => !/^\s*\/?\*/.test(line) && word.test(line));
}

function modelList(list: readonly string[]): string[] {
  const doc = "/** The models, by name: what `connect<Models>()` knows. */";
  return [doc, "export type Models = {", ...list, "};"];
}

function modelType({ name, fields, demands }: ModelFields, names: Names): string[] {
  const given = fields.filter(isGiven);
  const typeName = names.get(name) ?? "";
  const write = given.flatMap((field) => [
    ...shortComment(field),
    ...property(`${propertyName(field.name)}?`, writeType(field, names.get(field.relation)), 4),
  ]);
  const read = fields.flatMap((field) => [
    ...fullComment(field),
    ...property(propertyName(field.name), readType(field), 4),
  ]);
  return [
    `/** \`${name}\` */`,
    `export type ${typeName} = {`,
    ...indent(["/** What is read. */", ...object("read: ", read, ";")]),
    ...indent(["/** What may be written. */", ...object("write: ", write, ";")]),
    ...indent(["/** What a new record takes. */", ...createType(typeName, given, demands, names)]),
    "};",
  ];
}

type Names = ReadonlyMap<string, string>;

function createType(
  typeName: string,
  fields: readonly Field[],
  { required, either }: Demands,
  names: Names,
): string[] {
  const members = (wanted: readonly string[], column: number) =>
    fields.filter(({ name }) => wanted.includes(name)).flatMap((field) =>
      property(propertyName(field.name), writeType(field, names.get(field.relation)), column)
    );
  const own = `${typeName}["write"]`;
  if (either.length === 0) {
    if (required.length === 0) return [`create: ${own};`];
    return object(`create: ${own} & `, members(required, 4), ";");
  }
  const parts = either.flatMap(({ link, fields }) => [
    "& (",
    ...indent(object("| ", members([link], 8), "")),
    ...indent(object("| ", members(fields, 8), "")),
    ")",
  ]);
  const demanded = required.length > 0 ? object("& ", members(required, 6), "") : [];
  const lines = indent([`& ${own}`, ...demanded, ...parts]);
  return ["create:", ...lines.slice(0, -1), `${lines.at(-1)};`];
}

function object(start: string, members: readonly string[], end: string): string[] {
  if (members.length === 0) return [`${start}Record<never, never>${end}`];
  return [`${start}{`, ...indent(members), `}${end}`];
}

/** A property that stands so many columns in. */
function property(name: string, type: Alternatives, column: number): string[] {
  const line = `${name}: ${type.join(" | ")};`;
  if (line.length + column <= WIDTH) return [line];
  if (type.length > 1) {
    return [`${name}:`, ...indent(type.map((each) => `| ${each}`)).map(closed)];
  }
  const [only = ""] = type;
  const [, before = "", inside = "", after = ""] = /^([^<]*<)(.*)(>[^>]*)$/.exec(only) ?? [];
  const broken = [...indent([inside]), `${after};`];
  const first = `${name}: ${before}`;
  if (before !== "" && first.length + column <= WIDTH) return [first, ...broken];
  const fits = before === "" || only.length + column + 3 <= WIDTH;
  return [`${name}:`, ...indent(fits ? [`${only};`] : [before, ...broken])];
}

function closed(line: string, index: number, lines: readonly string[]): string {
  return index === lines.length - 1 ? `${line};` : line;
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => line === "" ? "" : `  ${line}`);
}
