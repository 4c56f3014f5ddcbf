/**
 * The ways in which a call can be made to fail.
 *
 * @module
 */

/**
 * How a call fails, by its `kind`. Where nothing else is said the call does not run; with `afterCommit` it runs, and
 * only its answer is lost. All times are in milliseconds, but for `retryAfter`, which HTTP counts in seconds.
 */
export type Failure =
  /** A fault of XML-RPC in place of the answer. JSON tells the exception that belongs to the code. */
  | { readonly kind: "fault"; readonly code: number | string; readonly text: string }
  /** A Python exception, such as `odoo.exceptions.UserError`, in the words of each protocol. */
  | { readonly kind: "exception"; readonly type: string; readonly message: string }
  /** Another transaction wrote to the same records, and Odoo has given up after five tries. */
  | { readonly kind: "serialization" }
  /** Too many calls at once: Odoo has no database connection left. With `page` it says so in a web page of HTTP 500. */
  | { readonly kind: "pool-full"; readonly page?: boolean }
  /** Odoo 14's pause after too many failed sign-ins. */
  | { readonly kind: "cooldown" }
  /** The key (or password) of the call has expired: it is refused from now on, until `reset()` or `restore()`. */
  | { readonly kind: "key-expired" }
  /** Any HTTP answer. */
  | {
    readonly kind: "http";
    readonly status: number;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly afterCommit?: boolean;
  }
  /** A proxy that gets no answer from Odoo: HTTP 502. */
  | { readonly kind: "bad-gateway"; readonly afterCommit?: boolean }
  /** A proxy that has no Odoo to ask: HTTP 503. */
  | { readonly kind: "unavailable"; readonly afterCommit?: boolean }
  /** A proxy that has lost patience: HTTP 504. Odoo goes on working, so `afterCommit` is what happens most. */
  | { readonly kind: "gateway-timeout"; readonly afterCommit?: boolean }
  /** The page that is put up during an upgrade: HTTP 503, with `Retry-After` (120 by default). */
  | { readonly kind: "maintenance"; readonly retryAfter?: number }
  /** A limit of calls: HTTP 429, with `Retry-After` (30 by default). */
  | { readonly kind: "too-many-requests"; readonly retryAfter?: number }
  /** A request that is larger than a proxy takes: HTTP 413. */
  | { readonly kind: "too-large" }
  /** A redirect: without `to` to the same address over https, else to an address or path such as `/web/login`. */
  | { readonly kind: "redirect"; readonly to?: string; readonly status?: number }
  /** No answer, ever. */
  | { readonly kind: "timeout" }
  /** The connection is cut without an answer. */
  | { readonly kind: "disconnect"; readonly afterCommit?: boolean }
  /** No answer; the call begins at once and is committed so long after the client has given up. */
  | { readonly kind: "late-commit"; readonly ms: number; readonly works?: Works }
  /** The call begins at once, and is committed and answered so much later, also where the client has given up before. */
  | { readonly kind: "latency"; readonly ms: number; readonly works?: Works }
  /** The call runs, and the connection is cut after so many bytes of its answer (half of them by default). With `silently` the answer just ends there. */
  | { readonly kind: "truncated"; readonly bytes?: number; readonly silently?: boolean }
  /** The call runs, and its answer comes in pieces of so many bytes (64 by default) with a pause before each. */
  | { readonly kind: "drip"; readonly ms: number; readonly bytes?: number }
  /** The call runs, and the body of its answer is empty. */
  | { readonly kind: "empty" }
  /** The call runs, and its answer says that it is compressed, which it is not. */
  | { readonly kind: "garbage" };

/**
 * When a call that takes its time does its work. `first`, which is the default: at once, so that its rows are locked
 * until its commit. `last`: right before its commit, on what it has seen at its begin, so that it fails, or is run
 * again, where others were faster.
 */
export type Works = "first" | "last";

/** All kinds of failures. */
export const FAILURE_KINDS: readonly string[] = Object.keys(
  {
    "fault": true,
    "exception": true,
    "serialization": true,
    "pool-full": true,
    "cooldown": true,
    "key-expired": true,
    "http": true,
    "bad-gateway": true,
    "unavailable": true,
    "gateway-timeout": true,
    "maintenance": true,
    "too-many-requests": true,
    "too-large": true,
    "redirect": true,
    "timeout": true,
    "disconnect": true,
    "late-commit": true,
    "latency": true,
    "truncated": true,
    "drip": true,
    "empty": true,
    "garbage": true,
  } satisfies Record<Failure["kind"], true>,
);
