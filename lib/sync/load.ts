/**
 * Odoo's `load`, with an outcome for every row: what the server refuses is found and tried alone, the rest goes in.
 *
 * @module
 */
import {
  OdooAuthError,
  OdooError,
  OdooNetworkError,
  OdooProtocolError,
  OdooServerError,
} from "../errors.ts";
import { type Caller, type CallOptions, isStruct, type RpcValue } from "../values.ts";

/** A row for `load`: its external id, and the text of each column. */
export interface LoadRow {
  /** External id, `module.name`. */
  externalId: string;
  /** Cells in the order of the columns. */
  cells: readonly string[];
}

/** What became of one row. */
export type LoadResult =
  | { status: "loaded"; id: number; warning: string | undefined }
  | { status: "failed"; field: string | undefined; reason: string };

/** Waits for some milliseconds. */
export type Pause = (ms: number) => Promise<void>;

/** What `load` says about some of its rows. */
interface Message {
  isError: boolean;
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

/** Before a call is sent again after an ambiguous failure: two minutes in all, Odoo's own limit for a request. */
const RESEND_PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000];
/** Before a refused row is tried alone again; each is varied by half. */
const ALONE_PAUSES_MS = [200, 800];
/** After so many rows with the same error, a further one is not tried again. */
const LASTING_ROWS = 3;

/**
 * Loads rows of one model.
 *
 * `load` keeps nothing of a call with an error in it. So the rows that its messages name are taken out, the others are
 * sent again at once, and each one taken out is tried alone: a conflict with another transaction looks like a bad row,
 * and Odoo 19 also blames the rows that depend on a bad one. A failure that names no row halves the batch. After an
 * ambiguous failure the same rows are sent again, which is harmless, since they carry external ids.
 */
export class Loader {
  readonly #caller: Caller;
  readonly #model: string;
  readonly #options: CallOptions;
  readonly #pause: Pause;
  /** For how many rows in a row an error has stayed through all tries. */
  readonly #lasting = new Map<string, number>();

  /** Takes the connection and the model, the options of the calls, and what waits between tries. */
  constructor(caller: Caller, model: string, options: CallOptions, pause: Pause) {
    this.#caller = caller;
    this.#model = model;
    this.#options = options;
    this.#pause = pause;
  }

