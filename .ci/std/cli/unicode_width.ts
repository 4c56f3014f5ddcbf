/**
 * Stands in for `@std/cli/unicode-width` where JSR cannot be reached, over the properties that regular expressions know:
 * the same widths for what people write.
 *
 * @module
 */

/** Characters that take no column of their own. */
const ZERO = /^[\p{Cc}\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}\u1160-\u11ff]$/u;

/** Blocks of East Asian characters, which take two columns. */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]$/u;

/** How many columns of a terminal a text takes. Control characters take none. */
export function unicodeWidth(text: string): number {
  return [...text].reduce((sum, character) => sum + widthOf(character), 0);
}

function widthOf(character: string): number {
  if (ZERO.test(character)) return 0;
  return WIDE.test(character) && !/^\p{RI}$/u.test(character) ? 2 : 1;
}
