/**
 * Odoo's `load`, with an outcome for every row: what the server refuses is found and tried alone, the rest goes in.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { OdooError, OdooNetworkError, OdooProtocolError, OdooServerError } from "../errors.ts";
import { type CallOptions, isStruct, type RpcValue } from "../values.ts";
import type { Pace } from "./pace.ts";
import { isPerhapsTooMuch, type PatientCaller } from "./patience.ts";

/** A row for `load`. */
export interface LoadRow {
  /** What names the record: an external id, `module.name`, or a database id as text. */
  record: string;
  /** The text of each column, in the order of the columns. */
  cells: readonly string[];
}

/** The columns of a call: `id` where external ids name the records, `.id` where database ids do; then those of cells. */
export type LoadColumns = readonly ["id" | ".id", ...string[]];

/** What became of one row. */
export type LoadResult =
  | { status: "loaded"; id: number; warning: string | undefined }
  | { status: "failed"; field: string | undefined; reason: string };

/** What `load` says about some of its rows. */
interface Message {
  isError: boolean;
  isConflict: boolean;
  /** Whether nothing but its form says that it may be a conflict. */
  isGuess: boolean;
  text: string;
  field: string | undefined;
  from: number;
  to: number;
}

/** What `load` answers: ids, or `undefined` when it kept nothing. */
interface LoadAnswer {
  ids: number[] | undefined;
  messages: Message[];
}

/** Before a refused row is tried alone again; each is varied by half. */
const ALONE_PAUSES_MS = [200, 800];
/** Before rows that met a conflict are tried again; each is varied by half. */
const CONFLICT_PAUSES_MS = [200, 400, 800, 1_600, 3_200];
/** After so many rows with the same error, a further one is not tried again. */
const LASTING_ROWS = 3;

/**
 * Loads rows of one model.
 *
 * `load` keeps nothing of a call with an error in it. So the rows that its messages name are taken out, the others are
 * sent again at once, and each one taken out is tried alone: a conflict with another transaction looks like a bad row,
 * and Odoo 19 also blames the rows that depend on a bad one. A failure that names no row halves the batch. After an
 * ambiguous failure the same rows are sent again, which is harmless, since they name their records.
 */
export class Loader {
  readonly #caller: PatientCaller;
  readonly #model: string;
  readonly #clock: Clock;
  readonly #pace: Pace | undefined;
  /** For how many rows in a row an error has stayed through all tries. */
  readonly #lasting = new Map<string, number>();
  /** What looked like conflicts of rows sent together, and stayed through all tries. */
  readonly #stayed = new Set<string>();

  /** Takes the connection and the model, what waits between tries, and what is told how long calls take. */
  constructor(caller: PatientCaller, model: string, clock: Clock, pace?: Pace) {
    this.#caller = caller;
    this.#model = model;
    this.#clock = clock;
    this.#pace = pace;
  }

