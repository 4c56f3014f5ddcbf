/**
 * The words of jobs. In a job file they are the names of a JSON object, on a command line they are flags.
 *
 * @module
 */

/** Words by their meaning. */
export type Words = Readonly<Record<string, string>>;

/** Who is told how a run of a job has ended. */
export const WATCHERS: Words = {
  ping:
    "an address that is told when the job has ended, with /fail behind it where not all went well",
  metrics: "a file FILE.prom for the textfile collector of Prometheus's node_exporter",
};

/** What a push can be told. */
export const PUSH_OPTIONS: Words = {
  key: "the columns that tell a row from all others, with commas between them",
  job:
    "the name that the job and its records are known by, in every run; by default that of the file, where it has small " +
    "letters and _ only",
  map:
    "field=column, or field={...} in JSON; can be given again. Without it, columns are named as fields",
  optional:
    "columns that may be missing; others than these, of the key and of the map are then refused",
  state: "what the job remembers; odeno.sqlite beside the file by default",
  failed:
    "where rows go that did not go in; contacts.failed.csv for contacts.csv. Taken away where none failed",
  match: "fields by which records that are there already are taken for rows",
  mirror: "archive or delete the records of rows that the source has no more",
  mirrorLimit: "stop where that would be more records; a tenth, and no more than 100, by default",
  concurrency: "so many calls at the same time; 1 by default",
  clear: "fields that an empty cell clears; in all others it changes nothing",
  encoding: "of a CSV file, such as windows-1252; UTF-8 by default",
  delimiter: "what stands between two cells; found in the header by default",
  ...WATCHERS,
};

/** What a push can be told without a value. */
export const PUSH_SWITCHES: Words = {
  quiet: "have Odoo track no changes: faster, and no message in the records tells of them",
};

/** What a pull can be told. */
export const PULL_OPTIONS: Words = {
  fields: "the fields to copy, with commas between them",
  out: "the copy: FILE.csv, FILE.ndjson, or FILE.sqlite#TABLE",
  job: "name of the job in the state; that of the copy by default",
  optional: "fields that are left out where Odoo has them not",
  state: "what the job remembers; odeno.sqlite beside the copy by default",
  sweep: 'when all ids are compared: "run", "daily" or "off"; by the number of records by default',
  full: 'when all records are read anew: "weekly" (the default), "always" or "never"',
  deleted: '"remove" rows whose record is gone (the default), or "mark" them; of SQLite only',
  maxTombstones: "stop where more records are gone; 20, or a fifth of the copy, by default",
  ...WATCHERS,
};

/** What a pull can be told without a value. */
export const PULL_SWITCHES: Words = {
  addColumns: "add columns for fields that are new to the job",
  safeCells: "of CSV: a ' before texts that a program for tables may take for a formula",
};

/** Words of either, whose value is a list of names. */
export const NAMES: readonly string[] = ["key", "optional", "match", "clear", "fields"];

/** Words of either, whose value is a number. */
export const COUNTS: readonly string[] = ["mirrorLimit", "concurrency", "maxTombstones"];

/** The flag of a word. */
export function flagOf(word: string): string {
  return word.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Words as flags, each with what it means. */
export function flagsOf(words: Words): Words {
  return Object.fromEntries(Object.entries(words).map(([word, text]) => [flagOf(word), text]));
}
