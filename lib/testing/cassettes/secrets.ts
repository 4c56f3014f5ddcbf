/**
 * The secrets that a cassette has come to know, so that none of them is written.
 *
 * @module
 */
import { isDict, type PythonValue } from "../python.ts";
import { isSecretName, STRUCK } from "../secrecy.ts";

/** Shorter ones would also be found in texts that have nothing to do with them. */
const SHORTEST = 6;

/** Secrets, learned from the places where they have to be. */
export class Secrets {
  readonly #known = new Set<string>();
  readonly #public = new Set<string>();

  /** Learns a secret, unless it is one of the words that are no secret, such as the login or the database. */
  learn(secret: PythonValue | undefined, publicWords: readonly (PythonValue | undefined)[]): void {
    for (const word of publicWords) if (typeof word === "string") this.#public.add(word);
    if (typeof secret === "string" && secret.length >= SHORTEST) this.#known.add(secret);
  }

  /** Learns the texts in a value that have the name of a secret. */
  learnNamed(value: PythonValue): void {
    if (Array.isArray(value)) return value.forEach((item) => this.learnNamed(item));
    if (!isDict(value)) return;
    for (const [name, member] of Object.entries(value)) {
      if (isSecretName(name)) this.learn(member, []);
      this.learnNamed(member);
    }
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

  /** A text without secrets, however they are written, and without users and passwords of addresses. */
  readonly hide = (text: string): string => {
    let hidden = text.replace(/(:\/\/)[^/\s:@"'<>]*:[^/\s@"'<>]*@/g, `$1${STRUCK}@`);
    for (const secret of this.#known) {
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
