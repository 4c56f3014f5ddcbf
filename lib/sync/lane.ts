/**
 * A lane: rows in their order, compared with what Odoo has and sent where they differ.
 *
 * @module
 */
import { OdooConfigError, OdooError } from "../errors.ts";
import { parseExternalId } from "../xmlid.ts";
import { type Cell, isReference } from "./cells.ts";
import { isSame, type Known, type RecordValues } from "./compare.ts";
import type { Draft } from "./drafts.ts";
import type { Engine, FoundBy, LaneOutcome, Ledger, Settled } from "./engine.ts";
import { type Existing, type Resolved, TO_BE_CREATED } from "./existing.ts";
import { entryOf, isArchived, isAsKept, isOf, keptOf } from "./fingerprints.ts";
import { adopt } from "./match.ts";
import { isLasting } from "./patience.ts";
import { Sender } from "./sender.ts";
import type { Entry } from "./state.ts";

/** What is known of some rows. */
interface Look extends Known {
  entries: ReadonlyMap<string, Entry>;
  /** Records by the keys of the rows. */
  ids: ReadonlyMap<string, number>;
  existing: Existing;
  /** Why rows cannot be sent, by their keys. */
  refusals: ReadonlyMap<string, string>;
  /** Keys of the rows that are matched with a record that was none of the job's. */
  adopted: ReadonlySet<string>;
  resolved: Resolved;
}

/** Takes rows, and tells the ledger what became of each. */
export class Lane<T> {
  readonly #engine: Engine;
  readonly #ledger: Ledger<Draft<T>>;
  readonly #sender: Sender<T>;

  /** Takes what lanes share, and what is told. */
  constructor(engine: Engine, ledger: Ledger<Draft<T>>) {
    this.#engine = engine;
    this.#ledger = ledger;
    this.#sender = new Sender(engine, ledger);
  }

  /** Takes rows. Those that have to be sent may wait for others to go with them. */
  async take(drafts: readonly Draft<T>[]): Promise<void> {
    const look = await this.#look(drafts);
    const settled: Settled<Draft<T>>[] = [];
    const entries: Entry[] = [];
    for (const draft of drafts) {
      const outcome = typeof look === "string" ? failure(look) : this.#sort(draft, look);
      if (!outcome) continue;
      settled.push({ draft, outcome });
      if (typeof look !== "string") entries.push(...this.#entryAfter(draft, outcome, look));
    }
    if (typeof look === "string") entries.push(...await this.#seen(drafts));
    await this.#ledger.settle(settled, entries);
    await this.#sender.flushFull();
  }

  /** Sends all rows that wait. */
  async finish(): Promise<void> {
    await this.#sender.flush();
  }

  /** What is in Odoo of the rows, or why that is not to be had. */
  async #look(drafts: readonly Draft<T>[]): Promise<Look | string> {
    const engine = this.#engine;
    if (engine.lost) return `not sent: ${engine.lost.message}`;
    try {
      return await this.#ask(drafts);
    } catch (error) {
      if (!(error instanceof OdooError) || error instanceof OdooConfigError) throw error;
      if (isLasting(error)) engine.lost ??= error;
      return `not sent: ${error.message}`;
    }
  }

  async #ask(drafts: readonly Draft<T>[]): Promise<Look> {
    const { records, references, options: { model } } = this.#engine;
    const cells = drafts.flatMap((draft) => draft.cells);
    const entries = await this.#ledger.entries(drafts.map(({ key }) => key));
    const resolved = await references.resolve(
      cells.filter(isReference),
      (model, names) => this.#ownIds(model, names),
    );
    const ids = new Map([...entries].map(([key, { id }]) => [key, id]));
    const fields = this.#fieldsOf(cells);
    const existing = await records.read(model, [...ids.values()].filter((id) => id > 0), fields);
    const isKnown = ({ key }: Draft<T>) => isOf(entries.get(key), existing);
    this.#count("state", drafts.filter(isKnown).length);
    const unknown = drafts.filter((draft) => !isKnown(draft));
    const { refusals, adopted } = await this.#find(unknown, ids);
    const found = unknown.map(({ key }) => ids.get(key) ?? 0).filter((id) =>
      id > 0 && !existing.has(id)
    );
    for (const [id, record] of await records.read(model, found, fields)) existing.set(id, record);
    const amounts = cells.some(({ field }) => field.currency !== "");
    const currencies = amounts ? await records.currencies() : new Map<number, number>();
    return {
      entries,
      ids,
      existing,
      refusals,
      adopted,
      resolved,
      targetOf: (cell, reference) => resolved.targetOf(cell, reference),
      decimalsOf: (currency) => currencies.get(currency),
    };
  }

