import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { Http } from "../lib/transport/http.ts";
import { type Fetch, OdooConfigError, OdooNetworkError, OdooTimeoutError } from "../mod.ts";

const XML = { "content-type": "text/xml; charset=utf-8" };
const REQUEST = {
  path: "/xmlrpc/2/object",
  headers: { "content-type": "text/xml" },
  body: new TextEncoder().encode("a secret is in here"),
  isAnswer: (status: number, type: string) => status === 200 && type.startsWith("text/xml"),
};

function http(
  fetch: Fetch,
  more: { concurrency?: number; timeoutMs?: number; url?: string } = {},
): Http {
  return new Http({ url: "https://erp.example/", fetch, ...more });
}

function answering(body: BodyInit | null, init: ResponseInit = {}): Fetch {
  return () => Promise.resolve(new Response(body, { headers: XML, ...init }));
}

/** A `fetch` that answers when it is told to, and stops when it is aborted. */
function waiting() {
  const pending: (() => void)[] = [];
  const fetch: Fetch = (_url, init) =>
    new Promise((resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      pending.push(() => resolve(new Response("ok", { headers: XML })));
    });
  return { fetch, pending };
}

async function failure(fetch: Fetch): Promise<OdooNetworkError> {
  const error = await assertRejects(() => http(fetch).send(REQUEST), OdooNetworkError);
  assert(!Deno.inspect(error).includes("secret"));
  return error;
}

Deno.test("`send()` sends one request, follows no redirect, and keeps a path in the address", async () => {
  const seen: [string, RequestInit | undefined][] = [];
  const fetch: Fetch = (url, init) => {
    seen.push([String(url), init]);
    return Promise.resolve(new Response("ok", { headers: XML }));
  };
  assertEquals(
    (await http(fetch, { url: "https://erp.example/odoo/" }).send(REQUEST)).body,
    new TextEncoder().encode("ok"),
  );
  const [[url, init] = ["", undefined]] = seen;
  assertEquals([seen.length, url], [1, "https://erp.example/odoo/xmlrpc/2/object"]);
  assertEquals([init?.method, init?.redirect], ["POST", "manual"]);
});

Deno.test("the server's time is told as the answer has it, and not where it has none", async () => {
  const times: Date[] = [];
  const onServerTime = (time: Date) => times.push(time);
  const date = "Thu, 01 Jan 2026 12:00:00 GMT";
  for (const headers of [{ ...XML, date }, XML, { ...XML, date: "soon" }]) {
    await http(answering("ok", { headers })).send({ ...REQUEST, onServerTime });
  }
  assertEquals(times, [new Date("2026-01-01T12:00:00Z")]);
});

Deno.test("a redirect is an error that names the ODOO_URL to set", async () => {
  const to = (location: string) => failure(answering(null, { status: 301, headers: { location } }));
  const www = await to("https://www.erp.example/xmlrpc/2/object");
  assertStringIncludes(www.message, "set ODOO_URL=https://www.erp.example");
  assertEquals([www.status, www.outcome, www.url], [
    301,
    "not-sent",
    "https://erp.example/xmlrpc/2/object",
  ]);
  assertStringIncludes(
    (await to("/web/login")).message,
    "https://erp.example/web/login, which is not an RPC endpoint",
  );
  assertStringIncludes((await to("http://[bad")).message, "leads nowhere");
});

Deno.test("a web page in place of an answer is told by its title and status", async () => {
  const page = (status: number) =>
    failure(
      answering("<html><head><title>\n Bad  Gateway</title>", {
        status,
        headers: { "content-type": "text/html" },
      }),
    );
  const statuses: [number, "not-sent" | "unknown"][] = [
    [200, "unknown"],
    [404, "not-sent"],
    [413, "not-sent"],
    [429, "not-sent"],
    [500, "unknown"],
    [502, "unknown"],
    [503, "unknown"],
    [504, "unknown"],
  ];
  for (const [status, outcome] of statuses) {
    const error = await page(status);
    assertStringIncludes(error.message, `HTTP ${status} and a page titled "Bad Gateway"`);
    assertEquals([error.status, error.outcome], [status, outcome]);
  }
});

Deno.test("an empty answer is an error whose outcome is unknown", async () => {
  const error = await failure(answering(""));
  assertEquals([error.status, error.outcome], [200, "unknown"]);
  assertStringIncludes(error.message, "answered with nothing");
});

