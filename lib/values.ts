/**
 * The values that cross the wire, and the shape of a call.
 *
 * @module
 */

/** A value as Odoo answers it. Odoo writes `false` for "no value" in every field but numbers and x2many. */
export type RpcValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | RpcValue[]
  | { [key: string]: RpcValue };

/** A value that may be sent: all that comes back, and dates and read-only data beside. */
export type RpcInput =
  | RpcValue
  | Date
  | Temporal.Instant
  | Temporal.PlainDate
  | readonly RpcInput[]
  | { readonly [key: string]: RpcInput };

/**
 * A many2one as Odoo reads it: the id, and the display name of the record. From 17 on the name is `false` where the record
 * has none, which is rare: messages, rules and actions can be nameless, the documents and master data of business are not.
 */
export type Many2One = readonly [id: number, name: string];

/** Whether a value is a dictionary, such as the values of a record. */
export function isStruct(
  value: RpcInput | undefined,
): value is { readonly [key: string]: RpcInput } {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether a value is a list. `Array.isArray` alone does not tell of one that is read only. */
export function isList(value: RpcInput | undefined): value is readonly RpcInput[] {
  return Array.isArray(value);
}

/** The dictionaries of a list, such as the rows of `search_read`. */
export function structs(value: RpcValue): { [key: string]: RpcValue }[] {
  return Array.isArray(value) ? value.filter((each) => isStruct(each)) : [];
}

/** One call of a method on a model. `ids` become the first positional argument. */
export interface RpcCall {
  /** Technical name of the model, such as `res.partner`. */
  model: string;
  /** Public method of the model, such as `search_read`. */
  method: string;
  /** The records that the method runs on, for methods that run on records. */
  ids?: readonly number[] | undefined;
  /** Positional arguments, after the ids. */
  args?: readonly RpcInput[] | undefined;
  /** Named arguments. A `context` here is merged over the one of the options. */
  kwargs?: Readonly<Record<string, RpcInput>> | undefined;
}

/** What may differ from call to call. Last parameter of every asynchronous method. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds until a request is given up with an `OdooTimeoutError`. The wait for a turn, where `concurrency` or
   * `callsPerSecond` ask for one, is not counted; of `rows()` each wait for a further piece is.
   */
  timeoutMs?: number | undefined;
  /** Odoo's context for this call, such as `{ lang: "fr_FR", active_test: false }`. */
  context?: Readonly<Record<string, RpcInput>> | undefined;
  /**
   * Says that the call may be made twice without harm, so that it may be repeated after a failure that leaves open
   * whether Odoo has run it. The ORM's own reading methods are known to be like that.
   */
  idempotent?: boolean | undefined;
  /**
   * Sends the call and gives the answer untouched: a many2one pair is not turned into its id, no argument is renamed,
   * and `create` and `copy` answer in the shape that the server and the protocol have.
   */
  raw?: boolean | undefined;
  /** Told when the server began to answer, by the server's own clock, in whole seconds; not where it does not say. */
  onServerTime?: ((time: Date) => void) | undefined;
}

/** What became of a call. Arguments and answers are not in it, so it may go into a log. */
export interface CallEvent {
  /** Model and method, such as `res.partner.search_read`; else what was asked, such as `version` or `authenticate`. */
  readonly name: string;
  /** The protocol that carried it; `web` for the web session that makes API keys. */
  readonly protocol: "xmlrpc" | "jsonrpc" | "json2" | "web";
  /** Milliseconds until its answer had come and was read, with all retries and the pauses between them. */
  readonly ms: number;
  /** What it failed with; `undefined` where it did not. */
  readonly error: unknown;
}

/** What bulk, sync, keys and code generation need of a client: any client will do. */
export interface Caller {
  /** Address of the server, where the client tells it. */
  readonly url?: string;
  /** Name of the database, where the client tells it. */
  readonly db?: string;
  /** Id of the user, where the client tells it. */
  readonly uid?: number;
  /** Makes one call and answers with what the method returned. */
  call(call: RpcCall, options?: CallOptions): Promise<RpcValue>;
}

/** What is too much of an answer. An answer that is more is refused with an `OdooProtocolError`, and not asked for again. */
export interface AnswerLimits {
  /**
   * Bytes of an answer, unpacked where it comes packed. By default 536,870,912 (512 MiB) for an answer that is read as a
   * whole; one that is read by `rows()` has no limit of its own, as only the row that arrives is kept.
   */
  maxBytes?: number | undefined;
  /** How many lists and dictionaries may be inside of each other: 512 by default, and at most. */
  maxDepth?: number | undefined;
  /** Bytes of one text, as it is sent; 536,870,888 by default and at most, the longest string there is. */
  maxStringBytes?: number | undefined;
  /** How many rows an answer may have that is a list; by default as many as there are. */
  maxRows?: number | undefined;
}

/** The part of `fetch` that odeno uses. A simulated Odoo is one of these. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * Whether a field, as `fields_get` describes it, cannot be written in any state of its record. Up to Odoo 16 one may be
 * readonly but in some of them: `{ draft: [["readonly", false]] }`.
 */
export function isReadonly(
  { readonly, states }: { readonly [attribute: string]: RpcInput },
): boolean {
  const changes = isStruct(states) ? Object.values(states).flat() : [];
  const opens = (change: RpcInput) =>
    Array.isArray(change) && change[0] === "readonly" && change[1] === false;
  return readonly === true && !changes.some(opens);
}
