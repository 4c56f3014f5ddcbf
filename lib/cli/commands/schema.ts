import { isStruct, type RpcInput } from "../../values.ts";
import { type Command, textOf, UsageError } from "../command.ts";
import { replaceFile } from "../files.ts";
import { checkingNames } from "../names.ts";
import { jsonOf } from "../output.ts";
import { connectBy } from "../settings.ts";

/** What the simulator makes use of. Versions differ in which of them they know. */
const ATTRIBUTES = [
  "company_dependent",
  "default",
  "digits",
  "help",
  "readonly",
  "related",
  "relation",
  "relation_field",
  "required",
  "searchable",
  "selection",
  "size",
  "store",
  "string",
  "translate",
  "type",
];

/** Writes models for the simulator. */
export const schema: Command = {
  usage: "schema MODEL... [--out FILE]",
  details: 'No record is read. "odeno simulate --models FILE" takes the file, and so does the\n' +
    "option `models` of OdooSimulator.",
  options: { out: "the file to write; without it, the models go to the standard output" },
  examples: [
    "odeno schema res.partner fleet.vehicle --out schema.json",
    "odeno schema crm.lead --profile prod",
  ],
  async run(invocation) {
    const { args, flags, io, signal } = invocation;
    if (args.length === 0) throw new UsageError("At least one model is needed");
    const path = textOf(flags, "out");
    const odoo = await connectBy(invocation);
    const models: Record<string, RpcInput> = {};
    for (const model of [...new Set(args)].sort()) {
      const call = { model, method: "fields_get", kwargs: { attributes: ATTRIBUTES } };
      models[model] = sorted(
        await checkingNames(odoo, { model }, signal, () => odoo.call(call, { signal })),
      );
    }
    const text = jsonOf(models, 2);
    if (path === undefined) io.out(text);
    else {
      await replaceFile(path, `${text}\n`);
      io.err(`Wrote ${path}`);
    }
    return 0;
  },
};

/** In the order of names, so that a file differs only where the database does. */
function sorted(value: RpcInput): RpcInput {
  if (!isStruct(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(([one], [two]) => one < two ? -1 : one > two ? 1 : 0));
}
