/**
 * What types forbid, and JavaScript and JSON do not: words that the simulator does not know.
 *
 * @module
 */

/**
 * Refuses a word that is none of those that there are, with the one that comes nearest.
 *
 * @throws {TypeError} Where there is no such word.
 */
export function checkKnown(word: unknown, known: readonly string[], cannot: string): void {
  if (typeof word === "string" && known.includes(word)) return;
  const shown = word === undefined ? "nothing" : JSON.stringify(word);
  const meant = typeof word === "string" ? nearestOf(word, known) : undefined;
  const guess = meant === undefined ? "" : `, did you mean "${meant}"?`;
  throw new TypeError(`${cannot} ${shown}${guess}: there are ${known.join(", ")}`);
}

function nearestOf(word: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((other) => ({ other, distance: distanceOf(word, other) }))
    .sort((one, two) => one.distance - two.distance);
  return nearest && nearest.distance <= Math.max(2, word.length / 3) ? nearest.other : undefined;
}

/** How many letters have to be changed, added and left out to make one word of another. */
function distanceOf(word: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...word].entries()) {
    const line = [row + 1];
    for (const [column, target] of [...other].entries()) {
      const changed = (above[column] ?? 0) + (letter.toLowerCase() === target ? 0 : 1);
      line.push(Math.min(changed, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}
