/**
 * The cells of the chaos matrix: a failure, what is called, and the protocol; and what became of each.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import type { FakeTime } from "@std/testing/time";
import type { Failure, Fetch, OdooSimulator } from "../../lib/testing/mod.ts";
import { connect, type Protocol, type RpcInput, type RpcValue } from "../../mod.ts";

/** Longer than all pauses between tries, as the limit is when nobody sets one. */
const TIMEOUT_MS = 20_000;
const TICK_MS = 1_000;
/** No call takes longer than this, with all its tries. */
const MOST_TICKS = 500;
/** Until then Odoo is done with whatever nobody waits for. */
const LATER_MS = 60_000;

/** A way in which a call goes wrong. */
export interface Trouble {
  /** What the table calls it. */
  name: string;
  /** What the simulator does. Several have to give the same cells. `refused`: no connection can be made. */
  failures: readonly (Failure | "refused")[];
  /** It will be the same the next time, so that trying again is of no use. */
  lasts?: true;
  /** The request surely never comes to Odoo, and whoever sent it can tell. */
  isNeverSent?: true;
}

/** All troubles, in the order of the table. */
export const TROUBLES: readonly Trouble[] = [
  { name: "no connection can be made", failures: ["refused"], isNeverSent: true },
  {
    name: "HTTP 429, too many requests",
    failures: [{ kind: "too-many-requests", retryAfter: 3 }],
    isNeverSent: true,
  },
  { name: "the connection is cut before the call runs", failures: [{ kind: "disconnect" }] },
  {
    name: "the connection is cut after the call has run",
    failures: [{ kind: "disconnect", afterCommit: true }],
  },
  { name: "no answer in time, and the call never runs", failures: [{ kind: "timeout" }] },
  {
    name: "no answer in time, and the call runs later",
    failures: [{ kind: "late-commit", ms: 20_000 }],
  },
  {
    name: "HTTP 502 or 504 of a proxy, and the call does not run",
    failures: [{ kind: "bad-gateway" }, { kind: "gateway-timeout" }],
  },
  {
    name: "HTTP 502 or 504 of a proxy, and the call has run",
    failures: [
      { kind: "bad-gateway", afterCommit: true },
      { kind: "gateway-timeout", afterCommit: true },
    ],
  },
  {
    name: "HTTP 503, the page of a proxy or of an upgrade",
    failures: [{ kind: "unavailable" }, { kind: "maintenance", retryAfter: 3 }],
  },
  {
    name: "a redirect, to https or to the login page",
    failures: [{ kind: "redirect" }, { kind: "redirect", to: "/web/login", status: 303 }],
    lasts: true,
  },
  {
    name: "the answer breaks off",
    failures: [{ kind: "truncated" }, { kind: "truncated", bytes: 0 }],
  },
  {
    name: "the answer breaks off, and looks complete to HTTP",
    failures: [{ kind: "truncated", silently: true }],
  },
  { name: "the answer is empty", failures: [{ kind: "empty" }] },
  {
    name: "Odoo gives up after five tries, as others change the same records",
    failures: [{ kind: "serialization" }],
  },
];

/** A partner to do things to. */
const SUBJECT = 7001;
const GHOST = "Ghost";

/** The partners of the simulated Odoo. */
export const RECORDS = { "res.partner": [{ id: SUBJECT, name: "Subject" }] };

/** What is called, and how to see in the records how often it was done. */
export interface Operation {
  /** What the table calls it. */
  name: string;
  isRead: boolean;
  method: string;
  args: readonly RpcInput[];
  /** How often it was done, as far as records tell: `toggle_active` done twice looks like not at all. */
  done(server: OdooSimulator): number;
}

/** All that is called. None of the writes may run twice without harm. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: "a read",
    isRead: true,
    method: "search_read",
    args: [[["id", "=", SUBJECT]], ["name", "display_name"]],
    done: () => 0,
  },
  {
    name: "create",
    isRead: false,
    method: "create",
    args: [{ name: GHOST }],
    done: ghosts,
  },
  {
    name: "write",
    isRead: false,
    method: "write",
    args: [[SUBJECT], { child_ids: [[0, 0, { name: GHOST }]] }],
    done: ghosts,
  },
  {
    name: "unlink",
    isRead: false,
    method: "unlink",
    args: [[SUBJECT]],
    done: (server) => subject(server) ? 0 : 1,
  },
  {
    name: "a method that returns None",
    isRead: false,
    method: "toggle_active",
    args: [[SUBJECT]],
    done: (server) => subject(server)?.["active"] === false ? 1 : 0,
  },
];

function ghosts(server: OdooSimulator): number {
  return server.records("res.partner").filter(({ name }) => name === GHOST).length;
}

function subject(server: OdooSimulator): Record<string, RpcValue> | undefined {
  return server.records("res.partner").find(({ id }) => id === SUBJECT);
}

/** A cell of the matrix. */
export interface Cell {
  version: 14 | 17 | 19;
  protocol: Protocol;
  trouble: Trouble;
  /** One of those of the trouble; none for a call that goes well. */
  failure: Failure | "refused" | undefined;
  operation: Operation;
  /** Whether all requests fail, and not the first one only. */
  stays: boolean;
}

