/**
 * What the source has no more: archived or deleted in Odoo, too.
 *
 * @module
 */
import { OdooConfigError, OdooError, OdooServerError } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import { archived, isArchived, isOf } from "../fingerprints.ts";
import type { Entry, JobState, RowRecord } from "../state.ts";
import type { PushLedger } from "./ledger.ts";

/** What happens to records whose rows the source has no more. */
export type MirrorMode = "archive" | "delete";

/** More rows are gone from a source than its push may archive or delete. Nothing was archived or deleted. */
export class MirrorLimitError extends OdooError {
  /** Name of the class, for logs. */
  override name = "MirrorLimitError";
  /** How many records would have been archived or deleted; counted no further than a little over the limit. */
  readonly gone: number;
  /** How many may be. */
  readonly limit: number;

  /** Takes the counts. */
  constructor(mode: MirrorMode, gone: number, limit: number) {
    super(
      `Nothing was ${mode}d: the source has lost ${gone} of its rows or more, and the limit is ${limit}; ` +
        "set mirrorLimit if that is right",
    );
    this.gone = gone;
    this.limit = limit;
  }
}

/** Records of one call. */
const CHUNK = 200;
/** Without another word, no more than a tenth of what is known may go, and no more than so many. */
const DEFAULT_LIMIT = 100;
const DEFAULT_SHARE = 0.1;

/**
 * Refuses what could not be done at the end.
 *
 * @throws {OdooConfigError}
 */
export function checkMirror(
  mode: MirrorMode | undefined,
  engine: Engine,
  state: JobState | undefined,
): void {
  if (mode === undefined) return;
  if (!state) throw new OdooConfigError("Cannot mirror without a state, which knows earlier rows");
  if (mode === "archive" && !engine.fields.has("active")) {
    throw new OdooConfigError(
      `Cannot archive records of ${engine.options.model}: the model has no field "active"`,
    );
  }
}

/** Archives or deletes the records of rows that this run has not seen. Answers what it could not. */
export async function mirror(
  mode: MirrorMode,
  limit: number | undefined,
  engine: Engine,
  state: JobState,
  ledger: PushLedger,
): Promise<string | undefined> {
  const left: RowRecord[] = [];
  const { gone, known } = await compare(state, ledger, limit ?? DEFAULT_LIMIT);
  const allowed = limit ??
    Math.min(DEFAULT_LIMIT, Math.max(1, Math.floor(known * DEFAULT_SHARE)));
  if (gone.length > allowed) throw new MirrorLimitError(mode, gone.length, allowed);
  const { records, birth, options: { model, dryRun } } = engine;
  for (let start = 0; start < gone.length; start += CHUNK) {
    const some = gone.slice(start, start + CHUNK);
    const there = await records.read(model, some.map(({ id }) => id), [...birth]);
    const present = some.filter((entry) => there.get(entry.id) !== "hidden" && isOf(entry, there));
    const failed = dryRun ? [] : await take(engine, mode, present);
    left.push(...failed);
    const bad = new Set(failed.map(({ key }) => key));
    const done = present.filter(({ key }) => !bad.has(key));
    ledger.account[mode === "archive" ? "archived" : "deleted"] += done.length;
    const entries = mode === "archive" ? done.map(archived) : [];
    const kept = new Set([...entries.map(({ key }) => key), ...bad]);
    const remove = some.map(({ key }) => key).filter((key) => !kept.has(key));
    if (!dryRun) await ledger.save(entries, failed, remove);
  }
  return left[0] && `${left.length} records remain; the first: ${left[0].reason}`;
}

/** Entries whose rows are gone, a few more than the limit at most, and how many entries there are. */
async function compare(
  state: JobState,
  ledger: PushLedger,
  limit: number,
): Promise<{ gone: Entry[]; known: number }> {
  const gone = new Map<number, Entry>();
  for await (const page of state.allEntries({ notInRun: state.run })) {
    for (const entry of page) {
      if (isArchived(entry) || ledger.hasSeen(entry.key)) continue;
      gone.set(entry.id, entry);
    }
    if (gone.size > limit) break;
  }
  let known = 0;
  for await (const page of state.allEntries()) {
    known += page.length;
    // A record that has been adopted under another key is not gone
    for (const { id, run, key } of page) {
      if (run === state.run || ledger.hasSeen(key)) gone.delete(id);
    }
  }
  return { gone: [...gone.values()], known };
}

/** Archives or deletes; where a call fails it is halved, until what fails stands alone. */
async function take(
  engine: Engine,
  mode: MirrorMode,
  entries: readonly Entry[],
): Promise<RowRecord[]> {
  const { records, options: { model } } = engine;
  if (entries.length === 0) return [];
  const ids = entries.map(({ id }) => id);
  try {
    if (mode === "archive") await engine.call(model, "write", [ids, { active: false }]);
    else await engine.call(model, "unlink", [ids]);
    return [];
  } catch (error) {
    if (!(error instanceof OdooServerError)) throw error;
    const [first, ...others] = entries;
    if (!first) return [];
    if (others.length === 0) {
      const there = await records.existing(model, ids);
      const reason = `not ${mode}d: ${error.message}`;
      return there.size === 0
        ? []
        : [{ key: first.key, line: 0, status: "failed", field: "", reason }];
    }
    const half = Math.ceil(entries.length / 2);
    return [
      ...await take(engine, mode, entries.slice(0, half)),
      ...await take(engine, mode, entries.slice(half)),
    ];
  }
}
