import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import type { Clock } from "../lib/clock.ts";
import {
  OdooAuthError,
  OdooConfigError,
  OdooNetworkError,
  OdooProtocolError,
  OdooServerError,
  OdooTimeoutError,
} from "../lib/errors.ts";
import { emptyAnswer, unreachable } from "../lib/transport/refusals.ts";
import { READING_METHODS, type RetrySettings, RetryTransport } from "../lib/transport/retry.ts";
import type { Transport } from "../lib/transport/transport.ts";
import type { CallOptions, RpcCall, RpcValue } from "../lib/values.ts";

const URL_ = "https://erp.example/xmlrpc/2/object";
const NOT_TRUSTED = "client error (Connect): invalid peer certificate: UnknownIssuer";
const READ: RpcCall = { model: "res.partner", method: "search_read" };
const WRITE: RpcCall = { model: "res.partner", method: "create", args: [{ name: "Azure" }] };

function network(status?: number, outcome: "not-sent" | "unknown" = "unknown", wait?: number) {
  const details = { url: URL_, status, outcome, retryAfterMs: wait };
  return new OdooNetworkError(`HTTP ${status ?? "nothing"}`, details);
}

function fault(kind: OdooServerError["kind"], exception = ""): OdooServerError {
  return new OdooServerError(`refused: ${kind}`, { ...READ, kind, exception, debug: "" });
}

/** A clock that stands still but for its sleeps. `random` gives no variation. */
class FakeClock implements Clock {
  time = 1_000_000;
  chance = 0.5;
  readonly sleeps: number[] = [];

  now() {
    return this.time;
  }

  random() {
    return this.chance;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    this.sleeps.push(ms);
    this.time += ms;
    return Promise.resolve();
  }
}

/** Fails once for each error, each try taking some time, and then answers. */
class Failing implements Transport {
  readonly protocol = "xmlrpc";
  readonly seen: (CallOptions | undefined)[] = [];
  readonly clock = new FakeClock();
  readonly #errors: unknown[];
  readonly #takesMs: number;

  constructor(errors: unknown[], takesMs = 0) {
    this.#errors = errors;
    this.#takesMs = takesMs;
  }

  version(options?: CallOptions): Promise<string> {
    return this.#answer("17.0", options);
  }

  authenticate(options?: CallOptions): Promise<number> {
    return this.#answer(2, options);
  }

  call(_call: RpcCall, options?: CallOptions): Promise<RpcValue> {
    return this.#answer("done", options);
  }

  /** An error `{ after, error }` comes after so many batches. */
  async *rows(_call: RpcCall, options?: CallOptions): AsyncGenerator<RpcValue[]> {
    const failure = this.#errors.shift();
    this.seen.push(options);
    const { after = 0, error = failure } = failure instanceof Late ? failure : {};
    for (let batch = 0; batch < 3; batch++) {
      if (error !== undefined && batch === after) throw error;
      yield [batch];
    }
  }

  retrying(settings?: RetrySettings): RetryTransport {
    return new RetryTransport(this, settings, this.clock);
  }

  // deno-lint-ignore require-await
  async #answer<T>(answer: T, options: CallOptions | undefined): Promise<T> {
    this.seen.push(options);
    this.clock.time += this.#takesMs;
    const error = this.#errors.shift();
    if (error !== undefined) throw error;
    return answer;
  }
}

class Late {
  constructor(readonly after: number, readonly error: unknown) {}
}

/** How often a call that fails again and again was tried. */
async function triesOf(
  error: unknown,
  call: RpcCall,
  options?: CallOptions,
  settings?: RetrySettings,
): Promise<number> {
  const server = new Failing(Array(20).fill(error));
  const thrown = await server.retrying(settings).call(call, options).catch((error) => error);
  assertInstanceOf(thrown, Error);
  return server.seen.length;
}

Deno.test("a reading call is made again after a failure that may pass by itself", async () => {
  const passing = [
    network(undefined, "not-sent"),
    network(),
    network(429, "not-sent"),
    network(500),
    network(502),
    network(503),
    network(504),
    emptyAnswer(URL_, 200),
    new OdooTimeoutError("late", { url: URL_, outcome: "unknown" }),
    new OdooProtocolError("cut off", { outcome: "unknown" }),
    fault("concurrency"),
    fault("server", "psycopg2.pool.PoolError"),
  ];
  for (const error of passing) {
    const server = new Failing([error]);
    assertEquals(await server.retrying().call(READ), "done");
    assertEquals(server.seen.length, 2, String(error));
  }
});

