/**
 * Striking out secrets, in what the simulator notes of calls and in what cassettes keep.
 *
 * @module
 */
import { isDict, type PythonValue } from "./python.ts";

/** What stands in place of a secret. */
export const STRUCK = "***";

const SECRET_NAME =
  /passw(or)?d|passphrase|(^|_)pass$|pwd|secret|token|session_?id|csrf|authorization|^cookie$|(api|private|access|hmac|signature|transaction|default)_?key/i;
/** Shorter ones would also be found in texts that have nothing to do with them. */
const SHORTEST = 6;

type Named = { readonly [name: string]: PythonValue };
type Hide = (text: string) => string;
type Learn = (secret: string) => void;

/** Whether a field, argument or parameter of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * Arguments of a method, such as `res.users.load`, without the secrets in them: also the columns of `load`, the value of
 * a parameter, and the texts that are given to a method for secrets. `learn` is told of each that is known by its place.
 */
export function strikeCall(
  call: string,
  args: readonly PythonValue[],
  kwargs: Named,
  hide: Hide,
  learn: Learn = () => {},
): { args: PythonValue[]; kwargs: { [name: string]: PythonValue } } {
  const isSecret = isForSecrets(call);
  const isParameter = isSecretParameter(call, args, kwargs);
  const { 0: fields = kwargs["fields"] } = args;
  const struck = (value: PythonValue, name: string, place: number | undefined) => {
    if (isParameter && (place === 0 || name === "key")) return value;
    if (isSecret || isParameter) return strikeTexts(value, learn);
    return call.endsWith(".load") && (place === 1 || name === "data")
      ? strikeColumns(value, fields, hide, learn)
      : strikeNamed(name, value, hide, learn);
  };
  return {
    args: args.map((value, place) => struck(value, "", place)),
    kwargs: Object.fromEntries(
      Object.entries(kwargs).map(([name, value]) => [name, struck(value, name, undefined)]),
    ),
  };
}

/** Whether what a method returns is a secret: an API key, or the value of such a parameter. */
export function hasSecretResult(
  call: string,
  args: readonly PythonValue[],
  kwargs: Named,
): boolean {
  return isForSecrets(call) || isSecretParameter(call, args, kwargs);
}

/**
 * A value without the secrets in it: texts under names of secrets, texts that a domain compares with such a field, and
 * whatever `hide` takes out of the other texts.
 */
export function strike(value: PythonValue, hide: Hide, learn: Learn = () => {}): PythonValue {
  if (typeof value === "string") return hide(value);
  if (Array.isArray(value)) {
    const [field = null, operator = null, compared = null] = value;
    return isSecretTerm(value)
      ? [field, operator, strikeTexts(compared, learn)]
      : value.map((item) => strike(item, hide, learn));
  }
  if (!isDict(value)) return value;
  // A parameter of the database, or a field of a form
  const { name = value["key"], value: named } = value;
  if (typeof name === "string" && isSecretName(name) && typeof named === "string") {
    return { ...value, value: strikeTexts(named, learn) };
  }
  const members = Object.entries(value);
  return Object.fromEntries(
    members.map(([name, member]) => [name, strikeNamed(name, member, hide, learn)]),
  );
}

/** The texts of a secret, and nothing else of it: what is described under the name of a field is no secret. */
export function strikeTexts(value: PythonValue, learn: Learn = () => {}): PythonValue {
  const hide = (text: string) => {
    // Parameters such as `auth_signup.reset_password` are switches
    if (text === "" || text === "True" || text === "False") return text;
    learn(text);
    return STRUCK;
  };
  return strike(value, hide, learn);
}

function strikeNamed(name: string, value: PythonValue, hide: Hide, learn: Learn): PythonValue {
  return isSecretName(name) && !isDict(value)
    ? strikeTexts(value, learn)
    : strike(value, hide, learn);
}

