/**
 * Files of rows. Unlike the rest of odeno this stands on a package from npm, for CSV.
 *
 * @module
 */
export { type CsvRow, readCsv, type ReadCsvOptions, writeCsvLine } from "./csv.ts";
export { CsvFileError } from "./errors.ts";
export { FailedRows, FAILURE_COLUMNS, type RowFailure } from "./failed_rows.ts";