Deno.test("a connection that could not be made is told from one that was cut", async () => {
  const refused = new TypeError("fetch failed", {
    cause: new Error(
      "error sending request for url (https://erp.example/): client error (Connect): tcp connect error: Connection refused (os error 111)",
    ),
  });
  const notMade = await failure(() => Promise.reject(refused));
  assertEquals(notMade.outcome, "not-sent");
  assertEquals(
    notMade.message,
    "The connection to https://erp.example/xmlrpc/2/object could not be made: Connection refused (os error 111)",
  );
  for (const why of ["tls handshake eof", "received corrupt message of type InvalidContentType"]) {
    const cause = new Error(
      `error sending request for url (https://erp.example/): client error (Connect): ${why}`,
    );
    const noTls = await failure(() => Promise.reject(new TypeError("fetch failed", { cause })));
    assertEquals(
      noTls.message,
      `The connection to https://erp.example/xmlrpc/2/object could not be made: ${why}; where the server speaks plain http, ODOO_URL must begin with http://`,
    );
  }
  const cut = new ReadableStream({
    pull: (controller) => controller.error(new TypeError("error reading a body from connection")),
  });
  const error = await failure(answering(cut));
  assertEquals(error.outcome, "unknown");
  assertStringIncludes(error.message, "was cut off before the answer was complete");
});

Deno.test("a certificate that is not trusted is told with its reason and what to do, and nothing was sent", async () => {
  const reasons = [
    ["UnknownIssuer", "where a CA of your own has made it, give its file to --cert or DENO_CERT"],
    ["CaUsedAsEndEntity", "where a CA of your own has made it, give its file to --cert"],
    ["certificate expired: verification time 2 (UNIX), but ...", "have it renewed, and see to"],
    ['certificate not valid for name "a: b"', "ODOO_URL must have a name that"],
    ["NotValidForName", "ODOO_URL must have a name that the certificate is made for"],
    ["BadSignature", "odeno doctor tells more of it"],
  ];
  for (const [why, hint] of reasons) {
    const cause = new Error(
      `error sending request for url (https://erp.example/): client error (Connect): invalid peer certificate: ${why}`,
    );
    const error = await failure(() => Promise.reject(new TypeError("fetch failed", { cause })));
    const said = `https://erp.example has a certificate that Deno does not trust (${why}): ${hint}`;
    assertStringIncludes(error.message, said);
    assertEquals([error.outcome, error.status], ["not-sent", undefined]);
  }
});

Deno.test("a server on loopback that is not there, or hangs up, is told apart as well", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  const closing = (async () => {
    const connection = await listener.accept();
    await connection.read(new Uint8Array(1000));
    connection.close();
  })();
  const cut = await assertRejects(() => new Http({ url }).send(REQUEST), OdooNetworkError);
  await closing;
  listener.close();
  const refused = await assertRejects(() => new Http({ url }).send(REQUEST), OdooNetworkError);
  assertEquals([cut.outcome, refused.outcome], ["unknown", "not-sent"]);
});

Deno.test("a missing permission is told with the flag to add", async () => {
  const fetch: Fetch = () =>
    Promise.reject(new Deno.errors.NotCapable('Requires net access to "erp.example:443"'));
  const error = await assertRejects(() => http(fetch).send(REQUEST), OdooConfigError);
  assertStringIncludes(error.message, "--allow-net=erp.example");
});

Deno.test("a call that takes too long is given up, and its outcome is unknown", async () => {
  using time = new FakeTime();
  const { fetch } = waiting();
  const call = assertRejects(
    () => http(fetch, { timeoutMs: 5_000 }).send(REQUEST),
    OdooTimeoutError,
  );
  await time.tickAsync(5_000);
  const error = await call;
  assertEquals(error.outcome, "unknown");
  assertStringIncludes(error.message, "within 5000 ms; Odoo may still be working on the call");
});

Deno.test("a time limit beyond the longest timer is no time limit of a moment", async () => {
  for (const timeoutMs of [Infinity, 2 ** 31, 1e12]) {
    const { fetch, pending } = waiting();
    const call = http(fetch, { timeoutMs }).send(REQUEST);
    await new Promise((resolve) => setTimeout(resolve, 5));
    pending.shift()?.();
    assertEquals((await call).body.length, 2);
  }
});

Deno.test("an aborted call rejects with the signal's reason", async () => {
  const { fetch } = waiting();
  const controller = new AbortController();
  const call = http(fetch).send({ ...REQUEST, signal: controller.signal });
  controller.abort(new RangeError("enough"));
  await assertRejects(() => call, RangeError, "enough");
  await assertRejects(
    () => http(fetch).send({ ...REQUEST, signal: controller.signal }),
    RangeError,
    "enough",
  );
});

Deno.test("no more calls than `concurrency` are under way at once, and all get their turn", async () => {
  const { fetch, pending } = waiting();
  const client = http(fetch, { concurrency: 2 });
  const calls = [1, 2, 3, 4, 5].map(() => client.send(REQUEST));
  let answered = 0;
  while (answered < 5) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert(pending.length <= 2);
    answered += pending.length;
    for (const answer of pending.splice(0)) answer();
  }
  assertEquals((await Promise.all(calls)).length, 5);
});

