/**
 * Striking out secrets, in what the simulator notes of calls and in what cassettes keep.
 *
 * @module
 */
import { isDict, type PythonValue } from "./python.ts";

/** What stands in place of a secret. */
export const STRUCK = "***";

const SECRET_NAME =
  /passw(or)?d|pwd|secret|api_?key|default_key|token|session_?id|csrf|authorization|^cookie$/i;

/** Whether a field, argument or parameter of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * A value without the secrets in it: texts under names of secrets, texts that a domain compares with such a field, and
 * whatever `hide` takes out of the other texts.
 */
export function strike(value: PythonValue, hide: (text: string) => string): PythonValue {
  if (typeof value === "string") return hide(value);
  if (Array.isArray(value)) {
    return isSecretTerm(value)
      ? [...value.slice(0, 2), STRUCK]
      : value.map((item) => strike(item, hide));
  }
  if (!isDict(value)) return value;
  // A parameter of the database, or a field of a form
  const { name = value["key"], value: named } = value;
  const isSwitch = named === "True" || named === "False";
  if (typeof name === "string" && isSecretName(name) && typeof named === "string" && !isSwitch) {
    return { ...value, value: STRUCK };
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecretName(name) && typeof member === "string" && member !== ""
        ? STRUCK
        : strike(member, hide),
    ]),
  );
}

function isSecretTerm([field, operator, compared, ...more]: readonly PythonValue[]): boolean {
  return typeof field === "string" && isSecretName(field) && typeof operator === "string" &&
    /^([=!<>?]+|(not )?(=?i?like|in))$/.test(operator) && typeof compared === "string" &&
    more.length === 0;
}

/**
 * Arguments of a method, such as `res.users.load`, without the secrets in them: also the columns of `load`, the value of
 * a parameter, and the texts that are given to a method for secrets.
 */
export function strikeArguments(
  call: string,
  args: readonly PythonValue[],
  hide: (text: string) => string,
): PythonValue[] {
  const [first, second, ...rest] = args;
  if (isForSecrets(call)) return args.map((arg) => typeof arg === "string" ? STRUCK : arg);
  if (call.endsWith(".load") && Array.isArray(first) && Array.isArray(second)) {
    const secret = first.map((name) => typeof name === "string" && isSecretName(name));
    const rows = second.map((row) =>
      Array.isArray(row) ? row.map((cell, index) => secret[index] ? STRUCK : cell) : row
    );
    return [first, rows, ...rest].map((arg) => strike(arg, hide));
  }
  if (call.endsWith(".set_param") && typeof first === "string" && isSecretName(first)) {
    return [first, STRUCK, ...rest];
  }
  return args.map((arg) => strike(arg, hide));
}

/** Whether the texts that a method takes and gives are secrets: passwords of users, and API keys. */
export function isForSecrets(call: string): boolean {
  return /\.change_password$|^res\.users\.apikeys\.(generate|revoke)$/.test(call);
}
