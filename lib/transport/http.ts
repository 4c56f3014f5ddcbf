/**
 * The one place that sends requests: time limits, aborting, and telling Odoo's answers from everything else that may
 * answer in its place.
 *
 * @module
 */
import { CLOCK, LONGEST_TIMER_MS } from "../clock.ts";
import { OdooError, OdooTimeoutError } from "../errors.ts";
import { type Pieces, readPieces } from "../pieces.ts";
import type { AnswerLimits, Fetch } from "../values.ts";
import { bytesOf, Counter, DEFAULT_MAX_BYTES } from "./body.ts";
import { Limits } from "./limits.ts";
import { emptyAnswer, notAnAnswer, strangeAnswer, unreachable } from "./refusals.ts";

/** Odoo's own limit for a request, `limit_time_real`. */
export const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_CONCURRENCY = 4;

/** Where to send requests, and how. */
export interface HttpOptions {
  /** Address of Odoo. */
  url: string;
  /** What sends a request; the built-in `fetch` by default. */
  fetch?: Fetch | undefined;
  /** Milliseconds until a request is given up; 120,000 by default. */
  timeoutMs?: number | undefined;
  /** How many requests may be under way at once at the host; 4 by default. */
  concurrency?: number | undefined;
  /** How many requests may start in a second at the host; by default as many as there are. */
  callsPerSecond?: number | undefined;
  /** What is too much of an answer. */
  limits?: AnswerLimits | undefined;
}

/** One request. Its headers and its body may hold the secret, so it is shown nowhere. */
export interface HttpRequest {
  /** Path of the endpoint, such as `/xmlrpc/2/object`. */
  path: string;
  /** Headers, such as the content type. */
  headers: Readonly<Record<string, string>>;
  /** The encoded call. Without one the request is a GET. */
  body?: Uint8Array<ArrayBuffer> | undefined;
  /** Whether an answer with this status and content type comes from Odoo; anything else is refused. */
  isAnswer: (status: number, contentType: string) => boolean;
  /** Milliseconds until this request is given up. */
  timeoutMs?: number | undefined;
  /** Ends the request early. */
  signal?: AbortSignal | undefined;
  /** Told the moment of the answer, by the clock of the server or of the proxy in front of it. */
  onServerTime?: ((time: Date) => void) | undefined;
}

/** An answer of Odoo. */
export interface HttpAnswer<Body> {
  /** HTTP status. */
  readonly status: number;
  /** Its headers. */
  readonly headers: Headers;
  /** The whole body, or what it arrives by. */
  readonly body: Body;
  /** The error to throw where the body, or the start of it, turns out not to be from Odoo. */
  readonly refuse: (text: string) => OdooError;
}

/**
 * Sends requests to one Odoo. Redirects are never followed: the request holds the secret, which would go to wherever
 * they point.
 *
 * Both methods throw `OdooNetworkError` when nothing came back, or something that is not an RPC answer, and
 * `OdooTimeoutError` when it did not come in time.
 */
export class Http {
  /** Address of Odoo, without a slash at the end. */
  readonly base: string;
  readonly #fetch: Fetch;
  readonly #timeoutMs: number;
  readonly #limits: Limits;
  readonly #concurrency: number;
  readonly #callsPerSecond: number | undefined;
  /** Largest answer, in bytes, where one is set. */
  readonly #maxBytes: number | undefined;

  /** Takes the address and the limits. */
  constructor({ url, fetch, timeoutMs, concurrency, callsPerSecond, limits }: HttpOptions) {
    this.base = url.replace(/\/+$/, "");
    this.#fetch = fetch ?? globalThis.fetch;
    this.#timeoutMs = timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#limits = new Limits(this.#fetch, new URL(url).origin);
    this.#concurrency = concurrency ?? DEFAULT_CONCURRENCY;
    this.#callsPerSecond = callsPerSecond;
    this.#maxBytes = limits?.maxBytes;
  }

