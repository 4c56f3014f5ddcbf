/**
 * What a job is, whether it was given by flags or by a file.
 *
 * @module
 */
import { normalizeDomain } from "../../domain.ts";
import { OdooConfigError } from "../../errors.ts";
import { isList, type RpcInput } from "../../values.ts";
import { isMetricsPath, METRICS_RULE } from "../metrics.ts";
import { isPingAddress, PING_RULE } from "../ping.ts";
import { Given, type Place } from "./given.ts";
import { columnsOf, type FieldMap, mapOf, pushName } from "./map.ts";
import { PULL_OPTIONS, PULL_SWITCHES, PUSH_OPTIONS, PUSH_SWITCHES } from "./words.ts";

/** What every job has. */
interface CommonJob {
  /** Its name. */
  readonly name: string;
  /** Technical name of the model. */
  readonly model: string;
  /** Path of the file with what it remembers. */
  readonly state: string;
  /** Columns of a source, or fields of a copy, that may be missing. */
  readonly optional: readonly string[] | undefined;
  /** Odoo's context. */
  readonly context: { readonly [name: string]: RpcInput };
  /** The address that is told how a run has ended. */
  readonly ping: string | undefined;
  /** Path of the file with figures of the last run. */
  readonly metrics: string | undefined;
}

/** Rows into Odoo. */
export interface PushJob extends CommonJob {
  /** Which of the kinds it is. */
  readonly kind: "push";
  /** The path of a file, or `-`. */
  readonly source: string;
  /** The columns that tell a row from all others. */
  readonly key: readonly string[];
  /** Where the values of fields come from; without it, columns are named as fields. */
  readonly map: FieldMap | undefined;
  /** Where failed rows go; beside the source where nothing is said. */
  readonly failed: { readonly path: string | undefined; readonly stem: string };
  /** Fields by which records that are there are taken for rows. */
  readonly match: readonly string[] | undefined;
  /** What becomes of records whose rows are gone. */
  readonly mirror: "archive" | "delete" | undefined;
  /** How many of them there may be. */
  readonly mirrorLimit: number | undefined;
  /** How many lanes send at the same time. */
  readonly concurrency: number | undefined;
  /** Fields that an empty cell clears. */
  readonly clear: readonly string[] | undefined;
  /** Whether Odoo is to track no changes. */
  readonly quiet: boolean;
  /** Of the source, where it is not UTF-8. */
  readonly encoding: string | undefined;
  /** What stands between the cells of CSV, where that is not to be found in the header. */
  readonly delimiter: string | undefined;
}

/** Records of Odoo into a copy. */
export interface PullJob extends CommonJob {
  /** Which of the kinds it is. */
  readonly kind: "pull";
  /** The fields of the copy. */
  readonly fields: readonly string[];
  /** Which records. */
  readonly domain: readonly RpcInput[];
  /** The file of the copy. */
  readonly out: Out;
  /** When all ids are compared. */
  readonly sweep: "run" | "daily" | "off" | undefined;
  /** When all records are read anew. */
  readonly full: "weekly" | "always" | "never" | undefined;
  /** What becomes of rows whose record is gone. */
  readonly deleted: "remove" | "mark" | undefined;
  /** How many records may be gone. */
  readonly maxTombstones: number | undefined;
  /** Whether fields may be new to the job. */
  readonly addColumns: boolean;
  /** Whether texts that look like formulas are escaped. */
  readonly safeCells: boolean;
}

/** A file of a copy. */
export interface Out {
  /** Its kind. */
  readonly kind: "csv" | "ndjson" | "sqlite";
  /** Its path. */
  readonly path: string;
  /** The table, of an SQLite file. */
  readonly table: string;
}

/** A job of either kind. */
export type Job = PushJob | PullJob;

/** Where paths begin: that of a job file, and what the state is beside where nothing is said. */
interface Folders {
  /** The folder that paths are relative to. */
  readonly base: string;
  /** The folder of the state; that of the source or of the copy where nothing is said. */
  readonly home: string | undefined;
}

