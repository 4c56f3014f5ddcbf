/**
 * What the source has no more: archived or deleted in Odoo, too.
 *
 * @module
 */
import { OdooConfigError, OdooError, OdooServerError } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import type { Existing } from "../existing.ts";
import { archived, isArchived, isOf } from "../fingerprints.ts";
import type { Entry, JobState, RowRecord } from "../state.ts";
import { type GoneEvent, told } from "./events.ts";
import type { PushLedger } from "./ledger.ts";
import type { PushReport } from "./report.ts";

/** What happens to records whose rows the source has no more. */
export type MirrorMode = "archive" | "delete";

/**
 * More rows are gone from a source than its push may archive or delete. Nothing was archived or deleted; what became of
 * the rows that the source has is in the report.
 */
export class MirrorLimitError extends OdooError {
  /** Name of the class, for logs. */
  override name = "MirrorLimitError";
  /** How many records would have been archived or deleted; counted no further than a little over the limit. */
  readonly gone: number;
  /** How many may be. */
  readonly limit: number;
  /** What the push would have answered. */
  readonly report: PushReport;

  /** Takes the counts, and what is to be reported beside them. */
  constructor(
    mode: MirrorMode,
    gone: number,
    limit: number,
    report: Omit<PushReport, "notMirrored">,
  ) {
    super(
      `Nothing was ${mode}d: the source has lost ${gone} of its rows or more, and the limit is ${limit}; ` +
        "set mirrorLimit if that is right",
    );
    this.gone = gone;
    this.limit = limit;
    this.report = { ...report, notMirrored: this.message };
  }
}

/** What is done, and how much of it. */
interface MirrorOptions {
  mode: MirrorMode;
  limit: number | undefined;
  /** What is known of the rows that are there. */
  report: Omit<PushReport, "notMirrored">;
}

/** Records of one call. */
const CHUNK = 200;
/** Without another word, no more than a tenth of what is known may go, and no more than so many. */
const DEFAULT_LIMIT = 100;
const DEFAULT_SHARE = 0.1;

/** What the option says. */
export function modeOf(mirror: MirrorMode | boolean | undefined): MirrorMode | undefined {
  return mirror === true ? "archive" : mirror || undefined;
}

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
  { mode, limit, report }: MirrorOptions,
  engine: Engine,
  state: JobState,
  ledger: PushLedger,
): Promise<string | undefined> {
  const left: string[] = [];
  const { gone, known } = await compare(state, ledger, limit ?? DEFAULT_LIMIT);
  const allowed = limit ??
    Math.min(DEFAULT_LIMIT, Math.max(1, Math.floor(known * DEFAULT_SHARE)));
  if (gone.length > allowed) throw new MirrorLimitError(mode, gone.length, allowed, report);
  const { records, birth, options: { model, dryRun } } = engine;
  const status = mode === "archive" ? "archived" : "deleted";
  for (let start = 0; start < gone.length; start += CHUNK) {
    const some = gone.slice(start, start + CHUNK);
    const there = await records.read(model, some.map(({ id }) => id), [...birth]);
    const present = some.filter((entry) => isOf(entry, there));
    const names = await namesOf(engine, present, there);
    const isHidden = ({ id }: Entry) => there.get(id) === "hidden";
    const reasons = new Map(
      present.filter(isHidden).map(({ key }) => [key, notDone(mode, HIDDEN)]),
    );
    const seen = dryRun ? [] : present.filter((entry) => !isHidden(entry));
    for (const [key, why] of await take(engine, mode, seen)) reasons.set(key, why);
    left.push(...reasons.values());
    const done = present.filter(({ key }) => !reasons.has(key));
    ledger.account[status] += done.length;
    const events = present.map((entry) => goneEvent(entry, status, names, reasons));
    const entries = mode === "archive" ? done.map(archived) : [];
    const kept = new Set([...entries.map(({ key }) => key), ...reasons.keys()]);
    const remove = some.map(({ key }) => key).filter((key) => !kept.has(key));
    if (!dryRun) await ledger.save(entries, events.map(recordOf), remove);
    ledger.tellGone(events);
  }
  return left[0] && `${left.length} records remain; the first: ${left[0]}`;
}

