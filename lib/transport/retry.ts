/**
 * Repeats calls that failed for a reason that may pass, as far as repeating them is safe.
 *
 * @module
 */
import { CLOCK, type Clock } from "../clock.ts";
import { OdooError, OdooNetworkError, OdooProtocolError, OdooServerError } from "../errors.ts";
import type { CallOptions, RpcCall, RpcValue } from "../values.ts";
import { DEFAULT_TIMEOUT_MS } from "./http.ts";
import { isDistrusted, isEmptyAnswer, isTooMuch } from "./refusals.ts";
import type { Transport } from "./transport.ts";

/** How long to try. */
export interface RetrySettings {
  /** How often a call is repeated at most; 3 by default, 0 for never. */
  retries?: number | undefined;
  /** Milliseconds after the first failure within which a call may be repeated; 120,000 by default. */
  timeoutMs?: number | undefined;
}

const DEFAULT_RETRIES = 3;
/** Before the first repetition; doubled for each further one. */
const FIRST_PAUSE_MS = 500;
/** Pauses are varied by half, so the longest is 30 seconds. */
const LONGEST_PAUSE_MS = 20_000;

/**
 * Methods of Odoo 14 to 19 that change nothing, on any model. Not among them are those that look like it:
 * `default_get` creates records on some models, and `export_data` creates external ids.
 */
export const READING_METHODS: ReadonlySet<string> = new Set([
  "check_access",
  "check_access_rights",
  "check_access_rule",
  "check_object_reference",
  "context_get",
  "exists",
  "fields_get",
  "fields_view_get",
  "formatted_read_group",
  "formatted_read_grouping_sets",
  "get_external_id",
  "get_metadata",
  "get_param",
  "get_view",
  "get_views",
  "has_access",
  "has_group",
  "has_groups",
  "load_views",
  "name_get",
  "name_search",
  "read",
  "read_group",
  "read_progress_bar",
  "search",
  "search_count",
  "search_fetch",
  "search_panel_select_multi_range",
  "search_panel_select_range",
  "search_read",
  "user_has_groups",
  "web_name_search",
  "web_read",
  "web_read_group",
  "web_search_read",
]);

/**
 * A transport that tries again. A call that changes something is repeated only when it surely never reached Odoo, or
 * when its caller says that it may be made twice; reading calls also when no answer came, or when Odoo was too busy.
 *
 * When it gives up it throws the last error, whose message then tells how often it has tried.
 */
export class RetryTransport implements Transport {
  readonly #transport: Transport;
  readonly #settings: RetrySettings;
  readonly #clock: Clock;

  /** Takes what makes the calls. */
  constructor(transport: Transport, settings: RetrySettings = {}, clock: Clock = CLOCK) {
    this.#transport = transport;
    this.#settings = settings;
    this.#clock = clock;
  }

  get protocol(): Transport["protocol"] {
    return this.#transport.protocol;
  }

  async version(options: CallOptions = {}): Promise<string> {
    return await this.#repeat(true, options, (options) => this.#transport.version(options));
  }

  async authenticate(options: CallOptions = {}): Promise<number> {
    return await this.#repeat(true, options, (options) => this.#transport.authenticate(options));
  }

  async call(call: RpcCall, options: CallOptions = {}): Promise<RpcValue> {
    const isReading = READING_METHODS.has(call.method);
    return await this.#repeat(
      isReading,
      options,
      (options) => this.#transport.call(call, options),
    );
  }

  /** Repeated only as long as nothing has been yielded. */
  async *rows(call: RpcCall, options: CallOptions = {}): AsyncGenerator<RpcValue[]> {
    const tries = this.#tries(READING_METHODS.has(call.method), options);
    for (let hasYielded = false;;) {
      try {
        for await (const batch of this.#transport.rows(call, tries.options)) {
          hasYielded = true;
          yield batch;
        }
        return;
      } catch (error) {
        if (hasYielded) throw error;
        await tries.pauseAfter(error);
      }
    }
  }

  async #repeat<T>(
    isReading: boolean,
    options: CallOptions,
    send: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const tries = this.#tries(isReading, options);
    while (true) {
      try {
        return await send(tries.options);
      } catch (error) {
        await tries.pauseAfter(error);
      }
    }
  }

  #tries(isReading: boolean, options: CallOptions): Tries {
    return new Tries(isReading, options, this.#settings, this.#clock);
  }
}

