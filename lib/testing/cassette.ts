/**
 * Cassettes: what a real Odoo has answered, to be replayed without it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Fetch } from "../values.ts";
import { cleanAnswer, type KeptAnswer, readKeptAnswer, responseOf } from "./cassettes/answers.ts";
import { type Asked, cleanAsked, type Question, readQuestion } from "./cassettes/asked.ts";
import { CassetteError, type Entry, readEntries, writeEntries } from "./cassettes/file.ts";
import { explainMiss, keyOf } from "./cassettes/nearest.ts";
import { Secrets } from "./secrecy.ts";

/** Settings of a cassette. */
export interface CassetteOptions {
  /**
   * What to do with requests: `replay` answers them from the file alone, `record` sends them and writes the file anew,
   * `auto` replays what the file has and records the rest.
   *
   * @default {"replay"}
   */
  readonly mode?: "record" | "replay" | "auto" | undefined;
  /**
   * What sends requests that are recorded.
   *
   * @default {globalThis.fetch}
   */
  readonly fetch?: Fetch | undefined;
}

/** A cassette that is in use. Disposing of it writes its file, if anything was recorded. */
export interface Cassette extends AsyncDisposable {
  /** Records and replays. For `connect()`, or anything else that takes a `fetch`. */
  readonly fetch: Fetch;
}

/**
 * Opens a cassette: a JSON file of calls and answers.
 *
 * An answer is replayed for a request with the same protocol, model, method and arguments. The address, the database,
 * the user id, the secret and the id of a JSON-RPC request make no difference. Equal requests are answered in the
 * order in which they were recorded, each answer once.
 *
 * No API key, password, cookie or session id is written: they are struck out of requests and answers. A secret
 * of fewer than 6 letters, or one that is also the login, is only known by the place where it stands.
 *
 * @example
 * ```ts
 * import { connect } from "@odeno/odeno";
 * import { cassette } from "@odeno/odeno/testing";
 *
 * // Records on the first run, and needs no Odoo from then on; the key of the replay can be any
 * async function countPartners(): Promise<number> {
 *   await using tape = cassette("testdata/partners.json", { mode: "auto" });
 *   const odoo = await connect({
 *     url: "https://odoo.example.com",
 *     db: "example",
 *     username: "admin",
 *     apiKey: Deno.env.get("ODOO_API_KEY") ?? "any",
 *     fetch: tape.fetch,
 *   });
 *   return await odoo.executeKw<number>("res.partner", "search_count", [[]]);
 * }
 * ```
 *
 * @throws {CassetteError} Where the file cannot be read, or is missing while it is to be replayed. `fetch` rejects with
 * one where there is no answer, and disposing where the file cannot be written.
 */
export function cassette(path: string | URL, options: CassetteOptions = {}): Cassette {
  const { mode = "replay", fetch = globalThis.fetch } = options;
  const file = path instanceof URL ? fileURLToPath(path) : path;
  const entries = mode === "record" ? [] : readEntries(file);
  if (entries === undefined && mode === "replay") {
    throw new CassetteError(
      `Cannot replay the cassette ${file}: there is no such file, so record it with { mode: "record" }`,
    );
  }
  const tape = new Tape(file, entries ?? [], mode === "replay" ? undefined : fetch);
  return {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      request.signal.throwIfAborted();
      return await tape.answer(request);
    },
    [Symbol.asyncDispose]: () => tape.save(),
  };
}

class Tape {
  readonly #path: string;
  readonly #entries: readonly Entry[];
  readonly #fetch: Fetch | undefined;
  readonly #secrets = new Secrets();
  readonly #recorded: (Entry & { place: number })[] = [];
  readonly #waiting = new Map<string, KeptAnswer[]>();
  #places = 0;

  /** Takes the file, what is in it, and what sends requests that are not. */
  constructor(path: string, entries: readonly Entry[], fetch: Fetch | undefined) {
    this.#path = path;
    this.#entries = entries;
    this.#fetch = fetch;
    for (const { asked, answer } of entries) {
      const key = keyOf(asked);
      this.#waiting.set(key, [...this.#waiting.get(key) ?? [], answer]);
    }
  }

  async answer(request: Request): Promise<Response> {
    const body = await request.bytes();
    const question = readQuestion(request, body, this.#secrets);
    if (!question) {
      const { method, url } = request;
      throw new CassetteError(
        `Cannot keep ${method} ${
          new URL(url).pathname
        } in the cassette ${this.#path}: it is no call of Odoo`,
      );
    }
    const { asked } = question;
    const answer = this.#waiting.get(keyOf(asked))?.shift();
    if (answer) return this.#replay(question, answer);
    const fetch = this.#fetch;
    if (fetch) return await this.#record(asked, () => fetch(request.url, initOf(request, body)));
    throw new CassetteError(explainMiss(this.#path, asked, this.#entries));
  }

  #replay(question: Question, answer: KeptAnswer): Response {
    try {
      return responseOf(question, answer);
    } catch (cause) {
      throw new CassetteError(
        `Cannot replay the cassette ${this.#path}: the answer to ${question.asked.call} has a ` +
          "status, a header or a body that no answer can have, so record it again",
        { cause },
      );
    }
  }

  /** Writes the file in an order that does not depend on when calls came. Equal requests stay in their order. */
  async save(): Promise<void> {
    if (this.#recorded.length === 0) return;
    // Some secrets were learned after the answers that have them
    const inOrder = this.#recorded.toSorted((one, two) => one.place - two.place);
    const added = inOrder.map(({ asked, answer }) => ({
      asked: cleanAsked(asked, this.#secrets),
      answer: cleanAnswer(asked, answer, this.#secrets),
    }));
    const keyed = [...this.#entries, ...added].map((entry) => ({ entry, key: keyOf(entry.asked) }));
    keyed.sort((one, two) => one.key < two.key ? -1 : one.key > two.key ? 1 : 0);
    await writeEntries(this.#path, keyed.map(({ entry }) => entry));
  }

  async #record(asked: Asked, send: () => Promise<Response>): Promise<Response> {
    // Calls that are under way together are kept in the order in which they were made, not answered
    const place = this.#places++;
    const response = await send();
    const copy = response.clone();
    const answer = await readKeptAnswer(asked, response, this.#secrets);
    this.#recorded.push({ asked, answer, place });
    return copy;
  }
}

/** The request once more, with a body of known length: Odoo does not read one that comes in chunks. */
function initOf(
  { method, headers, redirect, signal }: Request,
  body: Uint8Array<ArrayBuffer>,
): RequestInit {
  return { method, headers, redirect, signal, ...(body.length > 0 && { body }) };
}
