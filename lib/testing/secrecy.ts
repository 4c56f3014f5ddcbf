/**
 * Striking out secrets, in what the simulator notes of calls and in what cassettes keep.
 *
 * @module
 */
import type { RpcValue } from "../values.ts";

/** What stands in place of a secret. */
export const STRUCK = "***";

const SECRET_NAME =
  /passw(or)?d|secret|api_?key|default_key|token|master_pwd|session_?id|csrf|authorization|^cookie$/i;

/** Whether a field, argument or parameter of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * A value without the secrets in it: texts under names of secrets, texts that a domain compares with such a field, and
 * whatever `hide` takes out of the other texts.
 */
export function strike(value: RpcValue, hide: (text: string) => string): RpcValue {
  if (typeof value === "string") return hide(value);
  if (Array.isArray(value)) {
    const [field, , compared, ...more] = value;
    const isTerm = typeof field === "string" && isSecretName(field) && more.length === 0 &&
      typeof compared === "string";
    return isTerm ? [...value.slice(0, 2), STRUCK] : value.map((item) => strike(item, hide));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecretName(name) && typeof member === "string" && member !== ""
        ? STRUCK
        : strike(member, hide),
    ]),
  );
}

/** Arguments of a method without the secrets in them: also the columns of `load`, and the value of a parameter. */
export function strikeArguments(
  method: string,
  args: readonly RpcValue[],
  hide: (text: string) => string,
): RpcValue[] {
  const [first, second, ...rest] = args;
  if (method === "load" && Array.isArray(first) && Array.isArray(second)) {
    const secret = first.map((name) => typeof name === "string" && isSecretName(name));
    const rows = second.map((row) =>
      Array.isArray(row) ? row.map((cell, index) => secret[index] ? STRUCK : cell) : row
    );
    return [first, strike(rows, hide), ...rest].map((arg) => strike(arg, hide));
  }
  if (method === "set_param" && typeof first === "string" && isSecretName(first)) {
    return [first, STRUCK, ...rest];
  }
  return args.map((arg) => strike(arg, hide));
}

/** Whether a value is a dictionary. */
export function isRecord(value: RpcValue | undefined): value is { [key: string]: RpcValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Uint8Array);
}
