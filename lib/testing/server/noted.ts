/**
 * What the simulator notes of calls, for tests to look at.
 *
 * @module
 */
import type { RpcValue } from "../../values.ts";
import { isDict, plain, type PythonValue } from "../python.ts";
import type { IncomingCall } from "./wire.ts";

/** A call that the simulator has seen. Secrets are struck out. */
export interface CallRecord {
  /** `common`, `db` or `object`. */
  readonly service: string;
  /** Model of an `object` call, else an empty text. */
  readonly model: string;
  /** Method of the model, or of the service. */
  readonly method: string;
  /** Positional arguments. */
  readonly args: readonly RpcValue[];
  /** Named arguments. */
  readonly kwargs: Readonly<Record<string, RpcValue>>;
  /** User as the call gave it, or `undefined` where there is none. */
  readonly uid: number | undefined;
}

/** Which call is meant: all that is given has to fit, or the function has to say yes. */
export type CallMatch =
  | { readonly service?: string; readonly model?: string; readonly method?: string }
  | ((call: CallRecord) => boolean);

/** What is noted of a call: everything but the secrets. */
export function recordOf(
  { service, method, params }: IncomingCall,
  isKey: (text: string) => boolean,
): CallRecord {
  const clean = (value: PythonValue | undefined) => withoutSecrets(plain(value ?? null), isKey);
  if (service !== "object") {
    // The methods of `db` take master passwords.
    const args = params.map((param, index) =>
      (service === "common" && index === 2) || (service === "db" && method !== "db_exist")
        ? "***"
        : clean(param)
    );
    return { service, model: "", method, args, kwargs: {}, uid: undefined };
  }
  const [, uid, , model, name, ...rest] = params;
  const [args, kwargs] = method === "execute" ? [rest, {}] : [rest[0], rest[1]];
  const cleanArgs = clean(args);
  const named = clean(isDict(kwargs) ? kwargs : {});
  return {
    service,
    model: textOf(clean(model)) ?? "",
    method: textOf(clean(name)) ?? method,
    args: Array.isArray(cleanArgs) ? cleanArgs : [],
    kwargs: isRecord(named) ? named : {},
    uid: typeof uid === "number" ? uid : undefined,
  };
}

function withoutSecrets(value: RpcValue, isKey: (text: string) => boolean): RpcValue {
  if (typeof value === "string") {
    return value.replace(/[0-9a-f]{40}/g, (text) => isKey(text) ? "***" : text);
  }
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, isKey));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      /password|secret|api_?key/i.test(key) && typeof member === "string"
        ? "***"
        : withoutSecrets(member, isKey),
    ]),
  );
}

function textOf(value: RpcValue): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isRecord(value: RpcValue): value is { [key: string]: RpcValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array);
}

/** Whether a call is one that is meant. */
export function fits(call: CallRecord, match: CallMatch | undefined): boolean {
  if (!match) return true;
  if (typeof match === "function") return match(call);
  const { service = call.service, model = call.model, method = call.method } = match;
  return service === call.service && model === call.model && method === call.method;
}