  /** Finds the records of rows by their external ids, then by the values that they are matched by. */
  async #find(
    drafts: readonly Draft<T>[],
    ids: Map<string, number>,
  ): Promise<Pick<Look, "refusals" | "adopted">> {
    const { externalIds, drafter, options: { model, match, isNew } } = this.#engine;
    const refusals = new Map<string, string>();
    const nothing = { refusals, adopted: new Set<string>() };
    for (const { key } of drafts) ids.delete(key);
    if (drafts.length === 0 || isNew) return nothing;
    const names = drafts.map(({ key }) => drafter.nameOf(key));
    const { found, way } = await externalIds.find(model, names);
    for (const { key } of drafts) {
      const name = drafter.nameOf(key);
      const target = found.get(name);
      if (target?.model === model) ids.set(key, target.id);
      // `load` of Odoo 14 would write into the wrong record
      else if (target) {
        refusals.set(key, `${name} is the external id of a record of ${target.model}`);
      }
    }
    const there = await this.#engine.records.existing(model, [...ids.values()]);
    for (const { key } of drafts) if (!there.has(ids.get(key) ?? 0)) ids.delete(key);
    this.#count(way, drafts.filter(({ key }) => ids.has(key)).length);
    if (match.length === 0) return nothing;
    const strangers = drafts.filter(({ key }) => !ids.has(key) && !refusals.has(key));
    // Whether a record is there already must not decide about the second of two rows that mean the same one
    for (const { key, twin } of strangers) {
      if (twin !== undefined) refusals.set(key, `line ${twin} has the same ${match.join(", ")}`);
    }
    const others = strangers.filter(({ twin }) => twin === undefined);
    const matched = await adopt(this.#engine, others, this.#ledger);
    for (const [key, id] of matched) {
      if (typeof id === "string") refusals.set(key, id);
      else ids.set(key, id);
    }
    const adopted = new Set(others.map(({ key }) => key).filter((key) => ids.has(key)));
    this.#count("match", adopted.size);
    return { refusals, adopted };
  }

  /** The ids of rows of this source that have gone in, or did so in an earlier run. */
  async #ownIds(model: string, names: readonly string[]): Promise<Map<string, number>> {
    const keys = new Map<string, string>();
    for (const name of names) {
      const key = this.#engine.drafter.keyOf(model, name);
      if (key !== undefined) keys.set(key, name);
    }
    const ids = new Map<string, number>();
    if (keys.size === 0) return ids;
    const entries = [...(await this.#ledger.entries([...keys.keys()])).values()];
    const known = entries.map(({ id }) => id).filter((id) => id > 0);
    const existing = await this.#engine.records.read(model, known, [...this.#engine.birth]);
    for (const entry of entries) {
      if (entry.id !== TO_BE_CREATED && !isOf(entry, existing)) continue;
      ids.set(keys.get(entry.key) ?? "", entry.id);
    }
    return ids;
  }

  #fieldsOf(cells: readonly Cell[]): string[] {
    const names = new Set(cells.flatMap(({ field }) => [field.name, field.currency]));
    for (const name of this.#engine.birth) names.add(name);
    if (this.#engine.fields.has("active")) names.add("active");
    names.delete("");
    return [...names];
  }

  /** The outcome of a row, if it has one already; otherwise the row is queued. */
  #sort(draft: Draft<T>, look: Look): LaneOutcome | undefined {
    if (draft.refusal) return { ...failure(draft.refusal.reason), field: draft.refusal.field };
    const refusal = look.refusals.get(draft.key);
    if (refusal !== undefined) return failure(refusal);
    const id = look.ids.get(draft.key);
    const record = id === undefined ? undefined : look.existing.get(id);
    if (record === "hidden") {
      return { ...failure(`a rule hides the record ${id} from this user`), id };
    }
    const dangling = draft.cells.filter((cell) => look.resolved.danglingOf(cell) !== undefined);
    const isLater = (cell: Cell) =>
      this.#engine.drafter.parentsOf([cell]).some((key) => draft.later.includes(key));
    const bad = dangling.find((cell) => !isLater(cell));
    if (bad) return this.#withoutTarget(bad, look);
    const cells = draft.cells.filter((cell) => !dangling.includes(cell));
    const leftOut = dangling.length > 0 ? dangling.map(({ field }) => field.name) : undefined;
    const pending = { draft, known: look, leftOut };
    if (record === undefined || id === undefined) {
      // An empty cell would override a default
      const sent = cells.filter(({ text }) => text !== "");
      const nothing = { id: undefined, record: undefined };
      this.#sender.create({ ...pending, ...nothing, sent, entry: look.entries.get(draft.key) });
      return undefined;
    }
    const entry = look.entries.get(draft.key);
    const sent = [
      ...cells.filter((cell) => !isSame(cell, record, look) && !isAsKept(cell, record, entry)),
      ...this.#reactivation(cells, record, entry),
    ];
    const warning = look.adopted.has(draft.key) ? oddityOf(record, cells) : undefined;
    if (sent.length === 0) return { status: "unchanged", id, altered: [], leftOut, warning };
    this.#sender.update({ ...pending, sent, id, entry, record, warning });
    return undefined;
  }

  /** A row that was archived for being gone from the source, and is back. */
  #reactivation(cells: readonly Cell[], record: RecordValues, entry: Entry | undefined): Cell[] {
    const isBack = isArchived(entry) && record["active"] === false &&
      !cells.some(({ field }) => field.name === "active");
    return isBack
      ? [{ field: this.#engine.fields.get("active"), column: "active", text: "1" }]
      : [];
  }

  #withoutTarget(cell: Cell, look: Look): LaneOutcome {
    const reference = look.resolved.danglingOf(cell) ?? "";
    const { field } = cell;
    const key = this.#engine.drafter.keyOf(field.relation, reference);
    const made = parseExternalId(reference);
    const name = JSON.stringify(made?.key.join(", ") ?? reference);
    if (key === undefined) {
      const reason = made?.model === field.relation.replaceAll(".", "_")
        ? `no record has the key ${name} (${reference})`
        : `${reference} leads to no record of ${field.relation} that this user may see`;
      return { ...failure(reason), field: field.name };
    }
    const reason = this.#ledger.hasRow(key)
      ? `row ${name} did not go in`
      : `no row and no record has the key ${name}`;
    return { ...failure(reason), field: field.name, isDangling: true };
  }

  /** What is remembered of rows that could not be looked at: the source has them, whatever Odoo says. */
  async #seen(drafts: readonly Draft<T>[]): Promise<Entry[]> {
    const known = await this.#ledger.entries(drafts.map(({ key }) => key));
    return [...known.values()].map((entry) => ({ ...entry, run: this.#ledger.run }));
  }

  /** What to remember of a row that was not sent. Also of one that failed: the source has it. */
  #entryAfter(draft: Draft<T>, { status, id }: LaneOutcome, look: Look): Entry[] {
    const entry = look.entries.get(draft.key);
    const { run } = this.#ledger;
    const isUnchanged = status === "unchanged" && id !== undefined;
    if (!isUnchanged) return entry ? [{ ...entry, run }] : [];
    const kept = keptOf(entry, draft.cells);
    return [entryOf(draft.key, id, look.existing.get(id), kept, run)];
  }

  #count(way: FoundBy, rows: number): void {
    this.#engine.foundBy[way] += rows;
  }
}

/** What is to be said of a record that has been taken for a row and is kept as archived as it was. */
function oddityOf(record: RecordValues, cells: readonly Cell[]): string | undefined {
  const isLeft = record["active"] === false && !cells.some(({ field }) => field.name === "active");
  return isLeft ? "it is archived in Odoo" : undefined;
}

/** A row that is not sent. */
export function failure(reason: string): LaneOutcome {
  return { status: "failed", reason, altered: [] };
}
