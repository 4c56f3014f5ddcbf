/**
 * The third-party code of `lib/files`, by full specifiers: a module that is imported by URL has no import map.
 *
 * @module
 */
// deno-lint-ignore-file no-import-prefix
export { type CsvError, parse as parseCsv } from "npm:csv-parse@^7.0.3";
export { stringify as stringifyCsv } from "npm:csv-stringify@^6.9.0/sync";