Deno.test("no call is made again after a failure that would stay", async () => {
  const lasting = [
    network(301, "not-sent"),
    network(200),
    ...[400, 401, 403, 404, 405, 413].map((status) => network(status, "not-sent")),
    new OdooProtocolError("not sendable"),
    new OdooProtocolError("no word for it", { outcome: "committed" }),
    new OdooProtocolError("it is larger than 800 bytes", { outcome: "unknown" }),
    new OdooProtocolError("it is nested deeper than 512, at byte 9", { outcome: "unknown" }),
    unreachable(new Error(NOT_TRUSTED), URL_),
    new OdooAuthError("wrong key", "credentials"),
    new OdooAuthError("too many tries", "cooldown"),
    new OdooConfigError("no such database"),
    fault("access"),
    fault("validation"),
    fault("server", "ValueError"),
    new RangeError("a bug"),
  ];
  for (const error of lasting) {
    for (const call of [READ, WRITE]) {
      for (const idempotent of [undefined, true]) {
        assertEquals(await triesOf(error, call, { idempotent }), 1, String(error));
        const thrown = await assertRejects(() => new Failing([error]).retrying().call(call));
        assert(thrown === error);
      }
    }
  }
});

Deno.test("a writing call is made again only when it surely never reached Odoo", async () => {
  assertEquals(await triesOf(network(undefined, "not-sent"), WRITE), 4);
  assertEquals(await triesOf(network(429, "not-sent"), WRITE), 4);
  const unknown = [
    ...[undefined, 500, 503].map((status) => network(status)),
    emptyAnswer(URL_, 200),
    new OdooTimeoutError("late", { url: URL_, outcome: "unknown" }),
    new OdooProtocolError("cut off", { outcome: "unknown" }),
    fault("concurrency"),
    fault("server", "psycopg2.pool.PoolError"),
  ];
  for (const error of unknown) {
    const { message } = error;
    assertEquals(await triesOf(error, WRITE), 1, message);
    assertEquals(error.message, message);
  }
});

Deno.test("a writing call that got through at last is not made again when its outcome is unknown", async () => {
  const [refused, cut] = [network(undefined, "not-sent"), network()];
  const server = new Failing([refused, cut]);
  assert(await server.retrying().call(WRITE).catch((error) => error) === cut);
  assertEquals([server.seen.length, cut.message], [2, "HTTP nothing"]);
});

Deno.test("`idempotent` says of any call whether it may be repeated", async () => {
  assertEquals(await triesOf(network(), WRITE, { idempotent: true }), 4);
  assertEquals(await triesOf(fault("concurrency"), WRITE, { idempotent: true }), 4);
  assertEquals(await triesOf(network(), READ, { idempotent: false }), 1);
  assertEquals(await triesOf(network(undefined, "not-sent"), READ, { idempotent: false }), 4);
});

Deno.test("methods that look like reading ones but leave something behind are not among them", () => {
  const leaving = ["export_data", "name_create", "load", "create", "default_get", "onchange"];
  assertEquals(leaving.filter((method) => READING_METHODS.has(method)), []);
});

Deno.test("the version and the user's id are asked for again, and a refused secret is not", async () => {
  const [server, other] = [1, 2].map(() => new Failing([network(), network(502), network(503)]));
  assertEquals(await server?.retrying().version(), "17.0");
  assertEquals(await other?.retrying().authenticate(), 2);
  assertEquals([server?.seen.length, other?.retrying().protocol], [4, "xmlrpc"]);
  const unasked = new Failing([network()]);
  await assertRejects(() => unasked.retrying().version({ idempotent: false }), OdooNetworkError);
  const refusing = new Failing([new OdooAuthError("wrong key", "credentials")]);
  await assertRejects(() => refusing.retrying().authenticate(), OdooAuthError, "wrong key");
  assertEquals(refusing.seen.length, 1);
});