/** How a call ended for its caller. */
export type End = { value: RpcValue } | { error: unknown };

/** What happened in a cell. */
export interface Seen {
  cell: Cell;
  /** How the call ended for its caller. */
  end: End;
  /** How many requests were made for the call. */
  requests: number;
  /** How often the method had run to its end when the caller heard of the end, by the log of the server. */
  runsThen: number;
  /** The same a minute later. */
  runs: number;
  /** How often it was done in the end, by the records. */
  done: number;
}

/** What a matrix needs besides its cells. Time is the test's, and nothing sleeps. */
export interface Stage {
  server: OdooSimulator;
  time: FakeTime;
  /** What `fetch` throws where nobody listens. */
  refusal: Error;
}

/** Makes the call of a cell. */
export async function run(cell: Cell, stage: Stage): Promise<Seen> {
  const { server, time } = stage;
  const { method, args } = cell.operation;
  const { odoo, line } = await connected(cell, method, stage);
  const runs = () =>
    server.calls.filter((call) => call.method === method && call.result !== undefined).length;
  const end = await through(time, ended(odoo.executeKw("res.partner", method, args)));
  const [requests, runsThen] = [line.requests, runs()];
  time.tick(LATER_MS);
  await setImmediate();
  return { cell, end, requests, runsThen, runs: runs(), done: cell.operation.done(server) };
}

/** Rows that were handed out one piece after the other, and how that ended. */
export interface SeenRows {
  rows: RpcValue[];
  end: End;
}

/** Reads the names of all partners in pieces, while their call fails. */
export async function runRows(cell: Omit<Cell, "operation">, stage: Stage): Promise<SeenRows> {
  const { odoo } = await connected(cell, "search_read", stage);
  const rows: RpcValue[] = [];
  const kwargs = { domain: [], fields: ["name"], order: "id" };
  const readAll = async () => {
    const call = { model: "res.partner", method: "search_read", kwargs };
    for await (const piece of odoo.rows(call)) rows.push(...piece);
    return rows.length;
  };
  return { rows, end: await through(stage.time, ended(readAll())) };
}

/** A connection whose next calls of a method fail. */
async function connected(
  { protocol, failure, stays }: Omit<Cell, "operation">,
  method: string,
  { server, time, refusal }: Stage,
) {
  server.reset();
  const line = new Line(server.fetch, refusal);
  const config = { ...server.config, fetch: line.fetch, timeoutMs: TIMEOUT_MS };
  const odoo = await through(time, connect({ ...config, protocol }));
  const times = stays ? Infinity : 1;
  line.requests = 0;
  if (failure === "refused") line.refusals = times;
  else if (failure) server.chaos({ failure, match: { method }, times });
  return { odoo, line };
}

function ended(work: Promise<RpcValue>): Promise<End> {
  return work.then((value) => ({ value }), (error: unknown) => ({ error }));
}

/** Lets time pass until a promise settles. */
async function through<T>(time: FakeTime, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  promise.then(settle, settle);
  for (let ticks = 0; ticks < MOST_TICKS; ticks++) {
    await setImmediate();
    if (isSettled) return await promise;
    time.tick(TICK_MS);
  }
  throw new Error("The call never ends");
}

/** The way to the server: counts the requests for calls, and refuses as many as it is told to. */
class Line {
  requests = 0;
  refusals = 0;
  readonly fetch: Fetch;

  constructor(fetch: Fetch, refusal: Error) {
    this.fetch = (input, init) => {
      // JSON-2 looks up the names of arguments, which is no call
      if (String(input).includes("/doc-bearer/")) return fetch(input, init);
      this.requests++;
      return this.refusals-- > 0 ? Promise.reject(refusal) : fetch(input, init);
    };
  }
}

/** Asks where nobody listens. */
export async function refusedConnection(): Promise<Error> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  try {
    await fetch(`http://127.0.0.1:${port}`);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error(`Somebody listens on port ${port}`);
}
