/**
 * Files of rows. Unlike the rest of odeno this stands on a package from npm, for CSV.
 *
 * @module
 */
export { CsvFileError, type CsvRow, readCsv, type ReadCsvOptions, writeCsvLine } from "./csv.ts";
export { FailedRows, FAILURE_COLUMNS, type RowFailure } from "./failed_rows.ts";