function strikeColumns(
  rows: PythonValue,
  fields: PythonValue | undefined,
  hide: Hide,
  learn: Learn,
): PythonValue {
  if (!Array.isArray(rows)) return strike(rows, hide, learn);
  const names = Array.isArray(fields) ? fields.map(String) : [];
  return rows.map((row) =>
    Array.isArray(row)
      ? row.map((cell, index) => strikeNamed(names[index] ?? "", cell, hide, learn))
      : strike(row, hide, learn)
  );
}

function isSecretTerm([field, operator, , ...more]: readonly PythonValue[]): boolean {
  return typeof field === "string" && isSecretName(field) && typeof operator === "string" &&
    /^([=!<>?]+|(not )?(=?i?like|in))$/.test(operator) && more.length === 0;
}

/** Whether the texts that a method takes and gives are secrets: passwords of users, and API keys. */
function isForSecrets(call: string): boolean {
  return /\.change_password$|^res\.users\.apikeys\.(generate|revoke)$/.test(call);
}

function isSecretParameter(call: string, args: readonly PythonValue[], kwargs: Named): boolean {
  const { 0: key = kwargs["key"] } = args;
  return /\.[gs]et_param$/.test(call) && typeof key === "string" && isSecretName(key);
}

/** Secrets, learned from the places where they have to be. */
export class Secrets {
  readonly #known = new Set<string>();
  readonly #public = new Set<string>();

  /** Learns a secret, unless it is one of the words that are no secret, such as the login or the database. */
  learn(secret: PythonValue | undefined, publicWords: readonly (PythonValue | undefined)[]): void {
    for (const word of publicWords) if (typeof word === "string") this.#public.add(word);
    if (typeof secret === "string" && secret.length >= SHORTEST) this.#known.add(secret);
  }

  /** Learns the secrets among the arguments of a method. */
  learnArguments(call: string, args: readonly PythonValue[], kwargs: Named): void {
    strikeCall(call, args, kwargs, (text) => text, this.#learn);
  }

  /** Learns the texts in a value that have the name of a secret. */
  learnNamed(value: PythonValue): void {
    strike(value, (text) => text, this.#learn);
  }

  /** Learns the secrets of a page or of XML. */
  learnText(text: string): void {
    const named = [
      ...text.matchAll(/name=["']([\w-]+)["'][^<>]*?value=["']([^"'<>]+)["']/g),
      ...text.matchAll(/(?<![\w-])([\w-]{1,64})["']?\s*[:=]\s*["']([^"'<>]+)["']/g),
      ...text.matchAll(/<name>([^<]+)<\/name>\s*<value>\s*(?:<string>)?([^<]+)/g),
    ];
    for (const [, name = "", value] of named) if (isSecretName(name)) this.learn(value, []);
  }

  /** Learns the values of cookies, as they stand in `cookie` or `set-cookie`. */
  learnCookies(cookies: string): void {
    for (const [, value] of cookies.matchAll(/(?:^|[;,]\s*)[\w-]+=([^;,\s]+)/g)) {
      if (value && /\d/.test(value) && value.length >= 16) this.learn(value, []);
    }
  }

  readonly #learn = (secret: string): void => this.learn(secret, []);

  /** A text without secrets, however they are written, and without users and passwords of addresses. */
  readonly hide = (text: string): string => {
    let hidden = text.replace(/(:\/\/)[^/\s:@"'<>]*:[^/\s@"'<>]*@/g, `$1${STRUCK}@`);
    // The longest first: what is left of it after a shorter one would still tell something
    for (const secret of [...this.#known].sort((one, two) => two.length - one.length)) {
      if (this.#public.has(secret)) continue;
      for (const written of waysToWrite(secret)) hidden = hidden.replaceAll(written, STRUCK);
    }
    return hidden;
  };
}

function waysToWrite(secret: string): Set<string> {
  const xml = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return new Set([
    secret,
    encodeURIComponent(secret),
    xml,
    JSON.stringify(secret).slice(1, -1),
  ]);
}
