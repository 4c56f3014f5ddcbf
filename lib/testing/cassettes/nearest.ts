/**
 * Comparing requests: which entry is meant, and if none is, which comes nearest.
 *
 * @module
 */
import { isDict, type PythonValue } from "../python.ts";
import { writeJson } from "../server/json.ts";
import type { Asked } from "./asked.ts";
import type { Entry } from "./file.ts";

const LONGEST_VALUE = 60;
const MOST_DIFFERENCES = 3;

/** What requests have to have in common to be equal. The order of named arguments makes no difference. */
export function keyOf({ protocol, call, args, kwargs }: Asked): string {
  return `${call} ${protocol} ${writeJson(sorted([...args, { ...kwargs }]))}`;
}

/** A sentence on why there is no answer. */
export function explainMiss(path: string, asked: Asked, entries: readonly Entry[]): string {
  const { protocol, call } = asked;
  const key = keyOf(asked);
  const equal = entries.filter((entry) => keyOf(entry.asked) === key).length;
  if (equal > 0) {
    const times = equal === 1 ? "once" : `${equal} times`;
    return `The cassette ${path} has ${call} over ${protocol} like this only ${times}, and it is asked for once more`;
  }
  const start = `The cassette ${path} has no answer to this ${call} over ${protocol}`;
  const [nearest] = entries
    .filter((entry) => entry.asked.call === call)
    .map(({ asked: other }) => ({ other, differences: differencesOf(asked, other) }))
    .sort((one, two) => one.differences.length - two.differences.length);
  if (nearest) {
    const shown = nearest.differences.slice(0, MOST_DIFFERENCES).join(" and ");
    const more = nearest.differences.length - MOST_DIFFERENCES;
    return `${start}; the nearest entry differs in ${shown}${more > 0 ? ` and ${more} more` : ""}`;
  }
  const calls = new Set(entries.map((entry) => entry.asked.call));
  const model = call.slice(0, call.lastIndexOf("."));
  const related = [...calls].filter((other) => other.startsWith(`${model}.`));
  return related.length > 0
    ? `${start}; of the same model it has ${related.join(", ")}`
    : `${start}; it has ${calls.size === 0 ? "nothing" : [...calls].slice(0, 10).join(", ")}`;
}

function differencesOf(asked: Asked, other: Asked): string[] {
  const found: string[] = [];
  compare(asked.protocol, other.protocol, "protocol", found);
  compare([...asked.args], [...other.args], "args", found);
  compare({ ...asked.kwargs }, { ...other.kwargs }, "kwargs", found);
  return found;
}

function compare(
  asked: PythonValue | undefined,
  recorded: PythonValue | undefined,
  path: string,
  found: string[],
): void {
  if (asked !== undefined && recorded !== undefined && show(asked) === show(recorded)) return;
  if (Array.isArray(asked) && Array.isArray(recorded)) {
    const length = Math.max(asked.length, recorded.length);
    for (let index = 0; index < length; index++) {
      compare(asked[index], recorded[index], `${path}[${index}]`, found);
    }
  } else if (isDict(asked) && isDict(recorded)) {
    for (const name of new Set([...Object.keys(asked), ...Object.keys(recorded)])) {
      compare(asked[name], recorded[name], `${path}.${name}`, found);
    }
  } else {
    found.push(`${path} (asked ${shorten(show(asked))}, recorded ${shorten(show(recorded))})`);
  }
}

function show(value: PythonValue | undefined): string {
  return value === undefined ? "nothing" : writeJson(sorted(value));
}

function shorten(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text;
}

function sorted(value: PythonValue): PythonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isDict(value)) return value;
  const members = Object.entries(value).sort(([one], [two]) => one < two ? -1 : 1);
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
