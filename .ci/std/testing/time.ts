/**
 * Stands in for `@std/testing/time` where JSR cannot be reached: timers and `Date.now()` under the test's control.
 *
 * @module
 */

interface Timer {
  id: number;
  due: number;
  every: number | undefined;
  run: () => void;
}

/** Replaces the clock and the timers of the program until it is restored. */
export class FakeTime {
  #now: number;
  #timers: Timer[] = [];
  #nextId = 1;
  #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    now: Date.now,
  };

  constructor(start: number | string | Date = this.#real.now()) {
    this.#now = new Date(start).getTime();
    const add =
      (repeat: boolean) => (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
        const timer = {
          id: this.#nextId++,
          due: this.#now + ms,
          every: repeat ? ms : undefined,
          run: () => run(...args),
        };
        this.#timers.push(timer);
        return timer.id;
      };
    const remove = (id?: number) => {
      this.#timers = this.#timers.filter((timer) => timer.id !== id);
    };
    const faked = {
      setTimeout: add(false),
      setInterval: add(true),
      clearTimeout: remove,
      clearInterval: remove,
    };
    Object.assign(globalThis, faked);
    Date.now = () => this.#now;
  }

  /** Advances the clock and runs what came due. */
  tick(ms = 0): void {
    const end = this.#now + ms;
    for (let timer = this.#due(end); timer; timer = this.#due(end)) this.#fire(timer);
    this.#now = end;
  }

  /** Lets promises settle, then advances the clock and runs what came due. What that leads to has not settled. */
  async tickAsync(ms = 0): Promise<void> {
    await this.runMicrotasks();
    this.tick(ms);
  }

  /** Lets promises settle. */
  async runMicrotasks(): Promise<void> {
    await new Promise<void>((resolve) => this.#real.setTimeout.call(globalThis, resolve, 0));
  }

  /** Puts the real clock and timers back. */
  restore(): void {
    const { now, ...timers } = this.#real;
    Object.assign(globalThis, timers);
    Date.now = now;
  }

  [Symbol.dispose](): void {
    this.restore();
  }

  #due(end: number): Timer | undefined {
    const [first] = this.#timers.toSorted((a, b) => a.due - b.due || a.id - b.id);
    return first && first.due <= end ? first : undefined;
  }

  #fire(timer: Timer): void {
    this.#now = Math.max(this.#now, timer.due);
    if (timer.every === undefined) this.#timers = this.#timers.filter((other) => other !== timer);
    else timer.due += Math.max(timer.every, 1);
    timer.run();
  }
}