Deno.test("pauses double from half a second on, up to 30 seconds, each varied by half", async () => {
  const pauses = async (chance: number) => {
    const server = new Failing(Array(8).fill(network()));
    server.clock.chance = chance;
    await server.retrying({ retries: 8, timeoutMs: Infinity }).call(READ);
    return server.clock.sleeps;
  };
  assertEquals(await pauses(0.5), [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
  assertEquals(await pauses(0), [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  assertEquals(await pauses(1), [750, 1500, 3000, 6000, 12_000, 24_000, 30_000, 30_000]);
  assertEquals((await pauses(0.3333)).slice(0, 2), [417, 833]);
});

Deno.test("a call is repeated `retries` times, and never with 0", async () => {
  assertEquals(await triesOf(network(), READ), 4);
  assertEquals(await triesOf(network(), READ, {}, { retries: 1 }), 2);
  assertEquals(await triesOf(network(), READ, {}, { retries: 0 }), 1);
});

Deno.test("a server that asks to wait is given at least that long", async () => {
  const server = new Failing([429, 503].map((status) => network(status, "unknown", 700)));
  await server.retrying().call(READ);
  assertEquals(server.clock.sleeps, [700, 1000]);
});

Deno.test("a server that asks to wait for longer than there is time is not waited for", async () => {
  const server = new Failing([network(), network(429, "not-sent", 600_000)]);
  const error = await assertRejects(() => server.retrying().call(READ), OdooNetworkError);
  assertEquals(server.clock.sleeps, [500]);
  assertEquals(
    error.message,
    "HTTP 429; tried 2 times; not tried again: the server asks to wait 600 s",
  );
});

Deno.test("no retry begins after the time limit, and none gets more time than is left", async () => {
  const server = new Failing(Array(9).fill(network()), 1000);
  const settings = { retries: 9, timeoutMs: 9000 };
  const error = await assertRejects(() => server.retrying(settings).call(READ), OdooNetworkError);
  // The 9 seconds begin with the first failure; each further try takes one
  assertEquals(server.clock.sleeps, [500, 1000, 2000]);
  assertEquals(server.seen.map((options) => options?.timeoutMs), [undefined, 8500, 6500, 3500]);
  assertEquals(error.message, "HTTP nothing; tried 4 times");
});

Deno.test("the time limit of a call wins over the one of the connection", async () => {
  const server = new Failing(Array(9).fill(network()));
  const { signal } = new AbortController();
  const options = { timeoutMs: 3500, context: { lang: "fr_FR" }, signal };
  await assertRejects(() => server.retrying().call(READ, options), OdooNetworkError);
  assertEquals(server.seen[0], options);
  assertEquals(server.seen.slice(1), [3000, 2000].map((timeoutMs) => ({ ...options, timeoutMs })));
  // A third pause would take all the time that is left
  assertEquals(server.clock.sleeps, [500, 1000]);
});

Deno.test("no retry begins late because the machine slept", async () => {
  const server = new Failing([network()]);
  server.clock.sleep = () => {
    server.clock.time += 3_600_000;
    return Promise.resolve();
  };
  await assertRejects(() => server.retrying().call(READ), OdooNetworkError);
  assertEquals(server.seen.length, 1);
});

Deno.test("a clock that is set back gives no more time than the limit", async () => {
  const server = new Failing([network()]);
  server.clock.sleep = () => {
    server.clock.time -= 3_600_000;
    return Promise.resolve();
  };
  await server.retrying({ timeoutMs: 5000 }).call(READ);
  assertEquals(server.seen[1]?.timeoutMs, 5000);
});

Deno.test("an abort ends the pause at once with the signal's reason", async () => {
  const server = new Failing([network(), network()]);
  const controller = new AbortController();
  // The real clock, of which half a second is never waited for
  const call = new RetryTransport(server).call(READ, { signal: controller.signal });
  await new Promise((resolve) => setTimeout(resolve, 0));
  controller.abort(new RangeError("enough"));
  await assertRejects(() => call, RangeError, "enough");
  assertEquals(server.seen.length, 1);
});

Deno.test("the last error tells in its message and its stack how often the call was tried", async () => {
  const last = network(502);
  const server = new Failing([network(), network(), network(503), last]);
  const error = await assertRejects(() => server.retrying().call(READ), OdooNetworkError);
  assert(error === last);
  assertEquals([error.message, error.status], ["HTTP 502; tried 4 times", 502]);
  assertStringIncludes(Deno.inspect(error), "OdooNetworkError: HTTP 502; tried 4 times\n    at ");
  const once = network(502);
  await new Failing([once]).retrying({ retries: 0 }).call(READ).catch(() => {});
  assertEquals(once.message, "HTTP 502");
});

Deno.test("a last try that was not sent says nothing of an earlier one that may have run", async () => {
  for (const last of [network(404, "not-sent"), network(undefined, "not-sent")]) {
    const server = new Failing([network(504), last]);
    const error = await assertRejects(
      () => server.retrying({ retries: 1 }).call(WRITE, { idempotent: true }),
      OdooNetworkError,
    );
    assertEquals([error.outcome, error.status, error.cause], ["unknown", last.status, last]);
  }
});

Deno.test("a last try that was refused says that an earlier one may have run, but for a reading call", async () => {
  const last = (call: RpcCall) => {
    const server = new Failing([network(504), fault("user")]);
    return assertRejects(
      () => server.retrying().call(call, { idempotent: true }),
      OdooServerError,
    );
  };
  assertStringIncludes((await last(WRITE)).message, "Odoo may have run an earlier try");
  assertFalse((await last(READ)).message.includes("earlier try"));
});

Deno.test("rows are asked for again only as long as none has arrived", async () => {
  const server = new Failing([network(), network(503)]);
  assertEquals(await Array.fromAsync(server.retrying().rows(READ)), [[0], [1], [2]]);
  assertEquals(server.clock.sleeps, [500, 1000]);

  const cut = network();
  const late = new Failing([network(503), new Late(1, cut), network()]);
  const rows = late.retrying().rows(READ);
  assertEquals(await rows.next(), { done: false, value: [0] });
  assert(await rows.next().catch((error) => error) === cut);
  assertEquals([late.seen.length, cut.message], [2, "HTTP nothing"]);
});

Deno.test("rows of a method that is not known to read are not asked for again", async () => {
  const server = new Failing([network()]);
  await assertRejects(() => server.retrying().rows(WRITE).next(), OdooNetworkError);
  assertEquals(server.seen.length, 1);
});
