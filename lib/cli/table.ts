/**
 * Text in columns.
 *
 * @module
 */

import { unicodeWidth } from "./deps.ts";

/** A cell of a table is cut at so many characters where its line would not fit. */
const LONGEST_CELL = 40;

/** Two columns, the first as wide as it must be. */
export function columnsOf(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`.trimEnd());
}

/** The lines of a table whose first row names the columns. Cells are cut only where lines would be too long. */
export function tableOf(rows: readonly (readonly string[])[], columns: number): string[] {
  const [head = []] = rows;
  const widest = head.map((_, index) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[index] ?? "")), 0)
  );
  const isTooWide = widest.reduce((sum, width) => sum + width + 2, -2) > columns;
  const widths = widest.map((width) => isTooWide ? Math.min(width, LONGEST_CELL) : width);
  return rows.map((row) =>
    row.map((cell, index) => fitted(cell, widths[index] ?? 0)).join("  ").trimEnd()
  );
}

/** A line without what a terminal would obey, whoever has written it into a record. */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, " ");
}

/** A text in so many columns of the terminal. */
function fitted(text: string, width: number): string {
  const taken = widthOf(text);
  if (taken <= width) return text + " ".repeat(width - taken);
  let [kept, left] = ["", width - 1];
  for (const character of text) {
    left -= widthOf(character);
    if (left < 0) break;
    kept += character;
  }
  return fitted(`${kept}…`, width);
}

/** How many columns a text takes: an ideogram or an emoji takes two. */
function widthOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : unicodeWidth(text);
}
