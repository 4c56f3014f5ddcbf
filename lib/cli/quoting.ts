/**
 * Words for a shell.
 *
 * @module
 */

/** In single quotes, for bash, zsh and fish alike as long as there is no backslash. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A word of a command line that can be copied: in quotes where it needs them. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word);
}