  /**
   * Yields one result a row, in no particular order.
   *
   * @throws {OdooNetworkError} The server stayed out of reach; rows without a result may or may not have gone in.
   * @throws {OdooAuthError} Odoo does not take the credential any more; rows without a result did not go in.
   */
  async *load<T extends LoadRow>(
    columns: readonly string[],
    rows: readonly T[],
  ): AsyncGenerator<[row: T, result: LoadResult]> {
    const [first] = rows;
    if (first === undefined) return;
    if (rows.length === 1) return yield [first, await this.#loadAlone(columns, first)];
    const answer = await this.#send(columns, rows);
    if (answer.ids) {
      for (const [index, row] of rows.entries()) yield [row, loaded(answer, index)];
      return;
    }
    const refused = new Set(rows.filter((_, index) => errorOn(answer, index)));
    if (refused.size > 0) {
      yield* this.load(columns, rows.filter((row) => !refused.has(row)));
      for (const row of refused) yield [row, await this.#loadAlone(columns, row)];
    } else {
      const half = Math.ceil(rows.length / 2);
      yield* this.load(columns, rows.slice(0, half));
      yield* this.load(columns, rows.slice(half));
    }
  }

  async #loadAlone(columns: readonly string[], row: LoadRow): Promise<LoadResult> {
    let reason = "Odoo gave no reason";
    for (const pause of [...ALONE_PAUSES_MS, undefined]) {
      const answer = await this.#send(columns, [row]);
      if (answer.ids) {
        this.#lasting.clear();
        return loaded(answer, 0);
      }
      const { text, field } = answer.messages.find((message) => message.isError) ?? {};
      reason = text ?? reason;
      // An error about a cell is no conflict, nor is one that has stayed for several rows
      if (field !== undefined) return { status: "failed", field, reason };
      if ((this.#lasting.get(reason) ?? 0) >= LASTING_ROWS) break;
      if (pause !== undefined) await this.#pause(pause * (0.5 + Math.random()));
    }
    this.#lasting.set(reason, (this.#lasting.get(reason) ?? 0) + 1);
    return { status: "failed", field: undefined, reason };
  }

  /** One `load`; a fault of the server is told like a message that names no row. */
  async #send(columns: readonly string[], rows: readonly LoadRow[]): Promise<LoadAnswer> {
    const args = [["id", ...columns], rows.map((row) => [row.externalId, ...row.cells])];
    try {
      const answer = await persist(
        () => this.#caller.call({ model: this.#model, method: "load", args }, this.#options),
        this.#pause,
      );
      return readAnswer(answer, rows.length);
    } catch (error) {
      if (!(error instanceof OdooServerError || isTooLarge(error))) throw error;
      return { ids: undefined, messages: [fault(error, rows.length)] };
    }
  }
}

/** A user who may not write the model may not write any row of it; any other fault may come from one row. */
function fault(error: OdooError, count: number): Message {
  const isDenied = error instanceof OdooServerError && error.kind === "access";
  const isAboutAll = isDenied || count === 1;
  return {
    isError: true,
    text: error.message,
    field: undefined,
    from: 0,
    to: isAboutAll ? count - 1 : -1,
  };
}

function isTooLarge(error: unknown): error is OdooNetworkError {
  return error instanceof OdooNetworkError && error.status === 413;
}

/**
 * Calls again, with pauses, as long as it is not known whether the server did its work. For repeatable calls only.
 *
 * @throws {OdooNetworkError} With the outcome `unknown` where any of the tries may have reached the server.
 */
export async function persist<T>(call: () => Promise<T>, pause: Pause): Promise<T> {
  let mayHaveRun = false;
  for (let attempt = 0;; attempt++) {
    try {
      return await call();
    } catch (error) {
      const ms = RESEND_PAUSES_MS[attempt];
      mayHaveRun ||= isAmbiguous(error);
      if (ms === undefined || !isPassing(error)) throw mayHaveRun ? asAmbiguous(error) : error;
      await pause(ms);
    }
  }
}

/** Whether the next try may fare better: a proxy that refuses the request will refuse it again. */
function isPassing(error: unknown): boolean {
  if (error instanceof OdooProtocolError) return error.outcome !== "committed";
  if (!(error instanceof OdooNetworkError)) return false;
  const { status = 0 } = error;
  return status < 300 || status >= 500 || status === 429;
}

/** Whether Odoo may have done what it was asked although no answer says so. */
export function isAmbiguous(error: unknown): boolean {
  if (error instanceof OdooNetworkError) return error.outcome === "unknown";
  return error instanceof OdooProtocolError;
}

/** A later try that was refused says nothing of an earlier one that may have gone through. */
function asAmbiguous(error: unknown): unknown {
  if (!(error instanceof OdooError) || isAmbiguous(error) || error instanceof OdooServerError) {
    return error;
  }
  const { message } = error;
  const url = error instanceof OdooNetworkError ? error.url : "";
  return new OdooNetworkError(message, { url, outcome: "unknown", cause: error });
}

/** Whether no further row can be sent after this error. */
export function isLasting(error: unknown): error is OdooError {
  return error instanceof OdooNetworkError || error instanceof OdooProtocolError ||
    error instanceof OdooAuthError;
}

function readAnswer(answer: RpcValue, count: number): LoadAnswer {
  const { ids, messages } = isStruct(answer) ? answer : {};
  const isComplete = Array.isArray(ids) && ids.length === count &&
    ids.every((id) => typeof id === "number");
  if (!isComplete && ids !== false) {
    throw new OdooProtocolError(
      "Odoo answered load with something else than one id a row, or false",
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
    // 14 and 17 put the message of a constraint in quotes
    text: String(text ?? "").trim().replace(/^'(.*)'$/s, "$1"),
    field: typeof field === "string" ? field : undefined,
    from: typeof from === "number" ? from : 0,
    to: typeof to === "number" ? to : -1,
  };
}

function errorOn({ messages }: LoadAnswer, index: number): boolean {
  return messages.some(({ isError, from, to }) => isError && from <= index && index <= to);
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
