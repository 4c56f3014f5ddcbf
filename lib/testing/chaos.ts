/**
 * Which call fails: the next one, or those that a rule picks.
 *
 * @module
 */
import { checkKnown } from "./checks.ts";
import { type Failure, FAILURE_KINDS } from "./failures.ts";
import { type CallMatch, type CallRecord, fits } from "./server/noted.ts";

/** A rule of chaos: which calls fail, and how. Without more than a failure it is for every call. */
export interface ChaosRule {
  /** How the calls fail. */
  readonly failure: Failure;
  /** The calls that the rule is for; the numbers below count only these. */
  readonly match?: CallMatch | undefined;
  /** So many calls are let through first. */
  readonly after?: number | undefined;
  /** Only every so manieth call fails, the first one being the `every`th. */
  readonly every?: number | undefined;
  /** How likely a call is to fail, from 0 to 1. */
  readonly rate?: number | undefined;
  /** So many failures at most. */
  readonly times?: number | undefined;
}

/** Settings of chaos. */
export interface ChaosOptions {
  /**
   * The start of the random numbers of `rate`. The same number makes the same calls fail, as long as calls come in the
   * same order.
   *
   * @default {1}
   */
  readonly seed?: number | undefined;
}

/** All that has been asked for: failures that wait for their call, and rules. */
export class Chaos {
  #waiting: { failure: Failure; match: CallMatch | undefined }[] = [];
  #rules: RunningRule[][] = [];

  /** Makes the next call that matches fail. */
  next(failure: Failure, match: CallMatch | undefined): void {
    checkFailure(failure);
    this.#waiting.push({ failure, match });
  }

  /** Makes calls fail by rules, until what it answers is disposed of. */
  add(rules: readonly ChaosRule[], { seed = 1 }: ChaosOptions): Disposable {
    const random = randomNumbers(seed);
    const running = rules.map((rule) => new RunningRule(rule, random));
    this.#rules.push(running);
    return {
      [Symbol.dispose]: () => {
        this.#rules = this.#rules.filter((other) => other !== running);
      },
    };
  }

  /** How a call has to fail. What waits for it goes before the rules; of these the first that picks it is meant. */
  pick(call: CallRecord): Failure | undefined {
    const index = this.#waiting.findIndex(({ match }) => fits(call, match));
    if (index >= 0) return this.#waiting.splice(index, 1)[0]?.failure;
    for (const rule of this.#rules.flat()) {
      if (rule.picks(call)) return rule.failure;
    }
    return undefined;
  }

  /** Forgets all of it. */
  clear(): void {
    this.#waiting = [];
    this.#rules = [];
  }
}

/** A rule, and how often it was asked. */
class RunningRule {
  readonly failure: Failure;
  readonly #rule: ChaosRule;
  readonly #random: () => number;
  #seen = 0;
  #failed = 0;

  constructor(rule: ChaosRule, random: () => number) {
    checkRule(rule);
    this.failure = rule.failure;
    this.#rule = rule;
    this.#random = random;
  }

  picks(call: CallRecord): boolean {
    const { match, after = 0, every = 1, rate = 1, times = Infinity } = this.#rule;
    if (!fits(call, match)) return false;
    const turn = ++this.#seen - after;
    // A number is drawn for each call, so that the other settings do not shift the later ones
    const isLikely = this.#random() < rate;
    if (turn <= 0 || turn % every !== 0 || !isLikely || this.#failed >= times) return false;
    this.#failed++;
    return true;
  }
}

function checkRule({ failure, after, every, rate = 0, times }: ChaosRule): void {
  checkFailure(failure);
  checkWhole("after", after, 0);
  checkWhole("every", every, 1);
  checkWhole("times", times, 0);
  if (!(rate >= 0 && rate <= 1)) refuse("rate", rate, "from 0 to 1");
}

/** Says at once what would otherwise go wrong in the midst of a call. */
function checkFailure(failure: Failure): void {
  if (typeof failure !== "object" || failure === null) {
    throw new TypeError(
      `Cannot make a call fail with ${
        JSON.stringify(failure) ?? "nothing"
      }: a failure is an object, such as ` +
        '{ kind: "timeout" }',
    );
  }
  checkKnown(failure.kind, FAILURE_KINDS, "Cannot make a call fail with the kind");
  if ("ms" in failure && !(failure.ms >= 0 && failure.ms < Infinity)) {
    refuse("ms", failure.ms, "a number from 0 on");
  }
  if ("bytes" in failure) checkWhole("bytes", failure.bytes, failure.kind === "drip" ? 1 : 0);
  if ("retryAfter" in failure) checkWhole("retryAfter", failure.retryAfter, 0);
  if (failure.kind === "redirect") {
    const { status = 301 } = failure;
    if (![301, 302, 303, 307, 308].includes(status)) refuse("status", status, "that of a redirect");
  }
  if (failure.kind === "http") checkAnswer(failure);
}

function checkAnswer({ status, body = "", headers }: Extract<Failure, { kind: "http" }>): void {
  if (!(status >= 200 && status < 600)) refuse("status", status, "from 200 to 599");
  try {
    new Response(body === "" ? null : body, { status, ...(headers && { headers }) });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new RangeError(`Cannot make a call fail with HTTP ${status}: ${error.message}`);
  }
}

function checkWhole(name: string, value: number | undefined, least: number): void {
  if (value === undefined || value === Infinity || Number.isInteger(value) && value >= least) {
    return;
  }
  refuse(name, value, `a whole number from ${least} on`);
}

function refuse(name: string, value: number, rule: string): never {
  throw new RangeError(`Cannot make a call fail with ${name}: ${value}, which should be ${rule}`);
}

/** Numbers from 0 to 1 that follow from a seed: mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = state + 0x6D2B79F5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
  };
}
