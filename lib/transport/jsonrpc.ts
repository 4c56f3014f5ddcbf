/**
 * Odoo's external API over JSON-RPC: `/jsonrpc`, which has the same services as XML-RPC.
 *
 * Its answers tell the class of an exception, and carry what XML-RPC cannot: None, dictionaries with integer keys and
 * control characters. Odoo 19 calls it deprecated, as it does XML-RPC.
 *
 * @module
 */
import { decodeJson } from "../json/decode.ts";
import { encodeJsonRpc } from "../json/encode.ts";
import { decodeJsonRows, type JsonRpcAnswer, JsonRpcEnvelope } from "../json/rows.ts";
import { OdooProtocolError } from "../errors.ts";
import { type CallOptions, isStruct, type RpcValue } from "../values.ts";
import { type Asked, toError } from "./exceptions.ts";
import type { HttpRequest } from "./http.ts";
import { type ServiceCall, ServiceTransport } from "./services.ts";
import { checkRows, readAnswer, readRows } from "./transport.ts";

/** Odoo over JSON-RPC. */
export class JsonRpcTransport extends ServiceTransport {
  override readonly protocol = "jsonrpc";

  protected override async send(call: ServiceCall, options: CallOptions): Promise<RpcValue> {
    const { body, refuse } = await this.http.send(request(call, options));
    const envelope = readAnswer(() => decodeJson(body, this.limits, 1));
    if (!isEnvelope(envelope)) throw refuse("");
    return checkRows(resultOf(envelope, call.asked), this.limits);
  }

  protected override async *stream(
    call: ServiceCall,
    options: CallOptions,
  ): AsyncGenerator<RpcValue[]> {
    const { body, refuse } = await this.http.open(request(call, options));
    try {
      yield* readRows(decodeJsonRows(body, "envelope", this.limits), this.limits);
    } catch (error) {
      if (!(error instanceof JsonRpcEnvelope)) throw error;
      if (!isEnvelope(error.value)) throw refuse("");
      const result = resultOf(error.value, call.asked);
      if (result !== null) throw noList(call.asked);
    }
  }
}

function request({ service, method, params, names }: ServiceCall, options: CallOptions) {
  return {
    path: "/jsonrpc",
    headers: { "content-type": "application/json" },
    body: encodeJsonRpc({ id: 1, service, method, args: params }, names),
    isAnswer: (status, type) => status === 200 && isJsonType(type),
    signal: options.signal,
    timeoutMs: options.timeoutMs,
    onServerTime: options.onServerTime,
  } satisfies HttpRequest;
}

/** Whether a content type is JSON's. */
export function isJsonType(type: string): boolean {
  return /^application\/json\b/i.test(type);
}

/** Whether a value is an answer of JSON-RPC. */
export function isEnvelope(value: RpcValue | JsonRpcAnswer): value is { [key: string]: RpcValue } {
  return isStruct(value) && value["jsonrpc"] === "2.0";
}

/** What was answered, or the error to throw. A method that returned None has no `result` in its answer. */
export function resultOf(envelope: { [key: string]: RpcValue }, asked: Asked): RpcValue {
  const { error = null, result = null } = envelope;
  if (error === null) return result;
  throw toError(exceptionOf(error), asked);
}

function noList({ call: { model, method } }: Asked): OdooProtocolError {
  return new OdooProtocolError(
    `Cannot read the answer of ${model}.${method} row by row: it is not a list`,
    { outcome: "committed" },
  );
}

function exceptionOf(error: RpcValue) {
  const data = isStruct(error) && isStruct(error["data"]) ? error["data"] : error;
  return readException(data) ?? { name: "Error", message: JSON.stringify(data), debug: "" };
}

/** An exception as the server writes it in JSON, or `undefined` where a value is none. */
export function readException(data: RpcValue) {
  if (!isStruct(data)) return undefined;
  const { name, message, debug } = data;
  if (typeof name !== "string" || typeof message !== "string") return undefined;
  return { name, message, debug: typeof debug === "string" ? debug : "" };
}
