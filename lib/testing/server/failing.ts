/**
 * Failures that a test has asked for, made of what a server and the proxies before it really send.
 *
 * @module
 */
import type { Failure } from "../failures.ts";
import { accessDenied, CallError, PythonError } from "../faults.ts";
import { Disconnected, INTERNAL } from "./responses.ts";
import { pause } from "./waiting.ts";

/** An answer of HTTP that stands in place of the one of Odoo. */
export type Page = Extract<Failure, { kind: "http" }>;

/** The exception of Odoo that a failure stands for, or `undefined`. */
export function exceptionOf(failure: Failure): CallError | undefined {
  switch (failure.kind) {
    case "exception":
      return new CallError(new PythonError(failure.type, failure.message), "model");
    case "serialization":
      return new CallError(
        new PythonError(
          "psycopg2.errors.SerializationFailure",
          "could not serialize access due to concurrent update\n",
          [["odoo/sql_db.py", 332, "execute"]],
        ),
        "model",
      );
    case "pool-full":
      if (failure.page) return undefined;
      return new CallError(
        new PythonError("psycopg2.pool.PoolError", "The Connection Pool Is Full", [
          ["odoo/sql_db.py", 679, "borrow"],
        ]),
        "object",
      );
    case "cooldown":
      return new CallError(
        accessDenied("Too many login failures, please wait a bit before trying again."),
        "object",
      );
    default:
      return undefined;
  }
}

/** The page of a proxy or of Odoo that a failure stands for, or `undefined`. */
export function pageOf(failure: Failure, url: string): Page | undefined {
  switch (failure.kind) {
    case "http":
      return failure;
    case "pool-full":
      return { kind: "http", status: 500, body: INTERNAL };
    case "bad-gateway":
      return proxy(502, "Bad Gateway");
    case "unavailable":
      return proxy(503, "Service Temporarily Unavailable");
    case "gateway-timeout":
      return proxy(504, "Gateway Time-out");
    case "too-large":
      return proxy(413, "Request Entity Too Large");
    case "too-many-requests":
      return proxy(429, "Too Many Requests", { "retry-after": String(failure.retryAfter ?? 30) });
    case "maintenance":
      return {
        kind: "http",
        status: 503,
        body: "<!DOCTYPE html>\n<html>\n<head><title>Maintenance</title></head>\n<body>\n" +
          "<h1>We will be back soon</h1>\n<p>The database is being upgraded.</p>\n</body>\n</html>\n",
        headers: { "retry-after": String(failure.retryAfter ?? 120) },
      };
    case "redirect": {
      const { to = url.replace(/^http:/, "https:"), status = 301 } = failure;
      return proxy(status, status === 301 ? "Moved Permanently" : "Found", { location: to });
    }
    default:
      return undefined;
  }
}

/** A page of nginx. */
function proxy(
  status: number,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): Page {
  const head = `${status} ${title}`;
  return {
    kind: "http",
    status,
    body:
      `<html>\r\n<head><title>${head}</title></head>\r\n<body>\r\n<center><h1>${head}</h1></center>\r\n` +
      "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
    headers: { server: "nginx", "content-type": "text/html", ...headers },
  };
}

/** How an answer is read: by `fetch` in the same process, or from a socket that it is written to. */
export interface Delivery {
  /** Whether `fetch` in the same process reads it, which has to do what the one of a network does. */
  readonly inMemory: boolean;
  /** Ends when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** The answer as a failure leaves it. */
export async function damage(
  failure: Failure | undefined,
  response: Response,
  delivery: Delivery,
): Promise<Response> {
  switch (failure?.kind) {
    case "empty":
      return again(response, null, { "content-length": "0" });
    case "truncated": {
      const bytes = await response.bytes();
      const end = Math.min(failure.bytes ?? bytes.length >> 1, bytes.length);
      const rest = bytes.subarray(0, end);
      return failure.silently
        ? again(response, rest, { "content-length": String(end) })
        : again(response, broken(rest), { "content-length": String(bytes.length) });
    }
    case "drip": {
      const stream = dripping(
        await response.bytes(),
        failure.bytes ?? 64,
        failure.ms,
        delivery.signal,
      );
      return again(response, stream, {});
    }
    case "garbage": {
      const body = delivery.inMemory
        ? broken(new Uint8Array(), "Invalid gzip header")
        : await response.bytes();
      return again(response, body, { "content-encoding": "gzip" });
    }
    default:
      return response;
  }
}

function again(
  { status, headers }: Response,
  body: BodyInit | null,
  more: Readonly<Record<string, string>>,
): Response {
  const result = new Response(body, { status, headers });
  for (const [name, value] of Object.entries(more)) result.headers.set(name, value);
  return result;
}

/** A body that breaks off. */
function broken(
  bytes: Uint8Array<ArrayBuffer>,
  message = "error reading a body from connection",
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let sent = bytes.length === 0;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new Disconnected(message));
      sent = true;
      controller.enqueue(bytes);
    },
  }, { highWaterMark: 0 });
}

function dripping(
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
  ms: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const stopped = new AbortController();
  let offset = 0;
  return new ReadableStream({
    async pull(controller) {
      await pause(ms, AbortSignal.any([signal, stopped.signal]));
      controller.enqueue(bytes.subarray(offset, offset += size));
      if (offset >= bytes.length) controller.close();
    },
    cancel: () => stopped.abort(),
  }, { highWaterMark: 0 });
}
