/**
 * The word that somebody may have meant.
 *
 * @module
 */

/** ` (did you mean "count"?)` where one of the words is near enough, else nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const near = nearest(word, known);
  return near === undefined ? "" : `; did you mean "${near}"?`;
}

/** The nearest of the words, by single letters that are wrong, missing or too many: at most a third of them. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let [best, least]: [string | undefined, number] = [undefined, Math.max(1, word.length / 3)];
  for (const candidate of known) {
    const distance = distanceOf(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least || distance === least && best === undefined) {
      [best, least] = [candidate, distance];
    }
  }
  return best;
}

/** The words, the nearest first. */
export function byNearness(word: string, known: Iterable<string>): string[] {
  const distance = (other: string) => distanceOf(word.toLowerCase(), other.toLowerCase());
  return Array.from(known, (other) => ({ other, far: distance(other) }))
    .sort((first, second) => first.far - second.far).map(({ other }) => other);
}

/** Levenshtein's distance, with the swap of two neighbours as one step. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const step = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + step);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, before[j - 2]! + 1);
      }
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
