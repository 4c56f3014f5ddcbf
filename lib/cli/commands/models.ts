import { listModels } from "../../codegen/models.ts";
import { OdooConfigError } from "../../errors.ts";
import { checkNoMore, type Command } from "../command.ts";
import { formatOf, RowPrinter } from "../output.ts";
import { connectBy } from "../settings.ts";

/** Tells of the models of the database. */
export const models: Command = {
  usage: "models",
  details:
    `From Odoo 17 on, only users with Administration / Access Rights may read the list of all models. Others are told the
models that can be chosen from in Odoo; a model that is not among them can be asked for all the same, by its name.`,
  examples: ["odeno models", "odeno models --csv | grep sale"],
  async run(invocation) {
    const { args, flags, io, signal } = invocation;
    checkNoMore(args);
    const odoo = await connectBy(invocation);
    const { rows, areAll } = await listModels(odoo, { signal }, ["name", "transient"]);
    if (rows.length === 0) {
      throw new OdooConfigError(
        "Odoo does not tell this user its models: ask somebody with Access Rights, or ask for a model that you know " +
          "by its name, such as with: odeno fields res.partner",
      );
    }
    const printer = new RowPrinter(io, formatOf(flags, io), ["model", "name"]);
    const sorted = rows.toSorted((a, b) => a.model < b.model ? -1 : 1);
    printer.add(sorted.map(({ model, name, display_name, transient = false }) => ({
      model,
      name: name ?? display_name ?? "",
      transient,
    })));
    printer.end();
    if (!areAll) {
      io.err(
        "This user may not read ir.model: these are not all, there are also models that nobody chooses from",
      );
    }
    return 0;
  },
};
