/**
 * The server's time, by which the next run knows where to begin.
 *
 * @module
 */
import type { Clock } from "../../clock.ts";
import { formatDatetime, isDatetimeString, parseDatetime } from "../../dates.ts";

/** `Date` of HTTP has whole seconds, and so may be later than what it stands for. */
const GRAIN_MS = 1000;
/** Where the server does not tell its time, the clock of this machine may be off by as much. */
const DOUBT_MS = 3_600_000;

/** Notes what the server's answers say of its time, and what the rows say of it. */
export class ServerTime {
  readonly #clock: Clock;
  readonly #overlapMs: number;
  #first: number | undefined;
  #latest: number | undefined;
  #skewMs = 0;
  /** A stamp up to here proves nothing: most rows are not parsed. */
  #plausible = "";

  /** Takes the clock of this machine, and how far back the next run has to look. */
  constructor(clock: Clock, overlapMs: number) {
    this.#clock = clock;
    this.#overlapMs = overlapMs;
  }

  /** To be called with the time of each answer. */
  readonly note = (time: Date): void => {
    this.#latest = time.getTime();
    this.#first ??= this.#latest;
    this.#plausible = asStamp(this.#latest + 2 * GRAIN_MS);
  };

  /** The moment before which everything that is committed by now has been read; settled by the first answer. */
  start(): number {
    return (this.#first ??= this.#clock.now()) - GRAIN_MS;
  }

  /** Whether the server tells its time. */
  get isKnown(): boolean {
    return this.#latest !== undefined;
  }

  /** A row that was changed after it was read proves that the database has another clock than the server. */
  check(stamp: string): void {
    if (stamp <= this.#plausible || !isDatetimeString(stamp)) return;
    const ahead = parseDatetime(stamp).epochMilliseconds - (this.#latest ?? this.#clock.now());
    if (ahead > 2 * GRAIN_MS) this.#skewMs = Math.max(this.#skewMs, ahead);
  }

  /** How far the clock of the database is ahead, as far as rows have shown. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /** Where a run that comes after one with this start begins to look. */
  nextFrom(start: number): number {
    const doubt = this.isKnown ? 0 : DOUBT_MS;
    // A row may be stamped with any year: what began before 1970 begins with everything
    return Math.max(0, start - Math.max(this.#overlapMs, doubt) - this.#skewMs);
  }
}

/** A moment as a domain has it. */
export function asStamp(ms: number): string {
  return formatDatetime(new Date(ms));
}
