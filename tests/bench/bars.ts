/**
 * What the benches are to reach. A floor that is missed by the median and by the minimum fails the gate; the goal is
 * what to aim at.
 *
 * @module
 */

/** Gives a statistic of what was measured, by its name: `RACE / CONTENDER`. */
type Of = (series: string) => number;

/** One bar. */
export interface Bar {
  /** What is measured. */
  text: string;
  /** The worst that passes. */
  floor: number;
  /** What to aim at; none where there is nothing beyond the floor. */
  goal?: number;
  /** Whether more is better. */
  isLeast?: true;
  /** Of the figures; none for ratios. */
  unit?: "ms";
  /** The figure. */
  figure: (of: Of) => number;
}

const over = (race: string, name: string, base: string) => (of: Of) =>
  of(`${race} / ${name}`) / of(`${race} / ${base}`);

const faster = (race: string, peer: string, floor: number, goal: number): Bar => ({
  text: `${race}, times as fast as ${peer}`,
  floor,
  goal,
  isLeast: true,
  figure: over(race, peer, "odeno"),
});

const slower = (race: string, base: string, floor: number, goal: number): Bar => ({
  text: `${race}, over ${base}`,
  floor,
  goal,
  figure: over(race, "odeno", base),
});

const memory = (stream: string): (of: Of) => number => (of) =>
  of(`call large, MB / ${stream}`) / of(`call small, MB / ${stream}`);

/** The bars of the gate. */
export const BARS: readonly Bar[] = [
  slower("decode 10,000 rows", "JSON.parse", 3, 2),
  faster("decode 10,000 rows", "npm xmlrpc", 40, 60),
  faster("decode 10,000 rows", "Python xmlrpc.client", 18, 28),
  faster("decode 10,000 rows", "npm easysax", 4, 6),
  slower("decode 10,000 rows", "TextDecoder alone", 1.2, 0.9),
  slower("decode 200,000 ids", "JSON.parse", 3, 2.2),
  ...["encode load", "encode create"].flatMap((race) => [
    slower(race, "JSON.stringify", 4.5, 3),
    faster(race, "npm xmlrpc", 15, 20),
    faster(race, "Python xmlrpc.client", 3, 4),
  ]),
  {
    text: "peak memory of 250,000 streamed rows, over 10,000",
    floor: 1.3,
    goal: 1.1,
    figure: memory("odeno rows()"),
  },
  {
    text: "call streamed over loopback, over fetch alone",
    floor: 2.5,
    goal: 1.8,
    figure: over("call", "odeno rows()", "fetch alone"),
  },
  {
    text: "first batch of a 20 MB/s server, cold",
    floor: 50,
    goal: 20,
    unit: "ms",
    figure: (of) => of("call slow, once / odeno decodeRows(), first batch"),
  },
  {
    text: "import of mod.ts, over an empty script",
    floor: 15,
    goal: 7,
    unit: "ms",
    figure: (of) => of("startup / mod.ts") - of("startup / empty"),
  },
];

/** More bars, which the gate does not ask for. */
export const MORE_BARS: readonly Bar[] = [
  {
    text: "first batch of a 20 MB/s server, cold, with connecting",
    floor: 50,
    unit: "ms",
    figure: (of) => of("call slow, once / odeno rows(), first batch"),
  },
  ...["JSON-2", "JSON-RPC"].flatMap((wire): Bar[] => [
    {
      text: `${wire} rows over loopback, over fetch and JSON.parse`,
      floor: 2.5,
      figure: over("call", `odeno, ${wire} rows`, "fetch, JSON.parse"),
    },
    {
      text: `peak memory of 250,000 ${wire} rows, over 10,000`,
      floor: 1.3,
      figure: memory(`odeno, ${wire} rows`),
    },
  ]),
];

/** Names of all that the figures of bars are made of. */
export function seriesOf(bars: readonly Bar[]): Set<string> {
  const names = new Set<string>();
  for (const { figure } of bars) figure((series) => (names.add(series), NaN));
  return names;
}

/** A bar, and what came of it. */
export interface Judged extends Bar {
  /** The figure by medians; NaN where a contender is absent. */
  median: number;
  /** By minima. */
  min: number;
  /** What to call it. */
  verdict: "holds" | "FAILED" | "ABSENT";
}

/** Holds the figures against a bar. */
export function judge(bar: Bar, of: { median: Of; min: Of }): Judged {
  const [median, min] = [bar.figure(of.median), bar.figure(of.min)];
  const passes = [median, min].some((figure) => meets(bar, figure, bar.floor));
  return {
    ...bar,
    median,
    min,
    verdict: Number.isNaN(median) ? "ABSENT" : passes ? "holds" : "FAILED",
  };
}

/** One line for people. */
export function line(judged: Judged): string {
  const { verdict, text, goal } = judged;
  const figure = Number.isNaN(judged.median)
    ? "-"
    : `${written(judged, judged.median)} (${written(judged, judged.min)} by minima)`;
  const aim = goal === undefined
    ? ""
    : `, goal ${written(judged, goal)}${isReached(judged) ? " reached" : ""}`;
  return `${verdict.padEnd(7)} ${text}: ${figure}, ${judged.isLeast ? "at least" : "at most"} ${
    written(judged, judged.floor)
  }${aim}`;
}

/** A figure of a bar, for people. */
export function written({ unit }: Bar, figure: number): string {
  return `${Number(figure.toFixed(figure < 10 ? 2 : 1))}${unit === undefined ? "" : ` ${unit}`}`;
}

/** Whether the goal is reached. */
export function isReached(judged: Judged): boolean {
  return meets(judged, judged.median, judged.goal ?? judged.floor);
}

function meets({ isLeast }: Bar, figure: number, limit: number): boolean {
  return isLeast ? figure >= limit : figure <= limit;
}
