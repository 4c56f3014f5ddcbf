/**
 * What all lanes of one run share: the connection, the model, and what has been learnt of it.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { OdooConfigError, type OdooError, OdooServerError } from "../errors.ts";
import type { Caller, CallOptions, RpcInput, RpcValue } from "../values.ts";
import { externalId } from "../xmlid.ts";
import { Drafter } from "./drafts.ts";
import { Records, References } from "./existing.ts";
import { ExternalIds } from "./external_ids.ts";
import { Fields } from "./fields.ts";
import { Pace } from "./pace.ts";
import { PatientCaller } from "./patience.ts";
import type { Entry } from "./state.ts";

/** Which rows go where, and how. */
export interface EngineOptions {
  /** Model of the records. */
  readonly model: string;
  /** Key columns. */
  readonly key: readonly string[];
  /** First part of the external ids. */
  readonly namespace: string;
  /** Fields that an empty cell clears. */
  readonly clear: readonly string[];
  /** Fields by which records without an external id are taken for the row. */
  readonly match: readonly string[];
  /** Whether no row can be in Odoo yet, so that none is looked for. */
  readonly isNew: boolean;
  /** Whether nothing is written. */
  readonly dryRun: boolean;
  /** Rows of a call at most. */
  readonly chunkSize: number;
  /** What waits, and varies waits. */
  readonly clock: Clock;
  /** Options of all calls. */
  readonly call: CallOptions;
}

/** What a row became. */
export interface RowOutcome {
  /** `failed`: not in Odoo as it should be. `unknown`: sent, and Odoo stayed out of reach. */
  status: "created" | "updated" | "unchanged" | "failed" | "unknown";
  /** Database id. */
  id?: number | undefined;
  /** What was written over what. */
  changes?: Readonly<Record<string, { from: RpcValue; to: string }>> | undefined;
  /** The field that a failure is about. */
  field?: string | undefined;
  /** Why it failed. */
  reason?: string | undefined;
  /** Values that Odoo did not keep as they were sent. */
  altered: readonly Altered[];
  /** What Odoo warned of, or what is odd about the record. */
  warning?: string | undefined;
}

/** What a row became as far as a lane knows, which has not seen the whole source. */
export interface LaneOutcome extends RowOutcome {
  /** Whether it failed for a row of the same source that is not there (yet). */
  isDangling?: boolean | undefined;
  /** Fields whose references to later rows were left out. */
  leftOut?: readonly string[] | undefined;
}

/** A value that Odoo did not keep. */
export interface Altered {
  /** The field. */
  field: string;
  /** What was sent. */
  sent: string;
  /** What Odoo has. */
  kept: RpcValue;
}

/** A row and what it became. */
export interface Settled<R> {
  /** The row. */
  draft: R;
  /** What it became. */
  outcome: LaneOutcome;
}

/** What knows rows from run to run, and is told what became of them. */
export interface Ledger<R> {
  /** Number of this run. */
  readonly run: number;
  /** Whether entries outlive the run. */
  readonly isLasting: boolean;
  /** What is known of rows. */
  entries(keys: readonly string[]): Promise<Map<string, Entry>>;
  /** The keys of the rows that records were those of in earlier runs. Looks through all that is known. */
  holders(ids: ReadonlySet<number>): Promise<Map<number, string>>;
  /** Whether the source has a row with the key, as far as it has been read. */
  hasRow(key: string): boolean;
  /** Keeps entries, and takes outcomes. */
  settle(settled: readonly Settled<R>[], entries: readonly Entry[]): Promise<void>;
}

/** How the record of a row was found. */
export type FoundBy =
  | "state"
  | "ir.model.data"
  | "get_metadata"
  | "check_object_reference"
  | "match";

const FIRST_CREATES = 500;
const FIRST_UPDATES = 100;

