import type { FieldDescription, RpcValue } from "../../../mod.ts";
import { OdooConfigError } from "../../errors.ts";
import type { Command } from "../command.ts";
import { checkingNames, noSuchFields } from "../names.ts";
import { formatOf, RowPrinter } from "../output.ts";
import { connectBy } from "../settings.ts";
import { modelIn } from "../words.ts";

/** Of a description, what XML-RPC can carry for every field of every model. */
const ATTRIBUTES = [
  ...["type", "string", "help", "required", "readonly", "store", "relation", "selection"],
  ...["relation_field", "searchable", "sortable", "translate", "company_dependent", "groups"],
];

/** The columns of a table and of CSV. */
const COLUMNS = ["name", "type", "label", "required", "readonly", "relation"];

/** Tells of the fields of a model. */
export const fields: Command = {
  usage: "fields MODEL [FIELD...]",
  details:
    "As JSON, there is more: help, the values of selections, and what can be searched and sorted by.",
  examples: ["odeno fields res.partner", "odeno fields res.partner type lang --json"],
  async run(invocation) {
    const { args, flags, io, signal } = invocation;
    const [model, ...wanted] = modelIn(args);
    const odoo = await connectBy(invocation);
    const known: Record<string, FieldDescription> = await checkingNames(
      odoo,
      { model },
      signal,
      () => odoo.model(model).fieldsGet(ATTRIBUTES, { signal }),
    );
    const wrong = wanted.filter((name) => !Object.hasOwn(known, name));
    if (wrong.length > 0) throw new OdooConfigError(noSuchFields(model, wrong, Object.keys(known)));
    const names = wanted.length > 0 ? wanted : Object.keys(known).sort();
    const printer = new RowPrinter(io, formatOf(flags, io), COLUMNS, { relation: "char" });
    printer.add(names.map((name) => rowOf(name, known[name] ?? {})));
    printer.end();
    return 0;
  },
};

function rowOf(name: string, description: FieldDescription): { [column: string]: RpcValue } {
  const { type = "", string: label = "", ...others } = description;
  return { name, type, label, ...others };
}
