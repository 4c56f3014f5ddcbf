/**
 * Runs the jobs of a command line, one after another.
 *
 * @module
 */
import { OdooConfigError } from "../../errors.ts";
import { type Invocation, UsageError } from "../command.ts";
import { unreadable } from "../files.ts";
import { telling } from "../log.ts";
import { type DataRow, formatOf, jsonOf, RowPrinter } from "../output.ts";
import { configBy, connectBy, contextOf } from "../settings.ts";
import { Endings } from "./ending.ts";
import type { Job } from "./job.ts";
import { runPull } from "./run_pull.ts";
import { runPush } from "./run_push.ts";
import type { Way } from "./way.ts";

const PLAN = ["job", "line", "key", "action", "id", "name", "field", "reason", "changes"];

/** Runs jobs, and answers with the exit code. A list of jobs is told of as a list, also where it has one. */
export async function runJobs(
  jobs: readonly Job[],
  isList: boolean,
  invocation: Invocation,
): Promise<number> {
  const { flags, io } = invocation;
  const isDry = flags["dry-run"] === true;
  // A dry run is no run
  const endings = new Endings(isDry ? [] : jobs, io);
  const facts: DataRow[] = [];
  try {
    await check(jobs, isDry, invocation);
    return await runEach(jobs, facts, endings, invocation);
  } catch (error) {
    await endings.fail(error, invocation.signal);
    throw error;
  } finally {
    const [first] = facts;
    if (flags["json"] && !isDry && first) io.out(jsonOf(isList ? facts : first));
  }
}

async function runEach(
  jobs: readonly Job[],
  facts: DataRow[],
  endings: Endings,
  invocation: Invocation,
): Promise<number> {
  const { flags, io, signal } = invocation;
  const isDry = flags["dry-run"] === true;
  const format = formatOf(flags, io);
  const plan = isDry && format !== "table" ? new RowPrinter(io, format, PLAN) : undefined;
  const odoo = await connectBy(invocation);
  const isVerbose = flags["verbose"] === true;
  const common = { odoo, signal, context: contextOf(flags), isDry, isVerbose, plan };
  let worst = 0;
  try {
    for (const job of jobs) {
      signal.throwIfAborted();
      if (isDry && job.kind === "pull") {
        io.err(`${job.name}: left out, as a pull has no dry run`);
        continue;
      }
      const { name, kind, model } = job;
      const way: Way = {
        ...common,
        io: telling(io, { job: name, kind, model }),
        ms: endings.begin(job),
      };
      const result = job.kind === "push" ? await runPush(job, way) : await runPull(job, way);
      worst = Math.max(worst, result.code);
      facts.push(result.facts);
      await endings.end(result);
      if (flags["ndjson"] && !isDry) io.out(jsonOf(result.facts));
    }
  } finally {
    plan?.end();
  }
  return worst;
}

/** Refuses what could not be done, before anything is read or sent. */
async function check(jobs: readonly Job[], isDry: boolean, invocation: Invocation): Promise<void> {
  const { flags } = invocation;
  if (flags["csv"] && !isDry) throw new UsageError("--csv is for the plan of a --dry-run only");
  const pushed = jobs.find(({ kind }) => kind === "push");
  if (!pushed && isDry) throw new UsageError("--dry-run is for pushes, and there is none");
  if (pushed && !isDry && (await configBy(invocation)).readOnly) {
    throw new OdooConfigError(
      `Cannot push "${pushed.name}" where only reading is allowed, by --read-only or ODOO_READ_ONLY; ` +
        "--dry-run tells what would be done",
    );
  }
  for (const job of jobs) {
    if (job.kind === "pull" || job.source === "-") continue;
    const info = await Deno.stat(job.source).catch((error) => {
      throw unreadable(job.source, error);
    });
    if (info.isDirectory) throw new OdooConfigError(`Cannot read ${job.source}: it is a folder`);
  }
}