function goneEvent(
  { key, id }: Entry,
  status: GoneEvent["status"],
  names: ReadonlyMap<number, string>,
  reasons: ReadonlyMap<string, string>,
): GoneEvent {
  const reason = reasons.get(key);
  return told({
    type: "gone",
    key,
    id,
    name: names.get(id),
    status: reason === undefined ? status : "failed",
    reason,
  });
}

/** What Odoo calls records. To work that out may take more rights than to see them, and so says nothing of these. */
async function namesOf(
  { records, options: { model } }: Engine,
  entries: readonly Entry[],
  there: Existing,
): Promise<Map<number, string>> {
  const ids = entries.map(({ id }) => id).filter((id) => there.get(id) !== "hidden");
  const names = new Map<number, string>();
  const read = await records.read(model, ids, ["display_name"]).catch((error): Existing => {
    if (!(error instanceof OdooServerError)) throw error;
    return new Map();
  });
  for (const [id, record] of read) {
    const name = record === "hidden" ? "" : record["display_name"];
    if (typeof name === "string" && name !== "") names.set(id, name);
  }
  return names;
}

const HIDDEN = "a rule hides the record from this user";

function notDone(mode: MirrorMode, why: string): string {
  return `not ${mode}d: ${why}`;
}

/** What is kept of it. */
function recordOf({ key, id, name, status, reason }: GoneEvent): RowRecord {
  const what = `record ${id}${name === undefined ? "" : `, ${name}`}`;
  const text = reason ?? `its row is gone from the source (${what})`;
  return { key, line: 0, status, field: "", reason: text };
}

/** Entries whose rows are gone, a few more than the limit at most, and how many entries there are. */
async function compare(
  state: JobState,
  ledger: PushLedger,
  limit: number,
): Promise<{ gone: Entry[]; known: number }> {
  const gone = new Map<number, Entry>();
  let known = 0;
  // A record that has been adopted under another key is not gone
  const leaveOutOthers = async () => {
    known = 0;
    for await (const page of state.allEntries()) {
      known += page.length;
      for (const { id, run, key } of page) {
        if (run === state.run || ledger.hasSeen(key)) gone.delete(id);
      }
    }
  };
  let enough = limit;
  for await (const page of state.allEntries({ notInRun: state.run })) {
    for (const entry of page) {
      if (!isArchived(entry) && !ledger.hasSeen(entry.key)) gone.set(entry.id, entry);
    }
    if (gone.size <= enough) continue;
    await leaveOutOthers();
    if (gone.size > limit) break;
    // However many there are of them, all entries are gone through a few times only
    enough = 2 * enough + CHUNK;
  }
  await leaveOutOthers();
  return { gone: [...gone.values()], known };
}

/** Archives or deletes; where a call fails it is halved, until what fails stands alone. Answers why, by key. */
async function take(
  engine: Engine,
  mode: MirrorMode,
  entries: readonly Entry[],
): Promise<Map<string, string>> {
  const { records, options: { model } } = engine;
  if (entries.length === 0) return new Map();
  const ids = entries.map(({ id }) => id);
  try {
    if (mode === "archive") await engine.call(model, "write", [ids, { active: false }]);
    else await engine.call(model, "unlink", [ids]);
    return new Map();
  } catch (error) {
    if (!(error instanceof OdooServerError)) throw error;
    const [first, ...others] = entries;
    if (!first) return new Map();
    if (others.length === 0) {
      const there = await records.existing(model, ids);
      return new Map(there.size === 0 ? [] : [[first.key, notDone(mode, error.message)]]);
    }
    const half = Math.ceil(entries.length / 2);
    return new Map([
      ...await take(engine, mode, entries.slice(0, half)),
      ...await take(engine, mode, entries.slice(half)),
    ]);
  }
}
