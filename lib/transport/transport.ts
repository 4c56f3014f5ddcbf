/**
 * What a protocol does for the client. Each of the three is one of these, and so is what retries calls.
 *
 * @module
 */
import { OdooProtocolError } from "../errors.ts";
import type { AnswerLimits, CallOptions, RpcCall, RpcValue } from "../values.ts";

/** Odoo, over one protocol and as one user. */
export interface Transport {
  /** Name of the protocol. */
  readonly protocol: "xmlrpc" | "jsonrpc" | "json2";
  /** The server's version as it gives it, such as `17.0`. Needs no credential. */
  version(options?: CallOptions): Promise<string>;
  /** The user's id. Must have succeeded before the calls below. */
  authenticate(options?: CallOptions): Promise<number>;
  /** Makes one call. */
  call(call: RpcCall, options?: CallOptions): Promise<RpcValue>;
  /** Makes one call whose answer is a list, and yields it in pieces while it arrives. */
  rows(call: RpcCall, options?: CallOptions): AsyncGenerator<RpcValue[]>;
}

/** Reads an answer. One that is cut or broken does not tell whether Odoo has run the call. */
export function readAnswer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw withOutcome(error);
  }
}

/** {@linkcode readAnswer} for an answer that is read while it arrives, of which there may be too many rows. */
export async function* readRows<T>(
  rows: AsyncGenerator<T[]>,
  limits: AnswerLimits,
): AsyncGenerator<T[]> {
  let count = 0;
  try {
    for await (const batch of rows) {
      count += batch.length;
      checkCount(count, limits);
      yield batch;
    }
  } catch (error) {
    throw withOutcome(error);
  }
}

/** The same value, unless it is a list of too many rows. */
export function checkRows(value: RpcValue, limits: AnswerLimits): RpcValue {
  if (Array.isArray(value)) checkCount(value.length, limits);
  return value;
}

function checkCount(count: number, { maxRows = Infinity }: AnswerLimits): void {
  if (count <= maxRows) return;
  throw new OdooProtocolError(
    `Cannot take the answer: it has more than ${maxRows} rows; ask for less at a time, or set limits.maxRows`,
    { outcome: "committed" },
  );
}

function withOutcome(error: unknown): unknown {
  if (!(error instanceof OdooProtocolError) || error.outcome !== undefined) return error;
  const { message, offset, cause } = error;
  return new OdooProtocolError(`${message}; Odoo may have run the call`, {
    offset,
    outcome: "unknown",
    cause,
  });
}
