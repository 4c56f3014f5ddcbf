/**
 * The first few of many rows: a page of a large table costs a look at each row, and no sorting of all of them.
 *
 * @module
 */

/** The first items in an order, sorted. The list that is given gets into another order. */
export function firstSorted<T>(
  items: T[],
  count: number,
  compare: (first: T, second: T) => number,
): T[] {
  if (isSorted(items, compare)) return items.slice(0, count);
  // Sorting at once is as good where most of the list is wanted
  if (count > items.length / 2) return items.sort(compare).slice(0, count);
  selectFirst(items, count, compare);
  return items.slice(0, count).sort(compare);
}

/** Most tables are in the order of their ids. */
function isSorted<T>(items: readonly T[], compare: (first: T, second: T) => number): boolean {
  return items.every((item, index) => index === 0 || !isBefore(item, items[index - 1], compare));
}

/** Brings the first items to the front: Hoare's selection, which parts the list until the cut is where it should be. */
function selectFirst<T>(items: T[], count: number, compare: (first: T, second: T) => number): void {
  let [from, to] = [0, items.length - 1];
  while (from < to) {
    const pivot = items[(from + to) >> 1];
    if (pivot === undefined) return;
    let [left, right] = [from, to];
    while (left <= right) {
      while (isBefore(items[left], pivot, compare)) left++;
      while (isBefore(pivot, items[right], compare)) right--;
      if (left > right) break;
      swap(items, left++, right--);
    }
    if (count <= right) to = right;
    else if (count >= left) from = left;
    else return;
  }
}

function isBefore<T>(
  first: T | undefined,
  second: T | undefined,
  compare: (first: T, second: T) => number,
): boolean {
  return first !== undefined && second !== undefined && compare(first, second) < 0;
}

function swap<T>(items: T[], one: number, other: number): void {
  const [first, second] = [items[one], items[other]];
  if (first === undefined || second === undefined) return;
  items[one] = second;
  items[other] = first;
}