  /**
   * Yields one result a row, in no particular order.
   *
   * @throws {OdooNetworkError} The server stayed out of reach; rows without a result may or may not have gone in.
   * @throws {OdooAuthError} Odoo does not take the credential any more; rows without a result did not go in.
   */
  async *load<T extends LoadRow>(
    columns: LoadColumns,
    rows: readonly T[],
    options: CallOptions = {},
  ): AsyncGenerator<[row: T, result: LoadResult]> {
    const [first] = rows;
    if (first === undefined) return;
    if (rows.length === 1) return yield [first, await this.#loadAlone(columns, first, options)];
    const { results, refused } = await this.attempt(columns, rows, options);
    if (results) yield* results;
    else if (refused.size > 0) {
      yield* this.load(columns, rows.filter((row) => !refused.has(row)), options);
      yield* this.eachAlone(columns, refused, options);
    } else {
      const half = Math.ceil(rows.length / 2);
      yield* this.load(columns, rows.slice(0, half), options);
      yield* this.load(columns, rows.slice(half), options);
    }
  }

  /** Sends rows together, once: where all went in there are results, else perhaps the rows that were named, and why. */
  async attempt<T extends LoadRow>(
    columns: LoadColumns,
    rows: readonly T[],
    options: CallOptions,
  ): Promise<{ results?: [row: T, result: LoadResult][]; refused: Map<T, string> }> {
    const answer = await this.#sendTogether(columns, rows, options);
    const refused = new Map<T, string>();
    if (answer.ids) {
      return { results: rows.map((row, index) => [row, loaded(answer, index)]), refused };
    }
    for (const [index, row] of rows.entries()) {
      const error = errorOn(answer, index);
      if (error) refused.set(row, error.text);
    }
    return { refused };
  }

  /** Tries rows alone that were refused among others, each with what was said of it. */
  async *eachAlone<T extends LoadRow>(
    columns: LoadColumns,
    refused: ReadonlyMap<T, string>,
    options: CallOptions,
  ): AsyncGenerator<[row: T, result: LoadResult]> {
    for (const [row, before] of refused) {
      yield [row, await this.#loadAlone(columns, row, options, before)];
    }
  }

  /** Several rows; all of them again where they only met a conflict. */
  async #sendTogether(
    columns: LoadColumns,
    rows: readonly LoadRow[],
    options: CallOptions,
  ): Promise<LoadAnswer> {
    for (const pause of CONFLICT_PAUSES_MS) {
      const answer = await this.#send(columns, rows, options);
      const errors = answer.messages.filter(({ isError }) => isError);
      const isPassing = errors.every(({ isConflict, isGuess, text }) =>
        isConflict && !(isGuess && this.#stayed.has(text))
      );
      if (errors.length === 0 || !isPassing) return answer;
      await this.#pause(pause, options);
    }
    const answer = await this.#send(columns, rows, options);
    for (const { isError, text } of answer.messages) if (isError) this.#stayed.add(text);
    return answer;
  }

  /** @param before What was said of the row when it was sent with others. */
  async #loadAlone(
    columns: LoadColumns,
    row: LoadRow,
    options: CallOptions,
    before?: string,
  ): Promise<LoadResult> {
    let reason = before ?? "Odoo gave no reason";
    for (let tries = 1;; tries++) {
      const answer = await this.#send(columns, [row], options);
      if (answer.ids) {
        this.#lasting.clear();
        return loaded(answer, 0);
      }
      const error = answer.messages.find((message) => message.isError);
      const { text, field, isConflict = false, isGuess = false } = error ?? {};
      reason = text ?? reason;
      // An error about a cell is no conflict
      if (field !== undefined) return { status: "failed", field, reason };
      const pause = isConflict && !(isGuess && this.#isLasting(reason))
        ? CONFLICT_PAUSES_MS[tries - 1]
        : this.#pauseAlone(reason, tries, reason === before);
      if (pause === undefined) break;
      await this.#pause(pause, options);
    }
    this.#lasting.set(reason, (this.#lasting.get(reason) ?? 0) + 1);
    return { status: "failed", field: undefined, reason };
  }

  /** Three tries in all for what stays the same, with that among others counted. */
  #pauseAlone(reason: string, tries: number, wasSaidBefore: boolean): number | undefined {
    if (this.#isLasting(reason)) return undefined;
    return ALONE_PAUSES_MS[wasSaidBefore ? 2 * tries - 2 : tries - 1];
  }

  #isLasting(reason: string): boolean {
    return (this.#lasting.get(reason) ?? 0) >= LASTING_ROWS;
  }

  async #pause(ms: number, { signal }: CallOptions): Promise<void> {
    await this.#clock.sleep(Math.round(ms * (0.5 + this.#clock.random())), signal);
  }

  /** One `load`; a fault of the server is told like a message that names no row. */
  async #send(
    columns: LoadColumns,
    rows: readonly LoadRow[],
    options: CallOptions,
  ): Promise<LoadAnswer> {
    const args = [columns, rows.map((row) => [row.record, ...row.cells])];
    const call = { model: this.#model, method: "load", args };
    const start = this.#clock.now();
    try {
      const answer = rows.length > 1
        ? await this.#caller.callChunk(call, options)
        : await this.#caller.call(call, options);
      this.#pace?.took(rows.length, this.#clock.now() - start);
      return readAnswer(answer, rows.length);
    } catch (error) {
      const isTooMuch = isPerhapsTooMuch(error) &&
        (rows.length > 1 && !this.#caller.isExhausted || isRefusedForSize(error));
      const isShort = error instanceof OdooServerError && error.exception === "MemoryError";
      if (isTooMuch || isShort) this.#pace?.shrink(rows.length);
      if (!(error instanceof OdooServerError || error instanceof OdooError && isTooMuch)) {
        throw error;
      }
      return { ids: undefined, messages: [fault(error, rows.length)] };
    }
  }
}

/**
 * PostgreSQL says so in the language of its server, and `load` passes that on as it is, with its line break. Nearly all
 * else that it passes on so has more lines, with details.
 */
function conflictOf(text: string): Pick<Message, "isConflict" | "isGuess"> {
  const isSaid = /could not serialize access|deadlock detected|could not obtain lock/i.test(text);
  const isGuess = !isSaid && /^[^\n]+\n$/.test(text);
  return { isConflict: isSaid || isGuess, isGuess };
}

/** A user who may not write the model may not write any row of it; any other fault may come from one row. */
function fault(error: OdooError, count: number): Message {
  const isDenied = error instanceof OdooServerError && error.kind === "access";
  const isAboutAll = isDenied || count === 1;
  return {
    isError: true,
    ...conflictOf(error.message),
    text: error.message,
    field: undefined,
    from: 0,
    to: isAboutAll ? count - 1 : -1,
  };
}

function isRefusedForSize(error: unknown): boolean {
  return error instanceof OdooNetworkError && error.status === 413;
}

function readAnswer(answer: RpcValue, count: number): LoadAnswer {
  const { ids, messages } = isStruct(answer) ? answer : {};
  const isComplete = Array.isArray(ids) && ids.length === count &&
    ids.every((id) => typeof id === "number");
  if (!isComplete && ids !== false) {
    throw new OdooProtocolError(
      "Odoo answered load with something else than one id a row, or false",
      { outcome: "committed" },
    );
  }
  return {
    ids: isComplete ? ids : undefined,
    messages: Array.isArray(messages)
      ? messages.filter((each) => isStruct(each)).map(readMessage)
      : [],
  };
}

function readMessage(message: { [key: string]: RpcValue }): Message {
  const { type, message: text, field, record, rows } = message;
  const { from = record, to = record } = isStruct(rows) ? rows : {};
  return {
    isError: type !== "warning",
    ...conflictOf(String(text ?? "")),
    // 14 and 17 put the message of a constraint in quotes
    text: String(text ?? "").trim().replace(/^'(.*)'$/s, "$1"),
    field: typeof field === "string" ? field : undefined,
    from: typeof from === "number" ? from : 0,
    to: typeof to === "number" ? to : -1,
  };
}

function errorOn({ messages }: LoadAnswer, index: number): Message | undefined {
  return messages.find(({ isError, from, to }) => isError && from <= index && index <= to);
}

function loaded({ ids, messages }: LoadAnswer, index: number): LoadResult {
  const warnings = messages.filter(({ from, to }) => from <= index && index <= to).map(({ text }) =>
    text
  );
  return {
    status: "loaded",
    id: ids?.[index] ?? 0,
    warning: warnings.length > 0 ? warnings.join("; ") : undefined,
  };
}
