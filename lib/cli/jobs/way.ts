/**
 * What the jobs of one command line have in common.
 *
 * @module
 */
import type { Odoo } from "../../client.ts";
import { OdooConfigError } from "../../errors.ts";
import type { RpcInput } from "../../values.ts";
import type { Io } from "../io.ts";
import { checkingNames, noSuchFields } from "../names.ts";
import type { DataRow, FieldTypes, RowPrinter } from "../output.ts";

/** How jobs are run. */
export interface Way {
  /** Where the records are. */
  readonly odoo: Odoo;
  /** The ends of the program. */
  readonly io: Io;
  /** Milliseconds since the job began. */
  ms(): number;
  /** Ends the jobs. */
  readonly signal: AbortSignal;
  /** The context of the command line, which goes over that of a job. */
  readonly context: { readonly [name: string]: RpcInput };
  /** Whether nothing is written. */
  readonly isDry: boolean;
  /** Whether more is told. */
  readonly isVerbose: boolean;
  /** Takes the plan of a dry run; nothing where it becomes a table. */
  readonly plan: RowPrinter | undefined;
}

/** What a job came to. */
export interface Result {
  /** The exit code. */
  readonly code: number;
  /** What is known of the run. */
  readonly facts: DataRow;
}

/** The types of the fields of a model, of which those that are named must be there. */
export async function fieldTypes(
  { odoo, signal }: Way,
  model: string,
  named: readonly string[],
): Promise<FieldTypes> {
  const fields = await checkingNames(
    odoo,
    { model },
    signal,
    () => odoo.model(model).fieldsGet(["type"], { signal }),
  );
  const wrong = named.filter((name) => !Object.hasOwn(fields, name));
  if (wrong.length > 0) throw new OdooConfigError(noSuchFields(model, wrong, Object.keys(fields)));
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, String(field["type"])]),
  );
}
