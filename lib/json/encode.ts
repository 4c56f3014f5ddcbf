/**
 * Values to the bytes of JSON-RPC and JSON-2 requests, with the same refusals as XML-RPC, but for what XML alone
 * cannot carry.
 *
 * @module
 */
import {
  asText,
  isPlain,
  Refusal,
  refuseInexact,
  refuseInfinite,
  refuseKind,
  refuseLoneSurrogates,
  Walk,
} from "../sendable.ts";
import type { RpcInput } from "../values.ts";

/** From this length of a text on, V8 does not fail but end the process. */
const TOO_LONG = 2 ** 28;

/** What a JSON-RPC request of Odoo asks for. */
export interface JsonRpcCall {
  /** Number that the answer repeats. */
  id: number;
  /** `common`, `object` or `db`. */
  service: string;
  /** Function of that service, such as `execute_kw`. */
  method: string;
  /** Its arguments, in their order. */
  args: readonly RpcInput[];
}

/**
 * Encodes a JSON-RPC request. `names` are what to call the arguments in messages, in their order, such as
 * `["args", "kwargs"]`; the others are `params[0]` and so on.
 *
 * Bytes become base64, moments `2024-03-01 10:20:30` in UTC, without fractions of a second, as over XML-RPC.
 *
 * @throws {OdooProtocolError} Where the wire cannot carry a value. The message has the path of that value, never the value.
 */
export function encodeJsonRpc(
  { id, service, method, args }: JsonRpcCall,
  names: readonly string[] = [],
): Uint8Array<ArrayBuffer> {
  const sent = args.map((arg, index) => toJsonValue(arg, names[index] ?? `params[${index}]`));
  return toBytes({ jsonrpc: "2.0", method: "call", params: { service, method, args: sent }, id });
}

/**
 * Encodes an object of named arguments, as JSON-2 takes them: in messages they have their names, such as `vals.name`.
 *
 * @throws {OdooProtocolError} Where the wire cannot carry a value. The message has the path of that value, never the value.
 */
export function encodeNamed(args: Readonly<Record<string, RpcInput>>): Uint8Array<ArrayBuffer> {
  const sent = Object.entries(args).map(([name, value]) => [
    toJsonValue(name, "the name of an argument"),
    toJsonValue(value, name),
  ]);
  return toBytes(Object.fromEntries(sent));
}

/**
 * A value as JSON can carry it: the very same where nothing has to be converted, which is looked into but not copied.
 * The name is that of the value in messages.
 *
 * @throws {OdooProtocolError} Where the wire cannot carry something in it. The message has the path of that, never the value.
 */
export function toJsonValue(value: unknown, name: string): unknown {
  return new Converter().convert(value, name);
}

function toBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

class Converter extends Walk {
  convert(value: unknown, name: string): unknown {
    return this.at(name, () => this.#convert(value));
  }

  #convert(value: unknown): unknown {
    switch (typeof value) {
      case "string":
        refuseTooLong(value);
        refuseLoneSurrogates(value);
        return value;
      case "number":
        if (Number.isInteger(value)) refuseInexact(value);
        else refuseInfinite(value);
        return value;
      case "boolean":
        return value;
      case "object":
        return value === null ? null : this.#object(value);
      default:
        return refuseKind(value);
    }
  }

  #object(value: object): unknown {
    if (!Array.isArray(value) && !isPlain(value)) return refuseTooLong(asText(value));
    this.enter(value);
    const converted = Array.isArray(value) ? this.#array(value) : this.#struct(value);
    this.leave();
    return converted;
  }

  #array(items: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined;
    const level = this.path.push(0) - 1;
    for (let index = 0; index < items.length; index++) {
      this.path[level] = index;
      const item = items[index];
      const converted = this.#convert(item);
      if (converted === item) continue;
      copy ??= [...items];
      copy[index] = converted;
    }
    this.path.pop();
    return copy ?? items;
  }

  #struct(struct: Readonly<Record<string, unknown>>): object {
    let copy: object | undefined;
    const level = this.path.push("") - 1;
    for (const key of Object.keys(struct)) {
      this.path[level] = key;
      refuseLoneSurrogates(key);
      const item = struct[key];
      const converted = this.#convert(item);
      if (converted === item) continue;
      copy ??= { ...struct };
      // A key may be `__proto__`, to which nothing can be assigned
      Object.defineProperty(copy, key, { value: converted });
    }
    this.path.pop();
    return copy ?? struct;
  }
}

function refuseTooLong(text: string): string {
  if (text.length < TOO_LONG) return text;
  throw new Refusal(`it has ${text.length} characters, and JSON takes less than ${TOO_LONG}`);
}
