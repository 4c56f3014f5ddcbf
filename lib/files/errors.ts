/**
 * Why a file cannot be read, in sentences.
 *
 * @module
 */
import { OdooError } from "../errors.ts";
import type { CsvError } from "./deps.ts";

/** The file as a whole cannot be read any further. */
export class CsvFileError extends OdooError {
  /** Name of the class, for logs. */
  override name = "CsvFileError";
}

/** What is known of the file where an error comes up. */
export interface Place {
  /** The file; what is read may also have no name. */
  path: string | undefined;
  /** The line on which the last whole row begins. */
  lastLine: number;
  /** How many lines too many the parser has counted. */
  overcount: number;
}

/** The same error in a sentence, where there is one for it. */
export function explained(error: unknown, place: Place): unknown {
  const { path } = place;
  const message = sentence(error, place);
  if (message === undefined) return error;
  return new CsvFileError(path === undefined ? message : `${path}: ${message}`, {
    cause: error instanceof CsvFileError ? error.cause : error,
  });
}

function sentence(error: unknown, place: Place): string | undefined {
  if (error instanceof CsvFileError) return error.message;
  if (error instanceof Deno.errors.NotFound) return "There is no such file";
  if (error instanceof Deno.errors.IsADirectory) return "This is a folder";
  if (error instanceof Deno.errors.NotCapable) {
    return `No permission to read it: run with --allow-read=${place.path ?? ""}`;
  }
  if (error instanceof Deno.errors.PermissionDenied) return "This user may not read it";
  return error instanceof Error && isCsvError(error) ? misplaced(error, place) : undefined;
}

const TWICE =
  'a cell with a quote in it stands in quotes, with that quote written twice: "a ""b"""';

function misplaced(error: CsvError, { lastLine, overcount }: Place): string {
  const line = Number(error["lines"]) - overcount;
  if (error.code === "INVALID_OPENING_QUOTE") {
    return `Line ${line} is not CSV, as a quote stands inside of a cell: ${TWICE}`;
  }
  // Where the quotes before it were paired wrongly, the line with the fault is an earlier one
  if (error.code === "CSV_INVALID_CLOSING_QUOTE") {
    return `Line ${line} is not CSV, as a cell goes on behind its quote, in a row that begins after line ${lastLine}: ${TWICE}`;
  }
  if (error.code === "CSV_QUOTE_NOT_CLOSED") {
    return `The file is not CSV after line ${lastLine}, as a quote is not closed: ${TWICE}`;
  }
  return `The file is not CSV after line ${lastLine}: ${error.message}`;
}

function isCsvError(error: Error): error is CsvError {
  return "code" in error && typeof error.code === "string" && "lines" in error;
}
