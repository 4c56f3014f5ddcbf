import { type Command, UsageError } from "../command.ts";
import { formatOf, RowPrinter } from "../output.ts";
import { connectBy } from "../settings.ts";

/** Looks up external ids. */
export const ref: Command = {
  usage: "ref XMLID...",
  details:
    "Exits 1 where there is no such record, or the user may not see it; the others are printed.",
  examples: ["odeno ref base.main_company", "odeno ref base.be base.fr --json"],
  async run({ args, flags, io, signal, ...rest }) {
    if (args.length === 0) {
      throw new UsageError("An external id is needed, such as base.main_company");
    }
    const odoo = await connectBy({ args, flags, io, signal, ...rest });
    const found = await odoo.refs(args, { signal });
    const printer = new RowPrinter(io, formatOf(flags, io), ["xmlid", "model", "id", "status"]);
    let code = 0;
    for (const [xmlid, reference] of found) {
      const { status } = reference;
      if (status === "active" || status === "archived") {
        const { model, id } = reference;
        printer.add([{ xmlid, model, id, status }]);
        continue;
      }
      code = 1;
      io.err(
        status === "missing"
          ? `Odoo has no record with the external id "${xmlid}"`
          : `The record of "${xmlid}" is hidden from this user, or is gone`,
      );
    }
    printer.end();
    return code;
  },
};
