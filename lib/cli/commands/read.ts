import type { Command } from "../command.ts";
import { checkingNames } from "../names.ts";
import { FIELDS_OPTION, Lost, recordPrinter } from "../records.ts";
import { connectBy } from "../settings.ts";
import { fieldsOf, idsFrom, modelIn } from "../words.ts";

/** Prints records by their ids. */
export const read: Command = {
  usage: "read MODEL ID...|- [--fields LIST]",
  details:
    `With - the ids come from the standard input, as "odeno search" writes records, or as numbers.
Exits 1 where a record is missing, or hidden from the user; the others are printed.`,
  options: FIELDS_OPTION,
  examples: [
    "odeno read res.partner 1 --fields name,email,child_ids",
    "odeno read res.users 1,2,6 --fields login --json",
  ],
  async run(invocation) {
    const { flags, io, signal } = invocation;
    const [model, ...words] = modelIn(invocation.args);
    const [ids, fields] = [await idsFrom(words, invocation), fieldsOf(flags)];
    const odoo = await connectBy(invocation);
    const lost = new Lost(model);
    await checkingNames(odoo, { model, fields }, signal, async () => {
      const printer = await recordPrinter(odoo, model, fields, invocation);
      const onMissing = lost.add.bind(lost);
      printer.add(await odoo.model(model).read(ids, { fields, onMissing, signal }));
      printer.end();
    });
    if (lost.sentence === undefined) return 0;
    io.err(lost.sentence);
    return 1;
  },
};