/**
 * The job that somebody has given, checked to the last word.
 *
 * @param folder The folder of the job file; nothing for flags.
 */
export function jobOf(
  values: { readonly [word: string]: RpcInput },
  place: Place,
  folder?: string,
): Job {
  const folders = { base: folder ?? "", home: folder };
  const isPush = values["push"] !== undefined;
  if (isPush && values["pull"] !== undefined) {
    throw place.error(`${place.at("pull")} does not go with "push": a job is one of them`);
  }
  const words = isPush
    ? { ...PUSH_OPTIONS, ...PUSH_SWITCHES }
    : { ...PULL_OPTIONS, ...PULL_SWITCHES };
  const own = isPush
    ? ["push", "source"]
    : values["pull"] === undefined
    ? ["push", "pull"]
    : ["pull", "domain"];
  const given = new Given(values, place, [...own, ...Object.keys(words), "context"]);
  if (isPush) return pushOf(given, folders);
  if (given.has("pull")) return pullOf(given, folders);
  throw place.error(`${place.at("push")} or ${place.at("pull")} is needed: the model of the job`);
}

function pushOf(given: Given, { base, home }: Folders): PushJob {
  const model = given.needed("push", "the model, such as res.partner");
  const source = pathOf(base, given.needed("source", "the file with the rows, or -"));
  const name = pushName(given) ?? safeName(given, stemOf(source));
  const map = given.struct("map");
  const failed = given.text("failed");
  const job: PushJob = {
    kind: "push",
    name,
    model,
    source,
    key: given.names("key") ??
      given.refuse("key", "is needed: the columns that tell a row from all others"),
    map: map && mapOf(map, given.place("map")),
    failed: {
      path: failed === undefined ? undefined : pathOf(base, failed),
      stem: source === "-" ? `${base}${name}` : stemOf(source),
    },
    match: given.names("match"),
    mirror: given.oneOf("mirror", ["archive", "delete"]),
    mirrorLimit: given.count("mirrorLimit", 0),
    concurrency: given.count("concurrency", 1),
    clear: given.names("clear"),
    quiet: given.isSet("quiet"),
    encoding: given.text("encoding"),
    delimiter: given.text("delimiter"),
    ...commonOf(given, base, home ?? folderOf(source)),
  };
  checkPush(given, job);
  return job;
}

/** What would do harm, or nothing. */
function checkPush(given: Given, { map, mirror, source, failed }: PushJob): void {
  if (map?.size === 0) given.refuse("map", "has no field in it");
  if (given.has("mirrorLimit") && !mirror) given.refuse("mirrorLimit", 'needs a "mirror"');
  if (mirror && /\.failed\.\w+$/i.test(source)) {
    given.refuse("mirror", "does not go with a file of failed rows, which is not the whole source");
  }
  if (failed.path !== undefined && failed.path === source) {
    given.refuse("failed", "must be another file than the source");
  }
}

/** A name from that of the file. A digit may be that of a date, which would make a job of its own each day. */
function safeName(given: Given, stem: string): string {
  const name = stem.replace(/^.*[/\\]/, "");
  if (/^[a-z][a-z_]*$/.test(name)) return name;
  return given.refuse(
    "job",
    "is needed: a name that stays the same in every run, as the records are known by it; " +
      "only that of a file of small letters and _ is taken for it",
  );
}

