/**
 * Parents before children, in SQL, so that a million references take little memory.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";

/** How the rows of a spool follow one another. */
export interface Levels {
  /** How many levels there are. */
  levels: number;
  /** Rows in circles. */
  circular: number;
  /** The level that the rows in circles share, or -1. */
  circleLevel: number;
}

/**
 * Fills `place(level, seq)` from `refs(parent, child)` for the rows of `rows` that are not in `doubles`. Wave by wave,
 * those whose parents are all placed are next. Rows in circles come together in one wave once nothing else can, as if
 * the references between them (`circle(seq)`) were not there, and those behind them go on from there.
 */
export function placeByLevels(database: DatabaseSync): Levels {
  database.exec(`
    CREATE TEMP TABLE place(level INTEGER, seq INTEGER, PRIMARY KEY (level, seq)) WITHOUT ROWID;
    CREATE TEMP TABLE circle(seq INTEGER PRIMARY KEY);
    CREATE TEMP TABLE waiting AS SELECT child AS seq, count(*) AS n FROM refs GROUP BY child;
    CREATE UNIQUE INDEX temp.waiting_seq ON waiting(seq);
    INSERT INTO place SELECT 0, seq FROM rows
      WHERE seq NOT IN (SELECT seq FROM waiting) AND key NOT IN (SELECT key FROM doubles) ORDER BY seq;
  `);
  const first = peel(database, { front: "place", waiting: "waiting", from: "parent", to: "child" });
  const circular = findCircles(database);
  if (circular === 0) {
    return { levels: countOf(database, "place") > 0 ? first + 1 : 0, circular, circleLevel: -1 };
  }
  const circleLevel = countOf(database, "place") > 0 ? first + 1 : 0;
  database.exec(`
    INSERT INTO place SELECT ${circleLevel}, seq FROM circle ORDER BY seq;
    UPDATE waiting SET n = 0 WHERE seq IN (SELECT seq FROM circle);
  `);
  const last = peel(
    database,
    { front: "place", waiting: "waiting", from: "parent", to: "child" },
    circleLevel,
  );
  return { levels: last + 1, circular, circleLevel };
}

/**
 * What is left cannot be placed: it is in a circle, between two circles, or behind one. Taking away, from the far end,
 * whatever nobody left refers to leaves those in (or between) circles.
 */
function findCircles(database: DatabaseSync): number {
  const left = countOf(database, "waiting WHERE n > 0");
  if (left === 0) return 0;
  database.exec(`
    CREATE TEMP TABLE stuck(seq INTEGER PRIMARY KEY, n INTEGER);
    INSERT INTO stuck SELECT seq, (SELECT count(*) FROM refs JOIN waiting AS below ON below.seq = refs.child
      WHERE refs.parent = waiting.seq AND below.n > 0) FROM waiting WHERE n > 0;
    CREATE TEMP TABLE behind(level INTEGER, seq INTEGER, PRIMARY KEY (level, seq)) WITHOUT ROWID;
    INSERT INTO behind SELECT 0, seq FROM stuck WHERE n = 0 ORDER BY seq;
  `);
  peel(database, { front: "behind", waiting: "stuck", from: "child", to: "parent" });
  database.exec("INSERT INTO circle SELECT seq FROM stuck WHERE n > 0");
  return countOf(database, "circle");
}

/** Tables and direction of one {@linkcode peel}. */
interface Peeling {
  front: "place" | "behind";
  waiting: "waiting" | "stuck";
  from: "parent" | "child";
  to: "parent" | "child";
}

/** Adds wave after wave to `front`, from the one given; the number of the last wave. */
function peel(
  database: DatabaseSync,
  { front, waiting, from, to }: Peeling,
  wave = 0,
): number {
  const touched = `FROM ${front} JOIN refs ON refs."${from}" = ${front}.seq WHERE level = ?`;
  const lower = database.prepare(`UPDATE ${waiting} SET n = ${waiting}.n - touched.n
    FROM (SELECT refs."${to}" AS seq, count(*) AS n ${touched} GROUP BY 1) AS touched
    WHERE touched.seq = ${waiting}.seq AND ${waiting}.n > 0`);
  const next = database.prepare(`INSERT INTO ${front} SELECT DISTINCT ? + 1, ${waiting}.seq
    ${touched.replace(" WHERE", ` JOIN ${waiting} ON ${waiting}.seq = refs."${to}" WHERE`)}
    AND ${waiting}.n = 0 AND NOT EXISTS (SELECT 1 FROM circle WHERE circle.seq = ${waiting}.seq)
    ORDER BY 2`);
  for (;; wave++) {
    lower.run(wave);
    if (Number(next.run(wave, wave).changes) === 0) return wave;
  }
}

function countOf(database: DatabaseSync, from: string): number {
  return Number(database.prepare(`SELECT count(*) AS n FROM ${from}`).get()?.["n"]);
}
