/**
 * How many requests may be under way at a host, and how fast they may follow each other. All connections of a program
 * to one host share the count: it is the host that they would overload.
 *
 * @module
 */
import { CLOCK, type Clock } from "../clock.ts";
import type { Fetch } from "../values.ts";

/** How much one caller asks of a host. */
export interface LimitOptions {
  /** The request starts when fewer than so many are under way. */
  concurrency: number;
  /** The request starts no sooner after the last one than so many a second allow; without it, at once. */
  callsPerSecond?: number | undefined;
  /** Ends the wait with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A simulated Odoo is a `fetch` of its own, so it shares with none that has the same address. */
const HOSTS = new WeakMap<Fetch, Map<string, Host>>();

/** The way to one host. Those of the same `fetch` and the same origin share the count. */
export class Limits {
  readonly #fetch: Fetch;
  readonly #origin: string;
  readonly #clock: Clock;

  /** Takes what sends the requests, and the origin to which they go. */
  constructor(fetch: Fetch, origin: string, clock: Clock = CLOCK) {
    this.#fetch = fetch;
    this.#origin = origin;
    this.#clock = clock;
  }

  /** Waits for a turn, in the order of arrival. The request is under way until the answer is disposed of. */
  async enter(options: LimitOptions): Promise<Disposable> {
    options.signal?.throwIfAborted();
    return await this.#host().enter(options);
  }

  #host(): Host {
    const hosts = HOSTS.get(this.#fetch) ?? new Map<string, Host>();
    const known = hosts.get(this.#origin);
    if (known) return known;
    // A program that goes from host to host keeps those that it still has to do with
    for (const [origin, host] of hosts) if (host.isIdle) hosts.delete(origin);
    const host = new Host(this.#clock);
    HOSTS.set(this.#fetch, hosts.set(this.#origin, host));
    return host;
  }
}

/** Somebody who waits for a turn. */
interface Waiter {
  readonly concurrency: number;
  /** Milliseconds that have to pass since the last start. */
  readonly gapMs: number;
  readonly start: () => void;
}

/** What is under way at one host, and who waits for a turn there. */
class Host {
  readonly #clock: Clock;
  readonly #waiting: Waiter[] = [];
  #underWay = 0;
  #lastStart = -Infinity;
  /** Until then the last start still counts. */
  #freeFrom = -Infinity;
  #nap = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isIdle(): boolean {
    return this.#underWay === 0 && this.#waiting.length === 0 &&
      this.#clock.now() >= this.#freeFrom;
  }

  async enter({ concurrency, callsPerSecond, signal }: LimitOptions): Promise<Disposable> {
    const { promise, resolve: start, reject } = Promise.withResolvers<void>();
    const gapMs = callsPerSecond === undefined ? 0 : 1000 / callsPerSecond;
    const waiter = { concurrency, gapMs, start };
    const giveUp = () => {
      const index = this.#waiting.indexOf(waiter);
      // Whose turn has come is no longer among the waiting
      if (index < 0) return;
      this.#waiting.splice(index, 1);
      reject(signal?.reason);
      this.#admit();
    };
    this.#waiting.push(waiter);
    signal?.addEventListener("abort", giveUp);
    this.#admit();
    await promise.finally(() => signal?.removeEventListener("abort", giveUp));
    const lane = this.#lane();
    // The abort came after the turn and before anybody has noticed
    if (signal?.aborted) lane[Symbol.dispose]();
    signal?.throwIfAborted();
    return lane;
  }

  #lane(): Disposable {
    let isUnderWay = true;
    return {
      [Symbol.dispose]: () => {
        if (!isUnderWay) return;
        isUnderWay = false;
        this.#underWay--;
        this.#admit();
      },
    };
  }

  /** Lets in whose turn it is, and looks again when the next one is due. */
  #admit(): void {
    this.#nap.abort();
    for (let [first] = this.#waiting; first; [first] = this.#waiting) {
      if (this.#underWay >= first.concurrency) return;
      const now = this.#clock.now();
      // No longer than the gap, should the clock have been set back
      const ms = Math.min(this.#lastStart + first.gapMs - now, first.gapMs);
      if (ms > 0) return this.#lookAgainIn(ms);
      this.#waiting.shift();
      this.#underWay++;
      this.#lastStart = now;
      this.#freeFrom = Math.max(this.#freeFrom, now + first.gapMs);
      first.start();
    }
  }

  #lookAgainIn(ms: number): void {
    this.#nap = new AbortController();
    this.#clock.sleep(ms, this.#nap.signal).then(() => this.#admit(), () => {});
  }
}
