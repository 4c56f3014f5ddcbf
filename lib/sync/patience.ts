/**
 * Calls that may be made twice, made again for as long as Odoo does not answer.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import {
  OdooAuthError,
  type OdooError,
  OdooNetworkError,
  OdooProtocolError,
  OdooServerError,
  OdooTimeoutError,
} from "../errors.ts";
import { isAmbiguous, mayPass } from "../transport/retry.ts";
import type { Caller, CallOptions, RpcCall, RpcValue } from "../values.ts";

/** How long a server may be out of reach: a little more than the time Odoo gives to one request. */
const PATIENCE_MS = 150_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 64_000;
/** What a timeout takes of the patience: it may be the call that is too large, and not the server that is gone. */
const TIMEOUT_MS = 20_000;
/** After so many failures that may come from its size, a chunk is called too large. */
const TRIES_OF_A_CHUNK = 2;

/**
 * A caller that tries again after 1, 2, 4 ... seconds when no answer came, for up to 150 seconds from the first failure
 * since Odoo last answered. All calls made through it have to be repeatable.
 *
 * What the caller beneath spends on tries of its own is part of that time.
 */
export class PatientCaller implements Caller {
  readonly #caller: Caller;
  readonly #clock: Clock;
  /** Milliseconds without an answer since the first failure. */
  #silence: number | undefined;

  /** Takes what makes the calls. */
  constructor(caller: Caller, clock: Clock) {
    this.#caller = caller;
    this.#clock = clock;
  }

  /** Whether Odoo has not answered for so long that nothing more should be tried. */
  get isExhausted(): boolean {
    return (this.#silence ?? 0) >= PATIENCE_MS;
  }

  /** Makes one call; as often as it takes. */
  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    return await this.#repeat(call, options, Infinity);
  }

  /** Makes a call that could be made in smaller ones: gives up early where its size may be what makes it fail. */
  async callChunk(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    return await this.#repeat(call, options, TRIES_OF_A_CHUNK);
  }

  async #repeat(call: RpcCall, options: CallOptions, tries: number): Promise<RpcValue> {
    let mayHaveRun = false;
    for (let attempt = 0;; attempt++) {
      const start = this.#clock.now();
      try {
        const answer = await this.#caller.call(call, options);
        this.#silence = undefined;
        return answer;
      } catch (error) {
        mayHaveRun ||= isUncertain(error);
        const pause = this.#pauseAfter(error, attempt, this.#clock.now() - start);
        if (isPerhapsTooMuch(error)) tries--;
        if (pause === undefined || tries <= 0) throw mayHaveRun ? asAmbiguous(error) : error;
        await this.#clock.sleep(pause, options.signal);
      }
    }
  }

  /** How long to wait, or nothing where it is of no use. */
  #pauseAfter(error: unknown, attempt: number, took: number): number | undefined {
    if (!mayPass(error)) {
      if (error instanceof OdooServerError) this.#silence = undefined;
      return undefined;
    }
    this.#silence = this.#silence === undefined
      ? 0
      : this.#silence + (error instanceof OdooTimeoutError ? Math.min(took, TIMEOUT_MS) : took);
    const left = PATIENCE_MS - this.#silence;
    const asked = error instanceof OdooNetworkError ? error.retryAfterMs ?? 0 : 0;
    if (left <= 0 || asked > left) {
      this.#silence = PATIENCE_MS;
      return undefined;
    }
    const pause = Math.max(
      asked,
      Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS, left),
    );
    this.#silence += pause;
    return pause;
  }
}

/** Whether the same work in smaller calls may get through: in the time, or in the size, that a server or proxy gives. */
export function isPerhapsTooMuch(error: unknown): boolean {
  return error instanceof OdooTimeoutError ||
    error instanceof OdooNetworkError && [413, 502, 504].includes(error.status ?? 0);
}

/** Whether Odoo may have done what it was asked. It has where only its answer could not be carried. */
export function isUncertain(error: unknown): boolean {
  return isAmbiguous(error) || error instanceof OdooProtocolError && error.outcome === "committed";
}

/** Whether no further row can be sent after this error. */
export function isLasting(error: unknown): error is OdooError {
  return error instanceof OdooNetworkError || error instanceof OdooProtocolError ||
    error instanceof OdooAuthError;
}

/** A later try that was refused says nothing of an earlier one that may have gone through. */
function asAmbiguous(error: unknown): unknown {
  if (!isLasting(error) || isUncertain(error)) return error;
  const url = error instanceof OdooNetworkError ? error.url : "";
  return new OdooNetworkError(error.message, { url, outcome: "unknown", cause: error });
}