  /** Sends a request, and answers with the whole body. The time limit is for all of it. */
  async send(request: HttpRequest): Promise<HttpAnswer<Uint8Array>> {
    using _turn = await this.#turn(request.signal);
    using deadline = new Deadline(request.timeoutMs ?? this.#timeoutMs, request.signal);
    const url = this.base + request.path;
    try {
      const response = await deadline.race(this.#fetchAnswer(url, request, deadline.signal));
      const maxBytes = this.#maxBytes ?? DEFAULT_MAX_BYTES;
      const body = await deadline.race(bytesOf(response, maxBytes, url, deadline.signal));
      if (body.length === 0) throw emptyAnswer(url, response.status);
      return answer(url, response, body);
    } catch (error) {
      throw deadline.explain(error, url);
    }
  }

  /**
   * Sends a request, and answers with the body as it arrives. The time limit is for the first byte, and then for the
   * waits on every further 64 KiB, so that a server that sends a byte now and then is given up. The request is under way
   * until its answer begins: Odoo has done its work by then, and who reads the stream may make calls meanwhile.
   */
  async open(request: HttpRequest): Promise<HttpAnswer<Pieces>> {
    using _turn = await this.#turn(request.signal);
    const deadline = new Deadline(request.timeoutMs ?? this.#timeoutMs, request.signal);
    const url = this.base + request.path;
    try {
      const response = await deadline.race(this.#fetchAnswer(url, request, deadline.signal));
      if (response.body === null) throw emptyAnswer(url, response.status);
      return answer(url, response, watched(response.body, deadline, url, this.#maxBytes));
    } catch (error) {
      deadline[Symbol.dispose]();
      throw deadline.explain(error, url);
    }
  }

  async #turn(signal: AbortSignal | undefined): Promise<Disposable> {
    const [concurrency, callsPerSecond] = [this.#concurrency, this.#callsPerSecond];
    return await this.#limits.enter({ concurrency, callsPerSecond, signal });
  }

  async #fetchAnswer(url: string, request: HttpRequest, signal: AbortSignal): Promise<Response> {
    const { headers, body, isAnswer } = request;
    const response = await this.#fetch(url, {
      ...(body === undefined ? { method: "GET" } : { method: "POST", body }),
      headers,
      redirect: "manual",
      signal,
    });
    // This `fetch` has not listened, and nobody waits any more
    if (signal.aborted) await response.body?.cancel(signal.reason);
    signal.throwIfAborted();
    const type = response.headers.get("content-type") ?? "";
    if (!isAnswer(response.status, type)) throw await notAnAnswer(response, url);
    const time = new Date(response.headers.get("date") ?? "");
    if (!Number.isNaN(time.getTime())) request.onServerTime?.(time);
    return response;
  }
}

function answer<Body>(url: string, { status, headers }: Response, body: Body): HttpAnswer<Body> {
  return { status, headers, body, refuse: (text) => strangeAnswer(url, status, headers, text) };
}

/** The pieces of a body, with the deadline running only while somebody waits for the next one. */
function watched(
  body: ReadableStream<Uint8Array>,
  deadline: Deadline,
  url: string,
  maxBytes = Infinity,
): Pieces {
  const pieces = readPieces(body);
  const counter = new Counter(maxBytes, url);
  let enough = RENEWING_BYTES;
  deadline.pause();
  deadline.renew();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      deadline.resume();
      try {
        const piece = await deadline.race(pieces.next());
        deadline.pause();
        if (piece.done) deadline[Symbol.dispose]();
        else counter.add(piece.value);
        if (counter.size >= enough) {
          enough = counter.size + RENEWING_BYTES;
          deadline.renew();
        }
        return piece;
      } catch (error) {
        // Not waited for: what did not bring a piece in time may not end in time either
        this.return(error).catch(() => {});
        throw deadline.explain(error, url);
      }
    },
    async return(reason) {
      deadline[Symbol.dispose]();
      return await pieces.return(reason);
    },
  };
}

/** So much of a stream has to come within the time limit. */
const RENEWING_BYTES = 2 ** 16;

/** Ends a request when its time is over, or when its caller aborts it. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #outer: AbortSignal | undefined;
  readonly #stop = () => this.#controller.abort(this.#outer?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  #leftMs: number;
  #since = 0;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.#timeoutMs = this.#leftMs = timeoutMs;
    this.#outer = outer;
    outer?.addEventListener("abort", this.#stop);
    if (outer?.aborted) this.#stop();
    this.resume();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Goes on to count the time that is left. */
  resume(): void {
    this.pause();
    this.#since = CLOCK.now();
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#controller.abort(new DOMException("The time is over", "TimeoutError"));
    }, Math.min(this.#leftMs, LONGEST_TIMER_MS));
  }

  pause(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs = Math.max(0, this.#leftMs - (CLOCK.now() - this.#since));
  }

  /** All of the time is left again. */
  renew(): void {
    this.#leftMs = this.#timeoutMs;
  }

  [Symbol.dispose](): void {
    this.pause();
    this.#outer?.removeEventListener("abort", this.#stop);
  }

  /** The work, or a rejection once the time is over: not every `fetch` listens to the signal. */
  async race<T>(work: Promise<T>): Promise<T> {
    return await race(work, this.signal);
  }

  /** The error to throw for one that `fetch` or the body threw. */
  explain(error: unknown, url: string): unknown {
    if (this.#outer?.aborted) return this.#outer.reason;
    if (this.#isOver) {
      return new OdooTimeoutError(
        `${url} did not answer within ${this.#timeoutMs} ms; Odoo may still be working on the call`,
        { url, outcome: "unknown" },
      );
    }
    return error instanceof OdooError ? error : unreachable(error, url);
  }
}

/** The work, or a rejection with the signal's reason once that is aborted. The work itself goes on. */
export async function race<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
