/**
 * The secret of a connection: fetched when it is needed, and kept out of errors.
 *
 * @module
 */
import { OdooAuthError, OdooConfigError } from "./errors.ts";

/** An API key or a password, or a function that fetches it: that is asked again when Odoo refuses the last one. */
export type Secret = string | (() => string | Promise<string>);

/** Exactly one secret: an API key, or a password. */
export type Credential =
  | { apiKey: Secret; password?: undefined }
  | { password: Secret; apiKey?: undefined };

/** Shorter texts stand in messages by chance; Odoo's keys have 40 characters. */
const MIN_SECRET_LENGTH = 6;

/** Holds a secret, fetches it anew after a refusal, and strikes it out of errors. */
export class SecretKeeper {
  readonly #source: Secret;
  readonly #given = new Set<string>();
  #last = "";

  /** Takes the secret of a configuration. */
  constructor(config: Credential) {
    this.#source = config.apiKey ?? config.password;
  }

  /** The secret as it was last given; a function is asked when there is none yet. */
  async current(): Promise<string> {
    return this.#last || await this.#ask();
  }

  /** Asks a function again, and answers whether it gave another secret than the refused one. */
  async renew(refused: string): Promise<boolean> {
    return typeof this.#source === "function" && await this.#ask() !== refused;
  }

  /**
   * Does something with the secret: once more with a fresh one where the old one was refused and the configuration can
   * give another. Errors come out with the secret struck out.
   */
  async use<T>(send: (secret: string) => Promise<T>): Promise<T> {
    const secret = await this.current();
    try {
      return await send(secret);
    } catch (error) {
      if (!(error instanceof OdooAuthError)) throw this.scrub(error);
      const renewed = await this.renew(secret).catch((failure) => {
        throw this.scrub(failure);
      });
      if (!renewed) throw this.scrub(error);
    }
    try {
      return await send(await this.current());
    } catch (error) {
      throw this.scrub(error);
    }
  }

  /** {@linkcode SecretKeeper.use} for a stream. A refusal shows before the first rows, so only the opening is repeated. */
  async *useForRows<T>(open: (secret: string) => AsyncGenerator<T>): AsyncGenerator<T> {
    const { first, rows } = await this.use(async (secret) => {
      const rows = open(secret);
      return { first: await rows.next(), rows };
    });
    try {
      if (first.done) return;
      yield first.value;
      yield* rows;
    } catch (error) {
      throw this.scrub(error);
    } finally {
      await rows.return(undefined);
    }
  }

  /** The error with all secrets struck out of its texts and its causes: what came from outside may repeat them. */
  scrub(error: unknown): unknown {
    if (!(error instanceof Error)) return error;
    for (const name of Object.getOwnPropertyNames(error)) {
      const value: unknown = Reflect.get(error, name);
      if (typeof value === "string") {
        const clean = this.#redact(value);
        if (clean !== value) Reflect.set(error, name, clean);
      }
    }
    this.scrub(error.cause);
    return error;
  }

  #redact(text: string): string {
    return [...this.#given].reduce((clean, secret) => clean.replaceAll(secret, "***"), text);
  }

  async #ask(): Promise<string> {
    const secret = typeof this.#source === "function" ? await this.#source() : this.#source;
    if (typeof secret !== "string" || secret === "") {
      throw new OdooConfigError("Cannot connect to Odoo: the API key (or password) is empty");
    }
    if (secret.length >= MIN_SECRET_LENGTH) {
      for (const form of formsOf(secret)) this.#given.add(form);
    }
    return this.#last = secret;
  }
}

/** As the secret stands in JSON, in an address, in XML, and in the pages of Odoo, of Python and of most others. */
function formsOf(secret: string): string[] {
  const xml = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    xml,
    xml.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
    xml.replaceAll('"', "&quot;").replaceAll("'", "&#x27;"),
    xml.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
  ];
}

/** Whether a text looks like an API key of Odoo. */
export function isKeyShaped(secret: string): boolean {
  return /^[0-9a-f]{40}$/.test(secret);
}
