/**
 * Types of models, from the database that has them.
 *
 * @module
 */
import { askModels } from "./codegen/ask.ts";
import { sourceOf } from "./codegen/source.ts";
import type { Caller, CallOptions } from "./values.ts";

/** What may differ from file to file. */
export interface TypesOptions extends CallOptions {
  /** Major version of the Odoo that is asked, for the head of the file. */
  version: number;
  /** The command line that writes the file anew, for the head of the file. */
  command: string;
  /** Where the file imports the types of odeno from, `@odeno/odeno` by default. */
  specifier?: string | undefined;
}

/**
 * The source of a module with the types of models, for `connect<Models>()`. The same database gives the same text,
 * whatever the protocol, the language of the user and the order of the models.
 *
 * The types are what the user sees: fields that only others may see are not there.
 *
 * @throws {OdooConfigError} There are no such models; the message names all of them.
 */
export async function generateTypes(
  caller: Caller,
  models: readonly string[],
  { version, command, specifier = "@odeno/odeno", ...options }: TypesOptions,
): Promise<string> {
  return sourceOf(await askModels(caller, models, options), { version, command, specifier });
}
