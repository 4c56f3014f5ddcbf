/**
 * The one place that sends requests: time limits, aborting, bounded parallelism, and telling Odoo's answers from
 * everything else that may answer in its place.
 *
 * @module
 */
import { OdooConfigError, OdooError, OdooNetworkError, OdooTimeoutError } from "../errors.ts";
import type { Fetch } from "../values.ts";

/** Odoo's own limit for a request, `limit_time_real`. */
const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_CONCURRENCY = 4;
/** The longest wait of a timer; a longer one would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** As much of a web page as is read to find its title. */
const TITLE_BYTES = 16_384;

/** Where to send requests, and how. */
export interface HttpOptions {
  /** Address of Odoo. */
  url: string;
  /** What sends a request; the built-in `fetch` by default. */
  fetch?: Fetch | undefined;
  /** Milliseconds until a request is given up; 120,000 by default. */
  timeoutMs?: number | undefined;
  /** How many requests may be under way at once; 4 by default. */
  concurrency?: number | undefined;
}

/** One request. Its body holds the secret, so it is shown nowhere. */
export interface PostRequest {
  /** Path of the endpoint, such as `/xmlrpc/2/object`. */
  path: string;
  /** Content type of the body. */
  contentType: string;
  /** The encoded call. */
  body: Uint8Array<ArrayBuffer>;
  /** Milliseconds until this request is given up. */
  timeoutMs?: number | undefined;
  /** Ends the request early. */
  signal?: AbortSignal | undefined;
}

/**
 * Posts to one Odoo. Redirects are never followed: the body holds the secret, and would go to wherever they point.
 *
 * Both methods throw `OdooNetworkError` when nothing came back, or something that is not an RPC answer, and
 * `OdooTimeoutError` when it did not come in time.
 */
export class Http {
  /** Address of Odoo, without a slash at the end. */
  readonly base: string;
  readonly #fetch: Fetch;
  readonly #timeoutMs: number;
  readonly #lanes: Lanes;

  /** Takes the address and the limits. */
  constructor({ url, fetch, timeoutMs, concurrency }: HttpOptions) {
    this.base = url.replace(/\/+$/, "");
    this.#fetch = fetch ?? globalThis.fetch;
    this.#timeoutMs = timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#lanes = new Lanes(concurrency ?? DEFAULT_CONCURRENCY);
  }