/** The tries of one call. */
class Tries {
  readonly #isReading: boolean;
  readonly #isRepeatable: boolean;
  readonly #given: CallOptions;
  readonly #retries: number;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  #count = 0;
  #deadline = Infinity;
  #mayHaveRun = false;

  constructor(isReading: boolean, options: CallOptions, settings: RetrySettings, clock: Clock) {
    this.#isReading = isReading;
    this.#isRepeatable = options.idempotent ?? isReading;
    this.#given = options;
    this.#retries = settings.retries ?? DEFAULT_RETRIES;
    this.#timeoutMs = options.timeoutMs ?? settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#clock = clock;
  }

  /** The options for the next try: a repetition gets no more time than is left. */
  get options(): CallOptions {
    return this.#count === 0 ? this.#given : { ...this.#given, timeoutMs: this.#left };
  }

  /** Waits until the next try, or throws the error when there is to be none. */
  async pauseAfter(error: unknown): Promise<void> {
    if (this.#count++ === 0) this.#deadline = this.#clock.now() + this.#timeoutMs;
    this.#mayHaveRun ||= isAmbiguous(error);
    if (!mayPass(error) || !(this.#isRepeatable || wasNotSent(error))) throw this.#asOutcome(error);
    const pause = this.#pause(error);
    if (this.#count > this.#retries || pause >= this.#left) throw this.#givenUp(error);
    await this.#clock.sleep(pause, this.#given.signal);
    // The machine may have slept for longer
    if (this.#left <= 0) throw this.#givenUp(error);
  }

  /** No more than all of it, should the clock have been set back. */
  get #left(): number {
    return Math.min(this.#deadline - this.#clock.now(), this.#timeoutMs);
  }

  #pause(error: OdooError): number {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (this.#count - 1), LONGEST_PAUSE_MS);
    return Math.max(Math.round(pause * (0.5 + this.#clock.random())), askedPause(error));
  }

  #givenUp(error: OdooError): unknown {
    const asked = askedPause(error);
    const isTooLong = asked > 0 && asked >= this.#left;
    const notes = [
      ...(this.#count > 1 ? [`tried ${this.#count} times`] : []),
      ...(isTooLong ? [`not tried again: the server asks to wait ${asked / 1000} s`] : []),
    ];
    return withNotes(this.#asOutcome(error), notes);
  }

  /** A later try that was refused, or surely did not reach Odoo, says nothing of an earlier one that may have run. */
  #asOutcome(error: unknown): unknown {
    if (!this.#mayHaveRun || isAmbiguous(error) || !(error instanceof OdooError)) return error;
    if (!wasNotSent(error)) return this.#isReading ? error : withNotes(error, [EARLIER_TRY]);
    const { message, url, status, retryAfterMs } = error;
    return new OdooNetworkError(message, {
      url,
      status,
      outcome: "unknown",
      retryAfterMs,
      cause: error,
    });
  }
}

const EARLIER_TRY = "Odoo may have run an earlier try of this call";

/** Whether the same call may fare better a little later. */
export function mayPass(error: unknown): error is OdooError {
  if (error instanceof OdooProtocolError) return error.outcome === "unknown" && !isTooMuch(error);
  if (error instanceof OdooServerError) {
    return error.kind === "concurrency" || error.exception === "psycopg2.pool.PoolError";
  }
  if (!(error instanceof OdooNetworkError)) return false;
  if (isDistrusted(error)) return false;
  const { status = 0 } = error;
  return status === 0 || status === 429 || status >= 500 || isEmptyAnswer(error);
}

/** Whether Odoo may have run the call although no answer says so. */
export function isAmbiguous(error: unknown): boolean {
  return (error instanceof OdooNetworkError || error instanceof OdooProtocolError) &&
    error.outcome === "unknown";
}

function wasNotSent(error: unknown): error is OdooNetworkError {
  return error instanceof OdooNetworkError && error.outcome === "not-sent";
}

function askedPause(error: OdooError): number {
  return error instanceof OdooNetworkError ? error.retryAfterMs ?? 0 : 0;
}

/** The same error, which says more: `stack` holds a copy of the message, and is what logs show. */
function withNotes(error: unknown, notes: readonly string[]): unknown {
  if (!(error instanceof OdooError)) return error;
  const { message, stack } = error;
  error.message = [message, ...notes].join("; ");
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}
