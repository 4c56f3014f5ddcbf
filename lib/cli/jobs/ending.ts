/**
 * Tells those who watch a job how it has ended.
 *
 * @module
 */
import { JobBusyError } from "../../errors.ts";
import type { RpcValue } from "../../values.ts";
import type { Io } from "../io.ts";
import { type About, noteOn, notesOn, telling } from "../log.ts";
import { type Metric, writeMetrics } from "../metrics.ts";
import { ping } from "../ping.ts";
import type { Job } from "./job.ts";
import type { Result, Way } from "./way.ts";

/** How a job has ended. */
interface Ending {
  /** The exit code. */
  readonly code: number;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** Number of the run, and rows by what became of them; nothing where that is not known. */
  readonly counts: Readonly<Record<string, number>>;
  /** Name of the class of the error, where it has ended with one. */
  readonly error?: string | undefined;
}

/** Tells of each of the jobs of a command line once, in whatever way it ends. */
export class Endings {
  readonly #left: Job[];
  readonly #io: Io;
  #running: Job | undefined;
  #begun = performance.now();

  /** Takes the jobs, in the order in which they run. */
  constructor(jobs: readonly Job[], io: Io) {
    this.#left = [...jobs];
    this.#io = io;
  }

  /** The next job begins. Answers with what tells how many milliseconds ago that was. */
  begin(job: Job): () => number {
    this.#running = job;
    const begun = this.#begun = performance.now();
    return () => Math.round(performance.now() - begun);
  }

  /** It has run to its end. */
  async end({ code, facts }: Result): Promise<void> {
    this.#running = undefined;
    const job = this.#left.shift();
    if (job) await tell(job, { code, ms: this.#ms(), counts: countsOf(facts) }, this.#io);
  }

  /**
   * It could not run, or not to its end, and so the others do not run either. What another run holds is for that one to
   * tell of.
   */
  async fail(cause: unknown, signal: AbortSignal): Promise<void> {
    const ms = this.#ms();
    const [next, ...others] = this.#left;
    // What could not even begin is of one job only where there is one
    const job = this.#running ?? (others.length === 0 ? next : undefined);
    if (job) {
      const { name, kind, model } = job;
      noteOn(cause, { job: name, kind, model, ms });
    }
    if (cause instanceof JobBusyError) return;
    // Whatever is thrown after a signal, that signal gives the exit code
    const { code = 2 } = notesOn(signal.aborted ? signal.reason : cause);
    const error = cause instanceof Error ? cause.name : undefined;
    const ending = { code: Number(code), ms, counts: {}, error };
    await Promise.all(this.#left.map((job) => tell(job, ending, this.#io)));
  }

  #ms(): number {
    return Math.round(performance.now() - this.#begun);
  }
}

/** What a log has of a run that has ended, beside its text. */
export function aboutEnd({ code, facts }: Result, { ms, isDry }: Way): About {
  const { run, ...counts } = countsOf(facts);
  const level = code === 0 ? "info" : "warn";
  return { level, run, code, ms: ms(), ...isDry && { dry: true }, counts };
}

/** The figures of facts. */
function countsOf(facts: Readonly<Record<string, RpcValue>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      typeof value === "number" ? [[name, value]] : []
    ),
  );
}

async function tell(job: Job, ending: Ending, ends: Io): Promise<void> {
  const { name, kind, model } = job;
  const io = telling(ends, { job: name, kind, model });
  const { code, ms, counts, error } = ending;
  const tells: Promise<void>[] = [];
  if (job.ping !== undefined) {
    const facts = { job: name, kind, model, code, ms, ...counts, ...error && { error } };
    tells.push(ping(job.ping, { isWell: code === 0, facts }, io));
  }
  if (job.metrics !== undefined) {
    tells.push(writeMetrics(job.metrics, { job: name, model }, metricsOf(ending), io));
  }
  await Promise.all(tells);
}

function metricsOf({ code, ms, counts }: Ending): Metric[] {
  // Sums of the others, which would count twice wherever all are added up
  const { run, rows: _rows, read: _read, delivered: _delivered, ...values } = counts;
  const now = Date.now() / 1000;
  return [
    {
      name: "odeno_job_last_run_timestamp_seconds",
      help: "When the last run of the job ended.",
      value: now,
    },
    {
      name: "odeno_job_last_success_timestamp_seconds",
      help: "When the last run ended that had exit code 0.",
      value: code === 0 ? now : undefined,
      isKept: true,
    },
    {
      name: "odeno_job_duration_seconds",
      help: "How long the last run took.",
      value: ms / 1000,
    },
    { name: "odeno_job_exit_code", help: "The exit code of the last run.", value: code },
    { name: "odeno_job_run", help: "The number of the last run.", value: run },
    {
      name: "odeno_job_rows",
      help: "Rows of the last run, by what became of them.",
      value: { label: "outcome", values },
    },
  ];
}
