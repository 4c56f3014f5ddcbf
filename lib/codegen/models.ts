/**
 * The models of a database, as far as Odoo tells a user of them.
 *
 * @module
 */
import { OdooServerError, type ServerErrorKind } from "../errors.ts";
import { type Caller, type CallOptions, type RpcCall, type RpcValue, structs } from "../values.ts";

/** A model. */
export interface ListedModel {
  /** Its technical name. */
  readonly model: string;
  /** What else was asked for, and is known. */
  readonly [field: string]: RpcValue;
}

/** Models that Odoo tells of. */
export interface ListedModels {
  /** The models, in no order. */
  readonly rows: readonly ListedModel[];
  /** Whether there are no others. */
  readonly areAll: boolean;
}

/** Asks for all models, with these fields of `ir.model`; for those that anybody may know of where that is refused. */
export async function listModels(
  caller: Caller,
  options: CallOptions,
  fields: readonly string[] = [],
): Promise<ListedModels> {
  const kwargs = { fields: ["model", ...fields] };
  const call = { model: "ir.model", method: "search_read", args: [[]], kwargs };
  const rows = await unlessRefused(caller, call, options, "access");
  if (rows !== undefined) return { rows: named(rows), areAll: true };
  // From Odoo 17 on few users may read that. All may ask for the models to choose from, among which is no wizard
  const choice = { model: "ir.model", method: "get_available_models" };
  const others = await unlessRefused(caller, choice, options);
  return { rows: named(others ?? []), areAll: false };
}

/** The answer, or nothing where Odoo refuses; a refusal of another kind than the one expected is thrown. */
export async function unlessRefused(
  caller: Caller,
  call: RpcCall,
  options: CallOptions,
  kind?: ServerErrorKind,
): Promise<RpcValue | undefined> {
  try {
    return await caller.call(call, options);
  } catch (error) {
    const isRefusal = error instanceof OdooServerError;
    if (isRefusal && (kind === undefined || error.kind === kind)) return undefined;
    throw error;
  }
}

function named(rows: RpcValue): ListedModel[] {
  return structs(rows).map((row) => ({ ...row, model: String(row["model"]) }));
}
