/**
 * What the tests of `pull()` need: a state in memory, a copy in memory, and a world that changes while it is read.
 *
 * @module
 */
import type {
  Account,
  Entry,
  JobState,
  RunRecord,
  StateChanges,
  StateStore,
} from "../lib/sync/state.ts";
import type { Column, PulledRow, Sink, Tombstone } from "../lib/sync/sinks/sink.ts";
import type { Caller, OdooSimulator, RpcValue, SimulatorTransaction } from "../lib/testing/mod.ts";

/** A state for one job; what was saved outlives the run. */
export class MemoryStore implements StateStore {
  readonly values = new Map<string, string>();
  readonly known = new Map<string, Entry>();
  readonly accounts: { run: number; status: string; account: Account }[] = [];
  run = 0;

  open(job: string): Promise<JobState> {
    const run = ++this.run;
    const end = (status: string, account: Account) => {
      this.accounts.push({ run, status, account });
      return Promise.resolve();
    };
    return Promise.resolve({
      job,
      run,
      end,
      get: (name: string) => Promise.resolve(this.values.get(name)),
      entries: (keys: readonly string[]) =>
        Promise.resolve(
          new Map(keys.flatMap((key) => {
            const entry = this.known.get(key);
            return entry ? [[key, { ...entry }]] : [];
          })),
        ),
      allEntries: () => this.#all(),
      save: (changes: StateChanges) => Promise.resolve(this.#save(changes)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  }

  runs(): Promise<RunRecord[]> {
    return Promise.resolve([]);
  }

  outcomes(): Promise<[]> {
    return Promise.resolve([]);
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async *#all(): AsyncGenerator<Entry[]> {
    const entries = [...this.known.values()].sort((one, two) => one.key < two.key ? -1 : 1);
    for (let start = 0; start < entries.length; start += 7) {
      yield await Promise.resolve(entries.slice(start, start + 7));
    }
  }

  #save({ values = {}, entries = [], remove = [] }: StateChanges): void {
    for (const key of remove) this.known.delete(key);
    for (const entry of entries) this.known.set(entry.key, { ...entry });
    for (const [name, value] of Object.entries(values)) this.values.set(name, value);
  }
}

/** A copy in memory, which outlives the run. */
export class MemorySink implements Sink {
  readonly name = "memory";
  readonly rows = new Map<number, PulledRow>();
  readonly gone: Tombstone[] = [];
  columns: readonly Column[] = [];

  isEmpty(): Promise<boolean> {
    return Promise.resolve(this.rows.size === 0);
  }

  open(columns: readonly Column[]): Promise<void> {
    this.columns = columns;
    return Promise.resolve();
  }

  write(rows: readonly PulledRow[]): Promise<void> {
    for (const row of rows) this.rows.set(row.id, row);
    return Promise.resolve();
  }

  remove(tombstones: readonly Tombstone[]): Promise<void> {
    this.gone.push(...tombstones);
    for (const { id } of tombstones) this.rows.delete(id);
    return Promise.resolve();
  }

  finish(): Promise<number> {
    return Promise.resolve(this.rows.size);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** The rows by id. */
  get sorted(): PulledRow[] {
    return [...this.rows.values()].sort((one, two) => one.id - two.id);
  }
}

/** Random numbers that are the same in every run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

/** A caller that lets something happen before and after each call. */
export function between(caller: Caller, happen: () => Promise<void>): Caller {
  return {
    ...(caller.uid === undefined ? {} : { uid: caller.uid }),
    call: async (call, options) => {
      await happen();
      const answer = await caller.call(call, options);
      await happen();
      return answer;
    },
  };
}

export const ITEM = "x.item";
export const PLACE = "x.place";

/** Models with all that `write_date` follows and does not. */
export const MODELS = {
  [PLACE]: { fields: { name: { type: "char", required: true } } },
  [ITEM]: {
    fields: {
      name: { type: "char", required: true },
      size: { type: "integer" },
      active: { type: "boolean", default: true },
      is_secret: { type: "boolean" },
      place_id: { type: "many2one", relation: PLACE, ondelete: "set null" },
      tag_ids: { type: "many2many", relation: PLACE },
    },
  },
} as const;

/** Fields of {@linkcode ITEM}. */
export const FIELDS = ["name", "size", "active", "is_secret", "place_id", "tag_ids"];

/** Writers that do one thing each time that they are asked, some of it in transactions that stay open for long. */
export class Writers {
  readonly #server: OdooSimulator;
  readonly #random: (below: number) => number;
  readonly #tick: (ms: number) => void;
  readonly #held: { transaction: SimulatorTransaction; turns: number; id: number | undefined }[] =
    [];
  #counter = 0;
  #turn = Promise.resolve();

  constructor(
    server: OdooSimulator,
    random: (below: number) => number,
    tick: (ms: number) => void,
  ) {
    this.#server = server;
    this.#random = random;
    this.#tick = tick;
  }

  /** Does something. Calls that overlap are worked off one after the other. */
  act(): Promise<void> {
    return this.#turn = this.#turn.then(() => this.#act());
  }

  async #act(): Promise<void> {
    for (const held of [...this.#held]) {
      if (--held.turns > 0) continue;
      this.#held.splice(this.#held.indexOf(held), 1);
      await held.transaction.commit();
    }
    // Several things in one second, now and then a long pause
    this.#tick(this.#random(10) === 0 ? 1500 : this.#random(120));
    const what = this.#random(12);
    if (what === 0 && this.#held.length < 3) return await this.#hold();
    await this.#within((model, method, args) => this.#call(model, method, args), what);
  }

  /** Ends what is open. */
  async finish(): Promise<void> {
    for (const { transaction } of this.#held.splice(0)) await transaction.commit();
  }

  /** Makes and changes rows that stay unseen for many turns. */
  async #hold(): Promise<void> {
    const transaction = this.#server.begin();
    await transaction.executeKw(ITEM, "create", [this.#values()]);
    const id = this.#pick(ITEM);
    if (id) await transaction.executeKw(ITEM, "write", [[id], { size: this.#random(1000) }]);
    this.#held.push({ transaction, turns: 20 + this.#random(60), id });
  }

  async #within(
    call: (model: string, method: string, args: RpcValue[]) => Promise<void>,
    what: number,
  ): Promise<void> {
    const id = this.#pick(ITEM);
    if (!id || what < 4) return await call(ITEM, "create", [this.#values()]);
    if (what < 8) return await call(ITEM, "write", [[id], { size: this.#random(1000) }]);
    if (what === 8) return await call(ITEM, "write", [[id], { active: this.#random(2) === 0 }]);
    if (what === 9) return await call(ITEM, "write", [[id], { is_secret: this.#random(2) === 0 }]);
    if (what === 10) return await call(ITEM, "unlink", [[id]]);
    // Empties the place of all items there, and leaves their stamps
    const place = this.#pick(PLACE);
    if (place) await call(PLACE, "unlink", [[place]]);
    await call(PLACE, "create", [{ name: "A place" }]);
  }

  /** A transaction of one call; a row that an open one holds is let be. */
  async #call(model: string, method: string, args: RpcValue[]): Promise<void> {
    using transaction = this.#server.begin();
    const work = transaction.executeKw(model, method, args).then(() => transaction.commit());
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, 0);
    await Promise.race([work, promise]);
    clearTimeout(timer);
    work.catch(() => {});
  }

  #values(): { [field: string]: RpcValue } {
    const place = this.#pick(PLACE);
    return {
      name: `Item ${++this.#counter}`,
      size: this.#random(1000),
      place_id: place ?? false,
      tag_ids: place ? [[6, 0, [place]]] : [],
    };
  }

  #pick(model: string): number | undefined {
    const rows = this.#server.records(model);
    const id = Number(rows[this.#random(rows.length)]?.["id"]);
    // Who writes to a row of an open transaction waits for its end
    const isHeld = model === ITEM && this.#held.some((held) => held.id === id);
    return rows.length === 0 || isHeld ? undefined : id;
  }
}