  /** Posts, and answers with the whole body. The time limit is for all of it. */
  async post(request: PostRequest): Promise<Uint8Array> {
    using _lane = await this.#lanes.enter(request.signal);
    using deadline = new Deadline(request.timeoutMs ?? this.#timeoutMs, request.signal);
    const url = this.base + request.path;
    try {
      const response = await deadline.race(this.#send(url, request, deadline.signal));
      const bytes = await deadline.race(response.bytes());
      if (bytes.length === 0) throw emptyAnswer(url, response.status);
      return bytes;
    } catch (error) {
      throw deadline.explain(error, url);
    }
  }

  /**
   * Posts, and answers with the body as it arrives. The time limit is for the first byte, and then for each wait on a
   * further piece. The stream must be read to its end or cancelled: until then it counts as under way.
   */
  async open(request: PostRequest): Promise<ReadableStream<Uint8Array>> {
    const lane = await this.#lanes.enter(request.signal);
    const deadline = new Deadline(request.timeoutMs ?? this.#timeoutMs, request.signal);
    const url = this.base + request.path;
    const close = () => {
      deadline[Symbol.dispose]();
      lane[Symbol.dispose]();
    };
    try {
      const response = await deadline.race(this.#send(url, request, deadline.signal));
      if (response.body === null) throw emptyAnswer(url, response.status);
      return watched(response.body, deadline, url, close);
    } catch (error) {
      close();
      throw deadline.explain(error, url);
    }
  }

  async #send(url: string, request: PostRequest, signal: AbortSignal): Promise<Response> {
    const response = await this.#fetch(url, {
      method: "POST",
      headers: { "content-type": request.contentType },
      body: request.body,
      redirect: "manual",
      signal,
    });
    const type = response.headers.get("content-type") ?? "";
    if (response.status === 200 && !/^text\/(html|plain)/.test(type)) return response;
    throw await notAnAnswer(response, this.base, request.path);
  }
}

/** The body again, with the deadline running only while somebody waits for the next piece. */
function watched(
  body: ReadableStream<Uint8Array>,
  deadline: Deadline,
  url: string,
  close: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  deadline.pause();
  return new ReadableStream({
    async pull(controller) {
      deadline.resume();
      try {
        const { done, value } = await deadline.race(reader.read());
        deadline.pause();
        if (!done) return controller.enqueue(value);
        close();
        controller.close();
      } catch (error) {
        close();
        controller.error(deadline.explain(error, url));
        await reader.cancel(error).catch(() => {});
      }
    },
    async cancel(reason) {
      close();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}

/** Lets a bounded number of holders in at a time, in the order in which they came. */
class Lanes {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async enter(signal: AbortSignal | undefined): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#wait(signal);
    return { [Symbol.dispose]: () => this.#leave() };
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      const index = this.#waiting.indexOf(resolve);
      // Whose turn has come is no longer among the waiting
      if (index < 0) return;
      this.#waiting.splice(index, 1);
      reject(signal?.reason);
    };
    this.#waiting.push(resolve);
    signal?.addEventListener("abort", giveUp);
    return promise.finally(() => signal?.removeEventListener("abort", giveUp));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}

/** Ends a request when its time is over, or when its caller aborts it. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #outer: AbortSignal | undefined;
  readonly #stop = () => this.#controller.abort(this.#outer?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#outer = outer;
    outer?.addEventListener("abort", this.#stop);
    if (outer?.aborted) this.#stop();
    this.resume();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  resume(): void {
    this.pause();
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#controller.abort(new DOMException("The time is over", "TimeoutError"));
    }, Math.min(this.#timeoutMs, LONGEST_TIMER_MS));
  }

  pause(): void {
    clearTimeout(this.#timer);
  }

  [Symbol.dispose](): void {
    this.pause();
    this.#outer?.removeEventListener("abort", this.#stop);
  }

  /** The work, or a rejection once the time is over: not every `fetch` listens to the signal. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const stop = () => reject(this.signal.reason);
    this.signal.addEventListener("abort", stop);
    if (this.signal.aborted) stop();
    try {
      return await Promise.race([work, promise]);
    } finally {
      this.signal.removeEventListener("abort", stop);
    }
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

function unreachable(error: unknown, url: string): OdooError {
  if (error instanceof Deno.errors.NotCapable) {
    const { host } = new URL(url);
    return new OdooConfigError(
      `Cannot reach ${url} without permission: run with --allow-net=${host}`,
    );
  }
  // Deno wraps the reason in "fetch failed", and its innermost part stands last in the text
  const { cause = error } = error instanceof Error ? error : {};
  const text = cause instanceof Error ? cause.message : String(cause);
  const wasSent = !/client error \(Connect\)|are blocked$/.test(text);
  const what = wasSent ? "was cut off before the answer was complete" : "could not be made";
  const why = text.split(": ").at(-1) ?? text;
  return new OdooNetworkError(`The connection to ${url} ${what}: ${why}`, {
    url,
    outcome: wasSent ? "unknown" : "not-sent",
    cause: error,
  });
}

function emptyAnswer(url: string, status: number): OdooNetworkError {
  return new OdooNetworkError(
    `${url} answered with nothing; Odoo may have run the call all the same`,
    {
      url,
      status,
      outcome: "unknown",
    },
  );
}

/** Says what came in place of an RPC answer: a redirect, a web page, or an HTTP error of a proxy. */
async function notAnAnswer(
  response: Response,
  base: string,
  path: string,
): Promise<OdooNetworkError> {
  const { status } = response;
  const url = base + path;
  const location = response.headers.get("location");
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    return new OdooNetworkError(redirectMessage(url, location, path), {
      url,
      status,
      outcome: "not-sent",
    });
  }
  const title = await pageTitle(response);
  const page = title === undefined ? "" : ` and a page titled "${title}"`;
  const hint = HINTS[status] ?? "check ODOO_URL, and what stands between here and Odoo";
  // Below 500 Odoo or a proxy refused the request before any method ran
  return new OdooNetworkError(
    `${url} answered with HTTP ${status}${page} in place of RPC: ${hint}`,
    {
      url,
      status,
      outcome: status >= 500 || status === 200 ? "unknown" : "not-sent",
    },
  );
}

const HINTS: Readonly<Record<number, string>> = {
  404: "ODOO_URL must be the address of Odoo itself, without /web or /odoo",
  413: "the request is larger than the server or a proxy takes, so send smaller chunks",
  429: "the server asks for fewer calls, so wait, or lower the concurrency",
  502: "the proxy in front of Odoo got no answer, and Odoo may have run the call",
  503: "Odoo is not available",
  504: "the proxy in front of Odoo lost patience, and Odoo may still be working on the call",
};

function redirectMessage(url: string, location: string | null, path: string): string {
  const target = location === null ? null : URL.parse(location, url);
  if (target === null) return `${url} answered with a redirect that leads nowhere: check ODOO_URL`;
  const address = target.origin + target.pathname;
  return target.pathname.endsWith(path)
    ? `${url} answered with a redirect to ${address}: set ODOO_URL=${
      address.slice(0, -path.length)
    }`
    : `${url} answered with a redirect to ${address}, which is not an RPC endpoint: check ODOO_URL`;
}

async function pageTitle(response: Response): Promise<string | undefined> {
  if (response.body === null) return undefined;
  let text = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.length > TITLE_BYTES) break;
  }
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1]?.trim().replace(/\s+/g, " ");
  return title ? title.slice(0, 100) : undefined;
}