/** One run. */
export class Engine {
  /** Which rows go where. */
  readonly options: EngineOptions;
  /** The fields of the model. */
  readonly fields: Fields;
  /** Makes keys and cells. */
  readonly drafter: Drafter;
  /** Makes calls, patiently. Lanes have one of their own. */
  readonly caller: PatientCaller;
  /** Looks external ids up. */
  readonly externalIds: ExternalIds;
  /** Reads records. */
  readonly records: Records;
  /** Finds what cells refer to. */
  readonly references: References;
  /** Sizes of chunks of new rows. */
  readonly creates: Pace;
  /** Sizes of chunks of changed rows. */
  readonly updates: Pace;
  /** For how many rows the record was found in which way. */
  readonly foundBy: Record<FoundBy, number> = {
    "state": 0,
    "ir.model.data": 0,
    "get_metadata": 0,
    "check_object_reference": 0,
    "match": 0,
  };
  /** What tells a record from another one with its number: when it was made, where the model has it. */
  readonly birth: readonly string[];
  /** Why nothing can be sent any more. */
  lost: OdooError | undefined;
  readonly #bare: Caller;

  /**
   * Asks what has to be known before the first row.
   *
   * @throws {OdooConfigError} The namespace or a field cannot be used.
   */
  static async open(bare: Caller, options: EngineOptions): Promise<Engine> {
    checkCount("chunkSize", options.chunkSize, 1);
    const caller = new PatientCaller(bare, options.clock);
    await checkNamespace(caller, options);
    const fields = await Fields.read(caller, options.model, options.clear, options.call);
    return new Engine(bare, caller, options, fields);
  }

  private constructor(
    bare: Caller,
    caller: PatientCaller,
    options: EngineOptions,
    fields: Fields,
  ) {
    this.#bare = bare;
    this.caller = caller;
    this.options = options;
    this.fields = fields;
    this.birth = fields.has("create_date") ? ["create_date"] : [];
    this.drafter = new Drafter(fields, options.namespace, options.key);
    this.externalIds = new ExternalIds(caller, options.call);
    this.records = new Records(caller, options.call);
    this.references = new References(this.externalIds, this.records);
    this.creates = new Pace(FIRST_CREATES, options.chunkSize);
    this.updates = new Pace(FIRST_UPDATES, options.chunkSize);
  }

  /** A caller for one lane, with a patience of its own. */
  newCaller(): PatientCaller {
    return new PatientCaller(this.#bare, this.options.clock);
  }

  /** One call. */
  async call(
    model: string,
    method: string,
    args: readonly RpcInput[],
    kwargs: Readonly<Record<string, RpcInput>> = {},
  ): Promise<RpcValue> {
    return await this.caller.call({ model, method, args, kwargs }, this.options.call);
  }
}

/**
 * Refuses a number that is none, or too small: nothing can be compared with it.
 *
 * @throws {OdooConfigError}
 */
export function checkCount(option: string, count: number | undefined, least: number): void {
  if (count === undefined || count === Infinity || Number.isInteger(count) && count >= least) {
    return;
  }
  throw new OdooConfigError(
    `Cannot use ${count} as ${option}: take a whole number from ${least} on`,
  );
}

/** An upgrade of a module deletes the records whose external ids have its name and are not in its files. */
async function checkNamespace(
  caller: Caller,
  { namespace, model, call }: EngineOptions,
): Promise<void> {
  externalId(namespace, model, ["key"]);
  const refuse = (why: string, cause?: unknown) =>
    new OdooConfigError(
      `Cannot use "${namespace}" as the namespace of external ids: ${why}; take one that begins with odeno_`,
      { cause },
    );
  const args = [[["name", "=", namespace]]];
  const count = await caller.call({ model: "ir.module.module", method: "search_count", args }, call)
    .catch((error) => {
      if (!(error instanceof OdooServerError)) throw error;
      if (namespace.startsWith("odeno")) return 0;
      throw refuse("the user may not ask whether it is the name of a module", error);
    });
  if (count !== 0) {
    throw refuse("it is the name of a module, whose upgrade would delete the records");
  }
}
