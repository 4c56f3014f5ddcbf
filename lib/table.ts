/**
 * Text in columns.
 *
 * @module
 */

/** A cell of a table is cut at so many characters where its line would not fit. */
const LONGEST_CELL = 40;

/** Two columns, the first as wide as it must be. */
export function columnsOf(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`.trimEnd());
}

/**
 * The lines of a table whose first row names the columns. Cells are cut only where lines would be longer than `columns`,
 * and never the last one of a row that ends early, such as a reason.
 */
export function tableOf(rows: readonly (readonly string[])[], columns: number): string[] {
  const [head = []] = rows;
  const isFree = (row: readonly string[], index: number) =>
    index === row.length - 1 && row.length < head.length;
  const widest = head.map((_, index) =>
    rows.reduce((most, row) => isFree(row, index) ? most : Math.max(most, widthOf(row[index])), 0)
  );
  const isTooWide = widest.reduce((sum, width) => sum + width + 2, -2) > columns;
  const widths = widest.map((width) => isTooWide ? Math.min(width, LONGEST_CELL) : width);
  return rows.map((row) =>
    row.map((cell, index) => isFree(row, index) ? cell : fitted(cell, widths[index] ?? 0))
      .join("  ").trimEnd()
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

/** Characters that take no column of their own. */
const ZERO = /^[\p{Cc}\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}\u1160-\u11ff]$/u;

/** Emoji, and blocks of East Asian characters, which take two columns. */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]$/u;

/** How many columns of a terminal a text takes. */
function widthOf(text = ""): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...text].reduce((sum, character) => sum + columnsOfCharacter(character), 0);
}

function columnsOfCharacter(character: string): number {
  if (ZERO.test(character)) return 0;
  // A flag is two letters of one column
  return WIDE.test(character) && !/^\p{RI}$/u.test(character) ? 2 : 1;
}
