/**
 * Names that Odoo does not have: of models, and of their fields.
 *
 * @module
 */
import { listModels, unlessRefused } from "../codegen/models.ts";
import { OdooConfigError, OdooServerError } from "../errors.ts";
import { type Caller, isStruct } from "../values.ts";
import { didYouMean } from "../nearest.ts";

/** What a command names. */
export interface Names {
  /** The model. */
  readonly model: string;
  /** Its fields. */
  readonly fields?: readonly string[];
}

/** Runs what makes the calls. Where Odoo refuses one because of a name that it does not have, says which it may be. */
export async function checkingNames<T>(
  caller: Caller,
  names: Names,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    // The text of a refusal differs with the version and the language, the names do not
    const mayBeName = error instanceof OdooServerError && ["user", "server"].includes(error.kind);
    const wrong = mayBeName ? await wrongName(caller, names, signal) : undefined;
    if (wrong === undefined) throw error;
    throw new OdooConfigError(wrong, { cause: error });
  }
}

/** That there is no such model. */
export async function noSuchModel(
  caller: Caller,
  model: string,
  signal: AbortSignal,
): Promise<string> {
  const { rows } = await listModels(caller, { signal });
  const near = didYouMean(model, rows.map((row) => row.model));
  return `This Odoo has no model "${model}"${
    near || ": check the name, and that its module is installed"
  }`;
}

/** That the model has no fields of these names. */
export function noSuchFields(model: string, wrong: readonly string[], known: Iterable<string>) {
  const names = [...known];
  const told = wrong.map((name) => `"${name}"${didYouMean(name, names)}`);
  return `${model} has no field ${told.join(", nor ")}`;
}

async function wrongName(
  caller: Caller,
  { model, fields = [] }: Names,
  signal: AbortSignal,
): Promise<string | undefined> {
  const call = { model, method: "fields_get", kwargs: { attributes: ["type"] } };
  const known = await unlessRefused(caller, call, { signal });
  if (!isStruct(known)) return await noSuchModel(caller, model, signal);
  const wrong = [...new Set(fields)].filter((name) => !Object.hasOwn(known, name));
  return wrong.length === 0 ? undefined : noSuchFields(model, wrong, Object.keys(known));
}
