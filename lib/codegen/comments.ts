/**
 * Doc comments of fields: what people know of the field, made safe for source code.
 *
 * @module
 */
import type { Field } from "./fields.ts";
import { isLongSelection } from "./rules.ts";

/** Columns of the generated file, as `deno fmt` has them by default. */
export const WIDTH = 80;

const INDENT = 4;

/** The comment of a field in the type that is read: label, help, and what Odoo knows of the values. */
export function fullComment(field: Field): string[] {
  return comment([labelOf(field), ...paragraphs(field.help), facts(field)]);
}

/** The comment of a field in the type that is written: its label. */
export function shortComment(field: Field): string[] {
  return comment([labelOf(field)]);
}

function labelOf({ label, name }: Field): string {
  return clean(label).join(" ") || name;
}

function facts(field: Field): string {
  const { digits, currencyField, relation, type } = field;
  const all = [
    ...(field.isRequired ? ["required"] : []),
    ...(field.isWritable ? [] : ["readonly"]),
    ...(field.isStored ? [] : ["not stored"]),
    ...(field.isCompanyDependent ? ["company dependent"] : []),
    ...(field.isTranslated ? ["translated"] : []),
    ...(isLongSelection(field) ? [`one of ${field.choices.length} values`] : []),
    ...(type === "binary" && field.isStored ? ["base64"] : []),
    ...(digits ? [`digits ${digits[0]}, ${digits[1]}`] : []),
    ...(currencyField ? [`currency in \`${code(currencyField)}\``] : []),
    ...(relation ? [`model \`${code(relation)}\``] : []),
  ];
  return all.join("; ").replace(/^[a-z]/, (letter) => letter.toUpperCase());
}

/** Names hold no such marks, unless somebody made them to break out of the comment. */
function code(name: string): string {
  return clean(name).join(" ").replaceAll("`", "'");
}

/** A text's lines, wrapped; a blank line between paragraphs stays as one. */
function paragraphs(text: string): string[] {
  const joined = clean(text).join("\n").replace(/\n{3,}/g, "\n\n");
  return joined === "" ? [] : joined.split("\n\n");
}

/** A text's lines without what could end the comment, hide in it or turn its direction around. */
function clean(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) =>
    line.replaceAll("\t", " ").replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
      .replaceAll("*/", "* /").trim()
  );
  return lines.join("\n").trim().split("\n");
}

function comment(blocks: readonly string[]): string[] {
  const [first = "", ...others] = blocks.filter((block) => block !== "");
  const single = `/** ${first} */`;
  if (others.length === 0 && INDENT + single.length <= WIDTH) return [single];
  const lines = [first, ...others].flatMap((block, index) => [
    ...(index > 0 ? [""] : []),
    ...block.split("\n").flatMap(wrap),
  ]);
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

/** A line in lines that fit. A word that does not fit by itself stays whole: it may be an address. */
function wrap(line: string): string[] {
  const most = WIDTH - INDENT - 3;
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/ +/)) {
    if (current !== "" && current.length + 1 + word.length > most) {
      lines.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
