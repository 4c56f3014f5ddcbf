/**
 * Waiting, and a clock that a test can replace.
 *
 * @module
 */

/** What tells the time, waits, and varies waits. */
export interface Clock {
  /** Milliseconds since some moment. */
  now(): number;
  /** Waits. An abort ends the wait with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 up to, but not including, 1. */
  random(): number;
}

/** The longest wait of a timer; a longer one would end at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of this machine. */
export const CLOCK: Clock = { now: () => Date.now(), sleep, random: () => Math.random() };

/** Waits by the clock. An abort ends the wait with the signal's reason. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(signal?.reason);
  const timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS));
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  });
}
