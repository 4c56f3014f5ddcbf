import { checkNoMore, type Command, countOf } from "../command.ts";
import { checkingNames } from "../names.ts";
import { FIELDS_OPTION, recordPrinter } from "../records.ts";
import { connectBy } from "../settings.ts";
import {
  checkOperators,
  domainOf,
  fieldsIn,
  fieldsInOrder,
  fieldsOf,
  modelIn,
  orderOf,
} from "../words.ts";

/** Prints the records that a domain finds. */
export const search: Command = {
  usage: "search MODEL [DOMAIN] [--fields LIST] [--order ORDER] [--limit N] [--offset N]",
  details:
    `DOMAIN is JSON, or - for the standard input; without it, all records are found that are not archived.
NDJSON and CSV are written while the pages come, so that there may be any number of records.`,
  options: {
    ...FIELDS_OPTION,
    order: 'fields to sort by, such as "name desc"; by id by default',
    limit: "how many records at most",
    offset: "how many records to pass over",
  },
  examples: [
    "odeno search res.partner --fields name,email --limit 10",
    `odeno search res.partner '[["country_id.code", "=", "BE"]]' --fields name,country_id --csv`,
  ],
  async run(invocation) {
    const { flags, signal } = invocation;
    const [model, word, ...rest] = modelIn(invocation.args);
    checkNoMore(rest);
    const [fields, order] = [fieldsOf(flags), orderOf(flags)];
    const [limit, offset] = [countOf(flags, "limit", 1), countOf(flags, "offset", 0)];
    const domain = await domainOf(word, invocation);
    const odoo = await connectBy(invocation);
    checkOperators(domain, odoo.version);
    const names = { model, fields: [...fields, ...fieldsIn(domain), ...fieldsInOrder(order)] };
    await checkingNames(odoo, names, signal, async () => {
      const printer = await recordPrinter(odoo, model, fields, invocation);
      const options = { fields, order: isById(order) ? undefined : order, limit, offset, signal };
      const records = odoo.model(model).iterate(domain, options);
      for await (const record of records) printer.add([record]);
      printer.end();
    });
    return 0;
  },
};

/** Pages by id lose no record while others write, and any number of them can be read. */
function isById(order = "id"): boolean {
  return /^\s*id(\s+asc)?\s*$/i.test(order);
}
