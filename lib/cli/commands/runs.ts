import { OdooConfigError } from "../../errors.ts";
import type { RunRecord, StateStore } from "../../sync/mod.ts";
import { checkNoMore, type Command, countOf, type Flags, textOf, UsageError } from "../command.ts";
import { unreadable } from "../files.ts";
import type { Io } from "../io.ts";
import { didYouMean } from "../../nearest.ts";
import { type DataRow, formatOf, RowPrinter } from "../output.ts";

/** What runs of jobs have done. */
export const runs: Command = {
  usage: "runs [JOB] [--state FILE] [--limit N] [--failures RUN]",
  details:
    "The newest run comes first. A run that is called interrupted was killed, or ended by Ctrl-C: it has no counts, and the next one goes on.",
  options: {
    state: "the file in which jobs remember what they did; odeno.sqlite by default",
    limit: "so many runs at most; 20 by default",
    failures: "the rows of this run that did not go in, or not as they were; last for the last run",
  },
  examples: ["odeno runs", "odeno runs contacts --failures last"],
  async run({ args, flags, io }) {
    const [job, ...rest] = args;
    checkNoMore(rest);
    const limit = countOf(flags, "limit", 1) ?? 20;
    const failures = failuresOf(flags);
    const given = textOf(flags, "state");
    const path = given ?? "odeno.sqlite";
    const isAll = job === undefined && failures === undefined;
    // A store makes its file where there is none
    const isThere = await Deno.stat(path).then(() => true, (error) => {
      if (isAll && given === undefined && error instanceof Deno.errors.NotFound) return false;
      throw unreadable(path, error);
    });
    if (!isThere) return none("No job has run here", flags, io);
    const { sqliteStore } = await import("../../sync/mod.ts");
    await using store = sqliteStore(path);
    const found = await store.runs(job, limit);
    if (found.length === 0 && isAll) return none(`No job of ${path} has run`, flags, io);
    if (found.length === 0) throw await unknownJob(store, job, path);
    if (failures !== undefined) {
      print(await failedRows(store, found, failures), ROW, flags, io);
      return 0;
    }
    const rows = found.map(runData);
    const told = COUNTS.filter((name) => rows.some((row) => row[name]));
    print(rows, [...RUN, ...formatOf(flags, io) === "table" ? told : COUNTS], flags, io);
    return 0;
  },
};

const RUN = ["job", "run", "status", "started", "ended"];
const COUNTS = [
  "rows",
  "created",
  "updated",
  "unchanged",
  "failed",
  "unknown",
  "altered",
  "warned",
  "archived",
  "deleted",
  "hidden",
  "left",
] as const;
const ROW = ["line", "key", "status", "field", "reason"];

function none(text: string, flags: Flags, io: Io): number {
  if (formatOf(flags, io) !== "table") print([], [...RUN, ...COUNTS], flags, io);
  io.err(text);
  return 0;
}

function print(rows: readonly DataRow[], columns: readonly string[], flags: Flags, io: Io): void {
  const printer = new RowPrinter(io, formatOf(flags, io), columns);
  printer.add(rows);
  printer.end();
}

function runData({ job, run, status, started, ended, pid, host, account }: RunRecord): DataRow {
  const counts = COUNTS.map((name): [string, number | null] => [name, account?.[name] ?? null]);
  return {
    job,
    run,
    status,
    started,
    ended: ended ?? null,
    pid,
    host,
    ...Object.fromEntries(counts),
  };
}

/** The run that is asked for: "last", or a number. */
function failuresOf(flags: Flags): number | "last" | undefined {
  const text = textOf(flags, "failures");
  return text === "last" ? text : countOf(flags, "failures", 1);
}

async function failedRows(
  store: StateStore,
  found: readonly RunRecord[],
  failures: number | "last",
): Promise<DataRow[]> {
  const jobs = new Set(found.map(({ job }) => job));
  const [newest] = found;
  if (!newest || jobs.size > 1) {
    throw new UsageError(`--failures needs the name of a job: ${[...jobs].join(", ")}`);
  }
  const run = failures === "last" ? newest.run : failures;
  if (run > newest.run) {
    throw new OdooConfigError(
      `The job "${newest.job}" has had ${newest.run} runs, and no run ${run}`,
    );
  }
  return (await store.outcomes(newest.job, run)).map((row) => ({ ...row }));
}

async function unknownJob(
  store: StateStore,
  job: string | undefined,
  path: string,
): Promise<OdooConfigError> {
  if (job === undefined) return new OdooConfigError(`${path} knows of no run`);
  const jobs = [...new Set((await store.runs()).map((run) => run.job))];
  const near = didYouMean(job, jobs) || `; it has ${jobs.join(", ") || "none"}`;
  return new OdooConfigError(`${path} has no job "${job}"${near}`);
}