Deno.test("a call that is aborted while it waits for its turn is not sent", async () => {
  const { fetch, pending } = waiting();
  const client = http(fetch, { concurrency: 1 });
  const first = client.send(REQUEST);
  const controller = new AbortController();
  const second = client.send({ ...REQUEST, signal: controller.signal });
  const third = client.send(REQUEST);
  await new Promise((resolve) => setTimeout(resolve, 0));
  controller.abort(new RangeError("enough"));
  await assertRejects(() => second, RangeError);
  pending.shift()?.();
  await first;
  await new Promise((resolve) => setTimeout(resolve, 0));
  pending.shift()?.();
  assertEquals((await third).body.length, 2);
});

Deno.test("a call that is aborted just as its turn comes takes no turn from another", async () => {
  const { fetch, pending } = waiting();
  const client = http(fetch, { concurrency: 1 });
  const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
  const first = client.send(REQUEST);
  const controller = new AbortController();
  const second = client.open({ ...REQUEST, signal: controller.signal });
  const third = client.send(REQUEST);
  await turn();
  // The answer to the first call lets the second in, and the abort comes before the second has noticed
  const handedOver = first.then(() => controller.abort(new RangeError("enough")));
  pending.shift()?.();
  await handedOver;
  await assertRejects(() => second, RangeError, "enough");
  for (let round = 0; round < 3; round++, await turn()) pending.shift()?.();
  assertEquals((await third).body.length, 2);
});

Deno.test("the time limit of a stream is for the waits on 64 KiB, not for the time that its reader takes", async () => {
  using time = new FakeTime();
  const pieces = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 800));
      controller.enqueue(new Uint8Array(2 ** 16));
    },
  }, { highWaterMark: 0 });
  const { body } = await http(answering(pieces), { timeoutMs: 1_000 }).open(REQUEST);
  for (let piece = 0; piece < 3; piece++) {
    const read = body.next();
    await time.tickAsync(800);
    assertEquals((await read).done, false);
    await time.tickAsync(60_000);
  }
  await body.return();
});

Deno.test("a stream that stalls is given up", async () => {
  using time = new FakeTime();
  const stalled = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
  const fetch = answering(stalled);
  const { body } = await http(fetch, { timeoutMs: 1_000 }).open(REQUEST);
  const read = body.next().catch((error: unknown) => error);
  await time.tickAsync(1_000);
  assertInstanceOf(await read, OdooTimeoutError);
});

Deno.test("a stream that stalls, and does not even end when it is told to, is given up", async () => {
  using time = new FakeTime();
  const never = () => new Promise<void>(() => {});
  const fetch = answering(new ReadableStream<Uint8Array>({ pull: never, cancel: never }));
  const { body } = await http(fetch, { timeoutMs: 1_000 }).open(REQUEST);
  let error: unknown;
  body.next().catch((thrown: unknown) => error = thrown);
  await time.tickAsync(1_000);
  await time.runMicrotasks();
  assertInstanceOf(error, OdooTimeoutError);
});

Deno.test("an answer that comes after the time is over, because `fetch` heard of no limit, is cancelled", async () => {
  using time = new FakeTime();
  for (const method of ["send", "open"] as const) {
    const reasons: unknown[] = [];
    const fetch: Fetch = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      const body = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
      return new Response(body, { headers: XML });
    };
    const call = http(fetch, { timeoutMs: 1_000 })[method](REQUEST);
    const error = call.catch((thrown: unknown) => thrown);
    await time.tickAsync(1_000);
    assertInstanceOf(await error, OdooTimeoutError);
    await time.tickAsync(4_000);
    await time.runMicrotasks();
    assertEquals(reasons.length, 1);
  }
});

Deno.test("a stream that is aborted rejects with the signal's reason, read or not, and is cancelled", async () => {
  for (const isRead of [true, false]) {
    const reasons: unknown[] = [];
    const fetch = answering(
      new ReadableStream<Uint8Array>({ cancel: (reason) => void reasons.push(reason) }),
    );
    const controller = new AbortController();
    const { body } = await http(fetch).open({ ...REQUEST, signal: controller.signal });
    const reason = new RangeError("enough");
    const early = isRead ? body.next() : undefined;
    controller.abort(reason);
    await assertRejects(() => early ?? body.next(), RangeError, "enough");
    assertEquals(reasons, [reason]);
  }
});

Deno.test("a stream that is cancelled cancels the body; while it is read, the next call has its turn", async () => {
  const reasons: unknown[] = [];
  const fetch: Fetch = () => {
    const body = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
    return Promise.resolve(new Response(body, { headers: XML }));
  };
  const client = http(fetch, { concurrency: 1 });
  const { body: first } = await client.open(REQUEST);
  const { body: second } = await client.open(REQUEST);
  await first.return("enough");
  assertEquals(reasons, ["enough"]);
  await second.return();
});