function pullOf(given: Given, { base, home }: Folders): PullJob {
  const model = given.needed("pull", "the model, such as sale.order");
  const out = outOf(given, base, model);
  const job: PullJob = {
    kind: "pull",
    name: given.text("job") ?? nameOf(out),
    model,
    fields: given.names("fields") ??
      given.refuse("fields", "is needed: the fields to copy, such as name,write_date"),
    domain: domainOf(given),
    out,
    sweep: given.oneOf("sweep", ["run", "daily", "off"]),
    full: given.oneOf("full", ["weekly", "always", "never"]),
    deleted: given.oneOf("deleted", ["remove", "mark"]),
    maxTombstones: given.count("maxTombstones", 0),
    addColumns: given.isSet("addColumns"),
    safeCells: given.isSet("safeCells"),
    ...commonOf(given, base, home ?? folderOf(out.path)),
  };
  if (job.deleted === "mark" && out.kind !== "sqlite") {
    given.refuse("deleted", 'can be "mark" for SQLite only: a file has no room for marks');
  }
  if (job.safeCells && out.kind !== "csv") {
    given.refuse(
      "safeCells",
      "is for CSV only: no program takes other copies for a table of formulas",
    );
  }
  if (job.state === out.path) given.refuse("state", "must be another file than the copy");
  const unknown = job.optional?.find((name) => !job.fields.includes(name));
  if (unknown !== undefined) {
    given.refuse("optional", `names "${unknown}", which is none of the fields`);
  }
  return job;
}

function commonOf(given: Given, base: string, home: string) {
  const [state, metrics] = [given.text("state"), given.text("metrics")];
  const address = given.text("ping");
  if (address !== undefined && !isPingAddress(address)) given.refuse("ping", PING_RULE);
  if (metrics !== undefined && !isMetricsPath(metrics)) given.refuse("metrics", METRICS_RULE);
  return {
    state: state === undefined ? `${home}odeno.sqlite` : pathOf(base, state),
    optional: given.names("optional"),
    context: given.struct("context") ?? {},
    ping: address,
    metrics: metrics === undefined ? undefined : pathOf(base, metrics),
  };
}

const KINDS = {
  csv: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  sqlite: "sqlite",
  sqlite3: "sqlite",
  db: "sqlite",
} as const;

function outOf(given: Given, base: string, model: string): Out {
  const text = given.needed("out", "the file of the copy, such as orders.csv");
  const [, path = "", ending = "", table] = /^(.*\.(\w+))(?:#(.+))?$/.exec(text) ?? [];
  const kind = Object.entries(KINDS).find(([name]) => name === ending.toLowerCase())?.[1];
  if (kind === undefined || table !== undefined && kind !== "sqlite") {
    return given.refuse(
      "out",
      `must end with .csv, .ndjson, .sqlite or .sqlite#TABLE, not as "${text}"`,
    );
  }
  return { kind, path: pathOf(base, path), table: table ?? model.replaceAll(".", "_") };
}

/** One of its own for every copy of a folder, which have a state in common. */
function nameOf({ kind, path, table }: Out): string {
  const file = path.replace(/^.*[/\\]/, "");
  return kind === "sqlite" ? `${file}#${table}` : file;
}

function domainOf(given: Given): readonly RpcInput[] {
  const domain = given.value("domain") ?? [];
  if (!isList(domain)) {
    return given.refuse(
      "domain",
      'must be a list of conditions, such as [["name", "ilike", "inc"]]',
    );
  }
  try {
    return normalizeDomain(domain);
  } catch (error) {
    if (!(error instanceof OdooConfigError)) throw error;
    return given.refuse("domain", `cannot be used: ${error.message}`);
  }
}

/** The columns that a source must have: those of the key and of the map, but for the optional ones. */
export function requiredOf({ key, map, optional = [] }: PushJob): string[] {
  const columns = [...new Set([...key, ...map ? columnsOf(map) : []])];
  return columns.filter((column) => !optional.includes(column));
}

/** The path of a source without its ending; also of a file of failed rows, which is for the same job. */
export function stemOf(source: string): string {
  return source === "-" ? "" : source.replace(/(\.failed)?\.[^./\\]*$/i, "");
}

/** The folder of a path, with its slash; an empty text for the current one. */
export function folderOf(path: string): string {
  return path.replace(/[^/\\]*$/, "");
}

function pathOf(base: string, path: string): string {
  const isWhole = path === "-" || /^([/\\]|[A-Za-z]:[/\\])/.test(path);
  return isWhole ? path : `${base}${path}`;
}
